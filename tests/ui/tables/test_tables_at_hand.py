"""Tables that come with the program stand beside the generated sets, with their source and licence."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from playground.tables.at_hand import TABLES_AT_HAND
from playground.ui.experiment.dataset_chooser import AT_HAND
from playground.ui.main_window import MainWindow


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
    for words in (title.toolTip(), tile.toolTip()):
        assert entry.source in words
        assert entry.licence in words
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
