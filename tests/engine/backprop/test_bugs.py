"""Runs with a mistake in the backward pass: they train, stay reproducible, and say what they are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from playground.engine.backprop.bugs import BUGS, rules_of
from playground.engine.backprop.rules import loss_and_gradient
from playground.engine.branches.moments import branch_at
from playground.engine.network import Network
from playground.engine.trainer import Trainer
from playground.experiment import FAULTS, DataSettings, Experiment, NetworkSettings, TrainingSettings
from playground.experiment_checks import ExperimentError
from tests.support.networks import shows_in


def hunted(fault: str | None, **training: Any) -> Experiment:
    settings = TrainingSettings(**{"learning_rate": 0.1, "batch_size": 16, "fault": fault, **training})
    return Experiment(DataSettings(points=60), NetworkSettings((4, 4)), settings)


def test_every_fault_of_an_experiment_is_a_bug_that_shows_in_the_network_of_the_hunt() -> None:
    assert tuple(BUGS) == FAULTS
    assert all(shows_in(name, Network((2, 4, 4, 1))) for name in BUGS)
    assert not shows_in("slope", Network((2, 4, 4, 1), "relu"))
    assert not shows_in("transpose", Network((2, 4, 3, 1)))
    assert rules_of(None) is rules_of(None)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("penalty", [0.0, 0.01])
def test_a_step_follows_the_wrong_gradient(fault: str, penalty: float) -> None:
    trainer = Trainer(hunted(fault, batch_size=None, l2=penalty))
    before, samples = trainer.parameters, trainer.samples
    wrong = loss_and_gradient(trainer.network, before, samples.X_train, samples.y_train, rules_of(fault))[1]
    right = trainer.network.loss_and_gradient(before, samples.X_train, samples.y_train)[1]
    trainer.advance(1)
    np.testing.assert_allclose(trainer.last_update.gradient, wrong, rtol=1e-10, atol=1e-15)
    np.testing.assert_allclose(trainer.parameters, before - 0.1 * wrong, rtol=1e-10)
    assert not np.allclose(wrong, right, rtol=1e-3)
    assert trainer.history.view().curves["batch_loss"].values[0] == pytest.approx(
        trainer.network.loss(before, samples.X_train, samples.y_train)
    )


@pytest.mark.parametrize("fault", FAULTS)
def test_training_still_runs_and_looks_almost_right(fault: str) -> None:
    trainer = Trainer(hunted(fault))
    first = trainer.train_loss()
    trainer.advance(900)
    assert trainer.step == 900
    assert not trainer.diverged
    assert trainer.train_loss() < 0.9 * first


def test_a_faulty_run_is_cut_anywhere_branched_and_restored_like_any_other() -> None:
    whole, cut = Trainer(hunted("sign")), Trainer(hunted("sign"))
    whole.advance(120)
    for _ in range(120):
        cut.advance(1)
    np.testing.assert_array_equal(whole.parameters, cut.parameters)
    branch = branch_at(whole, 70)
    assert branch is not None
    branch.advance(50)
    np.testing.assert_array_equal(branch.parameters, whole.parameters)
    again = Trainer(hunted("sign"))
    again.restore(whole.snapshot())
    again.advance(10)
    whole.advance(10)
    np.testing.assert_array_equal(again.parameters, whole.parameters)


def test_a_file_says_that_a_run_was_faulty_and_says_nothing_of_a_right_one() -> None:
    text = hunted("slope").to_json()
    assert '"fault": "slope"' in text
    assert Experiment.from_json(text) == hunted("slope")
    assert "fault" not in hunted(None).to_json()
    with pytest.raises(ExperimentError, match=r"training\.fault"):
        hunted("another")
