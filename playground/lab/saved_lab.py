"""What the training thread holds, as values of a session and back: see playground.sessions.

The run is the session's own part (engine.recording.saved_run); the part of the lab is an object of

    number, name     the run's number when it was saved, and what the user calls it
    numbers          those under which the window has known it
    moment           the earlier step that is looked at, or null
    fork             engine.branches.saved_fork, or null
    past, future     what Undo takes back and Redo makes again, the next one last: each with its text, and
                     run, name, numbers of a run that was left, or field, before, after of a change
    speed            steps per second; null: as fast as it goes
    stop             loss, steps and gradient_norm to stop at, each a number or null; after: the step up to
                     which none counts, -1 where all do
    finished         which condition to stop at was met, empty where none was

No Qt is loaded here: a run without a window reads and writes sessions too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from playground.engine.branches.fork import ForkState
from playground.engine.branches.saved_fork import fork_of, fork_state_of, fork_value
from playground.engine.branches.stopping import Stop
from playground.engine.painted_points import started_again
from playground.engine.recording.saved_run import SavedRun, run_value, saved_run_of
from playground.engine.trainer import Trainer
from playground.experiment import LIVE_FIELDS, Experiment
from playground.experiment_checks import ExperimentError
from playground.experiment_table import FIELD as POINTS
from playground.lab.pacing import USUAL_SPEED
from playground.lab.training.runs import LeftRun
from playground.lab.training.undo_stack import ChangeEntry, Entry, RunEntry, UndoStack, ViewEntry
from playground.session_values import Reader
from playground.sessions import Session, SessionError, Value

MOST_BYTES_OF_LEFT_RUNS = 96 * 2**20
"""Maximum size of the arrays of all runs that Undo and Redo bring back; further runs are left out of the
file."""
MOST_NUMBERS = 100_000
LARGEST_NUMBER = 2**30
"""Of a run; Qt's signals carry 32 bits."""
SLOWEST, FASTEST = 1e-3, 1e9
"""Steps per second."""
_LONGEST = 2000


@dataclass(frozen=True)
class SavedLab:
    """The state of the training thread between two steps; immutable. Lab.saved creates it.

    number is that of the run, numbers are those that it has had in the window. moment is the viewed earlier
    step. past and future are the entries of Undo and Redo, the next one last. A session leaves out entries
    that only the window understands.
    """

    run: SavedRun
    number: int = 1
    numbers: frozenset[int] = frozenset()
    name: str = ""
    moment: int | None = None
    fork: ForkState | None = None
    past: tuple[Entry, ...] = ()
    future: tuple[Entry, ...] = ()
    speed: float | None = USUAL_SPEED
    stop: Stop = field(default_factory=Stop)
    stop_after: int = -1
    finished: str = ""

    @property
    def experiment(self) -> Experiment:
        """The experiment with the present settings and points, which starting again would use."""
        live = self.run.state.live
        return replace(live, data=started_again(live.data))

    @property
    def step(self) -> int:
        """The number of steps that the run has made."""
        return self.run.state.step


def session_of(lab: SavedLab, window: Value = None) -> Session:
    """Return the session of a lab, with the window's part.

    Its short description holds data set, step and name: sessions.about_session reads them quickly.
    """
    past, future = _those_that_fit(lab)
    return Session(
        run=run_value(lab.run),
        lab={
            "number": lab.number,
            "numbers": _numbers_value(lab.numbers),
            "name": _name_value(lab.name),
            "moment": lab.moment,
            "fork": None if lab.fork is None else fork_value(lab.fork),
            "past": past,
            "future": future,
            "speed": None if lab.speed is None else min(max(lab.speed, SLOWEST), FASTEST),
            "stop": {
                "loss": lab.stop.loss,
                "steps": lab.stop.steps,
                "gradient_norm": lab.stop.gradient_norm,
                "loss_above": lab.stop.loss_above,
                "after": lab.stop_after,
            },
            "finished": lab.finished[:_LONGEST],
        },
        window=window,
        about={**_subject(lab.experiment), "step": lab.step, "name": Path(lab.name).name},
    )


def _subject(experiment: Experiment) -> dict[str, str]:
    """Return what is trained, to be told without reading the rest."""
    if experiment.formula is not None:
        return {"formula": experiment.formula.title}
    assert experiment.data is not None
    return {"dataset": experiment.data.dataset}


def saved_lab_of(session: Session) -> SavedLab:
    """Return the lab of a session, to be continued. Raises SessionError.

    A session of a run alone, as a run without a window writes it, is a lab with that run.
    """
    run = saved_run_of(session.run)
    trainer = _resumed(run, "its run")
    if session.lab is None:
        return SavedLab(run)
    reader = Reader(session.lab, "lab")
    moment, fork, speed, stop = (reader[name] for name in ("moment", "fork", "speed", "stop"))
    saved = SavedLab(
        run,
        reader["number"].whole(1, LARGEST_NUMBER),
        _numbers_of(reader),
        reader["name"].text(_LONGEST),
        None if moment.absent else moment.whole(0, trainer.step),
        None if fork.absent else fork_state_of(fork.value, trainer.problem.n_parameters, fork.where),
        tuple(_entry_of(entry, run) for entry in reader["past"].entries(UndoStack.MOST_ENTRIES)),
        tuple(_entry_of(entry, run) for entry in reader["future"].entries(UndoStack.MOST_ENTRIES)),
        None if speed.absent else _speed_of(speed),
        Stop(
            loss=None if stop["loss"].absent else stop["loss"].number(),
            steps=None if stop["steps"].absent else stop["steps"].whole(),
            gradient_norm=None if stop["gradient_norm"].absent else stop["gradient_norm"].number(),
            loss_above=None if stop["loss_above"].absent else stop["loss_above"].number(),
        ),
        stop["after"].whole(-1),
        reader["finished"].text(_LONGEST),
    )
    if saved.fork is not None:
        fork_of(saved.fork, trainer)
    return saved


def _resumed(run: SavedRun, name: str) -> Trainer:
    """Return the trainer that goes on from a run. Raises SessionError, with this name of the run."""
    try:
        return Trainer.resumed(run)
    except ValueError as error:
        raise SessionError(
            f"The session was not opened: {name} does not fit its experiment: {error}"
        ) from None


def _those_that_fit(lab: SavedLab) -> tuple[list[Value], list[Value]]:
    """Return the entries of Undo and Redo, as many from the next one on as there is room for."""
    kept: tuple[list[Value], list[Value]] = [], []
    waiting = [
        [entry for entry in part if not isinstance(entry, ViewEntry)] for part in (lab.past, lab.future)
    ]
    room = MOST_BYTES_OF_LEFT_RUNS
    while any(waiting):
        for entries, values in zip(waiting, kept, strict=True):
            if len(values) == UndoStack.MOST_ENTRIES:
                entries.clear()
            if entries:
                value = _entry_value(entries.pop())
                room -= bytes_in(value)
                if room < 0:
                    return kept
                values.insert(0, value)
    return kept


def bytes_in(value: Value) -> int:
    """Return how many bytes the arrays of a value hold."""
    if isinstance(value, np.ndarray):
        return value.nbytes
    children: Iterable[Any] = ()
    if isinstance(value, dict):
        children = value.values()
    elif isinstance(value, list):
        children = value
    return sum(map(bytes_in, children))


def _entry_value(entry: RunEntry | ChangeEntry) -> Value:
    if isinstance(entry, ChangeEntry):
        return {
            "field": entry.field,
            "before": entry.before,
            "after": entry.after,
            "text": entry.text[:_LONGEST],
        }
    left = entry.run
    return {
        "run": run_value(SavedRun(left.state, following=left.log)),
        "name": _name_value(left.name),
        "numbers": _numbers_value(left.numbers),
        "text": entry.text[:_LONGEST],
    }


def _entry_of(reader: Reader, present: SavedRun) -> RunEntry | ChangeEntry:
    text = reader["text"].text(_LONGEST)
    if "run" in reader:
        run = saved_run_of(reader["run"].value, f"{reader.where}.run")
        # Undo brings it back long after the file was opened, where nothing can be refused any more.
        _resumed(run, f"{reader.where}.run")
        name, numbers = reader["name"].text(_LONGEST), _numbers_of(reader)
        return RunEntry(LeftRun(run.state, run.following, name, numbers), text)
    field = reader["field"].choice((*LIVE_FIELDS, POINTS))
    if field == POINTS:
        # Whether it can be made is known where it is made: the table is then the one before it.
        return ChangeEntry(field, reader["before"].plain(), reader["after"].plain(), None, text)
    before, after = reader["before"].value, reader["after"].value
    for value in (before, after):
        try:
            present.state.experiment.with_value(field, value)
        except ExperimentError as error:
            reader.refuse(f"is no change: {error.sentence.rstrip('.')}")
    # Present gestures are unrelated to the saved ones.
    return ChangeEntry(field, before, after, None, text)


def _name_value(name: str) -> Value:
    """Return what a session holds for the name of a run: none for one that it could not be opened with.

    A part of a name would be that of another file.
    """
    return name if len(name) <= _LONGEST else ""


def _numbers_value(numbers: Iterable[int]) -> Value:
    """Return what a session holds for the numbers of a run: of too many the newest."""
    return sorted(numbers)[-MOST_NUMBERS:]


def _numbers_of(reader: Reader) -> frozenset[int]:
    return frozenset(number.whole(0, LARGEST_NUMBER) for number in reader["numbers"].entries(MOST_NUMBERS))


def _speed_of(reader: Reader) -> float:
    speed = reader.number()
    if not SLOWEST <= speed <= FASTEST:
        reader.refuse(f"must be from {SLOWEST} to {FASTEST:g} steps per second")
    return speed
