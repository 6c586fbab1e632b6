"""What training acts on: the run, the fork that continues it, and the moment that is looked at."""

from __future__ import annotations

from playground.engine.branches.fork import Fork
from playground.engine.trainer import Trainer
from playground.lab.training.runs import Run
from playground.lab.training.viewed_moment import ViewedMoment


class CurrentRun:
    """The present run (None before the first, and after a fault); touched by the training thread alone."""

    def __init__(self) -> None:
        self.run: Run | None = None
        self.fork: Fork | None = None
        self.viewed = ViewedMoment()

    @property
    def runner(self) -> Fork | Trainer | None:
        """What the next step is made with."""
        return self.fork or (self.run.trainer if self.run is not None else None)

    def run_of(self, number: int | None) -> Run | None:
        """The present run, if it has or had this number; None: whichever it is."""
        run = self.run
        return run if run is not None and (number is None or run.since <= number <= run.number) else None

    def set_run(self, run: Run | None) -> None:
        """Another run takes the place, as it stands now; None: there is none."""
        self.run, self.fork = run, None
        self.viewed.leave()
