"""The interface of a picture that can be exported: a name, a menu to export and copy it, and a button."""

from __future__ import annotations

from typing import Any, Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from playground.ui.widgets.buttons import quiet_button

EXPORT_SIGN = "⤓"


class Plot(Protocol):
    """A picture that can be exported and copied under its name (see Exporter.offer)."""

    name: str

    @property
    def export_requested(self) -> Any:
        """Signal(str): the name of the picture to export."""

    @property
    def copy_requested(self) -> Any:
        """Signal(str): the name of the picture to copy."""


def plot_menu(plot: Plot, parent: QWidget) -> QMenu:
    """Return a context menu that exports or copies a plot. It is deleted when it is closed."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.addAction("Export…").triggered.connect(lambda: plot.export_requested.emit(plot.name))
    menu.addAction("Copy to the clipboard").triggered.connect(lambda: plot.copy_requested.emit(plot.name))
    return menu


def export_button(plot: Plot, title: str, kind: str = "plot") -> QToolButton:
    """Return the button that exports a plot of this title."""
    button = quiet_button(EXPORT_SIGN, f"Save this {kind} as PNG, SVG or PDF, or copy it", title)
    name_export_button(button, title)
    button.clicked.connect(lambda: plot.export_requested.emit(plot.name))
    return button


def name_export_button(button: QToolButton, title: str) -> None:
    """Name the button for a screen reader."""
    button.setAccessibleName(f"Export: {title}")
