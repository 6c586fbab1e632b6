"""Snapshots made up of plain numbers: four parameters on the plane of plain_data."""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.engine.recording.run_view import RunView
from playground.experiment import Change, Experiment
from playground.lab.snapshot import PAUSED, Snapshot
from tests.support.plain_data import history_of

OFF = 0.5
"""How far the parameters lie off the plane."""


def view_of(step: int, others: tuple[Change, ...] = (), loss: float = 0.25) -> RunView:
    """A run that has walked along (t, −t, 0, 0), and stands OFF beside that path now."""
    experiment = Experiment()
    no_checkpoint: Any = None
    return RunView(
        experiment=experiment,
        settings=experiment.training,
        step=step,
        epoch=0,
        parameters=np.array([step, -step, OFF, 0.0]),
        train_loss=loss,
        test_loss=np.nan,
        train_accuracy=np.nan,
        test_accuracy=np.nan,
        history=history_of(np.full(step + 1, loss), others=others),
        last_update=None,
        diverged=False,
        checkpoint=no_checkpoint,
    )


def snapshot_of(step: int, run: int = 1, state: str = PAUSED, earlier: bool = False, **of: Any) -> Snapshot:
    """A snapshot of such a run; earlier: the run stands ten steps farther."""
    view = view_of(step, **of)
    no_problem: Any = None
    return Snapshot(run, view, state, 0.0, no_problem, now=view_of(step + 10) if earlier else None)
