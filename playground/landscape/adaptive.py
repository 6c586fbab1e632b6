"""A surface of which most cells are predicted from their neighbours, within a quarter of a colour step.

Level after level the grid is halved, from one that is computed whole. A new cell is predicted by the cubic
through its neighbours; where a cell was off by more than half the tolerance, all about it is computed. Cells
that the colours cannot show (not finite, or beyond the scale) are computed, and those beside them; so are the
extremes. A random sample of the predictions is computed to check them: a pit that covers a share s of the
predicted cells is met by n of them with probability 1 − (1 − s)ⁿ.

The work is done in pieces, so that it can be dropped between them. J of a cell depends on the cell alone, and
which cells are computed on the grid and the scale: so no number depends on where one piece ends.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from playground.arrays import Floats
from playground.engine.problem import Problem
from playground.landscape.colour_scale import ROUNDING, ColourScale, ColourStep, Ends
from playground.landscape.pieces import Pieces
from playground.landscape.plane import Plane, Window
from playground.landscape.surface import (
    COARSEST,
    REMINDER,
    Mask,
    Surface,
    first_chunk,
    losses_at,
    next_chunk,
)

Cells = Callable[[Floats, Floats], Floats]

TOLERANCE = 0.25
"""Colour steps that a prediction may err by."""
DOUBT = TOLERANCE / 2
"""Colour steps of error from which the neighbours of a cell are computed: beside a kink they err by more."""
PIT_SHARE, PIT_CHANCE = 0.015, 0.95
"""The promise: a pit that covers this share of the predicted cells is met by the sample with this chance."""
SAMPLES_DRAWN = 6
"""After so many samples in a row that find a prediction beyond the tolerance all cells are computed."""
FILLED_EVERY = 1.0
"""Seconds between two pictures while a surface is filled up: no eye sees what changes."""
SCALES_TRIED = 4
"""After so many scales, each of which turned out to be narrower than it seemed, all cells are computed."""


@dataclass(frozen=True, eq=False)
class Level:
    """The cells of one level.

    values (n, n); computed (n, n): which of them are J itself; checked: how many predictions were drawn at
    random and compared; worst: the largest error of those of the last sample before they were replaced, in
    colour steps, 0 where there were none. step: the widest colour step by which an error was measured; None:
    no cell was predicted.
    """

    values: Floats
    computed: Mask
    checked: int = 0
    worst: float = 0.0
    step: ColourStep | None = None


def sample_size(share: float = PIT_SHARE, chance: float = PIT_CHANCE) -> int:
    """Return the least n with 1 − (1 − share)ⁿ ≥ chance."""
    return math.ceil(math.log1p(-chance) / math.log1p(-share))


def refine_predicting(
    problem: Problem,
    plane: Plane,
    window: Window,
    resolution: int,
    scale: ColourScale,
    known: Surface | None = None,
) -> Iterator[Surface | None]:
    """Yield the surface of a window, coarse to fine, with no more cells computed than its colours need.

    None comes every few milliseconds, so that the work can be dropped there. known: a surface of the same
    window and resolution, whose computed cells are taken over; then only the last surface is yielded.
    """
    losses = problem.losses_of_many()
    work = _Work(
        lambda a, b: losses_at(losses, plane, a, b),
        first_chunk(problem, plane),
        losses.together,
        known=None if known is None else Level(known.values, mask_of(known)),
    )
    shown: Surface | None = None
    last_shown = time.perf_counter()
    for level in levels(work, window, resolution, scale):
        now = time.perf_counter()
        if level is None:
            if shown is None or now - last_shown < REMINDER:
                yield None
                continue
            shown = replace(shown, progress=max(shown.progress, work.share))
        else:
            size = len(level.values)
            a = np.linspace(window.a_min, window.a_max, size)
            b = np.linspace(window.b_min, window.b_max, size)
            progress = 1.0 if size == resolution else (size / resolution) ** 2
            shown = Surface(
                plane,
                a,
                b,
                level.values,
                resolution,
                size == resolution,
                progress,
                computed=level.computed,
                checked=level.checked,
                predicted_for=level.step,
            )
        last_shown = now
        yield shown


def fill(problem: Problem, surface: Surface) -> Iterator[Surface | None]:
    """Yield the surface with more and more of its cells computed, at last with all of them.

    None comes every few milliseconds, so that the work can be dropped there.
    """
    losses, plane = problem.losses_of_many(), surface.plane
    values, computed = surface.values.copy(), mask_of(surface).copy()
    rows, columns = np.nonzero(~computed)
    chunk, start, last_shown = first_chunk(problem, plane), 0, time.perf_counter()
    while start < rows.size:
        began = time.perf_counter()
        part = rows[start : start + chunk], columns[start : start + chunk]
        values[part] = losses_at(losses, plane, surface.a[part[1]], surface.b[part[0]])
        computed[part] = True
        start += part[0].size
        now = time.perf_counter()
        chunk = next_chunk(part[0].size, now - began, chunk, losses.together)
        if start < rows.size and now - last_shown < FILLED_EVERY:
            yield None
        elif start < rows.size:
            last_shown = now
            yield replace(surface, values=values.copy(), computed=computed.copy())
    yield replace(surface, values=values, computed=computed)


def mask_of(surface: Surface) -> Mask:
    """Return which cells of a surface are computed."""
    if surface.computed is not None:
        return surface.computed
    return np.ones(surface.values.shape, dtype=bool)


def predict_grid(
    cells: Cells,
    window: Window,
    resolution: int,
    scale: ColourScale | None = None,
    together: int = 1,
    chunk: int = 1000,
) -> Level:
    """Return the finest level of a window at once, for any function of coordinates a (K,) and b (K,).

    scale: None is a logarithmic one. chunk: cells of the first piece.
    """
    work = _Work(cells, chunk, together)
    found = [level for level in levels(work, window, resolution, scale or ColourScale()) if level is not None]
    return found[-1]


def levels(work: _Work, window: Window, resolution: int, scale: ColourScale) -> Iterator[Level | None]:
    """Yield the levels of a surface, coarse to fine, the last one checked. Between them comes None."""
    sizes = doubling_sizes(resolution)
    work.window, work.resolution = window, resolution
    coarse = _coarser(sizes[0])
    if coarse is not None and work.known is None:
        first = _Grid(work, coarse, scale)
        yield from first.compute(~first.computed)
        yield first.level()
    for _ in range(SCALES_TRIED):
        grid = _Grid(work, sizes[0], scale)
        yield from grid.compute(~grid.computed)
        for number, _ in enumerate(sizes[1:]):
            if work.known is None:
                yield grid.level()
            # Nothing is known of the errors before the first prediction.
            yield from grid.double(whole=number == 0)
        checked, worst = yield from grid.check()
        yield from grid.compute_extremes()
        found = grid.level(checked, worst)
        narrower = scale.fitted(found.values)
        if found.computed.all() or narrower.step >= (1 - ROUNDING) * grid.widest:
            break
        # Seen at last, the colours tell more apart than was thought on the way.
        scale, work.known = ColourScale(*narrower), found
    else:
        yield from grid.compute(~grid.computed)
        found = grid.level(checked, worst)
    yield found


def doubling_sizes(resolution: int) -> list[int]:
    """Return the sizes n, 2n − 1, … up to a resolution, ascending; one alone where it cannot be halved."""
    sizes = [resolution]
    while sizes[-1] % 2 and (sizes[-1] + 1) // 2 >= COARSEST:
        sizes.append((sizes[-1] + 1) // 2)
    return sizes[::-1]


def _coarser(size: int) -> int | None:
    """Return the size of a grid that is there sooner and has cells in common; None where there is none."""
    factor = next((k for k in (2, 3, 4, 5) if (size - 1) % k == 0), None)
    return (size - 1) // factor + 1 if factor and size >= COARSEST else None


class _Work:
    """What a surface is computed with, a piece at a time.

    known: the cells that are there already. share: how much of the grid is there.
    """

    def __init__(self, cells: Cells, chunk: int, together: int, known: Level | None = None) -> None:
        self.cells, self.chunk, self.together, self.known = cells, chunk, together, known
        self.window, self.resolution = Window(0.0, 1.0, 0.0, 1.0), 1
        self.share = 0.0

    def evaluate(self, size: int, rows: Index, columns: Index) -> Pieces[Floats]:
        """Compute cells (K,) of a level of this size."""
        values = np.full(rows.size, np.nan)
        missing = np.arange(rows.size)
        if self.known is not None and (len(self.known.values) - 1) % (size - 1) == 0:
            stride = (len(self.known.values) - 1) // (size - 1)
            there = self.known.computed[rows * stride, columns * stride]
            values[there] = self.known.values[rows[there] * stride, columns[there] * stride]
            missing = np.flatnonzero(~there)
        a = np.linspace(self.window.a_min, self.window.a_max, size)
        b = np.linspace(self.window.b_min, self.window.b_max, size)
        start, before = 0, ((size // 2 + 1) / self.resolution) ** 2
        while start < missing.size:
            began = time.perf_counter()
            part = missing[start : start + self.chunk]
            values[part] = self.cells(a[columns[part]], b[rows[part]])
            start += part.size
            self.chunk = next_chunk(part.size, time.perf_counter() - began, self.chunk, self.together)
            self.share = before + ((size / self.resolution) ** 2 - before) * start / missing.size
            yield None
        return values


class _Grid:
    """The cells of one level: their values, which are computed, and which erred."""

    def __init__(self, work: _Work, size: int, scale: ColourScale) -> None:
        self.work, self.scale = work, scale
        self.values = np.full((size, size), np.nan)
        self.computed = np.zeros((size, size), dtype=bool)
        self.erred = np.zeros((size, size), dtype=bool)
        self.ends: Ends = scale.fitted(self.values)
        self.widest = 0.0
        """The widest colour step with which errors were measured."""

    def level(self, checked: int = 0, worst: float = 0.0) -> Level:
        """Return the cells as they are now, with those that were known before."""
        values, computed, known = self.values.copy(), self.computed.copy(), self.work.known
        if known is not None and known.values.shape == values.shape:
            values[known.computed] = known.values[known.computed]
            computed |= known.computed
        step = ColourStep(self.scale.logarithmic, self.widest) if self.widest else None
        return Level(values, computed, checked, worst, step)

    def compute(self, wanted: Mask) -> Generator[None, None, Floats]:
        """Compute cells; return how far the values that they had were off, in colour steps: (K,)."""
        rows, columns = np.nonzero(wanted)
        before = self.values[rows, columns]
        self.values[rows, columns] = now = yield from self.work.evaluate(len(self.values), rows, columns)
        self.computed |= wanted
        off = np.abs(self.ends.shown(now) - self.ends.shown(before))
        off = np.where(np.isfinite(off), off, np.inf)
        self.erred[rows, columns] = off > DOUBT
        return off

    def double(self, whole: bool) -> Pieces[None]:
        """Go to the next level: predict its new cells, and compute those whose neighbours erred before."""
        self.ends = self.scale.fitted(self.values)
        shown, old_computed = self.ends.shown(self.values), self.computed
        doubtful = _with_neighbours(self.erred | ~np.isfinite(shown))
        size = 2 * len(self.values) - 1
        predicted = _midpoints(_midpoints(shown).T).T
        values = self.ends.losses(predicted)
        values[::2, ::2] = self.values
        self.values = values
        self.computed, self.erred = np.zeros((size, size), bool), np.zeros((size, size), bool)
        self.computed[::2, ::2] = old_computed
        wanted = np.zeros((size, size), bool)
        wanted[::2, ::2] = doubtful
        wanted = _with_neighbours(wanted) | ~np.isfinite(self.ends.shown(values)) | whole
        self.widest = max(self.widest, self.ends.step)
        yield from self.compute(wanted & ~self.computed)
        yield from self.spread()

    def spread(self) -> Pieces[None]:
        """Compute the neighbours of cells that erred, until none of them errs."""
        while (wanted := _with_neighbours(self.erred) & ~self.computed).any():
            yield from self.compute(wanted)

    def check(self) -> Generator[None, None, tuple[int, float]]:
        """Compute predictions drawn at random, and what lies about those that erred, until a sample is right.

        Return how many were drawn, and the largest error of the last sample.
        """
        # The seed is the grid's size: the same surface is checked in the same cells.
        generator = np.random.default_rng(len(self.values))
        checked, worst = 0, 0.0
        for _ in range(SAMPLES_DRAWN):
            predicted = np.flatnonzero(~self.computed)
            drawn = generator.choice(predicted, min(sample_size(), predicted.size), replace=False)
            if not drawn.size:
                return checked, 0.0
            wanted = np.zeros(self.values.shape, bool)
            wanted.flat[drawn] = True
            off = yield from self.compute(wanted)
            checked, worst = checked + int(drawn.size), float(off.max())
            yield from self.spread()
            if worst <= TOLERANCE:
                return checked, worst
        yield from self.compute(~self.computed)
        return checked, worst

    def compute_extremes(self) -> Pieces[None]:
        """Compute the lowest and the highest cell and their neighbours, until they stay where they are."""
        while True:
            finite = np.isfinite(self.values)
            if not finite.any():
                return
            wanted = np.zeros(self.values.shape, bool)
            wanted.flat[np.argmin(np.where(finite, self.values, np.inf))] = True
            wanted.flat[np.argmax(np.where(finite, self.values, -np.inf))] = True
            wanted = _with_neighbours(wanted) & ~self.computed
            if not wanted.any():
                return
            yield from self.compute(wanted)
            yield from self.spread()


Index = NDArray[np.intp]


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
