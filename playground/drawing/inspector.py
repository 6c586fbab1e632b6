"""Operations on matrices written out: entries as numbers between brackets, large matrices as heat maps.

Heat maps have the colours of the signs of weights, the stronger, the larger the entry compared with the
largest of its matrix.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen

from playground.drawing.kit.theme import Theme, channels, mix
from playground.engine.backprop.operation import Matrix, Operation

MOST_WRITTEN = 8
"""Matrices of more rows or columns than this are heat maps."""
HEAT_SIDE = 132.0
GAP, BRACKET = 7.0, 4.0


class Entry(NamedTuple):
    """One entry of an operation: the part, its row, its column."""

    part: int
    row: int
    column: int


@dataclass(frozen=True)
class Placed:
    """A part of an operation with its place; for a matrix the rectangle of its entries."""

    part: int
    place: QRectF
    written: bool = True


class MatrixDrawing:
    """The layout and painting of operations, one after the other."""

    def __init__(self, theme: Theme):
        self.restyle(theme)

    def restyle(self, theme: Theme) -> None:
        """Apply the colours and sizes of a theme."""
        self.theme = theme
        self._font = _font(theme.font_size + theme.font_factor)
        self._small = _font(theme.small_font_size)
        self._bold = _font(theme.font_size + theme.font_factor, bold=True)

    @property
    def line(self) -> float:
        """Height of a line of text."""
        return QFontMetricsF(self._font).height()

    def lay_out(self, operation: Operation, width: float) -> tuple[list[Placed], float]:
        """Return the places of the parts in this width, and their height together.

        They take as many lines as needed.
        """
        metrics, small = QFontMetricsF(self._font), QFontMetricsF(self._small)
        head = small.height() + 2
        sizes = []
        for part in operation.parts:
            if isinstance(part, str):
                sizes.append((metrics.horizontalAdvance(part) + 2 * GAP, 0.0, 0.0, True))
                continue
            wide, high, written = self._size(part)
            room = max(wide + 2 * BRACKET + 2, small.horizontalAdvance(part.name))
            sizes.append((room, wide, high, written))
        rows: list[list[int]] = [[]]
        x = 0.0
        for index, (room, *_) in enumerate(sizes):
            # A sign stays on the line of the matrix that follows it.
            needed = room
            if isinstance(operation.parts[index], str) and index + 1 < len(sizes):
                needed += sizes[index + 1][0]
            alone = index > 0 and isinstance(operation.parts[index - 1], str) and len(rows[-1]) == 1
            if rows[-1] and x + needed > width and not alone:
                rows.append([])
                x = 0.0
            rows[-1].append(index)
            x += room
        placed, y = [], 0.0
        for row in rows:
            tallest = max([metrics.height(), *(sizes[index][2] for index in row)])
            middle, x = y + head + tallest / 2, 0.0
            for index in row:
                room, wide, high, written = sizes[index]
                if isinstance(operation.parts[index], str):
                    rect = QRectF(x, middle - metrics.height() / 2, room, metrics.height())
                else:
                    rect = QRectF(x + (room - wide) / 2, middle - high / 2, wide, high)
                placed.append(Placed(index, rect, written))
                x += room
            y += head + tallest + 6
        return placed, y

    def paint(
        self,
        painter: QPainter,
        origin: QPointF,
        operation: Operation,
        placed: list[Placed],
        chosen: Entry | None = None,
        strength: float = 1.0,
    ) -> None:
        """Paint an operation that was laid out. chosen: the entry under the pointer."""
        theme = self.theme
        painter.save()
        painter.translate(origin)
        ink = QColor(mix(theme.card, theme.text, strength))
        dim = QColor(mix(theme.card, theme.dim_text, max(strength, 0.75)))
        for spot in placed:
            part = operation.parts[spot.part]
            if isinstance(part, str):
                painter.setFont(self._font)
                painter.setPen(QColor(theme.pink) if "−" in part and len(part) > 1 else dim)
                painter.drawText(spot.place, Qt.AlignmentFlag.AlignCenter, part)
                continue
            painter.setFont(self._small)
            painter.setPen(ink if part.result else dim)
            high = QFontMetricsF(self._small).height()
            above = QRectF(spot.place.center().x() - 200, spot.place.top() - high - 2, 400, high)
            painter.drawText(above, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom, part.name)
            at = chosen if chosen is not None and chosen.part == spot.part else None
            if spot.written:
                self._paint_numbers(painter, spot.place, part, ink, at)
            else:
                self._paint_heat(painter, spot.place, part.values)
                if at is not None:
                    self._frame_entry(painter, spot.place, part.values, at)
            self._paint_brackets(painter, spot.place, QPen(ink if part.result else dim, 1.3))
        painter.restore()

    def hit(self, operation: Operation, placed: list[Placed], point: QPointF) -> Entry | None:
        """Return the entry at a point, relative to the place of the operation; None where there is none."""
        for spot in placed:
            part = operation.parts[spot.part]
            if isinstance(part, Matrix) and spot.place.contains(point):
                rows, columns = part.values.shape
                row = int((point.y() - spot.place.top()) / spot.place.height() * rows)
                column = int((point.x() - spot.place.left()) / spot.place.width() * columns)
                return Entry(spot.part, min(row, rows - 1), min(column, columns - 1))
        return None

    def _size(self, matrix: Matrix) -> tuple[float, float, bool]:
        rows, columns = matrix.values.shape
        if rows <= MOST_WRITTEN and columns <= MOST_WRITTEN:
            metrics = QFontMetricsF(self._font)
            widest = max(metrics.horizontalAdvance(matrix.write(value)) for value in matrix.values.flat)
            return columns * (widest + 2 * GAP), rows * (metrics.height() + 2), True
        side = HEAT_SIDE * self.theme.font_factor
        cell = max(3.0, min(side / max(rows, columns), 12.0 * self.theme.font_factor))
        # A lone row or column is made wide enough for the pointer.
        thick = max(cell, 12.0)
        wide = thick if columns == 1 else columns * cell
        return wide, thick if rows == 1 else rows * cell, False

    def _paint_numbers(
        self, painter: QPainter, place: QRectF, matrix: Matrix, ink: QColor, chosen: Entry | None
    ) -> None:
        rows, columns = matrix.values.shape
        wide, high = place.width() / columns, place.height() / rows
        for row in range(rows):
            for column in range(columns):
                cell = QRectF(place.left() + column * wide, place.top() + row * high, wide, high)
                here = chosen is not None and (chosen.row, chosen.column) == (row, column)
                if here:
                    painter.fillRect(cell, QColor(mix(self.theme.card, self.theme.text, 0.22)))
                painter.setFont(self._bold if here else self._font)
                painter.setPen(ink)
                painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, matrix.write(matrix.values[row, column]))

    def _paint_heat(self, painter: QPainter, place: QRectF, values: np.ndarray) -> None:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawImage(place, heat_image(values, self.theme))

    def _frame_entry(self, painter: QPainter, place: QRectF, values: np.ndarray, at: Entry) -> None:
        rows, columns = values.shape
        wide, high = place.width() / columns, place.height() / rows
        cell = QRectF(place.left() + at.column * wide, place.top() + at.row * high, wide, high)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self.theme.text), 1.6))
        painter.drawRect(cell.adjusted(-1, -1, 1, 1))

    def _paint_brackets(self, painter: QPainter, place: QRectF, pen: QPen) -> None:
        painter.setPen(pen)
        tick = BRACKET
        for x, inward in ((place.left() - BRACKET / 2, 1), (place.right() + BRACKET / 2, -1)):
            top, bottom = QPointF(x, place.top() - 1), QPointF(x, place.bottom() + 1)
            painter.drawLine(top, bottom)
            for end in (top, bottom):
                painter.drawLine(end, QPointF(x + inward * tick, end.y()))


def heat_image(values: np.ndarray, theme: Theme) -> QImage:
    """Return a matrix as a picture, a pixel an entry.

    The colours are those of signs, as strong as the entries are large.
    """
    finite = np.where(np.isfinite(values), values, 0.0)
    largest = float(np.abs(finite).max(initial=0.0)) or 1.0
    share = (np.abs(finite) / largest)[..., None]
    card = np.array(channels(theme.window), float)
    ends = np.array([channels(theme.negative_weight), channels(theme.positive_weight)], float)
    pixels = card + share * (np.where(finite[..., None] < 0, ends[0], ends[1]) - card)
    rgb = np.ascontiguousarray(pixels.round().astype(np.uint8))
    rows, columns = values.shape
    return QImage(rgb.data, columns, rows, 3 * columns, QImage.Format.Format_RGB888).copy()


def _font(pixels: float, bold: bool = False) -> QFont:
    font = QFont()
    font.setPixelSize(max(1, math.floor(pixels + 0.5)))
    font.setBold(bold)
    return font
