"""Stability limits: one per cent below them a quadratic is calm, one per cent above it throws us out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from playground.engine.network import Network
from playground.engine.optimizers import OPTIMIZERS, make_optimizer
from playground.engine.stepping.step import WorkingParameters
from playground.engine.trainer import Trainer
from playground.experiment import DataSettings, Experiment, NetworkSettings, TrainingSettings
from playground.landscape import stability as words
from playground.landscape.questions.context import Context
from playground.landscape.questions.limit import LimitQuestion
from playground.landscape.stability import level_times_rate, preconditioner, stability, stability_limit

FROZEN = 1.0 - 1e-15
"""A decay of second moments that leaves them as they are for thousands of steps."""


def a_quadratic(size: int = 6) -> np.ndarray:
    rng = np.random.default_rng(3)
    basis = np.linalg.qr(rng.standard_normal((size, size)))[0]
    return basis @ np.diag(np.geomspace(0.05, 3.7, size)) @ basis.T


def thrown_out(optimizer, H: np.ndarray, rate: float, steps: int = 4000) -> bool:
    theta = np.random.default_rng(4).standard_normal(len(H)) * 1e-3
    start = np.linalg.norm(theta)
    for _ in range(steps):
        optimizer.step(theta, H @ theta, rate)
        length = np.linalg.norm(theta)
        if length > 100 * start:
            return True
    return bool(length > start)


def assert_sharp(make, H: np.ndarray, limit: float) -> None:
    assert not thrown_out(make(), H, 0.99 * limit)
    assert thrown_out(make(), H, 1.01 * limit)


@pytest.mark.parametrize(
    ("name", "hyperparameters"),
    [
        ("gradient_descent", {}),
        ("momentum", {"momentum": 0.9}),
        ("momentum", {"momentum": 0.5, "dampening": 0.3}),
        ("nesterov", {"momentum": 0.9}),
        ("nesterov", {"momentum": 0.6}),
    ],
)
def test_below_the_limit_a_quadratic_is_calm_and_above_it_throws_us_out(name, hyperparameters):
    H = a_quadratic()
    limit = stability_limit(name, hyperparameters, np.linalg.eigvalsh(H)[-1])
    assert_sharp(lambda: make_optimizer(name, **hyperparameters), H, limit)


@pytest.mark.parametrize(
    ("name", "hyperparameters"),
    [
        ("rmsprop", {}),
        ("rmsprop", {"momentum": 0.8}),
        ("adam", {"betas": (0.9, FROZEN)}),
        ("adam", {"betas": (0.5, FROZEN)}),
        ("adamw", {"betas": (0.9, FROZEN)}),
        ("adamw", {"betas": (0.9, FROZEN), "weight_decay": 0.5}),
    ],
)
def test_with_its_preconditioner_frozen_an_adaptive_optimiser_has_a_sharp_limit_too(name, hyperparameters):
    H = a_quadratic()
    if name == "rmsprop":
        hyperparameters = {**hyperparameters, "alpha": FROZEN}
    divisor = np.geomspace(0.02, 3.0, len(H))

    def make():
        optimizer = make_optimizer(name, **hyperparameters)
        if name == "rmsprop":
            optimizer.load_state({"step": 5000, "square_avg": divisor**2})
        else:
            # So late that no correction changes any more.
            steps = 10**12
            square = divisor**2 * (1 - FROZEN**steps)
            optimizer.load_state({"step": steps, "exp_avg": np.zeros(len(H)), "exp_avg_sq": square})
        return optimizer

    fresh = make()
    P = preconditioner(name, fresh.hyperparameters, fresh.state(), np.zeros(len(H)))
    np.testing.assert_allclose(P, divisor, rtol=1e-3)
    sharpness = np.linalg.eigvals(H / P[:, np.newaxis]).real.max()
    assert_sharp(make, H, stability_limit(name, fresh.hyperparameters, sharpness))


@pytest.mark.parametrize("name", ["rmsprop", "adam"])
@pytest.mark.parametrize("steps", [0, 1, 7])
def test_the_preconditioner_is_what_the_next_step_divides_by(name, steps):
    """Adam without momentum divides the gradient itself: the step shows P."""
    rng = np.random.default_rng(0)
    settings = {"betas": (0.0, 0.999)} if name == "adam" else {}
    optimizer, theta = make_optimizer(name, **settings), np.zeros(5)
    for _ in range(steps):
        optimizer.step(theta, rng.standard_normal(5), 0.1)
    gradient, before = rng.standard_normal(5), theta.copy()
    P = preconditioner(name, optimizer.hyperparameters, optimizer.state(), gradient)
    optimizer.step(theta, gradient, 0.1)
    np.testing.assert_allclose(before - theta, 0.1 * gradient / P, rtol=1e-9)


def test_the_first_step_of_adam_goes_one_alpha_along_every_parameter():
    """Both bias corrections at work: m is (1 − β₁)·g, and P such that every entry moves by α."""
    optimizer, theta, gradient = make_optimizer("adam"), np.zeros(4), np.array([3.0, -0.2, 1e-3, 40.0])
    P = preconditioner("adam", optimizer.hyperparameters, optimizer.state(), gradient)
    optimizer.step(theta, gradient, 0.01)
    np.testing.assert_allclose(-theta, 0.01 * (1 - 0.9) * gradient / P, rtol=1e-9)
    np.testing.assert_allclose(np.abs(theta), 0.01, rtol=1e-4)


def limit_of(trainer: Trainer):
    view = trainer.view()
    question = LimitQuestion(1, view.step, view.checkpoint, view.settings.l1, view.settings.l2)
    answers = [a for a in question.answers(Context(trainer.experiment)) if a is not None]
    assert len(answers) == 1
    assert (answers[0].run, answers[0].step) == (1, view.step)
    return answers[0].stability


def test_a_line_through_raw_points_has_the_limit_that_is_known_on_paper():
    experiment = Experiment(DataSettings("noisy_line"), NetworkSettings(()))
    trainer = Trainer(experiment)
    found = limit_of(trainer)
    X = trainer.samples.X_train
    columns = np.hstack([X, np.ones_like(X)])
    values = np.linalg.eigvalsh(columns.T @ columns / len(X))
    assert (found.ends.largest, found.ends.smallest) == pytest.approx((values[-1], values[0]))
    assert found.limit == pytest.approx(2 / values[-1])
    assert found.limit == pytest.approx(0.515, abs=0.02)
    assert found.reason == ""
    assert "Bowl" in found.shape
    for share, rises in ((0.99, False), (1.01, True)):
        run = Trainer(experiment)
        run.learning_rate = share * found.limit
        # The gentle direction settles first; what is left then moves along the steepest one.
        run.advance(2000)
        assert (run.train_loss() > 2 * trainer.train_loss()) == rises


@pytest.mark.parametrize("hidden", [(4,), (16, 12)])
@pytest.mark.parametrize("name", ["rmsprop", "adam", "adamw"])
def test_of_a_network_it_is_the_eigenvalue_of_the_whole_matrix(name, hidden):
    """Dense and Lanczos alike, against P⁻¹H built column by column from central differences."""
    experiment = Experiment(network=NetworkSettings(hidden), training=TrainingSettings(name, 0.01, l2=0.003))
    trainer = Trainer(experiment)
    trainer.advance(30)
    found = limit_of(trainer)
    network, X, y = trainer.network, trainer.samples.X_train, trainer.samples.y_train
    theta, h = trainer.parameters, 1e-5

    def gradient(at):
        return network.loss_and_gradient(at, X, y)[1]

    unit = np.eye(len(theta))
    H = np.array([(gradient(theta + h * e) - gradient(theta - h * e)) / (2 * h) for e in unit])
    # The divisor from the recurrences themselves, run over the recorded path.
    square = np.zeros(len(theta))
    keep = 0.99 if name == "rmsprop" else 0.999
    for at in [*trainer.history.path]:
        square = keep * square + (1 - keep) * gradient(at) ** 2
    if name == "rmsprop":
        P, level = np.sqrt(square) + 1e-8, 2.0
    else:
        P = (1 - 0.9**31) * (np.sqrt(square / (1 - 0.999**31)) + 1e-8)
        level = 38.0
    sharpness = np.linalg.eigvals(H / P[:, np.newaxis]).real.max()
    assert found.sharpness == pytest.approx(sharpness, rel=1e-4)
    assert found.ends.largest == pytest.approx(np.linalg.eigvalsh((H + H.T) / 2)[-1], rel=1e-5)
    assert found.level_times_rate == pytest.approx(level)
    decay = level * 0.01 / 2 if name == "adamw" else 0.0
    assert found.limit == pytest.approx(level / (sharpness + decay), rel=1e-4)


def test_where_there_is_no_limit_a_sentence_says_why():
    base = Experiment()
    batches = limit_of(Trainer(base.with_value("training.batch_size", 10)))
    assert (batches.limit, batches.reason) == (None, words.MINI_BATCHES)
    adagrad = limit_of(Trainer(base.with_value("training.optimizer", "adagrad")))
    assert (adagrad.limit, adagrad.reason) == (None, OPTIMIZERS["adagrad"].no_limit)
    assert level_times_rate("adagrad", {}) is None
    assert stability_limit("gradient_descent", {}, -1.0) is None

    network = Network((1, 1, 1), "tanh", "squared_error")
    X, y, trainer = np.zeros((1, 1)), np.zeros((1, 1)), Trainer(base)
    with np.errstate(all="ignore"):
        broken = stability(network, X, y, at_other_parameters(trainer, network, np.full(4, 1e200)))
    assert (broken.limit, broken.reason) == (None, words.NOT_FINITE)


def test_where_j_curves_up_nowhere_no_step_is_too_long():
    network = Network((1, 1), "identity", "binary_cross_entropy")
    X, y = np.ones((1, 1)), np.ones((1, 1))
    trainer = Trainer(Experiment())
    # ŷ is 1 to the last digit there: the cross-entropy is a straight line, and flat.
    found = stability(network, X, y, at_other_parameters(trainer, network, np.array([400.0, 400.0])))
    assert (found.limit, found.reason) == (None, words.NOTHING_CURVES_UP)


def at_other_parameters(trainer: Trainer, network: Network, theta: np.ndarray):
    """A checkpoint of plain gradient descent at a θ of another network (of one neuron a layer)."""
    working = WorkingParameters(network).working(theta)
    return trainer.view().checkpoint._replace(theta=working)


def test_relu_says_that_its_kinks_do_not_count():
    relu = limit_of(Trainer(Experiment(network=NetworkSettings((4,), "relu"))))
    assert relu.note == "Almost everywhere: the kinks of ReLU have no curvature."
    assert limit_of(Trainer(replace(Experiment(), network=NetworkSettings((4,), "tanh")))).note == ""


def test_a_run_with_a_mistake_in_its_backward_pass_has_no_limit_to_tell():
    experiment = Experiment(training=TrainingSettings(fault="mean"))
    view = Trainer(experiment).view()
    question = LimitQuestion(1, view.step, view.checkpoint)
    answer = [answer for answer in question.answers(Context(experiment)) if answer is not None][-1]
    assert (answer.stability.limit, answer.stability.reason) == (None, words.FAULTY)
    assert answer.stability.ends.largest > 0
