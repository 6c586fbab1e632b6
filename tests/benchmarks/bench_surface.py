"""A surface of 2-8-8-1, 101×101 points, 500 samples, against the ways that others would compute it.

And one of 64-32-10 with softmax cross-entropy, as of handwritten digits, 51×51 points.

Every candidate computes the same numbers with one thread in the same run; each takes its turn in several
rounds, and its best round counts. The rivals get float32 and, of several chunk sizes, the one that suits them
best.
"""

from __future__ import annotations

import contextlib
import math
import os
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")

import numpy as np
from threadpoolctl import threadpool_limits

from playground.engine.network import Network
from playground.engine.network_on_data import NetworkOnData
from playground.experiment import Experiment
from playground.landscape.plane import Plane, Window
from playground.landscape.questions.context import Context
from playground.landscape.questions.surface import SurfaceQuestion
from playground.landscape.surface import evaluate, refine

SIZES, DIGITS = (2, 8, 8, 1), (64, 32, 10)
POINTS, POINTS_OF_DIGITS, SAMPLES, ROUNDS = 101, 51, 500, 4
Job = Callable[[], Any]


def the_case(
    sizes: tuple[int, ...] = SIZES, points: int = POINTS
) -> tuple[Network, Plane, np.ndarray, np.ndarray, np.ndarray]:
    several = sizes[-1] > 1
    network = Network(sizes, loss="softmax_cross_entropy" if several else "binary_cross_entropy")
    rng = np.random.default_rng(0)
    X = rng.standard_normal((SAMPLES, sizes[0]))
    y = (X[:, :1] * X[:, 1:2] > 0).astype(float)
    if several:
        y = np.eye(sizes[-1])[rng.integers(0, sizes[-1], SAMPLES)]
    theta = network.initial_parameters(rng)
    u, v = rng.standard_normal((2, theta.size)) / math.sqrt(theta.size)
    return network, Plane(theta, u, v), np.linspace(-1.0, 1.0, points), X, y


def products_and_functions_alone(sizes: tuple[int, ...] = SIZES, points: int = POINTS) -> Job:
    """What no NumPy surface can avoid: the products and tanh of a point, in float32, of softmax its exp."""
    together = 32 if sizes == SIZES else 8
    rng = np.random.default_rng(0)
    x = rng.standard_normal((sizes[0], SAMPLES)).astype(np.float32)
    matrices = [
        rng.standard_normal((together, n_out, n_in)).astype(np.float32) for n_in, n_out in pairwise(sizes)
    ]
    buffers = [np.empty((together, n, SAMPLES), np.float32) for n in sizes[1:]]

    def job() -> None:
        for _ in range(0, points * points, together):
            a = x
            for matrix, buffer in zip(matrices, buffers, strict=True):
                np.matmul(matrix, a, out=buffer)
                if buffer is not buffers[-1]:
                    np.tanh(buffer, out=buffer)
                elif sizes[-1] > 1:
                    np.minimum(buffer, 0.0, out=buffer)
                    np.exp(buffer, out=buffer)
                a = buffer

    return job


def pytorch(
    plane: Plane,
    grid: np.ndarray,
    X: np.ndarray,
    y: np.ndarray,
    sizes: tuple[int, ...] = SIZES,
) -> list[Job]:
    import torch

    torch.set_num_threads(1)
    x, target = torch.tensor(X, dtype=torch.float32), torch.tensor(y, dtype=torch.float32)
    origin, u, v = (torch.tensor(part, dtype=torch.float32) for part in (plane.origin, plane.u, plane.v))
    t = torch.tensor(grid, dtype=torch.float32)

    def loss(theta: torch.Tensor) -> torch.Tensor:
        a, start = x, 0
        for n_in, n_out in pairwise(sizes):
            W = theta[start : start + n_out * n_in].reshape(n_out, n_in)
            start += n_out * n_in
            a = a @ W.T + theta[start : start + n_out]
            start += n_out
            if n_out != sizes[-1] or start != theta.shape[0]:
                a = torch.tanh(a)
        if sizes[-1] > 1:
            return torch.nn.functional.cross_entropy(a, target)
        return torch.nn.functional.binary_cross_entropy_with_logits(a, target)

    def job(chunk: int) -> Job:
        batched = torch.func.vmap(loss, chunk_size=chunk)

        def run() -> object:
            with torch.no_grad():
                b, a = torch.meshgrid(t, t, indexing="ij")
                thetas = origin + a.reshape(-1, 1) * u + b.reshape(-1, 1) * v
                return batched(thetas).reshape(len(t), len(t)).numpy()

        return run

    return [job(chunk) for chunk in (16, 64, 256, 1024)]


def jax(plane: Plane, grid: np.ndarray, X: np.ndarray, y: np.ndarray, chunks: list[int | None]) -> list[Job]:
    """vmap + jit, samples last as suits it best; a chunk None maps all points at once."""
    import jax
    import jax.numpy as jnp

    x, target = jnp.asarray(X.T, jnp.float32), jnp.asarray(y.T, jnp.float32)
    origin, u, v, t = (jnp.asarray(part, jnp.float32) for part in (plane.origin, plane.u, plane.v, grid))

    def loss(at: jax.Array) -> jax.Array:
        theta = origin + at[0] * u + at[1] * v
        a, start = x, 0
        for layer, (n_in, n_out) in enumerate(pairwise(SIZES), start=2):
            W = theta[start : start + n_out * n_in].reshape(n_out, n_in)
            start += n_out * n_in
            a = W @ a + theta[start : start + n_out, None]
            start += n_out
            if layer < len(SIZES):
                a = jnp.tanh(a)
        return jnp.mean(jnp.maximum(a, 0) - target * a + jnp.log1p(jnp.exp(-jnp.abs(a))))

    def job(chunk: int | None) -> Job:
        @jax.jit
        def surface(t: jax.Array) -> jax.Array:
            b, a = jnp.meshgrid(t, t, indexing="ij")
            at = jnp.stack([a.ravel(), b.ravel()], axis=1)
            values = jax.vmap(loss)(at) if chunk is None else jax.lax.map(loss, at, batch_size=chunk)
            return values.reshape(t.size, t.size)

        return lambda: np.asarray(surface(t).block_until_ready())

    return [job(chunk) for chunk in chunks]


def loss_landscapes_package(X: np.ndarray, y: np.ndarray) -> Job:
    import loss_landscapes
    import torch
    from loss_landscapes.metrics import Loss

    torch.set_num_threads(1)
    model = torch.nn.Sequential(
        torch.nn.Linear(2, 8), torch.nn.Tanh(), torch.nn.Linear(8, 8), torch.nn.Tanh(), torch.nn.Linear(8, 1)
    )
    metric = Loss(
        torch.nn.BCEWithLogitsLoss(),
        torch.tensor(X, dtype=torch.float32),
        torch.tensor(y, dtype=torch.float32),
    )
    return lambda: loss_landscapes.random_plane(model, metric, 1.0, POINTS, "filter", deepcopy_model=True)


@contextlib.contextmanager
def one_core() -> Iterator[None]:
    """Whatever a library starts, it shares one core."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def best_of(jobs: dict[str, list[Job]], rounds: int = ROUNDS) -> dict[str, float]:
    """Milliseconds of the best round of each name's best job; all take turns, quick ones a few at a time."""
    fastest = {}
    for name, candidates in jobs.items():
        for job in candidates:
            job()  # compiles, and warms what can be warmed
        fastest[name] = min((seconds(job), index) for index, job in enumerate(candidates))
    best = {name: took for name, (took, _) in fastest.items()}
    for _ in range(rounds):
        for name, (took, index) in fastest.items():
            for _ in range(3 if took < 0.2 else 1):
                best[name] = min(best[name], seconds(jobs[name][index]))
    return {name: 1e3 * took for name, took in best.items()}


def seconds(job: Job) -> float:
    began = time.perf_counter()
    job()
    return time.perf_counter() - began


def first_and_longest(pieces: Iterator[object], seconds: float) -> tuple[float, float]:
    """Milliseconds to the first picture, and of the longest piece, within so much work."""
    began = last = time.perf_counter()
    first, longest = math.nan, 0.0
    for piece in pieces:
        now = time.perf_counter()
        longest = max(longest, now - last)
        if piece is not None and math.isnan(first):
            first = now - began
        if now - began > seconds and first > 0:
            break
        last = time.perf_counter()
    return 1e3 * first, 1e3 * longest


def of_digits() -> list[tuple[str, float, str]]:
    """Figures of a network with ten classes."""
    network, plane, grid, X, y = the_case(DIGITS, POINTS_OF_DIGITS)
    ours = evaluate(network, plane, grid, grid, X, y)
    jobs: dict[str, list[Job]] = {
        "ours": [lambda: evaluate(network, plane, grid, grid, X, y)],
        "bare": [products_and_functions_alone(DIGITS, POINTS_OF_DIGITS)],
    }
    with contextlib.suppress(ImportError):
        jobs["torch"] = pytorch(plane, grid, X, y, DIGITS)[:3]
        if not np.allclose(jobs["torch"][0](), ours, rtol=1e-4):
            raise AssertionError("PyTorch computes another surface")
    best = best_of(jobs, 2)
    there = "torch" in best
    return [
        ("surface 64-32-10, 51×51, 500 samples: ms", best["ours"], "ms"),
        ("… against its products, tanh and exp alone: ×", best["ours"] / best["bare"], "≤ 1.8"),
        (
            "… torch.func.vmap takes: ×",
            best["torch"] / best["ours"] if there else math.nan,
            "≥ 2" if there else "not installed",
        ),
    ]


def measure() -> list[tuple[str, float, str]]:
    """What was measured, the figure, and what to reach."""
    network, plane, grid, X, y = the_case()
    rows: list[tuple[str, float, str]] = []
    with one_core(), threadpool_limits(limits=1):
        ours = evaluate(network, plane, grid, grid, X, y)
        jobs: dict[str, list[Job]] = {
            "ours": [lambda: evaluate(network, plane, grid, grid, X, y)],
            "bare": [products_and_functions_alone()],
        }
        rivals: dict[str, tuple[str, Callable[[], list[Job]], str]] = {
            "torch": ("torch.func.vmap", lambda: pytorch(plane, grid, X, y), "≥ 6"),
            "jax": ("JAX vmap + jit", lambda: jax(plane, grid, X, y, [None]), "≥ 1.5"),
            "chunked": (
                "JAX in chunks of lax.map",
                lambda: jax(plane, grid, X, y, [16, 64, 256]),
                "for comparison",
            ),
        }
        absent: dict[str, str] = {}
        for name, (_, make, _) in rivals.items():
            try:
                jobs[name] = make()
            except ImportError:
                absent[name] = "not installed"
                continue
            if not np.allclose(jobs[name][0](), ours, rtol=1e-4):
                raise AssertionError(f"{name} computes another surface")
        try:
            jobs["package"] = [loss_landscapes_package(X, y)]
        except ImportError:
            absent["package"] = "not installed"
        best = best_of(jobs)
        rows.append(("surface 2-8-8-1, 101×101, 500 samples: ms", best["ours"], "about 90 ms"))
        rows.append(("… against its tanh and products alone: ×", best["ours"] / best["bare"], "≤ 1.8"))
        titles = {name: (title, reach) for name, (title, _, reach) in rivals.items()}
        titles["package"] = ("the loss-landscapes package", "≥ 15")
        for name, (title, reach) in titles.items():
            figure = best[name] / best["ours"] if name in best else math.nan
            rows.append((f"… {title} takes: ×", figure, absent.get(name, reach)))

        rows += of_digits()
        context = Context(
            Experiment().with_value("network.hidden_layers", (8, 8)).with_value("data.points", 625)
        )
        theta = context.problem.start()
        question = SurfaceQuestion(0, 0, theta, theta[None], kind="random", resolution=401)
        first, longest = first_and_longest(question.answers(context), 1.0)
        rows.append(("first coarse picture of another plane: ms", first, "≤ 50"))
        rows.append(("… longest piece on the way to 401×401: ms", longest, "about 10"))

        large = Network((2, *[64] * 8, 1))
        rng = np.random.default_rng(0)
        X_large = rng.standard_normal((5000, 2))
        y_large = (X_large[:, :1] > 0).astype(float)
        problem = NetworkOnData.of_points(large, X_large, y_large)
        start = large.initial_parameters(rng)
        directions = rng.standard_normal((2, start.size))
        pieces = refine(problem, Plane(start, *directions), Window(-1, 1, -1, 1), 401)
        first, longest = first_and_longest(pieces, 3.0)
        rows.append(("largest case, first coarse picture: ms", first, "coarse first"))
        rows.append(("… longest piece: ms", longest, "≤ 25"))
    return rows


if __name__ == "__main__":
    for what, figure, reach in measure():
        print(f"{what:48} {figure:10.2f}   {reach}")
