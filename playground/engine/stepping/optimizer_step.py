"""One step of an optimiser in numbers: its state before and after."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from playground.arrays import Array


@dataclass(frozen=True, eq=False)
class OptimizerStep:
    """The state of an optimiser around one of its steps.

    name, hyperparameters: as in make_optimizer. count: the number of this step, from 1 on; an optimiser that
    was chosen during a run starts to count there. before, after: its vectors (P,) by their names in
    torch.optim; before its first step it may have none.
    """

    name: str
    hyperparameters: Mapping[str, Any]
    count: int
    before: Mapping[str, Array]
    after: Mapping[str, Array]

    def reordered(self, order: Callable[[Array], Array]) -> OptimizerStep:
        """Return the same with every vector passed through order, which returns a copy; read-only."""
        parts = []
        for vectors in (self.before, self.after):
            part = {name: order(vector) for name, vector in vectors.items()}
            for vector in part.values():
                vector.setflags(write=False)
            parts.append(part)
        return OptimizerStep(self.name, self.hyperparameters, self.count, *parts)

    def __eq__(self, other: object) -> bool:
        """Return whether every number is the same."""
        if not isinstance(other, OptimizerStep):
            return NotImplemented
        mine = (self.name, dict(self.hyperparameters), self.count, set(self.before), set(self.after))
        theirs = (other.name, dict(other.hyperparameters), other.count, set(other.before), set(other.after))
        return mine == theirs and all(
            np.array_equal(vectors[name], others[name], equal_nan=True)
            for vectors, others in ((self.before, other.before), (self.after, other.after))
            for name in vectors
        )

    __hash__ = None  # type: ignore[assignment]
