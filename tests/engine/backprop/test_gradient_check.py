"""Right gradients are called right on whatever trains, and the four hidden mistakes are found."""

from __future__ import annotations

import random

import numpy as np
import pytest

from playground.engine.backprop.bugs import BUGS, rules_of
from playground.engine.backprop.gradient_check import GradientCheck, gradient_check
from playground.engine.backprop.rules import loss_and_gradient
from playground.engine.trainer import Trainer
from playground.experiment import (
    ACTIVATIONS,
    DATASETS,
    INITIALIZATIONS,
    OPTIMIZERS,
    DataSettings,
    Experiment,
    NetworkSettings,
    TrainingSettings,
    losses_for,
)


def checked(run: Trainer, bug: str | None = None) -> GradientCheck:
    samples = run.samples
    found = gradient_check(run.network, run.parameters, samples.X_train, samples.y_train, rules_of(bug))
    *_, last = found
    assert last is not None
    return last


def trained(experiment: Experiment, steps: int) -> Trainer:
    run = Trainer(experiment)
    run.advance(steps)
    return run


def hours(layers: tuple[int, ...], rate: float, activation: str = "tanh") -> Experiment:
    return Experiment(
        DataSettings("hours_of_study"),
        NetworkSettings(layers, activation),
        TrainingSettings(learning_rate=rate),
    )


XOR_OF_ZEROS = Experiment(DataSettings("xor"), NetworkSettings((4,), initialization="zeros"))
DEEP = Experiment(network=NetworkSettings((8,) * 6, "sigmoid"), training=TrainingSettings(learning_rate=0.1))


@pytest.mark.parametrize(
    ("experiment", "steps"),
    [(hours((), 1.0), 3000), (DEEP, 200), (XOR_OF_ZEROS, 0)],
    ids=["a converged line", "six sigmoid layers", "zero weights"],
)
def test_a_gradient_that_vanishes_in_the_rounding_of_the_differences_is_no_mistake(
    experiment: Experiment, steps: int
) -> None:
    check = checked(trained(experiment, steps))
    assert check.agrees
    assert check.worst_error <= 1e-4, "nor does the number beside the word say so"
    assert sum(block.wrong for block in check.blocks()) == 0


def any_run(seed: int) -> Trainer:
    """A small run of any kind, at its beginning, on its way or at rest."""
    chance = random.Random(seed)
    dataset = chance.choice(list(DATASETS))
    loss = chance.choice(losses_for(DATASETS[dataset]))
    layers = tuple(chance.choice([1, 2, 3, 5, 8]) for _ in range(chance.choice([0, 0, 1, 1, 2, 3, 6])))
    return trained(
        Experiment(
            DataSettings(dataset, chance.choice([20, 50, 200]), chance.choice([0.0, 0.1, 0.5])),
            NetworkSettings(
                layers, chance.choice(ACTIVATIONS), loss, chance.choice(INITIALIZATIONS), chance.randrange(99)
            ),
            TrainingSettings(
                chance.choice(OPTIMIZERS),
                chance.choice([0.001, 0.01, 0.1, 1.0]),
                batch_size=chance.choice([None, 1, 10]),
                l1=chance.choice([0.0, 0.0, 0.01]),
                l2=chance.choice([0.0, 0.0, 0.01, 1.0]),
            ),
        ),
        chance.choice([0, 1, 10, 100, 1000]),
    )


def assert_told_apart(seed: int) -> int:
    """The right gradient agrees, each mistake that is one does not; how many mistakes were found."""
    run, found = any_run(seed), 0
    assert checked(run).agrees, seed
    X, y = run.samples.X_train, run.samples.y_train
    right = loss_and_gradient(run.network, run.parameters, X, y, rules_of(None))[1]
    if not np.isfinite(right).all():
        return 0
    for bug in BUGS:
        wrong = loss_and_gradient(run.network, run.parameters, X, y, rules_of(bug))[1]
        away = np.abs(wrong - right).max()
        # The difference of two J cannot know more than their rounding leaves.
        loss = run.network.loss(run.parameters, X, y)
        if away > 1e-3 * max(np.abs(right).max(), np.abs(wrong).max()) and away > 1e-7 * max(1.0, loss):
            assert not checked(run, bug).agrees, (seed, bug)
            found += 1
    return found


def test_right_and_wrong_gradients_are_told_apart_on_many_networks() -> None:
    assert sum(assert_told_apart(seed) for seed in range(40)) > 40


@pytest.mark.slow
def test_right_and_wrong_gradients_are_told_apart_on_hundreds_of_networks() -> None:
    assert sum(assert_told_apart(seed) for seed in range(40, 500)) > 500
