"""Colour tables: the loss in viridis or cividis, and a diverging table between the two classes.

Both loss tables are perceptually even (Nuñez, Anderton, Renslow 2018 for cividis); they come with pyqtgraph.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QColor

from playground.drawing.kit.theme import LOSS_COLORMAPS, Theme, channels

COLORS = 1024
"""Entries of every table: finer than eight bits a channel, so that no band of one colour is seen."""


@cache
def colormap(name: str) -> np.ndarray:
    """Return the table of a loss colour map: (COLORS, 3) uint8, from dark (low) to bright (high)."""
    if name not in LOSS_COLORMAPS:
        raise ValueError(f"{name!r} is not one of {', '.join(LOSS_COLORMAPS)}")
    table = np.ascontiguousarray(pg.colormap.get(name).getLookupTable(nPts=COLORS, alpha=False)[:, :3])
    table.setflags(write=False)
    return table


def loss_color(table: np.ndarray, share: float) -> QColor:
    """Return the colour of a table at `share` of its range; outside 0 to 1, that of its ends."""
    index = int(np.clip(share, 0.0, 1.0) * (len(table) - 1) + 0.5)
    return QColor(*(int(channel) for channel in table[index]))


def packed(table: np.ndarray) -> np.ndarray:
    """Return a table as pixels of a QImage in Format_RGB32: (n,) uint32."""
    colors = table.astype(np.uint32)
    return 0xFF000000 | colors[:, 0] << 16 | colors[:, 1] << 8 | colors[:, 2]


@cache
def class_table(theme: Theme) -> np.ndarray:
    """Return colours from class 0 (orange) over the card's own to class 1 (blue): (COLORS, 3) uint8.

    Indexed by a predicted probability of class 1, or by a value from its lowest to its highest.
    """
    return _diverging(theme, theme.class0, theme.class1, theme.ground_strength)


@cache
def value_table(theme: Theme) -> np.ndarray:
    """Return colours from negative over zero (the card) to positive, those of signs: (COLORS, 3) uint8."""
    return _diverging(theme, theme.negative_weight, theme.positive_weight, 0.85)


def _diverging(theme: Theme, first: str, last: str, strength: float) -> np.ndarray:
    card = np.array(channels(theme.card), float)
    share = np.abs(np.linspace(-1.0, 1.0, COLORS))[:, None] * strength
    ends = np.repeat(np.array([channels(first), channels(last)], float), COLORS // 2, axis=0)
    table = np.rint(card + share * (ends - card)).astype(np.uint8)
    table.setflags(write=False)
    result: np.ndarray = table
    return result
