"""What the training thread hands to the window, about sixty times a second."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from playground.engine.branches.fork import ForkView
    from playground.engine.datasets import Samples
    from playground.engine.problem import Problem
    from playground.engine.recording.run_view import RunView

READY: Final = "ready"
RUNNING: Final = "running"
PAUSED: Final = "paused"
DIVERGED: Final = "diverged"
FAILED: Final = "failed"


@dataclass(frozen=True)
class Snapshot:
    """One moment of one run; nothing in it changes afterwards.

    run is the number of the run, state the state of the lab at that moment, steps_per_second what was
    measured over the last half second (0 while nothing runs). problem is what the run minimises; its
    penalties are those of now, and those of view are in view.settings.
    now is the run as it stands where view is an earlier moment of it, and None where view is now. fork is
    the fork that goes on from view, None where there is none. finished says which condition to stop at has
    been met; empty where none has. instruction is the number of the last instruction that was carried
    out or refused: see Lab.reached().
    """

    run: int
    view: RunView
    state: str
    steps_per_second: float
    problem: Problem
    now: RunView | None = None
    fork: ForkView | None = None
    finished: str = ""
    instruction: int = 0

    @property
    def samples(self) -> Samples:
        """The points of the network: the same object for a whole run; for views that need a network.

        Raises LookupError where the problem is no network on data: see View.needs_network.
        """
        from playground.engine.problem_of_experiment import network_on_data

        on_data = network_on_data(self.problem)
        if on_data is None:
            raise LookupError("the run has no network.")
        return on_data.samples

    @property
    def moment(self) -> bool:
        """Whether an earlier moment is looked at."""
        return self.now is not None

    @property
    def whole(self) -> RunView:
        """The run as it stands, whatever moment is looked at."""
        return self.view if self.now is None else self.now
