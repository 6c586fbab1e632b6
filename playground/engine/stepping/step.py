"""The gradient of engine.network on preallocated buffers: the same numbers, several times faster.

At the sizes of this program a step costs what its NumPy calls cost, so everything here serves one aim, few
calls and each of the fastest kind:

- Parameters lie as blocks [W[l] | b[l]], activations as neurons by samples with a last row of ones, so a
  layer is one matrix product and so is its gradient, biases included. θ in its public order is a permutation
  of this working vector, taken only when θ is published.
- All hidden activations share one block of memory: g' of all layers takes two calls, not two a layer.
- Products are bound methods (`A.dot`) with their result passed by position, and the constants that enter a
  call are arrays of no dimension; NumPy takes both in faster than their usual forms.
- The first layer is given twice, as columns and as rows, since a product with a transposed small matrix
  takes twice as long as one without.
- The output layer has forms of its own for this: see engine.stepping.fast_output.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from playground.arrays import Array
from playground.engine.network import Network
from playground.engine.stepping.fast_output import fast_output


class WorkingParameters:
    """θ and the gradient as a step holds them: layer by layer the rows of [W[l] | b[l]].

    theta, gradient      (P,) working vectors, written in place by steps and optimisers
    penalized            (P,) 1.0 where a weight stands, 0.0 where a bias or a frozen weight does
    frozen               the places of frozen entries
    shapes               per layer the shape (n_l, n_l−1 + 1) of its block
    """

    def __init__(self, network: Network):
        blocks = []
        for (weights, biases), (n_in, n_out) in zip(
            network.layers, pairwise(network.layer_sizes), strict=True
        ):
            W = np.arange(weights.start, weights.stop).reshape(n_out, n_in)
            b = np.arange(biases.start, biases.stop)[:, np.newaxis]
            blocks.append(np.hstack([W, b]))
        self._public_index = np.concatenate([block.ravel() for block in blocks])
        self._working_index = np.argsort(self._public_index)
        self.shapes = [block.shape for block in blocks]
        self.theta = np.zeros(network.n_parameters)
        self.gradient = np.zeros(network.n_parameters)
        self.penalized = network.is_penalized[self._public_index].astype(np.float64)
        self.frozen = np.sort(self._working_index[network.frozen])

    def working(self, vector: Array) -> Array:
        """Return a copy of vector (…, P), which is in public order, in working order."""
        return vector.take(self._public_index, axis=-1)

    def public(self, vector: Array) -> Array:
        """Return a copy of vector (…, P), in working order, in public order: W[1] row by row, b[1], …"""
        return vector.take(self._working_index, axis=-1)

    def blocks(self, vector: Array) -> list[Array]:
        """Return per layer the block [W[l] | b[l]] (n_l, n_l−1 + 1) of a working vector, as views."""
        ends = np.cumsum([rows * columns for rows, columns in self.shapes])
        return [
            vector[end - rows * columns : end].reshape(rows, columns)
            for end, (rows, columns) in zip(ends, self.shapes, strict=True)
        ]


class Batch(NamedTuple):
    """The samples of one step, all arrays C-contiguous float64.

    columns   (n_in + 1, B) samples side by side, the last row ones
    rows      (B, n_in + 1) the same, a sample a row
    target    (n_out, B) what FastOutput.target makes of y, divided by B
    z         (n_out, B) the step leaves the outputs z[L] of its samples here
    """

    columns: Array
    rows: Array
    target: Array
    z: Array


def with_ones(X: Array) -> Array:
    """Return X (n, n_in) with a last column of ones for the biases: (n, n_in + 1), C-contiguous."""
    return np.hstack([X, np.ones((X.shape[0], 1))])


class _Buffers:
    """The arrays that one batch size needs, as views into few blocks of memory.

    inputs[i]    (n_i + 1, B) the activations of hidden layer i with their row of ones
    hidden[i]    (n_i, B) the same without the ones
    slopes[i]    (n_i, B) g' there
    deltas[l]    (n_l, B) ∂J/∂z of layer l, the output last
    """

    def __init__(self, network: Network, n_samples: int):
        *neurons, n_out = network.layer_sizes[1:]
        starts = np.cumsum([0, *(n + 1 for n in neurons)])
        self.all_inputs = np.ones((int(starts[-1]), n_samples))
        self.all_slopes = np.ones_like(self.all_inputs)
        self.inputs = [
            self.all_inputs[start : start + n + 1] for start, n in zip(starts, neurons, strict=False)
        ]
        self.hidden = [inputs[:-1] for inputs in self.inputs]
        self.slopes = [self.all_slopes[start : start + n] for start, n in zip(starts, neurons, strict=False)]
        self.deltas = [np.empty((n, n_samples)) for n in (*neurons, n_out)]


def make_forward(
    network: Network, working: WorkingParameters, n_samples: int
) -> Callable[[Array, Array], None]:
    """Return a function (columns, z): forward propagation of columns (n_in + 1, B) into z (n_out, B)."""
    return _forward(network, working, _Buffers(network, n_samples))


def make_gradient(
    network: Network, working: WorkingParameters, n_samples: int
) -> Callable[[tuple[Array, Array, Array, Array]], None]:
    """Return a function of a Batch of n_samples.

    It reads working.theta, writes the mean gradient over the batch, penalties not included, into
    working.gradient, and the outputs into z. Overflow follows NumPy's error state: the caller silences it
    once for many steps.
    """
    buffers = _Buffers(network, n_samples)
    forward = _forward(network, working, buffers)
    output_delta = fast_output(network).make_delta(buffers.deltas[-1], n_samples)
    gradients = working.blocks(working.gradient)
    products = [delta.dot for delta in buffers.deltas]
    first_product, first_gradient = products[0], gradients[0]
    if not buffers.hidden:

        def gradient_of_one_layer(batch: tuple[Array, Array, Array, Array]) -> None:
            columns, rows, target, z = batch
            forward(columns, z)
            output_delta(z, target)
            first_product(rows, first_gradient)

        return gradient_of_one_layer

    # For each hidden layer from the last: compute the gradient of the weights above it, then carry delta to
    # it.
    downward = tuple(
        zip(
            products[:0:-1],
            [inputs.T for inputs in reversed(buffers.inputs)],
            gradients[:0:-1],
            [block[:, :-1].T.dot for block in working.blocks(working.theta)[:0:-1]],
            buffers.deltas[:0:-1],
            buffers.deltas[-2::-1],
            reversed(buffers.slopes),
            strict=True,
        )
    )
    slopes_of_layers = _slopes_of_layers(network, buffers)
    multiply = np.multiply

    def gradient(batch: tuple[Array, Array, Array, Array]) -> None:
        columns, rows, target, z = batch
        forward(columns, z)
        output_delta(z, target)
        for take_slopes, inputs, slopes in slopes_of_layers:
            take_slopes(inputs, slopes)
        for product, inputs, result, carry_down, delta_above, delta, slope in downward:
            product(inputs, result)
            carry_down(delta_above, delta)
            multiply(delta, slope, delta)
        first_product(rows, first_gradient)

    return gradient


def _slopes_of_layers(
    network: Network, buffers: _Buffers
) -> tuple[tuple[Callable[[Array, Array], object], Array, Array], ...]:
    """Return (write_slopes, activations, slopes) of each hidden layer, or once where all have one g."""
    if len(set(network.activations)) == 1:
        return ((network.g[1].write_slopes, buffers.all_inputs, buffers.all_slopes),)
    return tuple(
        (g.write_slopes, hidden, slopes)
        for g, hidden, slopes in zip(network.g.values(), buffers.hidden, buffers.slopes, strict=True)
    )


def _forward(
    network: Network, working: WorkingParameters, buffers: _Buffers
) -> Callable[[Array, Array], None]:
    products: list[Any] = [block.dot for block in working.blocks(working.theta)]
    if not buffers.hidden:
        result: Callable[[Array, Array], None] = products[0]
        return result
    activate, *middle_activations = (g.write for g in network.g.values())
    first_product, *middle_products, last_product = products
    first_hidden, last_inputs = buffers.hidden[0], buffers.inputs[-1]
    middle = tuple(
        zip(middle_products, buffers.inputs[:-1], buffers.hidden[1:], middle_activations, strict=True)
    )

    def forward(columns: Array, z: Array) -> None:
        first_product(columns, first_hidden)
        activate(first_hidden, first_hidden)
        for product, inputs, hidden, activate_middle in middle:
            product(inputs, hidden)
            activate_middle(hidden, hidden)
        last_product(last_inputs, z)

    return forward
