"""Descriptions of the next run, made from the present experiment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from playground.engine.formula import Formula, with_start_of_seed
from playground.experiment import MAX_SEED, Change, DataSettings, Experiment
from playground.experiment_checks import ExperimentError
from playground.experiment_formula import FormulaSettings
from playground.lab import words

MOST_STARTS = 100
"""Random starts of a formula that are tried for one where J is finite."""


@dataclass(frozen=True)
class NextRun:
    """The next run: its experiment, the sentence that announces it, and why it replaces the old one.

    what names that for Undo, in a few words. changes is a log to follow while it runs; steps is how far to go
    at once, as fast as it goes; name is what the user calls it, None: as the present run. keeps_parameters:
    whether it begins at the present parameters, which its log then has, not at those that are drawn.
    """

    experiment: Experiment
    sentence: str
    reason: str = ""
    what: str = words.ANOTHER_EXPERIMENT
    changes: tuple[Change, ...] = ()
    steps: int | None = None
    name: str | None = None
    keeps_parameters: bool = False


Restart = Callable[[Experiment], NextRun]


def first(experiment: Experiment, changes: tuple[Change, ...] = (), steps: int | None = None) -> Restart:
    """Return the restart for the run at the start of the program; changes and steps: see NextRun."""
    return lambda _: NextRun(
        experiment, words.OPENED if changes or steps else "", changes=changes, steps=steps
    )


def opened(
    experiment: Experiment,
    changes: tuple[Change, ...],
    steps: int | None,
    name: str = "",
    sentence: str = words.OPENED,
) -> Restart:
    """Another experiment altogether."""
    return lambda _: NextRun(experiment, sentence, changes=changes, steps=steps, name=name)


def preset(experiment: Experiment, title: str) -> Restart:
    """Return the restart for a formula of the list, which has this title."""
    return lambda _: NextRun(experiment, words.started_with(title), "preset", title, name="")


def same_weights(present: Experiment) -> NextRun:
    """Return the restart for the present experiment, from step 0."""
    of_formula = present.formula is not None
    what = words.THE_SAME_START if of_formula else words.THE_SAME_WEIGHTS
    return NextRun(present, words.same_start(of_formula), "same weights", what)


def new_weights(present: Experiment) -> NextRun:
    """Return the present experiment with the next seed of the weights, or of the start of a formula."""
    seed = (present.start_seed + 1) % (MAX_SEED + 1)
    if present.formula is not None:
        formula = _with_new_start(present.formula, seed)
        return NextRun(
            replace(present, formula=formula), words.new_start(formula), "new start", words.NEW_START
        )
    return NextRun(
        present.with_value("network.seed", seed), words.new_weights(seed), "new weights", words.NEW_WEIGHTS
    )


def _with_new_start(formula: FormulaSettings, seed: int) -> FormulaSettings:
    """Return the formula with the first seed, from this one on, at whose start J is finite.

    Raises ExperimentError where there is none among the first few.
    """
    for tried in range(seed, seed + MOST_STARTS):
        moved = with_start_of_seed(formula, tried % (MAX_SEED + 1))
        try:
            Formula(moved)
        except ExperimentError:
            continue
        return moved
    raise ExperimentError(
        "formula.start",
        f"was not found: J is not finite at any of {MOST_STARTS} random points of the window.",
    )


def started_at(theta: tuple[float, ...]) -> Restart:
    """Return the restart for the present formula from this point."""

    def restart(present: Experiment) -> NextRun:
        experiment = present.with_value("formula.start", theta)
        assert experiment.formula is not None
        return NextRun(experiment, words.new_start(experiment.formula), "formula.start", words.NEW_START)

    return restart


def changed(name: str, value: Any) -> Restart:
    """Return the restart for the present experiment with other data or another network."""
    return partial(_changed, name, value)


def on_data(data: DataSettings, title: str) -> Restart:
    """Return the restart for the present network on these data, which have this title."""
    return lambda present: NextRun(present.with_data(data), words.started_with(title), what=words.NEW_POINTS)


def _changed(name: str, value: Any, present: Experiment) -> NextRun:
    """Return the restart with another value of a field.

    Who freezes a weight means the weight that is on the screen: it stays, and so do the others.
    """
    return NextRun(
        present.with_value(name, value),
        words.started_again(name, value),
        name,
        words.what(name, value),
        keeps_parameters=name == words.FROZEN,
    )
