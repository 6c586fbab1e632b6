"""Which runs may be drawn over each other, which share an axis, and which differ in their start alone."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest

from playground.experiment import DataSettings, Experiment, NetworkSettings, TrainingSettings
from playground.experiment_formula import FormulaSettings
from playground.experiment_rule import RuleSettings
from playground.same_landscape import all_but_the_start, landscape_of, measure_of
from tests.support.tables import a_table

BOWL = FormulaSettings("x^2 + k*y^2", start=(1.0, 2.0), constants={"k": 3.0}, noise=0.1)
OTHER_FORMULAS: dict[str, Any] = {
    "expression": "x^2 + k*y^4",
    "variables": ("y", "x"),
    "start": (0.5, 0.5),
    "window": ((-1.0, 1.0), (-2.0, 2.0)),
    "constants": {"k": 4.0},
    "noise": 0.2,
    "seed": 7,
    "minima": ((0.0, 0.0),),
}
OTHER_NETWORKS = {
    "output": "sigmoid",
    "initial_scale": 3.0,
    "frozen": ("b[1]",),
    "hidden_layers": (3,),
    "activation": "relu",
    "loss": "squared_error",
    "initialization": "he_normal",
    "seed": 7,
}
OTHER_DATA = {
    "dataset": "two_moons",
    "points": 60,
    "noise": 0.3,
    "test_share": 0.1,
    "standardize": True,
    "seed": 7,
    "table": a_table(("a", "b"), "y", ("no", "yes"), [[0, 0, 0], [1, 1, 1]]),
    "derived_inputs": ("x1^2",),
    "rule": RuleSettings("x1 - x2"),
}


def of(formula: FormulaSettings) -> Experiment:
    return Experiment(formula=formula)


@pytest.mark.parametrize("written", ["w^2", "w ^ 2", "(w)^2.0", "((w^2))"])
def test_a_formula_is_one_however_it_is_written(written: str) -> None:
    one, other = of(FormulaSettings("w^2")), of(FormulaSettings(written, start=(1.0,)))
    assert landscape_of(one) == landscape_of(other)
    assert hash(landscape_of(one)) == hash(landscape_of(other))
    assert measure_of(one) == measure_of(other)


@pytest.mark.parametrize("written", ["w^3", "v^2", "w^2 + 0*v", "2^w"])
def test_another_formula_is_another_landscape(written: str) -> None:
    one, other = of(FormulaSettings("w^2")), of(FormulaSettings(written))
    assert landscape_of(one) != landscape_of(other)
    assert measure_of(one) != measure_of(other)


@pytest.mark.parametrize("field", [entry.name for entry in fields(FormulaSettings)])
def test_each_setting_of_a_formula(field: str) -> None:
    one, other = of(BOWL), of(replace(BOWL, **{field: OTHER_FORMULAS[field]}))
    same_landscape = field not in {"expression", "variables", "constants"}
    assert (landscape_of(one) == landscape_of(other)) is same_landscape
    assert (measure_of(one) == measure_of(other)) is same_landscape
    assert (all_but_the_start(one) == all_but_the_start(other)) is (field == "start")


def test_without_noise_the_seed_of_a_formula_is_only_that_of_its_start() -> None:
    calm = replace(BOWL, noise=0.0)
    assert all_but_the_start(of(calm)) == all_but_the_start(of(replace(calm, seed=7)))


@pytest.mark.parametrize("field", [entry.name for entry in fields(NetworkSettings)])
def test_each_setting_of_a_network(field: str) -> None:
    # The usual output of a cross-entropy is a sigmoid.
    one = Experiment(network=NetworkSettings(loss="squared_error" if field == "output" else None))
    other = one.with_value(f"network.{field}", OTHER_NETWORKS[field])
    assert (landscape_of(one) == landscape_of(other)) is (
        field in {"initialization", "seed", "initial_scale"}
    )
    assert (measure_of(one) == measure_of(other)) is (field != "loss")
    assert (all_but_the_start(one) == all_but_the_start(other)) is (field == "seed")


@pytest.mark.parametrize("field", [entry.name for entry in fields(DataSettings)])
def test_each_setting_of_the_data(field: str) -> None:
    one, other = Experiment(), Experiment().with_value(f"data.{field}", OTHER_DATA[field])
    assert landscape_of(one) != landscape_of(other)
    assert (measure_of(one) == measure_of(other)) is (field not in {"dataset", "table", "rule"})
    assert all_but_the_start(one) != all_but_the_start(other)


def test_training_changes_no_landscape() -> None:
    training: Any = TrainingSettings("adam", 0.01, batch_size=5, l2=0.1, seed=3)
    for one in (Experiment(), of(BOWL)):
        assert landscape_of(one) == landscape_of(replace(one, training=training))
    assert landscape_of(Experiment()) != landscape_of(of(BOWL))
