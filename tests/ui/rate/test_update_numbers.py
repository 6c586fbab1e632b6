"""The update of a step in numbers: every line adds up to what the optimiser did."""

from __future__ import annotations

import re

import numpy as np
import pytest

from playground.engine.formula_presets import FORMULA_PRESETS
from playground.engine.stepping.optimizer_step import OptimizerStep
from playground.engine.stepping.preview import NextStep
from playground.experiment import Experiment, NetworkSettings, TrainingSettings
from playground.experiment_formula import FormulaSettings
from playground.numerals import signed_text
from playground.ui.rate.update_numbers import one_line, update_lines
from playground.ui.rate.update_rules import rule_lines
from tests.support.widget_stage import snapshot_of

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.mark.parametrize("steps", [1, 30])
@pytest.mark.parametrize("parameter", [0, 9, 16])
def test_the_update_in_numbers_adds_up(steps: int, parameter: int) -> None:
    snapshot = snapshot_of(Experiment(), steps)
    view = snapshot.view
    which, rule, numbers = (
        "".join(p.text for p in line) for line in update_lines(view, snapshot.problem, parameter)
    )
    assert "of 17 numbers" in which
    assert "− α · ∂J/∂" in rule
    after, before, rate, gradient = (
        float(text.replace("−", "-"))
        for text in re.fullmatch(r"(\S+) = (\S+) − (\S+) · \(?([^)]+)\)?", numbers).groups()
    )
    last_digit = 10.0 ** -len(numbers.split(" ")[0].partition(".")[2])
    assert rate == 0.3
    assert after == pytest.approx(before - rate * gradient, abs=0.5001 * last_digit)
    assert after == pytest.approx(view.parameters[parameter], abs=last_digit)
    assert abs(after - before) > last_digit


def test_the_only_number_is_not_one_of_several() -> None:
    snapshot = snapshot_of(FORMULA_PRESETS["parabola"].experiment, 2)
    which = "".join(piece.text for piece in update_lines(snapshot.view, snapshot.problem, 0)[0])
    assert which == "last step, w"


@pytest.mark.parametrize("rate", [0.00994, 0.3, 1.7])
def test_a_gradient_that_is_the_parameter_itself_has_the_same_digits(rate: float) -> None:
    formula = FormulaSettings(expression="w**2/2")
    experiment = Experiment(formula=formula, training=TrainingSettings(learning_rate=rate))
    snapshot = snapshot_of(experiment, 7)
    line = "".join(piece.text for piece in update_lines(snapshot.view, snapshot.problem, 0)[2])
    numbers = [text.strip("()") for text in re.findall(r"\(?[−\d.]+\d\)?", line)]
    after, before, shown_rate, gradient = numbers
    assert before == gradient, line
    decimals = len(after.partition(".")[2])
    made = worked_out(f"{before} − ({shown_rate} · {gradient})")
    assert float(after.replace("−", "-")) == pytest.approx(made, abs=0.5001 * 10.0**-decimals)


RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def worked_out(expression: str) -> float:
    """The value of what stands between two equals signs."""
    expression = re.sub("[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda power: f"**({power[0].translate(RAISED)})", expression)
    for sign, python in (("·", "*"), ("−", "-"), ("α", "0.05")):
        expression = expression.replace(sign, python)
    return float(eval(expression, {"__builtins__": {}}))


@pytest.mark.parametrize("name", ["momentum", "nesterov", "rmsprop", "adagrad", "adam", "adamw"])
@pytest.mark.parametrize("steps", [1, 37])
def test_every_line_of_an_optimiser_with_a_memory_adds_up(name: str, steps: int) -> None:
    experiment = Experiment().with_value("training.optimizer", name)
    snapshot = snapshot_of(experiment.with_value("training.learning_rate", 0.05), steps)
    view = snapshot.view
    update = view.last_update
    which, *lines = ("".join(p.text for p in line) for line in update_lines(view, snapshot.problem, 12))
    assert which.startswith(f"step {steps} of ")
    assert "w = W[2]₁₁" in which
    if name == "adamw":
        lines[-2:] = ["".join(lines[-2:])]
    for line in lines:
        if line.startswith("m′") or "first step" in line:
            continue
        worked, result = line.rsplit(" = ", 2)[1:]
        power = re.search("10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", result)
        decimals = len(result.partition("·")[0].partition(".")[2])
        last_digit = 10.0 ** (-decimals + (int(power[1].translate(RAISED)) if power else 0))
        assert worked_out(worked) == pytest.approx(worked_out(result), abs=0.5001 * last_digit), line
    shown = float(lines[-1].rsplit(" = ")[-1].replace("−", "-"))
    assert shown == pytest.approx(update.after[12], rel=1e-2)
    mean = update.optimizer.after.get("exp_avg")
    if mean is not None:
        fair = worked_out(re.search(r"= (\S+),", lines[2])[1])
        assert fair == pytest.approx(mean[12] / (1 - 0.9**steps), rel=1e-2)


def test_adagrads_first_step_adds_to_the_sum_that_it_begins_with() -> None:
    # α = 0.1, g = 2, s₀ = 0.2: w := 1 − 0.1·2/√4.2.
    hyper = {"initial_accumulator_value": 0.2, "eps": 1e-10, "lr_decay": 0.0, "weight_decay": 0.0}
    after = np.array([1.0 - 0.2 / 4.2**0.5])
    first = OptimizerStep("adagrad", hyper, 1, {}, {"sum": np.array([4.2])})
    update = NextStep(np.array([1.0]), np.array([2.0]), after, 0.1, first)
    line = "".join(piece.text for piece in rule_lines(update, 0, "w")[0])
    assert line == "s := s + g² = 0.200 + 2.00² = 4.20"


def half_frozen(**training: object) -> Experiment:
    """The first start with its first layer frozen: 12 of 17 numbers."""
    return Experiment(network=NetworkSettings(frozen=("W[1]", "b[1]")), training=TrainingSettings(**training))  # type: ignore[arg-type]


@pytest.mark.parametrize("optimizer", ["gradient_descent", "adam", "momentum"])
@pytest.mark.parametrize("steps", [0, 3])
def test_a_frozen_parameter_is_said_to_be_frozen(optimizer: str, steps: int) -> None:
    snapshot = snapshot_of(half_frozen(optimizer=optimizer), steps)
    value = signed_text(float(snapshot.view.parameters[3]), 3)
    for lines in (update_lines, one_line):
        text = " ".join("".join(p.text for p in line) for line in lines(snapshot.view, snapshot.problem, 3))
        assert "α" not in text
        assert f"w is frozen at {value}: no step changes it" in text
        assert "w = W[1]₂₂:" in text


def test_the_free_numbers_are_counted() -> None:
    before = snapshot_of(half_frozen(), 0)
    first = "".join(piece.text for piece in update_lines(before.view, before.problem, 12)[0])
    assert first == "each step changes 5 of 17 numbers:"
    after = snapshot_of(half_frozen(), 2)
    first = "".join(piece.text for piece in update_lines(after.view, after.problem, 12)[0])
    assert first == "last step, w = W[2]₁₁, one of 5 free numbers"


@pytest.mark.parametrize("steps", [1, 2, 30])
def test_momentum_as_an_average_adds_up(steps: int) -> None:
    settings = TrainingSettings("momentum", 0.5, momentum_form="average")
    snapshot = snapshot_of(Experiment(training=settings), steps)
    update = snapshot.view.last_update
    _, velocity, moved = (
        "".join(p.text for p in line) for line in update_lines(snapshot.view, snapshot.problem, 12)
    )
    if steps == 1:
        # From v = 0 on.
        assert velocity.startswith("v := 0.1·g = ")
        assert worked_out(velocity.split(" = ")[1].removesuffix(" (its first step)")) == pytest.approx(
            0.1 * update.gradient[12], rel=6e-3
        )
    else:
        assert velocity.startswith("v := 0.9·v + 0.1·g = ")
        worked, result = velocity.split(" = ")[1:]
        assert worked_out(worked) == pytest.approx(worked_out(result), rel=2e-2, abs=2e-5)
    assert moved.startswith("w := w − α·v = ")
    assert float(moved.rsplit(" = ")[-1].replace("−", "-")) == pytest.approx(update.after[12], rel=1e-2)
