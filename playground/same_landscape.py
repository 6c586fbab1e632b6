"""What two runs have in common: J, its measure, or all but the start. One place for all who compare runs."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import fields, replace
from typing import Any

from playground.experiment import Experiment, NetworkSettings

_ANY_NETWORK = NetworkSettings()


def landscape_of(experiment: Experiment) -> Hashable:
    """Return what J is as a function of θ, wherever a run begins, penalties aside.

    With an equal one a θ of one run is a point of the other's landscape, and as high there: its path may be
    drawn in the other's planes. Penalties may change within a run, which stays in its picture.
    """
    if experiment.formula is not None:
        return experiment.formula.function
    assert experiment.network is not None
    start = {name: getattr(_ANY_NETWORK, name) for name in ("initialization", "seed", "initial_scale")}
    return experiment.data, replace(experiment.network, **start)


def measure_of(experiment: Experiment) -> Hashable:
    """Return what the values of J measure: the data set, the table or the rule, and the loss, or the formula.

    With an equal one two J belong on one axis. Runs of one landscape have the same measure.
    """
    if experiment.formula is not None:
        return landscape_of(experiment)
    assert experiment.data is not None
    data = experiment.data
    points = data.rule or data.dataset if data.table is None else data.table.started_again()
    return points, experiment.loss


def all_but_the_start(experiment: Experiment) -> Hashable:
    """Return all settings but those of training, and the point and the seed where a run begins.

    The seed of a formula is that of its noise too, and counts where there is noise.
    """
    formula = experiment.formula
    if formula is not None:
        return _without(formula, "start", *(() if formula.noise else ("seed",)))
    return experiment.data, _without(experiment.network, "seed")


def _without(settings: Any, *names: str) -> Hashable:
    return tuple(
        (entry.name, getattr(settings, entry.name)) for entry in fields(settings) if entry.name not in names
    )
