"""Opening and saving experiments: one sentence for what cannot be read or written, nothing half done."""

from __future__ import annotations

from pathlib import Path

from playground.experiment import ExperimentError, ExperimentFile
from playground.export.atomic import write_atomically
from playground.lab.snapshot import Snapshot

SUFFIX = ".json"
FILTER = "Experiments (*.json);;All files (*)"
MAX_BYTES = 64_000_000


class FileError(Exception):
    """A file could not be opened; the message is one sentence that names it."""


def read_experiment(path: str | Path) -> ExperimentFile:
    """The experiment of a file. Raises FileError."""
    path = Path(path)
    try:
        if path.stat().st_size > MAX_BYTES:
            raise FileError(f"“{path}” was not opened: it is too large to be an experiment.")
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise FileError(f"“{path}” could not be read: {reason}.") from None
    except ValueError:
        raise FileError(f"“{path}” was not opened: it is not text in UTF-8.") from None
    try:
        return ExperimentFile.from_json(text)
    except ExperimentError as error:
        if error.field == "file":
            raise FileError(f"“{path.name}” {error.reason}") from None
        raise FileError(f"“{path.name}” was not opened: {error.sentence}") from None


def experiment_of(snapshot: Snapshot) -> ExperimentFile:
    """The experiment as it was started, what was changed since, and the steps made."""
    view = snapshot.view
    return ExperimentFile(view.experiment, tuple(view.history.changes), view.step)


def save_experiment(snapshot: Snapshot, path: str | Path) -> Path:
    """Write the experiment of a snapshot; a name without a suffix gets one. Raises ExportError."""
    path = Path(path)
    if not path.suffix:
        path = path.with_suffix(SUFFIX)
    write_atomically(path, experiment_of(snapshot).to_json().encode("utf-8"))
    return path
