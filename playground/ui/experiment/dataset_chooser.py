"""The data sets as small pictures to choose from."""

from __future__ import annotations

from functools import cache

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QWidget

from playground.drawing.kit.theme import Theme, mix
from playground.engine.datasets import DATASET_INFO, RULE_TITLE, Samples, samples_of
from playground.experiment import RULE, DataSettings
from playground.ui.experiment.tile_chooser import Tile, TileChooser, picture_by

POINTS = 70
RULE_SENTENCE = "An expression of your own gives each point its class or value."


class DatasetChooser(TileChooser):
    """One tile for each data set, and one for a rule of the user's own."""

    def __init__(self, theme: Theme, parent: QWidget | None = None):
        tiles = [Tile(name, info.title, info.sentence) for name, info in DATASET_INFO.items()]
        tiles.append(Tile(RULE, RULE_TITLE, RULE_SENTENCE))
        super().__init__("Data", tiles, picture_of, theme, parent)


@picture_by
def picture_of(painter: QPainter, name: str, theme: Theme, side: int) -> None:
    """Paint a few points of a data set, drawn from it as any experiment draws them."""
    samples = _some_points(name)
    painter.setPen(Qt.PenStyle.NoPen)
    x, y, ink = _marks(samples, theme)
    low, high = np.array([x.min(), y.min()]), np.array([x.max(), y.max()])
    radius, margin = 0.036 * side, 0.12 * side
    share = (np.stack([x, y], axis=1) - low) / np.where(high > low, high - low, 1.0)
    for (across, up), color in zip(share.tolist(), ink, strict=True):
        center = QPointF(margin + across * (side - 2 * margin), side - margin - up * (side - 2 * margin))
        painter.setBrush(QColor(color))
        if color == theme.class0:
            painter.drawRect(QRectF(center.x() - radius, center.y() - radius, 2 * radius, 2 * radius))
        else:
            painter.drawEllipse(center, radius, radius)


@cache
def _some_points(name: str) -> Samples:
    settings = DataSettings(points=POINTS, noise=0.05, test_share=0.0)
    return samples_of(settings.with_dataset("dataset", name))


def _marks(samples: Samples, theme: Theme) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Return two coordinates and a colour for each point: that of its class, or of the sign of its value."""
    inputs, y = samples.X_train, samples.y_train[:, 0]
    if samples.classification:
        ink = [theme.class1 if value > 0.5 else theme.class0 for value in y]
        return inputs[:, 0], inputs[:, 1] if inputs.shape[1] > 1 else y, ink
    if inputs.shape[1] == 1:
        return inputs[:, 0], y, [theme.text] * len(y)
    size = np.abs(y).max() or 1.0
    ends = (theme.negative_weight, theme.positive_weight)
    ink = [mix(theme.card, ends[int(value > 0)], 0.2 + 0.8 * abs(value) / size) for value in y.tolist()]
    return inputs[:, 0], inputs[:, 1], ink
