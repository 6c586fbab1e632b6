"""Sharpness over a run, against the limit of each moment: the edge of stability can be watched.

Gradient descent raises the sharpness of a network until it reaches 2/α, and then keeps it there while the
loss falls in ripples (Cohen et al., "Gradient descent on neural networks typically occurs at the edge of
stability", 2021). Typically, not always; so nothing is said here that was not measured.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from playground.engine.history import Curve
from playground.engine.optimizers import make_optimizer
from playground.engine.run_view import RunView
from playground.engine.schedules import drops
from playground.experiment import OPTIMIZERS_WITH_MOMENTUM
from playground.landscape.questions import CurvatureQuestion
from playground.landscape.spike import mini_batch_at, setting_at
from playground.landscape.stability import PRECONDITIONED, Stability, level_times_rate
from playground.numerals import number_text, percent_text

Floats = NDArray[np.float64]

CAPACITY = 2000
AT_THE_LIMIT = 0.15
"""Sharpness this close to its limit, as a share of it, is called at the limit."""
GROWING = 1.05
MOST_DROPS = 1000
"""More corners than these a line of the limit has no use for."""
STEERS_THE_LIMIT = ("training.optimizer", "training.momentum", "training.batch_size")


class Sample(NamedTuple):
    """The curvature at one step: sharpness is what the limit belongs to, largest and smallest are of H."""

    step: int
    sharpness: float
    largest: float
    smallest: float


class SharpnessRecord:
    """Samples of a run in the order of their steps; bounded, and thinned so that the extremes stay."""

    def __init__(self, capacity: int = CAPACITY):
        self._capacity = capacity
        self._samples: list[Sample] = []

    def __len__(self) -> int:
        return len(self._samples)

    @property
    def samples(self) -> tuple[Sample, ...]:
        return tuple(self._samples)

    @property
    def last(self) -> Sample | None:
        return self._samples[-1] if self._samples else None

    def add(self, sample: Sample) -> None:
        """Keep a sample; one of the same step takes the place of the old."""
        index = bisect_left(self._samples, sample.step, key=lambda kept: kept.step)
        if index < len(self._samples) and self._samples[index].step == sample.step:
            self._samples[index] = sample
            return
        self._samples.insert(index, sample)
        if len(self._samples) > self._capacity:
            self._thin()

    def curve(self) -> Curve:
        """The sharpness at its steps."""
        steps = np.array([sample.step for sample in self._samples], dtype=np.int64)
        return Curve(steps, np.array([sample.sharpness for sample in self._samples]))

    def value_near(self, step: float) -> Sample | None:
        """The sample nearest to a step."""
        if not self._samples:
            return None
        return min(self._samples, key=lambda sample: abs(sample.step - step))

    def widest_gap(self, path_steps: NDArray[np.int64]) -> int | None:
        """Which row of the recorded path lies in the middle of the longest stretch without a sample.

        None where every stretch is already short or no row lies within it.
        """
        if not len(path_steps):
            return None
        last = int(path_steps[-1])
        known = np.array([-1, *(s.step for s in self._samples if s.step <= last), last + 1])
        widths = np.diff(known)
        for gap in np.argsort(widths)[::-1][:4]:
            if widths[gap] <= max(2, last // SHORT_STRETCHES):
                return None
            inside = np.flatnonzero((path_steps > known[gap]) & (path_steps < known[gap + 1]))
            if inside.size:
                middle = (known[gap] + known[gap + 1]) / 2
                return int(inside[np.argmin(np.abs(path_steps[inside] - middle))])
        return None

    def _thin(self) -> None:
        """Of every four neighbours the lowest and the highest; the first and the last of all."""
        kept = {0, len(self._samples) - 1}
        for start in range(0, len(self._samples), 4):
            part = range(start, min(start + 4, len(self._samples)))
            kept.add(min(part, key=self._sharpness))
            kept.add(max(part, key=self._sharpness))
        self._samples = [self._samples[index] for index in sorted(kept)]

    def _sharpness(self, index: int) -> float:
        value = self._samples[index].sharpness
        return value if math.isfinite(value) else 0.0


SHORT_STRETCHES = 60
"""The past is filled in until no stretch without a sample is longer than this part of the run."""


@dataclass(frozen=True, eq=False)
class PastCurvatureQuestion(CurvatureQuestion):
    """The curvature at recorded parameters."""

    slot: ClassVar[str] = "past_curvature"


def limit_line(view: RunView, also: Sequence[int] | NDArray[np.int64] = ()) -> Curve:
    """The sharpness that each moment's learning rate can bear (2/α for gradient descent), over the steps.

    NaN where there is no limit: mini-batches, AdaGrad, a mistake in the backward pass. Every entry is right,
    one at each of the steps in also among them; between two of them a straight line is, but for the bend of
    a schedule.
    """
    rates, changes, training = (
        view.history.curves["learning_rate"],
        view.history.changes,
        view.experiment.training,
    )
    turns = [c.step for c in changes if c.field in STEERS_THE_LIMIT and c.step <= view.step]
    turns += drops(training, changes, view.step, MOST_DROPS).tolist()
    steps = np.unique(np.concatenate([rates.steps, also, *([turn - 1, turn] for turn in turns)]))
    steps = steps[(steps >= 0) & (steps <= view.step)].astype(np.int64)
    steered = sorted({0, *(c.step for c in changes if c.field in STEERS_THE_LIMIT)})
    levels = np.array([_factor(view, step) for step in steered])
    level = levels[np.searchsorted(steered, steps, side="right") - 1]
    return Curve(steps, level / view.rates_at(steps))


def _factor(view: RunView, step: int) -> float:
    optimizer = str(setting_at(view, "optimizer", step))
    momentum = setting_at(view, "momentum", step)
    if mini_batch_at(view, step) is not None or view.experiment.training.fault is not None:
        return math.nan
    settings = (
        {"momentum": momentum} if momentum is not None and optimizer in OPTIMIZERS_WITH_MOMENTUM else {}
    )
    level = level_times_rate(optimizer, make_optimizer(optimizer, **settings).hyperparameters)
    return math.nan if level is None else level


def can_be_filled_in(view: RunView) -> bool:
    """Whether recorded parameters alone tell the sharpness: not where it hangs on the optimiser's memory."""
    used = {view.experiment.training.optimizer, view.settings.optimizer}
    used |= {change.value for change in view.history.changes if change.field == "training.optimizer"}
    return not used & set(PRECONDITIONED)


def what_goes_on(found: Stability, learning_rate: float, record: SharpnessRecord, losses: Curve) -> str:
    """One plain sentence about sharpness, limit and loss now; losses is the curve of the training loss."""
    if found.level_times_rate is None or not math.isfinite(found.sharpness):
        return found.reason
    share = found.sharpness * learning_rate / found.level_times_rate
    percent = percent_text(share)
    if share > 1 + AT_THE_LIMIT:
        return (
            f"Sharpness is {number_text(share, 2)} times the limit: while the valley keeps this shape, steps "
            "along the sharpest direction land higher; others need not."
        )
    if share < 1 - AT_THE_LIMIT:
        if share <= 0:
            return "J curves up along no direction here: no step is too long for it."
        if _has_grown(record, found.sharpness):
            return f"Sharpness grows towards the limit: it is at {percent} of it."
        return f"Sharpness is below the limit, at {percent} of it."
    recent = losses.values[len(losses.values) // 2 :]
    half = len(recent) // 2
    with np.errstate(invalid="ignore"):
        ripples = half > 1 and bool((np.diff(recent) > 0).any())
    if ripples and np.median(recent[half:]) < np.median(recent[:half]):
        return f"Sharpness has reached the limit ({percent}): the loss now falls in ripples."
    if ripples:
        return f"Sharpness has reached the limit ({percent}): the loss ripples."
    return f"Sharpness has reached the limit ({percent}); the loss still falls without ripples."


def _has_grown(record: SharpnessRecord, now: float) -> bool:
    last = record.last
    if last is None:
        return False
    earlier = record.value_near(0.75 * last.step)
    return earlier is not None and earlier.step < last.step and now > GROWING * earlier.sharpness
