"""Which ending a file gets, and which other files are written with it."""

from __future__ import annotations

from pathlib import Path


def with_ending(path: str | Path, ending: str) -> Path:
    """Return the path with this ending (".json"), added where the name has another one or none.

    What stands behind any other dot belongs to the name: "alpha=0.3" becomes "alpha=0.3.json". Capital and
    small letters are the same.
    """
    path = Path(path)
    return path if path.suffix.lower() == ending else path.parent / f"{path.name}{ending}"


def beside_history(table: str | Path) -> Path:
    """Return where the experiment of a history lies: in a JSON of the same name."""
    return Path(table).with_suffix(".json")
