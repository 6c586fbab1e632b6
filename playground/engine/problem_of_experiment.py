"""The problem of an experiment: the only file that lists the kinds of problems."""

from __future__ import annotations

from playground.engine.datasets import samples_of
from playground.engine.formula import Formula
from playground.engine.network import network_of
from playground.engine.network_on_data import NetworkOnData
from playground.engine.problem import Problem
from playground.experiment import Experiment


def problem_of(experiment: Experiment) -> Problem:
    """Return the problem of an experiment, with the penalties it starts with.

    Raises ExperimentError for a formula that is not finite at its start, for such a derived input, and for a
    rule that gives no points of two classes.
    """
    if experiment.formula is not None:
        return Formula(experiment.formula, experiment.training.l1, experiment.training.l2)
    assert experiment.on_data is not None
    data, settings = experiment.on_data
    start = settings.seed, settings.initialization, settings.initial_scale
    return NetworkOnData(network_of(experiment), samples_of(data), *start)


def check_start(experiment: Experiment) -> None:
    """Raise ExperimentError where an experiment has no problem: see Formula, and samples_of."""
    if experiment.formula is not None:
        problem_of(experiment)
    elif experiment.data is not None and (experiment.data.derived_inputs or experiment.data.rule is not None):
        samples_of(experiment.data)


def network_on_data(problem: Problem) -> NetworkOnData | None:
    """Return the problem where it is a network on data, else None.

    Code that needs a network asks here, and is not available where there is none.
    """
    return problem if isinstance(problem, NetworkOnData) else None


def formula_of(problem: Problem) -> Formula | None:
    """Return the problem where it is a formula, else None."""
    return problem if isinstance(problem, Formula) else None


def curve_of(problem: Problem) -> Formula | None:
    """Return the problem where all its landscape is a curve, a formula of one variable, else None."""
    formula = formula_of(problem)
    return formula if formula is not None and formula.n_parameters == 1 else None
