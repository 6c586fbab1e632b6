"""What a learning rate does, in one word: *creeps*, *falls*, *overshoots*. Decided here and nowhere else.

A word is a claim about computed numbers. Where none of the three is true there is no word:

    falls       the look-ahead is certain to end lower than the present J by the share FALL at least
    creeps      the look-ahead is certain to end within the share FALL of the present J, with this α and every
                smaller one that it tried
    overshoots  α is above the stability limit, and nothing that was computed contradicts it

A small step changes J little, whatever its direction; so rates that creep begin at the lowest one. A run that
went far up and down, as with mini-batches, and ends near the present J does so by chance, and does not creep.

Above the limit steps across the steepest wall land higher, while the valley keeps this shape. Such a run may
still end lower, and then its way decides: where one of its steps landed visibly higher, it overshoots; where
none did, the valley has become wider before, and the run falls. The limit of an optimiser that divides by P
holds for a constant P, and P changes. There the limit alone is not enough, and a run must have landed higher,
in one of its steps or at the end. Below the limit a run that ends higher, as momentum or mini-batches may
carry it, has no word.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np

from playground.arrays import Floats
from playground.engine.loss_scale import relative_change
from playground.landscape.lookahead import FALL, Lookahead
from playground.landscape.stability import Stability, divides

NO_BOUND = "J falls without bound in what was tried"
"""What is said in place of the lowest J: see lookahead.falls_without_bound."""
BELOW_ALL = "below all finite numbers"
"""The words for a J of −∞, which stands for a run that has left the finite numbers downward."""
SAME_RATE = 1e-9
"""Learning rates that differ by at most this share count as one."""
CLEARLY = 1.1
"""Factor from which on two learning rates are told apart on the strip."""


def lowest_above_limit(limit: float | None, lowest: float | None, steps: int) -> str:
    """Return why the α that ends lowest after so many steps lies above the limit; empty where it does not."""
    if limit is None or lowest is None or lowest <= limit * (1 + SAME_RATE):
        return ""
    return (
        f"The lowest after {steps} steps lies above the limit: λmax is the sharpest curvature at this place, "
        "and the steps lead away from it"
    )


def flatter_than_limit(limit: float | None, level: float | None) -> str:
    """Return why 2/λ along a step lies above the limit 2/λmax of all directions; empty where it does not."""
    if limit is None or level is None or level <= CLEARLY * limit:
        return ""
    return "The limit 2/λmax lies below 2/λ: λmax is the sharpest curvature here, λ that along this step"


class RateWord(StrEnum):
    """The word for what a learning rate does."""

    CREEPS = "creeps"
    FALLS = "falls"
    OVERSHOOTS = "overshoots"


@dataclass(frozen=True)
class Stretch:
    """The learning rates from low to high that have the same word."""

    word: RateWord
    low: float
    high: float


def rate_words(
    rates: Sequence[float] | Floats, ahead: Lookahead | None, stability: Stability | None
) -> list[RateWord | None]:
    """Return the word of each learning rate (K,), None where none of the three is true.

    ahead: the look-ahead from the present parameters. stability: the limit there. Either is None while it is
    not computed. For a rate that the look-ahead did not try only the limit is known.
    """
    limit = None if stability is None else stability.limit
    plain = stability is not None and not divides(stability.optimizer)
    words = [
        _word(_reached(float(rate), ahead), limit is not None and float(rate) > limit, plain)
        for rate in rates
    ]
    last = _creeps_up_to(ahead)
    return [
        None if word == RateWord.CREEPS and float(rate) > last * (1.0 + SAME_RATE) else word
        for rate, word in zip(rates, words, strict=True)
    ]


def stretches(
    rates: Sequence[float] | Floats, words: Sequence[RateWord | None], limit: float | None = None
) -> list[Stretch]:
    """Return the stretches of equal words over ascending learning rates (K,), without those that have none.

    A rate represents the values nearer to it than to its neighbours, on the logarithmic scale. Where
    *overshoots* begins or ends between two rates on both sides of the limit, it does so at the limit.
    """
    edges = [float(rates[0])]
    for low, high, before, after in zip(rates, rates[1:], words, words[1:], strict=False):
        at_limit = limit is not None and low <= limit <= high and RateWord.OVERSHOOTS in (before, after)
        edges.append(limit if at_limit and limit is not None else math.sqrt(float(low) * float(high)))
    edges.append(float(rates[-1]))
    found: list[Stretch] = []
    for word, (low, high) in zip(words, pairwise(edges), strict=True):
        if word is None:
            continue
        if found and found[-1].word == word and found[-1].high == low:
            low = found.pop().low
        found.append(Stretch(word, low, high))
    return found


@dataclass(frozen=True)
class _Reached:
    """The certain end of a run.

    J changes by a share from least to most of the present J; infinite where it is no number, or nothing is
    known. rose: whether one of its steps landed visibly higher.
    """

    least: float = -math.inf
    most: float = math.inf
    rose: bool = False


def _reached(rate: float, ahead: Lookahead | None) -> _Reached:
    if ahead is None or not ahead.checked or not math.isfinite(ahead.loss_now):
        return _Reached()
    index = int(np.argmin(np.abs(ahead.learning_rates - rate)))
    if abs(float(ahead.learning_rates[index]) - rate) > SAME_RATE * rate:
        return _Reached()
    rose = bool(ahead.rose[index])
    if ahead.losses[index] == -math.inf:
        return _Reached(-math.inf, -math.inf, rose)
    if not math.isfinite(ahead.losses[index]):
        return _Reached(math.inf, math.inf, rose)
    if not ahead.predictable[index]:
        return _Reached(rose=rose)
    least, most = (relative_change(float(end[index]), ahead.loss_now) for end in (ahead.low, ahead.high))
    return _Reached(least, most, rose)


def _creeps_up_to(ahead: Lookahead | None) -> float:
    """Return the largest α of the look-ahead that ends near the present J as all smaller ones do.

    Return −∞ without one.
    """
    last = -math.inf
    for rate in () if ahead is None else np.sort(ahead.learning_rates):
        if not _narrow(_reached(float(rate), ahead)):
            break
        last = float(rate)
    return last


def _narrow(reached: _Reached) -> bool:
    return reached.least > -FALL and reached.most < FALL


def _word(reached: _Reached, above: bool, plain: bool) -> RateWord | None:
    """Return the word of one rate.

    above: whether α is above the limit. plain: whether that is the limit of H itself, not of P⁻¹H.
    """
    if above and (reached.rose or reached.least >= FALL):
        return RateWord.OVERSHOOTS
    if reached.most <= -FALL:
        return RateWord.FALLS
    if above and plain:
        return RateWord.OVERSHOOTS
    return RateWord.CREEPS if _narrow(reached) else None
