"""A run in a caption: everything that is needed to make the same run again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from playground.drawing.kit.marks import RATE, began_with, step_marks
from playground.engine.activations import activation_title
from playground.engine.datasets import data_title, training_points
from playground.engine.loss_words import penalties_text
from playground.engine.optimizers import OPTIMIZERS
from playground.engine.recording.run_view import RunView
from playground.engine.schedules import slider_name
from playground.engine.stepping.batches import mini_batch
from playground.engine.stepping.descent import optimizer_of
from playground.experiment import (
    LOSSES,
    RATE_FIELDS,
    Change,
    DataSettings,
    NetworkSettings,
    TrainingSettings,
)
from playground.experiment_formula import FormulaSettings
from playground.files.foreign_names import with_capital
from playground.numerals import number_text, percent_text, rate_text
from playground.rule_words import rule_words
from playground.value_names import INITIALIZATION_NAMES, SCHEDULE_NAMES, loss_words

MOST_CHANGES = 8
"""Maximum number of changes by hand that are named, the newest."""
FULL_BATCH, NO_PENALTY = "full batch", "no penalty"


def run_sentence(view: RunView) -> str:
    """Return data, network, loss, penalties, optimiser, batches, α, seeds and the changes made by hand.

    Where a setting was changed, its first value too. With a formula, this and its start in place of data,
    network and loss.
    """
    training = f"{_training(view)} at step {number_text(view.step, 9)}"
    experiment = view.experiment
    if experiment.formula is not None:
        return f"{_formula(view, experiment.formula)}; {training}.{_began(view)}{_changes(view)}"
    assert experiment.on_data is not None
    data, network = experiment.on_data
    parts = _data(data), _network(view, network), _loss(view), training, _seeds(view)
    return f"{'; '.join(parts)}.{_began(view)}{_changes(view)}"


def _formula(view: RunView, formula: FormulaSettings) -> str:
    """Return the formula with its constants, penalties, start and noise."""
    text = f"J = {' '.join(formula.expression.split())}"
    if formula.constants_by_name:
        text += " with " + _values(formula.constants_by_name.items())
    penalties = penalties_text(view.settings)
    if penalties:
        text += f" and the penalty {penalties}"
    text += f"; start {_values(zip(formula.names, formula.first, strict=True))}"
    if formula.noise:
        text += f"; gradient noise of standard deviation {number_text(formula.noise)}, seed {formula.seed}"
    return text


def _values(named: Iterable[tuple[str, float]]) -> str:
    return ", ".join(f"{name} = {number_text(value, 4)}" for name, value in named)


def _data(data: DataSettings) -> str:
    name = data_title(data) if data.rule is None else with_capital(rule_words(data.rule))
    text = f"{name}, {data.points} point{'s' * (data.points != 1)}"
    text += f" ({training_points(data)} to train on)"
    if data.table is None:
        text += f", noise {percent_text(data.noise)}"
    if data.derived_inputs:
        text += f", derived inputs {', '.join(data.derived_inputs)}"
    return f"{text}, inputs standardised" if data.standardize else text


def _network(view: RunView, network: NetworkSettings) -> str:
    layers = "-".join(str(size) for size in view.experiment.layer_sizes)
    activation = f" {activation_title(network.activation)}" if network.hidden_layers else ""
    first = INITIALIZATION_NAMES[network.initialization].replace(",", "")
    if network.initial_scale != 1.0:
        first += f" × {number_text(network.initial_scale, 4)}"
    frozen = f", frozen {', '.join(network.frozen)}" if network.frozen else ""
    return f"network {layers}{activation}, first weights {first}{frozen}"


def _loss(view: RunView) -> str:
    """Return the loss with the penalties that J includes."""
    network = view.experiment.network
    assert network is not None
    text = loss_words(network.loss or LOSSES[0], network.output)
    penalties = penalties_text(view.settings)
    return f"J: {text} with the penalty {penalties}" if penalties else f"J: {text}, {NO_PENALTY}"


def optimizer_text(training: TrainingSettings) -> str:
    """Return the optimiser with its numbers: "momentum 0.9", "Adam (β 0.9, 0.999)"."""
    name = OPTIMIZERS[training.optimizer].title
    values = optimizer_of(training).hyperparameters
    parts = []
    if "alpha" in values:
        parts.append(f"ρ {number_text(values['alpha'])}")
    if "betas" in values:
        parts.append("β " + ", ".join(number_text(beta) for beta in values["betas"]))
    if values.get("momentum"):
        parts.append(f"momentum {number_text(values['momentum'], 4)}")
    if values.get("weight_decay"):
        parts.append(f"weight decay {number_text(values['weight_decay'])}")
    if training.optimizer == "momentum":
        form = " as an average of the gradients" if values["average"] else ""
        return f"momentum {number_text(values['momentum'], 4)}{form}"
    return f"{name} ({', '.join(parts)})" if parts else name


def _training(view: RunView) -> str:
    training = view.settings
    text = optimizer_text(training)
    if view.experiment.formula is None:
        text += f", {_batch(view, training.batch_size)}"
    if training.fault is not None:
        text += ", a mistake in the backward pass on purpose"
    text += f", α {rate_text(view.rate_at(view.step))}"
    schedule = _schedule(training)
    return f"{text} ({schedule})" if schedule else text


def _batch(view: RunView, batch_size: int | None) -> str:
    size = mini_batch(batch_size, training_points(view.data))
    return FULL_BATCH if size is None else f"batches of {size}"


def _schedule(training: TrainingSettings) -> str:
    """Return the schedule of α with its numbers; empty for a constant α."""
    if training.schedule == "constant":
        return ""
    text = f"{SCHEDULE_NAMES[training.schedule]} from {slider_name(training.schedule)} "
    text += f"{rate_text(training.learning_rate)}, T {training.schedule_steps}"
    return f"{text}, γ {number_text(training.schedule_factor)}"


def _seeds(view: RunView) -> str:
    experiment = view.experiment
    assert experiment.data is not None
    text = f"seeds: points {experiment.data.seed}, weights {experiment.start_seed}"
    sizes = [experiment.training.batch_size, view.settings.batch_size]
    sizes += [change.value for change in _made(view) if change.field == "training.batch_size"]
    # The batches before a change to the full batch count too.
    in_batches = any(_batch(view, size) != FULL_BATCH for size in sizes)
    return f"{text}, batches {experiment.training.seed}" if in_batches else text


def _made(view: RunView) -> list[Change]:
    """Return what was changed by hand up to this step."""
    return [change for change in view.history.changes if change.step <= view.step]


def _began(view: RunView) -> str:
    """Return what the settings that were changed after the first step had been before it."""
    first, changed = view.experiment.training, set()
    for change in _made(view):
        room, _, name = change.field.partition(".")
        if room != "training":
            continue
        if change.step == 0:
            first = replace(first, **{name: change.value})
        else:
            changed.add(change.field)
    parts = []
    if changed & {"training.optimizer", "training.momentum"}:
        parts.append(optimizer_text(first))
    if "training.batch_size" in changed:
        parts.append(_batch(view, first.batch_size))
    if changed.intersection(RATE_FIELDS):
        parts.append(_schedule(first) or f"α {rate_text(first.learning_rate)}")
    if changed & {"training.l1", "training.l2"}:
        penalties = penalties_text(first)
        parts.append(f"the penalty {penalties}" if penalties else NO_PENALTY)
    return f" It began with {', '.join(parts)}." if parts else ""


def _changes(view: RunView) -> str:
    """Return the changes by hand up to this step, with their steps."""
    made = _made(view)
    if not made:
        return ""
    first_rate, schedule, points = began_with(view.experiment)
    # The first mark has the values that the run began with.
    marks = [mark for mark in step_marks(made, first_rate, schedule, points) if mark.step > 0]
    at_start = [change for change in made if change.step == 0 and change.field != RATE]
    marks = [*step_marks(at_start, None, schedule, points), *marks]
    if not marks:
        return ""
    shown = marks[-MOST_CHANGES:]
    text = ", ".join(f"{mark.text} at step {number_text(mark.step, 9)}" for mark in shown)
    if len(marks) > len(shown):
        return f" Changed by hand {len(marks)} times, lastly: {text}."
    return f" Changed by hand: {text}."
