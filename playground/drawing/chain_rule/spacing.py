"""The distances of a graph's columns and rows: those of the screen, or as narrow as its texts allow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from playground.drawing.chain_rule.layout import GraphLayout

COLUMN, NARROW_COLUMN, ROW = 180.0, 154.0, 92.0
FEW_COLUMNS = 5
"""Number of columns above which they are narrower."""
NODE_WIDTH, NODE_HEIGHT = 96.0, 30.0
LABEL_HEIGHT = 20.0
MARGIN_X, MARGIN_Y = 24.0, 10.0
LABELS_APART = 8.0
"""Smallest distance of the labels of two columns."""
LEAST_GAP = 22.0
"""Smallest distance of the nodes of two columns: an arrow and its curve."""
LEAST_ROW = NODE_HEIGHT + 2 * LABEL_HEIGHT + 8.0


class Spacing(NamedTuple):
    """Natural pixels of font factor 1.

    centres, node_widths, label_rooms   of each column: where its nodes are, their width, that of their labels
    row                                 distance of two rows
    margin                              left of the first column, and right of the last
    """

    centres: tuple[float, ...]
    node_widths: tuple[float, ...]
    label_rooms: tuple[float, ...]
    row: float
    margin: float

    @property
    def width(self) -> float:
        """Width of the whole graph."""
        last = len(self.centres) - 1
        return self.centres[last] + self.node_widths[last] / 2 + self.margin

    def height(self, layout: GraphLayout) -> float:
        """Return the height of the whole graph."""
        return (layout.n_rows - 1) * self.row + NODE_HEIGHT + 2 * LABEL_HEIGHT + 2 * MARGIN_Y

    def gap(self, column: int) -> float:
        """Return the width between the nodes of a column and those of the column before it."""
        apart = self.centres[column] - self.centres[column - 1]
        return apart - (self.node_widths[column] + self.node_widths[column - 1]) / 2


def usual_spacing(layout: GraphLayout) -> Spacing:
    """Return the spacing of the screen: every column as wide as the next."""
    pitch = COLUMN if layout.n_columns <= FEW_COLUMNS else NARROW_COLUMN
    count = layout.n_columns
    centres = tuple(MARGIN_X + NODE_WIDTH / 2 + column * pitch for column in range(count))
    return Spacing(centres, (NODE_WIDTH,) * count, (pitch - LABELS_APART,) * count, ROW, MARGIN_X)


def spacing_within(
    layout: GraphLayout,
    node_widths: Sequence[float],
    label_widths: Sequence[float],
    width: float,
    height: float,
) -> Spacing:
    """Return a spacing for a page: no wider than it where the texts allow that, and then as on the screen.

    node_widths, label_widths: what the texts in the nodes of each column need, and the labels of the nodes.
    """
    usual, count = usual_spacing(layout), layout.n_columns
    nodes = [max(wide, NODE_HEIGHT) for wide in node_widths]
    reaches = [max(node, label) / 2 for node, label in zip(nodes, label_widths, strict=True)]
    least = [
        max(reaches[i] + reaches[i + 1] + LABELS_APART, (nodes[i] + nodes[i + 1]) / 2 + LEAST_GAP)
        for i in range(count - 1)
    ]
    most = [max(apart, usual.centres[1] - usual.centres[0]) for apart in least] if count > 1 else []
    ends = reaches[0] + reaches[-1] + 2.0
    room = width - ends
    share = 0.0
    if sum(most) > sum(least):
        share = min(max((room - sum(least)) / (sum(most) - sum(least)), 0.0), 1.0)
    centres = [reaches[0] + 1.0]
    for low, high in zip(least, most, strict=True):
        centres.append(centres[-1] + low + share * (high - low))
    rows = layout.n_rows - 1
    free = height - NODE_HEIGHT - 2 * LABEL_HEIGHT - 2 * MARGIN_Y
    row = min(max(free / rows, LEAST_ROW), ROW) if rows > 0 else ROW
    return Spacing(tuple(centres), tuple(nodes), tuple(label_widths), row, reaches[-1] + 1.0 - nodes[-1] / 2)
