"""The units of a plane in a picture: equal in both directions, or stretched, which an axis then says."""

from __future__ import annotations

import math

from playground.engine.lengths import length
from playground.landscape.plane import Plane, Window
from playground.numerals import number_text

VISIBLE = 1.25
"""Ratio of the units from which on an axis says it."""
ALIKE = 1e-6
"""Directions of a plane have the same unit where their lengths differ by this share at most."""


def stretch_of(window: Window, width: float, height: float) -> float:
    """Return how many times as long a unit up is drawn as one across, in pixels; 1 for no picture."""
    wide, high = window.a_max - window.a_min, window.b_max - window.b_min
    if not (width > 0 and height > 0 and 0 < wide < math.inf and 0 < high < math.inf):
        return 1.0
    ratio = wide / high * (height / width)
    return ratio if 0 < ratio < math.inf else 1.0


def stretched_names(
    names: tuple[str, str], plane: Plane, window: Window, width: float, height: float
) -> tuple[str, str]:
    """Return the names of the axes across and up; the one whose units are drawn longer says by how much.

    Directions of different lengths have units that cannot be compared.
    """
    across, up = names
    one, other = length(plane.u), length(plane.v)
    stretch = stretch_of(window, width, height)
    if abs(one - other) > ALIKE * max(one, other) or max(stretch, 1 / stretch) < VISIBLE:
        return across, up
    drawn = f", drawn ×{number_text(max(stretch, 1 / stretch), 2)}"
    return (across, up + drawn) if stretch > 1 else (across + drawn, up)
