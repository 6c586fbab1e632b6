"""The parts of J in words: the mean over the points, and the penalty where L1 or L2 is on."""

from __future__ import annotations

import math

from playground.engine.recording.run_view import RunView
from playground.experiment import Experiment, TrainingSettings
from playground.numerals import loss_text, number_text

TRAINING = "training J"
TRAINING_LOSS = "training loss J"
TRAINING_CURVE = "training"
OVER_ALL_POINTS = "J over all training points"


def penalties_text(settings: TrainingSettings) -> str:
    """Return the penalties that are on, "L1 0.01 and L2 0.1"; empty where both are 0."""
    values = ("L1", settings.l1), ("L2", settings.l2)
    return " and ".join(f"{name} {number_text(value)}" for name, value in values if value)


def parts_text(view: RunView, test: bool = False) -> str:
    """Return "0.3000 over the points + 0.05000 penalty"; empty without penalty or test points."""
    points = view.test_points_loss if test else view.train_points_loss
    if not penalties_text(view.settings) or math.isnan(points):
        return ""
    over = "over the points" if view.experiment.formula is None else "of the formula"
    return f"{loss_text(points)} {over} + {loss_text(view.penalty)} penalty"


def loss_name(experiment: Experiment, of_network: str = TRAINING) -> str:
    """Return what the J that is trained is called: that of a formula has no other beside it.

    of_network: its name where J is the mean over training points.
    """
    return of_network if experiment.formula is None else "J"


def parts_sentence(view: RunView) -> str:
    """Return training and test J as sums, and the definition of the penalty; empty without a penalty."""
    if not penalties_text(view.settings):
        return ""
    name = loss_name(view.experiment)
    text = f"J includes the penalty of {penalties_text(view.settings)}: {name} "
    text += f"{loss_text(view.train_loss)} = {parts_text(view)}"
    if parts_text(view, test=True):
        text += f"; test J {loss_text(view.test_loss)} = {parts_text(view, test=True)}"
    return f"{text}."
