"""A surface as a height field in a box: heights in the scale of the colours, and hidden points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.drawing.kit.color_maps import COLORS
from playground.drawing.kit.levels import Levels
from playground.drawing.surface.camera import Camera
from playground.landscape.surface import Surface

HEIGHT = 0.95
"""Height of the box, whose floor extends from −1 to 1 both ways."""
LIFT = 0.004
"""Height of a path above the surface: the facets of a coarser mesh would hide a lower one."""
LOOKS = 28
"""Number of places between a point and the eye at which the surface may hide it."""


@dataclass(frozen=True, eq=False)
class HeightField:
    """The grid of a surface in the box.

    x (nx,), y (ny,): from −1 to 1; z (ny, nx): from 0 at the lowest level to HEIGHT at the highest, NaN
    where the loss is not finite; levels: of colours and heights alike.
    """

    surface: Surface
    levels: Levels
    x: np.ndarray
    y: np.ndarray
    z: np.ndarray

    @classmethod
    def of(cls, surface: Surface, levels: Levels, most: int = 51) -> HeightField:
        """Return the field of at most `most` of the grid's points each way.

        The points are evenly taken, the outermost included.
        """
        rows, columns = (thinned(count, most) for count in surface.values.shape)
        z = heights(surface.values[np.ix_(rows, columns)], levels)
        x, y = unit(surface.a[columns], surface.a), unit(surface.b[rows], surface.b)
        return cls(surface, levels, x, y, z)

    def place(self, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        """Return coordinates (n,) of the plane as points (n, 3) on the field.

        NaN outside and over missing cells.
        """
        x, y = unit(np.asarray(a, float), self.surface.a), unit(np.asarray(b, float), self.surface.b)
        return np.stack([x, y, self.height(x, y)], axis=-1)

    def height(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Return z between the points of the grid (bilinear); NaN outside it and beside missing values."""
        outside = (np.abs(x) > 1 + 1e-9) | (np.abs(y) > 1 + 1e-9) | ~np.isfinite(x) | ~np.isfinite(y)
        # Far outside the products would overflow.
        column, across = _between(self.x, np.where(outside, 0.0, x))
        row, along = _between(self.y, np.where(outside, 0.0, y))
        z = self.z
        low = z[row, column] * (1 - across) + z[row, column + 1] * across
        high = z[row + 1, column] * (1 - across) + z[row + 1, column + 1] * across
        return np.where(outside, np.nan, low * (1 - along) + high * along)

    def quads(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the cells between four finite points.

        Corners (n, 4, 3), rows of the colour table (n,), and the place (n, 2) of each in the grid, row and
        column.
        """
        x, y = np.meshgrid(self.x, self.y)
        points = np.stack([x, y, self.z], axis=-1)
        corners = np.stack([points[:-1, :-1], points[:-1, 1:], points[1:, 1:], points[1:, :-1]], axis=2)
        finite = np.isfinite(corners[..., 2]).all(axis=-1)
        corners = corners[finite]
        share = corners[..., 2].mean(axis=-1) / HEIGHT
        colors = np.clip(share * COLORS, 0, COLORS - 1).astype(np.intp)
        return corners, colors, np.argwhere(finite)

    def seen(self, points: np.ndarray, camera: Camera) -> np.ndarray:
        """Return which points (n, 3) the field does not hide from the eye: (n,)."""
        if not len(points):
            return np.ones(0, bool)
        towards = camera.eye() - points
        # The line leaves the box over its top or through its side, whichever comes first.
        with np.errstate(divide="ignore", invalid="ignore"):
            sides = (np.sign(towards[:, :2]) - points[:, :2]) / towards[:, :2]
            top = (HEIGHT - points[:, 2]) / towards[:, 2]
        reach = np.nanmin(np.column_stack([np.where(sides > 0, sides, np.inf), top]), axis=1)
        reach = np.clip(np.nan_to_num(reach, nan=0.0, posinf=0.0), 0.0, 1.0)
        # Steps grow with the distance from the point: near it the field is close, and half a cell is skipped.
        steps = np.linspace(0.0, 1.0, LOOKS + 1)[1:] ** 1.5
        at = points[:, None, :] + (steps[None, :, None] * reach[:, None, None]) * towards[:, None, :]
        with np.errstate(invalid="ignore"):
            above = self.height(at[..., 0], at[..., 1]) - at[..., 2]
            result: np.ndarray = ~(above > 2 * LIFT).any(axis=1)
            return result


def heights(values: np.ndarray, levels: Levels) -> np.ndarray:
    """Return losses as heights, clamped to floor and top of the box; NaN where they are not finite."""
    low, high = levels.transform(np.array([levels.low, levels.high]))
    with np.errstate(invalid="ignore"):
        share = np.clip((levels.transform(np.asarray(values)) - low) / (high - low), 0.0, 1.0)
    return np.where(np.isfinite(values), share * HEIGHT, np.nan)


def thinned(count: int, most: int) -> np.ndarray:
    """Return indices of at most `most` of `count`, evenly taken, first and last among them."""
    if count <= most:
        return np.arange(count)
    return np.unique(np.linspace(0, count - 1, most).round().astype(int))


def unit(values: np.ndarray, axis: np.ndarray) -> np.ndarray:
    """Return coordinates along an ascending axis, scaled to −1..1."""
    # Half of each, so that the largest numbers do not overflow; what lies too far out is infinite.
    low, high = 0.5 * axis[0], 0.5 * axis[-1]
    with np.errstate(over="ignore"):
        result: np.ndarray = (values - (low + high)) / (high - low)
    return result


def _between(grid: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the interval of an ascending grid that each value lies in, and its place within it, 0 to 1."""
    index = np.clip(np.searchsorted(grid, np.nan_to_num(values), side="right") - 1, 0, len(grid) - 2)
    return index, (values - grid[index]) / (grid[index + 1] - grid[index])
