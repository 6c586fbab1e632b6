"""The loop that asks and answers: every view in turn, most of them in every second frame with fast steps.

Views that need a network are not available while a run has none; the others treat it as any other run.
"""

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
from playground.ui.frame.feature import Feature
from playground.ui.frame.question_loop import QuestionLoop
from tests.support.quadratic import Quadratic
from tests.support.small_runs import SMALL
from tests.support.widget_stage import snapshot_of as moment_of

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
        question_loop = QuestionLoop(lab, (about_network, about_any))
        question_loop.show(snapshot_of(1, QUADRATIC), new_run=True)
        question_loop.exchange(fast=False)
        assert about_network.noted == ["dropped"]
        assert about_any.noted == ["dropped", "shown", "asked"]
        question_loop.show(snapshot_of(2, NETWORK), new_run=True)
        question_loop.exchange(fast=False)
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
        "PaintFeature",
        "NetworkFeature",
        "BlameFeature",
        "InspectorFeature",
        "ActivationFeature",
        "ImagesFeature",
        "ConfusionFeature",
        "BugHuntFeature",
    }


class Door:
    """Writes down what is asked, and hands out the answers that are put into it."""

    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.answers: dict[str, Any] = {}

    def ask(self, question: Any) -> None:
        self.asked.append(question)

    def answer(self, slot: str) -> Any:
        return self.answers.pop(slot, None)


class Asker(Feature):
    """Asks in two slots, always, and writes down what is done with it."""

    def __init__(self, name: str, every_frame: bool) -> None:
        QObject.__init__(self)
        self.slots = f"{name} one", f"{name} two"
        self.every_frame = every_frame
        self.done: list[Any] = []

    def question(self, slot: str) -> str:
        return f"{slot}?"

    def take_answer(self, slot: str, answer: Any) -> None:
        self.done.append((slot, answer))

    def clear_questions(self) -> None:
        self.done.append("clear")

    def run_replaced(self, experiment: Any) -> None:
        self.done.append(("drop", experiment))

    def show_snapshot(self, snapshot: Any) -> None:
        self.done.append(snapshot)


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.fixture
def views() -> list[Asker]:
    return [Asker("surface", True), Asker("limit", False)]


@pytest.fixture
def question_loop(door: Door, views: list[Asker]) -> QuestionLoop:
    return QuestionLoop(door, views)  # type: ignore[arg-type]


def test_every_slot_is_asked_and_answered_in_each_frame(question_loop, door, views) -> None:
    assert not question_loop.exchange(fast=False)
    assert door.asked == ["surface one?", "surface two?", "limit one?", "limit two?"]
    door.answers["limit two"] = 5
    assert question_loop.exchange(fast=False)
    assert len(door.asked) == 8
    assert views[1].done == [("limit two", 5)]
    assert views[0].done == []


def test_with_fast_steps_only_the_pictures_are_served_in_each_frame(question_loop, door, views) -> None:
    door.answers["limit one"] = 1
    for _ in range(4):
        question_loop.exchange(fast=True)
    assert door.asked.count("surface one?") == 4
    assert door.asked.count("limit one?") == 2
    assert views[1].done == [("limit one", 1)], "late, not lost"
    door.asked.clear()
    for _ in range(2):
        question_loop.exchange(fast=False)
    assert door.asked.count("limit one?") == 2


def test_what_belongs_to_the_run_before_goes_ahead_of_the_first_look_at_another(question_loop, views) -> None:
    first, later = moment_of(SMALL), moment_of(SMALL, 3)
    question_loop.show(first, new_run=True)
    question_loop.show(later, new_run=False)
    for view in views:
        assert view.done == ["clear", ("drop", SMALL), first, later]
