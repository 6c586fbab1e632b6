"""Weights set by hand: values that are typed or dragged in the network diagram go to the run."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from playground.arrays import Array
from playground.engine.network import parameter_name
from playground.experiment import Experiment
from playground.experiment_checks import ExperimentError
from playground.experiment_frozen import with_entry_frozen
from playground.lab.snapshot import Snapshot
from playground.numerals import signed_text
from playground.ui.frame.feature import Feature
from playground.ui.frame.parameters_in_hand import ParametersInHand
from playground.ui.widgets.gestures import Gestures

if TYPE_CHECKING:
    from playground.ui.frame.workbench import Workbench


class NetworkFeature(Feature):
    """The setting of one parameter, with all others as they are."""

    needs_network = True

    def __init__(self, window: Workbench):
        super().__init__(window)
        self._hand = ParametersInHand(window)
        self._gestures = Gestures()
        self._index = -1
        diagram = window.panel.diagram
        diagram.value_dragged.connect(lambda index, value: self._request(index, value, True))
        diagram.value_set.connect(lambda index, value: self._request(index, value, False))
        diagram.freeze_changed.connect(self._freeze)
        diagram.two_parameters_chosen.connect(self._show_plane)
        window.strip.concealed_changed.connect(lambda: diagram.hide_gradient(window.strip.marks.concealed))

    def set_available(self, on: bool) -> None:
        self.window.panel.diagram.setVisible(on)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        self._hand.show_snapshot(snapshot)

    def run_replaced(self, experiment: Experiment) -> None:
        self._hand.run_replaced()

    def _request(self, index: int, value: float, dragging: bool) -> None:
        snapshot = self.window.snapshot
        if snapshot is None or index >= snapshot.view.parameters.size:
            return
        if index != self._index:
            self._gestures.end()
        self._index = index
        sizes = snapshot.view.experiment.layer_sizes
        text = f"{parameter_name(sizes, index)} is {signed_text(value)} now. Undo brings the old weight back."
        self._hand.request(
            lambda theta: with_entry(theta, index, value),
            text,
            dragging,
            self._gestures.number(held=dragging),
        )

    def _freeze(self, index: int, on: bool) -> None:
        """Begin the run again with a parameter frozen, or free."""
        lab = self.window.lab
        experiment = lab.experiment
        if experiment.network is None or index >= experiment.n_parameters:
            return
        sizes = experiment.layer_sizes
        name_of = partial(parameter_name, sizes)
        names = with_entry_frozen(experiment.network.frozen, index, sizes, on, name_of)
        try:
            lab.change("network.frozen", names)
        except ExperimentError as error:
            lab.notice.emit(error.sentence)

    def _show_plane(self, first: int, second: int) -> None:
        self.window.surface_view.change_plane("parameters", pair=(first, second))


def with_entry(theta: Array, index: int, value: float) -> Array | None:
    """Return θ (P,) with another value of one entry; None where it has no such entry."""
    if index >= theta.size:
        return None
    moved = np.array(theta)
    moved[index] = value
    return moved
