"""The base of all plots in cards: read-outs under the pointer, export, keys."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QLocale, QObject, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPalette, QPen
from PySide6.QtWidgets import QAbstractSpinBox, QGraphicsItem, QMenu, QWidget

from playground.drawing.data.value_points import ValuePointsItem
from playground.drawing.kit.axes import ValueAxis
from playground.drawing.kit.color_bar import ColorBar
from playground.drawing.kit.items import PointsItem
from playground.drawing.kit.labels import Box
from playground.drawing.kit.plot import PlotDrawing
from playground.drawing.kit.theme import Theme
from playground.ui.widgets.card import Card, FittingLabel
from playground.ui.widgets.plot import export_button, name_export_button, plot_menu
from playground.ui.widgets.pointer_label import PointerLabel

ZOOM_STEP = 0.8
PAN_STEP = 0.1
FOCUS_WIDTH = 2.0
"""Width of the frame around a plot with the keyboard focus, in pixels, as of other controls."""
KEY_REASONS = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)
# A menu or another window has the keys for a while only.
FOR_A_WHILE = (
    Qt.FocusReason.PopupFocusReason,
    Qt.FocusReason.MenuBarFocusReason,
    Qt.FocusReason.ActiveWindowFocusReason,
)
LOW_PLOT = 180
"""Height of a sheet, in pixels, below which the name of the lower axis has no line of its own."""


class PlotCanvas(pg.GraphicsView):
    """The sheet of a drawing, in a frame while it has the focus that a key gave it.

    Keys that it does not use go on to the window.
    """

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent, background=None)
        self._framed = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setFrameStyle(0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        event.ignore()

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        super().drawForeground(painter, rect)
        if self._framed and self.hasFocus():
            # Over everything, inside the sheet: nothing moves with the focus.
            painter.save()
            painter.resetTransform()
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Text), FOCUS_WIDTH))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            half = FOCUS_WIDTH / 2
            painter.drawRoundedRect(QRectF(self.viewport().rect()).adjusted(half, half, -half, -half), 4, 4)
            painter.restore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() != Qt.FocusReason.ActiveWindowFocusReason:
            self._framed = event.reason() in KEY_REASONS
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()


class PlotCard(Card):
    """A card with a drawing in it.

    Subclasses define the text under the pointer and the description of the plot in one line.
    """

    export_requested = Signal(str)
    copy_requested = Signal(str)
    clicked = Signal(float, float, bool)
    """Emitted with a point of the plot, in its own numbers, and whether it was one click with the left
    button."""

    def __init__(self, name: str, title: str, drawing: PlotDrawing, parent: QWidget | None = None):
        super().__init__(title, parent=parent)
        self.name = name
        self.drawing = drawing
        self._plot = plot = drawing.item
        self._presenting = False
        self._face: QWidget | None = None
        self._pointer = QPointF()
        # pyqtgraph creates a menu that is never shown here and has no parent.
        plot.ctrlMenu.setParent(self, plot.ctrlMenu.windowFlags())
        for box in plot.ctrlMenu.findChildren(QAbstractSpinBox):
            box.setLocale(QLocale.c())
        self.canvas = PlotCanvas()
        self.canvas.setCentralItem(drawing.item)
        for item in self.canvas.scene().items():
            # Parts that change seldom are painted from a picture of them.
            if isinstance(item, (pg.AxisItem, ColorBar, PointsItem, ValuePointsItem)):
                item.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self.canvas.setAccessibleName(title)
        self.canvas.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.canvas.customContextMenuRequested.connect(self._show_menu)
        self.canvas.installEventFilter(self)
        self.canvas.scene().sigMouseMoved.connect(self._pointer_moved)
        self.canvas.scene().sigMouseClicked.connect(self._mouse_clicked)
        self.set_body(self.canvas)
        self.legend = FittingLabel()
        self.legend.setTextFormat(Qt.TextFormat.RichText)
        self.legend.hide()
        self.header.insertWidget(1, self.legend)
        self.readout = PointerLabel(self.canvas)
        self.export_button = export_button(self, title)
        # A card without a place for it would leave it without a parent.
        self.destroyed.connect(self.export_button.deleteLater)

    def hover_text(self, x: float, y: float) -> str:
        """Return the text about a point of the plot; empty for none."""
        return ""

    def end_hover(self) -> None:
        """Handle that the pointer has left the plot."""

    def end_cross(self) -> None:
        """Take away a cross that was moved by keys: they go elsewhere now."""

    @property
    def shows_everything(self) -> bool:
        """Whether it shows everything, and not a part that the user chose."""
        return not self._plot.vb.touched

    def whole_view(self) -> None:
        """Show everything again."""
        self._plot.vb.autoRange()

    def label_boxes(self) -> list[Box]:
        """Return the boxes of the labels in the plot, which the text under the pointer should not cover."""
        return []

    def fill_menu(self, menu: QMenu) -> None:
        """Add entries to the context menu.

        Objects made for it belong to the menu, and are deleted with it.
        """

    def restyle(self, theme: Theme) -> None:
        self.canvas.setBackground(theme.card)
        self.drawing.restyle(theme)
        self.show_legend(theme)

    def show_legend(self, theme: Theme) -> None:
        """Write the legend again."""
        text = self.legend_text(theme)
        texts = (text, *self.shorter_legends(text)) if text else ()
        self.legend.set_texts(
            *(f"<span style='color:{theme.dim_text}'>{t}</span>" if t else "" for t in texts)
        )
        self.legend.setVisible(bool(text))

    def shorter_legends(self, text: str) -> tuple[str, ...]:
        """Return legends for where there is little room, the longest first."""
        return ()

    def legend_text(self, theme: Theme) -> str:
        """Return rich text beside the title that names colours and lines; empty for none."""
        return ""

    def set_presentation(self, on: bool) -> None:
        """Hide the controls of the card for a hall."""
        self._presenting = on
        for index in range(self.tools.count()):
            item = self.tools.itemAt(index)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.setVisible(not on and not widget.property("left_out"))

    def leave_out(self, widget: QWidget, out: bool) -> None:
        """Hide a tool, also after the end of a presentation."""
        widget.setProperty("left_out", out)
        widget.setVisible(not out and not self._presenting)

    def name_picture(self, title: str) -> None:
        """Change the title of the card, and the names that are made of it."""
        self.set_title(title)
        self.canvas.setAccessibleName(title)
        name_export_button(self.export_button, title)

    def describe(self, text: str) -> None:
        """Set the one-line summary for a screen reader."""
        self.canvas.setAccessibleDescription(text)
        self.setAccessibleDescription(text)

    def on_screen(self) -> bool:
        """Return whether the plot, or the face in its place, is visible."""
        return (self._face or self.canvas).isVisible() and not self.window().isMinimized()

    @property
    def has_face(self) -> bool:
        """Whether another widget is in the place of the plot."""
        return self._face is not None

    def set_face(self, face: QWidget | None) -> None:
        """Show another widget in place of the plot (None: the plot again)."""
        if self._face is not None and self._face is not face:
            self._face.hide()
        if face is not None:
            if self.body.indexOf(face) < 0:
                self.body.insertWidget(self.body.indexOf(self.canvas), face, 1)
            face.show()
        self.canvas.setVisible(face is None)
        self._face = face

    @property
    def pixel_size(self) -> tuple[float, float]:
        """Width and height of a pixel in the numbers of the plot."""
        width, height = self._plot.vb.viewPixelSize()
        return float(width), float(height)

    def _mouse_clicked(self, event: Any) -> None:
        box = self._plot.vb
        if box.sceneBoundingRect().contains(event.scenePos()):
            point = box.mapSceneToView(event.scenePos())
            plain = event.button() == Qt.MouseButton.LeftButton and not event.double()
            self.clicked.emit(point.x(), point.y(), plain)

    def _show_menu(self, position: QPoint) -> None:
        menu = plot_menu(self, self)
        menu.addSeparator()
        self.fill_menu(menu)
        menu.addAction("Whole view").triggered.connect(self.whole_view)
        menu.popup(self.canvas.mapToGlobal(position))

    def take_pointer(self, scene_position: QPointF) -> None:
        """Take the pointer to be there: what it moved over in between is not known."""
        self._pointer_moved(scene_position)

    def hide_readout(self) -> None:
        """Take the text under the pointer away until it moves again."""
        if self.readout.isVisible():
            self._end_hover()

    def _pointer_moved(self, scene_position: QPointF) -> None:
        self._pointer = scene_position
        self._show_readout()

    def _show_readout(self) -> None:
        box, scene_position = self._plot.vb, self._pointer
        text = ""
        if box.sceneBoundingRect().contains(scene_position):
            point = box.mapSceneToView(scene_position)
            text = self.hover_text(point.x(), point.y())
        if not text:
            self._end_hover()
            return
        pointer = self.canvas.mapFromScene(scene_position)
        self.readout.say(text, pointer.x(), pointer.y(), self.label_boxes())

    def refresh_readout(self) -> None:
        """Write the text under the pointer again: the picture has changed there."""
        if self.readout.isVisible():
            self._show_readout()

    def _end_hover(self) -> None:
        self.readout.hide()
        self.end_hover()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.canvas:
            if event.type() == QEvent.Type.Leave:
                self._end_hover()
            elif event.type() == QEvent.Type.ToolTip and self.readout.isVisible():
                # One text at the pointer is enough.
                return True
            elif event.type() == QEvent.Type.Resize:
                self.fit_axes()
            elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
                return self._key(event)
            elif (
                event.type() == QEvent.Type.FocusOut
                and isinstance(event, QFocusEvent)
                and event.reason() not in FOR_A_WHILE
            ):
                self.end_cross()
        return super().eventFilter(watched, event)

    @property
    def is_low(self) -> bool:
        """Whether the plot has no height for a line of names."""
        return bool(self.canvas.height() < LOW_PLOT)

    def fit_axes(self) -> None:
        """Name the axes as the height of the plot allows."""
        bottom = self._plot.getAxis("bottom")
        if isinstance(bottom, ValueAxis):
            bottom.set_low(self.is_low)

    def _key(self, event: QKeyEvent) -> bool:
        box = self._plot.vb
        (left, right), (bottom, top) = box.viewRange()
        dx, dy = PAN_STEP * (right - left), PAN_STEP * (top - bottom)
        moves = {
            Qt.Key.Key_Left: (-dx, 0.0),
            Qt.Key.Key_Right: (dx, 0.0),
            Qt.Key.Key_Up: (0.0, dy),
            Qt.Key.Key_Down: (0.0, -dy),
        }
        if event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
            return False
        if event.key() in moves:
            x, y = moves[Qt.Key(event.key())]
            box.translateBy(x=x, y=y)
        elif event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            box.scaleBy((ZOOM_STEP, ZOOM_STEP))
        elif event.key() == Qt.Key.Key_Minus:
            box.scaleBy((1 / ZOOM_STEP, 1 / ZOOM_STEP))
        elif event.key() in (Qt.Key.Key_Home, Qt.Key.Key_0):
            self.whole_view()
            return True
        else:
            return False
        box.sigRangeChangedManually.emit(box.state["mouseEnabled"])
        return True
