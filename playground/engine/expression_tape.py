"""An expression as a tape: its operations in order, evaluated without recursion, on numbers or on arrays.

A sweep forward gives the value of each operation and its slopes, the derivatives by its two inputs; a sweep
backward adds up the gradient (reverse mode: Rumelhart, Hinton and Williams 1986). A product with the Hessian
is the derivative of both sweeps in one direction (forward over reverse: Pearlmutter 1994), exact.

The same sweeps run on Python's numbers, which is fastest for one point, and on arrays with one entry for each
point. Where a number leaves its domain Python raises an error; the point is then evaluated as arrays of one,
in which infinities and NaN take their course. A derivative that comes out as NaN is computed once more, by
careful_sweep.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from playground.arrays import Array
from playground.engine.careful_sweep import (
    CarefulSlopes,
    Flatness,
    any_nan,
    careful_bend,
    careful_slopes,
    moving,
    product,
)
from playground.expression_parser import ExpressionError, ParsedNode, parse

Slopes = Callable[[Any, Any], tuple[Any, Any, Any]]
"""x, y -> the value, and its derivatives by x and by y. An operation of one input takes no notice of y."""
Value = Callable[[Any, Any], Any]
Bends = Callable[[Any, Any, Any, Any, Any], tuple[Any, Any, Any]]
"""x, y, the value and its two derivatives -> the second derivatives by xx, xy and yy."""
OUT_OF_DOMAIN = (OverflowError, ZeroDivisionError, ValueError)
TOGETHER = 4096
"""Points whose values are computed together: what they take of memory fits a processor's cache."""


class Operation(NamedTuple):
    """What a tape uses of one operation; bends is None where all second derivatives are 0."""

    of_numbers: Slopes
    of_arrays: Slopes
    value: Value
    """Of arrays alone, without slopes."""
    bends: Bends | None
    flatness: Flatness = Flatness()


class Linear(NamedTuple):
    """A tape at one point, or at many: what both sweeps gave. A list has an entry for each slot."""

    values: list[Any]
    left: list[Any]
    right: list[Any]
    adjoints: list[Any]


class Tape:
    """An expression of given variables and constants.

    Slots hold, in this order, the variables, numbers (the first is 0, the second input of operations of one),
    and the operations that depend on a variable. Raises ExpressionError where the text is no expression, or
    has a name that is neither a variable nor a constant.
    """

    def __init__(self, text: str, variables: Sequence[str], constants: Mapping[str, float]):
        self.n_variables = len(variables)
        reader = _Slots(variables, constants)
        for node in parse(text):
            reader.add(node)
        operations, shift = reader.operations, len(variables) + len(reader.numbers)
        self._numbers = reader.numbers
        self._result = reader.place_of(reader.slots[-1], shift)
        inputs = [
            (reader.place_of(left, shift), reader.place_of(right, shift)) for _, left, right in operations
        ]
        kinds = [operation for operation, _, _ in operations]
        self.kinds = frozenset(reader.kinds)
        # Where its value is finite, so is all that it was computed from: nothing comes back from infinity.
        self._is_polynomial = {*kinds} <= POLYNOMIAL
        self._of_numbers = [(kind.of_numbers, *pair) for kind, pair in zip(kinds, inputs, strict=True)]
        self._of_arrays = [(kind.of_arrays, *pair) for kind, pair in zip(kinds, inputs, strict=True)]
        self._values = [(kind.value, *pair) for kind, pair in zip(kinds, inputs, strict=True)]
        self._bends = [kind.bends for kind in kinds]
        self._flatness = [kind.flatness for kind in kinds]
        self._inputs = inputs
        self._backward = [(*pair, shift + k) for k, pair in reversed(list(enumerate(inputs)))]
        self._size = shift + len(operations)

    @property
    def n_operations(self) -> int:
        """The number of operations that depend on a variable."""
        return len(self._inputs)

    def value_and_gradient(self, point: list[float]) -> tuple[float, list[float]]:
        """Return the value at one point, and its derivative by each variable."""
        try:
            values, _, _, adjoints = self._sweep([*point, *self._numbers], self._of_numbers)
        except OUT_OF_DOMAIN:
            pass
        else:
            value, gradient = values[self._result], adjoints[: self.n_variables]
            if self._is_polynomial or not any_nan(gradient) or not math.isfinite(value):
                return value, gradient
        many = self.values_and_gradients(np.array([point]))
        return float(many[0][0]), many[1][0].tolist()

    def values(self, points: Array) -> Array:
        """Return the values (K,) at points (K, n_variables)."""
        found = np.empty(len(points))
        with np.errstate(all="ignore"):
            for start in range(0, len(points), TOGETHER):
                some = slice(start, start + TOGETHER)
                slots: list[Any] = [*np.ascontiguousarray(points[some].T), *self._numbers]
                for value, left, right in self._values:
                    slots.append(value(slots[left], slots[right]))
                found[some] = slots[self._result]
        return found

    def values_and_gradients(self, points: Array) -> tuple[Array, Array]:
        """Return the values (K,) and gradients (K, n_variables) at points of this shape."""
        linear = self._at_arrays(list(np.ascontiguousarray(points.T)))
        gradients = np.empty(points.shape)
        for index in range(self.n_variables):
            gradients[:, index] = linear.adjoints[index]
        values = np.broadcast_to(linear.values[self._result], len(points))
        unclear = np.flatnonzero(np.isnan(gradients).any(axis=1) & np.isfinite(values))
        if unclear.size:
            with np.errstate(all="ignore"):
                adjoints = self._carefully(points[unclear])[1].adjoints[: self.n_variables]
            gradients[unclear] = np.column_stack([np.broadcast_to(a, unclear.size) for a in adjoints])
        return values, gradients

    def hessian_product(self, point: list[float], direction: Sequence[Any]) -> list[Any]:
        """Return H·v, H the second derivatives at one point and v a direction.

        direction holds a number for each variable, or an array with an entry for each of many directions; so
        does the result.
        """
        with np.errstate(all="ignore"):
            try:
                linear = self._at_numbers(point)
                if linear is not None:
                    found = self._bent(linear, direction)
                    if not any_nan(found):
                        return found
            except OUT_OF_DOMAIN:
                pass
            found = self._bent(self._at_arrays([np.array([number]) for number in point]), direction)
            if any_nan(found):
                found = self._bent_carefully(np.array([point]), direction)
        return [entry if np.ndim(direction[0]) else _first(entry) for entry in found]

    def _at_numbers(self, point: list[float]) -> Linear | None:
        """Return both sweeps at one point; None where a number leaves its domain."""
        try:
            return self._sweep([*point, *self._numbers], self._of_numbers)
        except OUT_OF_DOMAIN:
            return None

    def _at_arrays(self, point: list[Array]) -> Linear:
        with np.errstate(all="ignore"):
            return self._sweep([*point, *self._numbers], self._of_arrays)

    def _sweep(self, values: list[Any], rules: list[tuple[Slopes, int, int]]) -> Linear:
        left_slopes: list[Any] = []
        right_slopes: list[Any] = []
        for rule, left, right in rules:
            value, by_left, by_right = rule(values[left], values[right])
            values.append(value)
            left_slopes.append(by_left)
            right_slopes.append(by_right)
        adjoints: list[Any] = [0.0] * self._size
        adjoints[self._result] = 1.0
        for (left, right, out), by_left, by_right in zip(
            self._backward, reversed(left_slopes), reversed(right_slopes), strict=True
        ):
            adjoint = adjoints[out]
            # Not in place: an array may stand in two slots.
            adjoints[left] = adjoints[left] + adjoint * by_left
            adjoints[right] = adjoints[right] + adjoint * by_right
        return Linear(values, left_slopes, right_slopes, adjoints)

    def _bent(self, linear: Linear, direction: Sequence[Any]) -> list[Any]:
        """Return the derivative of the adjoints of the variables in this direction."""
        values, left_slopes, right_slopes, adjoints = linear
        tangents: list[Any] = [*direction, *(0.0 for _ in self._numbers)]
        for (left, right), by_left, by_right in zip(self._inputs, left_slopes, right_slopes, strict=True):
            tangents.append(by_left * tangents[left] + by_right * tangents[right])
        found: list[Any] = [0.0] * self._size
        operations = zip(
            self._backward, reversed(left_slopes), reversed(right_slopes), reversed(self._bends), strict=True
        )
        for (left, right, out), by_left, by_right, bends in operations:
            change = found[out]
            found[left] = found[left] + change * by_left
            found[right] = found[right] + change * by_right
            if bends is not None:
                xx, xy, yy = bends(values[left], values[right], values[out], by_left, by_right)
                x, y, adjoint = tangents[left], tangents[right], adjoints[out]
                found[left] = found[left] + adjoint * (xx * x + xy * y)
                found[right] = found[right] + adjoint * (xy * x + yy * y)
        return found[: self.n_variables]

    def _carefully(self, points: Array) -> tuple[Linear, CarefulSlopes]:
        """Return both sweeps at points (K, n_variables), and the slopes of careful_sweep in their place."""
        linear = self._at_arrays(list(np.ascontiguousarray(points.T)))
        slopes = list(zip(linear.left, linear.right, strict=True))
        return linear, careful_slopes(
            linear.values, slopes, self._inputs, self._flatness, self.n_variables, self._result
        )

    def _bent_carefully(self, point: Array, direction: Sequence[Any]) -> list[Any]:
        """Return the same as _bent, of the slopes of careful_sweep, at a point (1, n_variables)."""
        linear, careful = self._carefully(point)
        values, shift = linear.values, self._size - len(self._inputs)
        tangents: list[Any] = [*direction, *(0.0 for _ in self._numbers)]
        for (left, right), by_left, by_right in zip(self._inputs, careful.left, careful.right, strict=True):
            tangents.append(product(by_left, tangents[left]) + product(by_right, tangents[right]))
        begins = [np.not_equal(entry, 0.0) for entry in direction]
        led = moving([*begins, *(np.array(False) for _ in self._numbers)], self._inputs, careful.flat)
        found: list[Any] = [0.0] * self._size
        for index in range(len(self._inputs) - 1, -1, -1):
            (left, right), out, bends = self._inputs[index], shift + index, self._bends[index]
            change = found[out]
            found[left] = found[left] + product(change, careful.left[index])
            found[right] = found[right] + product(change, careful.right[index])
            if bends is not None:
                bent = bends(
                    values[left], values[right], values[out], linear.left[index], linear.right[index]
                )
                by_left, by_right = careful_bend(
                    careful.adjoints[out],
                    careful.live[out],
                    bent,
                    self._flatness[index].unbent(values[left], values[right]),
                    (careful.moves[left], careful.moves[right]),
                    (tangents[left], tangents[right]),
                    (led[left], led[right]),
                )
                found[left], found[right] = found[left] + by_left, found[right] + by_right
        return found[: self.n_variables]


Place = tuple[str, int]
"""A slot while the tape is built: "variable", "number" or "operation", and its number among these."""
NOTHING: Place = ("number", 0)


class _Slots:
    """The slots of a tape while its operations are read, one node after another."""

    def __init__(self, variables: Sequence[str], constants: Mapping[str, float]):
        self._variables = {name: index for index, name in enumerate(variables)}
        self._constants = constants
        self.numbers = [0.0]
        self.operations: list[tuple[Operation, Place, Place]] = []
        self.slots: list[Place] = []
        """Where the value of each node is."""
        self.kinds: set[str] = set()

    def add(self, node: ParsedNode) -> None:
        self.slots.append(self._place(node))

    def place_of(self, place: Place, shift: int) -> int:
        """Return the number of a slot; shift is that of the first operation."""
        kind, index = place
        return index + {"variable": 0, "number": len(self._variables), "operation": shift}[kind]

    def _place(self, node: ParsedNode) -> Place:
        if node.kind == "number":
            return self._number(node.number)
        if node.kind == "variable":
            if node.label in self._variables:
                return "variable", self._variables[node.label]
            if node.label in self._constants:
                return self._number(self._constants[node.label])
            raise ExpressionError(f"“{node.label}” is neither a variable nor a constant.", node.position)
        first, *others = (self.slots[index] for index in node.inputs)
        if not others:
            return self._operation(node.kind, first, NOTHING)
        for other in others:
            first = self._operation(node.kind, first, other)
        return first

    def _operation(self, kind: str, left: Place, right: Place) -> Place:
        if left[0] == right[0] == "number":
            with np.errstate(all="ignore"):
                inputs = (np.array(self.numbers[index]) for _, index in (left, right))
                return self._number(float(OPERATIONS[kind].value(*inputs)))
        operation = OPERATIONS[kind]
        self.kinds.add(kind)
        if kind == "^" and right[0] == "number":
            operation = SQUARE if self.numbers[right[1]] == 2.0 else FIXED_POWER
        if self._is_number(left, {"^": 1.0, "×": 0.0, "÷": 0.0}.get(kind)) or (
            kind == "×" and self._is_number(right, 0.0)
        ):
            operation = operation._replace(flatness=Flatness(flat=lambda x, y: (True, True)))
        self.operations.append((operation, left, right))
        return "operation", len(self.operations) - 1

    def _is_number(self, place: Place, number: float | None) -> bool:
        return place[0] == "number" and self.numbers[place[1]] == number

    def _number(self, number: float) -> Place:
        self.numbers.append(number)
        return "number", len(self.numbers) - 1


def _first(entry: Any) -> float:
    return float(np.asarray(entry).reshape(-1)[0])


# Operations: y of those of one input is 0 ------------------------------------------------------------------


def _number_over(x: float, y: float) -> tuple[float, float, float]:
    value = x / y
    return value, 1.0 / y, -value / y


def _array_over(x: Any, y: Any) -> tuple[Any, Any, Any]:
    value = np.divide(x, y)
    return value, np.divide(1.0, y), -value / y


def _number_fixed_power(x: float, n: float) -> tuple[float, float, float]:
    return math.pow(x, n), (n * math.pow(x, n - 1.0) if n else 0.0), 0.0


def _array_fixed_power(x: Any, n: Any) -> tuple[Any, Any, Any]:
    return np.power(x, n), (n * np.power(x, n - 1.0) if n else 0.0), 0.0


def _bends_of_fixed_power(x: Any, n: Any, *_: Any) -> tuple[Any, Any, Any]:
    factor = n * (n - 1.0)
    # Of arrays np.power, of numbers the same as math.pow, with errors.
    return (
        (factor * (np.power(x, n - 2.0) if np.ndim(x) else math.pow(x, n - 2.0)) if factor else 0.0),
        0.0,
        0.0,
    )


def _number_power(x: float, y: float) -> tuple[float, float, float]:
    value = math.pow(x, y)
    if x == 0.0 < y:
        return value, y * math.pow(x, y - 1.0), 0.0
    return value, y * math.pow(x, y - 1.0), value * math.log(x)


def _array_power(x: Any, y: Any) -> tuple[Any, Any, Any]:
    value = np.power(x, y)
    by_x = np.where(np.equal(y, 0.0), 0.0, y * np.power(x, y - 1.0))
    return value, by_x, np.where(np.equal(x, 0.0) & np.greater(y, 0.0), 0.0, value * np.log(x))


def _bends_of_power(x: Any, y: Any, value: Any, by_x: Any, by_y: Any) -> tuple[Any, Any, Any]:
    log = np.log(x) if np.ndim(x) or np.ndim(y) else math.log(x)
    return by_x * (y - 1.0) / x, value / x * (1.0 + y * log), by_y * log


def _number_sigmoid(x: float, _: float) -> tuple[float, float, float]:
    small = math.exp(-abs(x))
    value = 1.0 / (1.0 + small) if x >= 0.0 else small / (1.0 + small)
    return value, small / (1.0 + small) ** 2, 0.0


def _array_sigmoid(x: Any, _: Any) -> tuple[Any, Any, Any]:
    small = np.exp(-np.abs(x))
    value = np.where(x >= 0.0, 1.0, small) / (1.0 + small)
    return value, small / (1.0 + small) ** 2, 0.0


def _number_root(x: float, _: float) -> tuple[float, float, float]:
    root = math.sqrt(x)
    return root, 0.5 / root, 0.0


def _array_root(x: Any, _: Any) -> tuple[Any, Any, Any]:
    root = np.sqrt(x)
    return root, np.divide(0.5, root), 0.0


def _number_tanh(x: float, _: float) -> tuple[float, float, float]:
    value = math.tanh(x)
    return value, 1.0 - value * value, 0.0


def _array_tanh(x: Any, _: Any) -> tuple[Any, Any, Any]:
    value = np.tanh(x)
    return value, 1.0 - value * value, 0.0


def _number_exp(x: float, _: float) -> tuple[float, float, float]:
    value = math.exp(x)
    return value, value, 0.0


def _array_exp(x: Any, _: Any) -> tuple[Any, Any, Any]:
    value = np.exp(x)
    return value, value, 0.0


def _number_largest(x: float, y: float) -> tuple[float, float, float]:
    if x >= y:
        return x, 1.0, 0.0
    return (y, 0.0, 1.0) if x < y else NOT_A_NUMBER


def _array_largest(x: Any, y: Any) -> tuple[Any, Any, Any]:
    value = np.maximum(x, y)
    first, unknown = np.greater_equal(x, y), np.isnan(value)
    return value, np.where(unknown, np.nan, first * 1.0), np.where(unknown, np.nan, 1.0 - first)


def _number_smallest(x: float, y: float) -> tuple[float, float, float]:
    if x <= y:
        return x, 1.0, 0.0
    return (y, 0.0, 1.0) if x > y else NOT_A_NUMBER


def _array_smallest(x: Any, y: Any) -> tuple[Any, Any, Any]:
    value = np.minimum(x, y)
    first, unknown = np.less_equal(x, y), np.isnan(value)
    return value, np.where(unknown, np.nan, first * 1.0), np.where(unknown, np.nan, 1.0 - first)


def _number_positive(x: float, _: float) -> tuple[float, float, float]:
    if x > 0.0:
        return x, 1.0, 0.0
    return (0.0, 0.0, 0.0) if x <= 0.0 else NOT_A_NUMBER


def _array_positive(x: Any, _: Any) -> tuple[Any, Any, Any]:
    return np.maximum(x, 0.0), np.where(np.isnan(x), np.nan, np.greater(x, 0.0) * 1.0), 0.0


NOT_A_NUMBER = math.nan, math.nan, math.nan
SQUARE = Operation(
    lambda x, _: (x * x, x + x, 0.0),
    lambda x, _: (x * x, x + x, 0.0),
    lambda x, _: x * x,
    lambda *_: (2.0, 0.0, 0.0),
)
FIXED_POWER = Operation(
    _number_fixed_power,
    _array_fixed_power,
    np.power,
    _bends_of_fixed_power,
    Flatness(
        lambda x, n: (n == 0.0, False),
        lambda x, n: np.equal(x, 0.0) & (n < 1.0),
        lambda x, n: np.equal(x, 0.0) & (n < 2.0) & (n != 1.0),
    ),
)
OPERATIONS: Mapping[str, Operation] = {
    "+": Operation(lambda x, y: (x + y, 1.0, 1.0), lambda x, y: (x + y, 1.0, 1.0), lambda x, y: x + y, None),
    "−": Operation(
        lambda x, y: (x - y, 1.0, -1.0), lambda x, y: (x - y, 1.0, -1.0), lambda x, y: x - y, None
    ),
    "negate": Operation(lambda x, _: (-x, -1.0, 0.0), lambda x, _: (-x, -1.0, 0.0), lambda x, _: -x, None),
    "×": Operation(
        lambda x, y: (x * y, y, x),
        lambda x, y: (x * y, y, x),
        lambda x, y: x * y,
        lambda *_: (0.0, 1.0, 0.0),
    ),
    "÷": Operation(
        _number_over,
        _array_over,
        np.divide,
        lambda x, y, value, by_x, by_y: (0.0, -by_x * by_x, 2.0 * value * by_x * by_x),
        Flatness(singular=lambda x, y: np.equal(y, 0.0)),
    ),
    "^": Operation(
        _number_power,
        _array_power,
        np.power,
        _bends_of_power,
        Flatness(
            lambda x, y: (np.equal(y, 0.0), np.equal(x, 0.0) & np.greater(y, 0.0)),
            lambda x, y: np.equal(x, 0.0) & np.less(y, 1.0),
        ),
    ),
    "sigmoid": Operation(
        _number_sigmoid,
        _array_sigmoid,
        lambda x, _: _array_sigmoid(x, _)[0],
        lambda x, _, value, slope, __: (slope * (1.0 - 2.0 * value), 0.0, 0.0),
    ),
    "relu": Operation(
        _number_positive,
        _array_positive,
        lambda x, _: np.maximum(x, 0.0),
        None,
        Flatness(lambda x, _: (np.less(x, 0.0), False)),
    ),
    "tanh": Operation(
        _number_tanh,
        _array_tanh,
        lambda x, _: np.tanh(x),
        lambda x, _, value, slope, __: (-2.0 * value * slope, 0.0, 0.0),
    ),
    "exp": Operation(
        _number_exp, _array_exp, lambda x, _: np.exp(x), lambda x, _, value, *__: (value, 0.0, 0.0)
    ),
    "log": Operation(
        lambda x, _: (math.log(x), 1.0 / x, 0.0),
        lambda x, _: (np.log(x), np.divide(1.0, x), 0.0),
        lambda x, _: np.log(x),
        lambda x, _, value, slope, __: (-slope * slope, 0.0, 0.0),
        Flatness(singular=lambda x, _: np.equal(x, 0.0)),
    ),
    "sin": Operation(
        lambda x, _: (math.sin(x), math.cos(x), 0.0),
        lambda x, _: (np.sin(x), np.cos(x), 0.0),
        lambda x, _: np.sin(x),
        lambda x, _, value, *__: (-value, 0.0, 0.0),
    ),
    "cos": Operation(
        lambda x, _: (math.cos(x), -math.sin(x), 0.0),
        lambda x, _: (np.cos(x), -np.sin(x), 0.0),
        lambda x, _: np.cos(x),
        lambda x, _, value, *__: (-value, 0.0, 0.0),
    ),
    "sqrt": Operation(
        _number_root,
        _array_root,
        lambda x, _: np.sqrt(x),
        lambda x, _, value, slope, __: (-0.5 * slope / x, 0.0, 0.0),
        Flatness(singular=lambda x, _: np.equal(x, 0.0)),
    ),
    "max": Operation(
        _number_largest,
        _array_largest,
        np.maximum,
        None,
        Flatness(lambda x, y: (np.less(x, y), np.less(y, x))),
    ),
    "min": Operation(
        _number_smallest,
        _array_smallest,
        np.minimum,
        None,
        Flatness(lambda x, y: (np.less(y, x), np.less(x, y))),
    ),
}
POLYNOMIAL = frozenset({*(OPERATIONS[kind] for kind in ("+", "−", "negate", "×")), SQUARE})
