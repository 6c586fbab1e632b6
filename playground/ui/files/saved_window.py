"""What a window holds besides its lab, as the window's part of a session and back.

The part is an object of

    view      as a scene: layout, plane, zoom, speed, pages, panels (see ui.hall.scenes)
    follow, log_scale, contours, arrows, equal_units, cells_told
              how the surface is shown; without the last two in equal units, and computed cells unmarked
    third     the weights that are kept for a plane: parameters (P,) and step; or null
    kept      the kept runs: name, number, shown, chosen, and run as engine.recording.saved_view has it
    guesses   the factors by which the guesses of each kind were off
    picture   limits of the colours ("automatic", "held" or "typed", low, high), cells, and percent of the
              diagonal beyond which the plane follows
    lesson    the lesson's name, the index of its step, the step of the run that it began at, the answer to
              its question, or null, and whether the run is the one that the step began with (own; without
              it, it is); or null
    slice     what the data view shows of more than two inputs and of several targets, as a SliceChoice;
              without it the usual one
    guess     the kind of a guess that has no answer yet, and the α that is pinned; or null
    file      of work that was kept by itself: the path of the file that it belongs to, its kind, and whether
              it was changed since; else null

Pages that this version does not have are left out. Whatever else is no such part is refused.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from playground.engine.input_slice import USUAL, SliceChoice
from playground.engine.recording.saved_view import run_view_of, run_view_value
from playground.experiment import MAX_LEARNING_RATE, MIN_LEARNING_RATE
from playground.experiment_table import MAX_INPUTS, MAX_ROWS, MAX_TARGETS
from playground.files.kinds import FileKind
from playground.files.places import LONGEST_PATH
from playground.session_values import Reader
from playground.sessions import SessionError, Value
from playground.ui.hall.scenes import Scene, SceneError, scene_of
from playground.ui.lessons.feature import LessonPlace
from playground.ui.rate.guess_feature import ASKS, FARTHEST, KEPT, PendingGuess
from playground.ui.runs.kept_runs import LONGEST_NAME, MOST, KeptRun
from playground.ui.surface.picture_options import CELLS
from playground.ui.surface.wish import LIMITS, Kept, PictureChoice

_KINDS = {kind.value: kind for kind in (FileKind.SESSION, FileKind.EXPERIMENT)}


class NamedFile(NamedTuple):
    """The file that a run was opened from or saved to, and whether it was changed since."""

    path: str
    kind: FileKind
    changed: bool


@dataclass(frozen=True)
class SavedWindow:
    """What a window holds besides its lab; immutable."""

    view: Scene
    follow: bool = True
    log_scale: bool = True
    contours: bool = True
    arrows: bool = True
    third: Kept | None = None
    kept: tuple[KeptRun, ...] = ()
    guesses: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    file: NamedFile | None = None
    picture: PictureChoice = field(default_factory=PictureChoice)
    lesson: LessonPlace | None = None
    guess: PendingGuess | None = None
    equal_units: bool = True
    slice: SliceChoice = USUAL
    cells_told: bool = False


def window_value(window: SavedWindow) -> Value:
    """Return what stands in a session for a window. May be called in any thread."""
    third, file, lesson, guess = window.third, window.file, window.lesson, window.guess
    return {
        "view": window.view.content(),
        "follow": window.follow,
        "log_scale": window.log_scale,
        "contours": window.contours,
        "arrows": window.arrows,
        "equal_units": window.equal_units,
        "cells_told": window.cells_told,
        "third": None
        if third is None
        else {"parameters": np.asarray(third.parameters, dtype=np.float64), "step": third.step},
        "kept": [
            {
                "name": run.name,
                "number": run.number,
                "shown": run.shown,
                "chosen": run.chosen,
                "run": run_view_value(run.view),
            }
            for run in window.kept
        ],
        "guesses": {kind: np.array(factors, dtype=np.float64) for kind, factors in window.guesses.items()},
        "picture": window.picture._asdict(),
        "lesson": None if lesson is None else lesson._asdict(),
        "slice": window.slice._asdict(),
        "guess": None if guess is None else guess._asdict(),
        "file": None
        # A session holds text, which the name of a file need not be.
        if file is None or file.path.encode("utf-8", "replace") != os.fsencode(file.path)
        else {"path": file.path, "kind": file.kind.value, "changed": file.changed},
    }


def saved_window_of(value: Value) -> SavedWindow:
    """Return the window of such a value. Raises SessionError."""
    reader = Reader(value, "window")
    try:
        view = scene_of(reader["view"].plain())
    except SceneError as error:
        raise SessionError(f"The session was not opened: window.view, {error}") from None
    third, file = reader["third"], reader["file"]
    runs = tuple(_kept_run_of(run) for run in reader["kept"].entries(MOST))
    if len({run.number for run in runs}) < len(runs):
        reader["kept"].refuse("must have numbers of their own")
    return SavedWindow(
        view,
        follow=reader["follow"].flag(),
        log_scale=reader["log_scale"].flag(),
        contours=reader["contours"].flag(),
        arrows=reader["arrows"].flag(),
        third=None if third.absent else _third_of(third, view.file.experiment.n_parameters),
        kept=runs,
        guesses={kind: _factors_of(reader["guesses"][kind]) for kind in ASKS if kind in reader["guesses"]},
        file=None if file.absent else _file_of(file),
        picture=_picture_of(reader["picture"]) if "picture" in reader else PictureChoice(),
        lesson=_lesson_of(reader["lesson"]) if "lesson" in reader else None,
        guess=_guess_of(reader["guess"]) if "guess" in reader else None,
        equal_units=reader["equal_units"].flag() if "equal_units" in reader else True,
        slice=_slice_of(reader["slice"]) if "slice" in reader else USUAL,
        cells_told=reader["cells_told"].flag() if "cells_told" in reader else False,
    )


def _slice_of(reader: Reader) -> SliceChoice:
    first, second = (reader[name].whole(0, MAX_INPUTS - 1) for name in ("first", "second"))
    if first == second:
        reader["second"].refuse("must be another input than the first")
    point = None if reader["point"].absent else reader["point"].whole(0, MAX_ROWS - 1)
    output = reader["output"].whole(0, MAX_TARGETS - 1) if "output" in reader else 0
    return SliceChoice(first, second, reader["components"].flag(), point, output)


def _picture_of(reader: Reader) -> PictureChoice:
    limits = reader["limits"].choice(LIMITS)
    low, high = (None if reader[name].absent else reader[name].number() for name in ("low", "high"))
    if low is not None and high is not None and not low < high:
        reader.refuse("must have low below high")
    cells = None if reader["cells"].absent else reader["cells"].whole()
    if cells not in CELLS:
        reader["cells"].refuse("must be a number of cells that can be chosen")
    return PictureChoice(limits, low, high, cells, reader["percent"].whole(0, 100))


def _lesson_of(reader: Reader) -> LessonPlace:
    since = None if reader["since"].absent else reader["since"].whole()
    answered = "guess" in reader and not reader["guess"].absent
    guess = reader["guess"].number() if answered else None
    own = reader["own"].flag() if "own" in reader else True
    return LessonPlace(reader["lesson"].text(), reader["step"].whole(), since, guess, own)


def _guess_of(reader: Reader) -> PendingGuess:
    kind = reader["kind"].choice(tuple(ASKS))
    if reader["rate"].absent:
        return PendingGuess(kind, None)
    rate = reader["rate"].number()
    if not MIN_LEARNING_RATE <= rate <= MAX_LEARNING_RATE:
        reader["rate"].refuse("must be a learning rate")
    return PendingGuess(kind, rate)


def _third_of(reader: Reader, size: int) -> Kept:
    return Kept(reader["parameters"].floats(size, finite=True), reader["step"].whole())


def _kept_run_of(reader: Reader) -> KeptRun:
    name = reader["name"].text(LONGEST_NAME)
    if not name.strip():
        reader["name"].refuse("must not be empty")
    return KeptRun(
        name,
        run_view_of(reader["run"]),
        reader["number"].whole(0, 10**9),
        reader["shown"].flag(),
        reader["chosen"].flag(),
    )


def _factors_of(reader: Reader) -> tuple[float, ...]:
    factors = reader.floats(None, finite=True)[-KEPT:]
    if ((factors < 1.0) | (factors > FARTHEST)).any():
        reader.refuse(f"must be from 1 to {FARTHEST:g}")
    return tuple(factors.tolist())


def _file_of(reader: Reader) -> NamedFile:
    kind = _KINDS[reader["kind"].choice(tuple(_KINDS))]
    return NamedFile(reader["path"].text(LONGEST_PATH), kind, reader["changed"].flag())
