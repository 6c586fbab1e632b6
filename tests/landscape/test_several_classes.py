"""The landscape of networks with several outputs, against the definition and against runs of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from playground.engine.fewer_points import FEWER, with_fewer_points
from playground.engine.network_on_data import NetworkOnData
from playground.engine.problem_of_experiment import problem_of
from playground.engine.trainer import Trainer
from playground.experiment import DataSettings, Experiment, NetworkSettings, TrainingSettings
from playground.landscape.boundary import boundary
from playground.landscape.lookahead import look_ahead_on
from playground.landscape.questions.activations import ActivationsQuestion
from playground.landscape.questions.blame import BlameQuestion, PointGradientQuestion
from playground.landscape.questions.context import Context
from playground.landscape.questions.curvature import CurvatureQuestion
from playground.landscape.questions.inspection import GradientCheckQuestion, InspectionQuestion
from playground.landscape.questions.lesson_evidence import LessonQuestion
from playground.landscape.questions.limit import LimitQuestion
from playground.landscape.questions.next_step import NextStepQuestion
from playground.landscape.questions.rate_map import RateMapQuestion
from playground.landscape.questions.surface import SurfaceQuestion
from playground.landscape.stability import stability
from tests.support.tables import a_table

PAIR = a_table(("x",), ("u", "v"), (), [[x, np.sin(x), x * x / 4] for x in np.linspace(-2, 2, 30)])
EXPERIMENTS = {
    "softmax": Experiment(
        DataSettings("three_spirals", points=120), NetworkSettings((5,)), TrainingSettings(l2=0.01)
    ),
    "one-hot of a sigmoid": Experiment(
        DataSettings("five_blobs", points=100), NetworkSettings((4,), loss="squared_error", output="sigmoid")
    ),
    "two numbers": Experiment(DataSettings.of_table(PAIR), NetworkSettings((4,))),
}


@pytest.fixture(scope="module", params=EXPERIMENTS)
def run(request: Any) -> Trainer:
    trainer = Trainer(EXPERIMENTS[request.param])
    trainer.advance(60)
    return trainer


def last(answers: Iterator[Any]) -> Any:
    return [answer for answer in answers if answer is not None][-1]


def training_points(run: Trainer) -> tuple[np.ndarray, np.ndarray]:
    return run.samples.X_train, run.samples.y_train


def hessian(run: Trainer) -> np.ndarray:
    """H by central differences of the gradient."""
    network, (X, y) = run.network, (run.samples.X_train, run.samples.y_train)
    theta, h = run.parameters, 1e-5
    columns = [
        network.loss_and_gradient(theta + h * unit, X, y)[1]
        - network.loss_and_gradient(theta - h * unit, X, y)[1]
        for unit in np.eye(theta.size)
    ]
    H = np.array(columns) / (2 * h)
    return np.asarray(0.5 * (H + H.T))


def test_the_limit_is_two_over_the_largest_eigenvalue_of_the_differences(run: Trainer) -> None:
    values = np.linalg.eigvalsh(hessian(run))
    X, y = run.samples.X_train, run.samples.y_train
    assert stability(run.network, X, y, run.checkpoint()).limit == pytest.approx(2 / values[-1], rel=1e-5)
    context = Context(run.experiment)
    l2 = run.experiment.training.l2
    answer = last(LimitQuestion(1, 60, run.checkpoint(), l2=l2).answers(context))
    assert answer.stability.limit == pytest.approx(2 / values[-1], rel=1e-5)
    ends = last(CurvatureQuestion(1, 60, run.parameters, l2=l2).answers(context)).ends
    assert ends.smallest == pytest.approx(values[0], rel=1e-4, abs=1e-7)
    evidence = last(LessonQuestion(1, 60, run.parameters, 0.0, l2, True).answers(context))
    assert evidence.sharpness == pytest.approx(values[-1], rel=1e-5)


@pytest.mark.parametrize("batch_size", [None, 16])
def test_the_look_ahead_reaches_what_the_run_reaches(run: Trainer, batch_size: int | None) -> None:
    trainer = Trainer(run.experiment.with_value("training.batch_size", batch_size))
    trainer.advance(20)
    rates = np.array([0.01, 0.1, 0.5])
    found = last(look_ahead_on(trainer.problem, trainer.checkpoint(), rates, 25))
    assert found.loss_now == pytest.approx(trainer.train_loss(), rel=1e-12)
    for rate, J in zip(rates, found.losses, strict=True):
        alone = Trainer(run.experiment.with_value("training.batch_size", batch_size))
        alone.advance(20)
        alone.learning_rate = float(rate)
        alone.advance(25)
        assert pytest.approx(alone.train_loss(), rel=1e-7) == J


def test_a_step_from_the_side_stands_and_lands_where_the_run_does(run: Trainer) -> None:
    question = NextStepQuestion(1, 60, run.checkpoint(), run.settings)
    side = last(question.answers(Context(run.experiment))).side
    trainer = Trainer(run.experiment)
    trainer.advance(60)
    before = trainer.train_loss()
    trainer.advance(1)
    H, g = hessian(run), run.network.loss_and_gradient(run.parameters, *training_points(run))[1]
    assert side.curvature == pytest.approx(g @ H @ g / (g @ g), rel=1e-5)
    assert side.standing == pytest.approx(before, rel=1e-9)
    assert side.landing == pytest.approx(trainer.train_loss(), rel=1e-9)


def test_every_question_about_the_run_has_an_answer(run: Trainer) -> None:
    context, theta, l2 = Context(run.experiment), run.parameters, run.experiment.training.l2
    X, y = run.samples.X_train, run.samples.y_train
    blame = last(BlameQuestion(1, 60, theta, l2=l2).answers(context))
    assert blame.losses.mean() + blame.penalty == pytest.approx(run.train_loss(), rel=1e-10)
    one = last(PointGradientQuestion(1, 60, 3, theta, 0.3, l2=l2).answers(context))
    np.testing.assert_allclose(one.gradient, run.network.loss_and_gradient(theta, X[3:4], y[3:4])[1])
    inspected = last(InspectionQuestion(1, 60, theta, None, 0.3, l2=l2).answers(context))
    np.testing.assert_allclose(
        inspected.trace.gradient, run.network.loss_and_gradient(theta, X, y)[1], rtol=1e-9, atol=1e-13
    )
    assert last(GradientCheckQuestion(1, 60, theta, None, l2=l2).answers(context)).check.agrees
    path = np.array(run.history.path)
    surface = last(
        SurfaceQuestion(1, 60, theta, path=path, kind="path", resolution=13, l2=l2).answers(context)
    )
    plane, values = surface.choice.plane, surface.surface.values
    for j, i in ((0, 0), (6, 3), (12, 12)):
        at = plane.at(surface.surface.a[i], surface.surface.b[j])
        assert values[j, i] == pytest.approx(run.network.loss(at, X, y), rel=1e-5)
    norms = last(ActivationsQuestion(1, 60, theta, np.array([0]), path[:1]).answers(context)).norms
    assert norms.shape == (2, run.network.depth)


def test_a_map_of_rates_holds_what_each_run_reaches() -> None:
    experiment = EXPERIMENTS["softmax"]
    rates = np.array([0.05, 0.4])
    question = RateMapQuestion(1, 1, experiment.training, (0, 1), rates, 30)
    rows = last(question.answers(Context(experiment))).rows
    for row, seed in enumerate((0, 1)):
        for column, rate in enumerate(rates):
            alone = Trainer(
                experiment.with_value("network.seed", seed).with_value("training.learning_rate", float(rate))
            )
            alone.advance(30)
            assert rows.losses[row, column] == pytest.approx(alone.train_loss(), rel=1e-6)


def test_a_boundary_has_an_output_for_each_class(run: Trainer) -> None:
    found = boundary(run.network, run.parameters, run.samples, resolution=11)
    assert len(found.outputs) == run.network.layer_sizes[-1]
    if run.samples.n_raw == 2:
        j, i = 4, 7
        x = run.samples.inputs_of(np.array([[found.x1[i], found.x2[j]]]))
        expected = run.network.predict(run.parameters, x)[0]
        np.testing.assert_allclose(found.outputs[:, j, i], expected)
        assert found.winner[j, i] == expected.argmax()


def test_points_that_stand_for_many_are_of_every_class_in_proportion() -> None:
    rng = np.random.default_rng(0)
    labels = rng.choice(4, size=9000, p=[0.7, 0.2, 0.0995, 0.0005])
    rows = np.column_stack([rng.normal(size=9000), labels.astype(float)])
    data = DataSettings.of_table(a_table(("x",), "y", ("a", "b", "c", "d"), rows), test_share=0.0)
    problem = with_fewer_points(problem_of(Experiment(data)), 0)
    assert isinstance(problem, NetworkOnData)
    counts = problem.y.sum(axis=0)
    assert counts.sum() == FEWER
    assert counts.min() >= 1
    shares = np.bincount(labels, minlength=4) / 9000
    np.testing.assert_allclose(counts / FEWER, shares, atol=2e-3)
