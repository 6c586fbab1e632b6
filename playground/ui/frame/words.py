"""Sentences of the window."""

from __future__ import annotations

import re
from collections.abc import Mapping

from playground.engine.activations import activation_title
from playground.engine.datasets import data_title, may_be_straight
from playground.engine.problem_of_experiment import network_on_data
from playground.experiment import Experiment
from playground.lab.snapshot import Snapshot
from playground.numerals import count_text
from playground.value_names import loss_words

INVITATION = "Press Space, then drag α to the right until something breaks."
LEFT_WORK = "A window was closed with work in it."
TWO_NUMBERS = "Two numbers only (w, b)"
NOTHING_TO_UNDO = "There is nothing to undo."
NOT_YET = "No step yet: press Space to run, or F10 for one step."

_MOST_USED = (
    ("Space", "run and pause, where the focus does not use it ({run} always does)"),
    ("{step}", "one step"),
    ("← →", "α by 5 % on the learning rate"),
    ("{show_limit}, {show_lookahead}", "on the learning rate: the stability limit; the look-ahead above it"),
    ("{show_sharpness}", "the sharpness over the run, beside the loss"),
    ("{rate_map}", "the map: what 48 learning rates reach from 20 starts, or with 20 momenta"),
    ("{guess_limit}, {guess_fastest}", "guess where it breaks; which α is fastest"),
    ("{rate_type}", "type a learning rate: the box of α"),
    ("Click", "on a jump of the loss: that step, seen from the side"),
    (
        "{moment_earlier} {moment_later}",
        "an earlier and later step of the run; {moment_first} the first, {moment_now} now",
    ),
    ("{run_from_here}", "run from the step that is looked at, on a new branch"),
    ("{fork}", "fork: several learning rates side by side; {drop_fork} drops them"),
    ("Run ▸ Race of all optimisers", "all of them from here, with one α or each with its best"),
    ("{keep_run}", "keep this run as a pale line; {kept_runs} lists the kept runs"),
    ("{same_weights}", "start again from the same weights, or the same start of a formula"),
    ("{new_weights}", "start again from new weights, or another start of a formula"),
    ("{undo}", "take back the last change of α, of a setting or of the plane, or bring the old run back"),
    ("Arrows, + and −, Home", "in a plot: move, zoom, whole view"),
    ("Double-click", "on the surface: put the weights there; {undo} takes them back"),
    ("Shift+arrows, Enter", "the same by key: move a cross, put the weights there; Esc ends it"),
    ("{keep_weights}", "keep these weights, for a plane through start, now and them"),
    ("{export}", "export a plot or the history"),
    ("{open}, {save}", "open any file of the program; save the session"),
    ("{simple}, {full}", "simple and full layout"),
    ("{chain_rule_forward}, {chain_rule_back}", "in the chain-rule lab: one step forward, one back"),
    (
        "{inspector_forward}, {inspector_back}, {next_point}",
        "in the inspector: the next operation, one back; the next point; arrows go from entry to entry",
    ),
    (
        "{one_update}, {update_forward}, {update_back}",
        "one update, step by step: the page; the next part, the one before",
    ),
    ("{lessons}, {lesson_next}, {lesson_back}", "the course; the next step of a lesson, the one before"),
    ("1 to 9, {scene_again}", "the scenes that were kept; {scene_again} begins the present one again"),
    ("{lock}", "lock everything but α and Space, and unlock it"),
    ("{tally}", "a show of hands: A, B, C … count one each, Shift takes one away, R reveals"),
    (
        "{presentation}, Esc",
        "presentation and back; {large_surface} to {large_loss}, {large_previous} and {large_next} choose "
        "its plot or page",
    ),
)
"""Keys, with names of commands in place of their keys, and what they do."""


def most_used(keys: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the most used keys and what each does. keys: the keys of the commands, by name."""
    return [(row.format_map(keys), what.format_map(keys)) for row, what in _MOST_USED]


KEYS_HINT = "Wheel and drag zoom and move a plot; its context menu exports it."

ABOUT = (
    "<b>Loss Landscape Playground {version}</b><p>A laboratory in which a small, real neural network learns "
    "while you hold its learning rate in the hand, and in which you see the loss landscape that its weights "
    "walk on.<p>Every number, curve and colour is computed from the network that is training."
)


ONLY_STRAIGHT = "This network can only draw a straight line."
FOUR_NEURONS = "Give it 4 neurons"


def only_straight(experiment: Experiment) -> bool:
    """Return whether the network can only draw a straight line and the data set needs more."""
    if experiment.on_data is None:
        return False
    data, network = experiment.on_data
    return not network.hidden_layers and not may_be_straight(data)


def description(snapshot: Snapshot) -> str:
    """Return the experiment in one line: data, network and loss, or the formula."""
    experiment = snapshot.view.live
    if experiment.formula is not None:
        return experiment.formula.title
    if experiment.on_data is None or network_on_data(snapshot.problem) is None:
        return f"{count_text(snapshot.problem.n_parameters)} parameters"
    data, network = experiment.on_data
    sizes = "-".join(str(size) for size in experiment.layer_sizes)
    training, test = len(snapshot.samples.y_train), len(snapshot.samples.y_test)
    activation = f" {activation_title(network.activation)}" if network.hidden_layers else ""
    parameters = snapshot.view.parameters.size
    held = len(experiment.frozen_entries)
    frozen = f", {count_text(held)} of them frozen" if held else ""
    return " · ".join(
        (
            data_title(data),
            f"{count_text(training)} training and {count_text(test)} test points",
            f"{sizes}{activation} network, {count_text(parameters)} parameters{frozen}",
            loss_words(network.loss or "binary_cross_entropy", network.output),
        )
    )


def fewer_words(text: str) -> tuple[str, ...]:
    """Return the text without its last clause, without its last two, and so on down to the first clause."""
    clauses = re.split(r"(?<=[.;]) ", text)
    lengths = range(len(clauses) - 1, 0, -1)
    return tuple(re.sub("[.;]$", "", " ".join(clauses[:n])) + "." for n in lengths)
