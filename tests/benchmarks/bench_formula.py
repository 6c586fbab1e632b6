"""A formula: a step on Rosenbrock's valley, its surface, products with the Hessian, and the window on it.

    python -m tests.benchmarks formula

Processor time, the best of many rounds; a product and a gradient take turns. Of the window the time on the
clock, as in bench_window.py.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from collections.abc import Callable

import numpy as np
import pyqtgraph as pg

from playground.engine.formula import Formula
from playground.engine.formula_presets import FORMULA_PRESETS
from playground.engine.trainer import Trainer
from playground.experiment import Experiment
from playground.lab.pacing import SWITCH_INTERVAL
from playground.startup.garbage import collect_here
from tests.benchmarks.bench_window import Row, apart, real_window, while_it_trains

ROUNDS = 30
CELLS = 201


def measure() -> list[Row]:
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
        ("beside the run: 90 % of waits for the interpreter's lock, ms", lock_wait(trainer), "≤ 2 ms"),
        *window_rows(experiment),
    ]


def window_rows(experiment: Experiment) -> list[Row]:
    """Frames and steps of the window at full speed, with the whole landscape."""
    _application, _collector = pg.mkQApp(), collect_here()
    with tempfile.TemporaryDirectory() as folder:
        window = real_window(experiment, folder, plane=None)
        frames, steps, _ = while_it_trains(window)
        window.close()
    name = "the window on Rosenbrock at full speed"
    return [
        (f"{name}: 50 % of frames apart, ms", apart(frames.moments, 50), "its timer, 8 or 16 ms"),
        (f"{name}: 99 % of frames apart, ms", apart(frames.moments, 99), "≤ 25 ms"),
        (f"{name}: 99 % of frames that painted anything apart, ms", apart(frames.painted, 99), "≤ 25 ms"),
        (f"{name}: steps per second", steps, "≥ 14000"),
    ]


def lock_wait(trainer: Trainer, waits: int = 250) -> float:
    """Return the ms below which 90 % of the waits of another thread for the interpreter's lock lie.

    The interval for switching is the one of the lab.
    """
    over = threading.Event()

    def train() -> None:
        while not over.is_set():
            trainer.advance(200)

    usual = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_INTERVAL)
    thread = threading.Thread(target=train)
    thread.start()
    found = []
    for _ in range(waits):
        began = time.perf_counter()
        time.sleep(0.008)
        found.append(time.perf_counter() - began - 0.008)
    over.set()
    thread.join()
    sys.setswitchinterval(usual)
    return 1e3 * float(np.percentile(found, 90))


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
