"""The confusion matrix against a count by hand and against the accuracy."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from playground.engine.confusion import confusion
from playground.engine.losses import accuracy


@given(st.integers(0, 60), st.integers(3, 10), st.integers(0, 10_000))
def test_each_point_is_counted_once_in_the_row_of_its_class(n: int, classes: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    predictions = np.round(rng.random((n, classes)), 1)
    predictions[rng.random((n, classes)) < 0.02] = np.nan
    y = np.eye(classes)[rng.integers(classes, size=n)]
    expected, unsaid = np.zeros((classes, classes), int), np.zeros(classes, int)
    for guess, target in zip(predictions.tolist(), y.tolist(), strict=True):
        if any(value != value for value in guess):
            unsaid[target.index(1.0)] += 1
        else:
            expected[target.index(1.0), guess.index(max(guess))] += 1
    found = confusion(predictions, y)
    assert found.counts.tolist() == expected.tolist()
    assert found.unsaid.tolist() == unsaid.tolist()
    assert found.total == n
    assert found.sizes.tolist() == y.sum(axis=0).tolist()
    if n:
        assert found.right / n == accuracy("softmax_cross_entropy", predictions, y)
    half = n // 2
    parts = confusion(predictions[:half], y[:half]) + confusion(predictions[half:], y[half:])
    assert parts.counts.tolist() == found.counts.tolist()


def test_the_largest_mistakes_come_first() -> None:
    y = np.eye(3)[[0, 0, 0, 1, 1, 2]]
    predictions = np.eye(3)[[1, 1, 0, 2, 1, 2]]
    assert confusion(predictions, y).mistakes(5) == [(2, 0, 1), (1, 1, 2)]
