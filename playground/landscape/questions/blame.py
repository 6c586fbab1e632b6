"""The questions for the part of each training point: in J, and in the gradient."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from playground.arrays import Floats
from playground.engine.network import Network
from playground.landscape.questions.context import Context
from playground.landscape.questions.question import RunAnswer, RunQuestion
from playground.landscape.side import is_within_rounding

POINTS_AT_ONCE = 512


def point_losses(network: Network, theta: Floats, X: Floats, y: Floats) -> Floats:
    """Return the loss of each point (n,), without penalties: their mean is J without penalties."""
    with np.errstate(all="ignore"):
        z = network.forward(theta, X).z[-1]
        result: Floats = network.loss_function.value(z.T, y.T)
        return result


@dataclass(frozen=True, eq=False)
class BlameAnswer(RunAnswer):
    """The losses (n,) of the training points at these parameters, and the penalty in J."""

    parameters: Floats
    losses: Floats
    penalty: float


@dataclass(frozen=True, eq=False)
class BlameQuestion(RunQuestion):
    """A question for the part of each training point in J at these parameters."""

    slot = "blame"

    parameters: Floats
    l1: float = 0.0
    l2: float = 0.0

    def answers(self, context: Context) -> Iterator[BlameAnswer | None]:
        on_data = context.network_on_data.with_penalties(self.l1, self.l2)
        network, X, y = on_data.network, on_data.X, on_data.y
        parts = []
        for start in range(0, len(X), POINTS_AT_ONCE):
            part = slice(start, start + POINTS_AT_ONCE)
            parts.append(point_losses(network, self.parameters, X[part], y[part]))
            yield None
        penalty = network.penalty(self.parameters)
        yield BlameAnswer(self.run, self.step, self.parameters, np.concatenate(parts), penalty)


@dataclass(frozen=True, eq=False)
class PointGradientAnswer(RunAnswer):
    """The gradient (P,) of one point's loss, and their mean (P,) over all training points, which is ∂J/∂θ.

    Both hold the gradient of the penalty: it is the same for every point. visible: whether the step −α·mean
    changes J by more than rounding.
    """

    index: int
    parameters: Floats
    gradient: Floats
    mean: Floats
    learning_rate: float
    visible: bool = True


@dataclass(frozen=True, eq=False)
class PointGradientQuestion(RunQuestion):
    """A question for the gradient of this training point alone and of all together at these parameters."""

    slot = "point_gradient"

    index: int
    parameters: Floats
    learning_rate: float
    l1: float = 0.0
    l2: float = 0.0

    def answers(self, context: Context) -> Iterator[PointGradientAnswer | None]:
        on_data = context.network_on_data.with_penalties(self.l1, self.l2)
        network, X, y = on_data.network, on_data.X, on_data.y
        one = slice(self.index, self.index + 1)
        _, gradient = network.loss_and_gradient(self.parameters, X[one], y[one])
        yield None
        standing, mean = network.loss_and_gradient(self.parameters, X, y)
        with np.errstate(all="ignore"):
            update = -self.learning_rate * mean
            landing = network.loss(self.parameters + update, X, y)
            visible = not is_within_rounding(standing, landing, float(mean @ update))
        yield PointGradientAnswer(
            self.run, self.step, self.index, self.parameters, gradient, mean, self.learning_rate, visible
        )
