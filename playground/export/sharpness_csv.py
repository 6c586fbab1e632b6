"""The sharpness of a run as a table: the ends of the spectrum at each step where they were measured."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence

import numpy as np

from playground.engine.recording.run_view import RunView
from playground.export.table import Column, Table, table_of
from playground.landscape.loss_jump import setting_at
from playground.landscape.sharpness import Sample, divided_by, limit_line

CURVATURE_UNIT = "loss per squared unit of a parameter"


def sharpness_table(samples: Sequence[Sample], view: RunView) -> Table:
    """Return the table of the samples up to the step of a view, in the order of their steps."""
    there = [sample for sample in samples if sample.step <= view.step]
    steps = np.array([sample.step for sample in there], dtype=np.int64)
    line = limit_line(view, steps)
    limits = line.values[np.searchsorted(line.steps, steps)].tolist()
    for row, sample in enumerate(there):
        of_now = divided_by(str(setting_at(view, "optimizer", sample.step)))
        if sample.divided_by != of_now or math.isnan(limits[row]):
            limits[row] = None
    columns = (
        Column("step", "steps", "updates made so far: measured at θ after so many", steps.tolist()),
        Column(
            "largest eigenvalue λmax",
            CURVATURE_UNIT,
            "of the Hessian of J over all training points, penalties included",
            [sample.largest for sample in there],
        ),
        Column(
            "smallest eigenvalue λmin",
            CURVATURE_UNIT,
            "of the same matrix",
            [sample.smallest for sample in there],
        ),
        Column(
            "sharpness",
            "as its matrix: of H as λmax, of P⁻¹H 1 / learning rate",
            "the largest eigenvalue of the matrix that the stability limit belongs to",
            [sample.sharpness for sample in there],
        ),
        Column(
            "matrix of the sharpness",
            "",
            "H, or P⁻¹H with the preconditioner P of the optimiser that is named",
            [f"P⁻¹H of {sample.divided_by}" if sample.divided_by else "H" for sample in there],
        ),
        Column(
            "limit of the sharpness",
            "as the sharpness",
            "the largest stable one at the learning rate of this step: 2/α for gradient descent",
            limits,
            "where there is no such limit: mini-batches, AdaGrad, a mistake in the backward pass; and where "
            "the optimiser of the step needs another matrix",
        ),
        Column("learning rate α", "1", "of the step made from this row", view.rates_at(steps).tolist()),
    )
    about = {
        "step": view.step,
        "how": "from exact products of the Hessian with vectors; steps between the rows were not measured, "
        "or were left out of a long record, which keeps the lowest and the highest sharpness of each stretch",
        "experiment": json.loads(view.experiment_file.to_json()),
    }
    return table_of("sharpness", columns, about)
