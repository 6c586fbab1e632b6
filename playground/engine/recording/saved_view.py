"""A run to be looked at, as values of a session and back: what it has recorded, nothing to go on with.

A view is an object of

    experiment   as the run was started
    training     the live settings
    step, epoch, diverged
    parameters   θ (P,)
    losses       the numbers of RunView by their names there
    curves       steps and values of each, by the names in CURVES
    path         steps (m,) and points (m, P)
    log          the changes
    gaps         where there are any, as engine.recording.gaps writes them
    checkpoint   as in engine.recording.saved_run
"""

from __future__ import annotations

from types import MappingProxyType

from playground.engine.painted_points import painted_by_log
from playground.engine.recording.gaps import gaps_of, gaps_value
from playground.engine.recording.history import CURVES, HistoryView
from playground.engine.recording.run_view import RunView
from playground.engine.recording.saved_run import (
    checkpoint_of,
    checkpoint_value,
    experiment_of,
    experiment_value,
    live_of,
    log_of,
    log_value,
    settings_value,
)
from playground.engine.recording.series import Curve
from playground.session_values import Reader, number_value
from playground.sessions import Value

_NUMBERS = (
    "train_loss",
    "test_loss",
    "train_accuracy",
    "test_accuracy",
    "train_points_loss",
    "test_points_loss",
    "penalty",
)


def run_view_value(view: RunView) -> Value:
    """Return what stands in a session for a view of a run."""
    history = view.history
    return {
        "experiment": experiment_value(view.experiment),
        "training": settings_value(view.settings),
        "step": view.step,
        "epoch": view.epoch,
        "diverged": view.diverged,
        "parameters": view.parameters,
        "losses": {name: number_value(getattr(view, name)) for name in _NUMBERS},
        "curves": {name: curve._asdict() for name, curve in history.curves.items()},
        "path": {"steps": history.path_steps, "points": history.path},
        "log": log_value(history.changes),
        **gaps_value(history.gaps),
        "checkpoint": checkpoint_value(view.checkpoint),
    }


def run_view_of(reader: Reader) -> RunView:
    """Return the view of such a value, without its last update. Raises SessionError."""
    experiment = experiment_of(reader["experiment"])
    settings = live_of(experiment, reader["training"]).training
    history = _history_of(reader, reader["step"].whole(), experiment.n_parameters)
    size, step = experiment.n_parameters, reader["step"].whole()
    losses = reader["losses"]
    return RunView(
        experiment=experiment,
        settings=settings,
        step=step,
        epoch=reader["epoch"].whole(),
        parameters=reader["parameters"].floats(size),
        history=history,
        last_update=None,
        diverged=reader["diverged"].flag(),
        checkpoint=checkpoint_of(reader["checkpoint"], experiment),
        **{name: losses[name].any_number() for name in _NUMBERS},
        data=painted_by_log(experiment.data, history.changes),
    )


def _history_of(reader: Reader, step: int, size: int) -> HistoryView:
    curves = {}
    for name in CURVES:
        curve = reader["curves"][name]
        steps = curve["steps"].steps(step)
        curves[name] = Curve(steps, curve["values"].floats(len(steps)))
    path = reader["path"]
    steps = path["steps"].steps(step)
    if not len(steps):
        path["steps"].refuse("must hold at least one step")
    points = path["points"].floats(len(steps), size)
    experiment = experiment_of(reader["experiment"])
    log, gaps = log_of(reader["log"], experiment), gaps_of(reader, step)
    return HistoryView(MappingProxyType(curves), steps, points, log, gaps)
