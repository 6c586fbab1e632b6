"""The points of a run after changes of them: painted, moved and removed while it trains.

A run begins with the points of its experiment; each change of "data.table" in its log leads to the next state
of the data. A state is the DataSettings of a table, immutable, whose rows are one read-only array with a
checksum. Test points stay test points, and painted ones are trained on. Standardised inputs keep mean and
scale of the first training points until a run starts again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.arrays import Floats
from playground.engine import table_samples
from playground.engine.datasets import Samples, generated_table, samples_of, training_points
from playground.experiment import Change, DataSettings, Experiment
from playground.experiment_checks import ExperimentError
from playground.experiment_strokes import stroke_of
from playground.experiment_table import FIELD, TableSettings

NO_POINTS = "cannot change: a formula has no points."


@lru_cache(maxsize=8)
def table_to_edit(data: DataSettings) -> TableSettings:
    """Return the points of these settings as a table that names its test points.

    The samples of the table are those of the settings, bit by bit and in the same order.
    """
    table = data.table
    if table is None:
        return generated_table(data)
    if table.test_rows is not None:
        return table
    test = table_samples.split_of(data, np.random.default_rng([data.seed, 1]))[1]
    return replace(table, test_rows=tuple(test.tolist()))


def data_to_edit(data: DataSettings) -> DataSettings:
    """Return the same data with its points in a table that names its test points; see table_to_edit."""
    table = table_to_edit(data)
    return data if table is data.table else data.with_table(table)


def with_its_points(experiment: Experiment) -> Experiment:
    """Return the same experiment with its points in a table; a run of it has the same numbers, bit by bit.

    Raises ExperimentError for a formula.
    """
    if experiment.data is None:
        raise ExperimentError(FIELD, NO_POINTS)
    return replace(experiment, data=data_to_edit(experiment.data))


def in_one_form(experiment: Experiment) -> Experiment:
    """Return the same experiment with its points in a table, a formula as it is.

    Those before and after the points of a generated set were taken are equal in this form: every number of
    their runs is the same.
    """
    return experiment if experiment.data is None else with_its_points(experiment)


def painted(
    start: DataSettings, now: DataSettings, values: Sequence[Any], samples: Samples | None = None
) -> DataSettings:
    """Return the data of a run after changes of "data.table", made in this order.

    start is the data that the run began with, with these samples (None: they are made where they are needed);
    now is its state before the changes. Where the points are those of start again, as after Undo, so are the
    settings: a generated set is no table any longer. Raises ExperimentError for a change that cannot be made.
    """
    if not values:
        return now
    table = table_to_edit(now)
    rows, is_test = table.rows, parts_of(table)
    for value in values:
        stroke = stroke_of(value, len(rows), table.n_columns, len(table.classes))
        rows, is_test = stroke.applied(rows, is_test)
        if is_test.all():
            raise ExperimentError(f"{FIELD}.removed", "cannot be taken: no training points are left.")
    if _are_those_of(start, rows, is_test):
        return start
    scale = table.kept_scale
    if start.standardize and scale is None:
        samples = samples or samples_of(start)
        scale = tuple(samples.mean.tolist()), tuple(samples.scale.tolist())
    test_rows = tuple(np.flatnonzero(is_test).tolist())
    return now.with_table(replace(table, rows=rows, test_rows=test_rows, kept_scale=scale))


def _are_those_of(start: DataSettings, rows: Floats, is_test: NDArray[np.bool_]) -> bool:
    """Return whether these rows and parts are those of the data that a run began with."""
    if len(rows) != start.points:
        return False
    first = table_to_edit(start)
    return np.array_equal(rows, first.rows) and np.array_equal(is_test, parts_of(first))


def painted_by_log(start: DataSettings | None, changes: Iterable[Change]) -> DataSettings | None:
    """Return the data of a run that began with these, after the changes of its log; None with a formula."""
    values = [change.value for change in changes if change.field == FIELD]
    if not values:
        return start
    if start is None:
        raise ExperimentError(FIELD, NO_POINTS)
    return painted(start, start, values)


def check_log(experiment: Experiment, changes: Iterable[Change]) -> None:
    """Raise ExperimentError where a log changes points that are not there, or to some that cannot be."""
    start = experiment.data
    if start is None or not start.derived_inputs:
        painted_by_log(start, changes)
        return
    data = start
    for change in changes:
        if change.field == FIELD:
            data = painted(start, data, [change.value])
            samples_of(data)


def started_again(data: DataSettings | None) -> DataSettings | None:
    """Return the data for a run that begins with these points, and standardises by them."""
    if data is None or data.table is None or data.table.kept_scale is None:
        return data
    return replace(data, table=data.table.started_again())


def stroke_back(now: DataSettings, value: Any) -> dict[str, Any]:
    """Return the change that takes back a change of these data."""
    table = table_to_edit(now)
    stroke = stroke_of(value, table.n_rows, table.n_columns, len(table.classes))
    return stroke.taken_back(table.rows, parts_of(table)).as_value()


def training_points_at(start: DataSettings | None, changes: Sequence[Change], step: int) -> int:
    """Return the number of training points of the step from θ of this step."""
    values = [change.value for change in changes if change.field == FIELD and change.step <= step]
    if not values or start is None:
        return training_points(start)
    is_test = parts_of(table_to_edit(start))
    for value in values:
        stroke = stroke_of(value, len(is_test), start.kind.n_columns, start.kind.n_classes)
        is_test = stroke.parts_after(is_test)
    return int(np.count_nonzero(~is_test))


def parts_of(table: TableSettings) -> NDArray[np.bool_]:
    """Return which rows (n,) of a table to edit are test points."""
    is_test = np.zeros(table.n_rows, dtype=bool)
    is_test[list(table.test_rows or ())] = True
    return is_test
