"""A surface with predicted cells against one with every cell computed: 193×193, log J, 500 points, 2-8-8-1.

The window does not use predicted cells: what is measured here is what it could save.
"""

from __future__ import annotations

import time

import numpy as np
from threadpoolctl import threadpool_limits

from playground.engine.network import Network
from playground.engine.network_on_data import NetworkOnData
from playground.landscape.adaptive import predict_surface
from playground.landscape.plane import Window
from playground.landscape.surface import evaluate_on
from tests.benchmarks.bench_surface import SIZES, one_core, the_case

RESOLUTION, ROUNDS = 193, 4


def measure() -> list[tuple[str, float, str]]:
    """What was measured, the figure, and what to reach."""
    rows: list[tuple[str, float, str]] = []
    _, plane, grid, X, y = the_case(SIZES, RESOLUTION)
    window = Window(-1.0, 1.0, -1.0, 1.0)
    with one_core(), threadpool_limits(limits=1):
        for activation in ("tanh", "relu"):
            network = Network(SIZES, activation=activation, loss="binary_cross_entropy")
            problem = NetworkOnData.of_points(network, X, y)
            adaptive = whole = np.inf
            for _ in range(ROUNDS):
                began = time.perf_counter()
                found = predict_surface(problem, plane, window, RESOLUTION)
                between = time.perf_counter()
                truth = evaluate_on(problem, plane, grid, grid)
                adaptive = min(adaptive, between - began)
                whole = min(whole, time.perf_counter() - between)
            shown, true = np.log(found.values), np.log(truth)
            worst = float(np.abs(shown - true).max() / np.ptp(true) * 256)
            rows.append(
                (f"{activation}: cells computed, one in", truth.size / found.evaluations, "as it comes")
            )
            rows.append(("… complete picture: ms", 1e3 * adaptive, "ms"))
            rows.append(("… all cells take: ×", whole / adaptive, "≥ 3"))
            rows.append(("… worst error of any cell: colour steps", worst, "≤ 0.25"))
    return rows
