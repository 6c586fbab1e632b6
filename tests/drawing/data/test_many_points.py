"""Thousands of points are painted once, not with each new field below them, and look as before."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QImage

from playground.drawing.data import blame_points, value_points
from playground.drawing.data.drawing import BoundaryDrawing, BoundaryPicture
from playground.drawing.kit import items
from playground.drawing.kit.theme import DARK, LIGHT
from playground.engine.datasets import Samples
from playground.engine.network import Network
from playground.landscape.boundary import boundary
from tests.support.sheet import Sheet

COUNT = 3000
PAINT = "_draw_all"
OF = {
    "classes": items.PointsItem,
    "blame": blame_points.BlamePointsItem,
    "values": value_points.ValuePointsItem,
}


def many(classes: bool, seed: int = 0) -> Samples:
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(COUNT, 2))
    y = X[:, :1] + X[:, 1:]
    y = np.where(y > 0.0, 1.0, 0.0) if classes else y
    none = slice(0, 0)
    names, mean = ("x₁", "x₂"), np.zeros(2)
    return Samples(X, y, X[none], y[none], mean, mean + 1.0, classes, names, "class" if classes else "y")


def picture(kind: str, samples: Samples, slope: float = 1.0, losses: float = 1.0) -> BoundaryPicture:
    loss = "squared_error" if kind == "values" else "binary_cross_entropy"
    field = boundary(Network((2, 1), loss=loss), np.array([slope, 1.0, 0.0]), samples)
    blame = losses * np.abs(samples.X_train[:, 0]) if kind == "blame" else None
    return BoundaryPicture(samples, field, blame=blame)


@pytest.fixture
def painted(monkeypatch: pytest.MonkeyPatch) -> dict[type, int]:
    """How often all points of an item were painted."""
    counts = dict.fromkeys(OF.values(), 0)
    for kind in OF.values():
        paint = getattr(kind, PAINT)

        def counted(self: Any, *parts: Any, kind: Any = kind, paint: Any = paint) -> None:
            counts[kind] += 1
            paint(self, *parts)

        monkeypatch.setattr(kind, PAINT, counted)
    return counts


@pytest.mark.parametrize("kind", OF)
def test_many_points_are_painted_again_only_where_they_change(kind: str, qtbot: Any, painted: Any) -> None:
    samples, item = many(kind != "values"), OF[kind]
    drawing = BoundaryDrawing(DARK)
    drawing.show(picture(kind, samples))
    sheet = Sheet(qtbot, drawing, DARK)

    def painted_again(change: BoundaryPicture) -> int:
        before = painted[item]
        drawing.show(change)
        sheet.paint()
        return painted[item] - before

    assert painted[item] > 0
    if kind != "blame":
        # Each answer brings other losses.
        assert painted_again(picture(kind, samples, 3.0)) == 0
    assert painted_again(picture(kind, many(kind != "values", 1))) > 0
    before = painted[item]
    drawing.restyle(LIGHT)
    sheet.paint()
    assert painted[item] > before


@pytest.mark.parametrize("kind", OF)
def test_many_points_look_as_if_each_was_painted(
    kind: str, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = []
    for most in (COUNT, 10 * COUNT):
        for module in (items, blame_points, value_points):
            monkeypatch.setattr(module, "MANY", most)
        drawing = BoundaryDrawing(DARK)
        drawing.show(picture(kind, many(kind != "values")))
        images.append(pixels(Sheet(qtbot, drawing, DARK).image))
    different = np.abs(images[0] - images[1]).max(axis=-1) > 96
    assert np.mean(different) < 0.08


def pixels(image: QImage) -> np.ndarray:
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    flat = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    return flat[:, : image.width(), :3].astype(int)
