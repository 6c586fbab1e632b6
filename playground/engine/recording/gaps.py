"""Gaps of a record: parts of a run of which nothing was recorded.

A run that was opened from a figure has its start and the step of the figure, and nothing of the steps
between. What is recorded on both sides of a gap must not be joined by a line. In a session gaps are a list of
[after, before]; it is absent where there are none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from playground.arrays import Array
from playground.session_values import Reader
from playground.sessions import Value

MOST_GAPS = 10_000


class Gap(NamedTuple):
    """Nothing was recorded after the one step and before the other; at least one step lies between."""

    after: int
    before: int


def gap_up_to(step: int) -> tuple[Gap, ...]:
    """Return the gap between the start and this step; none where no step lies between."""
    return (Gap(0, step),) if step > 1 else ()


def gaps_until(gaps: Iterable[Gap], step: int) -> tuple[Gap, ...]:
    """Return the gaps of a record that ends at this step."""
    ended = (Gap(gap.after, min(gap.before, step)) for gap in gaps)
    return tuple(gap for gap in ended if gap.before - gap.after > 1)


def rows_after(gaps: Sequence[Gap], steps: Array) -> Array:
    """Return the rows (k,) of ascending steps (n,) that have a gap between them and the row before."""
    if not gaps or len(steps) < 2:
        return np.empty(0, np.int64)
    rows = np.unique(np.searchsorted(steps, [gap.before for gap in gaps]))
    result: Array = rows[(rows > 0) & (rows < len(steps))]
    return result


def lies_between(gaps: Iterable[Gap], first: int, last: int) -> bool:
    """Return whether a part of a gap lies between these two steps."""
    return any(first < gap.before and last > gap.after for gap in gaps)


def gaps_value(gaps: Iterable[Gap]) -> dict[str, Value]:
    """Return the field of an object in a session for gaps; no field for none."""
    value = [[gap.after, gap.before] for gap in gaps]
    return {"gaps": value} if value else {}


def gaps_of(reader: Reader, step: int) -> tuple[Gap, ...]:
    """Return the gaps of an object that may have them, of a run at this step. Raises SessionError."""
    found: list[Gap] = []
    if "gaps" not in reader:
        return ()
    for entry in reader["gaps"].entries(MOST_GAPS):
        ends = entry.entries(2)
        if len(ends) != 2:
            entry.refuse("must be two steps")
        after = ends[0].whole(found[-1].before if found else 0, step)
        before = ends[1].whole(0, step)
        if before - after < 2:
            entry.refuse("must be two steps with one between")
        found.append(Gap(after, before))
    return tuple(found)
