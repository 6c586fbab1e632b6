"""A formula: a step on Rosenbrock's valley with its history, its surface, and products with the Hessian.

    python -m tests.benchmarks formula

Processor time, the best of many rounds; a product and a gradient take turns.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from playground.engine.formula import Formula
from playground.engine.formula_presets import FORMULA_PRESETS
from playground.engine.trainer import Trainer

ROUNDS = 30
CELLS = 201


def measure() -> list[tuple[str, float, str]]:
    experiment = FORMULA_PRESETS["rosenbrock"].experiment
    assert experiment.formula is not None
    formula = Formula(experiment.formula)
    theta, v = np.array(experiment.formula.first), np.array([0.6, -0.8])
    trainer = Trainer(experiment)
    axes = [np.linspace(low, high, CELLS) for low, high in experiment.formula.limits]
    cells = np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, 2)
    step = best(lambda: trainer.advance(2000)) / 2000
    surface = best(lambda: formula.losses(cells))
    gradient, product = best_of_two(
        lambda: formula.loss_and_gradient(theta), lambda: formula.hessian_vector_product(theta, v), 500
    )
    return [
        ("a step on Rosenbrock with history", 1e6 * step, "≤ 40 µs"),
        (f"its surface of {CELLS} × {CELLS} cells", 1e3 * surface, "≤ 10 ms"),
        ("a product with its Hessian, in gradients", product / gradient, "≤ 4 ×"),
    ]


def best(job: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return the processor time of the fastest round, in seconds."""
    times = []
    for _ in range(rounds):
        began = time.process_time()
        job()
        times.append(time.process_time() - began)
    return min(times)


def best_of_two(one: Callable[[], object], other: Callable[[], object], calls: int) -> tuple[float, float]:
    """Return the fastest rounds of two jobs that take turns, each so many calls."""

    def many(job: Callable[[], object]) -> Callable[[], None]:
        def run() -> None:
            for _ in range(calls):
                job()

        return run

    pairs = [(best(many(one), 1), best(many(other), 1)) for _ in range(ROUNDS)]
    return min(pair[0] for pair in pairs), min(pair[1] for pair in pairs)
