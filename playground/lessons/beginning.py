"""The run that a step of a lesson goes on with, as the steps before it leave it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from playground.experiment import LIVE_FIELDS, Change, Experiment
from playground.experiment_checks import ExperimentError
from playground.lessons.goals import Gradient, PageSeen, Walk

if TYPE_CHECKING:
    from playground.lessons.format import LessonStep

RATE = "training.learning_rate"
WITHOUT_A_RUN = (Gradient, PageSeen, Walk)
"""Goals that ask nothing of the run."""


class Beginning(NamedTuple):
    """A run: an experiment, the changes made on the way, and the number of its steps.

    parameters: those that are set by hand before the first step; empty for those of the experiment.
    """

    experiment: Experiment
    changes: tuple[Change, ...] = ()
    steps: int = 0
    parameters: tuple[float, ...] = ()


def beginning_of(steps: Sequence[LessonStep], index: int) -> Beginning | None:
    """Return the run with which a step without an experiment of its own goes on.

    It is the run of the last experiment before it, with all that the questions and solutions since then make
    of it. None where the step has its own experiment, asks for nothing, or where the file does not say how
    the steps before it are done.
    """
    own = steps[index]
    if own.experiment is not None or (own.goal is None and own.prediction is None):
        return None
    first = next((at for at in range(index, -1, -1) if steps[at].experiment is not None), None)
    if first is None:
        return None
    experiment = steps[first].experiment
    assert experiment is not None
    run = Beginning(experiment, parameters=tuple(steps[first].view.get("parameters", ())))
    for step in steps[first:index]:
        run = run._replace(steps=run.steps + (step.prediction.run if step.prediction else 0))
        if step.goal is not None and not step.solution and not isinstance(step.goal, WITHOUT_A_RUN):
            return None
        for action in step.solution:
            ((kind, value),) = action.items()
            if kind == "parameters" and run.steps:
                return None
            try:
                run = _after(run, kind, value)
            except ExperimentError:
                return None
    return run


def _after(run: Beginning, kind: str, value: object) -> Beginning:
    """Return the run after one action of a solution. Raises ExperimentError for what no network can have."""
    if kind == "run":
        assert isinstance(value, int)
        return run._replace(steps=run.steps + value)
    if kind == "parameters":
        assert isinstance(value, list)
        return run._replace(parameters=tuple(value))
    fields = {RATE: value} if kind == "learning_rate" else value if kind == "set" else {}
    assert isinstance(fields, dict)
    for name, entry in fields.items():
        if name in LIVE_FIELDS:
            run = run._replace(changes=(*run.changes, Change(run.steps, name, entry)))
            continue
        # Another network, or another optimiser, starts again, with the settings that it has by now.
        experiment = run.experiment
        for change in run.changes:
            experiment = experiment.with_value(change.field, change.value)
        run = Beginning(experiment.with_value(name, entry))
    return run
