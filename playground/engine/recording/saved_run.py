"""A run as values of a session, to go on with it bit by bit in another process: see playground.sessions.

A run is an object of these fields; vectors are in working order (engine.problem.Working), P long:

    experiment   as a saved experiment
    following    a log that it is still to follow, as the next
    log          its changes: steps (n,), for each the row in fields of what was changed, and its value
    checkpoints  each step, theta, optimizer, hyperparameters and state (as in torch.optim), batches [size,
                 epochs, position], random [state, increment, has a half, half]: PCG64 as NumPy has it
    now          the run as it stands: see below
    records      the same at a few earlier steps; absent where it is not to go back to them
    readings     losses and accuracies at the present θ, as they were read
    versions     of the libraries, for the reader: in a run that a figure carries
    marks        by which a replay is checked: there too, see engine.recording.marks

What stands in `now` and in a record: training (the live settings), the rows of its checkpoint and of the last
one with a finite loss, the last update, its history (curves, path, how many changes of the log, where it has
gaps those as engine.recording.gaps writes them), the rows of the checkpoints that it can go back to, whether
it has diverged, whether the live settings are taken over.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np

from playground.arrays import Array
from playground.engine.optimizers import OPTIMIZERS, make_optimizer
from playground.engine.painted_points import check_log, painted_by_log
from playground.engine.problem_of_experiment import check_start
from playground.engine.recording.checkpoints import MOST_CHECKPOINTS, AtStep, Thinned, ThinnedState
from playground.engine.recording.gaps import gaps_of, gaps_value
from playground.engine.recording.gauge import GaugeState
from playground.engine.recording.history import CURVES, History, HistoryState
from playground.engine.recording.run_state import RunState
from playground.engine.recording.series import (
    CAPACITY,
    Fine,
    FullPath,
    FullSeries,
    PathState,
    SeriesState,
)
from playground.engine.stepping.batches import BatchState
from playground.engine.stepping.descent import Checkpoint, Update
from playground.engine.stepping.optimizer_step import OptimizerStep
from playground.experiment import (
    LIVE_FIELDS,
    Change,
    DraggedChange,
    Experiment,
    ExperimentFile,
    TrainingSettings,
    section_as_json,
    sections_as_json,
    version_of,
)
from playground.experiment_checks import ExperimentError
from playground.experiment_json import fields_of, write_object
from playground.experiment_table import FIELD as POINTS
from playground.session_values import MOST, Reader, number_value
from playground.sessions import SessionError, Value

MOST_IN_A_TABLE = 10_000
"""Checkpoints of a run and of its records: each keeps 200 at most."""
HIGHEST_LEVEL = 53
"""Of a path: a step of every 2^53."""
_GENERATOR = "PCG64"

Kind = TypeVar("Kind", bound=AtStep)


@dataclass(frozen=True)
class SavedRun:
    """A run at one step with all that it can go back to; immutable. Trainer.saved creates it.

    records and readings are None where a run was put away without them; following holds the changes of its
    log that are still to come.
    """

    state: RunState
    records: Thinned[RunState] | None = None
    readings: GaugeState | None = None
    following: tuple[Change, ...] = ()


def run_value(run: SavedRun) -> Value:
    """Return what stands in a session for a run."""
    log, table = run.state.history.changes, _Table()
    value = {
        "experiment": experiment_value(run.state.experiment),
        "following": log_value(run.following),
        "log": log_value(log),
        "now": _state_value(run.state, log, table),
    }
    if run.records is not None:
        value["records"] = _thinned_value(run.records, lambda record: _state_value(record, log, table))
    if run.readings is not None:
        value["readings"] = _readings_value(run.readings)
    value["checkpoints"] = table.rows
    return value


def saved_run_of(value: Value, where: str = "run") -> SavedRun:
    """Return the run of such a value. Raises SessionError for one that no run has."""
    reader = Reader(value, where)
    experiment = experiment_of(reader["experiment"])
    parts = _Parts(
        experiment,
        log_of(reader["log"], experiment),
        [checkpoint_of(row, experiment) for row in reader["checkpoints"].entries(MOST_IN_A_TABLE)],
    )
    records = None
    if "records" in reader:
        records = _thinned_of(reader["records"], lambda record: _state_of(record, parts))
    readings = _readings_of(reader["readings"]) if "readings" in reader else None
    following = log_of(reader["following"], experiment, parts.log)
    return SavedRun(_state_of(reader["now"], parts), records, readings, following)


# Experiment and log -------------------------------------------------------------------------------------


def experiment_value(experiment: Experiment) -> Value:
    """Return what stands in a session for an experiment: what its file holds; rows of a table as an array."""
    table = None if experiment.data is None else experiment.data.table
    fields = sections_as_json(experiment, with_rows=False)
    content = json.loads(write_object(fields, version_of(fields)))
    if table is not None:
        content["data"]["table"]["rows"] = table.rows
    return content


def experiment_of(reader: Reader) -> Experiment:
    """Return the experiment of such a value."""
    try:
        experiment = ExperimentFile.from_fields(fields_of(_with_rows(reader))).experiment
        check_start(experiment)
        return experiment
    except ExperimentError as error:
        raise _refused(reader, error) from None


def _with_rows(reader: Reader) -> Any:
    """Return the fields of an experiment; they hold no array but the rows of a table."""
    content = reader.value
    data = content.get("data") if isinstance(content, dict) else None
    if not isinstance(content, dict) or not isinstance(data, dict):
        return reader.plain()
    table = data.get("table")
    if not isinstance(table, dict) or not isinstance(table.get("rows"), np.ndarray):
        return reader.plain()
    rows = reader["data"]["table"]["rows"].floats(None, None)
    others = {**content, "data": {**data, "table": {**table, "rows": None}}}
    plain = Reader(others, reader.where).plain()
    plain["data"]["table"]["rows"] = rows
    return plain


def settings_value(settings: TrainingSettings) -> Value:
    """Return what stands in a session for the settings of training."""
    return json.loads(json.dumps(section_as_json("training", settings)))


def live_of(experiment: Experiment, reader: Reader) -> Experiment:
    """Return an experiment with the settings of such a value."""
    try:
        fields = {"training": reader.plain()}
        return replace(experiment, training=ExperimentFile.from_fields(fields).experiment.training)
    except ExperimentError as error:
        raise _refused(reader, error) from None


def _refused(reader: Reader, error: ExperimentError) -> SessionError:
    return SessionError(f"The session was not opened: {reader.where}: {error.sentence}")


def log_value(changes: Sequence[Change]) -> Value:
    """Return what stands in a session for a log of changes."""
    fields = sorted({change.field for change in changes})
    rows = {field: row for row, field in enumerate(fields)}
    drags = (
        {}
        if all(change.drag is None for change in changes)
        else {"drags": np.array([change.drag or 0 for change in changes], dtype=np.int64)}
    )
    return {
        **drags,
        "fields": fields,
        "steps": np.array([change.step for change in changes], dtype=np.int64),
        "which": np.array([rows[change.field] for change in changes], dtype=np.int64),
        "values": [
            np.array(change.value, dtype=np.float64) if change.field == "parameters" else change.value
            for change in changes
        ],
    }


def log_of(reader: Reader, experiment: Experiment, before: Sequence[Change] = ()) -> tuple[Change, ...]:
    """Return the log of such a value, for a run of this experiment.

    before: the changes that it follows.
    """
    fields = [field.text() for field in reader["fields"].entries(len(LIVE_FIELDS) + 2)]
    values = reader["values"].values()
    steps, which = reader["steps"].integers(len(values)), reader["which"].integers(len(values))
    if len(values) and not (which.min() >= 0 and which.max() < len(fields)):
        reader["which"].refuse("must hold rows of fields")
    if len(values) and not (steps[0] >= 0 and steps[-1] <= MOST and (np.diff(steps) >= 0).all()):
        reader["steps"].refuse("must hold numbers of steps that do not decrease")
    if "parameters" in fields:
        row = fields.index("parameters")
        for place in np.flatnonzero(which == row).tolist():
            theta = Reader(values[place], f"{reader.where}.values[{place}]")
            values[place] = tuple(theta.floats(experiment.n_parameters, finite=True).tolist())
    changes = tuple(
        Change(step, fields[row], value)
        for step, row, value in zip(steps.tolist(), which.tolist(), values, strict=True)
    )
    if "drags" in reader:
        drags = reader["drags"].integers(len(values))
        changes = tuple(
            DraggedChange.of(change, drag) if drag > 0 else change
            for change, drag in zip(changes, drags.tolist(), strict=True)
        )
    try:
        ExperimentFile(experiment, (*_strokes(before), *_witnesses(changes)))
        check_log(experiment, (*before, *changes))
    except ExperimentError as error:
        raise SessionError(f"The session was not opened: {reader.where}: {error.sentence}") from None
    return changes


def _witnesses(changes: Sequence[Change]) -> tuple[Change, ...]:
    """Return a few of many changes that are allowed only if all are.

    The allowed values of a number are an interval; a slider that was dragged has thousands of them.
    """
    numbers: dict[str, set[float]] = {}
    others: set[Change] = set()
    for change in changes:
        if change.field in ("parameters", POINTS):
            continue
        if type(change.value) is float:
            numbers.setdefault(change.field, set()).add(change.value)
        elif type(change.value) in (int, str, type(None)):
            others.add(Change(0, change.field, change.value))
        else:
            return tuple(changes)
    extremes = [Change(0, field, end(found)) for field, found in numbers.items() for end in (min, max)]
    return (*others, *extremes, *_strokes(changes))


def _strokes(changes: Sequence[Change]) -> tuple[Change, ...]:
    """Return all changes of the points, each of which depends on those before it."""
    return tuple(Change(0, POINTS, change.value) for change in changes if change.field == POINTS)


# A run at one step --------------------------------------------------------------------------------------


class _Table:
    """Checkpoints that are written once, however many share them."""

    def __init__(self) -> None:
        self.rows: list[Value] = []
        self._known: dict[int, int] = {}

    def row(self, checkpoint: Checkpoint) -> int:
        row = self._known.setdefault(id(checkpoint), len(self.rows))
        if row == len(self.rows):
            self.rows.append(checkpoint_value(checkpoint))
        return row


@dataclass(frozen=True)
class _Parts:
    """What the states of a run share."""

    experiment: Experiment
    log: tuple[Change, ...]
    table: Sequence[Checkpoint]

    def checkpoint(self, reader: Reader) -> Checkpoint:
        return self.table[reader.whole(0, len(self.table) - 1)]


def _state_value(state: RunState, log: Sequence[Change], table: _Table) -> Value:
    update = state.last_update
    return {
        "training": settings_value(state.live.training),
        "checkpoint": table.row(state.checkpoint),
        "last_finite": table.row(state.last_finite),
        "last_update": None if update is None else _update_value(update),
        "history": _history_value(state.history.state(state.last_finite.step), log),
        "checkpoints": _thinned_value(state.checkpoints, table.row),
        "diverged": state.diverged,
        "settled": state.settled,
    }


def _state_of(reader: Reader, parts: _Parts) -> RunState:
    experiment = parts.experiment
    live = live_of(experiment, reader["training"])
    checkpoint = parts.checkpoint(reader["checkpoint"])
    last_finite = parts.checkpoint(reader["last_finite"])
    checkpoints = _thinned_of(reader["checkpoints"], parts.checkpoint)
    update = reader["last_update"]
    history = _history_of(reader["history"], parts, checkpoint.step)
    live = replace(live, data=painted_by_log(experiment.data, history.changes))
    if last_finite.step > checkpoint.step:
        reader["last_finite"].refuse("must not come after the checkpoint")
    return RunState(
        experiment,
        live,
        checkpoint,
        last_finite,
        None if update.absent else _update_of(update, experiment.n_parameters),
        history,
        reader["diverged"].flag(),
        checkpoints,
        reader["settled"].flag(),
    )


def _thinned_value(thinned: Thinned[Kind], value_of: Callable[[Kind], Value]) -> Value:
    state = thinned.state()
    return {
        "base": state.base,
        "stride": state.stride,
        "most": state.most,
        "start": value_of(state.start),
        "entries": [value_of(entry) for entry in state.entries],
        "newest": None if state.newest is None else value_of(state.newest),
    }


def _thinned_of(reader: Reader, entry_of: Callable[[Reader], Kind]) -> Thinned[Kind]:
    base, stride = reader["base"].whole(1), reader["stride"].whole(1)
    if base & (base - 1) or stride & (stride - 1) or base > stride:
        reader["stride"].refuse("must be a power of two, as the base, and not less")
    most = reader["most"].whole(2, MOST_CHECKPOINTS)
    start = entry_of(reader["start"])
    entries = [entry_of(entry) for entry in reader["entries"].entries(most)]
    newest = None if reader["newest"].absent else entry_of(reader["newest"])
    there = [start, *entries] + ([] if newest is None else [newest])
    if any(one.step >= other.step for one, other in pairwise(there)):
        reader["entries"].refuse("must follow each other step by step")
    return Thinned.of_state(ThinnedState(base, stride, most, start, entries, newest))


def _readings_value(readings: GaugeState) -> Value:
    return {
        "readings": {
            name: [None if number is None else number_value(number) for number in reading]
            for name, reading in readings.readings.items()
        },
        "points_losses": {name: number_value(loss) for name, loss in readings.points_losses.items()},
        "penalty": number_value(readings.penalty),
    }


def _readings_of(reader: Reader) -> GaugeState:
    readings = {}
    for name in reader["readings"].names():
        numbers = reader["readings"][name].entries()
        if len(numbers) != 2 or name not in ("train", "test"):
            reader["readings"].refuse("must be a loss and an accuracy of train and test")
        loss, share = (None if number.absent else number.any_number() for number in numbers)
        readings[name] = loss, share
    losses = reader["points_losses"]
    return GaugeState(
        readings, {name: losses[name].any_number() for name in losses.names()}, reader["penalty"].any_number()
    )


# Checkpoints and updates --------------------------------------------------------------------------------


def checkpoint_value(checkpoint: Checkpoint) -> Value:
    """Return what stands in a session for a checkpoint."""
    return {
        "step": checkpoint.step,
        "theta": checkpoint.theta,
        "optimizer": checkpoint.optimizer,
        "hyperparameters": dict(checkpoint.hyperparameters),
        "state": dict(checkpoint.optimizer_state),
        **batches_value(checkpoint.batches),
    }


def checkpoint_of(reader: Reader, experiment: Experiment) -> Checkpoint:
    """Return the checkpoint of such a value, of a run of this experiment."""
    size = experiment.n_parameters
    name, hyperparameters = _hyperparameters_of(reader)
    state = optimizer_state_of(reader["state"], size)
    try:
        make_optimizer(name).load_state(state)
    except ValueError:
        reader["state"].refuse(f"is no state of {name}")
    step, theta = reader["step"].whole(), reader["theta"].floats(size)
    return Checkpoint(step, theta, name, hyperparameters, state, batches_of(reader))


def _hyperparameters_of(reader: Reader) -> tuple[str, dict[str, Any]]:
    """Return the name of an optimiser and its hyperparameters."""
    name, given = reader["optimizer"].choice(tuple(OPTIMIZERS)), reader["hyperparameters"]
    given.names()
    try:
        return name, dict(make_optimizer(name, **given.value).hyperparameters)
    except (TypeError, ValueError, OverflowError):
        given.refuse(f"are none of {name}")


def optimizer_state_of(reader: Reader, size: int | None) -> dict[str, Any]:
    """Return the state of an optimiser of this many numbers (None: any), "step" too where it is there."""
    state: dict[str, Any] = {}
    for name in reader.names():
        state[name] = reader[name].whole() if name == "step" else reader[name].floats(size)
    return state


def batches_value(batches: BatchState) -> dict[str, Value]:
    """Return the two fields that stand in a session for the order of the batches.

    random is empty where the problem has no batches, and so nothing that is drawn.
    """
    numbers: list[int] = []
    if generator := batches.random:
        state = generator["state"]
        numbers = [state["state"], state["inc"], generator["has_uint32"], generator["uinteger"]]
    return {
        "batches": [batches.batch_size, batches.epochs, batches.position],
        "random": [int(number) for number in numbers],
    }


def batches_of(reader: Reader) -> BatchState:
    """Return the order of the batches of an object that has these fields."""
    batches, random = reader["batches"].entries(3), reader["random"].entries(4)
    if len(batches) != 3 or len(random) not in (0, 4):
        reader["batches"].refuse("must be size, epochs and position, and random four numbers")
    size, epochs, position = batches
    batch_size = None if size.absent else size.whole(1)
    if not random:
        return BatchState(batch_size, epochs.whole(), position.whole(), {})
    state, increment, has_half, half = (
        number.whole(0, 2**bits - 1) for number, bits in zip(random, (128, 128, 1, 32), strict=True)
    )
    generator = {
        "bit_generator": _GENERATOR,
        "state": {"state": state, "inc": increment},
        "has_uint32": has_half,
        "uinteger": half,
    }
    return BatchState(batch_size, epochs.whole(), position.whole(), generator)


def _update_value(update: Update) -> Value:
    optimizer = update.optimizer
    return {
        "step": update.step,
        "theta": update.theta,
        "gradient": update.gradient,
        "learning_rate": update.learning_rate,
        "optimizer": optimizer.name,
        "hyperparameters": dict(optimizer.hyperparameters),
        "count": optimizer.count,
        "before": dict(optimizer.before),
        "after": dict(optimizer.after),
    }


def _update_of(reader: Reader, size: int) -> Update:
    name, hyperparameters = _hyperparameters_of(reader)
    before, after = (optimizer_state_of(reader[part], size) for part in ("before", "after"))
    if "step" in before or "step" in after:
        reader["before"].refuse("must hold vectors, as after")
    optimizer = OptimizerStep(name, hyperparameters, reader["count"].whole(), before, after)
    theta, gradient = reader["theta"].floats(size), reader["gradient"].floats(size)
    return Update(theta, gradient, reader["learning_rate"].number(), reader["step"].whole(), optimizer)


# Histories ----------------------------------------------------------------------------------------------


def _history_value(history: HistoryState, log: Sequence[Change]) -> Value:
    """Return the session's value for a history.

    log is that of the run; a history whose log is its beginning has a number for it.
    """
    changes = history.changes
    begins = tuple(log[: len(changes)]) == changes
    return {
        "curves": {name: series_value(series) for name, series in history.series.items()},
        "path": path_value(history.path),
        "changes": len(changes) if begins else log_value(changes),
        **gaps_value(history.gaps),
    }


def _history_of(reader: Reader, parts: _Parts, step: int) -> History:
    """Return the history of a run at this step."""
    curves = reader["curves"]
    series = {name: series_state_of(curves[name], step) for name in CURVES}
    path = path_state_of(reader["path"], parts.experiment.n_parameters, step)
    changes = reader["changes"]
    if isinstance(changes.value, int):
        log = parts.log[: changes.whole(0, len(parts.log))]
    else:
        log = log_of(changes, parts.experiment)
    if log and log[-1].step > step:
        changes.refuse(f"must not come after step {step}")
    gaps = gaps_of(reader, step)
    try:
        return History.of_state(HistoryState(series, path, log, gaps))
    except ValueError as error:
        reader.refuse(f"is no history ({error})")


def series_value(series: SeriesState) -> Value:
    """Return what stands in a session for a curve."""
    value: dict[str, Value] = {"steps": series.steps, "values": series.values}
    if (earlier := series.earlier) is not None:
        value["earlier"] = earlier._asdict()
    return value


def series_state_of(reader: Reader, step: int = MOST) -> SeriesState:
    """Return the curve of such a value, of a run at this step."""
    earlier = None
    if "earlier" in reader:
        full = reader["earlier"]
        earlier = FullSeries(full["thinned_for"].whole(), *_curve_of(full, step))
    steps, values = _curve_of(reader, step)
    if len(steps) > CAPACITY:
        reader.refuse(f"must have at most {CAPACITY} entries")
    return SeriesState(steps, values, earlier)


def _curve_of(reader: Reader, step: int) -> tuple[Array, Array]:
    steps = reader["steps"].steps(step)
    return steps, reader["values"].floats(len(steps))


def path_value(path: PathState) -> Value:
    """Return what stands in a session for a path."""
    earlier = path.earlier
    value = _points_value(path)
    if earlier is not None:
        value["earlier"] = {"thinned_for": earlier.thinned_for, **_points_value(earlier)}
    return value


def _points_value(path: PathState | FullPath) -> dict[str, Value]:
    return {
        "level": path.level,
        "marks_level": path.marks_level,
        "fine": list(path.fine),
        "steps": path.steps,
        "special": path.special,
        "points": path.points,
    }


def path_state_of(reader: Reader, size: int, step: int = MOST) -> PathState:
    """Return the path of such a value, of θ so long, of a run at this step."""
    earlier = None
    if "earlier" in reader:
        full = reader["earlier"]
        earlier = FullPath(full["thinned_for"].whole(), *_points_of(full, size, step))
    return PathState(*_points_of(reader, size, step), earlier)


def _points_of(reader: Reader, size: int, step: int) -> tuple[int, int, Fine, Array, Array, Array]:
    steps = reader["steps"].steps(step)
    count = len(steps)
    special, points = reader["special"].flags(count), reader["points"].floats(count, size)
    if not count or steps[0] != 0 or not special[0]:
        reader["steps"].refuse("must begin with 0, which is special")
    fine = [entry.whole(0, CAPACITY) for entry in reader["fine"].entries(2)]
    if len(fine) != 2:
        reader["fine"].refuse("must be two numbers")
    level, marks_level = (reader[name].whole(0, HIGHEST_LEVEL) for name in ("level", "marks_level"))
    return level, marks_level, Fine(*fine), steps, special, points
