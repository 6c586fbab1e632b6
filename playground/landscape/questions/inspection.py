"""Questions about one pass through the network: its trace, and the check of its gradient."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from playground.arrays import Floats
from playground.engine.backprop.bugs import rules_of
from playground.engine.backprop.gradient_check import GradientCheck, gradient_check
from playground.engine.backprop.trace import Trace, trace_in_pieces
from playground.engine.datasets import Samples
from playground.landscape.questions.context import Context
from playground.landscape.questions.question import RunAnswer, RunQuestion


def points_of(samples: Samples, point: int | None) -> tuple[Floats, Floats]:
    """Return X, y of one point; None: of all training points.

    Points are counted through the training points and then the test points.
    """
    if point is None:
        return samples.X_train, samples.y_train
    n = len(samples.X_train)
    if point < n:
        return samples.X_train[point : point + 1], samples.y_train[point : point + 1]
    return samples.X_test[point - n : point - n + 1], samples.y_test[point - n : point - n + 1]


@dataclass(frozen=True, eq=False)
class InspectionAnswer(RunAnswer):
    """The trace of a point (None: the mean over all training points) at the parameters of this step."""

    point: int | None
    trace: Trace


@dataclass(frozen=True, eq=False)
class InspectionQuestion(RunQuestion):
    """A question for a pass through the network at these parameters (P,).

    Forward pass, loss, backward pass and update of one point, or of the mean.
    """

    slot = "inspection"

    parameters: Floats
    point: int | None
    learning_rate: float
    l1: float = 0.0
    l2: float = 0.0

    def answers(self, context: Context) -> Iterator[InspectionAnswer | None]:
        on_data = context.network_on_data.with_penalties(self.l1, self.l2)
        X, y = points_of(on_data.samples, self.point)
        rules = rules_of(context.experiment.training.fault)
        for found in trace_in_pieces(on_data.network, self.parameters, X, y, self.learning_rate, rules):
            yield None if found is None else InspectionAnswer(self.run, self.step, self.point, found)


@dataclass(frozen=True, eq=False)
class GradientCheckAnswer(RunAnswer):
    """The progress of the check of a point's gradient (None: that of J)."""

    point: int | None
    check: GradientCheck


@dataclass(frozen=True, eq=False)
class GradientCheckQuestion(RunQuestion):
    """A question for backward propagation against central differences, at these parameters (P,)."""

    slot = "gradient_check"

    parameters: Floats
    point: int | None
    l1: float = 0.0
    l2: float = 0.0

    def answers(self, context: Context) -> Iterator[GradientCheckAnswer | None]:
        on_data = context.network_on_data.with_penalties(self.l1, self.l2)
        X, y = points_of(on_data.samples, self.point)
        rules = rules_of(context.experiment.training.fault)
        for found in gradient_check(on_data.network, self.parameters, X, y, rules):
            yield None if found is None else GradientCheckAnswer(self.run, self.step, self.point, found)
