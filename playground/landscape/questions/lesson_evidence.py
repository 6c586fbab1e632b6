"""The question for what the goal of a lesson needs: dead and saturated neurons, and the sharpness."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from playground.engine.backprop.layer_statistics import is_flat, silent_neurons
from playground.engine.problem_of_experiment import network_on_data
from playground.landscape.curvature import search
from playground.landscape.pieces import finish
from playground.landscape.questions.context import Context
from playground.landscape.questions.question import RunAnswer, RunQuestion


@dataclass(frozen=True, eq=False)
class LessonAnswer(RunAnswer):
    """Counts at the parameters of a step.

    Hidden neurons that are 0 for every training point, the share of neurons and points that are saturated
    (engine.backprop.layer_statistics), and λmax where it was requested,
    with the limit and the slider's α that were given. Without a network no neuron is
    counted.
    """

    dead_relus: int
    saturated: float
    sharpness: float | None
    limit: float | None = None
    rate: float | None = None
    complete: bool = True


@dataclass(frozen=True, eq=False)
class LessonQuestion(RunQuestion):
    """A question that is asked while a goal needs it.

    sharpness: whether λmax is needed. limit, rate: 2/α and the slider's α at this step, for the answer.
    """

    slot = "lesson"

    parameters: np.ndarray
    l1: float
    l2: float
    sharpness: bool
    limit: float | None = None
    rate: float | None = None

    def answers(self, context: Context) -> Iterator[LessonAnswer | None]:
        problem = context.problem.with_penalties(self.l1, self.l2)
        on_data, dead, saturated = network_on_data(problem), 0, 0.0
        if on_data is not None:
            forward = on_data.network.forward(self.parameters, on_data.X)
            functions = on_data.network.g.values()
            flat = [is_flat(g, z) for g, z in zip(functions, forward.z[:-1], strict=True)]
            cells = sum(layer.size for layer in flat)
            dead = sum(silent_neurons(layer) for g, layer in zip(functions, flat, strict=True) if g.can_die)
            saturated = sum(int(np.count_nonzero(layer)) for layer in flat) / cells if cells else 0.0
        yield None
        largest = None
        if self.sharpness:
            hessian = problem.hessian_operator(self.parameters)
            largest = float(finish(search(hessian, hessian.size, problem.frozen)).largest)
        yield LessonAnswer(self.run, self.step, dead, saturated, largest, self.limit, self.rate)
