"""The camera of a height field: perspective projection of points in space to pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QRectF

LOWEST, HIGHEST = 3.0, 90.0
SMALLEST, LARGEST = 0.5, 6.0
EYE_DISTANCE = 7.0
"""Distance of the eye from the middle of the box, whose floor is two wide: a mild perspective."""
CENTRE = np.array([0.0, 0.0, 0.16])
ROOM = (4.0, 3.0)
"""Length of the box's space that is visible across and down at zoom 1."""


@dataclass(frozen=True)
class Camera:
    """azimuth: degrees around the vertical axis, -90 looks along b; elevation: degrees above the floor."""

    azimuth: float = -62.0
    elevation: float = 34.0
    zoom: float = 1.0

    def turned(self, azimuth: float, elevation: float) -> Camera:
        """Return the camera turned by this many degrees, never below the floor and never over the top."""
        around = (self.azimuth + azimuth + 180.0) % 360.0 - 180.0
        up = min(max(self.elevation + elevation, LOWEST), HIGHEST)
        return replace(self, azimuth=around, elevation=up)

    def zoomed(self, factor: float) -> Camera:
        return replace(self, zoom=min(max(self.zoom * factor, SMALLEST), LARGEST))

    def axes(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return unit vectors (3,): to the right of the picture, up in it, and towards the eye."""
        around, up = math.radians(self.azimuth), math.radians(self.elevation)
        towards = np.array([math.cos(up) * math.cos(around), math.cos(up) * math.sin(around), math.sin(up)])
        right = np.array([-math.sin(around), math.cos(around), 0.0])
        return right, np.cross(towards, right), towards

    def eye(self) -> np.ndarray:
        """Return the place of the eye (3,)."""
        return CENTRE + EYE_DISTANCE * self.axes()[2]

    def scale(self, rect: QRectF) -> float:
        """Return the pixels per unit of space, at the distance of the box's middle."""
        return self.zoom * min(rect.width() / ROOM[0], rect.height() / ROOM[1])

    def project(self, points: np.ndarray, rect: QRectF) -> tuple[np.ndarray, np.ndarray]:
        """Return points (..., 3) as pixels (..., 2) of a rectangle, and their distances (...,).

        Distances are measured along the view.
        """
        right, up, towards = self.axes()
        from_middle = points - CENTRE
        distance = EYE_DISTANCE - from_middle @ towards
        enlarged = self.scale(rect) * EYE_DISTANCE / distance
        x = rect.center().x() + enlarged * (from_middle @ right)
        y = rect.center().y() - enlarged * (from_middle @ up)
        return np.stack([x, y], axis=-1), distance

    def line_of_sight(self, x: float, y: float, rect: QRectF, along: np.ndarray) -> np.ndarray:
        """Return points (n, 3) on the line of sight of a pixel; along: 0 at the eye, 1 at the middle."""
        right, up, _ = self.axes()
        scale = self.scale(rect)
        across, above = (x - rect.center().x()) / scale, (rect.center().y() - y) / scale
        eye = self.eye()
        result: np.ndarray = eye + along[:, None] * (CENTRE + across * right + above * up - eye)
        return result
