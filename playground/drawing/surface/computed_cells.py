"""Which cells of a surface are computed: a dot on each, where others are predicted."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QTransform

from playground.drawing.kit.geometry import Frame
from playground.drawing.kit.items import PixelItem, cell_rect
from playground.drawing.kit.theme import INK, OUTLINE
from playground.landscape.surface import Surface


class ComputedCellsItem(PixelItem):
    """A light dot with a dark rim on each computed cell of a surface."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        """Number of dots."""
        self._rect = QRectF()
        self._pixels = np.empty((0, 0), np.uint32)

    def show_cells(self, surface: Surface | None) -> None:
        """Mark the computed cells; none where there is no other cell, or no surface."""
        if surface is None or surface.computed is None or surface.exact:
            if self.count:
                self.count = 0
                self.update()
            return
        self.count, self._rect = surface.n_computed, cell_rect(surface.a, surface.b)
        rim, dot = _premultiplied(OUTLINE, 0.4), _premultiplied(INK, 0.9)
        shape = np.array([[0, rim, 0], [rim, dot, rim], [0, rim, 0]], np.uint32)
        # Images run downwards, b upwards.
        self._pixels = np.kron(surface.computed[::-1].astype(np.uint32), shape).astype(np.uint32)
        self.update()

    def draw(self, painter: QPainter, transform: QTransform, frame: Frame) -> None:
        if not self.count:
            return
        rows, columns = self._pixels.shape
        image = QImage(
            self._pixels.data, columns, rows, 4 * columns, QImage.Format.Format_ARGB32_Premultiplied
        )
        painter.save()
        painter.setClipRect(QRectF(frame[0], frame[1], frame[2] - frame[0], frame[3] - frame[1]))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(transform.mapRect(self._rect), image)
        painter.restore()


def _premultiplied(name: str, alpha: float) -> int:
    """Return a colour as a pixel of a QImage in Format_ARGB32_Premultiplied."""
    color = QColor(name)
    red, green, blue = (round(alpha * part) for part in (color.red(), color.green(), color.blue()))
    return round(255 * alpha) << 24 | red << 16 | green << 8 | blue
