"""The scale of the colours of a surface: which losses it can tell apart, and how well."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from playground.arrays import Floats
from playground.drawable import nice_step

COLOUR_STEPS = 256
DECADES = 6.0
"""Largest span of a logarithmic scale; lower losses share the darkest colour, and are counted."""
QUANTUM = 0.1
"""A logarithmic scale ends at multiples of a tenth of a decade, so that a live surface keeps its colours;
where J hardly differs, at multiples of about an eighth of its range."""
LEAST_SPAN = 1e-3
LARGEST = 1.79e308
"""Largest end of a scale: float64 ends there."""
ROUNDING = 1e-9
"""A loss counts as within the scale up to this share of its end."""


class ColourScale(NamedTuple):
    """A scale that is chosen. low, high: its ends, both None where they are to suit the surface."""

    logarithmic: bool = True
    low: float | None = None
    high: float | None = None

    def fitted(self, values: Floats) -> Ends:
        """Return the ends of the scale for the losses of a surface."""
        if self.low is not None and self.high is not None:
            return Ends(self.logarithmic, self.low, self.high)
        return Ends(self.logarithmic, *range_of(values, self.logarithmic))


class ColourStep(NamedTuple):
    """The width of a colour step, in ln J where logarithmic, else in J."""

    logarithmic: bool
    width: float

    def holds_on(self, ends: Ends) -> bool:
        """Return whether a scale has no finer steps: what is within one of these is within one of it."""
        return ends.logarithmic == self.logarithmic and ends.step >= (1 - ROUNDING) * self.width


class Ends(NamedTuple):
    """A scale with its ends, low < high."""

    logarithmic: bool
    low: float
    high: float

    def shown(self, losses: Floats) -> Floats:
        """Return what the colours show of losses, in colour steps; NaN where they cannot show it."""
        with np.errstate(all="ignore"):
            heights = np.log(losses) if self.logarithmic else losses
            within = (losses >= self.low - ROUNDING * abs(self.low)) & (
                losses <= self.high + ROUNDING * abs(self.high)
            )
            result: Floats = np.where(within, heights / self.step, np.nan)
        return result

    def losses(self, shown: Floats) -> Floats:
        """Return the losses of which the colours show this."""
        with np.errstate(all="ignore"):
            heights = shown * self.step
            result: Floats = np.exp(heights) if self.logarithmic else heights
        return result

    @property
    def step(self) -> float:
        """The width of a colour step, in ln J or in J."""
        width = math.log(self.high / self.low) if self.logarithmic else self.high - self.low
        return max(width / COLOUR_STEPS, float(np.finfo(float).tiny))


def range_of(values: Floats, logarithmic: bool, decades: float = DECADES) -> tuple[float, float]:
    """Return the ends of a scale for the losses of a surface; extremes far from all others are beyond them.

    logarithmic: from the lowest to the highest, at most so many decades down, ends rounded outwards.
    linear: from the lowest to the highest, or to the 90th percentile times 1.5 where a few steep walls would
    make everything else one colour.
    """
    finite = values[np.isfinite(values)]
    if not finite.size:
        return 1e-1, 1.0
    if logarithmic:
        positive = finite[finite > 0]
        if not positive.size:
            return 1e-1, 1.0
        low, high = float(positive.min()), float(positive.max())
        usual = float(np.quantile(positive, 0.9))
        if high > 1e3 * usual:
            high = min(10 * usual, LARGEST)
        low = max(low, high * 10**-decades)
        span = math.log10(high) - math.log10(low)
        quantum = min(QUANTUM, nice_step(max(span, LEAST_SPAN) / 8))
        exponent_low = math.floor(math.log10(low) / quantum + 1e-9) * quantum
        exponent_high = math.ceil(math.log10(high) / quantum - 1e-9) * quantum
        if exponent_high - exponent_low < quantum:
            exponent_high += quantum
        exponent_high = min(exponent_high, math.log10(LARGEST))
        return 10.0**exponent_low, 10.0**exponent_high
    low, high = float(finite.min()), float(finite.max())
    usual = float(np.quantile(finite, 0.9))
    if high - low > 3 * (usual - low) > 0:
        high = min(low + 1.5 * (usual - low), LARGEST)
    if high <= low:
        high = min(low + max(abs(low), 1e-12) * 0.1, LARGEST)
        low = min(low, 0.9 * high) if high == LARGEST else low
    step = nice_step((high - low) / 20)
    low = math.floor(low / step + 1e-9) * step
    high = min(math.ceil(high / step - 1e-9) * step, LARGEST)
    return low, high
