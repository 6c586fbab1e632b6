"""What is drawn in a frame of the window: all that is new, or one view after the other in a hurry."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from playground.lab.snapshot import RUNNING
from playground.ui.frame.feature import Feature
from playground.ui.frame.turns import Turns

if TYPE_CHECKING:
    from playground.ui.frame.workbench import Workbench

READABLE_SECONDS = 0.1
"""Numbers change at most so often: faster ones cannot be read."""
SURFACE_SECONDS, OTHERS_SECONDS = 0.045, 0.1
"""So often the views are drawn where they take turns."""
TOO_FAST_TO_FOLLOW = 120.0
"""Steps per second: two a frame."""


class Frames:
    """Draws the views of a window that have something new; writes the numbers as often as they are read."""

    def __init__(self, window: Workbench, features: Sequence[Feature]):
        self._window = window
        self._features = features
        self._plots = window.surface_view, window.data_view, window.loss_view
        seconds: dict[QObject, tuple[float, float]] = {window.surface_view: (0.0, SURFACE_SECONDS)}
        drawing = [feature for feature in features if type(feature).draw is not Feature.draw]
        for view in (window.data_view, window.loss_view, window.panel.diagram, *drawing):
            seconds[view] = 0.0, OTHERS_SECONDS
        self._turns = Turns({**seconds, window.transport: (READABLE_SECONDS, READABLE_SECONDS)})

    @property
    def hurried(self) -> bool:
        """Whether steps come faster than the eye follows, or as fast as they can.

        Then the views take turns, so that no frame is much longer than the others.
        """
        snapshot = self._window.snapshot
        if snapshot is None or snapshot.state != RUNNING:
            return False
        return self._window.lab.speed is None or snapshot.steps_per_second >= TOO_FAST_TO_FOLLOW

    def draw(self) -> bool:
        """Draw what is new; in a hurry one view, and the others in the frames that follow.

        Returns whether any picture was drawn.
        """
        now, hurried, drawn = time.monotonic(), self.hurried, False
        for view in self._turns.due(now, hurried):
            if self._draw(view):
                self._turns.took(view, now)
                drawn = drawn or view is not self._window.transport
                if hurried:
                    break
        return drawn

    def read_soon(self) -> None:
        """Write the numbers with the next frame."""
        self._turns.call(self._window.transport)

    def read(self) -> None:
        """Write the numbers of the newest snapshot."""
        window = self._window
        if window.snapshot is None:
            return
        window.transport.show_snapshot(window.snapshot)
        point_question = window.surface_view.point_question()
        if point_question is not None:
            window.lab.ask(point_question)
        for plot in self._plots:
            plot.summarise()
            plot.refresh_readout()
        for feature in self._features:
            feature.read()

    def _draw(self, view: Any) -> bool:
        """Draw what is new in one of the views that take turns; whether anything was."""
        if isinstance(view, Feature):
            return view.draw()
        if view is not self._window.transport:
            return bool(view.frame())
        self.read()
        return self._window.snapshot is not None
