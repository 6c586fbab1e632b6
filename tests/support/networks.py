"""Random networks for the tests of the engine: what hypothesis draws, and a second opinion on J."""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import Decimal, localcontext
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st

from playground.engine.network import Network
from playground.engine.stepping.fast_output import fast_output
from playground.engine.stepping.step import Batch, with_ones
from playground.experiment import ACTIVATIONS

penalties = st.one_of(st.just(0.0), st.floats(1e-4, 1.0))


class Case(NamedTuple):
    """A network, parameters that are not special, and samples."""

    network: Network
    theta: np.ndarray
    X: np.ndarray
    y: np.ndarray


LOSSES_WITH_OUTPUTS = (
    ("binary_cross_entropy", "sigmoid"),
    ("squared_error", "linear"),
    ("squared_error", "sigmoid"),
    ("softmax_cross_entropy", "softmax"),
)
"""Each loss with each output that it may have."""


def output_sizes(loss: str) -> st.SearchStrategy[int]:
    """Numbers of outputs that a network with this loss may have."""
    return st.integers(2, 5) if loss == "softmax_cross_entropy" else st.integers(1, 3)


def random_targets(rng: np.random.Generator, loss: str, n: int, n_out: int) -> np.ndarray:
    """Return targets (n, n_out) of zeros and ones as this loss takes them."""
    if loss == "softmax_cross_entropy":
        return np.eye(n_out)[rng.integers(0, n_out, n)]
    return rng.integers(0, 2, (n, n_out)).astype(float)


@st.composite
def cases(draw: st.DrawFn, activations: tuple[str, ...] = ACTIVATIONS) -> Case:
    """Networks of 0 to 3 hidden layers with every loss and penalty, on 1 to 12 samples.

    Each has one activation, or one per hidden layer.
    """
    loss, output = draw(st.sampled_from(LOSSES_WITH_OUTPUTS))
    sizes = (
        draw(st.integers(1, 3)),
        *draw(st.lists(st.integers(1, 5), max_size=3)),
        draw(output_sizes(loss)),
    )
    some = st.sampled_from(activations)
    hidden = len(sizes) - 2
    activation = draw(st.one_of(some, st.tuples(*[some] * hidden)) if hidden else some)
    network = Network(sizes, activation, loss, draw(penalties), draw(penalties), output)
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n = draw(st.integers(1, 12))
    theta = rng.normal(0.0, draw(st.sampled_from((0.3, 1.0, 2.0))), network.n_parameters)
    X = rng.normal(size=(n, sizes[0]))
    y = random_targets(rng, loss, n, sizes[-1])
    if network.loss_kind == "squared_error":
        y += rng.normal(size=y.shape)
    return Case(network, theta, X, y)


def distance_to_kinks(case: Case) -> float:
    """How near the closest relu comes to its kink, and the closest weight to that of |w|."""
    network, theta, X, _ = case
    nearest = [np.abs(theta[network.is_weight]).min()] if network.l1 else [math.inf]
    hidden = zip(network.activations, network.forward(theta, X).z[:-1], strict=True)
    nearest += [np.abs(z).min() for name, z in hidden if name in ("relu", "leaky_relu")]
    return float(min(nearest))


def loss_by_hand(case: Case) -> float:
    """J with Python's own numbers, one sample and one neuron at a time: slow, and shares no code."""
    network, theta, X, y = case
    functions = {
        "relu": lambda z: max(z, 0.0),
        "tanh": math.tanh,
        "sigmoid": lambda z: 1.0 / (1.0 + math.exp(-z)),
        "identity": lambda z: z,
        "leaky_relu": lambda z: z if z > 0.0 else 0.01 * z,
        "softplus": lambda z: math.log1p(math.exp(z)),
    }
    total = 0.0
    for row, target in zip(X.tolist(), y.tolist(), strict=True):
        a = row
        numbers: Iterator[float] = iter(theta.tolist())
        for layer, neurons in enumerate(network.layer_sizes[1:], start=1):
            weights = [[next(numbers) for _ in a] for _ in range(neurons)]
            biases = [next(numbers) for _ in range(neurons)]
            z = [
                sum(w * value for w, value in zip(w_row, a, strict=True)) + b
                for w_row, b in zip(weights, biases, strict=True)
            ]
            last = layer == len(network.layer_sizes) - 1
            a = z if last else [functions[network.activations[layer - 1]](value) for value in z]
        if network.output == "softmax":
            with localcontext(prec=80):
                powers = [Decimal(value - a[target.index(1.0)]).exp() for value in a]
                total += float(sum(powers, Decimal(0)).ln())
            continue
        for output, wanted in zip(a, target, strict=True):
            if network.loss_name == "squared_error":
                if network.output == "sigmoid":
                    output = 1.0 / (1.0 + math.exp(-output))
                total += 0.5 * (output - wanted) ** 2
            else:
                with localcontext(prec=80):
                    total += float((1 + Decimal(-output if wanted else output).exp()).ln())
    rest: Iterator[float] = iter(theta.tolist())
    penalty = 0.0
    for n_in, n_out in pairwise(network.layer_sizes):
        penalized = [next(rest) for _ in range(n_in * n_out)]
        penalty += sum(network.l1 * abs(w) + 0.5 * network.l2 * w * w for w in penalized)
        _biases = [next(rest) for _ in range(n_out)]
    return total / len(X) + penalty


def batch_of(network: Network, X: np.ndarray, y: np.ndarray) -> Batch:
    """Return the samples X (n, n_in), y (n, n_out) as one batch with a z of its own."""
    rows = with_ones(X)
    target = np.ascontiguousarray(fast_output(network).target(y).T) / X.shape[0]
    return Batch(np.ascontiguousarray(rows.T), rows, target, np.empty_like(target))


def shows_in(name: str, network: Network) -> bool:
    """Return whether a bug changes the gradient of a network at all."""
    sizes = network.layer_sizes
    if name == "slope":
        return any(not g.piecewise_linear for g in network.g.values())
    if name == "transpose":
        return any(before == after > 1 for before, after in pairwise(sizes[1:]))
    return True
