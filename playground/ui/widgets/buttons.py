"""Buttons with a text, a tip, and a name for screen readers."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton, QToolButton

from playground.ui.style import set_role


def button_of(text: str, tip: str, name: str = "") -> QPushButton:
    """Return a button with a tip. name: needed where the text is no word."""
    button = QPushButton(text)
    button.setToolTip(tip)
    if name:
        button.setAccessibleName(name)
    return button


def quiet_button(text: str, tip: str, name: str) -> QToolButton:
    """Return a button without a frame, for the edge of a card."""
    button = QToolButton()
    button.setText(text)
    button.setToolTip(tip)
    button.setAccessibleName(name)
    set_role(button, "quiet")
    return button
