"""The gradient of a step with frozen parameters: 0 in their places."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playground.engine.network import Network
from playground.engine.stepping.batches import MakeGradient
from playground.engine.stepping.step import WorkingParameters


def held(make: MakeGradient) -> MakeGradient:
    """Return what makes the same gradients with 0 in the places of frozen entries."""

    def make_held(network: Network, working: WorkingParameters, n_samples: int) -> Callable[[Any], None]:
        take, gradient, frozen = make(network, working, n_samples), working.gradient, working.frozen

        def take_held(batch: Any) -> None:
            take(batch)
            gradient[frozen] = 0.0

        return take_held

    return make_held
