"""A lock that a process holds on a file for as long as it lives, however it ends."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path


class FileLock:
    """The lock on one file, which is there for nothing else. `taken` makes it."""

    def __init__(self, path: Path, descriptor: int):
        self.path = path
        self._descriptor: int | None = descriptor

    @staticmethod
    def taken(path: str | Path) -> FileLock | None:
        """Take the lock; return None where another process or window holds it, or where there is none.

        The file is made where it is missing, for the user alone.
        """
        path = Path(path)
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except (OSError, ValueError):
            return None
        if _lock(descriptor) and _is_there_still(descriptor, path):
            return FileLock(path, descriptor)
        os.close(descriptor)
        return None

    def release(self) -> None:
        """Give the lock back, and remove its file. It may be called again."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is None:
            return
        if sys.platform == "win32":
            # A file that is open cannot be removed there.
            os.close(descriptor)
        with contextlib.suppress(OSError):
            self.path.unlink()
        if sys.platform != "win32":
            os.close(descriptor)


def _lock(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _is_there_still(descriptor: int, path: Path) -> bool:
    """Return whether this open file has the name still: whoever held the lock before may have removed it."""
    try:
        return os.path.samestat(os.fstat(descriptor), os.stat(path))
    except OSError:
        return False
