"""How one run follows another: started again, gone on with on another branch, brought back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from playground.engine.branches.moments import branch_at
from playground.engine.trainer import Trainer
from playground.experiment import Experiment
from playground.experiment_checks import ExperimentError
from playground.lab import words
from playground.lab.snapshot import DIVERGED, PAUSED, READY
from playground.lab.training.restarts import NextRun, Restart
from playground.lab.training.runs import KeptRun, Run, Shelf
from playground.lab.training.signals import TrainingSignals
from playground.lab.training.stage import Stage
from playground.lab.training.stepper import Stepper


class Succession:
    """Puts runs on the stage, numbers them, announces them, and keeps what they replace.

    order is the number of the last command of the window that a run comes from.
    """

    def __init__(
        self,
        experiment: Experiment,
        stage: Stage,
        stepper: Stepper,
        signals: TrainingSignals,
        announce: Callable[[int, Experiment], None],
        ended: Callable[[], bool],
    ):
        self._experiment = experiment
        self.order = 0
        self._stage = stage
        self._stepper = stepper
        self._signals = signals
        self._announce = announce
        self._ended = ended
        self._shelf = Shelf()
        self._next: NextRun | None = None
        self._number = 0

    @property
    def experiment(self) -> Experiment:
        """What starting again would start: the run with its settings of now, those of its log as well."""
        run = self._stage.run
        return self._experiment if run is None else run.experiment

    def set_while_no_run_is_there(self, name: str, value: Any) -> None:
        """Change what starting again would start, where there is no run to change."""
        self._experiment = self._experiment.with_value(name, value)

    def lose_the_run(self) -> None:
        """A fault has ended the run: what would be started again is known all the same."""
        self._experiment = self.experiment
        self._stage.put_on(None)

    # Started again --------------------------------------------------------------------------------------

    def plan(self, order: int, make: Restart) -> None:
        """Say what the next run shall be: the present experiment, or the one that is planned, changed."""
        self.order = order
        try:
            planned = make(self._next.experiment if self._next else self.experiment)
            if planned.name is None and self._next is not None:
                planned = replace(planned, name=self._next.name)
            self._next = planned
        except ExperimentError as error:
            self._signals.notice.emit(str(error))

    def begin_planned(self) -> None:
        """Begin the run that was planned, if any was."""
        if self._next is None:
            return
        planned, self._next = self._next, None
        if self._stepper.running:
            self._stepper.set_state(PAUSED)
        name = planned.name
        if (left := self._stage.run) is not None:
            self._shelf.put_away(left, planned.reason)
            name = left.name if name is None else name
        self._stage.put_on(None)
        self._experiment = planned.experiment
        run = Run.begin(planned.experiment, self._number + 1, planned.changes, name or "")
        self._take_up(run, planned.sentence, READY)
        if planned.steps is not None and planned.steps > run.trainer.step:
            self._stepper.go_exactly(planned.steps - run.trainer.step, hurry=True)

    # Gone on with ---------------------------------------------------------------------------------------

    def leave_the_past(self) -> None:
        """What is done at an earlier moment goes on from there."""
        if (step := self._stage.past.step) is not None:
            self.begin_branch(step)

    def begin_branch(self, step: int, change: tuple[str, Any] | None = None) -> None:
        """Go on from a step of the run, there with this change of a field."""
        run = self._stage.run
        assert run is not None
        trainer = branch_at(run.trainer, step, self._ended)
        if trainer is None:
            return
        if change is not None:
            try:
                trainer.change(*change)
            except ExperimentError as error:
                self._signals.notice.emit(str(error))
        self._shelf.put_away(run, "")
        self._signals.run_left.emit(run.trainer.view(), step)
        self._go_on_with(trainer, run, words.branched(step), PAUSED if step else READY)

    def keep_branch(self, row: int) -> None:
        """Go on with one branch of the fork as the run."""
        run, fork = self._stage.run, self._stage.fork
        assert run is not None
        assert fork is not None
        trainer = fork.kept(row, self._ended)
        if trainer is not None:
            self._shelf.put_away(run, "")
            state = DIVERGED if trainer.diverged else PAUSED
            said = words.branch_kept(fork.plans[row], trainer.settings.schedule)
            self._go_on_with(trainer, run, said, state)

    def _go_on_with(self, trainer: Trainer, left: Run, sentence: str, state: str) -> None:
        self._take_up(Run(trainer, self._number + 1, name=left.name), sentence, state)

    def put_away(self, run: Run) -> None:
        """Keep the run as it is now, before it is put elsewhere."""
        self._shelf.put_away(run, "")

    def name_run(self, number: int, name: str) -> None:
        """The user calls this run so from now on, be it the present one, brought back or not, or one that was
        left. The window is told where the run has another number now.
        """
        run = self._stage.run
        if run is not None and number in run.numbers:
            run.name = name
            if number != run.number:
                self._signals.run_named.emit(run.number, name)
        self._shelf.name_run(number, name)

    def tell_shelf(self) -> None:
        """Tell what Undo and Redo can bring back."""
        self._signals.shelf_changed.emit(self._shelf.can_undo, self._shelf.can_redo)

    def renumber(self, run: Run, sentence: str) -> None:
        """The run goes on under a new number: what was asked about it before is about something else."""
        self._number = run.number = self._number + 1
        self._tell_of(run, sentence)

    # Brought back ---------------------------------------------------------------------------------------

    def undo(self, order: int) -> None:
        """Bring back the run that the present one replaced."""
        self._bring_back(order, self._shelf.undo)

    def redo(self, order: int) -> None:
        """Bring back the run that the last undo left."""
        self._bring_back(order, self._shelf.redo)

    def _bring_back(self, order: int, swap: Callable[[Run | None], KeptRun | None]) -> None:
        self.order = order
        present = self._stage.run
        kept = swap(present)
        if kept is None:
            self._signals.notice.emit(words.NOTHING_TO_BRING_BACK)
            return
        self._stepper.set_state(PAUSED)
        run = kept.taken_up(self._number + 1)
        step = run.trainer.step
        state = DIVERGED if run.trainer.diverged else PAUSED if step else READY
        sentence = words.brought_back(step)
        if present is not None and (run.set_by_hand_from(present) or present.set_by_hand_from(run)):
            sentence = words.weights_back(step, run.set_by_hand_from(present))
        self._take_up(run, sentence, state)
        if state == DIVERGED:
            self._stepper.tell_of_divergence(run, sentence)

    def _take_up(self, run: Run, sentence: str, state: str) -> None:
        self._stage.put_on(run)
        self._stepper.forget()
        self._number = run.number
        self._experiment = run.experiment
        # Whoever sees the new run can undo it.
        self.tell_shelf()
        self._tell_of(run, sentence)
        self._stepper.set_state(state)

    def _tell_of(self, run: Run, sentence: str) -> None:
        self._announce(run.number, run.trainer.experiment)
        self._signals.run_begun.emit(run.number, run.experiment, sentence, self.order, run.name)
