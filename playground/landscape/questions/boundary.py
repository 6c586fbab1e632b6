"""The question for the decision boundary of the network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from playground.arrays import Floats
from playground.engine.input_slice import USUAL, SliceChoice
from playground.landscape.boundary import Boundary, boundary_in_pieces
from playground.landscape.questions.context import Context
from playground.landscape.questions.question import RunAnswer, RunQuestion


@dataclass(frozen=True, eq=False)
class BoundaryAnswer(RunAnswer):
    """The decision boundary at the parameters of this step."""

    boundary: Boundary


@dataclass(frozen=True, eq=False)
class BoundaryQuestion(RunQuestion):
    """A question for the predictions over the input plane. window in raw inputs; None: around the samples.

    choice: the slice through more than two inputs.
    """

    slot = "boundary"

    parameters: Floats
    resolution: int = 101
    window: tuple[float, ...] | None = None
    choice: SliceChoice = USUAL

    def answers(self, context: Context) -> Iterator[BoundaryAnswer | None]:
        on_data = context.network_on_data
        result = yield from boundary_in_pieces(
            on_data.network, self.parameters, on_data.samples, self.window, self.resolution, self.choice
        )
        yield BoundaryAnswer(self.run, self.step, result)


@dataclass(frozen=True, eq=False)
class BoundaryThereQuestion(BoundaryQuestion):
    """A question for the decision boundary at the parameters that the pointer is over."""

    slot = "boundary_there"
