"""The share of variance that a plane holds of a random walk, for comparison."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

DRAWN, FEWEST, MOST = 10_000, 60, 3000
"""Numbers drawn in each mode in all trials together (about), and the bounds on the trials: the share varies
less where a walk has more numbers."""
MODES = 48
"""Number of modes of a walk that are drawn.

The k-th has 1/k² of the variance of the first: these hold 99 % of all.
"""
MANY_NUMBERS = 2000
"""Numbers from which on the share is that of infinitely many, to 0.1 %."""
POINTS = np.array([*range(4, 13), 16, 24, 32, 48, 64, 96, 128, 192, 256])
"""From a dozen points on, the nearest of these numbers of points gives the same share, to 0.3 %."""


def random_walk_share(n_points: int, n_numbers: int) -> float:
    """Return the share of variance that the two principal components of a random walk hold, on average.

    A walk of n_points points in n_numbers dimensions, each step an independent normal vector; 1 where the
    points have no third direction. Drawn with a seed of its own: equal arguments give an equal share, exact
    to 0.5 %.
    """
    if n_points <= 3 or n_numbers <= 2:
        return 1.0
    return _share(int(POINTS[np.argmin(np.abs(np.log(POINTS / n_points)))]), min(n_numbers, MANY_NUMBERS))


@lru_cache(maxsize=1024)
def _share(n: int, size: int) -> float:
    """Return random_walk_share of n points in `size` dimensions.

    With the steps as rows of Z (n − 1, P) the centred points are A·Z, and AᵀA has the eigenvalues λ_k =
    1/(4·sin²(πk/2n)) of a free chain, k = 1 … n − 1. So the points have the singular values of diag(√λ)·Z.
    Its leading MODES rows are drawn; the rest, nearly isotropic, is only summed.
    """
    angles = np.pi * np.arange(1, n) / (2 * n)
    variances = 0.25 / np.square(np.sin(angles))
    if size >= MANY_NUMBERS:
        return float(variances[:2].sum() / variances.sum())
    leading, rest = variances[:MODES], float(variances[MODES:].sum()) * size
    trials = int(np.clip(DRAWN // size, FEWEST, MOST))
    rng = np.random.default_rng([n, size])
    steps = (
        rng.standard_normal((trials, len(leading), size))
        if size <= len(leading)
        else _triangles(rng, trials, len(leading), size)
    )
    walks = np.sqrt(leading)[:, np.newaxis] * steps
    tall = walks.shape[1] >= walks.shape[2]
    gram = walks.transpose(0, 2, 1) @ walks if tall else walks @ walks.transpose(0, 2, 1)
    spectrum = np.linalg.eigvalsh(gram)
    return float(np.mean(spectrum[:, -2:].sum(axis=1) / (spectrum.sum(axis=1) + rest)))


def _triangles(rng: np.random.Generator, trials: int, n_rows: int, size: int) -> np.ndarray:
    """Return triangles (trials, n_rows, n_rows) with the singular values of normal matrices (n_rows, size).

    Bartlett's decomposition of a Wishart matrix: χ on the diagonal, normal numbers below it.
    """
    triangles = np.tril(rng.standard_normal((trials, n_rows, n_rows)), -1)
    diagonal = np.arange(n_rows)
    triangles[:, diagonal, diagonal] = np.sqrt(rng.chisquare(size - diagonal, (trials, n_rows)))
    return triangles
