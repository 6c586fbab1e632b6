"""The questions that reveal the answer to a guess, and the distance between the two."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from playground.landscape.questions.limit import LimitQuestion
from playground.landscape.questions.lookahead import LookaheadQuestion


@dataclass(frozen=True, eq=False)
class GuessedLimitQuestion(LimitQuestion):
    """The question for the stability limit, after a guess."""

    slot = "guessed_limit"


@dataclass(frozen=True, eq=False)
class GuessedFastestQuestion(LookaheadQuestion):
    """The question for the learning rate that reaches the lowest J in n_steps, after a guess."""

    slot = "guessed_fastest"


def factor_off(guess: float, answer: float) -> float:
    """Return the factor by which a guessed learning rate misses the answer; 1 is a hit."""
    return max(guess / answer, answer / guess)


def typical(factors: Sequence[float]) -> float:
    """Return the geometric mean: twice and half are equally far off.

    Raises ValueError for no factor.
    """
    if not factors:
        raise ValueError("there is no guess yet")
    return math.exp(sum(math.log(factor) for factor in factors) / len(factors))
