"""What it takes to read a table of 100 000 rows of 10 numbers, as programs write them, and with gaps.

Seconds are of the processor; memory is the most that Python held beside the file.
"""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable

import numpy as np

from playground.tables import Table, table_pieces

ROWS, COLUMNS, REPEATS = 100_000, 10, 5


def file_of(
    shown: Callable[[float], str], separator: str = ",", last: str | None = None, gap: int = 0
) -> bytes:
    """The bytes of a file. last: a text in the last column; gap: each so many rows has one."""
    values = np.random.default_rng(0).standard_normal((ROWS, COLUMNS))
    lines = [separator.join(f"column {index}" for index in range(COLUMNS))]
    for number, row in enumerate(values):
        cells = [shown(float(value)) for value in row]
        if last is not None:
            cells[-1] = f"{last}{number % 3}"
        if gap and number % gap == 0:
            cells[3] = ""
        lines.append(separator.join(cells))
    return "\n".join(lines).encode()


def six_digits(value: float) -> str:
    return f"{value:.6g}"


def with_comma(value: float) -> str:
    return f"{value:.6g}".replace(".", ",")


def grouped(value: float) -> str:
    return f"{1e4 * value:,.2f}".translate({ord(","): ".", ord("."): ","})


def read(content: bytes) -> Table:
    *_, table = table_pieces(content)
    assert isinstance(table, Table)
    assert table.n_rows == ROWS
    return table


def seconds(content: bytes) -> tuple[float, float]:
    """Processor time of a reading, and the longest time between two pieces of it, at best."""
    taken, longest = [], []
    for _ in range(REPEATS):
        began = last = time.process_time()
        most = 0.0
        for _ in table_pieces(content):
            now = time.process_time()
            most, last = max(most, now - last), now
        taken.append(time.process_time() - began)
        longest.append(most)
    return min(taken), min(longest)


def megabytes(content: bytes) -> float:
    tracemalloc.start()
    read(content)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most / 1e6


def measure() -> list[tuple[str, float, str]]:
    """What was measured, the figure, and what to reach."""
    files = {
        "numbers of 6 digits": file_of(six_digits),
        "numbers of 17 digits": file_of(repr),
        "9 numbers and a text": file_of(six_digits, last="kind "),
        "decimal commas": file_of(with_comma, ";"),
        "a gap in each seventh row": file_of(six_digits, gap=7),
        "all in quotation marks": file_of(lambda value: f'"{value:.6g}"'),
        "points between thousands": file_of(grouped, ";"),
    }
    rows, longest = [], 0.0
    for name, content in files.items():
        table = read(content)
        assert (name == "decimal commas") <= (table.format.decimal == ",")
        taken, most = seconds(content)
        longest = max(longest, most)
        rows.append((f"100 000 × 10, {name}", taken, "≤ 1 s"))
    rows.append(("the longest time between two pieces", 1e3 * longest, "ms"))
    rows.append(("memory beside the file", megabytes(files["9 numbers and a text"]), "≤ 200 MB"))
    return rows
