"""A map of learning rates as a table: a row for each cell, that is for each seed and learning rate."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from playground.engine.schedules import slider_name
from playground.experiment import Experiment, TrainingSettings
from playground.export.history_notes import LOSS_UNIT
from playground.export.table import Column, Table, table_of
from playground.landscape.rate_map import RateMap


def map_table(
    rows: RateMap, seeds: Sequence[int], experiment: Experiment, training: TrainingSettings
) -> Table:
    """Return the table of the rows of a map so far.

    seeds: all that were asked for. experiment, training: what every cell runs, but for its seed and α.
    """
    count = len(rows.learning_rates)
    columns = (
        Column("network seed", "1", "of the first weights", np.repeat(rows.seeds, count).tolist()),
        Column(
            "learning rate α",
            "1",
            f"{slider_name(training.schedule)} of the run",
            np.tile(rows.learning_rates, len(rows.seeds)).tolist(),
        ),
        Column(
            "training loss J at the start",
            LOSS_UNIT,
            "over all training points at the first weights, penalties included",
            np.repeat(rows.starts, count).tolist(),
        ),
        Column(
            "training loss J reached",
            LOSS_UNIT,
            f"the same after {rows.n_steps} steps; nan where it is not finite",
            rows.losses.ravel().tolist(),
        ),
    )
    about = {
        "steps": rows.n_steps,
        "seeds without rows": [seed for seed in seeds if seed not in rows.seeds],
        "how": "each row is a run of its own from step 0: this experiment with network.seed and "
        "training.learning_rate of the row",
        "experiment": json.loads(replace(experiment, training=training).to_json()),
    }
    return table_of("rate-map", columns, about)
