"""Records of bounded size: a value a step, and the path of the parameters.

Both thin themselves when they are full, at moments and in a way that follow from the steps alone: however a
run is cut into time slices, they hold the same. Both can undo their newest entries, as far as one thinning
ago, as if those had never been added.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from playground.arrays import Array
from playground.engine.recording.kept_steps import is_kept, kept_steps, one_of_each

CAPACITY = 4096
"""Entries that a series holds before it thins."""
WHOLE_STEPS = 1000
"""Up to this step, or to a quarter of a smaller capacity, a series keeps every entry."""

PATH_POINTS = 2000
"""Points that a path holds before it thins, where the parameters are few."""
PATH_POINTS_AT_LEAST = 64
PATH_BYTES = 4 * 2**20


class Curve(NamedTuple):
    """A recorded curve: values (n,) float64 at steps (n,) int64, which increase."""

    steps: Array
    values: Array


class FullSeries(NamedTuple):
    """The full arrays before a thinning, never written again, and the step that made it necessary."""

    thinned_for: int
    steps: Array
    values: Array


class SeriesState(NamedTuple):
    """The whole state of a series: values (n,) at steps (n,), and those before its last thinning."""

    steps: Array
    values: Array
    earlier: FullSeries | None


class Series:
    """A value at steps of its own, thinned so that outstanding values stay.

    The entries up to WHOLE_STEPS all stay: a run moves far in its first steps. A thinning cuts the later
    steps into buckets of equal width, a power of two. It keeps of each bucket its lowest and its highest
    finite value and its first that is not finite, and the first and last entry of all, together at most half
    of the entries that there is room for. Widths that are powers of two nest, so however often it was
    thinned, these are the extremes of all that was added.
    """

    def __init__(self, capacity: int = CAPACITY):
        self._capacity = capacity
        self._whole = min(WHOLE_STEPS, capacity // 4)
        self._steps = np.empty(capacity, dtype=np.int64)
        self._values = np.empty(capacity)
        self._count = 0
        self._unthinned: FullSeries | None = None

    def __len__(self) -> int:
        return self._count

    @property
    def last_step(self) -> int:
        """The newest step, −1 where there is none."""
        return int(self._steps[self._count - 1]) if self._count else -1

    @property
    def last_value(self) -> float:
        return float(self._values[self._count - 1])

    def add(self, step: int, value: float) -> None:
        """Add the value of a step later than all before."""
        if self._count == self._capacity:
            self._thin(step)
        self._steps[self._count] = step
        self._values[self._count] = value
        self._count += 1

    def extend(self, first_step: int, values: Array) -> None:
        """Add values (n,) at n successive steps."""
        done = 0
        while done < len(values):
            if self._count == self._capacity:
                self._thin(first_step + done)
            start = self._count
            taken = min(self._capacity - start, len(values) - done)
            self._count += taken
            self._steps[start : self._count] = np.arange(first_step + done, first_step + done + taken)
            self._values[start : self._count] = values[done : done + taken]
            done += taken

    def cut(self, step: int) -> None:
        """Drop everything after step, as if it had never been added."""
        if self.last_step <= step:
            return
        if self._unthinned is not None and step < self._unthinned.thinned_for:
            self._steps, self._values = self._unthinned.steps.copy(), self._unthinned.values.copy()
            self._count, self._unthinned = self._capacity, None
        self._count = int(np.searchsorted(self._steps[: self._count], step, side="right"))

    def curve(self, step: int, value: float | None) -> Curve:
        """Return a read-only copy, with value as the entry of the present step where there is one."""
        n = self._count
        if value is not None:
            while n and self._steps[n - 1] >= step:
                n -= 1
        size = n + (value is not None)
        steps, values = np.empty(size, dtype=np.int64), np.empty(size)
        steps[:n], values[:n] = self._steps[:n], self._values[:n]
        if value is not None:
            steps[n], values[n] = step, value
        steps.setflags(write=False)
        values.setflags(write=False)
        return Curve(steps, values)

    def drop_unthinned(self) -> None:
        """Drop the copy from before the last thinning."""
        self._unthinned = None

    def copy(self) -> Series:
        twin = Series(self._capacity)
        twin._steps, twin._values, twin._count = self._steps.copy(), self._values.copy(), self._count
        twin._unthinned = self._unthinned
        return twin

    def state(self, back_to: int) -> SeriesState:
        """Return copies of the whole state, for of_state.

        back_to is the earliest step that cut will be called with: what only an earlier one needs is left out.
        """
        earlier = self._unthinned
        if earlier is not None and earlier.thinned_for <= back_to:
            earlier = None
        return SeriesState(self._steps[: self._count].copy(), self._values[: self._count].copy(), earlier)

    @staticmethod
    def of_state(state: SeriesState) -> Series:
        """Return the series that continues from a state. Raises ValueError where it holds too much."""
        series = Series()
        count = len(state.steps)
        if count > CAPACITY or (state.earlier is not None and len(state.earlier.steps) != CAPACITY):
            raise ValueError(f"a curve has at most {CAPACITY} entries")
        series._steps[:count], series._values[:count], series._count = state.steps, state.values, count
        series._unthinned = state.earlier
        return series

    def _thin(self, step: int) -> None:
        whole = int(np.searchsorted(self._steps, self._whole, side="right"))
        later = self._steps[whole:], self._values[whole:]
        kept = np.append(np.arange(whole), whole + _outstanding(*later, (self._capacity - whole) // 2))
        self._unthinned = FullSeries(step, self._steps, self._values)
        steps, values = np.empty_like(self._steps), np.empty_like(self._values)
        self._count = len(kept)
        steps[: self._count], values[: self._count] = self._steps[kept], self._values[kept]
        self._steps, self._values = steps, values


def up_to(steps: Array, points: Array, step: int, theta: Array, before: Array | None) -> tuple[Array, Array]:
    """Return a path of points (m, P) at steps (m,) up to a step, read-only.

    Its θ is last, before it the one before.
    """
    n = int(np.searchsorted(steps, step))
    fresh = [theta]
    if before is not None and not (n and steps[n - 1] == step - 1):
        fresh.insert(0, before)
    path_steps, path = np.empty(n + len(fresh), dtype=np.int64), np.empty((n + len(fresh), theta.size))
    path_steps[:n], path[:n] = steps[:n], points[:n]
    path_steps[n:], path[n:] = np.arange(step + 1 - len(fresh), step + 1), fresh
    path_steps.setflags(write=False)
    path.setflags(write=False)
    return path_steps, path


def _outstanding(steps: Array, values: Array, at_most: int) -> Array:
    """Return the indices of the entries that a thinning keeps, at most `at_most`, in order."""
    width = 1
    while 3 * (int(steps[-1]) // width - int(steps[0]) // width + 1) + 2 > at_most:
        width *= 2
    bucket = steps // width
    first_of_bucket = np.empty(len(steps), dtype=bool)
    first_of_bucket[0] = True
    np.not_equal(bucket[1:], bucket[:-1], out=first_of_bucket[1:])
    starts = np.flatnonzero(first_of_bucket)
    which = np.cumsum(first_of_bucket) - 1
    finite = np.isfinite(values)
    kept = np.zeros(len(steps), dtype=bool)
    kept[0] = kept[-1] = True
    for reduce, absent in ((np.minimum.reduceat, np.inf), (np.maximum.reduceat, -np.inf)):
        extreme = reduce(np.where(finite, values, absent), starts)[which]
        kept[_first_of_each(np.flatnonzero(finite & (values == extreme)), which)] = True
    kept[_first_of_each(np.flatnonzero(~finite), which)] = True
    return np.flatnonzero(kept)


def _first_of_each(candidates: Array, which: Array) -> Array:
    """Return the first of the candidates, which are in order, in each bucket."""
    buckets = which[candidates]
    result: Array = candidates[np.diff(buckets, prepend=-1) != 0]
    return result


class Fine(NamedTuple):
    """The density of a path after its start and after a change: about every n // fine-th step n steps on."""

    at_start: int
    at_change: int

    def levels(self, steps: Array, mark_before: Array, coarsest: int) -> Array:
        """Return the level of each of steps (n,), the mark before each given, up to the coarsest."""
        fine = np.where(mark_before == 0, self.at_start, self.at_change)
        quotients = np.where(fine > 0, (steps - mark_before) // np.maximum(fine, 1), 1 << coarsest)
        result: Array = np.log2(np.clip(quotients, 1, 1 << coarsest)).astype(np.int64)
        return result

    def level(self, step: int, mark_before: int, coarsest: int) -> int:
        """Return the same for one step."""
        fine = self.at_change if mark_before else self.at_start
        quotient = (step - mark_before) // fine if fine else 1 << coarsest
        return max(min(quotient, 1 << coarsest), 1).bit_length() - 1

    @property
    def least(self) -> bool:
        return self.at_change == 0 and self.at_start <= 2

    def coarser(self) -> Fine:
        """Return half the density after the changes; where that is used up, after the start too."""
        if self.at_change:
            return Fine(self.at_start, self.at_change // 2)
        return Fine(max(self.at_start // 2, 2), 0)


class FullPath(NamedTuple):
    """A path before a thinning, its arrays never written again, and the step that made it necessary."""

    thinned_for: int
    level: int
    marks_level: int
    fine: Fine
    steps: Array
    special: Array
    points: Array


class PathState(NamedTuple):
    """The whole state of a path: points (n, P) at steps (n,), special (n,) where one is a mark; see Path."""

    level: int
    marks_level: int
    fine: Fine
    steps: Array
    special: Array
    points: Array
    earlier: FullPath | None


class Path:
    """The parameters at one step of every 2^level; the level rises whenever there are too many points.

    engine.recording.kept_steps decides which step of each 2^level: a run that goes from wall to wall of a
    valley shows both. The start stays, and so do the points where something was changed, until those alone
    fill half of it: then they are thinned in the same way, to one of every 2^marks_level steps. A run moves
    far in the first steps after its start and after a change, so there the level is lower: after n steps one
    step of n // fine at most, rounded down to the power of two. At most PATH_POINTS points, fewer where θ is
    long (PATH_BYTES), but never fewer than PATH_POINTS_AT_LEAST.
    """

    def __init__(self, theta: Array):
        size = theta.size
        self._capacity = min(PATH_POINTS, max(PATH_POINTS_AT_LEAST, PATH_BYTES // (8 * size)))
        self._level = self._marks_level = 0
        self._fine = Fine(self._capacity // 32, self._capacity // 128)
        self._last_mark = 0
        self._count = 0
        self._steps = np.empty(self._capacity, dtype=np.int64)
        self._special = np.empty(self._capacity, dtype=bool)
        self._points = np.empty((PATH_POINTS_AT_LEAST, size))
        self._unthinned: FullPath | None = None
        self.mark(0, theta)

    def __len__(self) -> int:
        return self._count

    def points_to_keep(self, after: int, last: int) -> list[int]:
        """Return the steps from after + 1 to last at which the path needs the parameters."""
        level = self._fine.level(after + 1, self._last_mark, self._level)
        steps = kept_steps(after, last, level)
        if level == self._level or not steps:
            return steps
        finer = np.array(steps)
        result: list[int] = finer[is_kept(finer, self._levels(finer))].tolist()
        return result

    def extend(self, steps: Array, points: Array, all_due: bool = False) -> None:
        """Add points (m, P) at steps (m,), which increase; those that are not needed are skipped.

        all_due: the steps are what points_to_keep has just returned, and need no check.
        """
        while len(steps):
            if not all_due:
                kept = is_kept(steps, self._levels(steps))
                steps, points = steps[kept], points[kept]
            if len(steps) and self._count == self._capacity:
                self._thin(int(steps[0]))
                all_due = False
                continue
            taken = min(len(steps), self._capacity - self._count)
            self._append(steps[:taken], points[:taken], False)
            steps, points = steps[taken:], points[taken:]

    def mark(self, step: int, point: Array) -> None:
        """Add a point where something was changed; it replaces one of the same step."""
        if self._count and self._steps[self._count - 1] == step:
            self._count -= 1
        if self._count == self._capacity:
            self._thin(step)
        self._append(np.array([step]), point[np.newaxis], True)
        self._last_mark = step

    def cut(self, step: int) -> None:
        """Drop everything after step, as if it had never been added."""
        if (earlier := self._unthinned) is not None and step < earlier.thinned_for:
            self._level, self._marks_level, self._fine = earlier.level, earlier.marks_level, earlier.fine
            self._steps, self._special = earlier.steps.copy(), earlier.special.copy()
            self._points = earlier.points.copy()
            self._count, self._unthinned = self._capacity, None
        self._count = int(np.searchsorted(self._steps[: self._count], step, side="right"))
        self._find_last_mark()

    def points(self, step: int, theta: Array, before: Array | None = None) -> tuple[Array, Array]:
        """Return steps (m,) and parameters (m, P), read-only copies, the present ones last.

        before (P,), where given, are those of the step before: two points of a run that alternates.
        """
        return up_to(self._steps[: self._count], self._points[: self._count], step, theta, before)

    def drop_unthinned(self) -> None:
        """Drop the copy from before the last thinning."""
        self._unthinned = None

    def copy(self) -> Path:
        twin = object.__new__(Path)
        twin.__dict__.update(self.__dict__)
        twin._steps, twin._special = self._steps.copy(), self._special.copy()
        twin._points = self._points.copy()
        return twin

    def state(self, back_to: int) -> PathState:
        """Return copies of the whole state, for of_state; for back_to see Series.state."""
        n, earlier = self._count, self._unthinned
        if earlier is not None and earlier.thinned_for <= back_to:
            earlier = None
        arrays = self._steps[:n].copy(), self._special[:n].copy(), self._points[:n].copy()
        return PathState(self._level, self._marks_level, self._fine, *arrays, earlier)

    @staticmethod
    def of_state(state: PathState) -> Path:
        """Return the path that continues from a state.

        Raises ValueError where it holds too much or nothing.
        """
        if not len(state.points):
            raise ValueError("a path has a start")
        path = Path(state.points[0])
        count = len(state.steps)
        if count > path._capacity:
            raise ValueError(f"a path has at most {path._capacity} points")
        if state.earlier is not None and len(state.earlier.steps) != path._capacity:
            raise ValueError(f"a path is thinned where it has {path._capacity} points")
        path._level, path._marks_level, path._fine = state.level, state.marks_level, state.fine
        path._steps[:count], path._special[:count] = state.steps, state.special
        path._points, path._count, path._unthinned = state.points.copy(), count, state.earlier
        path._find_last_mark()
        return path

    def _append(self, steps: Array, points: Array, special: bool) -> None:
        start, end = self._count, self._count + len(steps)
        if end > len(self._points):
            room = min(max(2 * len(self._points), end), self._capacity)
            grown = np.empty((room, points.shape[1]))
            grown[:start] = self._points[:start]
            self._points = grown
        self._steps[start:end], self._special[start:end], self._points[start:end] = steps, special, points
        self._count = end

    def _levels(self, steps: Array) -> Array | int:
        """Return the level at each of the steps (n,), which increase and come after the last mark."""
        if self._fine.level(int(steps[0]), self._last_mark, self._level) == self._level:
            return self._level
        return self._fine.levels(steps, np.full(len(steps), self._last_mark), self._level)

    def _find_last_mark(self) -> None:
        marks = self._steps[: self._count][self._special[: self._count]]
        self._last_mark = int(marks[-1]) if len(marks) else 0

    def _thin(self, step: int) -> None:
        self._unthinned = FullPath(
            step, self._level, self._marks_level, self._fine, self._steps, self._special, self._points
        )
        steps, special = self._steps, self._special.copy()
        # The start, which comes first, is always kept.
        while len(marks := np.flatnonzero(special)[1:]) >= self._capacity // 2:
            kept = one_of_each(steps[marks], self._marks_level)
            if kept.all():
                self._marks_level += 1
            special[marks[~kept]] = False
        marks = np.flatnonzero(special)
        mark_before = steps[marks[np.searchsorted(marks, np.arange(self._capacity), side="right") - 1]]
        kept = self._points_to_keep(steps, special, mark_before)
        raised = False
        while len(kept) > 3 * self._capacity // 4:
            if not raised or self._fine.least:
                self._level, raised = self._level + 1, True
            else:
                self._fine = self._fine.coarser()
            kept = self._points_to_keep(steps, special, mark_before)
        self._count = len(kept)
        self._steps, self._special = np.empty_like(steps), np.empty_like(special)
        self._points = self._points[kept]
        self._steps[: self._count], self._special[: self._count] = steps[kept], special[kept]
        self._find_last_mark()

    def _points_to_keep(self, steps: Array, special: Array, mark_before: Array) -> Array:
        levels = self._fine.levels(steps, mark_before, self._level)
        return np.flatnonzero(is_kept(steps, levels) | special)
