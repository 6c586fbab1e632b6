"""Frozen parameters, against problems that never had those entries."""

from __future__ import annotations

import json
from collections.abc import Iterable

import numpy as np
import pytest

from playground.engine.backprop.gradient_check import gradient_check
from playground.engine.backprop.operations import operations
from playground.engine.backprop.trace import trace
from playground.engine.branches.fork import Fork, Plan
from playground.engine.network import Network
from playground.engine.trainer import Trainer
from playground.experiment import OPTIMIZERS, DataSettings, Experiment, NetworkSettings, TrainingSettings
from playground.experiment_checks import ExperimentError
from playground.experiment_frozen import frozen_entries
from playground.export.run_words import run_sentence
from playground.landscape.directions import random_plane
from playground.landscape.lookahead import look_ahead_on
from playground.landscape.questions.context import Context
from playground.landscape.questions.surface import SurfaceQuestion
from playground.landscape.random_walk import random_walk_share
from playground.landscape.stability import stability_on
from playground.ui.inspector.check_words import check_text
from tests.support.tables import a_table


def features() -> tuple[Trainer, Trainer, slice]:
    """A network whose first layer is frozen, and logistic regression on what that layer gives.

    Returns the trainers, their free parameters equal at the start, and where those are in the first one.
    """
    return of_optimizer(TrainingSettings(learning_rate=0.5))


def of_optimizer(training: TrainingSettings) -> tuple[Trainer, Trainer, slice]:
    data = DataSettings(points=60, test_share=0.0, seed=2)
    network = NetworkSettings((3,), frozen=("W[1]", "b[1]"))
    frozen = Trainer(Experiment(data, network, training))
    theta = frozen.parameters
    hidden = frozen.network.forward(theta, frozen.samples.X_train).a[1]
    table = a_table(("a", "b", "c"), "y", ("0", "1"), np.hstack([hidden, frozen.samples.y_train]))
    alone = Trainer(Experiment(DataSettings.of_table(table, test_share=0.0), NetworkSettings(()), training))
    alone.set_parameters(theta[9:])
    return frozen, alone, slice(9, 13)


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("batch_size", [None, 7])
def test_the_free_part_goes_where_a_problem_without_the_frozen_one_goes(
    name: str, batch_size: int | None
) -> None:
    training = TrainingSettings(name, 0.05, batch_size=batch_size, l1=0.001, l2=0.01)
    frozen, alone, free = of_optimizer(training)
    before = frozen.parameters
    for one in (frozen, alone):
        one.advance(40)
    after = frozen.parameters
    np.testing.assert_array_equal(after[:9], before[:9])
    np.testing.assert_allclose(after[free], alone.parameters, rtol=1e-8, atol=1e-12)
    assert np.abs(after[free] - before[free]).max() > 0.01
    # The penalty is of the free weights, so J is the same number too.
    assert frozen.train_loss() == pytest.approx(alone.train_loss(), rel=1e-9)
    mine, its = (one.history.view().curves["gradient_norm"].values for one in (frozen, alone))
    np.testing.assert_allclose(mine[~np.isnan(mine)], its[~np.isnan(its)], rtol=1e-6)


def test_the_limit_and_the_curvature_are_of_the_free_part() -> None:
    for training in (TrainingSettings(learning_rate=0.5), TrainingSettings("adam", 0.01)):
        frozen, alone, free = of_optimizer(training)
        for one in (frozen, alone):
            one.advance(20)
        mine, its = (stability_on(one.problem, one.view().checkpoint) for one in (frozen, alone))
        assert mine.limit == pytest.approx(its.limit, rel=1e-6)
        assert mine.ends.largest == pytest.approx(its.ends.largest, rel=1e-6)
        # Not 0, as it would be with the rows of the frozen entries.
        assert mine.ends.smallest == pytest.approx(its.ends.smallest, rel=1e-5)
        assert mine.ends.smallest > 0.0
        vector = mine.ends.largest_vector
        assert vector.shape == (13,)
        assert not vector[:9].any()
        np.testing.assert_allclose(abs(vector[free] @ its.ends.largest_vector), 1.0, rtol=1e-5)


def test_the_look_ahead_is_that_of_the_free_part() -> None:
    frozen, alone, _ = features()
    rates = np.array([0.01, 0.3, 3.0])
    found = []
    for one in (frozen, alone):
        *_, last = look_ahead_on(one.problem, one.view().checkpoint, rates, 30)
        found.append(last.losses)
    np.testing.assert_allclose(found[0], found[1], rtol=1e-7)


def test_a_fork_leaves_frozen_entries_where_they_are() -> None:
    frozen, _, _ = features()
    frozen.advance(5)
    fork = Fork(frozen, [Plan(0.1, "adamw"), Plan(0.5)])
    fork.advance(20)
    for theta in fork.parameters:
        np.testing.assert_array_equal(theta[:9], frozen.parameters[:9])
        assert np.abs(theta[9:] - frozen.parameters[9:]).min() > 1e-4


@pytest.mark.parametrize("normalization", ["filter", "layer", "none"])
def test_a_random_plane_lies_in_the_free_part(normalization: str) -> None:
    frozen, alone, free = features()
    plane = random_plane(frozen.problem, frozen.parameters, 3, normalization).plane
    its = random_plane(alone.problem, alone.parameters, 3, normalization).plane
    for mine, other in ((plane.u, its.u), (plane.v, its.v)):
        assert not mine[:9].any()
        assert np.linalg.norm(mine[free]) == pytest.approx(np.linalg.norm(other), rel=1e-9)


@pytest.mark.parametrize("kind", ["rehearsal", "path", "random", "parameters", "gradient", "eigen"])
def test_the_words_of_a_plane_count_the_free_parameters(kind: str) -> None:
    frozen, _, _ = features()
    frozen.advance(30)
    history = frozen.history.path
    question = SurfaceQuestion(1, 30, frozen.parameters, history, kind=kind, resolution=3)
    *_, answer = question.answers(Context(frozen.experiment))
    assert answer.problem == ""
    assert answer.choice.sentence.startswith("13 numbers, 4 of them free, 2 ")
    if answer.choice.walk_share is not None:
        assert answer.choice.walk_share == pytest.approx(random_walk_share(31, 4), abs=0.01)


def test_the_gradient_check_is_of_the_free_entries() -> None:
    frozen, _, _ = features()
    X, y = frozen.samples.X_train, frozen.samples.y_train
    *_, check = gradient_check(frozen.network, frozen.parameters, X, y)
    assert check.agrees
    assert check.n_parameters == 4
    assert "all 4 free entries agree" in check_text(check, 0)


def test_the_inspector_says_that_a_parameter_is_frozen() -> None:
    network = Network((2, 1), frozen=(1, 2))
    found = trace(network, np.array([1.0, 2.0, 3.0]), np.array([[1.0, 1.0]]), np.array([[0.0]]), 0.5)
    steps = {one.formula: one for one in operations(found)}
    weights = steps["W[1] := W[1] − α·∂J/∂W[1]"].parts[-1]
    assert not isinstance(weights, str)
    assert weights.explain(0, 1) == "W[1]₁₂ is frozen: it stays 2"
    assert weights.explain(0, 0).startswith("W[1]₁₁ := 1 − 0.5·")
    assert steps["b[1] := b[1]"].sentence == "b[1] is frozen: the update leaves it as it is."
    np.testing.assert_array_equal(found.layers[0].new_W[0, 1], 2.0)
    assert found.layers[0].new_W[0, 0] < 1.0


def test_hessian_and_gradient_are_those_of_the_rest() -> None:
    rng = np.random.default_rng(0)
    whole, held = Network((2, 3, 1), l2=0.1), Network((2, 3, 1), l2=0.1, frozen=(0, 4, 7, 12))
    theta, X, y = rng.normal(size=13), rng.normal(size=(9, 2)), rng.integers(0, 2, (9, 1)).astype(float)
    free = np.delete(np.arange(13), held.frozen)
    H = whole.hessian_operator(theta, X, y).dense()
    mine = held.hessian_operator(theta, X, y).dense()
    np.testing.assert_allclose(mine[np.ix_(free, free)], H[np.ix_(free, free)], rtol=1e-12)
    assert not mine[held.frozen].any()
    gradient = held.loss_and_gradient(theta, X, y)[1]
    np.testing.assert_allclose(gradient[free], whole.loss_and_gradient(theta, X, y)[1][free])
    assert not gradient[held.frozen].any()
    np.testing.assert_allclose(held.losses(theta[np.newaxis], X, y), held.loss(theta, X, y), rtol=1e-5)


@pytest.mark.parametrize(
    ("names", "sizes", "entries"),
    [
        (("W[1]",), (2, 3, 1), range(6)),
        (("b[1]", "b[2]"), (2, 3, 1), (6, 7, 8, 12)),
        (("W[1]₃₂",), (2, 3, 1), (5,)),
        (("W[1]32", "b[1]₂"), (2, 3, 1), (5, 7)),
        (("W[1]₂,₁₁",), (12, 3, 1), (22,)),
        (("W[2]₁₂", "W[2]"), (2, 3, 1), (9, 10, 11)),
        (("w",), (1, 1), (0,)),
        (("b",), (1, 1), (1,)),
    ],
)
def test_names_of_groups_and_of_single_parameters(
    names: tuple[str, ...], sizes: tuple[int, ...], entries: Iterable[int]
) -> None:
    found = frozen_entries(names, sizes)
    assert found == tuple(entries)
    network = Network(sizes)
    for index in found:
        assert frozen_entries((network.parameter_name(index),), sizes) == (index,)


@pytest.mark.parametrize("name", ["W[3]", "W[0]", "b[1]₄", "W[1]₁₃", "W[1]₀₁", "W", "w", "", "W[1]₁", "x₁"])
def test_a_name_of_nothing_is_refused(name: str) -> None:
    with pytest.raises(ExperimentError, match="which is no group of parameters of this network"):
        Experiment(network=NetworkSettings((3,), frozen=(name,)))


def test_frozen_in_a_file_and_in_words() -> None:
    experiment = Experiment(network=NetworkSettings((3,), frozen=("W[1]", "b[2]")))
    assert json.loads(experiment.to_json())["version"] == 3
    assert Experiment.from_json(experiment.to_json()) == experiment
    assert ", frozen W[1], b[2];" in run_sentence(Trainer(experiment).view())
    with pytest.raises(ExperimentError, match="leaves no parameter to train"):
        Experiment(network=NetworkSettings((), frozen=("W[1]", "b[1]")))
    with pytest.raises(ExperimentError, match="twice"):
        NetworkSettings(frozen=("W[1]", "W[1]"))
    # Another network has other parameters: those that are there stay frozen.
    assert experiment.with_value("network.hidden_layers", ()).network.frozen == ("W[1]",)
    assert experiment.with_value("network.hidden_layers", (2, 2)).network.frozen == ("W[1]", "b[2]")
