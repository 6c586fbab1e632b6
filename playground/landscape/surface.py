"""A surface: the loss on a grid of a plane, at once or coarse to fine."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from playground.arrays import Floats
from playground.engine.network import Network
from playground.engine.network_on_data import NetworkOnData
from playground.engine.problem import LossesOfMany, Problem
from playground.landscape.colour_scale import ColourStep
from playground.landscape.pieces import BREATH
from playground.landscape.plane import Plane, Window

Mask = NDArray[np.bool_]

COARSEST = 13
FIRST_WORK = 40_000_000
"""Samples × parameters of the first piece, before the speed of this machine is known."""
THETA_NUMBERS = 50_000
"""Numbers of θ that are laid out at once: few enough to stay in a cache."""
REMINDER = 0.2
"""Seconds after which `refine` yields the last surface again, with its new progress."""


class FewerPoints(NamedTuple):
    """The training points that a surface is of, where these are not all, and J of these and of all.

    kept of them, of all; loss and loss_of_all are at the parameters of a step.
    """

    kept: int
    of: int
    step: int
    loss: float
    loss_of_all: float


@dataclass(frozen=True, eq=False)
class Surface:
    """The loss at the centres of a grid of cells.

    a (na,), b (nb,): coordinates of the centres, ascending; values (nb, na): J, infinities and NaN as they
    are. resolution is the requested one; complete is True once it is reached; progress runs from 0 to 1.
    fewer: where J is of some of the training points.
    computed (nb, na): which cells are J itself, where others may be predicted from their neighbours within a
    quarter of a colour step; None: all are. checked: how many predictions were drawn at random and compared.
    predicted_for: the colour step that is meant; None: it is not known.
    """

    plane: Plane
    a: Floats
    b: Floats
    values: Floats
    resolution: int
    complete: bool
    progress: float
    fewer: FewerPoints | None = None
    computed: Mask | None = None
    checked: int = 0
    predicted_for: ColourStep | None = None

    def __post_init__(self) -> None:
        for array in (self.a, self.b, self.values):
            array.setflags(write=False)
        if self.computed is not None:
            self.computed.setflags(write=False)

    @property
    def n_computed(self) -> int:
        """How many cells are J itself."""
        return self.values.size if self.computed is None else int(np.count_nonzero(self.computed))

    def is_computed(self, row: int, column: int) -> bool:
        """Return whether a cell is J itself."""
        return self.computed is None or bool(self.computed[row, column])

    @property
    def lowest_and_highest(self) -> tuple[float, float] | None:
        """The lowest and the highest finite J among the computed cells; None where there is none."""
        values = self.values if self.computed is None else self.values[self.computed]
        finite = values[np.isfinite(values)]
        return (float(finite.min()), float(finite.max())) if finite.size else None

    @property
    def exact(self) -> bool:
        """Whether every cell is J itself."""
        return self.n_computed == self.values.size


def evaluate(network: Network, plane: Plane, a: Floats, b: Floats, X: Floats, y: Floats) -> Floats:
    """Return J at every (a, b) of a grid: (len(b), len(a)), row by row of b, penalties included.

    a (na,), b (nb,) are coordinates of the plane; X (n, n_in), y (n, n_out) the points. Exact to 1e-5
    relative, near minima too; infinities and NaN as they are, without a warning. Raises ValueError where
    plane or points do not fit the network.
    """
    return evaluate_on(NetworkOnData.of_points(network, X, y), plane, a, b)


def evaluate_on(problem: Problem, plane: Plane, a: Floats, b: Floats) -> Floats:
    """Return the same as evaluate for the J of a problem."""
    a, b = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    grid_a, grid_b = (grid.ravel() for grid in np.meshgrid(a, b))
    return losses_at(problem.losses_of_many(), plane, grid_a, grid_b).reshape(b.size, a.size)


def refine(problem: Problem, plane: Plane, window: Window, resolution: int) -> Iterator[Surface | None]:
    """Yield the surface of a window, coarse to fine; the last one has resolution × resolution cells.

    Each surface has coordinates of its own. Between them comes None, or the last surface again with its new
    progress, every few milliseconds, so that the work can be dropped there.
    """
    losses = problem.losses_of_many()
    sizes = grid_sizes(resolution)
    total = sum(size**2 - _shared(coarse, size) for coarse, size in zip([0, *sizes], sizes, strict=False))
    done, shown, last_shown = 0, None, time.perf_counter()
    chunk = first_chunk(problem, plane)
    for coarse, size in zip([0, *sizes], sizes, strict=False):
        a = np.linspace(window.a_min, window.a_max, size)
        b = np.linspace(window.b_min, window.b_max, size)
        values = np.empty((size, size))
        missing = np.ones((size, size), dtype=bool)
        if shown is not None and _shared(coarse, size):
            stride = (size - 1) // (coarse - 1)
            values[::stride, ::stride] = shown.values
            missing[::stride, ::stride] = False
        rows, columns = np.nonzero(missing)
        start = 0
        while start < rows.size:
            began = time.perf_counter()
            part = slice(start, start + chunk)
            values[rows[part], columns[part]] = losses_at(losses, plane, a[columns[part]], b[rows[part]])
            made = min(chunk, rows.size - start)
            start, done = start + made, done + made
            now = time.perf_counter()
            chunk = next_chunk(made, now - began, chunk, losses.together)
            if start == rows.size:
                break
            if shown is not None and now - last_shown > REMINDER:
                last_shown = now
                yield Surface(plane, shown.a, shown.b, shown.values, resolution, False, done / total)
            else:
                yield None
        shown = Surface(plane, a, b, values, resolution, size == resolution, done / total)
        last_shown = time.perf_counter()
        yield shown


def grid_sizes(resolution: int) -> list[int]:
    """Return the sizes of the grids on the way to a resolution, ascending.

    Each contains the one before if it can: a grid of n points nests in one of k·(n − 1) + 1. Where no small k
    fits, the coarser grid is computed by itself; it costs a quarter at most.
    """
    sizes = [resolution]
    while sizes[-1] > COARSEST:
        intervals = sizes[-1] - 1
        factor = next((k for k in (2, 3, 4, 5) if intervals % k == 0), None)
        sizes.append(intervals // factor + 1 if factor else (sizes[-1] + 1) // 2)
    return sizes[::-1]


def _shared(coarse: int, size: int) -> int:
    """Return how many points of a grid of coarse² a grid of size² takes over."""
    return coarse**2 if coarse > 1 and (size - 1) % (coarse - 1) == 0 else 0


def first_chunk(problem: Problem, plane: Plane) -> int:
    """Return how many points the first piece of work has."""
    return max(1, min(64, FIRST_WORK // (plane.size * max(1, problem.n_samples))))


def next_chunk(made: int, seconds: float, chunk: int, together: int) -> int:
    """Return how many points fit one piece of work; whole passes where more than one does."""
    fitting = max(1, min(int(made * BREATH / max(seconds, 1e-6)), 4 * chunk, 8192))
    return fitting // together * together if fitting > together else fitting


def losses_at(losses: LossesOfMany, plane: Plane, a: Floats, b: Floats) -> Floats:
    """Return J at the points (a[k], b[k]): (K,)."""
    passes = max(1, THETA_NUMBERS // (plane.size * losses.together))
    together = passes * losses.together
    values = np.empty(a.size)
    with np.errstate(all="ignore"):
        for start in range(0, a.size, together):
            part = slice(start, start + together)
            values[part] = losses(plane.at(a[part], b[part]))
    return values
