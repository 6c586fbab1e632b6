"""The gradient of a run whose backward pass has a mistake, in place of the fast one of the step."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from playground.arrays import Array
from playground.engine.backprop.bugs import rules_of
from playground.engine.backprop.rules import propagate_back
from playground.engine.network import Network
from playground.engine.stepping.fast_output import fast_output
from playground.engine.stepping.step import WorkingParameters


def make_faulty_gradient(
    fault: str,
) -> Callable[[Network, WorkingParameters, int], Callable[[tuple[Array, Array, Array, Array]], None]]:
    """Return the replacement of engine.stepping.step.make_gradient for a run with this bug.

    It is slower, but readable.
    """
    rules = rules_of(fault)

    def gradient_of_network(
        network: Network, working: WorkingParameters, n_samples: int
    ) -> Callable[[tuple[Array, Array, Array, Array]], None]:
        output = fast_output(network)

        def gradient(batch: tuple[Array, Array, Array, Array]) -> None:
            columns, _, target, z = batch
            y = output.y_of(output.whole_target(target, n_samples))
            W, b = network.matrices(working.public(working.theta))
            every_z, a = network.propagate((W, b), columns[:-1])
            z[...] = every_z[network.depth]
            measured = propagate_back(network, W, every_z, a, y, rules)
            parts = [
                part
                for layer in range(1, network.depth + 1)
                for part in (measured.dW[layer].ravel(), measured.db[layer])
            ]
            working.gradient[:] = working.working(np.concatenate(parts))

        return gradient

    return gradient_of_network
