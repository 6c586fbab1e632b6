"""A run with what belongs to it, and a run that was left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from playground.engine.painted_points import started_again
from playground.engine.recording.followed_log import FollowedLog
from playground.engine.recording.run_state import RunState
from playground.engine.trainer import Trainer
from playground.experiment import Change, Experiment


class Beginning(NamedTuple):
    """All that a run is before its first step and change: its experiment, the log to follow, its name."""

    experiment: Experiment
    log: tuple[Change, ...]
    name: str


@dataclass
class Run:
    """A trainer, its number in the window, and the log of changes that it follows.

    name is the user's name for it: the file that it was opened from or saved to, empty where there is none.
    first is its first number: it receives another each time that its parameters are set by hand, or other
    points are shown. since is the number under which it began, or its parameters were last set by hand: with
    other points alone it is the same run to the window. earlier holds the numbers that it had before it was
    left and brought back. begun_at is its step when the window took it up: 0 unless it was opened, brought
    back or branched off.
    """

    trainer: Trainer
    number: int
    log: FollowedLog = field(default_factory=FollowedLog)
    name: str = ""
    earlier: frozenset[int] = frozenset()
    first: int = field(init=False)
    since: int = field(init=False)
    begun_at: int = field(init=False)

    def __post_init__(self) -> None:
        self.first = self.since = self.number
        self.begun_at = self.trainer.step

    @staticmethod
    def begin(experiment: Experiment, number: int, changes: Sequence[Change] = (), name: str = "") -> Run:
        run = Run(Trainer(experiment), number, FollowedLog(changes), name)
        run.log.apply(run.trainer)
        return run

    @property
    def experiment(self) -> Experiment:
        """The experiment with the present settings and points, which starting again would use."""
        experiment, trainer = self.trainer.experiment, self.trainer
        return replace(experiment, training=trainer.settings, data=started_again(trainer.data))

    @property
    def numbers(self) -> frozenset[int]:
        """All numbers that this run has or had in the window."""
        return self.earlier.union(range(self.first, self.number + 1))

    def left(self) -> LeftRun:
        """Return the run as it is now, to be continued later."""
        return LeftRun(self.trainer.snapshot(), self.log.rest, self.name, self.numbers)

    def set_by_hand_from(self, other: Run) -> bool:
        """Return whether this run continues the other from its newest step, with parameters set there."""
        step, after = other.trainer.step, self.trainer.history.changes
        # Parameters that are set twice at one step are in the log once.
        before = [c for c in other.trainer.history.changes if (c.step, c.field) != (step, "parameters")]
        if self.trainer.experiment != other.trainer.experiment or list(after[: len(before)]) != before:
            return False
        return [(c.step, c.field) for c in after[len(before) :][:1]] == [(step, "parameters")]

    @property
    def untouched(self) -> bool:
        """Whether nothing would be lost with it: no step and no change."""
        return self.trainer.step == 0 and not self.trainer.history.changes

    @property
    def beginning(self) -> Beginning | None:
        """What it would begin anew as; None where something would be lost with it."""
        return Beginning(self.experiment, self.log.rest, self.name) if self.untouched else None


@dataclass(frozen=True)
class LeftRun:
    """A run that was left: all that is needed to continue it, without the working memory of a trainer."""

    state: RunState
    log: tuple[Change, ...]
    name: str = ""
    numbers: frozenset[int] = frozenset()
    """All numbers that it had in the window."""

    @property
    def beginning(self) -> Beginning | None:
        """As that of a Run."""
        untouched = self.state.step == 0 and not self.state.history.changes
        return Beginning(self.state.live, self.log, self.name) if untouched else None

    def renumbered(self, shift: int) -> LeftRun:
        """Return the same for a window that has already used this many numbers."""
        return replace(self, numbers=frozenset(number + shift for number in self.numbers))

    def restored(self, number: int) -> Run:
        """Return the run as it was left, under a new number."""
        trainer = Trainer(self.state.experiment)
        trainer.restore(self.state)
        return Run(trainer, number, FollowedLog(self.log), self.name, self.numbers)
