"""The helper: a process of low priority that answers questions about the landscape.

It uses NumPy and no Qt. A second thread instead would compete with training for the interpreter's lock. The
only connection to the program is a pipe. When the pipe ends, for whatever reason, the helper ends too.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from queue import SimpleQueue
from typing import Any

from threadpoolctl import threadpool_limits

KILL_AFTER = 0.3
"""Seconds that a helper has to end by itself after its pipe is closed."""


class Helper:
    """The program's end of a helper process. The object starts it, close() ends it.

    work: the function that the process runs with its end of the pipe; None: serve.
    """

    def __init__(
        self, work: Callable[[Connection], None] | None = None, name: str = "landscape helper"
    ) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        try:
            self._process = context.Process(target=work or serve, args=(theirs,), name=name, daemon=True)
            self._process.start()
        except BaseException:
            self.connection.close()
            raise
        finally:
            theirs.close()
        self._ending = threading.Lock()

    @property
    def pid(self) -> int | None:
        return self._process.pid

    def send(self, message: tuple[Any, ...]) -> None:
        """Send ("begin", run, experiment, data) or ("ask", question).

        Raises OSError where the helper is gone.
        """
        self.connection.send(message)

    def close(self) -> None:
        """End the helper and free its resources."""
        self.connection.close()
        with self._ending:
            self._process.join(KILL_AFTER)
            if self._process.is_alive():
                self._process.kill()
                self._process.join()
            self._process.close()

    def kill(self) -> None:
        """End the helper at once, from any thread. A thread that waits in the pipe for it continues."""
        # After it is closed its number may be that of another process.
        with self._ending, contextlib.suppress(ValueError):
            self._process.kill()


def serve(connection: Connection) -> None:
    """Run the helper: read messages, work a chunk, read again, until the pipe ends."""
    # Ctrl+C in a terminal reaches every process of the program; the window handles it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    messages: SimpleQueue[tuple[Any, ...]] = SimpleQueue()
    # The pipe is always read, so that the program never waits for a helper that waits for the program, and
    # its end is noticed in the middle of a long computation too.
    threading.Thread(target=listen, args=(connection, messages), daemon=True).start()

    import playground.landscape.questions.boundary  # noqa: F401
    from playground.lab.analysis.low_priority import LowPriorityWorker, lower_priority
    from playground.lab.analysis.question_queue import QuestionQueue

    lower_priority()
    queue, worker = QuestionQueue(connection.send), LowPriorityWorker()

    def take(method: str, *content: Any) -> None:
        getattr(queue, method)(*content)

    def turn() -> None:
        urgent = queue.urgent
        while not messages.empty():
            take(*messages.get())
        # What has just become urgent is not begun in the thread of lowest priority.
        if urgent or not queue.urgent:
            queue.work()

    with contextlib.suppress(OSError), threadpool_limits(limits=1):
        while True:
            while not queue.busy:
                take(*messages.get())
            worker.do(turn, lambda: queue.busy, lambda: queue.urgent)


def listen(connection: Connection, messages: SimpleQueue[tuple[Any, ...]]) -> None:
    """Put what comes from the pipe into messages; the process ends with the pipe."""
    while True:
        try:
            messages.put(connection.recv())
        except (EOFError, OSError):
            os._exit(0)
        except Exception:
            messages.put(("complain", traceback.format_exc()))
