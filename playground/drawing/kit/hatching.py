"""Hatched cells of a surface, and their count: both from the same masks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QTransform

from playground.drawing.kit.geometry import Frame, hatch, runs
from playground.drawing.kit.items import ThemedItem, cell_rect, draw_segments, map_points, solid_pen
from playground.drawing.kit.levels import Beyond, Levels, Outside
from playground.drawing.kit.theme import INK, OUTLINE, Theme
from playground.landscape.surface import Surface

HATCH_GAP = 7.0


class Cells(NamedTuple):
    """The hatched cells of a grid with centres a (na,) and b (nb,); none is within the hole."""

    a: np.ndarray
    b: np.ndarray
    outside: Outside
    hole: QRectF | None = None


def hatched(surface: Surface, finer: Surface | None, levels: Levels) -> list[Cells]:
    """Return the hatched cells of a surface, and of finer cells that are drawn over it.

    Cells of the surface under the finer ones are not visible, nor are finer ones outside of it.
    """
    if finer is None:
        return [Cells(surface.a, surface.b, Outside.of(surface.values, levels))]
    over = cell_rect(finer.a, finer.b)
    left, right, bottom, top = _edges(surface)
    covered_a = (left >= over.left()) & (right <= over.right())
    covered_b = (bottom >= over.top()) & (top <= over.bottom())
    seen = ~(covered_b[:, None] & covered_a[None, :])
    left, right, bottom, top = _edges(finer)
    within_a = (right > surface.a[0]) & (left < surface.a[-1])
    within_b = (top > surface.b[0]) & (bottom < surface.b[-1])
    within = within_b[:, None] & within_a[None, :]
    return [
        Cells(surface.a, surface.b, Outside.of(surface.values, levels, seen), over),
        Cells(finer.a, finer.b, Outside.of(finer.values, levels, within)),
    ]


def count_hatched(cells: Sequence[Cells]) -> Beyond:
    """Return the number of hatched cells, by their reasons."""
    return sum((some.outside.count for some in cells), Beyond(0, 0, 0))


class HatchItem(ThemedItem):
    """Hatched cells, which have no colour of their own.

    Above the levels: dark lines rising; below: light lines falling; not finite: the card's ground, lines both
    ways.
    """

    def __init__(self, theme: Theme):
        super().__init__(theme)
        self.count = Beyond(0, 0, 0)
        self.boxes: dict[str, np.ndarray] = {}

    def clear(self) -> None:
        self.count, self.boxes = Beyond(0, 0, 0), {}
        self.update()

    def show(self, cells: Sequence[Cells]) -> None:
        """Hatch these cells and count them."""
        self.count = count_hatched(cells)
        boxes: dict[str, list[np.ndarray]] = {}
        for some in cells:
            for kind in ("above", "below", "not_finite"):
                mask = getattr(some.outside, kind)
                if mask.any():
                    found = _boxes(some.a, some.b, mask)
                    found = found if some.hole is None else _around(found, some.hole)
                    boxes.setdefault(kind, []).append(found)
        self.boxes = {kind: np.concatenate(found) for kind, found in boxes.items()}
        self.update()

    def draw(self, painter: QPainter, transform: QTransform, frame: Frame) -> None:
        for kind, boxes in self.boxes.items():
            pixels = _to_pixels(transform, boxes)
            if kind == "not_finite":
                painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(self.theme.card))
                for left, top, right, bottom in pixels:
                    rect = QRectF(QPointF(left, top), QPointF(right, bottom))
                    whole = QRectF(QPointF(frame[0], frame[1]), QPointF(frame[2], frame[3]))
                    painter.drawRect(rect.intersected(whole))
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            dark = {"above": OUTLINE, "below": INK, "not_finite": self.theme.dim_text}[kind]
            color = QColor(dark)
            color.setAlphaF(0.5)
            painter.setPen(solid_pen(color, self.theme.thin_width))
            if kind != "below":
                draw_segments(painter, hatch(pixels, frame, HATCH_GAP))
            if kind != "above":
                draw_segments(painter, hatch(pixels, frame, HATCH_GAP, rising=False))


def _edges(surface: Surface) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return left and right edges (na,) of a surface's columns, lower and upper ones (nb,) of its rows."""
    rect = cell_rect(surface.a, surface.b)
    half_a, half_b = rect.width() / len(surface.a) / 2, rect.height() / len(surface.b) / 2
    return surface.a - half_a, surface.a + half_a, surface.b - half_b, surface.b + half_b


def _boxes(a: np.ndarray, b: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Return runs of cells as boxes in data coordinates: (n, 4) a_min, b_min, a_max, b_max."""
    rect = cell_rect(a, b)
    wide, high = rect.width() / len(a), rect.height() / len(b)
    rows, first, last = runs(mask).T
    return np.column_stack(
        [
            rect.left() + first * wide,
            rect.top() + rows * high,
            rect.left() + last * wide,
            rect.top() + (rows + 1) * high,
        ]
    )


def _around(boxes: np.ndarray, hole: QRectF) -> np.ndarray:
    """Return the parts of boxes (n, 4) around a hole: up to four boxes each."""
    left, bottom, right, top = boxes.T
    inner_low, inner_high = np.maximum(bottom, hole.top()), np.minimum(top, hole.bottom())
    pieces = np.concatenate(
        [
            np.column_stack([left, bottom, right, np.minimum(top, hole.top())]),
            np.column_stack([left, np.maximum(bottom, hole.bottom()), right, top]),
            np.column_stack([left, inner_low, np.minimum(right, hole.left()), inner_high]),
            np.column_stack([np.maximum(left, hole.right()), inner_low, right, inner_high]),
        ]
    )
    return pieces[(pieces[:, 2] > pieces[:, 0]) & (pieces[:, 3] > pieces[:, 1])]


def _to_pixels(transform: QTransform, boxes: np.ndarray) -> np.ndarray:
    x, y = map_points(transform, boxes[:, [0, 2]], boxes[:, [1, 3]])
    return np.column_stack([x.min(1), y.min(1), x.max(1), y.max(1)])
