"""The numbers of a trace as text: entries, sums of products, indices."""

from __future__ import annotations

import numpy as np

from playground.arrays import Array
from playground.numerals import number_text, subscript

MOST_TERMS = 4
SAME = 1e-9
"""Relative difference up to which two ways to the same number agree."""


def unlike_the_step(optimizer: str, mini_batch: int | None, trained_on: bool | None) -> str:
    """Return how the update of a trace differs from the run's next step; empty where it does not.

    optimizer: the one of the run, empty for plain gradient descent. mini_batch: its size, None for the full
    batch. trained_on: whether the trace is of a training point or of a test point, None for the mean over all
    training points.
    """
    of_all = "all training points" if mini_batch is None else f"a mini-batch of {mini_batch}"
    reasons = []
    if trained_on is False:
        reasons.append("the run is not trained on test points")
    elif trained_on:
        reasons.append(f"the run's step is made of the mean over {of_all}, this of one point")
    elif mini_batch is not None:
        reasons.append(f"the run's step is made of the mean over {of_all}, this of all training points")
    if optimizer:
        reasons.append(f"this is plain gradient descent, and the run uses {optimizer}")
    return f"It is not the next step of the run: {'; '.join(reasons)}." if reasons else ""


def departs(value: float, by_rule: float) -> bool:
    """Return whether a number differs from what the rule gives for the same inputs."""
    return abs(value - by_rule) > SAME * max(abs(value), abs(by_rule), 1e-6)


def sum_text(terms: list[tuple[float, float]], bias: float | None = None, digits: int = 3) -> str:
    """Return products and a bias as a sum, the first few of many."""
    shown = terms if is_whole(terms) else terms[:MOST_TERMS]
    text = " + ".join(f"{bracketed(weight, digits)}·{bracketed(value, digits)}" for weight, value in shown)
    if len(shown) < len(terms):
        text += f" + … ({len(terms)} products)"
    return text if bias is None else f"{text} + {bracketed(bias, digits)}"


def is_whole(terms: list[tuple[float, float]]) -> bool:
    """Return whether sum_text shows every product."""
    return len(terms) <= MOST_TERMS + 1


def bracketed(value: float, digits: int = 3) -> str:
    """Return a number as a factor: negative ones in brackets."""
    text = number_text(value, digits)
    return f"({text})" if value < 0 else text


def column(values: Array) -> Array:
    """Return (n,) as (n, 1)."""
    return values[:, np.newaxis]


def subscripts(place: int) -> str:
    """Return an index from 0 as a subscript from 1."""
    return subscript(place + 1)
