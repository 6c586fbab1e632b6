"""Marks of a run: short digests of θ at a few of its steps, by which a replay of it is checked on its way.

A run that is computed on another machine, or with other libraries, may differ in the last bit of one θ, and
in everything after it. The marks tell between which steps this happened. In a session they are an object:

    steps    (n,) increasing, none of them 0 and none of them the last step of the run
    digests  for each the BLAKE2b of 8 bytes, in hexadecimal, over θ (P,) in public order as float64, least
             significant byte first
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from playground.arrays import Array
from playground.engine.recording.history import HistoryView
from playground.session_values import Reader
from playground.sessions import Value

MOST_MARKS = 64
_BYTES = 8


@dataclass(frozen=True)
class Marks:
    """Digests of θ at steps that increase."""

    steps: tuple[int, ...] = ()
    digests: tuple[str, ...] = ()


def digest(theta: Array) -> str:
    """Return the digest of θ (P,), given in public order."""
    content = np.ascontiguousarray(theta, dtype="<f8").tobytes()
    return hashlib.blake2b(content, digest_size=_BYTES).hexdigest()


def marks_of(history: HistoryView) -> Marks:
    """Return the marks of a run: at the points of its path, MOST_MARKS at most.

    Half of them lie evenly among the steps, the others closer to the start the earlier they are, as where two
    machines differ they mostly do so from early on. The last of these points
    is always marked: the step before the present one, where the run has made a step since it was opened.
    """
    # The start of a run that was opened from a figure is that of its experiment, whatever was set there by
    # hand. The last step is the run's own, and known whole.
    steps = history.path_steps[1:-1]
    if not len(steps):
        return Marks()
    rows = np.arange(len(steps))
    if len(steps) > MOST_MARKS:
        last, half = float(steps[-1]), MOST_MARKS // 2
        wanted = np.concatenate([np.linspace(last / half, last, half), np.geomspace(1.0, last, half)])
        rows = np.unique(np.searchsorted(steps, wanted).clip(max=len(steps) - 1))
    return Marks(tuple(steps[rows].tolist()), tuple(digest(history.path[1 + row]) for row in rows.tolist()))


def marks_value(marks: Marks) -> Value:
    """Return what stands in a session for marks."""
    return {"steps": np.array(marks.steps, dtype=np.int64), "digests": list(marks.digests)}


def marks_of_run(value: Value) -> Marks | None:
    """Return the marks in the value of a run; None where it has none. Raises SessionError."""
    run = Reader(value, "run")
    if "marks" not in run:
        return None
    marks = run["marks"]
    digests = tuple(entry.text(2 * _BYTES) for entry in marks["digests"].entries(MOST_MARKS))
    steps = tuple(marks["steps"].steps().tolist())
    if len(steps) != len(digests):
        marks.refuse("must have as many steps as digests")
    return Marks(steps, digests)
