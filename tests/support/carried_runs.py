"""Figures whose carried run was changed, as by another machine, another version or another program."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from playground.engine.recording.run_view import RunView
from playground.engine.trainer import Trainer
from playground.experiment import Experiment
from playground.export.carried_run import carried_run
from playground.export.figures import loss_figure
from playground.export.page import Page
from playground.export.picture import picture_bytes
from playground.sessions import Session, load_session, save_session

SMALL_PAGE = Page(40, 30, dpi=72, text_pt=4, caption=False)


def steered(steps: int = 150) -> Trainer:
    """A run whose α was changed three times."""
    trainer = Trainer(Experiment().with_value("training.batch_size", 16))
    for rate in (0.1, 2.0, 0.5):
        trainer.advance(steps // 4)
        trainer.learning_rate = rate
    trainer.advance(steps - trainer.step)
    return trainer


def changed(run: bytes, change: Callable[[dict[str, Any]], None]) -> bytes:
    """Return a carried run after change(value of the run)."""
    value = dict(load_session(io.BytesIO(run)).run)
    change(value)
    file = io.BytesIO()
    save_session(file, Session(run=value))
    return file.getvalue()


def move_theta(value: dict[str, Any]) -> None:
    """Change the last bit of one number of θ at the run's step."""
    row = value["now"]["checkpoint"]
    checkpoint = value["checkpoints"][row]
    theta = checkpoint["theta"].copy()
    theta[0] = np.nextafter(theta[0], np.inf)
    value["checkpoints"][row] = {**checkpoint, "theta": theta}


def figure_file(view: RunView, format_: str = "png", run: bytes | None = None) -> bytes:
    """Return a figure of a run. run: what it carries, in place of this run."""
    carried = carried_run(view) if run is None else run
    return picture_bytes(loss_figure(view), replace(SMALL_PAGE, format=format_), carried)


def far_ahead(view: RunView, step: int) -> RunView:
    """Return a view that claims to be this many steps further than it is, as nobody has the time to go."""
    checkpoint = view.checkpoint._replace(step=step)
    return replace(view, step=step, checkpoint=checkpoint)
