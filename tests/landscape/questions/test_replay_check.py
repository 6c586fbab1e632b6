"""A replay of a run against what a figure carries of it: where the two part is found and told."""

from __future__ import annotations

import io
import math
from typing import Any

import numpy as np
import pytest

from playground.engine.recording.marks import Marks, marks_of, marks_of_run
from playground.engine.recording.saved_run import saved_run_of
from playground.engine.trainer import Trainer
from playground.experiment import Change
from playground.export.carried_run import carried_run
from playground.landscape.questions.context import Context
from playground.landscape.questions.replay_check import ReplayAnswer, ReplayQuestion
from playground.numerals import count_text
from playground.sessions import load_session
from playground.ui.files.replay_check import replay_words
from tests.support.carried_runs import far_ahead, steered
from tests.support.small_runs import DIVERGING, SMALL

STEPS = 150


@pytest.fixture(scope="module")
def run() -> Trainer:
    return steered(STEPS)


def question_of(trainer: Trainer, **rest: Any) -> ReplayQuestion:
    view = trainer.view()
    given = {
        "theta": view.checkpoint.theta,
        "changes": view.history.changes,
        "marks": marks_of(view.history),
        "most_seconds": 60.0,
    }
    return ReplayQuestion(1, view.step, **{**given, **rest})


def answer_of(trainer: Trainer, **rest: Any) -> ReplayAnswer:
    question = question_of(trainer, **rest)
    answers = [entry for entry in question.answers(Context(trainer.experiment)) if entry is not None]
    assert len(answers) == 1
    return answers[0]


def other(marks: Marks, from_step: int) -> Marks:
    """Marks of a run that is another one from a step on."""
    digests = [
        "other" if step >= from_step else digest
        for step, digest in zip(marks.steps, marks.digests, strict=True)
    ]
    return Marks(marks.steps, tuple(digests))


def test_a_replay_comes_to_the_same_bits(run: Trainer) -> None:
    answer = answer_of(run)
    assert answer.same
    assert replay_words(answer) == "Replayed here: the same to the last bit."


def test_so_does_one_without_marks_and_one_at_its_start(run: Trainer) -> None:
    assert answer_of(run, marks=Marks()).same
    assert answer_of(Trainer(SMALL)).same


def test_a_run_with_parameters_set_by_hand_at_its_first_and_last_step() -> None:
    trainer = Trainer(SMALL)
    trainer.set_parameters(trainer.parameters + 1.0)
    trainer.advance(20)
    trainer.set_parameters(trainer.parameters - 0.5)
    assert answer_of(trainer).same
    trainer.advance(20)
    assert answer_of(trainer).same


def test_a_run_that_was_opened_from_a_figure_and_went_on_is_the_same(run: Trainer) -> None:
    again = Trainer.resumed(saved_run_of(load_session(io.BytesIO(carried_run(run.view()))).run))
    again.advance(30)
    again.learning_rate = 0.2
    again.advance(30)
    assert answer_of(again).same


def test_a_diverged_run_is_the_same() -> None:
    trainer = Trainer(DIVERGING.with_value("training.learning_rate", 2.0))
    trainer.advance(100_000)
    assert trainer.diverged
    assert answer_of(trainer).same


def test_theta_of_another_machine_parts_at_its_own_step_and_says_by_how_much(run: Trainer) -> None:
    theta = run.view().checkpoint.theta.copy()
    theta[2] += 0.125
    answer = answer_of(run, theta=theta)
    assert (answer.agreed, answer.parted) == (STEPS - 1, STEPS)
    assert answer.off == pytest.approx(0.125)
    assert replay_words(answer) == (
        "Replayed here, this run parts from the figure at step 150, where θ differs by 0.125 at most."
    )


def test_without_marks_only_the_last_step_is_known(run: Trainer) -> None:
    answer = answer_of(run, theta=run.view().checkpoint.theta + 1.0, marks=Marks())
    assert replay_words(answer) == (
        "Replayed here, this run parts from the figure by step 150, where θ differs by 1 at most."
    )


@pytest.mark.parametrize("from_step", [1, 2, 60, 100, STEPS - 1])
def test_marks_say_between_which_steps_a_run_has_parted(run: Trainer, from_step: int) -> None:
    marks = marks_of(run.view().history)
    theta = run.view().checkpoint.theta + 0.5
    answer = answer_of(run, theta=theta, marks=other(marks, from_step))
    steps = (0, *marks.steps, STEPS)
    parted = next(step for step in steps[1:] if step >= from_step)
    assert (answer.agreed, answer.parted) == (max(step for step in steps if step < from_step), parted)
    words = replay_words(answer)
    assert words.startswith(replay_words(answer, brief=True)[:-1])
    if from_step == 1:
        assert "from its first step on, and at step 150 θ differs by 0.5 at most." in words
    elif parted - answer.agreed == 1:
        assert f"at step {parted}, and at step 150 θ" in words
    else:
        assert f"between steps {answer.agreed} and {parted}, and at step 150 θ" in words


def test_another_log_parts_where_it_differs(run: Trainer) -> None:
    changes = tuple(
        Change(change.step, change.field, 0.7) if change.step == 74 else change
        for change in run.history.changes
    )
    assert changes != run.history.changes
    answer = answer_of(run, changes=changes)
    assert answer.agreed <= 74 < answer.parted <= 74 + 5


def test_a_replay_that_diverges_before_the_step_says_so(run: Trainer) -> None:
    trainer = Trainer(DIVERGING.with_value("training.learning_rate", 0.1))
    trainer.advance(2000)
    answer = answer_of(trainer, changes=(Change(500, "training.learning_rate", 2.0),))
    assert answer.agreed < answer.parted <= answer.reached + 1 < 2000
    assert math.isnan(answer.off)
    assert replay_words(answer).endswith(f": here it diverges at step {answer.reached}.")


def test_a_very_long_run_is_not_replayed_to_its_end(run: Trainer) -> None:
    ahead = far_ahead(run.view(), 50_000_000)
    theta, changes = ahead.checkpoint.theta, ahead.history.changes
    for marks, words in (
        (marks_of(run.view().history), "the same to the last bit"),
        (Marks(), "nothing was compared"),
    ):
        question = ReplayQuestion(1, ahead.step, theta, changes, marks, 0.1)
        (answer,) = (entry for entry in question.answers(Context(run.experiment)) if entry is not None)
        assert answer.stopped
        assert not answer.same
        assert answer.parted is None
        assert answer.reached < ahead.step
        assert f"to step {count_text(answer.reached)} of {count_text(50_000_000)}, " in replay_words(answer)
        assert f"over: {words}" in replay_words(answer)


def test_it_comes_in_pieces_also_where_the_log_is_long(run: Trainer) -> None:
    ahead = far_ahead(run.view(), 50_000_000)
    changes = tuple(Change(0, "training.learning_rate", 0.3) for _ in range(5000))
    question = ReplayQuestion(1, ahead.step, ahead.checkpoint.theta, changes, Marks(), 60.0)
    pieces = question.answers(Context(run.experiment))
    assert [next(pieces) for _ in range(30)] == [None] * 30


def test_the_marks_of_a_figure_are_those_of_its_run(run: Trainer) -> None:
    value = load_session(io.BytesIO(carried_run(run.view()))).run
    assert marks_of_run(value) == marks_of(run.view().history)
    assert np.array_equal(saved_run_of(value).state.checkpoint.theta, run.view().checkpoint.theta)
