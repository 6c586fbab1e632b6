"""What to show instead of a plane that cannot be drawn: buttons over the empty picture."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from playground.ui.surface.asking import PlaneSettings

KEEP = "keep"
"""In place of settings: the offer to keep the weights of now."""


def offers_for(settings: PlaneSettings, kept: bool) -> list[tuple[str, PlaneSettings | str]]:
    """At most two ways out of a degenerate plane."""
    rehearsal = ("Plane of the rehearsal", replace(settings, kind="rehearsal"))
    path = ("Plane of the path", replace(settings, kind="path"))
    plain = ("Plain random directions", replace(settings, kind="random", normalization="none"))
    eigen = ("Sharpest and flattest", replace(settings, kind="eigen"))
    other: dict[str, list[tuple[str, PlaneSettings | str]]] = {
        "rehearsal": [path, plain],
        "path": [rehearsal, plain],
        "random": [plain, path] if settings.normalization != "none" else [path],
        "parameters": [("The first two parameters", replace(settings, pair=(0, 1))), path],
        "gradient": [eigen, plain],
        "eigen": [plain, path],
        "three_points": [path, rehearsal] if kept else [("Keep these weights", KEEP), path],
    }
    return other[settings.kind]


class OfferButtons(QWidget):
    """A row of buttons in the lower part of a canvas; hidden where there is nothing to offer."""

    taken = Signal(object)

    def __init__(self, canvas: QWidget):
        super().__init__(canvas)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self.buttons: list[QPushButton] = []
        self._shown: list[tuple[str, PlaneSettings | str]] = []
        self.hide()

    def offer(self, offers: list[tuple[str, PlaneSettings | str]]) -> None:
        """Show these, or none."""
        if offers != self._shown:
            self._shown = offers
            for button in self.buttons:
                self._row.removeWidget(button)
                button.hide()
                button.deleteLater()
            self.buttons = []
            for text, what in offers:
                button = QPushButton(text, self)
                button.setCursor(Qt.CursorShape.ArrowCursor)
                button.clicked.connect(lambda _=False, what=what: self.taken.emit(what))
                self._row.addWidget(button)
                button.show()
                self.buttons.append(button)
        self.setVisible(bool(offers))
        self.place()

    def place(self) -> None:
        """Stand below the sentence in the middle of the canvas."""
        canvas = self.parentWidget()
        if canvas is not None and self._shown:
            self._row.activate()
            self.adjustSize()
            self.move((canvas.width() - self.width()) // 2, round(0.62 * canvas.height()))
