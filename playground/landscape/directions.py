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
    fitted to a path.
    """

    kind: str
    plane: Plane
    sentence: str
    a_label: str
    b_label: str
    variance_shares: tuple[float, float] | None = None
    note: str = ""


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
    u, v = np.random.default_rng(seed).standard_normal((2, theta.size))
    directions = [_normalized(network, theta, direction, normalization) for direction in (u, v)]
    try:
        plane = Plane(theta, *directions)
    except PlaneError:
        raise PlaneError(
            "The weights leave no two random directions of their own scale here "
            "(too few, or zero); choose the plane of the path or two parameters."
        ) from None
    described, note = {
        "filter": (
            "each neuron's weights moved in proportion to their length",
            "Biases are held; a unit along an axis moves each neuron's weights by their own length.",
        ),
        "layer": (
            "each layer's weights moved in proportion to their length",
            "Biases are held; a unit along an axis moves each layer's weights by their own length.",
        ),
        "none": (
            "all parameters moved alike",
            "Biases move too; a unit along an axis is a distance of one.",
        ),
    }[normalization]
    sentence = f"{_numbers(theta.size)}, 2 random directions shown: {described}."
    return PlaneChoice("random", plane, sentence, "random direction 1", "random direction 2", None, note)


def window_for(plane: Plane, path: Floats, margin: float = 0.35) -> Window:
    """The view that holds a path (n, P): its extent on the plane, and that share of it on every side.

    A path that hardly spreads in one direction still gets a view a third as wide as in the other; one that
    does not move at all gets one unit to every side.
    """
    a, b = plane.project(np.atleast_2d(path))
    low = np.array([a.min(), b.min()])
    high = np.array([a.max(), b.max()])
    lengths = np.array([np.linalg.norm(plane.u), np.linalg.norm(plane.v)])
    extent = (high - low) * lengths
    extent = np.maximum(extent, extent.max() / 3)
    if not extent.max() > 0:
        extent = 2 * lengths
        margin = 0.0
    half = extent / lengths * (0.5 + margin)
    middle = (low + high) / 2
    return Window(
        float(middle[0] - half[0]),
        float(middle[0] + half[0]),
        float(middle[1] - half[1]),
        float(middle[1] + half[1]),
    )


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
    path = np.asarray(path, dtype=np.float64)
    mean = path.mean(axis=0)
    centred = path - mean
    total = float(np.sum(centred**2))
    if len(path) < 2 or not total > 0:
        raise PlaneError("There is no path yet; take a few steps, or choose random directions.")
    if path.shape[1] < 2:
        raise PlaneError("One parameter spans no plane; choose another network.")
    spread, components = np.linalg.svd(centred, full_matrices=False)[1:]
    note = ""
    if len(spread) < 2 or spread[1] < STRAIGHT * spread[0]:
        components = np.stack([components[0], _across(components[0], previous)])
        note = "The path is a straight line: the direction across it is a random one."
    basis = components[:2].T
    basis = basis * _signs(centred @ basis) if previous is None else _aligned(basis, previous)
    shares = np.sum((centred @ basis) ** 2, axis=0) / total
    return Plane(mean, basis[:, 0], basis[:, 1]), (float(shares[0]), float(shares[1])), note


def _signs(coordinates: Floats) -> Floats:
    """Signs that make a first picture read alike: the path runs to the right and sags like a ball's."""
    a, b = coordinates.T
    return np.array([1.0 if a[-1] >= a[0] else -1.0, 1.0 if -b.min() >= b.max() else -1.0])


def _aligned(basis: Floats, previous: Plane) -> Floats:
    old = np.linalg.qr(np.column_stack([previous.u, previous.v]))
    old_basis = old[0] * np.where(np.diag(old[1]) < 0, -1.0, 1.0)
    left, _, right = np.linalg.svd(basis.T @ old_basis)
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
