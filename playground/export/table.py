"""A table of numbers, and the notes about it: what its columns are, their units, which cells are empty."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from playground.export.spreadsheet import for_spreadsheet
from playground.files.atomic import ExportError, reason_of, write_atomically, write_together
from playground.files.endings import notes_of_table
from playground.files.foreign_names import shown_path
from playground.versions import library_versions

NUMBERS = "as Python writes a float64: reading gives the same bits; inf, -inf and nan are values"
Cell = str | int | float | bool | None


class Table(NamedTuple):
    """A table as CSV, one header line and data, and its notes as JSON."""

    text: str
    notes: str


@dataclass(frozen=True)
class Column:
    """A column: title, unit, what its numbers are, its cells, and why a cell is empty (None).

    Numbers read back to the same float64; True and False are 1 and 0.
    """

    title: str
    unit: str
    what: str
    cells: Sequence[Cell]
    empty: str = "never"


def table_of(kind: str, columns: Sequence[Column], about: Mapping[str, Any]) -> Table:
    """Return the table of columns of one length. kind: "look-ahead" gives notes of "look-ahead-notes"."""
    output = io.StringIO()
    writer = csv.writer(output, lineterminator="\n")
    writer.writerow([column.title for column in columns])
    writer.writerows(zip(*([_written(cell) for cell in column.cells] for column in columns), strict=True))
    told = {
        column.title: {"unit": column.unit, "what": column.what, "empty": column.empty} for column in columns
    }
    return Table(output.getvalue(), notes_of(f"{kind}-notes", told, about))


def notes_of(format_: str, columns: Mapping[str, Any], about: Mapping[str, Any]) -> str:
    """Return notes about columns as JSON; about: what belongs to this kind of table."""
    notes = {
        "format": format_,
        "version": 1,
        "columns": columns,
        **about,
        "numbers": NUMBERS,
        "versions": library_versions(),
    }
    return json.dumps(notes, ensure_ascii=False, indent=2) + "\n"


def save_table(make: Callable[[], Table], path: str | Path, decimal: str | None = None) -> None:
    """Write a table, and its notes beside it; with a decimal sign the table alone, for a spreadsheet.

    Raises ExportError, naming the file that could not be written.
    """
    try:
        table = make()
    except ValueError as error:
        # An experiment that no file can hold.
        raise ExportError(f"{shown_path(path)} could not be written: {reason_of(error)}.") from error
    if decimal is None:
        write_together({path: table.text, notes_of_table(path): table.notes})
    else:
        write_atomically(path, for_spreadsheet(table.text, decimal))


def _written(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    return str(int(cell)) if isinstance(cell, int) else repr(float(cell))
