"""The path in the coordinates of a plane, kept from frame to frame."""

from __future__ import annotations

import numpy as np

from playground.engine.recording.history import HistoryView
from playground.landscape.plane import Plane


def whole_path(_run: int, plane: Plane, history: HistoryView) -> tuple[np.ndarray, np.ndarray]:
    """Return coordinates (n, 2) and distances from the plane (n,) of the recorded path."""
    a, b, off = plane.place(history.path)
    return np.column_stack((a, b)), off


class PathOnPlane:
    """Places each recorded point of the path once per plane: a frame only pays for the new ones.

    What was placed is kept for speed alone. The result is that of whole_path for the same arguments, but for
    the last bits: points may be placed in other groups.
    """

    def __init__(self) -> None:
        self._plane: Plane | None = None
        self._run = -1
        self._steps = np.empty(0, np.int64)
        self._ab = np.empty((0, 2))
        self._off = np.empty(0)

    def place(self, run: int, plane: Plane, history: HistoryView) -> tuple[np.ndarray, np.ndarray]:
        """Return coordinates (n, 2) and distances from the plane (n,) of the recorded path of a run."""
        steps = np.asarray(history.path_steps)
        if plane is not self._plane or run != self._run:
            self._plane, self._run = plane, run
            self._steps, self._ab, self._off = np.empty(0, np.int64), np.empty((0, 2)), np.empty(0)
        if len(steps) == len(self._steps) and np.array_equal(steps, self._steps):
            return self._ab, self._off
        if not len(self._steps):
            self._ab, self._off = whole_path(run, plane, history)
            self._steps = steps.copy()
            return self._ab, self._off
        ab, off = np.empty((len(steps), 2)), np.empty(len(steps))
        known = np.isin(steps, self._steps, assume_unique=True)
        if known.any():
            rows = np.searchsorted(self._steps, steps[known])
            ab[known], off[known] = self._ab[rows], self._off[rows]
        if not known.all():
            new = history.path[~known]
            ab[~known, 0], ab[~known, 1], off[~known] = plane.place(new)
        self._steps, self._ab, self._off = steps.copy(), ab, off
        return ab, off
