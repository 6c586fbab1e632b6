"""Networks with several outputs as an experiment gives them: published numbers, runs, replays, questions."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine.backprop.bugs import BUGS, rules_of
from playground.engine.backprop.gradient_check import gradient_check
from playground.engine.backprop.rules import loss_and_gradient
from playground.engine.network_on_data import NetworkOnData
from playground.engine.optimizers import make_optimizer
from playground.engine.problem_of_experiment import network_on_data
from playground.engine.stepping.fleet import Fleet
from playground.engine.trainer import Trainer, replay
from playground.experiment import (
    Change,
    DataSettings,
    Experiment,
    ExperimentFile,
    NetworkSettings,
    TrainingSettings,
)
from playground.known_tables import data_at_hand
from tests.support.tables import a_table

WORKED = a_table(("i1", "i2"), ("o1", "o2"), (), [[0.05, 0.10, 0.01, 0.99]])
"""One point with two targets: the best known worked example of backpropagation."""
WORKED_START = [0.15, 0.20, 0.25, 0.30, 0.35, 0.35, 0.40, 0.45, 0.50, 0.55, 0.60, 0.60]


def worked() -> ExperimentFile:
    """Return the example as a user enters it: a table, a sigmoid output, weights by hand, frozen biases."""
    network = NetworkSettings((2,), "sigmoid", "squared_error", output="sigmoid", frozen=("b[1]", "b[2]"))
    data = DataSettings.of_table(WORKED, test_share=0.0)
    experiment = Experiment(data, network, TrainingSettings(learning_rate=0.5))
    return ExperimentFile(experiment, (Change(0, "parameters", WORKED_START),), 1)


def test_the_best_known_worked_example() -> None:
    """Its total, two of its gradients, and the total after one step, published from rounded weights."""
    before = replay(worked(), 0)
    X, y = before.samples.X_train, before.samples.y_train
    np.testing.assert_array_equal(y, [[0.01, 0.99]])
    J, gradient = before.network.loss_and_gradient(before.parameters, X, y)
    assert round(J, 9) == 0.298371109
    assert round(gradient[6], 9) == 0.082167041
    assert round(gradient[0], 9) == 0.000438568
    np.testing.assert_array_equal(gradient[[4, 5, 10, 11]], 0.0)
    after = replay(ExperimentFile.from_json(worked().to_json()), 1)
    assert round(after.train_loss(), 9) == 0.291027774
    assert after.train_loss() == pytest.approx(0.291027924, abs=2e-7)
    np.testing.assert_array_equal(after.parameters[[4, 5, 10, 11]], [0.35, 0.35, 0.60, 0.60])


CASES = {
    "iris": Experiment(data_at_hand("iris_three"), NetworkSettings((5,))),
    "five spirals": Experiment(DataSettings("five_spirals"), NetworkSettings((6, 6), "relu")),
    "one-hot of a sigmoid": Experiment(
        DataSettings("three_blobs"), NetworkSettings((4,), loss="squared_error", output="sigmoid")
    ),
    "one-hot, linear": Experiment(DataSettings("three_blobs"), NetworkSettings((4,), loss="squared_error")),
    "two numbers": Experiment(
        DataSettings.of_table(
            a_table(("x",), ("u", "v"), (), [[x, np.sin(x), np.cos(x)] for x in np.linspace(-2, 2, 40)])
        ),
        NetworkSettings((6,)),
    ),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("batch_size", [None, 7])
def test_a_run_is_gradient_descent_by_the_definition(name: str, batch_size: int | None) -> None:
    experiment = CASES[name].with_value("training.batch_size", batch_size)
    trainer = Trainer(experiment)
    network, samples = trainer.network, trainer.samples
    X, y = samples.X_train, samples.y_train
    theta = trainer.parameters.copy()
    first = trainer.train_loss()
    assert first == pytest.approx(network.loss(theta, X, y), rel=1e-12)
    trainer.advance(300)
    assert trainer.train_loss() < first
    if batch_size is None:
        for _ in range(300):
            theta -= 0.3 * network.loss_and_gradient(theta, X, y)[1]
        np.testing.assert_allclose(trainer.parameters, theta, rtol=1e-7, atol=1e-9)
    if samples.classification:
        right = network.predict(trainer.parameters, X).argmax(axis=1) == y.argmax(axis=1)
        assert trainer.train_accuracy() == right.mean()
        assert trainer.view().test_accuracy > 1.2 / y.shape[1]
    else:
        assert np.isnan(trainer.train_accuracy())


@pytest.mark.parametrize("name", CASES)
def test_a_steered_run_repeats_bit_by_bit(name: str) -> None:
    changes = (Change(20, "training.learning_rate", 0.05), Change(50, "training.optimizer", "adam"))
    file = ExperimentFile(CASES[name], changes, 120)
    again = ExperimentFile.from_json(file.to_json())
    assert again == file
    once, twice = replay(file, 120), replay(again, 120)
    assert once.parameters.tobytes() == twice.parameters.tobytes()
    resumed = Trainer.resumed(replay(file, 60).saved())
    resumed.advance(60)
    assert resumed.parameters.tobytes() == once.parameters.tobytes()


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("fault", [None, *BUGS])
def test_the_gradient_check_finds_what_is_wrong(name: str, fault: str | None) -> None:
    trainer = Trainer(CASES[name])
    trainer.advance(5)
    network, theta = trainer.network, trainer.parameters
    X, y = trainer.samples.X_train[:20], trainer.samples.y_train[:20]
    *_, check = gradient_check(network, theta, X, y, rules_of(fault))
    right = network.loss_and_gradient(theta, X, y)[1]
    by_rules = loss_and_gradient(network, theta, X, y, rules_of(fault))[1]
    assert check.agrees == bool(np.allclose(by_rules, right, rtol=1e-6, atol=1e-12))
    if fault in (None, "mean", "sign"):
        assert check.agrees == (fault is None)


def test_a_run_with_a_mistake_makes_the_steps_of_its_rules() -> None:
    trainer = Trainer(CASES["iris"].with_value("training.fault", "sign"))
    network, theta = trainer.network, trainer.parameters.copy()
    X, y = trainer.samples.X_train, trainer.samples.y_train
    trainer.advance(3)
    for _ in range(3):
        theta -= 0.3 * loss_and_gradient(network, theta, X, y, rules_of("sign"))[1]
    np.testing.assert_allclose(trainer.parameters, theta, rtol=1e-9)


def test_a_fleet_of_all_rates_goes_where_each_would_go_alone() -> None:
    trainer = Trainer(CASES["five spirals"])
    problem = network_on_data(trainer.problem)
    assert isinstance(problem, NetworkOnData)
    rates = np.array([0.01, 0.1, 1.0])
    optimizers = [make_optimizer("gradient_descent") for _ in rates]
    fleet = Fleet(problem, np.tile(trainer.parameters, (3, 1)), rates, optimizers)
    working = problem.working_parameters()
    batches = problem.batches(working, np.random.default_rng(0), None)
    batches.open_block()
    losses: list[np.ndarray] = []
    fleet.advance([slot[1] for slot in batches.slots[:40]], losses=losses)
    for rate, theta in zip(rates, fleet.parameters, strict=True):
        alone = Trainer(CASES["five spirals"].with_value("training.learning_rate", float(rate)))
        alone.advance(40)
        np.testing.assert_allclose(theta, alone.parameters, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(losses[0], trainer.train_loss(), rtol=1e-12)
