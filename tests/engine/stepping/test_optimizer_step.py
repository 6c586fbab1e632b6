"""What an optimiser remembered before and after the last step follows its published recurrence."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from playground.engine.recording.run_view import LastUpdate
from playground.engine.trainer import Trainer
from playground.experiment import Experiment

RATE = 0.05


def after_one_step(update: LastUpdate) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Memory and parameters that the papers' formulas give, from what the update says was there before."""
    step, g, theta = update.optimizer, update.gradient, update.before
    old = dict(step.before)
    zero = np.zeros_like(theta)
    hyper = step.hyperparameters
    match step.name:
        case "momentum" | "nesterov":
            v = hyper["momentum"] * old["momentum_buffer"] + g if old else g
            direction = v if step.name == "momentum" else g + hyper["momentum"] * v
            return {"momentum_buffer": v}, theta - RATE * direction
        case "rmsprop":
            s = hyper["alpha"] * old.get("square_avg", zero) + (1 - hyper["alpha"]) * g**2
            return {"square_avg": s}, theta - RATE * g / (np.sqrt(s) + hyper["eps"])
        case "adagrad":
            s = old.get("sum", zero) + g**2
            return {"sum": s}, theta - RATE * g / (np.sqrt(s) + hyper["eps"])
    first, second = hyper["betas"]
    m = first * old.get("exp_avg", zero) + (1 - first) * g
    v = second * old.get("exp_avg_sq", zero) + (1 - second) * g**2
    start = theta * (1 - RATE * hyper["weight_decay"]) if step.name == "adamw" else theta
    fair_m, fair_v = m / (1 - first**step.count), v / (1 - second**step.count)
    return {"exp_avg": m, "exp_avg_sq": v}, start - RATE * fair_m / (np.sqrt(fair_v) + hyper["eps"])


def made(name: str, batch_size: int | None, steps: int, how: str) -> Trainer:
    experiment = Experiment().with_value("training.optimizer", name)
    experiment = experiment.with_value("training.learning_rate", RATE)
    trainer = Trainer(experiment.with_value("training.batch_size", batch_size))
    arguments: tuple[Any, ...] = (lambda: False,) if how == "watched" else ()
    trainer.advance(steps, *arguments)
    return trainer


@pytest.mark.parametrize("name", ["momentum", "nesterov", "rmsprop", "adagrad", "adam", "adamw"])
@pytest.mark.parametrize(("batch_size", "steps"), [(None, 1), (None, 2), (None, 90), (10, 61)])
@pytest.mark.parametrize("how", ["in one go", "watched"])
def test_the_memory_follows_the_recurrence(name: str, batch_size: int | None, steps: int, how: str) -> None:
    update = made(name, batch_size, steps, how).last_update
    assert update is not None
    assert update.optimizer.count == steps
    memory, theta = after_one_step(update)
    np.testing.assert_allclose(update.after, theta, rtol=1e-12, atol=1e-14)
    for key, vector in memory.items():
        np.testing.assert_allclose(update.optimizer.after[key], vector, rtol=1e-12, atol=1e-18)
        assert not update.optimizer.after[key].flags.writeable
    assert bool(update.optimizer.before) == (steps > 1)


def test_what_was_before_a_step_was_after_the_one_before() -> None:
    trainer = made("adam", 10, 40, "watched")
    first = trainer.last_update
    trainer.advance(1)
    second = trainer.last_update
    assert first is not None
    assert second is not None
    for name, vector in first.optimizer.after.items():
        np.testing.assert_array_equal(second.optimizer.before[name], vector)


def test_a_new_optimiser_begins_without_what_another_remembered() -> None:
    trainer = made("momentum", None, 10, "watched")
    trainer.change("training.optimizer", "adagrad")
    trainer.advance(1)
    update = trainer.last_update
    assert update is not None
    assert (update.optimizer.name, update.optimizer.count, dict(update.optimizer.before)) == (
        "adagrad",
        1,
        {},
    )
    np.testing.assert_allclose(update.optimizer.after["sum"], update.gradient**2, rtol=1e-13)
    trainer.change("training.optimizer", "gradient_descent")
    trainer.advance(3)
    assert trainer.last_update is not None
    assert not trainer.last_update.optimizer.after


def test_steps_are_compared_number_by_number() -> None:
    one, same, other = (made("adam", None, steps, "in one go").last_update.optimizer for steps in (5, 5, 6))
    assert one == same
    assert one != other
    assert one != "adam"


@pytest.mark.parametrize("hidden", [(4,), (40, 40)])
@pytest.mark.parametrize("name", ["momentum", "adam"])
def test_wherever_a_run_is_interrupted_it_knows_what_was_remembered_before(
    name: str, hidden: tuple[int, ...]
) -> None:
    """Of a long θ the steps are made in parts, from one point of the path to the next."""
    experiment = Experiment().with_value("network.hidden_layers", hidden)
    experiment = experiment.with_value("training.optimizer", name).with_value("training.learning_rate", RATE)
    alone, watched = Trainer(experiment), Trainer(experiment)
    for most in (1, 2, 3, 5, 8, 1, 40):
        asked = iter(range(1000))
        watched.advance(50, lambda: next(asked) > most)  # noqa: B023
        alone.advance(watched.step - alone.step)
        one, other = alone.last_update, watched.last_update
        assert one is not None
        assert other is not None
        assert one.step == other.step
        assert one.optimizer.before.keys() == other.optimizer.before.keys()
        for key, vector in one.optimizer.before.items():
            np.testing.assert_array_equal(vector, other.optimizer.before[key])
