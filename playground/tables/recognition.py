"""What a text has of a table: separator, quotes, header and the signs of its numbers.

Each is decided over many rows from several places of the text, never over the first ones alone.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from playground.numerals import count_text
from playground.tables.errors import TableError
from playground.tables.numbers import THOUSANDS, NumberReader, Signs, is_like_a_number, is_missing, signs_of
from playground.tables.text_source import ENCODINGS

MOST_COLUMNS = 10_000
SEPARATORS = ("\t", ";", ",", "|", " ", "")
"""Signs between cells, the first of equals preferred; " " stands for any white space, "" for one column."""
QUOTES = ('"', "'", "")
MOST_CELLS_LOOKED_AT = 5000
_WEIGHTS = {" ": 0.9, "": 0.8}
"""Spaces and a single column are taken where nothing else fits as well."""
MOST_ROWS_ABOVE = 10
ONE_COLUMN_WEIGHT = 0.7
"""Of two columns by a comma that look like one with a decimal comma: below that of a single column."""
_RARE = {"\t": "", ";": "\t|", "|": "\t", ",": "\t;|", " ": "\t;|", "": "\t;|"}
_DIGITS_AND_SPACE = re.compile("[0-9]+ ")
_NAMED_SEPARATOR = re.compile(r'"?sep=(.)"?', re.IGNORECASE)
"""The first line by which spreadsheet programs name the separator."""


@dataclass(frozen=True)
class Format:
    """What was recognised of a text. Each part but doubts can be given instead, by the same name.

    encoding   a key of ENCODINGS; None for a text that came as one
    separator  one of SEPARATORS
    quote      one of QUOTES
    decimal    "." or ","
    thousands  one of THOUSANDS
    header     whether the first row has the names of the columns
    doubts     sentences about what may be meant otherwise
    """

    encoding: str | None
    separator: str
    quote: str
    decimal: str
    thousands: str
    header: bool
    doubts: tuple[str, ...] = ()

    @property
    def signs(self) -> Signs:
        return Signs(self.decimal, self.thousands)


CHOICES: dict[str, tuple[Any, ...]] = {
    "encoding": tuple(ENCODINGS),
    "separator": SEPARATORS,
    "quote": QUOTES,
    "decimal": (".", ","),
    "thousands": THOUSANDS,
    "header": (True, False),
}


def check_choices(choices: dict[str, Any]) -> dict[str, Any]:
    """Return the choices that are not None. Raises TableError for one that there is not."""
    for name, value in choices.items():
        if name not in CHOICES:
            raise TableError(f"{name} is no part of its format; there are {', '.join(CHOICES)}.")
        if value is not None and value not in CHOICES[name]:
            raise TableError(f"{name} must be one of {', '.join(map(repr, CHOICES[name]))}, not {value!r}.")
    given = {name: value for name, value in choices.items() if value is not None}
    if given.get("decimal") is not None and given["decimal"] == given.get("thousands"):
        raise TableError("the decimal sign and the sign between thousands must differ.")
    return given


def named_separator(first_line: str) -> str | None:
    """Return the separator that a first line "sep=;" names; None where the line is another one."""
    match = _NAMED_SEPARATOR.fullmatch(first_line.strip(" \r\n"))
    return match[1] if match is not None and match[1] in SEPARATORS else None


def rows_of(lines: Iterable[str], separator: str, quote: str, strict: bool = False) -> Any:
    """Return a csv.reader of these lines, which have their ends."""
    if separator == " ":
        lines = (f"{' '.join(line.split())}\n" for line in lines)
        return csv.reader(lines, delimiter=" ", strict=strict, **_quoting(quote))
    # A text without a separator is read with a sign that is no character of any text.
    return csv.reader(
        lines, delimiter=separator or "\uffff", skipinitialspace=True, strict=strict, **_quoting(quote)
    )


def _quoting(quote: str) -> dict[str, Any]:
    return {"quotechar": quote} if quote else {"quoting": csv.QUOTE_NONE, "quotechar": None}


@dataclass(frozen=True)
class Recognised:
    """A format, and how many cells its rows have.

    lacks_name: the column that has no name in a first row with one cell less: "first", as R writes a table
    with names of rows; "last", where each row but that of the names ends with a separator; "" for none.
    n_above: how many rows of this width stand above the names, a title for example.
    """

    format: Format
    width: int
    lacks_name: str = ""
    n_above: int = 0


def recognise(
    sample: Sequence[Sequence[str]], encoding: str | None, given: dict[str, Any]
) -> Generator[float, None, Recognised]:
    """Return the format of the text of these lines, after some pieces of work. Raises TableError.

    sample  lines of several places, the first of them from the beginning
    given   what is not to be recognised, by the names of Format
    """
    named = named_separator(sample[0][0])
    if named is not None:
        sample = [sample[0][1:], *sample[1:]]
        given = {"separator": named, **given}
    if not any(sample):
        raise TableError("it is empty.")
    separators = (given["separator"],) if "separator" in given else SEPARATORS
    quote = given.get("quote") or (given["quote"] if "quote" in given else _quote_of(sample))
    looks = []
    for separator in separators:
        looks.append(_look(sample, separator, quote))
        yield 0.0
    best = max(looks, key=lambda look: look.score)
    if best.width > MOST_COLUMNS:
        raise TableError(f"it has more than {count_text(MOST_COLUMNS)} columns.")
    signs, doubt = signs_of(best.cells(), best.separator)
    signs = Signs(given.get("decimal", signs.decimal), given.get("thousands", signs.thousands))
    if signs.decimal == signs.thousands:
        signs = signs._replace(thousands="")
    if "decimal" in given or "thousands" in given:
        doubt = ""
    yield 0.0
    above = _rows_above_names(best, NumberReader(signs))
    header = given.get("header", above is not None)
    lacks = ""
    if not header and "header" not in given and _has_short_header(sample[0], best, quote):
        header, lacks = True, "last" if all(is_missing(row[-1]) for row in best.rows) else "first"
    doubts = [doubt] if doubt else []
    if "separator" not in given and not header and _is_like_one_column(best):
        doubts.append("Each row is read as two cells, 1 and 5 of 1,5; it may be one with a decimal comma.")
    if lacks == "first":
        doubts.append("There is one name less than there are columns; the first column is taken as nameless.")
    format_ = Format(encoding, best.separator, quote, *signs, header, tuple(doubts))
    return Recognised(format_, best.width, lacks, (above or 0) if header else 0)


def with_other_decimal(format_: Format) -> Format:
    """Return the format with the other decimal sign and no sign between thousands."""
    return replace(format_, decimal="," if format_.decimal == "." else ".", thousands="", doubts=())


@dataclass(frozen=True)
class _Look:
    """The rows of a sample with one separator; width is the number of cells that most of them have."""

    separator: str
    rows: list[list[str]]
    width: int
    score: float

    def cells(self) -> Iterator[str]:
        """Yield some of the cells, the first row's too: it may be no header."""
        return _some_cells(self.rows)


def _look(sample: Sequence[Sequence[str]], separator: str, quote: str) -> _Look:
    rows = [row for part in sample for row in _rows(part, separator, quote)]
    widths = Counter(map(len, rows))
    width = max(widths, key=lambda length: (widths[length], length), default=1)
    fitting = [row for row in rows if len(row) == width]
    share = len(fitting) / max(len(rows), 1)
    numbers = others = foreign = 0
    for cell in _some_cells(fitting[1:] or fitting):
        if is_like_a_number(cell):
            # Behind a comma a zero and more digits are a fraction rather than a number.
            if separator == "," and cell[0] == "0" and cell.isdigit() and len(cell) > 1:
                others += 1
            else:
                numbers += 1
        elif not is_missing(cell):
            others += 1
            # Tabs, semicolons and bars are rare within a text, digits before a space behind a comma too.
            foreign += any(sign in cell for sign in _RARE[separator]) or (
                separator == "," and _DIGITS_AND_SPACE.match(cell) is not None
            )
    score = share * (0.05 + numbers / max(numbers + others, 1)) * _WEIGHTS.get(separator, 1.0)
    score *= 1.0 - foreign / max(numbers + others, 1)
    if separator == "," and width == 2 and _may_be_one_column(rows, fitting):
        score *= ONE_COLUMN_WEIGHT
    # More cells than one by a separator that is not there would be no choice at all.
    return _Look(separator, fitting, width, score if width > 1 or not separator else 0.0)


def _is_like_one_column(look: _Look) -> bool:
    return look.separator == "," and look.width == 2 and _are_like_fractions(look.rows)


def _are_like_fractions(pairs: Sequence[Sequence[str]]) -> bool:
    """Return whether all pairs of cells are whole numbers, the second one without a sign."""
    wholes = [(first.lstrip("+−-"), second) for first, second in pairs if is_like_a_number(first)]
    return bool(wholes) and all(first.isdigit() and second.isdigit() for first, second in wholes)


def _may_be_one_column(rows: Sequence[Sequence[str]], pairs: Sequence[Sequence[str]]) -> bool:
    """Return whether pairs of cells may be numbers with a decimal comma below one name: 0,017 and 12,5."""
    if not _are_like_fractions(pairs):
        return False
    behind = [second for _, second in pairs]
    return len(rows[0]) == 1 or any(len(second) > 1 and second[0] == "0" for second in behind)


def _rows(lines: Sequence[str], separator: str, quote: str) -> Iterator[list[str]]:
    reader = rows_of((f"{line}\n" for line in lines), separator, quote)
    while True:
        try:
            row = next(reader, None)
        except csv.Error:
            # A cell that is too long, as a quotation mark makes that is never closed: the reading says so.
            return
        if row is None:
            return
        if len(row) > MOST_COLUMNS or any(cell.strip() for cell in row):
            yield row


def _some_cells(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield cells of rows from all over, at most MOST_CELLS_LOOKED_AT."""
    width = len(rows[0]) if rows else 1
    step = max(1, len(rows) * min(width, 500) // MOST_CELLS_LOOKED_AT + 1)
    for row in rows[::step]:
        yield from row[:: max(1, width // 500)]


def _quote_of(sample: Sequence[Sequence[str]]) -> str:
    """Return the single quotation mark where cells stand in those and there is no double one; else that."""
    single = 0
    for line in (line for part in sample for line in part):
        if '"' in line:
            return '"'
        single += len(re.findall(r"(?:^|[\t;,| ])'[^']*'(?=$|[\t;,| ])", line))
    return "'" if single > sum(map(len, sample)) // 2 else '"'


def _has_short_header(lines: Sequence[str], look: _Look, quote: str) -> bool:
    """Return whether the first row has names of all columns but the first."""
    first = next(_rows(lines, look.separator, quote), [])
    return 1 < look.width == len(first) + 1 and not any(is_missing(c) or is_like_a_number(c) for c in first)


def _rows_above_names(look: _Look, numbers: NumberReader) -> int | None:
    """Return how many rows stand above that with the names; None where there are no names.

    Names are texts where most columns of numbers have numbers below. Of several such rows the names are the
    first without a gap, as a title above them has; of one column the last.
    """
    rows = look.rows
    if len(rows) < 2:
        return 0 if rows and all(numbers.value(cell) is None for cell in rows[0]) else None
    below = rows[1:][:: max(1, len(rows) * look.width // (2 * MOST_CELLS_LOOKED_AT))]
    numeric = []
    for index in range(look.width):
        read = [numbers.value(row[index]) for row in below]
        if sum(value is not None and value == value for value in read) > read.count(None):
            numeric.append(index)
    texts = 0
    while texts < min(len(rows) - 1, MOST_ROWS_ABOVE) and _are_names(rows[texts], numeric, numbers):
        texts += 1
    if not texts:
        return None
    if look.width == 1:
        return texts - 1
    whole = (n for n in range(texts) if not any(is_missing(cell) for cell in rows[n][1:]))
    return next(whole, 0)


def _are_names(row: Sequence[str], numeric: Sequence[int], numbers: NumberReader) -> bool:
    """Return whether a row has more texts than numbers in these columns."""
    read = [numbers.value(row[index]) for index in numeric]
    return read.count(None) > sum(value is not None and value == value for value in read)
