"""What a run is doing now, told from its history alone.

A loss that ripples is no accident: above the stability limit J rises and falls again, often by several
times its lowest. A run is said to be thrown out only when J has stayed above THROWN times its recent best,
and above the share OF_FIRST of the J that it began with, for HELD steps in a row. With mini-batches J is the
mean of the batch losses over the last steps, an epoch at most: one unlucky batch is no accident either.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from playground.engine.batches import mini_batch
from playground.engine.history import HistoryView
from playground.engine.run_view import RunView
from playground.experiment import RATE_FIELDS

Array = np.ndarray

THROWN = 4.0
OF_FIRST = 0.5
HELD = 8
RECENT = 200
"""Steps before those HELD in which the best is looked for."""
GOOD = 1.1
"""A step whose J is at most so many times the recent best was still a good one."""

SEEN = 100
"""Steps over which J must fall by the share FALL to be falling, or rise by it to be rising, not creeping."""
FALL = 0.02
RIPPLES, RIPPLE_STEPS, RIPPLE_SIZE = 0.15, 40, 1e-6
"""J ripples where it rose, by more than the share RIPPLE_SIZE, in this share of so many steps."""
FEWEST_STEPS = 10
MOST_AVERAGED = 16

CREEPING, FALLING, RISING, RIPPLING = "creeping", "falling", "rising", "rippling"
THROWN_OUT, DIVERGED, FINISHED = "thrown out", "diverged", "finished"


@dataclass(frozen=True)
class ThrownOut:
    """A run that was thrown out: at good_step J was good_loss still, at step it is loss.

    It has stayed above bar since the step crossed, and is told at step.
    """

    good_step: int
    good_loss: float
    crossed: int
    step: int
    loss: float
    bar: float


def thrown_out(history: HistoryView, batches_per_epoch: int = 1) -> ThrownOut | None:
    """Whether the run has been thrown out and has not come back; batches_per_epoch is 1 for the full batch.

    Where the next loss is not finite there is nothing in the history that says so: see RunView.diverged.
    """
    steps, losses = recent_losses(history, batches_per_epoch)
    if len(steps) <= HELD:
        return None
    held = int(np.searchsorted(steps, steps[-1] - HELD, side="right"))
    before = losses[:held]
    if not len(before):
        return None
    best = float(before.min())
    # A run that starts far too high never had a better loss than its first.
    bar = max(THROWN * best, OF_FIRST * _first_loss(history))
    if not (losses[held:] > bar).all():
        return None
    return _told(steps, losses, best, bar, held)


def first_thrown_out(history: HistoryView, since: int, batches_per_epoch: int = 1) -> ThrownOut | None:
    """The first time later than step `since` at which thrown_out would have said so; it may have come back.

    For whoever looks seldom: of a history that was thinned, what stands out is still there.
    """
    newest = history.curves["batch_loss"].steps
    if not len(newest) or newest[-1] < since:
        return None
    most = newest[-1] - since + RECENT + 2 * HELD
    steps, losses = recent_losses(history, batches_per_epoch, float(most))
    if len(steps) <= HELD:
        return None
    lowest = sliding_window_view(losses, HELD).min(axis=1)[1:]
    padded = np.concatenate([np.full(RECENT, np.inf), losses])
    best = sliding_window_view(padded, RECENT).min(axis=1)[1 : len(lowest) + 1]
    bar = np.maximum(THROWN * best, OF_FIRST * _first_loss(history))
    hits = np.flatnonzero((lowest > bar) & (steps[HELD:] > since))
    if not len(hits):
        return None
    held = int(hits[0]) + 1
    end = held + HELD
    return _told(steps[:end], losses[:end], float(best[held - 1]), float(bar[held - 1]), held)


def _told(steps: Array, losses: Array, best: float, bar: float, held: int) -> ThrownOut:
    """What is said of losses (n,) at steps (n,) that stay above the bar from the entry held on."""
    good = int(np.flatnonzero(losses[:held] <= GOOD * best)[-1])
    crossed = int(np.flatnonzero(losses[:held] <= bar)[-1]) + 1
    return ThrownOut(
        int(steps[good]), float(losses[good]), int(steps[crossed]), int(steps[-1]), float(losses[-1]), bar
    )


def come_back(history: HistoryView, told: ThrownOut, batches_per_epoch: int = 1) -> float | None:
    """The J of a run that was thrown out and has come back; None where it has not.

    That is the same the other way round: for HELD steps J has stayed below the bar that it had crossed.
    """
    steps, losses = recent_losses(history, batches_per_epoch)
    if not len(steps) or steps[-1] < told.step + HELD:
        return None
    if (losses[steps > steps[-1] - HELD] > told.bar).any():
        return None
    return None if thrown_out(history, batches_per_epoch) is not None else float(losses[-1])


def thrown_by(view: RunView, told: ThrownOut) -> int:
    """The step whose α threw the run out: where J began to rise.

    Where α was raised by hand between there and the bar, it is the step of that change.
    """
    between = [
        change.step
        for change in view.history.changes
        if change.field in RATE_FIELDS and told.good_step < change.step < told.crossed
    ]
    steps = np.array(between, dtype=np.int64)
    raised = steps[view.rates_at(steps) > view.rates_at(steps - 1)]
    return int(raised.max(initial=told.good_step))


def measured_anew(history: HistoryView) -> int:
    """The last step at which anything but α was changed: J of before is no measure for J since; 0: none."""
    return max((change.step for change in history.changes if change.field not in RATE_FIELDS), default=0)


def last_good(history: HistoryView, batches_per_epoch: int = 1) -> tuple[int, float] | None:
    """The last step of the run whose J was about its lowest, and that J; None without a step."""
    steps, losses = recent_losses(history, batches_per_epoch, math.inf)
    if not len(steps):
        return None
    good = int(np.flatnonzero(losses <= GOOD * losses.min())[-1])
    return int(steps[good]), float(losses[good])


def phase(history: HistoryView, diverged: bool = False, batches_per_epoch: int = 1) -> str:
    """One of the phases, or nothing for a run too short to tell. It knows no stop conditions."""
    if diverged:
        return DIVERGED
    if thrown_out(history, batches_per_epoch) is not None:
        return THROWN_OUT
    steps, losses = recent_losses(history, batches_per_epoch)
    if len(steps) < FEWEST_STEPS or steps[-1] - steps[0] < FEWEST_STEPS:
        return ""
    if batches_per_epoch == 1:
        last = losses[steps > steps[-1] - RIPPLE_STEPS]
        rises = np.diff(last) > RIPPLE_SIZE * np.abs(last[:-1])
        if len(rises) and rises.mean() >= RIPPLES:
            return RIPPLING
    return _trend(history, steps, losses, batches_per_epoch)


def _trend(history: HistoryView, steps: Array, losses: Array, batches_per_epoch: int) -> str:
    """Falling, rising or creeping."""
    if batches_per_epoch > 1:
        # Over all points J jitters less than over batches, and is measured often enough.
        measured = history.curves["train_loss"]
        since = int(np.searchsorted(measured.steps, measured_anew(history)))
        if len(measured.steps) - since > 3:
            steps, losses = measured.steps[since:], measured.values[since:]
    first = int(np.searchsorted(steps, steps[-1] - SEEN))
    span = int(steps[-1] - steps[first])
    if span == 0 or not losses[first] > 0:
        return CREEPING
    # A shorter stretch must fall or rise at the same pace.
    pace = (1 - FALL) ** min(1.0, span / SEEN)
    if losses[-1] <= losses[first] * pace:
        return FALLING
    return RISING if losses[-1] * pace >= losses[first] else CREEPING


def recent_losses(
    history: HistoryView, batches_per_epoch: int = 1, most: float = RECENT + HELD
) -> tuple[Array, Array]:
    """Steps and finite J of so many steps at most, since anything but α was changed."""
    curve = history.curves["batch_loss"]
    steps, losses = curve.steps, curve.values
    if batches_per_epoch == 1:
        now = history.curves["train_loss"]
        if len(now.steps) and (not len(steps) or now.steps[-1] > steps[-1]):
            steps, losses = np.append(steps, now.steps[-1]), np.append(losses, now.values[-1])
    if not len(steps):
        return steps, losses
    since = measured_anew(history)
    averaged = min(batches_per_epoch, MOST_AVERAGED)
    first = int(np.searchsorted(steps, max(since, steps[-1] - most - averaged)))
    steps, losses = steps[first:], losses[first:]
    finite = np.isfinite(losses)
    steps, losses = steps[finite], losses[finite]
    if averaged > 1 and len(losses):
        # At the start there is less to take the mean of.
        averaged = max(1, min(averaged, len(losses) - HELD - 1))
        losses = np.convolve(losses, np.full(averaged, 1.0 / averaged), mode="valid")
        steps = steps[averaged - 1 :]
    return steps, losses


def _first_loss(history: HistoryView) -> float:
    for name in ("train_loss", "batch_loss"):
        values = history.curves[name].values
        if len(values) and math.isfinite(values[0]):
            return float(values[0])
    return 0.0


def batches_per_epoch(batch_size: int | None, points: int) -> int:
    """Batches in a pass over so many training points; 1 for the full batch."""
    size = mini_batch(batch_size, points)
    return 1 if size is None else math.ceil(points / size)
