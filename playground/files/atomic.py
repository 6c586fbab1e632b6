"""Files that are written either completely or not at all."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import stat
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from playground.files.foreign_names import shown_name, shown_path

HALF_WRITTEN, MARK = ".part", ".llp-"
"""Ending of a file that is being written, and what stands before the random digits in its name."""
LEFT_AFTER = 3600.0
"""Seconds since its last change after which nothing writes such a file any more."""


class ExportError(Exception):
    """A file could not be written. The message is one sentence that names it."""


def write_atomically(path: str | Path, content: bytes | str, mode: int | None = None) -> None:
    """Write a file through a temporary one beside it, so that no reader ever finds half of it.

    Temporary ones of this file that killed processes have left there go once they are an hour old.
    Text is written as UTF-8. A symbolic link stays one: the file that it points to is written. mode is the
    permissions of the file (0o600), from its first byte on; None: those of the old file, else those of any
    new file. Raises ExportError, naming the path; the old file is then untouched.
    """
    write_together({path: content}, mode)


def write_together(files: Mapping[str | Path, bytes | str], mode: int | None = None) -> None:
    """Write several files as write_atomically does: all are finished before the first replaces an old one.

    Raises ExportError, naming the file, and those that were written before it.
    """
    places = [Path(path) for path in files]
    for path in places:
        refuse_unwritable(path)
    finished: list[tuple[Path, Path]] = []
    try:
        for path, content in zip(places, files.values(), strict=True):
            data = content.encode("utf-8", "replace") if isinstance(content, str) else content
            finished.append((_written_beside(path, data, mode), path))
        take_places(finished, mode)
        for path in places:
            _remove_left(_target(path))
    finally:
        for temporary, _ in finished:
            with contextlib.suppress(OSError):
                os.unlink(temporary)


def refuse_taken(folder: Path, names: Sequence[str]) -> None:
    """Raise ExportError where a folder holds a file of one of these names."""
    taken = [name for name in names if os.path.lexists(folder / name)]
    if taken:
        held = f"{', '.join(taken[:-1])} and {taken[-1]}" if len(taken) > 1 else taken[0]
        raise ExportError(f"{shown_path(folder)} holds {held}: choose another folder, or add --overwrite.")


def refuse_unwritable(path: str | Path) -> None:
    """Raise ExportError where a file of this name cannot be written, for example because it is a folder."""
    try:
        target = _target(Path(path))
        mode = _mode(target)
        if mode is None:
            if Path(path).is_symlink() and not target.parent.is_dir():
                raise ExportError(
                    f"{shown_path(path)} could not be written: it is a link that leads nowhere."
                )
            return
        if stat.S_ISDIR(mode):
            reason = "it is a folder"
        elif not stat.S_ISREG(mode):
            reason = "it is not an ordinary file"
        elif not mode & 0o222 or not os.access(path, os.W_OK):
            reason = "it is write-protected"
        else:
            return
    except (OSError, ValueError) as error:
        reason = reason_of(error)
    raise ExportError(f"{shown_path(path)} could not be written: {reason}.")


def take_places(finished: Sequence[tuple[Path, Path]], mode: int | None = None) -> None:
    """Give finished files their names: pairs (finished file, name) in one file system.

    A file that is replaced leaves its permissions to the new one, unless a mode is given; a link stays one.
    Raises ExportError, naming the file, and those that have received their names before it.
    """
    for count, (temporary, path) in enumerate(finished):
        try:
            target = _target(path)
            before = _mode(target)
            if mode is None and before is not None:
                os.chmod(temporary, before & 0o777)
            if target.parent != path.parent and target.parent != temporary.parent:
                # The target of a link may be in another file system.
                beside = _written_beside(path, temporary.read_bytes(), mode)
                os.replace(beside, target)
                os.unlink(temporary)
            else:
                os.replace(temporary, target)
        except (OSError, ValueError, ExportError) as error:
            names = ", ".join(shown_name(done.name) for _, done in finished[:count])
            others = f" Written before it: {names}." if names else ""
            sentence = str(error)
            if not isinstance(error, ExportError):
                sentence = f"{shown_path(path)} could not be written: {reason_of(error)}."
            raise ExportError(sentence + others) from error


def ensure_folder(path: str | Path) -> Path:
    """Create a folder where there is none. Raises ExportError, naming it."""
    folder = Path(path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        raise ExportError(
            f"The folder {shown_path(folder)} could not be made: {reason_of(error)}."
        ) from error
    return folder


def reason_of(error: OSError | ValueError) -> str:
    """Return the system's message, to follow a colon."""
    text = (error.strerror if isinstance(error, OSError) else None) or shown_name(error)
    return text[:1].lower() + text[1:].rstrip(".")


def _written_beside(path: Path, data: bytes, mode: int | None = None) -> Path:
    """Return a new file beside the one that is to be written, finished.

    It has the permissions of any new file, or those of mode.
    """
    target = _target(path)
    temporary = target.with_name(f"{_beginning(target)}{secrets.token_hex(4)}{HALF_WRITTEN}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    made = False
    try:
        # The system itself applies the umask; reading it would change it for every thread.
        with os.fdopen(os.open(temporary, flags, 0o666 if mode is None else mode), "wb") as file:
            made = True
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except BaseException as error:
        if made:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
        if isinstance(error, OSError | ValueError):
            sentence = f"{shown_path(path)} could not be written: {reason_of(error)}."
            raise ExportError(sentence) from error
        raise
    return temporary


def _beginning(target: Path) -> str:
    return f".{target.name[:40]}{MARK}"


def _remove_left(target: Path) -> None:
    """Remove what processes that were killed have left half written beside a file, and nothing else."""
    left = re.compile(re.escape(_beginning(target)) + "[0-9a-f]{8}" + re.escape(HALF_WRITTEN))
    oldest = time.time() - LEFT_AFTER
    with contextlib.suppress(OSError), os.scandir(target.parent) as entries:
        for entry in entries:
            if left.fullmatch(entry.name):
                with contextlib.suppress(OSError):
                    about = entry.stat(follow_symlinks=False)
                    if stat.S_ISREG(about.st_mode) and about.st_mtime < oldest:
                        os.unlink(entry.path)


def _target(path: Path) -> Path:
    """Return the path that a file of this name is written to: the end of its links, if it is one."""
    return Path(os.path.realpath(path)) if path.is_symlink() else path


def _mode(path: Path) -> int | None:
    """Return kind and permissions of the existing file, None where there is none."""
    try:
        return path.stat().st_mode
    except FileNotFoundError:
        return None
