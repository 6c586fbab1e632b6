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

FAR_BELOW = 1e6
"""J escapes downward where it ends below 0, at this many times the size of all that it is compared with."""
TENTH = 0.1


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


def relative_change(loss: float, now: float) -> float:
    """Return the change from J now to another loss, as a share of the size of J now.

    It is infinite where J now is 0 and the other is not.
    """
    if loss == now:
        return 0.0
    return (loss - now) / abs(now) if now else math.copysign(math.inf, loss - now)
