"""Numbers in the cells of a table: which signs they have, and their values.

number_reader.py reads what is typed, one number at a time; here one decision holds for a whole table.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from playground.arrays import Floats

MISSING = frozenset(("", "na", "n/a", "#n/a", "nan", "null", "?"))
"""Cells that stand for no value, in small letters."""
THOUSANDS = ("", ",", ".", " ", "'")
"""Signs between thousands; " " stands for every space, "'" for both apostrophes."""
_ALIKE = {" ": " \u00a0\u2009\u202f", "'": "'’"}
_SIMPLER = {ord(sign): simple for simple, signs in _ALIKE.items() for sign in signs}
MOST_CACHED = 10_000
LONGEST_NUMBER = 100
"""Characters of a number, at most."""


class Signs(NamedTuple):
    """The decimal sign of a table, "." or ",", and the sign between thousands, "" for none."""

    decimal: str
    thousands: str


PLAIN = Signs(".", "")


def is_missing(cell: str) -> bool:
    """Return whether a cell stands for no value."""
    return len(cell) < LONGEST_NUMBER and cell.strip().lower() in MISSING


def is_too_large(cell: str) -> bool:
    """Return whether a cell is a number that no computer here can hold, such as 1e400."""
    try:
        return math.isinf(float(cell.replace(",", "."))) and cell.strip()[-1:].isdigit()
    except ValueError:
        return False


def _pattern(signs: Signs) -> str:
    """Return the pattern of a number with these signs. It never goes back, so it takes linear time."""
    decimal, alike = re.escape(signs.decimal), _ALIKE.get(signs.thousands, signs.thousands)
    whole = "[0-9]++"
    if alike:
        whole = f"(?>[0-9]{{1,3}}+(?:[{re.escape(alike)}][0-9]{{3}}(?![0-9]))++|[0-9]++)"
    return f"[+−-]?+(?>{whole}(?:{decimal}[0-9]*+)?+|{decimal}[0-9]++)(?:[eE][+-]?+[0-9]++)?+"


_WITH_ANY_SIGNS = re.compile(
    "|".join(
        _pattern(Signs(decimal, thousands))
        for decimal in ".,"
        for thousands in THOUSANDS
        if thousands != decimal
    )
)
_TWO_CODES = re.compile("0[0-9]+,")
_PLAIN_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?")
_GROUPED_ONCE = re.compile("[1-9][0-9]{0,2}[.,][0-9]{3}")
_SIGN_AND_EXPONENT = re.compile("^[+−-]|[eE].*")


def is_like_a_number(cell: str) -> bool:
    """Return whether a cell is a number with whatever signs; "1," and "007,5" are none."""
    cell = cell.strip()
    if _TWO_CODES.match(cell) is not None:
        return False
    return (_PLAIN_NUMBER.fullmatch(cell) is not None and len(cell) < LONGEST_NUMBER) or (
        len(cell) < LONGEST_NUMBER
        and cell[-1:].isdigit() | cell.endswith(".")
        and _WITH_ANY_SIGNS.fullmatch(cell) is not None
    )


def signs_of(cells: Iterable[str], separator: str) -> tuple[Signs, str]:
    """Return the signs of the numbers among these cells, and what is in doubt about them, "" if nothing is.

    "1,5" and "1.234,5" speak for a decimal comma, "1,234,567" and "1,234.5" for commas between thousands.
    Where all numbers are like "1,234", English tables (with commas between cells) mean 1234, others 1.234.
    """
    votes, unclear, grouped = Counter[str](), Counter[str](), Counter[str]()
    for cell in cells:
        if cell.isdigit() or not is_like_a_number(cell):
            continue
        digits = _SIGN_AND_EXPONENT.sub("", cell.strip()).translate(_SIMPLER)
        between = [sign for sign in (" ", "'") if sign in digits]
        grouped.update(between)
        marks = [sign for sign in digits if sign in ".,"]
        if not marks:
            continue
        other = {".": ",", ",": "."}
        if len(marks) > 1 and len(set(marks)) == 1:
            grouped[marks[0]] += 1
            votes[other[marks[0]]] += 1
        elif len(marks) > 1:
            grouped[marks[0]] += 1
            votes[marks[-1]] += 1
        elif not between and _GROUPED_ONCE.fullmatch(digits):
            unclear[marks[0]] += 1
        else:
            votes[marks[0]] += 1
    doubt = ""
    if votes[","] and votes["."]:
        doubt = "Some numbers have a decimal point, others a decimal comma."
    if votes[","] != votes["."]:
        decimal = max(votes, key=votes.__getitem__)
    elif unclear[","] and not votes and not unclear["."]:
        decimal = "." if separator == "," else ","
        doubt = f"1,234 is read as {'1234' if separator == ',' else '1.234'}; it may be meant otherwise."
    else:
        decimal = "."
        if unclear["."] and not votes and not grouped and separator == ";":
            doubt = "1.234 is read as 1.234, not as 1234; it may be meant otherwise."
    thousands = "," if decimal == "." else "."
    if not grouped[thousands] and not unclear[thousands]:
        thousands = max((" ", "'"), key=grouped.__getitem__)
        if not grouped[thousands]:
            thousands = ""
    return Signs(decimal, thousands), doubt


class NumberReader:
    """Reads cells as numbers with these signs."""

    def __init__(self, signs: Signs):
        self.signs = signs
        cell = f"\\s*+{_pattern(signs)}\\s*+"
        self._one = re.compile(cell)
        self._all = re.compile(f"(?:{cell}\0)*+{cell}")
        self._between: str = _ALIKE.get(signs.thousands, signs.thousands)
        self._no_numbers: dict[str, None] = {}

    def plain_rows(self, text: str, separator: str) -> str | None:
        """Return lines of numbers with a point as their only sign; None where there may be other cells."""
        if not any(sign in text for sign in self._between):
            if self.signs.decimal == ".":
                return text
            return None if separator == "," or "." in text else text.replace(",", ".")
        if {separator, " "} & {*self._between, self.signs.decimal}:
            return None
        cell = f" *+{_pattern(self.signs)} *+"
        line = f"(?:{cell}{re.escape(separator)})*+{cell}\n"
        return self._as_python(text) if re.fullmatch(f"(?:{line})*+", text) else None

    def is_written_so(self, cell: str) -> bool:
        """Return whether a cell is written as a number with these signs, however large."""
        return len(cell) <= LONGEST_NUMBER and self._one.fullmatch(cell) is not None

    def values(self, cells: Sequence[str]) -> Floats | None:
        """Return the numbers in these cells (n,); None where one of them is no finite number."""
        if self.signs.decimal == "." and (values := _finite(cells)) is not None:
            # Python reads 1_000, a table does not.
            return None if "_" in "".join(cells) else values
        if self.signs == PLAIN:
            return None
        joined = "\0".join(cells)
        if not self._all.fullmatch(joined):
            return None
        return _finite(self._as_python(joined).split("\0"))

    def value(self, cell: str) -> float | None:
        """Return the number in a cell: NaN where it is missing, None where it is another text."""
        if cell in self._no_numbers:
            return None
        value = self._value(cell)
        if value is None and len(self._no_numbers) < MOST_CACHED and len(cell) < LONGEST_NUMBER:
            self._no_numbers[cell] = None
        return value

    def _value(self, cell: str) -> float | None:
        if self.signs.decimal == "." and (value := _float(cell)) is not None:
            return value
        if is_missing(cell):
            return math.nan
        if not self.is_written_so(cell):
            return None
        return _float(self._as_python(cell))

    def _as_python(self, text: str) -> str:
        """Return numbers with these signs as Python writes them."""
        for sign in self._between:
            text = text.replace(sign, "")
        if self.signs.decimal == ",":
            text = text.replace(",", ".")
        return text.replace("−", "-")


def _float(cell: str) -> float | None:
    """Return the finite number that Python reads; None where there is none."""
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if math.isfinite(value) and "_" not in cell else None


def _finite(cells: Sequence[str]) -> Floats | None:
    try:
        values = np.fromiter(map(float, cells), np.float64, len(cells))
    except ValueError:
        return None
    return values if np.isfinite(values).all() else None
