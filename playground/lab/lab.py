"""The one door between the window and the computation: instructions in, snapshots and answers out."""

from __future__ import annotations

import atexit
import time
import weakref
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Signal, Slot

from playground.engine.branches.fork import Plan
from playground.engine.branches.stopping import Stop
from playground.engine.painted_points import started_again
from playground.engine.problem_of_experiment import check_start
from playground.experiment import LIVE_FIELDS, Change, DataSettings, Experiment
from playground.lab import words
from playground.lab.analysis.question_queue import Question
from playground.lab.analysis.thread import GRACE_MS, AnalysisThread
from playground.lab.pacing import USUAL_SPEED, Gate
from playground.lab.saved_lab import SavedLab
from playground.lab.snapshot import READY, Snapshot
from playground.lab.training import restarts
from playground.lab.training.thread import TrainingThread
from playground.lab.training.undo_stack import ViewEntry

SHUTDOWN_SECONDS = 1.0
KILLED_MS = 150
"""Time within which a thread ends once its helper is killed, in milliseconds."""
FRAME_DONE = QEvent.Type(QEvent.registerEventType())
AFTER_PAINTING = Qt.EventPriority.LowEventPriority.value - 1
"""Requests to paint are posted with low priority: an event of still lower priority comes after them."""


class Lab(QObject):
    """A run in a training thread, and questions about its landscape in a helper process.

    A call returns at once: its instruction is carried out between two steps. The window takes news with
    latest() and answer(), at its own rate; signals announce only rare events. A call that no experiment
    allows raises ExperimentError and changes nothing.

    Instructions are carried out in their order. One that refers to a picture (a step, θ, a row of a list)
    names the run of the picture: where another run has come since, nothing is done and a notice explains it.
    Without a run (None) an instruction applies to the run that the instructions before it lead to.
    """

    state_changed = Signal(str)
    experiment_replaced = Signal(object, str)
    """The experiment of a new run (or of one brought back), and one sentence about it."""
    run_left = Signal(object, int)
    """The RunView of the run that is left where the user goes on from an earlier step of it, and that step.
    """
    run_named = Signal()
    """The present run has received a name that was given to it under another number: see name_of()."""
    diverged = Signal(str, object)
    failed = Signal(str)
    notice = Signal(str)
    news = Signal()
    """Emitted after sleep(): a snapshot or an answer is there, a question was asked, or the state has
    changed."""
    undo_named = Signal(str, str)
    """What Undo takes back and what Redo makes again, in a few words; empty where there is nothing."""
    view_restored = Signal(str, object)
    """What remember_view() was given as kind, and the value to show again."""

    def __init__(
        self,
        experiment: Experiment,
        parent: QObject | None = None,
        use_process: bool = True,
        changes: Sequence[Change] = (),
        steps: int | None = None,
    ):
        """changes, steps: of the first run, as set_experiment() takes them."""
        super().__init__(parent)
        self._experiment = experiment
        self._state = READY
        self._run_number = self._run_since = 0
        self._speed: float | None = USUAL_SPEED
        self._newest_instruction = self._carried_out = 0
        self._names: dict[int, str] = {}
        self._undo_texts = "", ""
        self._next_run_snapshot: Snapshot | None = None
        self._ended = False
        self.asked = 0
        """Number of questions that were asked."""
        self.use_process = use_process
        """Whether processes of their own do what would take the window's time."""
        self._gate = Gate(self.news.emit)
        self.analysis = AnalysisThread(self._gate, use_process)
        """The thread that answers questions, itself or through its helper. The window asks the lab."""
        self.training = TrainingThread(experiment, self.analysis.begin, self._gate)
        """The thread that trains. The window gives its instructions to the lab."""
        self._instructions = self.training.instructions
        signals = self.training.signals
        signals.state_changed.connect(self._take_state)
        signals.run_begun.connect(self._take_run)
        signals.run_named.connect(self._take_name)
        signals.carried_out.connect(self._take_carried_out)
        signals.undo_changed.connect(self._take_undo)
        signals.run_left.connect(self.run_left)
        signals.view_restored.connect(self.view_restored)
        signals.diverged.connect(self.diverged)
        for sender in (signals, self.analysis):
            sender.failed.connect(self.failed)
            sender.notice.connect(self.notice)
        # A thread that still runs when its object is destroyed would end the program.
        atexit.register(_shut_down, weakref.ref(self))
        if (application := QCoreApplication.instance()) is not None:
            application.aboutToQuit.connect(self.shutdown)
        self.training.post_restart(
            self._number_instruction(), restarts.first(experiment, tuple(changes), steps)
        )
        self.analysis.start()
        self.training.start()

    # What there is --------------------------------------------------------------------------------------

    @property
    def state(self) -> str:
        """ "ready", "running", "paused", "diverged" or "failed"."""
        return self._state

    @property
    def experiment(self) -> Experiment:
        """The experiment with the present settings, which starting again would use."""
        return self._experiment

    @property
    def run_number(self) -> int:
        """The number of the present run; 0 before the first has begun.

        It grows with each new run and each one brought back.
        """
        return self._run_number

    @property
    def run_since(self) -> int:
        """The number under which the present run began, or its parameters were last set by hand.

        A run that goes on with other points has another run_number and the same run_since.
        """
        return self._run_since

    @property
    def speed(self) -> float | None:
        """The requested steps per second; None: no limit of speed."""
        return self._speed

    @property
    def can_undo(self) -> bool:
        return bool(self._undo_texts[0])

    @property
    def can_redo(self) -> bool:
        return bool(self._undo_texts[1])

    @property
    def newest_instruction(self) -> int:
        """The number of the newest instruction that has one; see reached()."""
        return self._newest_instruction

    @property
    def helper_pid(self) -> int | None:
        """The process number of the helper; None where there is none."""
        return self.analysis.helper_pid

    def name_of(self, run: int) -> str:
        """Return the user's name of a run, empty where there is none. A run brought back keeps its name."""
        return self._names.get(run, "")

    def latest(self) -> Snapshot | None:
        """Return the newest snapshot of the present run, once; None where there is nothing new."""
        snapshot = self.training.snapshots.take() or self._next_run_snapshot
        # The thread may be one run ahead of what was announced here: its snapshot waits for the signal.
        self._next_run_snapshot = (
            snapshot if snapshot is not None and snapshot.run > self._run_number else None
        )
        if snapshot is not None and snapshot.run != self._run_number:
            snapshot = None
        if snapshot is not None and snapshot.instruction == self._newest_instruction:
            self._take_settings(snapshot)
        self._gate.close(snapshot is not None)
        QCoreApplication.postEvent(self, QEvent(FRAME_DONE), AFTER_PAINTING)
        return snapshot

    def ask(self, question: Question) -> None:
        """Ask about the landscape. The newest question of a slot replaces the one before."""
        self.asked += 1
        self.analysis.ask(question)
        self._gate.something_new()

    def answer(self, slot: str) -> Any:
        """Return the newest answer of this slot, once; None where there is nothing new."""
        answer = self.analysis.answer(slot)
        return answer if answer is None or answer.run == self._run_number else None

    def sleep(self) -> bool:
        """Stop looking until the signal news is emitted; return False where something is there already."""
        self._gate.asleep = True
        # The order matters: whatever comes from here on is announced.
        if self._next_run_snapshot is None and self.training.snapshots.empty and not self.analysis.answered:
            return True
        self._gate.asleep = False
        return False

    def wake(self) -> None:
        """Look for snapshots and answers again."""
        self._gate.asleep = False

    def event(self, event: QEvent) -> bool:
        """Handle the event that follows painting: training may take the interpreter again."""
        if event.type() == FRAME_DONE:
            self._gate.open()
            return True
        return super().event(event)

    # Training -------------------------------------------------------------------------------------------

    @Slot()
    def run(self) -> None:
        """Train until something stops it."""
        self.training.post(self._instructions.start_training)

    @Slot()
    def pause(self) -> None:
        """Stop after the present step."""
        self.training.post(self._instructions.pause)

    @Slot()
    def toggle(self) -> None:
        """Pause a run that runs; run one that is paused."""
        self.training.post(self._instructions.toggle)

    @Slot()
    def step(self) -> None:
        """Take one step, then pause."""
        self.training.post(self._instructions.one_step)

    def run_exactly(self, n: int) -> None:
        """Take n steps at the present speed, then pause."""
        self.training.post(self._instructions.run_exactly, n)

    def set_speed(self, steps_per_second: float | None) -> None:
        """Set the steps per second, evenly spaced; None: no limit of speed."""
        if steps_per_second is not None and not steps_per_second > 0.0:
            raise ValueError(f"steps_per_second must be above 0, not {steps_per_second}")
        self._speed = steps_per_second
        self.training.post(self._instructions.set_speed, steps_per_second, key="speed")

    def set_stop(self, stop: Stop) -> None:
        """Stop a run at the first step at which one of these conditions holds; no condition: never.

        The conditions are no part of the experiment: a log of changes replays without them.
        """
        self.training.post(self._instructions.set_stop, stop, key="stop")

    def set_learning_rate(self, learning_rate: float, gesture: int | None = None) -> int:
        """Set the learning rate of the very next step. For gesture and the returned number see change()."""
        return self.change("training.learning_rate", learning_rate, gesture)

    def change(self, field: str, value: Any, gesture: int | None = None) -> int:
        """Set a field of the experiment: a live one for the very next step, any other in a new run.

        Undo sets a live one back. Changes of one field with the same number of a gesture, as those of one
        drag, are undone together. For what is returned see reached().
        """
        experiment = self._experiment.with_value(field, value)
        if field not in LIVE_FIELDS:
            check_start(experiment)
        self._experiment = experiment
        instruction = self._number_instruction()
        if field in LIVE_FIELDS:
            # Of a drag only the newest value counts; other changes are undone one by one.
            key = "" if gesture is None else f"{field} {gesture}"
            self.training.post(self._instructions.change, instruction, field, value, gesture, key=key)
        else:
            self.training.post_restart(instruction, restarts.changed(field, value))
        return instruction

    def change_points(
        self, value: Mapping[str, Any], run: int | None = None, base: DataSettings | None = None
    ) -> int:
        """Add, move and remove points of the run for the very next step; it goes on. Undo takes it back.

        value: see experiment_strokes; its rows are those of run. base: the data that its rows are of; where
        the run has others by then, it is refused. What cannot be made is refused by a notice. For the
        returned number see reached().
        """
        instruction = self._number_instruction()
        self.training.post(self._instructions.change_points, instruction, run, value, base, moves=True)
        return instruction

    def take_points(self, run: int | None = None) -> int:
        """Make a table of the points of a generated set; the run goes on with the same numbers.

        Undo brings the generated set back. For the returned number see reached().
        """
        instruction = self._number_instruction()
        self.training.post(self._instructions.take_points, instruction, run, moves=True)
        return instruction

    def start_at(self, theta: np.ndarray) -> int:
        """Begin the present formula again at θ (P,). Undo brings the old run back.

        Raises ExperimentError where J is not finite there, or where there is no formula. For the returned
        number see reached().
        """
        start = tuple(float(value) for value in theta)
        experiment = self._experiment.with_value("formula.start", start)
        check_start(experiment)
        self._experiment = experiment
        instruction = self._number_instruction()
        self.training.post_restart(instruction, restarts.started_at(start))
        return instruction

    def set_parameters(
        self,
        theta: np.ndarray,
        sentence: str | None = None,
        dragging: bool = False,
        run: int | None = None,
        gesture: int | None = None,
    ) -> int:
        """Set θ (P,) for the very next step. Undo brings the old parameters back.

        The run continues under a new number, so that everything asked about the old parameters is asked
        again, and the sentence announces it (None: that it was set). dragging: more calls follow at once;
        Undo goes back to before the first of them, and number and announcement wait for the last, which is
        without dragging. gesture:
        calls with the same number, as of keys in quick succession, are undone together. Raises
        ValueError for values that are not finite. For the returned number see reached().
        """
        theta = np.array(theta, dtype=np.float64)
        if not np.isfinite(theta).all():
            raise ValueError("theta must be finite.")
        instruction = self._number_instruction()
        key = f"parameters of {run}" if dragging else ""
        act = self._instructions.set_parameters
        about = (instruction, run, theta, sentence, dragging, gesture)
        self.training.post(act, *about, key=key, moves=True)
        return instruction

    # Time -----------------------------------------------------------------------------------------------

    def show_moment(self, step: int | None, run: int | None = None) -> None:
        """Show an earlier step of the run, which pauses; None: show the present step again.

        Whatever then acts on the run (run, step, change, set_parameters) goes on from that step, on another
        branch.
        """
        self.training.post(self._instructions.show_moment, run, step, key=f"moment of {run}", moves=True)

    def run_from(
        self, step: int, learning_rate: float | None = None, go: bool = True, run: int | None = None
    ) -> None:
        """Go on from an earlier step of the run, on another branch. Undo brings the old one back."""
        self.training.post(
            self._instructions.branch, self._number_instruction(), run, step, learning_rate, go
        )

    def fork(self, plans: Sequence[Plan], run: int | None = None) -> None:
        """Continue the run in several ways side by side, and run.

        The run stays where it is. run, pause, step and run_exactly act on the fork until a branch is kept,
        the fork is dropped, or the run is changed.
        """
        self.training.post(self._instructions.fork, run, tuple(plans))

    def keep_branch(self, row: int, plan: Plan | None = None, run: int | None = None) -> None:
        """Go on with this branch of the fork, which follows this plan. Undo goes back to its beginning."""
        self.training.post(self._instructions.keep_branch, self._number_instruction(), run, row, plan)

    def drop_fork(self) -> None:
        """Drop the fork. The run stays where it was forked."""
        self.training.post(self._instructions.drop_fork)

    # Runs -----------------------------------------------------------------------------------------------

    @Slot()
    def same_weights_again(self) -> None:
        """Begin a new run from the same first weights, with the present settings."""
        self.training.post_restart(self._number_instruction(), restarts.same_weights)

    @Slot()
    def new_weights(self) -> None:
        """Begin a new run from weights of the next seed, with the present settings."""
        self.training.post_restart(self._number_instruction(), restarts.new_weights)

    def set_experiment(
        self,
        experiment: Experiment,
        changes: Sequence[Change] = (),
        steps: int | None = None,
        name: str = "",
        sentence: str = words.OPENED,
    ) -> int:
        """Begin a run of another experiment. For the returned number see reached().

        changes: a log that the run follows until the user changes something. steps: train this far at once,
        without a limit of speed, then pause. name: the user's name for it. sentence: the announcement; empty
        for none.
        """
        self._experiment = experiment
        opened = restarts.opened(experiment, tuple(changes), steps, name, sentence)
        instruction = self._number_instruction()
        self.training.post_restart(instruction, opened)
        return instruction

    def set_preset(self, experiment: Experiment, title: str) -> int:
        """Begin a run of a formula of the list. For the returned number see reached().

        Of several in a row without a step between them, Undo goes back to before the first.
        """
        self._experiment = experiment
        instruction = self._number_instruction()
        self.training.post_restart(instruction, restarts.preset(experiment, title))
        return instruction

    def set_data(self, data: DataSettings, title: str) -> int:
        """Begin a run of the present network on other data. Undo brings the old run back.

        title: of the data, for the announcement. Raises ExperimentError for data that no network can have.
        For the returned number see reached().
        """
        experiment = self._experiment.with_data(data)
        check_start(experiment)
        self._experiment = experiment
        instruction = self._number_instruction()
        self.training.post_restart(instruction, restarts.on_data(data, title))
        return instruction

    def reached(self, instruction: int) -> bool:
        """Return whether the instruction of this number has been carried out or refused.

        Its result is then known here.
        """
        return instruction <= self._carried_out

    def name_run(self, run: int, name: str) -> None:
        """Name this run. A run that starts it again keeps the name; another experiment does not."""
        self._names[run] = name
        self.training.post(self._instructions.name_run, run, name)

    @Slot()
    def undo(self) -> None:
        """Take back what was done last: a change of α or of another setting, or a run that replaced another.

        A run comes back with its history. A change is not taken out of the log: the old value is set anew.
        """
        self.training.post(self._instructions.undo, self._number_instruction())

    @Slot()
    def redo(self) -> None:
        """Do again what the last undo() took back."""
        self.training.post(self._instructions.redo, self._number_instruction())

    def remember_view(
        self, kind: str, before: Any, after: Any, text: str, gesture: int | None = None
    ) -> None:
        """Let Undo and Redo show something of the window again, by view_restored; text names it for Undo.

        gesture: as for change().
        """
        self.training.post(self._instructions.remember_view, ViewEntry(kind, before, after, text, gesture))

    # Sessions -------------------------------------------------------------------------------------------

    def saved(self) -> Future[SavedLab | None]:
        """Ask for the content of a session, and go on meanwhile.

        It is copied between two steps; None where there is no run. lab.saved_lab.session_of makes a session
        of it, in any thread. Cancelled where the lab is shut down before.
        """
        return self.training.saved()

    def open_saved(
        self,
        saved: SavedLab,
        sentence: str = words.SESSION_OPENED,
        view: tuple[str, Any, Any] | None = None,
        keep: bool = False,
    ) -> int:
        """Go on with what lab.saved_lab.saved_lab_of has read, paused as it was when it was saved.

        Undo first brings back the run that it replaces, then what was done before, then runs of the session.
        These have their numbers raised by one shift: the new run_number less saved.number. view: kind, before
        and after, as for remember_view(), of what the window replaces with the run. keep: Undo is to bring
        the present run back also where nothing was done in it. For what is returned see reached().
        """
        entry = None if view is None else ViewEntry(*view, words.ANOTHER_SESSION)
        self._experiment, self._speed = saved.experiment, saved.speed
        instruction = self._number_instruction()
        self.training.post(
            self._instructions.open_saved, instruction, saved, sentence, entry, keep, moves=True
        )
        return instruction

    # The end --------------------------------------------------------------------------------------------

    def shutdown(self, timeout: float = SHUTDOWN_SECONDS) -> bool:
        """End both threads and the helper; return whether they ended within timeout seconds.

        It may be called again.
        """
        # After they have ended they are not touched: Qt may be gone by the time of a later call.
        if not self._ended:
            self.training.close()
            self.analysis.close()
            until = time.monotonic() + timeout
            ended = self.training.wait(round(1000 * timeout))
            left = max(round(1000 * (until - time.monotonic())), GRACE_MS + KILLED_MS)
            self._ended = self.analysis.end(left) and ended
        return self._ended

    # What the threads report ----------------------------------------------------------------------------

    def _number_instruction(self) -> int:
        self._newest_instruction += 1
        return self._newest_instruction

    @Slot(str)
    def _take_state(self, state: str) -> None:
        self._state = state
        self._gate.something_new()
        self.state_changed.emit(state)

    @Slot(int, object, str, int, str, int)
    def _take_run(
        self, number: int, experiment: Experiment, sentence: str, instruction: int, name: str, since: int
    ) -> None:
        self._run_number, self._run_since = number, since
        self._carried_out = max(self._carried_out, instruction)
        self._names[number] = name
        # A later instruction is still on its way; self._experiment is already the one that it leads to.
        if instruction == self._newest_instruction:
            self._experiment = experiment
        self._gate.something_new()
        self.experiment_replaced.emit(experiment, sentence)

    @Slot(int, str)
    def _take_name(self, number: int, name: str) -> None:
        self._names[number] = name
        self.run_named.emit()

    @Slot(int, object)
    def _take_carried_out(self, instruction: int, experiment: Experiment) -> None:
        self._carried_out = instruction
        if instruction == self._newest_instruction:
            # This includes a change that was expected here and has been refused.
            self._experiment = experiment

    def _take_settings(self, snapshot: Snapshot) -> None:
        """Take over settings that a followed log has changed. No instruction is on its way."""
        view = snapshot.whole
        if view.settings != self._experiment.training:
            data = started_again(view.data)
            self._experiment = replace(view.experiment, training=view.settings, data=data)

    @Slot(str, str)
    def _take_undo(self, undo_text: str, redo_text: str) -> None:
        self._undo_texts = undo_text, redo_text
        self.undo_named.emit(undo_text, redo_text)


def _shut_down(reference: weakref.ref[Lab]) -> None:
    if (lab := reference()) is not None:
        lab.shutdown()
