"""The score of a challenge: the steps in which a run brings J below a value, counted by its own log."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from playground.engine.recording.run_view import RunView
from playground.experiment import Experiment

RATE = "training.learning_rate"
NOT_FROM_START = "it was opened, brought back or gone back in, and not followed from its step 0"
OTHER_EXPERIMENT = "it has other data, another network or other settings than the lesson"
BY_HAND = "something else than α was changed during it"
RATE_CHANGED = "α was changed during it"
SHOWN = "“Show me” made it"


class Score(NamedTuple):
    """The steps until J was below the value; None where it is not yet, or where the run does not count.

    refused: why the run does not count; empty where it does.
    """

    steps: int | None
    refused: str = ""


def score_of(
    view: RunView, experiment: Experiment | None, below: float, one_rate: bool, from_start: bool, shown: bool
) -> Score:
    """Return the score of a run that a lesson began with this experiment; its first α is free.

    one_rate: whether every step must have the same α. A change that was undone is two changes of the log.
    from_start: whether the run began at step 0. shown: whether the program ran it.
    """
    losses = view.history.curves["train_loss"]
    met = losses.steps[losses.values < below]
    first = int(met[0]) if len(met) else None
    made = [change for change in view.history.changes if first is None or change.step < first]
    refused = ""
    if shown:
        refused = SHOWN
    elif not from_start or view.history.gaps:
        refused = NOT_FROM_START
    elif experiment is None or not _alike(view.experiment, experiment):
        refused = OTHER_EXPERIMENT
    elif any(change.field != RATE for change in made):
        refused = BY_HAND
    elif one_rate and any(change.step > 0 for change in made):
        refused = RATE_CHANGED
    return Score(None if refused else first, refused)


def _alike(one: Experiment, other: Experiment) -> bool:
    """Return whether two experiments differ in their first α at most."""
    rate = other.training.learning_rate
    return replace(one, training=replace(one.training, learning_rate=rate)) == other
