"""The learning rates and momenta at which an optimiser is stable on a quadratic J, as theory has them.

Along an eigenvector of the Hessian with eigenvalue λ the steps are a recurrence of second order. Its roots
lie inside the unit circle where

    heavy ball          0 < αλ < 2 + 2β, as an average of the gradients (2 + 2β)/(1 − β)
    Nesterov, as torch  0 < αλ < (2 + 2β)/(1 + 2β)

(Goh, "Why Momentum Really Works", 2017; for Nesterov the roots are those of
z² − (1 + β)(1 − αλ)z + β(1 − αλ)). The largest eigenvalue decides where all are positive; along a negative
one every α climbs out. Only of a quadratic is this known for the whole run: of all other J nothing is told.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.arrays import Floats
from playground.engine.formula import Formula
from playground.engine.optimizers import OPTIMIZERS
from playground.engine.polynomial_degree import degree_of
from playground.engine.problem import Problem
from playground.engine.problem_of_experiment import formula_of
from playground.experiment import TrainingSettings
from playground.landscape.stability import stability_limit

FLAT = 1e-12
"""An eigenvalue counts as 0 below this share of the largest."""
NOT_QUADRATIC = "No limit of theory is drawn: J is no quadratic, so its curvature changes with θ."
SCHEDULED = "No limit of theory is drawn: the schedule changes α from step to step."
DIVIDES = "No limit of theory is drawn: what this optimiser divides by changes from step to step."
CURVES_DOWN = "No limit of theory: J curves down along a direction, along which every α > 0 climbs out."
NO_MINIMUM = "No limit of theory: along a direction J falls in a straight line, without end."
FLAT_EVERYWHERE = "No limit of theory: J curves up along no direction."


@dataclass(frozen=True)
class StabilityRegion:
    """The region 0 < α < limit(β) of an optimiser on a quadratic of this largest curvature."""

    optimizer: str
    sharpness: float
    average: bool = False
    """Whether momentum is an exponential average of the gradients."""

    @property
    def formula(self) -> str:
        """The limit in symbols."""
        return OPTIMIZERS[self.optimizer].limit_in_symbols({"average": self.average})

    def limit(self, momentum: float) -> float:
        """Return the α at which the runs of this momentum stop to converge."""
        hyperparameters = {"momentum": momentum, "average": self.average}
        limit = stability_limit(self.optimizer, hyperparameters, self.sharpness)
        assert limit is not None
        return limit


def optimizer_with_momentum(name: str) -> str | None:
    """Return the optimiser of a map of momenta: this one, heavy ball for gradient descent, else None."""
    if name == "gradient_descent":
        # Its steps are those of heavy ball with β = 0.
        return "momentum"
    return name if OPTIMIZERS[name].momentum is not None else None


def constant_hessian(problem: Problem) -> Floats | None:
    """Return the Hessian (P, P) of J where it is the same at every θ as J is written, else None."""
    formula = formula_of(problem)
    if formula is None or formula.l1 or _degree(formula) > 2:
        return None
    return formula.hessian_operator(formula.start()).dense()


def region_of(
    problem: Problem, settings: TrainingSettings, optimizer: str
) -> tuple[StabilityRegion | None, str]:
    """Return the region of an optimiser, or None and a sentence why none is known."""
    H = constant_hessian(problem)
    if H is None or not np.isfinite(H).all():
        return None, NOT_QUADRATIC
    if OPTIMIZERS[optimizer].divisor is not None:
        return None, DIVIDES
    if settings.schedule != "constant":
        return None, SCHEDULED
    curvatures, directions = np.linalg.eigh(H)
    largest = float(curvatures[-1])
    if curvatures[0] < -FLAT * abs(largest):
        return None, CURVES_DOWN
    if largest <= 0.0:
        return None, FLAT_EVERYWHERE
    gradient = problem.loss_and_gradient(problem.start())[1]
    along = directions.T[curvatures <= FLAT * largest] @ gradient
    if np.abs(along).max(initial=0.0) > FLAT * np.abs(gradient).max():
        return None, NO_MINIMUM
    average = optimizer == "momentum" and settings.momentum_form == "average"
    return StabilityRegion(optimizer, largest, average), ""


def _degree(formula: Formula) -> float:
    settings = formula.settings
    return degree_of(settings.expression, settings.names, settings.constants_by_name)
