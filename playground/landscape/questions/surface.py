"""The question for a surface: which plane, which part of it, how fine."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from playground.arrays import Floats
from playground.drawable import drawable_range
from playground.engine.network import Network
from playground.landscape import directions
from playground.landscape.curvature import ExtremeEigenvalues, search
from playground.landscape.directions import PlaneChoice, default_window, widened
from playground.landscape.pieces import Pieces
from playground.landscape.plane import Plane, PlaneError, Window
from playground.landscape.questions.context import Context
from playground.landscape.surface import Surface, refine
from playground.numerals import number_text

KINDS = ("rehearsal", "path", "random", "parameters", "gradient", "eigen", "three_points")


@dataclass(frozen=True, eq=False)
class SurfaceAnswer:
    """A surface, and how far it can be trusted at the parameters that were asked about.

    plane_loss: J where the parameters project onto the plane; true_loss: J at the parameters; distance: how
    far they lie off the plane. problem: one sentence where there is no plane to draw; choice and surface
    are then None and the numbers of the plane NaN. number: that of the question.
    """

    run: int
    step: int
    choice: PlaneChoice | None
    window: Window | None
    surface: Surface | None
    plane_loss: float
    true_loss: float
    distance: float
    problem: str = ""
    number: int = 0

    @property
    def complete(self) -> bool:
        return self.surface is None or self.surface.complete


@dataclass(frozen=True, eq=False)
class SurfaceQuestion:
    """The surface of a plane around a run; kind is one of KINDS.

    path (n, P) is thinned by the asker to a few hundred rows, of path_points that were recorded (0: it is
    whole). window None is the default view. seed and normalization are of random directions, pair of
    "parameters", third (P,) of "three_points". previous: the plane of a path to align a new one with. fixed:
    a plane (or a whole choice) to be taken as it is. number: the asker's own, for it to know the answers by.
    """

    slot: ClassVar[str] = "surface"

    run: int
    step: int
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

    def answers(self, context: Context) -> Iterator[SurfaceAnswer | None]:
        """Coarse to fine; a single answer with a problem where there is no plane."""
        X, y = context.X, context.y
        network = context.network(self.l1, self.l2)
        true_loss = network.loss(self.parameters, X, y)
        window = self.window
        try:
            if isinstance(self.fixed, Plane):
                choice: PlaneChoice | None = None
                plane = self.fixed
                window = window or directions.window_for(plane, self.path)
            else:
                choice, shown = yield from self._choose(context, network)
                plane = choice.plane
                if window is None:
                    # What is shown of these two is a neighbourhood: the path leads to it from afar.
                    near = choice.kind in ("gradient", "eigen")
                    visited = np.vstack([self.parameters if near else self.path, self.parameters])
                    window = widened(default_window(choice, shown), *plane.project(visited))
        except PlaneError as error:
            nan = math.nan
            yield SurfaceAnswer(
                self.run, self.step, None, window, None, nan, true_loss, nan, str(error), self.number
            )
            return
        # A path to the largest of numbers would take the surface where nothing can be drawn.
        across, up = drawable_range(window.a_min, window.a_max), drawable_range(window.b_min, window.b_max)
        window = Window(*across, *up)
        plane_loss = network.loss(plane.at(*plane.project(self.parameters)), X, y)
        distance = plane.distance(self.parameters)
        for surface in refine(network, plane, window, self.resolution, X, y):
            if surface is None:
                yield None
            else:
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
                )

    def _choose(self, context: Context, network: Network) -> Pieces[tuple[PlaneChoice, Floats]]:
        """Return the plane, and the points (n, P) that its default view holds."""
        theta = self.parameters
        if isinstance(self.fixed, PlaneChoice):
            return self.fixed, self.path
        match self.kind:
            case "rehearsal":
                path, choice = yield from context.rehearsal()
                return choice, path
            case "path":
                choice = directions.path_plane(self.path, self.previous)
                if len(self.path) < self.path_points:
                    count = number_text(self.path_points, 9)
                    fitted = f"Fitted to {len(self.path)} of the path's {count} recorded points."
                    choice = replace(choice, note=f"{fitted} {choice.note}".rstrip())
                return choice, self.path
            case "random":
                return directions.random_plane(network, theta, self.seed, self.normalization), self.path
            case "parameters":
                return directions.parameter_plane(network, theta, *self.pair), self.path
            case "three_points":
                if self.third is None:
                    raise PlaneError("Keep a third set of parameters first, or choose the plane of the path.")
                if np.array_equal(self.third, theta):
                    raise PlaneError(
                        "The weights that are kept are those of now; take a few steps from here."
                    )
                points = np.stack([self.path[0], theta, self.third])
                choice = directions.through_three_points(*points)
                sentence = choice.sentence.replace(
                    "three sets of parameters", "the first weights, those of now, and those that were kept"
                )
                choice = replace(choice, sentence=sentence, b_label="towards the kept")
                return replace(choice, a_label="from start to the weights"), points
            case "gradient" | "eigen":
                return (yield from self._curved(context, network)), self.path
        raise ValueError(f"kind must be one of {', '.join(KINDS)}, not {self.kind!r}.")

    def _curved(self, context: Context, network: Network) -> Pieces[PlaneChoice]:
        theta = self.parameters
        loss, gradient = network.loss_and_gradient(theta, context.X, context.y)
        hessian = network.hessian_operator(theta, context.X, context.y)
        ends = yield from search(hessian, theta.size)
        if not ends.converged and not math.isfinite(ends.largest):
            raise PlaneError("The curvature is not finite here; choose random directions.")
        reach = _reach(loss, ends)
        if self.kind == "gradient":
            return directions.gradient_plane(theta, gradient, ends.largest_vector, reach)
        return directions.eigen_plane(theta, ends.largest_vector, ends.smallest_vector, reach)


def _reach(loss: float, ends: ExtremeEigenvalues) -> float:
    """As far as ½·λ·r², the rise along the most curved direction, comes to about four times J."""
    curvature = max(abs(ends.largest), abs(ends.smallest))
    if not (curvature > 0 and loss > 0):
        return 1.0
    return min(max(math.sqrt(8 * loss / curvature), 0.01), 100.0)
