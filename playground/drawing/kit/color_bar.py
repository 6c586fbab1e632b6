"""A slim colour bar in units of the loss, exactly as high as the plot that it belongs to."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPolygonF
from PySide6.QtWidgets import QGraphicsSceneResizeEvent

from playground.drawing.kit.axes import font, linear_ticks, log_ticks
from playground.drawing.kit.color_maps import packed
from playground.drawing.kit.items import solid_pen
from playground.drawing.kit.labels import draw_text
from playground.drawing.kit.levels import Levels
from playground.drawing.kit.theme import Theme
from playground.numerals import texts_apart

GAP, BAR, TICK = 14.0, 13.0, 4.0


class ColorBar(pg.GraphicsWidget):
    """Colours from the lowest to the highest level, ticks at 1-2-5, a tip where there are values beyond."""

    def __init__(self, theme: Theme, name: str = "J"):
        super().__init__()
        self.theme = theme
        self.name = name
        self.levels: Levels | None = None
        self.table: np.ndarray | None = None
        self.beyond = (False, False)
        self._shown = True
        self._fitted: tuple[Any, ...] = ()
        self._pointer = _LossPointer(self)
        self.restyle(theme)

    @property
    def now(self) -> float | None:
        """The loss that the pointer of the bar marks; None for none."""
        return self._pointer.loss

    def restyle(self, theme: Theme) -> None:
        self.theme = theme
        self._fitted = ()
        self.set_shown(self._shown)
        self._pointer.update()

    def set_shown(self, shown: bool) -> None:
        """Take the bar's room in the layout, or none."""
        self._shown = shown
        self.setVisible(shown)
        self._fit()
        self.update()

    def resizeEvent(self, event: QGraphicsSceneResizeEvent) -> None:
        super().resizeEvent(event)
        self._pointer.follow()
        self._fit()

    def _fit(self) -> None:
        """Set the width that the labels need.

        It narrows only by much, so that a live plot does not jitter.
        """
        what = self._shown, self.levels, self.size().height(), self.theme, self.name
        if what == self._fitted:
            return
        self._fitted = what
        metrics = QFontMetricsF(font(self.theme, self.theme.small_font_size))
        texts = ["0.005", *texts_apart(self.ticks(self.size().height()))]
        width = math.ceil(GAP + BAR + TICK + 5 + max(metrics.horizontalAdvance(text) for text in texts))
        width = max(width, math.ceil(metrics.horizontalAdvance(self.name)) + 2)
        if not self._shown:
            width = 0
        if width > self.maximumWidth() or width < self.maximumWidth() - 12:
            self.setFixedWidth(width)

    def show_levels(
        self, levels: Levels | None, table: np.ndarray, beyond: tuple[bool, bool], now: float | None = None
    ) -> None:
        """Show these levels. beyond: whether values lie below and above them; now: the loss to mark."""
        if levels != self.levels or table is not self.table or beyond != self.beyond:
            self.levels, self.table, self.beyond = levels, table, beyond
            self._fit()
            self.update()
        self._pointer.point_at(now)

    def boundingRect(self) -> QRectF:
        """Return the rectangle of the bar and its name, below it at the height of the axis's labels."""
        result: QRectF = super().boundingRect().adjusted(0.0, 0.0, 0.0, 2.0 * self.theme.font_size)
        return result

    def ticks(self, height: float) -> np.ndarray:
        """Return the values of the labels of a bar of this height."""
        if self.levels is None:
            return np.empty(0)
        most = max(2, int(height / (2.6 * self.theme.small_font_size)))
        low, high = self.levels.low, self.levels.high
        return log_ticks(low, high, most) if self.levels.logarithmic else linear_ticks(low, high, most)[1]

    def body(self) -> QRectF:
        """Return the rectangle of the colours between the tips, in the item's coordinates."""
        tip = BAR * 0.6
        top = tip if self.beyond[1] else 0.0
        bottom = self.size().height() - (tip if self.beyond[0] else 0.0)
        return QRectF(QPointF(GAP, top), QPointF(GAP + BAR, bottom))

    def paint(self, painter: QPainter, *_: object) -> None:
        if self.levels is None or self.table is None:
            return
        theme = self.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        text_font = font(theme, theme.small_font_size)
        height = self.size().height()
        bar, body = QRectF(GAP, 0.0, BAR, height), self.body()
        top, bottom = body.top(), body.bottom()
        column = np.repeat(packed(self.table[::-1])[:, None], 4, axis=1)
        image = QImage(column.data, 4, len(column), 16, QImage.Format.Format_RGB32)
        painter.drawImage(body, image)
        painter.setPen(solid_pen(theme.border, theme.thin_width))
        outline = [body.bottomLeft(), body.topLeft()]
        if self.beyond[1]:
            peak = QPointF(body.center().x(), bar.top())
            self._tip(painter, body.topLeft(), peak, body.topRight(), self.table[-1])
            outline.append(peak)
        outline += [body.topRight(), body.bottomRight()]
        if self.beyond[0]:
            peak = QPointF(body.center().x(), bar.bottom())
            self._tip(painter, body.bottomLeft(), peak, body.bottomRight(), self.table[0])
            outline.append(peak)
        painter.setBrush(QColor(0, 0, 0, 0))
        painter.drawPolygon(QPolygonF(outline))
        line = QFontMetricsF(text_font).height()
        ticks = self.ticks(height)
        for value, text in zip(ticks, texts_apart(ticks), strict=True):
            y = bottom + self.levels.share(float(value)) * (top - bottom)
            painter.setPen(solid_pen(theme.border, theme.thin_width))
            painter.drawLine(QPointF(bar.right(), y), QPointF(bar.right() + TICK, y))
            middle = min(max(y, line / 2 - 2), height - line / 2 + 2)
            painter.setPen(solid_pen(theme.dim_text, 1.0))
            place = QRectF(bar.right() + TICK + 4, middle - line / 2, 100.0, line)
            draw_text(painter, place, text, text_font, "left")
        painter.setPen(solid_pen(theme.dim_text, 1.0))
        # Below the bar, but not beyond the left edge.
        wide = QFontMetricsF(text_font).horizontalAdvance(self.name) + 2
        below = QRectF(max(bar.center().x() - wide / 2, 0.0), height + 4, wide, line)
        draw_text(painter, below, self.name, text_font)

    def paint_pointer(self, painter: QPainter) -> None:
        """Paint the mark of the loss of now, for a bar that stands in no scene."""
        self._pointer.paint(painter)

    def _tip(
        self, painter: QPainter, left: QPointF, peak: QPointF, right: QPointF, color: np.ndarray
    ) -> None:
        painter.save()
        painter.setBrush(QColor(*(int(channel) for channel in color)))
        painter.setPen(solid_pen(QColor(*(int(channel) for channel in color)), 0.5))
        painter.drawPolygon(QPolygonF([left, peak, right]))
        painter.restore()


class _LossPointer(pg.GraphicsObject):
    """A small triangle at the left of a bar: the true loss of the present parameters.

    An item of its own, since it moves with every step and the bar does not.
    """

    def __init__(self, bar: ColorBar):
        super().__init__(bar)
        self._bar = bar
        self.loss: float | None = None

    def point_at(self, loss: float | None) -> None:
        if loss != self.loss:
            self.loss = loss
            self.update()

    def follow(self) -> None:
        """Update the place: the bar has another size."""
        self.prepareGeometryChange()

    def boundingRect(self) -> QRectF:
        return QRectF(0.0, -5.0, GAP, self._bar.size().height() + 10.0)

    def paint(self, painter: QPainter, *_: object) -> None:
        levels, loss = self._bar.levels, self.loss
        if levels is None or loss is None or not math.isfinite(loss):
            return
        body, color = self._bar.body(), self._bar.theme.text
        share = min(max(levels.share(loss), 0.0), 1.0)
        y = body.bottom() - share * body.height()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(solid_pen(color, 0.5))
        painter.setBrush(QColor(color))
        x = body.left() - 1.5
        painter.drawPolygon(QPolygonF([QPointF(x, y), QPointF(x - 7, y - 4), QPointF(x - 7, y + 4)]))
