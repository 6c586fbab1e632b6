"""Read one table under a limit of memory, in a process of its own: python bounded_reading.py NAME.

It prints the seconds of processor time, the peak of resident memory above that before, in MB, and what came
of it.
"""

from __future__ import annotations

import random
import resource
import sys
import time
from pathlib import Path
from typing import Any

MEGABYTE = 1024 * 1024
SIGNS = [
    "1",
    "2.5",
    "3,5",
    "-4",
    "1e5",
    "NA",
    "",
    "x",
    "é",
    "😀",
    ",",
    ";",
    "\t",
    "|",
    "\n",
    "\r\n",
    '"',
    "'",
]


def random_text(seed: int, signs: int = 200_000) -> str:
    chance = random.Random(seed)
    return "".join(chance.choices(SIGNS, k=signs))


def rows_of(separator: str, decimal: str, count: int, quote: str = "") -> str:
    cells = [f"{quote}{value}{decimal}{value % 7}{quote}" for value in range(count)]
    names = separator.join(f"{quote}größe {index}{quote}" for index in range(5))
    return f"{names}\n" + "\n".join(separator.join([cell] * 5) for cell in cells)


CASES: dict[str, Any] = {
    "100 000 columns, two rows": lambda: (("1," * 100_000)[:-1] + "\n") * 2,
    "100 000 columns of names": lambda: ",".join(f"n{index}" for index in range(100_000)) + "\n1,2\n",
    "100 000 columns, quoted": lambda: ('"1";' * 100_000)[:-1] + "\n",
    "decimal commas": lambda: rows_of(";", ",", 40_000),
    "decimal commas, quoted, Latin-1": lambda: rows_of(";", ",", 40_000, '"').encode("latin-1"),
    "UTF-16": lambda: rows_of("\t", ".", 40_000).encode("utf-16"),
    "UTF-16, big-endian without a mark": lambda: rows_of("\t", ".", 40_000).encode("utf-16-be"),
    "UTF-8 with a mark": lambda: rows_of(",", ".", 40_000).encode("utf-8-sig"),
    "ragged rows": lambda: "\n".join(",".join(["1"] * (1 + index % 50)) for index in range(40_000)),
    "one row that is long": lambda: "1,2\n" * 1000 + "1," * 500_000,
    "quotes that never close": lambda: '1,"2\n' * 200_000,
    "quotes within cells": lambda: '1,a"b"",2\n' * 100_000,
    "one cell": lambda: "x" * 2_000_000,
    "zeros": lambda: b"\0" * 1_000_000,
    **{f"random text {seed}": (lambda seed=seed: random_text(seed)) for seed in range(6)},
    **{f"random UTF-16 {seed}": (lambda seed=seed: random_text(seed).encode("utf-16")) for seed in range(3)},
}


def memory() -> tuple[int, int]:
    """The size of this process, and its largest resident one so far, in bytes."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * resource.getpagesize(), 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main(name: str, megabytes: int) -> None:
    from playground.tables import Table, TableError, parse_table, table_pieces

    parse_table("a,b\n1,2\n")
    content = CASES[name]()
    size, peak = memory()
    limit = size + megabytes * MEGABYTE
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    began = time.process_time()
    try:
        *_, found = table_pieces(content)
        assert isinstance(found, Table)
        result = f"{found.n_rows} rows of {len(found.names)} columns"
    except TableError as error:
        result = str(error)
    seconds = time.process_time() - began
    print(f"{seconds:.3f}\t{(memory()[1] - peak) / MEGABYTE:.1f}\t{result!r}")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
