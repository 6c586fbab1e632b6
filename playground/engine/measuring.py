"""Losses and accuracies: of many batches at once, and over all points, at steps that are counted.

All points are measured at every step up to EVERY_STEP_UNTIL, later at the multiples of measuring_stride. The
full batch has the training loss of every step for nothing: it is the batch loss.
"""

from __future__ import annotations

import math

import numpy as np

from playground.engine.network import Network
from playground.engine.step import WorkingParameters, make_forward, output_targets, with_ones

Array = np.ndarray

EVERY_STEP_UNTIL = 100


def measuring_stride(network: Network, batch_size: int, *measured: int) -> int:
    """Every how many steps sets of so many points are measured: so seldom that it costs a tenth of the steps.

    A model of both costs, in microseconds of the machine on which it was fitted: only their ratio matters,
    and it must not be timed, or a run would not repeat.
    """
    layers = len(network.layer_sizes) - 1
    neurons = sum(network.layer_sizes[1:])
    products, activations = 1e-4 * network.n_parameters, 2e-3 * neurons
    step = 2.5 * layers + batch_size * (products + 1.5 * activations)
    measurement = 1.0 + sum(5.0 + layers + n * (products / 3.0 + activations) for n in measured if n)
    return max(1, math.ceil(10.0 * measurement / step))


def mean_losses(loss_name: str, z: Array, target: Array) -> Array:
    """The mean loss (K,) of K batches from their outputs z (K, n_out, B), penalties not included.

    target is output_targets of y. For a cross-entropy, log(1 + e^z) − y·z is written
    log(1 + e^−|z|) + ½|z| + (½ − y)·z: nothing overflows, and for y of 0 or 1 the last two terms cancel
    exactly or add up.
    """
    if loss_name == "binary_cross_entropy":
        distance = np.abs(z)
        each = np.negative(distance)
        np.exp(each, each)
        np.log1p(each, each)
        distance *= 0.5
        each += distance
        each += z * target
    else:
        each = z + target
        each *= each
        each *= 0.5
    batches, n_out, size = z.shape
    return np.add.reduce(each.reshape(batches, n_out * size), axis=1) * (1.0 / size)


def shares_right(loss_name: str, z: Array, is_one: Array) -> Array:
    """The share (K,) of outputs z (K, n_out, B) on the right side of 0.5; is_one is y ≥ 0.5.

    Of outputs that are NaN it says nothing; losses.accuracy does.
    """
    batches, n_out, size = z.shape
    right = (z >= _THRESHOLD[loss_name]) == is_one
    return np.add.reduce(right.reshape(batches, n_out * size), axis=1, dtype=np.float64) / (n_out * size)


# The linear output at which the prediction is 0.5.
_THRESHOLD = {"binary_cross_entropy": 0.0, "squared_error": 0.5}


class AllPoints:
    """Loss and accuracy over a fixed set of points X (n, n_in), y (n, n_out) at working.theta."""

    def __init__(self, network: Network, working: WorkingParameters, X: Array, y: Array):
        self._loss_name = network.loss_name
        self._columns = np.ascontiguousarray(with_ones(X).T)
        self._target = np.ascontiguousarray(output_targets(network.loss_name, y).T)[np.newaxis]
        self._is_one = self._target < 0.0
        self._z = np.empty_like(self._target)
        self._forward = make_forward(network, working, len(X))

    def loss(self) -> float:
        """The mean loss, penalties not included."""
        self._forward(self._columns, self._z[0])
        return float(mean_losses(self._loss_name, self._z, self._target)[0])

    def share_right(self) -> float:
        """The accuracy at the parameters that were measured last."""
        right = (self._z >= _THRESHOLD[self._loss_name]) == self._is_one
        right &= self._z == self._z
        return np.count_nonzero(right) / right.size
