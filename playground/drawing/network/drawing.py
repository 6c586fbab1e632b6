"""The network as a diagram: circles for the inputs, for each neuron a thumbnail of its own output.

An edge shows the sign of its weight by colour and line style (solid positive, dashed negative) and its size
by its width. A bias is a mark at the lower left corner of its neuron, filled where it is positive, a ring
where it is negative. A weight or bias of exactly 0 has no sign: its edge or ring is grey. A neuron that no
training point activates is crossed out: it is dead.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Container
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen, QPolygonF

from playground.arrays import Array, Floats
from playground.drawing.inspector import heat_image
from playground.drawing.kit.axes import font
from playground.drawing.kit.theme import Theme, mix
from playground.drawing.network.layout import (
    LABEL_ROW,
    LEFT_OUT_HALF,
    Diagram,
    LeftOut,
    NeuronPlace,
    ParameterPlace,
    lay_out,
)
from playground.drawing.network.neuron_image import share_image, signed, thumbnail_image
from playground.engine.activations import ACTIVATIONS
from playground.engine.backprop.operation import Lit
from playground.engine.network import parameter_name
from playground.files.foreign_names import shown_name
from playground.input_labels import input_labels
from playground.numerals import signed_text, subscript

PROBABILITY = (0.0, 1.0)
TYPICAL_WEIGHT = 3.0
"""A weight of this size has two thirds of the greatest width."""
SHARES = 64
"""Steps of an edge's width, too small to be visible."""
FROZEN_AT = 0.3
"""Where the mark of a frozen weight stands on its edge: edges of one layer do not cross there."""
FROZEN_SIDE = 6.0
"""Side of the mark of a frozen parameter, in pixels."""
LONGEST_TARGET = 10
"""Characters of the name of a target beside its neuron."""
NAME_GAP = 4.0
"""Pixels between a neuron and its name."""
UNLIT = 0.16
"""Opacity of the rest while a part of the network is lit."""


@dataclass(frozen=True, eq=False)
class NetworkPicture:
    """The content of the diagram.

    parameters, gradient (P,); neurons: for each layer, the output last, activations (neurons, g, g) over two
    inputs, rows along x₂, or (neurons, g) over one; activations: the name of each hidden layer's, empty: all
    are tanh; classification: the output separates class 0 from class 1, with 0.5 between them. dead: for each
    hidden layer, which neurons are dead, (neurons,) bool; empty where none can be, or where it is unknown.
    frozen: the parameters that no step changes. class_names: of three classes or more, each of which has an
    output of its own; else empty. target_names: of several values, each of which has one; else empty.
    """

    layer_sizes: tuple[int, ...]
    parameters: Floats
    gradient: Floats | None = None
    neurons: tuple[Floats, ...] | None = None
    activations: tuple[str, ...] = ()
    classification: bool = True
    input_names: tuple[str, ...] = ("x₁", "x₂")
    frozen: frozenset[int] = frozenset()
    dead: tuple[Array, ...] = ()
    class_names: tuple[str, ...] = ()
    target_names: tuple[str, ...] = ()

    @property
    def output_names(self) -> tuple[str, ...]:
        """The names of the outputs where there are several; else empty."""
        return self.class_names or self.target_names

    def is_dead(self, layer: int, neuron: int) -> bool:
        """Return whether a neuron is known to be dead; layer 0 are the inputs."""
        return 0 < layer <= len(self.dead) and bool(self.dead[layer - 1][neuron])

    @property
    def number_dead(self) -> int:
        """How many neurons are known to be dead."""
        return sum(int(layer.sum()) for layer in self.dead)

    @property
    def has_zero_weight(self) -> bool:
        """Whether a weight is exactly 0, as all are before the first step from zeros."""
        first = 0
        for n_in, n_out in itertools.pairwise(self.layer_sizes):
            if not self.parameters[first : first + n_in * n_out].all():
                return True
            first += (n_in + 1) * n_out
        return False

    def last_dead(self, layer: int, count: int) -> int:
        """Return how many of the last `count` neurons of a layer are known to be dead."""
        size = self.layer_sizes[layer]
        return sum(self.is_dead(layer, neuron) for neuron in range(size - count, size))


Thing = TypeVar("Thing", ParameterPlace, NeuronPlace)


class NetworkDrawing:
    """The layout and painting of the diagram, with the parameter at each point."""

    def __init__(self, theme: Theme):
        self.restyle(theme)

    def restyle(self, theme: Theme) -> None:
        """Apply the colours and sizes of a theme."""
        self.theme = theme
        self._images: dict[tuple[int, int], QImage] = {}
        self._images_of: tuple[Floats, ...] | None = None
        self._pens: dict[tuple[int, int, float], QPen] = {}
        self._scene: Diagram | None = None
        self._scene_of: tuple[QRectF, tuple[int, ...]] | None = None

    def lay_out(self, rect: QRectF, layer_sizes: tuple[int, ...]) -> Diagram:
        """Return the places of nodes, edges and biases."""
        if self._scene is not None and self._scene_of == (rect, layer_sizes):
            return self._scene
        self._scene_of = QRectF(rect), layer_sizes
        self._scene = lay_out(rect, layer_sizes, self.theme.font_factor)
        return self._scene

    def room_for_names(self, picture: NetworkPicture) -> float:
        """Return how many pixels the names of the outputs need to the right of the diagram."""
        if not picture.target_names:
            return 0.0
        metrics = QFontMetricsF(font(self.theme, self.theme.small_font_size))
        return NAME_GAP + max(metrics.horizontalAdvance(name) for name in _output_labels(picture))

    def paint(
        self,
        painter: QPainter,
        rect: QRectF,
        picture: NetworkPicture,
        chosen: int | None = None,
        lit: Lit | None = None,
    ) -> None:
        """Paint the diagram into a rectangle.

        chosen: the parameter under the pointer. lit: the part that stands out, None for none.
        """
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        scene = self.lay_out(rect, picture.layer_sizes)
        if scene.strips:
            painter.setOpacity(1.0 if lit is None or 1 in lit.weights else UNLIT)
            self._paint_strips(painter, rect, scene, picture)
        for shine, edges in _by_light(scene.edges, None if lit is None else lit.weights):
            painter.setOpacity(shine)
            self._paint_edges(painter, edges, picture, scene.node_size)
            if picture.frozen:
                marked = [spot.line.pointAt(FROZEN_AT) for spot in edges if spot.parameter in picture.frozen]
                self.paint_frozen_marks(painter, marked)
        painter.setOpacity(1.0)
        if chosen is not None:
            self._paint_chosen(painter, scene, picture, chosen)
        for shine, nodes in _by_light(scene.nodes, None if lit is None else lit.neurons):
            painter.setOpacity(shine)
            self._paint_nodes(painter, nodes, picture)
        for spot in scene.biases:
            painter.setOpacity(1.0 if lit is None or spot.layer in lit.biases else UNLIT)
            value = float(picture.parameters[spot.parameter])
            self._paint_bias(painter, spot.line.p1(), value, scene.node_size, spot.parameter == chosen)
            if spot.parameter in picture.frozen:
                self.paint_frozen_marks(painter, [spot.line.p1()])
        painter.setOpacity(1.0)
        text_font = font(self.theme, self.theme.small_font_size)
        painter.setFont(text_font)
        painter.setPen(QColor(self.theme.dim_text))
        metrics = QFontMetricsF(text_font)
        labels = _output_labels(picture)
        for node in scene.nodes if labels else ():
            if node.layer == len(picture.layer_sizes) - 1:
                at = QRectF(node.place.right() + NAME_GAP, node.place.center().y() - 20, 200, 40)
                painter.drawText(at, Qt.AlignmentFlag.AlignVCenter, labels[node.neuron])
        for center, count, layer in scene.more:
            # Columns that are close together have room for the numbers alone.
            choices = words_of_the_rest(count, picture.last_dead(layer, count))
            fitting = [w for w in choices if metrics.horizontalAdvance(w) <= scene.column_pitch - 2]
            words = fitting[0] if fitting else choices[-1]
            # Those of the inputs stand at the edge of the picture.
            half = metrics.horizontalAdvance(words) / 2 + 1
            x = max(rect.left() + half, min(rect.right() - half, center.x()))
            place = QRectF(x - 60, center.y() - LEFT_OUT_HALF, 120, 2 * LEFT_OUT_HALF)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, words)
        painter.restore()

    def hit(self, rect: QRectF, layer_sizes: tuple[int, ...], point: QPointF) -> int | None:
        """Return the parameter at a point of the diagram; None where there is none."""
        return self.lay_out(rect, layer_sizes).parameter_at(point)

    def place_of(self, rect: QRectF, layer_sizes: tuple[int, ...], index: int) -> QPointF | None:
        """Return the middle of a parameter's edge, or its bias's mark; None where it is left out."""
        return self.lay_out(rect, layer_sizes).place_of(index)

    def shown_parameters(self, rect: QRectF, layer_sizes: tuple[int, ...]) -> list[int]:
        """Return the parameters that are in the diagram, in the order of θ."""
        return sorted(spot.parameter for spot in self.lay_out(rect, layer_sizes).spots)

    def _paint_edges(
        self, painter: QPainter, edges: list[ParameterPlace], picture: NetworkPicture, node_size: float
    ) -> None:
        """Paint the edges, small ones first, so that strong ones stay visible; those of one pen together."""
        weights = picture.parameters[[spot.parameter for spot in edges]]
        with np.errstate(invalid="ignore"):
            shares = np.rint(SHARES * (1.0 - np.exp(-np.abs(weights) / TYPICAL_WEIGHT)))
        shares[np.isnan(shares)] = SHARES
        kinds = 3 * shares + _signs(weights) + 1
        order = np.argsort(kinds, kind="stable")
        for group in np.split(order, np.flatnonzero(np.diff(kinds[order])) + 1):
            if len(group):
                share, kind = divmod(int(kinds[group[0]]), 3)
                painter.setPen(self._pen(share, kind - 1, node_size))
                painter.drawLines([edges[index].line for index in group])

    def _pen(self, share: int, sign: int, node_size: float) -> QPen:
        key = (share, sign, node_size)
        pen = self._pens.get(key)
        if pen is None:
            pen = self._pens[key] = self._new_pen(share / SHARES, sign, node_size)
        return pen

    def _color(self, sign: int) -> str:
        """Return the colour of a weight or bias by its sign; grey where it has none."""
        theme = self.theme
        return {1: theme.positive_weight, -1: theme.negative_weight}.get(sign, theme.dim_text)

    def _new_pen(self, share: float, sign: int, node_size: float) -> QPen:
        ink = QColor(mix(self.theme.card, self._color(sign), 0.55 + 0.45 * min(1.0, 4 * share)))
        # Edges are thinner between small neurons, which stand close together.
        pen = QPen(ink, (0.02 + 0.13 * share) * node_size + 0.3)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        if sign < 0:
            width = pen.widthF()
            pen.setDashPattern([max(2.0, 5.0 / width), max(1.2, 3.0 / width)])
        return pen

    def _paint_strips(self, painter: QPainter, rect: QRectF, scene: Diagram, picture: NetworkPicture) -> None:
        """Paint W[1] row by row beside its neurons, in the colours of signs, and name the inputs below."""
        n_in, n_out = picture.layer_sizes[:2]
        image = heat_image(picture.parameters[: n_in * n_out].reshape(n_out, n_in), self.theme)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        held = [index // n_in for index in picture.frozen if index < n_in * n_out]
        for neuron, place in scene.strips:
            painter.drawImage(place, image, QRectF(0, neuron, n_in, 1))
            painter.setPen(QPen(QColor(self.theme.border), 1.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(place)
            if neuron in held:
                self.paint_frozen_marks(painter, [QPointF(place.left() + 4, place.center().y())])
        painter.setFont(font(self.theme, self.theme.small_font_size))
        painter.setPen(QColor(self.theme.dim_text))
        wide = scene.strips[0].place.width()
        high = LABEL_ROW * self.theme.font_factor
        below = QRectF(rect.left(), rect.bottom() - high, wide, high)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, f"x{subscript(1)}")
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, "W[1]")
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, f"x{subscript(n_in)}")

    def paint_frozen_marks(self, painter: QPainter, points: list[QPointF]) -> None:
        """Paint the mark of a frozen parameter, a square, at these points."""
        side = FROZEN_SIDE * self.theme.font_factor
        painter.setPen(QPen(QColor(self.theme.text), 1.2))
        painter.setBrush(QColor(self.theme.card))
        painter.drawRects([QRectF(at.x() - side / 2, at.y() - side / 2, side, side) for at in points])
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_chosen(self, painter: QPainter, scene: Diagram, picture: NetworkPicture, chosen: int) -> None:
        for spot in scene.spots:
            if spot.parameter == chosen and spot.line.length() > 0:
                weight = float(picture.parameters[chosen])
                pen = self._pen(round(SHARES * _share(weight)), int(_signs(weight)), scene.node_size)
                painter.setPen(QPen(QColor(self.theme.text), pen.widthF() + 3.0))
                painter.drawLine(spot.line)
                painter.setPen(QPen(QColor(self.theme.card), pen.widthF() + 1.0))
                painter.drawLine(spot.line)
                painter.setPen(pen)
                painter.drawLine(spot.line)

    def _paint_nodes(self, painter: QPainter, nodes: list[NeuronPlace], picture: NetworkPicture) -> None:
        theme = self.theme
        frame = QPen(QColor(mix(theme.card, theme.text, 0.75)), 1.2)
        painter.setBrush(QColor(theme.window))
        for node in nodes:
            if node.layer == 0:
                self._paint_input(painter, node, picture)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.window))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        places = [node.place for node in nodes if node.layer > 0]
        painter.drawRects(places)
        for node in nodes:
            image = self._image(node, picture) if node.layer > 0 else None
            if image is not None:
                painter.drawImage(node.place, image)
                if image.height() == 1:
                    self._paint_graph(painter, node, picture)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(frame)
        painter.drawRects([node.place for node in nodes if node.layer > 0 and not _is_class(node, picture)])
        for node in nodes:
            if _is_class(node, picture):
                painter.setPen(QPen(QColor(theme.classes[node.neuron]), 2.0))
                painter.drawRect(node.place)
        self._cross_out(painter, [n.place for n in nodes if picture.is_dead(n.layer, n.neuron)])

    def _cross_out(self, painter: QPainter, places: list[QRectF]) -> None:
        """Paint the crosses of dead neurons."""
        painter.setPen(QPen(QColor(self.theme.text), 1.3))
        for place in places:
            painter.drawLine(place.topLeft(), place.bottomRight())
            painter.drawLine(place.topRight(), place.bottomLeft())

    def _paint_input(self, painter: QPainter, node: NeuronPlace, picture: NetworkPicture) -> None:
        theme = self.theme
        painter.setPen(QPen(QColor(mix(theme.card, theme.text, 0.75)), 1.2))
        painter.drawEllipse(node.place.adjusted(2, 2, -2, -2))
        painter.setPen(QColor(theme.text))
        painter.setFont(font(theme, min(theme.small_font_size, 0.5 * node.place.height())))
        labels = input_labels(picture.input_names)
        name = labels[node.neuron] if len(labels) > node.neuron else ""
        painter.drawText(node.place, Qt.AlignmentFlag.AlignCenter, name)

    def _paint_graph(self, painter: QPainter, node: NeuronPlace, picture: NetworkPicture) -> None:
        """Paint the output of a neuron of one input, as a curve over that input."""
        values = _signed_output(node, picture)
        box = node.place.adjusted(1, 3, -1, -3)
        xs = np.linspace(box.left(), box.right(), len(values))
        ys = box.center().y() - 0.5 * box.height() * values
        points = [QPointF(x, y) for x, y in zip(xs.tolist(), ys.tolist(), strict=True) if math.isfinite(y)]
        painter.setPen(QPen(QColor(self.theme.text), 1.4))
        painter.drawPolyline(QPolygonF(points))

    def _paint_bias(self, painter: QPainter, point: QPointF, bias: float, size: float, chosen: bool) -> None:
        theme = self.theme
        share = _share(bias)
        radius = (0.06 + 0.11 * share) * size + 0.6
        color = QColor(self._color(int(_signs(bias))))
        painter.setPen(QPen(QColor(theme.card), 1.0))
        painter.setBrush(QColor(theme.card))
        painter.drawEllipse(point, radius + 1.4, radius + 1.4)
        painter.setPen(QPen(QColor(theme.text) if chosen else color, 1.8 if chosen else 1.3))
        painter.setBrush(color if bias > 0 else QColor(theme.card))
        painter.drawEllipse(point, radius, radius)

    def _image(self, node: NeuronPlace, picture: NetworkPicture) -> QImage | None:
        if picture.neurons is None:
            return None
        if self._images_of is not picture.neurons:
            self._images_of, self._images = picture.neurons, {}
        key = (node.layer, node.neuron)
        if key not in self._images:
            self._images[key] = self._new_image(node, picture)
        return self._images[key]

    def _new_image(self, node: NeuronPlace, picture: NetworkPicture) -> QImage:
        assert picture.neurons is not None
        if _is_class(node, picture):
            values = picture.neurons[node.layer - 1][node.neuron]
            return share_image(values, self.theme, self.theme.classes[node.neuron])
        # Where each class has an output of its own, the sides of a hidden neuron are no classes.
        two_classes = picture.classification and not picture.class_names
        return thumbnail_image(_signed_output(node, picture), self.theme, two_classes)


def _output_labels(picture: NetworkPicture) -> list[str]:
    """Return the names of several targets as they stand beside their neurons."""
    return [shown_name(name, LONGEST_TARGET) for name in picture.target_names]


def _is_class(node: NeuronPlace, picture: NetworkPicture) -> bool:
    """Return whether a neuron is the output of one of several classes."""
    return bool(picture.class_names) and node.layer == len(picture.layer_sizes) - 1


def parameter_text(picture: NetworkPicture, index: int) -> str:
    """Return one parameter in words: "W[1]₂₁ = −0.712, ∂J/∂w = 0.018 at the last step"."""
    name = parameter_name(picture.layer_sizes, index)
    n_in, n_out = picture.layer_sizes[:2]
    text = f"{name} = {signed_text(float(picture.parameters[index]))}"
    if index < n_in * n_out and index % n_in < len(picture.input_names):
        text += f", from {picture.input_names[index % n_in]}"
    if (row := _output_row(picture.layer_sizes, index)) is not None and row < len(picture.output_names):
        text += f", to the output of {picture.output_names[row]}"
    if index in picture.frozen:
        return f"{text}, frozen"
    if picture.gradient is not None:
        symbol = name[0].lower()
        text += f", ∂J/∂{symbol} = {signed_text(float(picture.gradient[index]), 5)} at the last step"
    return text


def left_out_text(picture: NetworkPicture, left: LeftOut) -> str:
    """Return which neurons the diagram has no room for: "No room for the outputs of 8, 9"."""
    size = picture.layer_sizes[left.layer]
    first = size - left.number
    if left.layer == len(picture.layer_sizes) - 1 and picture.output_names:
        plural = "s" if left.number > 1 else ""
        return f"No room for the output{plural} of {', '.join(picture.output_names[first:])}"
    which = f"neurons {first + 1} to {size}" if left.number > 1 else f"neuron {size}"
    return f"No room for {which} of layer {left.layer}"


def _output_row(sizes: tuple[int, ...], index: int) -> int | None:
    """Return the output that a parameter leads to; None for one of a hidden layer."""
    n_in, n_out = sizes[-2:]
    total = sum(wide * (narrow + 1) for narrow, wide in itertools.pairwise(sizes))
    in_layer = index - (total - n_out * (n_in + 1))
    if in_layer < 0:
        return None
    return in_layer // n_in if in_layer < n_in * n_out else in_layer - n_in * n_out


def words_of_the_rest(count: int, dead: int) -> tuple[str, ...]:
    """Return the words for neurons that are left out, from the longest to the shortest."""
    if not dead:
        return f"… {count} more", f"+{count}"
    return f"… {count} more, {dead} dead", f"+{count}, {dead} dead", f"+{count} ({dead}×)"


def _share(weight: float) -> float:
    """Return how wide an edge is drawn, 0 to 1, by the size of its weight."""
    return 1.0 - math.exp(-abs(weight) / TYPICAL_WEIGHT) if math.isfinite(weight) else 1.0


def _signs(values: Floats | float) -> Array:
    """Return 1, −1 or 0 for each value; one that is not a number has no sign."""
    return np.asarray(np.greater(values, 0), int) - np.less(values, 0)


def _by_light(things: list[Thing], lit: Container[int] | None) -> list[tuple[float, list[Thing]]]:
    """Return spots or nodes by their opacity, those of the lit layers last; None: all are opaque."""
    if lit is None:
        return [(1.0, things)]
    faint = [thing for thing in things if thing.layer not in lit]
    return [(UNLIT, faint), (1.0, [thing for thing in things if thing.layer in lit])]


def _signed_output(node: NeuronPlace, picture: NetworkPicture) -> Floats:
    """Return the output of a neuron, scaled to −1..1."""
    assert picture.neurons is not None
    is_output = node.layer == len(picture.layer_sizes) - 1
    if is_output:
        bounds = PROBABILITY if picture.classification else None
    else:
        names = picture.activations
        bounds = ACTIVATIONS[names[node.layer - 1] if names else "tanh"].bounds
    return signed(picture.neurons[node.layer - 1][node.neuron], bounds)
