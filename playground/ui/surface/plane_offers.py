"""What to show instead of a plane that cannot be drawn: buttons over the empty picture."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from playground.landscape.directions import PLANE_KINDS
from playground.theta_words import WEIGHTS, ThetaName
from playground.ui.surface.plane_badge import NO_PATH, PATH
from playground.ui.surface.wish import PlaneSettings

KEEP = "keep"
"""In place of settings: the offer to keep the weights of now."""


def offers_for(
    settings: PlaneSettings, kept: bool, theta: ThetaName = WEIGHTS
) -> list[tuple[str, PlaneSettings | str]]:
    """At most two ways out of a degenerate plane."""
    offers: list[tuple[str, PlaneSettings | str]] = []
    for way in PLANE_KINDS[settings.kind].ways_out:
        match way:
            case "plain" if settings.normalization != "none" or settings.kind != "random":
                plain = replace(settings, kind="random", normalization="none")
                offers.append(("Plain random directions", plain))
            case "first pair":
                offers.append(("The first two parameters", replace(settings, pair=(0, 1))))
            case "keep" if not kept:
                offers.append(("Keep these weights" if theta is WEIGHTS else "Keep this point", KEEP))
            case kind if kind in PLANE_KINDS:
                title = PLANE_KINDS[kind].title
                text = f"Plane of the {title}" if kind in ("rehearsal", "path") else title.capitalize()
                offers.append((text, replace(settings, kind=kind)))
    return offers[:2]


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

    def offer(self, offers: list[tuple[str, PlaneSettings | str]], has_path: bool = True) -> None:
        """Show these, or none. has_path: whether the run has a path, whose plane can be taken then alone."""
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
        for button, (_, what) in zip(self.buttons, offers, strict=True):
            possible = has_path or not isinstance(what, PlaneSettings) or what.kind != PATH
            button.setEnabled(possible)
            button.setToolTip("" if possible else NO_PATH)
        self.setVisible(bool(offers))
        self.place()

    def place(self) -> None:
        """Stand below the sentence in the middle of the canvas."""
        canvas = self.parentWidget()
        if canvas is not None and self._shown:
            self._row.activate()
            self.adjustSize()
            self.move((canvas.width() - self.width()) // 2, round(0.62 * canvas.height()))
