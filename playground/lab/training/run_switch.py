"""The change from one run to another: started again, continued on another branch, brought back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from playground.engine.branches.moments import branch_at
from playground.engine.branches.saved_fork import fork_of
from playground.engine.problem_of_experiment import check_start
from playground.engine.recording.followed_log import FollowedLog
from playground.engine.trainer import Trainer
from playground.experiment import LIVE_FIELDS, Change, DataSettings, Experiment
from playground.experiment_checks import ExperimentError
from playground.experiment_strokes import stroke_words
from playground.experiment_table import FIELD as POINTS
from playground.lab import words
from playground.lab.saved_lab import SavedLab
from playground.lab.snapshot import DIVERGED, PAUSED, READY
from playground.lab.training.current_run import CurrentRun
from playground.lab.training.restarts import NextRun, Restart, same_weights
from playground.lab.training.runs import Beginning, LeftRun, Run
from playground.lab.training.signals import TrainingSignals
from playground.lab.training.stepper import Stepper
from playground.lab.training.undo_stack import ChangeEntry, Entry, RunEntry, UndoStack, ViewEntry
from playground.theta_words import theta_of

LARGEST_NUMBER = 2**31 - 1
"""Of a run: Qt's signals carry 32 bits."""


class RunSwitch:
    """The replacement of the current run.

    It numbers and announces the new run and keeps the old one for Undo. instruction is the number of the last
    instruction of the window that a run comes from.
    """

    def __init__(
        self,
        experiment: Experiment,
        current: CurrentRun,
        stepper: Stepper,
        signals: TrainingSignals,
        announce: Callable[[int, Experiment, DataSettings | None], None],
        ended: Callable[[], bool],
    ):
        self._experiment = experiment
        self.instruction = 0
        self._current = current
        self._stepper = stepper
        self._signals = signals
        self._announce = announce
        self._ended = ended
        self._undo_stack = UndoStack()
        self._announced_texts = "", ""
        self._next: NextRun | None = None
        self._number = 0
        self._announced_data: DataSettings | None = None

    @property
    def experiment(self) -> Experiment:
        """The experiment that starting again would use.

        It is the run's, with its present settings and those of its log.
        """
        run = self._current.run
        return self._experiment if run is None else run.experiment

    def set_without_run(self, name: str, value: Any) -> None:
        """Change the experiment that starting again would use, where there is no run to change."""
        self._experiment = self._experiment.with_value(name, value)

    def drop_run(self) -> None:
        """Drop the run after a fault. The experiment that starting again would use is kept."""
        self._experiment = self.experiment
        self._current.set_run(None)
        self._undo_stack.drop_changes_of_the_last_run()
        self.announce_undo()

    # Left for something new -----------------------------------------------------------------------------

    def drop_fork(self) -> None:
        """Stand where the run was forked; without a fork nothing changes."""
        if self._current.fork is not None:
            self._stepper.pause()
            self._current.fork = None

    def leave_the_fork(self, sentence: str = words.FORK_DROPPED) -> None:
        """Drop the fork, if there is one, and say so: what follows acts on the run."""
        if self._current.fork is not None:
            self.drop_fork()
            self._signals.notice.emit(sentence)

    def leave_the_log(self, run: Run) -> None:
        """Follow the log of a file no longer, with a notice, if the run does."""
        if run.log:
            run.log.leave()
            self._signals.notice.emit(words.log_left(run.trainer.step))

    # Started again --------------------------------------------------------------------------------------

    def plan(self, instruction: int, restart: Restart) -> None:
        """Plan the next run: a change of the present experiment, or of the one that is already planned."""
        self.instruction = instruction
        try:
            planned = restart(self._next.experiment if self._next else self.experiment)
            check_start(planned.experiment)
            if planned.name is None and self._next is not None:
                planned = replace(planned, name=self._next.name)
            self._next = planned
        except ExperimentError as error:
            self._signals.notice.emit(error.sentence)

    def begin_planned(self) -> None:
        """Begin the planned run, if there is one."""
        if self._next is None:
            return
        planned, self._next = self._with_parameters(self._next), None
        if self._stepper.running:
            self._stepper.set_state(PAUSED)
        name, sentence = planned.name, planned.sentence
        if (left := self._current.run) is not None:
            name = left.name if name is None else name
            begun = Beginning(planned.experiment, planned.changes, name)
            what = planned.what
            if what == words.ANOTHER_EXPERIMENT and planned.experiment == left.experiment:
                what = same_weights(left.experiment).what
            if not self._undo_stack.push_run(left, planned.reason, what, begun=begun):
                sentence = sentence.removesuffix(words.BRINGS_BACK)
        self._current.set_run(None)
        self._experiment = planned.experiment
        run = Run.begin(planned.experiment, self._number + 1, planned.changes, name or "")
        self._take_up(run, sentence, READY)
        if planned.steps is not None and planned.steps > run.trainer.step:
            self._stepper.go_exactly(planned.steps - run.trainer.step, unlimited=True)

    def _with_parameters(self, planned: NextRun) -> NextRun:
        """Return a plan that keeps the parameters with those on the screen at the beginning of its log.

        An earlier moment is on the screen where one is looked at. Without a step and a change there are only
        those that are drawn.
        """
        run = self._current.run
        if not planned.keeps_parameters or run is None or run.untouched:
            return planned
        step = self._current.viewed.step
        trainer = run.trainer if step is None else branch_at(run.trainer, step, self._ended)
        if trainer is None or trainer.parameters.size != planned.experiment.n_parameters:
            return planned
        theta = tuple(trainer.parameters.tolist())
        return replace(planned, changes=(Change(0, "parameters", theta),))

    # Gone on with ---------------------------------------------------------------------------------------

    def return_to_now(self) -> None:
        """Make the viewed moment the newest step of the run: what is done next goes on from there."""
        if (step := self._current.viewed.step) is not None:
            self.begin_branch(step)

    def begin_branch(
        self, step: int, change: tuple[str, Any] | None = None, base: DataSettings | None = None
    ) -> None:
        """Go on from a step of the run, with this change of a field there; not where it is refused.

        base: the data whose rows a change of the points counts.
        """
        run = self._current.run
        assert run is not None
        trainer = branch_at(run.trainer, step, self._ended)
        if trainer is None:
            return
        if base is not None and trainer.data != base:
            self._signals.notice.emit(words.OTHER_POINTS)
            return
        if change is not None:
            try:
                trainer.change(*change)
            except ExperimentError as error:
                self._signals.notice.emit(error.sentence)
                return
        self._undo_stack.push_run(run, "", words.branch(step))
        self._signals.run_left.emit(run.trainer.view(), step)
        self._go_on_with(trainer, run, words.branched(step), PAUSED if step else READY)

    def keep_branch(self, row: int) -> None:
        """Go on with one branch of the fork as the run."""
        run, fork = self._current.run, self._current.fork
        assert run is not None
        assert fork is not None
        trainer = fork.kept(row, self._ended)
        if trainer is not None:
            self._undo_stack.push_run(run, "", words.BRANCH_OF_FORK)
            state = DIVERGED if trainer.diverged else PAUSED
            sentence = words.branch_kept(fork.plans[row], trainer.settings.schedule)
            self._go_on_with(trainer, run, sentence, state)

    def _go_on_with(self, trainer: Trainer, left: Run, sentence: str, state: str) -> None:
        self._take_up(Run(trainer, self._number + 1, name=left.name), sentence, state)

    def push(self, run: Run) -> None:
        """Keep the run as it is now, before its weights are set by hand."""
        self._undo_stack.push_run(run, "", words.by_hand(theta_of(run.experiment)), by_hand=True)

    @property
    def last_was_by_hand(self) -> bool:
        """Whether Undo would take back parameters that were set by hand."""
        return self._undo_stack.last_was_by_hand

    def push_change(self, field: str, before: Any, after: Any, gesture: int | None) -> None:
        """Let Undo set a live field back to the value that it had before."""
        first = self._undo_stack.before_gesture(field, gesture, before)
        text = words.change(field, first, after, self.experiment.training.schedule)
        self._undo_stack.push(ChangeEntry(field, before, after, gesture, text))
        self.announce_undo()

    def push_points(self, back: Any, value: Any) -> None:
        """Let Undo take back a change of the points, by its opposite."""
        self._undo_stack.push(ChangeEntry(POINTS, back, value, None, stroke_words(value)))
        self.announce_undo()

    def take_points(self, run: Run) -> None:
        """Put the points of the run's experiment into a table; the run goes on with the same numbers."""
        trainer = run.trainer.with_its_points()
        running = self._stepper.running
        self._undo_stack.push_run(run, "", words.POINTS_TAKEN)
        state = self._stepper.state
        taken = Run(trainer, self._number + 1, FollowedLog(run.log.rest), run.name)
        taken.first, taken.since, taken.begun_at = run.first, run.since, run.begun_at
        way = self._stepper.way
        self._take_up(taken, words.points_taken(run.trainer.view().data), PAUSED if running else state)
        if running:
            self._stepper.go_on(way)

    def push_view(self, entry: ViewEntry) -> None:
        """Let Undo show again what the window showed before."""
        self._undo_stack.push(entry)
        self.announce_undo()

    def name_run(self, number: int, name: str) -> None:
        """Name a run: the present one, one that was brought back, or one that was left.

        The window is informed where the run has another number now.
        """
        run = self._current.run
        if run is not None and number in run.numbers:
            run.name = name
            if number != run.number:
                self._signals.run_named.emit(run.number, name)
        self._undo_stack.name_run(number, name)

    def announce_undo(self) -> None:
        """Announce whether Undo and Redo can bring back a run."""
        texts = self._undo_stack.undo_text, self._undo_stack.redo_text
        if texts != self._announced_texts:
            self._announced_texts = texts
            self._signals.undo_changed.emit(*texts)

    def show_points(self, run: Run, data: DataSettings | None) -> None:
        """Announce the points of the moment that is about to be shown, where they are others than before.

        The run receives a new number: whatever was asked about the other points is asked again. It is no
        other run.
        """
        if data is not self._announced_data and data != self._announced_data:
            self._number = run.number = self._number + 1
            self._announce_run(run, "", data)

    def renumber(self, run: Run, sentence: str) -> None:
        """Give the run a new number after its parameters were set: it counts as another one."""
        self._number = run.number = run.since = self._number + 1
        self._announce_run(run, sentence, run.trainer.data)

    # Brought back ---------------------------------------------------------------------------------------

    def undo(self, instruction: int) -> None:
        """Take back what was done last."""
        self._take_back(instruction, self._undo_stack.undo, lambda entry: entry.before)

    def redo(self, instruction: int) -> None:
        """Do again what the last undo took back."""
        self._take_back(instruction, self._undo_stack.redo, lambda entry: entry.after)

    def _take_back(
        self,
        instruction: int,
        swap: Callable[[Run | None], Entry | None],
        value_of: Callable[[ChangeEntry | ViewEntry], Any],
    ) -> None:
        self.instruction = instruction
        present = self._current.run
        match swap(present):
            case None:
                self._signals.notice.emit(words.NOTHING_TO_BRING_BACK)
            case RunEntry(run=left, view=view):
                self._bring_back(left, present)
                if view is not None:
                    self._signals.view_restored.emit(view.kind, value_of(view))
            case ViewEntry() as entry:
                self._signals.view_restored.emit(entry.kind, value_of(entry))
            case ChangeEntry() as entry:
                self._set_back(entry.field, value_of(entry))
        self.announce_undo()

    def _set_back(self, field: str, value: Any) -> None:
        """Change a live field once more, to a value that it had; now, whatever moment is looked at."""
        run = self._current.run
        if run is None:
            if field in LIVE_FIELDS:
                self.set_without_run(field, value)
            return
        self.leave_the_fork()
        if self._current.viewed.step is not None:
            self._current.viewed.leave()
            self._signals.notice.emit(words.undone_now(run.trainer.step))
        if field == POINTS:
            try:
                run.trainer.change(field, value)
            except ExperimentError as error:
                self._signals.notice.emit(error.sentence)
                return
        else:
            run.trainer.change_to_accepted(field, value)
        self.leave_the_log(run)
        if self._stepper.state == DIVERGED and not run.trainer.diverged:
            self._stepper.set_state(PAUSED)

    def _bring_back(self, kept: LeftRun, present: Run | None) -> None:
        self._stepper.set_state(PAUSED)
        run = kept.restored(self._number + 1)
        step = run.trainer.step
        state = DIVERGED if run.trainer.diverged else PAUSED if step else READY
        sentence = words.brought_back(step)
        if present is not None and (run.set_by_hand_from(present) or present.set_by_hand_from(run)):
            by_hand = run.set_by_hand_from(present)
            sentence = words.weights_back(step, by_hand, theta_of(run.experiment))
        self._take_up(run, sentence, state)
        if state == DIVERGED:
            self._stepper.announce_divergence(run, sentence)

    # Saved and opened -----------------------------------------------------------------------------------

    def saved(self) -> SavedLab | None:
        """Return the content of a session; None where there is no run."""
        current, stepper = self._current, self._stepper
        run, fork = current.run, current.fork
        if run is None:
            return None
        past, future = self._undo_stack.entries
        return SavedLab(
            replace(run.trainer.saved(), following=run.log.rest),
            run.number,
            run.numbers,
            run.name,
            current.viewed.step,
            None if fork is None else fork.state(),
            past,
            future,
            stepper.speed,
            stepper.stop,
            stepper.stop_after,
            stepper.finished,
        )

    def open_saved(
        self, instruction: int, saved: SavedLab, sentence: str, view: ViewEntry | None, keep: bool
    ) -> None:
        """Go on with what was saved, paused; Undo brings back the run that it replaces.

        view: what the window shows before and after; brought back with the run. keep: also a run without a
        step or change.
        """
        self.instruction = instruction
        try:
            trainer = Trainer.resumed(saved.run)
            fork = None if saved.fork is None else fork_of(saved.fork, trainer)
        except ValueError as error:
            self._signals.notice.emit(str(error))
            return
        # The window may have both: those of the file come after its own.
        shift, left = self._number, self._current.run
        if saved.number + shift > LARGEST_NUMBER:
            self._signals.notice.emit(words.TOO_MANY_RUNS)
            return
        if self._stepper.running:
            self._stepper.set_state(PAUSED)
        past, future = ([_renumbered(entry, shift) for entry in part] for part in (saved.past, saved.future))
        own = self._undo_stack.entries[0]
        if left is not None and (own or keep or not left.untouched):
            # Below another run, changes of the run that is opened would act on that one.
            while past and isinstance(past[-1], ChangeEntry):
                past.pop()
            past += [*own, RunEntry(left.left(), words.ANOTHER_SESSION, view)]
        self._undo_stack.replace(past, future)
        numbers = frozenset(number + shift for number in saved.numbers)
        run = Run(trainer, saved.number + shift, FollowedLog(saved.run.following), saved.name, numbers)
        self._stepper.set_speed(saved.speed)
        stands = PAUSED if trainer.step or fork is not None else READY
        state = DIVERGED if trainer.diverged and fork is None else stands
        self._take_up(run, sentence, state)
        self._current.fork = fork
        if fork is None:
            self._current.viewed.look_at(saved.moment, trainer)
        self._stepper.restore_stop(saved.stop, saved.stop_after, saved.finished)
        if state == DIVERGED:
            self._stepper.announce_divergence(run, sentence)

    def _take_up(self, run: Run, sentence: str, state: str) -> None:
        self._current.set_run(run)
        self._stepper.reset()
        self._number = run.number
        self._experiment = run.experiment
        # Undo must be available once the new run is on the screen.
        self.announce_undo()
        self._announce_run(run, sentence, run.trainer.data)
        self._stepper.set_state(state)

    def _announce_run(self, run: Run, sentence: str, data: DataSettings | None) -> None:
        started = run.trainer.experiment
        self._announced_data = data
        self._announce(run.number, started, None if data == started.data else data)
        begun = run.number, run.experiment, sentence, self.instruction, run.name, run.since
        self._signals.run_begun.emit(*begun)


def _renumbered(entry: Entry, shift: int) -> Entry:
    """Return the entry for a window that has already used this many numbers."""
    return replace(entry, run=entry.run.renumbered(shift)) if isinstance(entry, RunEntry) else entry
