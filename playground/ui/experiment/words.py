"""The names of an experiment's values in the window."""

from __future__ import annotations

from playground.value_names import (
    INITIALIZATION_NAMES,
    LOSS_NAMES,
    MOMENTUM_FORM_NAMES,
    OUTPUT_NAMES,
    SCHEDULE_NAMES,
)

LOSSES = LOSS_NAMES
SCHEDULES = {**SCHEDULE_NAMES, "constant": "none"}
OUTPUTS = OUTPUT_NAMES
MOMENTUM_FORMS = MOMENTUM_FORM_NAMES
INITIALIZATIONS = INITIALIZATION_NAMES
NEURONS = {0: "none", **{n: str(n) for n in (1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 24, 32, 48, 64)}}

HINTS = {
    "training.optimizer": "The rule that turns a gradient into a step",
    "training.momentum": "How much of the last step goes into the next one, from 0 to 0.9999",
    "training.batch_size": "How many points each step looks at; empty: all training points",
    "training.l1": (
        "Adds l1 · Σ|w| to J: pulls each weight towards zero by the same amount; small ones then swing "
        "around zero, with plain gradient descent by about α · l1, and are hardly ever exactly zero; "
        "biases are left alone"
    ),
    "training.l2": "Adds ½ · l2 · Σw² to J: pulls weights towards zero; biases are left alone",
    "training.momentum_form": (
        "What v is: v := β·v + g as PyTorch has it, or the average v := β·v + (1 − β)·g that courses teach, "
        "which takes an α 1/(1 − β) times as large"
    ),
    "training.schedule": "Scales α step by step, counted from the start of the run; the slider scales it all",
    "training.schedule_steps": "Steps T of the schedule: until it drops (step), or for its whole way",
    "training.schedule_factor": "The factor γ that the schedule leads to or comes from, above 0 and up to 1",
    "data.points": "Training and test points together, from 20 to 5000",
    "data.noise": "Disturbs the points, as a share of the spread of the clean data, from 0 to 1",
    "data.test_share": "The part of the points that is held back for testing, from 0 to 0.9",
    "data.standardize": "Shift and scale each input to mean 0 and standard deviation 1",
    "data.seed": "Another seed draws other points",
    "data.derived_inputs": (
        "Functions of the raw inputs that the network sees beside them, with ; between two: x1^3; exp(-x2)"
    ),
    "network.output": (
        "What the output makes of z: each cross-entropy has its own, the sigmoid or softmax; with half "
        "squared error it is linear, or a sigmoid for classes and for a table of values from 0 to 1"
    ),
    "network.initial_scale": "A factor of the first weights that are drawn, from 0 to 100",
    "network.frozen": (
        "Weights and biases that no step changes, as W[1], b[2] or W[1]₂₃; a click in the diagram with the "
        "right button, or F on a chosen weight, does the same. The run begins again with the weights as they "
        "are"
    ),
    "network.activation": "The function g of every hidden neuron: a = g(z)",
    "network.loss": "What J measures at one point",
    "network.initialization": "How the first weights are drawn; all zeros shows the symmetry problem",
    "network.seed": "Another seed draws other first weights",
    "training.seed": "Another seed shuffles the mini-batches otherwise",
}
OF_FORMULA = {
    "training.l1": "Adds l1 · Σ|θ| to J: pulls each variable towards zero by the same amount",
    "training.l2": "Adds ½ · l2 · Σθ² to J: pulls each variable towards zero",
}
"""Hints that differ while a formula runs."""
assert OF_FORMULA.keys() <= HINTS.keys()
