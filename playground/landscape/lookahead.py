"""The look-ahead: the loss that each learning rate would reach in the next N steps.

All learning rates start from the same parameters, with the optimiser's state and the batches that are due,
and advance together (engine.stepping.fleet). The result is what a run with that α would reach. Above the
stability limit a run can be chaotic, and then it is not predictable: a second fleet starts a tiny distance
away (PERTURBATION, a share of |θ|, or of the first step where that is longer), and where the two disagree the
result is a band instead of a number. The same happens far away: where J falls by more orders of magnitude
than θ has digits, rounding decides where a run lands, and only the direction is certain. The copies are run
from the largest α down, as far as they are needed.

The end of a run does not show its way. With the full batch the look-ahead also notes whether one of the steps
landed visibly higher than it began (rose), as steps above the stability limit do.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from playground.arrays import Floats
from playground.engine.lengths import length
from playground.engine.loss_scale import FAR_BELOW, escapes, times
from playground.engine.network import Network
from playground.engine.network_on_data import NetworkOnData
from playground.engine.optimizers import make_optimizer
from playground.engine.problem import Batch, Problem
from playground.engine.problem_of_experiment import formula_of
from playground.engine.schedules import Schedule
from playground.engine.stepping.descent import Checkpoint
from playground.engine.stepping.fleet import Fleet

USUAL_STEPS = 100
FEWEST_RATES, RATES_PER_DECADE = 48, 10
PERTURBATION = 1e-12
SHARE_OF_WAY, ROUNDINGS = 1e-4, 4.0
"""A copy on a formula starts within this share of the way to the bottom, and so many roundings of θ away."""
AGREEMENT = 0.01
"""Two copies agree where their losses differ by less than this share."""
CALM = 1e-8
"""Where a whole quarter of the learning rates agrees so well with its copies, the smaller ones do too: what
separates two copies, the step's own stretching, grows with α."""
SMALL = 1000
"""Samples × neurons of a step up to which many runs cost the same as few."""
FALL = 0.02
"""A fall of J by this share is visible; less than that in n_steps is creeping."""
DOUBLED = 0.5
"""The change from a J to its double, or back, as a share of the larger one."""
RISE = 0.005
"""A rise of J by this share in one step is visible."""
SURE_WIDTHS, SURE_FACTOR, SURE_ALONE = 20.0, 100.0, 1e6
"""A band has a direction where J is larger, or smaller, by SURE_FACTOR at least, and its distance from the
present J is SURE_WIDTHS times its own width, in orders of magnitude. A factor of SURE_ALONE is enough by
itself."""
TENTH = 0.1
"""The share of a learning rate down to which others are compared with it."""
BESIDE = (0.97, 0.98, 0.99, 1.01, 1.02, 1.03)
"""The learning rates beside the lowest that are tried too, as shares of it: between its neighbours."""
SLIGHT = 1e-6
"""The share of the whole fall below which a difference of two losses does not count."""
NEAR = 0.05
"""The lowest is not named where a rate 1 % beside it misses this share of its fall."""
BREATH = 0.008
"""Processor seconds of one piece of work, of the whole process. Waiting for a busy processor does not count,
or a helper of low priority would make no progress; the threads of the helper take turns with one question."""
NUMBERS_AT_ONCE, NUMBERS_AT_ONCE_WRONGLY = 400_000, 150_000
"""Activations and parameters of one step of a fleet, a few milliseconds. Larger networks advance with fewer
learning rates at a time. A backward pass with a mistake is slower: it takes run after run."""
CALLS = 40
"""Samples that take as long as the calls of one such pass."""


def rates_on(scale: tuple[float, float]) -> Floats:
    """Return at least 48 learning rates over the scale, evenly spaced in log α except for their rounding.

    They are round numbers, so that a rate that is shown can be typed: where a run ripples, J at 3.98 differs
    from J at 4.
    """
    low, high = math.log10(scale[0]), math.log10(scale[1])
    count = max(FEWEST_RATES, round(RATES_PER_DECADE * (high - low)) + 1)
    rates = np.logspace(low, high, count)
    for digits in (2, 3):
        rounded = np.array([float(f"{rate:.{digits}g}") for rate in rates])
        if len(np.unique(rounded)) == count:
            break
    return rounded


@dataclass(frozen=True, eq=False)
class Lookahead:
    """The losses that learning rates would reach.

    learning_rates (K,), losses (K,): J over all training points after n_steps, NaN where it is not finite or
    not computed yet (computed: (K,) bool), −∞ where the run has left the finite numbers
    downward. low, high (K,): the band between the run and its perturbed copy, equal to the loss where they
    agree. checked: whether the copies were run yet. rose (K,) bool: whether J rose by more than the share
    RISE in one of the steps; known for the full batch only. steady: whether rates close beside the lowest
    end near it, so that it is the lowest of its neighbourhood; before that is checked, whether no step of it
    landed higher.
    """

    learning_rates: Floats
    losses: Floats
    low: Floats
    high: Floats
    computed: NDArray[np.bool_]
    checked: bool
    n_steps: int
    loss_now: float
    rose: NDArray[np.bool_]
    steady: bool = True

    @property
    def predictable(self) -> NDArray[np.bool_]:
        """(K,) bool: True where the run and its copy agree."""
        with np.errstate(all="ignore"):
            return np.asarray((self.high - self.low) <= AGREEMENT * np.abs(self.losses))

    @property
    def lowest(self) -> int | None:
        """The index of the lowest loss that is predictable.

        None where there is none, where a run that is not predictable ends below it for certain, where rates
        beside it end elsewhere, or where J falls without bound.
        """
        if self.escape is not None or not self.steady:
            return None
        return lowest_certain(self.losses, self.high, self.predictable)

    @property
    def escape(self) -> int | None:
        """The index of the loss with which J falls without bound in what was tried; None: it does not."""
        return falls_without_bound(self.learning_rates, self.losses, self.loss_now)

    @property
    def lowest_falls_on(self) -> bool:
        """Whether the lowest is only that of those tried: see falls_on."""
        return falls_on(self.learning_rates, self.losses, self.lowest)

    @property
    def lowest_is_rivalled(self) -> bool:
        """Whether a run that is not predictable might end below the lowest one that is."""
        return reaches_below(self.lowest, self.losses, self.low, self.predictable)


def falls_without_bound(learning_rates: Floats, losses: Floats, now: float) -> int | None:
    """Return the index of the lowest of the losses (K,) where J falls without bound in what was tried.

    Return None where that cannot be said: the lowest must be far below the present J, and below all that
    rates of a tenth reach. Over the same steps a J with a bound comes near to it with both.
    """
    if np.isnan(losses).all():
        return None
    best = int(np.nanargmin(losses))
    if not losses[best] < 0.0:
        return None
    smaller = losses[learning_rates <= TENTH * learning_rates[best]]
    return best if escapes(float(losses[best]), np.append(smaller, now)) else None


def is_steady(beside: Floats, lowest: float, now: float) -> bool:
    """Return whether J changes steadily with α around the lowest loss.

    beside (6,): J at the rates BESIDE it; now: J at the start. Steadily: J falls with α and then rises, or
    does one of the two, to the share AGREEMENT; and one per cent of α does not cost the share NEAR of the
    fall.
    Where runs are chaotic each rate ends elsewhere, and a lowest one is chance.
    """
    losses = np.where(np.isnan(beside), np.inf, beside)
    along = np.insert(losses, len(losses) // 2, lowest)
    turn = int(np.argmin(along))
    way = np.concatenate([along[: turn + 1][::-1], [np.nan], along[turn:]])
    with np.errstate(all="ignore"):
        fall = now - lowest
        tolerance = AGREEMENT * np.abs(way[:-1]) + SLIGHT * abs(fall)
        zigzags = way[1:] < way[:-1] - tolerance
        close = losses[len(losses) // 2 - 1 : len(losses) // 2 + 1] - lowest <= NEAR * fall
    return not zigzags.any() and bool(close.all())


def falls_on(learning_rates: Floats, losses: Floats, best: int | None) -> bool:
    """Return whether the best of the losses (K,) is only the lowest of those tried.

    It is where it belongs to the largest rate, is below 0, and J falls visibly up to there: nothing tells
    that a larger rate would not end lower, or that J has a bound.
    """
    if best is None or best != int(np.argmax(learning_rates)) or not losses[best] < 0.0:
        return False
    others = losses[np.isfinite(losses) & (learning_rates < learning_rates[best])]
    return bool(others.size) and bool(losses[best] <= times(1.0 - FALL, float(others.min())))


def certain_directions(now: float, low: Floats, high: Floats) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return where a band from low to high (K,) has a certain direction: (grows, falls), each (K,) bool.

    That the run and its copy end on one side of the present J is not enough: of 468 chaotic pairs that did,
    one in six was contradicted by another twelve copies; of those that are certain here, one in fifty.
    """
    far = FAR_BELOW * abs(now)
    with np.errstate(all="ignore"):
        if now <= 0.0:
            return low > far, high < -far
        here, below, above = np.log([now]), np.log(low), np.log(high)
        widths = SURE_WIDTHS * (above - below)
        enough = np.clip(np.where(np.isnan(widths), np.inf, widths), np.log(SURE_FACTOR), np.log(SURE_ALONE))
        return below - here >= enough, (here - above >= enough) | (high < -far)


def still_holds(age: int, n_steps: int, then: float, now: float, running: bool) -> bool:
    """Return whether a look-ahead of n_steps still holds for a run that is age steps further on.

    then, now: J where the look-ahead began, and the present J.

    - While the run pauses: it is at most the share FALL of its length old, and J is within that share of J
      then. What is on the screen is then true, and a new look-ahead comes at once.
    - While it runs: J is within a factor of two of J then, up or down. The next look-ahead comes within about
      half a second; words that followed every ripple of J, or the age, would blink.

    For a moment before the look-ahead (a negative age) the same holds. Return False where J is no number.
    """
    if not (math.isfinite(then) and math.isfinite(now)):
        return False
    if not running and abs(age) > FALL * n_steps:
        return False
    return abs(now - then) <= (DOUBLED if running else FALL) * max(abs(now), abs(then))


def lowest_certain(losses: Floats, high: Floats | None, certain: NDArray[np.bool_]) -> int | None:
    """Return the index of the least certain loss of (K,); None where a whole band lies below it.

    high (K,): the upper edges of the bands; None: there are none.
    """
    if not certain.any():
        return None
    best = int(np.argmin(np.where(certain, losses, np.inf)))
    return None if high is not None and (high[~certain] < losses[best]).any() else best


def reaches_below(best: int | None, losses: Floats, low: Floats | None, certain: NDArray[np.bool_]) -> bool:
    """Return whether an uncertain loss (K,), or its band from low (K,) on, reaches below the best one."""
    if best is None:
        return False
    reach = losses if low is None else np.fmin(losses, low)
    return bool((reach[~certain] < losses[best]).any())


def look_ahead(
    network: Network,
    X: Floats,
    y: Floats,
    checkpoint: Checkpoint,
    learning_rates: Floats,
    n_steps: int,
    schedule: Schedule | None = None,
    fault: str | None = None,
) -> Iterator[Lookahead | None]:
    """Yield first the losses, coarse to fine where they take long, then the bands; None between pieces.

    X (n, n_in), y (n, n_out) are all training points, learning_rates (K,). A schedule scales every learning
    rate, step by step. fault: the deliberate mistake in the run's backward pass.
    """
    problem = NetworkOnData.of_points(network, X, y)
    return look_ahead_on(problem, checkpoint, learning_rates, n_steps, schedule, fault)


def look_ahead_on(
    problem: Problem,
    checkpoint: Checkpoint,
    learning_rates: Floats,
    n_steps: int,
    schedule: Schedule | None = None,
    fault: str | None = None,
) -> Iterator[Lookahead | None]:
    """Yield the same as look_ahead for a run of a problem."""
    rates = np.asarray(learning_rates, dtype=np.float64)
    count = len(rates)
    theta = problem.working_parameters().public(checkpoint.theta)
    with np.errstate(all="ignore"):
        loss_now = problem.loss(theta)
    losses, copies = np.full(count, np.nan), np.full(count, np.nan)
    thetas = np.broadcast_to(theta, (count, len(theta)))
    computed, rose = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)
    nudges = _nudges(problem, checkpoint, theta, rates, schedule, fault)
    copied, noise = theta + nudges, _noise(problem, theta, nudges)

    def result(checked: bool, steady: bool | None = None) -> Lookahead:
        both = np.stack([losses, copies if checked else losses])
        # A run whose copy alone is finite is not predictable either.
        both[:, np.isnan(both).any(axis=0)] = np.nan
        # At the bottom the nudge or rounding is left of both, which is no difference.
        settled = (np.abs(both) <= noise).all(axis=0)
        both[:, settled] = losses[settled]
        found = Lookahead(
            rates,
            losses.copy(),
            both.min(axis=0),
            both.max(axis=0),
            computed.copy(),
            checked,
            n_steps,
            loss_now,
            rose.copy(),
        )
        lowest = found.lowest
        if steady is None:
            steady = lowest is None or not rose[lowest]
        return replace(found, steady=steady)

    batch = checkpoint.batches.batch_size or problem.n_samples
    rounds = _rounds(_together(problem, batch, fault), count, n_steps)
    # The loss of a mini-batch is another one, and a faulty gradient is not that of J.
    watched = rose if checkpoint.batches.batch_size is None and fault is None else None
    for indices in rounds:
        yield from _reach(
            problem, checkpoint, thetas, rates, indices, n_steps, losses, schedule, fault, watched
        )
        computed[indices] = True
        yield result(False)
    unchecked = np.ones(count, dtype=bool)
    parts = 4 if batch * problem.numbers_per_sample > SMALL else 1
    for indices in _from_above(rates, parts, together=max(len(part) for part in rounds)):
        yield from _reach(problem, checkpoint, copied, rates, indices, n_steps, copies, schedule, fault)
        unchecked[indices] = False
        with np.errstate(all="ignore"):
            apart = np.abs(copies[indices] - losses[indices])
            if (apart <= CALM * np.abs(losses[indices])).all():
                break
    copies[unchecked] = losses[unchecked]
    copies[np.isneginf(losses) & np.isnan(copies)] = -math.inf
    lowest = result(True, steady=True).lowest
    if lowest is None or _is_calm(losses[lowest], copies[lowest], bool(rose[lowest])):
        yield result(True, steady=True)
        return
    near, beside = rates[lowest] * np.array(BESIDE), np.full(len(BESIDE), np.nan)
    every, start = np.arange(len(BESIDE)), np.broadcast_to(theta, (len(BESIDE), len(theta)))
    yield from _reach(problem, checkpoint, start, near, every, n_steps, beside, schedule, fault)
    yield result(True, steady=is_steady(beside, float(losses[lowest]), loss_now))


def _is_calm(loss: float, copy: float, rose: bool) -> bool:
    """Return whether a run is so far from chaos that its neighbours need not be tried."""
    return not rose and abs(copy - loss) <= CALM * abs(loss)


def _nudges(
    problem: Problem,
    checkpoint: Checkpoint,
    theta: Floats,
    rates: Floats,
    schedule: Schedule | None,
    fault: str | None,
) -> Floats:
    """Return how far from theta (P,) the copy of each learning rate starts, (K, P)."""
    direction = np.random.default_rng(0).normal(size=len(theta))
    share = PERTURBATION * direction / np.linalg.norm(direction)
    if formula_of(problem) is None:
        # Samples and activations have a size of about 1, however small θ is.
        return np.broadcast_to(share * max(1.0, length(theta)), (len(rates), len(theta)))
    # Numbers near 0 are as exact as others: what counts is their own size, and how far they move.
    after = np.broadcast_to(theta, (len(rates), len(theta)))
    with np.errstate(all="ignore"):
        fleet = _fleet(problem, checkpoint, after, rates, fault)
        if schedule is not None:
            fleet.learning_rates = rates * schedule.factor_at(checkpoint.step)
        fleet.advance(upcoming_batches(problem, checkpoint, 1))
        moved = length(fleet.parameters - theta)
        gradient = problem.loss_and_gradient(theta)[1]
        own = min(length(theta), _calm(problem, theta, gradient) / PERTURBATION)
        sizes = np.maximum(own, np.where(np.isfinite(moved), moved, 0.0))
        if not gradient.any():
            # Without a gradient and without momentum nothing moves, and rounding has no part in it.
            sizes[moved == 0.0] = 0.0
    nudges: Floats = sizes[:, np.newaxis] * share
    return nudges


def _calm(problem: Problem, theta: Floats, gradient: Floats) -> float:
    """Return how far a copy of theta (P,) may start without another J: ∞ where no bottom is near.

    Very near a minimum a share of the size of θ is more than the whole way there. The rounding of θ remains.
    """
    bend = _bend(problem, theta, gradient)
    if not bend > 0.0:
        return math.inf
    return max(SHARE_OF_WAY * float(length(gradient)) / bend, _rounding(theta))


def _noise(problem: Problem, theta: Floats, nudges: Floats) -> Floats:
    """Return J (K,) of copies that end as near to a bottom of 0 as their nudges (K, P); 0 of a network."""
    if formula_of(problem) is None:
        return np.zeros(len(nudges))
    with np.errstate(all="ignore"):
        bend = _bend(problem, theta, problem.loss_and_gradient(theta)[1])
        noise = 0.5 * bend * np.square(length(nudges) + _rounding(theta))
    return np.where(np.isfinite(noise) & (noise > 0.0), noise, 0.0)


def _bend(problem: Problem, theta: Floats, gradient: Floats) -> float:
    """Return the second derivative of J along a gradient (P,); 0 where that has no direction."""
    size = float(length(gradient))
    if not 0.0 < size < math.inf:
        return 0.0
    way = gradient / size
    return float(way @ problem.hessian_operator(theta)(way))


def _rounding(theta: Floats) -> float:
    """Return the rounding of some steps from theta (P,)."""
    return ROUNDINGS * float(np.finfo(float).eps) * float(length(theta))


def _fleet(
    problem: Problem, checkpoint: Checkpoint, thetas: Floats, rates: Floats, fault: str | None
) -> Fleet:
    """Return a fleet from thetas (k, P) at these rates (k,), each with the optimiser of the checkpoint."""
    optimizer = make_optimizer(checkpoint.optimizer, **checkpoint.hyperparameters)
    optimizer.load_state(checkpoint.optimizer_state)
    return Fleet(problem, thetas, rates, [optimizer] * len(rates), fault)


def _together(problem: Problem, n_samples: int, fault: str | None) -> int:
    """Return how many runs one piece of work may take together."""
    calls, numbers = (0, NUMBERS_AT_ONCE) if fault is None else (CALLS, NUMBERS_AT_ONCE_WRONGLY)
    each = (n_samples + calls) * problem.numbers_per_sample + problem.n_parameters
    return max(1, numbers // each)


def _rounds(together: int, count: int, n_steps: int) -> list[NDArray[np.intp]]:
    """Return the order in which learning rates are tried: all at once, or every fourth first."""
    everything = np.arange(count)
    coarse_first = n_steps > 100 or together < count
    parts = [everything[offset::4] for offset in (0, 2, 1, 3)] if coarse_first else [everything]
    return [part[start : start + together] for part in parts for start in range(0, len(part), together)]


def _from_above(rates: Floats, parts: int, together: int) -> Iterator[NDArray[np.intp]]:
    """Yield the learning rates from the largest down, in this many parts of at most `together` rates."""
    downwards = np.argsort(rates)[::-1]
    size = max(1, min(-(-len(rates) // parts), together))
    for start in range(0, len(rates), size):
        yield downwards[start : start + size]


def _reach(
    problem: Problem,
    checkpoint: Checkpoint,
    thetas: Floats,
    rates: Floats,
    indices: NDArray[np.intp],
    n_steps: int,
    losses: Floats,
    schedule: Schedule | None,
    fault: str | None,
    rose: NDArray[np.bool_] | None = None,
) -> Iterator[None]:
    """Write into losses[indices] what these of the learning rates reach, each from its own row of thetas.

    Write into rose[indices], where given, whether they rose.
    """
    count = len(indices)
    fleet = _fleet(problem, checkpoint, thetas[indices], rates[indices], fault)
    breath = time.process_time() + BREATH
    factors = repeat(1.0) if schedule is None else schedule.factors_from(checkpoint.step)
    coming = upcoming_batches(problem, checkpoint, n_steps)
    way: list[Floats] | None = None if rose is None else []
    for batch, factor in zip(coming, factors, strict=False):
        if schedule is not None:
            fleet.learning_rates = rates[indices] * factor
        fleet.advance((batch,), losses=way)
        if time.process_time() > breath:
            yield None
            breath = time.process_time() + BREATH
    parameters, together = fleet.parameters, _together(problem, problem.n_samples, None)
    for start in range(0, count, together):
        part = slice(start, start + together)
        with np.errstate(all="ignore"):
            reached = problem.losses(parameters[part])
            first, last = (None, None) if way is None else _ends_of(way, part)
        losses[indices[part]] = losses_reached(parameters[part], reached, first, last)
        if time.process_time() > breath:
            yield None
            breath = time.process_time() + BREATH
    if rose is not None and way is not None:
        with np.errstate(all="ignore"):
            along = np.stack([*way, losses[indices]])
            rose[indices] = (along[1:] > times(1.0 + RISE, along[:-1])).any(axis=0)


def losses_reached(
    parameters: Floats, reached: Floats, first: Floats | None = None, last: Floats | None = None
) -> Floats:
    """Return J (k,) of runs: as reached where it is finite, −∞ where they left the finite numbers downward.

    NaN elsewhere. A run has left downward where J is −∞, or where it was below 0, and below its first J,
    before θ overflowed. first, last (k,): the first and the last finite J on the way, where they are known.
    """
    downward: NDArray[np.bool_] = np.isneginf(reached)
    if first is not None and last is not None:
        lost = ~np.isfinite(reached) & ~np.isfinite(parameters).all(axis=1)
        downward |= lost & (last < np.minimum(first, 0.0))
    return np.where(np.isfinite(reached), reached, np.where(downward, -math.inf, math.nan))


def _ends_of(way: list[Floats], part: slice) -> tuple[Floats, Floats]:
    """Return the first and the last finite loss of these runs (k,); ∞ where none is finite.

    way: the losses of all runs before each step.
    """
    along = np.stack([before[part] for before in way])
    known = np.isfinite(along)
    last = len(along) - 1 - np.argmax(known[::-1], axis=0)
    return along[0], np.where(known.any(axis=0), along[last, np.arange(along.shape[1])], np.inf)


def upcoming_batches(problem: Problem, checkpoint: Checkpoint, n_steps: int) -> Iterator[Batch]:
    """Yield the batches of the n_steps after a checkpoint, as the run itself would draw them."""
    batches = problem.batches(
        problem.working_parameters(), np.random.default_rng(0), checkpoint.batches.batch_size
    )
    batches.load_state(checkpoint.batches)
    for _ in range(n_steps):
        batches.open_block()
        _, batch = batches.slots[batches.position]
        batches.position += 1
        yield batch
