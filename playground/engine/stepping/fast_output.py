"""The output layer in the forms of a fast step: what engine.losses defines, in few calls and no branches.

One object for each kind of loss is all that steps, fleets and measurements know of an output layer. z is
(n_out, B), or (K, n_out, B) for many batches or many runs; a target is kept as the part of ŷ − y that does
not depend on z, (n_out, B) or as z. For a sigmoid that is ½ − y, since σ(z) − y is ½·tanh(z/2) + (½ − y): one
transcendental function and no branch.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

import numpy as np

from playground.arrays import Array
from playground.engine.losses import (
    CROSS_ENTROPY,
    HALF_SQUARE,
    HALF_SQUARE_OF_SIGMOID,
    SOFTMAX_CROSS_ENTROPY,
    samples_right,
    softmax_cross_entropy,
)
from playground.engine.network import Network

WriteDelta = Callable[[Array, Array], None]
"""A function of z and of the target divided by B, which leaves ∂loss/∂z / B in an array of its own."""

_HALF = np.array(0.5)
FEW_DIGITS = 1e-12
"""A smaller probability of a right answer has too few digits for its logarithm, and so has a smaller J, where
all of them are nearly 1: their loss is taken from z."""


class FastOutput(ABC):
    """One kind of output layer.

    shift   the target is this less y
    half    the z at which ŷ is 0.5
    """

    shift: float
    half: float

    def target(self, y: Array) -> Array:
        """Return the part of ŷ − y that does not depend on z."""
        return self.shift - y

    def y_of(self, target: Array) -> Array:
        """Return the y of a target."""
        return self.shift - target

    def whole_target(self, target: Array, n_samples: int) -> Array:
        """Return the target of a batch from the target divided by B."""
        return np.multiply(target, n_samples)

    @abstractmethod
    def make_delta(self, delta: Array, n_samples: int) -> WriteDelta:
        """Return the function that leaves ∂loss/∂z / B in delta, which has the shape of z."""

    @abstractmethod
    def terms(self, z: Array, target: Array) -> Array:
        """Return terms (…, r, B) whose sum over r is the loss of each sample, penalties not included."""

    def right(self, z: Array, target: Array) -> Array:
        """Return which samples (…, B) are right: see engine.losses.samples_right."""
        return samples_right(z, self.y_of(target), self.half)

    def mean_losses(self, z: Array, target: Array) -> Array:
        """Return the mean loss (K,) of K batches from their outputs z (K, n_out, B)."""
        batches, _, size = z.shape
        each = self.terms(z, target)
        result: Array = np.add.reduce(each.reshape(batches, each.shape[1] * size), axis=1) * (1.0 / size)
        return result

    def shares_right(self, z: Array, target: Array) -> Array:
        """Return the accuracy (K,) of K batches from their outputs z (K, n_out, B)."""
        result: Array = np.add.reduce(self.right(z, target), axis=1, dtype=np.float64) / z.shape[-1]
        return result

    def losses_after(self, z: Array, delta: Array, target: Array, scratch: Array) -> Array:
        """Return the mean loss (K,) of K runs from what a backward pass leaves: z, δ/B and target/B.

        scratch is overwritten.
        """
        return self.mean_losses(z, self.whole_target(target, z.shape[-1]))


class _CrossEntropyOutput(FastOutput):
    shift, half = 0.5, 0.0

    def make_delta(self, delta: Array, n_samples: int) -> WriteDelta:
        add, multiply, tanh = np.add, np.multiply, np.tanh
        half_scale = np.array(0.5 / n_samples)

        def write(z: Array, target: Array) -> None:
            multiply(z, _HALF, delta)
            tanh(delta, delta)
            multiply(delta, half_scale, delta)
            add(delta, target, delta)

        return write

    def terms(self, z: Array, target: Array) -> Array:
        """Return log(1 + e^z) − y·z, written log(1 + e^−|z|) + ½|z| + (½ − y)·z.

        Nothing overflows, and for y of 0 or 1 the last two terms cancel exactly or add up.
        """
        distance = np.abs(z)
        each: Array = np.negative(distance)
        np.exp(each, each)
        np.log1p(each, each)
        distance *= 0.5
        each += distance
        each += z * target
        return each

    def losses_after(self, z: Array, delta: Array, target: Array, scratch: Array) -> Array:
        n_samples = z.shape[-1]
        right = np.abs(delta, scratch)
        right *= n_samples
        np.subtract(1.0, right, right)
        least = right.min(axis=(1, 2))
        J: Array = -np.log(right, right).sum(axis=(1, 2)) / n_samples
        doubtful = np.flatnonzero((least < FEW_DIGITS) | (J < FEW_DIGITS))
        if doubtful.size:
            # The target is ½ − y: z counts upwards for class 0 and downwards for class 1.
            distance = z[doubtful] * (2 * n_samples * target)
            J[doubtful] = np.logaddexp(0.0, distance).sum(axis=(1, 2)) / n_samples
        return J


class _HalfSquareOutput(FastOutput):
    shift, half = 0.0, 0.5

    def make_delta(self, delta: Array, n_samples: int) -> WriteDelta:
        add, multiply = np.add, np.multiply
        scale = np.array(1.0 / n_samples)

        def write(z: Array, target: Array) -> None:
            multiply(z, scale, delta)
            add(delta, target, delta)

        return write

    def terms(self, z: Array, target: Array) -> Array:
        each: Array = z + target
        each *= each
        each *= 0.5
        return each

    def losses_after(self, z: Array, delta: Array, target: Array, scratch: Array) -> Array:
        n_samples = z.shape[-1]
        errors = np.multiply(delta, n_samples, scratch)
        return np.asarray(np.einsum("kon,kon->k", errors, errors) / (2.0 * n_samples))


class _HalfSquareOfSigmoidOutput(FastOutput):
    shift, half = 0.5, 0.0

    def make_delta(self, delta: Array, n_samples: int) -> WriteDelta:
        add, multiply, subtract, tanh = np.add, np.multiply, np.subtract, np.tanh
        half_scale, quarter = np.array(0.5 / n_samples), np.array(0.25)
        slope = np.empty_like(delta)

        def write(z: Array, target: Array) -> None:
            multiply(z, _HALF, delta)
            tanh(delta, delta)
            # σ' = (1 − tanh²(z/2)) / 4
            multiply(delta, delta, slope)
            subtract(1.0, slope, slope)
            multiply(slope, quarter, slope)
            multiply(delta, half_scale, delta)
            add(delta, target, delta)
            multiply(delta, slope, delta)

        return write

    def terms(self, z: Array, target: Array) -> Array:
        each: Array = np.tanh(0.5 * z)
        each *= 0.5
        each += target
        each *= each
        each *= 0.5
        return each


class _SoftmaxOutput(FastOutput):
    shift, half = 0.0, 0.0

    def whole_target(self, target: Array, n_samples: int) -> Array:
        """Return the target of a batch from the target divided by B: 0 or −1 exactly.

        (1/B)·B is not 1 for every B, and what it lacks would be the loss of a sure prediction.
        """
        return np.rint(super().whole_target(target, n_samples))

    def make_delta(self, delta: Array, n_samples: int) -> WriteDelta:
        add, divide, exp, multiply, subtract = np.add, np.divide, np.exp, np.multiply, np.subtract
        largest: Any = np.maximum.reduce
        total: Any = np.add.reduce
        scale: Any = np.array(1.0 / n_samples)
        each = np.empty((*delta.shape[:-2], 1, n_samples))
        if delta.ndim == 2:
            # A product takes a third of the time of a sum over so few numbers.
            add_up = np.ones((1, len(delta))).dot

            def write_one(z: Array, target: Array) -> None:
                largest(z, 0, None, each, True)
                subtract(z, each, delta)
                exp(delta, delta)
                add_up(delta, each)
                divide(scale, each, each)
                multiply(delta, each, delta)
                add(delta, target, delta)

            return write_one

        def write(z: Array, target: Array) -> None:
            largest(z, -2, None, each, True)
            subtract(z, each, delta)
            exp(delta, delta)
            total(delta, -2, None, each, True)
            divide(scale, each, each)
            multiply(delta, each, delta)
            add(delta, target, delta)

        return write

    def terms(self, z: Array, target: Array) -> Array:
        return softmax_cross_entropy(z, self.y_of(target))[..., np.newaxis, :]


_OUTPUTS: dict[str, FastOutput] = {
    CROSS_ENTROPY: _CrossEntropyOutput(),
    HALF_SQUARE: _HalfSquareOutput(),
    HALF_SQUARE_OF_SIGMOID: _HalfSquareOfSigmoidOutput(),
    SOFTMAX_CROSS_ENTROPY: _SoftmaxOutput(),
}


def fast_output(network: Network) -> FastOutput:
    """Return the output layer of a network for fast steps."""
    return _OUTPUTS[network.loss_kind]
