"""What is said of a table that became the data of an experiment."""

from __future__ import annotations

from collections.abc import Sequence

from playground.files.foreign_names import shown_name
from playground.numerals import count_text
from playground.table_data import DataOfTable
from playground.tables import Chosen, Table
from playground.tables.choice import MOST_CLASSES
from playground.tables.numbers import is_missing
from playground.tables.table import is_numeric

MOST_NAMED = 6
MOST_ROWS_NAMED = 5


def said_of_table(name: str, table: Table, chosen: Chosen, made: DataOfTable) -> list[str]:
    """Return sentences about a table's file and what was taken of it; each is one line."""
    title = f"“{shown_name(name)}”" if name else "Copied points"
    lines = [f"{title}: {_points(made)}; {_columns(chosen)}."]
    if unused := unused_words(table, chosen):
        lines.append(unused)
    lines += table.format.doubts
    if limit := _limit_of_classes(table, chosen):
        lines.append(limit)
    if chosen.n_left_out:
        lines.append(left_out_sentence(chosen.left_out, chosen.n_left_out))
    if chosen.constant:
        lines.append(f"The same in all rows: {_names(chosen.constant)}.")
    if made.data.test_share == 0.0:
        lines.append("All points are for training.")
    if made.data.standardize:
        lines.append("The inputs are standardised.")
    return lines


def _limit_of_classes(table: Table, chosen: Chosen) -> str:
    """Return how many classes the target has where not all can be learned; else empty."""
    column = table.columns[chosen.target]
    if len(chosen.classes) < MOST_CLASSES or is_numeric(column):
        return ""
    found = len({text for text in column if not is_missing(text)})
    if found <= MOST_CLASSES:
        return ""
    return (
        f"{shown_name(chosen.target)} has {count_text(found)} classes; at most {MOST_CLASSES} can be learned."
    )


def unused_words(table: Table, chosen: Chosen) -> str:
    """Return which columns are no input and no target; empty where all are used."""
    used = {*chosen.inputs, *chosen.targets}
    texts = [name for name in table.names if name not in used and name not in table.numeric]
    numbers = [name for name in table.numeric if name not in used]
    parts = [_names(numbers)] if numbers else []
    parts += [f"{_names(texts)}, as no number stands there"] if texts else []
    return f"Not used: {'; '.join(parts)}." if parts else ""


def left_out_sentence(left_out: Sequence[tuple[int, str]], count: int) -> str:
    """Return how many rows are no points, and why the first ones are not."""
    rows = "1 row is left out" if count == 1 else f"{count_text(count)} rows are left out"
    reasons = [f"row {count_text(row)} ({reason})" for row, reason in left_out[:MOST_ROWS_NAMED]]
    more = count - len(reasons)
    return f"{rows}: {', '.join(reasons)}{f' and {count_text(more)} more' if more else ''}."


def _points(made: DataOfTable) -> str:
    points = "1 point" if made.n_points == 1 else f"{count_text(made.n_points)} points"
    if made.n_kept == made.n_points:
        return points
    return f"{points}, of which {count_text(made.n_kept)} are kept, drawn by the data seed {made.data.seed}"


def _columns(chosen: Chosen) -> str:
    inputs = "input" if len(chosen.inputs) == 1 else "inputs"
    if chosen.more_targets:
        return f"{inputs} {_names(chosen.inputs)}; targets {_names(chosen.targets)}, numbers"
    text = f"{inputs} {_names(chosen.inputs)}; target {shown_name(chosen.target)}"
    if not chosen.classes:
        return f"{text}, a number"
    classes = [f"class {index} is {shown_name(name)}" for index, name in enumerate(chosen.classes)]
    return f"{text}, {', '.join(classes[:-1])} and {classes[-1]}"


def _names(names: Sequence[str]) -> str:
    shown = [shown_name(name) for name in names[:MOST_NAMED]]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {count_text(more)} more" if more else "")
