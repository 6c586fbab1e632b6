"""Lines broken where the steps between two values are unknown, and dots at the values themselves.

What is measured only now and then, as the sharpness, is joined by a line over short stretches alone: a line
over a long one would claim values that were never measured.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QTransform

from playground.drawing.kit.geometry import Frame
from playground.drawing.kit.items import LineItem, map_points
from playground.engine.recording.series import Curve


def broken(curve: Curve, rows: np.ndarray) -> Curve:
    """Return a curve with NaN before the values of these rows (k,), ascending: no line leads to them."""
    if not rows.size:
        return curve
    # At the steps of these rows themselves: a height read off between two values is NaN too.
    return Curve(np.insert(curve.steps, rows, curve.steps[rows]), np.insert(curve.values, rows, np.nan))


SHORT_STRETCHES = 30
"""Values no farther apart than this fraction, 1/30, of the run are joined; so are those of 2 steps apart."""
DOT_SHARE = 0.9
"""Half the width of a dot, as a share of the width of the line."""
CROWDED = 4.0
"""Values closer on both sides than this many widths of the line show by the line alone."""


def rows_far(steps: np.ndarray, last: int) -> np.ndarray:
    """Return the rows (k,) of ascending steps (n,) too far from the row before, in a run at the step last."""
    return np.flatnonzero(np.diff(steps) > max(2, last // SHORT_STRETCHES)) + 1


class SampleDots(LineItem):
    """A dot at each value of a curve, but where they crowd: the line joins them there, and it has no gap."""

    def draw(self, painter: QPainter, transform: QTransform, frame: Frame) -> None:
        seen = np.flatnonzero(np.isfinite(self.y))
        if not len(seen):
            return
        x, y = map_points(transform, self.x[seen], self.y[seen])
        apart = np.diff(x, prepend=-np.inf, append=np.inf)
        dots = np.maximum(apart[:-1], apart[1:]) >= CROWDED * self.pen.widthF()
        dots &= (x >= frame[0]) & (x <= frame[2]) & (y >= frame[1]) & (y <= frame[3])
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.pen.color())
        half = DOT_SHARE * self.pen.widthF()
        for at_x, at_y in zip(x[dots].tolist(), y[dots].tolist(), strict=True):
            painter.drawEllipse(QPointF(at_x, at_y), half, half)
        painter.setBrush(Qt.BrushStyle.NoBrush)
