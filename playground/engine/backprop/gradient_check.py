"""Backward propagation against central differences: whether the gradient is right, and the cost of each.

    ∂J/∂θ_k ≈ (J(θ + h·e_k) − J(θ − h·e_k)) / 2h

needs two forward passes for every parameter, 2·P in all, where one backward pass gives all P at once.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from playground.arrays import Array
from playground.engine.backprop.rules import RIGHT, Rules, loss_and_gradient
from playground.engine.losses import overflow_is_an_answer
from playground.engine.network import Network

STEP = 1e-5
"""h for parameters of size up to one: rounding and curvature then cost about 1e-10 each."""
AGREE = 1e-4
"""A larger relative error counts as a mistake; right gradients stay near 1e-7."""
FLOOR = 1e-5
"""An entry smaller than this share of the largest is compared with that share instead of with itself."""
ROUNDINGS = 32.0
"""Number of roundings of the terms of J that the difference of two J may hold; up to 7 were observed."""
MOST_ENTRIES = 2000
"""Maximum number of entries that are checked; of more parameters they are spread evenly over θ."""
REPEATS = 5
BREATH = 0.005


@dataclass(frozen=True, eq=False)
class BlockCheck:
    """The entries of one W[l] or b[l]: its name, how many were checked and how many differ, the worst."""

    name: str
    checked: int
    wrong: int
    worst: float


@dataclass(frozen=True, eq=False)
class GradientCheck:
    """The result of the comparison, so far or complete.

    gradient              (P,) by backward propagation
    indices               (k,) the entries of θ that were checked
    differences           (k,) their central differences
    errors                (k,) relative errors
    kinks                 (k,) bool: within h of it J has a kink, so that the difference decides nothing
    n_parameters          P
    forward_passes        number of forward passes, two for each entry
    forward_seconds       their duration: that number times the median of one
    backward_seconds      duration of one forward and one backward pass together, the median again
    """

    gradient: Array
    indices: Array
    differences: Array
    errors: Array
    kinks: Array
    n_parameters: int
    forward_seconds: float
    backward_seconds: float
    layer_sizes: tuple[int, ...]
    complete: bool

    @property
    def forward_passes(self) -> int:
        return 2 * len(self.differences)

    @property
    def wrong(self) -> Array:
        """(k,) bool: entries that differ for no other reason than a mistake."""
        return ~(self.errors <= AGREE) & ~self.kinks

    @property
    def agrees(self) -> bool:
        return not self.wrong.any()

    @property
    def worst(self) -> int | None:
        """The index in θ of the entry that differs most, without kinks; None where there is none."""
        errors = np.where(self.kinks, -1.0, np.nan_to_num(self.errors, nan=np.inf))
        if not len(errors) or errors.max() < 0:
            return None
        return int(self.indices[int(np.argmax(errors))])

    @property
    def worst_error(self) -> float:
        """The largest relative error, without kinks."""
        rest = self.errors[~self.kinks]
        return float(rest.max()) if len(rest) else 0.0

    def difference_of(self, index: int) -> float | None:
        """Return the central difference of one entry of θ; None where it was not checked."""
        at = np.flatnonzero(self.indices[: len(self.differences)] == index)
        return float(self.differences[at[0]]) if len(at) else None

    def blocks(self) -> tuple[BlockCheck, ...]:
        """Return the result for W[1], b[1], W[2], … one by one."""
        found, start = [], 0
        indices, wrong, kinks = self.indices[: len(self.errors)], self.wrong, self.kinks
        for layer, (n_in, n_out) in enumerate(pairwise(self.layer_sizes), start=1):
            for name, size in ((f"W[{layer}]", n_in * n_out), (f"b[{layer}]", n_out)):
                inside = (indices >= start) & (indices < start + size)
                errors = self.errors[inside & ~kinks]
                worst = float(errors.max()) if len(errors) else 0.0
                found.append(BlockCheck(name, int(inside.sum()), int(wrong[inside].sum()), worst))
                start += size
        return tuple(found)


@overflow_is_an_answer
def relative_errors(gradient: Array, differences: Array, scale: float, rounding: Array) -> Array:
    """Return |g − d| / max(|g|, |d|), with a floor for entries that are zero beside the largest, `scale`.

    rounding (k,): the part of each difference that may be rounding alone. An entry that is hardly larger is
    compared with so large a number that a difference of this size agrees.
    """
    size = np.maximum(np.maximum(np.abs(gradient), np.abs(differences)), max(FLOOR * scale, 1e-9))
    result: Array = np.abs(gradient - differences) / np.maximum(size, rounding / AGREE)
    return result


def gradient_check(
    network: Network,
    theta: Array,
    X: Array,
    y: Array,
    rules: Rules = RIGHT,
    most: int = MOST_ENTRIES,
) -> Generator[GradientCheck | None, None, None]:
    """Compare the gradient by these rules with central differences over the samples X, y.

    Frozen entries have no part in it. Yields the result so far about every BREATH seconds, at the end the
    complete comparison.
    """
    theta = np.array(theta, dtype=np.float64)
    free = np.delete(np.arange(network.n_parameters), network.frozen)
    P = len(free)
    indices = free[np.unique(np.linspace(0, P - 1, min(P, most)).round().astype(int))]
    seconds = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        _, gradient = loss_and_gradient(network, theta, X, y, rules)
        seconds.append(time.perf_counter() - began)
        yield None
    backward_seconds = float(np.median(seconds))
    noise = ROUNDINGS * np.finfo(np.float64).eps * _magnitude(network, theta, X, y)
    differences: list[float] = []
    widths: list[float] = []
    kinks: list[bool] = []
    pairs: list[float] = []
    breath = time.perf_counter() + BREATH

    def found(complete: bool) -> GradientCheck:
        part = indices[: len(differences)]
        d = np.array(differences)
        scale = float(np.abs(gradient).max(initial=0.0))
        errors = relative_errors(gradient[part], d, scale, noise / (0.5 * np.array(widths)))
        known = np.array(kinks, dtype=bool)
        # A kink matters only where both ways disagree.
        for at in np.flatnonzero(~(errors <= AGREE)) if complete else ():
            away = abs(gradient[part[at]] - d[at])
            known[at] = _has_kink(network, theta, int(part[at]), X, away)
        # Another process may take the processor during a pass: the median is not affected.
        spent = len(pairs) * float(np.median(pairs)) if pairs else 0.0
        return GradientCheck(
            gradient, part, d, errors, known, P, spent, backward_seconds, network.layer_sizes, complete
        )

    for index in indices:
        began = time.perf_counter()
        h = STEP * max(1.0, abs(theta[index]))
        up, down = theta.copy(), theta.copy()
        up[index] += h
        down[index] -= h
        rise = network.loss(up, X, y) - network.loss(down, X, y)
        widths.append(up[index] - down[index])
        differences.append(rise / widths[-1])
        kinks.append(False)
        now = time.perf_counter()
        pairs.append(now - began)
        if now > breath:
            yield found(False) if len(differences) % 50 == 0 else None
            breath = time.perf_counter() + BREATH
    yield found(True)


@overflow_is_an_answer
def _magnitude(network: Network, theta: Array, X: Array, y: Array) -> float:
    """Return the size of the numbers whose rounding enters J: the loss, and (ŷ − y)·z at the output."""
    forward = network.forward(theta, X)
    slopes = np.abs((forward.a[-1] - y) * forward.z[-1]).sum(axis=1)
    return abs(network.loss(theta, X, y)) + float(np.mean(slopes))


def _has_kink(network: Network, theta: Array, index: int, X: Array, away: float) -> bool:
    """Return whether J has a kink within h of this entry that explains the difference.

    A ReLU switches there, or |w| of an L1 penalty turns and explains the distance between the two ways: its
    slopes are −l1 and l1.
    """
    h = STEP * max(1.0, abs(theta[index]))
    if network.l1 and network.is_penalized[index] and abs(theta[index]) <= h and away <= 2.1 * network.l1:
        return True
    if not network.has_kinks:
        return False
    up, down = theta.copy(), theta.copy()
    up[index] += h
    down[index] -= h
    sides = zip(network.forward(up, X).z[:-1], network.forward(down, X).z[:-1], strict=True)
    return any(
        g.has_kink and bool(((one > 0) != (other > 0)).any())
        for g, (one, other) in zip(network.g.values(), sides, strict=True)
    )
