"""Marks of a run: few, at its own θ, and read back as they were."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from playground.engine.recording.marks import MOST_MARKS, Marks, digest, marks_of, marks_of_run, marks_value
from playground.engine.trainer import Trainer, replay
from playground.sessions import SessionError
from tests.support.small_runs import SMALL


def thrown() -> Trainer:
    """A run in mini-batches whose α, optimiser and parameters were changed, at one step twice."""
    trainer = Trainer(SMALL.with_value("training.batch_size", 5))
    trainer.set_parameters(trainer.parameters + 0.25)
    trainer.advance(40)
    trainer.learning_rate = 3.0
    trainer.advance(1)
    trainer.change("training.optimizer", "adam")
    trainer.set_parameters(trainer.parameters * 1.5)
    trainer.advance(100)
    return trainer


@pytest.mark.parametrize("size", [0, 1, 2, 30, 65, 66, 141])
def test_marks_are_those_of_a_replay(size: int) -> None:
    file = thrown().view().experiment_file
    view = replay(file, size).view()
    marks = marks_of(view.history)
    assert marks.steps == tuple(sorted(set(marks.steps)))
    assert set(marks.steps) <= set(range(1, size))
    assert len(marks.steps) == min(max(size - 1, 0), len(marks.steps)) <= MOST_MARKS
    assert size < 2 or marks.steps[-1] == size - 1
    if size <= MOST_MARKS:
        assert marks.steps == tuple(range(1, size))
    for step, expected in zip(marks.steps, marks.digests, strict=True):
        assert digest(replay(file, step).parameters) == expected


def test_marks_of_a_long_run_lie_close_at_first_and_no_further_than_a_share_of_it() -> None:
    trainer = Trainer(SMALL)
    trainer.advance(9000)
    steps = marks_of(trainer.view().history).steps
    assert steps[:3] == (1, 2, 3)
    assert steps[-1] == 8999
    assert len(steps) <= MOST_MARKS
    assert max(np.diff(steps)) <= 9000 / 16


def test_one_bit_of_theta_is_another_digest() -> None:
    theta = np.array([0.5, -0.0])
    assert digest(theta) != digest(np.array([0.5, 0.0]))
    assert digest(theta) != digest(np.array([np.nextafter(0.5, 1.0), -0.0]))
    assert digest(theta) == digest(theta[::-1][::-1])


def test_marks_are_read_back() -> None:
    marks = Marks((3, 7), ("00ff", "12"))
    assert marks_of_run({"marks": marks_value(marks)}) == marks
    assert marks_of_run({}) is None


def steps(*numbers: int) -> Any:
    return np.array(numbers, dtype=np.int64)


@pytest.mark.parametrize(
    "value",
    [
        [],
        {"steps": steps(1, 2)},
        {"steps": steps(1, 2), "digests": ["a"]},
        {"steps": steps(2, 1), "digests": ["a", "b"]},
        {"steps": [1], "digests": ["a"]},
        {"steps": steps(1), "digests": ["a" * 17]},
        {"steps": steps(*range(1, 80)), "digests": ["a"] * 79},
    ],
)
def test_other_marks_are_refused(value: Any) -> None:
    with pytest.raises(SessionError, match=r"^The session was not opened: run\.marks.*\.$"):
        marks_of_run({"marks": value})


def test_marks_are_the_same_each_time() -> None:
    assert marks_of(thrown().view().history) == marks_of(thrown().view().history)
