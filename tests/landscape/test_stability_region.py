"""The limit of α that theory gives for a momentum is where runs of the map turn from falling to rising."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from playground.drawing.momentum_map import boundary_line
from playground.engine.formula import Formula
from playground.engine.formula_presets import FORMULA_PRESETS
from playground.engine.problem_of_experiment import problem_of
from playground.experiment import DataSettings, Experiment, NetworkSettings, TrainingSettings
from playground.experiment_formula import FormulaSettings
from playground.landscape.momentum_map import MOMENTA
from playground.landscape.rate_map import rows_in_pieces
from playground.landscape.stability_region import (
    CURVES_DOWN,
    DIVIDES,
    NO_MINIMUM,
    NOT_QUADRATIC,
    SCHEDULED,
    StabilityRegion,
    optimizer_with_momentum,
    region_of,
)

HEAVY_BALL = TrainingSettings("momentum", 0.1)
HESSIANS = {"bowl": [[1.0, 0.0], [0.0, 10.0]], "booth": [[10.0, 8.0], [8.0, 10.0]], "parabola": [[2.0]]}
"""By hand, from the formulas of the presets."""


def of_preset(name: str, settings: TrainingSettings = HEAVY_BALL) -> tuple[StabilityRegion | None, str]:
    problem = problem_of(Experiment(formula=FORMULA_PRESETS[name].formula))
    problem = problem.with_penalties(settings.l1, settings.l2)
    return region_of(problem, settings, settings.optimizer)


@pytest.mark.parametrize("name", HESSIANS)
def test_the_line_that_is_drawn_is_that_of_goh(name: str) -> None:
    region, why = of_preset(name)
    assert region is not None
    assert not why
    largest = np.linalg.eigvalsh(np.array(HESSIANS[name]))[-1]
    rates, momenta = boundary_line(region, -0.025, 0.975)
    assert (momenta[0], momenta[-1]) == (0.0, 0.975)
    np.testing.assert_allclose(rates, 2.0 * (1.0 + momenta) / largest, rtol=1e-12)


@pytest.mark.parametrize("optimizer", ["momentum", "nesterov"])
@pytest.mark.parametrize("name", ["bowl", "booth"])
def test_runs_just_below_the_limit_converge_and_just_above_it_diverge(name: str, optimizer: str) -> None:
    settings = TrainingSettings(optimizer, 0.1)
    region, _ = of_preset(name, settings)
    assert region is not None
    largest = np.linalg.eigvalsh(np.array(HESSIANS[name]))[-1]
    problem = problem_of(Experiment(formula=FORMULA_PRESETS[name].formula))
    start = problem.start()
    for momentum in (*MOMENTA[::5], 0.9, 0.95):
        limit = region.limit(momentum)
        theory = 2.0 + 2.0 * momentum
        if optimizer == "nesterov":
            theory /= 1.0 + 2.0 * momentum
        assert limit == pytest.approx(theory / largest, rel=1e-12)
        rates = np.array([0.99, 1.01]) * limit
        *_, losses = rows_in_pieces(problem, settings, [start], rates, 700, (momentum,))
        below, above = np.ravel(losses)
        first = problem.loss(start)
        assert below < 1e-6 * first, momentum
        assert not above < 1e6 * first, momentum


def test_nothing_is_told_where_theory_knows_nothing() -> None:
    assert of_preset("rosenbrock") == (None, NOT_QUADRATIC)
    assert of_preset("cliff") == (None, NOT_QUADRATIC)
    assert of_preset("saddle") == (None, CURVES_DOWN)
    assert of_preset("bowl", replace(HEAVY_BALL, l1=0.1)) == (None, NOT_QUADRATIC)
    assert of_preset("bowl", TrainingSettings("rmsprop", 0.1)) == (None, DIVIDES)
    assert of_preset("bowl", replace(HEAVY_BALL, schedule="cosine")) == (None, SCHEDULED)
    assert of_preset("bowl", replace(HEAVY_BALL, l2=5.0)) == (StabilityRegion("momentum", 15.0), "")
    for formula in ("x^2 + y", "x^2 - 1e-9*y"):
        slope = Formula(FormulaSettings(formula))
        assert region_of(slope, HEAVY_BALL, "momentum") == (None, NO_MINIMUM)
    valley = Formula(FormulaSettings("(x - y)^2 + x - y"))
    region, _ = region_of(valley, HEAVY_BALL, "momentum")
    assert region is not None
    assert region.sharpness == pytest.approx(4.0)
    network = problem_of(Experiment(DataSettings(points=20), NetworkSettings((2,))))
    assert region_of(network, HEAVY_BALL, "momentum") == (None, NOT_QUADRATIC)
    assert [optimizer_with_momentum(name) for name in ("gradient_descent", "nesterov", "adam")] == [
        "momentum",
        "nesterov",
        None,
    ]
