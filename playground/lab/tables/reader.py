"""The window's end of a table that is read in a process of its own."""

from __future__ import annotations

import contextlib
import logging
import threading
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from PySide6.QtCore import QObject, Signal

from playground.lab.analysis.process import Helper
from playground.lab.tables.spare import SpareProcess
from playground.lab.tables.work import TableWork
from playground.table_proposal import Wish

ENDED = "The table was not read: the process that read it has ended."
LOG = logging.getLogger(__name__)


class TableReader(QObject):
    """Reads a table and makes points of its columns; every call returns at once, signals bring the rest.

    source: a file, or a text. Where no process can be started the table is read in a thread. The object has
    no parent: its threads hold it until they end.
    """

    progressed = Signal(float)
    """The share of the text that is read, from 0 to 1."""
    read = Signal(object)
    """FirstRows of the table."""
    chosen = Signal(object)
    """Points of its columns; once without being asked for after each reading."""
    refused = Signal(str)
    """One sentence: there is no table."""
    stopped = Signal()
    """The reading is over for good; the process has ended."""

    def __init__(
        self, source: Path | str, name: str, use_process: bool = True, spare: SpareProcess | None = None
    ):
        super().__init__()
        self._spare = spare or SpareProcess()
        self._messages: SimpleQueue[tuple[Any, ...] | None] = SimpleQueue()
        self._messages.put(("source", source, name))
        self._lock = threading.Lock()
        self._helper: Helper | None = None
        self._use_process = use_process
        self._number = 0
        self._stopped = False
        threading.Thread(target=self._run, name="table reader", daemon=True).start()

    @property
    def pid(self) -> int | None:
        """The number of the process; None where there is none."""
        helper = self._helper
        return None if helper is None else helper.pid

    def begin(self, **choices: Any) -> None:
        """Read the table, with these parts of its format given; a reading that is on its way is dropped."""
        self._number += 1
        self._messages.put(("read", self._number, choices))

    def choose(self, wish: Wish) -> None:
        """Make points of these columns."""
        self._messages.put(("choose", wish))

    def stop(self) -> None:
        """End the reading at once."""
        with self._lock:
            self._stopped = True
            helper = self._helper
        self._messages.put(None)
        if helper is not None:
            helper.kill()

    # In the threads -------------------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            helper = self._spare.take() if self._use_process else None
        except OSError as error:
            LOG.warning("no process to read a table: %s", error)
            helper = None
        with self._lock:
            self._helper = helper
            stopped = self._stopped
        if helper is None:
            self._work_here()
        else:
            threading.Thread(target=self._listen, args=(helper,), daemon=True).start()
            with contextlib.suppress(OSError):
                while not stopped and (message := self._messages.get()) is not None:
                    helper.send(message)
            helper.kill()

    def _listen(self, helper: Helper) -> None:
        with contextlib.suppress(EOFError, OSError):
            while True:
                self._take(helper.connection.recv())
        helper.kill()
        helper.close()
        if not self._stopped:
            self._emit(self.refused, ENDED)
        self._emit(self.stopped)

    def _work_here(self) -> None:
        work = TableWork(self._take)
        while not self._stopped:
            if not work.busy or not self._messages.empty():
                message = self._messages.get()
                if message is None:
                    break
                work.take(*message)
            else:
                work.work()
        self._emit(self.stopped)

    def _take(self, message: tuple[str, int, Any]) -> None:
        kind, number, content = message
        if kind in ("failed", "complain"):
            LOG.error("the reader of a table has failed:\n%s", content)
        elif number == self._number and not self._stopped:
            signals = {
                "progress": self.progressed,
                "read": self.read,
                "points": self.chosen,
                "refused": self.refused,
            }
            self._emit(signals[kind], content)

    def _emit(self, signal: Any, *content: Any) -> None:
        # The program may be ending.
        with contextlib.suppress(RuntimeError):
            signal.emit(*content)
