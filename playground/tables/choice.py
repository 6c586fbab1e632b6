"""Columns of a table chosen as inputs and target: the points, their classes, and the rows left out for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playground.arrays import Floats
from playground.files.foreign_names import shown_name
from playground.numerals import ALL_DIGITS, count_text, texts_apart
from playground.tables.errors import TableError
from playground.tables.numbers import is_missing, is_too_large
from playground.tables.table import MOST_LISTED, Table, is_numeric

CLASSES, MOST_CLASSES, MOST_TARGETS = 2, 10, 3
MOST_NAMED = 5


ZERO_AND_ONE = ("0", "1")
"""The classes of a target of which all rows have the same one."""


@dataclass(frozen=True, eq=False)
class Chosen:
    """Points of a table.

    X           (n, d) the inputs
    more_targets  numbers that are learned beside the target
    y           (n,) the target: a number, or the index of a class; (n, k) with more targets
    classes     names of the classes in the order of their first appearance; () where the target is a number
    lines       (n,) the row number of each point
    left_out    (row number, reason) of rows that are no points, the first MOST_LISTED, ordered by row
    n_left_out  the number of these rows
    constant    names of inputs with one value alone
    """

    inputs: tuple[str, ...]
    target: str
    X: Floats
    y: Floats
    classes: tuple[str, ...]
    lines: NDArray[np.int64]
    left_out: list[tuple[int, str]]
    n_left_out: int
    constant: tuple[str, ...]
    more_targets: tuple[str, ...] = ()

    @property
    def targets(self) -> tuple[str, ...]:
        """All columns that are learned."""
        return (self.target, *self.more_targets)


def choose(
    table: Table,
    inputs: Sequence[str],
    target: str,
    *,
    as_number: bool = False,
    classes: Sequence[str] | None = None,
    more_targets: Sequence[str] = (),
) -> Chosen:
    """Return the points of these columns; rows with a gap in one of them are left out.

    A target of texts is a class, one of numbers a value; but two different numbers are classes, and so is one
    number that is 0 or 1 in all rows, as of a single point, unless as_number. classes: two classes or more,
    whose rows are taken, where there are more than two. more_targets: numbers that are learned beside the
    target, which is a number then. Raises TableError.
    """
    targets = (target, *more_targets)
    _check_names(table, inputs, targets)
    good = np.ones(table.n_rows, dtype=bool)
    for name in inputs:
        values = table.columns[name]
        if not is_numeric(values):
            raise TableError(f"the input {_quoted(name)} is a column of texts, not of numbers.")
        good &= ~np.isnan(values)
    for name in targets:
        good &= _is_there(table, name)
    reasons = _Reasons(table)
    reasons.add_gaps(~good, [*inputs, *targets])
    if more_targets:
        y, names = _numbers(table, targets), tuple[str, ...]()
    else:
        y, names = _targets(table, target, good, as_number, classes)
    if classes is not None:
        others = good & (y < 0)
        reasons.add(others, f"{shown_name(target)} is another class")
        good &= ~others
    if not good.any():
        raise TableError("no row has a value in each of the chosen columns.")
    X = np.column_stack([table.columns[name] for name in inputs])[good]
    y, lines = y[good], table.lines[good]
    constant = tuple(name for name, low, high in zip(inputs, X.min(0), X.max(0), strict=True) if low == high)
    X.setflags(write=False)
    y.setflags(write=False)
    left_out = sorted(reasons.listed)[:MOST_LISTED]
    return Chosen(
        tuple(inputs), target, X, y, names, lines, left_out, reasons.count, constant, tuple(more_targets)
    )


def is_half_of_two(different: Floats) -> bool:
    """Return whether the only number (1,) of a target is a class, 0 or 1, whose other class has no row."""
    return len(different) == 1 and float(different[0]) in (0.0, 1.0)


def _check_names(table: Table, inputs: Sequence[str], targets: Sequence[str]) -> None:
    for name in (*inputs, *targets):
        if name not in table.columns:
            raise TableError(f"there is no column {_quoted(name)}; there {_listed(table.names)}.")
    if not inputs:
        raise TableError("at least one column must be an input.")
    for index, name in enumerate(inputs):
        if name in inputs[:index]:
            raise TableError(f"the column {_quoted(name)} was given twice as an input.")
    for index, name in enumerate(targets):
        if name in inputs:
            raise TableError(f"the column {_quoted(name)} cannot be input and target at once.")
        if name in targets[:index]:
            raise TableError(f"the column {_quoted(name)} was given twice as a target.")
    if len(targets) > MOST_TARGETS:
        raise TableError(f"at most {MOST_TARGETS} targets can be learned, not {count_text(len(targets))}.")


def _is_there(table: Table, name: str) -> NDArray[np.bool_]:
    """Return in which rows (n_rows,) a column has a value."""
    column = table.columns[name]
    if is_numeric(column):
        return ~np.isnan(column)
    gaps = {text for text in set(column) if is_missing(text)}
    return np.fromiter((text not in gaps for text in column), bool, len(column))


def _numbers(table: Table, targets: Sequence[str]) -> Floats:
    """Return several targets (n_rows, k), all of them numbers. Raises TableError."""
    for name in targets:
        if not is_numeric(table.columns[name]):
            raise TableError(f"several targets are numbers, and {_quoted(name)} is a column of texts.")
    return np.column_stack([table.columns[name] for name in targets])


def _targets(
    table: Table, target: str, good: NDArray[np.bool_], as_number: bool, classes: Sequence[str] | None
) -> tuple[Floats, tuple[str, ...]]:
    """Return y (n_rows,), −1 for another class, and the names of the classes, () for a number."""
    column = table.columns[target]
    if is_numeric(column):
        different, firsts = np.unique(column[good], return_index=True)
        if not as_number and classes is None and is_half_of_two(different):
            return column, ZERO_AND_ONE
        if as_number or (len(different) != CLASSES and classes is None):
            return column, ()
        values = [float(value) for value in different[np.argsort(firsts)]]
        texts = dict(zip(values, texts_apart(values, ALL_DIGITS), strict=True))
        names = _names(list(texts.values()), target, classes)
        y = np.full(len(column), -1.0)
        for value, text in texts.items():
            if text in names:
                y[column == value] = names.index(text)
        return y, names
    texts_of_rows = [text if is_good else "" for text, is_good in zip(column, good, strict=True)]
    names = _names([text for text in dict.fromkeys(texts_of_rows) if text], target, classes)
    indices = {name: float(index) for index, name in enumerate(names)}
    return np.array([indices.get(text, -1.0) for text in texts_of_rows]), names


def _names(found: list[str], target: str, classes: Sequence[str] | None) -> tuple[str, ...]:
    """Return the names of the classes in the order in which they appear. Raises TableError."""
    if classes is not None:
        for name in classes:
            if name not in found:
                raise TableError(f"{_quoted(target)} has no class {_quoted(name)}; there {_listed(found)}.")
        if len(set(classes)) < max(CLASSES, len(classes)):
            raise TableError("two different classes are needed; the same one is chosen twice.")
        return tuple(name for name in found if name in classes)
    if not found:
        raise TableError("no row has a value in each of the chosen columns.")
    if len(found) < CLASSES:
        raise TableError(f"{_quoted(target)} has one class alone, {_quoted(found[0])}; two are needed.")
    if len(found) > MOST_CLASSES:
        raise TableError(
            f"{_quoted(target)} has {count_text(len(found))} classes ({_named(found)}); at most "
            f"{MOST_CLASSES} can be learned."
        )
    return tuple(found)


class _Reasons:
    """Rows that are left out, with the reason of each."""

    def __init__(self, table: Table):
        self.table = table
        self.listed = list(table.left_out)
        self.count = table.n_left_out

    def add(self, rows: NDArray[np.bool_], reason: str) -> None:
        self.count += int(rows.sum())
        self.listed += [
            (int(self.table.lines[index]), reason) for index in np.flatnonzero(rows)[:MOST_LISTED]
        ]

    def add_gaps(self, rows: NDArray[np.bool_], names: Sequence[str]) -> None:
        """Add rows in which one of these columns has no value; the first such column is named."""
        self.count += int(rows.sum())
        for index in np.flatnonzero(rows)[:MOST_LISTED]:
            self.listed.append((int(self.table.lines[index]), self._gap(int(index), names)))

    def _gap(self, index: int, names: Sequence[str]) -> str:
        for name in names:
            values = self.table.columns[name]
            if is_numeric(values) and np.isnan(values[index]):
                text = self.table.no_numbers.get(name, {}).get(index)
                if text is None:
                    return f"{name} is missing"
                what = "too large a number" if is_too_large(text) else "no number but"
                return f"{name} is {what} {_quoted(text)}"
        return f"{names[-1]} is missing"


def _quoted(name: object) -> str:
    return f"“{shown_name(name)}”"


def _listed(names: Sequence[str]) -> str:
    return f"is {_named(names)}" if len(names) == 1 else f"are {_named(names)}"


def _named(names: Sequence[str]) -> str:
    """Return the first names, and how many more there are."""
    shown = [_quoted(name) for name in names[:MOST_NAMED]]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {count_text(more)} more" if more else "")
