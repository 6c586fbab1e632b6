"""Going back in a run: looking at any of its steps, and going on from there on another branch."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest

from playground.engine.branches.moments import Moments, branch_at
from playground.engine.network import Network
from playground.engine.recording.checkpoints import MOST_CHECKPOINTS, Thinned, first_stride, most_checkpoints
from playground.engine.stepping.measuring import step_cost
from playground.engine.trainer import Trainer, replay
from playground.experiment import (
    Change,
    DataSettings,
    Experiment,
    ExperimentFile,
    NetworkSettings,
    TrainingSettings,
)
from tests.support.same_run import assert_same_run

FULL = Experiment(DataSettings(points=60), NetworkSettings((3,)), TrainingSettings(learning_rate=0.5))
BATCHES = FULL.with_value("training.batch_size", 7).with_value("training.optimizer", "adam")
BATCHES = BATCHES.with_value("training.learning_rate", 0.01)


def steered(experiment: Experiment) -> ExperimentFile:
    """A run that was changed in every way while it ran, twice at one step and right at a checkpoint too."""
    theta = tuple(np.linspace(-1.0, 1.0, experiment.n_parameters).tolist())
    return ExperimentFile(
        experiment,
        (
            Change(0, "training.learning_rate", 0.02),
            Change(256, "training.batch_size", 5),
            Change(300, "training.optimizer", "momentum"),
            Change(300, "training.learning_rate", 0.05),
            Change(511, "training.l2", 0.01),
            Change(512, "parameters", theta),
            Change(700, "training.optimizer", "gradient_descent"),
            Change(900, "training.batch_size", None),
        ),
    )


@pytest.mark.parametrize("experiment", [FULL, BATCHES], ids=["full batch", "mini-batches and Adam"])
def test_every_step_of_a_steered_run_can_be_seen_again_as_it_was(experiment: Experiment) -> None:
    file = steered(experiment)
    run = replay(file, 1500)
    moments, history = Moments(), run.history.view()
    rng = np.random.default_rng(1)
    for step in (0, 1, 255, 256, 257, 300, 301, 511, 512, 513, 1500, *rng.integers(0, 1500, 12).tolist()):
        seen, true = moments.view_at(run, history, step), replay(file, step).view()
        assert seen is not None
        np.testing.assert_array_equal(seen.parameters, true.parameters, err_msg=f"step {step}")
        assert (seen.step, seen.epoch, seen.settings) == (true.step, true.epoch, true.settings)
        for name in ("train_loss", "test_loss", "train_accuracy", "test_accuracy"):
            assert getattr(seen, name) == getattr(true, name)
        assert (seen.last_update is None) == (true.last_update is None)
        for one, other in zip(seen.last_update or (), true.last_update or (), strict=True):
            np.testing.assert_array_equal(one, other)
        assert seen.history.changes == true.history.changes
        assert seen.history.path_steps[-1] == step
        np.testing.assert_array_equal(seen.history.path[-1], true.parameters)
        assert seen.history.curves["train_loss"].values[-1] == true.train_loss
        assert all(not len(curve.steps) or curve.steps[-1] <= step for curve in seen.history.curves.values())


@pytest.mark.parametrize("experiment", [FULL, BATCHES], ids=["full batch", "mini-batches and Adam"])
def test_a_branch_is_the_run_that_never_went_further(experiment: Experiment) -> None:
    """Scrubbed here and there, branched, trained on: bit by bit the run that did nothing of the kind."""
    file = steered(experiment)
    run = replay(file, 6000)
    moments, history = Moments(), run.history.view()
    for step in (17, 5000, 300, 512):
        moments.view_at(run, history, step)
    assert_same_run(run, replay(file, 6000))
    for step in (0, 1, 300, 512, 4096, 4500):
        branch, never = branch_at(run, step), replay(file, step)
        assert branch is not None
        assert_same_run(branch, never)
        for other in (branch, never):
            other.learning_rate = 0.03
            other.advance(400)
            other.advance(55)
        assert_same_run(branch, never)
        # And the branch can be gone back in as well.
        back, never_back = branch_at(branch, step + 3), branch_at(never, step + 3)
        assert back is not None
        assert never_back is not None
        assert_same_run(back, never_back)


def test_a_branch_of_a_run_that_diverged_diverges_in_the_same_way() -> None:
    line = Experiment(DataSettings("noisy_line"), NetworkSettings(()), TrainingSettings(learning_rate=0.54))
    run = Trainer(line)
    run.advance(10_000)
    assert run.diverged
    branch = branch_at(run, 700)
    assert branch is not None
    assert not branch.diverged
    branch.advance(10_000)
    assert_same_run(branch, run)
    assert all(len(store) < 40 for store in (run.checkpoints, run.records))


def test_a_run_brought_back_can_still_be_gone_back_in() -> None:
    run = Trainer(BATCHES)
    run.advance(1000)
    other = Trainer(BATCHES)
    other.restore(run.snapshot())
    seen = Moments().view_at(other, other.history.view(), 600)
    assert seen is not None
    np.testing.assert_array_equal(seen.parameters, replay(ExperimentFile(BATCHES), 600).parameters)
    branch = branch_at(other, 600)
    assert branch is not None
    assert_same_run(branch, replay(ExperimentFile(BATCHES), 600))


def test_going_back_ends_when_somebody_waits() -> None:
    run = Trainer(FULL)
    run.advance(900)
    assert Moments().view_at(run, run.history.view(), 700, lambda: True) is None
    assert branch_at(run, 700, lambda: True) is None


class At(NamedTuple):
    step: int


def test_what_is_kept_is_bounded_however_long_the_run_and_never_far_away() -> None:
    kept = Thinned(At(0), stride=4, most=12)
    step = 0
    while step < 40_000:
        step = kept.next_due(step)
        if kept.is_due(step):
            kept.add(At(step))
        assert len(kept) <= 13
    gaps = np.diff([kept.before(at).step for at in range(0, 40_001, 50)] + [40_000])
    assert gaps.max() <= 2 * 40_000 / 6
    assert kept.before(3).step == 0
    assert all(kept.before(at).step <= at for at in range(0, 40_000, 997))


def test_what_is_kept_depends_on_steps_alone() -> None:
    """However a run is cut into slices, it keeps the same checkpoints."""
    once, slices = Trainer(FULL), Trainer(FULL)
    once.advance(3000)
    rng = np.random.default_rng(0)
    while slices.step < 3000:
        slices.advance(min(int(rng.integers(1, 90)), 3000 - slices.step))
    steps = [[run.checkpoints.before(at).step for at in range(3001)] for run in (once, slices)]
    assert steps[0] == steps[1]
    assert max(np.diff(sorted(set(steps[0])))) == 256


def test_large_networks_keep_fewer_checkpoints_and_closer_together() -> None:
    small, large = Network((2, 8, 8, 1)), Network((2, *[64] * 8, 1))
    assert first_stride(step_cost(small, 10)) == 128
    assert first_stride(step_cost(large, 5000)) == 1
    assert most_checkpoints(small.n_parameters) == MOST_CHECKPOINTS
    assert most_checkpoints(large.n_parameters) * large.n_parameters * 24 < 16e6
