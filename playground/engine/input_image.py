"""Inputs that are the pixels of an image: recognised by their names, and drawn by hand.

The digits of the table that comes with the program were written by hand, scaled to fill a bitmap of 32×32,
and each of their 8×8 pixels counts the dots of a block of 4×4 (E. Alpaydin and C. Kaynak 1998, Optical
Recognition of Handwritten Digits, doi:10.24432/C50P49). A drawing is made into pixels in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from playground.arrays import Floats

PIXEL = re.compile(r"r(\d+)c(\d+)")
"""The name of the input in this row and column, from 1."""
DOTS = 4
"""Dots of the bitmap along each side of a pixel."""
PEN = 1.9
"""Radius of the pen, in dots."""
GRAIN = 0.25
"""Dots: of places of a stroke that are nearer to each other one is as good as all."""
AIR = 1.0
"""Dots between the ink and the edges of the bitmap that it fills."""


def image_shape(names: Sequence[str]) -> tuple[int, int] | None:
    """Return rows and columns where the names are those of all pixels, row by row: r1c1, r1c2, …; else None.

    An image has at least two rows and two columns.
    """
    found = [PIXEL.fullmatch(name) for name in names]
    places = [(int(match[1]), int(match[2])) for match in found if match is not None]
    if not places or len(places) != len(names):
        return None
    rows, columns = places[-1]
    # A name may tell of millions of rows: their places are counted before they are written down.
    if rows * columns != len(places):
        return None
    whole = [(row, column) for row in range(1, rows + 1) for column in range(1, columns + 1)]
    return (rows, columns) if places == whole and min(rows, columns) > 1 else None


def drawn_image(strokes: Sequence[Floats], shape: tuple[int, int]) -> Floats:
    """Return the ink in each pixel (rows·columns,), 0 to 1, of strokes drawn by hand.

    strokes: each (n, 2), x to the right and y downwards, in any unit: the drawing is moved and scaled, as
    high as wide, so that it fills the image. No strokes are a white image.
    """
    rows, columns = shape
    bitmap = np.zeros((rows * DOTS, columns * DOTS), dtype=bool)
    if not any(len(stroke) for stroke in strokes):
        return np.zeros(rows * columns)
    points = np.concatenate([stroke for stroke in strokes if len(stroke)])
    low, high = points.min(axis=0), points.max(axis=0)
    room = np.array(bitmap.shape[::-1]) - 2.0 * (PEN + AIR)
    scale = float(np.min(room / np.maximum(high - low, 1e-9 + 0.05 * float((high - low).max()))))
    middle, centre = (low + high) / 2.0, np.array(bitmap.shape[::-1]) / 2.0
    y, x = (np.indices(bitmap.shape, dtype=np.float64) + 0.5).reshape(2, -1)
    for stroke in strokes:
        placed = (np.asarray(stroke, dtype=np.float64) - middle) * scale + centre
        for start, end in _pieces(placed):
            bitmap |= (_distance(x, y, start, end) <= PEN).reshape(bitmap.shape)
    blocks = bitmap.reshape(rows, DOTS, columns, DOTS)
    result: Floats = blocks.mean(axis=(1, 3)).ravel()
    return result


def _pieces(placed: Floats) -> Floats:
    """Return the straight pieces (k, 2, 2) of a stroke (n, 2), in dots; equal ones once.

    A pad tells of each pixel of its own, of which there are many to a dot, and a stroke may go over the same
    places again and again: its cost follows the ink, not the time that it was drawn for.
    """
    grains = np.rint(placed / GRAIN)
    new = np.append(True, (np.diff(grains, axis=0) != 0).any(axis=1)) if len(grains) else np.empty(0, bool)
    kept = grains[new]
    ends = kept[1:] if len(kept) > 1 else kept
    pieces = np.stack([kept[: len(ends)], ends], axis=1)
    result: Floats = GRAIN * np.unique(pieces, axis=0)
    return result


def _distance(x: Floats, y: Floats, start: Floats, end: Floats) -> Floats:
    """Return the distance of points from a line between two places."""
    along = end - start
    length = float(along @ along)
    share = np.zeros_like(x)
    if length > 0.0:
        share = np.clip(((x - start[0]) * along[0] + (y - start[1]) * along[1]) / length, 0.0, 1.0)
    distance: Floats = np.hypot(x - start[0] - share * along[0], y - start[1] - share * along[1])
    return distance
