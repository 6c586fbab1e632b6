"""Common mistakes in a backward pass, each one rule of engine.backprop.rules gone wrong.

The bug hunt trains with one of them hidden. Each gives arrays of the right shape, so that nothing fails and
training looks almost right: a gradient check finds it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from playground.arrays import Array
from playground.engine.activations import Activation
from playground.engine.backprop.rules import RIGHT, Rules


@dataclass(frozen=True)
class Bug:
    """A mistake: its rules, its name as an answer to choose, and the explanation once it is found."""

    name: str
    rules: Rules
    title: str
    explanation: str


def _sum_of_samples(delta: Array, a: Array) -> Array:
    return delta @ a.T


def _slope_at_a(g: Activation, z: Array, a: Array) -> Array:
    return g.first(a, g.value(a))


def _not_transposed(W: Array, delta: Array) -> Array:
    # Only with a square matrix does this mistake pass unnoticed.
    return W @ delta if W.shape[0] == W.shape[1] else W.T @ delta


def _wrong_sign(delta: Array, layer: int) -> Array:
    mean = RIGHT.biases(delta, layer)
    return -mean if layer == 1 else mean


BUGS: Mapping[str, Bug] = {
    bug.name: bug
    for bug in (
        Bug(
            "mean",
            RIGHT._replace(weights=_sum_of_samples),
            "1/m is missing",
            "∂J/∂W[l] is the sum over the batch where it should be the mean: m times too large. "
            "A single point (m = 1) does not show it.",
        ),
        Bug(
            "slope",
            RIGHT._replace(slope=_slope_at_a),
            "g' is taken at a, not at z",
            "δ[l] uses g'(a[l]) instead of g'(z[l]). The output layer is right, everything before it is not.",
        ),
        Bug(
            "transpose",
            RIGHT._replace(carry=_not_transposed),
            "a matrix is not transposed",
            "δ is carried back by W[l] instead of W[l]ᵀ. Where W[l] is square nothing complains.",
        ),
        Bug(
            "sign",
            RIGHT._replace(biases=_wrong_sign),
            "a sign is wrong",
            "∂J/∂b[1] has the wrong sign: these biases climb while all others descend.",
        ),
    )
}


def rules_of(fault: str | None) -> Rules:
    """Return the rules of a backward pass with this bug; None: the right ones."""
    return RIGHT if fault is None else BUGS[fault].rules
