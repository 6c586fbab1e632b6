"""Sharpness over a run, against the limit at each moment: the edge of stability.

Gradient descent raises the sharpness of a network until it reaches 2/α, and then keeps it there while the
loss falls in ripples (Cohen et al., "Gradient descent on neural networks typically occurs at the edge of
stability", 2021). This is typical, not certain, so no sentence here goes beyond what was measured.

The limit of RMSProp, Adam and AdamW belongs to another matrix, P⁻¹H. Where a run changes from one optimiser
to another, its sharpness is another quantity from there on, and a stretch of its own: with its own name and
limit, and never compared with the one before.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from playground.engine.recording.phase import (
    ARRIVED,
    CREEPING,
    DIVERGED,
    FALLING,
    RIPPLING,
    RISING,
    THROWN_OUT,
    PhaseFound,
    find_phase,
)
from playground.engine.recording.run_view import RunView
from playground.engine.recording.series import Curve
from playground.engine.schedules import drops
from playground.engine.stepping.descent import optimizer_of
from playground.landscape.loss_jump import mini_batch_at, setting_at
from playground.landscape.stability import (
    WHILE_FROZEN,
    Stability,
    at_the_limit,
    divides,
    level_times_rate,
)
from playground.numerals import number_text, percent_text

CAPACITY = 2000
BESIDE_THE_LIMIT = 0.15
"""Distance from the limit, as a share of it, within which sharpness is called just below or just above it."""
SAME_RATE = 0.05
"""Largest change of α, as a share, at which an earlier result still holds."""
GROWING = 1.05
"""Factor from which on a sharpness counts as grown."""
MOST_DROPS = 1000
"""Maximum number of drops that the line of a limit is drawn with."""
STEERS_THE_LIMIT = ("training.optimizer", "training.momentum", "training.batch_size")


class Sample(NamedTuple):
    """The curvature at one step: sharpness is what the limit belongs to, largest and smallest are those of H.

    divided_by: the optimiser whose P⁻¹H the sharpness belongs to; empty where it belongs to H.
    """

    step: int
    sharpness: float
    largest: float
    smallest: float
    divided_by: str = ""


class Stretch(NamedTuple):
    """A part of a run over which its sharpness is one quantity, with its name and its limit."""

    name: str
    sharpness: Curve
    limit: Curve


def divided_by(optimizer: str) -> str:
    """Return the optimiser itself where its limit is one of P⁻¹H, empty where it is one of H."""
    return optimizer if divides(optimizer) else ""


def eigenvalue_name(optimizer: str) -> str:
    """Return the name of the eigenvalue that the limit of this optimiser belongs to."""
    return "λmax(P⁻¹H)" if divided_by(optimizer) else "λmax"


class SharpnessRecord:
    """The samples of a run in the order of their steps: bounded, and thinned so that the extremes stay."""

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
        """Add a sample; it replaces one of the same step."""
        index = bisect_left(self._samples, sample.step, key=lambda kept: kept.step)
        if index < len(self._samples) and self._samples[index].step == sample.step:
            self._samples[index] = sample
            return
        self._samples.insert(index, sample)
        if len(self._samples) > self._capacity:
            self._thin()

    def stretches(self, view: RunView) -> tuple[Stretch, ...]:
        """Return the samples, separated by what was measured, in order, with the limits of each."""
        parts = optimizer_stretches(view)
        measured = [sample.step for sample in self._samples]
        limits = limit_line(view, measured)
        found = []
        for index, (start, optimizer) in enumerate(parts):
            end = parts[index + 1][0] if index + 1 < len(parts) else view.step + 1
            # At the step of a change both quantities may be measured, before it and after.
            first, last = bisect_left(measured, start), bisect_right(measured, min(end, view.step))
            of = divided_by(optimizer)
            samples = [sample for sample in self._samples[first:last] if sample.divided_by == of]
            steps = np.array([sample.step for sample in samples], dtype=np.int64)
            curve = Curve(steps, np.array([sample.sharpness for sample in samples]))
            within = slice(*np.searchsorted(limits.steps, (start, end)))
            limit = Curve(limits.steps[within], limits.values[within])
            found.append(Stretch(eigenvalue_name(optimizer), curve, limit))
        return tuple(found)

    def value_near(self, step: float, divided_by: str = "", since: int = 0) -> Sample | None:
        """Return the sample of the same quantity that is nearest to a step, not before the step since."""
        alike = [s for s in self._samples if s.divided_by == divided_by and s.step >= since]
        return min(alike, key=lambda sample: abs(sample.step - step), default=None)

    def widest_gap(self, path_steps: NDArray[np.int64]) -> int | None:
        """Return the row of the recorded path in the middle of the longest stretch without a sample.

        Where no stretch of all steps is long, one of the odd steps or of the even ones: a quantity that
        alternates with every step shows both sides in steps of both parities, wherever it does so. Return
        None where every stretch is already short or no row lies within it.
        """
        if not len(path_steps):
            return None
        last = int(path_steps[-1])
        measured = np.array([sample.step for sample in self._samples if sample.step <= last], np.int64)
        share = last // SHORT_STRETCHES
        row = _middle_of_a_gap(measured, path_steps, np.arange(len(path_steps)), max(2, share))
        for parity in (0, 1):
            if row is None:
                rows = np.flatnonzero(path_steps % 2 == parity)
                row = _middle_of_a_gap(measured[measured % 2 == parity], path_steps, rows, max(4, share))
        return row

    def _thin(self) -> None:
        """Keep of every four neighbours of one quantity the lowest and the highest, and the ends of all."""
        samples = self._samples
        kept = {0, len(samples) - 1}
        start = 0
        for end in range(1, len(samples) + 1):
            other = end < len(samples) and samples[end].divided_by != samples[start].divided_by
            if other or end - start == 4 or end == len(samples):
                part = range(start, end)
                kept.add(min(part, key=self._sharpness))
                kept.add(max(part, key=self._sharpness))
                start = end
        self._samples = [samples[index] for index in sorted(kept)]
        if len(self._samples) > 3 * self._capacity // 4:
            # With this many changes of the optimiser there is nothing else to remove.
            self._samples = [*self._samples[:-1:2], self._samples[-1]]

    def _sharpness(self, index: int) -> float:
        value = self._samples[index].sharpness
        return value if math.isfinite(value) else 0.0


SHORT_STRETCHES = 60
"""Stretches without a sample are filled in until none is longer than this fraction, 1/60, of the run.

So are those without one of an odd step, and those without one of an even step.
"""


def _middle_of_a_gap(
    measured: NDArray[np.int64], path_steps: NDArray[np.int64], rows: NDArray[np.int64], short: int
) -> int | None:
    """Return one of these rows (k,) of the path: that nearest to the middle of the longest gap with a row.

    measured (m,): steps with a sample. None where each gap is short, or holds no row.
    """
    known = np.concatenate([[-1], measured, [path_steps[-1] + 1]])
    widths, steps = np.diff(known), path_steps[rows]
    for gap in np.argsort(widths)[::-1]:
        if widths[gap] <= short:
            return None
        inside = np.flatnonzero((steps > known[gap]) & (steps < known[gap + 1]))
        if inside.size:
            middle = (known[gap] + known[gap + 1]) / 2
            return int(rows[inside[np.argmin(np.abs(steps[inside] - middle))]])
    return None


def limit_line(view: RunView, also: Sequence[int] | NDArray[np.int64] = ()) -> Curve:
    """Return the largest stable sharpness (2/α for gradient descent) at each moment, over the steps.

    NaN where there is no limit: mini-batches, AdaGrad, a mistake in the backward pass. Every entry is exact,
    one at each of the steps in also among them. Between two of them the line is straight, except for the bend
    of a schedule.
    """
    rates, changes, training = (
        view.rate_curve(),
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
    settings = replace(view.experiment.training, optimizer=optimizer, momentum=momentum)
    level = level_times_rate(optimizer, optimizer_of(settings).hyperparameters)
    return math.nan if level is None else level


def optimizer_stretches(view: RunView) -> list[tuple[int, str]]:
    """Return the steps from which on the run used an optimiser, as (step, name).

    One entry, and one wherever its limit began to belong to another quantity.
    """
    found = [(0, view.experiment.training.optimizer)]
    for change in view.history.changes:
        if change.field != "training.optimizer" or change.step > view.step:
            continue
        if found[-1][0] == change.step:
            found.pop()
        if not found or divided_by(found[-1][1]) != divided_by(str(change.value)):
            found.append((change.step, str(change.value)))
    return found


def can_be_filled_in(view: RunView, steps: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return where the parameters of these steps (n,) alone determine the sharpness, as (n,) bool.

    False where it depends on the optimiser's state, and where the run had other points than it has now.
    """
    starts, optimizers = zip(*optimizer_stretches(view), strict=True)
    plain = np.array([not divided_by(optimizer) for optimizer in optimizers])
    return np.asarray(plain[np.searchsorted(starts, steps, side="right") - 1]) & (steps >= view.points_since)


def sharpness_sentence(
    found: Stability, view: RunView, step: int, record: SharpnessRecord, in_short: bool = False
) -> str:
    """Return one plain sentence about sharpness and limit at this step of the run, and about the present J.

    in_short: without the second sentence, on which the limit of P⁻¹H depends. Where α has changed since, the
    sentence begins with its step and leaves J out.
    """
    then, now = view.rate_at(step), view.rate_at(view.step)
    if abs(now - then) <= SAME_RATE * then:
        return _sharpness_sentence(found, view, step, record, in_short, with_loss=True)
    sentence = _sharpness_sentence(found, view, step, record, in_short, with_loss=False)
    return (
        sentence
        if sentence == found.reason
        else f"At step {step}: {sentence.replace('Sharpness', 'sharpness', 1)}"
    )


def _sharpness_sentence(
    found: Stability, view: RunView, step: int, record: SharpnessRecord, in_short: bool, with_loss: bool
) -> str:
    if found.level_times_rate is None or not math.isfinite(found.sharpness) or not found.sharpness > 0:
        return found.reason
    share = found.sharpness * view.rate_at(step) / found.level_times_rate
    what = "λmax(P⁻¹H)" if divided_by(found.optimizer) else "Sharpness"
    if share > 1 + BESIDE_THE_LIMIT:
        return (
            f"{what} is {number_text(share, 2)} times the limit: {_above(found.optimizer)}; others need not."
        )
    percent = percent_text(share)
    holds = "" if in_short else _holds(found.optimizer)
    if share < 1 - BESIDE_THE_LIMIT:
        grown = _grown(record, found, step, view)
        if grown:
            return f"{what} has grown {grown}: it is at {percent} of the limit.{holds}"
        return f"{what} is below the limit, at {percent} of it.{holds}"
    does = _what_j_does(find_phase(view.history, view.diverged)) if with_loss else ""
    where = "at" if at_the_limit(share) else "just above" if share > 1 else "just below"
    return f"{what} is {where} the limit ({percent} of it){does}.{holds}"


def _holds(optimizer: str) -> str:
    """Return what the limit of P⁻¹H requires and a run does not keep: P changes with every step."""
    return f" The limit holds {WHILE_FROZEN}." if divided_by(optimizer) else ""


def _above(optimizer: str) -> str:
    """Return what is true above the limit.

    On a quadratic; with momentum after a while; with P while it is constant.
    """
    if optimizer == "gradient_descent":
        return "while the valley keeps this shape, steps along the sharpest direction land higher"
    shape = "this shape and P its numbers" if divided_by(optimizer) else "this shape"
    return f"while the valley keeps {shape}, swings along the sharpest direction grow"


def _what_j_does(found: PhaseFound) -> str:
    """Return the end of a sentence about J in the last steps; empty where that is not known."""
    if found.word == RIPPLING and found.trend:
        return f"; J {'falls' if found.trend == FALLING else 'rises'} in ripples"
    words = {
        FALLING: "; J falls",
        RISING: "; J rises",
        RIPPLING: "; J ripples",
        CREEPING: "; J hardly changes",
        ARRIVED: "; J changes by no more than rounding",
        THROWN_OUT: "; J is far above its recent best",
        DIVERGED: "; the next step leads to no finite J",
    }
    return words.get(found.word, "")


def _grown(record: SharpnessRecord, found: Stability, step: int, view: RunView) -> str:
    """Return from which value at which step to which the sharpness has grown.

    Return an empty text where it has not grown much.
    """
    start, _ = optimizer_stretches(view)[-1]
    earlier = record.value_near(0.75 * step, divided_by(found.optimizer), start)
    if earlier is None or not earlier.step < step or not found.sharpness > GROWING * earlier.sharpness:
        return ""
    return (
        f"from {number_text(earlier.sharpness)} at step {earlier.step} "
        f"to {number_text(found.sharpness)} at step {step}"
    )
