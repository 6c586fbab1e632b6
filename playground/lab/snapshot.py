"""A snapshot of the run, which the training thread hands to the window about sixty times a second."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from zlib import crc32

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
    """A run at one moment. Nothing in it changes afterwards.

    run is the number of the run: with another one, whatever was asked about it is asked again. since is the
    number under which it began, or its parameters were last set by hand (None: run): one that continues with
    other points has another run and the same since. state is the state of the lab at that moment,
    steps_per_second the speed over the last half second (0 while nothing runs). problem is what the run
    minimises; its penalties are the present ones, and those of view are in view.settings. now is the run at
    its newest step where view is an earlier moment, and None otherwise. fork is the fork that continues view,
    None where there is none. finished names the stop condition that has been met; empty where none has.
    instruction is the number of the last instruction that was carried out or refused: see Lab.reached().
    begun_at is the step at which the window took the run up: 0 unless it was opened, brought back or branched
    off.
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
    begun_at: int = 0
    since: int | None = None

    def __post_init__(self) -> None:
        if self.since is None:
            object.__setattr__(self, "since", self.run)

    @property
    def samples(self) -> Samples:
        """The points of the network: the same object for a whole run. For views that need a network.

        Raises LookupError where the problem is no network on data: see View.needs_network.
        """
        from playground.engine.problem_of_experiment import network_on_data

        on_data = network_on_data(self.problem)
        if on_data is None:
            raise LookupError("the run has no network.")
        return on_data.samples

    @property
    def moment(self) -> bool:
        """Whether view is an earlier moment."""
        return self.now is not None

    @property
    def whole(self) -> RunView:
        """The run at its newest step, whatever moment view is."""
        return self.view if self.now is None else self.now


def moment_of(snapshot: Snapshot) -> tuple[int, int, int]:
    """Return what tells one set of parameters of one run from another.

    A step does not: parameters that are dragged by hand change while it stays.
    """
    return snapshot.run, snapshot.view.step, crc32(snapshot.view.parameters.tobytes())


def has_work(snapshot: Snapshot) -> bool:
    """Return whether there is something to go on with: a step was made, or something changed."""
    view = snapshot.whole
    return view.step > 0 or len(view.history.changes) > 0 or snapshot.fork is not None
