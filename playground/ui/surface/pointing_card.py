"""A card with a surface that can be pointed at, by mouse or key, down to the exact J of a place."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from playground.drawing.surface.drawing import SurfaceDrawing
from playground.engine.lengths import length
from playground.landscape.plane import Plane
from playground.numerals import number_text
from playground.ui.surface.cursor import ENDED, MOVED, TAKEN, SurfaceCursor
from playground.ui.widgets.plot_card import PlotCard

Place = tuple[float, float]


class Exact(NamedTuple):
    """The exact J at a place of a plane."""

    plane: Plane
    place: Place
    loss: float


class PointingCard(PlotCard):
    """Knows which place of the plane is pointed at; subclasses say which plane, and where the weights are."""

    drawing: SurfaceDrawing
    put_wanted = Signal(float, float)
    """Double-clicked, or Enter at the cursor: the weights shall stand at this place of the plane."""
    start_wanted, ball_wanted = Signal(float, float), Signal(float, float)
    """On the whole landscape of a formula, a click or Enter at the cursor: the run shall start there; with
    Shift and Enter: the ball shall be put there."""

    def __init__(self, name: str, title: str, drawing: SurfaceDrawing, parent: QWidget | None = None):
        super().__init__(name, title, drawing, parent)
        self._cross = SurfaceCursor(drawing)
        self._pointed: Place | None = None
        self._exact: Exact | None = None
        self.is_whole = False
        """Whether the picture is the whole landscape of a formula."""
        self.clicked.connect(self._start)
        self.canvas.viewport().installEventFilter(self)

    @property
    def plane(self) -> Plane | None:
        """The plane on the screen."""
        raise NotImplementedError

    def parameters_now(self) -> np.ndarray | None:
        """The present parameters (P,)."""
        raise NotImplementedError

    def moment_name(self) -> str:
        """What the moment of the present parameters is called: now, or the step that is looked at."""
        raise NotImplementedError

    @property
    def pointed(self) -> Place | None:
        """The place of the plane under the cursor of the keyboard, or else under the pointer."""
        return self._cross.place or self._pointed if self.plane is not None else None

    def take_exact(self, exact: Exact | None) -> None:
        """Keep the exact J at a place that is pointed at; None: it is not known."""
        self._exact = exact
        self.refresh_readout()

    def hover_text(self, x: float, y: float) -> str:
        self._pointed = (x, y)
        # The cross stands where it stands, whatever pixels make of it.
        x, y = self.pointed or (x, y)
        text, theta = self.drawing.hover(x, y), self.parameters_now()
        plane, exact = self.plane, self._exact
        if not text or plane is None or theta is None:
            result: str = text
            return result
        away = length(plane.at(x, y) - theta)
        # The same numbers are another place once another plane is in use.
        if exact is not None and exact.plane is plane and self.pointed == exact.place:
            at = ", ".join(number_text(number, 4) for number in exact.place)
            text = f"J {number_text(exact.loss, 6)} exactly   at ({at})"
        return f"{text}   {number_text(away, 3)} from {self.moment_name()}"

    def end_hover(self) -> None:
        self._pointed = None

    def end_cross(self) -> None:
        if self._cross.place is not None:
            self._cross.end()
            self._end_hover()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonDblClick and isinstance(event, QMouseEvent):
            box, place = self.drawing.box, self.canvas.mapToScene(event.position().toPoint())
            left = event.button() == Qt.MouseButton.LeftButton
            if left and self.is_whole:
                # The first click has begun the run there.
                return True
            if left and self.plane is not None and box.sceneBoundingRect().contains(place):
                point = box.mapSceneToView(place)
                self.put_wanted.emit(point.x(), point.y())
                return True
        return super().eventFilter(watched, event)

    def _start(self, a: float, b: float, plain: bool) -> None:
        if plain and self.is_whole:
            self.start_wanted.emit(a, b)

    def _key(self, event: QKeyEvent) -> bool:
        plane, theta = self.plane, self.parameters_now()
        did: Any = self._cross.key(event, plane.project(theta)) if plane and theta is not None else ""
        place = self._cross.place
        if did == MOVED and place is not None:
            self._pointer = self.drawing.box.mapViewToScene(QPointF(*place))
            self._show_readout()
        elif did == TAKEN and place is not None:
            shift = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            of_formula = self.ball_wanted if shift else self.start_wanted
            (of_formula if self.is_whole else self.put_wanted).emit(*place)
        elif did == ENDED:
            self._end_hover()
        return bool(did) or super()._key(event)
