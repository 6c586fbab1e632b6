"""Losses and accuracies over all points at the present parameters of a run, each computed once."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from playground.arrays import Array
from playground.engine.problem import PointLosses, Problem
from playground.engine.recording.history import Measured
from playground.engine.stepping.descent import Descent
from playground.engine.stepping.measuring import each_octave

Reading = tuple[float | None, float | None]
"""A loss, penalties included, and an accuracy; None where the run has none."""


class GaugeState(NamedTuple):
    """The readings of a gauge: by "train" and "test" a Reading, and the mean loss over the points alone."""

    readings: Mapping[str, Reading]
    points_losses: Mapping[str, float]
    penalty: float


class Gauge:
    """The readings of a descent at its present θ. Call `invalidate` whenever θ, or J, has changed."""

    def __init__(self, problem: Problem, descent: Descent):
        working = descent.working
        self._problem, self._descent = problem, descent
        self._train_points = problem.point_losses(working, "train")
        self._test_points = problem.point_losses(working, "test") if problem.has_test else None
        self._both = problem.point_losses(working, "train", "test") if problem.has_test else None
        self._readings: dict[str, Reading] = {}
        self._points_losses: dict[str, float] = {}
        self._penalty = 0.0
        self._apart = descent.batches.full

    def invalidate(self) -> None:
        self._readings, self._points_losses = {}, {}

    def state(self) -> GaugeState:
        """Return the readings at the present parameters, for load_state."""
        self._drop_other_way()
        return GaugeState(dict(self._readings), dict(self._points_losses), self._penalty)

    def load_state(self, state: GaugeState) -> None:
        """Take over the state() of a gauge at the same parameters."""
        self._apart = self._descent.batches.full
        self._readings, self._points_losses = dict(state.readings), dict(state.points_losses)
        self._penalty = state.penalty

    def read(self, which: str) -> Reading:
        """Return loss and accuracy over the "train" or the "test" points.

        In the full batch each set is computed by itself: the training loss is then the next batch loss to the
        last bit. Otherwise one forward pass serves both. The two ways can differ in the last bit: a reading
        taken before the batch size was changed is taken again, so that it does not matter when a run is read.
        """
        self._drop_other_way()
        if which not in self._readings:
            if self._both is None or self._test_points is None:
                self._readings["test"] = None, None
                self._take(self._train_points, "train")
            elif not self._apart:
                self._take(self._both, "train", "test")
            elif which == "train":
                self._take(self._train_points, "train")
            else:
                self._take(self._test_points, "test")
        return self._readings[which]

    def points_loss(self, which: str) -> float:
        """Return the mean loss over the "train" or the "test" points without penalties.

        NaN where there are none.
        """
        self.read(which)
        return self._points_losses.get(which, math.nan)

    def penalty(self) -> float:
        """Return the penalty in J."""
        self.read("train")
        return self._penalty

    def everything(self) -> Measured:
        train, test = self.read("train"), self.read("test")
        return Measured(train[0], test[0], train[1], test[1])

    def for_history(self) -> Measured:
        """Return what a history records at its cadence. The full batch records its training rows itself."""
        if not self._descent.batches.full:
            return self.everything()
        loss, accuracy = self.read("test")
        return Measured(None, loss, None, accuracy)

    def train_losses_at(self, thetas: list[Array]) -> list[float]:
        """Return the training loss, penalties included, at each θ (P,) in working order.

        The last θ stays set.
        """
        losses = []
        for theta in thetas:
            self._descent.working.theta[:] = theta
            losses.append(self._train_points.losses()[0] + self._descent.penalty())
        self.invalidate()
        return losses

    @property
    def each_octave(self) -> int:
        """How many times all points are measured in each doubling of the steps."""
        return each_octave(self._problem.n_samples)

    def longest_stride(self) -> int:
        """Return the longest stride at which a history records; see engine.stepping.measuring."""
        batches = self._descent.batches
        train = () if batches.full else ("train",)
        test = ("test",) if self._problem.has_test else ()
        return self._problem.longest_stride(batches.batch_size, *train, *test)

    def _drop_other_way(self) -> None:
        """Drop readings that were not taken as those of the present batch size are."""
        if self._apart != self._descent.batches.full:
            self._apart = self._descent.batches.full
            self.invalidate()

    def _take(self, points: PointLosses, *names: str) -> None:
        with np.errstate(all="ignore"):
            losses = points.losses()
            penalty = self._descent.penalty()
        shares = points.shares_right() if self._problem.has_accuracy else [None] * len(names)
        for name, loss, share in zip(names, losses, shares, strict=True):
            self._readings[name] = loss + penalty, share
            self._points_losses[name] = loss
        self._penalty = penalty
