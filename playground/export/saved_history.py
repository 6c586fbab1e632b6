"""A history in its files: the table, the notes about it, the experiment with its log of changes."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from playground.engine.recording.history import HistoryView
from playground.engine.recording.run_view import RunView
from playground.experiment import ExperimentFile
from playground.export.history_csv import history_text
from playground.export.history_notes import notes_text
from playground.files.atomic import ExportError, reason_of, write_together
from playground.files.endings import beside_history, notes_of_table
from playground.files.foreign_names import shown_path


class SavedHistory(NamedTuple):
    """The paths of a history that was written."""

    table: Path
    experiment: Path
    notes: Path


def save_history(view: RunView | HistoryView, file: ExperimentFile, path: str | Path) -> SavedHistory:
    """Write the table to `path`, and beside it its notes and the experiment with log of changes and steps.

    Raises ExportError, naming the file that could not be written.
    """
    history = view.history if isinstance(view, RunView) else view
    table = Path(path)
    beside = beside_history(table)
    if beside == table:
        raise ExportError(f"{shown_path(table)} cannot hold a table: the experiment beside it is called so.")
    try:
        experiment = file.to_json()
    except ValueError as error:
        raise ExportError(f"{shown_path(beside)} could not be written: {reason_of(error)}.") from error
    notes = notes_of_table(table)
    contents: dict[str | Path, bytes | str] = {
        table: history_text(history, file.experiment.training),
        beside: experiment,
        notes: notes_text(history),
    }
    write_together(contents)
    return SavedHistory(table, beside, notes)
