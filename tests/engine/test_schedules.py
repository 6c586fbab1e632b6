"""Schedules: α is the slider's α times a factor of the step, live, recorded and replayed."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from playground.engine.branches.fork import Fork, Plan
from playground.engine.branches.moments import Moments, branch_at
from playground.engine.optimizers import make_optimizer
from playground.engine.schedules import Schedule, schedule_of
from playground.engine.stepping.preview import next_step
from playground.engine.trainer import Trainer, replay
from playground.experiment import (
    SCHEDULES,
    Change,
    DataSettings,
    Experiment,
    ExperimentFile,
    NetworkSettings,
    TrainingSettings,
)
from tests.support.same_run import assert_same_run

T, GAMMA = 200, 0.1


def experiment(kind: str, optimizer: str = "gradient_descent", **training: Any) -> Experiment:
    settings: dict[str, Any] = {
        "learning_rate": 0.4,
        "schedule": kind,
        "schedule_steps": 40,
        "schedule_factor": GAMMA,
    }
    return Experiment(
        DataSettings(points=60),
        NetworkSettings((3,)),
        TrainingSettings(optimizer, **{**settings, **training}),
    )


@pytest.mark.parametrize(
    ("kind", "known"),
    [
        ("constant", {0: 1.0, 999: 1.0}),
        ("step", {0: 1.0, 199: 1.0, 200: 0.1, 399: 0.1, 400: 0.01, 1000: 1e-5}),
        ("exponential", {0: 1.0, 100: math.sqrt(0.1), 200: 0.1, 400: 0.01}),
        ("cosine", {0: 1.0, 100: 0.55, 200: 0.1, 1000: 0.1}),
        ("warm_up", {0: 0.1, 100: 0.55, 200: 1.0, 1000: 1.0}),
        ("one_cycle", {0: 0.1, 59: 1.0, 129: 0.500005, 199: 1e-5, 200: 1e-5, 1000: 1e-5}),
    ],
)
def test_factors_are_those_of_the_closed_forms(kind: str, known: dict[int, float]) -> None:
    schedule = Schedule(kind, T, GAMMA)
    for step, factor in known.items():
        assert schedule.factor_at(step) == pytest.approx(factor, rel=1e-12), step
    coming = schedule.factors_from(37)
    assert [next(coming) for _ in range(300)] == [schedule.factor_at(step) for step in range(37, 337)]
    assert all(0.0 < schedule.factor_at(step) <= 1.0 for step in range(2 * T))


def torch_one_cycle(step: int, total_steps: int, div_factor: float) -> float:
    """The rate of torch.optim.lr_scheduler.OneCycleLR for max_lr = 1, its phases as torch writes them."""
    initial = 1.0 / div_factor
    phases = (
        {"end_step": 0.3 * total_steps - 1, "start_lr": initial, "end_lr": 1.0},
        {"end_step": total_steps - 1, "start_lr": 1.0, "end_lr": initial / 1e4},
    )
    start_step = 0.0
    for i, phase in enumerate(phases):
        if step <= phase["end_step"] or i == len(phases) - 1:
            pct = (step - start_step) / (phase["end_step"] - start_step)
            cos_out = math.cos(math.pi * pct) + 1
            return phase["end_lr"] + (phase["start_lr"] - phase["end_lr"]) / 2.0 * cos_out
        start_step = phase["end_step"]
    raise AssertionError


@pytest.mark.parametrize("total_steps", [1, 2, 4, 10, 40, 1000])
def test_one_cycle_is_that_of_torch(total_steps: int) -> None:
    schedule = Schedule("one_cycle", total_steps, 0.04)
    for step in range(total_steps):
        expected = torch_one_cycle(step, total_steps, 25.0)
        assert schedule.factor_at(step) == pytest.approx(expected, rel=1e-9), step


@pytest.mark.parametrize("kind", SCHEDULES)
def test_no_factor_ever_rounds_to_zero(kind: str) -> None:
    assert Schedule(kind, 1, 1e-6).factor_at(10_000_000) > 0.0


def test_exponential_and_step_are_torchs_recurrences() -> None:
    """StepLR multiplies by γ every T steps, ExponentialLR by γ^(1/T) every step."""
    each, every = 1.0, 1.0
    for step in range(1, 3 * T):
        each *= GAMMA ** (1 / T)
        every *= GAMMA if step % T == 0 else 1.0
        assert Schedule("exponential", T, GAMMA).factor_at(step) == pytest.approx(each, rel=1e-9)
        assert Schedule("step", T, GAMMA).factor_at(step) == pytest.approx(every, rel=1e-9)


@pytest.mark.parametrize("kind", SCHEDULES)
@pytest.mark.parametrize("optimizer", ["gradient_descent", "adam"])
def test_every_step_is_made_with_the_alpha_that_the_history_records(kind: str, optimizer: str) -> None:
    """Against a loop that knows nothing of trainers: gradients of the network, α from the closed form."""
    start = experiment(kind, optimizer, learning_rate=0.05)
    run = Trainer(start)
    theta, rule = run.parameters, make_optimizer(optimizer)
    X, y = run.samples.X_train, run.samples.y_train
    schedule = schedule_of(start.training)
    rates = []
    for step in range(70):
        rates.append(0.05 if schedule is None else 0.05 * schedule.factor_at(step))
        rule.step(theta, run.network.loss_and_gradient(theta, X, y)[1], rates[-1])
    run.advance(70)
    np.testing.assert_allclose(run.parameters, theta, rtol=1e-9)
    recorded = run.history.curve("learning_rate")
    np.testing.assert_allclose(np.interp(range(70), recorded.steps, recorded.values), rates, rtol=1e-12)
    assert run.last_update is not None
    assert run.last_update.learning_rate == rates[-1]
    assert (run.learning_rate, recorded.values[-1]) == (0.05, run.rate)


@pytest.mark.parametrize("batch_size", [None, 7])
def test_a_schedule_edited_while_it_runs_replays_bit_by_bit(batch_size: int | None) -> None:
    start = experiment("cosine", batch_size=batch_size)
    changes = (
        Change(20, "training.learning_rate", 0.8),
        Change(33, "training.schedule", "one_cycle"),
        Change(33, "training.schedule_steps", 90),
        Change(300, "training.schedule_factor", 0.5),
        Change(310, "training.schedule", "constant"),
    )
    whole = replay(ExperimentFile(start, changes), 400)
    slices = Trainer(start)
    rng = np.random.default_rng(0)
    while slices.step < 400:
        for change in changes:
            if change.step == slices.step:
                slices.change(change.field, change.value)
        ahead = min([change.step for change in changes if change.step > slices.step] + [400])
        slices.advance(min(int(rng.integers(1, 50)), ahead - slices.step))
    assert_same_run(whole, slices)
    assert whole.history.changes == changes
    seen = Moments().view_at(whole, whole.history.view(), 150)
    true = replay(ExperimentFile(start, changes), 150)
    assert seen is not None
    np.testing.assert_array_equal(seen.parameters, true.parameters)
    assert seen.history.curves["learning_rate"].values[-1] == true.rate
    branch = branch_at(whole, 150)
    assert branch is not None
    assert_same_run(branch, true)


@pytest.mark.parametrize("kind", SCHEDULES)
def test_alpha_of_any_step_follows_from_the_settings_and_the_log(kind: str) -> None:
    trainer = Trainer(experiment(kind))
    used = []
    for step in range(120):
        if step in (0, 17, 40, 41, 90):
            trainer.learning_rate = 0.1 + step / 100
        if step in (41, 60):
            trainer.change("training.schedule", "cosine" if step == 41 else kind)
        if step == 70:
            trainer.change("training.batch_size", 10)
        used.append(trainer.rate)
        trainer.advance(1)
    view = trainer.view()
    asked = np.array([119, 0, 16, 17, 41, 41, *range(120)])
    np.testing.assert_array_equal(view.rates_at(asked), np.array(used)[asked])
    assert view.rate_at(41) == used[41]
    assert view.rates_at(np.empty(0, dtype=np.int64)).shape == (0,)


def test_the_slider_scales_the_schedule() -> None:
    run = Trainer(experiment("exponential"))
    run.advance(20)
    before = run.rate
    run.learning_rate = 0.8
    assert run.rate == pytest.approx(2 * before)


def test_branches_of_a_fork_and_the_next_step_follow_the_schedule() -> None:
    run = Trainer(experiment("one_cycle"))
    run.advance(5)
    view = run.view()
    coming = next_step(run.problem, view.checkpoint, view.settings)
    fork = Fork(run, [Plan(0.4), Plan(1.2)])
    fork.advance(1)
    np.testing.assert_array_equal(coming.after, fork.parameters[0])
    fork.advance(59)
    single = Trainer(run.experiment)
    single.restore(run.snapshot())
    single.learning_rate = 1.2
    single.advance(60)
    np.testing.assert_allclose(fork.parameters[1], single.parameters, rtol=0, atol=1e-9)


def test_without_a_schedule_nothing_has_changed() -> None:
    assert schedule_of(TrainingSettings()) is None
    old = '{"training": {"learning_rate": 0.7}}'
    assert Experiment.from_json(old).training.schedule == "constant"
