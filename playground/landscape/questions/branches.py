"""The question for the decision boundaries of several networks, as small multiples."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playground.engine.input_slice import USUAL, SliceChoice
from playground.landscape.boundary import Boundary, boundary_in_pieces
from playground.landscape.questions.context import Context
from playground.landscape.questions.question import RunAnswer, RunQuestion


@dataclass(frozen=True, eq=False)
class BranchBoundariesAnswer(RunAnswer):
    """The boundary of each branch at this step; None where its parameters are not finite."""

    boundaries: tuple[Boundary | None, ...]


@dataclass(frozen=True, eq=False)
class BranchBoundariesQuestion(RunQuestion):
    """A question for the predictions over the input plane at each of these parameters (K, P).

    choice: the slice through more than two inputs.
    """

    slot = "branch_boundaries"

    parameters: NDArray[np.float64]
    resolution: int = 41
    choice: SliceChoice = USUAL

    def answers(self, context: Context) -> Iterator[BranchBoundariesAnswer | None]:
        on_data = context.network_on_data
        boundaries: list[Boundary | None] = []
        for theta in self.parameters:
            found = None
            if np.isfinite(theta).all():
                found = yield from boundary_in_pieces(
                    on_data.network, theta, on_data.samples, None, self.resolution, self.choice
                )
            boundaries.append(found)
        yield BranchBoundariesAnswer(self.run, self.step, tuple(boundaries))
