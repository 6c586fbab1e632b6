"""Short labels of inputs, for places without room for a name of the user's own."""

from __future__ import annotations

from collections.abc import Sequence

from playground.numerals import subscript

LONGEST = 3


def input_labels(names: Sequence[str]) -> list[str]:
    """Return a label for each input: its name where that is short, else its place, x₃, or x."""
    return [
        name if len(name) <= LONGEST else (f"x{subscript(index)}" if len(names) > 1 else "x")
        for index, name in enumerate(names, start=1)
    ]
