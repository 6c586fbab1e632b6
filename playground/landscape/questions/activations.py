"""The question about the activation functions, with a bounded record of the gradient norm of each layer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playground.arrays import Floats
from playground.engine.backprop.bugs import rules_of
from playground.engine.backprop.layer_statistics import ActivationFacts, facts_in_pieces, gradient_norms
from playground.landscape.questions.context import Context
from playground.landscape.questions.question import RunAnswer, RunQuestion

MOST_ROWS = 400
"""Maximum number of steps; beyond it half of them are dropped."""
FILLED_IN = 150
"""Number of earlier steps that are filled in, spread over the path."""
AT_A_TIME = 10


@dataclass(frozen=True, eq=False)
class ActivationsAnswer(RunAnswer):
    """Facts of this step, and the norms (k, L) of these steps (k,): this one and the requested ones."""

    facts: ActivationFacts
    steps: NDArray[np.int64]
    norms: Floats


@dataclass(frozen=True, eq=False)
class ActivationsQuestion(RunQuestion):
    """A question for the activations over the training points at parameters (P,).

    Gradient norms are computed there and at past (k, P).
    """

    slot = "activations"

    parameters: Floats
    past_steps: NDArray[np.int64]
    past: Floats

    def answers(self, context: Context) -> Iterator[ActivationsAnswer | None]:
        on_data, rules = context.network_on_data, rules_of(context.experiment.training.fault)
        facts = None
        for found in facts_in_pieces(on_data.network, self.parameters, on_data.X):
            facts = found
            yield None
        assert facts is not None
        norms = []
        for theta in (self.parameters, *self.past):
            for norm in gradient_norms(on_data.network, theta, on_data.X, on_data.y, rules):
                if norm is None:
                    yield None
                else:
                    norms.append(norm)
        steps = np.append(np.int64(self.step), self.past_steps).astype(np.int64)
        yield ActivationsAnswer(self.run, self.step, facts, steps, np.array(norms))
