"""The list of a fork as it is typed: "÷10, ×1, 0.5" or "gradient descent 0.3, Adam 0.01"."""

from __future__ import annotations

import re

from playground.engine.fork import MOST_BRANCHES, Plan
from playground.engine.schedules import slider_name
from playground.experiment import MAX_LEARNING_RATE, MIN_LEARNING_RATE, TrainingSettings
from playground.numerals import number_text, rate_text
from playground.value_names import OPTIMIZER_NAMES

USUAL = "÷10, ÷3, ×1, ×3, ×10"
RACE = ("gradient_descent", "momentum", "rmsprop", "adam")
RACE_SHARES = {"momentum": 0.1, "nesterov": 0.1}
ADAPTIVE_RATE = 0.01
"""A usual α of the optimisers that divide by the size of the gradient."""

_NAMES = {text.lower(): name for name, text in OPTIMIZER_NAMES.items()}
_NAMES |= {name: name for name in OPTIMIZER_NAMES}
_ENTRY = re.compile(r"^(?P<name>[^\W\d][\w ]*?)?\s*(?P<sign>[÷×/*x])?\s*(?P<number>\d[\d.]*(?:e-?\d+)?)?$")


class ListError(ValueError):
    """An entry that is neither a learning rate nor an optimiser."""


def plans_of(text: str, settings: TrainingSettings) -> list[Plan]:
    """The plans that a list names, each once.

    A number is a learning rate; with ÷ (or /) or × (or *, x) before it, a factor of the present one. An
    optimiser's name before it is that optimiser; alone, with the present learning rate. Raises ListError.
    """
    plans = []
    for entry in (part.strip() for part in re.split(r"[,;]", text)):
        if not entry:
            continue
        match = _ENTRY.match(entry.lower())
        if match is None:
            raise ListError(f"“{entry}” is neither a learning rate (0.3, ×3, ÷10) nor an optimiser.")
        name = match["name"].strip() if match["name"] else None
        if name == "x" and match["number"]:
            name, sign = None, "×"
        else:
            sign = match["sign"]
        if name is not None and name not in _NAMES:
            raise ListError(
                f"There is no optimiser “{name}”; there are {', '.join(OPTIMIZER_NAMES.values())}."
            )
        if name is None and not match["number"]:
            raise ListError(f"“{entry}” has no number.")
        plans.append(Plan(_rate(entry, sign, match["number"], settings), _NAMES[name] if name else None))
    plans = list(dict.fromkeys(plans))
    if not plans:
        raise ListError("The list is empty.")
    if len(plans) > MOST_BRANCHES:
        raise ListError(f"A fork has {MOST_BRANCHES} branches at most, not {len(plans)}.")
    return plans


def _rate(entry: str, sign: str | None, number: str | None, settings: TrainingSettings) -> float:
    if number is None:
        return settings.learning_rate
    try:
        value = float(number)
        if sign:
            value = settings.learning_rate / value if sign in "÷/" else settings.learning_rate * value
    except (ValueError, ZeroDivisionError):
        raise ListError(f"“{entry}” is no number.") from None
    if sign:
        return min(max(value, MIN_LEARNING_RATE), MAX_LEARNING_RATE)
    if not MIN_LEARNING_RATE <= value <= MAX_LEARNING_RATE:
        low, high = number_text(MIN_LEARNING_RATE), number_text(MAX_LEARNING_RATE)
        name = "α" if settings.schedule == "constant" else "The slider’s α"
        raise ListError(f"{name} must be from {low} to {high}, not {number}.")
    return value


def race_of(settings: TrainingSettings) -> str:
    """A list of optimisers, each with a learning rate that usually suits it."""
    entries = []
    for name in RACE:
        share = RACE_SHARES.get(name, 1.0)
        rate = ADAPTIVE_RATE if name in ("rmsprop", "adam") else share * settings.learning_rate
        entries.append(f"{OPTIMIZER_NAMES[name]} {max(rate, MIN_LEARNING_RATE):.4g}")
    return ", ".join(entries)


def label_of(plan: Plan, schedule: str = "constant") -> str:
    """A branch as the plots name it; schedule: the one that scales its α."""
    rate = f"{slider_name(schedule)} {rate_text(plan.learning_rate)}"
    return f"{OPTIMIZER_NAMES[plan.optimizer]}, {rate}" if plan.optimizer else rate
