"""A sheet of small images, each with a line of text below it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter
from PySide6.QtWidgets import QGraphicsWidget

from playground.arrays import Floats
from playground.drawing.kit.axes import font
from playground.drawing.kit.color_maps import value_table
from playground.drawing.kit.items import solid_pen
from playground.drawing.kit.theme import Theme, channels

GAP = 8.0
"""Pixels between two images."""
SMALLEST, LARGEST = 28.0, 96.0
"""Side of an image at least and at most, in pixels."""


@dataclass(frozen=True, eq=False)
class SmallImage:
    """One image: values (rows, columns) from 0, the card, to 1, ink; signed ones from −1 to 1.

    What is not finite is crossed out. text: the line below it.
    """

    values: Floats
    text: str = ""
    signed: bool = False


def pixel_colors(image: SmallImage, theme: Theme) -> np.ndarray:
    """Return the colours of its pixels (rows, columns, 3), 0 to 255."""
    values = np.nan_to_num(image.values, nan=0.0, posinf=0.0, neginf=0.0)
    if image.signed:
        table = value_table(theme)
        rows = np.clip(np.rint((values + 1.0) / 2.0 * (len(table) - 1)), 0, len(table) - 1).astype(int)
        result: np.ndarray = table[rows]
        return result
    ground, ink = (np.array(channels(color), float) for color in (theme.card, theme.text))
    shades = np.clip(values, 0.0, 1.0)[..., np.newaxis]
    colors: np.ndarray = np.rint(ground + shades * (ink - ground)).astype(np.uint8)
    return colors


class ImageSheet:
    """The painting of several images in rows, as large as there is room for."""

    def __init__(self, theme: Theme, in_squares: bool = False):
        """in_squares: as squares, which stay sharp in a file of lines, and not as images of pixels."""
        self.theme, self.in_squares = theme, in_squares

    def restyle(self, theme: Theme) -> None:
        self.theme = theme

    def places(self, rect: QRectF, images: Sequence[SmallImage]) -> list[QRectF]:
        """Return the place of each image, without its text, all of one size.

        Those at the end are left out where otherwise all would be too small.
        """
        if not images:
            return []
        rows, columns = images[0].values.shape
        below = self._line if any(image.text for image in images) else 0.0
        least = self._text_width(images)
        factor = self.theme.font_factor / max(rows, columns)
        smallest, largest = SMALLEST * factor, LARGEST * factor
        most_down = max(1, int(rect.height() / (smallest * rows + GAP + below)))
        best, count, shown = 0.0, 1, 0
        for across in range(1, len(images) + 1):
            down = min(math.ceil(len(images) / across), most_down)
            room_x, room_y = rect.width() / across - GAP, rect.height() / down - GAP - below
            pixel, there = min(room_x / columns, room_y / rows, largest), min(across * down, len(images))
            # A text that does not fit below its image would run into the next one.
            if room_x >= max(least, smallest * columns) and (there, pixel) > (shown, best):
                best, count, shown = pixel, across, there
        if best <= 0.0:
            return []
        wide, high = best * columns, best * rows
        step = max(wide, least) + GAP
        return [
            QRectF(
                rect.left() + (index % count) * step,
                rect.top() + (index // count) * (high + below + GAP),
                wide,
                high,
            )
            for index in range(shown)
        ]

    def paint(
        self, painter: QPainter, rect: QRectF, images: Sequence[SmallImage], chosen: int | None = None
    ) -> None:
        """Paint the images; chosen: the one that has a frame."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setFont(font(self.theme, self.theme.small_font_size))
        for index, (image, place) in enumerate(zip(images, self.places(rect, images), strict=False)):
            self._paint_pixels(painter, place, image)
            strong = index == chosen
            painter.setPen(
                solid_pen(self.theme.text if strong else self.theme.border, 2.0 if strong else 1.0)
            )
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(place)
            painter.setPen(QColor(self.theme.dim_text))
            metrics = QFontMetricsF(painter.font())
            painter.drawText(QPointF(place.left(), place.bottom() + metrics.ascent() + 2.0), image.text)
        painter.restore()

    def _paint_pixels(self, painter: QPainter, place: QRectF, image: SmallImage) -> None:
        colors = np.ascontiguousarray(pixel_colors(image, self.theme))
        rows, columns, _ = colors.shape
        wide, high = place.width() / columns, place.height() / rows
        if self.in_squares:
            for row, column in np.ndindex(rows, columns):
                cell = QRectF(place.left() + column * wide, place.top() + row * high, wide, high)
                painter.fillRect(cell, QColor(*(int(channel) for channel in colors[row, column])))
        else:
            # One image is painted many times as fast as its pixels one by one.
            pixels = QImage(colors.data, columns, rows, 3 * columns, QImage.Format.Format_RGB888)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
            painter.drawImage(place, pixels)
        painter.setPen(solid_pen(self.theme.text, 1.0))
        for row, column in np.argwhere(~np.isfinite(image.values)).tolist():
            left, top = place.left() + column * wide, place.top() + row * high
            painter.drawLine(QLineF(left, top, left + wide, top + high))
            painter.drawLine(QLineF(left, top + high, left + wide, top))

    @property
    def _line(self) -> float:
        return QFontMetricsF(font(self.theme, self.theme.small_font_size)).height() + 2.0

    def _text_width(self, images: Sequence[SmallImage]) -> float:
        metrics = QFontMetricsF(font(self.theme, self.theme.small_font_size))
        return max(metrics.horizontalAdvance(image.text) for image in images)


class ImageSheetItem(QGraphicsWidget):
    """The same as an item of a figure."""

    def __init__(self, theme: Theme, images: Sequence[SmallImage]):
        super().__init__()
        self._sheet, self._images = ImageSheet(theme, in_squares=True), images

    def paint(self, painter: QPainter, *_: object) -> None:
        self._sheet.paint(painter, QRectF(QPointF(), self.size()), self._images)
