"""The points of an experiment as a table, which the reader of tables reads back to the same points."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.arrays import Floats
from playground.engine.datasets import Samples, samples_of
from playground.engine.table_samples import points_of, split_by_seed
from playground.experiment import DataSettings
from playground.export.table import Table, notes_of
from playground.tables.escaped_texts import escaped

Names = tuple[str, ...]


def points_table(data: DataSettings, standardised: bool = False) -> Table:
    """Return the points as CSV, inputs first, then the target, a class by its name; and their notes.

    standardised: the inputs of the network, derived ones too, in place of the raw ones. The rows of a table
    stay in its order, except that the first of each class go first where else the reader, which takes classes
    as they appear, would take them in another order; of a generated set the training points come first.
    """
    samples = samples_of(data)
    names, n_targets, X, y, test = _columns(data, samples, standardised)
    what = "as the network takes it" if standardised else "as it is in the table"
    told = {name: {"what": f"an input, {what}"} for name in names[:-n_targets]}
    about: dict[str, Any] = {
        "test rows": [int(row) + 1 for row in np.flatnonzero(test)],
        "rows": "counted from 1 behind the line of names; all others are for training",
    }
    if standardised and data.standardize:
        inputs = zip(names, samples.mean.tolist(), samples.scale.tolist(), strict=False)
        about["standardisation"] = {name: {"mean": mean, "scale": scale} for name, mean, scale in inputs}
    what = "the class" if data.kind.classification else "the target" if n_targets == 1 else "a target"
    told |= {name: {"what": what} for name in names[-n_targets:]}
    return Table(_csv(names, _rows(X, y, _class_names(data, samples))), notes_of("points-notes", told, about))


def points_text(data: DataSettings) -> str:
    """Return the raw points with tabs between cells, as spreadsheets copy a table."""
    samples = samples_of(data)
    names, _, X, y, _ = _columns(data, samples, False)
    return _csv(names, _rows(X, y, _class_names(data, samples)), "\t")


def _columns(
    data: DataSettings, samples: Samples, standardised: bool
) -> tuple[Names, int, Floats, Floats, Floats]:
    """Return the names of inputs and targets, the number of targets, X, y and the test points.

    X (n, d), y (n, targets), of a class its index, and which rows (n,) are test points.
    """
    n_train, n_test = len(samples.y_train), len(samples.y_test)
    if data.table is not None:
        names, targets = data.table.inputs, data.table.targets
        X, y = points_of(data.table)
        order = np.argsort(np.concatenate(split_by_seed(data)))
    else:
        names, targets = data.raw_names, (samples.output_name,)
        # Raw inputs that were standardised before would be other ones in the last digit.
        raw = samples_of(replace(data, standardize=False, derived_inputs=()))
        X, y = np.concatenate([raw.X_train, raw.X_test]), np.concatenate([raw.y_train, raw.y_test])
        if samples.classification:
            y = samples.labels(y)[:, None]
        order = np.arange(n_train + n_test)
    if standardised:
        names = (*names, *data.derived_inputs)
        X = np.concatenate([samples.X_train, samples.X_test])[order]
    test = np.repeat([0.0, 1.0], [n_train, n_test])[order]
    if data.kind.classification:
        kept = _in_the_order_of_classes(y[:, 0])
        X, y, test = X[kept], y[kept], test[kept]
    return (*names, *targets), len(targets), X, y, test


def _in_the_order_of_classes(y: Floats) -> NDArray[np.intp]:
    """Return the order of rows (n,) in which the classes of y (n,) appear one after the other."""
    firsts = np.unique(y, return_index=True)[1]
    rows = np.arange(len(y))
    return rows if (np.diff(firsts) > 0).all() else np.concatenate([firsts, np.delete(rows, firsts)])


def _class_names(data: DataSettings, samples: Samples) -> Names:
    if data.table is not None:
        return data.table.classes
    return samples.class_names if samples.classification else ()


def _rows(X: Floats, y: Floats, classes: Names) -> Iterator[Sequence[str | float]]:
    for row, targets in zip(X.tolist(), y.tolist(), strict=True):
        yield [*row, *([classes[int(targets[0])]] if classes else targets)]


def _csv(names: Names, rows: Iterator[Sequence[str | float]], separator: str = ",") -> str:
    output = io.StringIO()
    # Texts have quotation marks, so that a reader need not guess what quotes there are.
    writer = csv.writer(output, delimiter=separator, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow([escaped(name) for name in names])
    for row in rows:
        writer.writerow([_number(cell) if isinstance(cell, float) else escaped(cell) for cell in row])
    return output.getvalue()


def _number(value: float) -> float | int:
    """Return a whole number as one, which is written without a point."""
    return int(value) if math.isfinite(value) and value == int(value) and abs(value) < 1e15 else value
