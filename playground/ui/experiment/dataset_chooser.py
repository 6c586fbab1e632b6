"""The data sets as small pictures to choose from."""

from __future__ import annotations

from functools import cache

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QTransform
from PySide6.QtWidgets import QWidget

from playground.drawing.images.image_sheet import SmallImage, pixel_colors
from playground.drawing.kit.class_marks import CLASS_SHAPES, mark_path
from playground.drawing.kit.theme import Theme, mix
from playground.engine.datasets import DATASET_INFO, RULE_TITLE, samples_of
from playground.experiment import RULE, DataSettings
from playground.known_tables import name_at_hand
from playground.tables.at_hand import TABLES_AT_HAND
from playground.ui.experiment.tile_chooser import Tile, TileChooser, picture_by

POINTS = 70
RULE_SENTENCE = "An expression of your own gives each point its class or value."


AT_HAND = "at hand: "
"""Before the name of a table that comes with the program, in the name of its tile."""


class DatasetChooser(TileChooser):
    """One tile for each data set, each table that comes with the program, and a rule of the user's own."""

    columns, side = 6, 28
    table_chosen = Signal(str)
    """The name of a table at hand; chosen tells of the generated sets."""
    generated_chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None):
        tiles = [Tile(name, info.title, info.sentence) for name, info in DATASET_INFO.items()]
        tiles += [
            Tile(
                f"{AT_HAND}{name}",
                entry.title,
                f"{entry.sentence} Source: {entry.source}. Licence: {entry.licence}.",
            )
            for name, entry in TABLES_AT_HAND.items()
        ]
        tiles.append(Tile(RULE, RULE_TITLE, RULE_SENTENCE))
        super().__init__("Data", tiles, picture_of, theme, parent)
        self.chosen.connect(self._sort)

    def show_data(self, data: DataSettings) -> None:
        """Show which tile is in use; none for a table of the user's own."""
        if data.table is None:
            self.set_value(data.dataset)
        else:
            name = name_at_hand(data.table)
            self.set_value(None if name is None else f"{AT_HAND}{name}")

    def _sort(self, name: str) -> None:
        if name.startswith(AT_HAND):
            self.table_chosen.emit(name.removeprefix(AT_HAND))
        else:
            self.generated_chosen.emit(name)


@picture_by
def picture_of(painter: QPainter, name: str, theme: Theme, side: int) -> None:
    """Paint a few points of a data set, drawn from it as any experiment draws them."""
    images = _images(name)
    if images is not None:
        # Two by two: a sheet leaves images out where they are as small as here.
        margin, gap = 0.08 * side, 1.0
        cell = (side - 2 * margin - gap) / 2
        for index, image in enumerate(images[:4]):
            pixels = np.ascontiguousarray(pixel_colors(image, theme).astype(np.uint8))
            rows, columns = pixels.shape[:2]
            left, top = (margin + place * (cell + gap) for place in (index % 2, index // 2))
            made = QImage(pixels.data, columns, rows, 3 * columns, QImage.Format.Format_RGB888)
            painter.drawImage(QRectF(left, top, cell, cell), made)
        return
    painter.setPen(Qt.PenStyle.NoPen)
    x, y, ink = _marks(*_some_points(name), theme)
    low, high = np.array([x.min(), y.min()]), np.array([x.max(), y.max()])
    radius, margin = 0.036 * side, 0.12 * side
    share = (np.stack([x, y], axis=1) - low) / np.where(high > low, high - low, 1.0)
    shapes = dict(zip(theme.classes, CLASS_SHAPES, strict=True))
    for (across, up), color in zip(share.tolist(), ink, strict=True):
        center = QPointF(margin + across * (side - 2 * margin), side - margin - up * (side - 2 * margin))
        painter.setBrush(QColor(color))
        shape = shapes.get(color, "circle")
        if shape == "square":
            painter.drawRect(QRectF(center.x() - radius, center.y() - radius, 2 * radius, 2 * radius))
        elif shape == "circle":
            painter.drawEllipse(center, radius, radius)
        else:
            size = 1.2 * radius
            painter.drawPath(QTransform(size, 0.0, 0.0, size, center.x(), center.y()).map(mark_path(shape)))


@cache
def _images(name: str) -> list[SmallImage] | None:
    """Return four images of a table whose inputs are their pixels; None for another data set."""
    entry = TABLES_AT_HAND.get(name.removeprefix(AT_HAND)) if name.startswith(AT_HAND) else None
    if entry is None or entry.pictured:
        return None
    pixels = entry.some_rows(4)
    side = round(pixels.shape[1] ** 0.5)
    return [SmallImage(row.reshape(side, side) / pixels.max()) for row in pixels]


@cache
def _some_points(name: str) -> tuple[np.ndarray, np.ndarray, bool]:
    """Return inputs (n, d) and targets (n,) of a few points, and whether they are classes."""
    if name.startswith(AT_HAND):
        return TABLES_AT_HAND[name.removeprefix(AT_HAND)].some_points(POINTS)
    settings = DataSettings(points=POINTS, noise=0.05, test_share=0.0)
    samples = samples_of(settings.with_dataset("dataset", name))
    y = samples.labels(samples.y_train) if samples.classification else samples.y_train[:, 0]
    return samples.X_train, y, samples.classification


def _marks(
    inputs: np.ndarray, y: np.ndarray, classification: bool, theme: Theme
) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Return two coordinates and a colour for each point: that of its class, or of the sign of its value."""
    if classification:
        ink = [theme.classes[int(value)] for value in y]
        return inputs[:, 0], inputs[:, 1] if inputs.shape[1] > 1 else y, ink
    if inputs.shape[1] == 1:
        return inputs[:, 0], y, [theme.text] * len(y)
    # The values of a table have no sign that means anything.
    values = y - y.mean() if y.min() > 0 else y
    size = np.abs(values).max() or 1.0
    ends = (theme.negative_weight, theme.positive_weight)
    ink = [mix(theme.card, ends[int(value > 0)], 0.2 + 0.8 * abs(value) / size) for value in values.tolist()]
    return inputs[:, 0], inputs[:, 1], ink
