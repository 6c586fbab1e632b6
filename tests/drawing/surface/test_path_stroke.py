"""The line of a path: what is drawn quickly on the screen looks like what is drawn finely for an export."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPainter

from playground.drawing.surface.path_stroke import FAINTEST, draw_path

GROUND = QColor("#3f7f5f")
FRAME = (0.0, 0.0, 300.0, 200.0)


def _painted(x: np.ndarray, y: np.ndarray, opacity: np.ndarray, exporting: bool) -> np.ndarray:
    image = QImage(300, 200, QImage.Format.Format_RGB32)
    image.fill(GROUND)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    draw_path(painter, x, y, opacity, 1.6, FRAME, exporting)
    painter.end()
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(200, image.bytesPerLine() // 4, 4)
    return pixels[:, :300, :3].astype(float)


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("faded", [False, True])
def test_the_screen_shows_what_an_export_does(faded: bool) -> None:
    angle = np.linspace(0.0, 4 * np.pi, 900)
    x, y = 150 + 7 * angle * np.cos(angle), 100 + 6 * angle * np.sin(angle)
    opacity = np.linspace(FAINTEST, 1.0, len(x)) if faded else np.ones(len(x))
    screen, export = _painted(x, y, opacity, False), _painted(x, y, opacity, True)
    drawn = np.abs(export - export[0, 0]).max(axis=2) > 40
    assert drawn.mean() > 0.02
    apart = np.abs(screen - export).mean(axis=2)
    assert apart[drawn].mean() < 25
    assert apart[~drawn].mean() < 1


@pytest.mark.usefixtures("qapp")
def test_a_faded_line_drawn_twice_over_itself_is_no_darker() -> None:
    """There and back over the same pixels: only one coat of colour."""
    there = np.linspace(20.0, 280.0, 50)
    x, y, opacity = np.r_[there, there[::-1]], np.full(100, 100.5), np.full(100, 0.5)
    once, twice = (_painted(x[:n], y[:n], opacity[:n], False)[100, 30:270] for n in (50, 100))
    assert np.abs(twice - once).max() < 4
