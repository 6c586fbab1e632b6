"""The confusion matrices of training and test points, side by side: rows the true class, columns the said.

A cell is the darker, the larger its share of its row; what is right has a frame. Where cells are small, a
number that has no room is left out, and so are the names of the rows: their marks stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QTransform

from playground.drawing.kit.axes import font
from playground.drawing.kit.class_marks import CLASS_SHAPES, mark_path
from playground.drawing.kit.items import solid_pen
from playground.drawing.kit.labels import draw_text
from playground.drawing.kit.theme import Theme, mix
from playground.engine.confusion import Confusion
from playground.engine.datasets import class_word
from playground.numerals import percent_text

GAP = 14.0
"""Pixels between the matrices."""
PAD = 4.0
STRONGEST = 0.35
"""Share of the text's colour in the ground of a cell that holds all of its row."""
LARGEST_CELL = 96.0
AXES = ("Rows: true class, columns: said", "true ↓ said →")
"""What rows and columns are, below the matrices: the longest that has room."""
LEAST_DIGITS = 0.75
"""Size of the smallest numbers that are shown, as a share of that of small text."""
MARK_SHARE = 0.7
"""Largest size of a mark, as a share of its row and of its column."""
NOTHING = "–"
"""Heads the column of points for which the network says nothing."""


class Cell(NamedTuple):
    """A cell: the matrix, 0 that of the training points; its row, its column (K: nothing is said)."""

    part: int
    row: int
    column: int


@dataclass(frozen=True, eq=False)
class ConfusionPicture:
    """Matrices with the words for their points ("training points"), and the names of the classes."""

    parts: Sequence[tuple[str, Confusion]]
    class_names: tuple[str, ...]

    @property
    def has_unsaid(self) -> bool:
        """Whether the network says nothing of some point."""
        return any(int(matrix.unsaid.sum()) for _, matrix in self.parts)

    @property
    def columns(self) -> int:
        return len(self.class_names) + self.has_unsaid

    def has(self, cell: Cell) -> bool:
        """Return whether there is such a cell."""
        return cell.part < len(self.parts) and cell.column < self.columns

    def count(self, cell: Cell) -> int:
        """Return the number of points of a cell."""
        matrix = self.parts[cell.part][1]
        if cell.column == len(self.class_names):
            return int(matrix.unsaid[cell.row])
        return int(matrix.counts[cell.row, cell.column])

    def cell_words(self, cell: Cell) -> str:
        """Return a cell in words: "training points: 3 of 40 of class setosa are said to be virginica"."""
        words, matrix = self.parts[cell.part]
        size, count = int(matrix.sizes[cell.row]), self.count(cell)
        of = f"{count} of {size} of {class_word(self.class_names[cell.row])}"
        verb = "is" if count == 1 else "are"
        if cell.column == len(self.class_names):
            said = f"{verb} given no class: ŷ is not a number"
        elif cell.column == cell.row:
            said = f"{verb} said to be that"
        else:
            said = f"{verb} said to be {class_word(self.class_names[cell.column])}"
        return f"{words}: {of} {said}"

    def summary(self) -> str:
        """Return one line for a screen reader."""
        sentences = []
        for words, matrix in self.parts:
            text = f"{words[0].upper()}{words[1:]}: {matrix.right} of {matrix.total} right"
            named = [class_word(name) for name in self.class_names]
            wrong = [
                f"{count} of {named[true]} said to be {named[said]}"
                for count, true, said in matrix.mistakes(3)
            ]
            sentences.append("; ".join([text, *wrong]))
        return f"Confusion matrix. {'. '.join(sentences)}."


class _Place(NamedTuple):
    """Where one matrix lies: its cells, the width of the names of its rows, and the side of a cell."""

    grid: QRectF
    across: float
    high: float


class ConfusionDrawing:
    """The layout and painting of the matrices, with the cell at each point."""

    def __init__(self, theme: Theme):
        self.theme = theme

    def restyle(self, theme: Theme) -> None:
        self.theme = theme

    @property
    def _line(self) -> float:
        return QFontMetricsF(font(self.theme, self.theme.small_font_size)).height() + 2.0

    def _places(self, rect: QRectF, picture: ConfusionPicture) -> list[_Place]:
        """Return the places of the matrices, one beside the other."""
        count, classes = len(picture.parts), len(picture.class_names)
        metrics = QFontMetricsF(font(self.theme, self.theme.small_font_size))
        room = (rect.width() - GAP * (count - 1)) / max(count, 1)
        longest = max(metrics.horizontalAdvance(_short(name)) for name in picture.class_names)
        highest = min((rect.height() - 3 * self._line - PAD) / classes, LARGEST_CELL)
        named = longest < 0.34 * room and highest >= _digits_high(metrics) + 2.0
        head = self._line + PAD + (longest + PAD if named else 0.0)
        across = min((room - head) / picture.columns, LARGEST_CELL)
        high = min(highest, 1.6 * across)
        places = []
        for part in range(count):
            left = rect.left() + part * (room + GAP) + head
            top = rect.top() + 2 * self._line
            places.append(_Place(QRectF(left, top, across * picture.columns, high * classes), across, high))
        return places

    def cell_at(self, rect: QRectF, picture: ConfusionPicture, point: QPointF) -> Cell | None:
        """Return the cell at a point; None where there is none."""
        for part, place in enumerate(self._places(rect, picture)):
            if place.grid.contains(point):
                column = int((point.x() - place.grid.left()) / place.across)
                row = int((point.y() - place.grid.top()) / place.high)
                return Cell(part, min(row, len(picture.class_names) - 1), min(column, picture.columns - 1))
        return None

    def place_of(self, rect: QRectF, picture: ConfusionPicture, cell: Cell) -> QRectF:
        """Return the rectangle of a cell."""
        place = self._places(rect, picture)[cell.part]
        left = place.grid.left() + cell.column * place.across
        return QRectF(left, place.grid.top() + cell.row * place.high, place.across, place.high)

    def paint(
        self, painter: QPainter, rect: QRectF, picture: ConfusionPicture, chosen: Cell | None = None
    ) -> None:
        """Paint the matrices into a rectangle. chosen: the cell under the pointer or the keys."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for part, place in enumerate(self._places(rect, picture)):
            if min(place.across, place.high) > 2.0:
                self._paint_heads(painter, rect, picture, part, place)
                self._paint_cells(painter, rect, picture, part)
        self._paint_axes(painter, rect, picture)
        if chosen is not None:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(solid_pen(self.theme.text, 2.0))
            painter.drawRect(self.place_of(rect, picture, chosen).adjusted(1, 1, -1, -1))
        painter.restore()

    def _paint_axes(self, painter: QPainter, rect: QRectF, picture: ConfusionPicture) -> None:
        """Say below the matrices what rows and columns are."""
        small = font(self.theme, self.theme.small_font_size)
        metrics = QFontMetricsF(small)
        text = next((text for text in AXES if metrics.horizontalAdvance(text) <= rect.width()), AXES[-1])
        below = max((place.grid.bottom() for place in self._places(rect, picture)), default=rect.top())
        painter.setPen(QColor(self.theme.dim_text))
        draw_text(painter, QRectF(rect.left(), below + PAD, rect.width(), self._line), text, small, "left")

    def _paint_heads(
        self, painter: QPainter, rect: QRectF, picture: ConfusionPicture, part: int, place: _Place
    ) -> None:
        theme, line, grid = self.theme, self._line, place.grid
        small = font(theme, theme.small_font_size)
        metrics = QFontMetricsF(small)
        words, matrix = picture.parts[part]
        width = len(picture.parts)
        left = rect.left() + part * ((rect.width() - GAP * (width - 1)) / width + GAP)
        share = percent_text(matrix.right / matrix.total) if matrix.total else ""
        titles = [f"{words}: {share} right", words] if share else [f"no {words}"]
        room = grid.right() - left
        title = next((text for text in titles if metrics.horizontalAdvance(text) <= room), titles[-1])
        painter.setPen(QColor(theme.text))
        draw_text(painter, QRectF(left, rect.top(), room, line), title, small, "left")
        painter.setPen(QColor(theme.dim_text))
        named = grid.left() - left > line + 2 * PAD
        for index, name in enumerate(picture.class_names):
            row = QPointF(grid.left() - line / 2 - PAD / 2, grid.top() + (index + 0.5) * place.high)
            column = QPointF(grid.left() + (index + 0.5) * place.across, grid.top() - line / 2)
            text = _short(name)
            wide = metrics.horizontalAdvance(text)
            if wide + line + PAD <= place.across:
                column -= QPointF((wide + PAD) / 2, 0.0)
                at = QRectF(column.x() + line / 2 + PAD / 2, column.y() - line / 2, wide, line)
                painter.setPen(QColor(theme.dim_text))
                draw_text(painter, at, text, small, "left")
            if named:
                at = QRectF(left, row.y() - line / 2, grid.left() - left - line - PAD, line)
                painter.setPen(QColor(theme.dim_text))
                draw_text(painter, at, text, small, "right")
            largest = MARK_SHARE * min(place.across, place.high)
            self._paint_mark(painter, index, row, largest)
            self._paint_mark(painter, index, column, largest)
        if picture.has_unsaid:
            at = QRectF(grid.right() - place.across, grid.top() - line, place.across, line)
            painter.setPen(QColor(theme.dim_text))
            draw_text(painter, at, NOTHING, small)

    def _paint_mark(self, painter: QPainter, label: int, at: QPointF, largest: float) -> None:
        half = min(self.theme.point_size, largest) / 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.theme.classes[label]))
        painter.drawPath(QTransform(half, 0.0, 0.0, half, at.x(), at.y()).map(mark_path(CLASS_SHAPES[label])))
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_cells(self, painter: QPainter, rect: QRectF, picture: ConfusionPicture, part: int) -> None:
        theme, matrix = self.theme, picture.parts[part][1]
        text_font = self._fitting(rect, picture)
        cells = self._places(rect, picture)[part]
        # A cell without room for its number has its colour alone; the pointer and the keys tell the number.
        across = cells.across if _digits_high(QFontMetricsF(text_font)) + 2.0 <= cells.high else 0.0
        for row, size in enumerate(matrix.sizes.tolist()):
            for column in range(picture.columns):
                cell = Cell(part, row, column)
                place, count = self.place_of(rect, picture, cell), picture.count(cell)
                share = count / size if size else 0.0
                ground = mix(theme.card, theme.text, STRONGEST * share)
                painter.setPen(solid_pen(theme.border, 1.0))
                painter.setBrush(QColor(ground))
                painter.drawRect(place)
                if row == column:
                    painter.setBrush(Qt.BrushStyle.NoBrush)
                    painter.setPen(solid_pen(theme.dim_text, 1.2))
                    painter.drawRect(place.adjusted(1.5, 1.5, -1.5, -1.5))
                if count and QFontMetricsF(text_font).horizontalAdvance(str(count)) + 2.0 <= across:
                    painter.setPen(QColor(theme.text))
                    draw_text(painter, place, str(count), text_font)

    def _fitting(self, rect: QRectF, picture: ConfusionPicture) -> QFont:
        """Return the font in which the longest count fits into a cell, but none too small to be read."""
        place = self._places(rect, picture)[0]
        counts = (count for _, matrix in picture.parts for count in (matrix.counts, matrix.unsaid))
        most = max([0, *(int(count.max(initial=0)) for count in counts)])
        usual = font(self.theme)
        wide = QFontMetricsF(usual).horizontalAdvance(str(most)) + 4.0
        high = _digits_high(QFontMetricsF(usual)) * 1.4
        scale = min(1.0, place.across / wide, (place.high - 2.0) / high)
        least = LEAST_DIGITS * self.theme.small_font_size
        return font(self.theme, max(least, self.theme.font_size * scale))


def _digits_high(metrics: QFontMetricsF) -> float:
    return metrics.capHeight()


def _short(name: str) -> str:
    return name.removeprefix("class ")


class ConfusionItem(pg.GraphicsWidget):
    """The matrices as an item of a scene, for exports."""

    def __init__(self, theme: Theme, picture: ConfusionPicture):
        super().__init__()
        self._drawing, self._picture = ConfusionDrawing(theme), picture

    def paint(self, painter: QPainter, *_: object) -> None:
        rect = QRectF(QPointF(0.0, 0.0), self.size()).adjusted(10, 4, -10, -8)
        self._drawing.paint(painter, rect, self._picture)
