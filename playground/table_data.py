"""From columns of a table to the data of an experiment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.experiment import MIN_POINTS, DataSettings
from playground.experiment_checks import ExperimentError
from playground.experiment_table import LARGEST, MAX_INPUTS, MAX_NUMBERS, MAX_ROWS, TableSettings
from playground.files.foreign_names import shown_name
from playground.numerals import count_text
from playground.tables import Chosen, TableError

LARGEST_RAW = 10.0
"""Few points with no larger input stay as they are typed; others are standardised unless asked otherwise."""


@dataclass(frozen=True)
class DataOfTable:
    """The data of an experiment, and how many of the table's points it holds."""

    data: DataSettings
    n_points: int

    @property
    def n_kept(self) -> int:
        return self.data.points


def data_of_table(chosen: Chosen, seed: int = DataSettings.seed, **settings: Any) -> DataOfTable:
    """Return the data of an experiment with these points. Raises TableError.

    Of more points than an experiment holds some are drawn by the seed, of each class its share. Where
    settings do not name them: of fewer than 20 points none is held back for testing, and the inputs are
    standardised, but for fewer than 20 points from −10 to 10.
    """
    if len(chosen.inputs) > MAX_INPUTS:
        raise TableError(
            f"an experiment has at most {MAX_INPUTS} inputs, not {count_text(len(chosen.inputs))}."
        )
    kept = _kept(chosen, seed)
    X, y = chosen.X[kept], chosen.y[kept]
    _check_sizes(chosen)
    few = len(kept) < MIN_POINTS
    settings.setdefault("standardize", not few or bool(np.abs(X).max() > LARGEST_RAW))
    if few:
        settings.setdefault("test_share", 0.0)
    try:
        table = TableSettings(
            chosen.inputs,
            chosen.targets if chosen.more_targets else chosen.target,
            chosen.classes,
            np.column_stack([X, y]),
        )
        return DataOfTable(DataSettings.of_table(table, seed=seed, **settings), len(chosen.y))
    except ExperimentError as error:
        sentence = error.sentence.rstrip(".")
        raise TableError(f"{sentence[:1].lower()}{sentence[1:]}.") from None


def _check_sizes(chosen: Chosen) -> None:
    """Raise TableError where a number is too large for an experiment, naming its column and row."""
    too_large = np.argwhere(np.abs(np.column_stack([chosen.X, chosen.y])) > LARGEST)
    if len(too_large):
        row, column = too_large[0]
        name = shown_name((*chosen.inputs, *chosen.targets)[column])
        raise TableError(f"{name} in row {count_text(chosen.lines[row])} is larger than {LARGEST:g}.")


def _kept(chosen: Chosen, seed: int) -> NDArray[np.intp]:
    """Return the indices of the points that are kept, in rising order."""
    count = len(chosen.y)
    most = min(MAX_ROWS, MAX_NUMBERS // (len(chosen.inputs) + len(chosen.targets)))
    if count <= most:
        return np.arange(count)
    rng = np.random.default_rng([seed, 4])
    if not chosen.classes:
        return np.sort(rng.choice(count, most, replace=False))
    groups = [np.flatnonzero(chosen.y == index) for index in range(len(chosen.classes))]
    # At least one of each; the largest class makes up for what rounding leaves.
    shares = [max(round(most * len(group) / count), 1) for group in groups]
    shares[int(np.argmax(shares))] += most - sum(shares)
    drawn = [rng.choice(group, share, replace=False) for group, share in zip(groups, shares, strict=True)]
    return np.sort(np.concatenate(drawn))
