"""The process in which a table is read: a file that is too much for it ends it, and not the window."""

from __future__ import annotations

import contextlib
import signal
import threading
from multiprocessing.connection import Connection
from queue import SimpleQueue
from typing import Any

from playground.lab.analysis.process import listen

MOST_MEMORY = 4 << 30
"""Bytes of addresses that the process may use, where the system can limit them."""


def serve(connection: Connection) -> None:
    """Run the reader of a table: see TableWork. It ends with its pipe, in the middle of a reading too."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    messages: SimpleQueue[tuple[Any, ...]] = SimpleQueue()
    threading.Thread(target=listen, args=(connection, messages), daemon=True).start()

    from playground.lab.tables.work import TableWork

    _limit_memory()
    work = TableWork(connection.send)
    with contextlib.suppress(OSError):
        while True:
            while not messages.empty() or not work.busy:
                work.take(*messages.get())
            work.work()


def _limit_memory() -> None:
    try:
        import resource as limits
    except ImportError:
        # Windows has no such limits.
        return
    with contextlib.suppress(ValueError, OSError):
        _, hard = limits.getrlimit(limits.RLIMIT_AS)
        most = MOST_MEMORY if hard == limits.RLIM_INFINITY else min(hard, MOST_MEMORY)
        limits.setrlimit(limits.RLIMIT_AS, (most, hard))
