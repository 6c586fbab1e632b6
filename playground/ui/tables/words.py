"""The words of the dialog that opens a table."""

from __future__ import annotations

import re
from typing import NamedTuple

from playground.engine.datasets import TABLE_TITLE
from playground.experiment_table import TableSettings
from playground.files.foreign_names import shown_name, with_capital
from playground.lab.tables.work import FirstRows
from playground.numerals import count_text
from playground.tables.at_hand import TableAtHand

MOST_NAMED = 6
LONGEST_ADDRESS = 10_000
"""Characters of a text that are looked at."""
COPIED_POINTS = "copied points"
NOT_PASTED = (
    "The clipboard holds neither a share string, which begins with llp1:, nor a table: cells with numbers, "
    "as a spreadsheet copies them."
)
ADDRESS = (
    "The clipboard holds an address. This program loads nothing from the network: save the file there, and "
    "open that."
)
_ADDRESS = re.compile(r"\s*(?:https?|ftps?)://\S+\s*", re.IGNORECASE)

POINTS, STANDARDISED = "Points (CSV)", "Points, standardised (CSV)"
POINTS_TOLD = "A table: one row for each point, raw inputs and target. It can be opened here again."
STANDARDISED_TOLD = "A table: one row for each point, inputs as the network takes them, and the target."
POINTS_COPIED = "The points are copied as a table: paste them into a spreadsheet, or here with Ctrl+V."
NO_POINTS = "There are no points to export: this run is of a formula."


def no_table(text: str) -> str:
    """Return why a text that was pasted is no table; empty where it may be one."""
    if _ADDRESS.fullmatch(text[:LONGEST_ADDRESS]):
        return ADDRESS
    return "" if any(character.isdigit() for character in text) else NOT_PASTED


def title(name: str) -> str:
    """Return the title of the dialog; name: of the file, "" for a copied text."""
    return f"Points of {shown_name(name)}" if name else "Points of the clipboard"


def size(rows: FirstRows) -> str:
    """Return how large the table is, and how much of it is shown."""
    n_columns = len(rows.names)
    text = f"{_count(rows.n_rows, 'row')}, {_count(n_columns, 'column')}"
    shown = []
    if len(rows.rows) < rows.n_rows:
        shown.append(f"the first {count_text(len(rows.rows))} rows")
    if rows.rows and len(rows.rows[0]) < n_columns:
        shown.append(f"the first {count_text(len(rows.rows[0]))} columns")
    return f"{text}; {' and '.join(shown)} are shown." if shown else f"{text}."


def left_out(row: int, reason: str) -> str:
    """Return why a row is no point."""
    return f"row {count_text(row)}: {reason}"


def number_left_out(count: int, listed: int) -> str:
    """Return how many rows are left out, and how many of them are listed."""
    text = f"{_count(count, 'row')} left out"
    return f"{text}; the first {count_text(listed)} are:" if listed < count else f"{text}:"


def classes_together(count: int, of: int) -> str:
    """Return the words for so many classes of a target with that many, together."""
    if count < of:
        return f"the first {count} of {of}"
    return f"all {count}"


def _count(count: int, word: str) -> str:
    return f"1 {word}" if count == 1 else f"{count_text(count)} {word}s"


class TableWords(NamedTuple):
    """The title of a table, and what is said of it: its source and licence, or its columns."""

    title: str
    told: str


def of_table_at_hand(entry: TableAtHand) -> TableWords:
    """Return the words for a table that comes with the program."""
    return TableWords(entry.title, f"{entry.sentence}\nSource: {entry.source}.\nLicence: {entry.licence}.")


def of_own_table(name: str, table: TableSettings) -> TableWords:
    """Return the words for a table of the user's own; name: of its file, "" where it is not known."""
    points = "1 point" if table.n_rows == 1 else f"{count_text(table.n_rows)} points"
    inputs = ", ".join(map(shown_name, table.inputs[:MOST_NAMED]))
    more = len(table.inputs) - MOST_NAMED
    if more > 0:
        inputs += f" and {count_text(more)} more"
    word = "input" if len(table.inputs) == 1 else "inputs"
    learned = "target" if len(table.targets) == 1 else "targets"
    told = f"{points}; {word} {inputs}; {learned} {', '.join(map(shown_name, table.targets))}."
    return TableWords(with_capital(name) if name else TABLE_TITLE, told)
