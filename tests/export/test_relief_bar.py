"""The exported height field has the bar of its colours, with numbers, beside it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF

from playground.drawing.kit.theme import PRINT
from playground.drawing.surface.picture import SurfacePicture
from playground.drawing.surface.relief import ReliefDrawing, ReliefItem
from playground.export.page import Page
from playground.export.picture import picture_bytes
from tests.support.every_figure import figure_of, texts_of_svg

pytestmark = pytest.mark.usefixtures("qapp")


def test_the_svg_of_a_surface_in_space_has_a_bar_with_numbers() -> None:
    page = Page(160, 110, format="svg")
    texts = [text for text, _ in texts_of_svg(picture_bytes(figure_of("relief"), page), page.width)]
    assert "J" in texts, "the name of the bar; the axis is called J (log)"
    assert "J (log)" in texts
    figure = figure_of("relief")(PRINT)
    figure.resize(1000, 700)
    item = figure.childItems()[0]
    assert isinstance(item, ReliefItem)
    bar, drawing = item.bar, item.drawing
    assert bar.levels == drawing.levels
    assert len(bar.ticks(bar.size().height())) >= 4
    assert drawing.picture.now is not None
    assert bar.now == drawing.picture.now.true_loss
    assert bar.pos().x() + bar.size().width() == pytest.approx(item.size().width())
    assert bar.pos().x() > item.size().width() / 2


def test_without_a_surface_there_is_no_bar() -> None:
    item = ReliefItem(ReliefDrawing(PRINT))
    item.drawing.show(SurfacePicture(None, problem="None yet."))
    item.setGeometry(QRectF(0, 0, 600, 400))
    assert not item.bar.isVisible()
    assert item.bar.maximumWidth() == 0
