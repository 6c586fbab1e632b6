"""Reading a table: piece by piece, in time and memory that its size bounds."""

from __future__ import annotations

import csv
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np

from playground.arrays import Floats
from playground.files.foreign_names import shown_name, shown_path
from playground.files.text import TextFileError, read_bytes
from playground.numerals import count_text
from playground.tables.errors import TableError
from playground.tables.escaped_texts import unescaped
from playground.tables.numbers import PLAIN, NumberReader, is_like_a_number, is_missing
from playground.tables.recognition import (
    Recognised,
    check_choices,
    named_separator,
    recognise,
    rows_of,
    with_other_decimal,
)
from playground.tables.table import MOST_LISTED, Table, Values
from playground.tables.text_source import MOST_BYTES, TextSource, encoding_of

MOST_CELLS = 5_000_000
MOST_LINES = 5_000_000
MOST_TEXT = 40_000_000
"""Characters of different texts in all columns, at most."""
CELLS_AT_ONCE = 1 << 14
"""Cells that are read between two moments at which the reading can be left: a few milliseconds."""
FEWEST_ROWS_AT_ONCE = 8
WIDEST_MIXED = 200
"""Columns of a table with texts that NumPy reads at once, at most."""
LONGEST_WAIT = 32
LONGEST_SHOWN, LONGEST_NAME = 24, 200
"""Characters of a cell in a reason, and of the name of a column."""


def read_table(file: str | Path, **choices: Any) -> Table:
    """Return the table in a file of at most 64 MB and 5 000 000 cells.

    What is not given is recognised: encoding, separator, quote, decimal, thousands, header; Format says what
    they may be. Raises TableError, naming the file.
    """
    path = Path(file)
    try:
        content = read_bytes(path, MOST_BYTES)
    except TextFileError as error:
        raise TableError(str(error), f"“{shown_path(path)}” ") from None
    try:
        return _table(content, choices)
    except TableError as error:
        raise TableError(error.reason, f"“{shown_name(path.name)}” was not read: ") from None


def parse_table(text: str, **choices: Any) -> Table:
    """Return the table in a text, for example a copied one, as read_table does. Raises TableError."""
    return _table(text, choices)


def _table(content: str | bytes, choices: Mapping[str, Any]) -> Table:
    for piece in table_pieces(content, **choices):
        if isinstance(piece, Table):
            return piece
    raise AssertionError("the last piece is the table")


def table_pieces(content: str | bytes, **choices: Any) -> Iterator[float | Table]:
    """Read a table from a text or the bytes of a file; yield the share that is done, and the table at last.

    Between two pieces there are a few milliseconds of work; leaving the iteration ends the reading. Raises
    TableError.
    """
    given = check_choices(choices)
    if len(content) > MOST_BYTES:
        raise TableError(f"it is too large, more than {MOST_BYTES // 1_000_000} MB.")
    try:
        yield from _pieces(content, given)
    except MemoryError:
        raise TableError("it does not fit into the memory of this computer.") from None


def _pieces(content: str | bytes, given: dict[str, Any]) -> Iterator[float | Table]:
    yield 0.0
    encoding = None
    if isinstance(content, bytes):
        encoding = given.get("encoding") or encoding_of(content)
    source = TextSource(content, encoding)
    sample = source.sample()
    yield 0.0
    recognised = yield from recognise(sample, encoding, given)
    format_, texts = recognised.format, frozenset[int]()
    while True:
        reading = _Reading(source, replace(recognised, format=format_), texts)
        yield from reading.run()
        if "decimal" not in given and reading.sees_other_decimals and not reading.sees_decimals:
            # The numbers of the sample were whole ones.
            format_ = with_other_decimal(format_)
            given = {**given, "decimal": format_.decimal}
        elif (found := reading.texts_read_as_numbers) - texts:
            texts |= found
        else:
            yield reading.table()
            return


class _Column:
    """The cells of one column as they come in: numbers, or texts where most are none."""

    def __init__(self, numbers: NumberReader, always_texts: bool):
        self.numbers, self.always_texts = numbers, always_texts
        self.pieces: list[Floats | list[str]] = []
        self.odd: dict[int, str] = {}
        self.n_numbers = self.n_texts = self.n_rows = self.new_text = 0
        self.other_decimals = False
        self._texts: dict[str, str] = {}

    @property
    def reads_numbers(self) -> bool:
        """Whether the newest cells were numbers."""
        return bool(self.pieces) and not isinstance(self.pieces[-1], list)

    @property
    def is_numeric(self) -> bool:
        return not self.always_texts and self.n_numbers > self.n_texts

    @property
    def is_empty(self) -> bool:
        return not self.n_numbers and not self.n_texts

    def add_numbers(self, values: Floats) -> None:
        """Add cells that are all finite numbers."""
        self.pieces.append(values)
        self.n_numbers += len(values)
        self.n_rows += len(values)

    def add(self, cells: Sequence[str]) -> None:
        """Add cells (n,) of whatever kind."""
        if not self.always_texts and (values := self.numbers.values(cells)) is not None:
            self.add_numbers(values)
            return
        read = [self.numbers.value(cell) for cell in cells]
        n_texts = read.count(None)
        n_numbers = sum(value is not None and value == value for value in read)
        if n_texts and not self.other_decimals:
            texts = {cell for cell, value in zip(cells, read, strict=True) if value is None}
            # A number too large to be one has the signs of this table all the same.
            self.other_decimals = any(
                is_like_a_number(text) and not self.numbers.is_written_so(text) for text in texts
            )
        self.n_texts += n_texts
        self.n_numbers += n_numbers
        if n_texts > n_numbers or self.always_texts:
            self.pieces.append(self._kept(cells))
        else:
            self.pieces.append(self._numbers_of(cells, read, self.n_rows))
        self.n_rows += len(cells)

    def _kept(self, cells: Sequence[str]) -> list[str]:
        """Return the texts, each different one kept once."""
        kept, texts = [], self._texts
        for cell in cells:
            text = cell.strip()
            known = texts.get(text)
            if known is None:
                texts[text] = known = unescaped(text)
                # An object of Python has some 60 bytes beside its characters, and its place in two tables.
                self.new_text += len(text) + 100
            kept.append(known)
        return kept

    def _numbers_of(self, cells: Sequence[str], read: Sequence[float | None], start: int) -> Floats:
        """Return the numbers that were read (n,), NaN for none; keep the texts in their place."""
        for index, value in enumerate(read):
            if value is None and len(self.odd) < MOST_LISTED:
                self.odd[start + index] = shown_name(cells[index].strip(), LONGEST_SHOWN)
        return np.array([np.nan if value is None else value for value in read])

    @property
    def has_fractions(self) -> bool:
        return any(not isinstance(piece, list) and _has_fraction(piece) for piece in self.pieces)

    def finished(self) -> Values:
        """Return all cells: numbers where most are, else texts, "" where there are none."""
        if not self.is_numeric:
            return [text for piece in self.pieces if isinstance(piece, list) for text in piece] or (
                [""] * self.n_rows
            )
        done, start = [], 0
        for piece in self.pieces:
            if isinstance(piece, list):
                read = [self.numbers.value(text) for text in piece]
                done.append(self._numbers_of(piece, read, start))
            else:
                done.append(piece)
            start += len(piece)
        self.pieces = []
        values = np.concatenate(done)
        values.setflags(write=False)
        return values


def _has_fraction(values: Floats) -> bool:
    finite = values[~np.isnan(values)]
    return bool((finite != np.floor(finite)).any())


class _Lines:
    """The lines of a source with their ends, counted, and some of them at once."""

    def __init__(self, source: TextSource):
        self._lines = source.lines()
        self.passed = 0

    def take(self, count: int) -> list[str]:
        lines = [f"{line}\n" for line in islice(self._lines, count)]
        self.passed += len(lines)
        return lines

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.passed += 1
        return f"{line}\n"


class _Reading:
    """One reading of a text from its beginning to its end in one format."""

    def __init__(self, source: TextSource, recognised: Recognised, texts: frozenset[int]):
        self.source, self.format, self.width = source, recognised.format, recognised.width
        self.numbers = NumberReader(self.format.signs)
        self.columns = [_Column(self.numbers, index in texts) for index in range(self.width)]
        self.header: list[str] | None = None
        self.lacks_name, self.n_above = recognised.lacks_name, recognised.n_above
        self.left_out: list[tuple[int, str]] = []
        self.n_left_out = self.n_rows = 0
        self.row_numbers = array("q")
        self._text = 0
        self._wait = self._waiting = 0

    def run(self) -> Iterator[float]:
        """Read; yield the share of the text that is done."""
        lines = _Lines(self.source)
        at_once = max(FEWEST_ROWS_AT_ONCE, CELLS_AT_ONCE // self.width)
        awaits_header = self.format.header
        while True:
            begin = lines.passed + 1
            taken = lines.take(1 if begin == 1 or (awaits_header and self.header is None) else at_once)
            if not taken:
                break
            if begin == 1 and named_separator(taken[0]) is not None:
                continue
            if (awaits_header and self.header is None) or not self._all_at_once(taken, begin):
                self._row_by_row(taken, lines, begin)
            if lines.passed > MOST_LINES:
                raise TableError(f"it has more than {count_text(MOST_LINES)} lines.")
            if self.n_rows * self.width > MOST_CELLS:
                raise TableError(f"it has more than {count_text(MOST_CELLS)} cells.")
            yield self.source.share

    # All cells of some lines at once ---------------------------------------------------------------------

    def _all_at_once(self, taken: list[str], begin: int) -> bool:
        """Read lines of nothing but good rows, and return whether they are; then nothing was read."""
        if self._waiting:
            self._waiting -= 1
            return False
        rows = self._values_at_once(taken)
        if rows is None:
            # Where a table has gaps everywhere, trying takes time for nothing.
            self._wait = min(2 * self._wait + 1, LONGEST_WAIT)
            self._waiting = self._wait
            return False
        self._wait = 0
        for index, column in enumerate(self.columns):
            if rows.dtype.names is None:
                column.add_numbers(rows[:, index])
            elif rows.dtype[index] == np.float64:
                column.add_numbers(rows[f"f{index}"].copy())
            else:
                column.add(rows[f"f{index}"].tolist())
                self._count_text(column)
        self.row_numbers.extend(range(begin, begin + len(taken)))
        self.n_rows += len(taken)
        return True

    def _values_at_once(self, taken: list[str]) -> Any:
        """Return the cells of these lines as an array, (n, width) or (n,) of fields; None where it cannot."""
        format_ = self.format
        numeric = [column.reads_numbers and not column.always_texts for column in self.columns]
        mixed = not all(numeric)
        if not self.n_rows or (mixed and self.width > WIDEST_MIXED):
            return None
        text = "".join(taken)
        if text.isspace() or (format_.quote and format_.quote in text):
            return None
        if not mixed and format_.signs != PLAIN:
            plain = self.numbers.plain_rows(text, format_.separator)
            if plain is None:
                return None
            taken = plain.splitlines()
        elif format_.decimal == ",":
            return None
        kinds: Any = np.float64
        if mixed:
            kinds = [(f"f{index}", np.float64 if is_ else object) for index, is_ in enumerate(numeric)]
        separator = {" ": None, "": "\uffff"}.get(format_.separator, format_.separator)
        try:
            rows = np.loadtxt(taken, kinds, comments=None, delimiter=separator, ndmin=1 if mixed else 2)
        except ValueError:
            return None
        if rows.shape != ((len(taken),) if mixed else (len(taken), self.width)):
            return None
        if mixed:
            finite = all(np.isfinite(rows[f"f{index}"]).all() for index, is_ in enumerate(numeric) if is_)
        else:
            finite = bool(np.isfinite(rows).all())
        return rows if finite else None

    # Row by row ------------------------------------------------------------------------------------------

    def _row_by_row(self, taken: list[str], lines: _Lines, begin: int) -> None:
        """Read lines, and as many more as their last cell in quotation marks goes on."""
        reader = rows_of(chain(taken, lines), self.format.separator, self.format.quote, strict=True)
        rows, numbers, last = [], [], begin - 1
        while reader.line_num < len(taken):
            number = last + 1
            try:
                row = next(reader, None)
            except csv.Error as error:
                last = begin + reader.line_num - 1
                self._faulty(number, last, str(error))
                continue
            last = begin + reader.line_num - 1
            if row is None:
                break
            fitting = self._fitting(row, number)
            if fitting is None:
                continue
            if self.format.header and self.header is None:
                if self.n_above:
                    self.n_above -= 1
                    self._leave_out(number, "stands above the names of the columns")
                else:
                    self.header = fitting
            else:
                rows.append(fitting)
                numbers.append(number)
        if rows:
            for column, cells in zip(self.columns, zip(*rows, strict=True), strict=True):
                column.add(cells)
                self._count_text(column)
            self.row_numbers.extend(numbers)
            self.n_rows += len(rows)

    def _fitting(self, row: list[str], number: int) -> list[str] | None:
        """Return the cells of a row; None where it is blank or is left out."""
        if len(row) == self.width and row[0] and not row[0].isspace():
            return row
        blank = not any(cell.strip() for cell in row)
        if blank or len(row) == self.width:
            return None if blank else row
        if len(row) > self.width and not any(cell.strip() for cell in row[self.width :]):
            return row[: self.width]
        if self.lacks_name and self.header is None and len(row) == self.width - 1:
            return ["", *row] if self.lacks_name == "first" else [*row, ""]
        cells = "1 cell" if len(row) == 1 else f"{count_text(len(row))} cells"
        self._leave_out(number, f"has {cells} in place of {count_text(self.width)}")
        return None

    def _faulty(self, number: int, last: int, error: str) -> None:
        if "unexpected end" in error:
            raise TableError(f"the quotation mark in row {count_text(number)} is never closed.")
        if "field limit" in error:
            if last > number:
                raise TableError(
                    f"the quotation mark in row {count_text(number)} is not closed within "
                    f"{count_text(csv.field_size_limit())} characters."
                )
            raise TableError(
                f"a cell in row {count_text(number)} has more than "
                f"{count_text(csv.field_size_limit())} characters."
            )
        self._leave_out(number, "has text after a closing quotation mark")

    def _leave_out(self, number: int, reason: str) -> None:
        self.n_left_out += 1
        if len(self.left_out) < MOST_LISTED:
            self.left_out.append((number, reason))

    def _count_text(self, column: _Column) -> None:
        self._text += column.new_text
        column.new_text = 0
        if self._text > MOST_TEXT:
            raise TableError(f"its texts have more than {count_text(MOST_TEXT)} characters.")

    # What was read ---------------------------------------------------------------------------------------

    @property
    def sees_decimals(self) -> bool:
        """Whether some number is no whole one."""
        return any(column.is_numeric and column.has_fractions for column in self.columns)

    @property
    def sees_other_decimals(self) -> bool:
        """Whether some text in place of a number is one with other signs."""
        return any(column.other_decimals and column.n_numbers > 0 for column in self.columns)

    @property
    def texts_read_as_numbers(self) -> frozenset[int]:
        """The columns of texts of which some cells were read as numbers: how these were written is lost."""
        return frozenset(
            index
            for index, column in enumerate(self.columns)
            if not column.is_numeric
            and not column.is_empty
            and any(not isinstance(piece, list) for piece in column.pieces)
        )

    def table(self) -> Table:
        """Return what was read. Raises TableError where there are no numbers."""
        if not self.n_rows:
            found = "it has names of columns, but no rows." if self.header else "it has no rows."
            raise TableError(found)
        if not any(column.is_numeric for column in self.columns):
            raise TableError("it has no column of numbers.")
        header = self.header or [""] * self.width
        kept = [
            index
            for index, column in enumerate(self.columns)
            if not column.is_empty or not is_missing(header[index])
        ]
        names = unique_names(header, kept)
        columns, odd = {}, {}
        for index, name in zip(kept, names, strict=True):
            columns[name] = self.columns[index].finished()
            if self.columns[index].is_numeric and self.columns[index].odd:
                odd[name] = self.columns[index].odd
        lines = np.array(self.row_numbers, dtype=np.int64)
        lines.setflags(write=False)
        return Table(names, columns, self.left_out, self.n_left_out, lines, self.format, odd)


def unique_names(header: Sequence[str], kept: Sequence[int]) -> tuple[str, ...]:
    """Return names for these columns, each once: trimmed, on one line, "column 3" for a blank one."""
    names: dict[str, None] = {}
    ends: dict[str, int] = {}
    for index in kept:
        name = unescaped(" ".join(header[index][: 4 * LONGEST_NAME].split()))
        name = shown_name(name, LONGEST_NAME) or f"column {index + 1}"
        wanted, end = name, ends.get(name, 1)
        while name in names:
            end += 1
            name = f"{wanted} {end}"
        ends[wanted] = end
        names[name] = None
    return tuple(names)
