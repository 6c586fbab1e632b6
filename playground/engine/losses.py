"""Loss functions: the cost of one prediction, with its first and second derivative.

z is the value of the output layer before its activation and y the target, both with a sample a column:
(n_out, m), or stacks of such (…, n_out, m). J is the mean over the samples.

With several outputs a squared error and a binary cross-entropy are sums over them. Softmax is the link of
more than two classes: y has a 1 in the row of the sample's class k and 0 elsewhere, and

    ŷ_i = e^z_i / Σ e^z_j,    loss = −log ŷ_k,    δ = ŷ − y.

With two classes ŷ_2 is σ(z_2 − z_1), and the loss is the binary cross-entropy of that difference.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple

import numpy as np

from playground.arrays import Array
from playground.engine.activations import sigmoid

# Far from any minimum numbers grow past what a float holds. inf or NaN is then the right answer, and no
# reason for a warning.
overflow_is_an_answer = np.errstate(over="ignore", invalid="ignore", under="ignore", divide="ignore")


CROSS_ENTROPY, HALF_SQUARE = "binary_cross_entropy", "squared_error"
HALF_SQUARE_OF_SIGMOID = "squared_error_of_sigmoid"
SOFTMAX_CROSS_ENTROPY = "softmax_cross_entropy"
"""Kinds of losses: a loss with the activation of its output."""


Along = Callable[[Array], Array]
"""The derivative along a direction: R{z} -> R{δ}, of arrays (…, n_out, m)."""


class Loss(NamedTuple):
    """One loss function with the activation of its output: all that is special about an output layer.

    name         as in an experiment
    output       the activation of the output, as in an experiment: ŷ is z itself, σ(z), or softmax(z)
    kind         the name of both together
    prediction   z -> ŷ
    value        (z, y) -> loss of each sample (…, m)
    first        (z, y) -> δ = ∂loss/∂z
    second       (z, y) -> the second derivative, as what it makes of R{z}: see engine.hessian
    """

    name: str
    output: str
    kind: str
    prediction: Callable[[Array], Array]
    value: Callable[[Array, Array], Array]
    first: Callable[[Array, Array], Array]
    second: Callable[[Array, Array], Along]


def _cross_entropy(z: Array, y: Array) -> Array:
    """Return −y·log ŷ − (1 − y)·log(1 − ŷ) with ŷ = σ(z), which is log(1 + e^z) − y·z.

    log(1 + e^z) overflows as it stands; max(z, 0) + log(1 + e^−|z|) is the same number and does not.
    """
    return _over_outputs(np.maximum(z, 0.0) - y * z + np.log1p(np.exp(-np.abs(z))))


def _cross_entropy_first(z: Array, y: Array) -> Array:
    """Return ŷ − y, written (1 − y)·σ(z) − y·σ(−z).

    Near a minimum ŷ and y agree in nearly all digits and their difference would hold only rounding; here
    nothing cancels when y is 0 or 1.
    """
    e = np.exp(-np.abs(z))
    right = z >= 0
    result: Array = ((1.0 - y) * np.where(right, 1.0, e) - y * np.where(right, e, 1.0)) / (1.0 + e)
    return result


def _slope_of_sigmoid(z: Array) -> Array:
    """Return σ'(z) = σ(z)·(1 − σ(z)), even in z and therefore e^−|z| / (1 + e^−|z|)²."""
    e = np.exp(-np.abs(z))
    return e / ((1.0 + e) * (1.0 + e))


def _cross_entropy_second(z: Array, y: Array) -> Along:
    return partial(np.multiply, _slope_of_sigmoid(z))


def _half_square(z: Array, y: Array) -> Array:
    return _over_outputs(0.5 * np.square(z - y))


def _half_square_first(z: Array, y: Array) -> Array:
    return z - y


def _half_square_second(z: Array, y: Array) -> Along:
    return _same


def _half_square_of_sigmoid(z: Array, y: Array) -> Array:
    return _over_outputs(0.5 * np.square(_cross_entropy_first(z, y)))


def _half_square_of_sigmoid_first(z: Array, y: Array) -> Array:
    """Return (ŷ − y)·σ'(z), by the chain rule."""
    return _cross_entropy_first(z, y) * _slope_of_sigmoid(z)


def _half_square_of_sigmoid_second(z: Array, y: Array) -> Along:
    """Return what multiplies by σ'(z)² + (ŷ − y)·σ''(z).

    Here σ'' = σ'·(1 − 2σ), and 1 − 2σ(z) = −tanh(z/2).
    """
    slope = _slope_of_sigmoid(z)
    return partial(np.multiply, slope * (slope - _cross_entropy_first(z, y) * np.tanh(0.5 * z)))


def softmax(z: Array) -> Array:
    """Return e^z_i / Σ e^z_j over the outputs of z (…, n_out, m).

    A number taken off all z leaves it the same; the largest is taken off, so that nothing overflows.
    """
    e = np.exp(z - z.max(axis=-2, keepdims=True))
    result: Array = e / e.sum(axis=-2, keepdims=True)
    return result


def softmax_cross_entropy(z: Array, y: Array) -> Array:
    """Return −log ŷ of the class of each sample (…, m), which is log Σ e^d_j − d_k with d = z − max z.

    Near a minimum d_k is 0, the sum is 1 and a little, and the little is J: so that it keeps its digits, the
    other classes are summed apart from the 1 of class k.
    """
    d = z - z.max(axis=-2, keepdims=True)
    own = np.einsum(_OF_EACH, d, y)
    others = np.einsum(_OF_EACH, np.exp(d, out=d), 1.0 - y)
    others += np.exp(own) - 1.0
    result: Array = np.log1p(others, out=others) - own
    return result


_OF_EACH = "...on,...on->...n"
"""The sums over the outputs of the products of two arrays (…, n_out, m)."""


def _softmax_first(z: Array, y: Array) -> Array:
    """Return ŷ − y, written (1 − y)·ŷ − y·(1 − ŷ).

    Here 1 − ŷ is the sum of the other classes: near a minimum the difference of ŷ and 1 would hold only
    rounding.
    """
    d = z - z.max(axis=-2, keepdims=True)
    e = np.exp(d)
    own = (y * e).sum(axis=-2, keepdims=True)
    others = ((1.0 - y) * e).sum(axis=-2, keepdims=True)
    result: Array = ((1.0 - y) * e - y * others) / (own + others)
    return result


class _SoftmaxSecond:
    """R{z} -> R{δ} = ŷ ∘ (R{z} − Σ ŷ_j·R{z_j}) of each sample.

    R{z} of the likeliest class is taken off all first. That changes nothing, and where its ŷ is nearly 1
    nothing cancels.
    """

    def __init__(self, z: Array, y: Array):
        self._prediction = softmax(z)
        self._likeliest = z.argmax(axis=-2)

    def __call__(self, Rz: Array) -> Array:
        samples = np.arange(Rz.shape[-1])
        relative = Rz - Rz[..., self._likeliest, samples][..., np.newaxis, :]
        mean = (self._prediction * relative).sum(axis=-2, keepdims=True)
        result: Array = self._prediction * (relative - mean)
        return result


def _over_outputs(terms: Array) -> Array:
    result: Array = terms.sum(axis=-2)
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
    "softmax_cross_entropy": Loss(
        "softmax_cross_entropy",
        "softmax",
        SOFTMAX_CROSS_ENTROPY,
        softmax,
        softmax_cross_entropy,
        _softmax_first,
        _SoftmaxSecond,
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


def is_one_hot(y: Array) -> bool:
    """Return whether each column of y (n_out, m) holds a single 1 and otherwise 0."""
    return bool(((y == 0.0) | (y == 1.0)).all() and (y.sum(axis=0) == 1.0).all())


def accuracy(loss_name: str, predictions: Array, y: Array) -> float:
    """Return the share of samples whose class is the predicted one, from 0 to 1; NaN where there are none.

    predictions (n, n_out) as Network.predict returns them, for any loss; y (n, n_out) of zeros and ones. One
    output predicts class 1 from 0.5 on, several the class of the largest, of equal ones the first. A sample
    with a prediction that is NaN is never right.
    """
    if loss_name not in LOSSES:
        raise ValueError(f"loss must be one of {', '.join(LOSSES)}, not {loss_name!r}.")
    predictions, y = np.asarray(predictions), np.asarray(y)
    if predictions.shape != y.shape:
        raise ValueError(f"predictions {predictions.shape} and y {y.shape} must have the same shape.")
    if predictions.size == 0:
        return math.nan
    right = samples_right(predictions.T, y.T, 0.5)
    return float(np.mean(right))


def samples_right(values: Array, y: Array, half: float) -> Array:
    """Return which samples (…, m) have the class that values (…, n_out, m) say; none that has a NaN.

    values: ŷ, or what grows with it; half: the value at which ŷ is 0.5, which decides for one output.
    """
    if values.shape[-2] == 1:
        values, y = values[..., 0, :], y[..., 0, :]
        result: Array = ((values >= half) == (y >= 0.5)) & ~np.isnan(values)
        return result
    largest = values.max(axis=-2, keepdims=True)
    is_largest = values == largest
    if np.count_nonzero(is_largest) == largest.size and not np.isnan(largest).any():
        # No ties. The largest is found much faster than its index.
        result = (is_largest & (y > 0.5)).any(axis=-2)
    else:
        result = (values.argmax(axis=-2) == y.argmax(axis=-2)) & ~np.isnan(values).any(axis=-2)
    return result


def one_over(m: int) -> float:
    """Return 1/m, the weight of a sample in a mean over m; NaN for the mean of no samples."""
    return 1.0 / m if m else math.nan
