"""Equations with numbers that are rounded: with as many digits as let the printed terms give the result."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from playground.engine.expression import Expression
from playground.numerals import number_text

MOST_DIGITS = 9
"""Where these are not enough, the equation has ≈ for its =."""
SAME = 1e-12
"""Relative difference up to which two numbers have the same digits: rounding of the arithmetic alone."""
_POWER = re.compile("10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)")
_RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
_LOG = re.compile(r"log ([^\s()]+)")
_WORDS = re.compile(" (penalty|over the points|of the formula)")
_SIGNS = {"−": "-", "·": "*", "²": "^2", "½": "0.5", "\u202f": ""}


def worked_out(text: str) -> float:
    """Return the value of printed arithmetic, as in "2·1.994 + (−3)"; NaN where it cannot be read."""
    text = _LOG.sub(r"log(\1)", text)
    text = _POWER.sub(lambda power: f"10^({power[1].translate(_RAISED)})", _WORDS.sub("", text))
    for sign, symbol in _SIGNS.items():
        text = text.replace(sign, symbol)
    try:
        return Expression(text).evaluate().value
    except ValueError:
        return math.nan


def rounded(value: float, digits: int) -> float:
    """Return a number with so many significant digits, as number_text prints it."""
    return float(f"{value:.{digits - 1}e}")


def digits_that_hold(
    worked: Callable[[int], float],
    result: float,
    text: Callable[[float], str] = number_text,
    digits: int = 3,
    most: int = MOST_DIGITS,
) -> int | None:
    """Return the fewest digits of the terms, from `digits` on, with which an equation holds as it is printed.

    worked: the value of the terms with this many digits. text: how the result is printed. None: with none.
    """
    if not math.isfinite(result):
        return digits
    for count in range(digits, most + 1):
        value = worked(count)
        if math.isclose(value, result, rel_tol=SAME) or text(value) == text(result):
            return count
    return None


def equation(
    made: Callable[[int], str],
    result: float,
    text: Callable[[float], str] = number_text,
    digits: int = 3,
    worked: Callable[[int], float] | None = None,
) -> str:
    """Return "made = result" with the fewest digits that make it true, or "made ≈ result".

    made: the printed terms with this many digits. worked: their value, where it cannot be read off them.
    """
    value = worked or (lambda count: worked_out(made(count)))
    count = digits_that_hold(value, result, text, digits)
    return f"{made(count or digits)} {'≈' if count is None else '='} {text(result)}"
