"""A pad to draw on, with the mouse or with the keys."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.arrays import Floats
from playground.drawing.kit.items import solid_pen
from playground.drawing.kit.theme import DARK, Theme

PEN_SHARE = 0.09
"""Width of the drawn line, as a share of the pad's side."""
KEY_SHARE = 1.0 / 16.0
"""How far an arrow key moves the pen, as a share of the side."""
ARROWS = {
    Qt.Key.Key_Left: (-KEY_SHARE, 0.0),
    Qt.Key.Key_Right: (KEY_SHARE, 0.0),
    Qt.Key.Key_Up: (0.0, -KEY_SHARE),
    Qt.Key.Key_Down: (0.0, KEY_SHARE),
}


class DrawingPad(QWidget):
    """Strokes as shares of the pad's side. `changed` is emitted at every part of a stroke.

    With the keys: arrows move the pen, with Shift they draw; Delete clears.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.strokes: list[list[tuple[float, float]]] = []
        self._theme: Theme = DARK
        self._pen_at = (0.5, 0.25)
        self._with_keys = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName("Pad to draw on")
        self.setToolTip("Draw with the mouse; with the keys: arrows move the pen, Shift draws, Delete clears")

    @property
    def lines(self) -> list[Floats]:
        """The strokes as arrays (n, 2)."""
        return [np.array(stroke) for stroke in self.strokes]

    def clear(self) -> None:
        """Take all strokes away."""
        self.strokes = []
        self._with_keys = False
        self._tell()

    def restyle(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(150, 150)

    def minimumSizeHint(self) -> QSize:
        return QSize(96, 96)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, square = self._theme, self._square()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(solid_pen(theme.text if self.hasFocus() else theme.border, 1.5))
        painter.setBrush(QColor(theme.field))
        painter.drawRoundedRect(square.adjusted(1, 1, -1, -1), 4, 4)
        pen = QPen(QColor(theme.text), PEN_SHARE * square.width())
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setClipRect(square)
        for stroke in self.strokes:
            places = [self._on_screen(place, square) for place in stroke]
            if len(places) == 1:
                painter.drawPoint(places[0])
            else:
                painter.drawPolyline(QPolygonF(places))
        if self.hasFocus():
            painter.setPen(solid_pen(theme.dim_text, 1.2))
            painter.drawEllipse(self._on_screen(self._pen_at, square), 4.0, 4.0)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._with_keys = False
            self.strokes.append([self._share(event.position())])
            self._tell()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton and self.strokes:
            self.strokes[-1].append(self._share(event.position()))
            self._tell()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in ARROWS:
            before = self._pen_at
            x, y = (min(max(at + by, 0.0), 1.0) for at, by in zip(before, ARROWS[key], strict=True))
            self._pen_at = (x, y)
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                if not self._with_keys or not self.strokes:
                    self.strokes.append([before])
                self._with_keys = True
                self.strokes[-1].append(self._pen_at)
                self._tell()
            else:
                self._with_keys = False
                self.update()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.clear()
        else:
            super().keyPressEvent(event)

    def _tell(self) -> None:
        self.update()
        self.changed.emit()

    def _square(self) -> QRectF:
        side = float(min(self.width(), self.height()))
        return QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)

    def _share(self, place: QPointF) -> tuple[float, float]:
        square = self._square()
        x, y = (place.x() - square.left()) / square.width(), (place.y() - square.top()) / square.height()
        return min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0)

    def _on_screen(self, share: tuple[float, float], square: QRectF) -> QPointF:
        return QPointF(square.left() + share[0] * square.width(), square.top() + share[1] * square.height())
