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
LOSS_NAMES = {"binary_cross_entropy": "binary cross-entropy", "squared_error": "half squared error"}
INITIALIZATION_NAMES = {
    "xavier_normal": "Xavier, normal",
    "xavier_uniform": "Xavier, uniform",
    "he_normal": "He, normal",
    "he_uniform": "He, uniform",
    "uniform": "uniform",
    "zeros": "all zeros",
}
PENALTY_NAMES = {"training.l1": "L1", "training.l2": "L2"}
