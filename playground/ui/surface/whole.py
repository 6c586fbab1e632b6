"""The picture of one moment with all its cells computed: an export has no predicted ones."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from playground.drawing.surface.picture import SurfacePicture
from playground.engine.fewer_points import with_fewer_points
from playground.lab.snapshot import Snapshot
from playground.landscape.adaptive import fill
from playground.landscape.questions.surface import SurfaceAnswer
from playground.landscape.surface import Surface
from playground.ui.surface.resolve import Answers


class Whole(NamedTuple):
    """What the surface view shows at the moment of a snapshot, with every cell computed.

    answer: the newest surface of that moment; None: there was none.
    """

    snapshot: Snapshot
    answer: SurfaceAnswer | None
    picture: SurfacePicture


def compute_all(snapshot: Snapshot, answers: Answers) -> Generator[float, None, Answers]:
    """Compute the predicted cells of these answers, and return them whole.

    Yields after each piece of work which share of all cells is computed; nothing where none is predicted.
    """
    newest, finer = answers.surface, answers.finer
    todo = [
        (answer, _of_this_run(answer, answer.surface, snapshot))
        for answer in (newest, finer)
        if answer is not None and answer.surface is not None and not answer.surface.exact
    ]
    done = sum(surface.n_computed for _, surface in todo)
    total = sum(surface.values.size for _, surface in todo)
    for answer, surface in todo:
        before = done - surface.n_computed
        problem = snapshot.problem.with_penalties(*answer.penalties)
        if surface.fewer is not None:
            data = snapshot.view.experiment.data
            problem = with_fewer_points(problem, 0 if data is None else data.seed)
        for piece in fill(problem, surface):
            surface = piece or surface
            done = before + surface.n_computed
            yield done / total
        whole = replace(answer, surface=surface)
        answers = replace(answers, surface=whole) if answer is newest else replace(answers, finer=whole)
    return answers


def _of_this_run(answer: SurfaceAnswer, surface: Surface, snapshot: Snapshot) -> Surface:
    """Return the surface; without its cells where it may be of other points, which this run has no longer."""
    if answer.run == snapshot.run or surface.computed is None:
        return surface
    return replace(surface, computed=np.zeros_like(surface.computed))
