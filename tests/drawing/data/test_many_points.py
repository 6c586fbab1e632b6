"""Thousands of points are painted once, not with each new field below them, and look as before."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from playground.drawing.data import blame_points, value_points
from playground.drawing.data.drawing import BoundaryDrawing, BoundaryPicture
from playground.drawing.kit import items, stamps
from playground.drawing.kit.theme import DARK, LIGHT, channels
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
    assert painted_again(picture(kind, samples, 3.0)) == 0
    if kind == "blame":
        assert painted_again(picture(kind, samples, 3.0, losses=0.5)) > 0
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


ADDED = 12


def after(samples: Samples, change: str) -> Samples:
    """The samples after a stroke."""
    X, y = samples.X_train.copy(), samples.y_train.copy()
    if change == "added":
        new = np.linspace(-1.5, 1.5, ADDED)
        X, y = np.vstack([X, np.column_stack([new, -new + 0.01])]), np.vstack([y, np.ones((ADDED, 1))])
    elif change == "moved":
        X[-1] = 2.5, -2.5
    elif change == "removed":
        X, y = np.delete(X, np.arange(0, COUNT, 7), axis=0), np.delete(y, np.arange(0, COUNT, 7), axis=0)
    elif change == "other class":
        y[:40] = 1.0 - y[:40]
    return replace(samples, X_train=X, y_train=y)


class Fresh(Sheet):
    """A sheet with a drawing of its own."""

    def __init__(self, qtbot: Any, kind: str, samples: Samples, held: tuple[float, float, float, float]):
        self.drawing = BoundaryDrawing(DARK)
        self.drawing.held = held
        self.drawing.show(picture(kind, samples))
        super().__init__(qtbot, self.drawing, DARK)


@pytest.mark.parametrize("kind", OF)
@pytest.mark.parametrize("change", ["added", "moved", "removed", "other class"])
def test_after_a_stroke_many_points_look_as_if_painted_at_once(
    kind: str, change: str, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, samples = (-4.0, 4.0, -4.0, 4.0), many(kind != "values")
    sheet = Fresh(qtbot, kind, samples, held)
    before = pixels(sheet.image)
    copied: list[int] = []

    def counted(painter: Any, x: np.ndarray, *rest: Any) -> None:
        copied.append(len(x))
        stamps.copy_stamps(painter, x, *rest)

    monkeypatch.setattr(items, "copy_stamps", counted)
    changed = after(samples, change)
    sheet.drawing.show(picture(kind, changed))
    seen = pixels(sheet.paint())
    assert (seen != before).any()
    if kind == "classes" and change == "added":
        assert sum(copied) == ADDED, "only the new points are painted, and once"
    assert (seen == pixels(Fresh(qtbot, kind, changed, held).image)).all()


@pytest.mark.parametrize("kind", OF)
def test_a_part_of_many_points_is_painted_anew(kind: str, qtbot: Any) -> None:
    samples, held = many(kind != "values"), (-4.0, 4.0, -4.0, 4.0)
    sheet = Fresh(qtbot, kind, samples, held)
    sheet.drawing.held = (-3.0, 5.0, -3.0, 5.0)
    sheet.drawing.show(picture(kind, samples))
    seen = pixels(sheet.paint())
    assert (seen == pixels(Fresh(qtbot, kind, samples, sheet.drawing.held).image)).all()


@pytest.mark.parametrize("kind", OF)
@pytest.mark.parametrize("ratio", [1.25, 2.0])
def test_many_points_are_as_sharp_as_the_screen_that_they_come_to(
    kind: str, ratio: float, qtbot: Any
) -> None:
    samples, held = many(kind != "values"), (-4.0, 4.0, -4.0, 4.0)

    def on_another_screen(sheet: Fresh) -> np.ndarray:
        image = QImage(round(500 * ratio), round(400 * ratio), QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        image.fill(0)
        painter = QPainter(image)
        sheet.view.scene().render(painter, QRectF(0, 0, 500, 400), QRectF(0, 0, 500, 400))
        painter.end()
        return pixels(image)

    sheet = Fresh(qtbot, kind, samples, held)
    seen = on_another_screen(sheet)
    other = Fresh(qtbot, kind, samples, held)
    other.drawing.show(picture(kind, after(samples, "moved")))
    other.drawing.show(picture(kind, samples))
    assert (seen == on_another_screen(other)).all(), "nothing of the first screen is left"
    # A point that stands alone is as large as on the first screen, and has the same colours.
    share = np.mean((seen - channels(DARK.card)).any(axis=-1))
    assert share == pytest.approx(np.mean((pixels(sheet.image) - channels(DARK.card)).any(axis=-1)), abs=0.03)


def pixels(image: QImage) -> np.ndarray:
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    flat = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    return flat[:, : image.width(), :3].astype(int)
