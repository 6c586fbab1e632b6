"""The work of a table's reader, in pieces: reading, the first rows to be shown, and the points of columns.

The whole table stays where it is read. What goes to the window is small, however large the table is.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from playground.experiment import DataSettings
from playground.files.foreign_names import shown_name, shown_path
from playground.files.text import TextFileError, read_bytes
from playground.numerals import ALL_DIGITS, number_text
from playground.table_data import data_of_table
from playground.table_proposal import Wish, proposed, values_of
from playground.table_words import left_out_sentence, said_of_table
from playground.tables import Format, Table, TableError, table_pieces
from playground.tables.table import is_numeric
from playground.tables.text_source import MOST_BYTES

MOST_ROWS_SHOWN, MOST_COLUMNS_SHOWN = 100, 100
LONGEST_CELL = 60
MOST_LEFT_OUT_SHOWN = 1000
COPIED = "The copied text was not read: "
BROKEN = "The table was not read: an error of this program has ended it; its log says more."


@dataclass(frozen=True)
class Cell:
    """A cell as it is shown. odd: a text where a number belongs, or nothing at all."""

    text: str
    odd: bool = False


@dataclass(frozen=True)
class FirstRows:
    """A table that was read, as far as it is shown.

    names, numeric   of all columns: the name, and whether it holds numbers
    n_rows           rows that were read
    rows, numbers    the first rows of the first columns, and the number of each row in the file
    format           what was recognised
    proposal         the columns that are proposed
    """

    names: tuple[str, ...]
    numeric: tuple[bool, ...]
    n_rows: int
    rows: tuple[tuple[Cell, ...], ...]
    numbers: tuple[int, ...]
    format: Format
    proposal: Wish


@dataclass(frozen=True)
class Points:
    """The points of chosen columns, or why there are none.

    data        of an experiment; None where there are none, for the reason of problem
    sentences   what was taken, and how
    values      the different values of the target, where they are few enough to be classes
    left_out    (row number, reason) of the first rows that are no points
    n_left_out  the number of these rows
    """

    wish: Wish
    data: DataSettings | None
    problem: str = ""
    sentences: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    left_out: tuple[tuple[int, str], ...] = ()
    n_left_out: int = 0


def first_rows(table: Table) -> FirstRows:
    """Return what is shown of a table."""
    shown = table.names[:MOST_COLUMNS_SHOWN]
    columns = [_cells(table, name) for name in shown]
    return FirstRows(
        table.names,
        tuple(is_numeric(table.columns[name]) for name in table.names),
        table.n_rows,
        tuple(zip(*columns, strict=True)),
        tuple(int(number) for number in table.lines[:MOST_ROWS_SHOWN]),
        table.format,
        proposed(table),
    )


def points_of(name: str, table: Table, wish: Wish) -> Points:
    """Return the points of these columns of the table of this name."""
    values = values_of(table, wish.target) if wish.target in table.names else ()
    try:
        chosen = wish.points_of(table)
        made = data_of_table(chosen)
    except TableError as error:
        return Points(wish, None, f"No points: {error.reason}", values=values)
    # The rows are listed, so that the sentence with the first of them is not needed.
    listed = left_out_sentence(chosen.left_out, chosen.n_left_out)
    sentences = tuple(said for said in said_of_table(name, table, chosen, made) if said != listed)
    left_out = tuple(chosen.left_out[:MOST_LEFT_OUT_SHOWN])
    return Points(wish, made.data, "", sentences, values, left_out, chosen.n_left_out)


class TableWork:
    """Reads one table, as often as it is asked to, and answers what is asked about it.

    take() notes what is to be done, work() does a few milliseconds of it. send(kind, number, content) gets
    "progress" with the share that is read, "read" with FirstRows, "points" with Points, and "refused" with
    one sentence; number is that of the reading.
    """

    def __init__(self, send: Callable[[tuple[str, int, Any]], object]):
        self._send = send
        self._source: Path | str = ""
        self._name = ""
        self._content: str | bytes | None = None
        self._table: Table | None = None
        self._number = 0
        self._pieces: Iterator[float | Table] | None = None
        self._wish: Wish | None = None
        self._share = 0.0

    @property
    def busy(self) -> bool:
        return self._pieces is not None

    def take(self, kind: str, *content: Any) -> None:
        """Take ("source", path or text, name), ("read", number, choices) or ("choose", wish)."""
        if kind == "source":
            self._source, self._name = content
        elif kind == "read":
            self._begin(*content)
        elif kind == "choose":
            (self._wish,) = content
            if not self.busy:
                self._choose()

    def work(self) -> None:
        """Go on reading."""
        if self._pieces is None:
            return
        try:
            piece = next(self._pieces)
            if isinstance(piece, Table):
                self._pieces, self._table = None, piece
                self._send(("read", self._number, first_rows(piece)))
                self._choose()
            elif piece - self._share >= 0.01:
                self._share = piece
                self._send(("progress", self._number, piece))
        except TableError as error:
            self._refuse(f"{self._opening}{error.reason}")
        except OSError:
            raise
        except Exception:
            self._send(("failed", self._number, traceback.format_exc()))
            self._refuse(BROKEN)

    def _begin(self, number: int, choices: Mapping[str, Any]) -> None:
        self._number, self._table, self._wish, self._share = number, None, None, 0.0
        if self._content is None:
            try:
                source = self._source
                self._content = read_bytes(source, MOST_BYTES) if isinstance(source, Path) else source
            except TextFileError as error:
                self._refuse(f"“{shown_path(self._source)}” {error}")
                return
        self._pieces = table_pieces(self._content, **choices)

    def _choose(self) -> None:
        if self._table is not None:
            # Nothing was chosen yet where the table has just been read.
            wish = proposed(self._table) if self._wish is None else self._wish
            self._send(("points", self._number, points_of(self._name, self._table, wish)))

    def _refuse(self, sentence: str) -> None:
        self._pieces = self._table = None
        self._send(("refused", self._number, sentence))

    @property
    def _opening(self) -> str:
        return f"“{shown_name(self._name)}” was not read: " if isinstance(self._source, Path) else COPIED


def _cells(table: Table, name: str) -> list[Cell]:
    values = table.columns[name][:MOST_ROWS_SHOWN]
    if not is_numeric(values):
        return [Cell(shown_name(text, LONGEST_CELL), not text) for text in values]
    odd = table.no_numbers.get(name, {})
    return [
        Cell(odd.get(index, ""), True) if np.isnan(value) else Cell(number_text(float(value), ALL_DIGITS))
        for index, value in enumerate(values)
    ]
