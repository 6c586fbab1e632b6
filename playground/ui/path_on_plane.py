"""The path and its marks in the coordinates of a plane, kept from frame to frame."""

from __future__ import annotations

import numpy as np

from playground.drawing.surface_drawing import Mark
from playground.engine.history import HistoryView
from playground.landscape.plane import Plane
from playground.ui.numbers import rate_text

SAME_GESTURE_STEPS = 15
"""Changes of α at most so many steps apart are one drag of the slider, and get one mark."""
MAX_MARKS = 12


class PathOnPlane:
    """Projects each recorded point of the path once per plane: a frame only pays for the new ones."""

    def __init__(self) -> None:
        self._plane: Plane | None = None
        self._run = -1
        self._steps = np.empty(0, np.int64)
        self._ab = np.empty((0, 2))
        self._off = np.empty(0)

    def follow(self, run: int, plane: Plane, history: HistoryView) -> tuple[np.ndarray, np.ndarray]:
        """Coordinates (m, 2) and distances from the plane (m,) of the recorded path."""
        steps = np.asarray(history.path_steps)
        if plane is not self._plane or run != self._run:
            self._plane, self._run = plane, run
            self._steps, self._ab, self._off = np.empty(0, np.int64), np.empty((0, 2)), np.empty(0)
        if len(steps) == len(self._steps) and np.array_equal(steps, self._steps):
            return self._ab, self._off
        ab, off = np.empty((len(steps), 2)), np.empty(len(steps))
        known = np.isin(steps, self._steps, assume_unique=True)
        if known.any():
            rows = np.searchsorted(self._steps, steps[known])
            ab[known], off[known] = self._ab[rows], self._off[rows]
        if not known.all():
            new = history.path[~known]
            a, b = plane.project(new)
            ab[~known] = np.column_stack((a, b))
            off[~known] = plane.distance(new)
        self._steps, self._ab, self._off = steps.copy(), ab, off
        return ab, off


def marks_of(history: HistoryView, ab: np.ndarray, first_rate: float) -> list[Mark]:
    """The marks along a path: its start and each change of α, a drag of the slider counted as one."""
    if not len(ab):
        return []
    marks = [Mark(float(ab[0, 0]), float(ab[0, 1]), "start", "start")]
    for step, old, new in rate_gestures(history, first_rate)[-MAX_MARKS:]:
        row = min(int(np.searchsorted(history.path_steps, step)), len(ab) - 1)
        label = f"α {rate_text(old)} → {rate_text(new)}"
        marks.append(Mark(float(ab[row, 0]), float(ab[row, 1]), label, "learning_rate"))
    return marks


def rate_gestures(history: HistoryView, first_rate: float) -> list[tuple[int, float, float]]:
    """Changes of α as (step, from, to), those of one drag of the slider put together."""
    gestures: list[tuple[int, float, float]] = []
    rate, last_step = first_rate, None
    for change in history.changes:
        if change.field != "training.learning_rate":
            continue
        if gestures and last_step is not None and change.step - last_step <= SAME_GESTURE_STEPS:
            step, before, _ = gestures[-1]
            gestures[-1] = (step, before, float(change.value))
        else:
            gestures.append((change.step, rate, float(change.value)))
        rate, last_step = float(change.value), change.step
    return [gesture for gesture in gestures if gesture[1] != gesture[2]]
