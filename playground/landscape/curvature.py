"""Extreme eigenvalues of a symmetric matrix that is given by its products with vectors."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from playground.arrays import Array, Floats
from playground.engine.lengths import length
from playground.engine.problem import Curvature
from playground.landscape.pieces import Pieces, finish, quietly

DENSE = 200
"""Largest size at which computing the whole matrix is cheaper; its eigenvalues are then exact."""
ENOUGH = 1e-6
BUDGET = 300
FLAT = 1e-4
FIRST_LOOK, LOOK_EVERY = 20, 5


@dataclass(frozen=True, eq=False)
class ExtremeEigenvalues:
    """The largest and the smallest (most negative) eigenvalue, with vectors of unit length.

    A residual is ‖Hv − λv‖/|λ|, where |λ| counts as at least 1e-10 of the other one. NaN throughout where a
    product was not finite.
    """

    largest: float
    smallest: float
    largest_vector: Floats
    smallest_vector: Floats
    largest_residual: float
    smallest_residual: float
    matvecs: int
    converged: bool


def extreme_eigenvalues(matvec: Callable[[Floats], Floats], size: int) -> ExtremeEigenvalues:
    """Return both ends of the spectrum of the symmetric size × size matrix H behind matvec(v) = H·v.

    matvec takes and returns (size,) float64. Up to DENSE rows the whole matrix H is computed and decomposed.
    Beyond, Lanczos takes at most BUDGET products, and `.converged` is True where they were enough. Raises
    ValueError for a size below 1.
    """
    return finish(search(matvec, size))


def shape_of(ends: ExtremeEigenvalues) -> str:
    """Return the meaning of the two signs in one sentence.

    An eigenvalue below FLAT of the other counts as zero.
    """
    if not (math.isfinite(ends.largest) and math.isfinite(ends.smallest)):
        return "The curvature is not finite here."
    zero = FLAT * max(abs(ends.largest), abs(ends.smallest))
    up, down = ends.largest > zero, ends.smallest < -zero
    if up and down:
        return "Saddle-shaped: J curves up along one direction, down along another."
    if up and ends.smallest > zero:
        return "Bowl-shaped: J curves up along every direction."
    if up:
        return "Valley-shaped: J curves up along one direction and is flat along another."
    if down and ends.largest < -zero:
        return "Dome-shaped: J curves down along every direction."
    if down:
        return "Ridge-shaped: J curves down along one direction and is flat along another."
    return "Flat: J does not curve here."


def search(
    matvec: Callable[[Floats], Floats], size: int, frozen: Array | None = None, together: int = 1
) -> Pieces[ExtremeEigenvalues]:
    """Compute extreme_eigenvalues in pieces of a few products each.

    frozen: indices of rows and columns that are left out; the vectors are 0 there. together: above 1, the
    number of rows (K, size) that matvec takes at once with least cost.
    """
    if size < 1:
        raise ValueError("a matrix needs at least one row")
    if frozen is not None and len(frozen):
        return _search_free(matvec, size, np.delete(np.arange(size), frozen), together)
    return quietly(_dense(matvec, size, together) if size <= DENSE else _lanczos(matvec, size))


def search_hessian(hessian: Curvature, frozen: Array | None = None) -> Pieces[ExtremeEigenvalues]:
    """Compute extreme_eigenvalues of the Hessian of J, in pieces."""
    return search(hessian, hessian.size, frozen, hessian.together)


def _search_free(
    matvec: Callable[[Floats], Floats], size: int, free: Array, together: int
) -> Pieces[ExtremeEigenvalues]:
    def embedded(vectors: Floats) -> Floats:
        whole = np.zeros((*vectors.shape[:-1], size))
        whole[..., free] = vectors
        return whole

    ends = yield from search(lambda v: matvec(embedded(v))[..., free], len(free), together=together)
    vectors = embedded(ends.largest_vector), embedded(ends.smallest_vector)
    return replace(ends, largest_vector=vectors[0], smallest_vector=vectors[1])


def _dense(matvec: Callable[[Floats], Floats], size: int, together: int) -> Pieces[ExtremeEigenvalues]:
    H = np.empty((size, size))
    for first in range(0, size, together):
        units = np.eye(min(together, size - first), size, first)
        H[first : first + together] = matvec(units) if together > 1 else matvec(units[0])
        yield None
    if not np.isfinite(H).all():
        return _not_finite(size, size)
    H = (H + H.T) / 2
    values, vectors = np.linalg.eigh(H)
    return _result(lambda v: H @ v, values[[-1, 0]], vectors[:, [-1, 0]], size)


def _lanczos(matvec: Callable[[Floats], Floats], size: int) -> Pieces[ExtremeEigenvalues]:
    """Run Lanczos with full reorthogonalisation, twice (Parlett, The Symmetric Eigenvalue Problem, 1980).

    Where the vectors span an invariant subspace early, the start had no component along some eigenvectors. A
    second random start, orthogonal to all vectors before, finds those.
    """
    limit = min(size, BUDGET)
    rng = np.random.default_rng(0)
    Q = np.empty((limit, size))
    diagonal, beside = np.empty(limit), np.empty(limit)
    w, closed_before = rng.standard_normal(size), False
    for m in range(1, limit + 1):
        Q[m - 1] = w / length(w)
        w = np.array(matvec(Q[m - 1]), dtype=np.float64)
        if not np.isfinite(w).all():
            return _not_finite(size, m)
        yield None
        diagonal[m - 1] = Q[m - 1] @ w
        w = _without(w, Q[:m])
        beside[m - 1] = length(w)
        reached = max(np.abs(diagonal[:m]).max(), beside[: m - 1].max(initial=0.0))
        closed = beside[m - 1] <= size * np.finfo(float).eps * reached
        if not (closed or m == limit or (m >= FIRST_LOOK and m % LOOK_EVERY == 0)):
            continue
        T = np.diag(diagonal[:m]) + np.diag(beside[: m - 1], 1) + np.diag(beside[: m - 1], -1)
        values, vectors = (found[..., [-1, 0]] for found in np.linalg.eigh(T))
        estimates = beside[m - 1] * np.abs(vectors[-1])
        good = (estimates <= ENOUGH * np.maximum(np.abs(values), _zero_beside(values))).all()
        if m == limit or (closed and closed_before) or (good and not closed):
            found = Q[:m].T @ vectors
            return _result(matvec, values, found / np.linalg.norm(found, axis=0), m + 2)
        if closed:
            closed_before = True
            beside[m - 1] = 0.0
            w = _without(rng.standard_normal(size), Q[:m])
    raise AssertionError("the loop ends at its limit")


def _without(vector: Floats, rows: Floats) -> Floats:
    """Return the component of a vector that is orthogonal to orthonormal rows."""
    for _ in range(2):
        vector = vector - (rows @ vector) @ rows
    return vector


def _result(
    matvec: Callable[[Floats], Floats], values: Floats, vectors: Floats, matvecs: int
) -> ExtremeEigenvalues:
    scale = _zero_beside(values)
    residuals = []
    for value, vector in zip(values, vectors.T, strict=True):
        rest = length(matvec(np.ascontiguousarray(vector)) - value * vector)
        residuals.append(rest / max(abs(float(value)), scale) if rest else 0.0)
    return ExtremeEigenvalues(
        float(values[0]),
        float(values[1]),
        np.ascontiguousarray(vectors[:, 0]),
        np.ascontiguousarray(vectors[:, 1]),
        residuals[0],
        residuals[1],
        matvecs,
        all(residual <= 10 * ENOUGH for residual in residuals),
    )


def _zero_beside(values: Floats) -> float:
    """Return the largest value that counts as zero beside the larger of these eigenvalues."""
    return max(float(np.abs(values).max()) * 1e-10, float(np.finfo(float).tiny))


def _not_finite(size: int, matvecs: int) -> ExtremeEigenvalues:
    nan, vector = float("nan"), np.full(size, np.nan)
    return ExtremeEigenvalues(nan, nan, vector, vector, nan, nan, matvecs, False)
