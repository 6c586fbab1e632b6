"""What a map of learning rates and momenta says, and the line of theory over it."""

from __future__ import annotations

import math

import numpy as np

from playground.landscape.rate_map import SAME, RateMap
from playground.landscape.rate_words import BELOW_ALL, NO_BOUND
from playground.landscape.stability_region import StabilityRegion
from playground.numerals import loss_text, number_text

POINTS = 97


def boundary_line(region: StabilityRegion, lowest: float, highest: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the line of theory: α (n,) at momenta (n,) between these, none outside [0, 1)."""
    momenta = np.linspace(max(lowest, 0.0), min(highest, 0.9999), POINTS)
    return np.array([region.limit(momentum) for momentum in momenta]), momenta


def line_words(region: StabilityRegion) -> str:
    """Return what the line is."""
    return (
        f"the limit of stability in theory, α = {region.formula} with "
        f"λmax = {number_text(region.sharpness, 4)}"
    )


def momentum_sentence(
    rows: RateMap, region: StabilityRegion | None, why_none: str = "", rate_name: str = "α"
) -> str:
    """Return the meaning of a map of momenta in plain words: the lowest cell, and theory against the runs."""
    if np.isnan(rows.losses).all():
        return f"No run reached a finite J. {why_none}".strip()
    row, column = np.unravel_index(int(np.nanargmin(rows.losses)), rows.losses.shape)
    lowest, rate = float(rows.losses[row, column]), float(rows.learning_rates[column])
    equal = int((rows.losses <= lowest + SAME * abs(lowest)).sum())
    which = "with" if equal == 1 else f"in {equal} cells, one of them"
    what = f"J is lowest, {loss_text(lowest)}, {which}"
    if rows.falls_without_bound:
        what = f"{NO_BOUND}: {loss_text(lowest) if math.isfinite(lowest) else BELOW_ALL} with"
    text = (
        f"After {number_text(rows.n_steps, 9)} steps {what} {rate_name} = {number_text(rate, 3)} and "
        f"β = {number_text(rows.momenta[row], 3)}."
    )
    if region is None:
        return f"{text} {why_none}".strip()
    limits = np.array([region.limit(momentum) for momentum in rows.momenta])[:, np.newaxis]
    stable = rows.learning_rates < limits
    with np.errstate(invalid="ignore"):
        lower = rows.losses < rows.starts[:, np.newaxis]
    below, above = int(stable.sum()), int((~stable).sum())
    return (
        f"{text} Below the limit {int((stable & lower).sum())} of {below} runs end lower than they began, "
        f"above it {int((~stable & lower).sum())} of {above}."
    )


def cell_words(rows: RateMap, row: int, region: StabilityRegion | None, column: int) -> str:
    """Return the momentum of a cell, and its α as a share of the limit."""
    text = f"β {number_text(rows.momenta[row], 3)}"
    if region is None:
        return text
    share = float(rows.learning_rates[column]) / region.limit(rows.momenta[row])
    return f"{text}   α is {number_text(share, 3)} of the limit" if math.isfinite(share) else text
