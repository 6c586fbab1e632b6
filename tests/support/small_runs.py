"""Experiments of the tests."""

from playground.experiment import Experiment

SMALL = (
    Experiment()
    .with_value("data.points", 40)
    .with_value("network.hidden_layers", (2,))
    .with_value("training.learning_rate", 0.1)
)
"""A run that is quick to make and to step."""

DIVERGING = Experiment().with_value("data.dataset", "noisy_line").with_value("network.hidden_layers", ())
"""Half squared error on raw inputs: it truly diverges above its limit of about 0.5."""
