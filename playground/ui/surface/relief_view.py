"""The surface in space as a widget: turned and zoomed with mouse or keys."""

from __future__ import annotations

from time import perf_counter
from typing import Any

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.drawing.kit.levels import Levels
from playground.drawing.kit.theme import Theme
from playground.drawing.surface.camera import Camera
from playground.drawing.surface.picture import SurfacePicture
from playground.drawing.surface.relief import COARSE, FINE, ReliefDrawing
from playground.drawing.surface.relief_bar import ReliefBar
from playground.ui.widgets.pointer_label import PointerLabel
from playground.ui.widgets.throttle import Throttle

DEGREES_PER_PIXEL = 0.4
KEY_DEGREES, KEY_ZOOM = 6.0, 1.15
WHEEL_ZOOM = 1.0015
STILL_MS = 350
"""So long after the last movement the mesh is painted finely again."""
SHARE_OF_TIME = 0.3
"""At most this share of the window's time goes into painting while the network trains."""


class ReliefView(QWidget):
    """Shows a surface in space; stands in for the flat drawing of the surface view.

    The mesh is kept as a picture as long as neither surface nor camera change: only path and marks are
    painted at every new step.
    """

    menu_wanted = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None):
        super().__init__(parent)
        self.widget: QWidget = self
        self.drawing = ReliefDrawing(theme)
        self.color_bar = ReliefBar(theme)
        self.mesh: QPixmap | None = None
        """The mesh as it was painted last."""
        self.mesh_cells = 0
        """Its points along each side."""
        self._mesh_of: tuple[Any, ...] = ()
        self._grabbed: QPointF | None = None
        self._pause = 33
        self._throttle = Throttle(self._pause, self)
        self._throttle.due.connect(self.update)
        self._still = QTimer(self, singleShot=True, interval=STILL_MS)
        self._still.timeout.connect(self.update)
        self.readout = PointerLabel(self)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Loss surface in 3-D")
        self.setToolTip("")

    @property
    def levels(self) -> Levels | None:
        return self.drawing.levels

    @property
    def arrow_scale(self) -> float:
        return self.drawing.arrow_scale

    @property
    def picture(self) -> SurfacePicture:
        return self.drawing.picture

    @property
    def camera(self) -> Camera:
        return self.drawing.camera

    def summary(self) -> str:
        text = self.drawing.summary()
        self.setAccessibleDescription(text)
        return text

    def show(self, picture: SurfacePicture | None = None) -> None:
        """Take a picture, or, like any widget, come up."""
        if picture is None:
            super().show()
            return
        old = self.drawing.picture.surface
        self.drawing.show(picture)
        if picture.surface is not old:
            self._still.start()
        self._throttle.soon(self._pause)

    def set_camera(self, camera: Camera) -> None:
        """Look from somewhere else."""
        if camera != self.camera:
            self.drawing.camera = camera
            self._still.start()
            self.readout.hide()
            self.update()

    def restyle(self, theme: Theme) -> None:
        self.drawing.restyle(theme)
        self.color_bar.restyle(theme)
        self.update()

    def scene_rect(self) -> QRectF:
        """Return the room of the surface beside the bar of its colours."""
        self.color_bar.take(self.drawing)
        return self.color_bar.stand_in(QSizeF(self.size()))

    def sizeHint(self) -> QSize:
        return QSize(520, 380)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 62)

    # Painting -------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        started = perf_counter()
        painter = QPainter(self)
        theme = self.drawing.theme
        cells = self._cells()
        self._paint_mesh(cells)
        if self.mesh is not None:
            painter.drawPixmap(0, 0, self.mesh)
        self.drawing.paint_path(painter, self.scene_rect(), cells)
        self.color_bar.paint_in_place(painter, pointer=True)
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(theme.text), 2.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        painter.end()
        self._pause = max(33, round(1000 * (perf_counter() - started) / SHARE_OF_TIME))

    def _cells(self) -> int:
        return COARSE if self._still.isActive() else FINE

    def _paint_mesh(self, cells: int) -> None:
        drawing, picture = self.drawing, self.drawing.picture
        ratio = self.devicePixelRatioF()
        look = (drawing.camera, drawing.theme, self.size(), ratio, picture.contours, id(drawing.table))
        key = (picture.surface and picture.surface.values, drawing.levels, picture.problem, cells, *look)
        if self.mesh is not None and all(
            a is b or (not _is_array(a) and not _is_array(b) and a == b)
            for a, b in zip(key, self._mesh_of, strict=True)
        ):
            return
        self._mesh_of, self.mesh_cells = key, cells
        self.mesh = QPixmap(self.size() * ratio)
        self.mesh.setDevicePixelRatio(ratio)
        self.mesh.fill(QColor(drawing.theme.card))
        inner = QPainter(self.mesh)
        room = self.scene_rect()
        drawing.paint_ground(inner, room)
        drawing.paint_field(inner, room, cells)
        self.color_bar.paint_in_place(inner, pointer=False)
        inner.end()

    # Mouse and keys -------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._grabbed = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is None:
            self._show_readout(event.position())
            return
        moved = event.position() - self._grabbed
        self._grabbed = event.position()
        self.set_camera(self.camera.turned(-DEGREES_PER_PIXEL * moved.x(), DEGREES_PER_PIXEL * moved.y()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grabbed = None
        self.unsetCursor()

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y() or event.pixelDelta().y()
        self.set_camera(self.camera.zoomed(WHEEL_ZOOM**turned))
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.readout.hide()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        turns = {
            Qt.Key.Key_Left: (-KEY_DEGREES, 0.0),
            Qt.Key.Key_Right: (KEY_DEGREES, 0.0),
            Qt.Key.Key_Up: (0.0, KEY_DEGREES),
            Qt.Key.Key_Down: (0.0, -KEY_DEGREES),
        }
        key = event.key()
        if event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
            event.ignore()
        elif key in turns:
            self.set_camera(self.camera.turned(*turns[Qt.Key(key)]))
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.set_camera(self.camera.zoomed(KEY_ZOOM))
        elif key == Qt.Key.Key_Minus:
            self.set_camera(self.camera.zoomed(1 / KEY_ZOOM))
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_0):
            self.set_camera(Camera())
        else:
            event.ignore()

    def _show_readout(self, point: QPointF) -> None:
        text = self.drawing.hover(point, self.scene_rect())
        if text:
            self.readout.say(text, point.x(), point.y())
        else:
            self.readout.hide()


def _is_array(value: object) -> bool:
    return hasattr(value, "shape")
