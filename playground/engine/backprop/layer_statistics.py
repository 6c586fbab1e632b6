"""Facts about the activation functions over the points: pre-activations, saturation, gradient norms.

A neuron is saturated at a point where |g'(z)| < 0.01: hardly any of δ passes there, so that its weights learn
nothing from this point. A ReLU that is off at every point is dead. Where z is not a number (its terms
overflowed, ∞ − ∞) no slope is known, and the neuron counts as neither.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from playground.arrays import Array
from playground.drawable import LARGEST
from playground.engine.activations import Activation
from playground.engine.backprop.rules import RIGHT, Rules, loss_and_gradient
from playground.engine.lengths import length
from playground.engine.losses import overflow_is_an_answer
from playground.engine.network import Network

FLAT = 0.01
"""A slope below this counts as none."""
BINS = 48
LEAST_REACH = 4.0
WITHIN = 0.99
"""Share of the pre-activations of every layer that lies within the range of the histograms."""
SMALL_NORM = 1e-9
"""A norm below this may be rounding, and is compared with what is summed."""
WORK = 400_000
"""Points × parameters of one piece of work."""


@dataclass(frozen=True, eq=False)
class LayerFacts:
    """One hidden layer over all training points.

    layer        its number, from 1
    activation   the name of its g
    counts       (BINS,) neurons × points by pre-activation; the outermost bins hold what lies beyond, too
    saturated    share of neurons × points with |g'| < FLAT
    silent       neurons for which that holds at every point: for a relu, the dead ones
    neurons      in the layer
    """

    layer: int
    activation: str
    counts: Array
    saturated: float
    silent: int
    neurons: int


@dataclass(frozen=True, eq=False)
class ActivationFacts:
    """All hidden layers at one θ; edges (BINS + 1,) are the same for all."""

    edges: Array
    layers: tuple[LayerFacts, ...]

    def of(self, activation: str) -> ActivationFacts:
        """Return the facts about the layers with this activation."""
        return replace(self, layers=tuple(layer for layer in self.layers if layer.activation == activation))


def pieces_of(network: Network, n: int) -> list[slice]:
    """Return the points in pieces that take about a few milliseconds each."""
    size = max(1, WORK // max(network.n_parameters, 1))
    return [slice(start, min(start + size, n)) for start in range(0, n, size)]


def activation_facts(network: Network, theta: Array, X: Array) -> ActivationFacts:
    """Return facts about the hidden layers of a network at θ over the points X (n, n_in)."""
    *_, facts = facts_in_pieces(network, theta, X)
    assert facts is not None
    return facts


def facts_in_pieces(network: Network, theta: Array, X: Array) -> Iterator[ActivationFacts | None]:
    """Yield None after each piece of work, and at the end the same."""
    pieces = []
    for piece in pieces_of(network, len(X)):
        pieces.append(network.forward(theta, X[piece]).z[:-1])
        yield None
    z_by_layer = [np.concatenate(z) for z in zip(*pieces, strict=True)]
    reach = LEAST_REACH
    for z in z_by_layer:
        size = np.abs(z[np.isfinite(z)])
        if size.size:
            reach = max(reach, float(np.quantile(size, WITHIN)))
        yield None
    # Values farther out count in the last bins: no axis extends there.
    edges = np.linspace(-1.0, 1.0, BINS + 1) * min(reach, LARGEST)
    layers = []
    for (number, g), z in zip(network.g.items(), z_by_layer, strict=True):
        layers.append(_layer_facts(number, g, z, edges))
        yield None
    yield ActivationFacts(edges, tuple(layers))


@overflow_is_an_answer
def is_flat(g: Activation, z: Array) -> Array:
    """Return where hidden neurons are saturated, |g'(z)| < FLAT: bool in the shape of z (n, neurons)."""
    return np.abs(g.first(z, g.value(z))) < FLAT


def silent(flat: Array) -> Array:
    """Return which neurons are flat at every point, bool (neurons,): for a relu, the dead ones.

    flat: (n, neurons) bool.
    """
    everywhere: Array = np.all(flat, axis=0) & (len(flat) > 0)
    return everywhere


def silent_neurons(flat: Array) -> int:
    """Return how many neurons are flat at every point, flat (n, neurons)."""
    return int(silent(flat).sum())


@overflow_is_an_answer
def _layer_facts(layer: int, g: Activation, z: Array, edges: Array) -> LayerFacts:
    clipped = np.clip(z[np.isfinite(z)], edges[0], edges[-1])
    flat = is_flat(g, z)
    saturated = float(flat.mean()) if flat.size else 0.0
    counts = np.histogram(clipped, edges)[0]
    return LayerFacts(layer, g.name, counts, saturated, silent_neurons(flat), z.shape[1])


def gradient_norms(
    network: Network, theta: Array, X: Array, y: Array, rules: Rules = RIGHT
) -> Iterator[Array | None]:
    """Yield ‖∂J/∂(W[l], b[l])‖ for every layer (L,), penalties left out, after None for each piece of work.

    Where the points cancel each other but for the rounding of their sum, the norm is 0; however small, it is
    kept where it is more than that. A mean over all points is combined from the means over pieces of them.
    """
    norms = np.empty(0)
    for found in _layer_lengths(network, theta, X, y, rules):
        if found is None:
            yield None
        else:
            norms = found
    if np.any((norms > 0.0) & (norms < SMALL_NORM)):
        for found in _layer_lengths(network, theta, X, y, RIGHT_SIZES if rules is RIGHT else _sizes(rules)):
            if found is None:
                yield None
            else:
                rounding = np.sqrt(len(X)) * np.finfo(float).eps * found
                norms = np.where(norms <= rounding, 0.0, norms)
    yield norms


def _layer_lengths(
    network: Network, theta: Array, X: Array, y: Array, rules: Rules
) -> Iterator[Array | None]:
    """Yield the length of ∂J/∂(W[l], b[l]) by these rules (L,), after None for each piece of work."""
    plain = network.with_penalties(0.0, 0.0)
    total, n = np.zeros(network.n_parameters), len(X)
    # The bug of a missing mean must not depend on how the points are cut.
    for piece in pieces_of(network, n) if rules is RIGHT or rules is RIGHT_SIZES else [slice(0, n)]:
        share = (piece.stop - piece.start) / n
        total += share * loss_and_gradient(plain, theta, X[piece], y[piece], rules)[1]
        yield None
    yield np.array([length(total[weights.start : biases.stop]) for weights, biases in network.layers])


def _sizes(rules: Rules) -> Rules:
    """Return rules that sum over the points without signs: the rounding of a sum goes with this size."""

    def weights(delta: Array, a: Array) -> Array:
        return np.abs(rules.weights(np.abs(delta), np.abs(a)))

    def biases(delta: Array, layer: int) -> Array:
        return np.abs(rules.biases(np.abs(delta), layer))

    return rules._replace(weights=weights, biases=biases)


RIGHT_SIZES = _sizes(RIGHT)
