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
    image = QImage(230, 180, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    ConfusionDrawing(LIGHT).paint(painter, QRectF(0, 0, 230, 180), picture)
    painter.end()
    assert [text for _, _, text in drawn] == [str(unsaid or 9)]
    assert all(wide <= room for wide, room, _ in drawn)
