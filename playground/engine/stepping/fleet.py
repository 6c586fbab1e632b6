"""Many runs of one network in lockstep: every step is made for all of them with the same NumPy calls.

The runs share network, samples and the order of the batches; parameters, learning rate and optimiser are
each run's own. A step costs a few large calls instead of many small ones, which is what makes it possible
to try dozens of learning rates while the network trains. Layout: (K, …) with run k in row k, parameters in
the working order of engine.stepping.step.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

import numpy as np

from playground.arrays import Array
from playground.engine.activations import leave
from playground.engine.network import Network
from playground.engine.optimizers import Optimizer, make_optimizer
from playground.engine.stepping.faulty_gradient import make_faulty_gradient
from playground.engine.stepping.step import Batch, WorkingParameters

_HALF = np.array(0.5)
FEW_DIGITS = 1e-12
"""A smaller probability of a right answer has too few digits for its logarithm, and so has a smaller J, where
all of them are nearly 1: there z[L] is computed again."""


class Fleet:
    """K runs that advance together.

    parameters      (K, P) where they start, in public order learning_rates  (K,) optimizers      K of them,
    each with what it remembers; they are copied, never changed fault           the mistake that the backward
    pass of all of them has on purpose (engine.backprop.bugs); such a
                    fleet is slower: its gradients are taken one run at a time

    A run that is no longer finite stays so and disturbs no other.
    """

    def __init__(
        self,
        network: Network,
        parameters: Array,
        learning_rates: Array,
        optimizers: Sequence[Optimizer],
        fault: str | None = None,
    ):
        self.network = network
        self._fault = fault
        self._order = WorkingParameters(network)
        self._theta = np.stack([self._order.working(row) for row in np.asarray(parameters, dtype=np.float64)])
        self._gradient = np.zeros_like(self._theta)
        self._groups = _groups(optimizers)
        for group in self._groups:
            group.optimizer.expect_rates(self._theta[group.rows].size)
        self._buffers: dict[int, _Buffers] = {}
        self._W = _blocks(self._order, self._theta)
        self._dW = _blocks(self._order, self._gradient)
        self._is_weight = self._order.is_weight
        self.learning_rates = np.array(learning_rates, dtype=np.float64)

    @property
    def learning_rates(self) -> Array:
        """(K,) α of each run, a copy; may be set at any time."""
        return self._learning_rates.copy()

    @learning_rates.setter
    def learning_rates(self, rates: Array) -> None:
        self._learning_rates = np.array(rates, dtype=np.float64)
        size = self._theta.shape[1]
        self._rates = [np.repeat(self._learning_rates[group.rows], size) for group in self._groups]

    @property
    def parameters(self) -> Array:
        """(K, P), a copy in public order."""
        return np.stack([self._order.public(row) for row in self._theta])

    @property
    def working(self) -> Array:
        """(K, P) θ in working order, as it is: it changes with the next step."""
        return self._theta

    def optimizer_state(self, run: int) -> dict[str, Any]:
        """What the optimiser of this run remembers, for Optimizer.load_state; vectors in working order."""
        for group in self._groups:
            if group.rows.start <= run < group.rows.stop:
                return group.state(run)
        raise IndexError(f"there is no run {run}.")

    def advance(
        self,
        batches: Iterable[Batch],
        kept: list[Array] | None = None,
        losses: list[Array] | None = None,
    ) -> None:
        """One step of every run for each batch; kept, where given, receives θ (K, P) after each.

        That is in working order: see in_public_order. losses, where given, receives J (K,) of the batch
        before each step, penalties included; not with a fault.
        """
        with np.errstate(all="ignore"):
            for batch in batches:
                self._take_gradient(batch)
                if losses is not None:
                    losses.append(self._losses(batch))
                self._update()
                if kept is not None:
                    kept.append(self._theta.copy())

    def in_public_order(self, thetas: Array) -> Array:
        """Vectors (…, P) in working order, in public order."""
        return self._order.public(thetas)

    def outputs(self, columns: Array) -> Array:
        """z[L] (K, n_out, B) of every run for the samples columns (n_in + 1, B), the last row ones."""
        with np.errstate(all="ignore"):
            return self._forward(columns).copy()

    def _forward(self, columns: Array) -> Array:
        buffers = self._buffers_for(columns.shape[1])
        activate = self.network.g.write
        inputs = columns
        for W, hidden, with_ones in zip(self._W, buffers.hidden, buffers.inputs, strict=False):
            z = np.matmul(W, inputs, buffers.scratch[hidden.shape[1]])
            if activate is leave:
                np.copyto(hidden, z)
            else:
                activate(z, hidden)
            inputs = with_ones
        return np.matmul(self._W[-1], inputs, buffers.z)

    def _take_gradient(self, batch: Batch) -> None:
        if self._fault is None:
            self._propagate_back(batch)
        else:
            self._propagate_back_wrongly(batch, self._fault)
        if self.network.l1:
            self._gradient += self.network.l1 * np.sign(self._theta) * self._is_weight
        if self.network.l2:
            self._gradient += self.network.l2 * self._theta * self._is_weight

    def _losses(self, batch: Batch) -> Array:
        """J (K,) from what the backward pass has left of the outputs: (ŷ − y)/B."""
        n_samples = batch.columns.shape[1]
        buffers = self._buffers_for(n_samples)
        errors = np.abs(buffers.z, buffers.errors)
        errors *= n_samples
        if self.network.loss_name == "binary_cross_entropy":
            np.subtract(1.0, errors, errors)
            least = errors.min(axis=(1, 2))
            J = -np.log(errors, errors).sum(axis=(1, 2)) / n_samples
            doubtful = np.flatnonzero((least < FEW_DIGITS) | (J < FEW_DIGITS))
            if doubtful.size:
                J[doubtful] = self._entropies(batch, doubtful)
        else:
            J = np.einsum("kon,kon->k", errors, errors) / (2.0 * n_samples)
        if self.network.l1:
            J += self.network.l1 * np.abs(self._theta * self._is_weight).sum(axis=1)
        if self.network.l2:
            J += 0.5 * self.network.l2 * np.square(self._theta * self._is_weight).sum(axis=1)
        return np.asarray(J)

    def _entropies(self, batch: Batch, runs: Array) -> Array:
        """The mean cross-entropy of these runs from z[L], which is computed again from the layer below."""
        n_samples = batch.columns.shape[1]
        inputs = self._buffers_for(n_samples).inputs
        z = np.matmul(self._W[-1][runs], inputs[-1][runs] if inputs else batch.columns)
        # What is added to ŷ − ½ is (½ − y)/B: z counts upwards for class 0 and downwards for class 1.
        z *= 2 * n_samples * batch.target
        result: Array = np.logaddexp(0.0, z).sum(axis=(1, 2)) / n_samples
        return result

    def _propagate_back_wrongly(self, batch: Batch, fault: str) -> None:
        working, n_samples = self._order, batch.columns.shape[1]
        gradient = make_faulty_gradient(fault)(self.network, working, n_samples)
        z = np.empty((self.network.layer_sizes[-1], n_samples))
        for theta, row in zip(self._theta, self._gradient, strict=True):
            working.theta[:] = theta
            gradient(batch.columns, batch.rows, batch.target, z)
            row[:] = working.gradient

    def _propagate_back(self, batch: Batch) -> None:
        buffers = self._buffers_for(batch.columns.shape[1])
        delta = self._forward(batch.columns)
        if self.network.loss_name == "binary_cross_entropy":
            np.multiply(delta, _HALF, delta)
            np.tanh(delta, delta)
            np.multiply(delta, buffers.half_scale, delta)
        else:
            np.multiply(delta, buffers.scale, delta)
        np.add(delta, batch.target, delta)
        take_slopes = self.network.g.write_slopes
        for layer in range(len(self._W) - 1, 0, -1):
            inputs, slopes = buffers.inputs[layer - 1], buffers.slopes[layer - 1]
            np.matmul(delta, inputs.transpose(0, 2, 1), self._dW[layer])
            below = buffers.deltas[layer - 1]
            np.matmul(self._W[layer][:, :, :-1].transpose(0, 2, 1), delta, below)
            take_slopes(inputs, slopes)
            np.multiply(below, slopes[:, :-1], below)
            delta = below
        np.matmul(delta, batch.rows, self._dW[0])

    def _update(self) -> None:
        """Every optimiser steps all of its runs as one long vector, each entry with the α of its run."""
        for group, rates in zip(self._groups, self._rates, strict=True):
            rows = group.rows
            group.optimizer.step(self._theta[rows].reshape(-1), self._gradient[rows].reshape(-1), rates)

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
        self.errors = np.empty_like(self.z)
        self.scale = np.array(1.0 / n_samples)
        self.half_scale = np.array(0.5 / n_samples)


class _Group:
    """Neighbouring runs with the same kind of optimiser, stepped as one long vector."""

    def __init__(self, rows: slice, optimizers: Sequence[Optimizer]):
        self.rows = rows
        first = optimizers[0]
        self.optimizer = make_optimizer(first.name, **first.hyperparameters)
        states = [optimizer.state() for optimizer in optimizers]
        self._n_runs = len(states)
        if len(states[0]) > 1 or states[0]["step"]:
            stacked = {
                name: np.concatenate([state[name] for state in states]) for name in _vectors(states[0])
            }
            self.optimizer.load_state({"step": states[0]["step"], **stacked})

    def state(self, run: int) -> dict[str, Any]:
        state = self.optimizer.state()
        row = run - self.rows.start
        for name in _vectors(state):
            state[name] = state[name].reshape(self._n_runs, -1)[row]
        return state


def _vectors(state: dict[str, Any]) -> list[str]:
    return [name for name in state if name != "step"]


def _groups(optimizers: Sequence[Optimizer]) -> list[_Group]:
    """Runs that stand side by side and share name, hyperparameters and the shape of what they remember."""
    groups, start = [], 0
    for _, members in groupby(optimizers, key=_kind):
        group = list(members)
        groups.append(_Group(slice(start, start + len(group)), group))
        start += len(group)
    return groups


def _kind(optimizer: Optimizer) -> tuple[Any, ...]:
    state = optimizer.state()
    return (
        optimizer.name,
        tuple(sorted(optimizer.hyperparameters.items())),
        state["step"],
        tuple(sorted(state)),
    )


def _blocks(order: WorkingParameters, rows: Array) -> list[Array]:
    """Per layer the blocks [W[l] | b[l]] (K, n_l, n_l−1 + 1) of stacked working vectors (K, P), as views."""
    blocks, start = [], 0
    for n_out, n_columns in order.shapes:
        stop = start + n_out * n_columns
        blocks.append(rows[:, start:stop].reshape(len(rows), n_out, n_columns))
        start = stop
    for block in blocks:
        assert np.may_share_memory(block, rows)
    return blocks
