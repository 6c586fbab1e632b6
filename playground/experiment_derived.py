"""Derived inputs: expressions of the raw inputs, which the network sees beside them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from playground.experiment_checks import ExperimentError, show
from playground.expression_parser import CONSTANTS, FUNCTIONS, OTHER_NAMES, ExpressionError, name_of, parse

FIELD = "data.derived_inputs"
LONGEST = 200
_POWER = re.compile("([²³])")
_POWERS = {"²": "^2", "³": "^3"}
_PLAIN = str.maketrans("₀₁₂₃₄₅₆₇₈₉·", "0123456789*")
_BARE_CALL = re.compile(
    rf"\s*({'|'.join(name for name, inputs in FUNCTIONS.items() if inputs == 1)})\s+(\w+)\s*"
)
"""A function of one name without brackets: sin x1."""


def derived_inputs_of(given: Any) -> tuple[str, ...]:
    """Return the expressions as they are written. Raises ExperimentError for what is none."""
    if isinstance(given, str | bytes | Mapping) or not isinstance(given, Iterable):
        raise ExperimentError(FIELD, f"must be a list of expressions, not {show(given)}.")
    texts = tuple(given)
    seen: dict[str, str] = {}
    for text in texts:
        if not isinstance(text, str):
            raise ExperimentError(FIELD, f"must hold expressions, not {show(text)}.")
        if len(text) > LONGEST:
            raise ExperimentError(FIELD, f"has an expression of more than {LONGEST} characters.")
        try:
            parse(in_full(text))
        except ExpressionError as error:
            raise ExperimentError(FIELD, f"has {show(text)}, which cannot be read: {error}") from None
        plain = plain_form(text)
        if plain in seen:
            raise ExperimentError(FIELD, f"has {show(text)} twice.")
        seen[plain] = text
    return texts


def in_full(text: str) -> str:
    """Return an expression as the parser reads it: x1² is x1^2, sin x1 is sin(x1)."""
    text = _POWER.sub(lambda match: _POWERS[match[1]], text)
    call = _BARE_CALL.fullmatch(text)
    return f"{call[1]}({call[2]})" if call else text


def plain_form(text: str) -> str:
    """Return the same for all ways to write an expression: "x1*x2" for x₁·x₂, "sin(x1)" for sin x1."""
    return re.sub(r"\s", "", in_full(text)).translate(_PLAIN)


def still_derived(expressions: Sequence[str], names: Sequence[str], most: int) -> tuple[str, ...]:
    """Return the expressions that other raw inputs, with these names, have too, and at most so many."""
    places = names_of_inputs(names)
    kept = [text for text in expressions if all(name in places for name in _variables(text))]
    return tuple(kept[: max(0, most)])


def names_of_inputs(names: Sequence[str]) -> dict[str, int]:
    """Return the names that an expression may use, each with the place of its input.

    The places x1, x2, … always; an input's own name where an expression can have it, which comes first.
    """
    places = {f"x{index + 1}": index for index in range(len(names))}
    for index, name in enumerate(names):
        own = name_of(name.strip())
        if own is not None and own not in FUNCTIONS and own not in OTHER_NAMES and own not in CONSTANTS:
            places[own] = index
    return places


def check_derived_inputs(expressions: Sequence[str], names: Sequence[str]) -> None:
    """Raise ExperimentError where an expression has a name that is no input, or depends on none."""
    places = names_of_inputs(names)
    for text in expressions:
        used = _variables(text)
        for name in used:
            if name not in places:
                known = ", ".join(list(places)[:6])
                raise ExperimentError(FIELD, f"has {show(text)}, and {name} is no input; inputs are {known}.")
        if not used:
            raise ExperimentError(FIELD, f"has {show(text)}, which depends on no input.")


@lru_cache(maxsize=256)
def _variables(text: str) -> tuple[str, ...]:
    return tuple(node.label for node in parse(in_full(text)) if node.kind == "variable")
