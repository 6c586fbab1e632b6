"""Views that are about a network stand aside while a run has none; the others see it as any other run."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QObject

from playground.engine.trainer import Trainer
from playground.experiment import Experiment
from playground.lab.lab import Lab
from playground.lab.snapshot import Snapshot
from playground.ui.features import FEATURES
from playground.ui.frame.carrier import Carrier
from playground.ui.frame.feature import Feature
from tests.support.quadratic import Quadratic

QUADRATIC = Trainer(Experiment(), Quadratic(np.diag([1.0, 3.0]), np.ones(2)))
NETWORK = Trainer(Experiment())


class Noting(Feature):
    """Writes down what it is shown and asked."""

    slots = ("surface",)

    def __init__(self, needs_network: bool):
        QObject.__init__(self)
        self.needs_network = needs_network
        self.noted: list[str] = []

    def show_snapshot(self, snapshot: Snapshot) -> None:
        self.noted.append("shown")

    def question(self, slot: str) -> Any:
        self.noted.append("asked")

    def run_replaced(self, experiment: Experiment) -> None:
        self.noted.append("dropped")


def snapshot_of(run: int, trainer: Trainer) -> Snapshot:
    return Snapshot(run, trainer.view(), "paused", 0.0, trainer.problem)


def test_what_needs_a_network_stands_aside_where_there_is_none(qapp: Any) -> None:
    lab = Lab(Experiment(), use_process=False)
    try:
        about_network, about_any = Noting(True), Noting(False)
        carrier = Carrier(lab, (about_network, about_any))
        carrier.show(snapshot_of(1, QUADRATIC), new_run=True)
        carrier.exchange(hurried=False)
        assert about_network.noted == ["dropped"]
        assert about_any.noted == ["dropped", "shown", "asked"]
        carrier.show(snapshot_of(2, NETWORK), new_run=True)
        carrier.exchange(hurried=False)
        assert about_network.noted == ["dropped", "dropped", "shown", "asked"]
    finally:
        assert lab.shutdown(30.0)


def test_a_snapshot_without_a_network_has_no_samples() -> None:
    assert snapshot_of(1, NETWORK).samples is NETWORK.samples
    with pytest.raises(LookupError, match="no network"):
        _ = snapshot_of(1, QUADRATIC).samples


def test_the_views_of_the_network_say_that_they_need_it() -> None:
    named = {kind.__name__ for kind in FEATURES if kind.needs_network}
    assert named == {
        "DataFeature",
        "WeightsByHand",
        "BlameFeature",
        "InspectorFeature",
        "ActivationFeature",
        "BugHuntFeature",
    }
