"""Sentences of the window."""

from __future__ import annotations

import re

from playground.engine.datasets import DATASET_INFO
from playground.experiment import Experiment
from playground.lab.snapshot import Snapshot
from playground.numerals import count_text
from playground.value_names import LOSS_NAMES

INVITATION = "Press Space, then drag α to the right until something breaks."
TWO_NUMBERS = "Two numbers only (w, b)"
NOTHING_TO_UNDO = "Nothing to undo: no run was left here. α is changed back on the strip."
NOT_YET = "No step yet: press Space to run, or F10 for one step."

KEYS = (
    ("Space", "run and pause, where the focus does not use it (F5 always does)"),
    ("F10", "one step"),
    ("← →", "α by 5 % on the learning rate"),
    ("Ctrl+L, Ctrl+K", "on the learning rate: the stability limit; the look-ahead above it"),
    ("Ctrl+Shift+L", "the sharpness over the run, beside the loss"),
    ("Ctrl+M", "the map: what 48 learning rates reach from 20 first weights"),
    ("Ctrl+G, Ctrl+Shift+G", "guess where it breaks; which α is fastest"),
    ("Click", "on a jump of the loss: that step, seen from the side"),
    ("Alt+, Alt+.", "an earlier and later step of the run; Ctrl+Home the first, Ctrl+End now"),
    ("Ctrl+Return", "run from the step that is looked at, on a new branch"),
    ("Ctrl+F", "fork: several learning rates side by side; Ctrl+Shift+F drops them"),
    ("Ctrl+Shift+D", "keep this run as a pale line; Ctrl+Shift+K lists the kept runs"),
    ("Ctrl+R", "start again from the same weights"),
    ("Ctrl+Shift+R", "start again from new weights"),
    ("Ctrl+Z", "bring the run before a restart back"),
    ("Arrows, + and −, Home", "in a plot: move, zoom, whole view"),
    ("Double-click", "on the surface: put the weights there; Ctrl+Z takes them back"),
    ("Shift+arrows, Enter", "the same by key: move a cross, put the weights there; Esc ends it"),
    ("Ctrl+D", "keep these weights, for a plane through start, now and them"),
    ("Ctrl+E", "export a plot or the history"),
    ("Ctrl+O, Ctrl+S", "open and save the experiment"),
    ("Ctrl+1, Ctrl+2", "simple and full layout"),
    ("Ctrl+F10, Ctrl+F9", "in the chain-rule lab: one step forward, one back"),
    ("F8, Shift+F8, F7", "in the inspector: the next operation, one back; the next point"),
    ("1 to 9, 0", "the scenes that were kept; 0 begins the present one again"),
    ("Ctrl+F12", "lock everything but α and Space, and unlock it"),
    ("Ctrl+H", "a show of hands: A, B, C … count one each, Shift takes one away, R reveals"),
    ("F11, Esc", "presentation and back; Alt+1 to Alt+3, Alt+PgUp and PgDn choose its plot or page"),
)

KEYS_HINT = "Wheel and drag zoom and move a plot; its context menu exports it."

ABOUT = (
    "<b>Loss Landscape Playground {version}</b><p>A laboratory in which a small, real neural network learns "
    "while you hold its learning rate in the hand, and in which you see the loss landscape that its weights "
    "walk on.<p>Every number, curve and colour is computed from the network that is training."
)


ONLY_STRAIGHT = "This network can only draw a straight line."
FOUR_NEURONS = "Give it 4 neurons"
STRAIGHT = ("two_gaussians", "separable_blobs", "hours_of_study", "noisy_line", "tilted_plane")
"""The data sets that a network without a hidden layer can learn."""


def only_straight(experiment: Experiment) -> bool:
    """Whether the network draws a straight line where the data ask for more."""
    return not experiment.network.hidden_layers and experiment.data.dataset not in STRAIGHT


def description(snapshot: Snapshot) -> str:
    """The experiment in one line."""
    experiment = snapshot.view.experiment
    sizes = "-".join(str(size) for size in experiment.layer_sizes)
    training, test = len(snapshot.samples.y_train), len(snapshot.samples.y_test)
    activation = f" {experiment.network.activation}" if experiment.network.hidden_layers else ""
    parameters = snapshot.view.parameters.size
    return " · ".join(
        (
            DATASET_INFO[experiment.data.dataset].title,
            f"{count_text(training)} training and {count_text(test)} test points",
            f"{sizes}{activation} network, {count_text(parameters)} parameters",
            LOSS_NAMES[experiment.network.loss or "binary_cross_entropy"],
        )
    )


def fewer_words(text: str) -> tuple[str, ...]:
    """Return the text without its last clause, without its last two, and so on, down to the first."""
    clauses = re.split(r"(?<=[.;]) ", text)
    lengths = range(len(clauses) - 1, 0, -1)
    return tuple(re.sub("[.;]$", "", " ".join(clauses[:n])) + "." for n in lengths)
