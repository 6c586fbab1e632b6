"""Losses and accuracies over all points, at fixed steps.

All points are measured at every step below 2·EACH_OCTAVE, and then EACH_OCTAVE times in each doubling of the
steps, up to a bound on the cost: never more often than once in longest_stride. Every second time it is a step
later: above the limit a loss goes up and down with every step, and even steps alone show one side of it. With
the full batch the training loss of every step costs nothing: it is the batch loss.
"""

from __future__ import annotations

import math

import numpy as np

from playground.arrays import Array
from playground.engine.network import Network
from playground.engine.stepping.fast_output import fast_output
from playground.engine.stepping.step import WorkingParameters, make_forward, with_ones

EACH_OCTAVE, OF_MANY = 64, 8
MANY = 5_000
"""Number of training points above which all points are measured OF_MANY times in each doubling of the steps:
each time takes as long as a frame of the window.
"""


def each_octave(n_samples: int) -> int:
    """Return how many times so many training points are measured in each doubling of the steps."""
    return EACH_OCTAVE if n_samples <= MANY else OF_MANY


def next_measured(step: int, longest: int, times: int = EACH_OCTAVE) -> int:
    """Return the first step after this one at which all points are measured.

    longest: a longest_stride; times: that of each_octave.
    """
    stride = min(longest, 1 << max(0, (step // times).bit_length() - 1))
    count = step // stride
    if stride > 1 and count % 2 and step == count * stride:
        return step + 1
    count += 1
    return count * stride + (count % 2 if stride > 1 else 0)


def longest_stride(network: Network, batch_size: int, *measured: int) -> int:
    """Return the longest stride at which sets of this many points are measured: it costs a sixteenth.

    A model of both costs, in microseconds of the machine on which it was fitted. Only their ratio matters,
    and it must not be timed, or a run would not repeat. A power of two, as the stride of a path is, so that
    steps are interrupted for both at once.
    """
    layers = len(network.layer_sizes) - 1
    neurons = sum(network.layer_sizes[1:])
    products, activations = 1e-4 * network.n_parameters, 2e-3 * neurons
    step = 2.5 * layers + batch_size * (products + 1.5 * activations)
    measurement = 1.0 + sum(5.0 + layers + n * (products / 3.0 + activations) for n in measured if n)
    result: int = 2 ** max(0, math.ceil(math.log2(16.0 * measurement / step)))
    return result


def step_cost(network: Network, batch_size: int) -> float:
    """Return roughly the microseconds of a step, by a coarser model of the same kind."""
    layers = len(network.layer_sizes) - 1
    neurons = sum(network.layer_sizes[1:])
    return 2.5 * layers + batch_size * (1e-4 * network.n_parameters + 3e-3 * neurons)


class AllPoints:
    """Loss and accuracy over fixed sets of points at working.theta, all sets in one forward pass.

    Each set is (X (n, n_in), y (n, n_out)).
    """

    def __init__(self, network: Network, working: WorkingParameters, *sets: tuple[Array, Array]):
        self._output = fast_output(network)
        X, y = (np.concatenate(parts) for parts in zip(*sets, strict=True))
        ends = np.cumsum([len(X) for X, _ in sets]).tolist()
        self._parts = [slice(end - len(X), end) for end, (X, _) in zip(ends, sets, strict=True)]
        self._columns = np.ascontiguousarray(with_ones(X).T)
        self._target = np.ascontiguousarray(self._output.target(y).T)
        self._z = np.empty_like(self._target)
        self._forward = make_forward(network, working, len(X))

    def losses(self) -> list[float]:
        """Return the mean loss of each set, penalties not included."""
        self._forward(self._columns, self._z)
        each = self._output.terms(self._z, self._target)
        return [
            float(np.add.reduce(each[:, part].reshape(-1)) * (1.0 / (part.stop - part.start)))
            for part in self._parts
        ]

    def shares_right(self) -> list[float]:
        """Return the accuracy of each set at the parameters of the last losses()."""
        right = self._output.right(self._z, self._target)
        return [np.count_nonzero(right[part]) / (part.stop - part.start) for part in self._parts]
