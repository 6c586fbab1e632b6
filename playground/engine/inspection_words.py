"""How the numbers of a trace are written out: entries, sums of products, indices."""

from __future__ import annotations

import numpy as np

from playground.numerals import number_text

Array = np.ndarray

FUNCTIONS = {"sigmoid": "σ", "tanh": "tanh", "relu": "ReLU", "identity": "id"}
MOST_TERMS = 4
SAME = 1e-9
"""Two ways to the same number agree to so much of it."""


def value_text(value: float) -> str:
    """An entry of a matrix: 0.731, −0.05, 4.3·10⁻⁵."""
    return number_text(value, 3)


def departs(value: float, by_rule: float) -> bool:
    """Whether a number is not what the rule makes of the same ingredients."""
    return abs(value - by_rule) > SAME * max(abs(value), abs(by_rule), 1e-6)


def sum_text(terms: list[tuple[float, float]], bias: float | None = None) -> str:
    """Products and a bias as a sum, the first few of many."""
    shown = terms if len(terms) <= MOST_TERMS + 1 else terms[:MOST_TERMS]
    text = " + ".join(f"{bracketed(weight)}·{bracketed(value)}" for weight, value in shown)
    if len(shown) < len(terms):
        text += f" + … ({len(terms)} products)"
    return text if bias is None else f"{text} + {bracketed(bias)}"


def bracketed(value: float) -> str:
    """A number as a factor: negative ones in brackets."""
    text = value_text(value)
    return f"({text})" if value < 0 else text


def column(values: Array) -> Array:
    """(n,) as (n, 1)."""
    return values[:, np.newaxis]


def subscripts(*places: int) -> str:
    """Indices from 0 as subscripts from 1, with a comma where one has two digits."""
    texts = ["".join("₀₁₂₃₄₅₆₇₈₉"[int(digit)] for digit in str(place + 1)) for place in places]
    return ("," if any(len(text) > 1 for text in texts) else "").join(texts)
