"""Questions about the surroundings of the parameters, and their answers.

A question is picklable and names the slot that it waits in, where a newer one replaces it. Its answers are
generated: each is the best so far, None is a breathing point, and the last is complete.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from playground.landscape.boundary import Boundary, boundary_in_pieces
from playground.landscape.context import Context
from playground.landscape.directions import PlaneChoice, path_plane, random_plane, widened, window_for
from playground.landscape.plane import Plane, PlaneError, Window
from playground.landscape.surface import Surface, refine

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class SurfaceAnswer:
    """A surface, and how far it can be trusted at the parameters that were asked about.

    plane_loss: J where the parameters project onto the plane; true_loss: J at the parameters; distance: how
    far they lie off the plane. problem: one sentence where there is no plane to draw; choice and surface
    are then None and the numbers of the plane NaN.
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

    @property
    def complete(self) -> bool:
        return self.surface is None or self.surface.complete


@dataclass(frozen=True, eq=False)
class SurfaceQuestion:
    """The surface of a plane of this kind around a run: "rehearsal", "path" or "random".

    path (n, P) is thinned by the asker to a few hundred rows. window None is the default view. previous: the
    plane to align a new one with. fixed: a plane (or the whole choice) to be taken as it is.
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

    def answers(self, context: Context) -> Iterator[SurfaceAnswer | None]:
        network = context.network(self.l1, self.l2)
        with np.errstate(all="ignore"):
            true_loss = network.loss(self.parameters, context.X, context.y)
        path = self.path
        try:
            if isinstance(self.fixed, PlaneChoice):
                choice: PlaneChoice | None = self.fixed
                plane = self.fixed.plane
            elif self.fixed is not None:
                choice, plane = None, self.fixed
            else:
                if self.kind == "rehearsal":
                    rehearsed = None
                    for rehearsed in context.rehearsal():
                        if rehearsed is None:
                            yield None
                    assert rehearsed is not None
                    path, choice = rehearsed
                elif self.kind == "path":
                    choice = path_plane(self.path, self.previous)
                elif self.kind == "random":
                    choice = random_plane(network, self.parameters, self.seed, self.normalization)
                else:
                    raise ValueError(f"no such kind of plane: {self.kind!r}")
                plane = choice.plane
        except PlaneError as error:
            nan = float("nan")
            yield SurfaceAnswer(self.run, self.step, None, self.window, None, nan, true_loss, nan, str(error))
            return
        reach = choice.reach if choice else 0.0
        window = self.window
        if window is None:
            visited = np.vstack([self.path, self.parameters])
            window = widened(window_for(plane, path, reach=reach), *plane.project(visited))
        with np.errstate(all="ignore"):
            plane_loss = network.loss(plane.at(*plane.project(self.parameters)), context.X, context.y)
        distance = plane.distance(self.parameters)
        for surface in refine(network, plane, window, self.resolution, context.X, context.y):
            if surface is None:
                yield None
            else:
                yield SurfaceAnswer(
                    self.run, self.step, choice, window, surface, plane_loss, true_loss, distance
                )


@dataclass(frozen=True, eq=False)
class BoundaryAnswer:
    """The boundary that the network draws at the parameters of this step."""

    run: int
    step: int
    boundary: Boundary


@dataclass(frozen=True, eq=False)
class BoundaryQuestion:
    """What the network answers over its input plane; window in raw inputs, None: around the samples."""

    slot: ClassVar[str] = "boundary"

    run: int
    step: int
    parameters: Floats
    resolution: int = 101
    window: tuple[float, ...] | None = None

    def answers(self, context: Context) -> Iterator[BoundaryAnswer | None]:
        network = context.network(context.experiment.training.l1, context.experiment.training.l2)
        for result in boundary_in_pieces(
            network, self.parameters, context.samples, self.window, self.resolution
        ):
            yield None if result is None else BoundaryAnswer(self.run, self.step, result)


Question = SurfaceQuestion | BoundaryQuestion
Answer = SurfaceAnswer | BoundaryAnswer
