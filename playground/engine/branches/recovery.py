"""Recovery of a run that overflowed: the step and the learning rate at which it can go on."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from playground.engine.branches.moments import branch_at
from playground.engine.loss_scale import FAR_BELOW, escapes, escapes_along
from playground.engine.recording.history import HistoryView
from playground.engine.recording.phase import recent_losses
from playground.engine.stepping.descent import Interrupted
from playground.engine.trainer import Trainer
from playground.experiment import MIN_LEARNING_RATE

TRIED_STEPS = 10
"""Number of steps that are made before a learning rate is offered."""
COARSENESS = 4.0
"""Half of the slider's α is tried first, then each time the last divided by this, down to the lowest α."""


class Recovery(NamedTuple):
    """A step and a learning rate at which a run was tried and goes on.

    back: whether the step is earlier than the present one.
    """

    step: int
    learning_rate: float
    back: bool


class Fallen(NamedTuple):
    """A run that has fallen without bound in what was tried: no α ends that. step: the last one before it."""

    step: int


def fallen(history: HistoryView) -> Fallen | None:
    """Return where a run began to fall without bound; None where it does not.

    J is then far below 0, measured by its size at the start, or by that in the first half of the run.
    """
    steps, losses = recent_losses(history, most=math.inf)
    if not len(losses) or not (escapes(float(losses[-1]), losses[:1]) or escapes_along(losses)):
        return None
    sizes = np.abs(losses[losses != 0.0])
    near = np.flatnonzero(losses > -FAR_BELOW * float(sizes[0]))
    return Fallen(int(steps[near[-1]] if near.size else steps[0]))


def recovery_of(run: Trainer, interrupted: Interrupted | None = None) -> Recovery | None:
    """Return the latest step from which a diverged run goes on, with the largest α that works there.

    The present step is tried, and 1, 2, 4, 8, … steps before it back to the start. Return None where nothing
    goes on, or where it was interrupted.
    """
    back = 0
    while True:
        step = max(run.step - back, 0)
        found = _rate_from(run, step, interrupted)
        if found is not None or step == 0 or (interrupted is not None and interrupted()):
            return found
        back = max(1, 2 * back)


def _rate_from(run: Trainer, step: int, interrupted: Interrupted | None) -> Recovery | None:
    here, back = run.snapshot(), step < run.step
    if back:
        earlier = branch_at(run, step, interrupted)
        if earlier is None or earlier.step != step:
            return None
        here = earlier.snapshot()
    twin, rate = run.anew(), run.learning_rate / 2.0
    while True:
        rate = max(rate, MIN_LEARNING_RATE)
        twin.restore(here)
        twin.learning_rate = rate
        made = twin.advance(TRIED_STEPS, interrupted) == TRIED_STEPS and not twin.diverged
        # Mini-batches can pass a θ whose loss over other points is not finite.
        if made and math.isfinite(twin.train_loss()):
            return Recovery(step, rate, back)
        if rate == MIN_LEARNING_RATE or (interrupted is not None and interrupted()):
            return None
        rate /= COARSENESS
