"""Several runs in one table, with a name in each row, so that any tool can plot them together."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path

from playground.engine.recording.run_view import RunView
from playground.engine.recording.series import WHOLE_STEPS
from playground.export.history_csv import COLUMNS, STEP, history_text
from playground.export.history_notes import column_notes, gap_notes
from playground.export.table import Table, notes_of, save_table
from playground.files.endings import with_ending

RUN = "run"
ENDING = ".csv"


def runs_text(runs: Sequence[tuple[str, RunView]]) -> str:
    """Return one header line, then the rows of one run after another as history_text writes them."""
    titles = list(COLUMNS.values())
    output = io.StringIO()
    writer = csv.writer(output, lineterminator="\n")
    writer.writerow([RUN, STEP, *titles])
    for name, view in runs:
        table = history_text(view.history, view.experiment.training)
        header, *rows = csv.reader(io.StringIO(table))
        places = [header.index(title) if title in header else None for title in (STEP, *titles)]
        for row in rows:
            writer.writerow([name, *("" if place is None else row[place] for place in places)])
    return output.getvalue()


def runs_table(runs: Sequence[tuple[str, RunView]]) -> Table:
    """Return the table of several runs by their names, and its notes with the experiment of each."""
    columns = {RUN: {"unit": "", "what": "the name of the run of this row"}, **column_notes()}
    about = {
        "runs": [
            {
                "run": name,
                "experiment": json.loads(view.experiment_file.to_json()),
                **gap_notes(view.history),
            }
            for name, view in runs
        ],
        "rows": f"after step {WHOLE_STEPS} a long run is thinned; a column is empty in the rows of a run "
        "that has no such quantity",
    }
    return Table(runs_text(runs), notes_of("kept-runs-notes", columns, about))


def save_runs(runs: Sequence[tuple[str, RunView]], path: str | Path, decimal: str | None = None) -> Path:
    """Write the table of several runs to path, as save_table does; the ending is added where it is absent."""
    path = with_ending(path, ENDING)
    save_table(lambda: runs_table(runs), path, decimal)
    return path
