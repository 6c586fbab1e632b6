"""Euclidean lengths, also of vectors whose squares are too large or too small for float64."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from playground.arrays import Array

SMALLEST, LARGEST = 1e-140, 1e140
"""Between these the squares of millions of numbers, and their sum, are ordinary numbers."""

LEAST_SQUARE, LARGEST_SQUARE = 1e-280, 1e300
"""Between these the sum of squares of a vector has all its digits, and its root is the length."""


FEW = 12
"""Numbers that are squared and added one by one."""


def sum_of_squares(vector: Array) -> Callable[[], float]:
    """Return a function that returns the sum of the squares of this vector, as it then is.

    BLAS releases the interpreter's lock during each product. For few numbers that is so short that a thread
    waiting for the lock wakes too late every time: in a run of a formula the window waited up to 50 ms.
    """
    if len(vector) > FEW:
        dot = vector.dot
        return lambda: float(dot(vector))
    values = vector.tolist

    def add() -> float:
        total = 0.0
        for value in values():
            total += value * value
        return total

    return add


def length(vectors: Any) -> Any:
    """Return the lengths along the last axis: a float for (P,), an array (n,) for (n, P).

    A length beyond the largest float64 is infinite, without a warning.
    """
    vectors = np.asarray(vectors, dtype=np.float64)
    largest = np.max(np.abs(vectors), axis=-1, initial=0.0)
    if np.all((largest == 0.0) | ((largest > SMALLEST) & (largest < LARGEST))):
        lengths = np.linalg.norm(vectors) if vectors.ndim == 1 else np.linalg.norm(vectors, axis=-1)
    else:
        scale = np.where((largest > 0.0) & np.isfinite(largest), largest, 1.0)
        with np.errstate(over="ignore", invalid="ignore"):
            lengths = np.linalg.norm(vectors / scale[..., None], axis=-1) * scale
    return float(lengths) if vectors.ndim == 1 else lengths
