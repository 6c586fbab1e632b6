"""Pointing at a surface with the keyboard: Shift and arrows move a cross, Enter acts, Esc takes it away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

if TYPE_CHECKING:
    from playground.drawing.surface.drawing import SurfaceDrawing

STEP = 0.02
"""Share of the view that one key moves the cross by."""
DIRECTIONS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}
MOVED, TAKEN, ENDED = "moved", "taken", "ended"


class SurfaceCursor:
    """The cross of a drawing; `key` says what a key did to it."""

    def __init__(self, drawing: SurfaceDrawing):
        self._drawing = drawing

    @property
    def place(self) -> tuple[float, float] | None:
        """Where the cross stands; None where there is none."""
        return self._drawing.cursor.place

    def end(self) -> None:
        """Take the cross away."""
        self._drawing.cursor.point_at(None)

    def key(self, event: QKeyEvent, start: tuple[float, float]) -> str:
        """MOVED, TAKEN (Enter) or ENDED (Esc), or empty for a key that is none of the cross's.

        start: where the first key puts the cross, in the plane's coordinates.
        """
        key, place = Qt.Key(event.key()), self.place
        if place is not None and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return TAKEN
        if place is not None and key == Qt.Key.Key_Escape:
            self.end()
            return ENDED
        if key not in DIRECTIONS or not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            return ""
        (left, right), (bottom, top) = self._drawing.box.viewRange()
        (x, y), (across, up) = place or start, DIRECTIONS[key]
        x = min(max(x + STEP * across * (right - left), left), right)
        y = min(max(y + STEP * up * (top - bottom), bottom), top)
        self._drawing.cursor.point_at((x, y))
        return MOVED
