"""A path with fewer points, for the questions that carry it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from playground.arrays import Floats
from playground.engine.recording.kept_steps import spread_rows

MOST_ROWS, MOST_NUMBERS = 256, 1_000_000


def thinned(path: Floats) -> Floats:
    """Return at most a few hundred rows of a path (n, P), spread over it, its first and last included."""
    return path[_rows_kept(path)] if len(path) > _most(path) else path


def thinned_pieces(path: Floats, rows: NDArray[np.int64]) -> Floats:
    """Return the same with a row of NaN before each of the path's rows (k,) to which no line leads."""
    kept = _rows_kept(path)
    between = np.unique(np.searchsorted(kept, rows))
    between = between[(between > 0) & (between < len(kept))]
    return np.insert(path[kept], between, np.nan, axis=0)


def _rows_kept(path: Floats) -> NDArray[np.int64]:
    most = _most(path)
    return np.arange(len(path)) if len(path) <= most else spread_rows(len(path), most)


def _most(path: Floats) -> int:
    return max(2, min(MOST_ROWS, MOST_NUMBERS // int(path.shape[1])))
