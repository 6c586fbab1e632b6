"""When a plane and a view of it no longer suit the run: decisions about numbers.

A moment is the number of a run and a step of it.
"""

from __future__ import annotations

import numpy as np

from playground.arrays import Floats
from playground.engine.lengths import length
from playground.lab.snapshot import PAUSED
from playground.landscape.directions import PlaneKind
from playground.landscape.plane import Window

Moment = tuple[int, int]

TOO_WIDE = 2.0
"""A view that is wider than the present run needs by this factor is given up when another run begins."""
TOO_FAR = 4.0
"""So is a plane through parameters this many times as far away as the present run and its weights reach."""


def is_earlier(now: Moment, before: Moment | None) -> bool:
    """Return whether another run, or an earlier step, is shown than before; before None: nothing was."""
    return before is not None and (now[0] != before[0] or now[1] < before[1])


def has_advanced(now: Moment, before: Moment | None) -> bool:
    """Return whether a run took more than one step since it was last seen: then it has been running."""
    return before is not None and not is_earlier(now, before) and now[1] > before[1] + 1


def comes_to_rest(has_run: bool, state: str, earlier_moment: bool) -> bool:
    """Return whether a run that has run is paused now, and no earlier moment of it is looked at.

    state: of playground.lab.snapshot. Single steps do not count as running: they are seen on the plane from
    which they are taken.
    """
    return has_run and state == PAUSED and not earlier_moment


def is_off_plane(distance: float, view_size: float, share: float) -> bool:
    """Return whether parameters at this distance are farther off a plane than a share of its view's size."""
    return distance > share * view_size


def needs_new_plane(kind: PlaneKind, moved: bool, off_plane: bool, left_view: bool, rests: bool) -> bool:
    """Return whether a plane that follows the run has to be replaced by one through the present parameters.

    moved: the parameters are no longer those that it goes through; left_view: they have just gone out of
    the view. Where the run comes to rest, directions that are those of a moment are too old. A plane that is
    fitted to the path is fitted again in any case.
    """
    too_old = rests and kind.of_the_moment
    return kind.follows and not kind.fitted and moved and (off_plane or left_view or too_old)


def is_too_wide(view_size: float, needed_size: float) -> bool:
    """Return whether a view is much wider than the run that is shown now needs."""
    return view_size > TOO_WIDE * needed_size


def is_too_far(distance: float, reach: float) -> bool:
    """Return whether parameters at this distance are far away for a run of this reach."""
    return distance > TOO_FAR * reach


def reach_of(visited: Floats, theta: Floats) -> float:
    """Return how far a run that visited these points (n, P), and its parameters (P,) now, reach."""
    with np.errstate(over="ignore"):
        return float(length(np.ptp(visited, axis=0)) + length(theta))


def contains(window: Window, a: float, b: float) -> bool:
    """Return whether the point (a, b) of a plane lies in a window."""
    return window.a_min <= a <= window.a_max and window.b_min <= b <= window.b_max


def centred(window: Window, a: float, b: float) -> Window:
    """Return the window, moved until its middle is (a, b)."""
    across, up = a - (window.a_min + window.a_max) / 2, b - (window.b_min + window.b_max) / 2
    return Window(window.a_min + across, window.a_max + across, window.b_min + up, window.b_max + up)
