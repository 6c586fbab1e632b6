"""Principal components of a path, and the alignment of the axes of two planes."""

from __future__ import annotations

import numpy as np

from playground.arrays import Floats
from playground.landscape.plane import Plane

TOLD_APART = 1e-4
"""Ratio of the second singular value to the first, above which a squared matrix separates the two well
enough. Below it all singular values are computed, unless there are many more parameters than points."""


def principal_components(centred: Floats) -> tuple[Floats, Floats]:
    """Return the two largest singular values (2,) of (n, P) points, and their directions as columns."""
    n, size = centred.shape
    spread, directions = _by_gram_matrix(centred)
    if size <= 4 * n and not (len(spread) > 1 and spread[1] > TOLD_APART * spread[0]):
        spread, directions = np.linalg.svd(centred, full_matrices=False)[1:]
    if len(spread) < 2:
        spread, directions = np.append(spread, 0.0), np.vstack([directions, directions])
    return spread[:2], directions[:2].T


def _by_gram_matrix(centred: Floats) -> tuple[Floats, Floats]:
    """Return the few largest singular values and, as rows, their directions.

    For a long path this takes a third of the time of a full decomposition. The Gram matrix is small, but
    squaring costs half the digits. One more multiplication with its leading vectors and the decomposition of
    a (P, k) matrix bring them back.
    """
    n, size = centred.shape
    gram = centred.T @ centred if size <= n else centred @ centred.T
    leading = np.linalg.eigh(gram)[1][:, -min(n, size, 4) :]
    start = np.linalg.qr(centred.T @ (centred @ leading if size <= n else leading))[0]
    _, spread, small = np.linalg.svd(centred @ start, full_matrices=False)
    return spread, small @ start.T


def first_signs(coordinates: Floats) -> Floats:
    """Return signs that make first pictures alike: the path runs to the right and sags below its two ends."""
    (first_a, first_b), (last_a, last_b) = coordinates[0], coordinates[-1]
    return np.array([1.0 if last_a >= first_a else -1.0, 1.0 if first_b + last_b >= 0 else -1.0])


def aligned(basis: Floats, previous: Plane) -> Floats:
    """Return the orthonormal basis (P, 2), turned within its plane to lie as close to previous as it can.

    With BᵀA = L·S·R the best turn is L·R. It carries principal vectors of the one plane to those of the
    other, so no direction turns by more than the largest angle between the planes.
    """
    old, triangle = np.linalg.qr(np.column_stack([previous.u, previous.v]))
    old = old * np.where(np.diag(triangle) < 0, -1.0, 1.0)
    left, _, right = np.linalg.svd(basis.T @ old)
    result: Floats = basis @ (left @ right)
    return result


def any_across(along: Floats, previous: Plane | None) -> Floats:
    """Return a unit vector at a right angle to along: a previous one, if there is one that serves."""
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
    result: Floats = rest / np.linalg.norm(rest)
    return result
