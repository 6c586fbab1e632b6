"""The instructions of the window, carried out in the training thread between two steps."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from playground.arrays import Array
from playground.engine.branches.fork import Fork, Plan
from playground.engine.branches.stopping import Stop
from playground.engine.painted_points import stroke_back
from playground.experiment import DataSettings
from playground.experiment_checks import ExperimentError
from playground.experiment_strokes import plain_value
from playground.experiment_table import FIELD as POINTS
from playground.lab import words
from playground.lab.saved_lab import SavedLab
from playground.lab.snapshot import DIVERGED, PAUSED
from playground.lab.training.current_run import CurrentRun
from playground.lab.training.restarts import Restart
from playground.lab.training.run_switch import RunSwitch
from playground.lab.training.runs import Run
from playground.lab.training.signals import TrainingSignals
from playground.lab.training.stepper import Stepper
from playground.lab.training.undo_stack import ViewEntry
from playground.theta_words import theta_of

RATE = "training.learning_rate"


class Instructions:
    """One method for each instruction of the lab.

    instruction is the number that the lab gave to one that can lead to another run. number is that of the run
    that it refers to; None: the run that is there when it is carried out. Where that run is gone, or there is
    none, nothing is done, and a notice explains it.
    """

    def __init__(
        self,
        current: CurrentRun,
        stepper: Stepper,
        signals: TrainingSignals,
        switch: RunSwitch,
    ):
        self._current = current
        self._stepper = stepper
        self._signals = signals
        self._switch = switch
        # Only the number is kept: a run that is replaced in the middle of a drag must be freed.
        self._dragged: int | None = None
        self._by_hand: tuple[int | None, int] | None = None
        """The gesture that weights were last set in, and the number of their run since."""

    # Transport ------------------------------------------------------------------------------------------

    def start_training(self) -> None:
        self._switch.return_to_now()
        self._stepper.go()

    def pause(self) -> None:
        self._stepper.pause()

    def toggle(self) -> None:
        if self._stepper.running:
            self.pause()
        else:
            self.start_training()

    def one_step(self) -> None:
        self.pause()
        self._switch.return_to_now()
        self._stepper.one_step()

    def run_exactly(self, n: int) -> None:
        if n > 0:
            self._switch.return_to_now()
            self._stepper.go_exactly(n)

    def set_speed(self, steps_per_second: float | None) -> None:
        self._stepper.set_speed(steps_per_second)

    def set_stop(self, stop: Stop) -> None:
        self._stepper.set_stop(stop)

    # The present run ------------------------------------------------------------------------------------

    def change(self, instruction: int, name: str, value: Any, gesture: int | None = None) -> None:
        """Set a live field for the very next step; at an earlier moment: on a branch from there."""
        self._switch.instruction = instruction
        run = self._current.run
        if run is None:
            self._switch.set_without_run(name, value)
            return
        self._switch.leave_the_fork()
        if (step := self._current.viewed.step) is not None:
            self._switch.begin_branch(step, (name, value))
            return
        # The lab has refused what no experiment may have.
        before = getattr(run.trainer.settings, name.partition(".")[2])
        run.trainer.change_to_accepted(name, value, gesture)
        self._switch.leave_the_log(run)
        if before != value:
            self._switch.push_change(name, before, value, gesture)
        if self._stepper.state == DIVERGED and not run.trainer.diverged:
            self._stepper.set_state(PAUSED)

    def change_points(
        self, instruction: int, number: int | None, value: Any, base: DataSettings | None = None
    ) -> None:
        """Add, move and remove points of the run; at an earlier moment: on a branch from there.

        base: the data whose rows the change counts; None: those of the run.
        """
        self._switch.instruction = instruction
        run = self._run_of(number, "its points stay as they are")
        if run is None:
            return
        self._switch.leave_the_fork()
        if (step := self._current.viewed.step) is not None:
            self._switch.begin_branch(step, (POINTS, value), base)
            return
        if base is not None and run.trainer.data != base:
            self._signals.notice.emit(words.OTHER_POINTS)
            return
        try:
            back = None if run.trainer.data is None else stroke_back(run.trainer.data, value)
            run.trainer.change(POINTS, value)
        except ExperimentError as error:
            self._signals.notice.emit(error.sentence)
            return
        self._switch.leave_the_log(run)
        self._switch.push_points(back, plain_value(value))
        if self._stepper.state == DIVERGED:
            self._stepper.set_state(PAUSED)

    def take_points(self, instruction: int, number: int | None) -> None:
        """Put the points of the run's generated set into a table to edit."""
        self._switch.instruction = instruction
        run = self._run_of(number, "no points are taken")
        if run is None or run.trainer.data is None or run.trainer.data.table is not None:
            return
        self._switch.leave_the_fork()
        self._switch.return_to_now()
        run = self._current.run
        assert run is not None
        self._switch.take_points(run)

    def set_parameters(
        self,
        instruction: int,
        number: int | None,
        theta: Array,
        sentence: str | None,
        dragging: bool,
        gesture: int | None = None,
    ) -> None:
        """Set theta, if it has this run's shape and J is finite there."""
        self._switch.instruction = instruction
        run = self._run_of(number, "nothing of it is set")
        if run is None:
            return
        problem, named = run.trainer.problem, theta_of(run.experiment)
        if theta.shape != (problem.n_parameters,):
            self._signals.notice.emit(words.wrong_size(theta.size, problem.n_parameters, named))
            return
        with np.errstate(all="ignore"):
            loss = problem.loss(theta)
        if not math.isfinite(loss):
            if not dragging:
                self._dragged = None
            self._signals.notice.emit(words.not_finite_there(named))
            return
        self._switch.leave_the_fork()
        if self._current.viewed.step is not None:
            self._switch.return_to_now()
            run = self._current.run
            assert run is not None
        elif run.number != self._dragged and not self._goes_on(gesture, run.number):
            self._switch.push(run)
        self._dragged = run.number if dragging else None
        run.trainer.set_parameters(theta)
        self._switch.leave_the_log(run)
        self._switch.announce_undo()
        if self._stepper.state == DIVERGED:
            self._stepper.set_state(PAUSED)
        if not dragging:
            self._switch.renumber(run, words.set_by_hand(named) if sentence is None else sentence)
            self._by_hand = gesture, run.number

    def _goes_on(self, gesture: int | None, number: int) -> bool:
        """Return whether weights set in this gesture are one entry of Undo with those before."""
        return gesture is not None and (gesture, number) == self._by_hand and self._switch.last_was_by_hand

    def name_run(self, number: int, name: str) -> None:
        """Name a run."""
        self._switch.name_run(number, name)

    def _run_of(self, number: int | None, but: str) -> Run | None:
        """Return the run of this number; where it is gone, None, after a notice about what is not done."""
        run = self._current.run_of(number)
        if run is None:
            sentence = words.NO_RUN if self._current.run is None else words.another_run(but)
            self._signals.notice.emit(sentence)
        return run

    # Earlier moments ------------------------------------------------------------------------------------

    def show_moment(self, number: int | None, step: int | None) -> None:
        """Show this step of the run, which pauses; None: the present step."""
        if step is None and (self._current.run_of(number) is None or self._current.viewed.step is None):
            return
        if (run := self._run_of(number, "no earlier step is shown")) is not None:
            if step is not None and step > run.trainer.step:
                self._signals.notice.emit(words.not_reached(step, run.trainer.step))
                return
            self.pause()
            self._switch.leave_the_fork(words.FORK_LEFT)
            self._current.viewed.look_at(step, run.trainer)

    def branch(
        self, instruction: int, number: int | None, step: int, learning_rate: float | None, go: bool
    ) -> None:
        """Go on from a step of the run on another branch, with learning_rate where it is given."""
        self._switch.instruction = instruction
        run = self._run_of(number, f"nothing goes on from step {step} of the old one")
        if run is None:
            return
        if step > run.trainer.step:
            self._signals.notice.emit(words.not_reached(step, run.trainer.step))
            return
        self.pause()
        self._switch.begin_branch(step, None if learning_rate is None else (RATE, learning_rate))
        if go:
            self.start_training()

    # Fork -----------------------------------------------------------------------------------------------

    def fork(self, number: int | None, plans: tuple[Plan, ...]) -> None:
        """Continue the run in several ways side by side, from the viewed step; the fork runs at once."""
        if self._run_of(number, "it is not forked") is None:
            return
        self.pause()
        self._switch.return_to_now()
        run = self._current.run
        assert run is not None
        if run.trainer.settings.fault is not None:
            self._signals.notice.emit(words.NO_FORK_OF_A_BUG)
            return
        self._current.fork = Fork(run.trainer, plans)
        self._stepper.go()

    def keep_branch(self, instruction: int, number: int | None, row: int, plan: Plan | None) -> None:
        """Go on with one branch of the fork as the run.

        plan: the plan that the branch must have; None: any.
        """
        self._switch.instruction = instruction
        fork = self._current.fork
        plans = fork.plans if fork is not None and self._current.run_of(number) is not None else ()
        if row >= len(plans) or plan not in (None, plans[row]):
            self._signals.notice.emit(words.NO_SUCH_FORK)
            return
        self.pause()
        self._switch.keep_branch(row)

    def drop_fork(self) -> None:
        """Drop the fork and stay where the run was forked; without a fork do nothing."""
        self._switch.drop_fork()

    # Sessions -------------------------------------------------------------------------------------------

    def open_saved(
        self, instruction: int, saved: SavedLab, sentence: str, view: ViewEntry | None, keep: bool
    ) -> None:
        """Go on with what was saved."""
        self._switch.open_saved(instruction, saved, sentence, view, keep)

    # Other runs -----------------------------------------------------------------------------------------

    def plan_run(self, instruction: int, restart: Restart) -> None:
        """Plan the next run."""
        self._switch.plan(instruction, restart)

    def begin_planned_run(self) -> None:
        """Begin the planned run, if there is one."""
        self._switch.begin_planned()

    def remember_view(self, entry: ViewEntry) -> None:
        """Let Undo show again what the window showed before."""
        self._switch.push_view(entry)

    def undo(self, instruction: int) -> None:
        self._switch.undo(instruction)

    def redo(self, instruction: int) -> None:
        self._switch.redo(instruction)
