"""A scalar expression as a computation graph: values forward, gradients backward.

The forward pass evaluates one node after another. The backward pass starts with ∂j/∂j = 1 at the last node
and passes to each input its gradient times the local derivative (the chain rule). Where a node is used
several times, the contributions are added. This is reverse-mode differentiation as in Rumelhart, Hinton and
Williams (1986), on single numbers, so that every product in it can be shown.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from types import MappingProxyType
from typing import Any

from playground.expression_parser import CONSTANTS, ExpressionError, ParsedNode, brief, parse

__all__ = ["Expression", "ExpressionError", "Graph", "Node"]

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_DIGITS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")

MOST_REMEMBERED = 200

Derivatives = tuple[float, ...]


@dataclass(frozen=True)
class Node:
    """One operation of an evaluated graph.

    label is its own text ("b*c"), name a short one for the arithmetic (u, v, …; the last is j), kind the
    operation ("variable", "number", "+", "−", "negate", "×", "÷", "^" or a function). inputs are indices of
    nodes before it; local_derivatives holds ∂(this)/∂(input) for each input; gradient is ∂j/∂(this). varies
    is False for constants, which depend on no variable. position is the place in the text.
    """

    label: str
    name: str
    kind: str
    inputs: tuple[int, ...]
    value: float
    local_derivatives: Derivatives
    gradient: float
    position: int
    varies: bool = True


@dataclass(frozen=True)
class Graph:
    """An expression at given values: .value of the whole, .gradients of its variables, .nodes in order."""

    nodes: tuple[Node, ...]
    result: int
    value: float
    gradients: MappingProxyType[str, float]


class Expression:
    """One expression of variables, for example Expression("3*(a + b*c)").

    + − * / ^ (also × ÷ · and **), brackets, sigmoid (also σ), relu, tanh, exp, log (also ln), sin, cos, sqrt,
    max, min; e and pi (also π) are the constants. x₁ reads as x1.
    Raises ExpressionError, with a message and a position, for anything else. `.variables` are the names in
    the order of their first appearance.
    """

    def __init__(self, text: str):
        self.text = text
        self._operations = parse(text)
        self.variables: tuple[str, ...] = tuple(
            operation.label for operation in self._operations if operation.kind == "variable"
        )
        self._names = _names(self._operations)
        self._varies = _varying(self._operations)
        self._result = _result(self._operations)
        self._dependents: dict[int, tuple[int, ...]] = {}

    def evaluate(self, /, **values: float) -> Graph:
        """Evaluate forward and backward at these values of the variables.

        Raises ExpressionError where a variable has no number, a name is unknown, or any value or gradient is
        not finite.
        """
        for name in values:
            if name in CONSTANTS:
                raise ExpressionError(f"“{name}” is a constant and takes no value.", 0)
            if name not in self.variables:
                raise ExpressionError(f"“{name}” is not in the expression.", 0)
        results: list[float] = []
        derivatives: list[Derivatives] = []
        for operation in self._operations:
            value, local = self._forward(operation, results, values)
            results.append(value)
            derivatives.append(local)
        gradients = self._backward(derivatives)
        nodes = tuple(
            Node(o.label, name, o.kind, o.inputs, value, local, gradient, o.position, varies)
            for o, name, value, local, gradient, varies in zip(
                self._operations, self._names, results, derivatives, gradients, self._varies, strict=True
            )
        )
        by_variable = {node.label: node.gradient for node in nodes if node.kind == "variable"}
        return Graph(nodes, self._result, results[self._result], MappingProxyType(by_variable))

    def value_where(self, graph: Graph, index: int, value: float) -> float:
        """Return the value of the whole if one node had another value, and all before it their own.

        Raises ExpressionError where there is none.
        """
        results = [node.value for node in graph.nodes]
        results[index] = value
        for later in self._after(index):
            results[later], _ = self._forward(self._operations[later], results, {})
        return results[self._result]

    def _after(self, index: int) -> tuple[int, ...]:
        """Return all operations whose value depends on this one, in order. The result is cached."""
        if index not in self._dependents:
            depends = {index}
            for later in range(index + 1, len(self._operations)):
                if not depends.isdisjoint(self._operations[later].inputs):
                    depends.add(later)
            if len(self._dependents) >= MOST_REMEMBERED:
                self._dependents.clear()
            self._dependents[index] = tuple(sorted(depends - {index}))
        return self._dependents[index]

    def _forward(
        self, operation: ParsedNode, results: list[float], values: dict[str, Any]
    ) -> tuple[float, Derivatives]:
        if operation.kind == "number":
            return operation.number, ()
        if operation.kind == "variable":
            return _number(operation, values), ()
        inputs = [results[index] for index in operation.inputs]
        try:
            if operation.kind == "^":
                value, local = _power(inputs[0], inputs[1], self._varies[operation.inputs[1]])
            else:
                value, local = _RULES[operation.kind](*inputs)
        except OverflowError:
            raise ExpressionError(
                f"{brief(operation.label)} is too large a number.", operation.position
            ) from None
        except ArithmeticError as error:
            raise ExpressionError(str(error), operation.position) from None
        if not math.isfinite(value):
            raise ExpressionError(f"{brief(operation.label)} is not finite.", operation.position)
        return value, local

    def _backward(self, derivatives: list[Derivatives]) -> list[float]:
        gradients = [0.0] * len(self._operations)
        gradients[self._result] = 1.0
        for index in range(len(self._operations) - 1, -1, -1):
            operation = self._operations[index]
            for source, local in zip(operation.inputs, derivatives[index], strict=True):
                if not self._varies[source]:
                    # A constant's derivative may not exist (the exponent of (−2)^3), and is not needed.
                    if math.isfinite(local) and math.isfinite(gradients[index] * local):
                        gradients[source] += gradients[index] * local
                    continue
                gradients[source] += gradients[index] * local
                if not math.isfinite(gradients[source]):
                    raise ExpressionError(
                        f"The derivative of {brief(operation.label)} is not finite here.", operation.position
                    )
        return gradients


def _number(operation: ParsedNode, values: dict[str, Any]) -> float:
    if operation.label not in values:
        raise ExpressionError(f"“{operation.label}” has no value.", operation.position)
    try:
        value = float(values[operation.label])
    except (TypeError, ValueError, OverflowError):
        raise ExpressionError(
            f"The value of “{operation.label}” is not a number.", operation.position
        ) from None
    if not math.isfinite(value):
        raise ExpressionError(f"The value of “{operation.label}” is not finite.", operation.position)
    return value


def _result(operations: tuple[ParsedNode, ...]) -> int:
    """Return the operation that no other uses: the last, except for a single name or number."""
    return len(operations) - 1


def _varying(operations: tuple[ParsedNode, ...]) -> tuple[bool, ...]:
    varies: list[bool] = []
    for operation in operations:
        varies.append(operation.kind == "variable" or any(varies[index] for index in operation.inputs))
    return tuple(varies)


def _names(operations: tuple[ParsedNode, ...]) -> tuple[str, ...]:
    """Return u, v, p, q, … for inner nodes and j for the result, without the names of variables."""
    taken = {operation.label for operation in operations if operation.kind == "variable"}
    free = (name for name in _intermediate_names() if name.translate(_DIGITS) not in taken)
    last = _result(operations)
    names = []
    for index, operation in enumerate(operations):
        if not operation.inputs:
            names.append(operation.label)
        elif index == last:
            names.append("j" if "j" not in taken else "result")
        else:
            names.append(next(free))
    return tuple(names)


def _intermediate_names() -> Iterator[str]:
    yield from "uvpqrst"
    for number in count(1):
        yield "u" + str(number).translate(_SUBSCRIPTS)


def _divide(x: float, y: float) -> tuple[float, Derivatives]:
    if y == 0:
        raise ArithmeticError("Division by zero.")
    return x / y, (1 / y, -x / y / y)


def _power(x: float, y: float, exponent_varies: bool) -> tuple[float, Derivatives]:
    if x == 0 and y < 0:
        raise ArithmeticError("Zero to a negative power is a division by zero.")
    if x < 0 and not y.is_integer():
        raise ArithmeticError("A negative number has no real power that is not whole.")
    if x < 0 and exponent_varies:
        raise ArithmeticError("A power of a negative number has no derivative by its exponent.")
    value = x**y
    by_base = 0.0 if y == 0 else (math.inf if x == 0 and y < 1 else y * x ** (y - 1))
    by_exponent = value * math.log(x) if x > 0 else (0.0 if y > 0 else math.nan)
    return value, (by_base, by_exponent)


def _log(x: float) -> tuple[float, Derivatives]:
    if x <= 0:
        raise ArithmeticError(f"log of {'zero' if x == 0 else 'a negative number'}.")
    return math.log(x), (1 / x,)


def _sqrt(x: float) -> tuple[float, Derivatives]:
    if x < 0:
        raise ArithmeticError("sqrt of a negative number.")
    root = math.sqrt(x)
    return root, (0.5 / root if root else math.inf,)


def _sigmoid(x: float) -> tuple[float, Derivatives]:
    small = math.exp(-abs(x))
    value = 1 / (1 + small) if x >= 0 else small / (1 + small)
    return value, (small / (1 + small) ** 2,)


def _exp(x: float) -> tuple[float, Derivatives]:
    value = math.exp(x)
    return value, (value,)


def _tanh(x: float) -> tuple[float, Derivatives]:
    value = math.tanh(x)
    return value, (1 - value * value,)


def _extreme(choose: Callable[..., float]) -> Callable[..., tuple[float, Derivatives]]:
    """Return max or min as an operation: the gradient goes to the chosen value, the first of equal ones."""

    def rule(*inputs: float) -> tuple[float, Derivatives]:
        value = choose(inputs)
        chosen = inputs.index(value)
        return value, tuple(1.0 if index == chosen else 0.0 for index in range(len(inputs)))

    return rule


_RULES: dict[str, Callable[..., tuple[float, Derivatives]]] = {
    "+": lambda x, y: (x + y, (1.0, 1.0)),
    "−": lambda x, y: (x - y, (1.0, -1.0)),
    "negate": lambda x: (-x, (-1.0,)),
    "×": lambda x, y: (x * y, (y, x)),
    "÷": _divide,
    "sigmoid": _sigmoid,
    "relu": lambda x: (max(x, 0.0), (1.0 if x > 0 else 0.0,)),
    "tanh": _tanh,
    "exp": _exp,
    "log": _log,
    "sin": lambda x: (math.sin(x), (math.cos(x),)),
    "cos": lambda x: (math.cos(x), (-math.sin(x),)),
    "sqrt": _sqrt,
    "max": _extreme(max),
    "min": _extreme(min),
}
"""Each operation: its value, and its derivative by each input."""
