"""Questions about paths that were typed or saved: an answer for every path, never an exception.

A folder that may not be read, a name of thousands of letters, a loop of links or a character that no path may
contain make pathlib raise an exception. Here such a path counts as one that does not exist.
"""

from __future__ import annotations

import os
from pathlib import Path

LONGEST_PATH = 4096
"""Maximum number of characters of a path on any system."""


def is_folder(path: str | Path) -> bool:
    """Return whether there is a folder of this name that can be listed."""
    try:
        return Path(path).is_dir() and os.access(path, os.R_OK | os.X_OK)
    except (OSError, ValueError):
        return False


def is_there(path: str | Path) -> bool:
    """Return whether there is a file, a folder or a link of this name, as far as it can be read."""
    try:
        return os.path.lexists(path)
    except (OSError, ValueError):
        return False


def resolved(path: str | Path) -> Path:
    """Return the path from the root and without links, as far as that can be found out."""
    try:
        return Path(path).resolve()
    except (OSError, ValueError, RuntimeError):
        return Path(path)


def home() -> Path | None:
    """Return the user's home folder; None where the system names none or it is not there."""
    try:
        folder = Path.home()
    except RuntimeError:
        return None
    named = os.environ.get("HOME", os.environ.get("USERPROFILE", str(folder)))
    return folder if named and folder.is_absolute() and is_folder(folder) else None
