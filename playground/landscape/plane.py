"""A plane: a two-dimensional slice of parameter space, an origin and two directions."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from playground.arrays import Floats
from playground.engine.lengths import LEAST_SQUARE

PARALLEL = 1e-12
"""Smallest sine of the angle of two directions that span a plane: below it float64 cannot distinguish the
plane from a line."""


class PlaneError(ValueError):
    """No plane can be drawn. The message is one sentence: the reason and what to choose instead."""


class Window(NamedTuple):
    """The visible part of a plane, in the plane's coordinates."""

    a_min: float
    a_max: float
    b_min: float
    b_max: float


@dataclass(frozen=True, eq=False)
class Plane:
    """The points origin + a·u + b·v of parameter space.

    origin, u, v: (P,), finite; u and v need be neither orthogonal nor of unit length. Raises PlaneError where
    they span no plane.
    """

    origin: Floats
    u: Floats
    v: Floats
    _basis: Floats = field(init=False, repr=False)
    _to_coordinates: Floats = field(init=False, repr=False)
    _frame: Floats = field(init=False, repr=False)

    def __post_init__(self) -> None:
        for name in ("origin", "u", "v"):
            value = np.array(getattr(self, name), dtype=np.float64)
            if value.ndim != 1 or value.shape != np.shape(self.origin):
                raise PlaneError("The origin and both directions of a plane must be vectors of one length.")
            if not np.isfinite(value).all():
                raise PlaneError("A plane needs finite numbers; choose one through finite parameters.")
            _set(self, name, value)
        lengths = _length(np.stack([self.u, self.v]))
        if not lengths.all():
            raise PlaneError("A direction of this plane has no length; choose another plane.")
        # Directions are made of unit length first. A bad scale of u or v then cannot spoil the solve, only a
        # small angle between them can, and QR (unlike the normal equations) does not square that.
        basis, triangle = np.linalg.qr(np.column_stack([self.u / lengths[0], self.v / lengths[1]]))
        if basis.shape[1] < 2 or abs(triangle[1, 1]) < PARALLEL:
            raise PlaneError("The two directions of this plane are parallel; choose another plane.")
        _set(self, "_frame", np.stack([self.origin, self.u, self.v]))
        _set(self, "_basis", basis)
        _set(self, "_to_coordinates", np.linalg.inv(triangle) / lengths[:, None])

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Floats, Floats, Floats]]:
        # Arrays are writable after unpickling; the constructor makes them read-only again.
        return Plane, (self.origin, self.u, self.v)

    @property
    def size(self) -> int:
        """P, the number of parameters."""
        return self.origin.size

    def at(self, a: ArrayLike, b: ArrayLike) -> Floats:
        """Return the parameters at (a, b): (P,) for two numbers, (..., P) for arrays that broadcast."""
        a, b = np.broadcast_arrays(np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64))
        if a.ndim == 1:
            # One product instead of four passes: a surface needs thousands of points.
            return np.column_stack([np.ones_like(a), a, b]) @ self._frame
        return self.origin + a[..., None] * self.u + b[..., None] * self.v

    def project(self, theta: ArrayLike) -> tuple[Any, Any]:
        """Return the coordinates (a, b) of the point of the plane that is nearest to theta.

        theta (P,) gives two floats; (n, P) gives two arrays (n,). Weights of a run that has left the finite
        numbers, or nearly so, give coordinates that are not finite.
        """
        with np.errstate(over="ignore", invalid="ignore"):
            offset = np.asarray(theta, dtype=np.float64) - self.origin
            coordinates = (offset @ self._basis) @ self._to_coordinates.T
        if offset.ndim == 1:
            return float(coordinates[0]), float(coordinates[1])
        return coordinates[..., 0], coordinates[..., 1]

    def components(self, displacement: ArrayLike) -> tuple[float, float]:
        """Return the coordinates (a, b) of the part of a displacement (P,) that lies in the plane."""
        with np.errstate(over="ignore", invalid="ignore"):
            a, b = self._to_coordinates @ (np.asarray(displacement, dtype=np.float64) @ self._basis)
        return float(a), float(b)

    def share_within(self, displacement: Floats) -> float:
        """Return the share of the length of a displacement (P,) that lies in the plane; NaN of no length."""
        whole = float(_length(displacement))
        if not (whole > 0 and math.isfinite(whole)):
            return math.nan
        a, b = self.components(displacement)
        return min(float(_length(a * self.u + b * self.v)) / whole, 1.0)

    def distance(self, theta: ArrayLike) -> Any:
        """Return the distance of theta from the plane: a float for (P,), an array (n,) for (n, P)."""
        with np.errstate(over="ignore", invalid="ignore"):
            rest = np.asarray(theta, dtype=np.float64) - self.origin
            for _ in range(2):  # the second time removes what rounding left of the plane in the first
                rest = rest - (rest @ self._basis) @ self._basis.T
            distances = _length(rest)
        return float(distances) if rest.ndim == 1 else distances

    def place(self, thetas: Floats) -> tuple[Floats, Floats, Floats]:
        """Return coordinates a, b and distances (n,) of thetas (n, P), for drawing: five times as fast.

        The distances are exact to about 1e-7 of the distance of the points from the plane's origin.
        """
        with np.errstate(all="ignore"):
            offset = thetas - self.origin
            within = offset @ self._basis
            a, b = self._to_coordinates @ within.T
            squared = np.einsum("ij,ij->i", offset, offset)
            distances = np.sqrt(np.maximum(squared - np.einsum("ij,ij->i", within, within), 0.0))
        if not np.isfinite(squared).all():
            distances = self.distance(thetas)
        elif (odd := np.flatnonzero((squared < LEAST_SQUARE) & offset.any(axis=1))).size:
            distances[odd] = self.distance(thetas[odd])
        return a, b, distances


def _length(vectors: Floats) -> Floats:
    """Return Euclidean lengths along the last axis, without overflow or underflow of the squares."""
    # Always scaled, unlike engine.lengths: the last bit of a plane's directions must not change.
    largest = np.max(np.abs(vectors), axis=-1, keepdims=True, initial=0.0)
    scale = np.where(largest > 0, largest, 1.0)
    with np.errstate(over="ignore"):
        return np.asarray(np.linalg.norm(vectors / scale, axis=-1) * scale[..., 0])


def _set(plane: Plane, name: str, value: Floats) -> None:
    value.setflags(write=False)
    object.__setattr__(plane, name, value)
