"""The nodes of a computation graph as a table."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping
from pathlib import Path

from playground.engine.chain_rule.steps import name_text
from playground.engine.expression import Graph
from playground.files.atomic import write_atomically

COLUMNS = ("name", "expression", "value", "gradient", "finite difference")


def graph_text(graph: Graph, differences: Mapping[int, float]) -> str:
    """Return one row a node, in the order of the forward pass; floats that read back to the same float64.

    A constant has no gradient, and a node without a value at its sides has no finite difference.
    """
    output = io.StringIO()
    writer = csv.writer(output, lineterminator="\n")
    writer.writerow(COLUMNS)
    for index, node in enumerate(graph.nodes):
        name = name_text(node).strip("()") if node.kind == "number" else node.name
        difference = differences.get(index, math.nan)
        writer.writerow(
            (
                name,
                node.label,
                repr(node.value),
                repr(node.gradient) if node.varies else "",
                repr(difference) if node.varies and not math.isnan(difference) else "",
            )
        )
    return output.getvalue()


def save_graph(graph: Graph, differences: Mapping[int, float], path: str | Path) -> None:
    """Write the table. Raises ExportError, naming the path."""
    write_atomically(path, graph_text(graph, differences))
