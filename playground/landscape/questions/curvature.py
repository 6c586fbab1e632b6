"""The question for the curvature at the parameters of a step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from playground.arrays import Floats
from playground.landscape.curvature import ExtremeEigenvalues, search_hessian, shape_of
from playground.landscape.questions.context import Context
from playground.landscape.questions.question import RunAnswer, RunQuestion
from playground.landscape.stability import kinks_sentence


@dataclass(frozen=True, eq=False)
class CurvatureAnswer(RunAnswer):
    """The ends of the spectrum of the Hessian of J, and what they mean."""

    ends: ExtremeEigenvalues
    sentence: str
    note: str = ""


@dataclass(frozen=True, eq=False)
class CurvatureQuestion(RunQuestion):
    """A question for sharpness λmax and the most negative curvature λmin of J at these parameters."""

    slot = "curvature"

    parameters: Floats
    l1: float = 0.0
    l2: float = 0.0

    def answers(self, context: Context) -> Iterator[CurvatureAnswer | None]:
        problem = context.problem.with_penalties(self.l1, self.l2)
        hessian = problem.hessian_operator(self.parameters)
        ends = yield from search_hessian(hessian, problem.frozen)
        note = kinks_sentence(problem)
        yield CurvatureAnswer(self.run, self.step, ends, shape_of(ends), note)


@dataclass(frozen=True, eq=False)
class PastCurvatureQuestion(CurvatureQuestion):
    """A question for the curvature at recorded parameters."""

    slot = "past_curvature"
