"""The command line; opens the window or trains without one. No Qt is imported at module level."""

from __future__ import annotations

import argparse
import gc
import io
import os
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from playground import __version__
from playground.experiment import (
    MAX_LEARNING_RATE,
    MIN_LEARNING_RATE,
    Experiment,
    ExperimentFile,
    TrainingSettings,
)
from playground.experiment_checks import ExperimentError
from playground.experiment_table import MAX_CLASSES
from playground.export.page import (
    USUAL,
    USUAL_FORMATS,
    Page,
    PageError,
    page_of_size,
    parse_formats,
    parse_size,
)
from playground.files.foreign_names import shown_name, shown_path
from playground.number_reader import NumberError, read_number, read_whole
from playground.resources import resource

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from playground.sessions import Session
    from playground.ui.files.opener import Opened

PROGRAM = "loss-playground"
BAD_INPUT = 2
FEWEST_FILES, FEWEST_FILES_OF_A_WINDOW = 16, 64
"""Open files that Python's own libraries need, and that a window with its threads, pipes and fonts needs."""
LONGEST_SENTENCE = 300
SEPARATORS = {"tab": "\t", "semicolon": ";", "comma": ",", "bar": "|", "space": " ", "none": ""}
DECIMALS = {"point": ".", "comma": ","}
"""What the options of a table are called on the command line; the signs themselves are taken too."""
MOST_STEPS = 10_000_000_000
"""Maximum number of steps that can be requested: more than a hundred days of them."""


class _BadInput(Exception):
    """A fault in the input. The message is one sentence."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        # One sentence, without the usage text that argparse puts before it.
        self.exit(BAD_INPUT, f"{PROGRAM}: {shown_name(message.rstrip('.'), LONGEST_SENTENCE)}.\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program with these arguments (None: those of the command line); return the exit status.

    0 is success. 2 is bad input, or no way to open a window or to draw a picture, with one sentence on
    stderr. 128 and the number of a signal: the signal ended a run without a window.
    """
    for stream in (sys.stdout, sys.stderr):
        # A terminal without Greek letters shows a substitute instead of ending the program.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    arguments = parse_arguments(argv)
    try:
        _check_open_files(FEWEST_FILES if arguments.headless else FEWEST_FILES_OF_A_WINDOW)
        if arguments.headless:
            from playground.startup.log import begin_log

            begin_log(arguments.verbose)
            return _without_window(arguments, _given_without_window(arguments))
        return _with_window(arguments)
    except _BadInput as error:
        print(f"{PROGRAM}: {error}", file=sys.stderr)
        return BAD_INPUT


def _check_open_files(fewest: int) -> None:
    """Raise an error where the system allows fewer open files than this: Qt would end the program itself."""
    try:
        import resource as limits
    except ImportError:
        # Windows has no such limit.
        return
    allowed, _ = limits.getrlimit(limits.RLIMIT_NOFILE)
    if 0 <= allowed < fewest:
        raise _BadInput(
            f"The system allows {allowed} open files here; at least {fewest} are needed (ulimit -n {fewest})."
        )


def parse_arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """Return the parsed command line; end the process where it is not valid."""
    parser = _Parser(
        prog=PROGRAM,
        description="Train a small neural network, steer its learning rate by hand, see its loss landscape.",
    )
    parser.add_argument("--version", action="version", version=f"Loss Landscape Playground {__version__}")
    parser.add_argument(
        "file",
        nargs="?",
        type=_path_of("file"),
        metavar="FILE",
        help="a session (.landscape) or a figure to go on with, an experiment (.json) to start with, "
        "whatever it is called, or a share string; for the window also a table, scenes, lessons or a folder "
        "of them (default: two circles, a 2-4-1 network)",
    )
    table = parser.add_argument_group("points of your own")
    table.add_argument(
        "--data",
        type=_path_of("file"),
        metavar="FILE",
        help="a table to learn from, in place of an experiment: CSV, TSV or what a spreadsheet copies",
    )
    table.add_argument(
        "--input",
        action="append",
        metavar="NAME",
        help="a column of it that is an input, once for each (default: all of numbers but the target)",
    )
    table.add_argument(
        "--target",
        action="append",
        metavar="NAME",
        help="the column to learn, up to three times for several numbers (default: the last that can be "
        "learned)",
    )
    table.add_argument(
        "--class",
        dest="class_",
        action="append",
        metavar="NAME",
        help="a class of the target whose rows are taken, twice or more often (default: "
        "all, the first ten of more)",
    )
    table.add_argument(
        "--separator",
        type=_sign_of(SEPARATORS),
        metavar="SIGN",
        help=f"between the cells of a row: {', '.join(SEPARATORS)}, or the sign itself (default: recognised)",
    )
    table.add_argument(
        "--decimal",
        type=_sign_of(DECIMALS),
        metavar="SIGN",
        help=f"the decimal sign of its numbers: {', '.join(DECIMALS)}, or the sign (default: recognised)",
    )
    parser.add_argument("--verbose", action="store_true", help="write what the program does to stderr too")
    group = parser.add_argument_group("without a window")
    group.add_argument(
        "--headless", action="store_true", help="train without a window, replaying the file's log of changes"
    )
    group.add_argument(
        "--export-dir",
        type=_path_of("folder"),
        metavar="DIR",
        help="the folder for pictures, history.csv, surface.npz, experiment.json and run.landscape; made "
        "where it is missing",
    )
    group.add_argument(
        "--format",
        type=_checked(parse_formats),
        metavar="FORMATS",
        help="of the pictures: png, svg and pdf, with commas between them (default: png,svg)",
    )
    group.add_argument(
        "--size",
        type=_checked(parse_size),
        metavar="WxHmm",
        help="of the pictures on paper, as 85x60mm, in mm, cm, in or px; with text of 8 pt where that fits "
        "(default: 8x6in)",
    )
    group.add_argument(
        "--no-run", action="store_true", help="leave the run out of the pictures, which carry it otherwise"
    )
    group.add_argument(
        "--with-points",
        action="store_true",
        help="let the pictures carry a run that holds points of your own, which they do not otherwise",
    )
    group.add_argument(
        "--momentum-map",
        action="store_true",
        help="write momentum-map.csv, its notes and its picture too: J after 100 steps for 48 learning rates "
        "and 20 momenta",
    )
    group.add_argument("--overwrite", action="store_true", help="replace files that the folder holds")
    group.add_argument(
        "--steps",
        type=_steps,
        metavar="N",
        help="how many steps to train (default: as many as the file says, else 1000); of a session how many "
        "further ones (default: 0)",
    )
    group.add_argument(
        "--learning-rate",
        type=_learning_rate,
        metavar="A",
        help=f"the learning rate at the start, {MIN_LEARNING_RATE:g} to {MAX_LEARNING_RATE:g} "
        "(default: the file's)",
    )
    arguments = parser.parse_args(argv)
    given = {
        "--export-dir": arguments.export_dir,
        "--steps": arguments.steps,
        "--learning-rate": arguments.learning_rate,
        "--format": arguments.format,
        "--size": arguments.size,
        "--no-run": arguments.no_run or None,
        "--with-points": arguments.with_points or None,
        "--momentum-map": arguments.momentum_map or None,
        "--overwrite": arguments.overwrite or None,
    }
    if arguments.headless and arguments.export_dir is None:
        parser.error("--headless needs --export-dir DIR, the folder to write to")
    _check_table(parser, arguments)
    for name, value in given.items():
        if value is not None and not arguments.headless:
            parser.error(f"argument {name}: works only together with --headless")
    try:
        arguments.pages = _pages(arguments)
    except PageError as error:
        parser.error(f"argument --size: {error}")
    return arguments


def _check_table(parser: argparse.ArgumentParser, arguments: argparse.Namespace) -> None:
    """End the process where the options of a table do not fit each other."""
    if arguments.data is None:
        for name in ("input", "target", "class_", "separator", "decimal"):
            if getattr(arguments, name) is not None:
                parser.error(f"argument --{name.rstrip('_')}: works only together with --data")
        return
    if arguments.file is not None:
        parser.error("argument --data: takes the place of FILE, so only one of them can be given")
    classes, several = arguments.class_, len(arguments.target or ()) > 1
    if several and classes is not None:
        parser.error("argument --class: several targets are numbers, so they have no classes")
    if classes is not None:
        twice = next((name for name in classes if classes.count(name) > 1), None)
        if twice is not None:
            parser.error(f"argument --class: {shown_name(twice)} is given twice")
    if classes is not None and not 2 <= len(set(classes)) == len(classes) <= MAX_CLASSES:
        parser.error(f"argument --class: must name 2 to {MAX_CLASSES} different classes")


def _path_of(kind: str) -> Callable[[str], Path]:
    def path(text: str) -> Path:
        # pathlib reads an empty name as the present folder; in a script it is a variable that is not set.
        if not text.strip():
            raise argparse.ArgumentTypeError(f"must name a {kind}, not {text!r}")
        return Path(text)

    return path


def _sign_of(signs: Mapping[str, str]) -> Callable[[str], str]:
    """Return the function that reads a sign: its name, or the sign itself."""

    def sign(text: str) -> str:
        if text not in signs and text not in signs.values():
            known = ", ".join(f"{name} ({s})" if s.strip() else name for name, s in signs.items())
            raise argparse.ArgumentTypeError(f"must be one of {known}, not {text!r}")
        return signs.get(text, text)

    return sign


def _checked(read: Callable[[str], Any]) -> Callable[[str], Any]:
    """Return the function that reads the text of an option and reports what is wrong with it."""

    def checked(text: str) -> Any:
        try:
            return read(text)
        except PageError as error:
            raise argparse.ArgumentTypeError(str(error).rstrip(".")) from None

    return checked


def _steps(text: str) -> int:
    try:
        steps = read_whole(text)
    except NumberError as error:
        raise argparse.ArgumentTypeError(str(error).rstrip(".")) from None
    if not 0 <= steps <= MOST_STEPS:
        raise argparse.ArgumentTypeError(f"must be from 0 to {MOST_STEPS}, not {text}")
    return steps


def _learning_rate(text: str) -> float:
    try:
        return TrainingSettings(learning_rate=read_number(text)).learning_rate
    except ExperimentError as error:
        raise argparse.ArgumentTypeError(str(error).partition(": ")[2].rstrip(".")) from None
    except NumberError as error:
        raise argparse.ArgumentTypeError(str(error).rstrip(".")) from None


def _file(path: Path) -> ExperimentFile | Session:
    """Return the run that a file holds, whatever its name; or that of a share string in its place."""
    from playground.experiment_files import FileError, read_experiment
    from playground.export.carried_run import MOST_BYTES, CarriedRunError, read_carried_run
    from playground.files.kinds import FileKind, UnknownFileError, is_share_string, kind_of
    from playground.files.text import TextFileError, read_bytes, read_text
    from playground.sessions import SessionError, load_session
    from playground.share_string import MAX_TEXT, ShareStringError, read_share_string

    if is_share_string(str(path)):
        try:
            return read_share_string(str(path))
        except ShareStringError as error:
            raise _BadInput(str(error)) from None
    readers: dict[FileKind, Callable[[], ExperimentFile | Session]] = {
        FileKind.SESSION: lambda: load_session(path),
        FileKind.EXPERIMENT: lambda: read_experiment(path),
        FileKind.SHARE_STRING: lambda: read_share_string(read_text(path, 4 * MAX_TEXT)),
        FileKind.PICTURE: lambda: read_carried_run(read_bytes(path, MOST_BYTES)),
    }
    try:
        kind = kind_of(path)
        if kind in readers:
            return readers[kind]()
    except (UnknownFileError, FileError, SessionError) as error:
        raise _BadInput(str(error)) from None
    except ShareStringError as error:
        raise _BadInput(f"“{shown_name(path.name)}” was not opened: {error}") from None
    except CarriedRunError as error:
        raise _BadInput(f"“{shown_name(path.name)}” was not opened: {error.reason}") from None
    except TextFileError as error:
        raise _BadInput(f"“{shown_path(path)}” {error}") from None
    if kind is FileKind.TABLE:
        raise _BadInput(
            f"“{shown_name(path.name)}” was not opened: it holds no run; a table is given with --data."
        )
    held = "scenes" if kind is FileKind.SCENES else "a lesson" if kind is FileKind.LESSON else "lessons"
    raise _BadInput(f"“{shown_name(path.name)}” was not opened: it holds {held}, no run to train.")


def _table(arguments: argparse.Namespace) -> ExperimentFile:
    """Return the experiment on the points of --data, and print what was taken of its table."""
    from playground.table_data import data_of_table
    from playground.table_proposal import proposed
    from playground.table_words import said_of_table
    from playground.tables import TableError, read_table

    name = arguments.data.name
    try:
        table = read_table(
            arguments.data,
            separator=arguments.separator,
            decimal=arguments.decimal,
        )
    except TableError as error:
        raise _BadInput(str(error)) from None
    target, *more_targets = arguments.target or [None]
    wish = proposed(table, arguments.input, target, arguments.class_, more_targets)
    try:
        chosen = wish.points_of(table)
        made = data_of_table(chosen)
    except TableError as error:
        raise _BadInput(f"“{shown_name(name)}” was not taken: {error.reason}") from None
    for line in said_of_table(name, table, chosen, made):
        # Without a terminal on Windows there is nothing to print to.
        with suppress(OSError, AttributeError, ValueError):
            print(line, flush=True)
    return ExperimentFile(Experiment(made.data))


def _given_without_window(arguments: argparse.Namespace) -> ExperimentFile | Session | None:
    if arguments.data is not None:
        return _table(arguments)
    return _file(arguments.file) if arguments.file else None


def _without_window(arguments: argparse.Namespace, file: ExperimentFile | Session | None) -> int:
    from playground import headless
    from playground.files.atomic import ExportError
    from playground.sessions import Session, SessionError

    try:
        export = headless.Export(
            arguments.export_dir,
            arguments.pages,
            arguments.overwrite,
            arguments.momentum_map,
            arguments.with_points,
        )
        if isinstance(file, Session):
            return headless.go_on(
                file, steps=arguments.steps, learning_rate=arguments.learning_rate, export=export
            )
        return headless.run(
            file or ExperimentFile(Experiment()),
            steps=arguments.steps,
            learning_rate=arguments.learning_rate,
            export=export,
        )
    except (ExportError, SessionError) as error:
        raise _BadInput(str(error)) from None


def _pages(arguments: argparse.Namespace) -> tuple[Page, ...]:
    """Return the pages of the requested pictures. Raises PageError."""
    formats, run = arguments.format or USUAL_FORMATS, not arguments.no_run
    if arguments.size is None:
        return tuple(replace(USUAL, format=format_, run=run) for format_ in formats)
    width, height, unit = arguments.size
    return tuple(page_of_size(width, height, unit, format_, run) for format_ in formats)


def _given(arguments: argparse.Namespace) -> ExperimentFile | Opened | None:
    """What a window begins with: a file of any kind, whatever its name; a share string or a table instead."""
    from playground.files.kinds import is_share_string
    from playground.ui.files.opener import OpenError, read_file

    path: Path | None = arguments.file
    if path is None and arguments.data is None:
        return None
    if path is None or is_share_string(str(path)):
        given = _table(arguments) if path is None else _file(path)
        assert isinstance(given, ExperimentFile)
        return given
    try:
        return read_file(path)
    except OpenError as error:
        raise _BadInput(str(error)) from None


def _with_window(arguments: argparse.Namespace) -> int:
    from playground.startup import crash
    from playground.startup.ending import ends_when_asked
    from playground.startup.qt_start import QtStartError, check_display, check_letters, make_application

    try:
        check_display(os.environ)
        application = make_application([PROGRAM])
        check_letters()
    except QtStartError as error:
        raise _BadInput(str(error)) from None
    given = _given(arguments)
    crash.install()
    crash.install_dialog()
    _dress(application)
    with ends_when_asked(application):
        try:
            from PySide6.QtCore import QTimer

            from playground.startup.garbage import collect_here
            from playground.startup.log import begin_log
            from playground.ui.main_window import MainWindow

            _collector = collect_here()
            window = MainWindow(given)
            window.show()
            # The first picture comes before it.
            QTimer.singleShot(0, window, lambda: begin_log(arguments.verbose))
            # Objects that live as long as the window are frozen: collecting them would take 50 ms each time.
            gc.freeze()
        except Exception:
            crash.report(traceback.format_exc())
            application.exec()
            return 1
        return int(application.exec())


def _dress(application: QApplication) -> None:
    """Give the application its names and its icon."""
    from PySide6.QtGui import QIcon

    application.setApplicationName(PROGRAM)
    application.setApplicationDisplayName("Loss Landscape Playground")
    application.setApplicationVersion(__version__)
    application.setOrganizationName("loss-landscape-playground")
    application.setDesktopFileName(PROGRAM)
    with suppress(FileNotFoundError):
        application.setWindowIcon(QIcon(str(resource("icons", "playground.svg"))))
