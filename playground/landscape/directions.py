"""The ways to choose a plane, each with a sentence of what it shows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playground.engine.network import Network
from playground.landscape.plane import Plane, PlaneError, Window

Floats = NDArray[np.float64]

NORMALIZATIONS = ("filter", "layer", "none")

STRAIGHT = 1e-9
"""A path whose spread across is smaller than this, against the spread along it, is a straight line."""


@dataclass(frozen=True, eq=False)
class PlaneChoice:
    """A plane and what is to be said about it.

    variance_shares: of the path's variance, the parts that lie along u and along v, where the plane was
    fitted to a path. reach: half the side of the view that suits the directions' own scale; 0 where a path
    sets the scale.
    """

    kind: str
    plane: Plane
    sentence: str
    a_label: str
    b_label: str
    variance_shares: tuple[float, float] | None = None
    note: str = ""
    reach: float = 0.0


def path_plane(path: Floats, previous: Plane | None = None) -> PlaneChoice:
    """The plane of the two principal components of a path (n, P), centred on its mean.

    u and v are orthonormal. With a previous plane they are turned within the new plane to lie as close to
    the old directions as they can (orthogonal Procrustes; Schönemann 1966), so neither turns by more than
    the plane itself does. Raises PlaneError where the path has not moved.
    """
    plane, shares, note = _principal_plane(path, previous)
    sentence = f"{_numbers(plane.size)}, 2 directions shown: where this run has travelled."
    return PlaneChoice("path", plane, sentence, "along direction 1", "along direction 2", shares, note)


def rehearsal_plane(path: Floats) -> PlaneChoice:
    """The plane of a rehearsed path (n, P): the same run computed ahead. Raises PlaneError as path_plane."""
    plane, shares, note = _principal_plane(path, None)
    steps = len(path) - 1
    sentence = (
        f"{_numbers(plane.size)}, 2 directions shown: where this run travels in its first {steps} steps, "
        "computed ahead."
    )
    return PlaneChoice("rehearsal", plane, sentence, "along direction 1", "along direction 2", shares, note)


def random_plane(network: Network, theta: Floats, seed: int, normalization: str = "filter") -> PlaneChoice:
    """Two random directions through theta (P,).

    filter: the weights into each neuron scaled to the length of that neuron's weights, biases held (Li et
    al., Visualizing the Loss Landscape of Neural Nets, 2018); layer: the same for the weights of a layer;
    none: biases too, each direction of unit length. Raises PlaneError where the weights that set the scale
    leave no plane.
    """
    if normalization not in NORMALIZATIONS:
        raise ValueError(f"normalization must be one of {', '.join(NORMALIZATIONS)}, not {normalization!r}.")
    theta = np.asarray(theta, dtype=np.float64)
    draws = np.random.default_rng(seed).standard_normal((2, theta.size))
    directions = [_normalized(network, theta, draw, normalization) for draw in draws]
    if not directions[0].any():
        raise PlaneError(
            "All weights are zero, so directions of their own size have no length; "
            "choose the plane of the path or plain random directions."
        )
    try:
        plane = Plane(theta, *directions)
    except PlaneError:
        raise PlaneError(
            "So few weights leave no two random directions of their own size; "
            "choose two parameters or the plane of the path."
        ) from None
    scale, note = {
        "filter": (
            "in proportion to each neuron's weights",
            "One unit along an axis is as long, for each neuron, as its weights; biases are held.",
        ),
        "layer": (
            "in proportion to each layer's weights",
            "One unit along an axis is as long, for each layer, as its weights; biases are held.",
        ),
        "none": (
            "all parameters alike",
            "One unit along an axis is a distance of one; biases move too.",
        ),
    }[normalization]
    sentence = f"{_numbers(theta.size)}, 2 random directions shown: {scale}."
    reach = 1.0 if normalization != "none" else max(1.0, float(np.linalg.norm(theta)))
    return PlaneChoice(
        "random", plane, sentence, "random direction 1", "random direction 2", note=note, reach=reach
    )


def window_for(plane: Plane, path: Floats, margin: float = 0.35, reach: float = 0.0) -> Window:
    """The view that holds a path (n, P): its extent on the plane, and that share of it on every side.

    A path that spreads little in one direction still sees 0.6 of what it sees in the other, measured in
    parameter space: a valley is told by its walls. reach: the view goes at least that far to every side of
    the plane's origin; a path of one point needs it.
    """
    a, b = plane.project(np.atleast_2d(path))
    lengths = np.array([np.linalg.norm(plane.u), np.linalg.norm(plane.v)])
    low, high = np.array([a.min(), b.min()]), np.array([a.max(), b.max()])
    extent = (high - low) * lengths
    extent = np.maximum(extent, 0.6 * extent.max()) / lengths
    if not extent.any() and not reach:
        reach = 1.0
    middle = (low + high) / 2
    half = extent * (0.5 + margin)
    a_min, b_min = np.minimum(middle - half, -reach)
    a_max, b_max = np.maximum(middle + half, reach)
    return Window(float(a_min), float(a_max), float(b_min), float(b_max))


def widened(window: Window, a: Floats, b: Floats) -> Window:
    """The window, grown until it holds the points (a, b): (n,) each.

    It grows by half its first size at a time, so that it stays as it is while a path goes on within it, and
    by four times that size at most: a path thrown farther leaves the picture.
    """
    edges = []
    for low, high, values in ((window.a_min, window.a_max, a), (window.b_min, window.b_max, b)):
        piece = (high - low) / 2
        values = values[np.isfinite(values)]
        below = np.ceil((low - values.min(initial=low)) / piece)
        above = np.ceil((values.max(initial=high) - high) / piece)
        edges += [float(low - piece * min(below, 8)), float(high + piece * min(above, 8))]
    return Window(*edges)


def _normalized(network: Network, theta: Floats, direction: Floats, normalization: str) -> Floats:
    if normalization == "none":
        return direction / np.linalg.norm(direction)
    result = np.zeros_like(direction)
    for (W, _), (D, _), (R, _) in zip(
        network.unpack(theta), network.unpack(direction), network.unpack(result), strict=True
    ):
        axis = 1 if normalization == "filter" else None
        R[:] = D * (np.linalg.norm(W, axis=axis, keepdims=True) / np.linalg.norm(D, axis=axis, keepdims=True))
    return result


def _principal_plane(path: Floats, previous: Plane | None) -> tuple[Plane, tuple[float, float], str]:
    """The plane, the shares of variance along u and v, and a note where the path does not fill a plane."""
    path = np.asarray(path, dtype=np.float64)
    mean = path.mean(axis=0)
    centred = path - mean
    moved = np.abs(centred).max(initial=0.0)
    # A mean is rounded: what is left of equal points is no movement.
    if not moved > 4 * np.finfo(float).eps * np.abs(mean).max(initial=0.0):
        raise PlaneError("There is no path yet; take a few steps, or choose random directions.")
    if path.shape[1] < 2:
        raise PlaneError("One parameter spans no plane; choose another network.")
    note = ""
    spread, basis = _principal_components(centred / moved)
    if spread[1] <= STRAIGHT * spread[0]:
        basis = np.column_stack([basis[:, 0], _across(basis[:, 0], previous)])
        note = "The path is a straight line; the second direction is any one across it."
    basis = basis * _signs(centred @ basis) if previous is None else _aligned(basis, previous)
    variance = np.sum(np.square(centred / moved @ basis), axis=0)
    shares = variance / np.sum(np.square(centred / moved))
    return Plane(mean, basis[:, 0], basis[:, 1]), (float(shares[0]), float(shares[1])), note


def _principal_components(centred: Floats) -> tuple[Floats, Floats]:
    """The two largest singular values (2,) of (n, P) points, and their directions as columns (P, 2)."""
    n, size = centred.shape
    if size <= 4 * n:
        spread, directions = np.linalg.svd(centred, full_matrices=False)[1:]
    else:
        # The (n, n) Gram matrix is much smaller, but squaring costs half the digits: with its leading vectors
        # as a start, one more multiplication and the decomposition of a (P, k) matrix bring them back.
        leading = np.linalg.eigh(centred @ centred.T)[1][:, -min(n, 4) :]
        start = np.linalg.qr(centred.T @ leading)[0]
        _, spread, small = np.linalg.svd(centred @ start, full_matrices=False)
        directions = small @ start.T
    if len(spread) < 2:
        spread, directions = np.append(spread, 0.0), np.vstack([directions, directions])
    return spread[:2], directions[:2].T


def _signs(coordinates: Floats) -> Floats:
    """Signs that make first pictures alike: the path runs to the right and sags below its own two ends."""
    (first_a, first_b), (last_a, last_b) = coordinates[0], coordinates[-1]
    return np.array([1.0 if last_a >= first_a else -1.0, 1.0 if first_b + last_b >= 0 else -1.0])


def _aligned(basis: Floats, previous: Plane) -> Floats:
    """The orthonormal basis (P, 2) turned within its plane to lie as close to the previous one as it can.

    With BᵀA = L·S·R the best turn is L·R. It carries principal vectors of the one plane to those of the
    other, so no direction turns by more than the largest angle between the planes.
    """
    old, triangle = np.linalg.qr(np.column_stack([previous.u, previous.v]))
    old = old * np.where(np.diag(triangle) < 0, -1.0, 1.0)
    left, _, right = np.linalg.svd(basis.T @ old)
    return basis @ (left @ right)


def _across(along: Floats, previous: Plane | None) -> Floats:
    """A direction of unit length at a right angle to a given one: an old one where it serves."""
    candidates = [] if previous is None else [previous.v, previous.u]
    candidates.append(np.random.default_rng(0).standard_normal(along.size))
    for candidate in candidates:
        unit = candidate / np.linalg.norm(candidate)
        rest = unit - (unit @ along) * along
        if np.linalg.norm(rest) > 0.1:
            rest = rest - (rest @ along) * along
            return rest / np.linalg.norm(rest)
    rest = np.eye(along.size)[int(np.argmin(np.abs(along)))]
    rest = rest - (rest @ along) * along
    return rest / np.linalg.norm(rest)


def _numbers(count: int) -> str:
    return f"{count} numbers" if count != 1 else "1 number"
