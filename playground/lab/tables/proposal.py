"""Which columns of a table are to be inputs and target, and which columns are proposed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.experiment_table import MAX_INPUTS
from playground.numerals import ALL_DIGITS, texts_apart
from playground.tables import Table
from playground.tables.choice import CLASSES, ZERO_AND_ONE, is_half_of_two
from playground.tables.numbers import is_missing
from playground.tables.table import is_numeric

MOST_CLASSES = 20
"""Different values of a column that may be classes."""


@dataclass(frozen=True)
class Wish:
    """Columns of a table, chosen.

    inputs, target  names of columns
    as_number       a target of two different numbers is a number, not a class
    classes         the two classes whose rows are taken, where there are more; () else
    """

    inputs: tuple[str, ...]
    target: str
    as_number: bool = False
    classes: tuple[str, ...] = ()


def proposed(table: Table) -> Wish:
    """Return the columns that are proposed: the last one that can be learned from all other numbers.

    Of more than two classes the first two are taken, of more inputs than an experiment has the first ones.
    """
    target = next((name for name in reversed(table.names) if _can_be_learned(table, name)), table.names[-1])
    inputs = tuple(name for name in table.numeric if name != target)[:MAX_INPUTS]
    values = () if is_numeric(table.columns[target]) else values_of(table, target)
    return Wish(inputs, target, classes=values[:CLASSES] if len(values) > CLASSES else ())


def values_of(table: Table, name: str) -> tuple[str, ...]:
    """Return the different values of a column in the order of their first appearance.

    () where there are more than MOST_CLASSES. Numbers are as the names of classes.
    """
    column = table.columns[name]
    if not is_numeric(column):
        values = tuple(text for text in dict.fromkeys(column) if not is_missing(text))
        return values if len(values) <= MOST_CLASSES else ()
    different, firsts = np.unique(column[~np.isnan(column)], return_index=True)
    if len(different) > MOST_CLASSES:
        return ()
    if is_half_of_two(different):
        return ZERO_AND_ONE
    return tuple(texts_apart([float(value) for value in different[np.argsort(firsts)]], ALL_DIGITS))


def _can_be_learned(table: Table, name: str) -> bool:
    """Return whether a column can be a target beside other columns of numbers."""
    others = len(table.numeric) - (name in table.numeric)
    return others > 0 and (is_numeric(table.columns[name]) or len(values_of(table, name)) >= CLASSES)
