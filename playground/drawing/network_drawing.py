"""The network as a diagram: circles for the inputs, for each neuron a thumbnail of its own output.

An edge tells the sign of its weight by colour and line style (solid positive, dashed negative) and its size
by its width; a bias is a mark at the lower left corner of its neuron, filled where it is positive, a ring
where it is negative. Layers too tall for their room show their first neurons and how many more there are.
"""

from __future__ import annotations

import math
from collections.abc import Container
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen, QPolygonF

from playground.drawing.colors import packed
from playground.drawing.notation import parameter_name, signed_text, subscript
from playground.drawing.theme import Theme, channels, mix
from playground.engine.inspection_steps import Lit

Floats = NDArray[np.float64]

TYPICAL_WEIGHT = 3.0
"""A weight of this size has two thirds of the greatest width."""
LEAST_NODE = 12.0
"""Neurons get no smaller than so many pixels; then some are left out."""
SHADES = 256
SHARES = 64
"""Steps of an edge's width that no eye tells apart."""
UNLIT = 0.16
"""How much is seen of what is not lit, while a part of the network is."""
REACH = 5.0
"""How near, in pixels, the pointer must come to an edge."""


@dataclass(frozen=True, eq=False)
class NetworkPicture:
    """What the diagram shows.

    parameters, gradient (P,); neurons: for each layer, the output last, activations (neurons, g, g) over two
    inputs, rows along x₂, or (neurons, g) over one; activation of the hidden layers; classification: the
    output tells class 0 from class 1, with 0.5 between them.
    """

    layer_sizes: tuple[int, ...]
    parameters: Floats
    gradient: Floats | None = None
    neurons: tuple[Floats, ...] | None = None
    activation: str = "tanh"
    classification: bool = True
    input_names: tuple[str, ...] = ("x₁", "x₂")


class Node(NamedTuple):
    """Where a neuron (layer ≥ 1) or an input (layer 0) lies."""

    layer: int
    neuron: int
    place: QRectF


class Spot(NamedTuple):
    """A parameter and where it lies: the line of an edge, or, for a bias, of no length; its layer."""

    parameter: int
    line: QLineF
    layer: int


Thing = TypeVar("Thing", Spot, Node)


class Scene(NamedTuple):
    """The diagram laid out in a rectangle."""

    nodes: list[Node]
    spots: list[Spot]
    edges: list[Spot]
    biases: list[Spot]
    more: list[tuple[QPointF, int]]
    node_size: float
    column_pitch: float


class NetworkDrawing:
    """Lays the diagram out, paints it, and knows what lies under the pointer."""

    def __init__(self, theme: Theme):
        self.restyle(theme)

    def restyle(self, theme: Theme) -> None:
        """Take the colours and sizes of a theme."""
        self.theme = theme
        self._images: dict[tuple[int, int], QImage] = {}
        self._images_of: tuple[Floats, ...] | None = None
        self._pens: dict[tuple[int, bool, float], QPen] = {}
        self._scene: Scene | None = None
        self._scene_of: tuple[QRectF, tuple[int, ...]] | None = None

    def lay_out(self, rect: QRectF, layer_sizes: tuple[int, ...]) -> Scene:
        """Where nodes, edges and biases lie."""
        if self._scene is not None and self._scene_of == (rect, layer_sizes):
            return self._scene
        self._scene_of, self._scene = (QRectF(rect), layer_sizes), self._laid_out(rect, layer_sizes)
        return self._scene

    def _laid_out(self, rect: QRectF, layer_sizes: tuple[int, ...]) -> Scene:
        factor = self.theme.font_factor
        columns = len(layer_sizes)
        size = min(30.0 * factor, rect.width() / (1.55 * columns))
        size = max(size, 8.0)
        tallest = max(layer_sizes)
        # Nodes shrink a little before any is left out.
        size = max(min(size, 0.78 * rect.height() / tallest), min(size, LEAST_NODE * factor))
        pitch = min(size * 1.75, max(size + 4.0, rect.height() / max(tallest, 1)))
        capacity = max(2, int((rect.height() + pitch - size) / pitch))
        nodes, more = [], []
        step = (rect.width() - size) / max(columns - 1, 1)
        for layer, count in enumerate(layer_sizes):
            shown = count if count <= capacity else capacity - 1
            rows = shown + (1 if shown < count else 0)
            spread = pitch if layer else max(pitch, min(2 * pitch, 60.0 * factor))
            spread = min(spread, rect.height() / max(rows, 1))
            top = rect.center().y() - (rows - 1) * spread / 2
            x = rect.left() + size / 2 + layer * step
            # Inputs carry a name: their circles stay large enough for it.
            side = size if layer else max(size, min(20.0 * factor, 0.6 * step))
            left = max(x - side / 2, rect.left())
            for neuron in range(shown):
                y = top + neuron * spread
                nodes.append(Node(layer, neuron, QRectF(left, y - side / 2, side, side)))
            if shown < count:
                more.append((QPointF(x, top + shown * spread), count - shown))
        spots = _spots(nodes, layer_sizes)
        edges = [spot for spot in spots if spot.line.length() > 0]
        biases = [spot for spot in spots if spot.line.length() == 0]
        return Scene(nodes, spots, edges, biases, more, size, step)

    def paint(
        self,
        painter: QPainter,
        rect: QRectF,
        picture: NetworkPicture,
        chosen: int | None = None,
        lit: Lit | None = None,
    ) -> None:
        """Paint the diagram into a rectangle.

        chosen: the parameter that is pointed at; lit: the part that stands out, None for all of it.
        """
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        scene = self.lay_out(rect, picture.layer_sizes)
        for shine, edges in _by_light(scene.edges, None if lit is None else lit.weights):
            painter.setOpacity(shine)
            self._paint_edges(painter, edges, picture, scene.node_size)
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
        painter.setOpacity(1.0)
        font = _font(self.theme.small_font_size)
        painter.setFont(font)
        painter.setPen(QColor(self.theme.dim_text))
        for center, count in scene.more:
            # Columns that stand close have room for the number alone.
            words = f"… {count} more"
            if QFontMetricsF(font).horizontalAdvance(words) > scene.column_pitch - 2:
                words = f"+{count}"
            place = QRectF(center.x() - 60, center.y() - 10, 120, 20)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, words)
        painter.restore()

    def hit(self, rect: QRectF, layer_sizes: tuple[int, ...], point: QPointF) -> int | None:
        """The parameter at a point of the diagram; None where there is none."""
        scene = self.lay_out(rect, layer_sizes)
        nearest, distance = None, REACH
        for spot in scene.spots:
            is_bias = spot.line.length() == 0
            if is_bias:
                # A neuron as a whole stands for its bias.
                inside = QRectF(
                    spot.line.x1() - 4,
                    spot.line.y1() - scene.node_size,
                    scene.node_size + 4,
                    scene.node_size + 4,
                )
                if inside.contains(point):
                    return spot.parameter
            apart = _distance(spot.line, point)
            if apart < distance:
                nearest, distance = spot.parameter, apart
        return nearest

    def place_of(self, rect: QRectF, layer_sizes: tuple[int, ...], index: int) -> QPointF | None:
        """The middle of a parameter's edge, or its bias's mark; None where it is left out."""
        for spot in self.lay_out(rect, layer_sizes).spots:
            if spot.parameter == index:
                return spot.line.center()
        return None

    def shown_parameters(self, rect: QRectF, layer_sizes: tuple[int, ...]) -> list[int]:
        """The parameters that are in the diagram, in the order of θ."""
        return sorted(spot.parameter for spot in self.lay_out(rect, layer_sizes).spots)

    def _paint_edges(
        self, painter: QPainter, edges: list[Spot], picture: NetworkPicture, node_size: float
    ) -> None:
        """Small edges first: the strong ones stay in sight. Those of one pen are drawn together."""
        weights = picture.parameters[[spot.parameter for spot in edges]]
        with np.errstate(invalid="ignore"):
            shares = np.rint(SHARES * (1.0 - np.exp(-np.abs(weights) / TYPICAL_WEIGHT)))
        shares[np.isnan(shares)] = SHARES
        kinds = 2 * shares + (weights >= 0)
        order = np.argsort(kinds, kind="stable")
        for group in np.split(order, np.flatnonzero(np.diff(kinds[order])) + 1):
            if len(group):
                share, positive = divmod(int(kinds[group[0]]), 2)
                painter.setPen(self._pen(share, bool(positive), node_size))
                painter.drawLines([edges[index].line for index in group])

    def _pen(self, share: int, positive: bool, node_size: float) -> QPen:
        key = (share, positive, node_size)
        pen = self._pens.get(key)
        if pen is None:
            pen = self._pens[key] = self._made_pen(share / SHARES, positive, node_size)
        return pen

    def _made_pen(self, share: float, positive: bool, node_size: float) -> QPen:
        theme = self.theme
        color = theme.positive_weight if positive else theme.negative_weight
        ink = QColor(mix(theme.card, color, 0.55 + 0.45 * min(1.0, 4 * share)))
        # Edges are thinner between small neurons, which stand close together.
        pen = QPen(ink, (0.02 + 0.13 * share) * node_size + 0.3)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        if not positive:
            width = pen.widthF()
            pen.setDashPattern([max(2.0, 5.0 / width), max(1.2, 3.0 / width)])
        return pen

    def _paint_chosen(self, painter: QPainter, scene: Scene, picture: NetworkPicture, chosen: int) -> None:
        for spot in scene.spots:
            if spot.parameter == chosen and spot.line.length() > 0:
                weight = float(picture.parameters[chosen])
                pen = self._pen(round(SHARES * _share(weight)), weight >= 0, scene.node_size)
                painter.setPen(QPen(QColor(self.theme.text), pen.widthF() + 3.0))
                painter.drawLine(spot.line)
                painter.setPen(QPen(QColor(self.theme.card), pen.widthF() + 1.0))
                painter.drawLine(spot.line)
                painter.setPen(pen)
                painter.drawLine(spot.line)

    def _paint_nodes(self, painter: QPainter, nodes: list[Node], picture: NetworkPicture) -> None:
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
        painter.drawRects(places)

    def _paint_input(self, painter: QPainter, node: Node, picture: NetworkPicture) -> None:
        theme = self.theme
        painter.setPen(QPen(QColor(mix(theme.card, theme.text, 0.75)), 1.2))
        painter.drawEllipse(node.place.adjusted(2, 2, -2, -2))
        painter.setPen(QColor(theme.text))
        painter.setFont(_font(min(theme.small_font_size, 0.5 * node.place.height())))
        name = picture.input_names[node.neuron] if len(picture.input_names) > node.neuron else ""
        if len(name) > 2:
            name = f"x{subscript(node.neuron + 1)}" if picture.layer_sizes[0] > 1 else "x"
        painter.drawText(node.place, Qt.AlignmentFlag.AlignCenter, name)

    def _paint_graph(self, painter: QPainter, node: Node, picture: NetworkPicture) -> None:
        """The output of a neuron of one input, as a curve over that input."""
        assert picture.neurons is not None
        values = _signed(picture.neurons[node.layer - 1][node.neuron], node.layer, picture)
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
        color = QColor(theme.positive_weight if bias >= 0 else theme.negative_weight)
        painter.setPen(QPen(QColor(theme.card), 1.0))
        painter.setBrush(QColor(theme.card))
        painter.drawEllipse(point, radius + 1.4, radius + 1.4)
        painter.setPen(QPen(QColor(theme.text) if chosen else color, 1.8 if chosen else 1.3))
        painter.setBrush(color if bias > 0 else QColor(theme.card))
        painter.drawEllipse(point, radius, radius)

    def _image(self, node: Node, picture: NetworkPicture) -> QImage | None:
        if picture.neurons is None:
            return None
        if self._images_of is not picture.neurons:
            self._images_of, self._images = picture.neurons, {}
        key = (node.layer, node.neuron)
        if key not in self._images:
            values = _signed(picture.neurons[node.layer - 1][node.neuron], node.layer, picture)
            self._images[key] = thumbnail_image(values, self.theme, picture.classification)
        return self._images[key]


def parameter_text(picture: NetworkPicture, index: int) -> str:
    """One parameter in words: "W[1]₂₁ = −0.712, ∂J/∂w = 0.018 at the last step"."""
    name = parameter_name(picture.layer_sizes, index)
    text = f"{name} = {signed_text(float(picture.parameters[index]))}"
    if picture.gradient is not None:
        symbol = name[0].lower()
        text += f", ∂J/∂{symbol} = {signed_text(float(picture.gradient[index]), 5)} at the last step"
    return text


def thumbnail_image(values: Floats, theme: Theme, classification: bool = True) -> QImage:
    """Signed outputs in −1..1, (g, g) with rows along x₂ or (g,), as a picture.

    Its colours are those of the classes or, where there are values, those of signs.
    """
    rows = np.atleast_2d(values)[::-1]
    places = rows * SHADES + (SHADES + 0.5)
    places[np.isnan(places)] = SHADES
    pixels = _shades(theme, classification).take(np.clip(places, 0, 2 * SHADES).astype(np.intp))
    height, width = pixels.shape
    return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32).copy()


@cache
def _shades(theme: Theme, classification: bool) -> np.ndarray:
    """The colours of −1 to 1 as pixels of a QImage in Format_RGB32: (2·SHADES + 1,) uint32."""
    card = np.array(channels(theme.card), dtype=float)
    low, high = theme.negative_weight, theme.positive_weight
    if classification:
        low, high = theme.class0, theme.class1
    ends = np.array([channels(low), channels(high)], dtype=float)
    values = np.linspace(-1.0, 1.0, 2 * SHADES + 1)[:, None]
    return packed((card + 0.9 * np.abs(values) * (np.where(values < 0, ends[0], ends[1]) - card)).round())


def _share(weight: float) -> float:
    """How wide an edge is drawn, 0 to 1, by the size of its weight."""
    return 1.0 - math.exp(-abs(weight) / TYPICAL_WEIGHT) if math.isfinite(weight) else 1.0


def _by_light(things: list[Thing], lit: Container[int] | None) -> list[tuple[float, list[Thing]]]:
    """Spots or nodes by how much is seen of them, those of the lit layers last; None: all are seen."""
    if lit is None:
        return [(1.0, things)]
    faint = [thing for thing in things if thing.layer not in lit]
    return [(UNLIT, faint), (1.0, [thing for thing in things if thing.layer in lit])]


def _signed(values: Floats, layer: int, picture: NetworkPicture) -> Floats:
    """Activations brought to −1..1, so that the middle of what a neuron can say is 0."""
    is_output = layer == len(picture.layer_sizes) - 1
    kind = (
        "sigmoid" if is_output and picture.classification else "identity" if is_output else picture.activation
    )
    if kind == "sigmoid":
        return 2.0 * values - 1.0
    if kind == "tanh":
        return values
    finite = np.abs(values[np.isfinite(values)])
    largest = float(finite.max()) if finite.size else 0.0
    return values / largest if largest > 0 else np.zeros_like(values)


def _spots(nodes: list[Node], layer_sizes: tuple[int, ...]) -> list[Spot]:
    by_layer: list[list[Node]] = [[] for _ in layer_sizes]
    for node in nodes:
        by_layer[node.layer].append(node)
    spots, start = [], 0
    for layer in range(1, len(layer_sizes)):
        n_in, n_out = layer_sizes[layer - 1], layer_sizes[layer]
        for node in by_layer[layer]:
            target = QPointF(node.place.left(), node.place.center().y())
            for source in by_layer[layer - 1]:
                inset = 2.0 if source.layer == 0 else 0.0
                origin = QPointF(source.place.right() - inset, source.place.center().y())
                index = start + node.neuron * n_in + source.neuron
                spots.append(Spot(index, QLineF(origin, target), layer))
            corner = QPointF(node.place.left(), node.place.bottom())
            spots.append(Spot(start + n_in * n_out + node.neuron, QLineF(corner, corner), layer))
        start += n_in * n_out + n_out
    return spots


def _distance(line: QLineF, point: QPointF) -> float:
    dx, dy = line.dx(), line.dy()
    squared = dx * dx + dy * dy
    share = 0.0
    if squared > 0:
        share = min(max(((point.x() - line.x1()) * dx + (point.y() - line.y1()) * dy) / squared, 0.0), 1.0)
    return math.hypot(point.x() - line.x1() - share * dx, point.y() - line.y1() - share * dy)


def _font(pixels: float) -> QFont:
    font = QFont()
    font.setPixelSize(max(1, round(pixels)))
    return font
