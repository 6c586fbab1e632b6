"""Central differences of a computation graph: the check of the backward pass without the chain rule."""

from __future__ import annotations

import math

from playground.engine.expression import Expression, Graph
from playground.expression_parser import ExpressionError

STEP = 6.06e-6
"""∛ε, where the error of the formula (h²) and that of subtracting (ε/h) are about equal."""
RELATIVE, ABSOLUTE = 1e-4, 1e-9


def central_difference(expression: Expression, graph: Graph, index: int) -> float:
    """Return (j(x + h) − j(x − h)) / 2h for the value x of one node; NaN without a j on either side."""
    x = graph.nodes[index].value
    for h in (STEP * max(1.0, abs(x)), STEP * abs(x)):
        above, below = x + h, x - h
        if above == below:
            break
        try:
            up = expression.value_where(graph, index, above)
            down = expression.value_where(graph, index, below)
        except ExpressionError:
            # Nearer to zero j may still have a value: log(x) at a small x.
            continue
        return (up - down) / (above - below)
    return math.nan


def largest_value(graph: Graph) -> float:
    """Return the largest value in a graph, at least 1: differences lose its leading digits."""
    return max(1.0, max(abs(node.value) for node in graph.nodes))


def confirms(difference: float, gradient: float, largest: float) -> bool:
    """Return whether a difference agrees with a gradient, to the precision of float64."""
    allowed = RELATIVE * max(abs(gradient), abs(difference)) + ABSOLUTE * largest
    return abs(difference - gradient) <= allowed
