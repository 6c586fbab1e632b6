"""One update taken apart: the parts are those of the papers, and the last one is the step that is made."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from playground.engine.optimizers import OPTIMIZERS, make_optimizer
from playground.engine.stepping.optimizer_step import OptimizerStep
from playground.engine.stepping.preview import NextStep, next_step
from playground.engine.trainer import Trainer
from playground.engine.update_parts import Part
from playground.experiment import Experiment

RATE = 0.1
DECAYED = {"weight_decay": 0.3}
CASES: list[tuple[str, dict[str, Any]]] = [
    *((name, {}) for name in OPTIMIZERS),
    *((name, DECAYED) for name in OPTIMIZERS),
    ("momentum", {"momentum": 0.0}),
    ("momentum", {"dampening": 0.4}),
    ("nesterov", {"momentum": 0.0}),
    ("rmsprop", {"momentum": 0.9}),
    ("rmsprop", {"centered": True}),
    ("adagrad", {"lr_decay": 0.5, "initial_accumulator_value": 0.2}),
    ("adamw", {"weight_decay": 0.0}),
]


def updates(name: str, gradients: np.ndarray, **hyperparameters: Any) -> list[NextStep]:
    """The updates that an optimiser makes from (1, −2, …) with these gradients (n, P)."""
    optimizer = make_optimizer(name, **hyperparameters)
    theta = np.arange(1.0, gradients.shape[1] + 1.0) * (-1.0) ** np.arange(gradients.shape[1])
    made = []
    for count, gradient in enumerate(gradients, start=1):
        before, memory = theta.copy(), optimizer.state()
        optimizer.step(theta, gradient.copy(), RATE)
        after = optimizer.state()
        for state in (memory, after):
            state.pop("step")
        step = OptimizerStep(name, dict(optimizer.hyperparameters), count, memory, after)
        made.append(NextStep(before, gradient, theta.copy(), RATE, step))
    return made


def parts_of(update: NextStep) -> dict[str, Part]:
    parts = OPTIMIZERS[update.optimizer.name].parts(update)
    assert len({part.name for part in parts}) == len(parts)
    return {part.name: part for part in parts}


def test_adams_first_two_steps_are_those_of_algorithm_1() -> None:
    # Kingma and Ba (2015), by hand: α = 0.1, β₁ = 0.9, β₂ = 0.999, g₁ = 0.1, g₂ = −0.2, from θ = 1.
    first, second = (parts_of(update) for update in updates("adam", np.array([[0.1], [-0.2]])))
    names = ["gradient", "first moment", "second moment", "bias correction", "step"]
    assert list(first) == list(second) == names

    def numbers(parts: dict[str, Part]) -> list[float]:
        """m, v, m′, v′, and the arrow of each part."""
        made = [parts["first moment"].made["m"], parts["second moment"].made["v"]]
        made += parts["bias correction"].made.values()
        return [float(vector[0]) for vector in (*made, *(part.move for part in parts.values()))]

    uncorrected = -0.1 * 0.01 / (10**-2.5 + 1e-8)
    expected = [0.01, 1e-5, 0.1, 0.01, -0.01, -0.001, uncorrected, -0.0999999900000, -0.0999999900000]
    np.testing.assert_allclose(numbers(first), expected, rtol=1e-12)
    assert first["second moment"].before["v"][0] == 0.0
    # m₂ = 0.9·0.01 − 0.1·0.2, v₂ = 0.999·10⁻⁵ + 0.001·0.04, over 1 − 0.81 and 1 − 0.998001.
    m, v, fair_m, fair_v = -0.011, 4.999e-5, -0.05789473684210526, 0.02500750375187594
    step = 0.03661035038849010506  # 0.1 · 0.0578947…/(0.158137610… + 10⁻⁸)
    np.testing.assert_allclose(numbers(second)[:4], [m, v, fair_m, fair_v], rtol=1e-12)
    np.testing.assert_allclose(numbers(second)[-2:], [step, step], rtol=1e-12)
    np.testing.assert_allclose(second["first moment"].before["m"], [0.01], rtol=1e-14)
    # Without the correction the first step would be √0.001/0.1 … 3.16 times as long.
    ratio = first["second moment"].move / first["bias correction"].move
    np.testing.assert_allclose(ratio, [10**0.5], rtol=1e-5)


def test_momentum_keeps_what_it_had() -> None:
    first, second = (parts_of(update) for update in updates("momentum", np.array([[2.0], [-1.0]])))
    assert first["velocity"].rule == "v := g, the first time"
    assert first["velocity"].made["v"][0] == 2.0
    assert second["velocity"].before["v"][0] == 2.0
    np.testing.assert_allclose(second["velocity"].made["v"], [0.9 * 2.0 - 1.0])
    np.testing.assert_allclose(second["velocity"].move, [-0.1 * 0.8])


def test_adagrads_sum_begins_where_it_is_told_to() -> None:
    first, second = updates("adagrad", np.array([[2.0], [1.0]]), initial_accumulator_value=0.2)
    for update, before, after in ((first, 0.2, 4.2), (second, 4.2, 5.2)):
        part = parts_of(update)["sum of squares"]
        np.testing.assert_allclose([part.before["s"][0], part.made["s"][0]], [before, after], rtol=1e-14)


@pytest.mark.parametrize("name", list(OPTIMIZERS))
def test_a_step_beyond_the_finite_numbers_has_parts_too(name: str) -> None:
    with np.errstate(all="ignore"):
        *_, last = updates(name, np.full((3, 2), 1e200))
        last = last._replace(gradient=last.gradient * 1e108, learning_rate=1e300)
    parts = OPTIMIZERS[name].parts(last)
    assert parts[-1].name == "step"
    assert not np.isfinite(parts[0].move).any()


@pytest.mark.parametrize(("name", "hyperparameters"), CASES)
def test_the_parts_lead_to_the_step(name: str, hyperparameters: dict[str, Any]) -> None:
    gradients = np.random.default_rng(4).normal(size=(5, 6))
    for update in updates(name, gradients, **hyperparameters):
        parts = OPTIMIZERS[name].parts(update)
        *earlier, step = parts
        np.testing.assert_array_equal(step.made["θ"], update.after)
        np.testing.assert_array_equal(step.before["θ"], update.before)
        # What is computed beside the step agrees with it: the last arrow before it, with AdamW's decay.
        move = earlier[-1].move + (earlier[-2].move if "θ′" in earlier[-1].made else 0.0)
        np.testing.assert_allclose(update.before + move, update.after, rtol=1e-12)
        assert "weight decay" in {part.name for part in parts} or not update.optimizer.hyperparameters.get(
            "weight_decay"
        )
        for part in parts:
            assert part.rule
            assert part.arrow
            assert part.move.shape == (6,)


@pytest.mark.parametrize("name", list(OPTIMIZERS))
def test_the_last_part_lands_bit_by_bit_where_the_run_does(name: str) -> None:
    experiment = (
        Experiment()
        .with_value("data.points", 60)
        .with_value("training.optimizer", name)
        .with_value("training.batch_size", 16)
        .with_value("training.learning_rate", 0.05)
        .with_value("training.schedule", "cosine")
        .with_value("training.l2", 0.01)
        .with_value("training.l1", 0.002)
    )
    trainer, plain = Trainer(experiment), Trainer(experiment)
    for _ in range(6):
        view = trainer.view()
        coming = next_step(trainer.problem, view.checkpoint, view.settings)
        parts = OPTIMIZERS[name].parts(coming)
        trainer.advance(1)
        np.testing.assert_array_equal(parts[-1].made["θ"], trainer.parameters)
        made = trainer.last_update
        assert made is not None
        # The update that was made has the same parts as the one that was seen before.
        for seen, known in zip(parts, OPTIMIZERS[name].parts(made), strict=True):
            np.testing.assert_array_equal(seen.move, known.move)
            assert seen.rule == known.rule
    plain.advance(6)
    np.testing.assert_array_equal(trainer.parameters, plain.parameters)
