"""Activation functions a = g(z) of the hidden layers, with their first and second derivatives.

Backward propagation needs g'(z); the Hessian needs g''(z). Both are cheapest when written in terms of the
activation a itself, which forward propagation has already computed, so the derivatives take (z, a). Every
function acts element by element on an array of any shape and returns a new array of that shape.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from playground.arrays import Array
from playground.experiment import ACTIVATIONS as NAMES

# NumPy reads an array of one number faster than a Python number.
_HALF, _ONE, _ZERO = np.array(0.5), np.array(1.0), np.array(0.0)

LEAK = 0.01
"""The slope of the leaky ReLU below zero, that of torch.nn.LeakyReLU."""
_LEAK, _REST = np.array(LEAK), np.array(1.0 - LEAK)


@dataclass(frozen=True, kw_only=True)
class Activation:
    """One activation function with all its properties.

    name               as in an experiment
    title              as in the window's menus
    symbol             in a formula: σ(z)
    formula            value and slope in words, for the page of activations
    value              z -> a = g(z)
    first              (z, a) -> g'(z)
    second             (z, a) -> g''(z)
    in_place           z -> None: z becomes g(z); for float32 too
    write              (z, a) -> None: a becomes g(z); a may be z itself
    write_slopes       (a, slopes) -> None: slopes become g', computed from a alone
    bounds             the values that g approaches and never passes; None where it is not bounded
    steepest           the largest |g'|
    piecewise_linear   g'' is zero almost everywhere, so that terms with g'' can be left out
    has_kink           g has no slope at z = 0
    can_die            g' is exactly 0 on one side: a neuron that is there at every point is dead
    """

    name: str
    title: str
    symbol: str
    formula: str
    value: Callable[[Array], Array]
    first: Callable[[Array, Array], Array]
    second: Callable[[Array, Array], Array]
    in_place: Callable[[Array], None]
    write: Callable[[Array, Array], object]
    write_slopes: Callable[[Array, Array], object]
    bounds: tuple[float, float] | None = None
    steepest: float = 1.0
    piecewise_linear: bool = False
    has_kink: bool = False
    can_die: bool = False


def sigmoid(z: Array) -> Array:
    """Return σ(z) = 1 / (1 + e^−z), to full relative precision at both ends.

    Written with e^−|z|, which cannot overflow: σ(z) is 1/(1 + e^−|z|) on the right of zero and e^−|z|/(1 +
    e^−|z|) on the left.
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


def _leaky_relu(z: Array) -> Array:
    return np.maximum(z, LEAK * z)


def _leaky_relu_first(z: Array, a: Array) -> Array:
    # At the kink the slope from the left, as torch takes it.
    return np.where(z > 0.0, 1.0, LEAK)


def _softplus(z: Array) -> Array:
    """Return log(1 + e^z), written with e^−|z|, which cannot overflow."""
    return np.maximum(z, 0.0) + np.log1p(np.exp(-np.abs(z)))


def _softplus_first(z: Array, a: Array) -> Array:
    return sigmoid(z)


def _softplus_second(z: Array, a: Array) -> Array:
    slope = sigmoid(z)
    return slope * (1.0 - slope)


def _identity(z: Array) -> Array:
    return z.copy()


def _one(z: Array, a: Array) -> Array:
    return np.ones_like(z)


def _relu_in_place(z: Array) -> None:
    # An array of zeros is four times as fast here as the number zero.
    np.maximum(z, np.zeros(z.shape[1:], z.dtype), out=z)


def _tanh_in_place(z: Array) -> None:
    np.tanh(z, out=z)


def _sigmoid_in_place(z: Array) -> None:
    """Replace z by σ(z) = ½ + ½·tanh(z/2)."""
    z *= 0.5
    np.tanh(z, out=z)
    z *= 0.5
    z += 0.5


def _leaky_relu_in_place(z: Array) -> None:
    np.maximum(z, z * z.dtype.type(LEAK), out=z)


def _softplus_in_place(z: Array) -> None:
    rest = np.abs(z)
    np.negative(rest, out=rest)
    np.exp(rest, out=rest)
    rest += 1.0
    # log has a fast form in float32, log1p has none; what is lost is far below the size of the terms of z.
    np.log(rest, out=rest)
    np.maximum(z, 0.0, out=z)
    z += rest


def _leave_in_place(z: Array) -> None:
    pass


def _write_relu(z: Array, a: Array) -> None:
    np.maximum(z, _ZERO, out=a)


def _write_sigmoid(z: Array, a: Array) -> None:
    np.multiply(z, _HALF, a)
    np.tanh(a, a)
    np.multiply(a, _HALF, a)
    np.add(a, _HALF, a)


def _write_leaky_relu(z: Array, a: Array) -> None:
    np.maximum(z, np.multiply(z, _LEAK), out=a)


def _write_softplus(z: Array, a: Array) -> None:
    rest = np.abs(z)
    np.negative(rest, rest)
    np.exp(rest, rest)
    np.log1p(rest, rest)
    np.maximum(z, _ZERO, out=a)
    np.add(a, rest, a)


def leave(z: Array, a: Array) -> None:
    """Do nothing: the identity, where z and a are the same array."""


def _write_tanh_slopes(a: Array, slopes: Array) -> None:
    np.multiply(a, a, slopes)
    np.subtract(_ONE, slopes, slopes)


def _write_sigmoid_slopes(a: Array, slopes: Array) -> None:
    np.multiply(a, a, slopes)
    np.subtract(a, slopes, slopes)


def _write_leaky_relu_slopes(a: Array, slopes: Array) -> None:
    np.greater(a, _ZERO, slopes)
    np.multiply(slopes, _REST, slopes)
    np.add(slopes, _LEAK, slopes)


def _write_softplus_slopes(a: Array, slopes: Array) -> None:
    """Write σ(z) = 1 − e^−a, to full relative precision where a is small."""
    np.negative(a, slopes)
    np.expm1(slopes, slopes)
    np.negative(slopes, slopes)


ACTIVATIONS: dict[str, Activation] = {
    activation.name: activation
    for activation in (
        Activation(
            name="relu",
            title="ReLU",
            symbol="ReLU",
            formula="━ ReLU(z) = max(0, z)   ╍ ReLU' = 1 for z > 0, else 0",
            value=_relu,
            first=_relu_first,
            second=_zero,
            in_place=_relu_in_place,
            write=_write_relu,
            # The sign of the result is the slope.
            write_slopes=np.sign,
            piecewise_linear=True,
            has_kink=True,
            can_die=True,
        ),
        Activation(
            name="tanh",
            title="tanh",
            symbol="tanh",
            formula="━ tanh(z)   ╍ tanh' = 1 − tanh²: at most 1",
            value=np.tanh,
            first=_tanh_first,
            second=_tanh_second,
            in_place=_tanh_in_place,
            write=np.tanh,
            write_slopes=_write_tanh_slopes,
            bounds=(-1.0, 1.0),
        ),
        Activation(
            name="sigmoid",
            title="sigmoid",
            symbol="σ",
            formula="━ σ(z) = 1 / (1 + e⁻ᶻ)   ╍ σ' = σ·(1 − σ): at most 0.25",
            value=sigmoid,
            first=_sigmoid_first,
            second=_sigmoid_second,
            in_place=_sigmoid_in_place,
            write=_write_sigmoid,
            write_slopes=_write_sigmoid_slopes,
            bounds=(0.0, 1.0),
            steepest=0.25,
        ),
        Activation(
            name="identity",
            title="identity",
            symbol="id",
            formula="━ g(z) = z   ╍ g' = 1 everywhere: layers add nothing",
            value=_identity,
            first=_one,
            second=_zero,
            in_place=_leave_in_place,
            write=leave,
            # The buffer of slopes is created with ones.
            write_slopes=leave,
            piecewise_linear=True,
        ),
        Activation(
            name="leaky_relu",
            title="leaky ReLU",
            symbol="LReLU",
            formula="━ LReLU(z) = max(z, 0.01·z)   ╍ LReLU' = 1 for z > 0, else 0.01",
            value=_leaky_relu,
            first=_leaky_relu_first,
            second=_zero,
            in_place=_leaky_relu_in_place,
            write=_write_leaky_relu,
            write_slopes=_write_leaky_relu_slopes,
            piecewise_linear=True,
            has_kink=True,
        ),
        Activation(
            name="softplus",
            title="softplus",
            symbol="softplus",
            formula="━ softplus(z) = log(1 + eᶻ)   ╍ softplus' = σ(z): from 0 to 1",
            value=_softplus,
            first=_softplus_first,
            second=_softplus_second,
            in_place=_softplus_in_place,
            write=_write_softplus,
            write_slopes=_write_softplus_slopes,
        ),
    )
}


def activation_title(activation: str | tuple[str, ...]) -> str:
    """Return the name of an activation as in the window's menus; "tanh/ReLU" for one per hidden layer."""
    names = (activation,) if isinstance(activation, str) else activation
    return "/".join(ACTIVATIONS[name].title for name in names)


assert tuple(ACTIVATIONS) == NAMES, "each activation of an experiment has a record here, in the same order"
