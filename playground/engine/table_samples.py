"""The points of a table: its inputs and targets, and which of its rows are test points."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from playground.arrays import Floats
from playground.experiment import DataSettings
from playground.experiment_table import TableSettings
from playground.files.foreign_names import shown_name

Rows = NDArray[np.intp]


def points_of(table: TableSettings) -> tuple[Floats, Floats]:
    """Return inputs (n, d) and targets (n, targets), raw: of a class its index."""
    return table.rows[:, : table.n_inputs], table.rows[:, table.n_inputs :]


def split_of(settings: DataSettings, rng: np.random.Generator) -> tuple[Rows, Rows]:
    """Return the rows to train on and those to test on, both in the order of the table.

    Where the table does not name them the test rows are drawn from each class in proportion, evenly spread
    over the table; see held_back.
    """
    table = settings.kept_table
    if table.test_rows is not None:
        test = np.array(table.test_rows, dtype=np.intp)
    else:
        groups = _groups(table)
        shares = held_back(settings)
        drawn = [
            group[one_of_each_stretch(rng, len(group), share)]
            for group, share in zip(groups, shares, strict=True)
        ]
        test = np.sort(np.concatenate(drawn))
    trained = np.ones(table.n_rows, dtype=bool)
    trained[test] = False
    return np.flatnonzero(trained), test


def split_by_seed(settings: DataSettings) -> tuple[Rows, Rows]:
    """Return the rows to train on and those to test on as the seed of the data draws them; see split_of."""
    return split_of(settings, np.random.default_rng([settings.seed, 1]))


def held_back(settings: DataSettings) -> list[int]:
    """Return the number of test rows of each class that there is; all rows are one where y is a value.

    At least one row of each class is left to train on.
    """
    return list(_held_back(settings.kept_table, settings.test_share))


@lru_cache(maxsize=8)
def _held_back(table: TableSettings, test_share: float) -> tuple[int, ...]:
    # Kept: the window asks several times in each frame, and a table may have many rows.
    if table.test_rows is not None:
        return (len(table.test_rows),)
    sizes = [len(group) for group in _groups(table)]
    n_test, ends = round(table.n_rows * test_share), np.cumsum([0, *sizes])
    cuts = [(2 * n_test * int(end) + table.n_rows) // (2 * table.n_rows) for end in ends]
    shares = zip(pairwise(cuts), sizes, strict=True)
    return tuple(min(stop - start, size - 1) for (start, stop), size in shares)


def input_names(table: TableSettings) -> tuple[str, ...]:
    """Return the names of its inputs as the window shows them."""
    return tuple(map(shown_name, table.inputs))


def one_of_each_stretch(rng: np.random.Generator, n: int, chosen: int) -> NDArray[np.bool_]:
    """Mark `chosen` of n places, spread evenly: one at random in each of equal stretches."""
    if chosen > n // 2:
        return ~one_of_each_stretch(rng, n, n - chosen)
    edges = np.arange(chosen + 1) * n // max(chosen, 1)
    marked = np.zeros(n, dtype=bool)
    marked[rng.integers(edges[:-1], edges[1:])] = True
    return marked


def _groups(table: TableSettings) -> list[Rows]:
    if not table.classes:
        return [np.arange(table.n_rows)]
    targets = table.rows[:, -1]
    return [np.flatnonzero(targets == label) for label in np.unique(targets)]
