"""A run that overflowed stands where J is finite, and what is offered to go on with goes on."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from playground.engine.branches.moments import branch_at
from playground.engine.branches.recovery import TRIED_STEPS, recovery_of
from playground.engine.trainer import Trainer
from playground.experiment import DataSettings, Experiment, NetworkSettings, TrainingSettings

LINE, HIDDEN = ("noisy_line", (), "tanh"), ("sine", (4,), "relu")


Kind = tuple[str, tuple[int, ...], str]
"""Data set, hidden layers and activation."""


def thrown(kind: Kind, rate: float, l1: float, l2: float, batch_size: int | None) -> Trainer:
    dataset, layers, activation = kind
    run = Trainer(
        Experiment(
            DataSettings(dataset, points=40),
            NetworkSettings(layers, activation),
            TrainingSettings(learning_rate=rate, l1=l1, l2=l2, batch_size=batch_size),
        )
    )
    run.advance(3000)
    return run


def assert_it_goes_on(run: Trainer) -> None:
    """It stands where J is finite, penalties included, and goes on as is offered."""
    assert math.isfinite(run.train_loss())
    loss = run.network.loss(run.parameters, run.samples.X_train, run.samples.y_train)
    assert run.train_loss() == pytest.approx(loss)
    assert run.overflows() in ("J", "gradient")
    again = Trainer(run.experiment)
    again.restore(run.snapshot())
    assert again.overflows() == run.overflows(), "so it does where it is brought back"
    assert math.isfinite(run.train_loss()), "asking changes nothing"
    way = recovery_of(run)
    assert way is not None
    assert way.back == (way.step < run.step)
    onward = branch_at(run, way.step) if way.back else run
    assert onward is not None
    onward.learning_rate = way.learning_rate
    assert not onward.diverged
    assert onward.advance(TRIED_STEPS) == TRIED_STEPS
    assert math.isfinite(onward.train_loss())


@pytest.mark.parametrize("batch_size", [None, 10])
@pytest.mark.parametrize(("rate", "l2"), [(30.0, 1.0), (100.0, 10.0), (100.0, 0.1)])
def test_a_penalty_that_overflows_is_seen_like_a_loss_that_does(
    rate: float, l2: float, batch_size: int | None
) -> None:
    """Sigmoid and tanh bound the outputs; the weights run away all the same, and the penalty with them."""
    run = thrown(("two_circles", (4,), "tanh"), rate, 0.0, l2, batch_size)
    assert run.diverged
    assert_it_goes_on(run)


@pytest.mark.parametrize("kind", [LINE, HIDDEN, ("gaussian_bumps", (4,), "identity")])
def test_where_a_run_overflowed_a_way_on_is_found(kind: Kind) -> None:
    run = thrown(kind, 100.0, 0.0, 0.0, None)
    assert run.diverged
    assert_it_goes_on(run)


@pytest.mark.slow
def test_whatever_overflowed_a_way_on_is_found() -> None:
    found = 0
    kinds = (LINE, HIDDEN, ("two_circles", (4,), "tanh"), ("two_circles", (4,), "relu"))
    grid = itertools.product(
        kinds, (0.1, 1.0, 10.0, 30.0, 100.0), (0.0, 10.0), (0.0, 0.1, 1.0, 10.0), (None, 10)
    )
    for case in grid:
        run = thrown(*case)
        if run.diverged:
            assert_it_goes_on(run)
            found += 1
    assert found > 100


def test_where_j_is_not_finite_at_the_start_no_learning_rate_is_promised() -> None:
    run = Trainer(Experiment())
    run.set_parameters(np.full(run.network.n_parameters, 1e308))
    run.change("training.l2", 1.0)
    assert run.advance(5) == 0
    assert run.diverged
    assert run.overflows() == "here"
    assert recovery_of(run) is None
