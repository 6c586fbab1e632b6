"""A badge on the picture: the marker does not belong to the ground that it stands on; with a way out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QPushButton, QWidget

from playground.theta_words import WEIGHTS, ThetaName
from playground.ui.style import set_role
from playground.ui.surface.wish import PlaneSettings
from playground.ui.widgets.plain_label import PlainLabel

if TYPE_CHECKING:
    from playground.lab.snapshot import Snapshot

MARGIN = 8
PATH, NO_PATH = "path", "There is no path yet: take a few steps first"
"""The plane that only a run that has begun has, and why it cannot be taken before."""
ROUND_MARKER = 18
"""Pixels around the marker that the badge leaves free."""
LARGEST_SHARE = 0.6
"""Share of the plot's height that the badge takes with its sentence, at most."""


def has_path(snapshot: Snapshot) -> bool:
    """Return whether the run has made a step that its path holds."""
    return len(snapshot.view.history.path) > 1


def way_out(settings: PlaneSettings, theta: ThetaName = WEIGHTS) -> tuple[str, PlaneSettings]:
    """Return the words of the button and the plane that it shows.

    The plane of the path; where that is shown already, one that goes through the parameters themselves.
    """
    if settings.kind == "path":
        return f"Plane through the {theta}", replace(settings, kind="random")
    return "Plane of the path", replace(settings, kind=PATH)


class PlaneBadge(QWidget):
    """A sentence and a button in a corner of the plot, hidden where there is nothing to say."""

    taken = Signal(object)

    def __init__(self, canvas: QWidget):
        super().__init__(canvas)
        self._settings = PlaneSettings()
        set_role(self, "floating")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.label, self.button = PlainLabel(), QPushButton()
        set_role(self.label, "small")
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.button.clicked.connect(lambda: self.taken.emit(self._settings))
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(8, 4, 4, 4)
        self._row.addWidget(self.label)
        self._row.addWidget(self.button)
        self.hide()

    def say(
        self, sentence: str, settings: PlaneSettings, theta: ThetaName = WEIGHTS, has_path: bool = True
    ) -> None:
        """Show a sentence with the way out of a plane with these settings; an empty one hides the badge.

        has_path: whether the run has a path; without one its plane cannot be taken, and the button says so.
        """
        if sentence:
            text, self._settings = way_out(settings, theta)
            self.button.setText(text)
            possible = has_path or self._settings.kind != PATH
            self.button.setEnabled(possible)
            self.button.setToolTip(sentence if possible else NO_PATH)
            self.label.setText(sentence)
            self.setAccessibleName(sentence)
        self.setVisible(bool(sentence))

    def stand(self, plot: QRect, marker: QPoint | None, marks: Sequence[QPoint] = ()) -> None:
        """Stand in a corner of a plot where the marker is not, and as few of the other marks as can be.

        It is the upper left one, or the lower one, where these are as good as those at the right.
        """
        row, room = QBoxLayout.Direction, plot.width() - 2 * MARGIN
        self.label.show()
        self.label.setWordWrap(False)
        self._row.setDirection(row.LeftToRight)
        if self._row.sizeHint().width() > room:
            self._row.setDirection(row.TopToBottom)
        size = self._row.sizeHint()
        if size.width() > room:
            # A small plot: the sentence in several lines, over the colour bar too where the button needs it.
            self.label.setWordWrap(True)
            width = max(room, self._row.minimumSize().width())
            size = QSize(width, self._row.heightForWidth(width))
        if size.height() > LARGEST_SHARE * plot.height():
            # A low plot, which would be hidden: the caption below it says the sentence too.
            self.label.hide()
            size = self._row.sizeHint()
        self.resize(size)
        self._row.activate()
        place = QRect(plot.topLeft() + QPoint(MARGIN, MARGIN), self.size())
        canvas = self.parentWidget()
        if canvas is not None:
            place.moveLeft(max(0, min(place.left(), canvas.width() - place.width())))
        low, right = plot.bottom() - MARGIN, max(place.left(), plot.right() - MARGIN - place.width() + 1)
        corners = [QRect(place) for _ in range(4)]
        for corner in (corners[1], corners[3]):
            corner.moveBottom(low)
        for corner in corners[2:]:
            corner.moveLeft(right)
        self.move(min(corners, key=lambda corner: _hidden(corner, marker, marks)).topLeft())
        self.raise_()


def _hidden(place: QRect, marker: QPoint | None, marks: Sequence[QPoint]) -> tuple[bool, int]:
    """Return what a badge in a place would hide: whether the marker, and how many of the marks."""
    around = place.adjusted(-ROUND_MARKER, -ROUND_MARKER, ROUND_MARKER, ROUND_MARKER)
    return marker is not None and around.contains(marker), sum(around.contains(mark) for mark in marks)
