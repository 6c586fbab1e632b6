"""The question for a surface: the plane, the part of it, the resolution."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from playground.arrays import Floats
from playground.drawable import drawable_range
from playground.engine.problem import Problem
from playground.engine.problem_of_experiment import formula_of
from playground.landscape import directions
from playground.landscape.adaptive import fill, refine_predicting
from playground.landscape.bowl import lowest_point
from playground.landscape.colour_scale import ColourScale
from playground.landscape.curvature import ExtremeEigenvalues, search_hessian
from playground.landscape.directions import (
    PLANE_KINDS,
    PlaneChoice,
    default_window,
    grows,
    in_equal_units,
    widened,
    widened_far,
)
from playground.landscape.pieces import Pieces
from playground.landscape.plane import Plane, PlaneError, Window
from playground.landscape.questions.context import Context
from playground.landscape.questions.question import RunAnswer, RunQuestion
from playground.landscape.surface import FewerPoints, Surface, refine
from playground.numerals import number_text

WHOLE_UP_TO = 51
"""Cells a side up to which every cell is computed at once, for whatever scale."""


def in_one_piece(
    lay: Callable[[SurfaceQuestion, Problem], tuple[PlaneChoice, Floats]],
) -> Callable[[SurfaceQuestion, Context, Problem], Pieces[tuple[PlaneChoice, Floats]]]:
    """Return a function that chooses a plane at once, in the form of those that work piece by piece."""

    def laid(
        question: SurfaceQuestion, _context: Context, problem: Problem
    ) -> Pieces[tuple[PlaneChoice, Floats]]:
        yield from ()
        return lay(question, problem)

    return laid


@dataclass(frozen=True, eq=False)
class SurfaceAnswer(RunAnswer):
    """A surface, and its errors at the parameters that were asked about.

    plane_loss: J at the projection of the parameters onto the plane. true_loss: J at the parameters.
    distance: their distance from the plane. problem: one sentence where there is no plane to draw; choice and
    surface are then None and the numbers of the plane NaN. number: that of the question. core: the default
    view before it was grown for equal units; None where it was not. penalties: l1 and l2 of its J.
    """

    choice: PlaneChoice | None
    window: Window | None
    surface: Surface | None
    plane_loss: float
    true_loss: float
    distance: float
    problem: str = ""
    number: int = 0
    core: Window | None = None
    penalties: tuple[float, float] = (0.0, 0.0)

    @property
    def complete(self) -> bool:
        return self.surface is None or self.surface.complete

    @property
    def exact(self) -> bool:
        """Whether it is complete, and no cell of it is predicted."""
        return self.complete and (self.surface is None or self.surface.exact)


@dataclass(frozen=True, eq=False)
class SurfaceQuestion(RunQuestion):
    """A question for the surface of a plane around a run; kind is one of landscape.directions.PLANE_KINDS.

    path (n, P) is thinned by the sender to a few hundred rows, of path_points that were recorded (0: it is
    whole). window None is the default view. picture_size: width and height of the picture in pixels, for
    whose equal units that view is grown where they suit it; None: it is not. seed and normalization belong to
    random directions, pair to "parameters", third (P,) to "three_points". previous: the plane of a path to
    align a new one with. fixed: a plane (or a whole choice) to be used as it is. number: chosen by the
    sender, to recognise the answers. to_the_end: the default view holds the path however far it was thrown.
    fewer_points: of many training points, some stand for all. scale: that of the colours, to a quarter of a
    step of which cells may be predicted; None: every cell is computed. known: a surface of the same plane,
    window and resolution, whose computed cells are taken over.
    """

    slot = "surface"

    parameters: Floats
    path: Floats
    l1: float = 0.0
    l2: float = 0.0
    kind: str = "rehearsal"
    seed: int = 0
    window: Window | None = None
    resolution: int = 101
    previous: Plane | None = None
    fixed: Plane | PlaneChoice | None = None
    normalization: str = "filter"
    pair: tuple[int, int] = (0, 1)
    third: Floats | None = None
    number: int = 0
    path_points: int = 0
    picture_size: tuple[float, float] | None = None
    to_the_end: bool = False
    fewer_points: bool = False
    scale: ColourScale | None = None
    known: Surface | None = None

    @property
    def patient(self) -> bool:
        """Whether it only fills up what is on the screen: all other questions go first."""
        return self.scale is None and self.known is not None

    def answers(self, context: Context) -> Iterator[SurfaceAnswer | None]:
        """Yield surfaces, coarse to fine; a single answer with a problem where there is no plane."""
        problem = context.problem.with_penalties(self.l1, self.l2)
        true_loss = problem.loss(self.parameters)
        window, core = self.window, None
        try:
            if isinstance(self.fixed, Plane):
                choice: PlaneChoice | None = None
                plane = self.fixed
                window = window or directions.window_for(plane, self.path)
            else:
                choice, shown = yield from self._choose(context, problem)
                plane = choice.plane
                if window is None:
                    # These show a neighbourhood: the path leads to it from far away.
                    near = PLANE_KINDS[choice.kind].of_the_moment
                    visited = np.vstack([self.parameters if near else self.path, self.parameters])
                    widen = widened_far if self.to_the_end else widened
                    window = widen(default_window(choice, shown), *plane.project(visited))
                    if self.picture_size is not None and grows(choice, window):
                        core, window = window, in_equal_units(window, *self.picture_size)
        except PlaneError as error:
            nan = math.nan
            yield SurfaceAnswer(
                self.run, self.step, None, window, None, nan, true_loss, nan, str(error), self.number
            )
            return
        # A path to very large numbers would take the surface where nothing can be drawn.
        across, up = drawable_range(window.a_min, window.a_max), drawable_range(window.b_min, window.b_max)
        window = Window(*across, *up)
        plane_loss = problem.loss(plane.at(*plane.project(self.parameters)))
        distance = plane.distance(self.parameters)
        heights = (
            context.with_fewer_points().with_penalties(self.l1, self.l2) if self.fewer_points else problem
        )
        fewer = self._fewer(heights, problem, true_loss)
        for surface in self._surfaces(heights, plane, window):
            if surface is None:
                yield None
            else:
                surface = surface if fewer is None else replace(surface, fewer=fewer)
                yield SurfaceAnswer(
                    self.run,
                    self.step,
                    choice,
                    window,
                    surface,
                    plane_loss,
                    true_loss,
                    distance,
                    number=self.number,
                    core=core,
                    penalties=(self.l1, self.l2),
                )

    def _surfaces(self, heights: Problem, plane: Plane, window: Window) -> Iterator[Surface | None]:
        if self.scale is not None and self.resolution > WHOLE_UP_TO:
            return refine_predicting(heights, plane, window, self.resolution, self.scale, self.known)
        if self.known is not None:
            # Where the computation was stopped it was not complete.
            known = replace(self.known, resolution=self.resolution, complete=True, progress=1.0)
            return fill(heights, known)
        return refine(heights, plane, window, self.resolution)

    def _fewer(self, heights: Problem, problem: Problem, loss_of_all: float) -> FewerPoints | None:
        """Return which points the heights are of; None where they are of all."""
        if heights.n_samples == problem.n_samples:
            return None
        loss = heights.loss(self.parameters)
        return FewerPoints(heights.n_samples, problem.n_samples, self.step, loss, loss_of_all)

    def _choose(self, context: Context, problem: Problem) -> Pieces[tuple[PlaneChoice, Floats]]:
        """Return the plane, and the points (n, P) that its default view holds."""
        if isinstance(self.fixed, PlaneChoice):
            return self.fixed, self.path
        lay = LAID.get(self.kind)
        if lay is None:
            raise ValueError(f"kind must be one of {', '.join(PLANE_KINDS)}, not {self.kind!r}.")
        choice, points = yield from lay(self, context, problem)
        return directions.counting_frozen(choice, len(problem.frozen), len(points)), points


Laid = Pieces[tuple[PlaneChoice, Floats]]
"""A plane, and the points (n, P) that its default view holds."""


def _rehearsal(_question: SurfaceQuestion, context: Context, _problem: Problem) -> Laid:
    path, choice = yield from context.rehearsal()
    return choice, path


@in_one_piece
def _path(question: SurfaceQuestion, _problem: Problem) -> tuple[PlaneChoice, Floats]:
    choice = directions.path_plane(question.path, question.previous)
    if len(question.path) < question.path_points:
        count = number_text(question.path_points, 9)
        fitted = f"Fitted to {len(question.path)} of the path's {count} recorded points."
        choice = replace(choice, note=f"{fitted} {choice.note}".rstrip())
    return choice, question.path


@in_one_piece
def _random(question: SurfaceQuestion, problem: Problem) -> tuple[PlaneChoice, Floats]:
    choice = directions.random_plane(problem, question.parameters, question.seed, question.normalization)
    return choice, question.path


@in_one_piece
def _two_parameters(question: SurfaceQuestion, problem: Problem) -> tuple[PlaneChoice, Floats]:
    choice = directions.parameter_plane(problem, question.parameters, *question.pair)
    if (formula := formula_of(problem)) is not None:
        across, up = (formula.settings.limits[index] for index in question.pair)
        choice = replace(choice, home=Window(*across, *up), limits_chosen=True)
    elif problem.n_parameters == 2:
        start = question.path[0] if len(question.path) else question.parameters
        choice = directions.whole_landscape(choice, start, lowest_point(problem, question.parameters))
    return choice, question.path


@in_one_piece
def _three_points(question: SurfaceQuestion, _problem: Problem) -> tuple[PlaneChoice, Floats]:
    theta, third = question.parameters, question.third
    if third is None:
        raise PlaneError("Keep a third set of parameters first, or choose the plane of the path.")
    if np.array_equal(third, theta):
        raise PlaneError("What is kept is where the run is now; take a few steps from here.")
    points = np.stack([question.path[0], theta, third])
    choice = directions.through_three_points(*points)
    sentence = choice.sentence.replace(
        "three sets of parameters", "the start, where the run is now, and what was kept"
    )
    choice = replace(choice, sentence=sentence, b_label="towards the kept")
    return replace(choice, a_label="from start to now"), points


def _downhill(question: SurfaceQuestion, _context: Context, problem: Problem) -> Laid:
    theta = question.parameters
    gradient, ends, reach = yield from _curved(theta, problem)
    return directions.gradient_plane(theta, gradient, ends.largest_vector, reach), question.path


def _sharpest(question: SurfaceQuestion, _context: Context, problem: Problem) -> Laid:
    theta = question.parameters
    _, ends, reach = yield from _curved(theta, problem)
    vectors, values = (ends.largest_vector, ends.smallest_vector), (ends.largest, ends.smallest)
    return directions.eigen_plane(theta, *vectors, *values, reach), question.path


LAID: dict[str, Callable[[SurfaceQuestion, Context, Problem], Laid]] = {
    "rehearsal": _rehearsal,
    "path": _path,
    "random": _random,
    "parameters": _two_parameters,
    "gradient": _downhill,
    "eigen": _sharpest,
    "three_points": _three_points,
}
assert LAID.keys() == PLANE_KINDS.keys(), "each kind of plane can be laid"


def _curved(theta: Floats, problem: Problem) -> Pieces[tuple[Floats, ExtremeEigenvalues, float]]:
    """Compute the gradient, the ends of the curvature, and the reach of the view."""
    loss, gradient = problem.loss_and_gradient(theta)
    hessian = problem.hessian_operator(theta)
    ends = yield from search_hessian(hessian, problem.frozen)
    if not ends.converged and not math.isfinite(ends.largest):
        raise PlaneError("The curvature is not finite here; choose random directions.")
    return gradient, ends, _reach(loss, ends)


def _reach(loss: float, ends: ExtremeEigenvalues) -> float:
    """Return the distance r at which ½·λ·r², along the most curved direction, is about four times |J|."""
    curvature, size = max(abs(ends.largest), abs(ends.smallest)), abs(loss)
    if not (curvature > 0 and size > 0):
        return 1.0
    return min(max(math.sqrt(8 * size / curvature), 0.01), 100.0)
