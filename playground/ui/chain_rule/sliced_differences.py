"""Finite differences a few at a time, between the other work of the window."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

from PySide6.QtCore import QObject, QTimer, Signal

SLICE_SECONDS = 0.003
"""Longest work in one turn of the event loop."""


class SlicedDifferences(QObject):
    """The finite differences of an iterator that yields (node, difference).

    found holds those that are there; finished is emitted when the last one has come in a later turn.
    """

    finished = Signal()

    def __init__(self, parent: QObject):
        super().__init__(parent)
        self.found: dict[int, float] = {}
        self._remaining: Iterator[tuple[int, float]] | None = None
        self._idle = QTimer(self)
        self._idle.setInterval(0)
        self._idle.timeout.connect(self._go_on)

    def begin(self, differences: Iterator[tuple[int, float]]) -> None:
        """Compute these from now on, and drop those before."""
        self.found, self._remaining = {}, differences
        self._measure(SLICE_SECONDS)
        if self._remaining is not None:
            self._idle.start()

    def all_found(self) -> dict[int, float]:
        """Return all of them, however long that takes."""
        self._measure(float("inf"))
        return self.found

    def _go_on(self) -> None:
        self._measure(SLICE_SECONDS)
        if self._remaining is None:
            self._idle.stop()
            self.finished.emit()

    def _measure(self, seconds: float) -> None:
        began = perf_counter()
        while self._remaining is not None and perf_counter() - began < seconds:
            following = next(self._remaining, None)
            if following is None:
                self._remaining = None
            else:
                self.found[following[0]] = following[1]
