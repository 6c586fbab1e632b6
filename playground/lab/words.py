"""The sentences that the lab announces."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from playground.engine.activations import activation_title
from playground.engine.branches.fork import Plan
from playground.engine.branches.recovery import Fallen, Recovery
from playground.engine.datasets import dataset_title
from playground.engine.optimizers import OPTIMIZERS
from playground.engine.schedules import slider_name
from playground.experiment import LIVE_FIELDS, DataSettings
from playground.experiment_formula import FormulaSettings
from playground.experiment_rule import rule_of
from playground.experiment_table import table_of
from playground.files.foreign_names import shown_name
from playground.numerals import ALL_DIGITS, count_text, number_text, rate_text, texts_apart
from playground.rule_words import rule_name
from playground.theta_words import WEIGHTS, ThetaName
from playground.value_names import INITIALIZATION_NAMES, LOSS_NAMES, MOMENTUM_FORM_NAMES, SCHEDULE_NAMES

OPENED = "The experiment is opened."
SESSION_OPENED = "The session is opened."
NO_RUN = "The computation has stopped: begin a new run first."
NO_SUCH_FORK = "This fork is not there any more: no branch of it is kept."
NOTHING_TO_BRING_BACK = "There is nothing to undo or to do again."
THE_SAME_WEIGHTS, NEW_WEIGHTS = "same weights again", "new weights"
THE_SAME_START, NEW_START = "same start again", "new start"
BRANCH_OF_FORK = "branch of the fork"
ANOTHER_EXPERIMENT, ANOTHER_SESSION, NEW_POINTS = "another experiment", "another session", "other points"
"""What Undo takes back, after the word Undo."""
TOO_MANY_RUNS = "The session was not opened: its runs have numbers that are too large."
HELPER_LOST = "The helper process has ended: surfaces are computed in the program itself; training is slower."
HELPER_MISSING = "No helper process: surfaces are computed in the program itself; training is slower."

BRINGS_BACK = " Undo brings the old run back."
"""At the end of a sentence about a run that replaced another."""
NEW_DATA = "Started again: data set"
FROZEN = "network.frozen"
WEIGHTS_KEPT = "All weights begin as they were; Same weights again begins with those that are drawn."

FIELD_NAMES = {
    "data.dataset": "data set",
    "data.points": "points",
    "data.noise": "noise",
    "data.test_share": "test share",
    "data.standardize": "standardised inputs",
    "data.seed": "seed of the data",
    "data.derived_inputs": "derived inputs",
    "network.activation": "activation",
    "network.loss": "loss",
    "network.output": "output",
    "network.frozen": "frozen parameters",
    "network.initial_scale": "scale of the first weights",
    "network.initialization": "first weights",
    "network.seed": "seed of the weights",
    "training.seed": "seed of the batches",
    "training.batch_size": "batch size",
    "training.momentum": "momentum",
    "training.momentum_form": "form of momentum",
    "training.l1": "L1",
    "training.l2": "L2",
    "training.optimizer": "optimiser",
    "training.schedule": "schedule",
    "training.schedule_steps": "steps of the schedule",
    "training.schedule_factor": "factor of the schedule",
    "training.learning_rate": "α",
}
assert set(LIVE_FIELDS) <= set(FIELD_NAMES), "Undo names every live field"


def _value_name(field: str, value: Any) -> str:
    """Return the window's name for a value of this field."""
    match field:
        case "data.derived_inputs" | "network.frozen":
            return ", ".join(map(shown_name, value)) or "none"
        case "data.dataset":
            return dataset_title(value)
        case "network.activation":
            return activation_title(value)
        case "network.loss":
            return LOSS_NAMES[value]
        case "network.initialization":
            return INITIALIZATION_NAMES[value]
        case "training.optimizer":
            return OPTIMIZERS[value].title
        case "training.momentum_form":
            return MOMENTUM_FORM_NAMES[value]
        case "training.schedule":
            return SCHEDULE_NAMES[value]
        case "training.learning_rate":
            return rate_text(value)
        case "training.batch_size" if value is None:
            return "full batch"
        case _ if value is None:
            return "the usual one"
        case _:
            return _shown(value)


def another_run(but: str) -> str:
    """Return the sentence for what is not done because the run is another one. but: what was asked for."""
    return f"Another run has begun meanwhile: {but}."


def wrong_size(size: int, n_parameters: int, theta: ThetaName = WEIGHTS) -> str:
    stay = f"the {theta} {theta.does('stay')} where {'they are' if theta.plural else 'it is'}"
    return f"θ has {n_parameters} numbers, and {size} were given: {stay}."


def not_finite_there(theta: ThetaName = WEIGHTS) -> str:
    stay = f"the {theta} {theta.does('stay')} where {'they are' if theta.plural else 'it is'}"
    return f"J is not finite there: {stay}."


def set_by_hand(theta: ThetaName) -> str:
    return f"The {theta} {theta.are} set. Undo brings {theta.old} back."


def by_hand(theta: ThetaName) -> str:
    """Return what Undo takes back where θ was set by hand."""
    return f"{theta} by hand"


def not_reached(step: int, last: int) -> str:
    return f"Step {step} is not reached yet: the run stands at step {last}."


def diverged(
    last_finite_step: int,
    learning_rate: float,
    overflows: str = "J",
    way: Recovery | Fallen | None = None,
    theta: ThetaName = WEIGHTS,
) -> str:
    """Return the sentence about a run that has diverged.

    learning_rate: the α of the step that cannot be made. overflows: as returned by Trainer.overflows.
    way: how it can go on; None where no α that was tried works, not even from the start.
    """
    if overflows == "here":
        return f"J is not finite at the {theta} of step {last_finite_step}: no α goes on from {theta.them}."
    if overflows == "no gradient":
        return (
            f"J has no finite gradient at the {theta} of step {last_finite_step}: "
            f"no α goes on from {theta.them}."
        )
    what = "J" if overflows == "J" else "The norm of the gradient"
    if isinstance(way, Fallen):
        advice = "J has no lower bound in what was tried: no α ends the fall."
    elif way is None:
        other = "other weights" if theta is WEIGHTS else "another start or another formula"
        advice = f"J is too steep here for any α that was tried: choose {other}."
    else:
        advice = "No α goes on from there: go back first." if way.back else "Lower α and press Run."
    return (
        f"{what} is no longer finite after step {last_finite_step + 1} at α = {rate_text(learning_rate)}; "
        f"the {theta} of step {last_finite_step} {theta.are} kept. {advice}"
    )


def started_with(title: str) -> str:
    return f"Started with {title}.{BRINGS_BACK}"


def started_again(name: str, value: Any) -> str:
    kept = f" {WEIGHTS_KEPT}" if name == FROZEN else ""
    return f"Started again: {what(name, value)}.{kept}{BRINGS_BACK}"


def what(name: str, value: Any) -> str:
    """Return a setting of the experiment with its value: "noise 0.25"."""
    if name == "network.hidden_layers":
        return _layers(value)
    if name == "data.table":
        rows = table_of(value).n_rows
        return f"a table of {count_text(rows)} row{'s' * (rows != 1)}"
    if name == "data.rule":
        return rule_name(rule_of(value))
    if name == "formula":
        return str(value.title)
    if name == "formula.start":
        return f"start {', '.join(number_text(number, ALL_DIGITS) for number in value)}"
    if name.startswith("formula.constants."):
        return f"{name.removeprefix('formula.constants.')} = {_shown(value)}"
    return f"{FIELD_NAMES.get(name, name)} {_value_name(name, value)}"


def change(name: str, before: Any, after: Any, schedule: str) -> str:
    """Return a change of a live field: "α 0.3 → 0.45"; schedule: that of the run."""
    called = slider_name(schedule) if name == "training.learning_rate" else FIELD_NAMES.get(name, name)
    if name == "training.learning_rate":
        texts = texts_apart([before, after])
    else:
        texts = [_value_name(name, value) for value in (before, after)]
    return f"{called} {' → '.join(texts)}"


def branch(step: int) -> str:
    return f"branch from step {step}"


POINTS_TAKEN = "the points in a table"
OTHER_POINTS = "The points have changed meanwhile: the stroke is left out."


def points_taken(data: DataSettings | None) -> str:
    """Return the sentence for a generated set whose points are now a table."""
    count = 0 if data is None else data.points
    return f"The {count_text(count)} points are a table now, and can be edited.{BRINGS_BACK}"


def new_start(formula: FormulaSettings) -> str:
    """Return the sentence for another start of a formula."""
    where = ", ".join(
        f"{name} = {number_text(value, ALL_DIGITS)}"
        for name, value in zip(formula.names, formula.first, strict=True)
    )
    return f"Started again at {where}.{BRINGS_BACK}"


def same_start(of_formula: bool) -> str:
    return f"Started again with the same {'start' if of_formula else 'weights'}.{BRINGS_BACK}"


def new_weights(seed: int) -> str:
    return f"Started again with new weights (seed {seed}).{BRINGS_BACK}"


def brought_back(step: int) -> str:
    return f"The other run is back, at step {step}."


def weights_back(step: int, by_hand: bool, theta: ThetaName = WEIGHTS) -> str:
    """Return the sentence for parameters that were brought back.

    by_hand: those that were set; else those that the run had before.
    """
    were = "were" if theta.plural else "was"
    what = f"{theta} that {were} set" if by_hand else f"old {theta}"
    return f"The {what} {theta.are} back, at step {step}."


NO_FORK_OF_A_BUG = "This run has a bug on purpose, which a fork would not have: it cannot be forked."
FORK_DROPPED = "The fork is dropped: what you changed acts on the run."
FORK_LEFT = "Looking back drops the fork: the time line is that of the run."


def branch_kept(plan: Plan, schedule: str) -> str:
    """Return the sentence for a branch that goes on as the run. schedule: that of the run."""
    optimizer = f"{OPTIMIZERS[plan.optimizer].title} and " if plan.optimizer else ""
    rate = rate_text(plan.learning_rate)
    return f"The run goes on with {optimizer}{slider_name(schedule)} = {rate}. Undo goes back to the fork."


def finished(step: int, reason: str) -> str:
    return f"Finished at step {step}: {reason}."


def branched(step: int) -> str:
    return f"A new branch from step {step}; the old run stays as a pale line. Undo brings it back."


def undone_now(step: int) -> str:
    return f"What was changed is set back in the run as it stands, at step {step}."


def log_left(step: int) -> str:
    return f"From step {step} on the run follows you, no longer the log of changes in the file."


def _layers(layers: Sequence[int]) -> str:
    if not layers:
        return "no hidden layer"
    if len(layers) == 1:
        return f"{layers[0]} hidden neuron{'' if layers[0] == 1 else 's'}"
    return f"{len(layers)} hidden layers of {', '.join(map(str, layers[:-1]))} and {layers[-1]} neurons"


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, float):
        return number_text(value, 6)
    return str(value).replace("_", " ")
