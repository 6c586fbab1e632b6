"""The notes beside a history: what its columns are, their units, and why cells are empty; as JSON."""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.engine.recording.history import HistoryView
from playground.engine.recording.series import WHOLE_STEPS
from playground.export.history_csv import COLUMNS, STEP
from playground.export.table import notes_of

FORMAT = "history-notes"

LOSS_UNIT = "loss per point (nats for a cross-entropy, squared units of y for a squared error)"
_NO_STEP_YET = "the last row, from which no step was made yet; and rows that were thinned out"
_NOT_MEASURED = "steps at which not all points were measured; and rows that were thinned out"
_RIGHT = (
    "whose class is predicted right: with two classes ŷ is on its side of 0.5, with more its ŷ is the largest"
)
_COLUMNS = {
    "learning_rate": ("1", "of the step made from this row, after its schedule", "never"),
    "batch_loss": (
        LOSS_UNIT,
        "over the batch of the step made from this row, penalties included",
        _NO_STEP_YET,
    ),
    "gradient_norm": (
        "loss per unit of a parameter",
        "over the same batch, penalties included",
        _NO_STEP_YET,
    ),
    "train_loss": (
        LOSS_UNIT,
        "over all training points, or of the formula; penalties included",
        _NOT_MEASURED,
    ),
    "test_loss": (
        LOSS_UNIT,
        "over all test points, penalties included",
        _NOT_MEASURED,
    ),
    "train_accuracy": (
        "share, 0 to 1",
        f"of the training points {_RIGHT}",
        _NOT_MEASURED,
    ),
    "test_accuracy": (
        "share, 0 to 1",
        f"of the test points {_RIGHT}",
        _NOT_MEASURED,
    ),
}
"""Of each column: its unit, what it is, which of its cells are empty."""


def column_notes() -> dict[str, dict[str, str]]:
    """Return what the notes say of each column, by titles: its unit, what it is, which cells are empty."""
    told = {STEP: {"unit": "steps", "what": "updates made so far: row s is measured at θ after s of them"}}
    for name, title in COLUMNS.items():
        unit, what, empty = _COLUMNS[name]
        told[title] = {"unit": unit, "what": what, "empty": empty}
    return told


def notes_text(history: HistoryView) -> str:
    """Return the notes of a history's table, as history_text writes it."""
    columns: dict[str, Any] = {**column_notes()}
    absent = []
    for name, title in COLUMNS.items():
        curve = history.curves.get(name)
        if curve is None or not len(curve.steps):
            absent.append(title)
            del columns[title]
        else:
            columns[title] = {**columns[title], "values": len(curve.steps)}
    about = {
        "absent": {"columns": absent, "why": "the run has no such quantity, or nothing was recorded yet"},
        "rows": {
            "why steps are left out": f"after step {WHOLE_STEPS} a long run is thinned: of each stretch of "
            "steps the lowest and the highest value of each curve are kept, and the first that is not finite",
            "every step up to": _whole_up_to(history),
            **gap_notes(history),
        },
    }
    return notes_of(FORMAT, columns, about)


def gap_notes(history: HistoryView) -> dict[str, Any]:
    """Return what notes tell of the gaps in the record of a run; nothing where it has none."""
    if not history.gaps:
        return {}
    return {
        "not recorded": [{"after step": gap.after, "before step": gap.before} for gap in history.gaps],
        "why not recorded": "the run was opened from a figure, which has its start and its own step, and "
        "nothing of the steps between",
    }


def _whole_up_to(history: HistoryView) -> int:
    """The last step up to which the table has a row for every step; -1 where it has no row."""
    steps = [np.asarray(curve.steps) for curve in history.curves.values() if len(curve.steps)]
    recorded = np.unique(np.concatenate(steps)) if steps else np.empty(0, np.int64)
    # Steps increase, so after the first gap each is above its row.
    return int(np.count_nonzero(recorded == np.arange(len(recorded)))) - 1
