"""Which columns of a table are to be inputs and target, and which columns are proposed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from playground.experiment_table import MAX_INPUTS
from playground.numerals import ALL_DIGITS, texts_apart
from playground.tables import Chosen, Table
from playground.tables.choice import CLASSES, MOST_CLASSES, ZERO_AND_ONE, is_half_of_two
from playground.tables.numbers import is_missing
from playground.tables.table import is_numeric

MOST_VALUES = 20
"""Different values of a column of which some may be chosen as classes."""


@dataclass(frozen=True)
class Wish:
    """Columns of a table, chosen.

    inputs, target  names of columns
    as_number       a target of two different numbers is a number, not a class
    classes         the classes whose rows are taken, where the target has more than two; () else
    more_targets    numbers that are learned beside the target, which is a number then
    """

    inputs: tuple[str, ...]
    target: str
    as_number: bool = False
    classes: tuple[str, ...] = ()
    more_targets: tuple[str, ...] = ()

    @property
    def targets(self) -> tuple[str, ...]:
        """All columns that are learned."""
        return (self.target, *self.more_targets)

    def points_of(self, table: Table) -> Chosen:
        """Return the points of these columns. Raises TableError."""
        return table.chosen(
            self.inputs,
            self.target,
            as_number=self.as_number,
            classes=self.classes or None,
            more_targets=self.more_targets,
        )


def proposed(
    table: Table,
    inputs: Sequence[str] | None = None,
    target: str | None = None,
    classes: Sequence[str] | None = None,
    more_targets: Sequence[str] = (),
) -> Wish:
    """Return the columns that are taken where the user names none: window and command line take the same.

    The target is the last column that can be learned from all other numbers, which are the inputs. Of more
    classes or inputs than an experiment has the first ones are taken. What is given is taken as it is.
    """
    if target is None:
        others = [name for name in reversed(table.names) if name not in (inputs or ())] or [table.names[-1]]
        target = next((name for name in others if _can_be_learned(table, name)), others[0])
    if inputs is None:
        learned = (target, *more_targets)
        inputs = [name for name in table.numeric if name not in learned][:MAX_INPUTS]
    if more_targets:
        return Wish(tuple(inputs), target, as_number=True, more_targets=tuple(more_targets))
    if classes is None:
        texts = target in table.names and not is_numeric(table.columns[target])
        classes = usual_classes(values_of(table, target)) if texts else ()
    return Wish(tuple(inputs), target, classes=tuple(classes))


def usual_classes(values: tuple[str, ...]) -> tuple[str, ...]:
    """Return the classes that are taken where none was chosen: all that can be learned; () of two."""
    return values[:MOST_CLASSES] if len(values) > CLASSES else ()


def values_of(table: Table, name: str) -> tuple[str, ...]:
    """Return the different values of a column in the order of their first appearance.

    () where there are more than MOST_VALUES. Numbers are as the names of classes.
    """
    column = table.columns[name]
    if not is_numeric(column):
        values = tuple(text for text in dict.fromkeys(column) if not is_missing(text))
        return values if len(values) <= MOST_VALUES else ()
    different, firsts = np.unique(column[~np.isnan(column)], return_index=True)
    if len(different) > MOST_VALUES:
        return ()
    if is_half_of_two(different):
        return ZERO_AND_ONE
    return tuple(texts_apart([float(value) for value in different[np.argsort(firsts)]], ALL_DIGITS))


def _can_be_learned(table: Table, name: str) -> bool:
    """Return whether a column can be a target beside other columns of numbers."""
    others = len(table.numeric) - (name in table.numeric)
    return others > 0 and (is_numeric(table.columns[name]) or len(values_of(table, name)) >= CLASSES)
