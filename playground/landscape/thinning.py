"""A path with fewer points: what a question about it carries."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MOST_ROWS, MOST_NUMBERS = 256, 1_000_000


def thinned(path: Floats) -> Floats:
    """At most a few hundred rows of a path (n, P), evenly taken, first and last among them."""
    most = max(2, min(MOST_ROWS, MOST_NUMBERS // path.shape[1]))
    if len(path) <= most:
        return path
    rows = np.unique(np.linspace(0, len(path) - 1, most).round().astype(int))
    return path[rows]
