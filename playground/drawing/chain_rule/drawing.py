"""A computation graph from left to right: in each node its operation, its value above, its gradient below.

Values are plain text; gradients have a ground of the text's colour and inverted text, so that the two differ
without a colour of their own. The same function paints on the screen, into a PNG and an SVG.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPolygonF
from PySide6.QtWidgets import QGraphicsSceneResizeEvent

from playground.drawing.chain_rule.ink import GraphInk
from playground.drawing.chain_rule.layout import GraphLayout
from playground.drawing.chain_rule.spacing import (
    COLUMN,
    LABEL_HEIGHT,
    MARGIN_Y,
    NODE_HEIGHT,
    Spacing,
    spacing_within,
    usual_spacing,
)
from playground.drawing.kit.theme import Theme
from playground.engine.chain_rule.steps import Known, local_symbol, name_text, operation_text, value_text
from playground.engine.expression import Graph, Node

NUMBER_REACH = 16.0
LONGEST_NAME = 9
WAY_POINTS = 24
"""Points of an edge that a label is kept from."""
DIMMED = 0.32


@dataclass(frozen=True, eq=False)
class GraphPicture:
    """The content of the drawing: a graph, its layout, and the values and gradients of the steps so far.

    dimmed: the text typed since could not be read, so this is the graph before it.
    """

    graph: Graph
    layout: GraphLayout
    known: Known
    dimmed: bool = False
    pointed: int | None = None


class Placing(NamedTuple):
    """The place of the layout in a rectangle: pixels = offset + scale · natural pixels."""

    offset: QPointF
    scale: float


class Edge(NamedTuple):
    """An edge in natural pixels: from start to end; last: where its last curve begins."""

    path: QPainterPath
    bounds: QRectF
    start: QPointF
    end: QPointF
    last: QPointF


class GraphDrawing:
    """The layout of a graph in pixels, its painting, and the node at each point."""

    def __init__(self, theme: Theme):
        self._spaced: tuple[GraphLayout, Spacing] | None = None
        self._is_tight = False
        self.restyle(theme)

    def restyle(self, theme: Theme) -> None:
        self.theme = theme
        self._ink = GraphInk(theme)
        self._layout: GraphLayout | None = None
        self._edges: dict[tuple[int, int], Edge] = {}
        self._boxes: dict[int, list[QRectF]] = {}

    @property
    def _factor(self) -> float:
        return self.theme.font_size / 12.0

    def natural_size(self, layout: GraphLayout) -> QSizeF:
        """Return the size at which text is as large as elsewhere in the window."""
        spacing = self.spacing(layout)
        return QSizeF(spacing.width * self._factor, spacing.height(layout) * self._factor)

    def spacing(self, layout: GraphLayout) -> Spacing:
        """Return the distances of columns and rows."""
        if self._spaced is None or self._spaced[0] is not layout:
            self._spaced, self._is_tight = (layout, usual_spacing(layout)), False
        return self._spaced[1]

    def fit(self, picture: GraphPicture, size: QSizeF) -> None:
        """Bring columns and rows as near together as a size needs and the texts allow.

        A text is at its full height then, and none is shortened.
        """
        layout, columns = picture.layout, range(picture.layout.n_columns)
        nodes, labels = [0.0 for _ in columns], [0.0 for _ in columns]
        theme_size = self.theme.font_px
        for index, (at, _) in enumerate(layout.centres):
            node, column = picture.graph.nodes[index], int(at)
            inside, value, gradient = self._texts(picture, index)
            if node.kind == "number":
                nodes[column] = max(nodes[column], self._ink.width(inside, theme_size) + 2)
                continue
            bold = picture.known.values[index]
            nodes[column] = max(nodes[column], self._ink.width(inside, theme_size) + 12)
            labels[column] = max(labels[column], self._ink.width(value, theme_size, bold) + 1)
            if gradient:
                wide = self._ink.width(gradient, theme_size, bold=True) + 13
                labels[column] = max(labels[column], wide)
        spacing = spacing_within(layout, nodes, labels, size.width(), size.height())
        self._spaced, self._is_tight, self._layout = (layout, spacing), True, None

    def node_rect(self, layout: GraphLayout, index: int) -> QRectF:
        """Return the frame of a node, in natural pixels of font factor 1."""
        column, row = layout.centres[index]
        spacing = self.spacing(layout)
        width = spacing.node_widths[int(column)]
        top = MARGIN_Y + LABEL_HEIGHT + row * spacing.row
        return QRectF(spacing.centres[int(column)] - width / 2, top, width, NODE_HEIGHT)

    def label_rects(self, layout: GraphLayout, index: int) -> tuple[QRectF, QRectF]:
        """Return the rectangles of a node's value and its gradient: above and below it."""
        rect = self.node_rect(layout, index)
        width = self.spacing(layout).label_rooms[int(layout.centres[index][0])]
        wide = QRectF(rect.center().x() - width / 2, 0.0, width, LABEL_HEIGHT)
        above, below = QRectF(wide), QRectF(wide)
        above.moveTop(rect.top() - LABEL_HEIGHT)
        below.moveTop(rect.bottom())
        return above, below

    def placing(self, rect: QRectF, layout: GraphLayout) -> Placing:
        """Return the largest place in the middle of the rectangle; once fitted, natural size at most."""
        factor = self._factor
        natural = self.natural_size(layout) / factor
        scale = min(rect.width() / natural.width(), rect.height() / natural.height())
        scale = min(scale, 1.0) if self._is_tight else scale
        offset = rect.center() - QPointF(natural.width() * scale / 2, natural.height() * scale / 2)
        return Placing(offset, scale)

    def node_at(self, rect: QRectF, layout: GraphLayout, point: QPointF) -> int | None:
        """Return the node at a point of the rectangle, its value and gradient included."""
        offset, scale = self.placing(rect, layout)
        place = (point - offset) / scale
        for index in range(len(layout.centres)):
            reach = self.node_rect(layout, index).adjusted(0, -LABEL_HEIGHT, 0, LABEL_HEIGHT)
            if reach.contains(place):
                return index
        return None

    def paint(
        self, painter: QPainter, rect: QRectF, picture: GraphPicture, seen: QRectF | None = None
    ) -> None:
        """Paint the graph into a rectangle. seen: the visible part; the rest is left out."""
        layout = picture.layout
        offset, scale = self.placing(rect, layout)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(offset)
        painter.scale(scale, scale)
        if picture.dimmed:
            painter.setOpacity(DIMMED)
        window = None
        if seen is not None:
            window = QRectF((seen.topLeft() - offset) / scale, (seen.bottomRight() - offset) / scale)
        for index in range(len(layout.centres)):
            self._paint_edges(painter, picture, index, window)
        for index in range(len(layout.centres)):
            reach = self.node_rect(layout, index).adjusted(
                -COLUMN / 2, -LABEL_HEIGHT, COLUMN / 2, LABEL_HEIGHT
            )
            if window is None or window.intersects(reach):
                self._paint_node(painter, picture, index)
        self._paint_local_derivatives(painter, picture, window)
        painter.restore()

    # Nodes ----------------------------------------------------------------------------------------------

    def _paint_node(self, painter: QPainter, picture: GraphPicture, index: int) -> None:
        ink, known, size = self._ink, picture.known, self.theme.font_px
        node = picture.graph.nodes[index]
        rect = self.node_rect(picture.layout, index)
        has_value = known.values[index]
        color = ink.shade(1.0 if has_value else 0.45)
        is_now = index in (known.node, known.source)
        if node.kind == "number":
            ink.write(painter, rect, ink.fitted(self._texts(picture, index)[0], rect.width(), size), color)
            return
        share = 1.0 if is_now else 0.55 if has_value else 0.3
        painter.setPen(ink.pen(share, 2.4 if is_now else 1.2, dashed=not has_value))
        pointed = index == picture.pointed
        painter.setBrush(ink.shade(0.13 if is_now or pointed else 0.05))
        radius = NODE_HEIGHT / 2 if node.kind == "variable" else 5.0
        painter.drawRoundedRect(rect, radius, radius)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        inside, value, gradient = self._texts(picture, index)
        ink.write(painter, rect, ink.fitted(inside, rect.width() - 10, size + (not self._is_tight)), color)
        above, below = self.label_rects(picture.layout, index)
        ink.write(painter, above, ink.fitted(value, above.width(), size, bold=has_value), color)
        if gradient:
            self._paint_gradient(painter, below, gradient, is_now and known.is_backward)

    def _texts(self, picture: GraphPicture, index: int) -> tuple[str, str, str]:
        """Return the texts in a node, above it and below it; an empty one where there is no gradient yet."""
        known, node = picture.known, picture.graph.nodes[index]
        if node.kind == "number":
            return name_text(node).strip("()"), "", ""
        inside, value = self._inside(picture.graph, node), self._value(node, bool(known.values[index]))
        gradient = known.gradients[index]
        if gradient is None:
            return inside, value, ""
        name = picture.graph.nodes[picture.graph.result].name
        text = f"∂{name}/∂{_short(node.name)} = {value_text(gradient)}"
        return inside, value, text if known.complete[index] else f"{text} + …"

    def _inside(self, graph: Graph, node: Node) -> str:
        if not node.inputs:
            return _short(node.name)
        return operation_text(node.kind, [_short(name_text(graph.nodes[source])) for source in node.inputs])

    def _value(self, node: Node, has_value: bool) -> str:
        value = value_text(node.value) if has_value else "?"
        return value if node.kind == "variable" else f"{node.name} = {value}"

    def _paint_gradient(self, painter: QPainter, rect: QRectF, text: str, is_now: bool) -> None:
        fitted = self._ink.fitted(text, rect.width() - 12, self.theme.font_px, bold=is_now)
        width = fitted.width + 12
        ground = QRectF(rect.center().x() - width / 2, rect.top() + 3, width, rect.height() - 3)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._ink.shade(1.0 if is_now else 0.74))
        painter.drawRoundedRect(ground, 4.0, 4.0)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        self._ink.write(painter, ground, fitted, self._ink.shade(0.0))

    # Edges ----------------------------------------------------------------------------------------------

    def _paint_edges(
        self, painter: QPainter, picture: GraphPicture, target: int, window: QRectF | None
    ) -> None:
        known, node = picture.known, picture.graph.nodes[target]
        for slot in range(len(node.inputs)):
            edge = self._edges_of(picture)[target, slot]
            if window is not None and not window.intersects(edge.bounds):
                continue
            is_now = known.node == target and (known.slot == slot if known.is_backward else True)
            passed = (target, slot) in known.edges
            share = 1.0 if is_now else 0.62 if passed else 0.42 if known.values[target] else 0.24
            color = self._ink.shade(share)
            painter.setPen(self._ink.pen(share, 2.6 if is_now else 1.8 if passed else 1.2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(edge.path)
            # The arrow points in the direction of the step: to the node, or back from it.
            tip, way = (edge.start, 1.0) if passed else (edge.end, -1.0)
            size = 4.2 if is_now else 3.2
            back = tip.x() + 2.2 * way * size
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            corners = [tip, QPointF(back, tip.y() - size), QPointF(back, tip.y() + size)]
            painter.drawPolygon(QPolygonF(corners))
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _edges_of(self, picture: GraphPicture) -> dict[tuple[int, int], Edge]:
        """Return every edge of a layout by its node and the number of the input; cached with the layout."""
        if self._layout is not picture.layout:
            self._layout, self._edges, self._boxes = picture.layout, {}, {}
            for target, node in enumerate(picture.graph.nodes):
                for slot, source in enumerate(node.inputs):
                    self._edges[target, slot] = self._edge(picture, source, target, slot)
        return self._edges

    def _edge(self, picture: GraphPicture, source: int, target: int, slot: int) -> Edge:
        """Return the edge from source to target.

        It runs from the right side of the source, along its lanes, to the target's place for this input.
        """
        layout, node = picture.layout, picture.graph.nodes[target]
        start_rect, end_rect = self.node_rect(layout, source), self.node_rect(layout, target)
        start = QPointF(start_rect.right(), start_rect.center().y())
        if picture.graph.nodes[source].kind == "number":
            start.setX(start_rect.center().x() + NUMBER_REACH)
        end = QPointF(end_rect.left(), end_rect.center().y() + self._port(layout, node, target, slot))
        path = QPainterPath(start)
        for column, row in layout.way(source, target):
            spacing = self.spacing(layout)
            y = MARGIN_Y + LABEL_HEIGHT + row * spacing.row + NODE_HEIGHT / 2
            middle, half = spacing.centres[int(column)], spacing.node_widths[int(column)] / 2
            _curve_to(path, QPointF(middle - half, y))
            path.lineTo(QPointF(middle + half, y))
        last = path.currentPosition()
        _curve_to(path, end)
        return Edge(path, path.boundingRect().adjusted(-4, -4, 4, 4), start, end, last)

    def _port(self, layout: GraphLayout, node: Node, target: int, slot: int) -> float:
        """Return how far above or below the middle an edge ends: in the order in which the edges come."""
        if len(node.inputs) == 1:
            return 0.0
        rows = []
        for place, source in enumerate(node.inputs):
            way = layout.way(source, target)
            rows.append((way[-1][1] if way else layout.centres[source][1], place))
        room = NODE_HEIGHT - 12.0
        return (sorted(rows).index((rows[slot][0], slot)) / (len(rows) - 1) - 0.5) * room

    def _paint_local_derivatives(
        self, painter: QPainter, picture: GraphPicture, window: QRectF | None
    ) -> None:
        """Write its factor on every edge that was passed backward; on the last one the whole derivative."""
        known, nodes = picture.known, picture.graph.nodes
        if not known.edges:
            return
        now = (known.node, known.slot)
        taken: dict[int, list[QRectF]] = {}
        # The last edge first: its text must be visible, the factors of the others where there is room.
        for target, slot in sorted(known.edges, key=lambda edge: (edge != now, edge)):
            edge = self._edges_of(picture)[target, slot]
            if window is not None and not window.adjusted(-90, -20, 90, 20).contains(edge.end):
                continue
            is_now = (target, slot) == now
            local = nodes[target].local_derivatives[slot]
            text = f"× {value_text(local, 3)}"
            if is_now:
                symbol = local_symbol(picture.graph, target, slot, LONGEST_NAME)
                text = f"{symbol} = {value_text(local)}"
            column = int(picture.layout.centres[target][0])
            room = COLUMN - 20 if is_now else self.spacing(picture.layout).gap(column) - 8
            small = self.theme.font_px - 1
            if self._is_tight and not is_now and self._ink.width(text, small) > room:
                continue
            fitted = self._ink.fitted(text, room, small, bold=is_now)
            size = QSizeF(fitted.width + (12 if is_now else 6), 18.0 if is_now else 14.0)
            if column not in taken:
                taken[column] = list(self._obstacles(picture, column))
            others = self._other_ways(picture, target, slot) if is_now else []
            ground = _free_place(edge, size, taken[column], is_now, others)
            if ground is None:
                continue
            taken[column].append(ground)
            painter.setPen(self._ink.pen(0.74, 1.0) if is_now else Qt.PenStyle.NoPen)
            painter.setBrush(self._ink.shade(0.0))
            painter.drawRoundedRect(ground, 4.0, 4.0)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            self._ink.write(painter, ground, fitted, self._ink.shade(1.0 if is_now else 0.66))

    def _other_ways(self, picture: GraphPicture, target: int, slot: int) -> list[QPointF]:
        """Return points along the other edges into a node, which a label of this one must not cover."""
        slots = [other for other in range(len(picture.graph.nodes[target].inputs)) if other != slot]
        edges = [self._edges_of(picture)[target, other] for other in slots]
        return [_point_of(edge, place / WAY_POINTS) for edge in edges for place in range(WAY_POINTS + 1)]

    def _obstacles(self, picture: GraphPicture, column: int) -> list[QRectF]:
        """Return the rectangles around the gap before a column: nodes with their values and gradients."""
        if column in self._boxes:
            return self._boxes[column]
        boxes = self._boxes[column] = []
        for index, (its_column, _) in enumerate(picture.layout.centres):
            if column - 1 <= its_column <= column and picture.graph.nodes[index].kind != "number":
                # Labels are seldom as wide as they may be.
                spacing = self.spacing(picture.layout)
                rect = self.node_rect(picture.layout, index)
                room = spacing.label_rooms[int(its_column)]
                sides = (room - rect.width()) / 2 - (0 if self._is_tight else 10)
                boxes.append(rect.adjusted(-sides, -LABEL_HEIGHT, sides, -NODE_HEIGHT))
                boxes.append(rect)
                boxes.append(rect.adjusted(-sides, NODE_HEIGHT + 2, sides, LABEL_HEIGHT))
        return boxes


class GraphItem(pg.GraphicsWidget):
    """A graph as an item of a scene, for exports: its text as high as elsewhere, where it has the room."""

    def __init__(self, drawing: GraphDrawing, picture: GraphPicture):
        super().__init__()
        self._drawing, self._picture = drawing, picture

    @property
    def text_share(self) -> float:
        """Height of the text as a share of the theme's; below 1 where the graph lacks room."""
        return self._drawing.placing(self.rect(), self._picture.layout).scale

    def resizeEvent(self, event: QGraphicsSceneResizeEvent) -> None:
        super().resizeEvent(event)
        self._drawing.fit(self._picture, self.size())

    def paint(self, painter: QPainter, *_: object) -> None:
        self._drawing.paint(painter, QRectF(QPointF(0.0, 0.0), self.size()), self._picture)


def _curve_to(path: QPainterPath, end: QPointF) -> None:
    """Add a curve that is horizontal at both ends."""
    start = path.currentPosition()
    middle = (start.x() + end.x()) / 2
    path.cubicTo(QPointF(middle, start.y()), QPointF(middle, end.y()), end)


def _point_of(edge: Edge, t: float) -> QPointF:
    """Return a point of the last stretch of an edge, t from 0 to 1: a curve of _curve_to."""
    x0, x1, middle = edge.last.x(), edge.end.x(), (edge.last.x() + edge.end.x()) / 2
    x = x0 * (1 - t) ** 3 + 3 * middle * t * (1 - t) + x1 * t**3
    return QPointF(x, edge.last.y() + (edge.end.y() - edge.last.y()) * (3 * t**2 - 2 * t**3))


def _free_place(
    edge: Edge, size: QSizeF, taken: list[QRectF], must: bool, others: Sequence[QPointF] = ()
) -> QRectF | None:
    """Return room for a label on the last stretch of an edge before its node; must: else beside it.

    others: points of other edges, which stay visible where there is room.
    """
    shifts = sorted(range(-44, 45, 4), key=abs) if must else [0]
    first = free = None
    for shift in shifts:
        for t in (0.5, 0.4, 0.6, 0.3, 0.7):
            point = _point_of(edge, t)
            corner = point - QPointF(size.width() / 2, size.height() / 2 - shift)
            place = QRectF(corner, size)
            first = first or place
            if any(place.intersects(other) for other in taken):
                continue
            if not any(place.contains(other) for other in others):
                return place
            free = free or place
    return free or (first if must else None)


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
