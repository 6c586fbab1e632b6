"""The state that training acts on: the run, the fork that continues it, and the viewed moment."""

from __future__ import annotations

from playground.engine.branches.fork import Fork
from playground.engine.trainer import Trainer
from playground.lab.training.runs import Run
from playground.lab.training.viewed_moment import ViewedMoment


class CurrentRun:
    """The present run; None before the first, and after a fault. Only the training thread uses it."""

    def __init__(self) -> None:
        self.run: Run | None = None
        self.fork: Fork | None = None
        self.viewed = ViewedMoment()

    @property
    def runner(self) -> Fork | Trainer | None:
        """The run or fork that takes the next step; None without a run."""
        return self.fork or (self.run.trainer if self.run is not None else None)

    def run_of(self, number: int | None) -> Run | None:
        """Return the present run, if it has or had this number; None: the present run in any case."""
        run = self.run
        return run if run is not None and (number is None or run.first <= number <= run.number) else None

    def set_run(self, run: Run | None) -> None:
        """Make this the present run, without a fork and at its newest step; None: no run."""
        self.run, self.fork = run, None
        self.viewed.leave()
