"""Which tables are the user's own, and which come with the program."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from playground.experiment import Change, DataSettings
from playground.experiment_table import FIELD, TableSettings
from playground.numerals import count_text
from playground.table_data import data_of_table
from playground.tables.at_hand import TABLES_AT_HAND


@cache
def data_at_hand(name: str) -> DataSettings:
    """Return the data of a table that comes with the program; name: a key of TABLES_AT_HAND."""
    return data_of_table(TABLES_AT_HAND[name].points()).data


def name_at_hand(table: TableSettings) -> str | None:
    """Return the key of a table that comes with the program; None for another one."""
    for name, entry in TABLES_AT_HAND.items():
        # Reading takes time, so only a table of the same target is compared.
        if entry.target == table.target and data_at_hand(name).table == table:
            return name
    return None


def own_rows(begun: DataSettings | None, now: DataSettings | None, changes: Iterable[Change]) -> int:
    """Return how many rows of a run are the user's own; 0 for generated sets and tables at hand.

    begun, now: its data at the start and at present. changes: its log, in which painted points are own ones,
    also where they were taken back.
    """
    strokes = [change.value for change in changes if change.field == FIELD]
    tables = [data.table for data in (begun, now) if data is not None and data.table is not None]
    in_tables = [table.n_rows for table in tables if strokes or name_at_hand(table) is None]
    in_log = sum(len(value.get(part, ())) for value in strokes for part in ("added", "moved"))
    return max(in_tables, default=in_log)


def own_rows_text(rows: int) -> str:
    """Return the words for so many of the user's own rows: "your 150 rows"."""
    return "your 1 row" if rows == 1 else f"your {count_text(rows)} rows"
