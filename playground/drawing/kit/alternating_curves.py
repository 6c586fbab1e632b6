"""Curves with gaps between their steps whose values alternate from step to step.

Above the stability limit a loss jumps up and down with every step. Joined by lines, values recorded many
steps apart would draw a slow zigzag that no run has. Where those at even steps lie on one line and those at
odd steps on another, each line is drawn by itself: the loss goes from one to the other at every step.
"""

from __future__ import annotations

import numpy as np

from playground.engine.recording.series import Curve

AROUND = 4
"""Number of values on either side that decide whether values alternate."""
SMOOTHER = 0.5
"""They alternate where two lines together go up and down less than this share of the joined line."""


def split_alternating(curve: Curve) -> tuple[Curve, Curve, Curve]:
    """Return a curve in three parts, NaN where a part is not drawn: joined, its even and its odd steps.

    Values at successive steps are always joined: the lines between them are true.
    """
    steps, values = curve.steps, np.asarray(curve.values, np.float64)
    alternates = _alternates(steps, values)
    if not alternates.any():
        return curve, _empty(), _empty()
    # The first and the last value of a stretch of two lines belong to the joined line too.
    inside = alternates & np.r_[True, alternates[:-1]] & np.r_[alternates[1:], True]
    joined = Curve(steps, np.where(inside, np.nan, values))
    parts = []
    for parity in (0, 1):
        here = (steps % 2 == parity) | ~alternates
        parts.append(Curve(steps[here], np.where(alternates[here], values[here], np.nan)))
    return joined, parts[0], parts[1]


def _alternates(steps: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return (n,) bool: where the values around lie on two lines, one of even and one of odd steps."""
    n = len(steps)
    found = np.zeros(n, dtype=bool)
    if n < 2 * AROUND + 1 or not np.isfinite(values).any():
        return found
    odd = steps % 2 == 1
    with np.errstate(all="ignore"):
        jumps = np.abs(np.diff(values, prepend=values[:1]))
        apart = np.zeros(n)
        for mine in (odd, ~odd):
            rows = np.flatnonzero(mine)
            apart[rows] = np.abs(np.diff(values[rows], prepend=values[rows[:1]]))
        window = np.ones(2 * AROUND + 1)
        joined, split = (np.convolve(np.nan_to_num(each), window, "same") for each in (jumps, apart))
    both = np.convolve(odd, window, "same")
    count = np.convolve(np.ones(n), window, "same")
    sparse = np.diff(steps, prepend=steps[0]) > 1
    sparse |= np.r_[sparse[1:], sparse[-1:]]
    result: np.ndarray = (
        (split < SMOOTHER * joined) & (both >= 2) & (count - both >= 2) & sparse & np.isfinite(values)
    )
    return result


def _empty() -> Curve:
    return Curve(np.empty(0, np.int64), np.empty(0))
