"""Sessions written while the window and the run go on: in a thread of its own, one after another."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from playground.lab.saved_lab import SavedLab, session_of
from playground.lab.training.undo_stack import Entry, RunEntry
from playground.sessions import Session, Value, save_session

PATIENCE = 60.0
"""Seconds that the thread waits for the run to be copied between two steps."""


def session_to_write(lab: SavedLab, window: Value = None) -> Session:
    """Return the session of a lab, in which a file has its name alone: the folders are the user's."""
    return session_of(with_names(lab, lambda name: Path(name).name), window)


def with_names(lab: SavedLab, name_of: Callable[[str], str]) -> SavedLab:
    """Return the lab with another name of each run, made from the one that it has."""

    def renamed(entry: Entry) -> Entry:
        if not isinstance(entry, RunEntry):
            return entry
        return replace(entry, run=replace(entry.run, name=name_of(entry.run.name)))

    past, future = (tuple(map(renamed, entries)) for entries in (lab.past, lab.future))
    return replace(lab, name=name_of(lab.name), past=past, future=future)


class SessionWriter:
    """The thread that writes; it begins with the first session."""

    def __init__(self) -> None:
        self._pool: ThreadPoolExecutor | None = None

    def write(
        self,
        path: Path,
        saved: Future[SavedLab | None],
        window: Callable[[], Value],
        mode: int | None = None,
    ) -> Future[bool]:
        """Write a session to a path: what Lab.saved will give, and the window's part, made in the thread.

        The result is whether there was a run to be written; exceptions are those of save_session, and
        CancelledError where the lab has ended before.
        """
        if self._pool is None:
            self._pool = ThreadPoolExecutor(1, thread_name_prefix="sessions")
        return self._pool.submit(_write, path, saved, window, mode)

    def close(self) -> None:
        """End the thread once what it writes is written, without waiting for that. It may be called again."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=False)


def _write(path: Path, saved: Future[SavedLab | None], window: Callable[[], Value], mode: int | None) -> bool:
    lab = saved.result(PATIENCE)
    if lab is None:
        return False
    save_session(path, session_to_write(lab, window()), mode)
    return True
