"""What a run is doing now, decided from its history alone.

Every word is a claim about recorded numbers, and PhaseFound carries them. Over the full batch, where J of
every step is known,

    arrived    the gradient is rounding, and J changes by no more than that
    rippling   J goes up and down again and again
    rising     J ends higher than it began, and most steps rose
    falling    J ends lower than it began, and most steps fell
    creeping   J has stayed within a small share of itself; 0 has none

With mini-batches the phase follows J over all training points, where it was measured. It jitters, so that a
trend must show in three thirds of the window one after another. Where no claim holds, there is no word.

Ripples of a loss are normal: above the stability limit J rises and falls again, often by several times its
lowest. A run is thrown out only when J has stayed above THROWN times its recent best, and above the share
OF_FIRST of the J that it began with, for HELD steps in a row. (Multiples of a J that is not above 0:
engine.loss_scale.) With mini-batches J is the mean of the batch
losses over the last steps, an epoch at most: one unlucky batch does not count either. Where J falls by now
the phase is falling, however high J is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from playground.arrays import Array
from playground.engine.loss_scale import times
from playground.engine.recording.history import HistoryView
from playground.engine.recording.run_view import RunView
from playground.engine.stepping.batches import mini_batch
from playground.experiment import RATE_FIELDS

THROWN = 4.0
OF_FIRST = 0.5
HELD = 8
RECENT = 200
"""Number of steps before those HELD in which the best is searched."""
GOOD = 1.1
"""A step counts as good where its J is at most this many times the recent best."""

DOWN = 3
"""Number of falling steps in a row that delay the notice that a run was thrown out."""

SEEN, NOW = 100, 10
"""Numbers of steps over which a trend is searched: the last few first, and more where those show none."""
FALL = 0.02
"""The share of J by which SEEN steps must lead down to be falling, or up to be rising, not creeping."""
RIPPLE_STEPS, RIPPLES, RIPPLE_SIZE, TURNS = 40, 0.15, 1e-6, 3
"""J ripples where it turned at least TURNS times in RIPPLE_STEPS steps, and both rose and fell in the share
RIPPLES of them. A change by a smaller share of J than RIPPLE_SIZE is neither a rise nor a fall."""
RIPPLES_SEEN = (40, 200, 1000)
"""Number of steps over which crests and troughs that fall or rise are searched, one after another."""
MOST = 2 / 3
"""A J that rose at this share of its steps and ends higher does not ripple: it rises."""
UP_ALONE = 4
"""Steps from which on a run that has only gone up, to THROWN times its first J, rises."""
FEWEST = 10
"""Smallest number of steps, and of rows, for a decision: in a thinned record rows lie farther back."""
FEWEST_MEASURED = 6
"""The same for J over all points, with mini-batches."""
MOST_AVERAGED = 16

EPSILON = float(np.finfo(float).eps)
ROUNDED_GRADIENT, ROUNDED_LOSS = 1000 * EPSILON, 8 * EPSILON
"""Up to these shares, of the run's own largest gradient and of J, a gradient or a change of J is rounding.

So is a gradient that changes J by at most that share of it over a way of 1, and of the length of θ.
"""
SMALL_GRADIENT = EPSILON**0.5
"""Up to this share of the largest, a gradient, whose square moves J, moves it by no more than rounding."""

CREEPING, FALLING, RISING, RIPPLING = "creeping", "falling", "rising", "rippling"
ARRIVED, THROWN_OUT, DIVERGED, FINISHED = "arrived", "thrown out", "diverged", "finished"
PHASES = ("", CREEPING, FALLING, RISING, RIPPLING, ARRIVED, THROWN_OUT, DIVERGED, FINISHED)


@dataclass(frozen=True)
class PhaseFound:
    """A phase, and the numbers that it was decided by: of J between two steps.

    word          one of the phases, or empty
    first, last   the steps, −1 where none were used; before, after: J there
    rises, falls  how many of the rows are above the one before, and below it
    trend         of crests and troughs of a J that ripples, from the step trend_first on: FALLING or RISING
                  where both do, or empty, as with mini-batches, where not every crest is recorded. At
                  trend_first the rows begin that were looked at; the ripples may be older
    share         of a run that creeps, how far its highest J is from its lowest, as a share of it; of one
                  that has arrived, the gradient as a share of the largest of the run
    gradient      of one that has arrived, the gradient where it is small beside J, and not beside the largest
                  of the run, which may be rounding as well
    averaged      whether J is that of batches, the mean over the last of them
    measured      whether J over all points was measured now and then, as with mini-batches
    """

    word: str
    first: int = -1
    last: int = -1
    before: float = math.nan
    after: float = math.nan
    rises: int = 0
    falls: int = 0
    trend: str = ""
    trend_first: int = -1
    share: float = math.nan
    gradient: float = math.nan
    averaged: bool = False
    measured: bool = False


@dataclass(frozen=True)
class ThrownOut:
    """A run that was thrown out: at good_step J was still good_loss, at step it is loss.

    It has stayed above bar since the step crossed; step is the step at which this was decided.
    """

    good_step: int
    good_loss: float
    crossed: int
    step: int
    loss: float
    bar: float


def thrown_out(history: HistoryView, batches_per_epoch: int = 1) -> ThrownOut | None:
    """Return how the run was thrown out; None where it was not, or has come back.

    batches_per_epoch is 1 for the full batch. A next loss that is not finite is not in the history: see
    RunView.diverged.
    """
    steps, losses = recent_losses(history, batches_per_epoch)
    if len(steps) <= HELD:
        return None
    held = int(np.searchsorted(steps, steps[-1] - HELD, side="right"))
    before = losses[:held]
    if not len(before) or len(losses) - held < HELD:
        # Where the record was just thinned, J in between is not known.
        return None
    best = float(before.min())
    bar = float(_bars(np.array([best]), _first_loss(history))[0])
    if not (losses[held:] > bar).all():
        return None
    return _thrown_out_at(steps, losses, best, bar, held)


def first_thrown_out(history: HistoryView, since: int, batches_per_epoch: int = 1) -> ThrownOut | None:
    """Return what thrown_out would have returned first after step `since`; the run may have come back.

    For views that are not updated at every step: outstanding values stay in a history that was thinned.
    """
    newest = history.curves["batch_loss"].steps
    if not len(newest) or newest[-1] < since:
        return None
    most = newest[-1] - since + RECENT + 2 * HELD
    steps, losses = recent_losses(history, batches_per_epoch, float(most))
    rises = _Rises.of(steps, losses, _first_loss(history))
    hits = rises.held[rises.ends > since]
    return rises.at(int(hits[0])) if len(hits) else None


def still_thrown_out(history: HistoryView, batches_per_epoch: int = 1) -> ThrownOut | None:
    """Return how a run was thrown out that has not come back since, however long ago that was; else None.

    It is what a view has found that followed the run from its first step on.
    """
    steps, losses = recent_losses(history, batches_per_epoch, math.inf)
    rises = _Rises.of(steps, losses, _first_loss(history))
    hits = rises.held
    while len(hits):
        rise = rises.at(int(hits[0]))
        after = int(hits[0]) + HELD
        if len(losses) - after < HELD:
            return rise
        highest = sliding_window_view(losses[after:], HELD).max(axis=1)
        back = np.flatnonzero(highest <= rise.bar)
        if not len(back):
            return rise
        hits = hits[hits >= after + int(back[0])]
    return None


@dataclass(frozen=True, eq=False)
class _Rises:
    """Where losses (n,) at steps (n,) have stayed above the bar for HELD rows: the first of those rows.

    best, bar (m,): the recent best before the row i + 1, and what J has to stay above from there on. held:
    the rows at which it does; ends: the steps at which that is known.
    """

    steps: Array
    losses: Array
    best: Array
    bar: Array
    held: Array
    ends: Array

    @classmethod
    def of(cls, steps: Array, losses: Array, first: float) -> _Rises:
        if len(steps) <= HELD:
            nothing = np.zeros(0, dtype=np.int64)
            return cls(steps, losses, np.zeros(0), np.zeros(0), nothing, nothing)
        lowest = sliding_window_view(losses, HELD).min(axis=1)[1:]
        padded = np.concatenate([np.full(RECENT, np.inf), losses])
        best = sliding_window_view(padded, RECENT).min(axis=1)[1 : len(lowest) + 1]
        bar = _bars(best, first)
        hits = np.flatnonzero(lowest > bar)
        return cls(steps, losses, best, bar, hits + 1, steps[HELD:][hits])

    def at(self, held: int) -> ThrownOut:
        """Return the ThrownOut that is known once J has stayed up there from this row on."""
        end, best, bar = held + HELD, float(self.best[held - 1]), float(self.bar[held - 1])
        return _thrown_out_at(self.steps[:end], self.losses[:end], best, bar, held)


def _bars(best: Array, first: float) -> Array:
    """Return what J has to stay above to be thrown out, for each recent best (m,) and the first J of the run.

    Infinite where there is nothing to compare with: a J of 0 has no size.
    """
    # A run that starts far too high never had a better loss than its first.
    bar = np.maximum(times(THROWN, best), times(OF_FIRST, first))
    return np.where(bar > best, bar, np.inf)


def _thrown_out_at(steps: Array, losses: Array, best: float, bar: float, held: int) -> ThrownOut:
    """Return the ThrownOut for losses (n,) at steps (n,) that stay above the bar from the entry held on."""
    good = int(np.flatnonzero(losses[:held] <= times(GOOD, best))[-1])
    crossed = int(np.flatnonzero(losses[:held] <= bar)[-1]) + 1
    return ThrownOut(
        int(steps[good]), float(losses[good]), int(steps[crossed]), int(steps[-1]), float(losses[-1]), bar
    )


def come_back(history: HistoryView, rise: ThrownOut, batches_per_epoch: int = 1) -> tuple[int, float] | None:
    """Return where a run that was thrown out came back, as step and J; None where it has not.

    The condition is the same the other way round: for HELD steps J has stayed below the bar that it had
    crossed. It came back at the first of the steps since when it has.
    """
    steps, losses = recent_losses(history, batches_per_epoch)
    if not len(steps) or steps[-1] < rise.step + HELD:
        return None
    held = losses[steps > steps[-1] - HELD]
    if len(held) < HELD or (held > rise.bar).any():
        return None
    if thrown_out(history, batches_per_epoch) is not None:
        return None
    above = np.flatnonzero((losses > rise.bar) | (steps <= rise.step))
    first = int(above[-1]) + 1 if above.size else 0
    return int(steps[first]), float(losses[first])


def at_its_highest(history: HistoryView, rise: ThrownOut, batches_per_epoch: int = 1) -> ThrownOut:
    """Return the same with the step at which J was highest since it crossed the bar."""
    steps, losses = recent_losses(history, batches_per_epoch, math.inf)
    first = int(np.searchsorted(steps, rise.crossed))
    if first == len(steps):
        return rise
    highest = first + int(losses[first:].argmax())
    return replace(rise, step=int(steps[highest]), loss=float(losses[highest]))


def goes_down(history: HistoryView, batches_per_epoch: int = 1) -> bool:
    """Return whether J has fallen at each of the last DOWN steps, before a phase can show it."""
    _, losses = recent_losses(history, batches_per_epoch)
    return len(losses) > DOWN and bool((np.diff(losses[-DOWN - 1 :]) < 0).all())


def thrown_by(view: RunView, rise: ThrownOut) -> int:
    """Return the step whose α threw the run out: where J began to rise.

    Where α was raised by hand between there and the bar, it is the step of that change.
    """
    between = [
        change.step
        for change in view.history.changes
        if change.field in RATE_FIELDS and rise.good_step < change.step < rise.crossed
    ]
    steps = np.array(between, dtype=np.int64)
    raised = steps[view.rates_at(steps) > view.rates_at(steps - 1)]
    return int(raised.max(initial=rise.good_step))


def measured_anew(history: HistoryView) -> int:
    """Return the last step at which anything but α was changed; 0: none. Earlier J are not comparable."""
    return max((change.step for change in history.changes if change.field not in RATE_FIELDS), default=0)


def last_good(history: HistoryView, batches_per_epoch: int = 1) -> tuple[int, float] | None:
    """Return the last step of the run whose J was about its lowest, and that J; None without a step."""
    steps, losses = recent_losses(history, batches_per_epoch, math.inf)
    if not len(steps):
        return None
    good = int(np.flatnonzero(losses <= times(GOOD, float(losses.min())))[-1])
    return int(steps[good]), float(losses[good])


def phase(history: HistoryView, diverged: bool = False, batches_per_epoch: int = 1) -> str:
    """Return one of the phases; empty for a run that is too short. Stop conditions are not considered."""
    return find_phase(history, diverged, batches_per_epoch).word


def find_phase(history: HistoryView, diverged: bool = False, batches_per_epoch: int = 1) -> PhaseFound:
    """Return the phase with the numbers that it was decided by."""
    if diverged:
        return PhaseFound(DIVERGED)
    # Between a J far above 0 and one far below it a difference may overflow; its sign is right.
    with np.errstate(over="ignore"):
        found = _find_trend(history, batches_per_epoch)
    out = None if found.word == FALLING else thrown_out(history, batches_per_epoch)
    if out is not None:
        ends = out.good_step, out.step, out.good_loss, out.loss
        return PhaseFound(THROWN_OUT, *ends, averaged=batches_per_epoch > 1)
    return found


def _find_trend(history: HistoryView, batches_per_epoch: int) -> PhaseFound:
    """Return the phase of a run that was not thrown out."""
    if batches_per_epoch > 1:
        return _of_batches(history, batches_per_epoch)
    steps, losses = recent_losses(history, 1, math.inf)
    if len(steps) < FEWEST or steps[-1] - steps[0] < FEWEST:
        return _found(RISING, steps, losses) if _goes_up_alone(losses) else PhaseFound("")
    rows = _last_rows(steps, losses, RIPPLE_STEPS, FEWEST)
    arrived = _arrived(history, *rows)
    if arrived is not None:
        return arrived
    if _ripples(rows[1]):
        return _rippling((steps, losses), rows)
    for width in (NOW, SEEN):
        rows = _last_rows(steps, losses, width, FEWEST)
        if not rows[1].any():
            # J has come to exactly 0, and has not stood there long enough to have arrived.
            return PhaseFound("")
        word = _trend(*rows)
        if word:
            return _found(word, *rows)
    return PhaseFound("")


def _goes_up_alone(losses: Array) -> bool:
    """Return whether every one of a few steps went up, far enough to be no accident."""
    far = len(losses) > UP_ALONE and losses[-1] > THROWN * losses[0] > 0.0
    return far and bool((np.diff(losses) > 0).all())


def _found(word: str, steps: Array, losses: Array, share: float = math.nan) -> PhaseFound:
    moves = np.diff(losses)
    if word == CREEPING:
        share = float(np.ptp(losses) / (np.abs(losses).max() or 1.0))
    return PhaseFound(
        word,
        int(steps[0]),
        int(steps[-1]),
        float(losses[0]),
        float(losses[-1]),
        int((moves > 0).sum()),
        int((moves < 0).sum()),
        share=share,
    )


def _rippling(known: tuple[Array, Array], rows: tuple[Array, Array]) -> PhaseFound:
    """Return rippling over these rows, the last of all that are known, with the trend of the ripples."""
    found = _found(RIPPLING, *rows)
    for width in RIPPLES_SEEN:
        wide = _last_rows(*known, width, FEWEST)
        trend = _trend_of_ends(*_halves(*wide))
        if trend:
            return replace(found, trend=trend, trend_first=int(wide[0][0]))
    return found


def _halves(steps: Array, losses: Array) -> tuple[Array, Array]:
    """Return the losses of the first half of the steps and of the second: rows lie closer near the end."""
    middle = int(np.searchsorted(steps, (steps[0] + steps[-1]) / 2, side="right"))
    return losses[:middle], losses[middle:]


def _last_rows(steps: Array, losses: Array, width: int, fewest: int) -> tuple[Array, Array]:
    """Return the rows of the last `width` steps, and at least `fewest` rows."""
    first = min(int(np.searchsorted(steps, steps[-1] - width)), max(len(steps) - fewest - 1, 0))
    return steps[first:], losses[first:]


def _arrived(history: HistoryView, steps: Array, losses: Array) -> PhaseFound | None:
    """Return the phase arrived, where gradient and J have come to rounding over these rows; else None."""
    curve = history.curves["gradient_norm"]
    recent = curve.values[int(np.searchsorted(curve.steps, steps[0])) :]
    if not len(recent):
        return None
    now, level = float(recent.max()), float(np.abs(losses).max())
    stands = bool(np.ptp(losses) <= ROUNDED_LOSS * level)
    if now <= SMALL_GRADIENT * float(curve.values.max()):
        largest = _largest_gradient(history)
        # Near J = 0 rounding is no small share of J, but it has no direction.
        jitters = abs(losses[-1] - losses[0]) <= 0.5 * np.abs(np.diff(losses)).sum()
        rounded = stands and now <= SMALL_GRADIENT * largest
        if rounded or (jitters and now <= ROUNDED_GRADIENT * largest):
            return _found(ARRIVED, steps, losses, now / largest if largest > 0 else 0.0)
    # A run may begin where the terms of its gradient cancel each other: then the largest is rounding too.
    if stands and len(history.path):
        way = max(1.0, float(np.linalg.norm(history.path[-1])))
        # After an explosion J itself is no measure, as the largest gradient is none.
        if now * way <= ROUNDED_LOSS * min(level, abs(_first_loss(history))):
            return replace(_found(ARRIVED, steps, losses), gradient=now)
    return None


def _largest_gradient(history: HistoryView) -> float:
    """Return the largest gradient norm of the run, without steps at which J was far above its first."""
    norms, losses = history.curves["gradient_norm"], history.curves["batch_loss"]
    # The curves were thinned independently.
    row = np.searchsorted(losses.steps, norms.steps, side="right") - 1
    first = _first_loss(history)
    usual = (row >= 0) & (losses.values[row] <= (times(THROWN, first) if first else math.inf))
    return float(norms.values[usual & np.isfinite(norms.values)].max(initial=0.0))


def _ripples(losses: Array) -> bool:
    """Return whether J goes up and down over these rows, and does not rise at most of them."""
    moves = np.diff(losses)
    size = RIPPLE_SIZE * np.abs(losses[:-1])
    rises, falls = moves > size, moves < -size
    if min(rises.mean(), falls.mean()) < RIPPLES:
        return False
    signs = np.where(rises, 1, -1)[rises | falls]
    if int((np.diff(signs) != 0).sum()) < TURNS:
        return False
    return not (rises.mean() >= MOST and losses[-1] > losses[0])


def _trend(steps: Array, losses: Array) -> str:
    """Return falling, rising or creeping over these rows; empty where none is true."""
    moves, largest = np.diff(losses), float(np.abs(losses).max())
    share = _share_of_a_trend(steps)
    change = (losses[-1] - losses[0]) / (max(abs(losses[0]), abs(losses[-1])) or 1.0)
    if change <= -share and (moves < 0).mean() > 0.5:
        return FALLING
    if change >= share and (moves > 0).mean() > 0.5:
        return RISING
    return CREEPING if np.ptp(losses) <= share * largest else ""


def _share_of_a_trend(steps: Array) -> float:
    """Return the share of J by which these rows must lead up or down.

    It is FALL, in proportion to a shorter stretch.
    """
    return float(1 - (1 - FALL) ** min(1.0, (steps[-1] - steps[0]) / SEEN))


def _trend_of_ends(early: Array, late: Array) -> str:
    """Return falling or rising where the highest and the lowest both do, beyond rounding; else empty."""
    size = RIPPLE_SIZE * float(np.abs(early).max())
    crests, troughs = late.max() - early.max(), late.min() - early.min()
    if crests < -size and troughs < -size:
        return FALLING
    return RISING if crests > size and troughs > size else ""


def _of_batches(history: HistoryView, batches_per_epoch: int) -> PhaseFound:
    """Return the phase of a run with mini-batches."""
    measured = history.curves["train_loss"]
    since = int(np.searchsorted(measured.steps, measured_anew(history)))
    steps, losses = measured.steps[since:], measured.values[since:]
    finite = np.isfinite(losses)
    steps, losses = steps[finite], losses[finite]
    averaged = len(steps) < FEWEST_MEASURED
    if averaged:
        # Later J over all points is measured seldom; until then, the means over batch after batch count.
        steps, losses = recent_losses(history, batches_per_epoch)
        apart = min(batches_per_epoch, MOST_AVERAGED)
        steps, losses = steps[::-1][::apart][::-1], losses[::-1][::apart][::-1]
    if len(steps) < FEWEST_MEASURED or steps[-1] - steps[0] < FEWEST:
        return PhaseFound("")
    rows = _last_rows(steps, losses, max(RIPPLE_STEPS, batches_per_epoch), FEWEST_MEASURED)
    arrived = _arrived(history, *rows)
    if arrived is not None:
        return arrived
    rows = _last_rows(steps, losses, SEEN, FEWEST_MEASURED)
    if not rows[1].any():
        return _arrived(history, *rows) or PhaseFound("")
    word = _trend_in_thirds(*rows)
    if not word and np.ptp(rows[1]) <= _share_of_a_trend(rows[0]) * np.abs(rows[1]).max():
        word = CREEPING
    if not word and _ripples(rows[1]):
        word = RIPPLING
    if not word:
        return PhaseFound("")
    return replace(_found(word, *rows), averaged=averaged, measured=not averaged)


def _trend_in_thirds(steps: Array, losses: Array) -> str:
    """Return falling or rising where the rows do so steadily; empty elsewhere.

    The means of three thirds and of both halves must do so, one after another, the highest and the lowest
    too, and J itself must end so.
    """
    thirds = np.array_split(losses, 3)
    first, middle, last = (float(third.mean()) for third in thirds)
    early, late = (float(half.mean()) for half in np.array_split(losses, 2))
    if (late < early) != (last < first):
        return ""
    share = _share_of_a_trend(steps) * max(abs(first), abs(last))
    ends = _trend_of_ends(thirds[0], thirds[2])
    if ends == FALLING and first > middle > last and first - last >= share and losses[-1] < losses[0]:
        return FALLING
    if ends == RISING and first < middle < last and last - first >= share and losses[-1] > losses[0]:
        return RISING
    return ""


def recent_losses(
    history: HistoryView, batches_per_epoch: int = 1, most: float = RECENT + HELD
) -> tuple[Array, Array]:
    """Return steps and finite J of at most this many steps, since anything but α was changed."""
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
        # At the start there are fewer batches for the mean.
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
    """Return the number of batches in a pass over this many training points; 1 for the full batch."""
    size = mini_batch(batch_size, points)
    return 1 if size is None else math.ceil(points / size)
