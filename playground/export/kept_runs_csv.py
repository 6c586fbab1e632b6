"""Several runs in one table, with a name in each row, so that any tool can plot them together."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from playground.engine.recording.run_view import RunView
from playground.export.history_csv import COLUMNS, STEP, history_text
from playground.files.atomic import write_atomically
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


def save_runs(runs: Sequence[tuple[str, RunView]], path: str | Path) -> Path:
    """Write the table to path; the ending is added where it is absent.

    Raises ExportError, naming the file.
    """
    path = with_ending(path, ENDING)
    write_atomically(path, runs_text(runs))
    return path
