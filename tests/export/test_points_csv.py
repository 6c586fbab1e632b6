"""Points go out as a table that spreadsheets do not compute, and come back the same."""

from __future__ import annotations

import csv
import io
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.engine.datasets import samples_of
from playground.experiment import DataSettings
from playground.experiment_table import TableSettings
from playground.export.points_csv import points_table, points_text
from playground.export.spreadsheet import for_spreadsheet
from playground.table_data import data_of_table
from playground.tables import parse_table
from playground.tables.escaped_texts import FORMULA, escaped, unescaped
from tests.support.tables import a_table

FORMULAS = a_table(
    ("=1+1", "'-x", "@a, b"),
    "+y",
    ("=cmd|' /C calc'!A0", "-no"),
    [[0.1, -2, 3e-7, 0], [1 / 3, 5, -1e20, 1], [2, 2, 2, 1]],
)


def read_back(text: str) -> TableSettings:
    table = parse_table(text)
    chosen = table.chosen(table.names[:-1], table.names[-1])
    read = data_of_table(chosen).data.table
    assert read is not None
    return read


@pytest.mark.parametrize("separator", ["comma", "tab", "spreadsheet", "spreadsheet with decimal commas"])
def test_formulas_are_escaped_and_come_back(separator: str) -> None:
    data = DataSettings.of_table(FORMULAS, test_share=0.0)
    text = points_text(data) if separator == "tab" else points_table(data).text
    if "spreadsheet" in separator:
        text = for_spreadsheet(text, "," if "commas" in separator else ".").decode("utf-8-sig")
    sign = "\t" if separator == "tab" else ";" if "commas" in separator else ","
    cells = [cell for row in csv.reader(io.StringIO(text), delimiter=sign) for cell in row]
    texts = [cell for cell in cells if not is_number(cell.replace(",", "."))]
    assert len(texts) == 7
    assert not [cell for cell in texts if cell.startswith(tuple(FORMULA))]
    assert read_back(text) == FORMULAS


def is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


@given(st.text(alphabet="'=+-@ax1\t", max_size=6))
def test_every_text_comes_back_and_none_is_computed(text: str) -> None:
    assert unescaped(escaped(text)) == text
    assert not escaped(text).startswith(tuple(FORMULA))


def test_the_points_of_a_table_keep_their_order_and_the_test_rows_are_noted() -> None:
    rows = np.column_stack([np.linspace(0, 1, 40), np.linspace(3, -3, 40), np.arange(40) % 2])
    data = DataSettings.of_table(a_table(("a", "b"), "c", ("no", "yes"), rows), seed=3, standardize=True)
    table = points_table(data)
    assert read_back(table.text) == data.table
    test = json.loads(table.notes)["test rows"]
    assert len(test) == 8
    standardised = parse_table(points_table(data, standardised=True).text)
    X = np.column_stack([standardised.columns[name] for name in ("a", "b")])
    is_test = np.isin(np.arange(1, 41), test)
    samples = samples_of(data)
    assert np.array_equal(X[~is_test], samples.X_train)
    assert np.array_equal(X[is_test], samples.X_test)


@pytest.mark.parametrize("classes", [("no", "yes"), ("1", "0"), ("0", "1")])
def test_classes_come_back_in_their_order_whichever_stands_first(classes: tuple[str, str]) -> None:
    rows = np.column_stack([np.linspace(0, 1, 40), np.linspace(3, -3, 40), (np.arange(40) + 1) % 2])
    rows[:3, 2] = 1
    data = DataSettings.of_table(a_table(("a", "b"), "c", classes, rows), seed=3)
    table = points_table(data)
    for text in (points_text(data), table.text):
        back = read_back(text)
        assert back.classes == classes
        assert sorted(back.rows.tolist()) == sorted(rows.tolist())
    test = np.array(json.loads(table.notes)["test rows"])
    there = read_back(table.text).rows[test - 1]
    assert sorted(there[:, :2].tolist()) == sorted(samples_of(data).X_test.tolist())


def test_points_of_a_generated_set_are_raw_or_as_the_network_takes_them() -> None:
    data = DataSettings("two_moons", standardize=True, derived_inputs=("x1^2",))
    plain = samples_of(DataSettings("two_moons"))
    raw = parse_table(points_table(data).text)
    assert raw.names == ("x1", "x2", "class")
    assert np.array_equal(raw.columns["x1"], np.concatenate([plain.X_train, plain.X_test])[:, 0])
    assert set(raw.columns["class"]) == {"class 0", "class 1"}
    standardised = parse_table(points_table(data, standardised=True).text)
    assert standardised.names == ("x1", "x2", "x1^2", "class")
    assert np.array_equal(standardised.columns["x1^2"][:5], samples_of(data).X_train[:5, 2])
