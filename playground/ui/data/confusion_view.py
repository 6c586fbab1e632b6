"""The confusion matrices in the place of the picture of the data."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolTip, QWidget

from playground.drawing.data.confusion import Cell, ConfusionDrawing, ConfusionPicture
from playground.drawing.kit.theme import DARK, Theme
from playground.ui.widgets.plain_label import show_tip

ARROWS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class ConfusionView(QWidget):
    """Shows a picture; arrow keys or the pointer choose a cell, which is told in words."""

    closed = Signal()
    """Escape was pressed."""
    export_requested = Signal(str)

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None):
        super().__init__(parent)
        self.drawing = ConfusionDrawing(theme)
        self.picture: ConfusionPicture | None = None
        self.chosen: Cell | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Confusion matrix")

    def show_picture(self, picture: ConfusionPicture | None) -> None:
        """Show other counts; None: none are known."""
        before, self.picture = self.picture, picture
        same = picture is not None and before is not None and before.class_names == picture.class_names
        if not same or (picture is not None and self.chosen is not None and not picture.has(self.chosen)):
            self.chosen = None
        self._describe()
        self.update()

    def restyle(self, theme: Theme) -> None:
        self.drawing.restyle(theme)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(300, 180)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 80)

    @property
    def _room(self) -> QRectF:
        return QRectF(self.rect()).adjusted(4, 2, -4, -4)

    def cell_place(self, cell: Cell) -> QRectF:
        """Return where a cell is drawn."""
        assert self.picture is not None
        return self.drawing.place_of(self._room, self.picture, cell)

    def _describe(self) -> None:
        text = "The classes of all points are being computed."
        if self.picture is not None:
            text = self.picture.summary()
            if self.chosen is not None:
                text = self.picture.cell_words(self.chosen)
        self.setAccessibleDescription(text)

    def _choose(self, cell: Cell | None, at: QPoint | None = None) -> None:
        if cell == self.chosen:
            return
        self.chosen = cell
        self._describe()
        self.update()
        if cell is None or self.picture is None:
            QToolTip.hideText()
            return
        place = self.cell_place(cell).bottomLeft().toPoint() if at is None else at + QPoint(12, 12)
        show_tip(self.mapToGlobal(place), self.picture.cell_words(cell), self)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self.drawing.theme
        if self.picture is not None:
            self.drawing.paint(painter, self._room, self.picture, self.chosen)
        else:
            painter.setPen(QColor(theme.dim_text))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.accessibleDescription())
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.text), 2.0))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._choose_at(event.position())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._choose_at(event.position())

    def _choose_at(self, point: QPointF) -> None:
        if self.picture is not None:
            self._choose(self.drawing.cell_at(self._room, self.picture, point), point.toPoint())

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._choose(None)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.addAction("Export this picture…").triggered.connect(
            lambda: self.export_requested.emit("confusion")
        )
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        picture = self.picture
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        elif event.key() in ARROWS and picture is not None and not event.modifiers():
            self._choose(self._beside(picture, *ARROWS[Qt.Key(event.key())]))
        else:
            event.ignore()

    def _beside(self, picture: ConfusionPicture, down: int, right: int) -> Cell:
        """Return the next cell in a direction; from the last column of a matrix one comes to the other."""
        if self.chosen is None:
            return Cell(0, 0, 0)
        part, row, column = self.chosen
        row = min(max(row + down, 0), len(picture.class_names) - 1)
        place = part * picture.columns + column + right
        place = min(max(place, 0), len(picture.parts) * picture.columns - 1)
        return Cell(place // picture.columns, row, place % picture.columns)
