"""Schedules of the learning rate: the α of a step is the slider's α times a factor of that step.

With T = steps and γ = factor, and s the step of the run:

    step         γ^⌊s/T⌋                                    α drops every T steps
    exponential  γ^(s/T)                                    α falls by γ in T steps, evenly
    cosine       γ + (1 − γ)·(1 + cos(π·s/T))/2             from 1 to γ, then γ: Loshchilov and Hutter, "SGDR"
                                                            (2017), without restarts
    warm-up      γ + (1 − γ)·s/T                            from γ to 1, then 1: Goyal et al., "Accurate,
                                                            large minibatch SGD" (2017)
    1cycle       from γ up to 1 at s = 0.3·T − 1, down to γ/10 000 at s = T − 1 and from there on, both along
                 half a cosine: Smith and Topin, "Super-convergence" (2018), as torch's OneCycleLR has it with
                 total_steps = T, pct_start = 0.3 and div_factor = 1/γ

No factor falls below LEAST: rounded to 0, a step would have no α at all.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count

import numpy as np

from playground.arrays import Array
from playground.experiment import RATE_FIELDS, Change, TrainingSettings

RISING_SHARE = 0.3
LAST_OF_FIRST = 1e-4
LEAST = 1e-12


@dataclass(frozen=True)
class Schedule:
    """A schedule with its two numbers, T and γ."""

    kind: str
    steps: int
    factor: float

    def factor_at(self, step: int) -> float:
        """Return the factor of the step from θ of this step, from LEAST to 1."""
        gamma, share = self.factor, step / self.steps
        if self.kind == "step":
            return max(gamma ** (step // self.steps), LEAST)
        if self.kind == "exponential":
            result: float = max(gamma**share, LEAST)
            return result
        share = min(share, 1.0)
        if self.kind == "cosine":
            return _along_cosine(1.0, gamma, share)
        if self.kind == "warm_up":
            return gamma + (1.0 - gamma) * share
        if self.kind == "one_cycle":
            # Both phases end a step early: the last of the T steps is the one that is made at T − 1.
            top, last = RISING_SHARE * self.steps - 1.0, self.steps - 1.0
            if step <= top:
                return _along_cosine(gamma, 1.0, step / top)
            return _along_cosine(1.0, LAST_OF_FIRST * gamma, min((step - top) / (last - top), 1.0))
        return 1.0

    def factors_from(self, step: int) -> Iterator[float]:
        """Yield the factors of this step and all that follow, each as factor_at gives it."""
        return map(self.factor_at, count(step))


def slider_name(schedule: str) -> str:
    """Return the name of what the slider sets: the α of every step, or the α that the schedule scales."""
    return "α" if schedule == "constant" else "slider’s α"


def schedule_of(training: TrainingSettings) -> Schedule | None:
    """Return the schedule of these settings; None where α is constant."""
    if training.schedule == "constant":
        return None
    return Schedule(training.schedule, training.schedule_steps, training.schedule_factor)


def rate_at(training: TrainingSettings, step: int) -> float:
    """Return the α of the step from θ of this step, with these settings."""
    schedule = schedule_of(training)
    return training.learning_rate * (1.0 if schedule is None else schedule.factor_at(step))


def rates_used(training: TrainingSettings, changes: Iterable[Change], steps: Array) -> Array:
    """Return the α (n,) of the steps from θ of these steps (n,), in a run that began with these settings.

    changes is its log; each number is the one that the step used, to the last bit.
    """
    steps = np.asarray(steps, dtype=np.int64)
    steered = _steered(training, changes)
    # A dragged slider leaves thousands of changes, and this function runs while a frame is drawn.
    values = list(steered.values())
    stretch = np.searchsorted(np.array(list(steered)), steps, side="right") - 1
    rates = np.array([value[0] for value in values], dtype=np.float64)[stretch]
    scheduled = np.array([value[1] != "constant" for value in values])[stretch]
    for row in np.flatnonzero(scheduled).tolist():
        rates[row] *= Schedule(*values[stretch[row]][1:]).factor_at(int(steps[row]))
    return rates


def drops(training: TrainingSettings, changes: Iterable[Change], last: int, most: int) -> Array:
    """Return the steps up to last at which a schedule of the kind "step" lowers α.

    Return none where there are more than most.
    """
    steered = _steered(training, changes)
    found: list[int] = []
    for (first, (_, kind, width, _)), end in zip(
        steered.items(), [*list(steered)[1:], last + 1], strict=True
    ):
        if kind == "step":
            coming = range((first // width + 1) * width, min(end, last + 1), width)
            # Counted first: a long run can have millions of them.
            if len(found) + len(coming) > most:
                return np.empty(0, dtype=np.int64)
            found += coming
    return np.array(found, dtype=np.int64)


def _steered(
    training: TrainingSettings, changes: Iterable[Change]
) -> dict[int, tuple[float, str, int, float]]:
    """Return the slider's α, and kind, steps and factor of the schedule, by the step from which they hold."""
    values = {field: getattr(training, field.partition(".")[2]) for field in RATE_FIELDS}
    known = {0: tuple(values.values())}
    for change in changes:
        if change.field in RATE_FIELDS:
            values[change.field] = change.value
            known[change.step] = tuple(values.values())
    return known


def _along_cosine(start: float, end: float, share: float) -> float:
    return end + (start - end) * (1.0 + math.cos(math.pi * share)) / 2.0
