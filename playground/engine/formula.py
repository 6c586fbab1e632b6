"""The problem of a formula: J(θ) is what the user wrote, θ the values of its variables."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from playground.arrays import Array
from playground.engine.expression import Expression
from playground.engine.expression_tape import TOGETHER, Tape
from playground.engine.lengths import LARGEST_SQUARE, LEAST_SQUARE, length
from playground.engine.problem import NOTHING_FROZEN, Slot
from playground.engine.stepping.batches import BatchState
from playground.experiment_checks import ExperimentError
from playground.experiment_formula import FormulaSettings
from playground.expression_parser import ExpressionError

BLOCK_STEPS = 128
FEW_VARIABLES = 4
RANDOM_STARTS, NOISE = 5, 6
"""Streams of random numbers beside those of the data, the weights and the batches (1 to 4)."""
START_DIGITS = 4
"""Of a number as large as the width by which it is rounded."""
NEVER_MEASURED = 1 << 20
"""The longest stride where nothing is measured but what the steps give anyway."""


class Formula:
    """A formula of variables; an engine.problem.Problem, immutable.

    Each step sees the gradient of J, and where settings.noise is given normal noise of that standard
    deviation is added to each of its entries, as mini-batches add it. J itself has no noise. Penalties act on
    all variables.

    Raises ExperimentError, with the place in the text where there is one, where J or its gradient is not
    finite at the start.
    """

    n_samples = 1
    has_test = has_accuracy = False
    may_be_negative = True
    frozen = NOTHING_FROZEN

    def __init__(self, settings: FormulaSettings, l1: float = 0.0, l2: float = 0.0):
        self.settings, self.l1, self.l2 = settings, l1, l2
        self.tape = Tape(settings.expression, settings.names, settings.constants_by_name)
        self.minima = np.array(settings.minima, dtype=np.float64).reshape(-1, settings.n_variables)
        value, gradient = self.tape.value_and_gradient(list(settings.first))
        if not np.isfinite([value, *gradient]).all():
            raise _not_finite(settings, value)

    @property
    def n_parameters(self) -> int:
        return self.tape.n_variables

    @property
    def numbers_per_sample(self) -> int:
        return max(1, self.tape.n_operations)

    @property
    def weight_blocks(self) -> tuple[Array, ...]:
        """One neuron of all variables: a random direction is as long as θ."""
        return (np.arange(self.n_parameters).reshape(1, -1),)

    @property
    def kinks(self) -> str:
        return next((kind for kind in ("relu", "max", "min") if kind in self.tape.kinds), "")

    def parameter_name(self, index: int) -> str:
        return self.settings.names[index]

    def is_surely_finite(self, largest: float) -> bool:
        return False

    def with_penalties(self, l1: float, l2: float) -> Formula:
        if (l1, l2) == (self.l1, self.l2):
            return self
        return Formula(self.settings, l1, l2)

    def start(self, seed: int | None = None) -> Array:
        """Return θ at step 0: that of the file, or a point of the window that this seed draws."""
        if seed is None:
            return np.array(self.settings.first)
        return start_of_seed(self.settings, seed)

    # J --------------------------------------------------------------------------------------------------

    def penalty(self, theta: Array) -> float:
        return float(self.l1 * np.abs(theta).sum() + 0.5 * self.l2 * theta @ theta)

    def loss(self, theta: Array) -> float:
        return self.tape.value_and_gradient(theta.tolist())[0] + self.penalty(theta)

    def loss_and_gradient(self, theta: Array) -> tuple[float, Array]:
        value, gradient = self.tape.value_and_gradient(theta.tolist())
        return value + self.penalty(theta), np.array(gradient) + self.l1 * np.sign(theta) + self.l2 * theta

    def hessian_vector_product(self, theta: Array, v: Array) -> Array:
        """Return H·v (P,); l1 adds nothing where no variable is 0."""
        product = self.tape.hessian_product(theta.tolist(), v.tolist())
        return np.array(product) + self.l2 * v

    def hessian_operator(self, theta: Array) -> HessianMatrix:
        size = self.n_parameters
        if size <= FEW_VARIABLES:
            # Python's numbers take one direction at a time, and are faster than short arrays.
            H = np.array([self.tape.hessian_product(theta.tolist(), v) for v in np.eye(size).tolist()])
        else:
            rows = self.tape.hessian_product(theta.tolist(), list(np.eye(size)))
            H = np.stack([np.broadcast_to(row, size) for row in rows])
        return HessianMatrix(0.5 * (H + H.T) + self.l2 * np.eye(size))

    def losses(self, thetas: Array) -> Array:
        if not self.l1 and not self.l2:
            return self.tape.values(thetas)
        with np.errstate(all="ignore"):
            penalties = self.l1 * np.abs(thetas).sum(axis=1) + 0.5 * self.l2 * np.square(thetas).sum(axis=1)
            losses: Array = self.tape.values(thetas) + penalties
        return losses

    def losses_of_many(self) -> ManyLosses:
        return ManyLosses(self)

    def distance_to_minimum(self, thetas: Array) -> Array:
        """Return the distances (K,) of thetas (K, P) to the nearest known minimum, NaN without one."""
        return distances_to(self.minima, thetas)

    # Steps ----------------------------------------------------------------------------------------------

    def working_parameters(self) -> Variables:
        return Variables(self.n_parameters)

    def batches(
        self, working: Any, rng: np.random.Generator, batch_size: int | None, fault: str | None = None
    ) -> Steps:
        """Return the steps of a run; rng and batch_size are of samples, of which there are none."""
        return Steps(self, working)

    def fleet_gradient(self, thetas: Array, gradients: Array, fault: str | None = None) -> FleetOfFormula:
        return FleetOfFormula(self.tape, thetas, gradients)

    def point_losses(self, working: Any, *sets: str) -> AtPoint:
        return AtPoint(self.tape, working)

    def step_cost(self, batch_size: int) -> float:
        return 4.0 + 1.5 * self.tape.n_operations

    def longest_stride(self, batch_size: int, *sets: str) -> int:
        return 16 if sets else NEVER_MEASURED


class HessianMatrix:
    """The second derivatives at one point; an engine.problem.Curvature. There are at most 12 × 12."""

    def __init__(self, H: Array):
        self._H, self.size, self.together = H, len(H), len(H)

    def __call__(self, v: Array) -> Array:
        return v @ self._H

    def dense(self) -> Array:
        return self._H.copy()


class ManyLosses:
    """J of many points; an engine.problem.LossesOfMany."""

    together = TOGETHER

    def __init__(self, formula: Formula):
        self._formula = formula

    def __call__(self, thetas: Array) -> Array:
        return self._formula.losses(thetas)


class Variables:
    """θ and the gradient of a run, in the order of the variables; an engine.problem.Working."""

    def __init__(self, size: int):
        self.theta, self.gradient, self.penalized = np.zeros(size), np.zeros(size), np.ones(size)
        self.frozen = NOTHING_FROZEN

    def working(self, vector: Array) -> Array:
        return np.array(vector)

    def public(self, vector: Array) -> Array:
        return np.array(vector)


class Steps:
    """The steps of one run; an engine.problem.BatchSource.

    The batch of a step is its number in the block and the noise of its gradient, None without. The noise of
    step k is the k-th of the stream of the formula's seed, whatever the blocks are.
    """

    full, batch_size = True, 1

    def __init__(self, formula: Formula, working: Any):
        settings = formula.settings
        self._tape, self._working = formula.tape, working
        self._noise = settings.noise
        self._rng = np.random.default_rng([settings.seed, NOISE])
        self._made = self.position = 0
        self._losses = [0.0] * BLOCK_STEPS
        self._filled = False
        self.slots: list[Slot] = [(self._take_gradient, (k, None)) for k in range(BLOCK_STEPS)]

    @property
    def epoch(self) -> int:
        return self._made + self.position

    def open_block(self) -> None:
        if self.position == BLOCK_STEPS:
            self._made, self.position = self.epoch, 0
            self._filled = False
        if not self._filled:
            self._fill()

    def set_batch_size(self, batch_size: int | None) -> None:
        """There are no samples to take fewer of."""

    def state(self, position: int | None = None) -> BatchState:
        random = self._random if self._filled else self._rng.bit_generator.state
        return BatchState(None, self._made, self.position if position is None else position, random)

    def load_state(self, state: BatchState) -> None:
        if state.position > BLOCK_STEPS:
            raise ValueError(f"a block of {BLOCK_STEPS} steps has no position {state.position}.")
        self._rng.bit_generator.state = state.random
        self._made, self.position = state.epochs, state.position
        self._fill()

    def losses(self, start: int, stop: int) -> Array:
        return np.array(self._losses[start:stop])

    def shares_right(self, start: int, stop: int) -> Array:
        raise ValueError("a formula classifies nothing.")

    def _fill(self) -> None:
        self._filled = True
        self._random: Mapping[str, Any] = self._rng.bit_generator.state
        if self._noise:
            noise = self._noise * self._rng.standard_normal((BLOCK_STEPS, len(self._working.theta)))
            self.slots = [(self._take_noisy_gradient, (k, row)) for k, row in enumerate(noise)]

    def _take_gradient(self, batch: tuple[int, None]) -> None:
        # One call fills the gradient from a list of numbers.
        self._losses[batch[0]], self._working.gradient[:] = self._tape.value_and_gradient(
            self._working.theta.tolist()
        )

    def _take_noisy_gradient(self, batch: tuple[int, Array]) -> None:
        place, noise = batch
        gradient = self._working.gradient
        self._losses[place], gradient[:] = self._tape.value_and_gradient(self._working.theta.tolist())
        gradient += noise


class FleetOfFormula:
    """The gradients of many runs at once; an engine.problem.FleetGradient. All see the same noise."""

    def __init__(self, tape: Tape, thetas: Array, gradients: Array):
        self._tape, self._thetas, self._gradients = tape, thetas, gradients

    def take(self, batch: tuple[int, Array | None]) -> None:
        self._values, self._gradients[:] = self._tape.values_and_gradients(self._thetas)
        if batch[1] is not None:
            self._gradients += batch[1]

    def batch_losses(self, batch: object) -> Array:
        return np.array(self._values)

    def losses(self) -> Array:
        return self._tape.values(self._thetas)


class AtPoint:
    """J at working.theta; an engine.problem.PointLosses."""

    def __init__(self, tape: Tape, working: Any):
        self._tape, self._working = tape, working

    def losses(self) -> list[float]:
        return [self._tape.value_and_gradient(self._working.theta.tolist())[0]]

    def shares_right(self) -> list[float]:
        raise ValueError("a formula classifies nothing.")


def distances_to(minima: Array, thetas: Array) -> Array:
    """Return the distances (K,) of thetas (K, P) to the nearest of minima (m, P), NaN where m is 0."""
    if not len(minima):
        return np.full(len(thetas), np.nan)
    nearest = np.full(len(thetas), np.inf)
    with np.errstate(all="ignore"):
        # One minimum after the other: all differences at once would not fit a processor's cache.
        for minimum in minima:
            between = thetas - minimum
            np.minimum(nearest, np.einsum("ij,ij->i", between, between), out=nearest)
        distances: Array = np.sqrt(nearest)
        odd = np.flatnonzero(~((nearest > LEAST_SQUARE) & (nearest < LARGEST_SQUARE)))
        if odd.size:
            between = [length(thetas[odd] - minimum) for minimum in minima]
            distances[odd] = np.min(between, axis=0)
    return distances


def start_of_seed(settings: FormulaSettings, seed: int) -> Array:
    """Return a point θ (P,) of the window, each as probable as any other, in numbers that can be read.

    Each is rounded to a thousandth of the width of its window, or finer.
    """
    low, high = np.array(settings.limits).T
    drawn = np.random.default_rng([seed, RANDOM_STARTS]).uniform(low, high)
    start: Array = np.clip(rounded_by(high - low, drawn), low, high)
    return start


def rounded_by(widths: Array, theta: Array) -> Array:
    """Return θ (P,) in numbers that can be read: each rounded to a thousandth of a width (P,), or finer."""
    places = [START_DIGITS - 1 - math.floor(math.log10(width)) for width in widths.tolist()]
    return np.array([round(value, digits) for value, digits in zip(theta.tolist(), places, strict=True)])


def with_start_of_seed(settings: FormulaSettings, seed: int) -> FormulaSettings:
    """Return the formula with another seed and the start that it draws."""
    return replace(settings, seed=seed, start=tuple(start_of_seed(settings, seed).tolist()))


def _not_finite(settings: FormulaSettings, value: float) -> ExperimentError:
    """Return why J has no value, this being it, or no gradient at the start."""
    values = dict(zip(settings.names, settings.first, strict=True))
    where = ", ".join(f"{name} = {value:g}" for name, value in values.items())
    try:
        expression = Expression(settings.expression)
        known = {**settings.constants_by_name, **values}
        expression.evaluate(**{name: known[name] for name in expression.variables})
    except ExpressionError as error:
        refused = ExperimentError("formula.start", f"is not possible, at {where}: {error}")
        refused.position = error.position
        return refused
    what = "J has no finite gradient" if np.isfinite(value) else "J is not finite"
    return ExperimentError("formula.start", f"is not possible: {what} at {where}.")
