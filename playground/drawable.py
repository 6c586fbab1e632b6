"""The ranges of numbers that a plot can show: float64 and Qt's matrices end before the largest number."""

from __future__ import annotations

import math

LARGEST = 1e150
"""Products of two such numbers are finite."""
NARROWEST = 1e-150
"""A range of this width has a reciprocal, and its ticks have different numbers."""
FINEST = 1e-12
"""A range of this width, as a share of its largest number, has thousands of numbers between its ends."""


def can_be_drawn(low: float, high: float) -> bool:
    """Return whether an axis can run from low to high."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return False
    largest = max(abs(low), abs(high))
    return largest <= LARGEST and high - low >= max(NARROWEST, FINEST * largest)


def drawable_range(low: float, high: float) -> tuple[float, float]:
    """Return the range itself where it can be drawn, else one near it that can."""
    if can_be_drawn(low, high):
        return low, high
    if math.isnan(low) or math.isnan(high):
        return 0.0, 1.0
    low, high = (min(max(edge, -LARGEST), LARGEST) for edge in sorted((low, high)))
    if not can_be_drawn(low, high):
        # Twice as wide as need be: the sum is rounded.
        room = 2.0 * max(NARROWEST, FINEST * max(abs(low), abs(high)))
        if high + room > LARGEST:
            low = high - room
        else:
            high = low + room
    return low, high


def nice_step(at_least: float) -> float:
    """Return the smallest of …, 0.1, 0.2, 0.5, 1, 2, 5, 10, … that is not below `at_least` > 0."""
    power = 10.0 ** math.floor(math.log10(at_least))
    for multiple in (1, 2, 5, 10):
        if multiple * power >= at_least * (1 - 1e-9):
            return multiple * power
    return 10 * power
