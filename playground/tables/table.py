"""A table that was read: named columns of numbers or texts, and the rows that were left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeGuard

import numpy as np
from numpy.typing import NDArray

from playground.arrays import Floats
from playground.tables.recognition import Format

if TYPE_CHECKING:
    from playground.tables.choice import Chosen

MOST_LISTED = 10_000
"""Maximum number of rows left out that are listed; all are counted."""

Values = Floats | list[str]
"""The cells of a column: numbers, NaN where there is none, or texts without the spaces around them."""


def is_numeric(values: Values) -> TypeGuard[Floats]:
    """Return whether a column is one of numbers."""
    return isinstance(values, np.ndarray)


@dataclass(frozen=True, eq=False)
class Table:
    """A table; immutable and picklable. Row numbers are those of lines, as an editor counts them.

    names       of the columns, each once
    columns     the cells of each by its name, a float64 array or a list of texts
    left_out    (row number, reason) of rows that could not be read, the first MOST_LISTED of them
    n_left_out  the number of these rows
    lines       (n,) the row number of each row that was read
    format      what was recognised
    no_numbers  by column and index the text in place of a number, of the first MOST_LISTED cells
    """

    names: tuple[str, ...]
    columns: Mapping[str, Values]
    left_out: list[tuple[int, str]]
    n_left_out: int
    lines: NDArray[np.int64]
    format: Format
    no_numbers: Mapping[str, Mapping[int, str]] = field(default_factory=dict)

    @property
    def n_rows(self) -> int:
        return len(self.lines)

    @property
    def numeric(self) -> tuple[str, ...]:
        """The names of the columns of numbers."""
        return tuple(name for name in self.names if is_numeric(self.columns[name]))

    def chosen(
        self,
        inputs: Sequence[str],
        target: str,
        *,
        as_number: bool = False,
        classes: Sequence[str] | None = None,
        more_targets: Sequence[str] = (),
    ) -> Chosen:
        """Return the points of these columns, as playground.tables.choice.choose does. Raises TableError."""
        from playground.tables.choice import choose

        return choose(self, inputs, target, as_number=as_number, classes=classes, more_targets=more_targets)
