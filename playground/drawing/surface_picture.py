"""What a drawing of a surface shows, as plain data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from playground.drawing.axes import number_text
from playground.drawing.levels import Levels
from playground.engine.history import HistoryView
from playground.landscape.directions import PlaneChoice
from playground.landscape.plane import Plane
from playground.landscape.surface import Surface

SAME_DRAG = 15
"""Changes of α at most so many steps apart are one drag of the slider, and get one mark."""


class Mark(NamedTuple):
    """A place on the path: where it starts ("start") or where α changed ("learning_rate")."""

    a: float
    b: float
    label: str
    kind: str


class Now(NamedTuple):
    """The present parameters: where they project to, both losses, and how far off the plane they lie."""

    a: float
    b: float
    true_loss: float
    plane_loss: float
    distance: float


@dataclass(frozen=True, eq=False)
class SurfacePicture:
    """A surface with the path on it.

    path_ab (n, 2): the path projected onto the plane; path_off (n,): how far each point lies off it.
    levels None: found from the surface. problem: a sentence shown in place of a surface.
    """

    surface: Surface | None
    choice: PlaneChoice | None = None
    path_ab: np.ndarray = field(default_factory=lambda: np.empty((0, 2)))
    path_off: np.ndarray = field(default_factory=lambda: np.empty(0))
    marks: Sequence[Mark] = ()
    now: Now | None = None
    log_scale: bool = True
    contours: bool = True
    levels: Levels | tuple[float, float] | None = None
    problem: str = ""


def project_path(plane: Plane, history: HistoryView) -> tuple[np.ndarray, np.ndarray]:
    """Coordinates (n, 2) of the recorded path on a plane, and its distances (n,) from it."""
    if not len(history.path):
        return np.empty((0, 2)), np.empty(0)
    return np.column_stack(plane.project(history.path)), np.asarray(plane.distance(history.path))


def marks_of(history: HistoryView, path_ab: np.ndarray, first_rate: float) -> list[Mark]:
    """The start of a path and every change of the learning rate on it, one drag of the slider as one."""
    if not len(path_ab):
        return []
    marks = [Mark(float(path_ab[0, 0]), float(path_ab[0, 1]), "start", "start")]
    drags: list[list[float]] = []
    rate, last = first_rate, -SAME_DRAG - 1
    for change in history.changes:
        if change.field != "training.learning_rate":
            continue
        if drags and change.step - last <= SAME_DRAG:
            drags[-1][2] = change.value
        else:
            drags.append([change.step, rate, change.value])
        rate, last = change.value, change.step
    for step, before, after in drags:
        if before == after:
            continue
        row = min(int(np.searchsorted(history.path_steps, step)), len(path_ab) - 1)
        label = f"α {number_text(before)} → {number_text(after)}"
        marks.append(Mark(float(path_ab[row, 0]), float(path_ab[row, 1]), label, "learning_rate"))
    return marks
