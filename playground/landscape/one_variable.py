"""A loss of one variable: its curve, and the next step on it with all that the lecture draws.

The tangent at the ball has the slope J′; the update rule w := w − α·J′ leads to where the step lands. The
parabola of second order, J + J′·Δ + ½·J″·Δ², is the model from which the limit 2/J″ comes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.arrays import Floats
from playground.engine.problem import Problem

POINTS, FEWEST_POINTS = 801, 121
"""Of a curve: fewer where J has many operations, so that it takes no longer than MOST_WORK of them."""
MOST_WORK = 400_000


@dataclass(frozen=True, eq=False)
class LossCurve:
    """J (n,) at values w (n,) of the variable; NaN where J is not finite."""

    w: Floats
    losses: Floats


@dataclass(frozen=True, eq=False)
class StepOnCurve:
    """The ball and its next step.

    w, loss, slope, bend  the variable now, J, J′ and J″ there
    rate, gradient        α of the step, and the gradient that it takes: J′, with the noise where there is any
    landing, landing_loss where the step leads, and J there
    """

    w: float
    loss: float
    slope: float
    bend: float
    rate: float
    gradient: float
    landing: float
    landing_loss: float

    @property
    def plain(self) -> bool:
        """Whether the step is −α·J′ to rounding: no momentum, no other scale, no noise."""
        step = -self.rate * self.slope
        return bool(abs(self.landing - self.w - step) <= 1e-9 * max(abs(step), abs(self.w), 1e-300))

    def tangent(self, w: Floats) -> Floats:
        """Return the tangent at the ball."""
        return self.loss + self.slope * (w - self.w)

    def parabola(self, w: Floats) -> Floats:
        """Return the model of second order around the ball; NaN where nothing but rounding is left of it.

        So far away from the ball its three terms cancel each other.
        """
        terms = self.loss, self.slope * (w - self.w), 0.5 * self.bend * np.square(w - self.w)
        model = terms[0] + terms[1] + terms[2]
        rounding = np.finfo(np.float64).eps * sum(np.abs(term) for term in terms)
        return np.where(rounding <= 1e-3 * np.ptp(model), model, np.nan)


def loss_curve(problem: Problem, low: float, high: float, points: int = POINTS) -> LossCurve:
    """Return the curve of J between two values of the only variable, of at most so many points."""
    affordable = max(MOST_WORK // problem.numbers_per_sample, FEWEST_POINTS)
    w = np.linspace(low, high, min(points, affordable))
    losses = problem.losses(w[:, np.newaxis])
    losses = np.where(np.isfinite(losses), losses, np.nan)
    return LossCurve(w, losses)


def step_on_curve(problem: Problem, w: float, gradient: float, landing: float, rate: float) -> StepOnCurve:
    """Return the step from w to its landing, which this gradient and α have made."""
    here = np.array([w])
    with np.errstate(all="ignore"):
        loss, slope = problem.loss_and_gradient(here)
        bend = problem.hessian_operator(here)(np.ones(1))
        there = problem.loss(np.array([landing]))
    return StepOnCurve(w, loss, float(slope[0]), float(bend[0]), rate, gradient, landing, there)
