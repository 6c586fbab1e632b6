"""Labels that never collide: their places are computed in pixels whenever the picture is painted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from playground.drawing.kit.geometry import Frame
from playground.drawing.kit.items import solid_pen
from playground.drawing.kit.theme import INK, OUTLINE

Box = tuple[float, float, float, float]
"""left, top, right, bottom in pixels."""

RINGS = (1.0, 2.6)
HIDING = 3.0
"""How many better places a label gives up rather than hide a piece of the line."""
LEADER_STEP = 5.0
"""Pixels between two points of a leader that are checked."""
AIR = 2.0
"""Pixels between a label and what it must not touch."""
BUNDLE, COLUMN_AWAY = 1.5, 1.6
"""In heights of a label: how far apart the anchors of a column may lie, and how far beside them it is."""
CLOSEST = 0.85
"""Height of a label in a column without room, as a share of the usual one, which has some air."""
BOX_GROUND = OUTLINE
BOX_OPACITY = 0.78
BOX_TEXT = INK


def overlap(first: Box, second: Box) -> bool:
    """Return whether two boxes share an area."""
    return first[0] < second[2] and second[0] < first[2] and first[1] < second[3] and second[1] < first[3]


def place_labels(
    anchors: Sequence[tuple[float, float]],
    sizes: Sequence[tuple[float, float]],
    frame: Frame,
    obstacles: Sequence[Box] = (),
    line: np.ndarray | None = None,
    distance: float = 9.0,
    farther: int | None = None,
    rings: Sequence[float] = RINGS,
    led: bool = False,
    cost: float = HIDING,
) -> list[Box | None]:
    """Return a box for each label beside its anchor, in order of importance; None where there is no room.

    No box leaves the frame, touches another or an obstacle. Among the free places, near ones that hide little
    of the line (n, 2) come first. farther: number of labels, the first ones (None: all), that may be farther
    away where there is no room at their anchor; the others are left out then. rings: how far away, as
    multiples of the distance. led: a line will lead from its anchor to each label; it crosses none where that
    is possible. cost: of hiding the line, in candidates.
    """
    placed: list[Box] = list(obstacles)
    result: list[Box | None] = []
    for index, ((x, y), (width, height)) in enumerate(zip(anchors, sizes, strict=True)):
        away = rings if farther is None or index < farther else rings[:1]
        candidates = _candidates(x, y, width, height, [distance * ring for ring in away])
        best = _best(candidates, frame, placed, line, (x, y) if led else None, cost)
        if led and best is None:
            # Where every line crosses something, a crossing one is better than no label.
            best = _best(candidates, frame, placed, line, None, cost)
        result.append(best)
        if best is not None:
            placed.append(best)
            if led:
                placed += [around(*place, LEADER_STEP / 2) for place in leader(x, y, best)[2:-1]]
    return result


def through_names(anchors: Sequence[tuple[float, float]], boxes: Sequence[Box | None]) -> bool:
    """Return whether the line from an anchor to its label goes through the label of another."""
    placed = np.array([box for box in boxes if box is not None], dtype=float).reshape(-1, 4)
    return any(
        box is not None and _crosses(leader(*anchor, box)[:-1], placed)
        for anchor, box in zip(anchors, boxes, strict=True)
    )


def in_columns(
    anchors: Sequence[tuple[float, float]],
    sizes: Sequence[tuple[float, float]],
    frame: Frame,
    obstacles: Sequence[Box] = (),
) -> list[Box] | None:
    """Return a box for each label, in a column beside its anchor and those above and below it.

    A column is right of its anchors, else left, in the order of their heights: so a line leads to each label
    through no other of its column. Return None where a column would leave the frame or touch an obstacle or
    another column.
    """
    order = sorted(range(len(anchors)), key=lambda index: anchors[index][0])
    bundles: list[list[int]] = []
    for index in order:
        if not bundles or anchors[index][0] - anchors[bundles[-1][-1]][0] > BUNDLE * sizes[index][1]:
            bundles.append([])
        bundles[-1].append(index)
    taken: list[Box] = list(obstacles)
    found: dict[int, Box] = {}
    for bundle in bundles:
        for right in (True, False):
            column = _column([(*anchors[index], *sizes[index]) for index in bundle], frame, right)
            if _free(np.array(column), frame, np.array(taken, dtype=float).reshape(-1, 4)).all():
                break
        else:
            return None
        taken += column
        found.update(zip(bundle, column, strict=True))
    return [found[index] for index in range(len(anchors))]


def _column(labels: Sequence[tuple[float, float, float, float]], frame: Frame, right: bool) -> list[Box]:
    """Return boxes above each other for (x, y, width, height).

    They are as near to the heights of their anchors as possible.
    """
    height = max(label[3] for label in labels)
    n = len(labels)
    # Where there is little height they stand closer, as far as their texts do not touch.
    closer = (frame[3] - frame[1] - 2 * AIR) / n
    pitch = min(height + AIR, max(closer, CLOSEST * height))
    height = min(height, pitch)
    order = sorted(range(n), key=lambda index: labels[index][1])
    # Anchors that are nearer than a pitch share the mean of their own best places.
    blocks: list[tuple[float, int]] = []
    for rank, index in enumerate(order):
        mean, count = labels[index][1] - rank * pitch, 1
        while blocks and blocks[-1][0] > mean:
            earlier, many = blocks.pop()
            mean, count = (earlier * many + mean * count) / (many + count), many + count
        blocks.append((mean, count))
    places = [mean for mean, count in blocks for _ in range(count)]
    highest, lowest = frame[1] + height / 2, frame[3] - height / 2 - (n - 1) * pitch
    away = COLUMN_AWAY * height
    boxes: list[Box] = [(0.0, 0.0, 0.0, 0.0)] * n
    for rank, index in enumerate(order):
        _, _, width, own = labels[index]
        y = min(max(places[rank], highest), lowest) + rank * pitch
        if right:
            left = max(label[0] for label in labels) + away
        else:
            left = min(label[0] for label in labels) - away - width
        own = min(own, height)
        boxes[index] = (left, y - own / 2, left + width, y + own / 2)
    return boxes


def _best(
    candidates: Sequence[Box],
    frame: Frame,
    placed: Sequence[Box],
    line: np.ndarray | None,
    anchor: tuple[float, float] | None,
    hiding: float = HIDING,
) -> Box | None:
    """Return the best of the free candidates.

    With an anchor, the best of those that a line reaches without a crossing.
    """
    best, best_cost = None, float("inf")
    others = np.array(placed, dtype=float).reshape(-1, 4)
    for rank in np.flatnonzero(_free(np.array(candidates), frame, others)).tolist():
        if rank >= best_cost:
            break
        box = candidates[rank]
        if anchor is not None and _crosses(leader(*anchor, box), others):
            continue
        cost = rank + hiding * _hidden(box, line)
        if cost < best_cost:
            best, best_cost = box, cost
    return best


def _free(boxes: np.ndarray, frame: Frame, others: np.ndarray) -> np.ndarray:
    """Return which boxes (k, 4) lie within the frame and clear of all others (m, 4): (k,) bool."""
    left, top, right, bottom = boxes.T
    inside = (left >= frame[0]) & (top >= frame[1]) & (right <= frame[2]) & (bottom <= frame[3])
    (x0, y0, x1, y1), (left, top, right, bottom) = others.T, boxes.T[:, :, np.newaxis]
    touched = (left - AIR < x1) & (x0 < right + AIR) & (top - AIR < y1) & (y0 < bottom + AIR)
    return np.asarray(inside & ~touched.any(axis=1))


def leader(x: float, y: float, box: Box) -> list[tuple[float, float]]:
    """Return points on the straight line from an anchor to the nearest place of a label's box."""
    to_x, to_y = min(max(x, box[0]), box[2]), min(max(y, box[1]), box[3])
    count = 2 + int(max(abs(to_x - x), abs(to_y - y)) / LEADER_STEP)
    return [(x + (to_x - x) * k / (count - 1), y + (to_y - y) * k / (count - 1)) for k in range(count)]


def _crosses(way: list[tuple[float, float]], boxes: np.ndarray) -> bool:
    """Return whether a line goes through one of the boxes (m, 4) that it does not begin in."""
    left, top, right, bottom = boxes.T
    x, y = np.array(way).T[:, :, np.newaxis]
    inside = (left <= x) & (x <= right) & (top <= y) & (y <= bottom)
    return bool((inside & ~inside[0]).any())


def _candidates(x: float, y: float, width: float, height: float, distances: list[float]) -> list[Box]:
    """Return the candidates for a label at each distance.

    In this order: right above, left above, right below, left below, beside, above, below.
    """
    boxes = []
    for away in distances:
        near = 0.55 * away
        for left, top in (
            (x + near, y - near - height),
            (x - near - width, y - near - height),
            (x + near, y + near),
            (x - near - width, y + near),
            (x + away, y - height / 2),
            (x - away - width, y - height / 2),
            (x - width / 2, y - away - height),
            (x - width / 2, y + away),
        ):
            boxes.append((left, top, left + width, top + height))
    return boxes


def _hidden(box: Box, line: np.ndarray | None) -> float:
    """Return how much of a line lies under a box: from 0 to about 3, saturating."""
    if line is None or not len(line):
        return 0.0
    inside = (
        (line[:, 0] > box[0]) & (line[:, 0] < box[2]) & (line[:, 1] > box[1]) & (line[:, 1] < box[3])
    ).sum()
    return float(np.log1p(inside))


def around(x: float, y: float, half: float) -> Box:
    """Return a square box around a point."""
    return (x - half, y - half, x + half, y + half)


def sampled(x: np.ndarray, y: np.ndarray, every: float = 6.0, most: int = 4000) -> np.ndarray:
    """Return points along a polyline about `every` pixels apart: (n, 2).

    Long segments count as much as many short ones.
    """
    if len(x) < 2:
        return np.column_stack([x, y])
    length = np.hypot(np.diff(x), np.diff(y))
    along = np.concatenate([[0.0], np.cumsum(np.where(np.isfinite(length), length, 0.0))])
    count = int(min(max(along[-1] / every, 2), most))
    at = np.linspace(0.0, along[-1], count)
    return np.column_stack([np.interp(at, along, x), np.interp(at, along, y)])


def text_size(text: str, text_font: QFont) -> tuple[float, float]:
    """Return width and height of a label's box."""
    metrics = QFontMetricsF(text_font)
    return metrics.horizontalAdvance(text) + 0.7 * metrics.height(), 1.12 * metrics.height()


def draw_label(
    painter: QPainter,
    box: Box,
    text: str,
    text_font: QFont,
    ground: str = BOX_GROUND,
    ink: str = BOX_TEXT,
) -> None:
    """Draw text on a small box that is partly transparent: light on dark, for what lies over a surface."""
    rect = QRectF(QPointF(box[0], box[1]), QPointF(box[2], box[3]))
    color = QColor(ground)
    color.setAlphaF(BOX_OPACITY)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawRoundedRect(rect, 3.0, 3.0)
    painter.setFont(text_font)
    painter.setPen(solid_pen(ink, 1.0))
    draw_text(painter, rect, text, text_font)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def draw_text(painter: QPainter, rect: QRectF, text: str, text_font: QFont, side: str = "centre") -> None:
    """Draw text on one line in the middle of a box's height: "left", "centre" or "right" in its width."""
    metrics = QFontMetricsF(text_font)
    free = rect.width() - metrics.horizontalAdvance(text)
    x = rect.left() + {"left": 0.0, "centre": 0.5, "right": 1.0}[side] * free
    y = rect.center().y() + (metrics.ascent() - metrics.descent()) / 2
    painter.setFont(text_font)
    painter.drawText(QPointF(x, y), text)
