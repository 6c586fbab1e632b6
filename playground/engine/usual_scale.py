"""The scale on which J is shown until the user chooses one."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from playground.arrays import Floats
from playground.engine.formula import Formula
from playground.engine.loss_scale import goes_below_zero
from playground.experiment import Experiment
from playground.experiment_checks import ExperimentError
from playground.experiment_formula import FormulaSettings

POINTS = 4096
"""Number of points of a formula's window at which J is computed."""


def is_usually_log(experiment: Experiment, *losses: Floats) -> bool:
    """Return whether J is shown on a logarithmic scale where nothing is chosen.

    It is, but for a formula with a J below 0 within its window, or among these losses (of any shape).
    """
    if experiment.formula is None:
        return True
    below = any(goes_below_zero(some) for some in losses)
    return not below and not _goes_below_zero_within(experiment.formula)


@lru_cache(maxsize=64)
def _goes_below_zero_within(settings: FormulaSettings) -> bool:
    low, high = np.array(settings.limits).T
    size = settings.n_variables
    if size <= 2:
        side = round(POINTS ** (1 / size))
        shares = np.stack(np.meshgrid(*[np.linspace(0.0, 1.0, side)] * size), axis=-1).reshape(-1, size)
    else:
        shares = np.random.default_rng(0).random((POINTS, size))
    try:
        formula = Formula(settings)
    except ExperimentError:
        return False
    with np.errstate(all="ignore"):
        return goes_below_zero(formula.losses(low + shares * (high - low)))
