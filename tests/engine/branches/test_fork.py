"""A fork: branches in lockstep are the runs that would have been made one after the other."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine.branches.fork import MOST_BRANCHES, Fork, Plan
from playground.engine.trainer import Trainer, replay
from playground.experiment import (
    OPTIMIZERS,
    DataSettings,
    Experiment,
    ExperimentFile,
    NetworkSettings,
    TrainingSettings,
)
from tests.support.forks import FACTORS, plans_around
from tests.support.same_run import assert_same_run

NUDGE = 1e-12
AGREEMENT = 1e-9

STARTS = {
    "full batch": TrainingSettings(learning_rate=0.5),
    "mini-batches": TrainingSettings(learning_rate=0.05, batch_size=10),
    "momentum": TrainingSettings("momentum", 0.05, momentum=0.8, batch_size=7),
    "adam": TrainingSettings("adam", 0.01, batch_size=10),
    "adamw with penalties": TrainingSettings("adamw", 0.01, l1=0.001, l2=0.01),
    "a mistake in the backward pass": TrainingSettings(learning_rate=0.05, batch_size=7, fault="sign"),
}


def experiment(training: TrainingSettings) -> Experiment:
    return Experiment(DataSettings(points=90), NetworkSettings((4, 3)), training)


def alone(run: Trainer, plan: Plan, steps: int, nudge: float = 0.0) -> Trainer:
    """The same branch as a run of its own, its parameters moved by nudge."""
    other = Trainer(run.experiment)
    other.restore(run.snapshot())
    if nudge:
        other.set_parameters(other.parameters + nudge)
    if plan.optimizer is not None:
        other.change("training.optimizer", plan.optimizer)
    other.learning_rate = plan.learning_rate
    other.advance(steps)
    return other


@pytest.mark.parametrize("name", STARTS)
def test_branches_equal_separate_runs_as_long_as_a_perturbed_copy_does(name: str) -> None:
    run = Trainer(experiment(STARTS[name]))
    run.advance(23)
    fork = Fork(run, plans_around(run.learning_rate))
    predictable = 0
    for steps in (1, 40, 200):
        fork.advance(steps - (fork.step - 23))
        for plan, theta, branch in zip(fork.plans, fork.parameters, fork.view().branches, strict=True):
            single, copy = alone(run, plan, steps), alone(run, plan, steps, NUDGE)
            if np.abs(copy.parameters - single.parameters).max() > AGREEMENT:
                continue
            predictable += 1
            np.testing.assert_allclose(theta, single.parameters, rtol=0, atol=AGREEMENT)
            assert branch.loss == pytest.approx(single.train_loss(), rel=1e-8)
    assert predictable >= 9


def test_optimisers_race_from_the_same_start_each_by_its_own_rule() -> None:
    run = Trainer(experiment(STARTS["momentum"]))
    run.advance(30)
    plans = [Plan(0.01, name) for name in OPTIMIZERS]
    fork = Fork(run, plans)
    fork.advance(120)
    for plan, theta in zip(plans, fork.parameters, strict=True):
        single = alone(run, plan, 120)
        np.testing.assert_allclose(theta, single.parameters, rtol=0, atol=AGREEMENT, err_msg=plan.optimizer)
    assert len({theta.tobytes() for theta in fork.parameters}) == len(OPTIMIZERS)


@pytest.mark.parametrize("name", STARTS)
def test_continuing_with_a_branch_is_that_branch_and_replays(name: str) -> None:
    run = Trainer(experiment(STARTS[name]))
    run.advance(23)
    before = run.snapshot()
    fork = Fork(run, plans_around(run.learning_rate))
    fork.advance(130)
    branch = fork.view().branches[3]
    kept = fork.kept(3)
    assert kept is not None
    np.testing.assert_array_equal(kept.parameters, branch.parameters)
    assert (kept.step, kept.learning_rate) == (153, fork.plans[3].learning_rate)
    again = Trainer(run.experiment)
    again.restore(before)
    assert_same_run(run, again)
    fork.advance(50)
    kept.advance(50)
    np.testing.assert_array_equal(kept.parameters, fork.parameters[3])
    file = ExperimentFile(kept.experiment, kept.history.changes)
    assert_same_run(kept, replay(file, kept.step))


def test_a_branch_that_diverges_disturbs_no_other_and_can_be_kept() -> None:
    line = Experiment(DataSettings("noisy_line"), NetworkSettings(()), TrainingSettings(learning_rate=0.3))
    run = Trainer(line)
    run.advance(5)
    fork = Fork(run, [Plan(0.1), Plan(3.0), Plan(0.2)])
    fork.advance(600)
    losses = [branch.loss for branch in fork.view().branches]
    assert np.isnan(losses[1])
    assert losses[0] == pytest.approx(alone(run, Plan(0.1), 600).train_loss(), rel=1e-8)
    kept = fork.kept(1)
    assert kept is not None
    assert kept.diverged
    assert np.isfinite(kept.parameters).all()


def test_a_fork_is_the_same_however_it_is_cut_into_slices() -> None:
    run = Trainer(experiment(STARTS["mini-batches"]))
    run.advance(11)
    once, slices = (Fork(run, plans_around(run.learning_rate)) for _ in range(2))
    once.advance(3000)
    rng = np.random.default_rng(0)
    while slices.step < once.step:
        slices.advance(min(int(rng.integers(1, 100)), once.step - slices.step))
    for one, other in zip(once.view().branches, slices.view().branches, strict=True):
        np.testing.assert_array_equal(one.parameters, other.parameters)
        np.testing.assert_array_equal(one.losses.steps, other.losses.steps)
        np.testing.assert_array_equal(one.losses.values, other.losses.values)
        np.testing.assert_array_equal(one.path, other.path)
        np.testing.assert_array_equal(one.path[0], run.parameters)
        np.testing.assert_array_equal(one.path[-1], one.parameters)
    assert once.advance(100, lambda: True) == 0


def test_the_default_list_surrounds_the_learning_rate_within_its_bounds() -> None:
    assert [plan.learning_rate for plan in plans_around(0.3)] == pytest.approx([0.03, 0.1, 0.3, 0.9, 3.0])
    assert [plan.learning_rate for plan in plans_around(50.0)] == pytest.approx([5.0, 50 / 3, 50.0, 100.0])
    run = Trainer(Experiment())
    for count in (0, MOST_BRANCHES + 1):
        with pytest.raises(ValueError, match="branches"):
            Fork(run, [Plan(0.1)] * count)
    assert len(FACTORS) == 5
