"""Buttons with what every button needs: a word, a tip, and a name for who cannot see it."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton, QToolButton

from playground.ui.style import set_role


def button_of(text: str, tip: str, name: str = "") -> QPushButton:
    """A button with a tip; name where the text is no word."""
    button = QPushButton(text)
    button.setToolTip(tip)
    if name:
        button.setAccessibleName(name)
    return button


def quiet_button(text: str, tip: str, name: str) -> QToolButton:
    """One without a frame, for the edge of things."""
    button = QToolButton()
    button.setText(text)
    button.setToolTip(tip)
    button.setAccessibleName(name)
    set_role(button, "quiet")
    return button
