"""A jump of the loss, and the record of the step that made it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from playground.arrays import Floats
from playground.engine.loss_scale import ratios
from playground.engine.optimizers import OPTIMIZERS
from playground.engine.problem_of_experiment import problem_of
from playground.engine.recording.run_view import RunView
from playground.engine.recording.series import Curve
from playground.experiment import Change
from playground.experiment_table import FIELD as POINTS
from playground.landscape.side import StepFromTheSide
from playground.numerals import losses_apart, number_text

RISE = 0.005
"""Smallest rise of J that counts as a jump, as a share."""
PARAMETERS = "parameters"
PENALTIES = {"training.l1": "L1", "training.l2": "L2"}
OF_THE_STEP = {
    "training.optimizer": "The optimiser",
    "training.batch_size": "The batch size",
    "training.momentum": "The momentum",
}
OWN_SHARE = 0.5
"""Smallest share of a rise that a penalty must have to count as its cause."""


@dataclass(frozen=True, eq=False)
class PastStep:
    """A step of the run that can be shown again.

    step: parameters (P,) are those of this step. update (P,): the optimiser's step from there; None where it
    is not recorded and the direction is −∂J/∂θ. learning_rate, l1, l2: of that step. jump: the steps between
    which J rose. exact: whether this is the very step that made it rise. plain: whether the direction is
    −∂J/∂θ over all training points. changes: what was set at the jump, α aside. led_by: what may lead a step
    uphill here, as the end of a clause; empty where nothing may.
    """

    step: int
    parameters: Floats
    update: Floats | None
    learning_rate: float
    l1: float
    l2: float
    jump: tuple[int, int]
    exact: bool
    plain: bool
    changes: tuple[Change, ...] = ()
    led_by: str = ""


def jump_near(curve: Curve, first: float, last: float) -> tuple[int, int] | None:
    """Return the recorded steps between first and last between which J rose most; None without a rise."""
    steps, values = curve
    inside = np.flatnonzero((steps[1:] >= first) & (steps[:-1] <= last))
    if not inside.size:
        return None
    rises = ratios(values[inside + 1], values[inside])
    rises = np.where(np.isfinite(rises), rises, 0.0)
    best = int(np.argmax(rises))
    if rises[best] <= 1 + RISE:
        return None
    return int(steps[inside[best]]), int(steps[inside[best] + 1])


def past_step(view: RunView, jump: tuple[int, int]) -> PastStep | None:
    """Return the recorded step that made a jump, or the nearest one.

    None where θ was set by hand, and where the points have been changed since.
    """
    history = view.history
    put = [change.step for change in history.changes if change.field == PARAMETERS]
    if any(jump[0] < at <= jump[1] for at in put):
        return None
    if any(change.field == POINTS and jump[0] < change.step <= view.step for change in history.changes):
        # The step was made on other points, or it is they that made J jump.
        return None
    rows = history.path_steps
    there = np.flatnonzero((rows >= jump[0]) & (rows < jump[1]))
    if not there.size:
        # Prefer rows that the optimiser's own steps join to the jump.
        since = max((at for at in put if at <= jump[0]), default=0)
        until = min((at for at in put if at > jump[0]), default=rows[-1] + 1)
        joined = (rows >= since) & (rows < until)
        far = np.abs(rows - jump[0]) + np.where(joined, 0, rows[-1])
        there = np.array([np.argmin(far)])
    row = int(there[0])
    step = int(rows[row])
    follows = row + 1 < len(rows) and rows[row + 1] == step + 1 and step + 1 not in put
    descends = setting_at(view, "optimizer", step) == "gradient_descent"
    right = setting_at(view, "fault", step) is None
    plain = descends and right and mini_batch_at(view, step) is None
    single = jump == (step, step + 1)
    return PastStep(
        step,
        history.path[row],
        history.path[row + 1] - history.path[row] if follows else None,
        view.rate_at(step),
        float(setting_at(view, "l1", step)),
        float(setting_at(view, "l2", step)),
        jump,
        single and (follows or plain),
        plain or not follows,
        tuple(
            change
            for change in history.changes
            if (change.field in OF_THE_STEP and jump[0] <= change.step < jump[1])
            or (change.field in PENALTIES and jump[0] < change.step <= jump[1])
        ),
        _led_by(view, step),
    )


def _led_by(view: RunView, step: int) -> str:
    """Return what may lead the step from this one uphill on the J of all training points."""
    optimizer = OPTIMIZERS[str(setting_at(view, "optimizer", step))]
    momentum = setting_at(view, "momentum", step)
    if setting_at(view, "fault", step) is not None:
        return "the mistake in the backward pass may lead it"
    if mini_batch_at(view, step) is not None:
        return "the gradient of a batch may lead it"
    usual = optimizer.momentum
    if optimizer.carries or (usual is not None and (usual if momentum is None else momentum) > 0):
        return "momentum may carry it"
    return ""


def penalty_set(view: RunView, jump: tuple[int, int]) -> str | None:
    """Return the sentence about a jump that setting L1 or L2 made; None where a step made J rise.

    The row of a step at which a penalty is set already has the new one in it: J jumps without a step.
    """
    history = view.history
    made = [c for c in history.changes if c.field in PENALTIES and jump[0] < c.step <= jump[1]]
    curve = history.curves["train_loss"]
    if not made or not np.isin(jump, curve.steps).all():
        return None
    start, end = (float(curve.values[np.searchsorted(curve.steps, step)]) for step in jump)
    row = np.flatnonzero(history.path_steps == made[-1].step)
    if not row.size:
        return None
    theta = history.path[int(row[0])]
    problem = problem_of(view.experiment)
    before, after = (
        problem.with_penalties(setting_at(view, "l1", step), setting_at(view, "l2", step)).penalty(theta)
        for step in jump
    )
    if not after - before >= OWN_SHARE * (end - start) > 0:
        return None
    sentence = " and ".join(
        f"{PENALTIES[c.field]} was set to {number_text(c.value)} at step {c.step}" for c in made
    )
    first, last = losses_apart(start, end)
    return (
        f"{sentence}: J includes the penalty from there on, which adds {number_text(after - before)}. "
        f"It rose from {first} to {last}."
    )


def other_points(view: RunView, jump: tuple[int, int]) -> str | None:
    """Return the sentence about a jump of J on other points than the present ones; None where it has these.

    The row of a step at which points are changed is of the new ones already.
    """
    made = [c.step for c in view.history.changes if c.field == POINTS and jump[0] < c.step <= view.step]
    if not made:
        return None
    if made[0] <= jump[1]:
        return f"Points were changed at step {made[0]}: J before it and from there on is of other points."
    return (
        f"Points were changed at step {made[0]}: this step was made on those before. "
        "Go back to it on the time line to see it."
    )


def why(past: PastStep, side: StepFromTheSide) -> str:
    """Return one sentence that explains the jump of the loss."""
    rate = f"α = {number_text(side.learning_rate)}"
    before, after = losses_apart(side.standing, side.landing)
    numbers = f"J from {before} to {after}"
    if side.level is not None:
        share = side.learning_rate / side.level
        level = "2/λ = " if past.plain else ""
        measured = (
            f"{rate} was {number_text(share, 2)} times {level}{number_text(side.level)}, where the parabola "
            "is as high again"
        )
    else:
        measured = f"{rate}, and along this step no parabola opens upwards to warn of it"
    match side.outcome:
        case "across and higher":
            sentence = f"{measured}: the step went across the bottom and landed higher, {numbers}."
        case "across but lower":
            sentence = f"{measured}: the step went across the bottom and landed lower, {numbers}."
        case "across and as high":
            sentence = f"{measured}: the step went across the bottom and landed as high, {numbers}."
        case "short of the bottom":
            sentence = f"{measured}: the step ended short of the bottom, {numbers}."
        case "at the bottom":
            sentence = f"{measured}: the step ended at the bottom, {numbers}."
        case "downhill all the way":
            sentence = f"{measured}: the step went downhill all the way, {numbers}."
        case "uphill" | "uphill but lower":
            by = f", as {past.led_by}," if past.led_by else ""
            lands = "higher" if side.landing > side.standing else "lower"
            sentence = f"The step went uphill from its beginning{by} and landed {lands}, {numbers}."
        case "not finite":
            where = "on its way" if math.isfinite(side.landing) else "where the step landed"
            sentence = f"{measured}: J is not finite {where}."
        case _:
            sentence = f"{rate}: the step changed J by no more than rounding."
    for change in past.changes:
        name = OF_THE_STEP.get(change.field) or PENALTIES[change.field]
        sentence += f" {name} was changed at step {change.step}."
    if past.exact:
        return f"Step {past.step}: {sentence}"
    where = (
        f"J rose between steps {past.jump[0]} and {past.jump[1]}; the nearest recorded is step {past.step}"
    )
    return f"{where}. {sentence}" if past.update is not None else f"{where}, shown along −∂J/∂θ. {sentence}"


def setting_at(view: RunView, name: str, step: int) -> Any:
    """Return a training setting as it was for the step from this one."""
    value = getattr(view.experiment.training, name)
    for change in view.history.changes:
        if change.field == f"training.{name}" and change.step <= step:
            value = change.value
    return value


def mini_batch_at(view: RunView, step: int) -> int | None:
    """Return the size of the mini-batch of the step from this one; None for the full batch."""
    return view.mini_batch_at(setting_at(view, "batch_size", step), step)
