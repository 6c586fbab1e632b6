"""The text of a lesson: Markdown with pictures of its own folder, and no other links."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QEvent, QIODevice, QRect, Qt, QUrl, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QImage,
    QImageReader,
    QKeyEvent,
    QResizeEvent,
    QTextDocument,
    QWheelEvent,
)
from PySide6.QtWidgets import QTextBrowser

from playground.files.text import TextFileError, read_bytes
from playground.ui.lessons.whole_formulas import JOINER, WholeFormulas

PICTURE_FORMATS = (b"png", b"jpeg", b"gif", b"bmp", b"webp")
"""No SVG: it can load files by itself."""
MOST_BYTES, MOST_PIXELS = 5_000_000, 4000 * 4000
"""Maximum size of a picture; the pictures of one text together have no more pixels either."""

SCROLL_KEYS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
ENTER_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class LessonText(QTextBrowser):
    """A text as high as its lines, which what is around it scrolls.

    It leaves Space to the window, which runs and pauses, as the lessons say.

    folder: pictures of this folder, and of those in it, are shown; None: none are.
    """

    entered = Signal(QUrl)
    """Enter was pressed on a link, after anchorClicked: the keys shall go where it leads."""

    link_reached = Signal(QRect)
    """Tab has reached a link; the line that it begins in, in the coordinates of this widget."""

    def __init__(self) -> None:
        super().__init__()
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().documentLayout().documentSizeChanged.connect(lambda _size: self._fit())
        self.folder: Path | None = None
        self._pixels = 0
        self._formulas = WholeFormulas(self.document())

    def setMarkdown(self, markdown: str) -> None:
        """Show a text, with as many pixels of pictures as one text may show."""
        self._pixels = 0
        super().setMarkdown(markdown)
        self._formulas.take()
        self._hold_formulas()

    def toPlainText(self) -> str:
        """Return the text without the signs that hold its formulas together."""
        return super().toPlainText().replace(JOINER, "")

    def _hold_formulas(self) -> None:
        self._formulas.fit(self.viewport().width(), self.font())

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """Return what a text asks for. Never nothing: Qt would search for the file itself."""
        if kind == QTextDocument.ResourceType.ImageResource.value:
            return self._picture(QUrl(name)) or _nothing()
        return ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        scrolls = event.key() in SCROLL_KEYS
        if scrolls or (event.key() == Qt.Key.Key_Space and not event.modifiers()):
            event.ignore()
            return
        link = self.textCursor().charFormat().anchorHref()
        super().keyPressEvent(event)
        if link and event.key() in ENTER_KEYS:
            self.entered.emit(QUrl(link))

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Go to the next link, or the one before, and light it as the pointer does; or leave the text."""
        moved = super().focusNextPrevChild(forward)
        if self.hasFocus():
            self.highlighted.emit(QUrl(self.textCursor().charFormat().anchorHref()))
            line = self.cursorRect()
            self.link_reached.emit(line.translated(self.viewport().pos()))
        return moved

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.highlighted.emit(QUrl())

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.highlighted.emit(QUrl())

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._hold_formulas()
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._hold_formulas()

    def _fit(self) -> None:
        """Take the height of all lines."""
        frame = self.height() - self.viewport().height()
        height = math.ceil(self.document().size().height()) + frame
        if height != self.minimumHeight():
            self.setFixedHeight(height)

    def _picture(self, name: QUrl) -> QImage | None:
        path = self._inside(name)
        if path is None:
            return None
        try:
            data = QByteArray(read_bytes(path, MOST_BYTES))
        except TextFileError:
            return None
        buffer = QBuffer(data)
        buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        reader = QImageReader(buffer)
        size = reader.size()
        if reader.format().data() not in PICTURE_FORMATS or not size.isValid():
            return None
        pixels = size.width() * size.height()
        if self._pixels + pixels > MOST_PIXELS:
            return None
        self._pixels += pixels
        image = reader.read()
        return None if image.isNull() else image

    def _inside(self, name: QUrl) -> Path | None:
        """Return the file that a name means, if it lies in the folder, with links followed."""
        if self.folder is None or not name.isRelative() or name.host():
            return None
        try:
            folder = self.folder.resolve()
            path = (folder / name.path(QUrl.ComponentFormattingOption.FullyDecoded)).resolve()
        except (OSError, ValueError, RuntimeError):
            return None
        return path if path.is_relative_to(folder) else None


def _nothing() -> QImage:
    image = QImage(1, 1, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    return image
