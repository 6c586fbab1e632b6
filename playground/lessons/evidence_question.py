"""What only the helper can tell a lesson: neurons that are dead or saturated, and the sharpness."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from playground.landscape.context import Context
from playground.landscape.curvature import extreme_eigenvalues

FLAT = 0.01
"""The slope of g below which a neuron counts as saturated at a point."""


@dataclass(frozen=True, eq=False)
class LessonAnswer:
    """Counted at the parameters of a step: hidden neurons that are 0 for every training point, the share of
    neurons and points with |g'| < FLAT, and λmax where it was asked for."""

    run: int
    step: int
    dead_relus: int
    saturated: float
    sharpness: float | None
    complete: bool = True


@dataclass(frozen=True, eq=False)
class LessonQuestion:
    """Asked while a goal needs it; sharpness says whether λmax is wanted."""

    slot: ClassVar[str] = "lesson"

    run: int
    step: int
    parameters: np.ndarray
    l1: float
    l2: float
    sharpness: bool

    def answers(self, context: Context) -> Iterator[LessonAnswer | None]:
        network = context.network(self.l1, self.l2)
        forward = network.forward(self.parameters, context.X)
        hidden = list(zip(forward.z[:-1], forward.a[1:-1], strict=True))
        dead = sum(int(np.count_nonzero(a.max(axis=0) <= 0)) for _, a in hidden)
        flat = sum(int(np.count_nonzero(np.abs(network.g.first(z, a)) < FLAT)) for z, a in hidden)
        cells = sum(a.size for _, a in hidden)
        yield None
        largest = None
        if self.sharpness:
            hessian = network.hessian_operator(self.parameters, context.X, context.y)
            largest = float(extreme_eigenvalues(hessian, hessian.size).largest)
        yield LessonAnswer(
            self.run,
            self.step,
            dead if network.activation == "relu" else 0,
            flat / cells if cells else 0.0,
            largest,
        )
