"""A history as a table of named columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from playground.engine.recording.history import HistoryView
from playground.engine.recording.series import Curve
from playground.engine.schedules import rates_used
from playground.experiment import TrainingSettings
from playground.files.atomic import ExportError, reason_of
from playground.files.foreign_names import shown_name, shown_path
from playground.files.text import TextFileError, read_text

MAX_BYTES = 1_000_000_000
STEP = "step"
COLUMNS: Mapping[str, str] = {
    "learning_rate": "learning rate α",
    "batch_loss": "batch loss J",
    "train_loss": "training loss J",
    "test_loss": "test loss J",
    "train_accuracy": "training accuracy (share)",
    "test_accuracy": "test accuracy (share)",
    "gradient_norm": "gradient norm ‖∂J/∂θ‖",
}
"""The curves of a history and the names of their columns, with units in brackets."""


def history_text(history: HistoryView, training: TrainingSettings) -> str:
    """Return the table: one header line, then a row for every step at which anything was recorded.

    training: the settings that the run began with. A field is empty where nothing was recorded at that step;
    numbers read back to the same float64. The learning rate, which a history keeps only where it changes, is
    in every row: it follows from the settings and the log of changes.
    """
    curves = {name: history.curves[name] for name in COLUMNS if name in history.curves}
    curves = {name: curve for name, curve in curves.items() if len(curve.steps)}
    recorded = [np.asarray(curve.steps, np.int64) for curve in curves.values()]
    steps = np.unique(np.concatenate(recorded)) if recorded else np.empty(0, np.int64)
    if "learning_rate" in curves:
        curves["learning_rate"] = Curve(steps, rates_used(training, history.changes, steps))
    cells = []
    for curve in curves.values():
        column = [""] * len(steps)
        for row, value in zip(np.searchsorted(steps, curve.steps), curve.values, strict=True):
            column[row] = repr(float(value))
        cells.append(column)
    output = io.StringIO()
    writer = csv.writer(output, lineterminator="\n")
    writer.writerow([STEP, *(COLUMNS[name] for name in curves)])
    writer.writerows(zip(steps.tolist(), *cells, strict=True))
    return output.getvalue()


def read_history(path: str | Path) -> dict[str, Curve]:
    """Return the curves of a saved table by their names in a HistoryView.

    Raises ExportError, naming the file.
    """
    name = shown_path(path)
    try:
        rows = list(csv.reader(io.StringIO(read_text(path, MAX_BYTES), newline="")))
    except TextFileError as error:
        raise ExportError(f"{name} {error}") from error
    except csv.Error as error:
        raise ExportError(f"{name} could not be read: {reason_of(ValueError(error))}.") from error
    if not rows or not rows[0] or rows[0][0] != STEP:
        raise ExportError(f'{name} is no history: its first column must be "{STEP}".')
    names = {title: name for name, title in COLUMNS.items()}
    curves = {}
    for column, title in enumerate(rows[0][1:], start=1):
        if title not in names:
            raise ExportError(f'{name} is no history: there is no curve called "{shown_name(title)}".')
        try:
            pairs = [(int(row[0]), float(row[column])) for row in rows[1:] if row[column] != ""]
        except IndexError:
            raise ExportError(f"{name} is damaged: a row is too short.") from None
        except ValueError as error:
            raise ExportError(f"{name} is damaged: {reason_of(error)}.") from error
        steps = np.array([step for step, _ in pairs], np.int64)
        curves[names[title]] = Curve(steps, np.array([value for _, value in pairs], float))
    return curves
