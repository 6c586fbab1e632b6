"""The question how exact a plane is at the parameters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from playground.arrays import Floats
from playground.landscape.plane import Plane
from playground.landscape.questions.context import Context
from playground.landscape.questions.question import RunAnswer, RunQuestion


@dataclass(frozen=True, eq=False)
class PointAnswer(RunAnswer):
    """Parameters and a plane: where they project to, J there and at the parameters, and their distance.

    number: that of the question.
    """

    plane: Plane
    a: float
    b: float
    plane_loss: float
    true_loss: float
    distance: float
    number: int = 0


@dataclass(frozen=True, eq=False)
class PointQuestion(RunQuestion):
    """A question for J at the projection of the parameters (P,) onto a plane, exact between cells too.

    number: chosen by the sender, to recognise the answer.
    """

    slot = "point"

    parameters: Floats
    plane: Plane
    l1: float = 0.0
    l2: float = 0.0
    number: int = 0

    def answers(self, context: Context) -> Iterator[PointAnswer | None]:
        problem = context.problem.with_penalties(self.l1, self.l2)
        a, b = self.plane.project(self.parameters)
        points = np.stack([self.parameters, self.plane.at(a, b)])
        with np.errstate(all="ignore"):
            true_loss, plane_loss = (problem.loss(theta) for theta in points)
        distance = self.plane.distance(self.parameters)
        losses = plane_loss, true_loss
        yield PointAnswer(self.run, self.step, self.plane, a, b, *losses, distance, self.number)


@dataclass(frozen=True, eq=False)
class HoverQuestion(PointQuestion):
    """The same for a place that the pointer is over."""

    slot = "hover"
