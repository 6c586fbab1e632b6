"""Weights set by hand: values that are typed or dragged in the network diagram go to the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from playground.engine.network import parameter_name
from playground.experiment import Experiment
from playground.lab.snapshot import RUNNING, Snapshot
from playground.numerals import signed_text
from playground.ui.frame.feature import Feature
from playground.ui.widgets.gestures import Gestures

if TYPE_CHECKING:
    from playground.ui.frame.workbench import Workbench


class NetworkFeature(Feature):
    """The setting of one parameter, with all others as they are.

    A network that trains would have moved on by the time the parameter is set: training waits while one is
    held, and goes on from there.
    """

    needs_network = True

    def __init__(self, window: Workbench):
        super().__init__(window)
        self._pending: tuple[int, float, bool] | None = None
        self._base: np.ndarray | None = None
        self._gestures = Gestures()
        self._index, self._gesture = -1, 0
        self._resume = False
        self._seen_running: Snapshot | None = None
        diagram = window.panel.diagram
        diagram.value_dragged.connect(lambda index, value: self._request(index, value, True))
        diagram.value_set.connect(lambda index, value: self._request(index, value, False))
        diagram.two_parameters_chosen.connect(self._show_plane)
        # The snapshot of the pause may come before its signal, and no other follows it.
        window.lab.state_changed.connect(self._state_changed)

    def set_available(self, on: bool) -> None:
        self.window.panel.diagram.setVisible(on)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        self._set_requested(snapshot)

    def run_replaced(self, experiment: Experiment) -> None:
        self._pending = self._base = None
        self._resume = False

    def _state_changed(self) -> None:
        if self.window.snapshot is not None:
            self._set_requested(self.window.snapshot)

    def _request(self, index: int, value: float, dragging: bool) -> None:
        snapshot = self.window.snapshot
        if snapshot is None:
            return
        if index != self._index:
            self._gestures.end()
        self._index, self._gesture = index, self._gestures.number(held=dragging)
        self._pending = (index, value, dragging)
        if self.window.lab.state == RUNNING:
            self._resume = True
            self._seen_running = snapshot
            self.window.lab.pause()
        self._set_requested(snapshot)

    def _set_requested(self, snapshot: Snapshot) -> None:
        if self._pending is None or RUNNING in (self.window.lab.state, snapshot.state):
            return
        if snapshot is self._seen_running:
            # It may be from before the run, which has begun and paused since.
            return
        lab, sizes = self.window.lab, snapshot.view.experiment.layer_sizes
        index, value, dragging = self._pending
        if snapshot.run != lab.run_number or index >= snapshot.view.parameters.size:
            return
        self._pending = None
        if self._base is None:
            self._base = snapshot.view.parameters
        theta = np.array(self._base)
        theta[index] = value
        if dragging:
            lab.set_parameters(theta, dragging=True, run=snapshot.run)
            return
        self._base = None
        text = f"{parameter_name(sizes, index)} is {signed_text(value)} now. Undo brings the old weight back."
        lab.set_parameters(theta, text, run=snapshot.run, gesture=self._gesture)
        if self._resume:
            self._resume = False
            lab.run()

    def _show_plane(self, first: int, second: int) -> None:
        self.window.surface_view.change_plane("parameters", pair=(first, second))
