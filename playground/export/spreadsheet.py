"""Tables for spreadsheets, which read a file by the habits of a country.

A byte order mark says that the text is UTF-8. Where the decimal sign is a comma, the separator is a
semicolon. A text that a spreadsheet would take for a formula gets an apostrophe before it.
"""

from __future__ import annotations

import csv
import io
import math

from playground.tables.escaped_texts import FORMULA


def for_spreadsheet(table: str, decimal: str) -> bytes:
    """Return a CSV table of this program for a spreadsheet whose decimal sign is this one, "." or ","."""
    separator = ";" if decimal == "," else ","
    output = io.StringIO()
    writer = csv.writer(output, delimiter=separator, lineterminator="\r\n")
    for row in csv.reader(io.StringIO(table, newline="")):
        writer.writerow([_cell(cell, decimal) for cell in row])
    return output.getvalue().encode("utf-8-sig")


def _cell(cell: str, decimal: str) -> str:
    try:
        number = math.isfinite(float(cell))
    except ValueError:
        number = False
    if not number:
        # A spreadsheet knows no infinity: "-inf" is a formula to it.
        return f"'{cell}" if cell.startswith(tuple(FORMULA)) else cell
    return cell.replace(".", decimal)
