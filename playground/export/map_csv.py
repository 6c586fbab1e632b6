"""A map of learning rates as a table: a row for each cell, that is for each seed, or momentum, and rate."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from playground.engine.formula import start_of_seed
from playground.engine.schedules import slider_name
from playground.experiment import Experiment, TrainingSettings
from playground.export.history_notes import LOSS_UNIT
from playground.export.table import Column, Table, table_of
from playground.landscape.rate_map import RateMap
from playground.landscape.rate_words import BELOW_ALL, NO_BOUND
from playground.landscape.stability_region import StabilityRegion


def map_table(
    rows: RateMap,
    asked: Sequence[float],
    experiment: Experiment,
    training: TrainingSettings,
    region: StabilityRegion | None = None,
) -> Table:
    """Return the table of the rows of a map so far.

    asked: all seeds, or momenta, that were asked for. experiment, training: what every cell runs, but for its
    α and its seed or momentum. region: of a map of momenta, where its limit is known in closed form.
    """
    count = len(rows.learning_rates)
    of_weights = experiment.formula is None
    varied = "training.momentum" if rows.momenta else "network.seed" if of_weights else "formula.start"
    name, meaning = ("network seed", "of the first weights")
    if rows.momenta:
        name, meaning = "momentum β", "training.momentum of the run"
    elif not of_weights:
        name, meaning = "seed of the start", "draws a point of the window"
    below = f", -inf where J has fallen {BELOW_ALL}" if rows.below_all else ""
    columns: tuple[Column, ...] = (
        Column(name, "1", meaning, np.repeat(rows.momenta or rows.seeds, count).tolist()),
        *_starts(rows, experiment, count),
        Column(
            "learning rate α",
            "1",
            f"{slider_name(training.schedule)} of the run",
            np.tile(rows.learning_rates, len(rows.seeds)).tolist(),
        ),
        Column(
            "training loss J at the start",
            LOSS_UNIT,
            "over all training points at the first weights, penalties included"
            if of_weights
            else "at the start, penalties included",
            np.repeat(rows.starts, count).tolist(),
        ),
        Column(
            "training loss J reached",
            LOSS_UNIT,
            f"the same after {rows.n_steps} steps; nan where it is not finite{below}",
            rows.losses.ravel().tolist(),
        ),
    )
    if rows.momenta and region is not None:
        limits = [region.limit(momentum) for momentum in rows.momenta]
        meaning = f"the α of theory below which {region.optimizer} is stable, λmax = {region.sharpness!r}"
        columns += (Column("limit of α", "1", meaning, np.repeat(limits, count).tolist()),)
    there, which = (rows.momenta, "momenta") if rows.momenta else (rows.seeds, "seeds")
    about = {
        "steps": rows.n_steps,
        f"{which} without rows": [row for row in asked if row not in there],
        "how": "each row is a run of its own from step 0: this experiment with "
        f"{varied} and training.learning_rate of the row",
        "experiment": json.loads(replace(experiment, training=training).to_json()),
    }
    if rows.falls_without_bound:
        about[f"{which} where {NO_BOUND}"] = [
            row for row, fell in zip(there, rows.escaped, strict=True) if fell
        ]
    return table_of("rate-map", columns, about)


def _starts(rows: RateMap, experiment: Experiment, count: int) -> tuple[Column, ...]:
    """Return where the runs of a formula begin: a column for each variable, each row `count` times."""
    formula = experiment.formula
    if formula is None:
        return ()
    if rows.momenta:
        starts = np.tile(formula.first, (len(rows.momenta), 1))
    else:
        starts = np.array([start_of_seed(formula, seed) for seed in rows.seeds])
    return tuple(
        Column(f"{name} at the start", "1", "formula.start of the run", np.repeat(column, count).tolist())
        for name, column in zip(formula.names, starts.T, strict=True)
    )
