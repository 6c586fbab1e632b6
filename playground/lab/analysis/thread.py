"""The thread that sends questions to the helper, and answers them itself where there is none."""

from __future__ import annotations

import multiprocessing
import pickle
import threading
import time
import traceback
from multiprocessing.connection import wait
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal
from threadpoolctl import threadpool_limits

from playground.experiment import DataSettings, Experiment
from playground.lab import words
from playground.lab.analysis.process import Helper
from playground.lab.analysis.question_queue import Question, QuestionQueue, Report
from playground.lab.latest import Latest
from playground.lab.pacing import Gate

SHORT_CHUNK, REST, PATIENCE = 0.003, 0.002, 0.008
"""Seconds of a chunk that the thread computes itself, of the pause after it for other threads, and of the
longest wait before it for the window to have painted."""
GRACE_MS = 250
"""Time that a thread that has to end waits for its helper, in milliseconds."""


class AnalysisThread(QThread):
    """Questions in, answers out: one slot for each kind of question, in which the newest replaces the others.

    begin, ask, answer and close may be called from any thread and return at once.
    """

    failed = Signal(str)
    notice = Signal(str)

    def __init__(self, gate: Gate, use_process: bool = True, parent: QObject | None = None):
        super().__init__(parent)
        self.setObjectName("analysis")
        self._gate = gate
        self._use_process = use_process
        self._lock = threading.Lock()
        self._begun: tuple[int, Experiment, DataSettings | None] | None = None
        self._asked: dict[str, Question] = {}
        self._answers: dict[str, Latest[Any]] = {}
        self._run_number = 0
        self._closed = False
        self._woken = False
        self._wake_reader, self._wake_writer = multiprocessing.Pipe(duplex=False)
        # Below: used by the thread alone.
        self._helper: Helper | None = None
        self._queue = QuestionQueue(self._take_report, SHORT_CHUNK)
        self._newest: dict[str, Question] = {}
        self._experiment: tuple[int, Experiment, DataSettings | None] | None = None
        self._reported: set[str] = set()
        self._reported_alone = False

    # From any thread ------------------------------------------------------------------------------------

    def begin(self, run: int, experiment: Experiment, data: DataSettings | None = None) -> None:
        """Answer questions about this run from now on, and drop those about another.

        data: its present points; None: those of the experiment.
        """
        with self._lock:
            self._run_number = run
            self._begun = (run, experiment, data)
            self._asked.clear()
            self._answers.clear()
            self._wake()

    def ask(self, question: Question) -> None:
        with self._lock:
            if question.run == self._run_number:
                self._asked[question.slot] = question
                self._wake()

    def answer(self, slot: str) -> Any:
        """Return the newest answer of the slot, once; None where there is nothing new."""
        with self._lock:
            box = self._answers.get(slot)
            return box.take() if box is not None else None

    @property
    def answered(self) -> bool:
        """Whether an answer is there that was not taken yet."""
        with self._lock:
            return any(not box.empty for box in self._answers.values())

    @property
    def helper_pid(self) -> int | None:
        """The helper's process number; None where there is none."""
        helper = self._helper
        return helper.pid if helper is not None else None

    @property
    def busy(self) -> bool:
        """Whether the thread answers a question itself, without a helper."""
        return self._queue.busy

    def close(self) -> None:
        """Ask the thread to end after the present chunk, and the helper with it."""
        with self._lock:
            self._closed = True
            self._wake()

    def end(self, milliseconds: int) -> bool:
        """Wait for the thread after close(); return whether it ended within this time.

        A helper that does not read any more (a stopped process) would block it without end, in a full pipe:
        such a helper is killed.
        """
        grace = min(GRACE_MS, milliseconds)
        if self.wait(grace):
            return True
        if (helper := self._helper) is not None:
            helper.kill()
        return self.wait(milliseconds - grace)

    def _wake(self) -> None:
        # One byte is enough until it is read, so that the pipe never fills and this never waits.
        if not self._woken and not self._wake_writer.closed:
            self._woken = True
            self._wake_writer.send_bytes(b"!")

    # The thread -----------------------------------------------------------------------------------------

    def run(self) -> None:
        try:
            with threadpool_limits(limits=1):
                self._start_helper()
                while not self._closed:
                    try:
                        self._turn()
                    except Exception:
                        self._complain(traceback.format_exc())
                        self._drop_own_work()
        except Exception:
            self.failed.emit(traceback.format_exc())
        finally:
            if self._helper is not None:
                self._helper.close()
                self._helper = None
            with self._lock:
                self._wake_reader.close()
                self._wake_writer.close()

    def _drop_own_work(self) -> None:
        """Drop what this thread computes itself, so that a fault does not repeat.

        A helper goes on: only the message that could not be read is lost.
        """
        if self._helper is None and self._experiment is not None:
            self._newest.clear()
            self._queue.begin(*self._experiment)

    def _turn(self) -> None:
        if self._helper is None and self._queue.busy:
            self._gate.wait(PATIENCE)
            self._queue.work()
            time.sleep(REST)
            if not self._woken:
                return
        ends: list[Any] = [self._wake_reader]
        if self._helper is not None:
            ends.append(self._helper.connection)
        ready = wait(ends)
        if self._wake_reader in ready:
            self._take_requests()
        if self._helper is not None and self._helper.connection in ready:
            self._receive()

    def _take_requests(self) -> None:
        with self._lock:
            self._wake_reader.recv_bytes()
            self._woken = False
            begun, self._begun = self._begun, None
            asked, self._asked = list(self._asked.values()), {}
        if begun is not None and not self._closed:
            self._experiment = begun
            self._newest.clear()
            self._reported.clear()
            self._queue.begin(*begun)
            if self._helper is None:
                self._start_helper()
            if self._helper is not None:
                self._send("begin", *begun)
        for question in asked:
            self._newest[question.slot] = question
            if self._helper is None:
                self._queue.ask(question)
            else:
                self._send("ask", question)

    def _send(self, *message: Any) -> None:
        assert self._helper is not None
        try:
            self._helper.send(message)
        except OSError:
            self._lose_helper()
        except Exception:
            self._complain(traceback.format_exc())

    def _receive(self) -> None:
        assert self._helper is not None
        try:
            message = self._helper.connection.recv_bytes()
        except (EOFError, OSError):
            self._lose_helper()
        else:
            self._reported_alone = False
            # Unpickled apart from the pipe: an exception in an answer is no fault of the helper.
            self._take_report(pickle.loads(message))

    def _take_report(self, report: Report) -> None:
        with self._lock:
            if report.run != self._run_number:
                return
            if report.kind == "answer":
                self._answers.setdefault(report.slot, Latest()).put(report.content)
                self._gate.something_new()
                return
        if report.kind == "failed":
            self._complain(report.content)

    def _complain(self, text: str) -> None:
        # Once per run is enough: the same question comes again with the next step.
        if text not in self._reported:
            self._reported.add(text)
            self.failed.emit(text)

    # The helper -----------------------------------------------------------------------------------------

    def _start_helper(self) -> None:
        if not self._use_process:
            return
        try:
            self._helper = Helper()
        except Exception:
            self._report_alone(words.HELPER_MISSING)

    def _lose_helper(self) -> None:
        """Go on without the helper: the newest questions are answered here."""
        assert self._helper is not None
        self._helper.close()
        self._helper = None
        if self._closed:
            return
        self._report_alone(words.HELPER_LOST)
        if self._experiment is not None:
            self._queue.begin(*self._experiment)
        for question in self._newest.values():
            self._queue.ask(question)

    def _report_alone(self, sentence: str) -> None:
        # Reported once until a helper has answered again: where none can start, each new experiment would
        # report it.
        if not self._reported_alone:
            self._reported_alone = True
            self.notice.emit(sentence)
