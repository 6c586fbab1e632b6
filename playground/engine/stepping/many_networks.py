"""The gradients of many networks of equal architecture at once, for a fleet of runs.

The networks share the samples of a batch. Arrays are (K, …) with run k in row k, parameters in the working
order of engine.stepping.step.
"""

from __future__ import annotations

import numpy as np

from playground.arrays import Array
from playground.engine.activations import leave
from playground.engine.network import Network
from playground.engine.stepping.fast_output import fast_output
from playground.engine.stepping.faulty_gradient import make_faulty_gradient
from playground.engine.stepping.step import WorkingParameters, with_ones

_Arrays = tuple[Array, Array, Array, Array]
"""The fields of an engine.stepping.step.Batch."""


class ManyNetworks:
    """The networks at thetas (K, P) and their gradients (K, P); both in working order.

    X (n, n_in), y (n, n_out) are all training points. fault is the deliberate mistake in the backward pass:
    gradients are then computed one run at a time.
    """

    def __init__(
        self,
        network: Network,
        thetas: Array,
        gradients: Array,
        X: Array,
        y: Array,
        fault: str | None = None,
    ):
        self.network = network
        self._output = fast_output(network)
        self._fault = fault
        self._order = WorkingParameters(network)
        self._theta, self._gradient = thetas, gradients
        self._X, self._y = X, y
        self._all_points: tuple[Array, Array] | None = None
        self._buffers: dict[int, _Buffers] = {}
        self._W = _blocks(self._order, thetas)
        self._dW = _blocks(self._order, gradients)

    def take(self, batch: _Arrays) -> None:
        """Write the gradient of each run, penalties not included."""
        if self._fault is None:
            self._propagate_back(batch)
        else:
            self._propagate_back_wrongly(batch, self._fault)
        if self._order.frozen.size:
            self._gradient[:, self._order.frozen] = 0.0

    def losses(self) -> Array:
        """Return the mean loss (K,) over all training points, penalties not included."""
        if self._all_points is None:
            target = self._output.target(self._y)
            self._all_points = (
                np.ascontiguousarray(with_ones(self._X).T),
                np.ascontiguousarray(target.T),
            )
        columns, target = self._all_points
        return self._output.mean_losses(self._forward(columns), target)

    def batch_losses(self, batch: _Arrays) -> Array:
        """Return the loss (K,) from what the backward pass leaves behind."""
        columns, _, target, _ = batch
        buffers = self._buffers_for(columns.shape[1])
        return self._output.losses_after(buffers.z, buffers.delta, target, buffers.scratch_of_output)

    def _forward(self, columns: Array) -> Array:
        buffers = self._buffers_for(columns.shape[1])
        inputs = columns
        hidden_layers = zip(self.network.g.values(), buffers.hidden, buffers.inputs, strict=True)
        for W, (g, hidden, below) in zip(self._W, hidden_layers, strict=False):
            z = np.matmul(W, inputs, buffers.scratch[hidden.shape[1]])
            if g.write is leave:
                np.copyto(hidden, z)
            else:
                g.write(z, hidden)
            inputs = below
        return np.matmul(self._W[-1], inputs, buffers.z)

    def _propagate_back_wrongly(self, batch: _Arrays, fault: str) -> None:
        columns, rows, target, _ = batch
        working, n_samples = self._order, columns.shape[1]
        gradient = make_faulty_gradient(fault)(self.network, working, n_samples)
        z = np.empty((self.network.layer_sizes[-1], n_samples))
        for theta, row in zip(self._theta, self._gradient, strict=True):
            working.theta[:] = theta
            gradient((columns, rows, target, z))
            row[:] = working.gradient

    def _propagate_back(self, batch: _Arrays) -> None:
        columns, rows, target, _ = batch
        buffers = self._buffers_for(columns.shape[1])
        buffers.write_delta(self._forward(columns), target)
        delta = buffers.delta
        for layer in range(len(self._W) - 1, 0, -1):
            inputs, slopes = buffers.inputs[layer - 1], buffers.slopes[layer - 1]
            np.matmul(delta, inputs.transpose(0, 2, 1), self._dW[layer])
            below = buffers.deltas[layer - 1]
            np.matmul(self._W[layer][:, :, :-1].transpose(0, 2, 1), delta, below)
            self.network.g[layer].write_slopes(inputs, slopes)
            np.multiply(below, slopes[:, :-1], below)
            delta = below
        np.matmul(delta, rows, self._dW[0])

    def _buffers_for(self, n_samples: int) -> _Buffers:
        if n_samples not in self._buffers:
            self._buffers[n_samples] = _Buffers(self.network, len(self._theta), n_samples)
        return self._buffers[n_samples]


class _Buffers:
    """The arrays that one batch size needs, run by neuron by sample."""

    def __init__(self, network: Network, n_runs: int, n_samples: int):
        *neurons, n_out = network.layer_sizes[1:]
        self.inputs = [np.ones((n_runs, n + 1, n_samples)) for n in neurons]
        self.hidden = [inputs[:, :-1] for inputs in self.inputs]
        self.slopes = [np.ones_like(inputs) for inputs in self.inputs]
        self.deltas = [np.empty((n_runs, n, n_samples)) for n in neurons]
        self.scratch = {n: np.empty((n_runs, n, n_samples)) for n in set(neurons)}
        self.z = np.empty((n_runs, n_out, n_samples))
        self.delta = np.empty_like(self.z)
        self.scratch_of_output = np.empty_like(self.z)
        self.write_delta = fast_output(network).make_delta(self.delta, n_samples)


def _blocks(order: WorkingParameters, rows: Array) -> list[Array]:
    """Return the blocks [W[l] | b[l]] (K, n_l, n_l−1 + 1) of each layer, as views.

    They are those of stacked working vectors (K, P).
    """
    blocks, start = [], 0
    for n_out, n_columns in order.shapes:
        stop = start + n_out * n_columns
        blocks.append(rows[:, start:stop].reshape(len(rows), n_out, n_columns))
        start = stop
    for block in blocks:
        assert np.may_share_memory(block, rows)
    return blocks
