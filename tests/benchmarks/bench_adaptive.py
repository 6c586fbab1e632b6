"""A surface with predicted cells against one with every cell computed, 193×193 cells, as in the window.

First 2-8-8-1 on 500 points; then seven surfaces whose saving was known before this was written, on the plane
of their run and a random direction, and three on which nothing was tuned.
"""

from __future__ import annotations

import math
import time
from typing import NamedTuple

import numpy as np
from threadpoolctl import threadpool_limits

from playground.drawing.kit.levels import levels_of
from playground.engine.formula_presets import FORMULA_PRESETS
from playground.engine.lengths import length
from playground.engine.network import Network
from playground.engine.network_on_data import NetworkOnData
from playground.engine.problem import Problem
from playground.engine.trainer import Trainer
from playground.experiment import Experiment
from playground.landscape.colour_scale import ColourScale
from playground.landscape.plane import Plane, Window
from playground.landscape.surface import Surface, evaluate_on
from tests.benchmarks.bench_surface import SIZES, best_of, jax, one_core, the_case
from tests.support.predicted_surface import predict_surface

RESOLUTION, ROUNDS = 193, 4
BEYOND = 0.25
"""Of the run on either side of the view, as a share of its length."""


class Known(NamedTuple):
    """A run whose surface takes one in so many evaluations."""

    name: str
    values: dict[str, object]
    steps: int
    one_in: float


SEVEN = (
    Known("two circles 2-4-1 tanh", {"network.hidden_layers": (4,)}, 300, 10.5),
    Known("two circles 2-8-8-1 tanh", {"network.hidden_layers": (8, 8)}, 300, 8.6),
    Known(
        "XOR 2-8-8-1 relu",
        {"data.dataset": "xor", "network.hidden_layers": (8, 8), "network.activation": "relu"},
        300,
        3.8,
    ),
    Known(
        "two spirals 2-8-8-8-1",
        {"data.dataset": "two_spirals", "network.hidden_layers": (8, 8, 8)},
        3000,
        1.2,
    ),
    Known(
        "noisy line, no hidden layer", {"data.dataset": "noisy_line", "network.hidden_layers": ()}, 300, 7.9
    ),
    Known(
        "two moons 2-16-1 sigmoid",
        {"data.dataset": "two_moons", "network.hidden_layers": (16,), "network.activation": "sigmoid"},
        300,
        33.0,
    ),
    Known("sine 1-30-1", {"data.dataset": "sine", "network.hidden_layers": (30,)}, 300, 7.3),
)
UNTUNED = (
    Known(
        "three blobs 2-8-3 softmax", {"data.dataset": "three_blobs", "network.hidden_layers": (8,)}, 300, 0.0
    ),
    Known(
        "two moons 2-6-6-1 leaky relu",
        {"data.dataset": "two_moons", "network.hidden_layers": (6, 6), "network.activation": "leaky_relu"},
        300,
        0.0,
    ),
)


def plane_of(run: Known) -> tuple[Problem, Plane, Window]:
    """The plane from the start of a run to its end and along a random direction, and a view of the run."""
    experiment = Experiment()
    for name, value in run.values.items():
        experiment = experiment.with_value(name, value)
    trainer = Trainer(experiment)
    start = trainer.parameters.copy()
    trainer.advance(run.steps)
    u = trainer.parameters - start
    v = np.random.default_rng(0).standard_normal(u.size)
    v = v - (v @ u) / (u @ u) * u
    v *= length(u) / length(v)
    half = (1 + 2 * BEYOND) / 2
    return trainer.problem, Plane(start, u, v), Window(-BEYOND, 1 + BEYOND, -half, half)


def worst_of(found: Surface, truth: np.ndarray, logarithmic: bool = True) -> float:
    """Colour steps that the worst cell is off, of those that the true picture shows."""
    levels = levels_of(truth, logarithmic)
    shown = ~levels.above(truth) & ~levels.below(truth) & np.isfinite(truth)
    step = np.ptp(levels.transform(np.array([levels.low, levels.high]))) / 256
    return float(np.abs(levels.transform(found.values[shown]) - levels.transform(truth[shown])).max() / step)


def rows_of(
    name: str, problem: Problem, plane: Plane, window: Window, one_in: float, logarithmic: bool = True
) -> list[tuple[str, float, str]]:
    """How many of the cells of a surface are computed, and how far off the others are."""
    found = predict_surface(problem, plane, window, RESOLUTION, ColourScale(logarithmic))
    a = np.linspace(window.a_min, window.a_max, RESOLUTION)
    b = np.linspace(window.b_min, window.b_max, RESOLUTION)
    truth = evaluate_on(problem, plane, a, b)
    reach = f"≥ {one_in / 1.2:.1f}" if one_in else "as it comes"
    return [
        (f"{name}: cells computed, one in", truth.size / found.n_computed, reach),
        ("… worst error of any cell: colour steps", worst_of(found, truth, logarithmic), "≤ 0.25"),
    ]


def in_time() -> list[tuple[str, float, str]]:
    """How much sooner a picture is there than with all cells computed."""
    rows: list[tuple[str, float, str]] = []
    _, plane, grid, X, y = the_case(SIZES, RESOLUTION)
    window = Window(-1.0, 1.0, -1.0, 1.0)
    for activation in ("tanh", "relu"):
        network = Network(SIZES, activation=activation, loss="binary_cross_entropy")
        problem = NetworkOnData.of_points(network, X, y)
        adaptive = whole = math.inf
        for _ in range(ROUNDS):
            began = time.perf_counter()
            found = predict_surface(problem, plane, window, RESOLUTION)
            between = time.perf_counter()
            truth = evaluate_on(problem, plane, grid, grid)
            adaptive = min(adaptive, between - began)
            whole = min(whole, time.perf_counter() - between)
        rows.append((f"{activation}: cells computed, one in", truth.size / found.n_computed, "as it comes"))
        rows.append(("… complete picture: ms", 1e3 * adaptive, "ms"))
        rows.append(("… all cells take: ×", whole / adaptive, "≥ 3"))
        rows.append(("… worst error of any cell: colour steps", worst_of(found, truth), "≤ 0.25"))
    return rows


def beside_jax() -> list[tuple[str, float, str]]:
    """How long JAX takes for all cells, in its best chunks, against the picture; both take turns."""
    network, plane, grid, X, y = the_case(SIZES, RESOLUTION)
    problem = NetworkOnData.of_points(network, X, y)
    name, reach = "JAX in chunks of lax.map, all cells, takes: ×", "≥ 3"
    try:
        chunked = jax(plane, grid, X, y, [16, 64, 256])
    except ImportError:
        return [(name, math.nan, "not installed")]
    if not np.allclose(chunked[0](), evaluate_on(problem, plane, grid, grid), rtol=1e-4):
        raise AssertionError("JAX computes another surface")
    window = Window(-1.0, 1.0, -1.0, 1.0)
    ours = [lambda: predict_surface(problem, plane, window, RESOLUTION)]
    best = best_of({"ours": ours, "jax": chunked})
    return [(name, best["jax"] / best["ours"], reach)]


def measure() -> list[tuple[str, float, str]]:
    """What was measured, the figure, and what to reach."""
    with one_core(), threadpool_limits(limits=1):
        rows = in_time() + beside_jax()
        for run in (*SEVEN, *UNTUNED):
            rows += rows_of(run.name, *plane_of(run), run.one_in)
        experiment = FORMULA_PRESETS["himmelblau"].experiment
        assert experiment.formula is not None
        problem = Trainer(experiment).problem
        plane = Plane(np.zeros(2), *np.eye(2))
        window = Window(*experiment.formula.limits[0], *experiment.formula.limits[1])
        rows += rows_of("Himmelblau, J itself", problem, plane, window, 0.0, logarithmic=False)
    return rows


if __name__ == "__main__":
    for what, figure, reach in measure():
        print(f"{what:48} {figure:10.2f}   {reach}")
