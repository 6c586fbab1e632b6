"""A path with fewer points, for the questions that carry it."""

from __future__ import annotations

from playground.arrays import Floats
from playground.engine.recording.kept_steps import spread_rows

MOST_ROWS, MOST_NUMBERS = 256, 1_000_000


def thinned(path: Floats) -> Floats:
    """Return at most a few hundred rows of a path (n, P), spread over it, its first and last included."""
    most = max(2, min(MOST_ROWS, MOST_NUMBERS // path.shape[1]))
    return path if len(path) <= most else path[spread_rows(len(path), most)]
