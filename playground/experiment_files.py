"""Opening and saving experiments, with one sentence for what cannot be read or written."""

from __future__ import annotations

from pathlib import Path

from playground.engine.painted_points import check_log
from playground.engine.problem_of_experiment import check_start
from playground.experiment import ExperimentFile
from playground.experiment_checks import ExperimentError
from playground.files.atomic import write_atomically
from playground.files.endings import EXPERIMENT_ENDING, with_ending
from playground.files.foreign_names import shown_name, shown_path
from playground.files.text import TextFileError, read_text

MAX_BYTES = 500_000_000


class FileError(Exception):
    """A file could not be opened; the message is one sentence that names it."""


def read_experiment(path: str | Path) -> ExperimentFile:
    """Return the experiment of a file. Raises FileError."""
    name = shown_name(Path(path).name)
    try:
        return experiment_of_text(read_text(path, MAX_BYTES), f"“{name}”")
    except TextFileError as error:
        raise FileError(f"“{shown_path(path)}” {error}") from None


def experiment_of_text(text: str, name: str = "The copied text") -> ExperimentFile:
    """Return the experiment of a text. Raises FileError; name begins its message."""
    try:
        file = ExperimentFile.from_json(text)
        check_start(file.experiment)
        check_log(file.experiment, file.changes)
        return file
    except ExperimentError as error:
        if error.field == "file":
            raise FileError(f"{name} {error.reason}") from None
        raise FileError(f"{name} was not opened: {error.sentence}") from None


def save_experiment(file: ExperimentFile, path: str | Path, add_ending: bool = True) -> Path:
    """Write an experiment and return where; the ending is added where it is absent. Raises ExportError.

    add_ending: False for a file that has another name already.
    """
    path = with_ending(path, EXPERIMENT_ENDING) if add_ending else Path(path)
    write_atomically(path, file.to_json().encode("utf-8"))
    return path
