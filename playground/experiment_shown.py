"""What the window can show of an experiment: networks on classes or on one value, and formulas."""

from __future__ import annotations

from playground.experiment import Experiment
from playground.experiment_checks import ExperimentError


def check_shown(experiment: Experiment) -> None:
    """Raise ExperimentError for a network on several values, which only a run without a window trains."""
    kind = None if experiment.data is None else experiment.data.kind
    if kind is not None and kind.n_outputs > 1 and not kind.classification:
        raise ExperimentError(
            "data.kind",
            f"has {kind.n_outputs} targets, and the window shows networks on one value: train it with "
            "--headless.",
        )
