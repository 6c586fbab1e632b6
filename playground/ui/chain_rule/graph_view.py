"""The computation graph on the screen: zoom, scroll, and the node under the pointer."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QToolTip, QWidget

from playground.drawing.chain_rule.drawing import GraphDrawing, GraphPicture
from playground.drawing.kit.theme import DARK, Theme
from playground.ui.widgets.plain_label import show_tip

LEAST_READABLE, LARGEST_USUAL = 0.62, 1.9
"""The graph is fitted into the view between these scales; beyond the first it is scrolled."""
SMALLEST_SCALE, LARGEST_SCALE = 0.08, 4.0
ZOOM_STEP = 1.25
ANGLE_OF_STEP = 240.0
SCROLL_STEP = 60


class GraphView(QAbstractScrollArea):
    """A GraphPicture on the screen. Keys: arrows and Space step, Home and End go to the ends, + − 0 zoom."""

    step_chosen = Signal(int)
    """Emitted with a number of steps forward (negative: back); a large number: to the end."""

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None):
        super().__init__(parent)
        self.drawing = GraphDrawing(theme)
        self.picture: GraphPicture | None = None
        self.describe_node: Callable[[int], str] = lambda index: ""
        self._scale: float | None = None  # None: fitted to the view
        self._grabbed: QPoint | None = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.setAccessibleName("Computation graph")

    def show_picture(self, picture: GraphPicture) -> None:
        """Show a graph; a new layout is fitted into the view again."""
        new = self.picture is None or self.picture.layout is not picture.layout
        moved = self.picture is None or self.picture.known.node != picture.known.node
        self.picture = picture
        if new:
            self._scale = None
            self._fit_bars()
        if moved or new:
            self._bring_into_view()
        self.viewport().update()

    def restyle(self, theme: Theme) -> None:
        self.drawing.restyle(theme)
        self._fit_bars()
        self.viewport().update()

    def sizeHint(self) -> QSize:
        return QSize(560, 280)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, 120)

    @property
    def scale(self) -> float:
        """Screen pixels for one natural pixel of the drawing."""
        if self._scale is not None:
            return self._scale
        return min(max(self._whole_scale(), LEAST_READABLE), LARGEST_USUAL)

    def zoom(self, factor: float, about: QPointF | None = None) -> None:
        """Zoom by a factor about a point of the view (its middle)."""
        if self.picture is None:
            return
        about = about or QPointF(self.viewport().rect().center())
        rect = self.content_rect()
        share = QPointF((about.x() - rect.left()) / rect.width(), (about.y() - rect.top()) / rect.height())
        least = min(SMALLEST_SCALE, self._whole_scale())
        self._scale = min(max(self.scale * factor, least), LARGEST_SCALE)
        self._fit_bars()
        size = self._content_size()
        self.horizontalScrollBar().setValue(round(share.x() * size.width() - about.x()))
        self.verticalScrollBar().setValue(round(share.y() * size.height() - about.y()))
        self.viewport().update()

    def whole_view(self) -> None:
        """Show the whole graph, however small; once more: as large as is readable."""
        if self.picture is None:
            return
        whole = self._whole_scale()
        self._scale = whole if self._scale is None and whole < LEAST_READABLE else None
        self._fit_bars()
        self.viewport().update()

    def content_rect(self) -> QRectF:
        """Return the rectangle of the whole graph, in pixels of the viewport."""
        size, room = self._content_size(), self.viewport().size()
        left = -self.horizontalScrollBar().value() if size.width() > room.width() else 0.0
        top = -self.verticalScrollBar().value() if size.height() > room.height() else 0.0
        return QRectF(left, top, max(size.width(), room.width()), max(size.height(), room.height()))

    def node_center(self, index: int) -> QPointF:
        """Return the middle of a node, in pixels of the viewport."""
        assert self.picture is not None
        offset, scale = self.drawing.placing(self._graph_rect(), self.picture.layout)
        return offset + self.drawing.node_rect(self.picture.layout, index).center() * scale

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        theme = self.drawing.theme
        painter.fillRect(self.viewport().rect(), QColor(theme.card))
        if self.picture is not None:
            seen = QRectF(self.viewport().rect())
            self.drawing.paint(painter, self._graph_rect(), self.picture, seen)
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(theme.text), 2.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.viewport().rect()).adjusted(1, 1, -1, -1), 6, 6)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_bars()

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            index = self.node_at(QPointF(event.pos()))
            if index is None:
                QToolTip.hideText()
            else:
                show_tip(event.globalPos(), self.describe_node(index), self.viewport())
            return True
        return super().viewportEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._grabbed = event.position().toPoint()
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is None:
            return
        moved = event.position().toPoint() - self._grabbed
        self._grabbed = event.position().toPoint()
        for bar, by in ((self.horizontalScrollBar(), moved.x()), (self.verticalScrollBar(), moved.y())):
            bar.setValue(bar.value() - by)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grabbed = None
        self.viewport().unsetCursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.whole_view()

    def wheelEvent(self, event: QWheelEvent) -> None:
        turn = event.angleDelta().y() or event.angleDelta().x()
        self.zoom(2.0 ** (turn / (2 * ANGLE_OF_STEP)), event.position())
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        steps = {
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Space: 1,
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Home: -(10**9),
            Qt.Key.Key_End: 10**9,
        }
        scrolls = {
            Qt.Key.Key_Left: (-SCROLL_STEP, 0),
            Qt.Key.Key_Right: (SCROLL_STEP, 0),
            Qt.Key.Key_Up: (0, -SCROLL_STEP),
            Qt.Key.Key_Down: (0, SCROLL_STEP),
        }
        if plain and key in steps:
            self.step_chosen.emit(steps[Qt.Key(key)])
        elif key in scrolls:
            across, down = scrolls[Qt.Key(key)]
            self.horizontalScrollBar().setValue(self.horizontalScrollBar().value() + across)
            self.verticalScrollBar().setValue(self.verticalScrollBar().value() + down)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(ZOOM_STEP)
        elif key == Qt.Key.Key_Minus:
            self.zoom(1 / ZOOM_STEP)
        elif key == Qt.Key.Key_0:
            self.whole_view()
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def _natural_size(self) -> QSizeF:
        assert self.picture is not None
        return self.drawing.natural_size(self.picture.layout)

    def _content_size(self) -> QSizeF:
        return self._natural_size() * self.scale if self.picture is not None else QSizeF(1.0, 1.0)

    def _whole_scale(self) -> float:
        if self.picture is None:
            return 1.0
        size, room = self._natural_size(), self.viewport().size()
        return min(room.width() / size.width(), room.height() / size.height())

    def _graph_rect(self) -> QRectF:
        """Return the rectangle of exactly the graph's shape, so that its scale is the chosen one."""
        rect, size = self.content_rect(), self._content_size()
        middle = rect.center()
        return QRectF(
            middle.x() - size.width() / 2, middle.y() - size.height() / 2, size.width(), size.height()
        )

    def node_at(self, point: QPointF) -> int | None:
        """Return the node at a point of the view."""
        if self.picture is None:
            return None
        return self.drawing.node_at(self._graph_rect(), self.picture.layout, point)

    def _fit_bars(self) -> None:
        size, room = self._content_size(), self.viewport().size()
        for bar, whole, seen in (
            (self.horizontalScrollBar(), size.width(), room.width()),
            (self.verticalScrollBar(), size.height(), room.height()),
        ):
            bar.setRange(0, max(0, round(whole - seen - 0.5)))
            bar.setPageStep(seen)
            bar.setSingleStep(SCROLL_STEP)

    def _bring_into_view(self) -> None:
        """Scroll to the node of the last step."""
        if self.picture is None or self.picture.known.node is None:
            return
        for index in (self.picture.known.node, self.picture.known.source):
            if index is None:
                continue
            center, room = self.node_center(index), self.viewport().rect().adjusted(90, 60, -90, -60)
            for bar, at, low, high in (
                (self.horizontalScrollBar(), center.x(), room.left(), room.right()),
                (self.verticalScrollBar(), center.y(), room.top(), room.bottom()),
            ):
                if at < low:
                    bar.setValue(bar.value() - round(low - at))
                elif at > high:
                    bar.setValue(bar.value() + round(at - high))
