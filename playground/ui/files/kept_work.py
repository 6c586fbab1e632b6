"""Work that windows keep aside by themselves: a session a window, in a folder beside the preferences.

While a window lives it holds a lock beside its session, so that no other window takes it for left. However
the process ends, the lock ends with it, and the next window offers to go on.
"""

from __future__ import annotations

import contextlib
import os
import stat
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playground.engine.datasets import DATASET_INFO, dataset_title
from playground.experiment import RULE, TABLE
from playground.files.atomic import HALF_WRITTEN, ExportError, ensure_folder
from playground.files.endings import SESSION_ENDING
from playground.files.foreign_names import shown_name
from playground.files.lock import FileLock
from playground.numerals import count_text
from playground.session_values import MOST
from playground.sessions import SessionError, about_session

LOCK, DAMAGED = ".lock", ".damaged"
MOST_WORKS, MOST_BYTES = 8, 256 * 2**20
"""Of all that was left in the folder: of more the oldest are removed."""
MODE = 0o600


def work_folder(preferences: str) -> Path | None:
    """Return the folder that belongs to a file of preferences; None where there is no such file."""
    path = Path(preferences)
    return path.with_name(f"{path.stem}-work") if preferences else None


@dataclass(frozen=True)
class LeftWork:
    """Work of a window that is there no more. words: what it is, "two circles, step 7 738"."""

    path: Path
    words: str

    def claim(self) -> WorkPlace | None:
        """Take it; None where another window has taken it meanwhile."""
        lock = FileLock.taken(self.path.with_suffix(LOCK))
        if lock is None:
            return None
        if not self.path.is_file():
            lock.release()
            return None
        return WorkPlace(self.path, lock)


class WorkPlace:
    """The session of one window in the folder, which no other window touches."""

    def __init__(self, path: Path, lock: FileLock):
        self.path = path
        self._lock = lock

    @staticmethod
    def made(folder: Path) -> WorkPlace | None:
        """Return a new place in a folder, made where it is missing; None where nothing can be kept there."""
        try:
            ensure_folder(folder)
        except ExportError:
            return None
        path = folder / f"{uuid.uuid4().hex[:16]}{SESSION_ENDING}"
        lock = FileLock.taken(path.with_suffix(LOCK))
        return None if lock is None else WorkPlace(path, lock)

    def leave(self) -> None:
        """Leave what is there for the next window."""
        self._lock.release()

    def remove(self) -> None:
        """Remove what is there."""
        with contextlib.suppress(OSError):
            self.path.unlink(missing_ok=True)
        self._lock.release()

    def put_aside(self) -> None:
        """Offer what is there no more; it stays for a while."""
        with contextlib.suppress(OSError):
            os.replace(self.path, self.path.with_suffix(DAMAGED))
        self._lock.release()


def newest_left(folder: Path) -> LeftWork | None:
    """Return the newest work that was left and can be read; None where there is none."""
    for path in _sessions(folder):
        if not _is_left(path):
            continue
        try:
            return LeftWork(path, work_words(about_session(path)))
        except SessionError:
            continue
    return None


def tidy(folder: Path) -> None:
    """Remove the oldest of what was left where it is too much, and what a killed process left half done."""
    size = 0
    for count, path in enumerate(_files(folder, SESSION_ENDING, DAMAGED), 1):
        size += _size(path)
        if (count > MOST_WORKS or size > MOST_BYTES) and _is_left(path):
            with contextlib.suppress(OSError):
                path.unlink()
    for path in _files(folder, LOCK):
        if not path.with_suffix(SESSION_ENDING).exists():
            _is_left(path)
    for path in _files(folder, HALF_WRITTEN):
        # Written beside a session: ".", its name, and more.
        if _is_left(folder / path.name[1:].partition(".")[0]):
            with contextlib.suppress(OSError):
                path.unlink()


def work_words(about: Any) -> str:
    """Return what a session says of itself, in a few words."""
    about = about if isinstance(about, dict) else {}
    dataset, step = about.get("dataset"), about.get("step")
    words = []
    formula = about.get("formula")
    if isinstance(formula, str) and formula:
        words.append(shown_name(formula))
    elif isinstance(dataset, str) and dataset in (*DATASET_INFO, TABLE, RULE):
        title = dataset_title(dataset)
        words.append(title if title[:2].isupper() else title[:1].lower() + title[1:])
    if isinstance(step, int) and not isinstance(step, bool) and 0 <= step <= MOST:
        words.append(f"step {count_text(step)}")
    return ", ".join(words) or "the last run"


def _is_left(path: Path) -> bool:
    """Return whether no window holds the lock of this file; the lock's own file is then removed."""
    lock = FileLock.taken(path.with_suffix(LOCK))
    if lock is not None:
        lock.release()
    return lock is not None


def _sessions(folder: Path) -> list[Path]:
    return _files(folder, SESSION_ENDING)


def _files(folder: Path, *endings: str) -> list[Path]:
    """The ordinary files with these endings, the newest first."""
    found = []
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            if path.suffix in endings:
                with contextlib.suppress(OSError):
                    about = path.lstat()
                    if stat.S_ISREG(about.st_mode):
                        found.append((about.st_mtime_ns, path.name, path))
    return [path for *_, path in sorted(found, reverse=True)]


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
