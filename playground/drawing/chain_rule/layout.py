"""The places of the nodes of a computation graph: columns from left to right, no two nodes on one place.

A layered layout after Sugiyama, Tagawa and Toda (1981). Every node gets a column before all nodes that use
it. An edge over several columns gets a lane in each between, shared by all edges of one node. The order in a
column comes from the barycentres of its neighbours; heights come from the neighbours' too, kept apart by
isotonic regression (pool adjacent violators). Units: 1 is the distance of two columns or two rows.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from playground.engine.expression import Node

SMALL_GRAPH = 12
"""Maximum number of nodes at which all variables are in the first column."""
LARGE_GRAPH = 200
"""Number of nodes above which edges have no lanes and columns keep their first order, to save time."""
SWEEPS, SETTLINGS = 8, 16
LANE = 0.45
"""Height of a lane, as a share of a row."""


@dataclass(frozen=True)
class GraphLayout:
    """centres: (column, row) of each node; lanes: for each node the places (column, row) its edges pass."""

    centres: tuple[tuple[float, float], ...]
    lanes: tuple[dict[int, float], ...]
    n_columns: int
    n_rows: float

    def way(self, source: int, target: int) -> list[tuple[float, float]]:
        """Return the places that the edge from source to target passes between the two."""
        last = int(self.centres[target][0])
        return [(float(column), row) for column, row in self.lanes[source].items() if column < last]


def layout_of(nodes: Sequence[Node]) -> GraphLayout:
    """Lay a graph out; nodes as in Graph.nodes: every input before its users."""
    columns = _columns(nodes)
    graph = _Layers(nodes, columns)
    if len(nodes) <= LARGE_GRAPH:
        graph.order()
    graph.settle()
    lanes: list[dict[int, float]] = [{} for _ in nodes]
    for vertex, (source, column) in enumerate(graph.places):
        if vertex >= len(nodes):
            lanes[source][column] = graph.rows[vertex]
    centres = tuple((float(columns[index]), graph.rows[index]) for index in range(len(nodes)))
    return GraphLayout(centres, tuple(lanes), max(columns) + 1, max(graph.rows) + 1.0)


def _columns(nodes: Sequence[Node]) -> list[int]:
    """Return the column of each node.

    It is as far right as the users of the node allow; variables of a small graph are at the left.
    """
    depth = [0] * len(nodes)
    for index, node in enumerate(nodes):
        depth[index] = 1 + max((depth[source] for source in node.inputs), default=-1)
    columns = [max(depth)] * len(nodes)
    for index in range(len(nodes) - 1, -1, -1):
        for source in nodes[index].inputs:
            columns[source] = min(columns[source], columns[index] - 1)
    if len(nodes) <= SMALL_GRAPH:
        columns = [0 if node.kind == "variable" else columns[i] for i, node in enumerate(nodes)]
    return columns


class _Layers:
    """Nodes and lanes ("vertices") in their columns, with the edges between neighbouring columns."""

    def __init__(self, nodes: Sequence[Node], columns: list[int]):
        self.places: list[tuple[int, int]] = list(enumerate(columns))
        self.n_nodes = len(nodes)
        self.left: list[list[int]] = [[] for _ in nodes]
        self.right: list[list[int]] = [[] for _ in nodes]
        lanes: dict[tuple[int, int], int] = {}
        for index, node in enumerate(nodes):
            for source in dict.fromkeys(node.inputs):
                below = source
                if len(nodes) <= LARGE_GRAPH:
                    for column in range(columns[source] + 1, columns[index]):
                        below = self._lane(source, column, below, lanes)
                if index not in self.right[below]:
                    self.right[below].append(index)
                    self.left[index].append(below)
        self.layers: list[list[int]] = [[] for _ in range(max(columns) + 1)]
        for vertex in self._from_the_result():
            self.layers[self.places[vertex][1]].append(vertex)
        self.rows = [0.0] * len(self.places)

    def _lane(self, source: int, column: int, below: int, lanes: dict[tuple[int, int], int]) -> int:
        if (source, column) not in lanes:
            vertex = len(self.places)
            lanes[source, column] = vertex
            self.places.append((source, column))
            self.left.append([below])
            self.right.append([])
            self.right[below].append(vertex)
        return lanes[source, column]

    def _from_the_result(self) -> list[int]:
        """Return all vertices, depth first from the result: without crossings where the graph is a tree."""
        seen = [False] * len(self.places)
        found: list[int] = []
        waiting = [self.n_nodes - 1]
        while waiting:
            vertex = waiting.pop()
            if not seen[vertex]:
                seen[vertex] = True
                found.append(vertex)
                waiting.extend(reversed(self.left[vertex]))
        return found

    def order(self) -> None:
        """Sweep through the columns and keep the order with the fewest crossings."""
        best, fewest = [list(layer) for layer in self.layers], self._crossings()
        for sweep in range(SWEEPS):
            if fewest == 0:
                break
            forward = sweep % 2 == 0
            for layer in self.layers if forward else reversed(self.layers):
                self._sort(layer, self.left if forward else self.right)
            crossings = self._crossings()
            if crossings < fewest:
                best, fewest = [list(layer) for layer in self.layers], crossings
        self.layers = best

    def _sort(self, layer: list[int], neighbours: list[list[int]]) -> None:
        rank = {vertex: float(place) for one in self.layers for place, vertex in enumerate(one)}
        centre = {
            vertex: sum(rank[other] for other in neighbours[vertex]) / len(neighbours[vertex])
            if neighbours[vertex]
            else rank[vertex]
            for vertex in layer
        }
        layer.sort(key=lambda vertex: centre[vertex])

    def _crossings(self) -> int:
        rank = {vertex: place for layer in self.layers for place, vertex in enumerate(layer)}
        crossings = 0
        for layer in self.layers[:-1]:
            before: list[int] = []
            for vertex in layer:
                ends = sorted(rank[other] for other in self.right[vertex])
                crossings += sum(len(before) - bisect_right(before, end) for end in ends)
                for end in ends:
                    insort(before, end)
        return crossings

    def settle(self) -> None:
        """Give every vertex a row near those of its neighbours, none nearer to the next than allowed."""
        for layer in self.layers:
            middle = (len(layer) - 1) / 2
            for place, vertex in enumerate(layer):
                self.rows[vertex] = place - middle
        for turn in range(SETTLINGS):
            for layer in self.layers if turn % 2 else reversed(self.layers):
                desired = []
                for vertex in layer:
                    others = self.left[vertex] + self.right[vertex]
                    mean = sum(self.rows[other] for other in others) / len(others) if others else 0.0
                    desired.append(mean)
                gaps = [self._gap(*pair) for pair in pairwise(layer)]
                for vertex, row in zip(layer, spread(desired, gaps), strict=True):
                    self.rows[vertex] = row
        least = min(self.rows)
        self.rows = [row - least for row in self.rows]

    def _gap(self, first: int, second: int) -> float:
        lanes = (first >= self.n_nodes) + (second >= self.n_nodes)
        return (1.0, (1.0 + LANE) / 2, LANE)[lanes]


def spread(desired: Sequence[float], gaps: Sequence[float]) -> list[float]:
    """Return the places nearest to the desired ones, each at least its gap above the one before.

    Nearest by least squares.
    """
    offsets = [0.0]
    for gap in gaps:
        offsets.append(offsets[-1] + gap)
    blocks: list[tuple[float, int]] = []
    for value, offset in zip(desired, offsets, strict=False):
        total, count = value - offset, 1
        while blocks and blocks[-1][0] / blocks[-1][1] >= total / count:
            before, number = blocks.pop()
            total, count = total + before, count + number
        blocks.append((total, count))
    levels = [total / count for total, count in blocks for _ in range(count)]
    return [level + offset for level, offset in zip(levels, offsets, strict=False)]
