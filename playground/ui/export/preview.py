"""The preview of a picture in the export dialog."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget

from playground.export.picture import Shown
from playground.ui.style import set_role
from playground.ui.widgets.plain_label import PlainLabel

SIZE = QSize(420, 330)
CLEAR = ("#ffffff", "#d8d8d8")
"""The background behind a transparent picture."""


class Preview(PlainLabel):
    """The file of a picture on the screen, or a sentence where there is none."""

    def __init__(self, parent: QWidget | None = None):
        super().__init__("", parent)
        self.setFixedSize(SIZE)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setWordWrap(True)
        self.setAccessibleName("Preview")
        set_role(self, "dim")

    def pixels(self) -> tuple[int, int]:
        """Return the number of screen pixels for a picture, across and down."""
        ratio = self.devicePixelRatioF()
        return round(SIZE.width() * ratio), round(SIZE.height() * ratio)

    def show_picture(self, shown: Shown, aspect: float) -> None:
        """Show a picture; aspect is its width over its height."""
        width, height = self.pixels()
        size = QSize(width, max(1, round(width / aspect)))
        if size.height() > height:
            size = QSize(max(1, round(height * aspect)), height)
        image = QImage(size, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        area = QRectF(0, 0, size.width(), size.height())
        painter.fillRect(area, QColor(CLEAR[0]))
        painter.fillRect(area, QBrush(QColor(CLEAR[1]), Qt.BrushStyle.Dense4Pattern))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if shown.image is None:
            QSvgRenderer(QByteArray(shown.svg)).render(painter, area)
        else:
            painter.drawImage(area, shown.image)
        painter.end()
        pixmap = QPixmap.fromImage(image)
        pixmap.setDevicePixelRatio(self.devicePixelRatioF())
        self.setPixmap(pixmap)

    def show_sentence(self, sentence: str) -> None:
        """Show the reason in place of a picture."""
        self.setText(sentence)
