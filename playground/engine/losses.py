"""Loss functions: the cost of one prediction, with its first and second derivative.

z is the value of the output layer before its activation and y the target. The loss of a sample is the sum
over its outputs, J the mean over the samples. Functions act element by element on arrays of equal shape.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from playground.arrays import Array
from playground.engine.activations import sigmoid

# Far from any minimum numbers grow past what a float holds. inf or NaN is then the right answer, and no
# reason for a warning.
overflow_is_an_answer = np.errstate(over="ignore", invalid="ignore", under="ignore", divide="ignore")


CROSS_ENTROPY, HALF_SQUARE = "binary_cross_entropy", "squared_error"
HALF_SQUARE_OF_SIGMOID = "squared_error_of_sigmoid"
"""Kinds of losses: a loss with the activation of its output."""


class Loss(NamedTuple):
    """One loss function of the output z and the target y.

    name         as in an experiment
    output       the activation of the output, as in an experiment: ŷ is z itself, or σ(z)
    kind         the name of both together
    prediction   z -> ŷ
    value        (z, y) -> loss
    first        (z, y) -> ∂loss/∂z
    second       (z, y) -> ∂²loss/∂z²
    """

    name: str
    output: str
    kind: str
    prediction: Callable[[Array], Array]
    value: Callable[[Array, Array], Array]
    first: Callable[[Array, Array], Array]
    second: Callable[[Array, Array], Array]


def _cross_entropy(z: Array, y: Array) -> Array:
    """Return −y·log ŷ − (1 − y)·log(1 − ŷ) with ŷ = σ(z), which is log(1 + e^z) − y·z.

    log(1 + e^z) overflows as it stands; max(z, 0) + log(1 + e^−|z|) is the same number and does not.
    """
    result: Array = np.maximum(z, 0.0) - y * z + np.log1p(np.exp(-np.abs(z)))
    return result


def _cross_entropy_first(z: Array, y: Array) -> Array:
    """Return ŷ − y, written (1 − y)·σ(z) − y·σ(−z).

    Near a minimum ŷ and y agree in nearly all digits and their difference would hold only rounding; here
    nothing cancels when y is 0 or 1.
    """
    e = np.exp(-np.abs(z))
    right = z >= 0
    result: Array = ((1.0 - y) * np.where(right, 1.0, e) - y * np.where(right, e, 1.0)) / (1.0 + e)
    return result


def _cross_entropy_second(z: Array, y: Array) -> Array:
    """Return σ'(z) = σ(z)·(1 − σ(z)), even in z and therefore e^−|z| / (1 + e^−|z|)²."""
    e = np.exp(-np.abs(z))
    return e / ((1.0 + e) * (1.0 + e))


def _half_square(z: Array, y: Array) -> Array:
    result: Array = 0.5 * np.square(z - y)
    return result


def _half_square_first(z: Array, y: Array) -> Array:
    return z - y


def _half_square_second(z: Array, y: Array) -> Array:
    return np.ones_like(z)


def _half_square_of_sigmoid(z: Array, y: Array) -> Array:
    result: Array = 0.5 * np.square(_cross_entropy_first(z, y))
    return result


def _half_square_of_sigmoid_first(z: Array, y: Array) -> Array:
    """Return (ŷ − y)·σ'(z), by the chain rule."""
    result: Array = _cross_entropy_first(z, y) * _cross_entropy_second(z, y)
    return result


def _half_square_of_sigmoid_second(z: Array, y: Array) -> Array:
    """Return σ'(z)² + (ŷ − y)·σ''(z), where σ'' = σ'·(1 − 2σ) and 1 − 2σ(z) = −tanh(z/2)."""
    slope = _cross_entropy_second(z, y)
    result: Array = slope * (slope - _cross_entropy_first(z, y) * np.tanh(0.5 * z))
    return result


def _same(z: Array) -> Array:
    return z.copy()


LOSSES: Mapping[str, Loss] = {
    "binary_cross_entropy": Loss(
        "binary_cross_entropy",
        "sigmoid",
        CROSS_ENTROPY,
        sigmoid,
        _cross_entropy,
        _cross_entropy_first,
        _cross_entropy_second,
    ),
    "squared_error": Loss(
        "squared_error",
        "linear",
        HALF_SQUARE,
        _same,
        _half_square,
        _half_square_first,
        _half_square_second,
    ),
}
"""Each loss with its usual output."""

_OTHER_OUTPUTS = (
    Loss(
        "squared_error",
        "sigmoid",
        HALF_SQUARE_OF_SIGMOID,
        sigmoid,
        _half_square_of_sigmoid,
        _half_square_of_sigmoid_first,
        _half_square_of_sigmoid_second,
    ),
)


def loss_with_output(name: str, output: str | None) -> Loss:
    """Return the loss of this name with this output; None: its usual one. Raises ValueError for others."""
    if name not in LOSSES:
        raise ValueError(f"loss must be one of {', '.join(LOSSES)}, not {name!r}.")
    possible = {loss.output: loss for loss in (*_OTHER_OUTPUTS, LOSSES[name]) if loss.name == name}
    if output is None:
        return LOSSES[name]
    if output not in possible:
        raise ValueError(f"output must be one of {', '.join(possible)} for {name}, not {output!r}.")
    return possible[output]


def accuracy(loss_name: str, predictions: Array, y: Array) -> float:
    """Return the share of predictions on the right side of 0.5, from 0 to 1; NaN where there are no samples.

    predictions (n, n_out) as Network.predict returns them, for either loss; y (n, n_out) of zeros and ones. A
    prediction of exactly 0.5 counts as class 1; one that is NaN is never right.
    """
    if loss_name not in LOSSES:
        raise ValueError(f"loss must be one of {', '.join(LOSSES)}, not {loss_name!r}.")
    predictions, y = np.asarray(predictions), np.asarray(y)
    if predictions.shape != y.shape:
        raise ValueError(f"predictions {predictions.shape} and y {y.shape} must have the same shape.")
    if predictions.size == 0:
        return math.nan
    right = ((predictions >= 0.5) == (y >= 0.5)) & ~np.isnan(predictions)
    return float(np.mean(right))


def one_over(m: int) -> float:
    """Return 1/m, the weight of a sample in a mean over m; NaN for the mean of no samples."""
    return 1.0 / m if m else math.nan
