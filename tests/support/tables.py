"""Tables of points for tests."""

from __future__ import annotations

from typing import Any

from playground.experiment_table import TableSettings

XOR_ROWS = [[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]]


def a_table(
    inputs: tuple[str, ...],
    target: str | tuple[str, ...],
    classes: tuple[str, ...],
    rows: Any,
    test_rows: tuple[int, ...] | None = None,
) -> TableSettings:
    """Return a table of rows that are given as lists or as an array."""
    return TableSettings(inputs, target, classes, rows, test_rows)


FOUR_POINTS = a_table(("a", "b"), "same", ("no", "yes"), XOR_ROWS)
"""The four points of XOR."""
