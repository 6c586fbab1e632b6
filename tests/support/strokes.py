"""Changes of the points of a run, for tests."""

from __future__ import annotations

from typing import Any

from playground.engine.trainer import Trainer
from playground.experiment import Change, DataSettings, Experiment, NetworkSettings, TrainingSettings

TABLE = "data.table"


def stroke(**parts: Any) -> dict[str, Any]:
    """Return the value of a change of the points, as a log keeps it."""
    return {"added": [], "removed": [], "moved": [], **parts}


def small(batch_size: int | None = None, **data: Any) -> Experiment:
    """Return a small experiment on forty generated points."""
    return Experiment(
        DataSettings(**{"points": 40, "standardize": True, **data}),
        NetworkSettings((3,)),
        TrainingSettings(batch_size=batch_size, learning_rate=0.2),
    )


def painted_run(batch_size: int | None = 7, **data: Any) -> Trainer:
    """Return a run that was painted on, moved on and erased on while it trained."""
    trainer = Trainer(small(batch_size, **data))
    trainer.advance(13)
    trainer.change(TABLE, stroke(added=[[1.0, 2.0, 1], [0.5, -1.0, 0], [3.0, 3.0, 1]]))
    trainer.advance(300)
    trainer.change(TABLE, stroke(removed=[0, 35, 41], moved=[[2, [0.25, 0.5, 1]]]))
    trainer.change("training.learning_rate", 0.1)
    trainer.change(TABLE, stroke(added=[[-1.0, 0.0, 0]]))
    trainer.advance(51)
    return trainer


def strokes_of(trainer: Trainer) -> list[Change]:
    """Return the changes of the points in the log of a run."""
    return [change for change in trainer.history.changes if change.field == TABLE]
