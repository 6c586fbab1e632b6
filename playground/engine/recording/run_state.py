"""The state of a run, from which it can continue."""

from __future__ import annotations

from dataclasses import dataclass

from playground.engine.recording.checkpoints import Thinned
from playground.engine.recording.history import History
from playground.engine.stepping.descent import Checkpoint, Update
from playground.experiment import Experiment


@dataclass(frozen=True)
class RunState:
    """A run at one step, complete and immutable; Trainer.restore continues from it bit by bit.

    settled: whether the live values have been applied to the next step.
    """

    experiment: Experiment
    live: Experiment
    checkpoint: Checkpoint
    last_finite: Checkpoint
    last_update: Update | None
    history: History
    diverged: bool
    checkpoints: Thinned[Checkpoint]
    settled: bool

    @property
    def step(self) -> int:
        """Steps made."""
        return self.checkpoint.step
