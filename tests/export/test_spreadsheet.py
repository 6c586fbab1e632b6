"""Tables for spreadsheets: signs of a country, and no text that is computed."""

from __future__ import annotations

import csv
import io

import pytest

from playground.engine.trainer import Trainer
from playground.experiment import Experiment
from playground.export.history_csv import history_text
from playground.export.spreadsheet import for_spreadsheet


@pytest.mark.parametrize(("decimal", "separator"), [(".", ","), (",", ";")])
def test_the_numbers_are_the_same_in_every_country(decimal: str, separator: str) -> None:
    trainer = Trainer(Experiment())
    trainer.advance(30)
    view = trainer.view()
    table = history_text(view.history, view.experiment.training)
    content = for_spreadsheet(table, decimal)
    assert content.startswith(b"\xef\xbb\xbf")
    there = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=separator))
    here = list(csv.reader(io.StringIO(table, newline="")))
    assert there[0] == here[0]
    assert [[cell.replace(decimal, ".") for cell in row] for row in there] == here
    assert any(decimal in cell for cell in there[1])


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-x", "'-x"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("-0.5", "-0,5"),
        ("-2.5e-07", "-2,5e-07"),
        ("a=b", "a=b"),
        ("", ""),
        ("inf", "inf"),
        ("-inf", "'-inf"),
        ("nan", "nan"),
        ("a;b", "a;b"),
    ],
)
def test_a_text_is_never_a_formula_and_a_number_stays_one(cell: str, shown: str) -> None:
    table = io.StringIO()
    csv.writer(table).writerow(["run", cell])
    content = for_spreadsheet(table.getvalue(), ",").decode("utf-8-sig")
    assert next(csv.reader(io.StringIO(content, newline=""), delimiter=";")) == ["run", shown]
