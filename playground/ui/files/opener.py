"""Reading a file of any kind that the program opens: all of it, before anything in the window changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Union

from playground.engine.recording.marks import Marks, marks_of_run
from playground.experiment import ExperimentFile
from playground.experiment_checks import ExperimentError
from playground.experiment_files import FileError, read_experiment
from playground.files.foreign_names import shown_name, shown_path
from playground.files.kinds import FileKind, UnknownFileError, kind_of
from playground.files.text import TextFileError, read_bytes, read_text
from playground.lab.saved_lab import SavedLab, saved_lab_of
from playground.lab.session_writer import with_names
from playground.sessions import Session, SessionError, load_session
from playground.share_string import MAX_TEXT, ShareStringError, read_share_string
from playground.ui.files.saved_window import SavedWindow, saved_window_of
from playground.ui.hall.scenes import Scene, SceneError, read_scenes

if TYPE_CHECKING:
    from playground.lessons.format import Lesson


class OpenError(Exception):
    """A file could not be opened; the message is one sentence that names it."""


@dataclass(frozen=True)
class OpenedSession:
    """What a session holds. window: None for the session of a run without a window.

    marks: by which a replay of the run of a figure is checked; None where there are none.
    """

    lab: SavedLab
    window: SavedWindow | None
    marks: Marks | None = None


@dataclass(frozen=True)
class LessonFolder:
    """A folder with lessons, which are read when they are listed."""

    path: Path


@dataclass(frozen=True)
class TableFile:
    """A file with a table, which is read in a process of its own while its dialog is open."""

    path: Path


Content = Union[ExperimentFile, OpenedSession, Mapping[int, Scene], "Lesson", LessonFolder, TableFile]


@dataclass(frozen=True)
class Opened:
    """What a file holds, checked."""

    path: Path
    kind: FileKind
    content: Content


def read_file(path: str | Path, pages: Sequence[str] | None = None) -> Opened:
    """Return what a file holds, whatever its name. pages: those that a lesson may name; None: any.

    Nothing in the file is run. Raises OpenError.
    """
    path = Path(path)
    readers: Mapping[FileKind, Callable[[], Content]] = {
        FileKind.SESSION: lambda: session_content(load_session(path)),
        FileKind.EXPERIMENT: lambda: read_experiment(path),
        FileKind.SHARE_STRING: lambda: _share_string(path),
        FileKind.SCENES: lambda: read_scenes(path),
        FileKind.LESSON: lambda: _lesson(path, pages),
        FileKind.LESSON_FOLDER: lambda: LessonFolder(path),
        FileKind.PICTURE: lambda: _run_of_picture(path),
        FileKind.TABLE: lambda: TableFile(path),
    }
    try:
        kind = kind_of(path)
        return Opened(path, kind, readers[kind]())
    except ExperimentError as error:
        raise OpenError(f"“{shown_name(path.name)}” was not opened: {error.sentence}") from None
    except (UnknownFileError, FileError, SessionError, SceneError) as error:
        raise OpenError(str(error)) from None
    except ShareStringError as error:
        raise OpenError(f"“{shown_name(path.name)}” was not opened: {error}") from None
    except TextFileError as error:
        raise OpenError(f"“{shown_path(path)}” {error}") from None


def session_content(session: Session) -> OpenedSession:
    """Return what the parts of a session say, without the names of files elsewhere. Raises SessionError."""
    lab = saved_lab_of(session)
    window = None if session.window is None else saved_window_of(session.window)
    # A file that came with a session must not be one that is saved to.
    return OpenedSession(with_names(lab, lambda _: ""), window)


def _share_string(path: Path) -> ExperimentFile:
    return read_share_string(read_text(path, 4 * MAX_TEXT))


def _lesson(path: Path, pages: Sequence[str] | None) -> Lesson:
    # The window starts without them.
    from playground.lessons.format import LessonError, read_lesson

    try:
        return read_lesson(path, pages)
    except LessonError as error:
        raise OpenError(f"The lesson was not opened: {error}") from None


def _run_of_picture(path: Path) -> OpenedSession:
    from playground.export.carried_run import MOST_BYTES, CarriedRunError, read_carried_run

    try:
        session = read_carried_run(read_bytes(path, MOST_BYTES))
        return replace(session_content(session), marks=marks_of_run(session.run))
    except CarriedRunError as error:
        reason = error.reason
    except SessionError as error:
        reason = str(error).removeprefix("The session was not opened: ")
    raise OpenError(f"“{shown_name(path.name)}” was not opened: {reason}")
