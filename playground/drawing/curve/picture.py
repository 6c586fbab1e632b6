"""What the picture of a loss of one variable shows, as plain data made from a run."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from playground.drawing.shown_parts import ShownParts
from playground.drawing.surface.picture import rows_apart
from playground.engine.backprop.numbers_in_words import bracketed
from playground.engine.formula import Formula
from playground.engine.optimizers import OPTIMIZERS
from playground.engine.printed_equation import equation
from playground.engine.recording.run_view import RunView
from playground.engine.stepping.descent import Checkpoint
from playground.engine.stepping.preview import next_step
from playground.landscape.directions import widened
from playground.landscape.one_variable import LossCurve, StepOnCurve, loss_curve, step_on_curve
from playground.landscape.plane import Window
from playground.landscape.stability import divides, stability_limit
from playground.numerals import limit_text, number_text, rate_text

DIGITS = 4
"""Significant digits of w, slope and step: in the curve and in the rule below it."""
READABLE = 12.0
"""The ratio of the heights of two curves up to which one axis shows both."""
PAST = 40
"""Number of points of the path that are drawn."""
EMPTY_POINTS = np.empty((0, 2))


@dataclass(frozen=True, eq=False)
class CurvePicture:
    """What is drawn.

    name      of the variable
    curve     J over the window
    step      the ball and its next step; None: J is not known there
    past      (n, 2) the newest points of the path without a gap, w and J, the present one last
    one_step  (n − 1,) bool: whether a single step led from a point of the past to the next
    start     (w, J) at step 0
    minima    (m, 2) known minima, w and J
    update    the parts of the next step, while that is taken apart
    limit     the largest stable α for this J″, in symbols and its value; None where J″ alone gives none
    heights   the lowest and the highest J of the axis; None: those of the curve
    """

    name: str
    curve: LossCurve
    step: StepOnCurve | None = None
    past: np.ndarray = field(default_factory=lambda: EMPTY_POINTS)
    one_step: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=bool))
    start: tuple[float, float] | None = None
    minima: np.ndarray = field(default_factory=lambda: EMPTY_POINTS)
    update: ShownParts | None = None
    limit: tuple[str, float] | None = None
    heights: tuple[float, float] | None = None


def heights(curve: LossCurve) -> tuple[float, float]:
    """Return the lowest and the highest J of a curve, apart from each other."""
    finite = curve.losses[np.isfinite(curve.losses)]
    if not finite.size:
        return 0.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def kept_heights(kept: tuple[float, float], curve: LossCurve, ball: float) -> tuple[float, float]:
    """Return the heights of an axis that stays while a constant of the formula changes, with the ball in it.

    kept: those of the curve before. Where the new curve is READABLE times as high or as low, its own.
    """
    low, high = heights(curve)
    ratio = (high - low) / (kept[1] - kept[0])
    if not 1.0 / READABLE <= ratio <= READABLE:
        return low, high
    inside = ball if math.isfinite(ball) and low <= ball <= high else kept[0]
    return min(kept[0], low), max(kept[1], inside)


def range_shown(formula: Formula, view: RunView) -> tuple[float, float]:
    """Return the values of the variable that are shown: the window, wider where the ball has left it."""
    low, high = formula.settings.limits[0]
    past = _newest(view)[0]
    wide = widened(Window(low, high, 0.0, 1.0), past, np.zeros(len(past)))
    return wide.a_min, wide.a_max


def _newest(view: RunView) -> tuple[np.ndarray, np.ndarray]:
    """Return the newest values (n,) of the path after its last gap, and whether one step joins each two.

    The path of a long run leaves steps out; what lies between two of its points is then not known.
    """
    path, apart = view.history.path, rows_apart(view.history)
    rows = slice(max(len(path) - PAST, int(apart.max(initial=0))), None)
    return path[rows, 0], np.diff(view.history.path_steps[rows]) == 1


def picture_of_run(formula: Formula, view: RunView, curve: LossCurve | None = None) -> CurvePicture:
    """Return the picture of a run on a formula of one variable; curve: that of range_shown."""
    if curve is None:
        curve = loss_curve(formula, *range_shown(formula, view))
    step = limit = None
    if math.isfinite(view.train_loss):
        coming = next_step(formula, view.checkpoint, view.settings)
        w, gradient, landing = (float(of[0]) for of in (coming.before, coming.gradient, coming.after))
        step = step_on_curve(formula, w, gradient, landing, coming.learning_rate)
        limit = _limit(view.checkpoint, step.bend)
    past, one_step = _newest(view)
    # In one call: of a long formula the number of calls counts, not that of the points.
    places = places_on_curve(formula, np.concatenate([formula.settings.first, past, formula.minima[:, 0]]))
    start, past, minima = np.split(places, [1, 1 + len(past)])
    return CurvePicture(
        formula.parameter_name(0),
        curve,
        step,
        past,
        one_step,
        (float(start[0, 0]), float(start[0, 1])),
        minima,
        limit=limit,
    )


def _limit(checkpoint: Checkpoint, bend: float) -> tuple[str, float] | None:
    """Return the limit of the optimiser on a parabola of this J″, as the strip has it."""
    optimizer = checkpoint.optimizer
    if divides(optimizer) or not math.isfinite(bend):
        return None
    limit = stability_limit(optimizer, checkpoint.hyperparameters, bend)
    if limit is None or not math.isfinite(limit):
        return None
    symbols = OPTIMIZERS[optimizer].limit_in_symbols(checkpoint.hyperparameters)
    return symbols.replace("λmax", "J″"), limit


def words(picture: CurvePicture, with_limit: bool = True) -> str:
    """Return the numbers of the update rule, and what the limit says of this α; empty without a step.

    with_limit False: without the limit, which would answer a question about α.
    """
    step, name = picture.step, picture.name
    if step is None:
        return ""

    def made(digits: int) -> str:
        moved = f"{rate_text(step.rate)} · {bracketed(step.gradient, digits)}"
        return f"{number_text(step.w, digits)} − {moved}"

    # With the digits of the label at the landing, or more.
    after = equation(made, step.landing, lambda value: number_text(value, DIGITS), DIGITS)
    rule = f"{name} := {after if step.plain else number_text(step.landing, DIGITS)}"
    if not math.isfinite(step.bend):
        return f"{rule}. J″ is not finite here: there is no parabola of second order, and no limit from it."
    bend = f"J″ = {number_text(step.bend, 4)}"
    if not step.bend > 0.0:
        return f"{rule}. {bend}: not positive here, so there is no limit of second order."
    if picture.limit is None or not with_limit:
        return f"{rule}. {bend}."
    symbols, limit = picture.limit
    side = "below" if step.rate < limit else "above" if step.rate > limit else "at"
    return f"{rule}. {bend}: the limit is {symbols} = {limit_text(limit)}, and α is {side} it."


def places_on_curve(formula: Formula, w: np.ndarray) -> np.ndarray:
    """Return places (n, 2): values w (n,) of the variable, and J there."""
    return np.column_stack([w, formula.losses(np.asarray(w)[:, np.newaxis])])
