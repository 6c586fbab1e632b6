"""A run put aside."""

from __future__ import annotations

from dataclasses import dataclass

from playground.engine.recording.checkpoints import Thinned
from playground.engine.recording.history import History
from playground.engine.stepping.descent import Checkpoint, Update
from playground.experiment import Experiment


@dataclass(frozen=True)
class RunState:
    """A run at one step, complete and immutable; Trainer.restore goes on from it bit by bit.

    settled: the live values have been taken over for the next step.
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
