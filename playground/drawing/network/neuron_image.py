"""The output of a neuron over the data's plane, as a small picture."""

from __future__ import annotations

from functools import cache

import numpy as np
from PySide6.QtGui import QImage

from playground.arrays import Floats
from playground.drawing.kit.color_maps import packed
from playground.drawing.kit.theme import Theme, channels

SHADES = 256
"""Number of shades on each side of 0."""


def thumbnail_image(values: Floats, theme: Theme, classification: bool = True) -> QImage:
    """Return signed outputs in −1..1, (g, g) with rows along x₂ or (g,), as a picture.

    Its colours are those of the classes or, where there are values, those of signs.
    """
    rows = np.atleast_2d(values)[::-1]
    places = rows * SHADES + (SHADES + 0.5)
    places[np.isnan(places)] = SHADES
    pixels = _shades(theme, classification).take(np.clip(places, 0, 2 * SHADES).astype(np.intp))
    height, width = pixels.shape
    return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32).copy()


def share_image(values: Floats, theme: Theme, color: str) -> QImage:
    """Return an output from 0 to 1, (g, g) with rows along x₂ or (g,), from the card to a colour."""
    rows = np.atleast_2d(values)[::-1]
    places = rows * SHADES
    places[np.isnan(places)] = 0.0
    pixels = _shares(theme, color).take(np.rint(np.clip(places, 0.0, SHADES)).astype(np.intp))
    height, width = pixels.shape
    return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32).copy()


@cache
def _shares(theme: Theme, color: str) -> np.ndarray:
    """Return the colours of 0 to 1 as pixels of a QImage in Format_RGB32: (SHADES + 1,) uint32."""
    card, end = (np.array(channels(one), dtype=float) for one in (theme.card, color))
    return packed((card + 0.9 * np.linspace(0.0, 1.0, SHADES + 1)[:, None] * (end - card)).round())


@cache
def _shades(theme: Theme, classification: bool) -> np.ndarray:
    """Return the colours of −1 to 1 as pixels of a QImage in Format_RGB32: (2·SHADES + 1,) uint32."""
    card = np.array(channels(theme.card), dtype=float)
    low, high = theme.negative_weight, theme.positive_weight
    if classification:
        low, high = theme.class0, theme.class1
    ends = np.array([channels(low), channels(high)], dtype=float)
    values = np.linspace(-1.0, 1.0, 2 * SHADES + 1)[:, None]
    return packed((card + 0.9 * np.abs(values) * (np.where(values < 0, ends[0], ends[1]) - card)).round())


def signed(values: Floats, bounds: tuple[float, float] | None) -> Floats:
    """Return outputs of a function with these bounds, or none, scaled to −1..1, their middle at 0."""
    if bounds is not None:
        low, high = bounds
        return (2.0 * values - (low + high)) / (high - low)
    finite = np.abs(values[np.isfinite(values)])
    largest = float(finite.max()) if finite.size else 0.0
    return values / largest if largest > 0 else np.zeros_like(values)
