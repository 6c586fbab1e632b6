"""Bounded records of the states of a run, so that any of its steps can be reached again.

A run can be made again bit by bit from any earlier checkpoint. Checkpoints are small and there are many;
records, which hold the history too, are large and there are few. Both lie at multiples of a stride that is a
power of two and doubles when there are too many. Which ones are kept depends on steps alone, never on time.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Generic, NamedTuple, Protocol, TypeVar

MOST_CHECKPOINTS, FEWEST_CHECKPOINTS = 200, 16
CHECKPOINT_BYTES = 8 * 2**20
"""Maximum size of all checkpoints of a run together, unless that allows fewer than FEWEST_CHECKPOINTS."""
VECTORS_IN_A_CHECKPOINT = 3
"""θ, and at most two of an optimiser."""
STRIDE, STRIDE_COST = 256, 2000.0
"""Steps between the first checkpoints, fewer where a step is expected to cost more microseconds."""

MOST_RECORDS = 6
RECORD_STRIDE = 4096


class AtStep(Protocol):
    """Anything that belongs to a step."""

    @property
    def step(self) -> int: ...


Kind = TypeVar("Kind", bound=AtStep)


class ThinnedState(NamedTuple, Generic[Kind]):
    """The whole state of a Thinned: see there."""

    base: int
    stride: int
    most: int
    start: Kind
    entries: Sequence[Kind]
    newest: Kind | None


class Thinned(Generic[Kind]):
    """Entries at multiples of a stride, and the newest besides; the stride doubles when there are too many.

    start is always kept.
    """

    def __init__(self, start: Kind, stride: int, most: int):
        self._base = self._stride = stride
        self._most = max(2, most)
        self._start = start
        self._entries: list[Kind] = []
        self._newest: Kind | None = None

    def __len__(self) -> int:
        return 1 + len(self._entries) + (self._newest is not None)

    def next_due(self, step: int) -> int:
        """Return the first step after this one at which an entry is due."""
        return (step // self._base + 1) * self._base

    def is_due(self, step: int) -> bool:
        """Return whether an entry of this step is due."""
        return step > 0 and step % self._base == 0 and step > self._last_step()

    def add(self, entry: Kind) -> None:
        """Add an entry that is due."""
        if entry.step % self._stride:
            self._newest = entry
            return
        self._newest = None
        self._entries.append(entry)
        while len(self._entries) > self._most - 2:
            self._stride *= 2
            newest = self._entries[-1]
            self._entries = [kept for kept in self._entries if kept.step % self._stride == 0]
            if newest.step % self._stride:
                self._newest = newest
        if self._stride > STEPS_BETWEEN_AT_MOST * self._base:
            self._base = self._stride // STEPS_BETWEEN_AT_MOST

    def before(self, step: int) -> Kind:
        """Return the newest entry not after this step."""
        if self._newest is not None and self._newest.step <= step:
            return self._newest
        place = bisect_right(self._entries, step, key=lambda entry: entry.step)
        return self._entries[place - 1] if place else self._start

    def cut(self, step: int) -> None:
        """Drop all entries after step."""
        if self._newest is not None and self._newest.step > step:
            self._newest = None
        del self._entries[bisect_right(self._entries, step, key=lambda entry: entry.step) :]

    def copy(self) -> Thinned[Kind]:
        """Return an independent copy; the entries, which never change, are shared."""
        twin: Thinned[Kind] = object.__new__(Thinned)
        twin.__dict__.update(self.__dict__)
        twin._entries = list(self._entries)
        return twin

    def state(self) -> ThinnedState[Kind]:
        """Return the whole state, for of_state; the entries, which never change, are shared."""
        entries = tuple(self._entries)
        return ThinnedState(self._base, self._stride, self._most, self._start, entries, self._newest)

    @staticmethod
    def of_state(state: ThinnedState[Kind]) -> Thinned[Kind]:
        """Return a Thinned that continues from a state."""
        thinned = Thinned(state.start, state.stride, state.most)
        thinned._base = state.base
        thinned._entries, thinned._newest = list(state.entries), state.newest
        return thinned

    def _last_step(self) -> int:
        if self._newest is not None:
            return self._newest.step
        return self._entries[-1].step if self._entries else self._start.step


STEPS_BETWEEN_AT_MOST = 16
"""Factor by which the stride of the newest entry is finer than that of the others at most."""


def most_checkpoints(n_parameters: int) -> int:
    """Return the maximum number of checkpoints of this many parameters."""
    each = 8 * VECTORS_IN_A_CHECKPOINT * n_parameters + 2048
    return max(FEWEST_CHECKPOINTS, min(MOST_CHECKPOINTS, CHECKPOINT_BYTES // each))


def first_stride(step_cost: float) -> int:
    """Return the stride of the first checkpoints: a power of two, small where a step is expensive."""
    return 1 << max(0, min(STRIDE, int(STRIDE_COST / step_cost)).bit_length() - 1)
