"""Momentum as an exponential average of the gradients, v := β·v + (1 − β)·g from v = 0 on."""

from __future__ import annotations

import json

import numpy as np
import pytest

from playground.engine.optimizers import make_optimizer
from playground.engine.stepping.descent import optimizer_of
from playground.engine.trainer import Trainer
from playground.experiment import Experiment, NetworkSettings, TrainingSettings
from playground.experiment_checks import ExperimentError
from playground.experiment_formula import FormulaSettings
from playground.export.run_words import run_sentence
from playground.landscape.momentum_map import momentum_plan
from playground.landscape.stability import stability_on

AVERAGE = TrainingSettings("momentum", 0.2, momentum=0.8, momentum_form="average")


def test_the_steps_are_those_of_the_recurrence() -> None:
    trainer = Trainer(Experiment(network=NetworkSettings((3,)), training=AVERAGE))
    problem, theta = trainer.problem, trainer.parameters
    v = np.zeros_like(theta)
    for _ in range(30):
        v = 0.8 * v + (1 - 0.8) * problem.loss_and_gradient(theta)[1]
        theta = theta - 0.2 * v
    trainer.advance(30)
    np.testing.assert_allclose(trainer.parameters, theta, rtol=1e-10)


def test_it_is_torchs_form_with_a_smaller_rate_once_both_run() -> None:
    """v of the average is (1 − β) times torch's: the same steps at α/(1 − β), from the first one on."""
    average = Trainer(Experiment(training=AVERAGE))
    torch = Trainer(Experiment(training=TrainingSettings("momentum", 0.2 * (1 - 0.8), momentum=0.8)))
    for one in (average, torch):
        one.advance(50)
    np.testing.assert_allclose(average.parameters, torch.parameters, rtol=1e-9)


def test_the_limit_is_where_the_steps_on_a_parabola_begin_to_grow() -> None:
    """J = ½·k·w² with k = 4: 2(1 + 0.8)/((1 − 0.8)·4) = 4.5, found by running on both sides of it."""
    formula = FormulaSettings("2*w^2", start=(1.0,))
    trainer = Trainer(Experiment(training=AVERAGE, formula=formula))
    found = stability_on(trainer.problem, trainer.view().checkpoint)
    assert found.limit == pytest.approx(4.5, rel=1e-9)
    assert found.formula == "2(1 + β)/((1 − β)·λmax)"
    ends = []
    for rate in (4.5 * 0.98, 4.5 * 1.02):
        run = Trainer(
            Experiment(
                training=TrainingSettings("momentum", rate, 0.8, momentum_form="average"), formula=formula
            )
        )
        run.advance(800)
        ends.append(abs(float(run.parameters[0])))
    assert ends[0] < 1e-3 < 1e3 < ends[1]


def test_a_map_of_momenta_has_its_line() -> None:
    formula = FormulaSettings("2*w^2")
    trainer = Trainer(Experiment(training=AVERAGE, formula=formula))
    region = momentum_plan(trainer.problem, AVERAGE).region
    assert region is not None
    assert region.limit(0.5) == pytest.approx(2 * 1.5 / (0.5 * 4.0))


def test_a_checkpoint_goes_on_in_its_form_and_a_change_of_momentum_too() -> None:
    trainer = Trainer(Experiment(training=AVERAGE))
    trainer.advance(10)
    twin = Trainer(Experiment(training=AVERAGE))
    twin.restore(trainer.snapshot())
    for one in (trainer, twin):
        one.advance(10)
    np.testing.assert_array_equal(trainer.parameters, twin.parameters)
    optimizer = optimizer_of(AVERAGE)
    theta = np.zeros(1)
    optimizer.step(theta, np.ones(1), 1.0)
    optimizer.hyperparameters["momentum"] = 0.5
    optimizer.step(theta, np.ones(1), 1.0)
    assert theta[0] == pytest.approx(-(0.2 + 0.5 * 0.2 + 0.5))


def test_without_momentum_it_is_gradient_descent() -> None:
    theta = np.array([1.0])
    make_optimizer("momentum", momentum=0.0, average=True).step(theta, np.array([2.0]), 0.1)
    assert theta[0] == pytest.approx(0.8)


def test_the_form_in_a_file_and_in_words() -> None:
    experiment = Experiment(training=AVERAGE)
    assert json.loads(experiment.to_json())["version"] == 3
    assert Experiment.from_json(experiment.to_json()) == experiment
    assert "momentum_form" not in Experiment().to_json()
    assert "momentum 0.8 as an average of the gradients" in run_sentence(Trainer(experiment).view())
    with pytest.raises(ExperimentError, match="must be one of torch, average"):
        TrainingSettings(momentum_form="nesterov")
