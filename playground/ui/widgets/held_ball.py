"""The ball of a plot in the user's hand: taken hold of with the left button, and put elsewhere."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

if TYPE_CHECKING:
    from playground.ui.widgets.plot_card import PlotCard

REACH = 12.0
"""Distance from the middle of the ball within which it is taken hold of, in pixels."""


class HeldBall(QObject):
    """Watches the canvas of a card; what it does not use goes on to the plot.

    place_of: where the ball can be taken hold of, in the numbers of the plot; None: nowhere.
    """

    moved = Signal(float, float, bool)
    """The place under the pointer, within the view, and whether the ball is still held."""

    def __init__(self, card: PlotCard, place_of: Callable[[], tuple[float, float] | None]):
        super().__init__(card)
        self._card, self._place_of = card, place_of
        self._offset: QPointF | None = None
        self._pressed = QPointF()
        self._was_moved = False
        card.canvas.viewport().installEventFilter(self)

    @property
    def held(self) -> bool:
        return self._offset is not None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QMouseEvent):
            return False
        match event.type():
            case QEvent.Type.MouseButtonPress if event.button() == Qt.MouseButton.LeftButton:
                self._offset, self._was_moved = self._offset_of(event), False
                self._pressed = event.position()
                return self.held
            case QEvent.Type.MouseMove if self.held:
                # A hand that only clicks is not quite still.
                way = (event.position() - self._pressed).manhattanLength()
                self._was_moved = self._was_moved or way >= QApplication.startDragDistance()
                if self._was_moved:
                    # The words under the pointer are of the curve, not of the ball that is on its way.
                    self._card.hide_readout()
                    self._move(event, True)
                return True
            case QEvent.Type.MouseMove:
                over = self._offset_of(event) is not None
                shape = Qt.CursorShape.OpenHandCursor if over else Qt.CursorShape.ArrowCursor
                if self._card.canvas.viewport().cursor().shape() != shape:
                    self._card.canvas.viewport().setCursor(shape)
            case QEvent.Type.MouseButtonRelease if self.held and event.button() == Qt.MouseButton.LeftButton:
                if self._was_moved:
                    self._move(event, False)
                    self._card.take_pointer(self._scene(event))
                self._offset = None
                return True
        return False

    def _offset_of(self, event: QMouseEvent) -> QPointF | None:
        """Return the way from the pointer to the middle of the ball; None: it is not near."""
        place = self._place_of()
        if place is None:
            return None
        away: QPointF = self._card.drawing.box.mapViewToScene(QPointF(*place)) - self._scene(event)
        # Of a run that diverged the way can be too long for its square.
        return away if math.hypot(away.x(), away.y()) <= REACH else None

    def _move(self, event: QMouseEvent, more: bool) -> None:
        assert self._offset is not None
        box = self._card.drawing.box
        point = box.mapSceneToView(self._scene(event) + self._offset)
        (left, right), (bottom, top) = box.viewRange()
        self.moved.emit(min(max(point.x(), left), right), min(max(point.y(), bottom), top), more)

    def _scene(self, event: QMouseEvent) -> QPointF:
        place: QPointF = self._card.canvas.mapToScene(event.position().toPoint())
        return place
