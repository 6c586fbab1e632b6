"""The stability limit: the learning rate from which on steps across the steepest wall land higher.

On a quadratic with largest curvature λ an optimiser converges below a limit of its own and diverges above it.
J is no quadratic, so the limit holds at the present parameters and while the valley keeps this shape:
typical, not a law. That of RMSProp, Adam and AdamW also holds only while P is frozen, and P is not: on an
exact quadratic Adam at ten times its limit may end at the minimum, and RMSProp below it may rise.

    gradient descent    2/λ
    heavy ball          2(1 + β)/((1 − dampening)·λ), as an average of the gradients 2(1 + β)/((1 − β)·λ)
    Nesterov, as torch  (2 + 2β)/((1 + 2β)·λ)
    RMSProp             2(1 + momentum)/λmax(P⁻¹H)
    Adam, AdamW         2(1 + β₁)/((1 − β₁)·λmax(P⁻¹H)), 38/λmax(P⁻¹H) with β₁ = 0.9
    AdaGrad             none: its steps shrink by themselves

(Cohen et al., "Gradient descent on neural networks typically occurs at the edge of stability", 2021, and
"Adaptive gradient methods at the edge of stability", 2022.) P is the diagonal that the next step will divide
by, held fixed. It is computed from the second moments after that step's own gradient is included, so it
exists at the very first step too. It includes both of Adam's bias corrections, as in Cohen et al. (2022): P =
(1 − β₁ᵗ)·(√(v/(1 − β₂ᵗ)) + ε), t the number of the next step. AdamW also pulls every weight towards zero by α
times its weight decay w; with that the root of its recurrence leaves the unit circle at α = 2(1 + β₁)/((1 −
β₁)·λmax(P⁻¹H) + (1 + β₁)·w).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from playground.arrays import Floats
from playground.engine.network import Network
from playground.engine.network_on_data import NetworkOnData
from playground.engine.optimizers import OPTIMIZERS
from playground.engine.problem import Curvature, Problem
from playground.engine.stepping.descent import Checkpoint
from playground.landscape.curvature import DENSE, ExtremeEigenvalues, search, search_hessian, shape_of
from playground.landscape.pieces import Pieces, finish, quietly

WHILE, WHILE_FROZEN = (
    "while the valley keeps this shape",
    "while the valley keeps this shape and the preconditioner stays frozen",
)
"""Condition under which the limit holds: of most optimisers, and of those that divide by P."""
WHILE_FROZEN_SHORT = "while valley and preconditioner stay"
"""The same of those that divide by P where there is little room."""
AT_THE_LIMIT = 0.01
"""Distance from the limit, as a share of it, that is called at the limit."""
AT_ONCE = 5_000_000
"""Parameters × parameters × samples up to which all columns of the Hessian are computed in one piece."""

MINI_BATCHES = "No limit is told for mini-batches: every step sees another loss."
NOTHING_CURVES_UP = "No limit here: J curves up along no direction."
FAULTY = "No limit is told while the backward pass has a mistake: the run does not follow the gradient."
NOT_FINITE = "No limit can be told: the curvature is not finite here."


def kinks_sentence(problem: Problem) -> str:
    """Return the note beside a curvature where J has kinks; empty elsewhere."""
    return f"Almost everywhere: the kinks of {problem.kinks} have no curvature." if problem.kinks else ""


@dataclass(frozen=True, eq=False)
class Stability:
    """The stability limit at one θ, and the curvature that it comes from.

    limit: the largest stable α; None where there is none, and then reason explains it in one sentence. ends:
    λmax and λmin of H with residuals. sharpness: the eigenvalue that the limit belongs to, λmax of H or, for
    the optimisers that divide by P, of P⁻¹H (preconditioned sharpness). level_times_rate: limit·sharpness, so
    that a step is at the limit where sharpness = level_times_rate/α; None where there is no limit at all.
    formula: the limit in symbols.
    """

    optimizer: str
    limit: float | None
    reason: str
    ends: ExtremeEigenvalues
    sharpness: float
    level_times_rate: float | None
    shape: str
    note: str = ""
    formula: str = ""


def divides(optimizer: str) -> bool:
    """Return whether the limit of an optimiser is one of P⁻¹H, where P, held fixed, is what it divides by."""
    return OPTIMIZERS[optimizer].divisor is not None


def holds_while(optimizer: str) -> str:
    """Return the condition of an optimiser's limit, to be shown wherever the limit is."""
    return WHILE_FROZEN if divides(optimizer) else WHILE


def at_the_limit(share: float) -> bool:
    """Return whether this share of the limit is called at the limit."""
    return abs(share - 1) <= AT_THE_LIMIT


def level_times_rate(optimizer: str, hyperparameters: Mapping[str, Any]) -> float | None:
    """Return α·λ at which the optimiser leaves stability on a quadratic; None where it has no limit.

    λ is an eigenvalue of H, or of P⁻¹H where it divides; AdamW's decay of weights is left out.
    """
    level = OPTIMIZERS[optimizer].level
    return None if level is None else float(level(hyperparameters))


def stability_limit(optimizer: str, hyperparameters: Mapping[str, Any], sharpness: float) -> float | None:
    """Return the largest stable α for this eigenvalue; None where there is no limit or nothing curves up."""
    level = level_times_rate(optimizer, hyperparameters)
    if level is None or not sharpness > 0:
        return None
    if OPTIMIZERS[optimizer].kind.decays_weights_apart:
        # The decay brings the root of the recurrence at −1 a little closer.
        return level / (sharpness + level * float(hyperparameters["weight_decay"]) / 2.0)
    return level / sharpness


def preconditioner(
    optimizer: str, hyperparameters: Mapping[str, Any], state: Mapping[str, Any], gradient: Floats
) -> Floats:
    """Return P (P,), what the optimiser divides by in the next step, whose gradient (P,) is given.

    state is the optimiser's state, its vectors in the order of the gradient. Raises ValueError for an
    optimiser that does not divide.
    """
    divisor = OPTIMIZERS[optimizer].divisor
    if divisor is None:
        raise ValueError(f"{optimizer} divides by nothing that could be held fixed")
    return divisor(hyperparameters, state, gradient)


def stability(network: Network, X: Floats, y: Floats, checkpoint: Checkpoint) -> Stability:
    """Return the stability limit of a run at this checkpoint, over all training points X, y."""
    return stability_on(NetworkOnData.of_points(network, X, y), checkpoint)


def stability_on(problem: Problem, checkpoint: Checkpoint) -> Stability:
    """Return the same as stability for a run of a problem."""
    return finish(stability_in_pieces(problem, checkpoint))


def stability_in_pieces(problem: Problem, checkpoint: Checkpoint) -> Pieces[Stability]:
    """Compute stability_on in pieces."""
    return quietly(_stability_in_pieces(problem, checkpoint))


def _stability_in_pieces(problem: Problem, checkpoint: Checkpoint) -> Pieces[Stability]:
    optimizer, hyperparameters = checkpoint.optimizer, checkpoint.hyperparameters
    theta = problem.working_parameters().public(checkpoint.theta)
    hessian = problem.hessian_operator(theta)
    ends, dense = yield from _ends(hessian, problem)
    sharpness = ends.largest
    if divides(optimizer):
        scale = yield from _scale(problem, checkpoint, theta)
        sharpness = yield from _scaled(hessian, dense, scale, problem)
    reason = _reason(checkpoint, ends, sharpness)
    return Stability(
        optimizer,
        None if reason else stability_limit(optimizer, hyperparameters, sharpness),
        reason,
        ends,
        sharpness,
        None if reason == MINI_BATCHES else level_times_rate(optimizer, hyperparameters),
        shape_of(ends),
        kinks_sentence(problem),
        OPTIMIZERS[optimizer].limit_in_symbols(hyperparameters),
    )


def _ends(hessian: Curvature, problem: Problem) -> Pieces[tuple[ExtremeEigenvalues, Floats | None]]:
    """Compute both ends of the spectrum of H, and H itself where it is cheap."""
    size = hessian.size
    if size > DENSE or size * size * problem.n_samples > AT_ONCE:
        return (yield from search_hessian(hessian, problem.frozen)), None
    H = hessian.dense()
    yield None
    return (yield from search(lambda v: H @ v, size, problem.frozen)), H


def _scale(problem: Problem, checkpoint: Checkpoint, theta: Floats) -> Pieces[Floats]:
    """Compute P^(−1/2) (P,) in public order."""
    gradient = problem.loss_and_gradient(theta)[1]
    yield None
    order = problem.working_parameters()
    state = {
        name: order.public(value) if isinstance(value, np.ndarray) else value
        for name, value in checkpoint.optimizer_state.items()
    }
    P = preconditioner(checkpoint.optimizer, checkpoint.hyperparameters, state, gradient)
    return np.asarray(1.0 / np.sqrt(P))


def _scaled(hessian: Curvature, dense: Floats | None, scale: Floats, problem: Problem) -> Pieces[float]:
    """Compute λmax(P⁻¹H), which is that of the symmetric P^(−1/2)·H·P^(−1/2)."""
    if dense is None:
        ends = yield from search(lambda v: scale * hessian(scale * v), hessian.size, problem.frozen)
        return ends.largest
    free = np.delete(np.arange(len(scale)), problem.frozen)
    matrix = (scale[:, np.newaxis] * dense * scale)[np.ix_(free, free)]
    yield None
    return float(np.linalg.eigvalsh(matrix)[-1]) if np.isfinite(matrix).all() else math.nan


def _reason(checkpoint: Checkpoint, ends: ExtremeEigenvalues, sharpness: float) -> str:
    if checkpoint.batches.batch_size is not None:
        return MINI_BATCHES
    if no_limit := OPTIMIZERS[checkpoint.optimizer].no_limit:
        return no_limit
    if not (math.isfinite(ends.largest) and math.isfinite(sharpness)):
        return NOT_FINITE
    return "" if sharpness > 0 else NOTHING_CURVES_UP
