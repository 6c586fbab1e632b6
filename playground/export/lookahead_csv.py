"""A look-ahead as a table: a row for each learning rate, with the loss that it would reach."""

from __future__ import annotations

import json

import numpy as np

from playground.engine.recording.run_view import RunView
from playground.engine.schedules import slider_name
from playground.export.history_notes import LOSS_UNIT
from playground.export.table import Column, Table, table_of
from playground.landscape.lookahead import AGREEMENT, PERTURBATION, RISE, Lookahead
from playground.numerals import percent_text


def lookahead_table(ahead: Lookahead, view: RunView) -> Table:
    """Return the table of a complete look-ahead from this view of a run."""
    full_batch = view.mini_batch is None
    rose = [bool(one) for one in ahead.rose] if full_batch else [None] * len(ahead.rose)
    reached = f"over all training points, penalties included, {ahead.n_steps} steps later"
    band = f"of the band between the run and a copy that begins {PERTURBATION:g} times |θ| away"
    columns = (
        Column(
            "learning rate α",
            "1",
            f"of the next steps; it takes the place of {slider_name(view.settings.schedule)}",
            ahead.learning_rates.tolist(),
        ),
        Column(
            "training loss J reached",
            LOSS_UNIT,
            f"{reached}; nan where it is not finite, -inf where it left the finite numbers downward",
            ahead.losses.tolist(),
        ),
        Column("lowest J of the band", LOSS_UNIT, f"the lower end {band}", ahead.low.tolist()),
        Column("highest J of the band", LOSS_UNIT, f"the upper end {band}", ahead.high.tolist()),
        Column(
            "predictable",
            "1 or 0",
            f"whether run and copy end within {percent_text(AGREEMENT)} of each other",
            [bool(one) for one in ahead.predictable],
        ),
        Column(
            "a step rose",
            "1 or 0",
            f"whether J rose by more than {percent_text(RISE, 2)} in one of the steps",
            rose,
            "never" if full_batch else "all: known for the full batch only",
        ),
    )
    about = {
        "step": view.step,
        "steps ahead": ahead.n_steps,
        "training loss J now": ahead.loss_now if np.isfinite(ahead.loss_now) else str(ahead.loss_now),
        "how": "each row goes on from θ, optimiser and batches of this step, which the experiment gives with "
        "its log of changes, and is no step of the run",
        "experiment": json.loads(view.experiment_file.to_json()),
    }
    return table_of("look-ahead", columns, about)
