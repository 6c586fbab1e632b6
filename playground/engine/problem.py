"""What is minimised: a function J(θ), with all that a run of it needs.

Trainer, fleet, fork, the helper's context and its questions use nothing else of what they train, whatever it
consists of. To train something else, write a Problem and name it in engine.problem_of_experiment. Code that
needs a network asks for one there.

Functions of the landscape that take network, X and y (evaluate, stability, look_ahead) have a form beside
them that takes a Problem, with the same name and the ending _on: evaluate_on, stability_on, look_ahead_on.

θ is one flat vector (P,) in the order that parameter_name follows. A run may hold it in another, the working
order, for speed: see Working.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from playground.arrays import Array

if TYPE_CHECKING:
    from playground.engine.stepping.batches import BatchState

Batch = Any
"""What one step sees. Only the problem that made it looks inside."""
Slot = tuple[Callable[[Any], None], Batch]
"""A step ready to be made: the function that takes its gradient, and the argument of that function.

The function reads working.theta, writes the gradient, penalties not included, into working.gradient, and
leaves in the batch what the batch loss is taken from.
"""


NOTHING_FROZEN: Array = np.empty(0, dtype=np.intp)
NOTHING_FROZEN.setflags(write=False)


class NamedParameters(Protocol):
    """The names of the entries of θ, and which of them belong together."""

    @property
    def n_parameters(self) -> int:
        """P, the length of θ."""

    @property
    def frozen(self) -> Array:
        """The indices of entries that no step changes: gradient and Hessian are 0 there."""

    @property
    def weight_blocks(self) -> tuple[Array, ...]:
        """For each layer an array of indices into θ, whose rows are the weights into one neuron each.

        Random directions are scaled row by row ("filter") or block by block ("layer"). Entries of θ in no
        block, as biases, are held by them.
        """

    def parameter_name(self, index: int) -> str:
        """Return the name of θ[index]."""


class Curvature(Protocol):
    """The Hessian H of J at one θ: called with v (P,) or (K, P) it returns H·v in the shape of v.

    together is the number of rows of v that cost least.
    """

    @property
    def size(self) -> int:
        """P, the number of rows and columns."""

    @property
    def together(self) -> int: ...

    def __call__(self, v: Array) -> Array: ...

    def dense(self) -> Array:
        """Return H itself (P, P)."""


class LossesOfMany(Protocol):
    """J of many θ: called with thetas (K, P) it returns (K,).

    together is the number of θ that one pass takes: a call costs least where K is a multiple of it.
    """

    @property
    def together(self) -> int: ...

    def __call__(self, thetas: Array) -> Array: ...


class Working(Protocol):
    """θ and the gradient, stored as the steps of one run need them.

    theta, gradient  (P,) in working order, written in place
    penalized        (P,) in working order: 1.0 where l1 and l2 act, 0.0 elsewhere
    frozen           the places in working order of entries that no step changes
    """

    theta: Array
    gradient: Array
    penalized: Array
    frozen: Array

    def working(self, vector: Array) -> Array:
        """Return a copy of vector (…, P), which is in public order, in working order."""

    def public(self, vector: Array) -> Array:
        """Return a copy of vector (…, P), which is in working order, in public order."""


class BatchSource(Protocol):
    """The batches of the steps of one run, one after the other.

    slots are the steps of the present block, position is how many of them were made. Without mini-batches it
    is always full, and each step is an epoch.
    """

    position: int

    @property
    def slots(self) -> Sequence[Slot]: ...

    @property
    def full(self) -> bool:
        """Whether every step sees all of J: its batch loss is then J."""

    @property
    def epoch(self) -> int:
        """Completed passes over the samples."""

    @property
    def batch_size(self) -> int:
        """The number of samples of a step."""

    def open_block(self) -> None:
        """Make sure that at least one step of the block is left."""

    def set_batch_size(self, batch_size: int | None) -> None:
        """Change the batch size from the next step on; None is the full batch."""

    def state(self, position: int | None = None) -> BatchState:
        """Return where it stands, or stood at an earlier position of the same block."""

    def load_state(self, state: BatchState) -> None:
        """Go on from the state of another source of the same problem."""

    def losses(self, start: int, stop: int) -> Array:
        """Return the batch losses (stop − start,), without penalties, of these steps of the block."""

    def shares_right(self, start: int, stop: int) -> Array:
        """Return the accuracies of these steps, where the problem has one, for the full batch."""


class FleetGradient(Protocol):
    """The gradients of K runs at once, at thetas (K, P) in working order that it was made for."""

    def take(self, batch: Batch) -> None:
        """Write the gradient of each run, penalties not included."""

    def batch_losses(self, batch: Batch) -> Array:
        """Return the loss (K,) of the batch that was taken last, penalties not included."""

    def losses(self) -> Array:
        """Return the loss (K,) over all samples, penalties not included."""


class PointLosses(Protocol):
    """The loss over fixed sets of samples at working.theta."""

    def losses(self) -> list[float]:
        """Return the mean loss of each set, penalties not included."""

    def shares_right(self) -> list[float]:
        """Return the accuracy of each set at the θ of the last losses()."""


class Problem(NamedParameters, Protocol):
    """A function J(θ) to be minimised; immutable.

    J holds the penalty l1·Σ|w| + ½·l2·Σw² over the penalised entries of θ. Where J or its gradient overflows,
    the answers are infinities and NaN, without an error.
    """

    @property
    def l1(self) -> float: ...

    @property
    def l2(self) -> float: ...

    @property
    def n_samples(self) -> int:
        """The number of training samples that J is a mean over; 1 where it has none."""

    @property
    def numbers_per_sample(self) -> int:
        """Number of values that one evaluation of J computes for a sample: a measure of its cost."""

    @property
    def has_test(self) -> bool:
        """Whether there are test samples besides."""

    @property
    def has_accuracy(self) -> bool:
        """Whether samples are classified, rightly or wrongly."""

    @property
    def may_be_negative(self) -> bool:
        """Whether J may be below 0 somewhere."""

    @property
    def kinks(self) -> str:
        """The cause of kinks of J in θ, as "ReLU and leaky ReLU", or "max" in a formula.

        It is empty where J has none but those of l1.
        """

    def is_surely_finite(self, largest: float) -> bool:
        """Return whether J is known to be finite at every θ with no entry larger than this."""

    def with_penalties(self, l1: float, l2: float) -> Problem:
        """Return the same problem with other penalties."""

    def start(self, seed: int | None = None) -> Array:
        """Return θ (P,) at step 0: that of the experiment, or of this seed."""

    def penalty(self, theta: Array) -> float:
        """Return what J has at θ (P,) by l1 and l2."""

    def loss(self, theta: Array) -> float:
        """Return J(θ)."""

    def loss_and_gradient(self, theta: Array) -> tuple[float, Array]:
        """Return J(θ) and ∂J/∂θ (P,)."""

    def hessian_vector_product(self, theta: Array, v: Array) -> Array:
        """Return H·v (P,), exact, H the Hessian of J at θ."""

    def hessian_operator(self, theta: Array) -> Curvature:
        """Return the Hessian of J at one θ as a function of v: what does not depend on v is done once."""

    def losses(self, thetas: Array) -> Array:
        """Return J (K,) of many θ (K, P), to 1e-5 relative."""

    def losses_of_many(self) -> LossesOfMany:
        """Return the same as an object to be kept where many calls follow."""

    def working_parameters(self) -> Working:
        """Return room for θ and the gradient of a run."""

    def batches(
        self, working: Working, rng: np.random.Generator, batch_size: int | None, fault: str | None = None
    ) -> BatchSource:
        """Return what the steps of a run see; rng draws their order.

        working is one that this problem has made; fault is the mistake that the backward pass has on purpose
        (engine.backprop.bugs).
        """

    def fleet_gradient(self, thetas: Array, gradients: Array, fault: str | None = None) -> FleetGradient:
        """Return what writes the gradients (K, P) at thetas (K, P), both in working order.

        thetas change in place.
        """

    def point_losses(self, working: Working, *sets: str) -> PointLosses:
        """Return the loss over each of these sets, "train" or "test"."""

    def step_cost(self, batch_size: int) -> float:
        """Return roughly the microseconds of a step: a model, not a clock, so that a run repeats."""

    def longest_stride(self, batch_size: int, *sets: str) -> int:
        """Return at most every how many steps these sets are to be measured: a power of two."""
