"""A run with what belongs to it, and the runs that Undo and Redo bring back."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from playground.engine.recording.followed_log import FollowedLog
from playground.engine.recording.run_state import RunState
from playground.engine.trainer import Trainer
from playground.experiment import Change, Experiment


@dataclass
class Run:
    """A trainer, the number under which the window knows it, and the log of changes that it follows.

    name is what the user calls it: the file that it was opened from or saved to, empty where there is none.
    since is its first number: it has another for each time that its weights were set by hand. Those that it
    had before it was left and brought back are earlier.
    """

    trainer: Trainer
    number: int
    log: FollowedLog = field(default_factory=FollowedLog)
    name: str = ""
    earlier: frozenset[int] = frozenset()
    since: int = field(init=False)

    def __post_init__(self) -> None:
        self.since = self.number

    @staticmethod
    def begin(experiment: Experiment, number: int, changes: Sequence[Change] = (), name: str = "") -> Run:
        run = Run(Trainer(experiment), number, FollowedLog(changes), name)
        run.log.apply(run.trainer)
        return run

    @property
    def experiment(self) -> Experiment:
        """The experiment with the training settings of this moment: what starting again would start."""
        return replace(self.trainer.experiment, training=self.trainer.settings)

    @property
    def numbers(self) -> frozenset[int]:
        """Those under which the window knows it or has known it."""
        return self.earlier.union(range(self.since, self.number + 1))

    def kept(self) -> LeftRun:
        """The run as it is now, to be taken up later."""
        return LeftRun(self.trainer.snapshot(), self.log.rest, self.name, self.numbers)

    def set_by_hand_from(self, other: Run) -> bool:
        """Whether this is the other run, gone on from where that stands with weights that were set."""
        step, after = other.trainer.step, self.trainer.history.changes
        # Weights that are set twice at one step are in the log once.
        before = [c for c in other.trainer.history.changes if (c.step, c.field) != (step, "parameters")]
        if self.trainer.experiment != other.trainer.experiment or list(after[: len(before)]) != before:
            return False
        return [(c.step, c.field) for c in after[len(before) :][:1]] == [(step, "parameters")]

    @property
    def untouched(self) -> bool:
        """Whether nothing would be lost with it."""
        return self.trainer.step == 0 and not self.trainer.history.changes


@dataclass(frozen=True)
class LeftRun:
    """A run that was left: all that it takes to go on with it, without the working memory of a trainer."""

    state: RunState
    log: tuple[Change, ...]
    name: str = ""
    numbers: frozenset[int] = frozenset()
    """Those under which the window knew it."""

    def renumbered(self, shift: int) -> LeftRun:
        """The same in a window that has used so many numbers."""
        return replace(self, numbers=frozenset(number + shift for number in self.numbers))

    def restored(self, number: int) -> Run:
        """The run as it was left, under a new number."""
        trainer = Trainer(self.state.experiment)
        trainer.restore(self.state)
        return Run(trainer, number, FollowedLog(self.log), self.name, self.numbers)


class UndoStack:
    """Old runs in the order in which they were left; the oldest of too many is dropped."""

    LIMIT = 12

    def __init__(self) -> None:
        self._past: deque[LeftRun] = deque(maxlen=self.LIMIT)
        self._future: deque[LeftRun] = deque(maxlen=self.LIMIT)
        self._last_reason = ""

    @property
    def can_undo(self) -> bool:
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        return bool(self._future)

    def push(self, run: Run, reason: str) -> None:
        """Keep the run that a new one replaces.

        Dragging one control through many values starts many runs: of those that never took a step and
        were left for the same reason as the one before, none is kept.
        """
        if not (run.untouched and reason and reason == self._last_reason):
            self._past.append(run.kept())
        self._future.clear()
        self._last_reason = reason

    @property
    def runs(self) -> tuple[tuple[LeftRun, ...], tuple[LeftRun, ...]]:
        """Those that Undo and those that Redo brings back, the next one last."""
        return tuple(self._past), tuple(self._future)

    def replace(self, past: Sequence[LeftRun], future: Sequence[LeftRun]) -> None:
        """Bring back these from now on."""
        self._past, self._future = deque(past, self.LIMIT), deque(future, self.LIMIT)
        self._last_reason = ""

    def name_run(self, number: int, name: str) -> None:
        """The user calls this run so from now on."""
        for runs in (self._past, self._future):
            for index, kept in enumerate(runs):
                if number in kept.numbers:
                    runs[index] = replace(kept, name=name)

    def undo(self, present: Run | None) -> LeftRun | None:
        """The run before the present one."""
        return self._swap(self._past, self._future, present)

    def redo(self, present: Run | None) -> LeftRun | None:
        """The run that the last undo left."""
        return self._swap(self._future, self._past, present)

    def _swap(self, source: deque[LeftRun], target: deque[LeftRun], present: Run | None) -> LeftRun | None:
        if not source:
            return None
        if present is not None:
            target.append(present.kept())
        self._last_reason = ""
        return source.pop()
