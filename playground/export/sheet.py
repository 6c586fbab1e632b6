"""A sheet: several figures on one page, each with a letter, above one caption for all of them.

Where two figures show the same quantity they get the same limits: loss curves the same axes, surfaces the
same levels of colour, if both are logarithmic or both linear.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QGraphicsSceneResizeEvent

from playground.drawing.kit.levels import Levels
from playground.drawing.kit.theme import PRINT, Theme
from playground.drawing.loss.drawing import LossDrawing
from playground.drawing.surface.drawing import SurfaceDrawing
from playground.export.figure import MARGIN, Figure
from playground.export.figures import MakeFigure
from playground.export.page import COLUMN, Page
from playground.landscape.pieces import Pieces, finish

LETTERS = "abcdefghi"
MOST_PANELS = len(LETTERS)
BEST_ASPECT = 4 / 3
"""Width over height of a panel."""
LEAST_WIDTH, LEAST_HEIGHT = 215.0, 150.0
"""Smallest width of a panel, and smallest height of its plot, in pixels of the drawings: below it axes have
no room for their numbers."""
ENOUGH = 0.9
"""The share of the width and the height of a picture in a paper's column that is room enough for a panel."""


def sheet_figure(panels: Sequence[MakeFigure], run: str = "") -> MakeSheet:
    """Return what makes the sheet of one to nine figures, in this order.

    run: the sentence of their run, which is taken out of each caption and stands once at the end.
    """
    if not 1 <= len(panels) <= MOST_PANELS:
        raise ValueError(f"a sheet has from 1 to {MOST_PANELS} panels")
    return MakeSheet(panels, run)


class MakeSheet:
    """What makes a sheet, at once or panel by panel."""

    def __init__(self, panels: Sequence[MakeFigure], run: str):
        self._panels, self._run = panels, run

    def __call__(self, theme: Theme) -> Figure:
        return finish(self.in_pieces(theme))

    def in_pieces(self, theme: Theme) -> Pieces[Figure]:
        """Yield after each panel, and return the sheet."""
        figures = []
        for panel in self._panels:
            made = panel(theme)
            assert isinstance(made, Figure)
            figures.append(made)
            yield None
        return self._sheet(figures, theme)

    def _sheet(self, figures: Sequence[Figure], theme: Theme) -> Figure:
        run, captions = self._run, []
        for letter, figure in zip(LETTERS, figures, strict=False):
            figure.letter = letter
            figure.show_caption(False)
            words = " ".join(figure.words.replace(run, "").split()) if run else figure.words
            captions.append(f"({letter}) {words}")
        share_limits([figure.owner for figure in figures])
        caption = " ".join(part for part in (*captions, run) if part)
        grid = _Grid(figures)
        return Figure(
            grid,
            theme,
            caption=caption,
            owner=figures,
            plot_height=grid.least_height,
            name="A sheet of these panels",
        )


def sheet_page(page: Page) -> Page:
    """Return the page of the sheet beside pictures of this page.

    It is the same where two rows of two panels have as much room for their text as pictures in a paper's
    column, else so many times as wide, and so many times as high, as they need: beside pictures of a column's
    width each panel has the size of a picture.
    """
    (width, height), (least_width, least_height) = _layout(page), _layout(COLUMN)
    across, down = 2 * ENOUGH * least_width / width, 2 * ENOUGH * least_height / height
    return replace(page, width=math.ceil(across) * page.width, height=math.ceil(down) * page.height)


def _layout(page: Page) -> tuple[float, float]:
    """Return the size in pixels at which drawings are laid out for a page."""
    width = page.layout_width(PRINT.font_px)
    return width, width * page.height / page.width


def share_limits(drawings: Sequence[object]) -> None:
    """Give drawings of the same quantity the same limits."""
    curves = [drawing for drawing in drawings if isinstance(drawing, LossDrawing)]
    surfaces = [drawing for drawing in drawings if isinstance(drawing, SurfaceDrawing)]
    for logarithmic in (True, False):
        _share_axes([drawing for drawing in curves if drawing.logarithmic == logarithmic])
        _share_levels(surfaces, logarithmic)


def _share_axes(drawings: Sequence[LossDrawing]) -> None:
    if len(drawings) > 1:
        lasts, lows, highs = zip(*(drawing.limits() for drawing in drawings), strict=True)
        for drawing in drawings:
            drawing.place(max(lasts), min(lows), max(highs))


def _share_levels(drawings: Sequence[SurfaceDrawing], logarithmic: bool) -> None:
    """Give those of the drawings that are logarithmic, or linear, the same levels."""
    alike = [
        (drawing, drawing.levels)
        for drawing in drawings
        if drawing.levels is not None and drawing.levels.logarithmic == logarithmic
    ]
    if len(alike) > 1:
        low, high = min(levels.low for _, levels in alike), max(levels.high for _, levels in alike)
        for drawing, _ in alike:
            drawing.show(replace(drawing.picture, levels=Levels(low, high, logarithmic)))


def columns(count: int, width: float, height: float, most: int | None = None) -> int:
    """Return in how many columns, at most so many, panels come nearest to their best shape."""

    def distance(across: int) -> float:
        down = math.ceil(count / across)
        # An empty place costs as much as a panel that is somewhat too wide or too high.
        empty = across * down - count
        return abs(math.log(width / across / (height / down) / BEST_ASPECT)) + 0.25 * empty

    return min(range(1, (most or count) + 1), key=distance)


class _Grid(pg.GraphicsWidget):
    """Figures of one size, row by row."""

    def __init__(self, figures: Sequence[Figure]):
        super().__init__()
        self._figures = figures
        for figure in figures:
            figure.setParentItem(self)

    def least_height(self, width: float) -> float:
        """Return the smallest height in which every plot has room at this width."""
        return min(self._height(across, width) for across in range(1, self._most(width) + 1))

    def _height(self, across: int, width: float) -> float:
        """Return the smallest height in so many columns."""
        signs = max(figure.signs_height(width / across) for figure in self._figures)
        return math.ceil(len(self._figures) / across) * (LEAST_HEIGHT + 2 * MARGIN + signs)

    def _most(self, width: float) -> int:
        """Return the largest number of columns in which every panel is wide enough."""
        return min(max(int(width / LEAST_WIDTH), 1), len(self._figures))

    def _across(self, width: float, height: float) -> int:
        """Return the number of columns: the best one, or another in which every plot has room."""
        most = self._most(width)
        best = columns(len(self._figures), width, height, most)
        fitting = [across for across in range(1, most + 1) if self._height(across, width) <= height]
        return best if best in fitting or not fitting else fitting[-1]

    def resizeEvent(self, event: QGraphicsSceneResizeEvent) -> None:
        super().resizeEvent(event)
        width, height = self.size().width(), self.size().height()
        across = self._across(width, height)
        wide, high = width / across, height / math.ceil(len(self._figures) / across)
        for index, figure in enumerate(self._figures):
            row, column = divmod(index, across)
            figure.setGeometry(QRectF(column * wide, row * high, wide, high))
