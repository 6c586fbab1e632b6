"""Planes and the windows on them: which are the same, how large they are, what they have in common."""

from __future__ import annotations

import math

import numpy as np

from playground.engine.lengths import length
from playground.landscape.plane import Plane, Window
from playground.landscape.questions.surface import SurfaceAnswer


def plane_of(answer: SurfaceAnswer) -> Plane:
    """The plane of an answer that has one."""
    assert answer.choice is not None
    return answer.choice.plane


def cell(answer: SurfaceAnswer) -> float:
    """The width of a cell in the plane's coordinates."""
    surface = answer.surface
    assert surface is not None
    return float(surface.a[-1] - surface.a[0]) / max(len(surface.a) - 1, 1)


def overlap(one: Window | None, other: Window | None) -> bool:
    """Whether two windows have a part in common."""
    if one is None or other is None:
        return False
    beside = one.a_max <= other.a_min or other.a_max <= one.a_min
    return not (beside or one.b_max <= other.b_min or other.b_max <= one.b_min)


def size_of(plane: Plane, window: Window) -> float:
    """The diagonal of a window in parameter space."""
    wide = (window.a_max - window.a_min) * length(plane.u)
    high = (window.b_max - window.b_min) * length(plane.v)
    return math.hypot(wide, high)


def same_plane(one: Plane, other: Plane) -> bool:
    """Whether two planes are one; an answer of the helper brings a copy."""
    return one is other or (
        np.array_equal(one.origin, other.origin)
        and np.array_equal(one.u, other.u)
        and np.array_equal(one.v, other.v)
    )
