"""The problem of fitting a network to samples: J is the mean loss over the training points, and penalties."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from playground.arrays import Array
from playground.engine.batched import BatchedLosses
from playground.engine.datasets import Samples
from playground.engine.hessian import HessianOperator
from playground.engine.network import Network
from playground.engine.stepping.batches import Batches
from playground.engine.stepping.faulty_gradient import make_faulty_gradient
from playground.engine.stepping.held_gradient import held
from playground.engine.stepping.many_networks import ManyNetworks
from playground.engine.stepping.measuring import AllPoints, longest_stride, step_cost
from playground.engine.stepping.step import WorkingParameters, make_gradient

SURELY_FINITE = 1e10
"""While no parameter, input or target is larger, J is finite over all points: eight hidden layers of 64
neurons then give outputs below 1e130."""


class NetworkOnData:
    """A network and the samples that it is fitted to; an engine.problem.Problem, immutable.

    network         with the penalties of J
    samples         its points
    seed            that of the first weights
    initialization  how they are drawn: see Network.initial_parameters
    initial_scale   a factor of the drawn weights
    """

    def __init__(
        self,
        network: Network,
        samples: Samples,
        seed: int = 0,
        initialization: str = "xavier_normal",
        initial_scale: float = 1.0,
    ):
        self.network, self.samples = network, samples
        self.seed, self.initialization, self.initial_scale = seed, initialization, initial_scale

    @staticmethod
    def of_points(network: Network, X: Array, y: Array) -> NetworkOnData:
        """Return the problem of a network on training points X (n, n_in), y (n, n_out) alone."""
        X, y = np.asarray(X, dtype=np.float64), np.asarray(y, dtype=np.float64)
        none, zero = slice(0, 0), np.zeros(X.shape[1:])
        names = tuple(f"x{index + 1}" for index in range(zero.size))
        return NetworkOnData(network, Samples(X, y, X[none], y[none], zero, zero + 1.0, False, names, "y"))

    @property
    def X(self) -> Array:
        """(n, n_in) the inputs of the training points."""
        return self.samples.X_train

    @property
    def y(self) -> Array:
        """(n, n_out) the targets of the training points."""
        return self.samples.y_train

    @property
    def n_parameters(self) -> int:
        return self.network.n_parameters

    @property
    def weight_blocks(self) -> tuple[Array, ...]:
        return self.network.weight_blocks

    def parameter_name(self, index: int) -> str:
        return self.network.parameter_name(index)

    @property
    def frozen(self) -> Array:
        return self.network.frozen

    @property
    def l1(self) -> float:
        return self.network.l1

    @property
    def l2(self) -> float:
        return self.network.l2

    @property
    def n_samples(self) -> int:
        return len(self.samples.X_train)

    @property
    def numbers_per_sample(self) -> int:
        return sum(self.network.layer_sizes)

    @property
    def has_test(self) -> bool:
        return len(self.samples.X_test) > 0

    @property
    def has_accuracy(self) -> bool:
        return self.samples.classification

    @property
    def may_be_negative(self) -> bool:
        return False

    @property
    def kinks(self) -> str:
        return " and ".join({g.title: None for g in self.network.g.values() if g.has_kink})

    def is_surely_finite(self, largest: float) -> bool:
        return max(largest, self._largest_number) < SURELY_FINITE

    def with_penalties(self, l1: float, l2: float) -> NetworkOnData:
        if (l1, l2) == (self.l1, self.l2):
            return self
        start = self.seed, self.initialization, self.initial_scale
        return NetworkOnData(self.network.with_penalties(l1, l2), self.samples, *start)

    def on_samples(self, samples: Samples) -> NetworkOnData:
        """Return the problem of the same network on other points."""
        return NetworkOnData(self.network, samples, self.seed, self.initialization, self.initial_scale)

    def start(self, seed: int | None = None) -> Array:
        rng = np.random.default_rng([self.seed if seed is None else seed, 2])
        return self.initial_scale * self.network.initial_parameters(rng, self.initialization)

    # J --------------------------------------------------------------------------------------------------

    def penalty(self, theta: Array) -> float:
        return self.network.penalty(theta)

    def loss(self, theta: Array) -> float:
        return self.network.loss(theta, self.X, self.y)

    def loss_and_gradient(self, theta: Array) -> tuple[float, Array]:
        return self.network.loss_and_gradient(theta, self.X, self.y)

    def hessian_vector_product(self, theta: Array, v: Array) -> Array:
        return self.network.hessian_vector_product(theta, v, self.X, self.y)

    def hessian_operator(self, theta: Array) -> HessianOperator:
        return self.network.hessian_operator(theta, self.X, self.y)

    def losses(self, thetas: Array) -> Array:
        return self.network.losses(thetas, self.X, self.y)

    def losses_of_many(self) -> BatchedLosses:
        return BatchedLosses(self.network, self.X, self.y)

    # Steps ----------------------------------------------------------------------------------------------

    def working_parameters(self) -> WorkingParameters:
        return WorkingParameters(self.network)

    def batches(
        self, working: Any, rng: np.random.Generator, batch_size: int | None, fault: str | None = None
    ) -> Batches:
        gradient_factory = make_gradient if fault is None else make_faulty_gradient(fault)
        if self.network.frozen.size:
            gradient_factory = held(gradient_factory)
        return Batches(self.network, working, self.X, self.y, rng, batch_size, gradient_factory)

    def fleet_gradient(self, thetas: Array, gradients: Array, fault: str | None = None) -> ManyNetworks:
        return ManyNetworks(self.network, thetas, gradients, self.X, self.y, fault)

    def point_losses(self, working: Any, *sets: str) -> AllPoints:
        samples = self.samples
        points = {"train": (samples.X_train, samples.y_train), "test": (samples.X_test, samples.y_test)}
        return AllPoints(self.network, working, *(points[name] for name in sets))

    def step_cost(self, batch_size: int) -> float:
        return step_cost(self.network, batch_size)

    def longest_stride(self, batch_size: int, *sets: str) -> int:
        sizes = {"train": self.n_samples, "test": len(self.samples.X_test)}
        return longest_stride(self.network, batch_size, *(sizes[name] for name in sets))

    @cached_property
    def _largest_number(self) -> float:
        """The largest size of an input or a target of a training point."""
        return float(max(np.abs(self.X).max(initial=0.0), np.abs(self.y).max(initial=0.0)))
