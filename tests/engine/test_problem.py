"""Training sees nothing but a Problem: a quadratic without data trains and forks as a network does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from playground.engine.branches.fork import Fork, Plan
from playground.engine.branches.moments import Moments, branch_at
from playground.engine.network import Network
from playground.engine.network_on_data import NetworkOnData
from playground.engine.optimizers import OPTIMIZERS, make_optimizer
from playground.engine.problem import Problem
from playground.engine.problem_of_experiment import network_on_data, problem_of
from playground.engine.trainer import Trainer
from playground.experiment import Experiment, TrainingSettings
from tests.support.quadratic import Quadratic

A = np.array([[4.0, 1.0, 0.0], [1.0, 2.0, 0.5], [0.0, 0.5, 0.25]])
START = np.array([1.0, -2.0, 3.0])


def run_of(problem: Problem | None = None, **training: object) -> Trainer:
    settings = TrainingSettings(**training)  # type: ignore[arg-type]
    return Trainer(replace(Experiment(), training=settings), problem or Quadratic(A, START))


def test_gradient_descent_is_the_power_of_one_matrix() -> None:
    run = run_of(learning_rate=0.1)
    assert run.advance(50) == 50
    closed = np.linalg.matrix_power(np.eye(3) - 0.1 * A, 50) @ START
    np.testing.assert_allclose(run.parameters, closed, rtol=1e-12)
    assert run.train_loss() == pytest.approx(0.5 * closed @ A @ closed, rel=1e-12)
    assert np.isnan(run.test_loss())
    assert np.isnan(run.train_accuracy())


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("l2", [0.0, 0.3])
def test_every_optimizer_makes_the_steps_that_it_makes_by_hand(optimizer: str, l2: float) -> None:
    run = run_of(optimizer=optimizer, learning_rate=0.02, l1=l2 / 10, l2=l2)
    run.advance(70)
    theta, by_hand = START.copy(), make_optimizer(optimizer)
    for _ in range(70):
        by_hand.step(theta, A @ theta + 0.1 * l2 * np.sign(theta) + l2 * theta, 0.02)
    np.testing.assert_allclose(run.parameters, theta, rtol=1e-10, atol=1e-13)
    view = run.view()
    assert view.history.curves["batch_loss"].values[0] == pytest.approx(run.problem.loss(START))
    assert view.history.curves["train_loss"].values[-1] == pytest.approx(run.problem.loss(run.parameters))


def test_it_diverges_where_the_numbers_end_and_goes_on_below_the_limit() -> None:
    run = run_of(learning_rate=100.0)
    run.advance(500)
    assert run.diverged
    assert np.isfinite(run.train_loss())
    run.learning_rate = 0.1
    assert run.advance(20) == 20


def test_a_penalty_is_set_while_it_trains() -> None:
    run = run_of(learning_rate=0.1)
    run.advance(5)
    before = run.train_loss()
    run.change("training.l2", 0.5)
    assert run.train_loss() == pytest.approx(before + 0.25 * run.parameters @ run.parameters)
    assert run.problem.l2 == 0.5


def test_its_moments_its_branches_and_its_fork_are_of_the_same_problem() -> None:
    run = run_of(learning_rate=0.1)
    run.advance(300)
    seen = Moments().view_at(run, run.view().history, 7)
    assert seen is not None
    closed = np.linalg.matrix_power(np.eye(3) - 0.1 * A, 7) @ START
    np.testing.assert_allclose(seen.parameters, closed, rtol=1e-12)
    branch = branch_at(run, 7)
    assert branch is not None
    np.testing.assert_array_equal(branch.parameters, seen.parameters)
    fork = Fork(branch, [Plan(0.05), Plan(0.2), Plan(0.01, "adam")])
    fork.advance(30)
    twin = run_of(learning_rate=0.1)
    twin.advance(7)
    twin.learning_rate = 0.2
    twin.advance(30)
    branches = fork.view().branches
    np.testing.assert_allclose(branches[1].parameters, twin.parameters, rtol=1e-10)
    assert branches[1].loss == pytest.approx(twin.train_loss(), rel=1e-10)
    kept = fork.kept(2)
    assert kept is not None
    np.testing.assert_allclose(kept.parameters, branches[2].parameters, rtol=1e-10)


def test_what_is_about_a_network_finds_none() -> None:
    run = run_of()
    assert network_on_data(run.problem) is None
    assert run.network is None
    assert run.samples is None


def test_an_experiment_is_a_network_on_data() -> None:
    experiment = Experiment().with_value("training.l2", 0.01)
    on_data = network_on_data(problem_of(experiment))
    assert isinstance(on_data, NetworkOnData)
    assert (on_data.l1, on_data.l2) == (0.0, 0.01)
    run = Trainer(experiment)
    assert run.network == on_data.network
    np.testing.assert_array_equal(run.samples.X_train, on_data.X)
    np.testing.assert_array_equal(run.parameters, on_data.start())
    assert on_data.n_samples + len(on_data.samples.X_test) == experiment.data.points


def test_the_weights_into_each_neuron_are_a_row() -> None:
    network = Network((2, 3, 1))
    theta = np.random.default_rng(0).normal(size=network.n_parameters)
    for block, (W, _) in zip(network.weight_blocks, network.unpack(theta), strict=True):
        np.testing.assert_array_equal(theta[block], W)
