"""The function of the activation explorer where z lies far out."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from playground.drawing.activations.drawing import ActivationDrawing, ActivationPicture, divisor_of
from playground.drawing.kit.theme import LIGHT
from playground.engine.activations import ACTIVATIONS
from playground.engine.backprop.layer_statistics import ActivationFacts, LayerFacts

WIDTH, HEIGHT = 400, 300

pytestmark = pytest.mark.usefixtures("qapp")


def curve_heights(name: str, reach: float) -> np.ndarray:
    """Return y of the topmost pixel of the curve in each column where z > 0; NaN where it is not seen."""
    counts = np.zeros(48, int)
    facts = ActivationFacts(np.linspace(-reach, reach, 49), (LayerFacts(1, name, counts, 0.0, 0, 4),))
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    image.fill(QColor(LIGHT.card))
    painter = QPainter(image)
    ActivationDrawing(LIGHT).paint(painter, QRectF(0, 0, WIDTH, HEIGHT), ActivationPicture(name, facts))
    painter.end()
    ink, found = QColor(LIGHT.text), np.full(WIDTH, np.nan)
    for x in range(WIDTH // 2 + 10, WIDTH - 30):
        for y in range(22, 110):
            pixel = image.pixelColor(x, y)
            if abs(pixel.red() - ink.red()) + abs(pixel.green() - ink.green()) < 60:
                found[x] = y
                break
    return found


@pytest.mark.parametrize("reach", [7.0, 30.0, 4e5, 1e12])
def test_relu_is_a_line_with_a_kink_however_far_z_reaches(reach: float) -> None:
    heights = curve_heights("relu", reach)
    seen = np.flatnonzero(np.isfinite(heights))
    assert len(seen) > 60, "no wall at z = 0"
    slope = np.diff(heights[seen])
    assert (slope <= 0).all()
    assert heights[seen[0]] - heights[seen[-1]] > 15, "it rises"


def test_a_function_is_drawn_smaller_only_where_it_would_leave_the_picture() -> None:
    for name, function in ACTIVATIONS.items():
        assert divisor_of(name, 4.0) == 1.0
        divisor = divisor_of(name, 1000.0)
        if function.bounds:
            assert divisor == 1.0
        else:
            assert 1.2 <= 1000.0 / divisor <= 3.0
