"""The network diagram as a widget: it follows the run, shows its numbers, and lets them be changed.

A click on a weight or a bias opens a field to type in, a drag changes it, Ctrl and a click picks two for a
plane; Enter, plus and minus, and P do the same from the keyboard. The menu of the right button, or F, freezes
and frees one.
"""

from __future__ import annotations

import math
from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolTip, QWidget

from playground.arrays import Floats
from playground.drawing.kit.theme import DARK, Theme
from playground.drawing.network.drawing import NetworkDrawing, NetworkPicture, left_out_text, parameter_text
from playground.drawing.network.layout import LeftOut
from playground.engine.backprop.operation import Lit
from playground.engine.network import parameter_name
from playground.numerals import signed_text
from playground.ui.network.weight_editor import WeightEditor
from playground.ui.style import NO_MAXIMUM
from playground.ui.widgets.plain_label import show_tip

if TYPE_CHECKING:
    from playground.experiment import Experiment
    from playground.lab.snapshot import Snapshot
    from playground.landscape.boundary import Boundary


class Grip(NamedTuple):
    """A parameter held by the mouse: the start of the drag, the pointer's last place, the value there."""

    parameter: int
    place: QPointF
    last: QPointF
    value: float
    moved: bool


DRAG_PIXELS = 4
PER_PIXEL = 0.02
"""Change of a parameter per pixel of a drag, up or to the right; a tenth of it with Shift."""
FINE_SHARE = 0.1
NUDGES = {Qt.Key.Key_Plus: 0.1, Qt.Key.Key_Equal: 0.1, Qt.Key.Key_Minus: -0.1}
LEAST_PAUSE = 0.06
SHARE_OF_TIME = 0.1
"""Shortest time between two pictures, and the largest share of the window's time for painting them."""


class NetworkView(QWidget):
    """The diagram with parameters from snapshots and neurons' outputs from the newest boundary."""

    parameter_chosen = Signal(int)
    """A parameter was clicked, or Enter was pressed on it: its place in θ."""
    value_dragged = Signal(int, float)
    """A parameter is being dragged: its place in θ, and the value so far."""
    value_set = Signal(int, float)
    """The drag has ended, or a value was typed."""
    freeze_changed = Signal(int, bool)
    """A parameter is to be frozen or freed."""
    two_parameters_chosen = Signal(int, int)
    """Two parameters were picked to span a plane."""

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None):
        super().__init__(parent)
        self.drawing = NetworkDrawing(theme)
        self.picture: NetworkPicture | None = None
        self._boundary: Boundary | None = None
        self._gradient: Floats | None = None
        self._gradient_hidden = False
        self._run = -1
        self._experiment: Experiment | None = None
        self._chosen: int | None = None
        self._text_place = QPointF()
        self._left_out: LeftOut | None = None
        self._grip: Grip | None = None
        self.picked: int | None = None
        self._lit: Lit | None = None
        self.editor = WeightEditor(self)
        self.editor.edited.connect(self.value_set)
        self._stale = False
        self._painted = -math.inf
        self._pause = LEAST_PAUSE
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Network diagram")

    @property
    def chosen(self) -> int | None:
        """The parameter under the pointer or the keys; None where there is none."""
        return self._chosen

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the parameters of a snapshot."""
        samples, view = snapshot.samples, snapshot.view
        experiment = view.experiment
        if snapshot.run != self._run:
            same_shape = self.picture is not None and self.picture.layer_sizes == experiment.layer_sizes
            if experiment != self._experiment:
                self._boundary = None
            self._run, self._experiment = snapshot.run, experiment
            if not same_shape:
                self._chosen = self.picked = self._grip = None
                self.editor.hide()
        assert experiment.network is not None
        sizes = experiment.layer_sizes
        boundary = self._boundary
        if boundary is not None and tuple(len(layer) for layer in boundary.neurons) != sizes[1:]:
            boundary = None
        self._gradient = view.last_update.gradient if view.last_update is not None else None
        self.picture = NetworkPicture(
            sizes,
            view.parameters,
            None if self._gradient_hidden else self._gradient,
            boundary.neurons if boundary is not None else None,
            experiment.network.activations,
            samples.classification,
            samples.input_names,
            frozenset(experiment.frozen_entries),
            boundary.dead if boundary is not None else (),
            samples.class_names if samples.has_several else (),
            samples.target_names,
        )
        self._describe(self.picture)
        self._stale = True

    def hide_gradient(self, on: bool) -> None:
        """Leave the gradient out of the texts, where it would answer a question; or show it again."""
        self._gradient_hidden = on
        if self.picture is not None:
            self.picture = replace(self.picture, gradient=None if on else self._gradient)

    def show_boundary(self, boundary: Boundary) -> None:
        """Take the neurons' outputs from a boundary of the same run."""
        self._boundary = boundary
        picture = self.picture
        if picture is not None and tuple(len(layer) for layer in boundary.neurons) == picture.layer_sizes[1:]:
            self.picture = replace(picture, neurons=boundary.neurons, dead=boundary.dead)
            self._describe(self.picture)
        self._stale = True

    def _describe(self, picture: NetworkPicture) -> None:
        """Say the shape of the network, and how many neurons are dead."""
        sizes = "-".join(str(size) for size in picture.layer_sizes)
        text = f"{sizes} network, {len(picture.parameters)} parameters"
        if picture.frozen:
            text += f", {len(picture.frozen)} of them frozen"
        if picture.number_dead:
            text += f", {picture.number_dead} dead neurons" if picture.number_dead > 1 else ", 1 dead neuron"
        if picture.output_names:
            text += f", an output for each of {', '.join(picture.output_names)}"
        self.setAccessibleDescription(text)

    @property
    def lit(self) -> Lit | None:
        """The part that stands out; None where none does."""
        return self._lit

    def light_up(self, lit: Lit | None) -> None:
        """Make a part of the network stand out (None: no part)."""
        if lit != self._lit:
            self._lit = lit
            self.update()

    def restyle(self, theme: Theme) -> None:
        self.drawing.restyle(theme)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        factor = self.drawing.theme.font_factor
        # As high as whoever holds it lets it be: with more it would only be farther apart.
        height = 196 * factor if self.maximumHeight() == NO_MAXIMUM else self.maximumHeight()
        return QSize(round(200 * factor), round(height))

    def minimumSizeHint(self) -> QSize:
        factor = self.drawing.theme.font_factor
        return QSize(round(150 * factor), round(108 * factor))

    def diagram_rect(self) -> QRectF:
        """Return the rectangle of the diagram: everything but the legend and the names of outputs."""
        names = 0.0 if self.picture is None else self.drawing.room_for_names(self.picture)
        return QRectF(self.rect()).adjusted(3, 3, -3 - names, -self._legend_height() - 3)

    def paintEvent(self, event: QPaintEvent) -> None:
        started = perf_counter()
        painter = QPainter(self)
        if self.picture is not None:
            self.drawing.paint(painter, self.diagram_rect(), self.picture, self._chosen, self._lit)
            self._paint_picked(painter)
        self._paint_legend(painter)
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(self.drawing.theme.text), 2.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        self._painted = perf_counter()
        self._pause = max(LEAST_PAUSE, (self._painted - started) / SHARE_OF_TIME)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is None:
            self._choose_at(event.position())
            return
        moved = event.position() - self._grip.place
        if not self._grip.moved and moved.manhattanLength() < DRAG_PIXELS:
            return
        fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        step = PER_PIXEL * (FINE_SHARE if fine else 1.0)
        last = self._grip.last
        value = self._grip.value + step * (event.position().x() - last.x() + last.y() - event.position().y())
        self._grip = self._grip._replace(value=value, last=event.position(), moved=True)
        self._show_value(self._grip.parameter, value, event.position())
        self.value_dragged.emit(self._grip.parameter, value)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._choose_at(event.position())
        index = self._chosen
        if event.button() != Qt.MouseButton.LeftButton or index is None or self.picture is None:
            return
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.pick(index)
            return
        self.parameter_chosen.emit(index)
        value = float(self.picture.parameters[index])
        self._grip = Grip(index, event.position(), event.position(), value, False)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        grip, self._grip = self._grip, None
        if grip is None or event.button() != Qt.MouseButton.LeftButton:
            return
        if grip.moved:
            self.value_set.emit(grip.parameter, grip.value)
        else:
            self.edit(grip.parameter)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        index = self._chosen
        if index is None or self.picture is None:
            event.ignore()
            return
        name = parameter_name(self.picture.layer_sizes, index)
        menu = QMenu(self)
        menu.addAction(f"Set {name}… (Enter)").triggered.connect(lambda: self.edit(index))
        words = f"Plane of {name} and another (P)"
        if self.picked not in (None, index):
            words = f"Plane of {parameter_name(self.picture.layer_sizes, self.picked or 0)} and {name} (P)"
        menu.addAction(words).triggered.connect(lambda: self.pick(index))
        verb = "Free" if index in self.picture.frozen else "Freeze"
        menu.addAction(f"{verb} {name}, starts again (F)").triggered.connect(lambda: self.freeze(index))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def edit(self, index: int) -> None:
        """Open a field for a parameter where it is drawn."""
        picture = self.picture
        if picture is None:
            return
        place = self.drawing.place_of(self.diagram_rect(), picture.layer_sizes, index)
        if place is not None:
            QToolTip.hideText()
            name = parameter_name(picture.layer_sizes, index)
            self.editor.open_at(index, name, float(picture.parameters[index]), place)

    def freeze(self, index: int) -> None:
        """Ask that a parameter be frozen, or freed where it is frozen."""
        if self.picture is not None:
            self.freeze_changed.emit(index, index not in self.picture.frozen)

    def pick(self, index: int) -> None:
        """Pick a parameter for a plane; the second one completes it."""
        if self.picture is None:
            return
        if self.picked is None:
            self.picked = index
            name = parameter_name(self.picture.layer_sizes, index)
            self._show_text(
                f"{name} is picked: Ctrl and a click on another weight or bias shows the plane of both"
            )
        elif self.picked == index:
            self.picked = None
        else:
            first, self.picked = self.picked, None
            self.two_parameters_chosen.emit(first, index)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._name_left_out(None)
        if self._grip is None and not self.editor.isVisible():
            self._choose(None)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._name_left_out(None)
        if not self.editor.isVisible():
            self._choose(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.picture is None:
            event.ignore()
            return
        sizes = self.picture.layer_sizes
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Right):
            self._walk(1)
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Left):
            self._walk(-1)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._chosen is not None:
            self.parameter_chosen.emit(self._chosen)
            self.edit(self._chosen)
            return
        elif event.key() in NUDGES and self._chosen is not None:
            fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            value = float(self.picture.parameters[self._chosen])
            step = NUDGES[Qt.Key(event.key())] * (FINE_SHARE if fine else 1.0)
            self.value_set.emit(self._chosen, float(f"{value + step:.10g}"))
            return
        elif event.key() == Qt.Key.Key_P and self._chosen is not None:
            self.pick(self._chosen)
            return
        elif event.key() == Qt.Key.Key_F and self._chosen is not None and not event.modifiers():
            self.freeze(self._chosen)
            return
        elif event.key() == Qt.Key.Key_Escape and self.picked is not None:
            self.pick(self.picked)
        else:
            event.ignore()
            return
        if self._chosen is not None:
            place = self.drawing.place_of(self.diagram_rect(), sizes, self._chosen)
            if place is not None:
                self._show_readout(place)

    def _walk(self, by: int) -> None:
        """Choose the next parameter, or the one before; after the last come the neurons left out."""
        assert self.picture is not None
        rect, sizes = self.diagram_rect(), self.picture.layer_sizes
        left_out = self.drawing.lay_out(rect, sizes).more
        stops: list[int | LeftOut] = [*self.drawing.shown_parameters(rect, sizes), *left_out]
        here = self._left_out if self._chosen is None else self._chosen
        at = stops.index(here) if here is not None and here in stops else None
        stop = stops[(0 if by > 0 else -1) if at is None else (at + by) % len(stops)]
        self._name_left_out(None)
        self._choose(stop if isinstance(stop, int) else None)
        if isinstance(stop, LeftOut):
            self._name_left_out(stop.center)

    def _choose_at(self, point: QPointF) -> None:
        if self.picture is None:
            return
        self._choose(self.drawing.hit(self.diagram_rect(), self.picture.layer_sizes, point))
        self._name_left_out(point if self._chosen is None else None)
        if self._chosen is not None:
            self._show_readout(point)

    def _name_left_out(self, point: QPointF | None) -> None:
        """Name the neurons that the line at a point stands for; take the names away where there is none."""
        left = None
        if point is not None and self.picture is not None:
            scene = self.drawing.lay_out(self.diagram_rect(), self.picture.layer_sizes)
            left = scene.left_out_at(point)
        if left == self._left_out:
            return
        self._left_out = left
        if left is None or self.picture is None:
            QToolTip.hideText()
        else:
            self._show_text(left_out_text(self.picture, left), point)

    def _choose(self, index: int | None) -> None:
        if index == self._chosen:
            return
        self._chosen = index
        if index is None:
            QToolTip.hideText()
        self.update()

    def _show_readout(self, point: QPointF) -> None:
        """Show the numbers beside the diagram, where they cover none of it."""
        self._text_place = point
        if self.picture is not None and self._chosen is not None:
            text = parameter_text(self.picture, self._chosen)
            self.setAccessibleDescription(text)
            beside = QPoint(self.width(), round(point.y()) - 30)
            show_tip(self.mapToGlobal(beside), text, self)

    def _show_value(self, index: int, value: float, point: QPointF) -> None:
        """Show the value that a drag has reached."""
        if self.picture is not None:
            self._show_text(
                f"{parameter_name(self.picture.layer_sizes, index)} = {signed_text(value)}", point
            )

    def _show_text(self, text: str, point: QPointF | None = None) -> None:
        self.setAccessibleDescription(text)
        at = point or self._text_place
        show_tip(self.mapToGlobal(QPoint(self.width(), round(at.y()) - 30)), text, self)

    def _paint_picked(self, painter: QPainter) -> None:
        """Paint a ring around the picked parameter that waits for a second one."""
        if self.picture is None or self.picked is None:
            return
        place = self.drawing.place_of(self.diagram_rect(), self.picture.layer_sizes, self.picked)
        if place is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for color, width in ((self.drawing.theme.card, 4.0), (self.drawing.theme.text, 1.8)):
                painter.setPen(QPen(QColor(color), width))
                painter.drawEllipse(place, 7.0, 7.0)

    def frame(self) -> bool:
        """Draw what is new, if the view is visible, but not too often; return whether anything was drawn."""
        if not self._stale or not self.isVisible() or perf_counter() - self._painted < self._pause:
            return False
        self._stale = False
        self.update()
        if self._grip is None and self._chosen is not None and QToolTip.isVisible():
            self._show_readout(self._text_place)
        return True

    def _legend_height(self) -> float:
        return QFontMetricsF(self.font()).height() + 4

    def _paint_legend(self, painter: QPainter) -> None:
        theme = self.drawing.theme
        metrics = QFontMetricsF(self.font())
        painter.setFont(self.font())
        middle = self.height() - 3 - self._legend_height() / 2
        baseline = middle + metrics.ascent() / 2 - 1
        dead = self.picture.number_dead if self.picture is not None else 0
        words_of_dead, side = f"{dead} dead", 0.7 * metrics.ascent()
        taken = side + 9 + metrics.horizontalAdvance(words_of_dead) if dead else 0.0
        frozen = bool(self.picture is not None and self.picture.frozen)
        taken_by_frozen = side + 9 + metrics.horizontalAdvance("frozen") if frozen else 0.0
        taken += taken_by_frozen
        no_sign = bool(self.picture is not None and self.picture.has_zero_weight)
        taken_by_zero = 35 + metrics.horizontalAdvance("0") if no_sign else 0.0
        taken += taken_by_zero
        x = 4.0
        for color, style, words in (
            (theme.positive_weight, Qt.PenStyle.SolidLine, "positive"),
            (theme.negative_weight, Qt.PenStyle.DashLine, "negative weight"),
            *([(theme.dim_text, Qt.PenStyle.SolidLine, "0")] if no_sign else []),
        ):
            if word_of_none := words == "0":
                taken -= taken_by_zero
            pen = QPen(QColor(color), 2.4)
            pen.setStyle(style)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            painter.drawLine(QPointF(x, middle), QPointF(x + 18, middle))
            x += 23
            word = words
            painter.setPen(QColor(theme.dim_text))
            if x + metrics.horizontalAdvance(word) > self.width() - taken:
                word = word.partition(" ")[0]
            if taken and not word_of_none and x + metrics.horizontalAdvance(word) > self.width() - taken:
                word = "+" if style == Qt.PenStyle.SolidLine else "−"
            painter.drawText(QPointF(x, baseline), word)
            x += metrics.horizontalAdvance(word) + 12
        if frozen:
            at = QPointF(min(x, self.width() - taken) + side / 2, middle)
            self.drawing.paint_frozen_marks(painter, [at])
            painter.setPen(QColor(theme.dim_text))
            painter.drawText(QPointF(at.x() + side / 2 + 5, baseline), "frozen")
            x = at.x() - side / 2 + taken_by_frozen
        if dead:
            box = QRectF(min(x, self.width() - taken), middle - side / 2, side, side)
            painter.setPen(QPen(QColor(theme.text), 1.3))
            painter.drawRect(box)
            painter.drawLine(box.topLeft(), box.bottomRight())
            painter.drawLine(box.topRight(), box.bottomLeft())
            painter.drawText(QPointF(box.right() + 5, baseline), words_of_dead)
