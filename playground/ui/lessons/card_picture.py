"""The small picture on the card of a lesson."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget

from playground.resources import resource

if TYPE_CHECKING:
    from playground.lessons.format import Lesson

WIDTH, HEIGHT = 48, 36


def picture_of(lesson: Lesson) -> Path | None:
    """Return the file of a lesson's picture, named as the lesson; None where it has none.

    Only lessons of the course have one: an SVG of somewhere else could name files outside of its folder.
    """
    folder = resource("lessons")
    file = folder / f"{lesson.name}.svg"
    return file if lesson.folder == folder and file.is_file() else None


class CardPicture(QWidget):
    """A picture of 48 by 36 pixels, sharp at every device pixel ratio, in colours that both themes bear."""

    def __init__(self, file: Path):
        super().__init__()
        self._drawing = QSvgRenderer(str(file), self)
        self.setFixedSize(WIDTH, HEIGHT)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._drawing.render(painter, QRectF(self.rect()))
