"""A surface of which most cells are predicted from their neighbours, within a quarter of a colour step."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playground.arrays import Floats
from playground.engine.problem import Problem
from playground.landscape.plane import Plane, Window
from playground.landscape.surface import COARSEST, losses_at

Mask = NDArray[np.bool_]
Cells = Callable[[Floats, Floats], Floats]

COLOUR_STEPS = 256
TOLERANCE = 0.25
"""Colour steps that a prediction may err by."""
DOUBT = TOLERANCE / 2
"""Colour steps of error from which the neighbours of a cell are computed: beside a kink they err by more."""
PIT_SHARE, PIT_CHANCE = 0.015, 0.95
"""The promise: a pit that covers this share of the predicted cells is met by the sample with this chance."""


@dataclass(frozen=True, eq=False)
class AdaptiveSurface:
    """J at the centres of a grid of cells, some of them predicted.

    values (nb, na); computed (nb, na): which of them are J itself; checked: how many predictions were drawn
    at random and compared; worst: the largest error of these before they were replaced, in colour steps, 0
    where there were none.
    """

    values: Floats
    computed: Mask
    checked: int
    worst: float

    @property
    def evaluations(self) -> int:
        """How many cells were computed."""
        return int(self.computed.sum())


def sample_size(share: float = PIT_SHARE, chance: float = PIT_CHANCE) -> int:
    """Return the least n with 1 − (1 − share)ⁿ ≥ chance."""
    return math.ceil(math.log1p(-chance) / math.log1p(-share))


def predict_surface(
    problem: Problem, plane: Plane, window: Window, resolution: int, logarithmic: bool = True
) -> AdaptiveSurface:
    """Return the surface of a window, with no more cells computed than its colours need.

    logarithmic: whether the colours show log J. The result depends on these arguments alone.
    """
    losses = problem.losses_of_many()
    return predict_grid(lambda a, b: losses_at(losses, plane, a, b), window, resolution, logarithmic)


def predict_grid(cells: Cells, window: Window, resolution: int, logarithmic: bool = True) -> AdaptiveSurface:
    """Return the same for any function of coordinates a (K,) and b (K,)."""
    sizes = doubling_sizes(resolution)
    grid = _Grid(cells, window, sizes[0], logarithmic)
    grid.compute(~grid.computed)
    for level, _ in enumerate(sizes[1:]):
        # Nothing is known of the errors before the first prediction.
        grid.double(whole=level == 0)
    checked, worst = grid.check(sample_size()) if len(sizes) > 1 else (0, 0.0)
    grid.compute_extremes()
    return AdaptiveSurface(grid.values, grid.computed, checked, worst)


def doubling_sizes(resolution: int) -> list[int]:
    """Return the sizes n, 2n − 1, … up to a resolution, ascending; one alone where it cannot be halved."""
    sizes = [resolution]
    while sizes[-1] % 2 and (sizes[-1] + 1) // 2 >= COARSEST:
        sizes.append((sizes[-1] + 1) // 2)
    return sizes[::-1]


class _Grid:
    """The cells of one level: their values, which are computed, and which erred."""

    def __init__(self, cells: Cells, window: Window, size: int, logarithmic: bool) -> None:
        self.cells, self.window, self.logarithmic = cells, window, logarithmic
        self.values = np.full((size, size), np.nan)
        self.computed = np.zeros((size, size), dtype=bool)
        self.erred = np.zeros((size, size), dtype=bool)

    def compute(self, wanted: Mask) -> Floats:
        """Compute cells; return how far the values that they had were off, in colour steps: (K,)."""
        rows, columns = np.nonzero(wanted)
        size = len(self.values)
        a = np.linspace(self.window.a_min, self.window.a_max, size)
        b = np.linspace(self.window.b_min, self.window.b_max, size)
        before = self.values[rows, columns]
        self.values[rows, columns] = self.cells(a[columns], b[rows])
        self.computed |= wanted
        with np.errstate(all="ignore"):
            off = np.abs(self.shown(self.values[rows, columns]) - self.shown(before)) / self.colour_step()
        off = np.where(np.isfinite(off), off, np.inf)
        self.erred[rows, columns] = off > DOUBT
        return off

    def shown(self, values: Floats) -> Floats:
        """Return what the colours show of J; no finite number where they cannot show it."""
        with np.errstate(all="ignore"):
            return np.log(values) if self.logarithmic else values

    def colour_step(self) -> float:
        """Return the width of a colour step of the computed cells."""
        shown = self.shown(self.values[self.computed])
        finite = shown[np.isfinite(shown)]
        with np.errstate(over="ignore"):
            width = float(np.ptp(finite)) / COLOUR_STEPS if finite.size else 0.0
        return max(width, np.finfo(float).tiny)

    def double(self, whole: bool) -> None:
        """Go to the next level: predict its new cells, and compute those whose neighbours erred before."""
        doubtful = _with_neighbours(self.erred | ~np.isfinite(self.shown(self.values)))
        size = 2 * len(self.values) - 1
        old_computed, shown = self.computed, self.shown(self.values)
        predicted = _midpoints(_midpoints(shown).T).T
        with np.errstate(all="ignore"):
            values = np.exp(predicted) if self.logarithmic else predicted
        values[::2, ::2] = self.values
        self.values = values
        self.computed, self.erred = np.zeros((size, size), bool), np.zeros((size, size), bool)
        self.computed[::2, ::2] = old_computed
        wanted = np.zeros((size, size), bool)
        wanted[::2, ::2] = doubtful
        wanted = _with_neighbours(wanted) | ~np.isfinite(predicted) | whole
        self.compute(wanted & ~self.computed)
        self.spread()

    def spread(self) -> None:
        """Compute the neighbours of cells that erred, until none of them errs."""
        while (wanted := _with_neighbours(self.erred) & ~self.computed).any():
            self.compute(wanted)

    def check(self, count: int) -> tuple[int, float]:
        """Compute predictions drawn at random, and what lies about those that erred; return how many, and the
        largest error."""
        predicted = np.flatnonzero(~self.computed)
        # The seed is the grid's size: the same surface is checked in the same cells.
        generator = np.random.default_rng(len(self.values))
        drawn = generator.choice(predicted, min(count, predicted.size), replace=False)
        if not drawn.size:
            return 0, 0.0
        wanted = np.zeros(self.values.shape, bool)
        wanted.flat[drawn] = True
        worst = float(self.compute(wanted).max())
        self.spread()
        return int(drawn.size), worst

    def compute_extremes(self) -> None:
        """Compute the lowest and the highest cell and their neighbours, until they stay where they are."""
        while True:
            shown = self.shown(self.values)
            finite = np.isfinite(shown)
            if not finite.any():
                return
            wanted = np.zeros(self.values.shape, bool)
            wanted.flat[np.argmin(np.where(finite, shown, np.inf))] = True
            wanted.flat[np.argmax(np.where(finite, shown, -np.inf))] = True
            wanted = _with_neighbours(wanted) & ~self.computed
            if not wanted.any():
                return
            self.compute(wanted)
            self.spread()


def _midpoints(rows: Floats) -> Floats:
    """Return rows (m, n) with cubic midpoints between their numbers: (m, 2n − 1)."""
    doubled = np.empty((len(rows), 2 * rows.shape[1] - 1))
    doubled[:, ::2] = rows
    with np.errstate(all="ignore"):
        doubled[:, 3:-3:2] = (9 * (rows[:, 1:-2] + rows[:, 2:-1]) - rows[:, :-3] - rows[:, 3:]) / 16
        # At the edges the cubic through the last four.
        ends = np.array([5.0, 15.0, -5.0, 1.0]) / 16
        doubled[:, 1], doubled[:, -2] = rows[:, :4] @ ends, rows[:, :-5:-1] @ ends
    return doubled


def _with_neighbours(cells: Mask) -> Mask:
    """Return these cells and the eight about each."""
    wide = cells.copy()
    wide[1:] |= cells[:-1]
    wide[:-1] |= cells[1:]
    wider = wide.copy()
    wider[:, 1:] |= wide[:, :-1]
    wider[:, :-1] |= wide[:, 1:]
    return wider
