"""The steps that a record keeps when it cannot keep all: one of each bucket, at changing places in it.

A loss above the stability limit goes up and down with every step. A record of every 2^j-th step would show
one side of that and nothing of the other, for a run of any length. So the steps are cut into buckets of 2^j,
and of each bucket one step is kept. Its place differs from bucket to bucket, so that whatever repeats every
two, three or four steps is recorded at all of its places.

The kept steps nest: a bucket of 2^(j+1) keeps one of the two steps that its halves keep. Of these two one is
even and one odd, so three kept steps in a row never have the same parity. Which one is kept follows from the
number of the bucket alone, by a fixed table of random bits: a record depends on steps, never on time.

With b(0, x) = 0 and else b(j, x) a random bit, x the number of a bucket of 2^j counted in pairs: of the pair
2x, 2x + 1 the first keeps a step of parity b(j, x), the second one of the other.
"""

from __future__ import annotations

from bisect import bisect_right

import numpy as np

from playground.arrays import Array

LEVELS = 62
_PAIRS = 256
_SCALAR_LEVEL = 4
"""From this level on few steps of a block are kept, and they are found one by one."""


def _tables() -> tuple[Array, list[bytes]]:
    """Return the tables that decide which steps are kept.

    survives[j, (step >> j) % 512]: whether a kept step of level j is one of level j + 1 too. chosen[j][bucket
    % 512]: which half, 0 or 1, of a bucket of level j + 1 its step lies in.
    """
    bits = np.unpackbits(np.frombuffer(np.random.default_rng(2).bytes(LEVELS * _PAIRS // 8), np.uint8))
    b = np.vstack([np.zeros(_PAIRS, np.uint8), bits.reshape(LEVELS, _PAIRS)])
    bucket = np.arange(2 * _PAIRS)
    chosen = b[:-1, bucket % _PAIRS] ^ (bucket & 1).astype(np.uint8) ^ b[1:, bucket // 2]
    step = np.arange(4 * _PAIRS)
    survives = chosen[:, step >> 1] == (step & 1).astype(np.uint8)
    return survives, [row.tobytes() for row in chosen]


_SURVIVES, _CHOSEN = _tables()
_BUCKETS, _STEPS = 2 * _PAIRS - 1, 4 * _PAIRS - 1


def kept_step(bucket: int, level: int) -> int:
    """Return the step that is kept of the steps bucket·2^level to (bucket + 1)·2^level − 1."""
    step = bucket
    for below in range(level - 1, -1, -1):
        step = 2 * step + _CHOSEN[below][step & _BUCKETS]
    return step


def is_kept(steps: Array, levels: Array | int) -> Array:
    """Return whether each of steps (n,) int64 is kept at its level; (n,) bool."""
    kept = np.ones(len(steps), dtype=bool)
    for level in range(levels if isinstance(levels, int) else int(levels.max(initial=0))):
        survives = _SURVIVES[level][(steps >> level) & _STEPS]
        if not isinstance(levels, int):
            survives |= levels <= level
        kept &= survives
    return kept


_PERIOD = 4 * _PAIRS << _SCALAR_LEVEL
"""Period of the kept steps below _SCALAR_LEVEL."""
_PATTERNS = [np.flatnonzero(is_kept(np.arange(_PERIOD), level)).tolist() for level in range(_SCALAR_LEVEL)]


def kept_steps(after: int, last: int, level: int) -> list[int]:
    """Return the steps from after + 1 to last that are kept at a level."""
    if level == 0:
        return list(range(after + 1, last + 1))
    if level >= _SCALAR_LEVEL:
        buckets = range((after + 1) >> level, (last >> level) + 1)
        steps = [kept_step(bucket, level) for bucket in buckets]
        return [step for step in steps if after < step <= last]
    pattern, found = _PATTERNS[level], []
    for start in range((after + 1) // _PERIOD * _PERIOD, last + 1, _PERIOD):
        first, end = bisect_right(pattern, after - start), bisect_right(pattern, last - start)
        found += [start + step for step in pattern[first:end]]
    return found


def one_of_each(steps: Array, level: int) -> Array:
    """Return which of steps (n,), which increase, are kept, (n,) bool: at most one of each bucket of 2^level.

    Steps may be missing: of a bucket with a single one this one is kept. Several levels at once give the same
    as one after the other.
    """
    kept = np.ones(len(steps), dtype=bool)
    for below in range(level):
        rows = np.flatnonzero(kept)
        there = steps[rows]
        double = np.flatnonzero(there[1:] >> (below + 1) == there[:-1] >> (below + 1))
        for pair in (double, double + 1):
            kept[rows[pair[~_SURVIVES[below][(there[pair] >> below) & _STEPS]]]] = False
    return kept


def spread_rows(n: int, most: int) -> Array:
    """Return at most `most` (2 or more) of the rows 0 to n − 1, spread evenly, first and last among them.

    They too lie at changing places, and two neighbours are of both parities where enough rows are left out:
    of a record that holds every step they show what alternates.
    """
    if n <= most:
        return np.arange(n)
    edges = np.linspace(1, n - 1, most - 1).round().astype(np.int64)
    first, width = edges[:-1], np.diff(edges)
    rows = first + np.resize(_PLACES, len(first)) % width
    second = rows[1::2]
    alike = (second - rows[: 2 * len(second) : 2]) % 2 == 0
    moved = np.where(second + 1 < first[1::2] + width[1::2], second + 1, second - 1)
    rows[1::2] = np.where(alike & (width[1::2] > 1), moved, second)
    return np.concatenate([[0], rows, [n - 1]])


_PLACES = np.frombuffer(np.random.default_rng(3).bytes(2 * 4093), np.uint16).astype(np.int64)
