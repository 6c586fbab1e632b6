"""Short labels of inputs, for places without room for a name of the user's own."""

from __future__ import annotations

from collections.abc import Sequence

from playground.numerals import subscript

LONGEST = 3
_LOWERED = "₀₁₂₃₄₅₆₇₈₉"


def input_labels(names: Sequence[str]) -> list[str]:
    """Return a label for each input: its name where that is short, else its place, x₃, or x.

    A product is written without its sign: x₁x₂.
    """
    labels = []
    for index, name in enumerate(names, start=1):
        short = name.replace("·", "")
        place = f"x{subscript(index)}" if len(names) > 1 else "x"
        labels.append(short if _letters(short) <= LONGEST else place)
    return labels


def _letters(label: str) -> float:
    """Return the length of a label in letters; a lowered digit is half as wide."""
    return len(label) - 0.5 * sum(letter in _LOWERED for letter in label)
