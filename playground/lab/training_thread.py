"""The thread that advances the trainer."""

from __future__ import annotations

import math
import traceback
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QThread, Signal
from threadpoolctl import threadpool_limits

from playground.engine.fork import Fork, Plan
from playground.engine.moments import branch_at
from playground.engine.stopping import Stop, finished
from playground.experiment import Experiment, ExperimentError
from playground.lab import words
from playground.lab.inbox import Command, Inbox
from playground.lab.latest import Latest
from playground.lab.pacing import Gate, Metronome, Pace, SpeedMeter, SwitchInterval, clock
from playground.lab.past import Past
from playground.lab.restarts import NextRun, Restart
from playground.lab.runs import KeptRun, Run, Shelf
from playground.lab.snapshot import DIVERGED, FAILED, PAUSED, READY, RUNNING, Snapshot

Array = np.ndarray

RATE = "training.learning_rate"

USUAL_SPEED = 60.0
"""Steps per second, until another speed is chosen."""
SHOWN_EVERY = 1 / 60
UNSEEN_EVERY = 0.1
SHARE_OF_PUBLISHING, SHARE_OF_PAINTING = 0.15, 0.5
"""Where making a snapshot takes long, or showing it does, there are fewer: this much of the time at most."""


class TrainingThread(QThread):
    """Carries out commands between steps, and publishes snapshots into a mailbox with one slot.

    Every public method may be called from any thread and returns at once; the state of a run is touched
    by this thread alone.
    """

    state_changed = Signal(str)
    run_begun = Signal(int, object, str, int, str)
    """Number of the run, its experiment with the settings of now, a sentence, number of the last order, and
    what the user calls the run."""
    run_left = Signal(object, int)
    """The RunView of a run that goes on from an earlier step on another branch, and that step."""
    diverged = Signal(str)
    failed = Signal(str)
    notice = Signal(str)
    shelf_changed = Signal(bool, bool)

    def __init__(
        self,
        experiment: Experiment,
        announce: Callable[[int, Experiment], None],
        gate: Gate,
        parent: QObject | None = None,
    ):
        super().__init__(parent)
        self.setObjectName("training")
        self.snapshots: Latest[Snapshot] = Latest()
        self._announce = announce
        self._inbox = Inbox()
        self._pace = Pace()
        self.gate = gate
        self._meter = SpeedMeter()
        self._switch_interval = SwitchInterval()
        self._shelf = Shelf()
        self._past = Past()
        self._fork: Fork | None = None
        self._stop = Stop()
        self._stop_after = -1
        self._finished = ""
        self._run: Run | None = None
        self._number = 0
        self._dragging = False
        self._order = 0
        self._experiment = experiment
        self._next: NextRun | None = None
        self._state = READY
        self._speed: float | None = USUAL_SPEED
        self._metronome: Metronome | None = None
        self._target: int | None = None
        self._hurry = False
        self._published = -math.inf
        self._publishing_takes = 0.0
        self._stale = False

    # What the lab asks for ------------------------------------------------------------------------------

    def post(self, act: Callable[..., None], *arguments: Any, key: str = "") -> None:
        """Carry this out between two steps."""
        self._inbox.post(Command(partial(act, *arguments), key))

    def post_restart(self, order: int, make: Restart) -> None:
        """Begin a new run, made from the present experiment; of several in a row only the last begins."""
        self._inbox.post(Command(partial(self._plan_run, order, make), restarts=True))

    def close(self) -> None:
        """Ask the thread to end; it does after the present step."""
        self.requestInterruption()
        self._inbox.close()

    # The thread -----------------------------------------------------------------------------------------

    def run(self) -> None:
        with threadpool_limits(limits=1):
            while (commands := self._inbox.take(self._patience())) is not None:
                try:
                    self._carry_out(commands)
                    if commands and self._state == RUNNING and self._metronome is None:
                        # Seen by the next frame, and not only after a turn of training.
                        self._publish_if_due()
                    if self._state == RUNNING:
                        self._train()
                    self._publish_if_due()
                except Exception:
                    self._fail()
        self._switch_interval.shorten(False)

    def _carry_out(self, commands: list[Command]) -> None:
        for command in commands:
            if not command.restarts:
                self._begin_planned_run()
            command.act()
            self._stale = True
        self._begin_planned_run()
        if commands:
            self._published = -math.inf

    def _patience(self) -> float | None:
        """How long to wait for a command: not at all at full speed, for ever when nothing is to be done."""
        if self._state != RUNNING:
            return None
        if self._metronome is None:
            return 0.0
        return self._metronome.wait(clock())

    def _fail(self) -> None:
        # Half a step may have been made: the run cannot be trusted any more.
        self._run = None
        self._set_state(FAILED)
        self.failed.emit(traceback.format_exc())

    def _set_state(self, state: str) -> None:
        if state == RUNNING and self._run is not None:
            self._start_clock()
        self._switch_interval.shorten(state == RUNNING and (self._speed is None or self._hurry))
        if state != RUNNING:
            self._hurry = False
        if state != self._state:
            self._state = state
            self._stale = True
            self._published = -math.inf
            self.state_changed.emit(state)

    def _start_clock(self) -> None:
        now = clock()
        unhurried = self._speed is not None and not self._hurry
        self._metronome = Metronome(self._speed, now) if unhurried and self._speed is not None else None
        if self._run is not None:
            self._meter.reset(now, (self._fork or self._run.trainer).step)

    # Commands (carried out in this thread) --------------------------------------------------------------

    def start_training(self) -> None:
        self._target = None
        self._leave_the_past()
        self._go()

    def pause(self) -> None:
        self._target = None
        if self._state == RUNNING:
            self._set_state(PAUSED)

    def toggle(self) -> None:
        if self._state == RUNNING:
            self.pause()
        else:
            self.start_training()

    def one_step(self) -> None:
        self.pause()
        self._leave_the_past()
        self._finished = ""
        if self._run is not None:
            # A diverged run reports again: the step it was asked for cannot be made.
            made = (self._fork or self._run.trainer).advance(1)
            self._after_steps(made)
            if self._state != DIVERGED:
                self._set_state(PAUSED)

    def run_exactly(self, n: int) -> None:
        if self._run is not None and n > 0:
            self._leave_the_past()
            self._target = (self._fork or self._run.trainer).step + n
            self._go()

    def set_stop(self, stop: Stop) -> None:
        """Stop at the first step from now on at which one of these conditions holds."""
        self._stop = stop
        self._finished = ""

    def set_speed(self, steps_per_second: float | None) -> None:
        self._speed = steps_per_second
        if self._state == RUNNING:
            self._set_state(RUNNING)

    def change(self, order: int, name: str, value: Any) -> None:
        self._order = order
        if self._run is None:
            self._experiment = self._experiment.with_value(name, value)
            return
        self._drop_fork()
        if self._past.step is not None:
            self._begin_branch(self._past.step, (name, value))
            return
        trainer = self._run.trainer
        try:
            trainer.change(name, value)
        except ExperimentError as error:
            self.notice.emit(str(error))
            return
        self._experiment = self._run.experiment
        if self._run.planned:
            self._run.planned.clear()
            self.notice.emit(words.log_left(trainer.step))
        if self._state == DIVERGED and not trainer.diverged:
            self._set_state(PAUSED)

    def set_parameters(self, order: int, number: int, theta: Array, sentence: str, dragging: bool) -> None:
        """Stand at theta, if this is still the run that was meant, and theta one of its parameters."""
        self._order = order
        run = self._run
        if run is None or number != self._number or theta.shape != (run.trainer.network.n_parameters,):
            return
        network, samples = run.trainer.network, run.trainer.samples
        with np.errstate(all="ignore"):
            loss = network.loss(theta, samples.X_train, samples.y_train)
        if not math.isfinite(loss):
            self.notice.emit(words.NOT_FINITE_THERE)
            return
        self._drop_fork()
        if self._past.step is not None:
            self._leave_the_past()
            run = self._run
            assert run is not None
        elif not self._dragging:
            self._shelf.put_away(run, "")
        self._dragging = dragging
        run.trainer.set_parameters(theta)
        if run.planned:
            run.planned.clear()
            self.notice.emit(words.log_left(run.trainer.step))
        self.shelf_changed.emit(self._shelf.can_undo, self._shelf.can_redo)
        if self._state == DIVERGED:
            self._set_state(PAUSED)
        if not dragging:
            self._number = run.number = self._number + 1
            self._announce(run.number, run.trainer.experiment)
            self.run_begun.emit(run.number, run.experiment, sentence, order, run.name)

    def show_moment(self, number: int, step: int | None) -> None:
        """Look at this step of the run, which pauses for that; None: at now."""
        if self._run is not None and number == self._number:
            self.pause()
            self._drop_fork()
            self._past.look_at(step, self._run.trainer)

    def branch(self, order: int, number: int, step: int, learning_rate: float | None, go: bool) -> None:
        """Go on from a step of the run on another branch, where learning_rate is given with that one."""
        if self._run is None or number != self._number or step > self._run.trainer.step:
            return
        self._order = order
        self.pause()
        self._begin_branch(step, None if learning_rate is None else (RATE, learning_rate))
        if go:
            self.start_training()

    def name_run(self, number: int, name: str) -> None:
        """The user calls this run so from now on."""
        if self._run is not None and number == self._number:
            self._run.name = name

    def fork(self, number: int, plans: tuple[Plan, ...]) -> None:
        """Continue the run from where it is looked at in several ways side by side; it runs at once."""
        if self._run is None or number != self._number:
            return
        self.pause()
        self._leave_the_past()
        if self._run.trainer.settings.fault is not None:
            self.notice.emit(words.NO_FORK_OF_A_BUG)
            return
        self._fork = Fork(self._run.trainer, plans)
        self._go()

    def keep_branch(self, order: int, row: int) -> None:
        """Go on with one branch of the fork as the run."""
        run, fork = self._run, self._fork
        if run is None or fork is None or row >= len(fork.plans):
            return
        self._order = order
        self.pause()
        trainer = fork.kept(row, self.isInterruptionRequested)
        if trainer is not None:
            self._shelf.put_away(run, "")
            state = DIVERGED if trainer.diverged else PAUSED
            kept = Run(trainer, self._number + 1, name=run.name)
            self._take_up(kept, words.branch_kept(fork.plans[row]), state)

    def drop_fork(self) -> None:
        """Stand where the run was forked."""
        self.pause()
        self._fork = None

    def undo(self, order: int) -> None:
        self._bring_back(order, self._shelf.undo)

    def redo(self, order: int) -> None:
        self._bring_back(order, self._shelf.redo)

    def _go(self) -> None:
        if self._run is not None:
            self._stop_after, self._finished = self._run.trainer.step, ""
            self._set_state(RUNNING)

    # Runs -----------------------------------------------------------------------------------------------

    def _plan_run(self, order: int, make: Restart) -> None:
        self._order = order
        try:
            planned = make(self._next.experiment if self._next else self._experiment)
            if planned.name is None and self._next is not None:
                planned = replace(planned, name=self._next.name)
            self._next = planned
        except ExperimentError as error:
            self.notice.emit(str(error))

    def _begin_planned_run(self) -> None:
        if self._next is None:
            return
        planned, self._next = self._next, None
        if self._state == RUNNING:
            self._set_state(PAUSED)
        self._experiment = planned.experiment
        name = planned.name
        if self._run is not None:
            self._shelf.put_away(self._run, planned.reason)
            name = self._run.name if name is None else name
        run = Run.begin(planned.experiment, self._number + 1, planned.changes, name or "")
        self._take_up(run, planned.sentence, READY)
        if planned.steps is not None and planned.steps > run.trainer.step:
            self._hurry = True
            self.run_exactly(planned.steps - run.trainer.step)

    def _bring_back(self, order: int, swap: Callable[[Run | None], KeptRun | None]) -> None:
        self._order = order
        kept = swap(self._run)
        if kept is None:
            return
        self._set_state(PAUSED)
        run = kept.taken_up(self._number + 1)
        step = run.trainer.step
        state = DIVERGED if run.trainer.diverged else PAUSED if step else READY
        self._take_up(run, words.brought_back(step), state)

    def _drop_fork(self) -> None:
        if self._fork is not None:
            self.drop_fork()
            self.notice.emit(words.FORK_DROPPED)

    def _leave_the_past(self) -> None:
        """What is done at an earlier moment goes on from there."""
        if self._past.step is not None:
            self._begin_branch(self._past.step)

    def _begin_branch(self, step: int, change: tuple[str, Any] | None = None) -> None:
        """Go on from a step of the run, there with this change of a field."""
        run = self._run
        assert run is not None
        trainer = branch_at(run.trainer, step, self.isInterruptionRequested)
        if trainer is None:
            return
        if change is not None:
            try:
                trainer.change(*change)
            except ExperimentError as error:
                self.notice.emit(str(error))
        self._shelf.put_away(run, "")
        self.run_left.emit(run.trainer.view(), step)
        branch = Run(trainer, self._number + 1, name=run.name)
        self._take_up(branch, words.branched(step), PAUSED if step else READY)

    def _take_up(self, run: Run, sentence: str, state: str) -> None:
        self._past.leave()
        self._fork = None
        self._finished = ""
        self._run = run
        self._number = run.number
        self._dragging = False
        self._target = None
        self._hurry = False
        self._experiment = run.experiment
        self._meter.reset(clock(), run.trainer.step)
        self._announce(run.number, run.trainer.experiment)
        self.run_begun.emit(run.number, run.experiment, sentence, self._order, run.name)
        self.shelf_changed.emit(self._shelf.can_undo, self._shelf.can_redo)
        self._set_state(state)

    # Steps ----------------------------------------------------------------------------------------------

    def _train(self) -> None:
        """Take the steps that are due, or train for one slice."""
        if self._metronome is not None:
            due = self._metronome.due(clock())
            self._metronome.hand_back(due - self._advance(due, Pace.SLICE))
            return
        # Whoever trains holds the interpreter, and every Qt call of a window at work would have to wait for
        # it. So training waits for the window, and takes a short turn where that is at work for long.
        self.gate.wait(Pace.PATIENCE)
        if self.gate.closed:
            self._advance(math.inf, Pace.SHORT_SLICE)
        else:
            self._advance(math.inf, Pace.SLICE, lambda: self._inbox.waiting or self.gate.closed)

    def _advance(self, n: float, seconds: float, interrupted: Callable[[], bool] | None = None) -> int:
        """At most n steps in about so many seconds; returns their number.

        A command that comes ends them at once: it may be about the very next step.
        """
        run = self._run
        assert run is not None
        trainer, fork = run.trainer, self._fork
        walker = fork or trainer
        first, end = walker.step, clock() + seconds
        interrupted = interrupted or (lambda: self._inbox.waiting)
        goal = min(first + n, math.inf if self._target is None else self._target)
        while walker.step < goal and (fork or not trainer.diverged) and not interrupted():
            began, step = clock(), walker.step
            if began >= end:
                break
            fit = self._pace.steps_in(end - began)
            planned = math.inf if fork else run.steps_to_plan()
            walker.advance(int(min(goal - step, planned, fit)), interrupted)
            self._pace.measured(walker.step - step, clock() - began)
            if fork is None:
                run.apply_planned()
        made = walker.step - first
        self._after_steps(made)
        return made

    def _after_steps(self, made: int) -> None:
        run = self._run
        assert run is not None
        self._stale = self._stale or made != 0
        step = (self._fork or run.trainer).step
        self._meter.mark(clock(), step)
        if self._fork is None and made and self._stop:
            self._stop_where_finished(run, step - made)
        if run.trainer.diverged and self._fork is None:
            self._report_divergence(run)
        elif self._target is not None and step >= self._target:
            self.pause()

    def _stop_where_finished(self, run: Run, first: int) -> None:
        after = max(first - 1, self._stop_after)
        met = finished(run.trainer, self._stop, after, self.isInterruptionRequested)
        if met is not None:
            run.trainer, reason = met
            self._stop_after = run.trainer.step
            self.pause()
            self._finished = words.finished(run.trainer.step, reason)
            self.notice.emit(self._finished)

    def _report_divergence(self, run: Run) -> None:
        self._target = None
        self._set_state(DIVERGED)
        self.diverged.emit(words.diverged(run.trainer.step, run.trainer.learning_rate))

    # Snapshots ------------------------------------------------------------------------------------------

    def _publish_if_due(self) -> None:
        if self._run is None or not self._stale:
            return
        if self.gate.closed and clock() - self._published < UNSEEN_EVERY:
            # The window is painting: a snapshot made now would only slow it down.
            return
        interval = SHOWN_EVERY if self.snapshots.empty else UNSEEN_EVERY
        interval = max(
            0.9 * interval,
            self._publishing_takes / SHARE_OF_PUBLISHING,
            self.gate.seconds_shut / SHARE_OF_PAINTING,
        )
        began = clock()
        if began - self._published < interval:
            return
        trainer = self._run.trainer
        speed = self._meter.steps_per_second if self._state == RUNNING else 0.0
        view, now = None, None
        if self._past.step is not None:
            views = self._past.views(trainer, lambda: self._inbox.waiting)
            if views is None:
                return
            view, now = views
        view, fork = view or trainer.view(), self._fork.view() if self._fork else None
        state, samples, done = self._state, trainer.samples, self._finished
        self.snapshots.put(Snapshot(self._run.number, view, state, speed, samples, now, fork, done))
        self._stale = False
        self._published = clock()
        self._publishing_takes = self._published - began
