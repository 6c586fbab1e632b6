"""What the values of an experiment's fields are called wherever the window writes them."""

from __future__ import annotations

OPTIMIZER_NAMES = {
    "gradient_descent": "gradient descent",
    "momentum": "momentum",
    "nesterov": "Nesterov",
    "rmsprop": "RMSProp",
    "adagrad": "AdaGrad",
    "adam": "Adam",
    "adamw": "AdamW",
}
SCHEDULE_NAMES = {
    "constant": "constant",
    "step": "step",
    "exponential": "exponential",
    "cosine": "cosine",
    "warm_up": "warm-up",
    "one_cycle": "1cycle",
}
