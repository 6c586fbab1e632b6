"""The question for the points whose class the network does not give, the worst first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from playground.arrays import Array, Floats
from playground.engine.datasets import Samples
from playground.engine.losses import samples_right
from playground.engine.network import Network
from playground.landscape.pieces import Pieces
from playground.landscape.questions.blame import POINTS_AT_ONCE
from playground.landscape.questions.context import Context
from playground.landscape.questions.question import RunAnswer, RunQuestion

MOST = 24
"""Mistakes that are kept."""


@dataclass(frozen=True, eq=False)
class Mistakes:
    """The worst mistakes; points are counted through the training points and then the test points.

    points (n,) their numbers, by falling loss, those first whose prediction is not a number; classes (n,)
    their own; given (n,) the class that the network gives them, −1 for none; shares (n,) the prediction for
    it. wrong, of: how many training points are not given their class, and of how many; wrong_test, of_test:
    the same of the test points.
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
class MistakesAnswer(RunAnswer):
    """The worst mistakes at the parameters of this step."""

    mistakes: Mistakes


@dataclass(frozen=True, eq=False)
class MistakesQuestion(RunQuestion):
    """A question for the worst mistakes at these parameters."""

    slot = "mistakes"

    parameters: Floats

    def answers(self, context: Context) -> Iterator[MistakesAnswer | None]:
        on_data = context.network_on_data
        found = yield from mistakes_in_pieces(on_data.network, self.parameters, on_data.samples)
        yield MistakesAnswer(self.run, self.step, found)


def mistakes_in_pieces(network: Network, theta: Floats, samples: Samples) -> Pieces[Mistakes]:
    """Find the worst mistakes of a network on these samples, which have classes, in pieces."""
    X = np.vstack([samples.X_train, samples.X_test])
    y = np.vstack([samples.y_train, samples.y_test])
    classes = samples.labels(y).astype(int)
    guesses, losses = np.empty_like(y), np.empty(len(y))
    for start in range(0, len(X), POINTS_AT_ONCE):
        part = slice(start, start + POINTS_AT_ONCE)
        with np.errstate(all="ignore"):
            forward = network.forward(theta, X[part])
            guesses[part] = forward.a[-1]
            losses[part] = network.loss_function.value(forward.z[-1].T, y[part].T)
        yield None
    is_wrong = ~samples_right(guesses.T, y.T, 0.5)
    unsaid = np.isnan(guesses).any(axis=1)
    by_class = np.hstack([1.0 - guesses, guesses]) if guesses.shape[1] == 1 else guesses
    given = np.where(unsaid, -1, np.nan_to_num(by_class).argmax(axis=1))
    shares = np.where(unsaid, np.nan, by_class.max(axis=1))
    size = np.where(np.isnan(losses) | unsaid, np.inf, losses)
    worst = np.flatnonzero(is_wrong)
    worst = worst[np.argsort(-size[worst], kind="stable")][:MOST]
    n = len(samples.X_train)
    return Mistakes(
        worst,
        classes[worst],
        given[worst],
        shares[worst],
        int(is_wrong[:n].sum()),
        n,
        int(is_wrong[n:].sum()),
        len(X) - n,
    )
