"""The names of the values of an experiment's fields, for all texts of the window."""

from __future__ import annotations

SCHEDULE_NAMES = {
    "constant": "constant",
    "step": "step",
    "exponential": "exponential",
    "cosine": "cosine",
    "warm_up": "warm-up",
    "one_cycle": "1cycle",
}
LOSS_NAMES = {
    "binary_cross_entropy": "binary cross-entropy",
    "squared_error": "half squared error",
    "softmax_cross_entropy": "softmax cross-entropy",
}
OUTPUT_NAMES = {"linear": "linear", "sigmoid": "sigmoid", "softmax": "softmax"}


def loss_words(loss: str, output: str | None) -> str:
    """Return the name of a loss, with the output where it is not the usual one (None) of this loss."""
    return LOSS_NAMES[loss] + (f" of a {OUTPUT_NAMES[output]} output" if output else "")


INITIALIZATION_NAMES = {
    "xavier_normal": "Xavier, normal",
    "xavier_uniform": "Xavier, uniform",
    "he_normal": "He, normal",
    "he_uniform": "He, uniform",
    "uniform": "uniform",
    "zeros": "all zeros",
}
MOMENTUM_FORM_NAMES = {"torch": "as PyTorch has it", "average": "average of the gradients"}
PENALTY_NAMES = {"training.l1": "L1", "training.l2": "L2"}
