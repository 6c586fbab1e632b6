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
from playground.landscape.curvature import ExtremeEigenvalues, search, shape_of
from playground.landscape.questions.context import Context
from playground.landscape.questions.surface import SurfaceAnswer, SurfaceQuestion
from playground.landscape.side import StepFromTheSide, step_in_pieces

__all__ = [
    "Answer",
    "BoundaryAnswer",
    "BoundaryQuestion",
    "BoundaryThereQuestion",
    "CurvatureAnswer",
    "CurvatureQuestion",
    "Question",
    "StepAnswer",
    "StepQuestion",
    "SurfaceAnswer",
    "SurfaceQuestion",
]

Floats = NDArray[np.float64]


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
        result = yield from boundary_in_pieces(
            context.base_network, self.parameters, context.samples, self.window, self.resolution
        )
        yield BoundaryAnswer(self.run, self.step, result)


@dataclass(frozen=True, eq=False)
class BoundaryThereQuestion(BoundaryQuestion):
    """The boundary that the network would draw at parameters that somebody points at."""

    slot: ClassVar[str] = "boundary_there"


@dataclass(frozen=True, eq=False)
class StepAnswer:
    """The step from these parameters, seen from the side."""

    run: int
    step: int
    side: StepFromTheSide


@dataclass(frozen=True, eq=False)
class StepQuestion:
    """The true J along a step: by update (P,) at this learning rate, or by −α·∂J/∂θ where it is None."""

    slot: ClassVar[str] = "step"

    run: int
    step: int
    parameters: Floats
    learning_rate: float
    l1: float = 0.0
    l2: float = 0.0
    update: Floats | None = None

    def answers(self, context: Context) -> Iterator[StepAnswer | None]:
        network = context.network(self.l1, self.l2)
        side = yield from step_in_pieces(
            network, self.parameters, context.X, context.y, self.learning_rate, self.update
        )
        yield StepAnswer(self.run, self.step, side)


@dataclass(frozen=True, eq=False)
class CurvatureAnswer:
    """The ends of the spectrum of the Hessian of J, and what they mean."""

    run: int
    step: int
    ends: ExtremeEigenvalues
    sentence: str
    note: str = ""


@dataclass(frozen=True, eq=False)
class CurvatureQuestion:
    """Sharpness λmax and the most negative curvature λmin of J at these parameters."""

    slot: ClassVar[str] = "curvature"

    run: int
    step: int
    parameters: Floats
    l1: float = 0.0
    l2: float = 0.0

    def answers(self, context: Context) -> Iterator[CurvatureAnswer | None]:
        network = context.network(self.l1, self.l2)
        hessian = network.hessian_operator(self.parameters, context.X, context.y)
        ends = yield from search(hessian, network.n_parameters)
        kinks = "relu" if network.activation == "relu" and len(network.layer_sizes) > 2 else ""
        note = f"Almost everywhere: the kinks of {kinks} have no curvature." if kinks else ""
        yield CurvatureAnswer(self.run, self.step, ends, shape_of(ends), note)


Question = SurfaceQuestion | BoundaryQuestion | StepQuestion | CurvatureQuestion
Answer = SurfaceAnswer | BoundaryAnswer | StepAnswer | CurvatureAnswer
