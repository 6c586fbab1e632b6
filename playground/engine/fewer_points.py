"""A fixed part of many training points, for pictures that are computed again and again while a run trains."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np

from playground.arrays import Floats
from playground.engine.network_on_data import NetworkOnData
from playground.engine.problem import Problem
from playground.engine.stepping.measuring import MANY

FEWER = 2_000
"""So many training points stand for more than MANY."""


def has_many_points(problem: Problem) -> bool:
    """Return whether a problem has so many training points that some of them may stand for all."""
    return isinstance(problem, NetworkOnData) and problem.n_samples > MANY


def with_fewer_points(problem: Problem, seed: int) -> Problem:
    """Return the problem with FEWER of its training points, of each class its share, drawn by the seed.

    A problem that has not many is returned as it is.
    """
    if not isinstance(problem, NetworkOnData) or not has_many_points(problem):
        return problem
    samples = problem.samples
    kept = _drawn(samples.labels(samples.y_train), samples.classification, np.random.default_rng([seed, 5]))
    X, y = samples.X_train[kept], samples.y_train[kept]
    for array in (X, y):
        array.setflags(write=False)
    return problem.on_samples(replace(samples, X_train=X, y_train=y))


def _drawn(y: Floats, classification: bool, rng: np.random.Generator) -> np.ndarray:
    """Return the indices (FEWER,) of the points that are kept, in rising order, at least one of a class."""
    groups = [np.arange(len(y))]
    if classification:
        groups = [np.flatnonzero(y == label) for label in np.unique(y)]
    ends = np.cumsum([len(group) for group in groups])
    cuts = [0, *np.rint(ends * (FEWER / len(y))).astype(int).tolist()]
    shares = [max(1, stop - start) for start, stop in pairwise(cuts)]
    shares[int(np.argmax(shares))] += FEWER - sum(shares)
    drawn = [rng.choice(group, share, replace=False) for group, share in zip(groups, shares, strict=True)]
    return np.sort(np.concatenate(drawn))
