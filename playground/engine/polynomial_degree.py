"""The degree of an expression as a polynomial, read from how it is written: sound, not complete.

What is found is right: an expression of degree 2 at most has the same second derivatives everywhere. A
polynomial in disguise, as (x^4)^0.5, is not found.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from playground.expression_parser import ParsedNode, parse

NO_POLYNOMIAL = math.inf


def degree_of(text: str, variables: Sequence[str], constants: Mapping[str, float]) -> float:
    """Return the degree in these variables, NO_POLYNOMIAL where none is found.

    Raises ExpressionError for a text that is no expression.
    """
    degrees: list[float] = []
    numbers: list[float | None] = []
    for node in parse(text):
        degree, number = _of_node(node, degrees, numbers, variables, constants)
        degrees.append(degree)
        numbers.append(number)
    return degrees[-1]


def _of_node(
    node: ParsedNode,
    degrees: Sequence[float],
    numbers: Sequence[float | None],
    variables: Sequence[str],
    constants: Mapping[str, float],
) -> tuple[float, float | None]:
    """Return the degree of a node and, where it is a number or a constant, its value."""
    if node.kind == "number":
        return 0.0, node.number
    if node.kind == "variable":
        return (1.0, None) if node.label in variables else (0.0, constants.get(node.label))
    inputs = [degrees[index] for index in node.inputs]
    if not any(inputs):
        return 0.0, None
    if node.kind in ("+", "−", "negate"):
        return max(inputs), None
    if node.kind == "×":
        return sum(inputs), None
    if node.kind == "÷" and not any(inputs[1:]):
        return inputs[0], None
    exponent = numbers[node.inputs[-1]]
    if node.kind == "^" and len(inputs) == 2 and exponent is not None and exponent >= 0 and exponent % 1 == 0:
        return inputs[0] * exponent if exponent else 0.0, None
    return NO_POLYNOMIAL, None
