"""Work in pieces: a generator that yields None every few milliseconds and returns its result at the end.

Between two pieces the work can be dropped, or another one's turn can come.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeVar

import numpy as np

Result = TypeVar("Result")
Pieces = Generator[None, None, Result]

BREATH = 0.008
"""Seconds that one piece should take."""


def finish(pieces: Pieces[Result]) -> Result:
    """Do all the pieces at once."""
    while True:
        try:
            next(pieces)
        except StopIteration as end:
            result: Result = end.value
            return result


def quietly(pieces: Pieces[Result]) -> Pieces[Result]:
    """The same pieces, without NumPy's warnings of overflow while one is being done.

    The setting never spans a yield: what drives the pieces must not inherit it, and a generator that is
    dropped may be closed in another thread, where it cannot be taken back.
    """
    while True:
        with np.errstate(all="ignore"):
            try:
                next(pieces)
            except StopIteration as end:
                result: Result = end.value
                return result
        yield None
