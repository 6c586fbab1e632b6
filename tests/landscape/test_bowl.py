"""The lowest point of a bowl, and a view of two numbers that holds it."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine.formula import Formula
from playground.engine.trainer import Trainer
from playground.experiment import DataSettings, Experiment, NetworkSettings
from playground.experiment_formula import FormulaSettings
from playground.landscape.bowl import lowest_point
from playground.landscape.directions import in_equal_units, parameter_plane, whole_landscape
from playground.landscape.plane import Window
from tests.support.stories import LINE

HOURS = Experiment(DataSettings("hours_of_study"), NetworkSettings(()))
TWO_POINTS = Experiment(DataSettings("hours_of_study", 20, 0.0, 0.9), NetworkSettings(()))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("experiment", [HOURS, LINE], ids=["logistic", "line"])
def test_the_lowest_point_is_where_long_training_ends(experiment: Experiment, seed: int) -> None:
    trainer = Trainer(experiment)
    lowest = lowest_point(trainer.problem, trainer.problem.start(seed))
    trainer.learning_rate = 0.45
    trainer.advance(20_000)
    np.testing.assert_allclose(lowest, trainer.parameters, atol=1e-3)


def test_where_j_only_goes_on_falling_there_is_none_in_the_view() -> None:
    """Of points that a threshold separates the best weights are infinite."""
    trainer = Trainer(TWO_POINTS)
    theta = trainer.parameters
    plain = parameter_plane(trainer.problem, theta, 0, 1)
    choice = whole_landscape(plain, theta, lowest_point(trainer.problem, theta))
    assert (choice.centre, choice.reach) == (plain.centre, plain.reach)


@pytest.mark.parametrize("pair", [(0, 1), (1, 0)])
@pytest.mark.parametrize("lowest", [(0.5, -1.4), (1.0, -2.0), (1.5, -4.5), (9.0, 0.5)])
def test_the_way_from_the_start_to_the_lowest_point_fills_the_view(
    lowest: tuple[float, float], pair: tuple[int, int]
) -> None:
    start = np.array([-0.6, 0.0])
    plain = parameter_plane(Trainer(HOURS).problem, start, *pair)
    choice = whole_landscape(plain, start, np.array(lowest))
    assert choice.equal_units
    ends = np.array([start, lowest])[:, list(pair)]
    assert np.abs(ends - choice.centre).max() < 0.8 * choice.reach
    assert np.ptp(ends, axis=0).max() > 0.6 * 2 * choice.reach


def test_a_lowest_point_far_away_is_left_out_and_one_underfoot_leaves_a_view() -> None:
    start = np.zeros(2)
    plain = parameter_plane(Trainer(HOURS).problem, start, 0, 1)
    far = whole_landscape(plain, start, np.array([0.0, 99.0]))
    assert (far.centre, far.reach) == (plain.centre, plain.reach)
    assert whole_landscape(plain, start, start).reach > 0


@pytest.mark.parametrize(("width", "height"), [(500, 300), (300, 500), (400, 400)])
def test_equal_units_only_add_to_a_view(width: int, height: int) -> None:
    window = Window(-1.0, 3.0, 2.0, 4.0)
    grown = in_equal_units(window, width, height)
    across, up = grown.a_max - grown.a_min, grown.b_max - grown.b_min
    assert across / width == pytest.approx(up / height)
    assert grown.a_min <= -1.0 < 3.0 <= grown.a_max
    assert grown.b_min <= 2.0 < 4.0 <= grown.b_max
    assert (across, up) == pytest.approx((4.0, up)) or (across, up) == pytest.approx((across, 2.0))


def test_a_picture_without_size_leaves_the_view() -> None:
    window = Window(-1.0, 3.0, 2.0, 4.0)
    assert in_equal_units(window, 0, 300) == window


def test_a_bowl_of_a_tiny_slope_has_its_lowest_point() -> None:
    problem = Formula(FormulaSettings("1e-200*((x - 2)^2 + (y + 1)^2)", start=(0.0, 0.0)))
    lowest = lowest_point(problem, np.zeros(2))
    assert lowest is not None
    assert lowest == pytest.approx([2.0, -1.0])
