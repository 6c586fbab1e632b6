"""A slider that is dragged for a minute leaves thousands of changes: a frame pays for the new ones only."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.drawing.kit import marks
from playground.drawing.kit.marks import MarkLog, step_marks
from playground.drawing.kit.theme import DARK
from playground.drawing.loss.drawing import LossDrawing
from playground.drawing.sharpness import SharpnessDrawing
from playground.drawing.surface.picture import MOST_MARKS, marks_of
from playground.engine.trainer import Trainer
from playground.experiment import Change, Experiment

RATE = "training.learning_rate"

Written = tuple[Any, ...]
"""What a text was made of."""


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[Written]:
    """Every time that the text of a change of α is made."""
    calls: list[Written] = []
    write = marks.set_rate_text

    def counted(*arguments: Any) -> str:
        calls.append(arguments)
        return write(*arguments)

    monkeypatch.setattr(marks, "set_rate_text", counted)
    return calls


def test_each_change_is_written_once_however_many_frames_show_it(qtbot, written: list[Written]) -> None:
    run = Trainer(Experiment())
    loss, sharpness = LossDrawing(DARK), SharpnessDrawing(DARK)
    frames, changes = 40, 25
    for _ in range(frames):
        for _ in range(changes):
            run.advance(1)
            run.learning_rate = 0.2 + 1e-4 * run.step
        view = run.view()
        loss.show(view.history, experiment=run.experiment)
        sharpness.show((), view)
    assert len(run.history.changes) == frames * changes
    assert len(loss.band.marks) == len(sharpness.band.marks) == frames * changes + 1
    assert len(written) <= 2 * (frames * changes + 1)


steps = st.lists(st.integers(0, 30), min_size=0, max_size=25).map(sorted)


@given(steps, st.integers(0, 25), st.integers(0, 25), st.randoms(use_true_random=False))
def test_a_log_that_is_followed_has_the_marks_of_one_that_is_read_at_once(at, first, then, chance) -> None:
    def change(step: int) -> Change:
        kind = chance.choice([RATE, RATE, "training.schedule", "training.l2", "training.optimizer"])
        value = {
            RATE: chance.choice([0.1, 0.2, 0.3]),
            "training.schedule": chance.choice(["constant", "step"]),
            "training.l2": 0.1,
            "training.optimizer": "adam",
        }[kind]
        return Change(step, kind, value)

    log = tuple(change(step) for step in at)
    followed = MarkLog()
    for part in (log[:first], log, log[:then], (*log[:then], change(40)), log):
        assert followed.follow(part, 0.3) == step_marks(part, 0.3)


def test_the_marks_on_a_surface_are_those_of_the_newest_changes(written: list[Written]) -> None:
    run = Trainer(Experiment())
    for _ in range(3000):
        run.advance(1)
        run.learning_rate = 0.2 + 1e-4 * run.step
    history = run.history.view()
    ab = np.zeros((len(history.path_steps), 2))
    found = [mark.label for mark in marks_of(history, ab, 0.3) if mark.kind == "learning_rate"]
    assert len(found) == MOST_MARKS
    assert found[-1].endswith("→ 0.5")
    assert found[-2].endswith("→ 0.4999")
