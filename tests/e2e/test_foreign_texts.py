"""Names of a table that look like markup, formulas or parts of a lesson are texts, wherever they stand."""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication, QMenu

import playground
from playground.app import main
from playground.experiment import DataSettings, Experiment, ExperimentFile, NetworkSettings
from playground.experiment_table import TableSettings
from playground.export.page import FORMATS, Page
from playground.export.spreadsheet import for_spreadsheet
from playground.files.atomic import ExportError
from playground.ui.inspector.feature import InspectorFeature
from playground.ui.main_window import MainWindow
from playground.ui.tables.feature import TablesFeature
from tests.support.features import feature_of
from tests.support.foreign_texts import (
    CLASSES,
    FORMULA,
    INPUTS,
    MARKUP,
    TARGET,
    faults_in_tips,
    faults_of,
    names_in,
    tips_by_keys,
    tips_of,
)
from tests.support.visible_texts import svg_texts, visible_texts


def table(classes: bool = True) -> TableSettings:
    rng = np.random.default_rng(3)
    X = rng.normal(size=(30, len(INPUTS)))
    X[:, 2] = 7.0
    y = X[:, 0] > X[:, 1] if classes else X[:, 0]
    return TableSettings(INPUTS, TARGET, CLASSES if classes else (), np.column_stack([X, y]))


def file(classes: bool = True) -> ExperimentFile:
    return ExperimentFile(Experiment(DataSettings.of_table(table(classes)), NetworkSettings((2,))))


def csv_of_table() -> str:
    output = io.StringIO()
    writer = csv.writer(output)
    writer.writerow([*INPUTS, TARGET])
    for row in table().rows.tolist():
        writer.writerow([*row[:-1], CLASSES[int(row[-1])]])
    return output.getvalue()


def visited(qtbot: Any, window: MainWindow) -> list[str]:
    """Open every page and command that shows names; the texts that were seen."""
    texts: list[str] = []
    window.set_full(True)
    window.lab.run_exactly(3)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 3)
    inspector = feature_of(window, InspectorFeature)
    for name in window.arrangement.page_names():
        window.arrangement.show_page(name)
        QApplication.processEvents()
        if name == "inspector":
            inspector.inspect(0)
            qtbot.waitUntil(lambda: inspector.view.answer is not None)
            QApplication.processEvents()
            said = tips_of(inspector.view.board)
            assert faults_in_tips(said) == []
            texts += said
        elif name == "experiment":
            said = tips_by_keys(qtbot, window.panel.diagram, window.snapshot.view.parameters.size)
            assert faults_in_tips(said) == []
            texts += said
        assert faults_of(window) == [], name
        texts += visible_texts(window)
    return texts


@pytest.mark.parametrize("classes", [True, pytest.param(False, marks=pytest.mark.slow)])
def test_a_window_shows_them_as_they_are(classes: bool, qtbot: Any, open_window: Any) -> None:
    window = open_window(file(classes))
    texts = visited(qtbot, window)
    for theme in ("theme_light", "theme_dark"):
        window.actions_by_name[theme].trigger()
        QApplication.processEvents()
        assert faults_of(window) == []
    expected = {*INPUTS[:3], *(CLASSES if classes else ())}
    assert expected <= names_in(texts)


def test_a_file_of_such_a_name_is_said_as_it_is(qtbot: Any, open_window: Any, tmp_path: Path) -> None:
    window = open_window(file())
    session = tmp_path / '<b>&"x" [[strip]] =1+1.landscape'
    assert window.files.save_to(session)
    QApplication.processEvents()
    assert faults_of(window) == []
    window.files.open_file(session)
    qtbot.waitUntil(lambda: "opened" in "".join(visible_texts(window.notices)))
    for menu in window.findChildren(QMenu):
        menu.aboutToShow.emit()
    assert any(MARKUP in text.replace("&&", "&") for text in visible_texts(window))
    assert faults_of(window) == []


def test_the_preview_of_a_file_shows_them_as_they_are(qtbot: Any, open_window: Any, tmp_path: Path) -> None:
    window = open_window()
    path = tmp_path / '<b>&"x" =1+1.csv'
    path.write_text(csv_of_table(), encoding="utf-8")
    window.commands.open_file(path)
    dialog = feature_of(window, TablesFeature).dialog
    qtbot.waitUntil(lambda: dialog.points is not None)
    QApplication.processEvents()
    assert faults_of(dialog) == []
    assert {MARKUP, FORMULA} <= names_in(visible_texts(dialog))
    dialog.close()
    assert faults_of(window) == []


@pytest.mark.slow
def test_every_export_shows_them_as_they_are(qtbot: Any, open_window: Any, tmp_path: Path) -> None:
    window = open_window(file())
    visited(qtbot, window)
    qtbot.waitUntil(lambda: window.surface_view.answer is not None and window.surface_view.answer.complete)
    written = 0
    seen: list[str] = []
    for what, _ in window.exporter.choices:
        if what in window.exporter.numbers:
            for spreadsheet in (False, True):
                place = tmp_path / f"{what}{spreadsheet:d}{window.exporter.numbers[what].ending}"
                try:
                    window.exporter.save_numbers(what, place, spreadsheet)
                except ExportError:
                    # There is none of it in this run.
                    continue
                if place.suffix == ".csv" and spreadsheet:
                    check_spreadsheet(place)
            continue
        for kind in FORMATS:
            place = tmp_path / f"{what}.{kind}"
            try:
                window.exporter.save(what, place, Page(120.0, 90.0, format=kind, run=True))
            except ExportError:
                continue
            written += 1
            if kind == "svg":
                seen.append(svg_texts(place))
    assert written > 9
    assert {MARKUP, CLASSES[0]} <= names_in(seen)


def check_spreadsheet(path: Path) -> None:
    text = path.read_bytes().decode("utf-8-sig")
    for row in csv.reader(io.StringIO(text), delimiter=";" if ";" in text.splitlines()[0] else ","):
        assert not any(cell.startswith("=") for cell in row)


def test_a_run_without_a_window_writes_them_as_they_are(tmp_path: Path, capsys: Any) -> None:
    data = tmp_path / '<b>&"x" =1+1.csv'
    data.write_text(csv_of_table(), encoding="utf-8")
    out = tmp_path / "out"
    chosen = [f"--input={name}" for name in INPUTS]
    arguments = ["--headless", f"--data={data}", *chosen, f"--target={TARGET}", "--steps", "2"]
    assert main([*arguments, "--export-dir", str(out)]) == 0
    said = capsys.readouterr().out
    assert MARKUP in said
    texts = svg_texts(out / "boundary.svg")
    assert MARKUP in texts
    for picture in out.glob("*.svg"):
        ElementTree.parse(picture)
    written = json.loads((out / "experiment.json").read_text("utf-8"))
    assert tuple(written["data"]["table"]["inputs"]) == INPUTS
    for report in out.glob("*.html"):
        check_html(report.read_text("utf-8"))
    rows = list(csv.reader(io.StringIO((out / "history.csv").read_text("utf-8"))))
    assert len({len(row) for row in rows}) == 1


class Tags(HTMLParser):
    """Collects the tags of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.add(tag if tag != "img" else f"img {dict(attrs).get('src')}")


def check_html(text: str) -> None:
    parser = Tags()
    parser.feed(text)
    assert not {"img x", "b", "i"} & parser.tags


def test_a_formula_of_a_name_is_a_text_in_a_spreadsheet() -> None:
    output = io.StringIO()
    csv.writer(output).writerows([INPUTS, (*CLASSES, "-inf", 1.5)])
    text = for_spreadsheet(output.getvalue(), ",").decode("utf-8-sig")
    cells = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert cells[0][1] == f"'{FORMULA}"
    assert cells[1] == [CLASSES[0], f"'{CLASSES[1]}", "'-inf", "1,5"]
    assert not re.match(r"[=+@]", "".join(row[0] for row in cells))


def test_tooltips_at_a_place_are_shown_by_one_function() -> None:
    """It shows a text as it is; Qt's own would read a name as markup."""
    root = Path(playground.__file__).parent
    calls = [
        path.relative_to(root).as_posix()
        for path in sorted(root.rglob("*.py"))
        if "QToolTip.showText(" in path.read_text(encoding="utf-8")
    ]
    # The caption shows its own tooltip, which is plain already.
    assert calls == ["ui/widgets/caption.py", "ui/widgets/plain_label.py"]
