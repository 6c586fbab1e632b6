"""The box around a height field: floor, back walls, and axes along the edges that face the eye."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from playground.drawing.kit.axes import font, linear_ticks, log_ticks
from playground.drawing.kit.items import draw_segments, solid_pen
from playground.drawing.kit.labels import Box, draw_text, overlap
from playground.drawing.kit.levels import Levels
from playground.drawing.kit.theme import Theme, mix
from playground.drawing.surface.camera import Camera
from playground.drawing.surface.height_field import HEIGHT, HeightField, heights, unit
from playground.numerals import texts_apart

OUT = 0.12
"""Distance of the texts of an axis from the box, in its own space."""
NAME_APART = 3.0
"""Pixels between the numbers of an axis and its name."""
FEWEST = 2
"""Numbers that an axis has where there is any room for them."""
MOST_DOWN = 2.5
"""Largest distance, in lines, by which a name is moved down along its edge."""


class BoxAxes:
    """The box of a field from the view of a camera."""

    def __init__(
        self, field: HeightField, names: tuple[str, str], camera: Camera, rect: QRectF, theme: Theme
    ):
        self.field, self.names = field, names
        self.camera, self.rect, self.theme = camera, rect, theme
        self._small = font(theme, theme.small_font_size)
        self._font = font(theme)
        eye = camera.eye()
        # The sides of the box that face the eye.
        self._near = np.where(eye[:2] >= 0, 1.0, -1.0)
        self.placed: list[tuple[str, Box]] = []
        """The texts that are painted, with their places."""

    def paint(self, painter: QPainter) -> None:
        """Paint floor, walls and axes; call it before the field is painted."""
        near_x, near_y = self._near
        a_ticks, b_ticks, j_ticks = self._ticks()
        theme = self.theme
        grid = []
        for x in unit(a_ticks, self.field.surface.a):
            grid += [((x, -1, 0), (x, 1, 0)), ((x, -near_y, 0), (x, -near_y, HEIGHT))]
        for y in unit(b_ticks, self.field.surface.b):
            grid += [((-1, y, 0), (1, y, 0)), ((-near_x, y, 0), (-near_x, y, HEIGHT))]
        for z in heights(j_ticks, self.field.levels):
            grid += [((-near_x, -1, z), (-near_x, 1, z)), ((-1, -near_y, z), (1, -near_y, z))]
        painter.setPen(solid_pen(mix(theme.card, theme.border, 0.75), theme.thin_width * 0.8))
        self._lines(painter, grid)
        x, y = self._height_corner()
        edges = [((x, y, 0), (x, y, HEIGHT))]
        for sign in (-1, 1):
            edges += [((-1, sign, 0), (1, sign, 0)), ((sign, -1, 0), (sign, 1, 0))]
        painter.setPen(solid_pen(mix(theme.card, theme.dim_text, 0.7), theme.thin_width))
        self._lines(painter, edges)
        self._label_heights(painter, x, y, j_ticks)
        self._label_edge(painter, "a", a_ticks)
        self._label_edge(painter, "b", b_ticks)

    def _ticks(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        surface, levels = self.field.surface, self.field.levels
        near_x, near_y = self._near
        room = 4.4 * self.theme.small_font_size
        found = []
        for axis, edge in (
            (surface.a, ((-1, near_y, 0), (1, near_y, 0))),
            (surface.b, ((near_x, -1, 0), (near_x, 1, 0))),
        ):
            most = int(min(max(self._length(*edge) / room, 2), 6))
            ends = float(axis[0]), float(axis[-1])
            tries = (linear_ticks(*ends, most + more) for more in range(4))
            # One number alone is no scale.
            step, ticks = next(
                (found for found in tries if len(found[1]) >= FEWEST), linear_ticks(*ends, most)
            )
            found.append(np.where(np.abs(ticks) < 1e-9 * step, 0.0, ticks))
        x, y = self._height_corner()
        tall = self._length((x, y, 0), (x, y, HEIGHT))
        return found[0], found[1], height_ticks(levels, tall, self.theme)

    def _height_corner(self) -> tuple[float, float]:
        """Return the leftmost corner of the box in the picture: nothing is in front of it."""
        near_x, near_y = self._near
        corners = [(near_x, -near_y), (-near_x, near_y)]
        return min(corners, key=lambda corner: self._pixel((*corner, 0.0))[0])

    def _label_heights(self, painter: QPainter, x: float, y: float, ticks: np.ndarray) -> None:
        theme = self.theme
        painter.setFont(self._small)
        line = QFontMetricsF(self._small).height()
        texts = texts_apart(ticks)
        for text, z in zip(texts, heights(ticks, self.field.levels), strict=True):
            at = self._pixel((x, y, z))
            painter.setPen(solid_pen(theme.dim_text, theme.thin_width))
            painter.drawLine(QLineF(at[0] - 4, at[1], at[0], at[1]))
            self._text(painter, QPointF(at[0] - 7, at[1]), text, self._small, "right")
        top = self._pixel((x, y, HEIGHT))
        name = "J (log)" if self.field.levels.logarithmic else "J"
        self._text(painter, QPointF(top[0], top[1] - 1.05 * line), name, self._font, "centre", theme.text)

    def _label_edge(self, painter: QPainter, axis: str, ticks: np.ndarray) -> None:
        near_x, near_y = self._near
        along = axis == "a"
        grid = self.field.surface.a if along else self.field.surface.b
        outwards = (0.0, near_y * OUT, 0.0) if along else (near_x * OUT, 0.0, 0.0)
        middle = np.array([0.0, near_y, 0.0] if along else [near_x, 0.0, 0.0])
        away = self._direction(middle, np.array(outwards))
        line = QFontMetricsF(self._small).height()
        theme = self.theme
        painter.setFont(self._small)
        texts = texts_apart(ticks, 6)
        for text, at in zip(texts, unit(ticks, grid), strict=True):
            point = np.array([at, near_y, 0.0] if along else [near_x, at, 0.0])
            here = self._pixel(point)
            painter.setPen(solid_pen(theme.dim_text, theme.thin_width))
            painter.drawLine(QLineF(here[0], here[1], here[0] + 4 * away[0], here[1] + 4 * away[1]))
            wide = QFontMetricsF(self._small).horizontalAdvance(text)
            # A text does not touch its edge, whichever way the edge runs.
            apart = 6 + abs(away[0]) * wide / 2 + abs(away[1]) * line / 2
            self._text(painter, QPointF(*(here + apart * away)), text, self._small)
        name = self.names[0] if along else self.names[1]
        widest = max(map(QFontMetricsF(self._small).horizontalAdvance, texts), default=0.0)
        off = self._normal(middle, along, away)
        reach = np.abs(away) @ (widest / 2, line / 2) + 6
        numbers = off @ away * reach + np.abs(off) @ (widest / 2, line / 2)
        start = self._pixel(middle) + (numbers + NAME_APART) * off
        ways = [[name], _halves(name)] if " " in name else [[name]]
        places = [(lines, *self._name_place(start, off, lines)) for lines in ways]
        # Whole where it has room, on two lines where it has not; farther out or aside where a text is.
        places.sort(key=lambda entry: (not entry[2], len(entry[0]) if entry[2] else -len(entry[0])))
        aside = np.array([off[1], -off[0]])
        moves = [out * off + side * aside for out in (0, 1, 2) for side in (0, 1, -1, 2, -2, 3, -3)]
        for lines, place, _ in places:
            for move in moves:
                at = place + move * line
                if self._is_free(at, lines):
                    self._write(painter, at, lines)
                    return

    def _write(self, painter: QPainter, place: np.ndarray, lines: list[str]) -> None:
        """Write a name, its lines below each other around a place."""
        high = QFontMetricsF(self._font).height()
        for index, text in enumerate(lines):
            y = place[1] + (index - (len(lines) - 1) / 2) * high
            at = QPointF(place[0], y)
            self._text(painter, at, text, self._font, "centre", self.theme.dim_text)

    def _is_free(self, place: np.ndarray, lines: list[str]) -> bool:
        """Return whether a name around a place lies in the picture and touches no other text."""
        metrics = QFontMetricsF(self._font)
        half, high = max(map(metrics.horizontalAdvance, lines)) / 2, len(lines) * metrics.height() / 2
        box = (place[0] - half, place[1] - high, place[0] + half, place[1] + high)
        rect = self.rect
        inside = rect.left() <= box[0] and box[2] <= rect.right() and box[3] <= rect.bottom() + 1
        return inside and not any(overlap(box, other) for _, other in self.placed)

    def _name_place(self, start: np.ndarray, off: np.ndarray, lines: list[str]) -> tuple[np.ndarray, bool]:
        """Return the middle of a name beyond a point, and whether it has room there.

        off: the direction away from the edge. Where the picture ends, the name comes nearer to the edge only
        where it cannot move down along it.
        """
        metrics = QFontMetricsF(self._font)
        half = max(map(metrics.horizontalAdvance, lines)) / 2
        high = len(lines) * metrics.height() / 2
        place = start + (np.abs(off) @ (half, high)) * off
        left, right = self.rect.left() + half + 4, self.rect.right() - half - 4
        has_room = True
        if left < right:
            moved = min(max(place[0], left), right) - place[0]
            place[0] += moved
            if moved * off[0] < 0:
                down = -moved * off[0] / max(off[1], 1e-9)
                has_room = down <= MOST_DOWN * metrics.height()
                place[1] += down if has_room else 0.0
        place[1] = min(place[1], self.rect.bottom() - high)
        return place, has_room

    def _normal(self, middle: np.ndarray, along: bool, away: np.ndarray) -> np.ndarray:
        """Return the unit vector of the picture across an edge, outwards."""
        direction = self._direction(middle, np.array([1.0, 0.0, 0.0] if along else [0.0, 1.0, 0.0]))
        across = np.array([-direction[1], direction[0]])
        return across if across @ away >= 0 else -across

    def _text(
        self, painter: QPainter, at: QPointF, text: str, text_font: QFont, side: str = "centre", ink: str = ""
    ) -> None:
        """Write at a point, unless there is a text already."""
        metrics = QFontMetricsF(text_font)
        wide, high = metrics.horizontalAdvance(text), metrics.height()
        left = at.x() - {"left": 0.0, "centre": 0.5, "right": 1.0}[side] * wide
        box = (left, at.y() - 0.4 * high, left + wide, at.y() + 0.4 * high)
        if any(overlap(box, other) for _, other in self.placed):
            return
        self.placed.append((text, box))
        painter.setPen(QColor(ink or self.theme.dim_text))
        draw_text(painter, QRectF(left, at.y() - high / 2, wide, high), text, text_font, "left")

    def _pixel(self, point: tuple[float, ...] | np.ndarray) -> np.ndarray:
        return self.camera.project(np.asarray(point, float), self.rect)[0]

    def _direction(self, point: np.ndarray, towards: np.ndarray) -> np.ndarray:
        """Return the unit vector of the picture from a point outwards; downwards where it is not visible."""
        apart = self._pixel(point + towards) - self._pixel(point)
        length = math.hypot(*apart)
        return apart / length if length > 1.0 else np.array([0.0, 1.0])

    def _length(self, first: tuple[float, ...], last: tuple[float, ...]) -> float:
        return math.hypot(*(self._pixel(last) - self._pixel(first)))

    def _lines(self, painter: QPainter, ends: list[Any]) -> None:
        """Draw lines between pairs of points of the box."""
        pixels = self.camera.project(np.array(ends, dtype=float), self.rect)[0]
        draw_segments(painter, pixels.reshape(-1, 4))


def _halves(name: str) -> list[str]:
    """Return a name on two lines that are about equally long."""
    words = name.split(" ")
    cut = min(range(1, len(words)), key=lambda at: max(len(" ".join(words[:at])), len(" ".join(words[at:]))))
    return [" ".join(words[:cut]), " ".join(words[cut:])]


def height_ticks(levels: Levels, length: float, theme: Theme) -> np.ndarray:
    """Return the losses for the labels of an axis of this length in pixels."""
    most = int(min(max(length / (1.9 * theme.small_font_size), 3), 8))
    if levels.logarithmic:
        return log_ticks(levels.low, levels.high, most)
    return linear_ticks(levels.low, levels.high, most)[1]
