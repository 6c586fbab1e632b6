"""The question for the confusion matrix of training and test points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from playground.arrays import Floats
from playground.engine.confusion import Confusion, confusion
from playground.engine.network_on_data import NetworkOnData
from playground.landscape.questions.context import Context
from playground.landscape.questions.question import RunAnswer, RunQuestion

POINTS_AT_ONCE = 512


@dataclass(frozen=True, eq=False)
class ConfusionAnswer(RunAnswer):
    """The counts of the training points and of the test points at these parameters."""

    parameters: Floats
    train: Confusion
    test: Confusion


@dataclass(frozen=True, eq=False)
class ConfusionQuestion(RunQuestion):
    """A question for the classes that a network with an output for each gives to all points."""

    slot = "confusion"

    parameters: Floats

    def answers(self, context: Context) -> Iterator[ConfusionAnswer | None]:
        return self.counted(context.network_on_data)

    def counted(self, on_data: NetworkOnData) -> Iterator[ConfusionAnswer | None]:
        """Yield None after each piece of work, and at the end the answer."""
        samples, network = on_data.samples, on_data.network
        found = []
        for X, y in ((samples.X_train, samples.y_train), (samples.X_test, samples.y_test)):
            total = confusion(y[:0], y[:0])
            for start in range(0, len(X), POINTS_AT_ONCE):
                part = slice(start, start + POINTS_AT_ONCE)
                with np.errstate(all="ignore"):
                    total += confusion(network.predict(self.parameters, X[part]), y[part])
                yield None
            found.append(total)
        yield ConfusionAnswer(self.run, self.step, self.parameters, *found)
