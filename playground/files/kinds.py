"""What a file of this program is, by what it holds and not by its name."""

from __future__ import annotations

import re
from enum import Enum
from pathlib import Path

from playground.files.endings import EXPERIMENT_ENDING, LESSON_ENDING, SESSION_ENDING
from playground.files.foreign_names import shown_name, shown_path
from playground.files.mailed_text import as_one_word
from playground.files.places import is_folder
from playground.files.text import BYTE_ORDER_MARK, TextFileError, beginning

SCENES_FORMAT = "loss-landscape-scenes"
"""The field "format" of a file of scenes."""
MOST_LOOKED_AT = 64_000_000
"""Bytes of a JSON that are searched for its format: no file of scenes is larger."""
HEAD = 4096
PNG_BEGINNING, PDF_BEGINNING = b"\x89PNG\r\n\x1a\n", b"%PDF-"
SHARE_STRING_BEGINNING = "llp1:"
"""Its first letters: see playground.share_string."""
LONGEST_BEGINNING = 256
"""Number of characters among which these stand, marks of a quoted mail included."""

_SESSION = b"PK\x03\x04"
_SCENES = re.compile(rb'"format"\s*+:\s*+"' + SCENES_FORMAT.encode() + b'"')
_STEP_OF_A_LESSON = re.compile(rb"^[ \t]*\[\[[ \t]*step[ \t]*\]\]", re.MULTILINE)


class FileKind(Enum):
    """What a file can be."""

    SESSION = "session"
    EXPERIMENT = "experiment"
    SHARE_STRING = "share string"
    SCENES = "scenes"
    LESSON = "lesson"
    LESSON_FOLDER = "folder of lessons"
    PICTURE = "picture"
    TABLE = "table"


TABLE_ENDINGS = (".csv", ".tsv", ".tab", ".txt", ".dat", ".data")
SPREADSHEET_ENDINGS = (".xlsx", ".xlsm", ".xls", ".ods")
"""Files that hold a table, which the reader of tables refuses with a way out."""

_NAMED_SO = {SESSION_ENDING: FileKind.SESSION, EXPERIMENT_ENDING: FileKind.EXPERIMENT}


class UnknownFileError(ValueError):
    """A file that is of no kind of this program, or cannot be read; the message is one sentence."""


def kind_of(path: str | Path) -> FileKind:
    """Return what a file is. Whether it is sound is seen by whoever reads it.

    Raises UnknownFileError, naming the file, where it is nothing that this program opens.
    """
    path = Path(path)
    if is_folder(path):
        return _kind_of_folder(path)
    try:
        head = beginning(path, HEAD)
        if path.suffix.lower() in SPREADSHEET_ENDINGS:
            return FileKind.TABLE
        if head.startswith(_SESSION):
            return FileKind.SESSION
        if head.startswith((PNG_BEGINNING, PDF_BEGINNING)):
            return FileKind.PICTURE
        text = head.removeprefix(BYTE_ORDER_MARK.encode()).lstrip()
        if text.startswith((b"{", b"[")):
            whole = beginning(path, MOST_LOOKED_AT)
            return FileKind.SCENES if _SCENES.search(whole) else FileKind.EXPERIMENT
        if text.startswith(b"<") and b"<svg" in head:
            return FileKind.PICTURE
        if is_share_string(text.decode("utf-8", "ignore")):
            return FileKind.SHARE_STRING
        if _is_lesson(path, head):
            return FileKind.LESSON
    except TextFileError as error:
        raise UnknownFileError(f"“{shown_path(path)}” {error}") from None
    if path.suffix.lower() in TABLE_ENDINGS:
        return FileKind.TABLE
    if (kind := _NAMED_SO.get(path.suffix.lower())) is not None:
        # Whoever reads it says what is wrong with it.
        return kind
    raise UnknownFileError(
        f"“{shown_name(path.name)}” was not opened: it is no session, experiment, scenes, lesson or picture "
        "of this program, and no table (*.csv, *.tsv, *.txt)."
    )


def is_share_string(text: str) -> bool:
    """Return whether a text is meant to be a share string."""
    return as_one_word(text.lstrip()[:LONGEST_BEGINNING]).startswith(SHARE_STRING_BEGINNING)


def _is_lesson(path: Path, head: bytes) -> bool:
    if path.suffix.lower() == LESSON_ENDING:
        return True
    return b"\0" not in head and _STEP_OF_A_LESSON.search(beginning(path, 2**20)) is not None


def _kind_of_folder(path: Path) -> FileKind:
    try:
        lessons = next(path.glob(f"*{LESSON_ENDING}"), None)
    except OSError:
        lessons = None
    if lessons is None:
        raise UnknownFileError(
            f"“{shown_path(path)}” was not opened: it is a folder without lessons (*{LESSON_ENDING})."
        )
    return FileKind.LESSON_FOLDER
