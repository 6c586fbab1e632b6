"""The drawing of the confusion matrix: every count fits into its cell."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF, QImage, QPainter

from playground.drawing.data import confusion as module
from playground.drawing.data.confusion import ConfusionDrawing, ConfusionPicture
from playground.drawing.kit.theme import LIGHT
from playground.engine.confusion import confusion


@pytest.mark.parametrize("unsaid", [0, 12_000])
def test_the_longest_count_fits_whichever_column_it_is_in(
    qtbot: Any, monkeypatch: pytest.MonkeyPatch, unsaid: int
) -> None:
    y = np.eye(5)[np.arange(12_000 if unsaid else 9) % 5 * 0]
    picture = ConfusionPicture(
        [("training points", confusion(np.full(y.shape, np.nan if unsaid else 0.2), y))], tuple("abcde")
    )
    drawn = []

    def noting(painter: QPainter, place: QRectF, text: str, font: Any, *rest: Any) -> None:
        if text.isdecimal():
            drawn.append((QFontMetricsF(font).horizontalAdvance(text), place.width(), text))

    monkeypatch.setattr(module, "draw_text", noting)
    image = QImage(300, 180, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    ConfusionDrawing(LIGHT).paint(painter, QRectF(0, 0, 300, 180), picture)
    painter.end()
    assert [text for _, _, text in drawn] == [str(unsaid or 9)]
    assert all(wide <= room for wide, room, _ in drawn)


def drawn_texts(monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...], wide: int, high: int) -> list[Any]:
    """The texts of the matrices of many points, with the boxes that their letters fill."""
    rng = np.random.default_rng(1)
    count = len(names)
    y = np.eye(count)[rng.integers(count, size=1400)]
    said = np.where(rng.random((1400, 1)) < 0.9, y, np.eye(count)[rng.integers(count, size=1400)])
    matrix = confusion(said, y)
    picture = ConfusionPicture([("training points", matrix), ("test points", matrix)], names)
    texts: list[Any] = []

    def noting(painter: QPainter, place: QRectF, text: str, text_font: Any, side: str = "centre") -> None:
        metrics = QFontMetricsF(text_font)
        width, height = metrics.horizontalAdvance(text), metrics.capHeight()
        middle = place.center().x() - width / 2
        left = {"left": place.left(), "right": place.right() - width}.get(side, middle)
        box = QRectF(left, place.center().y() - height / 2, width, height)
        texts.append((text, box, place, text_font.pixelSize()))

    monkeypatch.setattr(module, "draw_text", noting)
    image = QImage(wide, high, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    ConfusionDrawing(LIGHT).paint(painter, QRectF(0, 0, wide, high), picture)
    painter.end()
    return texts


@pytest.mark.parametrize(("wide", "high"), [(370, 130), (370, 200), (300, 160), (700, 420)])
@pytest.mark.parametrize("names", [tuple("0123456789"), ("oak", "beech", "maple")])
def test_in_small_cells_nothing_overlaps_and_the_axes_are_named(
    qtbot: Any, monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...], wide: int, high: int
) -> None:
    texts = drawn_texts(monkeypatch, names, wide, high)
    boxes = [box for _, box, _, _ in texts]
    for at, box in enumerate(boxes):
        assert QRectF(0, 0, wide, high).contains(box), texts[at][0]
        for other in range(at):
            assert not box.intersects(boxes[other]), (texts[at][0], texts[other][0])
    for text, box, place, size in texts:
        if text.isdecimal() and len(names) == 3:
            assert place.contains(box)
        assert size >= 0.75 * LIGHT.small_font_size - 1, text
    assert any("true" in text and "said" in text for text, *_ in texts)


def test_numbers_without_room_are_left_out(qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    names = tuple(f"class {letter}" for letter in "abcdefghij")
    small = [text for text, *_ in drawn_texts(monkeypatch, names, 370, 110) if text.isdecimal()]
    large = [text for text, *_ in drawn_texts(monkeypatch, names, 900, 500) if text.isdecimal()]
    assert not small
    assert len(large) > 40
