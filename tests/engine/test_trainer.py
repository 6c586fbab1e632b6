"""One run, told story by story: what a step does, and what steering does to it."""

import json
import math
import pickle

import numpy as np
import pytest

from playground.engine.datasets import samples_of
from playground.engine.losses import accuracy
from playground.engine.network import network_of
from playground.engine.optimizers import make_optimizer
from playground.engine.stepping.measuring import AllPoints
from playground.engine.trainer import Trainer
from playground.experiment import (
    OPTIMIZERS,
    Change,
    DataSettings,
    Experiment,
    NetworkSettings,
    TrainingSettings,
)
from playground.experiment_checks import ExperimentError
from playground.export.run_words import run_sentence
from tests.support.same_run import assert_same_run


def small(points=25, hidden=(3,), dataset="two_moons", activation="tanh", **training):
    """20 training points and 5 test points."""
    return Experiment(
        DataSettings(dataset, points=points),
        NetworkSettings(hidden, activation),
        TrainingSettings(**training),
    )


def the_plain_way(experiment, n_steps, batch_size):
    """The same run written down as one would on paper: parameters and batch losses, step after step."""
    network, samples, training = network_of(experiment), samples_of(experiment.data), experiment.training
    theta = network.initial_parameters(
        np.random.default_rng([experiment.network.seed, 2]), experiment.network.initialization
    )
    order = np.random.default_rng([training.seed, 3])
    optimizer = make_optimizer(training.optimizer)
    thetas = [theta.copy()]
    losses: list[float] = []
    batches: list[np.ndarray] = []
    n = len(samples.X_train)
    while len(losses) < n_steps:
        if not batches:
            shuffled = order.permutation(n) if batch_size < n else np.arange(n)
            batches = [shuffled[start : start + batch_size] for start in range(0, n, batch_size)]
        batch = batches.pop(0)
        loss, gradient = network.loss_and_gradient(theta, samples.X_train[batch], samples.y_train[batch])
        optimizer.step(theta, gradient, training.learning_rate)
        thetas.append(theta.copy())
        losses.append(loss)
    return np.array(thetas), np.array(losses)


def test_one_step_of_logistic_regression_by_hand():
    trainer = Trainer(small(hidden=(), dataset="hours_of_study", learning_rate=0.1))
    x, y = trainer.samples.X_train, trainer.samples.y_train
    w, b = trainer.parameters
    error = 1.0 / (1.0 + np.exp(-(w * x + b))) - y
    trainer.advance(1)
    expected = [w - 0.1 * np.mean(error * x), b - 0.1 * np.mean(error)]
    np.testing.assert_allclose(trainer.parameters, expected, rtol=1e-13)


@pytest.mark.parametrize("batch_size", [1, 7, 10, 19, 20, 21])
@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_a_run_is_what_the_definitions_say(batch_size, activation):
    experiment = small(hidden=(3, 2), activation=activation, batch_size=batch_size, learning_rate=0.05)
    trainer = Trainer(experiment)
    trainer.advance(150)
    thetas, losses = the_plain_way(experiment, 150, batch_size)
    np.testing.assert_allclose(trainer.history.path, thetas, rtol=1e-9, atol=1e-12)
    curve = trainer.history.curve("batch_loss")
    np.testing.assert_array_equal(curve.steps, np.arange(150))
    np.testing.assert_allclose(curve.values, losses, rtol=1e-9, atol=1e-13)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimiser_and_both_penalties_act_as_defined(optimizer):
    experiment = small(optimizer=optimizer, learning_rate=0.02, batch_size=6, l1=0.01, l2=0.03)
    trainer = Trainer(experiment)
    trainer.advance(60)
    thetas, losses = the_plain_way(experiment, 60, 6)
    np.testing.assert_allclose(trainer.history.path, thetas, rtol=1e-7, atol=1e-10)
    np.testing.assert_allclose(trainer.history.curve("batch_loss").values, losses, rtol=1e-8)


def test_the_rows_of_a_step_are_measured_at_its_parameters():
    trainer = Trainer(small(batch_size=7, l2=0.02))
    trainer.advance(40)
    network, samples, history = trainer.network, trainer.samples, trainer.history
    for step, theta in enumerate(history.path):
        for points, X, y in (
            ("train", samples.X_train, samples.y_train),
            ("test", samples.X_test, samples.y_test),
        ):
            loss = history.curve(f"{points}_loss")
            share = history.curve(f"{points}_accuracy")
            assert loss.steps[step] == share.steps[step] == step
            assert loss.values[step] == pytest.approx(network.loss(theta, X, y), rel=1e-12)
            assert share.values[step] == accuracy(network.loss_name, network.predict(theta, X), y)


def test_the_gradient_norm_and_the_last_update_are_those_of_the_batch():
    trainer = Trainer(small(l1=0.01))
    trainer.advance(30)
    update = trainer.last_update
    path = trainer.history.path
    np.testing.assert_array_equal(update.before, path[29])
    np.testing.assert_array_equal(update.after, trainer.parameters)
    _, gradient = trainer.network.loss_and_gradient(
        path[29], trainer.samples.X_train, trainer.samples.y_train
    )
    np.testing.assert_allclose(update.gradient, gradient, rtol=1e-11, atol=1e-14)
    np.testing.assert_array_equal(update.after, update.before - update.learning_rate * update.gradient)
    assert trainer.history.curve("gradient_norm").values[29] == pytest.approx(np.linalg.norm(gradient))
    assert update.step == 29


def test_in_the_full_batch_the_training_loss_is_the_batch_loss_bit_by_bit():
    trainer = Trainer(small(hidden=(5, 4)))
    seen = []
    for _ in range(150):
        seen.append(trainer.train_loss())
        trainer.advance(1)
    batch, train = trainer.history.curve("batch_loss"), trainer.history.curve("train_loss")
    np.testing.assert_array_equal(batch.values, seen)
    np.testing.assert_array_equal(train.steps, np.arange(151))
    np.testing.assert_array_equal(train.values, [*seen, trainer.train_loss()])
    assert trainer.history.curve("train_accuracy").values[-2] == pytest.approx(
        trainer.train_accuracy(), abs=0.1
    )


def test_row_0_exists_from_the_start():
    trainer = Trainer(small(batch_size=5))
    view = trainer.view()
    assert view.step == view.epoch == 0
    assert view.last_update is None
    for name in ("train_loss", "test_loss", "train_accuracy", "test_accuracy", "learning_rate"):
        assert view.history.curves[name].steps.tolist() == [0]
    assert view.history.curves["train_loss"].values[0] == view.train_loss
    np.testing.assert_array_equal(view.history.path, [view.parameters])


def test_values_that_are_no_classes_have_no_accuracy_and_no_test_points_no_test_loss():
    experiment = Experiment(DataSettings("sine", points=20, test_share=0.0), NetworkSettings((3,)))
    trainer = Trainer(experiment)
    trainer.advance(10)
    view = trainer.view()
    assert math.isnan(view.train_accuracy)
    assert math.isnan(view.test_loss)
    assert len(view.history.curves["test_loss"].steps) == 0
    assert len(view.history.curves["train_accuracy"].steps) == 0
    assert len(view.history.curves["train_loss"].steps) == 11


def test_the_batch_size_does_not_change_the_initial_weights():
    starts = [Trainer(small(batch_size=size)).parameters for size in (None, 1, 7, 100)]
    for start in starts[1:]:
        np.testing.assert_array_equal(start, starts[0])


@pytest.mark.parametrize(("batch_size", "steps_per_epoch"), [(1, 20), (7, 3), (19, 2), (20, 1), (21, 1)])
def test_an_epoch_is_one_pass_over_the_training_points(batch_size, steps_per_epoch):
    trainer = Trainer(small(batch_size=batch_size))
    for epochs in (1, 2, 40):
        trainer.advance(epochs * steps_per_epoch - 1 - trainer.step)
        assert trainer.epoch == epochs - 1
        trainer.advance(1)
        assert trainer.epoch == epochs


def test_alpha_dragged_in_the_middle_acts_on_the_very_next_step():
    trainer = Trainer(small(batch_size=10, learning_rate=0.1))
    trainer.advance(33)
    trainer.learning_rate = 0.7
    trainer.advance(1)
    update = trainer.last_update
    np.testing.assert_array_equal(update.after, update.before - 0.7 * update.gradient)
    trainer.advance(20)
    assert trainer.history.changes == (Change(33, "training.learning_rate", 0.7),)
    curve = trainer.history.curve("learning_rate")
    assert curve.steps.tolist() == [0, 32, 33, 54]
    assert curve.values.tolist() == [0.1, 0.1, 0.7, 0.7]
    assert trainer.settings.learning_rate == 0.7
    assert trainer.experiment.training.learning_rate == 0.1


def test_a_drag_that_returns_before_the_next_step_never_happened():
    steered, left = Trainer(small(batch_size=7)), Trainer(small(batch_size=7))
    for trainer in (steered, left):
        trainer.advance(5)
    for field, away, back in (
        ("training.learning_rate", 2.0, 0.3),
        ("training.batch_size", 3, 7),
        ("training.optimizer", "adam", "gradient_descent"),
        ("training.l2", 0.5, 0.0),
    ):
        steered.change(field, away)
        steered.change(field, back)
    assert steered.history.changes == ()
    for trainer in (steered, left):
        trainer.advance(50)
    np.testing.assert_array_equal(steered.history.path, left.history.path)


def test_a_new_batch_size_begins_a_new_epoch_at_once():
    trainer = Trainer(small(batch_size=7))
    trainer.advance(4)  # one epoch of 7 + 7 + 6 and the first 7 points of the next
    trainer.change("training.batch_size", 20)
    trainer.advance(1)
    assert trainer.epoch == 2
    _, gradient = trainer.network.loss_and_gradient(
        trainer.last_update.before, trainer.samples.X_train, trainer.samples.y_train
    )
    np.testing.assert_allclose(trainer.last_update.gradient, gradient, rtol=1e-11, atol=1e-14)
    trainer.change("training.batch_size", 10)
    stream = np.random.default_rng([0, 3])
    order = [stream.permutation(20) for _ in range(3)][2][:10]
    trainer.advance(1)
    _, gradient = trainer.network.loss_and_gradient(
        trainer.last_update.before, trainer.samples.X_train[order], trainer.samples.y_train[order]
    )
    np.testing.assert_allclose(trainer.last_update.gradient, gradient, rtol=1e-10, atol=1e-13)


def test_momentum_and_penalties_change_on_the_running_network():
    trainer = Trainer(small(optimizer="momentum", learning_rate=0.05))
    trainer.advance(10)
    before = trainer.train_loss()
    trainer.change("training.l2", 0.2)
    w = trainer.parameters[trainer.network.is_weight]
    assert trainer.train_loss() == pytest.approx(before + 0.1 * np.sum(w**2), rel=1e-12)
    assert trainer.history.curve("train_loss").values[-1] == trainer.train_loss()
    trainer.change("training.momentum", 0.0)
    trainer.advance(1)
    update = trainer.last_update
    np.testing.assert_allclose(update.after, update.before - 0.05 * update.gradient, rtol=1e-14)
    _, gradient = trainer.network.loss_and_gradient(
        update.before, trainer.samples.X_train, trainer.samples.y_train
    )
    np.testing.assert_allclose(update.gradient, gradient, rtol=1e-11, atol=1e-14)


def test_a_new_optimiser_starts_without_memory():
    trainer = Trainer(small(optimizer="adam", learning_rate=0.01))
    trainer.advance(20)
    trainer.change("training.optimizer", "adagrad")
    trainer.advance(1)
    update = trainer.last_update
    # AdaGrad's first step is α·g/(|g| + ε).
    moved = update.before - update.after
    np.testing.assert_allclose(np.abs(moved), 0.01, rtol=1e-5)


def test_parameters_put_elsewhere_are_logged_and_measured():
    trainer = Trainer(small())
    trainer.advance(5)
    theta = np.linspace(-1.0, 1.0, trainer.network.n_parameters)
    trainer.set_parameters(theta)
    np.testing.assert_array_equal(trainer.parameters, theta)
    assert trainer.last_update is None
    expected = trainer.network.loss(theta, trainer.samples.X_train, trainer.samples.y_train)
    assert trainer.train_loss() == pytest.approx(expected, rel=1e-13)
    trainer.advance(1)
    np.testing.assert_array_equal(trainer.history.path[5], theta)
    assert trainer.history.curve("test_loss").values[5] == pytest.approx(
        trainer.network.loss(theta, trainer.samples.X_test, trainer.samples.y_test), rel=1e-13
    )
    assert trainer.history.changes == (Change(5, "parameters", tuple(theta.tolist())),)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("training.learning_rate", math.nan),
        ("training.learning_rate", -1.0),
        ("training.batch_size", 0),
        ("training.momentum", 1.5),
        ("training.seed", 3),
        ("network.activation", "relu"),
        ("nonsense", 1),
    ],
)
def test_what_may_not_change_does_not(field, value):
    trainer = Trainer(small())
    with pytest.raises(ExperimentError, match=field):
        trainer.change(field, value)
    assert trainer.history.changes == ()
    assert trainer.settings == trainer.experiment.training


@pytest.mark.parametrize("theta", [np.zeros(3), np.full(13, np.nan), np.full(13, np.inf)])
def test_parameters_of_another_shape_or_not_finite_are_refused(theta):
    trainer = Trainer(small())
    before = trainer.parameters
    with pytest.raises(ValueError, match="theta must"):
        trainer.set_parameters(theta)
    np.testing.assert_array_equal(trainer.parameters, before)


def raw_line(learning_rate, **training):
    return Experiment(
        DataSettings("noisy_line"),
        NetworkSettings(()),
        TrainingSettings(learning_rate=learning_rate, **training),
    )


def test_the_raw_line_is_thrown_out_above_its_limit_and_comes_back():
    trainer = Trainer(raw_line(0.54))
    X = np.hstack([trainer.samples.X_train, np.ones_like(trainer.samples.X_train)])
    largest = np.linalg.eigvalsh(X.T @ X / len(X))[-1]
    assert 0.50 < 2.0 / largest < 0.53  # the stability limit lies just below α
    assert trainer.advance(100) == 100
    assert trainer.train_loss() > 1e6

    made = trainer.advance(100_000)
    assert trainer.diverged
    assert made == trainer.step - 100
    assert math.isfinite(trainer.train_loss())
    assert trainer.train_loss() > 1e290
    assert np.isfinite(trainer.parameters).all()
    _, gradient = trainer.network.loss_and_gradient(
        trainer.parameters, trainer.samples.X_train, trainer.samples.y_train
    )
    with np.errstate(over="ignore"):
        assert not math.isfinite(
            trainer.network.loss(
                trainer.parameters - 0.54 * gradient, trainer.samples.X_train, trainer.samples.y_train
            )
        )
    assert trainer.advance(10) == 0
    assert np.isfinite(trainer.history.curve("batch_loss").values).all()

    trainer.learning_rate = 0.3
    assert not trainer.diverged
    assert trainer.advance(30_000) == 30_000
    solution, *_ = np.linalg.lstsq(X, trainer.samples.y_train, rcond=None)
    np.testing.assert_allclose(trainer.parameters, solution[:, 0], rtol=1e-6)


@pytest.mark.parametrize("batch_size", [None, 1, 7, 150])
def test_after_divergence_the_run_stands_where_one_that_never_saw_it_stands(batch_size):
    experiment = raw_line(20.0, batch_size=batch_size)
    thrown = Trainer(experiment)
    thrown.advance(5000)
    assert thrown.diverged
    careful = Trainer(experiment)
    careful.advance(thrown.step)
    assert not careful.diverged
    for trainer in (thrown, careful):
        trainer.learning_rate = 1e-3
        trainer.advance(200)
    assert_same_run(thrown, careful)


def test_a_run_cut_into_single_steps_is_thrown_out_at_the_same_step():
    whole, steps = Trainer(raw_line(8.0, batch_size=9)), Trainer(raw_line(8.0, batch_size=9))
    whole.advance(5000)
    while not steps.diverged:
        steps.advance(1)
    assert_same_run(whole, steps)


def test_thrown_parameters_put_back_by_hand_go_on():
    trainer = Trainer(raw_line(8.0))
    trainer.advance(5000)
    assert trainer.diverged
    trainer.set_parameters(np.zeros(2))
    assert not trainer.diverged
    assert trainer.advance(3) == 3


def test_a_view_stays_what_it_was_and_cannot_be_written():
    trainer = Trainer(small(batch_size=7))
    trainer.advance(50)
    view = trainer.view()
    parameters, path = view.parameters.copy(), view.history.path.copy()
    trainer.learning_rate = 1.0
    trainer.advance(200)
    np.testing.assert_array_equal(view.parameters, parameters)
    np.testing.assert_array_equal(view.history.path, path)
    assert view.settings.learning_rate == 0.3
    for array in (view.parameters, view.history.path, *view.last_update[:3]):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0.0
    assert pickle.loads(pickle.dumps(view.history.path)).tolist() == path.tolist()


@pytest.fixture
def forward_passes(monkeypatch):
    """How often losses over all points were computed, counted where they are."""
    made = []
    losses = AllPoints.losses

    def counted(points):
        made.append(points)
        return losses(points)

    monkeypatch.setattr(AllPoints, "losses", counted)
    return made


@pytest.mark.parametrize("batch_size", [None, 7])
def test_a_change_of_the_learning_rate_costs_no_forward_pass_and_no_network(batch_size, forward_passes):
    trainer = Trainer(small(batch_size=batch_size))
    trainer.advance(100)
    trainer.view()
    network, before = trainer.network, len(forward_passes)
    for rate in np.linspace(0.1, 0.2, 50):
        trainer.learning_rate = float(rate)
        trainer.view()
    assert len(forward_passes) == before
    assert trainer.network is network
    trainer.change("training.l2", 0.1)
    trainer.view()
    assert len(forward_passes) > before, "a penalty changes J"
    assert trainer.network.l2 == 0.1


def test_a_change_between_two_steps_of_mini_batches_costs_no_forward_pass(forward_passes):
    trainer = Trainer(small(batch_size=7))
    trainer.advance(5003)
    before = len(forward_passes)
    trainer.learning_rate = 0.2
    assert len(forward_passes) == before


@pytest.mark.parametrize("scale", [0.0, 0.01, 1.0, 5.0])
def test_the_first_weights_are_scaled_and_nothing_else_is(scale: float) -> None:
    usual = Trainer(Experiment())
    experiment = Experiment().with_value("network.initial_scale", scale)
    scaled = Trainer(experiment)
    np.testing.assert_array_equal(scaled.parameters, scale * usual.parameters)
    np.testing.assert_array_equal(scaled.problem.start(7), scale * usual.problem.start(7))
    penalized = scaled.problem.with_penalties(0.1, 0.0)
    np.testing.assert_array_equal(penalized.start(), scaled.parameters)
    assert Experiment.from_json(experiment.to_json()) == experiment
    assert json.loads(experiment.to_json())["version"] == (1 if scale == 1.0 else 3)
    said = run_sentence(scaled.view())
    assert (f"Xavier normal × {scale:g}" in said) == (scale != 1.0)


@pytest.mark.parametrize("scale", [-1.0, 101.0, float("nan")])
def test_a_scale_that_no_first_weights_have_is_refused(scale: float) -> None:
    with pytest.raises(ExperimentError, match=r"network\.initial_scale"):
        NetworkSettings(initial_scale=scale)
