"""The thread that carries out instructions, takes steps, and publishes the results."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QThread
from threadpoolctl import threadpool_limits

from playground.experiment import DataSettings, Experiment
from playground.lab.pacing import Gate
from playground.lab.saved_lab import SavedLab
from playground.lab.snapshot import FAILED, Snapshot
from playground.lab.training.current_run import CurrentRun
from playground.lab.training.inbox import Inbox, Instruction
from playground.lab.training.instructions import Instructions
from playground.lab.training.publisher import Publisher
from playground.lab.training.restarts import Restart
from playground.lab.training.run_switch import RunSwitch
from playground.lab.training.signals import TrainingSignals
from playground.lab.training.stepper import Stepper


class TrainingThread(QThread):
    """The thread of the run.

    It carries out instructions between steps and publishes snapshots into a mailbox. instructions holds what
    can be posted; current, stepper and publisher are the state of the run, used by this thread alone. post,
    post_restart and close may be called from any thread and return at once.
    """

    def __init__(
        self,
        experiment: Experiment,
        announce: Callable[[int, Experiment, DataSettings | None], None],
        gate: Gate,
        parent: QObject | None = None,
    ):
        super().__init__(parent)
        self.setObjectName("training")
        self.signals = TrainingSignals()
        self._inbox = Inbox()
        self.publisher = Publisher(gate)
        self.snapshots = self.publisher.snapshots
        self.current = CurrentRun()
        self.stepper = Stepper(self.current, self._inbox, gate, self.publisher, self.signals)
        parts = self.current, self.stepper, self.signals
        self._switch = RunSwitch(experiment, *parts, announce, self._inbox.is_closed)
        self._announced = 0
        self._lock = threading.Lock()
        self._asked: list[Future[SavedLab | None]] = []
        self._over = False
        self.instructions = Instructions(*parts, self._switch)

    def post(self, act: Callable[..., None], *arguments: Any, key: str = "", moves: bool = False) -> None:
        """Post a call to be carried out between two steps. For key and moves see Instruction."""
        self._inbox.post(Instruction(partial(act, *arguments), key, moves))

    def post_restart(self, instruction: int, restart: Restart) -> None:
        """Post a new run, made from the present experiment. Of several in a row only the last begins."""
        self._inbox.post(
            Instruction(partial(self.instructions.plan_run, instruction, restart), restarts=True)
        )

    def saved(self) -> Future[SavedLab | None]:
        """Ask for the content of a session, copied between two steps.

        The result is None where there is no run. The future is cancelled where the thread ends before. May be
        called from any thread.
        """
        future: Future[SavedLab | None] = Future()
        with self._lock:
            if self._over:
                future.cancel()
                return future
            self._asked.append(future)
        self.post(self._answer)
        return future

    def close(self) -> None:
        """Ask the thread to end after the present step."""
        self._inbox.close()

    # The thread -----------------------------------------------------------------------------------------

    def run(self) -> None:
        with threadpool_limits(limits=1):
            while (instructions := self._inbox.take(self.stepper.patience())) is not None:
                self._carry_out(instructions)
                self._try(self._go_on, bool(instructions))
        self.stepper.end()
        with self._lock:
            self._over = True
            for future in self._asked:
                future.cancel()

    def _answer(self) -> None:
        with self._lock:
            asked, self._asked = self._asked, []
        waiting = [future for future in asked if future.set_running_or_notify_cancel()]
        if waiting:
            try:
                saved = self._switch.saved()
            except Exception as error:
                # The run is as it was: only the copy of it could not be made.
                for future in waiting:
                    future.set_exception(error)
            else:
                for future in waiting:
                    future.set_result(saved)

    def _carry_out(self, instructions: list[Instruction]) -> None:
        for instruction in instructions:
            if not instruction.restarts:
                self._try(self.instructions.begin_planned_run)
            self._try(instruction.act)
        self._try(self.instructions.begin_planned_run)
        if instructions:
            self.publisher.outdated_at_once()
        if self._switch.instruction != self._announced:
            self._announced = self._switch.instruction
            self.signals.carried_out.emit(self._announced, self._switch.experiment)

    def _go_on(self, instructed: bool) -> None:
        if instructed and self.stepper.flat_out:
            # The next frame shows the result, without waiting for a turn of training.
            self.publisher.publish_if_due(self._snapshot)
        if self.stepper.running:
            self.stepper.train()
        self.publisher.publish_if_due(self._snapshot)

    def _try(self, act: Callable[..., None], *arguments: Any) -> None:
        """Do this. A fault in it ends the run and nothing else: later instructions are still carried out."""
        try:
            act(*arguments)
        except Exception:
            # Half a step may have been made: the run cannot be used any more.
            self._switch.drop_run()
            self.stepper.reset()
            self.stepper.set_state(FAILED)
            self.signals.failed.emit(traceback.format_exc())

    def _snapshot(self) -> Snapshot | None:
        """Return the run at the viewed moment, or else at its newest step; None without a run."""
        run, viewed, fork = self.current.run, self.current.viewed, self.current.fork
        if run is None:
            return None
        now, problem = None, run.trainer.problem
        if viewed.step is None:
            view = run.trainer.view()
        else:
            views = viewed.views(run.trainer, lambda: self._inbox.waiting)
            if views is None:
                return None
            view, now = views
            problem = viewed.problem_of(run.trainer)
        self._switch.show_points(run, view.data)
        return Snapshot(
            run=run.number,
            since=run.since,
            view=view,
            state=self.stepper.state,
            steps_per_second=self.stepper.steps_per_second,
            problem=problem,
            now=now,
            fork=fork.view() if fork is not None else None,
            finished=self.stepper.finished,
            instruction=self._switch.instruction,
            begun_at=run.begun_at,
        )
