"""What the stories of the surface do with a window, and look for in it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from playground.engine.network import network_of
from playground.landscape.adaptive import mask_of
from playground.ui.main_window import MainWindow
from tests.support.stories import step_of, surface_is_there

LONG = 120_000
"""Milliseconds for a surface of many cells."""


def train(qtbot: Any, window: MainWindow, steps: int) -> None:
    goal = step_of(window) + steps
    window.lab.set_speed(None)
    window.lab.run_exactly(steps)
    qtbot.waitUntil(lambda: step_of(window) == goal and window.lab.state == "paused")


def settled(window: MainWindow) -> bool:
    return surface_is_there(window) and window.surface_view.settled


def loss_at(window: MainWindow, theta: np.ndarray) -> float:
    samples, view = window.snapshot.samples, window.snapshot.view
    network = network_of(view.experiment).with_penalties(view.settings.l1, view.settings.l2)
    return network.loss(theta, samples.X_train, samples.y_train)


def check_cells(window: MainWindow) -> None:
    """Some computed cells of the surface on the screen, one by one in float64."""
    surface = window.surface_view.answer.surface
    cells = np.argwhere(mask_of(surface))
    for row, column in cells[[0, len(cells) // 2, -1]]:
        theta = surface.plane.at(surface.a[column], surface.b[row])
        assert surface.values[row, column] == pytest.approx(loss_at(window, theta), rel=1e-5)
