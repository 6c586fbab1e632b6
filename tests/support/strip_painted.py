"""A picture of the strip, painted by itself."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from playground.drawing.kit.theme import LIGHT
from playground.drawing.rate.strip import StripDrawing, StripPicture


def painted(picture: StripPicture, width: int = 1000, height: int = 230) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(LIGHT.card))
    painter = QPainter(image)
    StripDrawing(LIGHT).paint(painter, QRectF(0, 0, width, height), picture)
    painter.end()
    return image


def has_color(image: QImage, color: str) -> bool:
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), -1) & 0xFFFFFF
    return bool((pixels == int(color[1:], 16)).any())
