"""What the explorer tells of activations: against counting by hand, and gradient norms against Network's."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine.backprop import layer_statistics as module
from playground.engine.backprop.bugs import rules_of
from playground.engine.backprop.layer_statistics import activation_facts, gradient_norms
from playground.engine.network import Network, network_of
from playground.engine.trainer import Trainer
from playground.experiment import DataSettings, Experiment, NetworkSettings, TrainingSettings
from playground.landscape.questions.activations import FILLED_IN, MOST_ROWS
from playground.landscape.questions.context import Context
from playground.landscape.questions.lesson_evidence import LessonQuestion
from playground.ui.activations.norm_record import NormRecord


def test_dead_relus_and_saturation_are_counted() -> None:
    """Two ReLUs: z = x is on for half of the points, z = x − 10 for none."""
    network = Network((1, 2, 1), "relu", "squared_error")
    theta = np.array([1.0, 1.0, 0.0, -10.0, 1.0, 1.0, 0.0])
    X = np.array([[-2.0], [-1.0], [1.0], [2.0]])
    (layer,) = activation_facts(network, theta, X).layers
    assert layer.neurons == 2
    assert layer.silent == 1
    assert layer.saturated == pytest.approx(6 / 8)
    assert layer.counts.sum() == 8


def test_a_tanh_saturates_where_its_slope_is_below_one_hundredth() -> None:
    network = Network((1, 1, 1), "tanh", "squared_error")
    theta = np.array([1.0, 0.0, 1.0, 0.0])
    edge = float(np.arctanh(np.sqrt(0.99)))
    X = np.array([[edge - 1e-6], [edge + 1e-6], [-edge - 1e-6], [0.0]])
    facts = activation_facts(network, theta, X)
    assert facts.layers[0].saturated == pytest.approx(0.5)
    assert facts.layers[0].silent == 0


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
def test_a_lesson_and_the_page_count_the_same_neurons(activation: str) -> None:
    """Also where z is not a number, of which no slope is known."""
    experiment = Experiment(DataSettings(points=40), NetworkSettings((3, 2), activation))
    context = Context(experiment)
    network = network_of(experiment)
    theta = np.random.default_rng(3).normal(scale=4.0, size=network.n_parameters)
    for start in (theta, np.where(np.arange(theta.size) < 6, 1.7e308 * np.sign(theta), theta)):
        layers = activation_facts(network, start, context.network_on_data.X).layers
        *_, answer = LessonQuestion(1, 0, start, 0.0, 0.0, sharpness=False).answers(context)
        neurons = sum(layer.neurons for layer in layers)
        share = sum(layer.saturated * layer.neurons for layer in layers) / neurons
        assert answer.saturated == pytest.approx(share)
        assert answer.dead_relus == (sum(layer.silent for layer in layers) if activation == "relu" else 0)


def test_histograms_share_their_edges_and_lose_no_point() -> None:
    network = Network((2, 6, 5, 1), "tanh")
    rng = np.random.default_rng(0)
    theta, X = 3 * rng.normal(size=network.n_parameters), rng.normal(size=(50, 2))
    facts = activation_facts(network, theta, X)
    z = network.forward(theta, X).z
    assert [layer.counts.sum() for layer in facts.layers] == [300, 250]
    inner = facts.edges[1:-1]
    for layer, values in zip(facts.layers, z, strict=False):
        inside = (values > inner[9]) & (values < inner[14])
        assert layer.counts[10:15].sum() == inside.sum()


def test_without_hidden_layers_there_is_nothing_to_tell() -> None:
    assert activation_facts(Network((1, 1)), np.array([1.0, 0.0]), np.ones((3, 1))).layers == ()


def test_gradient_norms_are_those_of_the_layers_however_the_points_are_cut(monkeypatch) -> None:
    network = Network((2, 4, 3, 1), "tanh", l2=0.1)
    rng = np.random.default_rng(1)
    theta, X = rng.normal(size=network.n_parameters), rng.normal(size=(37, 2))
    y = (rng.random((37, 1)) > 0.5).astype(float)
    plain = network.with_penalties(0.0, 0.0)
    gradient = plain.loss_and_gradient(theta, X, y)[1]
    wanted = [np.sqrt(np.square(gradient[a:b]).sum()) for a, b in ((0, 12), (12, 27), (27, 31))]
    for work in (module.WORK, 5 * network.n_parameters):
        monkeypatch.setattr(module, "WORK", work)
        answers = list(gradient_norms(network, theta, X, y))
        assert all(answer is None for answer in answers[:-1])
        np.testing.assert_allclose(answers[-1], wanted, rtol=1e-12)
    assert len(answers) == 9


def test_a_vanishing_gradient_is_kept_however_small_it_is() -> None:
    sizes = NetworkSettings((8,) * 8, "sigmoid", initial_scale=0.01)
    trainer = Trainer(Experiment(network=sizes))
    network, theta, X, y = (
        trainer.network,
        trainer.parameters,
        trainer.samples.X_train,
        trainer.samples.y_train,
    )
    *_, norms = gradient_norms(network, theta, X, y)
    # The lecture's formulas in extended precision, one point after the other.
    blocks = [(W.astype(np.longdouble), b.astype(np.longdouble)) for W, b in network.unpack(theta)]
    sums = [(np.zeros_like(W), np.zeros_like(b)) for W, b in blocks]
    for point, target in zip(X.astype(np.longdouble), y, strict=True):
        a = [point]
        for W, b in blocks:
            a.append(1.0 / (1.0 + np.exp(-(W @ a[-1] + b))))
        delta = a[-1] - target
        for layer in range(len(blocks) - 1, -1, -1):
            sums[layer][0][:] += np.outer(delta, a[layer])
            sums[layer][1][:] += delta
            delta = blocks[layer][0].T @ delta * a[layer] * (1.0 - a[layer])
    wanted = [float(np.sqrt((dW**2).sum() + (db**2).sum()) / len(X)) for dW, db in sums]
    assert wanted[0] < 1e-22
    np.testing.assert_allclose(norms, wanted, rtol=1e-9)


@pytest.mark.parametrize("fault", [None, "sign", "mean"])
@pytest.mark.parametrize("frozen", [(), ("W[7]",)])
def test_a_gradient_that_cancels_but_for_rounding_is_0(frozen: tuple[str, ...], fault: str | None) -> None:
    zeros = NetworkSettings((8,) * 6, "tanh", initialization="zeros", frozen=frozen)
    trainer = Trainer(Experiment(network=zeros, training=TrainingSettings(learning_rate=0.1)))
    trainer.advance(500)
    network, theta, X, y = (
        trainer.network,
        trainer.parameters,
        trainer.samples.X_train,
        trainer.samples.y_train,
    )
    gradient = network.loss_and_gradient(theta, X, y)[1]
    assert 0.0 < np.abs(gradient).max() < 1e-15, "the sum has a rounding error"
    *_, norms = gradient_norms(network, theta, X, y, rules_of(fault))
    assert norms.tolist() == [0.0] * 7


def test_the_record_stays_bounded_and_keeps_its_ends() -> None:
    record = NormRecord()
    for step in range(0, 3000, 7):
        record.add(np.array([step]), np.ones((1, 2)) * step)
    steps, norms = record.table()
    assert len(record) <= MOST_ROWS
    assert (steps[0], steps[-1]) == (0, 2996)
    np.testing.assert_allclose(norms[:, 0], steps)


def test_the_past_is_filled_in_until_nothing_is_missing() -> None:
    record, path = NormRecord(), np.arange(0, 5001, 5)
    record.add(np.array([5000]), np.ones((1, 2)))
    for _ in range(100):
        rows = record.missing(path)
        if not len(rows):
            break
        record.add(path[rows], np.ones((len(rows), 2)))
    steps, _ = record.table()
    assert FILLED_IN / 2 < len(record) <= FILLED_IN + 1
    assert np.diff(steps).max() < 100
    assert not len(NormRecord().missing(np.empty(0, np.int64)))
    assert NormRecord().missing(np.array([0])).tolist() == [0]
