"""The points of a rule: drawn evenly over its range, with the class or value that its expression gives."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from playground.arrays import Floats
from playground.engine.expression_tape import Tape
from playground.experiment_checks import ExperimentError
from playground.experiment_derived import in_full, names_of_inputs
from playground.experiment_rule import EXPRESSION, INPUTS, RuleSettings
from playground.experiment_table import LARGEST
from playground.numerals import count_text, number_text

ROUNDS = 100
"""Maximum number of times that as many points are drawn as are needed."""


def points_of(rule: RuleSettings, rng: np.random.Generator, count: int) -> tuple[Floats, Floats]:
    """Return clean inputs (count, 2) and targets (count, 1); a class is 0 or 1.

    A point where the expression is no finite number is drawn again. Raises ExperimentError where too many
    are, and where all points are of one class.
    """
    places = names_of_inputs(INPUTS)
    tape, columns = Tape(in_full(rule.expression), list(places), {}), list(places.values())
    low, high = rule.range
    x, y, drawn = np.empty((0, 2)), np.empty(0), 0
    for _ in range(ROUNDS):
        more = low + (high - low) * rng.random((count, 2))
        values = tape.values(more[:, columns])
        inside = np.abs(values) <= LARGEST
        x, y, drawn = np.vstack([x, more[inside]]), np.append(y, values[inside]), drawn + count
        if len(y) >= count:
            break
    else:
        raise ExperimentError(EXPRESSION, _not_finite(len(y), drawn, rule))
    x, y = x[:count], y[:count, None]
    if rule.target == "class":
        y = np.where(y > 0.0, 1.0, 0.0)
        if y.min() == y.max():
            raise ExperimentError(EXPRESSION, _one_class(bool(y[0, 0]), rule, count))
    return x, y


def held_back(sizes: Sequence[int], n_test: int) -> list[int]:
    """Return the number of test points of each of one or two classes of these sizes, n_test together.

    In proportion to the sizes, but so that one point of each class at least is left to train on.
    """
    if len(sizes) == 1:
        return [n_test]
    first, second = sizes
    share = round(n_test * first / (first + second))
    share = min(max(share, n_test - (second - 1)), first - 1)
    return [share, n_test - share]


def _not_finite(found: int, drawn: int, rule: RuleSettings) -> str:
    if not found:
        return f"gives no finite number {_where(rule)}."
    return f"gives a finite number at {count_text(found)} of {count_text(drawn)} places only, {_where(rule)}."


def _one_class(is_second: bool, rule: RuleSettings, count: int) -> str:
    sign = "above 0" if is_second else "0 or less"
    return f"gives class {int(is_second)} only: it is {sign} at all {count} points, {_where(rule)}."


def _where(rule: RuleSettings) -> str:
    low, high = (number_text(end) for end in rule.range)
    return f"for x1 and x2 from {low} to {high}"
