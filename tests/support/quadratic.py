"""The smallest problem there is, J(θ) = ½·θᵀAθ: no data, no batches, no test points, no accuracy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from playground.engine.problem import Slot
from playground.engine.stepping.batches import BatchState

BLOCK = 64


class Quadratic:
    """J(θ) = ½·θᵀAθ for a symmetric A (P, P), from the start θ (P,)."""

    n_samples = 1
    has_test = has_accuracy = False
    may_be_negative = False
    kinks = ""

    def __init__(self, A: np.ndarray, start: np.ndarray, l1: float = 0.0, l2: float = 0.0):
        self.A, self._start = np.array(A, dtype=float), np.array(start, dtype=float)
        self.l1, self.l2 = l1, l2
        self.n_parameters = len(self._start)
        self.numbers_per_sample = self.n_parameters
        self.frozen = np.empty(0, dtype=np.intp)
        self.weight_blocks = (np.arange(self.n_parameters).reshape(1, -1),)

    def parameter_name(self, index: int) -> str:
        return f"θ{index + 1}"

    def is_surely_finite(self, largest: float) -> bool:
        return largest < 1e100

    def with_penalties(self, l1: float, l2: float) -> Quadratic:
        return Quadratic(self.A, self._start, l1, l2)

    def start(self, seed: int | None = None) -> np.ndarray:
        return self._start * (1.0 if seed is None else 1.0 + seed)

    def penalty(self, theta: np.ndarray) -> float:
        return float(self.l1 * np.abs(theta).sum() + 0.5 * self.l2 * theta @ theta)

    def loss(self, theta: np.ndarray) -> float:
        return float(0.5 * theta @ self.A @ theta) + self.penalty(theta)

    def loss_and_gradient(self, theta: np.ndarray) -> tuple[float, np.ndarray]:
        return self.loss(theta), self.A @ theta + self.l1 * np.sign(theta) + self.l2 * theta

    def hessian_vector_product(self, theta: np.ndarray, v: np.ndarray) -> np.ndarray:
        return self.hessian_operator(theta)(v)

    def hessian_operator(self, theta: np.ndarray) -> _Matrix:
        return _Matrix(self.A + self.l2 * np.eye(self.n_parameters))

    def losses(self, thetas: np.ndarray) -> np.ndarray:
        return np.array([self.loss(theta) for theta in thetas])

    def losses_of_many(self) -> _ManyLosses:
        return _ManyLosses(self.losses)

    def working_parameters(self) -> _Working:
        return _Working(self.n_parameters)

    def batches(
        self, working: Any, rng: np.random.Generator, batch_size: int | None, fault: str | None = None
    ) -> _Steps:
        return _Steps(self.A, working)

    def fleet_gradient(self, thetas: np.ndarray, gradients: np.ndarray, fault: str | None = None) -> _Fleet:
        return _Fleet(self.A, thetas, gradients)

    def point_losses(self, working: Any, *sets: str) -> _AtWorking:
        assert sets == ("train",)
        return _AtWorking(self.A, working)

    def step_cost(self, batch_size: int) -> float:
        return 5.0

    def longest_stride(self, batch_size: int, *sets: str) -> int:
        return 1


class _Matrix:
    """The Hessian, the same at every θ."""

    def __init__(self, H: np.ndarray):
        self._H, self.size, self.together = H, len(H), 1

    def __call__(self, v: np.ndarray) -> np.ndarray:
        return v @ self._H

    def dense(self) -> np.ndarray:
        return self._H.copy()


class _ManyLosses:
    together = 64

    def __init__(self, losses: Callable[[np.ndarray], np.ndarray]):
        self._losses = losses

    def __call__(self, thetas: np.ndarray) -> np.ndarray:
        return self._losses(thetas)


class _Working:
    """θ backwards, so that whoever mixes up the two orders is found out."""

    def __init__(self, size: int):
        self.theta, self.gradient, self.penalized = np.zeros(size), np.zeros(size), np.ones(size)
        self.frozen = np.empty(0, dtype=np.intp)

    def working(self, vector: np.ndarray) -> np.ndarray:
        return vector[..., ::-1].copy()

    def public(self, vector: np.ndarray) -> np.ndarray:
        return vector[..., ::-1].copy()


class _Steps:
    """Steps that see all of J; the batch of a step is the room for its loss."""

    full, batch_size = True, 1

    def __init__(self, A: np.ndarray, working: Any):
        self._A, self._working = A[::-1, ::-1], working
        self._epochs = self.position = 0
        self._losses = np.zeros((BLOCK, 1))
        self.slots: list[Slot] = [(self._take_gradient, room) for room in self._losses]

    def _take_gradient(self, room: np.ndarray) -> None:
        theta = self._working.theta
        self._working.gradient[:] = self._A @ theta
        room[0] = 0.5 * theta @ self._working.gradient

    @property
    def epoch(self) -> int:
        return self._epochs + self.position

    def open_block(self) -> None:
        if self.position == BLOCK:
            self._epochs, self.position = self.epoch, 0

    def set_batch_size(self, batch_size: int | None) -> None:
        pass

    def state(self, position: int | None = None) -> BatchState:
        return BatchState(None, self._epochs, self.position if position is None else position, {})

    def load_state(self, state: BatchState) -> None:
        self._epochs, self.position = state.epochs, state.position

    def losses(self, start: int, stop: int) -> np.ndarray:
        return self._losses[start:stop, 0].copy()

    def shares_right(self, start: int, stop: int) -> np.ndarray:
        raise AssertionError("nothing is classified")


class _Fleet:
    def __init__(self, A: np.ndarray, thetas: np.ndarray, gradients: np.ndarray):
        self._A, self._thetas, self._gradients = A[::-1, ::-1], thetas, gradients

    def take(self, batch: object) -> None:
        self._gradients[:] = self._thetas @ self._A

    def batch_losses(self, batch: object) -> np.ndarray:
        return self.losses()

    def losses(self) -> np.ndarray:
        return 0.5 * np.einsum("kp,kp->k", self._thetas @ self._A, self._thetas)


class _AtWorking:
    def __init__(self, A: np.ndarray, working: Any):
        self._A, self._working = A[::-1, ::-1], working

    def losses(self) -> list[float]:
        theta = self._working.theta
        return [float(0.5 * theta @ self._A @ theta)]

    def shares_right(self) -> list[float]:
        raise AssertionError("nothing is classified")
