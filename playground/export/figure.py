"""A figure for paper: a line of signs above a plot, a caption below it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QTransform
from PySide6.QtWidgets import QGraphicsSceneResizeEvent, QGraphicsWidget

from playground.drawing.kit.axes import font
from playground.drawing.kit.class_marks import mark_path
from playground.drawing.kit.items import solid_pen
from playground.drawing.kit.labels import draw_text
from playground.drawing.kit.theme import Theme

MARGIN = 12.0
SIGN_WIDTH = 22.0


class Sign(NamedTuple):
    """One entry of a legend: a sign in a colour and its meaning. dashes: of a "line" that has its own.

    The signs are "line", "dashes", "dots", "ring", the marks of class_marks, and these with "hollow_" before
    them.
    """

    kind: str
    color: str
    text: str
    dashes: tuple[float, ...] = ()


class Figure(pg.GraphicsWidget):
    """Signs, plot, caption; the plot takes the room that the text leaves.

    plot_height: the smallest height of the plot at a width. text_share: the height of the plot's text once
    it has its size, as a share of what the theme says. name: what a sentence about it begins with.
    """

    def __init__(
        self,
        plot: QGraphicsWidget,
        theme: Theme,
        signs: Sequence[Sign] = (),
        title: str = "",
        caption: str = "",
        owner: object = None,
        plot_height: Callable[[float], float] = lambda _: 0.0,
        text_share: Callable[[], float] = lambda: 1.0,
        name: str = "This figure",
    ):
        super().__init__()
        self.name = name
        self._plot_height, self.text_share = plot_height, text_share
        self._plot, self._theme, self.signs = plot, theme, list(signs)
        self._title, self.caption = title, caption
        self.captioned = True
        self.letter = ""
        # The drawing must live as long as its plot.
        self.owner = owner
        plot.setParentItem(self)

    @property
    def words(self) -> str:
        """Title and caption, whether they are shown or not."""
        return " ".join(part for part in (self._title, self.caption) if part)

    def show_caption(self, shown: bool) -> None:
        """Set whether title and caption are below the plot. Call it before the figure gets its size."""
        self.captioned = shown

    def room_for_plot(self, width: float, height: float) -> float:
        """Return the share of a height that the plot would keep beside signs and caption."""
        return 1.0 - self._beside_plot(width, captioned=True) / height

    def least_height(self, width: float, captioned: bool) -> float:
        """Return the smallest height of a figure of this width, with its caption or without."""
        return self._beside_plot(width, captioned) + self._plot_height(width - 2 * MARGIN)

    def _beside_plot(self, width: float, captioned: bool) -> float:
        """Return the height that margins, signs and caption take."""
        taken = 2 * MARGIN + self.signs_height(width)
        return taken + self._line * len(self._lines(width)) + 8 if captioned and self.words else taken

    def resizeEvent(self, event: QGraphicsSceneResizeEvent) -> None:
        super().resizeEvent(event)
        top = MARGIN + self.signs_height(self.size().width())
        lines = len(self._lines(self.size().width())) if self.captioned and self.words else 0
        bottom = MARGIN + (self._line * lines + 8 if lines else 0.0)
        height = max(self.size().height() - top - bottom, 20.0)
        self._plot.setGeometry(QRectF(MARGIN, top, self.size().width() - 2 * MARGIN, height))

    @property
    def _line(self) -> float:
        return QFontMetricsF(font(self._theme)).height() * 1.15

    def signs_height(self, width: float) -> float:
        """Return the height of the signs, and of the letter, at a width."""
        rows = self._sign_rows(width)
        return self._line * len(rows) + 4 if rows else 0.0

    def _sign_rows(self, width: float) -> list[list[tuple[Sign, float]]]:
        """Return the signs, each with the place where it begins, in rows that fit a width."""
        metrics = QFontMetricsF(font(self._theme))
        rows: list[list[tuple[Sign, float]]] = []
        x = math.inf
        if self.letter:
            # The first row begins with it.
            x = MARGIN + 4 + QFontMetricsF(font(self._theme, bold=True)).horizontalAdvance(self.letter + "  ")
            rows.append([])
        for sign in self.signs:
            wide = SIGN_WIDTH + metrics.horizontalAdvance(sign.text)
            if x + wide > width - MARGIN and (not rows or rows[-1]):
                x = MARGIN + 4
                rows.append([])
            rows[-1].append((sign, x))
            x += wide + 24
        return rows

    def _lines(self, width: float) -> list[list[tuple[str, bool]]]:
        """Return title (bold) and caption as lines of (word with its space, bold) that fit a width."""
        words = [(word + " ", True) for word in self._title.split(" ") if word]
        words += [(word + " ", False) for word in self.caption.split(" ") if word]
        room = width - 2 * MARGIN
        metrics = {bold: QFontMetricsF(font(self._theme, bold=bold)) for bold in (False, True)}
        lines: list[list[tuple[str, bool]]] = [[]]
        used = 0.0
        for word, bold in words:
            wide = metrics[bold].horizontalAdvance(word)
            if used + wide > room and lines[-1]:
                lines.append([])
                used = 0.0
            lines[-1].append((word, bold))
            used += wide
        return lines

    def paint(self, painter: QPainter, *_: object) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_signs(painter)
        y = self._plot.geometry().bottom() + 8
        for line in self._lines(self.size().width()) if self.captioned else ():
            x = MARGIN
            # Words of one weight in one piece: an editor of the SVG finds sentences, not words.
            for bold in (True, False):
                text = "".join(word for word, is_bold in line if is_bold == bold)
                if not text:
                    continue
                text_font = font(self._theme, bold=bold)
                painter.setPen(QColor(self._theme.text))
                draw_text(painter, QRectF(x, y, 10.0, self._line), text, text_font, "left")
                x += QFontMetricsF(text_font).horizontalAdvance(text)
            y += self._line

    def _paint_signs(self, painter: QPainter) -> None:
        text_font = font(self._theme)
        if self.letter:
            painter.setPen(QColor(self._theme.text))
            place = QRectF(MARGIN, MARGIN - 2, 10.0, self._line)
            draw_text(painter, place, self.letter, font(self._theme, bold=True), "left")
        for row, signs in enumerate(self._sign_rows(self.size().width())):
            top = MARGIN - 2 + row * self._line
            for sign, x in signs:
                self._paint_sign(painter, sign, x, top + self._line / 2)
                painter.setPen(QColor(self._theme.dim_text))
                place = QRectF(x + SIGN_WIDTH + 5, top, 10.0, self._line)
                draw_text(painter, place, sign.text, text_font, "left")

    def _paint_sign(self, painter: QPainter, sign: Sign, x: float, y: float) -> None:
        theme = self._theme
        middle, half = QPointF(x + SIGN_WIDTH / 2, y), theme.point_size / 2
        if sign.kind in ("line", "dashes", "dots"):
            dashes = {"line": sign.dashes, "dashes": (5.0, 3.5), "dots": (1.4, 2.6)}[sign.kind]
            painter.setPen(solid_pen(sign.color, theme.curve_width, dashes))
            painter.drawLine(QPointF(x, y), QPointF(x + SIGN_WIDTH, y))
            return
        hollow = sign.kind.startswith("hollow") or sign.kind == "ring"
        painter.setBrush(QColor(theme.card) if hollow else QColor(sign.color))
        painter.setPen(solid_pen(sign.color, 1.6) if hollow else Qt.PenStyle.NoPen)
        if sign.kind.endswith("square"):
            side = half * 0.886
            painter.drawRect(QRectF(middle.x() - side, middle.y() - side, 2 * side, 2 * side))
        elif sign.kind == "ring" or sign.kind.endswith("circle"):
            painter.drawEllipse(middle, half, half)
        else:
            mark = mark_path(sign.kind.removeprefix("hollow_"))
            painter.drawPath(QTransform(half, 0.0, 0.0, half, middle.x(), middle.y()).map(mark))
        painter.setBrush(Qt.BrushStyle.NoBrush)
