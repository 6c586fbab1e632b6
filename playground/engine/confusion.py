"""The confusion matrix: how many points of each class the network takes for which."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.arrays import Array, Floats


@dataclass(frozen=True, eq=False)
class Confusion:
    """counts (K, K): points of the row's class that are said to be of the column's.

    unsaid (K,): points of each class for which the network says nothing: a prediction is not a number.
    """

    counts: Array
    unsaid: Array

    def __add__(self, other: Confusion) -> Confusion:
        return Confusion(self.counts + other.counts, self.unsaid + other.unsaid)

    @property
    def total(self) -> int:
        return int(self.counts.sum() + self.unsaid.sum())

    @property
    def right(self) -> int:
        """The number of points whose class is said."""
        return int(np.trace(self.counts))

    @property
    def sizes(self) -> Array:
        """The number of points of each class (K,)."""
        result: Array = self.counts.sum(axis=1) + self.unsaid
        return result

    def mistakes(self, most: int) -> list[tuple[int, int, int]]:
        """Return the largest numbers of mistakes as (number, true class, said class), the largest first."""
        wrong = self.counts * (1 - np.eye(len(self.counts), dtype=self.counts.dtype))
        order = np.argsort(-wrong, axis=None, kind="stable")[:most]
        places = np.stack(np.unravel_index(order, wrong.shape), axis=1).tolist()
        return [(int(wrong[true, said]), true, said) for true, said in places if wrong[true, said]]


def confusion(predictions: Floats, y: Floats) -> Confusion:
    """Return the counts of points with these predictions (n, K) and classes y (n, K), one-hot.

    The class with the largest prediction is said, of equal ones the first, as in engine.losses.accuracy.
    """
    classes = y.shape[1]
    known = np.asarray(~np.isnan(predictions).any(axis=1))
    true, said = y.argmax(axis=1), np.where(known[:, None], predictions, 0.0).argmax(axis=1)
    pairs = np.bincount(true[known] * classes + said[known], minlength=classes * classes)
    return Confusion(pairs.reshape(classes, classes), np.bincount(true[~known], minlength=classes))
