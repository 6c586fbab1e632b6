"""The formulas as small pictures to choose from: the curve of one variable, the heights of two."""

from __future__ import annotations

from functools import cache

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from playground.drawing.kit.color_maps import colormap, packed
from playground.drawing.kit.theme import Theme
from playground.engine.formula import Formula
from playground.engine.formula_presets import FORMULA_PRESETS
from playground.ui.experiment.tile_chooser import Tile, TileChooser, picture_by

POINTS = 41
"""Of a picture, along each of its sides."""


class FormulaChooser(TileChooser):
    """One tile for each formula of the list, in three rows: the optimiser has its row below them."""

    columns, side = 5, 30

    def __init__(self, theme: Theme, parent: QWidget | None = None):
        tiles = [
            Tile(preset.name, preset.title, f"{preset.sentence} ({preset.source})")
            for preset in FORMULA_PRESETS.values()
        ]
        super().__init__("Formulas", tiles, picture_of, theme, parent)


@picture_by
def picture_of(painter: QPainter, name: str, theme: Theme, side: int) -> None:
    """Paint the landscape of a formula within its window."""
    heights = _heights(name)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    inside = QRectF(0.08 * side, 0.08 * side, 0.84 * side, 0.84 * side)
    if heights.ndim == 1:
        across = inside.left() + np.linspace(0.0, inside.width(), len(heights))
        down = inside.bottom() - heights * inside.height()
        painter.setPen(QPen(QColor(theme.text), max(1.0, 0.05 * side)))
        painter.drawPolyline(
            QPolygonF([QPointF(*at) for at in zip(across.tolist(), down.tolist(), strict=True)])
        )
    else:
        shape = QPainterPath()
        shape.addRoundedRect(inside, 0.1 * side, 0.1 * side)
        painter.setClipPath(shape)
        painter.drawImage(inside, _colored(heights, theme))


def _colored(heights: np.ndarray, theme: Theme) -> QImage:
    table = packed(colormap(theme.loss_colors))
    cells = table[np.rint(heights * (len(table) - 1)).astype(int)][::-1]
    pixels = np.ascontiguousarray(cells, dtype=np.uint32)
    rows, columns = pixels.shape
    # A copy: the image would look at an array that is gone.
    return QImage(pixels.data, columns, rows, 4 * columns, QImage.Format.Format_RGB32).copy()


@cache
def _heights(name: str) -> np.ndarray:
    """Return J over the window, from 0 to 1: (n,) for one variable, (n, n) for two, the second upwards.

    A height counts by its rank as much as by its value, so that a valley is seen beside a wall.
    """
    formula = FORMULA_PRESETS[name].formula
    axes = [np.linspace(low, high, POINTS) for low, high in formula.limits[:2]]
    points = np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, len(axes))
    values = Formula(formula).losses(points)
    values = (values - values.min()) / (values.max() - values.min())
    if len(axes) > 1:
        ranks = np.argsort(np.argsort(values)) / (values.size - 1)
        values = 0.5 * (values + ranks)
    heights: np.ndarray = values.reshape((POINTS,) * len(axes))
    return heights
