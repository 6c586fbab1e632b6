"""The gradient norms of the layers: what is 0 is told in a word, what is small is drawn."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter

from playground.drawing.activations.layer_bars import LayerBars, LayerBarsDrawing, decades
from playground.drawing.activations.layer_norms import LayerNormDrawing
from playground.drawing.kit.theme import LIGHT


def test_layers_without_a_gradient_are_named_together(qtbot: Any) -> None:
    drawing = LayerNormDrawing(LIGHT)
    norms = np.zeros((4, 7))
    norms[:, 6] = [1e-305, 1e-306, 0.0, 0.0]
    drawing.show(np.arange(4), norms)
    assert "[1] to [6]: 0 at every step; [7]: below 10⁻³⁰⁰ at every step" in drawing.summary()


def test_a_small_norm_is_drawn_and_not_called_rounding(qtbot: Any) -> None:
    drawing = LayerNormDrawing(LIGHT)
    norms = np.array([[7.39e-23, 1.2e-19, 7.2e-4], [7.46e-23, 1.0e-22, 2.1e-9]])
    drawing.show(np.arange(2), norms)
    assert drawing.summary().endswith("layer 3 2.1·10⁻⁹.")
    np.testing.assert_allclose(drawing.curves[0].y, np.log10(norms[:, 0]))
    low, high = drawing.box.viewRange()[1]
    assert low < np.log10(7.39e-23) < np.log10(7.2e-4) < high
    assert decades(norms[0]) == (-23, -3)


@pytest.mark.parametrize("least", [7e-23, 3e-300])
def test_the_numbers_of_an_axis_of_many_decades_stand_apart(qtbot: Any, least: float) -> None:
    theme, painted = LIGHT, []
    bars = LayerBars(0, np.array([least, 0.1]))

    class Noting(QPainter):
        def drawText(self, *told: Any) -> None:
            place, flags, text = told
            if flags == Qt.AlignmentFlag.AlignHCenter:
                wide = QFontMetricsF(self.font()).horizontalAdvance(text)
                painted.append((place.center().x() - wide / 2, place.center().x() + wide / 2))

    image = QImage(400, 200, QImage.Format.Format_RGB32)
    painter = Noting(image)
    LayerBarsDrawing(theme).paint(painter, QRectF(0, 0, 400, 200), bars)
    painter.end()
    assert len(painted) > 2
    assert all(before[1] < after[0] for before, after in pairwise(painted))


def test_a_gradient_that_was_lost_on_the_way_is_counted(qtbot: Any) -> None:
    drawing = LayerNormDrawing(LIGHT)
    drawing.show(np.arange(4), np.array([[1.0, 0.5], [0.0, 0.4], [0.0, 0.3], [0.0, 0.2]]))
    assert "[1]: 0 at 3 of 4 steps." in drawing.summary()
    assert not np.isfinite(drawing.curves[0].y[-1])
    assert np.isfinite(drawing.curves[1].y).all()


def test_the_numbers_of_an_axis_stand_apart_where_the_longest_is_in_the_middle(qtbot: Any) -> None:
    """The powers from 10⁻⁵ to 1, of which 0.0001 is the longest, at every width of a small window."""
    for width in range(120, 420, 10):
        painted: list[tuple[float, float]] = []

        class Noting(QPainter):
            def drawText(self, *told: Any) -> None:
                place, flags, text = told
                if flags == Qt.AlignmentFlag.AlignHCenter:
                    wide = QFontMetricsF(self.font()).horizontalAdvance(text)
                    painted.append((place.center().x() - wide / 2, place.center().x() + wide / 2))  # noqa: B023

        image = QImage(width, 200, QImage.Format.Format_RGB32)
        painter = Noting(image)
        bars = LayerBars(0, np.array([2e-5, 0.9]))
        LayerBarsDrawing(LIGHT).paint(painter, QRectF(0, 0, width, 200), bars)
        painter.end()
        gaps = [after[0] - before[1] for before, after in pairwise(painted)]
        assert min(gaps) >= 3, width


@pytest.mark.parametrize("size", [(260, 150), (420, 300)])
def test_no_name_of_a_layer_stands_under_the_sentence_at_the_lower_edge(
    qtbot: Any, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    places: dict[str, list[QRectF]] = {"name": [], "sentence": []}

    def noting(kind: str) -> Any:
        def note(painter: QPainter, rect: QRectF, text: str, text_font: Any, side: str = "") -> None:
            wide = QFontMetricsF(text_font).horizontalAdvance(text)
            at = painter.transform().mapRect(QRectF(rect.left(), rect.top(), wide, rect.height()))
            places[kind].append(at)

        return note

    monkeypatch.setattr("playground.drawing.activations.layer_norms.draw_text", noting("name"))
    monkeypatch.setattr("playground.drawing.kit.furniture.draw_text", noting("sentence"))
    drawing = LayerNormDrawing(LIGHT)
    norms = np.geomspace(1.0, 1e-4, 264)[:, None] * np.array([0.0, 1e-2, 1.0, 1.1])
    norms[:20, 0] = 0.3
    drawing.show(np.arange(264), norms)
    sheet = pg.GraphicsView()
    qtbot.addWidget(sheet)
    sheet.setCentralItem(drawing.item)
    sheet.resize(*size)
    sheet.grab()
    drawing.show_whole()
    for found in places.values():
        found.clear()
    sheet.grab()
    assert len(places["name"]) == 3
    assert places["sentence"]
    assert not any(name.intersects(line) for name in places["name"] for line in places["sentence"])
