"""Surfaces and histories made up for a picture, as plain data."""

from __future__ import annotations

import numpy as np

from playground.engine.recording.history import CURVES, HistoryView
from playground.engine.recording.series import Curve
from playground.experiment import Change
from playground.landscape.directions import PlaneChoice
from playground.landscape.plane import Plane
from playground.landscape.surface import Surface

PLANE = Plane(np.zeros(4), np.array([1.0, 0.0, 0.0, 0.0]), np.array([0.0, 2.0, 0.0, 0.0]))


def surface_of(values: np.ndarray, low: float = -1.0, high: float = 1.0) -> Surface:
    """A surface with these values over the square from low to high."""
    rows, columns = values.shape
    a, b = np.linspace(low, high, columns), np.linspace(low, high, rows)
    return Surface(PLANE, a, b, np.array(values, float), columns, True, 1.0)


def choice_of(shares: tuple[float, float] | None = (0.7, 0.27), kind: str = "path") -> PlaneChoice:
    return PlaneChoice(kind, PLANE, "4 numbers, 2 directions shown.", "along one", "along two", shares)


def history_of(
    train: np.ndarray,
    test: np.ndarray | None = None,
    batch: np.ndarray | None = None,
    rates: tuple[tuple[int, float], ...] = ((0, 0.3),),
    others: tuple[Change, ...] = (),
) -> HistoryView:
    """A history with a training loss at every step, and the learning rate changed at some of them."""
    steps = np.arange(len(train))
    rate = np.full(len(train), rates[0][1])
    for step, value in rates[1:]:
        rate[step:] = value
    curves = {name: Curve(np.empty(0, np.int64), np.empty(0)) for name in CURVES}
    curves["train_loss"] = Curve(steps, np.asarray(train, float))
    curves["learning_rate"] = Curve(steps, rate)
    if test is not None:
        curves["test_loss"] = Curve(steps, np.asarray(test, float))
    if batch is not None:
        curves["batch_loss"] = Curve(steps[: len(batch)], np.asarray(batch, float))
    changes = [Change(step, "training.learning_rate", value) for step, value in rates[1:]]
    changes = sorted([*changes, *others], key=lambda change: change.step)
    path = np.column_stack([steps, -steps, 0 * steps, 0 * steps]).astype(float)
    return HistoryView(curves, steps, path, tuple(changes))
