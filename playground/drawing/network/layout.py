"""The places of nodes, edges and biases in the network's diagram, and which of them a point is on.

Neurons shrink before any is left out; a layer that is too tall even then shows its first ones and how many
more there are. Where the inputs are too many, each neuron of the first layer has a strip of its weights in
their place, with a cell for each input.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from PySide6.QtCore import QLineF, QPointF, QRectF

LEAST_NODE = 12.0
"""Smallest size of a neuron in pixels where some are left out."""
SQUEEZED_NODE = 8.0
"""Smallest size of a neuron in pixels where all are shown."""
SQUEEZED_GAP = 2.0
"""Pixels between neurons of that size."""
STRIP_SHARE = 0.7
"""Height of a strip of weights, as a share of its neuron's."""
STRIP_GAP = 6.0
"""Pixels between a strip and its neuron."""
LABEL_ROW = 16.0
"""Height of the line below the strips that names the first and the last input."""
LEFT_OUT_HALF = 10.0
"""Half the height of the line that counts the neurons left out."""
REACH = 5.0
"""Distance from an edge within which the pointer selects it, in pixels."""


class NeuronPlace(NamedTuple):
    """The place of a neuron (layer ≥ 1) or an input (layer 0)."""

    layer: int
    neuron: int
    place: QRectF


class ParameterPlace(NamedTuple):
    """A parameter with its place: the line of an edge, or, for a bias, of no length; its layer."""

    parameter: int
    line: QLineF
    layer: int


class LeftOut(NamedTuple):
    """The last neurons of a layer, for which there is no room: the middle of their line, and how many."""

    center: QPointF
    number: int
    layer: int


class Strip(NamedTuple):
    """The weights into a neuron of the first layer as a row of cells, the first input at the left."""

    neuron: int
    place: QRectF


class Diagram(NamedTuple):
    """The diagram laid out in a rectangle.

    edges, biases  the spots of each kind
    strips         the weights of the first layer where they have no edges
    more           where neurons are left out
    column_pitch   from one layer to the next
    """

    nodes: list[NeuronPlace]
    spots: list[ParameterPlace]
    edges: list[ParameterPlace]
    biases: list[ParameterPlace]
    more: list[LeftOut]
    node_size: float
    column_pitch: float
    strips: list[Strip]

    def parameter_at(self, point: QPointF) -> int | None:
        """Return the parameter at a point of the diagram; None where there is none."""
        nearest, distance = None, REACH
        for spot in self.spots:
            is_bias = spot.line.length() == 0
            if is_bias:
                # Any point of a neuron selects its bias.
                inside = QRectF(
                    spot.line.x1() - 4,
                    spot.line.y1() - self.node_size,
                    self.node_size + 4,
                    self.node_size + 4,
                )
                if inside.contains(point):
                    return spot.parameter
            apart = _distance(spot.line, point)
            if apart < distance:
                nearest, distance = spot.parameter, apart
        return nearest

    def left_out_at(self, point: QPointF) -> LeftOut | None:
        """Return the neurons left out whose line is at a point of the diagram; None where there is none."""
        half = self.column_pitch / 2
        for left in self.more:
            away = point - left.center
            if abs(away.x()) <= half and abs(away.y()) <= LEFT_OUT_HALF:
                return left
        return None

    def place_of(self, index: int) -> QPointF | None:
        """Return the middle of a parameter's edge, or its bias's mark; None where it is left out."""
        for spot in self.spots:
            if spot.parameter == index:
                return spot.line.center()
        return None


def lay_out(rect: QRectF, layer_sizes: tuple[int, ...], factor: float) -> Diagram:
    """Return the diagram of a network with these numbers of inputs, neurons and outputs in a rectangle.

    factor is that of the theme's fonts: neurons grow with them.
    """
    columns = len(layer_sizes)
    size, pitch, capacity = _sizes(rect, layer_sizes, columns, factor)
    stripped = layer_sizes[0] > capacity
    if stripped:
        rect = rect.adjusted(0.0, 0.0, 0.0, -LABEL_ROW * factor)
        size, pitch, capacity = _sizes(rect, layer_sizes[1:], columns, factor)
    nodes, more = [], []
    step = (rect.width() - size) / max(columns - 1, 1)
    for layer, count in enumerate(layer_sizes):
        if layer == 0 and stripped:
            continue
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
            nodes.append(NeuronPlace(layer, neuron, QRectF(left, y - side / 2, side, side)))
        if shown < count:
            more.append(LeftOut(QPointF(x, top + shown * spread), count - shown, layer))
    spots = _spots(nodes, layer_sizes)
    edges = [spot for spot in spots if spot.line.length() > 0]
    biases = [spot for spot in spots if spot.line.length() == 0]
    strips = _strips(rect, nodes) if stripped else []
    spots = [*_cells(strips, layer_sizes[0]), *spots]
    return Diagram(nodes, spots, edges, biases, more, size, step, strips)


def _sizes(
    rect: QRectF, layer_sizes: tuple[int, ...], columns: int, factor: float
) -> tuple[float, float, int]:
    """Return the size of a neuron, the distance of two in a column, and how many a column holds."""
    size = max(min(30.0 * factor, rect.width() / (1.55 * columns)), 8.0)
    # Nodes shrink before any is left out.
    row = rect.height() / max(layer_sizes)
    size = max(min(size, 0.78 * row), min(size, LEAST_NODE * factor))
    squeezed = row - SQUEEZED_GAP * factor
    if row < size + 4.0 and squeezed >= SQUEEZED_NODE * factor:
        size, pitch = min(size, squeezed), row
    else:
        pitch = min(size * 1.75, max(size + 4.0, row))
    return size, pitch, max(2, int((rect.height() + pitch - size) / pitch))


def _strips(rect: QRectF, nodes: list[NeuronPlace]) -> list[Strip]:
    """Return the strips between the left edge and the neurons of the first layer."""
    strips = []
    for node in (node for node in nodes if node.layer == 1):
        high = STRIP_SHARE * node.place.height()
        wide = node.place.left() - STRIP_GAP - rect.left()
        strips.append(Strip(node.neuron, QRectF(rect.left(), node.place.center().y() - high / 2, wide, high)))
    return strips


def _cells(strips: list[Strip], n_in: int) -> list[ParameterPlace]:
    """Return the weights of the strips, each an upright line in the middle of its cell."""
    cells = []
    for neuron, place in strips:
        for column in range(n_in):
            x = place.left() + (column + 0.5) * place.width() / n_in
            cells.append(ParameterPlace(neuron * n_in + column, QLineF(x, place.top(), x, place.bottom()), 1))
    return cells


def _spots(nodes: list[NeuronPlace], layer_sizes: tuple[int, ...]) -> list[ParameterPlace]:
    by_layer: list[list[NeuronPlace]] = [[] for _ in layer_sizes]
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
                spots.append(ParameterPlace(index, QLineF(origin, target), layer))
            corner = QPointF(node.place.left(), node.place.bottom())
            spots.append(ParameterPlace(start + n_in * n_out + node.neuron, QLineF(corner, corner), layer))
        start += n_in * n_out + n_out
    return spots


def _distance(line: QLineF, point: QPointF) -> float:
    dx, dy = line.dx(), line.dy()
    squared = dx * dx + dy * dy
    share = 0.0
    if squared > 0:
        share = min(max(((point.x() - line.x1()) * dx + (point.y() - line.y1()) * dy) / squared, 0.0), 1.0)
    return math.hypot(point.x() - line.x1() - share * dx, point.y() - line.y1() - share * dy)
