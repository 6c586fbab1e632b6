"""The question what the activation functions do, and a bounded record of the gradient norm of each layer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from playground.engine.backprop.activation_facts import ActivationFacts, facts_in_pieces, gradient_norms
from playground.engine.backprop.bugs import rules_of
from playground.engine.recording.kept_steps import spread_rows
from playground.landscape.questions.context import Context

Floats = NDArray[np.float64]

MOST_ROWS = 400
"""Steps kept at most; then a half is dropped."""
FILLED_IN = 150
"""So many steps of the past are filled in, spread over the path."""
AT_A_TIME = 10


@dataclass(frozen=True, eq=False)
class ActivationsAnswer:
    """Facts of this step, and the norms (k, L) of these steps (k,): this one and those asked for."""

    run: int
    step: int
    facts: ActivationFacts
    steps: NDArray[np.int64]
    norms: Floats


@dataclass(frozen=True, eq=False)
class ActivationsQuestion:
    """Activations over the training points at parameters (P,); gradient norms there and at past (k, P)."""

    slot: ClassVar[str] = "activations"

    run: int
    step: int
    parameters: Floats
    past_steps: NDArray[np.int64]
    past: Floats

    def answers(self, context: Context) -> Iterator[ActivationsAnswer | None]:
        network, rules = context.base_network, rules_of(context.experiment.training.fault)
        facts = None
        for found in facts_in_pieces(network, self.parameters, context.X):
            facts = found
            yield None
        assert facts is not None
        norms = []
        for theta in (self.parameters, *self.past):
            for norm in gradient_norms(network, theta, context.X, context.y, rules):
                if norm is None:
                    yield None
                else:
                    norms.append(norm)
        steps = np.append(np.int64(self.step), self.past_steps).astype(np.int64)
        yield ActivationsAnswer(self.run, self.step, facts, steps, np.array(norms))


class NormRecord:
    """Gradient norms of the layers at some steps of a run."""

    def __init__(self) -> None:
        self._rows: dict[int, Floats] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, steps: NDArray[np.int64], norms: Floats) -> None:
        """Take in the norms (k, L) of these steps; of too many a half stays."""
        for step, row in zip(steps.tolist(), norms, strict=True):
            self._rows[step] = row
        while len(self._rows) > MOST_ROWS:
            known = sorted(self._rows)
            stay = set(spread_rows(len(known), MOST_ROWS // 2).tolist())
            for row, step in enumerate(known):
                if row not in stay:
                    del self._rows[step]

    def table(self) -> tuple[NDArray[np.int64], Floats]:
        """Steps (k,), ascending, and norms (k, L)."""
        steps = sorted(self._rows)
        return np.array(steps, np.int64), np.array([self._rows[step] for step in steps])

    def missing(self, path_steps: NDArray[np.int64]) -> NDArray[np.int64]:
        """Rows of a path that lie in gaps of the record, AT_A_TIME at most, spread over all of them."""
        if not len(path_steps):
            return np.empty(0, np.int64)
        rows = spread_rows(len(path_steps), FILLED_IN)
        wanted = path_steps[rows]
        if self._rows:
            known = np.array(sorted(self._rows))
            after = np.clip(np.searchsorted(known, wanted), 1, max(len(known) - 1, 1))
            near = np.abs(wanted - known[np.minimum(after, len(known) - 1)])
            distance = np.minimum(near, np.abs(wanted - known[after - 1]))
        else:
            distance = np.full(len(wanted), np.iinfo(np.int64).max)
        spacing = max(1.0, 0.5 * float(wanted[-1] - wanted[0]) / FILLED_IN)
        gaps = np.flatnonzero(distance >= spacing)
        spread = np.linspace(0, len(gaps) - 1, min(AT_A_TIME, len(gaps))).round().astype(np.int64)
        return rows[gaps[spread]]
