"""What a learning rate does, in one word: *creeps*, *falls*, *overshoots*; the one place that decides it.

A word is a claim about numbers that were computed, and where none of the three is true there is no word:

    falls       the look-ahead ends lower than J now by the share FALL at least, and is certain of it
    creeps      the look-ahead ends within the share FALL of J now, and is certain of it, with this α and
                every smaller one that it tried
    overshoots  α is above the stability limit, and nothing that was computed speaks against it

A small step changes J little, whatever it is made of; so rates that creep begin at the lowest one. That a run
which went far up and down, as with mini-batches, ends near J now is chance, and no creeping.

Above the limit steps across the steepest wall land higher, while the valley keeps this shape. Such a run may
end lower all the same, and then it is the way that decides: where one of its steps landed visibly higher, it
overshoots; where none did, the valley has become wider before it could, and the run falls. The limit of an
optimiser that divides by P holds for a P that stands still, which it does not; so there the limit alone is
not enough, and a run must have landed higher, in one of its steps or in the end. Below the limit a run that
ends higher, as momentum or mini-batches may carry it, has no word.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np

from playground.arrays import Floats
from playground.landscape.lookahead import FALL, Lookahead
from playground.landscape.stability import Stability, divides

SAME_RATE = 1e-9
"""Learning rates that differ by this share at most are the same one."""


class RateWord(StrEnum):
    """What a learning rate does."""

    CREEPS = "creeps"
    FALLS = "falls"
    OVERSHOOTS = "overshoots"


@dataclass(frozen=True)
class Stretch:
    """The learning rates from low to high, which have the same word."""

    word: RateWord
    low: float
    high: float


def rate_words(
    rates: Sequence[float] | Floats, ahead: Lookahead | None, stability: Stability | None
) -> list[RateWord | None]:
    """Return the word of each learning rate (K,), None where none of the three is true.

    ahead: the look-ahead from where the run stands, stability: the limit there; either is None while it is
    not known. Of a rate that the look-ahead did not try only the limit is known.
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

    A rate stands for those nearer to it than to its neighbours, on the logarithmic scale; where *overshoots*
    begins or ends between two rates on both sides of the limit, it does so at the limit.
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
    """Where a run ends for certain: J changes by a share from least to most of J now; infinite where it is
    no number, or nothing is known. rose: whether one of its steps landed visibly higher."""

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
    if not math.isfinite(ahead.losses[index]):
        return _Reached(math.inf, math.inf, rose)
    if not ahead.predictable[index]:
        return _Reached(rose=rose)
    least, most = (_share(float(end[index]), ahead.loss_now) for end in (ahead.low, ahead.high))
    return _Reached(least, most, rose)


def _creeps_up_to(ahead: Lookahead | None) -> float:
    """The largest α of the look-ahead that ends near J now as all smaller ones do; −∞ where there is none."""
    last = -math.inf
    for rate in () if ahead is None else np.sort(ahead.learning_rates):
        if not _narrow(_reached(float(rate), ahead)):
            break
        last = float(rate)
    return last


def _narrow(reached: _Reached) -> bool:
    return reached.least > -FALL and reached.most < FALL


def _share(loss: float, now: float) -> float:
    if loss == now:
        return 0.0
    return (loss - now) / abs(now) if now else math.copysign(math.inf, loss - now)


def _word(reached: _Reached, above: bool, plain: bool) -> RateWord | None:
    """above: whether α is above the limit; plain: whether that is the limit of H itself, not of P⁻¹H."""
    if above and (reached.rose or reached.least >= FALL):
        return RateWord.OVERSHOOTS
    if reached.most <= -FALL:
        return RateWord.FALLS
    if above and plain:
        return RateWord.OVERSHOOTS
    return RateWord.CREEPS if _narrow(reached) else None
