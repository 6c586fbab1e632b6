"""One forward pass, its loss, the backward pass and the update, with every number kept.

A trace belongs to one point, as if that were the whole batch, or to the mean over all training points. It
shows what a run really computes: where its backward pass has a bug (engine.backprop.bugs), so has the trace,
with the result of the lecture's rules for the same numbers beside it.
"""

# ruff: noqa: E741 (l is the lecture's name of a layer)

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from playground.arrays import Array
from playground.engine.backprop.rules import RIGHT, Rules, penalty_gradient, propagate_back
from playground.engine.losses import overflow_is_an_answer
from playground.engine.network import Network

WORK = 400_000
"""Points × parameters of one piece of work."""


@dataclass(frozen=True, eq=False)
class LayerTrace:
    """One layer l; vectors (n_l,) of the point, or their means over the points.

    W, b              before the update
    z, a              a of the output layer is ŷ
    slope             g'(z) as the backward pass took it, None at the output
    slope_by_rule     g'(z)
    delta             δ[l] = ∂loss/∂z[l]
    delta_by_rule     what the rules of the lecture make of δ[l+1]; the same unless the run has a bug
    dW, db            ∂J/∂W[l], ∂J/∂b[l] as the backward pass has measured them, penalties included
    dW_by_rule, …     what the rules make of δ[l] and a[l−1]
    penalty           l1·sign(W) + l2·W, which is in dW
    new_W, new_b      after the update θ := θ − α·∂J/∂θ
    moved_W, moved_b  1.0 where the update acts, 0.0 where a parameter is frozen
    """

    W: Array
    b: Array
    z: Array
    a: Array
    slope: Array | None
    slope_by_rule: Array | None
    delta: Array
    delta_by_rule: Array
    dW: Array
    db: Array
    dW_by_rule: Array
    db_by_rule: Array
    penalty: Array
    new_W: Array
    new_b: Array
    moved_W: Array
    moved_b: Array


@dataclass(frozen=True, eq=False)
class Trace:
    """Forward, loss, backward, update.

    m             points that it is the mean of; 1 for a single point
    x, y          (n_in,), (n_out,): the point, or the means
    layers        of 1 … L
    data_loss     the loss of the point, or the mean loss, without penalties
    penalty       what L1 and L2 add to J
    activations   the name of g in each hidden layer
    """

    m: int
    x: Array
    y: Array
    layers: tuple[LayerTrace, ...]
    data_loss: float
    penalty: float
    learning_rate: float
    activations: tuple[str, ...]
    loss_name: str
    output: str

    @property
    def prediction(self) -> Array:
        """ŷ (n_out,)."""
        return self.layers[-1].a

    @property
    def loss(self) -> float:
        """J."""
        return self.data_loss + self.penalty

    @property
    def single(self) -> bool:
        """Whether it belongs to one point: sums and products can then be written out."""
        return self.m == 1

    @property
    def gradient(self) -> Array:
        """∂J/∂θ (P,) in public order, by the run's own backward pass."""
        return np.concatenate([part for layer in self.layers for part in (layer.dW.ravel(), layer.db)])


@overflow_is_an_answer
def trace(
    network: Network, theta: Array, X: Array, y: Array, learning_rate: float, rules: Rules = RIGHT
) -> Trace:
    """Return the trace of the samples X (m, n_in), y (m, n_out): of one point, or the mean over several."""
    theta, x = network.checked(theta, X)
    targets = network.checked_targets(x, y)
    W, b = network.matrices(theta)
    z, a = network.propagate((W, b), x)
    measured = propagate_back(network, W, z, a, targets, rules)
    L = network.depth
    a[L] = network.loss_function.prediction(z[L])
    pull, _ = network.matrices(penalty_gradient(network, theta))
    layers = []
    acts = np.ones(network.n_parameters)
    acts[network.frozen] = 0.0
    moved = network.unpack(acts)
    for l in range(1, L + 1):
        delta, dW, db = measured.delta[l], measured.dW[l] + pull[l], measured.db[l]
        slope = None
        if l == L:
            by_rule = network.loss_function.first(z[L], targets)
        else:
            slope = RIGHT.slope(network.g[l], z[l], a[l])
            by_rule = RIGHT.carry(W[l + 1], measured.delta[l + 1]) * slope
        layers.append(
            LayerTrace(
                W=W[l].copy(),
                b=b[l][:, 0].copy(),
                z=_mean(z[l]),
                a=_mean(a[l]),
                slope=None if l == L else _mean(measured.slope[l]),
                slope_by_rule=None if slope is None else _mean(slope),
                delta=_mean(delta),
                delta_by_rule=_mean(by_rule),
                dW=dW,
                db=db,
                dW_by_rule=RIGHT.weights(delta, a[l - 1]) + pull[l],
                db_by_rule=RIGHT.biases(delta, l),
                penalty=pull[l].copy(),
                new_W=np.where(moved[l - 1][0], W[l] - learning_rate * dW, W[l]),
                new_b=np.where(moved[l - 1][1], b[l][:, 0] - learning_rate * db, b[l][:, 0]),
                moved_W=moved[l - 1][0],
                moved_b=moved[l - 1][1],
            )
        )
    losses = network.loss_function.value(z[L], targets)
    return Trace(
        m=x.shape[1],
        x=_mean(x),
        y=_mean(targets),
        layers=tuple(layers),
        data_loss=float(np.mean(losses)),
        penalty=network.penalty(theta),
        learning_rate=learning_rate,
        activations=network.activations,
        loss_name=network.loss_name,
        output=network.output,
    )


def trace_in_pieces(
    network: Network, theta: Array, X: Array, y: Array, learning_rate: float, rules: Rules = RIGHT
) -> Iterator[Trace | None]:
    """Yield None after each piece of work, and at the end the same.

    Every number of a trace is a mean over its points or does not depend on them, so that the trace of many is
    the mean of the traces of parts. A bug may concern the mean itself: then all points are traced at once.
    """
    n = len(X)
    size = max(1, WORK // network.n_parameters) if rules is RIGHT else n
    total: Trace | None = None
    for start in range(0, n, size):
        part = trace(network, theta, X[start : start + size], y[start : start + size], learning_rate, rules)
        total = part if total is None else _merged(total, part)
        yield None
    yield total


def _merged(one: Trace, other: Trace) -> Trace:
    """Return the mean of two traces of the same parameters, each with the weight of its points."""
    m = one.m + other.m
    share = other.m / m

    def mixed(a: Any, b: Any) -> Any:
        return None if a is None else (1.0 - share) * a + share * b

    layers = tuple(
        LayerTrace(**{part.name: mixed(getattr(a, part.name), getattr(b, part.name)) for part in fields(a)})
        for a, b in zip(one.layers, other.layers, strict=True)
    )
    return replace(
        one,
        m=m,
        x=mixed(one.x, other.x),
        y=mixed(one.y, other.y),
        layers=layers,
        data_loss=mixed(one.data_loss, other.data_loss),
    )


def _mean(columns: Array) -> Array:
    result: Array = columns.mean(axis=1)
    return result
