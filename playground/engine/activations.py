"""Activation functions a = g(z) of the hidden layers, with their first and second derivatives.

Backward propagation needs g'(z); the Hessian needs g''(z). Both are cheapest when written in terms of the
activation a itself, which forward propagation has already computed, so the derivatives take (z, a). Every
function acts element by element on an array of any shape and returns a new array of that shape.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from playground.arrays import Array


class Activation(NamedTuple):
    """One activation function.

    name               as in an experiment
    value              z -> a = g(z)
    first              (z, a) -> g'(z)
    second             (z, a) -> g''(z)
    piecewise_linear   g'' is zero almost everywhere, so that terms with g'' can be left out
    """

    name: str
    value: Callable[[Array], Array]
    first: Callable[[Array, Array], Array]
    second: Callable[[Array, Array], Array]
    piecewise_linear: bool


def sigmoid(z: Array) -> Array:
    """σ(z) = 1 / (1 + e^−z), to full relative precision at both ends.

    Written with e^−|z|, which cannot overflow: σ(z) is 1/(1 + e^−|z|) on the right of zero and
    e^−|z|/(1 + e^−|z|) on the left.
    """
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, e) / (1.0 + e)


def _relu(z: Array) -> Array:
    return np.maximum(z, 0.0)


def _relu_first(z: Array, a: Array) -> Array:
    # The kink at zero has no derivative; 0 is the usual choice there.
    return (z > 0.0).astype(z.dtype)


def _zero(z: Array, a: Array) -> Array:
    return np.zeros_like(z)


def _tanh_first(z: Array, a: Array) -> Array:
    return 1.0 - a * a


def _tanh_second(z: Array, a: Array) -> Array:
    return -2.0 * a * (1.0 - a * a)


def _sigmoid_first(z: Array, a: Array) -> Array:
    return a * (1.0 - a)


def _sigmoid_second(z: Array, a: Array) -> Array:
    return a * (1.0 - a) * (1.0 - 2.0 * a)


def _identity(z: Array) -> Array:
    return z.copy()


def _one(z: Array, a: Array) -> Array:
    return np.ones_like(z)


ACTIVATIONS: Mapping[str, Activation] = {
    "relu": Activation("relu", _relu, _relu_first, _zero, True),
    "tanh": Activation("tanh", np.tanh, _tanh_first, _tanh_second, False),
    "sigmoid": Activation("sigmoid", sigmoid, _sigmoid_first, _sigmoid_second, False),
    "identity": Activation("identity", _identity, _one, _zero, True),
}
