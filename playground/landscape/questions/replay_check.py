"""The question whether a run, replayed here from its start, comes to the θ that a file carries."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from playground.arrays import Floats
from playground.engine.recording.marks import Marks, digest
from playground.engine.trainer import Trainer
from playground.experiment import Change
from playground.landscape.pieces import Pieces
from playground.landscape.questions.context import Context
from playground.landscape.questions.question import RunAnswer, RunQuestion

PIECE = 0.004
"""Seconds of one piece of the replay."""


@dataclass(frozen=True, eq=False)
class ReplayAnswer(RunAnswer):
    """How far the replay went, and where it parted from the run.

    step     of the run
    reached  the step at which the replay ended: that of the run, or an earlier one
    stopped  whether that was for want of time
    agreed   the last step before `parted` at which θ was the same bit by bit; 0 where none was compared
    parted   the first step at which it was compared and was not; None without such a step
    off      the largest difference of an entry of θ at the run's step; NaN where that was not reached
    """

    reached: int
    stopped: bool
    agreed: int
    parted: int | None
    off: float

    @property
    def same(self) -> bool:
        """Whether the replay came to the θ of the run, bit by bit."""
        return self.reached == self.step and self.parted is None


@dataclass(frozen=True, eq=False)
class ReplayQuestion(RunQuestion):
    """A question for a replay of the run up to its step.

    theta (P,), in working order, is what the run has there; changes is its log, marks may be empty.
    most_seconds is the processor time that the replay may take.
    """

    slot = "replay"

    theta: Floats
    changes: tuple[Change, ...]
    marks: Marks
    most_seconds: float

    @property
    def patient(self) -> bool:
        return True

    def answers(self, context: Context) -> Iterator[ReplayAnswer | None]:
        replay = _Replay(Trainer(context.experiment, context.first_problem), self.changes, self.most_seconds)
        agreed, parted = 0, None
        for step, expected in zip(self.marks.steps, self.marks.digests, strict=True):
            if step >= self.step or parted is not None:
                break
            yield from replay.go_to(step)
            if replay.stopped:
                break
            if replay.step == step and digest(replay.trainer.parameters) == expected:
                agreed = step
            else:
                parted = step
        yield from replay.go_to(self.step)
        off = math.nan
        if replay.step == self.step:
            theta = replay.trainer.snapshot().checkpoint.theta
            # As bytes: 0 and −0 differ.
            if theta.tobytes() == self.theta.tobytes():
                parted = None
            elif parted is None:
                parted = self.step
            with np.errstate(all="ignore"):
                off = float(np.abs(theta - self.theta).max())
        elif not replay.stopped:
            # It diverged, and the run made a step from there.
            parted = min(replay.step + 1, self.step if parted is None else parted)
        yield ReplayAnswer(self.run, self.step, replay.step, replay.stopped, agreed, parted, off)


class _Replay:
    """A run that follows a log, in pieces, as long as its time lasts."""

    def __init__(self, trainer: Trainer, changes: tuple[Change, ...], most_seconds: float):
        self.trainer = trainer
        self.stopped = False
        self._changes = changes
        self._next = 0
        self._seconds_left = most_seconds
        self._piece = 1

    @property
    def step(self) -> int:
        return self.trainer.step

    def go_to(self, step: int) -> Pieces[None]:
        """Go on to a step, with the changes that were made there; not further than it diverges or may."""
        while not self.stopped:
            began = time.thread_time()
            due = self._changes[self._next].step if self._next < len(self._changes) else step + 1
            if due <= self.step:
                self._make_changes(step)
            elif self.step < step and not self.trainer.diverged:
                self._advance(min(step, due))
            else:
                return
            self._seconds_left -= time.thread_time() - began
            self.stopped = self._seconds_left <= 0.0
            yield

    def _make_changes(self, step: int) -> None:
        """Make the changes that are due, as far as they fit into a piece."""
        until = time.perf_counter() + PIECE
        while self._next < len(self._changes) and self._changes[self._next].step <= self.step:
            self.trainer.make(self._changes[self._next])
            self._next += 1
            if time.perf_counter() > until:
                return

    def _advance(self, step: int) -> None:
        """Make as many steps as fit into a piece, to this one at most."""
        began, before = time.perf_counter(), self.step
        self.trainer.advance(min(self._piece, step - before))
        made, seconds = self.step - before, time.perf_counter() - began
        fits = int(made * PIECE / (seconds + 1e-9))
        # A piece that a change has cut short does not show that twice as many would fit.
        longest = 2 * self._piece if made == self._piece else self._piece
        self._piece = max(1, min(longest, fits))
