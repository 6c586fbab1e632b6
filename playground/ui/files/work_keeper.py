"""Keeps the work of a window aside: some seconds after a change, and when the window closes."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from playground.files.atomic import ExportError
from playground.lab.lab import Lab
from playground.lab.session_writer import SessionWriter
from playground.sessions import SessionError
from playground.ui.files.kept_work import MODE, LeftWork, WorkPlace, newest_left, tidy
from playground.ui.files.saved_window import SavedWindow, window_value

SECONDS = 5.0
"""From a change to its writing."""
SHARE_OF_WRITING = 0.05
"""The share of the time that writing may take: what takes long is written less often."""
RUN_SECONDS, WRITE_SECONDS = 3.0, 20.0
"""That a window which closes waits for the run to be copied, and for the file."""
LOG = logging.getLogger(__name__)


class WorkKeeper(QObject):
    """The place of one window's work, and when it is written there.

    folder: where works are kept; None: they are not. take: what the window holds now. The thread that writes
    is the lab's: the window waits for it only when it closes.
    """

    failed = Signal(str)
    """Work could not be kept: one sentence, said once."""
    _written = Signal(object, float)

    def __init__(
        self, lab: Lab, folder: Path | None, take: Callable[[], SavedWindow | None], parent: QObject
    ):
        super().__init__(parent)
        self._lab, self._folder, self._take = lab, folder, take
        self._writer = SessionWriter()
        self._place: WorkPlace | None = None
        self._claimed: list[WorkPlace] = []
        """Works of other windows that this one goes on with: gone once they are written with its own."""
        self._covered: list[WorkPlace] = []
        """Those of them that what is being written goes on with."""
        self._writing: Future[bool] | None = None
        self._over = self._said = False
        self._changed_meanwhile = False
        """Whether something has changed since what is being written was taken."""
        self._timer = QTimer(self, singleShot=True)
        self._timer.setInterval(round(1000 * SECONDS))
        self._timer.timeout.connect(self.write)
        self._written.connect(self._take_result)

    @property
    def writing(self) -> bool:
        """Whether a session is being written."""
        return self._writing is not None

    @property
    def path(self) -> Path | None:
        """The session that this window writes; None before the first."""
        return None if self._place is None else self._place.path

    @property
    def _held(self) -> list[WorkPlace]:
        """The places that no other window may take: those of other windows, and its own."""
        return [*self._claimed, *([] if self._place is None else [self._place])]

    def left(self) -> LeftWork | None:
        """Return the newest work that a window before this one has left."""
        return None if self._folder is None else newest_left(self._folder)

    def take_over(self, place: WorkPlace) -> None:
        """Keep what stands in this place until it is written with the work of this window."""
        self._claimed.append(place)

    def note_change(self) -> None:
        """Write the work in some seconds; where a session is being written, in some seconds after that."""
        if self._folder is None or self._over:
            return
        if self.writing:
            self._changed_meanwhile = True
        elif not self._timer.isActive():
            self._timer.start()

    def write(self) -> None:
        """Begin to write what there is now."""
        if self._folder is None or self._over or self.writing:
            return
        window = self._take()
        if window is None:
            return
        if self._place is None:
            self._place = WorkPlace.made(self._folder)
            tidy(self._folder)
        if self._place is None:
            self._say(f"Work is not kept by itself: nothing can be written in {self._folder}.")
            return
        began = time.perf_counter()
        self._covered, self._changed_meanwhile = [*self._claimed], False
        saved, part = self._lab.saved(), partial(window_value, window)
        self._writing = self._writer.write(self._place.path, saved, part, MODE)

        def tell(future: Future[bool]) -> None:
            if not self._over:
                self._written.emit(future, time.perf_counter() - began)

        self._writing.add_done_callback(tell)

    def write_now(self) -> None:
        """Write what there is now, and wait until that is done, a bounded time."""
        self._timer.stop()
        if (under_way := self._writing) is not None:
            self._wait(under_way)
            self._writing = None
        self.write()
        if (writing := self._writing) is not None:
            self._wait(writing)

    def discard(self) -> None:
        """Remove what this window has kept: all of it stands in a file of the user's."""
        self._timer.stop()
        if self._writing is not None:
            self._wait(self._writing)
        for place in self._held:
            place.remove()
        self._claimed, self._covered, self._place, self._writing = [], [], None, None

    def close(self) -> None:
        """Write no more; leave what is written for the next window."""
        if self._over:
            return
        self._over = True
        self._timer.stop()
        self._writer.close()
        for place in self._held:
            place.leave()
        self._claimed = []

    def _wait(self, writing: Future[bool]) -> None:
        try:
            writing.result(RUN_SECONDS + WRITE_SECONDS)
        except (CancelledError, ExportError, SessionError, TimeoutError) as error:
            LOG.warning("work not kept: %s", error)
        except Exception:
            # A window closes all the same.
            LOG.exception("work not kept")
        else:
            self._release_claimed(writing)

    def _take_result(self, writing: Future[bool], seconds: float) -> None:
        if writing is not self._writing:
            return
        self._writing = None
        self._timer.setInterval(round(1000 * max(SECONDS, seconds / SHARE_OF_WRITING)))
        if self._changed_meanwhile:
            self.note_change()
        error = None if writing.cancelled() else writing.exception()
        if isinstance(error, ExportError | SessionError):
            self._say(f"Work is not kept by itself: {error}")
        elif error is not None and not isinstance(error, CancelledError | TimeoutError):
            raise error
        self._release_claimed(writing)

    def _release_claimed(self, writing: Future[bool]) -> None:
        if writing.done() and not writing.cancelled() and writing.exception() is None and writing.result():
            covered, self._covered = self._covered, []
            self._claimed = [place for place in self._claimed if place not in covered]
            for place in covered:
                place.remove()

    def _say(self, sentence: str) -> None:
        LOG.warning("%s", sentence)
        if not self._said:
            self._said = True
            self.failed.emit(sentence)
