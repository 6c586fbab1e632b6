"""The question for the points whose class the network does not give, the worst first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from playground.arrays import Array, Floats
from playground.landscape.questions.blame import POINTS_AT_ONCE
from playground.landscape.questions.context import Context
from playground.landscape.questions.question import RunAnswer, RunQuestion


@dataclass(frozen=True, eq=False)
class MistakesAnswer(RunAnswer):
    """The worst mistakes: points are counted through the training points and then the test points.

    points (n,) their numbers, by falling loss; classes (n,) their own; given (n,) the class that the network
    gives them, with the prediction shares (n,) for it. wrong, of: how many training points are given another
    class, and of how many; wrong_test, of_test: the same of the test points.
    """

    points: Array
    classes: Array
    given: Array
    shares: Floats
    wrong: int
    of: int
    wrong_test: int
    of_test: int


@dataclass(frozen=True, eq=False)
class MistakesQuestion(RunQuestion):
    """A question for the worst mistakes at these parameters, at most so many."""

    slot = "mistakes"

    parameters: Floats
    most: int = 24

    def answers(self, context: Context) -> Iterator[MistakesAnswer | None]:
        on_data = context.network_on_data
        network, samples = on_data.network, on_data.samples
        X = np.vstack([samples.X_train, samples.X_test])
        y = np.vstack([samples.y_train, samples.y_test])
        classes = samples.labels(y).astype(int)
        guesses, losses = np.empty_like(y), np.empty(len(y))
        for start in range(0, len(X), POINTS_AT_ONCE):
            part = slice(start, start + POINTS_AT_ONCE)
            with np.errstate(all="ignore"):
                forward = network.forward(self.parameters, X[part])
                guesses[part] = forward.a[-1]
                losses[part] = network.loss_function.value(forward.z[-1].T, y[part].T)
            yield None
        if guesses.shape[1] == 1:
            given, shares = (guesses[:, 0] >= 0.5).astype(int), np.abs(guesses[:, 0] - 0.5) + 0.5
        else:
            given, shares = guesses.argmax(axis=1), guesses.max(axis=1)
        is_wrong = given != classes
        order = np.argsort(np.where(is_wrong, -losses, np.inf), kind="stable")
        worst = order[: min(self.most, int(is_wrong.sum()))]
        n = len(samples.X_train)
        yield MistakesAnswer(
            self.run,
            self.step,
            worst,
            classes[worst],
            given[worst],
            shares[worst],
            int(is_wrong[:n].sum()),
            n,
            int(is_wrong[n:].sum()),
            len(X) - n,
        )
