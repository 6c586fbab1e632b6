"""What the window can show of an experiment: networks with one output, and formulas."""

from __future__ import annotations

from playground.experiment import Experiment
from playground.experiment_checks import ExperimentError


def check_shown(experiment: Experiment) -> None:
    """Raise ExperimentError for a network with several outputs, which only a run without a window trains."""
    if experiment.data is None or experiment.data.kind.n_outputs == 1:
        return
    kind = experiment.data.kind
    held = f"{kind.n_classes} classes" if kind.classification else f"{kind.n_outputs} targets"
    raise ExperimentError(
        "data.kind",
        f"has {held}, and the window shows networks with one output: train it with --headless.",
    )
