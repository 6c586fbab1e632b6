"""The lowest point of a loss that is a bowl, like that of a network without hidden layers."""

from __future__ import annotations

import numpy as np

from playground.arrays import Floats
from playground.engine.lengths import length
from playground.engine.problem import Problem

MOST_STEPS, MOST_HALVINGS = 50, 30
FLAT = 1e-6
"""The length of a gradient, beside that at the start, that counts as none."""


def lowest_point(problem: Problem, theta: Floats) -> Floats | None:
    """Return where J is lowest, found by Newton's method from theta (P,); None where it comes to no end.

    Each step is halved until J falls (Boyd and Vandenberghe, Convex Optimization, 9.5). For a few parameters:
    the Hessian is solved as a whole. The answer is the lowest point where J is convex.
    """
    theta = np.array(theta, dtype=np.float64)
    with np.errstate(all="ignore"):
        loss, gradient = problem.loss_and_gradient(theta)
        first = length(gradient)
        for _ in range(MOST_STEPS):
            if not (np.isfinite(loss) and np.isfinite(gradient).all()):
                return None
            if length(gradient) <= FLAT * first:
                return theta
            try:
                step = np.linalg.solve(problem.hessian_operator(theta).dense(), gradient)
            except np.linalg.LinAlgError:
                return None
            for halving in range(MOST_HALVINGS):
                tried = theta - 0.5**halving * step
                if problem.loss(tried) < loss:
                    break
            else:
                return None
            theta = tried
            loss, gradient = problem.loss_and_gradient(theta)
    return None
