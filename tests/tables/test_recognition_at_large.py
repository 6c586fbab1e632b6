"""Tables of many shapes, as programs and people write them: nearly all are recognised as they were meant.

What is left has two meanings: a headerless column of 1,5 and 2,25, or a title of as many cells as the rows.
"""

from __future__ import annotations

import csv
import io
from random import Random

import pytest

from playground.tables import TableError, parse_table

KINDS = ("whole", "fraction", "fraction", "text", "gaps")
TITLES = ("My title", "exported 2024-01-02, by X; Y", "# note")


class Written:
    """A table and its text, from random choices."""

    def __init__(self, random: Random):
        self.random = random
        self.separator = random.choice(",;\t| ")
        self.decimal = "." if self.separator == "," else random.choice(".,")
        self.header = random.random() < 0.6
        self.kinds = [random.choice(KINDS) for _ in range(random.randint(1, 8))]
        if not {"whole", "fraction"} & set(self.kinds):
            self.kinds[0] = "fraction"
        n_rows = random.choice((2, 3, 5, 20, 200))
        self.rows = [[self.cell(kind) for kind in self.kinds] for _ in range(n_rows)]
        for index, kind in enumerate(self.kinds):
            if kind == "gaps":
                # A column without a name and without a value is none.
                self.rows[0][index] = "1"
        text = io.StringIO()
        if random.random() < 0.2 and self.header and len(self.kinds) > 2:
            text.write(f"{random.choice(TITLES)}\n")
        writer = csv.writer(text, delimiter=self.separator, lineterminator="\n")
        if self.header:
            writer.writerow([f"name{index}" for index in range(len(self.kinds))])
        writer.writerows(self.rows)
        self.text = text.getvalue()

    def cell(self, kind: str) -> str:
        random = self.random
        if kind == "whole":
            return str(random.randint(0, 3000))
        if kind == "gaps" and random.random() < 0.3:
            return "NA" if self.separator == " " else random.choice(("", "NA"))
        if kind == "text":
            return random.choice(("red", "green", "blue" if self.separator == " " else "dark blue"))
        value = random.gauss(0, 10 ** random.randint(-2, 4))
        return f"{value:.{random.randint(1, 6)}f}".replace(".", self.decimal)

    def is_recognised(self) -> bool:
        try:
            table = parse_table(self.text)
        except TableError:
            return False
        if (table.n_rows, len(table.names)) != (len(self.rows), len(self.kinds)):
            return False
        if table.format.header != self.header:
            return False
        for index, name in enumerate(table.names):
            expected = [self.value(row[index]) for row in self.rows]
            if repr([*table.columns[name]]) != repr(expected) and self.kinds[index] != "text":
                numbers = [float(value) if value == value else None for value in map(float, expected)]
                found = [float(v) if v == v else None for v in map(float, table.columns[name])]
                if numbers != found:
                    return False
        return True

    def value(self, cell: str) -> float | str:
        try:
            return float("nan") if cell in ("", "NA") else float(cell.replace(",", "."))
        except ValueError:
            return cell


def share_recognised(count: int, seed: int) -> float:
    random = Random(seed)
    return sum(Written(random).is_recognised() for _ in range(count)) / count


def test_nearly_all_tables_are_recognised():
    assert share_recognised(150, seed=1) >= 0.98


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 8))
def test_nearly_all_of_many_tables_are_recognised(seed):
    assert share_recognised(1500, seed) >= 0.98
