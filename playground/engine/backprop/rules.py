"""Backward propagation one rule at a time, with every intermediate result; slower than engine.stepping.step.

The chain rule needs four local rules, and each is a function here that can be replaced:

    δ[L]      = ∂loss/∂z[L]                       at the output
    δ[l−1]    = carry(W[l], δ[l]) ∘ slope(z[l−1])   through a layer: W[l]ᵀ·δ[l] ∘ g'(z[l−1])
    ∂J/∂W[l]  = weights(δ[l], a[l−1]):              1/m · δ[l]·a[l−1]ᵀ
    ∂J/∂b[l]  = biases(δ[l]):                       1/m · Σ δ[l]

m samples stand side by side as columns, as in engine.network, which stays the definition.
"""

# ruff: noqa: E741 (l is the lecture's name of a layer)

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from playground.arrays import Array, ByLayer
from playground.engine.activations import Activation
from playground.engine.losses import one_over, overflow_is_an_answer
from playground.engine.network import Network


def _carry(W: Array, delta: Array) -> Array:
    return W.T @ delta


def _slope(g: Activation, z: Array, a: Array) -> Array:
    return g.first(z, a)


def _weights(delta: Array, a: Array) -> Array:
    return one_over(delta.shape[1]) * (delta @ a.T)


def _biases(delta: Array, layer: int) -> Array:
    result: Array = one_over(delta.shape[1]) * delta.sum(axis=1)
    return result


class Rules(NamedTuple):
    """The local rules of a backward pass.

    carry     (W[l] (n_l, n_l−1), δ[l] (n_l, m)) -> (n_l−1, m)
    slope     (g, z, a) -> g'(z), as z
    weights   (δ[l], a[l−1] (n_l−1, m)) -> ∂J/∂W[l] (n_l, n_l−1)
    biases    (δ[l], l) -> ∂J/∂b[l] (n_l,)
    """

    carry: Callable[[Array, Array], Array] = _carry
    slope: Callable[[Activation, Array, Array], Array] = _slope
    weights: Callable[[Array, Array], Array] = _weights
    biases: Callable[[Array, int], Array] = _biases


RIGHT = Rules()


class Backward(NamedTuple):
    """The results of a backward pass by layer: δ (n_l, m), g' (n_l, m) of hidden layers, ∂J/∂W, ∂J/∂b.

    Penalties are not included.
    """

    delta: ByLayer
    slope: ByLayer
    dW: ByLayer
    db: ByLayer


def propagate_back(
    network: Network, W: ByLayer, z: ByLayer, a: ByLayer, y: Array, rules: Rules = RIGHT
) -> Backward:
    """Run the backward pass after a forward pass with the results z and a; y is (n_out, m)."""
    L = network.depth
    delta, slope, dW, db = ({} for _ in range(4))
    delta[L] = network.loss_function.first(z[L], y)
    for l in range(L, 0, -1):
        dW[l] = rules.weights(delta[l], a[l - 1])
        db[l] = rules.biases(delta[l], l)
        if l > 1:
            slope[l - 1] = rules.slope(network.g[l - 1], z[l - 1], a[l - 1])
            delta[l - 1] = rules.carry(W[l], delta[l]) * slope[l - 1]
    return Backward(delta, slope, dW, db)


@overflow_is_an_answer
def loss_and_gradient(
    network: Network, theta: Array, X: Array, y: Array, rules: Rules = RIGHT
) -> tuple[float, Array]:
    """Return J and the ∂J/∂θ (P,) of a backward pass by these rules, penalties included.

    X is (n, n_in), y (n, n_out). With the right rules it is Network.loss_and_gradient.
    """
    theta, x = network.checked(theta, X)
    columns = network.checked_targets(x, y)
    W, b = network.matrices(theta)
    z, a = network.propagate((W, b), x)
    measured = propagate_back(network, W, z, a, columns, rules)
    gradient = np.concatenate(
        [part for l in range(1, network.depth + 1) for part in (measured.dW[l].ravel(), measured.db[l])]
    )
    gradient += penalty_gradient(network, theta)
    gradient[network.frozen] = 0.0
    loss = float(network.loss_function.value(z[network.depth], columns).sum()) * one_over(x.shape[1])
    return loss + network.penalty(theta), gradient


def penalty_gradient(network: Network, theta: Array) -> Array:
    """Return l1·sign(w) + l2·w where θ (P,) holds a weight, 0 at biases and frozen ones."""
    return np.where(network.is_penalized, network.l1 * np.sign(theta) + network.l2 * theta, 0.0)
