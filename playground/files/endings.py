"""The endings of files, and the names of files that are written together."""

from __future__ import annotations

from pathlib import Path

SESSION_ENDING, EXPERIMENT_ENDING, LESSON_ENDING = ".landscape", ".json", ".toml"


def with_ending(path: str | Path, ending: str) -> Path:
    """Return the path with this ending (".json"), added where the name has another one or none.

    A part after any other dot belongs to the name: "alpha=0.3" becomes "alpha=0.3.json". Upper and lower case
    are the same.
    """
    path = Path(path)
    return path if path.suffix.lower() == ending else path.parent / f"{path.name}{ending}"


def beside_history(table: str | Path) -> Path:
    """Return the path of the experiment of a history: a JSON of the same name."""
    return Path(table).with_suffix(".json")


def notes_of_table(table: str | Path) -> Path:
    """Return the path of the notes of a table: "history.notes.json" for "history.csv"."""
    return Path(table).with_suffix(".notes.json")
