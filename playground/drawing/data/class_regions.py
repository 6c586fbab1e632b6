"""The regions of three classes or more: the ground of each in its colour, and the lines between them."""

from __future__ import annotations

from functools import cache

import numpy as np

from playground.arrays import Array, Floats
from playground.drawing.kit.contours import contour_lines
from playground.drawing.kit.theme import Theme, channels

SHADES = 256
"""Of each class, from the card to its colour."""


@cache
def region_table(theme: Theme, classes: int) -> np.ndarray:
    """Return the grounds of so many classes, each from the card's colour on: (classes·SHADES + 1, 3) uint8.

    The last one is the card, for a place without a winner.
    """
    card = np.array(channels(theme.card), float)
    inks = np.array([channels(color) for color in theme.classes[:classes]], float)
    shares = np.linspace(0.0, theme.ground_strength, SHADES)[None, :, None]
    grounds = (card + shares * (inks[:, None, :] - card)).reshape(-1, 3)
    table: np.ndarray = np.rint(np.vstack([grounds, card])).astype(np.uint8)
    table.setflags(write=False)
    return table


def region_indices(winner: Array, strength: Floats, classes: int) -> Array:
    """Return the rows of region_table (m, n): the winner's colour, the fuller the stronger it is.

    winner, strength: as of a Boundary. A strength of 1/classes has the card's colour, one of 1 the fullest.
    """
    with np.errstate(invalid="ignore"):
        share = np.clip((strength - 1.0 / classes) / (1.0 - 1.0 / classes), 0.0, 1.0)
    share = np.where(winner < 0, 0.0, share)
    shade = np.rint(share * (SHADES - 1)).astype(np.intp)
    return np.where(winner < 0, classes * SHADES, winner * SHADES + shade)


def lines_between(x: Floats, y: Floats, outputs: Floats) -> tuple[np.ndarray, np.ndarray]:
    """Return the lines on which the two largest of outputs (k, m, n) are equal, with NaN between the lines.

    x (n,), y (m,): the places. Each line is returned once.
    """
    parts: list[np.ndarray] = []
    finite = np.where(np.isfinite(outputs), outputs, np.nan)
    winners = np.unique(finite.argmax(axis=0)[~np.isnan(finite).any(axis=0)]).tolist()
    for one in winners if len(winners) > 1 else ():
        lead = finite[one] - np.delete(finite, one, axis=0).max(axis=0)
        line = np.stack(contour_lines(x, y, lead, np.zeros(1)))
        if line.shape[1] < 2:
            continue
        # The line between two classes belongs to both; it is drawn with the lower one.
        middles = (line[:, :-1] + line[:, 1:]) / 2.0
        there = _values_at(x, y, finite, *np.nan_to_num(middles, nan=float(x[0])))
        there[one] = -np.inf
        kept = (there.argmax(axis=0) > one) & ~np.isnan(middles).any(axis=0)
        parts += _pieces(line, kept)
    if not parts:
        return np.empty(0), np.empty(0)
    joined = np.concatenate(parts[:-1], axis=1)
    return np.ascontiguousarray(joined[0]), np.ascontiguousarray(joined[1])


def _pieces(line: np.ndarray, kept: np.ndarray) -> list[np.ndarray]:
    """Return the runs of pieces of a line (2, n) that are kept (n − 1,), NaN after each."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], kept, [False]])))
    gap = np.full((2, 1), np.nan)
    runs = zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
    return [part for first, last in runs for part in (line[:, first : last + 1], gap)]


def _values_at(x: Floats, y: Floats, outputs: Floats, at_x: Floats, at_y: Floats) -> Floats:
    """Return outputs (k, m, n) at places (p,), (k, p), between the cells as they are joined by lines."""
    column, row = (at_x - x[0]) / (x[1] - x[0]), (at_y - y[0]) / (y[1] - y[0])
    left = np.clip(column.astype(np.intp), 0, len(x) - 2)
    low = np.clip(row.astype(np.intp), 0, len(y) - 2)
    across, up = column - left, row - low
    bottom = outputs[:, low, left] * (1 - across) + outputs[:, low, left + 1] * across
    top = outputs[:, low + 1, left] * (1 - across) + outputs[:, low + 1, left + 1] * across
    result: Floats = bottom * (1 - up) + top * up
    return result
