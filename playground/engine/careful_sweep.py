"""The sweeps of a tape where a product of zero and infinity comes up, which floating point calls NaN.

Three kinds of zeros and infinities are told apart.

A derivative is zero all around a point where an operation does not use its input there: the relu of a
negative number, the smaller one in a maximum, a factor of the constant 0. What lies before it has no part in
J, whatever its derivatives are.

An infinity that is only a number too large for 64 bits, as x⁴ at 10¹¹⁰, stands for a finite one. Where its
factor is zero, because exp(−x⁴) is smaller than any number, so is the product.

At sqrt(0), log(0), 1/0 and 0 to a power below 1 there is no derivative, and at 0 to a power between 1 and 2
no second one. There the result stays NaN: it does not follow from both factors whether x·sqrt(x) or |x| =
sqrt(x²) is meant.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

Inputs = Sequence[tuple[int, int]]
"""The slots of both inputs of each operation."""


class Flatness(NamedTuple):
    """Where an operation takes no notice of an input, and where it has no derivative.

    flat      x, y -> whether the derivatives by x and by y are zero all around, or by this input at least
    singular  x, y -> whether there is no derivative
    unbent    x, y -> whether there is a derivative but no second one
    """

    flat: Callable[[Any, Any], tuple[Any, Any]] = lambda x, y: (False, False)
    singular: Callable[[Any, Any], Any] = lambda x, y: False
    unbent: Callable[[Any, Any], Any] = lambda x, y: False


class CarefulSlopes(NamedTuple):
    """Slopes of each operation, 0 where they have no part in J and NaN where there are none.

    adjoints, moves and live have an entry for each slot. moves: whether the slot depends on a variable at
    each point; live: whether J depends on the slot there. flat: of each operation, as Flatness has it.
    """

    left: list[Any]
    right: list[Any]
    adjoints: list[Any]
    moves: list[Any]
    live: list[Any]
    flat: list[tuple[Any, Any]]


def product(first: Any, second: Any) -> Any:
    """Return first·second, where zero times infinity is zero."""
    nothing = ((first == 0) & np.isinf(second)) | (np.isinf(first) & (second == 0))
    return np.where(nothing, 0.0, np.multiply(first, second))


def careful_slopes(
    values: Sequence[Any],
    slopes: Sequence[tuple[Any, Any]],
    inputs: Inputs,
    flatness: Sequence[Flatness],
    n_variables: int,
    result: int,
) -> CarefulSlopes:
    """Return the slopes and the adjoints at many points.

    values: of each slot, those of the variables first. slopes, inputs, flatness: of each operation; these
    have the last slots, in order.
    """
    first = len(values) - len(inputs)
    ends = [(values[left], values[right]) for left, right in inputs]
    flat = [rule.flat(*pair) for rule, pair in zip(flatness, ends, strict=True)]
    moves = moving([np.array(slot < n_variables) for slot in range(first)], inputs, flat)
    live: list[Any] = [np.array(False)] * len(values)
    adjoints: list[Any] = [np.array(0.0)] * len(values)
    live[result], adjoints[result] = np.array(True), np.array(1.0)
    found: list[tuple[Any, Any]] = [(0.0, 0.0)] * len(inputs)
    for index in range(len(inputs) - 1, -1, -1):
        out, singular, kept = first + index, flatness[index].singular(*ends[index]), []
        for slot, slope, unused in zip(inputs[index], slopes[index], flat[index], strict=True):
            used = live[out] & moves[slot] & ~np.asarray(unused)
            slope = np.where(used, np.where(singular, np.nan, slope), 0.0)
            kept.append(slope)
            live[slot] = live[slot] | used
            adjoints[slot] = adjoints[slot] + np.where(used, product(adjoints[out], slope), 0.0)
        found[index] = kept[0], kept[1]
    left_slopes, right_slopes = ([pair[side] for pair in found] for side in (0, 1))
    return CarefulSlopes(left_slopes, right_slopes, adjoints, moves, live, flat)


def moving(first: Sequence[Any], inputs: Inputs, flat: Sequence[tuple[Any, Any]]) -> list[Any]:
    """Return whether each slot moves, where that is known of the first ones, before the operations."""
    moves = list(first)
    for (left, right), (flat_left, flat_right) in zip(inputs, flat, strict=True):
        moves.append((moves[left] & ~np.asarray(flat_left)) | (moves[right] & ~np.asarray(flat_right)))
    return moves


def careful_bend(
    adjoint: Any,
    live: Any,
    bends: Sequence[Any],
    unbent: Any,
    moves: tuple[Any, Any],
    tangents: tuple[Any, Any],
    led: tuple[Any, Any],
) -> tuple[Any, Any]:
    """Return what the bends xx, xy, yy of one operation add to the change of both its inputs' adjoints.

    live: whether J depends on it. unbent: whether it has no second derivatives. moves, tangents: of both
    inputs; led: whether they depend on a variable that this direction changes.
    """
    both = live & moves[0] & moves[1]
    parts = zip(bends, (live & moves[0], both, live & moves[1]), strict=True)
    xx, xy, yy = (np.where(used, np.where(unbent, np.nan, bend), 0.0) for bend, used in parts)
    x, y = tangents
    by_x, by_y = led
    seen = np.where(live, adjoint, 0.0)
    return (
        product(seen, np.where(by_x, product(xx, x), 0.0) + np.where(by_y, product(xy, y), 0.0)),
        product(seen, np.where(by_x, product(xy, x), 0.0) + np.where(by_y, product(yy, y), 0.0)),
    )


def any_nan(values: Sequence[Any]) -> bool:
    """Return whether one of these numbers or arrays holds a NaN, or infinities of both signs."""
    total = sum(values)
    clear = total == total
    return not (clear if isinstance(clear, bool) else clear.all())
