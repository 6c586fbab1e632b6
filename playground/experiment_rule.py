"""The settings of a rule: an expression of x1 and x2 that gives each point of a square its class or value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from playground.experiment_checks import ExperimentError, check_choice, check_number, show
from playground.experiment_derived import in_full, names_of_inputs
from playground.expression_parser import ExpressionError, parse

FIELD = "data.rule"
EXPRESSION = f"{FIELD}.expression"
INPUTS = ("x1", "x2")
TARGETS = ("class", "value")
LONGEST = 500
LARGEST = 1e6
"""Of an end of the range."""


@dataclass(frozen=True)
class RuleSettings:
    """A rule for points. Their number, noise and seed are those of every data set.

    expression  of x1 and x2, as derived inputs are written: x1² and x1^2 are the same
    range       the lowest and the highest value of both inputs, between which points are drawn evenly
    target      "class": class 1 where the expression is above 0, else class 0; "value": its value

    Raises ExperimentError; of an expression that cannot be read with the place of the fault.
    """

    expression: str = "x2 - 2*sin(x1)"
    range: tuple[float, float] = (-5.0, 5.0)
    target: str = "class"

    def __post_init__(self) -> None:
        _check_expression(self.expression)
        object.__setattr__(self, "range", _range_of(self.range))
        check_choice(f"{FIELD}.target", self.target, TARGETS)

    @property
    def title(self) -> str:
        """The expression in one line."""
        return " ".join(self.expression.split())

    def as_json(self) -> dict[str, Any]:
        """Return the content of the file's field, which rule_of reads."""
        return {"expression": self.expression, "range": list(self.range), "target": self.target}


def rule_of(given: Any) -> RuleSettings:
    """Return a rule, or that of a file's field. Raises ExperimentError."""
    if isinstance(given, RuleSettings):
        return given
    if not isinstance(given, Mapping):
        raise ExperimentError(FIELD, f"must be an object, not {show(given)}.")
    for name in given:
        if name not in ("expression", "range", "target"):
            raise ExperimentError(f"{FIELD}.{name}", "is an unknown field.")
    if "expression" not in given:
        raise ExperimentError(EXPRESSION, "is absent.")
    return RuleSettings(**given)


def _check_expression(text: Any) -> None:
    if not isinstance(text, str):
        raise ExperimentError(EXPRESSION, f"must be an expression, not {show(text)}.")
    if len(text) > LONGEST:
        raise ExperimentError(EXPRESSION, f"has more than {LONGEST} characters.")
    if not text.strip():
        raise ExperimentError(EXPRESSION, "is empty: write an expression of x1 and x2.")
    in_words = in_full(text)
    try:
        nodes = parse(in_words)
    except ExpressionError as error:
        raise _refused(f"cannot be read: {error}", error.position, text) from None
    variables = [node for node in nodes if node.kind == "variable"]
    places = names_of_inputs(INPUTS)
    for node in variables:
        if node.label not in places:
            raise _refused(f"has the name {node.label}; its inputs are x1 and x2.", node.position, text)
    if not variables:
        raise _refused("depends on neither x1 nor x2.", None, text)


def _refused(reason: str, position: int | None, text: str) -> ExperimentError:
    error = ExperimentError(EXPRESSION, reason)
    if position is not None:
        # The place in the text as it is written: each character may stand for several.
        error.position = next(
            (count for count in range(len(text)) if len(in_full(text[: count + 1])) > position), len(text)
        )
    return error


def _range_of(given: Any) -> tuple[float, float]:
    name = f"{FIELD}.range"
    if isinstance(given, str | bytes | Mapping) or not isinstance(given, Iterable):
        raise ExperimentError(name, f"must be two numbers, not {show(given)}.")
    ends = tuple(given)
    if len(ends) != 2:
        raise ExperimentError(name, f"must be two numbers, not {len(ends)}.")
    for end in ends:
        check_number(name, end, -LARGEST, LARGEST)
    low, high = map(float, ends)
    if not low < high:
        raise ExperimentError(name, f"must rise, and it goes from {low:g} to {high:g}.")
    return low, high
