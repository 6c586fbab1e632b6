"""Units of a plane in a picture: an axis says where they are stretched."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from playground.drawing.kit.theme import LIGHT
from playground.drawing.surface.drawing import SurfaceDrawing
from playground.drawing.surface.picture import SurfacePicture
from playground.drawing.surface.units import ALIKE, stretch_of, stretched_names
from playground.engine.lengths import length
from playground.engine.trainer import Trainer
from playground.experiment import Experiment
from playground.landscape.directions import (
    NORMALIZATIONS,
    parameter_plane,
    path_plane,
    random_plane,
    wants_equal_units,
)
from playground.landscape.plane import Plane, Window
from tests.support.plain_data import choice_of, surface_of
from tests.support.sheet import Sheet

UNITS = Plane(np.zeros(3), np.array([1.0, 0.0, 0.0]), np.array([0.0, 1.0, 0.0]))
NAMES = "along direction 1", "along direction 2"


@pytest.mark.parametrize(
    ("window", "names"),
    [
        (Window(0, 5, 0, 3), NAMES),
        (Window(0, 5, 0, 3.5), NAMES),
        (Window(0, 40, 0, 3), (NAMES[0], f"{NAMES[1]}, drawn ×8")),
        (Window(0, 5, 0, 6), (f"{NAMES[0]}, drawn ×2", NAMES[1])),
        (Window(0, 0, 0, 6), NAMES),
        (Window(0, math.inf, 0, 6), NAMES),
    ],
)
def test_the_axis_whose_units_are_longer_says_by_how_much(window: Window, names: tuple[str, str]) -> None:
    assert stretched_names(NAMES, UNITS, window, 500, 300) == names


def test_directions_of_different_lengths_are_not_compared() -> None:
    skewed = Plane(np.zeros(3), np.array([1.0, 0.0, 0.0]), np.array([0.0, 2.0, 0.0]))
    assert stretched_names(NAMES, skewed, Window(0, 40, 0, 3), 500, 300) == NAMES
    assert stretch_of(Window(0, 5, 0, 3), 0, 300) == 1.0


def test_a_view_of_the_path_is_drawn_in_equal_units_unless_it_is_a_strip() -> None:
    trainer = Trainer(Experiment())
    trainer.advance(5)
    choice = path_plane(trainer.history.path)
    assert wants_equal_units(choice, Window(0, 5, 0, 1))
    assert not wants_equal_units(choice, Window(0, 6, 0, 1))
    assert not wants_equal_units(choice, Window(0, 1, 0, 7))
    assert wants_equal_units(parameter_plane(trainer.problem, trainer.parameters, 0, 1), Window(0, 1, 0, 1))
    for scale in NORMALIZATIONS:
        random = random_plane(trainer.problem, trainer.parameters, 1, scale)
        assert wants_equal_units(random, Window(0, 1, 0, 1))
        assert length(random.plane.u) == pytest.approx(length(random.plane.v), rel=ALIKE)


def test_the_drawing_names_its_axes_anew_when_it_is_made_wider(qtbot: Any) -> None:
    surface = surface_of(np.full((5, 5), 0.5))
    drawing = SurfaceDrawing(LIGHT)
    drawing.show(
        SurfacePicture(type(surface)(UNITS, surface.a, surface.b, surface.values, 5, True, 1.0), choice_of())
    )
    sheet = Sheet(qtbot, drawing, LIGHT, 900, 300)
    across = drawing.bottom.name
    assert ", drawn ×" in across
    sheet.view.resize(300, 900)
    sheet.paint()
    assert ", drawn ×" not in drawing.bottom.name
    assert ", drawn ×" in drawing.left.name
