"""Hands click only what a hand could click."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QPushButton, QVBoxLayout

from tests.monkey.dialogs import click


def test_a_click_that_comes_too_late_is_none(qtbot) -> None:
    dialog, above, clicks = QDialog(), QDialog(), []
    qtbot.addWidget(dialog)
    qtbot.addWidget(above)
    button = QPushButton("Save…")
    button.clicked.connect(lambda: clicks.append(True))
    QVBoxLayout(dialog).addWidget(button)
    dialog.open()
    click(button, dialog)
    assert len(clicks) == 1
    above.open()
    click(button, dialog)
    above.reject()
    dialog.reject()
    click(button, dialog)
    assert len(clicks) == 1
