"""A stroke on the data view from press to release: which points it adds, moves and removes.

Everything is in the numbers of the plot: over two inputs these, with one input the input and its target.
Radii are in pixels, of the size (width, height) that a pixel has in these numbers.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.engine.painted_points import parts_of
from playground.experiment_table import MAX_ROWS, TableSettings

BRUSH, POINT, ERASER = "brush", "point", "eraser"
GRAB = 7.0
"""Pixels around a point within which it is taken hold of."""
BETWEEN = 0.7
"""Distance between two dabs of a brush, as a share of its radius."""
DAB = {6: 1, 14: 2, 28: 4}
"""The sizes of the brush, radii in pixels, each with the points of one dab."""
GOLDEN_ANGLE, GOLDEN_SHARE = math.pi * (3.0 - math.sqrt(5.0)), (math.sqrt(5.0) - 1.0) / 2.0

Pixel = tuple[float, float]


class StrokeInHand:
    """A stroke with one tool on the points of a table to edit.

    target: that of the points that are added, where the plot is of two inputs. tests: whether test points are
    shown, and so can be touched.
    """

    def __init__(self, table: TableSettings, tool: str, target: float, radius: int, tests: bool = True):
        self._places = table.rows[:, :2]
        self._two = table.n_inputs == 2
        self._tool, self._target, self._radius = tool, target, radius
        self._touchable = np.ones(table.n_rows, dtype=bool) if tests else ~parts_of(table)
        self._rows = table.rows
        self._added: list[list[float]] = []
        self._removed: dict[int, None] = {}
        self._held: int | None = None
        self._moved: tuple[float, float] | None = None
        self._dabs = 0
        self._last: tuple[float, float] | None = None
        self.is_full = False
        """Whether some points were not added: there are as many as a table can have."""

    def press(self, x: float, y: float, pixel: Pixel) -> None:
        """Begin: paint, erase or take hold of a point there."""
        if self._tool == POINT:
            self._held = self.nearest(x, y, pixel)
            if self._held is None:
                self._add(x, y, pixel)
            return
        self._dab(x, y, pixel)

    def move(self, x: float, y: float, pixel: Pixel) -> None:
        """Go on to a place: a brush leaves dabs on the way, a point that is held goes along."""
        if self._tool == POINT:
            if self._held is not None:
                self._moved = _rounded(x, pixel[0]), _rounded(y, pixel[1])
            return
        last = self._last or (x, y)
        across, up = (x - last[0]) / pixel[0], (y - last[1]) / pixel[1]
        dabs = int(math.hypot(across, up) / (BETWEEN * self._radius))
        for dab in range(1, dabs + 1):
            share = dab / dabs
            self._dab(last[0] + share * (x - last[0]), last[1] + share * (y - last[1]), pixel)

    def value(self) -> dict[str, Any] | None:
        """Return the change of "data.table" so far; None where it changes nothing."""
        moved: list[Any] = []
        if self._held is not None and self._moved is not None:
            row = self._rows[self._held].tolist()
            row[:2] = self._moved
            if row != self._rows[self._held].tolist():
                moved = [[self._held, row]]
        if not (self._added or self._removed or moved):
            return None
        return {"added": self._added[:], "removed": sorted(self._removed), "moved": moved}

    def nearest(self, x: float, y: float, pixel: Pixel) -> int | None:
        """Return the row of the nearest point within GRAB pixels; None where there is none."""
        if not self._touchable.any():
            return None
        distances = np.where(self._touchable, self._distances(x, y, pixel), np.inf)
        row = int(np.argmin(distances))
        return row if distances[row] <= GRAB else None

    def erase_at(self, x: float, y: float, pixel: Pixel) -> None:
        """Remove the one point that is there, if there is one."""
        if (row := self.nearest(x, y, pixel)) is not None:
            self._removed[row] = None

    def add_at(self, x: float, y: float, pixel: Pixel) -> None:
        """Add one point."""
        self._add(x, y, pixel)

    def _dab(self, x: float, y: float, pixel: Pixel) -> None:
        self._last = x, y
        if self._tool == ERASER:
            near = self._touchable & (self._distances(x, y, pixel) <= self._radius)
            self._removed.update(dict.fromkeys(np.flatnonzero(near).tolist()))
            return
        for _ in range(DAB.get(self._radius, 1)):
            # Spread evenly over the disc of the brush, and the same in every run of a test.
            self._dabs += 1
            distance = self._radius * math.sqrt(self._dabs * GOLDEN_SHARE % 1.0)
            angle = self._dabs * GOLDEN_ANGLE
            across, up = distance * math.cos(angle), distance * math.sin(angle)
            self._add(x + across * pixel[0], y + up * pixel[1], pixel)

    def _add(self, x: float, y: float, pixel: Pixel) -> None:
        self.is_full = self.is_full or len(self._rows) + len(self._added) >= MAX_ROWS
        if not self.is_full:
            place = [_rounded(x, pixel[0]), _rounded(y, pixel[1])]
            self._added.append([*place, self._target] if self._two else place)

    def _distances(self, x: float, y: float, pixel: Pixel) -> NDArray[np.float64]:
        """Return the distances of all points from a place, in pixels."""
        across, up = (self._places[:, 0] - x) / pixel[0], (self._places[:, 1] - y) / pixel[1]
        distances: NDArray[np.float64] = np.hypot(across, up)
        return distances


def _rounded(number: float, pixel: float) -> float:
    """Return a number in as many decimals as a tenth of a pixel has."""
    decimals = 1 - math.floor(math.log10(pixel)) if pixel > 0.0 else 0
    return round(number, max(min(decimals, 300), -300))
