"""A Hessian-vector product against a gradient, and the sharpness of a whole network, one thread."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from threadpoolctl import threadpool_limits

from playground.engine.network import Network

SECONDS_A_CASE = 0.5
CASES = (((2, 8, 8, 1), 250), ((2, 8, 8, 1), 500), ((2, 32, 32, 1), 500))


def measure() -> list[tuple[str, float, str]]:
    """(what, figure, reach): ratios of the fastest calls of each, which took turns."""
    rows = []
    with threadpool_limits(1):
        for sizes, samples in CASES:
            network, theta, v, X, y = a_case(sizes, samples)
            gradient, product = fastest(
                lambda: network.loss_and_gradient(theta, X, y),  # noqa: B023
                lambda: network.hessian_vector_product(theta, v, X, y),  # noqa: B023
            )
            name = "-".join(map(str, sizes))
            rows.append((f"HVP / gradient, {name}, {samples} points", product / gradient, "≤ 2.5"))

        network, theta, _, X, y = a_case((2, 8, 8, 1), 250)
        (sharpness,) = fastest(lambda: np.linalg.eigvalsh(network.hessian_operator(theta, X, y).dense())[-1])
        what = f"λmax, dense, {network.n_parameters} parameters, 250 points (ms)"
        rows.append((what, 1e3 * sharpness, "≤ 20"))
    return rows


def a_case(
    sizes: tuple[int, ...], samples: int
) -> tuple[Network, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    network = Network(sizes)
    theta, v = network.initial_parameters(rng), rng.normal(size=network.n_parameters)
    X = rng.normal(size=(samples, 2))
    return network, theta, v, X, (X[:, :1] * X[:, 1:] > 0).astype(float)


def fastest(*calls: Callable[[], object]) -> list[float]:
    """Processor seconds of the fastest of many calls of each: a busy machine distorts them least."""
    best = [np.inf] * len(calls)
    end = time.perf_counter() + SECONDS_A_CASE
    while time.perf_counter() < end:
        for i, call in enumerate(calls):
            start = time.thread_time()
            call()
            best[i] = min(best[i], time.thread_time() - start)
    return best


if __name__ == "__main__":
    for what, figure, reach in measure():
        print(f"{what:50} {figure:8.2f}   {reach}")
