"""A step seen from the side: the true loss along the direction of an update, and where the update lands."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from playground.arrays import Floats
from playground.engine.lengths import LARGEST_SQUARE, LEAST_SQUARE, length
from playground.engine.network import Network
from playground.engine.network_on_data import NetworkOnData
from playground.engine.problem import Problem
from playground.landscape.pieces import Pieces, finish, quietly
from playground.numerals import losses_apart

POINTS, POINTS_ON_THE_STEP = 97, 25
BEHIND = 0.08
"""Share of the way ahead that is also shown behind the start of the step."""
ROUNDING = 1e-13
"""A change of J by a smaller share is rounding."""
SLOPE_ROUNDING = 1e-12
"""Share of the slope at the beginning of a step below which the slope where it lands is rounding."""
INVISIBLE = "no visible step"
BELOW_ROUNDING = "below rounding"


@dataclass(frozen=True, eq=False)
class StepFromTheSide:
    """J along θ + t·(update/α), where t is the learning rate that would land there.

    t (n,), losses (n,): the true J. parabola (n,): the second-order model J + t·slope + ½·t²·bend, where
    slope is the derivative of J along the direction and bend its second derivative. standing, landing: J at t
    = 0 and at the step's own learning_rate. curvature is vᵀHv/vᵀv along the direction v, which is λ_g =
    gᵀHg/gᵀg for gradient descent. Where the direction leads down and curvature is positive, bottom is the
    learning rate that lands at the parabola's lowest point and level the one that lands as high as it began:
    1/λ_g and 2/λ_g for gradient descent; None elsewhere. outcome: "short of the bottom", "at the bottom"
    (where it lands, J has no slope along the direction but rounding, and falls no further ahead), "downhill
    all the way" (no bottom lies ahead, neither of the parabola nor of J within t), "across but lower",
    "across and higher", "across and as high", "uphill" (from its beginning on, as momentum may carry it),
    "uphill but lower" (it begins so, and lands lower), "no step" (the update is zero), "below rounding" (θ
    stays to the last bit beside it), "no visible step" (J changes by less than rounding; in these two there
    is no bottom and no level) or "not finite".
    """

    learning_rate: float
    t: Floats
    losses: Floats
    parabola: Floats
    standing: float
    landing: float
    slope: float
    curvature: float
    bottom: float | None
    level: float | None
    outcome: str
    sentence: str


def step_from_the_side(
    network: Network,
    theta: Floats,
    X: Floats,
    y: Floats,
    learning_rate: float,
    update: Floats | None = None,
) -> StepFromTheSide:
    """Return the step from theta (P,) by update (P,), or by −α·∂J/∂θ where update is None."""
    problem = NetworkOnData.of_points(network, X, y)
    return finish(step_in_pieces(problem, theta, learning_rate, update))


def step_in_pieces(
    problem: Problem, theta: Floats, learning_rate: float, update: Floats | None = None
) -> Pieces[StepFromTheSide]:
    """Compute step_from_the_side for the J of a problem, in pieces."""
    return quietly(_step_in_pieces(problem, theta, learning_rate, update))


def _step_in_pieces(
    problem: Problem, theta: Floats, learning_rate: float, update: Floats | None
) -> Pieces[StepFromTheSide]:
    theta = np.asarray(theta, dtype=np.float64)
    standing, gradient = problem.loss_and_gradient(theta)
    way = -gradient if update is None else np.asarray(update, dtype=np.float64) / learning_rate
    squared = float(way @ way)
    # Where float64 cannot hold the square, slope and bend are those along a way of length 1.
    size = 1.0 if LEAST_SQUARE < squared < LARGEST_SQUARE or not way.any() else length(way)
    along, squared = (way, squared) if size == 1.0 else (way / size, 1.0)
    slope = float(gradient @ along)
    yield
    bend = float(along @ problem.hessian_operator(theta)(along))
    yield
    curvature = bend / squared if squared > 0 else math.nan
    bottom = -slope / bend / size if bend > 0 and slope < 0 else None
    if bottom is not None and not 0 < bottom < math.inf:
        # Where the curvature overflows there is no α to mark.
        bottom = None
    level = None if bottom is None else 2 * bottom
    t, here, there = _scale(learning_rate, level)
    losses = np.empty(t.size)
    for k, distance in enumerate(t):
        losses[k] = problem.loss(theta + distance * way)
        yield
    # The slope decides on which side of the bottom it lands: a turn can hide between two points.
    arriving = float(problem.loss_and_gradient(theta + learning_rate * way)[1] @ along)
    ways = t * size
    parabola = standing + ways * slope + 0.5 * ways * ways * bend
    landing = float(losses[there])
    rises_again = bool((np.diff(losses[there:]) > _rounding(losses[there:])).any())
    falls_on = bool((losses[there:] < landing - _rounding(losses[there:])).any())
    if abs(arriving) <= _slope_rounding(slope, bend, length(theta + learning_rate * way), squared):
        arriving = 0.0
    stays = bool((theta + learning_rate * way == theta).all())
    lost = stays and _is_lost(learning_rate * gradient, theta)
    outcome = _outcome(
        losses[here : there + 1], slope, arriving, squared, rises_again or bottom is not None, falls_on, lost
    )
    if outcome == BELOW_ROUNDING:
        bottom = level = None
    elif is_within_rounding(standing, landing, learning_rate * size * slope):
        outcome, bottom, level = INVISIBLE if squared > 0 else outcome, None, None
    sentence = _sentence(outcome, standing, landing)
    for array in (t, losses, parabola):
        array.setflags(write=False)
    return StepFromTheSide(
        learning_rate,
        t,
        losses,
        parabola,
        standing,
        landing,
        slope * size,
        curvature,
        bottom,
        level,
        outcome,
        sentence,
    )


def _is_lost(step: Floats, theta: Floats) -> bool:
    """Return whether a step would move weights of size 1, and is nothing beside the last digit of these."""
    eps = float(np.finfo(float).eps)
    return bool((np.abs(step) > eps).any() and (np.abs(step) <= eps * np.abs(theta)).all())


def is_within_rounding(standing: float, landing: float, expected: float) -> bool:
    """Return whether a step changes J by less than rounding, both where it lands and by its gradient."""
    smallest = ROUNDING * abs(standing)
    return abs(landing - standing) <= smallest and abs(expected) <= smallest


def _scale(learning_rate: float, level: float | None) -> tuple[Floats, int, int]:
    """Return the points where J is computed, and which of them are 0 and the learning rate.

    The whole valley of the parabola is shown where there is one, so that the picture does not move while the
    learning rate moves within it.
    """
    ahead = max(1.15 * learning_rate, 1.1 * level if level is not None else 1.5 * learning_rate)
    picture = np.linspace(-BEHIND * ahead, ahead, POINTS)
    # A short step in a wide picture still has points of its own, or a narrow valley on it would be missed.
    t = np.unique(np.concatenate([picture, np.linspace(0.0, learning_rate, POINTS_ON_THE_STEP)]))
    return t, int(np.searchsorted(t, 0.0)), int(np.searchsorted(t, learning_rate))


def _rounding(losses: Floats) -> float:
    """Return the size of differences of these losses that may be rounding."""
    return float(8 * np.finfo(float).eps * np.abs(losses).max())


def _slope_rounding(slope: float, bend: float, size: float, squared: float) -> float:
    """Return the largest slope along a way of this squared length that may be rounding where it lands.

    slope, bend: those at its beginning; size: of θ where it lands, whose last digit moves the landing.
    """
    moved = 8 * np.finfo(float).eps * size * abs(bend) / math.sqrt(squared) if squared > 0 else 0.0
    return SLOPE_ROUNDING * abs(slope) + (moved if math.isfinite(moved) else 0.0)


def _outcome(
    way: Floats,
    slope: float,
    arriving: float,
    squared: float,
    bottom_ahead: bool,
    falls_on: bool,
    lost: bool,
) -> str:
    """Return the outcome from J along the step, its slopes at both ends, and its squared length.

    bottom_ahead: whether J or the parabola has a lowest place along it. falls_on: whether J is lower beyond
    the step. lost: whether a step of the gradient is lost in the rounding of θ.
    """
    if lost and np.isfinite(way).all():
        return BELOW_ROUNDING
    if not squared > 0:
        return "no step"
    if not np.isfinite(way).all():
        return "not finite"
    if slope >= 0:
        return "uphill but lower" if way[-1] < way[0] else "uphill"
    if arriving <= 0 and (np.diff(way) <= _rounding(way)).all():
        if arriving == 0 and not falls_on:
            return "at the bottom"
        return "short of the bottom" if bottom_ahead else "downhill all the way"
    if way[-1] == way[0]:
        return "across and as high"
    return "across but lower" if way[-1] < way[0] else "across and higher"


def _sentence(outcome: str, standing: float, landing: float) -> str:
    before, after = losses_apart(standing, landing)
    numbers = f"J goes from {before} to {after}"
    match outcome:
        case "no step":
            return "The update is zero: the parameters stay where they are."
        case "below rounding":
            return "The step is below the rounding of the weights: the parameters stay where they are."
        case "no visible step":
            return "No visible step: it changes J by less than rounding, as where the gradient is zero."
        case "not finite":
            return "Along this step J is no longer a finite number."
        case "uphill":
            return f"The step goes uphill from its beginning: {numbers}."
        case "uphill but lower":
            return f"The step goes uphill at its beginning and ends lower: {numbers}."
        case "short of the bottom":
            return f"The step goes downhill and ends short of the bottom: {numbers}."
        case "at the bottom":
            return f"The step goes downhill and ends at the bottom: {numbers}."
        case "downhill all the way":
            return f"The step goes downhill all the way, and no bottom is in sight: {numbers}."
        case "across but lower":
            return f"The step goes across the bottom and ends lower on the other side: {numbers}."
        case "across and as high":
            return f"The step goes across the bottom and ends as high as it began: {numbers}."
    return f"The step goes across the bottom and ends higher on the other side: {numbers}."
