"""Guess first: what is asked when somebody has pinned a guess, and how far off it was."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from playground.landscape.questions.limit import LimitQuestion
from playground.landscape.questions.lookahead import LookaheadQuestion


@dataclass(frozen=True, eq=False)
class GuessedLimitQuestion(LimitQuestion):
    """Where does it break?"""

    slot = "guessed_limit"


@dataclass(frozen=True, eq=False)
class GuessedFastestQuestion(LookaheadQuestion):
    """Which learning rate gets lowest in so many steps?"""

    slot = "guessed_fastest"


def factor_off(guess: float, answer: float) -> float:
    """By which factor a guessed learning rate misses the answer; 1 is a hit."""
    return max(guess / answer, answer / guess)


def typical(factors: Sequence[float]) -> float:
    """The geometric mean, since twice and half are equally far off. Raises ValueError for no factor."""
    if not factors:
        raise ValueError("there is no guess yet")
    return math.exp(sum(math.log(factor) for factor in factors) / len(factors))
