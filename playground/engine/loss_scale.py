"""What a multiple of J and a share of J mean, also where J is not above 0.

The loss of a network is never negative, and N times its best is a product. A formula may have any J: on a
saddle it crosses 0 and has no lower bound. There a factor counts in the size of J: N times as high is
(N − 1)·|J| above it. Above 0 both are the same, and the product is used, to the last bit. J = 0 has no size,
and nothing is a multiple of it.
"""

from __future__ import annotations

import math
from typing import overload

import numpy as np

from playground.arrays import Floats

ROUNDING = 1e-12
FAR_BELOW = 1e6
"""J escapes downward where it ends below 0, at this many times the size of all that it is compared with."""


@overload
def times(factor: float, loss: float) -> float: ...
@overload
def times(factor: float, loss: Floats) -> Floats: ...
def times(factor: float, loss: float | Floats) -> float | Floats:
    """Return J times a factor above 0: above J where the factor is above 1, below it where it is below 1.

    loss: J, or any array of it. An infinite loss stays what it is.
    """
    if isinstance(loss, np.ndarray):
        with np.errstate(all="ignore"):
            return np.where(loss < 0.0, (2.0 - factor) * loss, factor * loss)
    return (2.0 - factor) * loss if loss < 0.0 else factor * loss


def ratios(after: Floats, before: Floats) -> Floats:
    """Return what one loss is as a multiple of another, (n,) each: above 1 where it is higher.

    Not finite from J = 0 on.
    """
    with np.errstate(all="ignore"):
        return np.where(before < 0.0, 1.0 + (after - before) / np.abs(before), after / before)


def escapes(loss: float, compared: Floats) -> bool:
    """Return whether a loss lies so far below 0 that J has no visible bound there.

    It is −∞, which stands for a run that has left the finite numbers downward, or FAR_BELOW times the size of
    all the losses (n,) that it is compared with.
    """
    if loss == -math.inf:
        return True
    size = float(np.abs(compared[np.isfinite(compared)]).max(initial=0.0))
    return bool(loss < 0.0 < size and loss <= -FAR_BELOW * size)


def escapes_along(losses: Floats) -> bool:
    """Return whether J escapes in the course of a run: its last finite one lies far below all the first half.

    losses (n,): J from the start on.
    """
    finite = losses[np.isfinite(losses)]
    return len(finite) > 1 and escapes(float(finite[-1]), finite[: len(finite) // 2])


def suits_log(losses: Floats) -> bool:
    """Return whether a logarithmic scale shows these losses of any shape: one is above 0, and none below."""
    return bool((losses > 0.0).any()) and not goes_below_zero(losses)


def goes_below_zero(losses: Floats) -> bool:
    """Return whether one of these losses of any shape is below 0, beyond rounding of the largest."""
    finite = losses[np.isfinite(losses)]
    return bool(finite.size) and bool(finite.min() < -ROUNDING * float(np.abs(finite).max()))


def relative_change(loss: float, now: float) -> float:
    """Return the change from J now to another loss, as a share of the size of J now.

    It is infinite where J now is 0 and the other is not.
    """
    if loss == now:
        return 0.0
    return (loss - now) / abs(now) if now else math.copysign(math.inf, loss - now)
