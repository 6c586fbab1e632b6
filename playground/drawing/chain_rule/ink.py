"""Pens, shades and text of a computation graph, cached from one frame to the next."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from playground.drawing.kit.axes import font
from playground.drawing.kit.items import solid_pen
from playground.drawing.kit.theme import Theme, mix

LEAST_SHRINK = 0.72
MOST_TEXTS = 4_000


class FittedText(NamedTuple):
    """A text in a font in which it fits; drop: from the middle of a line down to its base."""

    text: str
    font: QFont
    width: float
    drop: float


class GraphInk:
    """The looks of one theme. Measuring text costs as much as drawing it, and most texts stay."""

    def __init__(self, theme: Theme):
        self.theme = theme
        self._shades: dict[float, QColor] = {}
        self._pens: dict[tuple[float, float, bool], QPen] = {}
        self._fonts: dict[tuple[float, bool], tuple[QFont, QFontMetricsF]] = {}
        self._texts: dict[tuple[str, float, float, bool], FittedText] = {}

    def shade(self, share: float) -> QColor:
        """Return a colour between the card (0) and the text (1)."""
        if share not in self._shades:
            self._shades[share] = QColor(mix(self.theme.card, self.theme.text, share))
        return self._shades[share]

    def pen(self, share: float, width: float, dashed: bool = False) -> QPen:
        """Return a pen of a shade."""
        key = (share, width, dashed)
        if key not in self._pens:
            self._pens[key] = solid_pen(self.shade(share), width, (4.0, 3.0) if dashed else ())
        return self._pens[key]

    def fitted(self, text: str, room: float, size: float, bold: bool = False) -> FittedText:
        """Return the text, a little smaller where it must be to fit the room; else shortened."""
        key = (text, room, size, bold)
        found = self._texts.get(key)
        if found is None:
            if len(self._texts) >= MOST_TEXTS:
                self._texts.clear()
            found = self._texts[key] = self._fitted(*key)
        return found

    def width(self, text: str, size: float, bold: bool = False) -> float:
        """Return the width of a text in full."""
        return self._font(size, bold)[1].horizontalAdvance(text)

    def write(self, painter: QPainter, rect: QRectF, fitted: FittedText, color: QColor) -> None:
        """Write on one line in the middle of a rectangle."""
        middle = rect.center()
        painter.setPen(color)
        painter.setFont(fitted.font)
        painter.drawText(QPointF(middle.x() - fitted.width / 2, middle.y() + fitted.drop), fitted.text)

    def _fitted(self, text: str, room: float, size: float, bold: bool) -> FittedText:
        text_font, metrics = self._font(size, bold)
        width = metrics.horizontalAdvance(text)
        if width > room:
            text_font, metrics = self._font(max(int(size * room / width), round(size * LEAST_SHRINK)), bold)
            text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
            width = metrics.horizontalAdvance(text)
        return FittedText(text, text_font, width, (metrics.ascent() - metrics.descent()) / 2)

    def _font(self, size: float, bold: bool) -> tuple[QFont, QFontMetricsF]:
        key = (size, bold)
        if key not in self._fonts:
            text_font = font(self.theme, size, bold)
            self._fonts[key] = text_font, QFontMetricsF(text_font)
        return self._fonts[key]
