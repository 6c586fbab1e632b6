"""The gradient norms of the layers over the run, as far as they were asked for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from playground.arrays import Floats
from playground.engine.recording.kept_steps import spread_rows
from playground.landscape.questions.activations import AT_A_TIME, FILLED_IN, MOST_ROWS


class NormRecord:
    """Gradient norms of the layers at some steps of a run."""

    def __init__(self) -> None:
        self._rows: dict[int, Floats] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, steps: NDArray[np.int64], norms: Floats) -> None:
        """Add the norms (k, L) of these steps; beyond the maximum number half of them are dropped."""
        for step, row in zip(steps.tolist(), norms, strict=True):
            self._rows[step] = row
        while len(self._rows) > MOST_ROWS:
            known = sorted(self._rows)
            stay = set(spread_rows(len(known), MOST_ROWS // 2).tolist())
            for row, step in enumerate(known):
                if row not in stay:
                    del self._rows[step]

    def table(self) -> tuple[NDArray[np.int64], Floats]:
        """Return steps (k,), ascending, and norms (k, L)."""
        steps = sorted(self._rows)
        return np.array(steps, np.int64), np.array([self._rows[step] for step in steps])

    def missing(self, path_steps: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return rows of a path that lie in gaps of the record, at most AT_A_TIME, spread over all gaps."""
        if not len(path_steps):
            return np.empty(0, np.int64)
        rows = spread_rows(len(path_steps), FILLED_IN)
        candidates = path_steps[rows]
        if self._rows:
            known = np.array(sorted(self._rows))
            after = np.clip(np.searchsorted(known, candidates), 1, max(len(known) - 1, 1))
            near = np.abs(candidates - known[np.minimum(after, len(known) - 1)])
            distance = np.minimum(near, np.abs(candidates - known[after - 1]))
        else:
            distance = np.full(len(candidates), np.iinfo(np.int64).max)
        spacing = max(1.0, 0.5 * float(candidates[-1] - candidates[0]) / FILLED_IN)
        gaps = np.flatnonzero(distance >= spacing)
        spread = np.linspace(0, len(gaps) - 1, min(AT_A_TIME, len(gaps))).round().astype(np.int64)
        return rows[gaps[spread]]
