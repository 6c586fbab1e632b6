"""Tables that come with the program stand beside the generated sets, with their source and licence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from playground.tables import parse_table, read_table
from playground.tables.at_hand import TABLES_AT_HAND
from playground.ui.experiment.dataset_chooser import AT_HAND
from playground.ui.export.dialog import ExportDialog
from playground.ui.main_window import MainWindow
from playground.ui.tables import words
from playground.ui.tables.feature import TablesFeature
from tests.support.features import feature_of


@pytest.mark.parametrize("name", ["iris", "hubble"])
def test_a_table_at_hand_is_taken_by_its_tile(open_window, qtbot, name: str) -> None:
    window: MainWindow = open_window()
    before, entry = window.lab.experiment, TABLES_AT_HAND[name]
    tile = window.panel.datasets.buttons[f"{AT_HAND}{name}"]
    qtbot.mouseClick(tile, Qt.MouseButton.LeftButton)
    title = window.panel.dataset_title
    qtbot.waitUntil(lambda: title.text() == entry.title)
    table = window.lab.experiment.data.table
    assert table.target == entry.target
    assert table.n_rows == len(entry.points().y)
    assert window.lab.experiment.network.hidden_layers == before.network.hidden_layers
    assert tile.isChecked()
    for tip in (title.toolTip(), tile.toolTip()):
        assert entry.source in tip
        assert entry.licence in tip
    qtbot.waitUntil(lambda: window.actions_by_name["undo"].isEnabled())
    window.lab.undo()
    qtbot.waitUntil(lambda: window.lab.experiment == before)
    qtbot.waitUntil(lambda: not tile.isChecked())


def test_every_table_at_hand_has_a_picture_of_its_own(open_window) -> None:
    window: MainWindow = open_window()
    pictures = set()
    for name, button in window.panel.datasets.buttons.items():
        image = button.icon().pixmap(36).toImage()
        pictures.add(bytes(image.constBits()))
        assert name
    assert len(pictures) == len(window.panel.datasets.buttons)


def test_the_points_of_a_run_go_out_and_come_back(open_window, qtbot, tmp_path: Path, monkeypatch) -> None:
    window: MainWindow = open_window()
    tables = feature_of(window, TablesFeature)
    tables.take_at_hand("auto_mpg")
    qtbot.waitUntil(lambda: window.snapshot.view.data.dataset == "table")
    table = window.snapshot.view.data.table
    window.actions_by_name["copy_points"].trigger()
    assert window.notices.text == words.POINTS_COPIED
    copied = parse_table(QGuiApplication.clipboard().text())
    assert copied.names == (*table.inputs, table.target)
    assert np.array_equal(np.column_stack([*copied.columns.values()]), table.rows)
    dialog = ExportDialog(window.exporter, window.preferences, "points", window)
    qtbot.addWidget(dialog)
    assert dialog.what == "points"
    assert dialog.save_to(tmp_path / "points.csv")
    assert np.array_equal(
        np.column_stack([*read_table(tmp_path / "points.csv").columns.values()]), table.rows
    )
    assert "mean" in standardised_notes(dialog, tmp_path)
    window.actions_by_name["new_formula"].trigger()
    qtbot.waitUntil(lambda: window.snapshot.view.experiment.formula is not None)
    assert not window.actions_by_name["copy_points"].isEnabled()


def standardised_notes(dialog: ExportDialog, folder: Path) -> str:
    dialog.what_box.setCurrentIndex(dialog.what_box.findData("standardised_points"))
    assert dialog.save_to(folder / "standardised.csv")
    return (folder / "standardised.notes.json").read_text(encoding="utf-8")
