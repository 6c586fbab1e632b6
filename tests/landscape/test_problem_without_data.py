"""The landscape of a quadratic without data: every number is known in closed form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from playground.engine.trainer import Trainer
from playground.experiment import Experiment, TrainingSettings
from playground.landscape.directions import PLANE_KINDS, path_plane, random_plane
from playground.landscape.lookahead import look_ahead_on
from playground.landscape.questions.arrows import ArrowsQuestion
from playground.landscape.questions.boundary import BoundaryQuestion
from playground.landscape.questions.context import Context
from playground.landscape.questions.curvature import CurvatureQuestion
from playground.landscape.questions.lesson_evidence import LessonQuestion
from playground.landscape.questions.limit import LimitQuestion
from playground.landscape.questions.lookahead import LookaheadQuestion
from playground.landscape.questions.next_step import NextStepQuestion
from playground.landscape.questions.past_step import StepQuestion
from playground.landscape.questions.point import PointQuestion
from playground.landscape.questions.rate_map import RateMapQuestion
from playground.landscape.questions.surface import SurfaceQuestion
from playground.landscape.stability import stability_on
from playground.landscape.surface import evaluate_on
from tests.support.quadratic import Quadratic

A = np.array([[4.0, 1.0, 0.0], [1.0, 2.0, 0.5], [0.0, 0.5, 0.25]])
START = np.array([1.0, -2.0, 3.0])
SHARPEST = float(np.linalg.eigvalsh(A)[-1])
EXPERIMENT = replace(Experiment(), training=TrainingSettings(learning_rate=0.1))
CONTEXT = Context(EXPERIMENT, Quadratic(A, START))


def J(theta: np.ndarray) -> float:
    return float(0.5 * theta @ A @ theta)


def reached(rate: float, n_steps: int, start: np.ndarray = START) -> np.ndarray:
    return np.asarray(np.linalg.matrix_power(np.eye(3) - rate * A, n_steps) @ start)


@pytest.fixture
def run() -> Trainer:
    trainer = Trainer(EXPERIMENT, Quadratic(A, START))
    trainer.advance(20)
    return trainer


def last(answers: Iterator[Any]) -> Any:
    return [answer for answer in answers if answer is not None][-1]


def test_the_stability_limit_is_two_over_the_largest_eigenvalue(run: Trainer) -> None:
    assert stability_on(run.problem, run.checkpoint()).limit == pytest.approx(2 / SHARPEST, rel=1e-12)
    answer = last(LimitQuestion(1, 20, run.checkpoint()).answers(CONTEXT))
    assert answer.stability.limit == pytest.approx(2 / SHARPEST, rel=1e-12)
    assert answer.stability.note == ""


def test_the_curvature_has_both_ends_of_the_matrix(run: Trainer) -> None:
    answer = last(CurvatureQuestion(1, 20, run.parameters, l2=0.5).answers(CONTEXT))
    ends = np.linalg.eigvalsh(A + 0.5 * np.eye(3))[[0, -1]]
    assert (answer.ends.smallest, answer.ends.largest) == pytest.approx(tuple(ends))
    evidence = last(LessonQuestion(1, 20, run.parameters, 0.0, 0.0, True).answers(CONTEXT))
    assert evidence.sharpness == pytest.approx(SHARPEST)
    assert (evidence.dead_relus, evidence.saturated) == (0, 0.0)


def test_a_surface_is_the_quadratic(run: Trainer) -> None:
    plane = path_plane(run.history.path).plane
    a, b = np.linspace(-1, 1, 7), np.linspace(-2, 0, 5)
    expected = [[J(plane.at(x, y)) for x in a] for y in b]
    np.testing.assert_allclose(evaluate_on(run.problem, plane, a, b), expected, rtol=1e-12)


@pytest.mark.parametrize("kind", PLANE_KINDS)
def test_every_kind_of_plane_is_laid(run: Trainer, kind: str) -> None:
    question = SurfaceQuestion(
        1, 20, run.parameters, run.history.path, kind=kind, resolution=13, pair=(0, 2), third=START + 1
    )
    answer = last(question.answers(CONTEXT))
    assert answer.problem == ""
    surface = answer.surface
    corner = surface.plane.at(surface.a[0], surface.b[-1])
    assert surface.values[-1, 0] == pytest.approx(J(corner))
    assert answer.true_loss == pytest.approx(J(run.parameters))
    if kind == "parameters":
        assert (answer.choice.a_label, answer.choice.b_label) == ("θ1", "θ3")


def test_random_directions_are_as_long_as_the_rows(run: Trainer) -> None:
    plane = random_plane(run.problem, run.parameters, 0).plane
    assert np.linalg.norm(plane.u) == pytest.approx(np.linalg.norm(run.parameters))


def test_the_look_ahead_is_the_closed_form(run: Trainer) -> None:
    rates = np.array([0.01, 0.1, 0.4, 1.0])
    expected = [J(reached(rate, 30, run.parameters)) for rate in rates]
    ahead = last(look_ahead_on(run.problem, run.checkpoint(), rates, 30))
    np.testing.assert_allclose(ahead.losses, expected, rtol=1e-9)
    assert ahead.rose.tolist() == [False, False, False, True]
    question = LookaheadQuestion(1, 20, run.checkpoint(), rates, 30)
    np.testing.assert_array_equal(last(question.answers(CONTEXT)).lookahead.losses, ahead.losses)


def test_the_rate_map_is_the_closed_form() -> None:
    rates = np.array([0.01, 0.1, 0.3])
    question = RateMapQuestion(1, 1, EXPERIMENT.training, (0, 1), rates, 25)
    rows = last(question.answers(CONTEXT)).rows
    expected = [[J(reached(rate, 25, scale * START)) for rate in rates] for scale in (1.0, 2.0)]
    np.testing.assert_allclose(rows.losses, expected, rtol=1e-9)
    np.testing.assert_allclose(rows.starts, [J(START), J(2 * START)])


def test_a_step_from_the_side_is_a_parabola(run: Trainer) -> None:
    theta = run.parameters
    for question in (
        StepQuestion(1, 20, theta, 0.1),
        NextStepQuestion(1, 20, run.checkpoint(), run.settings),
    ):
        side = last(question.answers(CONTEXT)).side
        np.testing.assert_allclose(side.losses, side.parabola, rtol=1e-9, atol=1e-12)
        assert side.landing == pytest.approx(J(reached(0.1, 1, theta)))


def test_arrows_and_points_are_those_of_the_quadratic(run: Trainer) -> None:
    arrows = last(ArrowsQuestion(1, 20, run.checkpoint(), run.settings).answers(CONTEXT))
    np.testing.assert_allclose(arrows.gradient, A @ run.parameters)
    np.testing.assert_allclose(arrows.update, -0.1 * A @ run.parameters)
    plane = random_plane(run.problem, run.parameters, 0, "none").plane
    point = last(PointQuestion(1, 20, START, plane).answers(CONTEXT))
    assert point.true_loss == pytest.approx(J(START))
    assert point.plane_loss == pytest.approx(J(plane.at(point.a, point.b)))


def test_a_question_about_a_network_says_that_there_is_none(run: Trainer) -> None:
    with pytest.raises(LookupError, match="no network"):
        list(BoundaryQuestion(1, 20, run.parameters).answers(CONTEXT))
