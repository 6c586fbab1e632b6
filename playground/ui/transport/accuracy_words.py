"""The words for the share of the points that a network has right."""

from __future__ import annotations

import math
from typing import NamedTuple

from playground.numerals import NO_VALUE, percent_text

ACCURACIES = "test · training accuracy"


class AccuracyWords(NamedTuple):
    """A value, a shorter one, their name, and the name in full."""

    text: str
    shorter: str
    name: str
    spoken: str


def accuracy_words(test: float, training: float) -> AccuracyWords:
    """Return the words for both accuracies, shares from 0 to 1; NaN where there are no such points."""
    if math.isnan(test):
        text = percent_text(training)
        return AccuracyWords(text, text, "training accuracy", "accuracy of training points")
    first, second = percent_text(test), percent_text(training)
    text = NO_VALUE if first == second == NO_VALUE else f"{first} · {second}"
    shorter = f"{first.removesuffix(' %')} · {second}"
    return AccuracyWords(text, shorter, ACCURACIES, "accuracy of test points · of training points")
