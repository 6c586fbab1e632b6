"""A surface with predicted cells, at once."""

from __future__ import annotations

from playground.engine.problem import Problem
from playground.landscape.adaptive import refine_predicting
from playground.landscape.colour_scale import ColourScale
from playground.landscape.plane import Plane, Window
from playground.landscape.surface import Surface


def predict_surface(
    problem: Problem, plane: Plane, window: Window, resolution: int, scale: ColourScale | None = None
) -> Surface:
    """The complete surface of a window. scale: None is a logarithmic one."""
    pieces = refine_predicting(problem, plane, window, resolution, scale or ColourScale())
    return [surface for surface in pieces if surface is not None][-1]
