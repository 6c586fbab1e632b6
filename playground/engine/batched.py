"""The loss of many parameter vectors at once, as for a surface.

The mathematics is that of network.py; only the order of the work differs. K networks are computed side by
side on arrays (K, neurons, samples), few enough at a time that every array stays in the processor's cache.
They are computed in float32, which takes half the memory and, for a tanh, a fifth of the time of float64.
Where float32 cannot give the loss to 1e-5, close to a minimum or where it overflows, float64 follows. Where a
squared error consists of rounding, so that another order of sums gives another number, Network.loss is used.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from playground.arrays import Array
from playground.engine.losses import (
    CROSS_ENTROPY,
    HALF_SQUARE,
    HALF_SQUARE_OF_SIGMOID,
    SOFTMAX_CROSS_ENTROPY,
    overflow_is_an_answer,
)

if TYPE_CHECKING:
    from playground.engine.network import Network

_MakeBuffer = Callable[[str, int, int], Array]

PROMISE = 1e-5
DOUBTFUL_BELOW = 1e-3
ROUNDED_BELOW = 1e-18
"""A squared error below this share of the mean square of the targets consists of rounding."""

# The two largest arrays of a pass together take about this many bytes: a share of a common L2 cache that
# still keeps the number of NumPy calls small.
WORKING_BYTES = 2**21
# A pass of a large network takes no more than this many multiplications, a few milliseconds, so that work in
# pieces can stop between them.
MULTIPLICATIONS = 2**27
MOST_SAMPLES_AT_ONCE = 1024
MOST_VECTORS_AT_ONCE = 512


class BatchedLosses:
    """J of many θ over one fixed set of samples X (n, n_in), y (n, n_out), penalties included.

    `BatchedLosses(network, X, y)(thetas)` is (K,) for thetas (K, P), each to 1e-5 relative of Network.loss;
    inf or NaN where that is. Buffers are created once and used by every call, so keep the object where a
    surface is computed in pieces. `together` is the number of vectors that one pass takes, never more than
    `most`: a call costs least per vector when K is a multiple of it.
    """

    @overflow_is_an_answer
    def __init__(self, network: Network, X: Array, y: Array, most: int = MOST_VECTORS_AT_ONCE):
        X, y = np.array(X, dtype=np.float64), np.array(y, dtype=np.float64)
        n_in = network.layer_sizes[0]
        if X.ndim != 2 or X.shape[1] != n_in:
            raise ValueError(f"X must have shape (n, {n_in}), not {X.shape}.")
        network.checked_targets(X.T, y)
        self._network = network
        self._X, self._y = X, y
        self._float32 = _Pass(network, X, y, np.float32, most)
        self._float64: _Pass | None = None
        self._doubt = _Doubt(network, X, y)
        self._rounded = ROUNDED_BELOW * float(np.square(y).mean()) if y.size else 0.0
        if network.loss_kind == HALF_SQUARE_OF_SIGMOID:
            self._rounded = ROUNDED_BELOW

    @property
    def together(self) -> int:
        return self._float32.together

    @overflow_is_an_answer
    def __call__(self, thetas: Array) -> Array:
        thetas = np.asarray(thetas, dtype=np.float64)
        network = self._network
        if thetas.ndim != 2 or thetas.shape[1] != network.n_parameters:
            raise ValueError(f"thetas must have shape (K, {network.n_parameters}), not {thetas.shape}.")
        n = self._X.shape[0]
        if n == 0:
            return np.full(thetas.shape[0], np.nan)

        J = self._float32.sums(thetas)
        J /= n
        doubtful = np.flatnonzero(self._doubt(J, thetas))
        if doubtful.size:
            if self._float64 is None:
                self._float64 = _Pass(network, self._X, self._y, np.float64, self.together)
            J[doubtful] = self._float64.sums(thetas[doubtful]) / n
        if network.loss_name == "squared_error" and not (network.l1 or network.l2):
            # Of a sigmoid too, whose targets may all be 0.
            for row in np.flatnonzero(self._rounded > J):
                J[row] = network.loss(thetas[row], self._X, self._y)

        if network.l1 or network.l2:
            w = thetas[:, network.is_penalized]
            J += network.l1 * np.abs(w).sum(axis=1) + 0.5 * network.l2 * np.square(w).sum(axis=1)
        return J


class _Doubt:
    """The test whether a loss from float32 may have a larger error than promised.

    An output is a sum of terms, and its error is their rounding: float32's unit times their size, however
    much of them cancels. Terms of random sign give that size as a root of squares,

        M[l] = √((‖W[l]‖²·A[l−1]² + ‖b[l]‖²) / n_l),    A[l] = min(M[l], 1) for a bounded g, else M[l],

    and A[l] is at least |g(0)|: a neuron of a sigmoid or softplus passes on a number of that size, however
    small its z is.

    Where g is bounded an error of an early layer also grows with the weights of the later ones, by
    ‖W[l]‖/√n_l and the slope of g each, while the output does not: deep networks of large weights are
    chaotic. Most of their neurons are saturated, though, so that only a small share of that growth is
    visible.

    The effect of an error in the outputs on J follows from its derivative: relative to J, √(2/J) for a
    squared error and at most min(1, 1/J) for a cross-entropy, twice that for a softmax: what counts is the
    difference of two outputs. The numbers below were fitted to 50 000 random cases with 1 to 160 samples,
    over which errors partly cancel.
    """

    SHARE_OF_GROWTH = 3e-3

    def __init__(self, network: Network, X: Array, y: Array):
        self._starts = [part.start for layer in network.layers for part in layer]
        self._neurons = np.repeat(network.layer_sizes[1:], 2)
        # By hidden layer the largest slope of a bounded g, else None; the output passes on the last one.
        functions = list(network.g.values())
        slopes = [g.steepest if g.bounds else None for g in functions]
        at_zero = [float(np.abs(g.value(np.zeros(1)))[0]) for g in functions]
        # Nothing follows the output.
        self._least = [*at_zero, 0.0]
        self._slopes = slopes + (slopes[-1:] or [None])
        self._bounded = any(slope is not None for slope in slopes)
        self._squared = network.loss_name == "squared_error"
        n = max(1, len(X))
        self._unit = np.finfo(np.float32).eps * (1.0 + 3.0 / np.sqrt(n))
        if network.output == "softmax":
            self._unit *= 2.0
        self._size_of_x = np.sqrt(np.square(X).sum() / (n * X.shape[1]))
        self._size_of_y = np.sqrt(np.square(y).sum() / n)

    def __call__(self, J: Array, thetas: Array) -> Array:
        """Return (K,) bool for J (K,) without penalties; True where J is not finite too."""
        squares = np.add.reduceat(np.square(thetas), self._starts, axis=1) / self._neurons
        size = np.full(len(thetas), self._size_of_x)
        growth = np.full(len(thetas), self.SHARE_OF_GROWTH)
        layers = zip(squares.T[0::2], squares.T[1::2], self._slopes, self._least, strict=True)
        for stretch, biases, slope, least in layers:
            terms = np.sqrt(stretch * np.square(size) + biases)
            size = np.maximum(terms if slope is None else np.minimum(terms, 1.0), least)
            growth *= np.maximum((1.0 if slope is None else slope) * np.sqrt(stretch), 1.0)
        if self._bounded:
            terms = terms + growth
        if self._squared:
            error = np.maximum(terms, self._size_of_y) * np.sqrt(2.0 / J)
        else:
            error = terms / np.maximum(J, 1.0)
        result: Array = ~((self._unit * error <= PROMISE) & (J >= DOUBTFUL_BELOW) & np.isfinite(J))
        return result


class _Pass:
    """Sums of the losses of all samples, in one precision, on buffers of its own.

    A bias is one more weight, to a neuron that is always 1: [W b]·[a; 1] = W·a + b. The activations of a
    layer are therefore kept with a last row of ones, (K, neurons + 1, samples), and a layer is one product.
    """

    def __init__(self, network: Network, X: Array, y: Array, dtype: type, most: int):
        sizes = network.layer_sizes
        n = X.shape[0]
        tiles = max(1, -(-n // MOST_SAMPLES_AT_ONCE))
        width = max(1, -(-n // tiles))
        pair = 2 * (max(sizes[1:]) + 1) * width * np.dtype(dtype).itemsize
        fitting = min(WORKING_BYTES // pair, MULTIPLICATIONS // (max(1, n) * network.n_parameters))
        self.together = int(np.clip(fitting, 1, max(1, most)))

        self._dtype = dtype
        # Which entries of θ the matrices [W[1] b[1]], [W[2] b[2]], … hold, row by row.
        numbered = network.unpack(np.arange(network.n_parameters))
        self._order = np.concatenate([np.column_stack(layer).ravel() for layer in numbered])
        self._matrices = [
            (slice(weights.start, biases.stop), n_out, n_in + 1)
            for (weights, biases), (n_in, n_out) in zip(network.layers, pairwise(sizes), strict=True)
        ]
        # Tiles of the same width work on the same buffers, which then stay in the cache.
        buffers: dict[tuple[str, int, int], Array] = {}

        def buffer(purpose: str, neurons: int, samples: int) -> Array:
            key = (purpose, neurons, samples)
            if key not in buffers:
                buffers[key] = np.ones((self.together, neurons, samples), dtype)
            return buffers[key]

        self._tiles = [
            _Tile(network, X[start : start + width], y[start : start + width], dtype, buffer)
            for start in range(0, n, width)
        ]

    def sums(self, thetas: Array) -> Array:
        """Return Σ loss over the samples (K,), float64."""
        K = thetas.shape[0]
        sums = np.zeros(K)
        for start in range(0, K, self.together):
            some = thetas[start : start + self.together]
            ordered: Array = some[:, self._order].astype(self._dtype)
            matrices = [ordered[:, entries].reshape(-1, *shape) for entries, *shape in self._matrices]
            for tile in self._tiles:
                sums[start : start + self.together] += tile.sums(matrices)
        return sums


class _Tile:
    """A part of the samples, with the buffers for their forward propagation."""

    def __init__(self, network: Network, X: Array, y: Array, dtype: type, buffer: _MakeBuffer):
        n, sizes = X.shape[0], network.layer_sizes
        self._x: Array = np.ones((sizes[0] + 1, n), dtype)
        self._x[:-1] = X.T
        self._activate = [g.in_place for g in network.g.values()]
        # A layer reads one buffer and writes another; layers of equal width take turns with two.
        self._hidden = [
            buffer(("even", "odd")[layer % 2], neurons + 1, n) for layer, neurons in enumerate(sizes[1:-1])
        ]
        self._output = buffer("output", sizes[-1], n)
        y = np.ascontiguousarray(y.T, dtype)
        scratch = buffer("first of loss", sizes[-1], n), buffer("second of loss", sizes[-1], n)
        self._loss = _SUMS[network.loss_kind](y, *scratch)

    def sums(self, matrices: list[Array]) -> Array:
        """Return Σ loss over these samples (k,), float64.

        matrices: k matrices [W b] of each layer (k, n_l, n_l−1 + 1).
        """
        k = matrices[0].shape[0]
        a: Array = self._x
        for matrix, buffer, activate in zip(matrices[:-1], self._hidden, self._activate, strict=True):
            z = buffer[:k, :-1]
            np.matmul(matrix, a, out=z)
            activate(z)
            a = buffer[:k]
        output = self._output[:k]
        np.matmul(matrices[-1], a, out=output)
        return self._loss(output)


class _CrossEntropySums:
    """Σ over outputs and samples of max(z, 0) − y·z + log(1 + e^−|z|), which overwrites z."""

    def __init__(self, y: Array, first: Array, second: Array):
        self._half_minus_y = 0.5 - y
        self._first, self._second = first, second

    def __call__(self, z: Array) -> Array:
        # max(z, 0) − y·z is (½ − y)·z + ½·|z|, without any rounding where y is 0 or 1.
        e, u = self._first[: len(z)], self._second[: len(z)]
        np.abs(z, out=e)
        e *= -0.5
        loss = np.multiply(z, self._half_minus_y, out=z)
        loss -= e

        # log1p has no fast float32 form on most processors, log has. With u = 1 + e rounded, u − 1 is exact,
        # and log(1 + e) is log(u) + (e − (u − 1)) to first order in what the rounding lost.
        np.exp(e, out=e)
        np.square(e, out=e)
        np.add(e, 1.0, out=u)
        e += 1.0 - u
        loss += np.log(u, out=u)
        loss += e
        return _sum_of_each(loss)


class _SoftmaxSums:
    """Σ over samples of −log ŷ of their class, as in losses.softmax_cross_entropy; overwrites z."""

    def __init__(self, y: Array, scratch: Array, *_: Array):
        self._y, self._others = y, 1.0 - y
        self._scratch = scratch

    def __call__(self, z: Array) -> Array:
        z -= z.max(axis=1, keepdims=True)
        scratch = self._scratch[: len(z)]
        own = np.multiply(z, self._y, out=scratch).sum(axis=1)
        np.exp(z, out=z)
        z *= self._others
        loss = z.sum(axis=1)
        loss += np.exp(own) - 1.0
        np.log1p(loss, out=loss)
        loss -= own
        return _sum_of_each(loss)


class _HalfSquareSums:
    """Σ over outputs and samples of ½·(z − y)², which overwrites z."""

    def __init__(self, y: Array, *_: Array):
        self._y = y

    def __call__(self, z: Array) -> Array:
        z -= self._y
        return 0.5 * _sum_of_each(np.square(z, out=z))


class _HalfSquareOfSigmoidSums:
    """Σ over outputs and samples of ½·(σ(z) − y)², which overwrites z; σ(z) is ½·tanh(z/2) + ½."""

    def __init__(self, y: Array, *_: Array):
        self._one_minus_2y = 1.0 - 2.0 * y

    def __call__(self, z: Array) -> Array:
        z *= 0.5
        np.tanh(z, out=z)
        z += self._one_minus_2y
        return 0.125 * _sum_of_each(np.square(z, out=z))


_SUMS: Mapping[str, Callable[..., Callable[[Array], Array]]] = {
    CROSS_ENTROPY: _CrossEntropySums,
    HALF_SQUARE: _HalfSquareSums,
    HALF_SQUARE_OF_SIGMOID: _HalfSquareOfSigmoidSums,
    SOFTMAX_CROSS_ENTROPY: _SoftmaxSums,
}
"""The losses of outputs z (k, n_out, samples), made from y (n_out, samples) and two more arrays like z."""


def _sum_of_each(values: Array) -> Array:
    result: Array = values.reshape(len(values), -1).sum(axis=1, dtype=np.float64)
    return result
