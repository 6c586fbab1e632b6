"""The style sheet holds wherever the program lies: the path of its folder is no part of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, qInstallMessageHandler
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QPushButton, QToolButton

from playground.drawing.kit.theme import DARK
from playground.resources import resource
from playground.ui import style

FOLDERS = ("plain", "ü", "it's", "a&b", "c#d", "e (f) g", "p%20q", "s;{x}", "@check@")


def colours(qtbot, sheet: str) -> set[int]:
    """The colours around the arrow of a combo box."""
    box = QComboBox()
    qtbot.addWidget(box)
    box.setStyleSheet(sheet)
    box.resize(120, 30)
    image = box.grab().toImage()
    return {image.pixel(x, y) for x in range(95, 118) for y in range(8, 22)}


@pytest.mark.parametrize("name", FOLDERS)
def test_the_sheet_and_its_icons_are_found_in_a_folder_of_any_name(
    qtbot, tmp_path: Path, monkeypatch, name: str
) -> None:
    folder = tmp_path / name
    shutil.copytree(resource("icons"), folder / "icons")
    shutil.copy(resource("style.qss"), folder / "style.qss")
    monkeypatch.setattr(style, "resource", lambda *parts: folder.joinpath(*parts))
    said: list[str] = []
    before = qInstallMessageHandler(lambda kind, context, text: said.append(text))
    try:
        found = colours(qtbot, style.stylesheet(DARK))
    finally:
        qInstallMessageHandler(before)
        monkeypatch.undo()
        usual = colours(qtbot, style.stylesheet(DARK))
    assert [text for text in said if "parse" in text or "open file" in text] == []
    assert found == usual
    assert len(found) > 10, "the arrow is drawn"


def test_a_control_with_the_focus_is_as_large_as_without(qtbot, open_window) -> None:
    """The frame of the focus is a pixel wider than the usual one, and what is inside a pixel narrower."""
    window = open_window()
    window.set_full(True)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    kinds = (QPushButton, QToolButton, QComboBox, QLineEdit)
    controls = [w for kind in kinds for w in window.findChildren(kind)]
    controls = [w for w in controls if w.isVisible() and w.isEnabled() and w.focusPolicy()]
    grown = {}
    for control in controls:
        sizes = []
        for focus in (False, True):
            control.setFocus() if focus else control.clearFocus()
            # Qt keeps a size hint until the font changes.
            QApplication.sendEvent(control, QEvent(QEvent.Type.FontChange))
            sizes.append((control.sizeHint().width(), control.sizeHint().height()))
        if sizes[0] != sizes[1]:
            grown[control.accessibleName() or control.toolTip() or type(control).__name__] = sizes
    assert len(controls) > 20
    assert not grown
