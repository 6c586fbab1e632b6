"""The one door between the window and the computation: commands in, snapshots and answers out."""

from __future__ import annotations

import atexit
import time
import weakref
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Signal, Slot

from playground.engine.branches.fork import Plan
from playground.engine.branches.stopping import Stop
from playground.experiment import LIVE_FIELDS, Change, Experiment
from playground.lab import words
from playground.lab.analysis.question_queue import Question
from playground.lab.analysis.thread import GRACE_MS, AnalysisThread
from playground.lab.pacing import USUAL_SPEED, Gate
from playground.lab.saved_lab import SavedLab
from playground.lab.snapshot import READY, Snapshot
from playground.lab.training import restarts
from playground.lab.training.thread import TrainingThread

SHUTDOWN_SECONDS = 1.0
KILLED_MS = 150
"""So long a thread takes to end once its helper is killed."""
FRAME_DONE = QEvent.Type(QEvent.registerEventType())
AFTER_PAINTING = Qt.EventPriority.LowEventPriority.value - 1
"""Requests to paint are posted with low priority: what is posted below it comes when they are done."""


class Lab(QObject):
    """A run in a training thread, and questions about its landscape in a helper process.

    A command returns at once: it is carried out between two steps. The window pulls what is new with
    latest() and answer(), at its own rate; signals only tell of what happens seldom. A command that no
    experiment allows raises ExperimentError and changes nothing.

    Commands are carried out in the order in which they were given. What is made of a picture (a step, θ, a
    row of a list) names the run that the picture was of: where another has come since, nothing is done and a
    notice says so. Without a run (None) a command is for the one that the commands before it lead to.
    """

    state_changed = Signal(str)
    experiment_replaced = Signal(object, str)
    """The experiment of a new run (or of one brought back), and one sentence about it."""
    run_left = Signal(object, int)
    """A RunView: the run that is left where it is gone on from an earlier step of it, and that step."""
    run_named = Signal()
    """The present run has got a name that it was given under another number: see name_of()."""
    diverged = Signal(str, object)
    failed = Signal(str)
    notice = Signal(str)
    news = Signal()
    """After sleep(): a snapshot or an answer is there, a question was asked, or another state has come."""
    undo_available = Signal(bool)
    redo_available = Signal(bool)

    def __init__(self, experiment: Experiment, parent: QObject | None = None, use_process: bool = True):
        super().__init__(parent)
        self._experiment = experiment
        self._state = READY
        self._run_number = 0
        self._speed: float | None = USUAL_SPEED
        self._newest_instruction = self._carried_out = 0
        self._names: dict[int, str] = {}
        self._can_undo = self._can_redo = False
        self._early: Snapshot | None = None
        self._ended = False
        self.asked = 0
        """How many questions were asked."""
        self._gate = Gate(self.news.emit)
        self.analysis = AnalysisThread(self._gate, use_process)
        """The thread that answers questions, itself or through its helper; the window asks the lab."""
        self.training = TrainingThread(experiment, self.analysis.begin, self._gate)
        """The thread that trains; the window gives its commands to the lab."""
        self._commands = self.training.commands
        signals = self.training.signals
        signals.state_changed.connect(self._take_state)
        signals.run_begun.connect(self._take_run)
        signals.run_named.connect(self._take_name)
        signals.carried_out.connect(self._take_carried_out)
        signals.undo_changed.connect(self._take_undo)
        signals.run_left.connect(self.run_left)
        signals.diverged.connect(self.diverged)
        for sender in (signals, self.analysis):
            sender.failed.connect(self.failed)
            sender.notice.connect(self.notice)
        # A thread that still runs when its object goes would take the program with it.
        atexit.register(_shut_down, weakref.ref(self))
        if (application := QCoreApplication.instance()) is not None:
            application.aboutToQuit.connect(self.shutdown)
        self.training.post_restart(self._number_instruction(), restarts.first(experiment))
        self.analysis.start()
        self.training.start()

    # What there is --------------------------------------------------------------------------------------

    @property
    def state(self) -> str:
        """ "ready", "running", "paused", "diverged" or "failed"."""
        return self._state

    @property
    def experiment(self) -> Experiment:
        """The experiment with the settings of now: what starting again would start."""
        return self._experiment

    @property
    def run_number(self) -> int:
        """Grows with each new run and each one brought back; 0 before the first has begun."""
        return self._run_number

    @property
    def speed(self) -> float | None:
        """The steps per second that were asked for; None: as fast as it goes."""
        return self._speed

    @property
    def can_undo(self) -> bool:
        return self._can_undo

    @property
    def can_redo(self) -> bool:
        return self._can_redo

    @property
    def newest_instruction(self) -> int:
        """The number of the newest command that has one; see reached()."""
        return self._newest_instruction

    @property
    def helper_pid(self) -> int | None:
        """The process number of the helper; None where there is none."""
        return self.analysis.helper_pid

    def name_of(self, run: int) -> str:
        """What the user calls a run, empty where nothing; a run brought back has the name it had."""
        return self._names.get(run, "")

    def latest(self) -> Snapshot | None:
        """The newest snapshot of the present run that was not taken yet."""
        snapshot = self.training.snapshots.take() or self._early
        # The thread may be a run ahead of what was announced here: its snapshot waits for the signal.
        self._early = snapshot if snapshot is not None and snapshot.run > self._run_number else None
        if snapshot is not None and snapshot.run != self._run_number:
            snapshot = None
        if snapshot is not None and snapshot.instruction == self._newest_instruction:
            self._take_settings(snapshot)
        self._gate.close(snapshot is not None)
        QCoreApplication.postEvent(self, QEvent(FRAME_DONE), AFTER_PAINTING)
        return snapshot

    def ask(self, question: Question) -> None:
        """Ask about the landscape; the newest question of a slot replaces the one before."""
        self.asked += 1
        self.analysis.ask(question)
        self._gate.something_new()

    def answer(self, slot: str) -> Any:
        """The newest answer of this slot that was not taken yet, or None."""
        answer = self.analysis.answer(slot)
        return answer if answer is None or answer.run == self._run_number else None

    def sleep(self) -> bool:
        """Nothing is looked for until news tells of something; False where something is there already."""
        self._gate.asleep = True
        # In this order: what comes from here on is told.
        if self._early is None and self.training.snapshots.empty and not self.analysis.answered:
            return True
        self._gate.asleep = False
        return False

    def wake(self) -> None:
        """It is looked for snapshots and answers again."""
        self._gate.asleep = False

    def event(self, event: QEvent) -> bool:
        """The window has painted what it pulled: training may have the interpreter again."""
        if event.type() == FRAME_DONE:
            self._gate.open()
            return True
        return super().event(event)

    # Training -------------------------------------------------------------------------------------------

    @Slot()
    def run(self) -> None:
        """Train until something stops it."""
        self.training.post(self._commands.start_training)

    @Slot()
    def pause(self) -> None:
        """Stop after the present step."""
        self.training.post(self._commands.pause)

    @Slot()
    def toggle(self) -> None:
        """Run where it stands, pause where it runs."""
        self.training.post(self._commands.toggle)

    @Slot()
    def step(self) -> None:
        """One step, then stand."""
        self.training.post(self._commands.one_step)

    def run_exactly(self, n: int) -> None:
        """n steps at the present speed, then stand."""
        self.training.post(self._commands.run_exactly, n)

    def set_speed(self, steps_per_second: float | None) -> None:
        """Steps per second, evenly spaced; None: as fast as it goes."""
        if steps_per_second is not None and not steps_per_second > 0.0:
            raise ValueError(f"steps_per_second must be above 0, not {steps_per_second}")
        self._speed = steps_per_second
        self.training.post(self._commands.set_speed, steps_per_second, key="speed")

    def set_stop(self, stop: Stop) -> None:
        """Stop a run at the first step at which one of these conditions holds; no condition: never.

        It is no part of the experiment: a log of changes replays without it.
        """
        self.training.post(self._commands.set_stop, stop, key="stop")

    def set_learning_rate(self, learning_rate: float) -> int:
        """The learning rate of the very next step. For what is returned see reached()."""
        return self.change("training.learning_rate", learning_rate)

    def change(self, field: str, value: Any) -> int:
        """Set a field of the experiment: a live one for the very next step, any other in a new run.

        For what is returned see reached().
        """
        self._experiment = self._experiment.with_value(field, value)
        instruction = self._number_instruction()
        if field in LIVE_FIELDS:
            self.training.post(self._commands.change, instruction, field, value, key=field)
        else:
            self.training.post_restart(instruction, restarts.changed(field, value))
        return instruction

    def set_parameters(
        self,
        theta: np.ndarray,
        sentence: str = words.WEIGHTS_SET,
        dragging: bool = False,
        run: int | None = None,
    ) -> int:
        """Put the run at θ (P,), from its very next step on; Undo brings the old weights back.

        It goes on under a new number, so that everything that was asked about the old weights is asked
        again, and announces itself with the sentence. dragging: more follows at once, and Undo goes back to
        before the first; number and announcement wait for the last, that without dragging. Raises
        ValueError for values that are not finite. For what is returned see reached().
        """
        theta = np.array(theta, dtype=np.float64)
        if not np.isfinite(theta).all():
            raise ValueError("theta must be finite.")
        instruction = self._number_instruction()
        key = f"parameters of {run}" if dragging else ""
        act, about = self._commands.set_parameters, (instruction, run, theta, sentence, dragging)
        self.training.post(act, *about, key=key, moves=True)
        return instruction

    # Time -----------------------------------------------------------------------------------------------

    def show_moment(self, step: int | None, run: int | None = None) -> None:
        """Look at an earlier step of the run: snapshots show it until something else is asked for.

        The run pauses. Whatever then acts on it (run, step, change, set_parameters) goes on from that step,
        on another branch; None looks at now again.
        """
        self.training.post(self._commands.show_moment, run, step, key=f"moment of {run}", moves=True)

    def run_from(
        self, step: int, learning_rate: float | None = None, go: bool = True, run: int | None = None
    ) -> None:
        """Go on from an earlier step of the run, on another branch; Undo brings the old one back."""
        self.training.post(self._commands.branch, self._number_instruction(), run, step, learning_rate, go)

    def fork(self, plans: Sequence[Plan], run: int | None = None) -> None:
        """Continue the run in several ways side by side, and run.

        The run stays where it is; run, pause, step and run_exactly act on the fork until a branch is kept,
        it is dropped, or the run is changed.
        """
        self.training.post(self._commands.fork, run, tuple(plans))

    def keep_branch(self, row: int, plan: Plan | None = None, run: int | None = None) -> None:
        """Go on with this branch of the fork, which follows this plan; Undo goes back to its beginning."""
        self.training.post(self._commands.keep_branch, self._number_instruction(), run, row, plan)

    def drop_fork(self) -> None:
        """Take the fork away; the run stands where it was forked."""
        self.training.post(self._commands.drop_fork)

    # Runs -----------------------------------------------------------------------------------------------

    @Slot()
    def same_weights_again(self) -> None:
        """A new run from the same first weights, with the settings of now."""
        self.training.post_restart(self._number_instruction(), restarts.same_weights)

    @Slot()
    def new_weights(self) -> None:
        """A new run from weights of the next seed, with the settings of now."""
        self.training.post_restart(self._number_instruction(), restarts.new_weights)

    def set_experiment(
        self,
        experiment: Experiment,
        changes: Sequence[Change] = (),
        steps: int | None = None,
        name: str = "",
        sentence: str = words.OPENED,
    ) -> int:
        """A new run of another experiment (see reached() for what is returned).

        changes: a log that the run follows until the user changes something; steps: train so far at once,
        as fast as it goes, then stand; name: what the user calls it; sentence: what announces it, empty
        where nothing shall.
        """
        self._experiment = experiment
        opened = restarts.opened(experiment, tuple(changes), steps, name, sentence)
        instruction = self._number_instruction()
        self.training.post_restart(instruction, opened)
        return instruction

    def reached(self, instruction: int) -> bool:
        """Whether the command that returned this number has been carried out or refused, and what came of it
        is known here.
        """
        return instruction <= self._carried_out

    def name_run(self, run: int, name: str) -> None:
        """Call this run so; what starts it again keeps the name, another experiment does not."""
        self._names[run] = name
        self.training.post(self._commands.name_run, run, name)

    @Slot()
    def undo(self) -> None:
        """Bring back, with its history, the run that the present one replaced."""
        self.training.post(self._commands.undo, self._number_instruction())

    @Slot()
    def redo(self) -> None:
        """Bring back the run that the last undo() left."""
        self.training.post(self._commands.redo, self._number_instruction())

    # Sessions -------------------------------------------------------------------------------------------

    def saved(self) -> Future[SavedLab | None]:
        """Ask for all that a session is made of, and go on meanwhile.

        It is copied between two steps; None where there is no run. lab.saved_lab.session_of makes a session
        of it, in any thread. Cancelled where the lab is shut down before.
        """
        return self.training.saved()

    def open_saved(self, saved: SavedLab, sentence: str = words.SESSION_OPENED) -> int:
        """Go on with what lab.saved_lab.saved_lab_of has read, paused as it was when it was saved.

        Undo first brings back the run that it replaces, then those of the session. Runs of the session have
        its numbers raised by one shift: the new run_number less saved.number. For what is returned see
        reached().
        """
        self._experiment, self._speed = saved.experiment, saved.speed
        instruction = self._number_instruction()
        self.training.post(self._commands.open_saved, instruction, saved, sentence, moves=True)
        return instruction

    # The end --------------------------------------------------------------------------------------------

    def shutdown(self, timeout: float = SHUTDOWN_SECONDS) -> bool:
        """End both threads and the helper; whether they ended within timeout seconds. May be called again."""
        # Once they have ended they are left alone: Qt may be gone by the time of a later call.
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

    @Slot(int, object, str, int, str)
    def _take_run(
        self, number: int, experiment: Experiment, sentence: str, instruction: int, name: str
    ) -> None:
        self._run_number = number
        self._carried_out = max(self._carried_out, instruction)
        self._names[number] = name
        # A later instruction is still on its way, and the experiment that it leads to is already known here.
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
            # Also where something that was known here already has been refused.
            self._experiment = experiment

    def _take_settings(self, snapshot: Snapshot) -> None:
        """Know what a log that the run follows has changed; nothing that was sent is on its way."""
        view = snapshot.whole
        if view.settings != self._experiment.training:
            self._experiment = replace(view.experiment, training=view.settings)

    @Slot(bool, bool)
    def _take_undo(self, can_undo: bool, can_redo: bool) -> None:
        self._can_undo, self._can_redo = can_undo, can_redo
        self.undo_available.emit(can_undo)
        self.redo_available.emit(can_redo)


def _shut_down(reference: weakref.ref[Lab]) -> None:
    if (lab := reference()) is not None:
        lab.shutdown()
