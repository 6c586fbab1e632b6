"""Work in pieces: a generator that yields None every few milliseconds and returns its result at the end.

Between two pieces the work can be dropped or interrupted by other work.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeVar

import numpy as np

Result = TypeVar("Result")
Pieces = Generator[None, None, Result]

BREATH = 0.008
"""Seconds of one piece of work."""


def finish(pieces: Pieces[Result]) -> Result:
    """Do all pieces at once and return the result."""
    while True:
        try:
            next(pieces)
        except StopIteration as end:
            result: Result = end.value
            return result


def quietly(pieces: Pieces[Result]) -> Pieces[Result]:
    """Return the same pieces, without NumPy's warnings of overflow during a piece.

    The setting never spans a yield: the caller must not inherit it, and a generator that is dropped may be
    closed in another thread, where the setting cannot be undone.
    """
    while True:
        with np.errstate(all="ignore"):
            try:
                next(pieces)
            except StopIteration as end:
                result: Result = end.value
                return result
        yield None
