"""The badge on a picture: said where the marker does not belong to its ground, and nowhere else."""

from __future__ import annotations

import math

import numpy as np
import pytest

from playground.drawing.surface.off_plane import badge_sentence, off_plane_sentence
from playground.drawing.surface.picture import Now, SurfacePicture
from playground.landscape.plane import Plane
from playground.landscape.surface import Surface
from playground.theta_words import BALL
from tests.support.plain_data import choice_of, surface_of

FLAT = np.full((5, 5), 0.5)


@pytest.mark.parametrize(
    ("true_loss", "plane_loss", "said"),
    [
        (0.5, 0.5, False),
        (0.5, 0.6, False),
        (0.6, 0.5, False),
        # On a hill of the picture while J is low, and the other way round.
        (0.014, 1.02, True),
        (0.5, 0.08, True),
        (0.2, 0.301, True),
        (-3.0, -1.0, True),
        (-3.0, -2.9, False),
        (-1.0, 1.0, True),
        (0.0, 0.0, False),
        (0.5, math.inf, True),
        (0.5, math.nan, False),
    ],
)
def test_losses_that_differ_clearly_are_said(true_loss: float, plane_loss: float, said: bool) -> None:
    sentence = badge_sentence(Now(0.0, 0.0, true_loss, plane_loss, 0.0), 10.0)
    assert bool(sentence) == said


def test_the_sentence_has_both_losses_or_the_distance() -> None:
    assert badge_sentence(Now(0, 0, 0.014, 1.02, 3.0), 10.0) == (
        "True J 0.014, at the marker in this plane 1.02"
    )
    assert badge_sentence(Now(0, 0, 0.5, 0.5, 3.2), 10.0) == "The weights lie 3.2 off this plane"
    assert badge_sentence(Now(0, 0, 0.5, 0.5, 3.2), 10.0, BALL) == "The ball lies 3.2 off this plane"
    assert badge_sentence(Now(0, 0, 0.5, 0.5, 1.2), 10.0) == ""


def test_at_a_limit_it_does_not_come_and_go() -> None:
    near = Now(0, 0, 1.0, 1.46, 0.0), Now(0, 0, 1.0, 1.0, 1.9)
    for now in near:
        assert badge_sentence(now, 10.0) == ""
        assert badge_sentence(now, 10.0, shown=True)
    for now in (Now(0, 0, 1.0, 1.3, 0.0), Now(0, 0, 1.0, 1.0, 1.5)):
        assert badge_sentence(now, 10.0, shown=True) == ""


def test_whole_landscapes_and_pictures_without_a_surface_have_none() -> None:
    off = Now(0.0, 0.0, 0.01, 5.0, 0.0)
    assert off_plane_sentence(SurfacePicture(surface_of(FLAT), choice_of()), off)
    assert off_plane_sentence(SurfacePicture(surface_of(FLAT), choice_of()), None) == ""
    assert off_plane_sentence(SurfacePicture(None), off) == ""
    whole = Plane(np.zeros(2), np.array([1.0, 0.0]), np.array([0.0, 1.0]))
    axis = np.linspace(-1, 1, 5)
    picture = SurfacePicture(Surface(whole, axis, axis, FLAT, 5, True, 1.0), choice_of())
    assert off_plane_sentence(picture, off) == ""
