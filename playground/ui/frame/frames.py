"""What is drawn in a frame of the window.

Everything that is new, or one view at a time while steps come fast.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from playground.lab.snapshot import RUNNING
from playground.ui.frame.draw_order import DrawOrder
from playground.ui.frame.feature import Feature, View

if TYPE_CHECKING:
    from playground.ui.frame.question_loop import QuestionLoop
    from playground.ui.frame.workbench import Workbench

READABLE_SECONDS = 0.1
"""Shortest time between two changes of the numbers: faster ones cannot be read."""
TOO_FAST_TO_FOLLOW = 120.0
"""Steps per second from which on a frame holds two or more."""


class Frames:
    """The drawing of all views that have news, and the writing of their numbers at a readable rate."""

    def __init__(self, window: Workbench, question_loop: QuestionLoop):
        """Create it for the views of question_loop; only available ones are drawn."""
        self._window = window
        self._question_loop = question_loop
        drawing = [view for view in question_loop.available if type(view).draw is not Feature.draw]
        seconds: dict[View | None, tuple[float, float]] = {
            view: (0.0, view.seconds_when_fast) for view in drawing
        }
        # None stands for the numbers of all views.
        self._draw_order = DrawOrder({**seconds, None: (READABLE_SECONDS, READABLE_SECONDS)})

    @property
    def fast(self) -> bool:
        """Whether steps come faster than the eye follows, or without a limit of speed.

        Then the views take turns, so that no frame is much longer than the others.
        """
        snapshot = self._window.snapshot
        if snapshot is None or snapshot.state != RUNNING:
            return False
        return self._window.lab.speed is None or snapshot.steps_per_second >= TOO_FAST_TO_FOLLOW

    def draw(self) -> bool:
        """Draw what is new and return whether anything was drawn.

        While steps come fast draw one view, and the others in the next frames.
        """
        now, fast, drawn = time.monotonic(), self.fast, False
        for view in self._draw_order.due(now, fast):
            if view is not None and view not in self._question_loop.available:
                continue
            if view.draw() if view is not None else self.read():
                self._draw_order.note_drawn(view, now)
                drawn = drawn or view is not None
                if fast:
                    break
        return drawn

    def read_soon(self) -> None:
        """Write the numbers with the next frame."""
        self._draw_order.call(None)

    def read(self) -> bool:
        """Write the numbers of the newest snapshot; return whether there is one."""
        if self._window.snapshot is None:
            return False
        for view in self._question_loop.available:
            view.read()
        return True
