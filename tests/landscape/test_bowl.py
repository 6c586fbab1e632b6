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
    choice = whole_landscape(plain, lowest_point(trainer.problem, theta))
    assert (choice.centre, choice.reach) == (plain.centre, plain.reach)


@pytest.mark.parametrize(
    ("lowest", "moved"), [((1.0, -2.0), False), ((1.5, -4.5), True), ((0.0, 99.0), False)]
)
def test_the_view_is_moved_only_where_that_shows_the_lowest_point(
    lowest: tuple[float, float], moved: bool
) -> None:
    trainer = Trainer(HOURS)
    plain = parameter_plane(trainer.problem, np.zeros(2), 0, 1)
    choice = whole_landscape(plain, np.array(lowest))
    assert choice.equal_units
    assert (choice.centre != plain.centre) == moved
    if moved:
        away = np.abs(np.array([lowest, (0.0, 0.0)]) - choice.centre)
        assert away.max() < 0.8 * choice.reach


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
