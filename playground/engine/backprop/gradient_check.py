"""Backward propagation against central differences: is the gradient right, and what does each way cost?

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
"""A relative error above this is a mistake; right gradients stay near 1e-7."""
FLOOR = 1e-5
"""An entry smaller than this share of the largest is compared with that share instead of with itself."""
ROUNDINGS = 32.0
"""So many roundings of what J is summed from stand in the difference of two J; up to 7 were seen."""
MOST_ENTRIES = 2000
"""More parameters than these are checked at so many places, spread evenly over θ."""
REPEATS = 5
BREATH = 0.005


@dataclass(frozen=True, eq=False)
class BlockCheck:
    """The entries of one W[l] or b[l]: its name, how many were looked at and how many differ, the worst."""

    name: str
    checked: int
    wrong: int
    worst: float


@dataclass(frozen=True, eq=False)
class GradientCheck:
    """What the comparison found, so far or complete.

    gradient              (P,) by backward propagation
    indices               (k,) the entries of θ that were looked at
    differences           (k,) their central differences
    errors                (k,) relative errors
    kinks                 (k,) bool: within h of it J has a corner, so that no difference can tell
    n_parameters          P
    forward_passes        that were made, two for each entry
    forward_seconds       what they take: so many times the median of one
    backward_seconds      what one forward and one backward pass take together, the median again
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
        """The place in θ of the entry that differs most, kinks left aside; None where there is none."""
        errors = np.where(self.kinks, -1.0, np.nan_to_num(self.errors, nan=np.inf))
        if not len(errors) or errors.max() < 0:
            return None
        return int(self.indices[int(np.argmax(errors))])

    @property
    def worst_error(self) -> float:
        """The largest relative error, kinks left aside."""
        rest = self.errors[~self.kinks]
        return float(rest.max()) if len(rest) else 0.0

    def difference_of(self, index: int) -> float | None:
        """The central difference of one entry of θ, where it was looked at."""
        at = np.flatnonzero(self.indices[: len(self.differences)] == index)
        return float(self.differences[at[0]]) if len(at) else None

    def blocks(self) -> tuple[BlockCheck, ...]:
        """W[1], b[1], W[2], … one by one."""
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
    """|g − d| / max(|g|, |d|), with a floor for entries that are zero beside the largest, `scale`.

    rounding (k,): what rounding alone may do to each difference. An entry that is hardly larger is compared
    with so much that a difference of this size agrees.
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

    Yields what is known so far about every BREATH seconds, at the end the complete comparison.
    """
    theta = np.array(theta, dtype=np.float64)
    P = network.n_parameters
    indices = np.unique(np.linspace(0, P - 1, min(P, most)).round().astype(int))
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
        # Only where both ways disagree does it matter whether a corner is the reason.
        for at in np.flatnonzero(~(errors <= AGREE)) if complete else ():
            away = abs(gradient[part[at]] - d[at])
            known[at] = _has_kink(network, theta, int(part[at]), X, away)
        # Another process may take the processor in the middle of a pass: the median does not mind.
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
    """How large the numbers are whose rounding enters J: the loss itself, and (ŷ − y)·z at the output."""
    forward = network.forward(theta, X)
    slopes = np.abs((forward.a[-1] - y) * forward.z[-1]).sum(axis=1)
    return abs(network.loss(theta, X, y)) + float(np.mean(slopes))


def _has_kink(network: Network, theta: Array, index: int, X: Array, away: float) -> bool:
    """Whether a ReLU switches within h of this entry, or |w| of an L1 penalty turns and explains how far the
    two ways are away from each other: its slopes are −l1 and l1.
    """
    h = STEP * max(1.0, abs(theta[index]))
    if network.l1 and network.is_weight[index] and abs(theta[index]) <= h and away <= 2.1 * network.l1:
        return True
    if not network.g.has_kink:
        return False
    up, down = theta.copy(), theta.copy()
    up[index] += h
    down[index] -= h
    sides = zip(network.forward(up, X).z[:-1], network.forward(down, X).z[:-1], strict=True)
    return any(bool(((one > 0) != (other > 0)).any()) for one, other in sides)
