"""Questions about the surroundings of the parameters, and their answers.

A question is picklable and names the slot that it waits in, where a newer one replaces it. Its answers are
generated: each is the best so far, None is a breathing point, and the last is complete.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from playground.arrays import Floats
from playground.landscape.boundary import Boundary, boundary_in_pieces
from playground.landscape.questions.context import Context


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
        on_data = context.network_on_data
        result = yield from boundary_in_pieces(
            on_data.network, self.parameters, on_data.samples, self.window, self.resolution
        )
        yield BoundaryAnswer(self.run, self.step, result)


@dataclass(frozen=True, eq=False)
class BoundaryThereQuestion(BoundaryQuestion):
    """The boundary that the network would draw at parameters that somebody points at."""

    slot: ClassVar[str] = "boundary_there"
