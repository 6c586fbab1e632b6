"""The list of a fork as typed text: "÷10; ×1; 0.5" or "gradient descent 0.3; Adam 0.01"."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from playground.arrays import Floats
from playground.engine.branches.fork import MOST_BRANCHES, Plan
from playground.engine.optimizers import OPTIMIZERS
from playground.engine.schedules import slider_name
from playground.experiment import MAX_LEARNING_RATE, MIN_LEARNING_RATE, TrainingSettings
from playground.landscape.race import BestRate
from playground.landscape.rate_words import NO_BOUND
from playground.number_reader import NumberError, read_number, shown
from playground.numerals import number_text, rate_text

USUAL = "÷10; ÷3; ×1; ×3; ×10"
FEWEST_DIGITS, MOST_DIGITS = 3, 17
"""Significant digits of an α in the name of a branch; the most tell any two numbers apart."""

_BETWEEN = re.compile(r";|,(?=\s|$)|(?<![\s\d]),|,(?![\s\d])")
"""Entries are separated by a semicolon, or by a comma that cannot be the sign in a number; a space is enough.
"""
_UNCLEAR = re.compile(r"\d\s+,\d+")
_PART = re.compile(
    r"\s*(?:(?P<sign>[÷×/*]|x(?=\s*[\d.,]))|(?P<number>[+−-]?[.,]?\d[^\s÷×/*]*)|(?P<name>[^\W\d]+)|(?P<other>\S+))"
)


class ListError(ValueError):
    """An entry that is neither a learning rate nor an optimiser."""


def plans_of(text: str, settings: TrainingSettings) -> list[Plan]:
    """Return the plans that a list names, each once.

    A number is a learning rate; with ÷ (or /) or × (or *, x) before it, a factor of the present one. An
    optimiser's name before it is that optimiser; alone, with the present learning rate. Raises ListError.
    """
    names = _names()
    plans = []
    for entry in _entries(text, names):
        name = " ".join(entry.names)
        if name and name not in names:
            titles = ", ".join(info.title for info in OPTIMIZERS.values())
            raise ListError(f"There is no optimiser {shown(name)}; there are {titles}.")
        if not name and not entry.number:
            raise ListError(f"{shown(entry.sign)} has no number.")
        plans.append(Plan(_rate(entry, settings), names[name] if name else None))
    plans = list(dict.fromkeys(plans))
    if not plans:
        raise ListError("The list is empty.")
    if len(plans) > MOST_BRANCHES:
        raise ListError(f"A fork has {MOST_BRANCHES} branches at most, not {len(plans)}.")
    return plans


@dataclass
class _Entry:
    """The text between two separators: an optimiser's words, a sign, a number; each may be absent."""

    names: list[str] = field(default_factory=list)
    sign: str = ""
    number: str = ""


def _names() -> dict[str, str]:
    """Return the names of optimisers in the list, with their names in an experiment."""
    return {info.title.lower(): name for name, info in OPTIMIZERS.items()} | {
        name: name for name in OPTIMIZERS
    }


def _entries(text: str, names: Iterable[str]) -> Iterator[_Entry]:
    """Yield the entries of a list.

    Raises ListError at a text that is neither a name nor a number, or could be two.
    """
    if unclear := _UNCLEAR.search(text):
        raise ListError(f"{shown(unclear[0])} can be read in two ways: put a semicolon between entries.")
    for chunk in _BETWEEN.split(text.lower()):
        entry = _Entry()
        for part in _PART.finditer(chunk):
            if part["other"]:
                raise ListError(
                    f"{shown(part['other'])} is neither a learning rate (0.3; ×3; ÷10) nor an optimiser."
                )
            if part["number"]:
                entry.number = part["number"]
                yield entry
                entry = _Entry()
            elif part["sign"]:
                if entry.sign:
                    raise ListError(f"{shown(entry.sign)} has no number.")
                entry.sign = part["sign"]
            else:
                longer = " ".join([*entry.names, part["name"]])
                if entry.names and not any(name.startswith(longer) for name in names):
                    # A space alone separates two optimisers.
                    yield entry
                    entry = _Entry()
                entry.names.append(part["name"])
        if entry.names or entry.sign:
            yield entry


def _rate(entry: _Entry, settings: TrainingSettings) -> float:
    present, name = settings.learning_rate, "α" if settings.schedule == "constant" else "The slider’s α"
    if not entry.number:
        if entry.sign:
            raise ListError(f"{shown(entry.sign)} has no number.")
        return present
    try:
        value = read_number(entry.number)
    except NumberError as error:
        raise ListError(f"{name} {error} Entries stand apart by semicolons.") from None
    if entry.sign:
        if not value > 0:
            raise ListError(f"A factor must be above 0, not {shown(entry.sign + entry.number)}.")
        value = present / value if entry.sign in "÷/" else present * value
        return min(max(value, MIN_LEARNING_RATE), MAX_LEARNING_RATE)
    if not MIN_LEARNING_RATE <= value <= MAX_LEARNING_RATE:
        low, high = number_text(MIN_LEARNING_RATE), number_text(MAX_LEARNING_RATE)
        raise ListError(f"{name} must be from {low} to {high}, not {entry.number[:24]}.")
    return value


def race_of(best: Sequence[BestRate] = ()) -> str:
    """Return the list of a race: all optimisers with the present α, or each with the best one of its own."""
    if not best:
        return "; ".join(info.title for info in OPTIMIZERS.values())
    return "; ".join(f"{OPTIMIZERS[one.optimizer].title} {one.learning_rate!r}" for one in best)


def race_words(best: Sequence[BestRate], rates: Floats, n_steps: int, schedule: str = "constant") -> str:
    """Return what the best α of a race is: of rates (K,) that were tried, n_steps ahead."""
    name = slider_name(schedule)
    low, high = rate_text(float(rates.min())), rate_text(float(rates.max()))
    text = (
        f"Best {name}: of the {len(rates)} from {low} to {high} that the look-ahead tries, the one with the "
        f"lowest J after {n_steps} steps."
    )
    without = [OPTIMIZERS[one.optimizer].title for one in best if math.isnan(one.loss)]
    largest = [OPTIMIZERS[one.optimizer].title for one in best if one.is_largest]
    if largest:
        text += f" The largest one tried is best for {_joined(largest)}."
    falling = [OPTIMIZERS[one.optimizer].title for one in best if one.falls_without_bound]
    if falling:
        text += f" {NO_BOUND} with {_joined(falling)}."
    if without:
        text += f" None ends with a finite J for {_joined(without)}: the smallest is taken."
    return text


def _joined(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def labels_of(plans: Sequence[Plan], schedule: str = "constant") -> tuple[str, ...]:
    """Return the names of branches in the plots: without the α where it tells none of them apart.

    An α has three significant digits, and more where two branches would read alike. schedule: the one that
    scales their α.
    """
    optimizers = {plan.optimizer for plan in plans}
    if len(plans) > 1 and common_rate(plans) and None not in optimizers and len(optimizers) == len(plans):
        return tuple(OPTIMIZERS[plan.optimizer].title for plan in plans if plan.optimizer)
    labels: tuple[str, ...] = ()
    for digits in range(FEWEST_DIGITS, MOST_DIGITS + 1):
        labels = tuple(label_of(plan, schedule, digits) for plan in plans)
        if len(set(labels)) == len(plans):
            break
    return labels


def common_rate(plans: Sequence[Plan], schedule: str = "constant") -> str:
    """Return the α that all of several branches share, with its name; empty where they share none."""
    rates = {plan.learning_rate for plan in plans}
    if len(plans) < 2 or len(rates) > 1:
        return ""
    return f"{slider_name(schedule)} {rate_text(rates.pop(), FEWEST_DIGITS)}"


def label_of(plan: Plan, schedule: str = "constant", digits: int = FEWEST_DIGITS) -> str:
    """Return the name of a branch in the plots. schedule: the one that scales its α."""
    rate = f"{slider_name(schedule)} {rate_text(plan.learning_rate, digits)}"
    return f"{OPTIMIZERS[plan.optimizer].title}, {rate}" if plan.optimizer else rate
