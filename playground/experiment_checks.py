"""The checks of an experiment's fields, with the sentences that refuse a value."""

from __future__ import annotations

import json
import math
from itertools import islice
from typing import Any

from playground.files.foreign_names import shown_name

SUBJECTS = {
    "formula": "The formula",
    "formula.expression": "The formula",
    "formula.variables": "The formula",
    "formula.constants": "The formula",
    "formula.start": "The start",
    "formula.window": "The window",
    "formula.noise": "The noise of the gradient",
    "formula.seed": "The seed of the noise",
    "formula.minima": "The known minima",
    "data.kind": "This experiment",
    "data.rule": "The rule",
    "data.rule.expression": "The rule",
    "data.rule.range": "The range of the rule",
    "data.rule.target": "The target of the rule",
    "data.derived_inputs": "The list of derived inputs",
    "data.table.inputs": "The list of inputs",
    "data.table.target": "The target",
    "data.table.classes": "The list of classes",
    "data.table.rows": "The list of rows",
    "data.table.test_rows": "The list of test rows",
    "data.table.added": "The added points",
    "data.table.removed": "The removed points",
    "data.table.moved": "The moved points",
    "data.table.put_back": "The points put back",
}
"""Fields of a formula, of a rule, of a table and of a change of its points in the words of the window.

data.kind is no field of a file, but what the data are: classes or values, and how many.
"""
CONSTANT = "formula.constants."


class ExperimentError(ValueError):
    """A value that no experiment may have; `.field` names it, for example "training.learning_rate".

    `.position` is the character of the fault where the value is an expression.
    """

    position: int | None = None

    def __init__(self, field: str, message: str):
        super().__init__(f"{shown_name(field)}: {message}")
        self.field = field
        self.reason = message

    @property
    def sentence(self) -> str:
        """A plain sentence: learning_rate in training must be from 0.000001 to 100, not 200.

        Of what has a name in the window, in its words: The start must be a list of numbers, not 3.
        """
        if (subject := SUBJECTS.get(self.field)) is not None:
            return f"{subject} {self.reason}"
        if self.field.startswith(CONSTANT):
            return f"The constant {shown_name(self.field.removeprefix(CONSTANT))} {self.reason}"
        group, _, name = shown_name(self.field).rpartition(".")
        return f"{name} in {group} {self.reason}" if group else f"{name} {self.reason}"


def check_choice(field: str, value: Any, choices: tuple[str, ...]) -> None:
    """Raise ExperimentError unless value is one of the choices, a text."""
    if not isinstance(value, str) or value not in choices:
        raise ExperimentError(field, f"must be one of {', '.join(choices)}, not {show(value)}.")


def check_switch(field: str, value: Any) -> None:
    """Raise ExperimentError unless value is True or False."""
    if not isinstance(value, bool):
        raise ExperimentError(field, f"must be true or false, not {show(value)}.")


def check_integer(field: str, value: Any, low: int, high: int | None) -> None:
    """Raise ExperimentError unless value is a whole number from low to high; high None is no limit."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise ExperimentError(field, f"must be a whole number, not {show(value)}.")
    if value < low or (high is not None and value > high):
        limits = f"at least {low}" if high is None else f"from {low} to {high}"
        raise ExperimentError(field, f"must be {limits}, not {show(value)}.")


def check_number(field: str, value: Any, low: float, high: float) -> None:
    """Raise ExperimentError unless value is a finite number from low to high."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ExperimentError(field, f"must be a number, not {show(value)}.")
    if isinstance(value, float) and not math.isfinite(value):
        raise ExperimentError(field, f"must be a finite number, not {value}.")
    if not low <= value <= high:
        raise ExperimentError(field, f"must be from {_plain(low)} to {_plain(high)}, not {show(value)}.")


def _plain(number: float) -> str:
    """Return a limit without an exponent: 0.000001."""
    return f"{number:.9f}".rstrip("0").rstrip(".") if 1e-9 <= abs(number) < 1.0 else f"{number:g}"


def _beginning(value: Any, depth: int = 0) -> Any:
    """Return the part of a value that a sentence can show: one of megabytes is not written out."""
    if depth > 60:
        raise RecursionError
    if isinstance(value, str):
        return value[:100]
    if type(value) is list:
        return [_beginning(entry, depth + 1) for entry in value[:30]]
    if type(value) is dict:
        return {name: _beginning(value[name], depth + 1) for name in islice(value, 30)}
    return value


def show(value: Any) -> str:
    """Return a value as JSON, or as Python, writes it, short enough for a sentence."""
    try:
        text = json.dumps(_beginning(value), ensure_ascii=False)
    except RecursionError:
        return "something nested deeply"
    except (TypeError, ValueError):
        try:
            text = repr(value)
        except ValueError:
            # Python does not write a whole number of thousands of digits.
            return "so long a number"
    return shown_name(text)
