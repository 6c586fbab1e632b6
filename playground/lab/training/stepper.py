"""The taking of steps at the requested speed, until something stops it."""

from __future__ import annotations

import math
from collections.abc import Callable

from playground.engine.branches.recovery import fallen, recovery_of
from playground.engine.branches.stopping import Stop, finished
from playground.lab import words
from playground.lab.pacing import USUAL_SPEED, Gate, Metronome, Pace, SpeedMeter, SwitchInterval, clock
from playground.lab.snapshot import DIVERGED, PAUSED, READY, RUNNING
from playground.lab.training.current_run import CurrentRun
from playground.lab.training.inbox import Inbox
from playground.lab.training.publisher import Publisher
from playground.lab.training.runs import Run
from playground.lab.training.signals import TrainingSignals
from playground.theta_words import theta_of


class Stepper:
    """Whether the current run or fork runs, how fast, how far, and why it stops.

    state is the state of the lab. An instruction that waits in the inbox ends a turn of training at once: it
    may concern the very next step.
    """

    def __init__(
        self,
        current: CurrentRun,
        inbox: Inbox,
        gate: Gate,
        publisher: Publisher,
        signals: TrainingSignals,
    ):
        self.state = READY
        self.finished = ""
        """The stop condition that has been met; empty where none has."""
        self.pace = Pace()
        self._current = current
        self._inbox = inbox
        self._gate = gate
        self._publisher = publisher
        self._signals = signals
        self._meter = SpeedMeter()
        self._switch_interval = SwitchInterval()
        self._speed: float | None = USUAL_SPEED
        self._metronome: Metronome | None = None
        self._unlimited = False
        self._target: int | None = None
        self._stop = Stop()
        self._stop_after = -1

    # Whether it runs ------------------------------------------------------------------------------------

    @property
    def running(self) -> bool:
        return self.state == RUNNING

    @property
    def flat_out(self) -> bool:
        """Whether it runs without a limit of speed."""
        return self.running and self._metronome is None

    @property
    def steps_per_second(self) -> float:
        """The speed over the last half second; 0 while nothing runs."""
        return self._meter.steps_per_second if self.running else 0.0

    @property
    def speed(self) -> float | None:
        """The requested steps per second; None: no limit of speed."""
        return self._speed

    @property
    def stop(self) -> Stop:
        """The conditions to stop at."""
        return self._stop

    @property
    def stop_after(self) -> int:
        """The step up to which no condition to stop at counts: there the run was begun, or was stopped."""
        return self._stop_after

    def patience(self) -> float | None:
        """Return how long to wait for an instruction, in seconds.

        0 at full speed; None, without limit, where nothing runs.
        """
        if not self.running:
            return None
        return 0.0 if self._metronome is None else self._metronome.wait(clock())

    def go(self) -> None:
        """Run until something stops it, at the requested speed; this also ends the way to a saved step."""
        self._target, self._unlimited = None, False
        self._begin_to_run()

    def go_exactly(self, n: int, unlimited: bool = False) -> None:
        """Run n steps. unlimited: without a limit of speed, whatever is requested."""
        if (runner := self._current.runner) is not None:
            self._target = runner.step + n
            self._unlimited = unlimited
            self._begin_to_run()

    @property
    def way(self) -> tuple[int | None, bool]:
        """The step at which it stops by itself, None for none, and whether it goes there without a limit of
        speed."""
        return self._target, self._unlimited

    def go_on(self, way: tuple[int | None, bool]) -> None:
        """Run on as it ran before another run of the same steps came."""
        self._target, self._unlimited = way
        self._begin_to_run()

    def pause(self) -> None:
        """Pause a run that runs."""
        self._target = None
        if self.running:
            self.set_state(PAUSED)

    def one_step(self) -> None:
        """Take one step, then pause.

        A step that was asked for is never taken back: of the conditions to stop at, those count that hold
        where it leads.
        """
        self.pause()
        self.finished = ""
        if (runner := self._current.runner) is not None:
            # A diverged run reports again that its next step cannot be made.
            made = runner.advance(1)
            self._follow_the_log()
            self._after_steps(made, single=True)
            if self.state != DIVERGED:
                self.set_state(PAUSED)

    def set_speed(self, steps_per_second: float | None) -> None:
        """Set the steps per second; None: no limit of speed."""
        self._speed = steps_per_second
        if self.running:
            self.set_state(RUNNING)

    def set_stop(self, stop: Stop) -> None:
        """Stop at the first step from now on at which one of these conditions holds."""
        self._stop = stop
        self.finished = ""

    def restore_stop(self, stop: Stop, after: int, finished: str) -> None:
        """Go on with conditions as they were saved: stop, stop_after and finished of another stepper."""
        self._stop, self._stop_after, self.finished = stop, after, finished

    def set_state(self, state: str) -> None:
        """Enter a state, and announce it where it is another."""
        if state == RUNNING and self._current.run is not None:
            self._start_clock()
        self._switch_interval.shorten(state == RUNNING and (self._speed is None or self._unlimited))
        if state != RUNNING:
            self._unlimited = False
        self._publisher.on_the_way = self._unlimited
        if state != self.state:
            self.state = state
            self._publisher.outdated_at_once()
            self._signals.state_changed.emit(state)

    def reset(self) -> None:
        """Clear what was requested and measured for the old run: another one comes."""
        self.finished = ""
        self._target = None
        self._unlimited = False
        if (runner := self._current.runner) is not None:
            self._meter.reset(clock(), runner.step)

    def end(self) -> None:
        """Restore the interpreter's switch interval."""
        self._switch_interval.shorten(False)

    def _begin_to_run(self) -> None:
        if (run := self._current.run) is not None:
            self._stop_after, self.finished = run.trainer.step, ""
            self.set_state(RUNNING)

    def _start_clock(self) -> None:
        now = clock()
        limited = self._speed is not None and not self._unlimited
        self._metronome = Metronome(self._speed, now) if limited and self._speed is not None else None
        if (runner := self._current.runner) is not None:
            self._meter.reset(now, runner.step)

    # Steps ----------------------------------------------------------------------------------------------

    def train(self) -> None:
        """Take the steps that are due, or train for one slice."""
        if self._metronome is not None:
            due = self._metronome.due(clock())
            self._metronome.hand_back(due - self._advance(due, self.pace.SLICE))
            return
        # The training thread holds the interpreter, and every Qt call of a window at work would have to wait
        # for it. So training waits for the window, and takes a short turn where the window works for long.
        run = self._current.run
        follows = run is not None and bool(run.log)
        self._gate.wait(self.pace.REPLAY_PATIENCE if follows else self.pace.PATIENCE)
        if self._gate.closed:
            self._advance(math.inf, self.pace.SHORT_SLICE)
        else:
            self._advance(math.inf, self.pace.SLICE, lambda: self._inbox.waiting or self._gate.closed)

    def _advance(self, n: float, seconds: float, interrupted: Callable[[], bool] | None = None) -> int:
        """Take at most n steps in about this many seconds; return their number."""
        run, runner, fork = self._current.run, self._current.runner, self._current.fork
        assert run is not None
        assert runner is not None
        first, end = runner.step, clock() + seconds
        interrupted = interrupted or (lambda: self._inbox.waiting)
        goal = min(first + n, math.inf if self._target is None else self._target)
        while runner.step < goal and (fork or not run.trainer.diverged) and not interrupted():
            began, step = clock(), runner.step
            if began >= end:
                break
            fit = self.pace.steps_in(end - began)
            logged = math.inf if fork else run.log.steps_to_next(run.trainer)
            runner.advance(int(min(goal - step, logged, fit)), interrupted)
            self.pace.measured(runner.step - step, clock() - began)
            self._follow_the_log()
        made = runner.step - first
        self._after_steps(made)
        return made

    def _follow_the_log(self) -> None:
        """Make the changes of the run's log that are due at its present step; a fork has no log."""
        run = self._current.run
        if run is not None and self._current.fork is None:
            run.log.apply(run.trainer)

    def _after_steps(self, made: int, single: bool = False) -> None:
        run, runner, fork = self._current.run, self._current.runner, self._current.fork
        assert run is not None
        assert runner is not None
        if made:
            self._publisher.outdated()
        step = runner.step
        self._meter.mark(clock(), step)
        if fork is None and made and self._stop:
            if single:
                self._stop_where_it_stands(run)
            else:
                self._stop_where_finished(run, step - made)
        if run.trainer.diverged and fork is None:
            self._report_divergence(run)
        elif self._target is not None and step >= self._target:
            self.pause()

    def _stop_where_finished(self, run: Run, first: int) -> None:
        after = max(first - 1, self._stop_after)
        met = finished(run.trainer, self._stop, after, self._inbox.is_closed)
        if met is not None:
            run.trainer, reason = met
            # Changes of the log that were made after that step are still to come.
            run.log.go_back(run.trainer.step)
            self._finish(run, reason)

    def _stop_where_it_stands(self, run: Run) -> None:
        reason = self._stop.met_now(run.trainer, self._inbox.is_closed)
        if reason is not None:
            self._finish(run, reason)

    def _finish(self, run: Run, reason: str) -> None:
        self._stop_after = run.trainer.step
        self.pause()
        self.finished = words.finished(run.trainer.step, reason)
        self._signals.notice.emit(self.finished)

    def _report_divergence(self, run: Run) -> None:
        self._target = None
        self.set_state(DIVERGED)
        self.announce_divergence(run)

    def announce_divergence(self, run: Run, before: str = "") -> None:
        """Announce where a diverged run stopped and how it can go on. before: a sentence to begin with."""
        trainer = run.trainer
        way = fallen(trainer.history.view()) or recovery_of(trainer, self._inbox.is_closed)
        sentence = words.diverged(
            trainer.step, trainer.rate, trainer.overflows(), way, theta_of(trainer.experiment)
        )
        self._signals.diverged.emit(f"{before} {sentence}".strip(), way)
