"""What the inspector, the activation explorer and the bug hunt cost while hidden, and what they ask for.

python -m tests.benchmarks inspector
"""

from __future__ import annotations

import os
import statistics
from time import perf_counter

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np


def measure() -> list[tuple[str, float, str]]:
    return [*hidden(), *traces()]


def hidden() -> list[tuple[str, float, str]]:
    """Time a frame of the window, of which there are sixty a second."""
    import pyqtgraph as pg

    from playground.ui.activations.feature import ActivationFeature
    from playground.ui.inspector.bug_hunt_feature import BugHuntFeature
    from playground.ui.inspector.feature import InspectorFeature
    from playground.ui.main_window import MainWindow

    application = pg.mkQApp()
    window = MainWindow(use_process=False)
    window.show()
    while window.snapshot is None:
        application.processEvents()
    kinds = (InspectorFeature, ActivationFeature, BugHuntFeature)
    features = [feature for feature in window.features if isinstance(feature, kinds)]
    snapshot = window.snapshot

    def frame() -> None:
        for feature in features:
            feature.show_snapshot(snapshot)
            for slot in feature.slots:
                assert feature.question(slot) is None
            feature.frame()
            feature.draw()

    cost = _median(frame, 200)
    window.close()
    return [("all three pages hidden, a frame", 1000.0 * cost, "µs; a frame has 16 700")]


def traces() -> list[tuple[str, float, str]]:
    return [*_of((2, 8, 8, 1), 250), *_of((2, *([64] * 8), 1), 5000)]


def _of(sizes: tuple[int, ...], points: int) -> list[tuple[str, float, str]]:
    from playground.engine.backprop.gradient_check import gradient_check
    from playground.engine.backprop.layer_statistics import activation_facts
    from playground.engine.backprop.operations import operations
    from playground.engine.backprop.trace import trace
    from playground.engine.network import Network

    network, rng = Network(sizes), np.random.default_rng(0)
    theta = network.initial_parameters(rng)
    X = rng.normal(size=(points, 2))
    y = (rng.random((points, 1)) > 0.5).astype(float)
    name = f"P = {network.n_parameters}"
    one = _median(lambda: operations(trace(network, theta, X[:1], y[:1], 0.1)), 9)
    mean = _median(lambda: trace(network, theta, X, y, 0.1), 3)
    facts = _median(lambda: activation_facts(network, theta, X), 3)
    check = [entry for entry in gradient_check(network, theta, X[:250], y[:250], most=200) if entry][-1]
    ratio = check.forward_seconds * network.n_parameters / len(check.differences) / check.backward_seconds
    return [
        (f"{name}: trace of a point, with its operations", one, "ms"),
        (f"{name}: trace of the mean of {points} points", mean, "ms"),
        (f"{name}: activations over {points} points", facts, "ms"),
        (f"{name}: {2 * network.n_parameters} forward passes against one backward", ratio, "×"),
    ]


def _median(call: object, times: int) -> float:
    """Milliseconds."""
    seconds = []
    for _ in range(times):
        began = perf_counter()
        call()  # type: ignore[operator]
        seconds.append(perf_counter() - began)
    return 1000.0 * statistics.median(seconds)
