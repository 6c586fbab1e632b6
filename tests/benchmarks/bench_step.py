"""A training step beside PyTorch eager and JAX jit, and what history and batching add to it.

Everything in float64 with one thread on one core: loss gradient and gradient-descent update, from the same
parameters on the same batch. PyTorch and JAX are used as their users do, one call a step; JAX is waited for
only at the end of a round. Candidates take turns in many short rounds of processor time, and the best round
of each counts.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")

import numpy as np
from threadpoolctl import threadpool_limits

from playground.engine.network import Network
from playground.engine.stepping.step import WorkingParameters, make_gradient
from playground.engine.trainer import Trainer
from playground.experiment import DataSettings, Experiment, NetworkSettings, TrainingSettings
from tests.support.networks import batch_of

CASES = (
    ((2, 4, 2, 1), 10),
    ((2, 8, 8, 1), 10),
    ((2, 8, 8, 1), 500),
    ((2, 32, 32, 1), 500),
    ((2, 8, 8, 8, 8, 8, 8, 1), 500),
)
DIGITS = (64, 32, 10)
"""A network on handwritten digits: softmax cross-entropy of ten classes."""
CASES_OF_DIGITS = ((DIGITS, 32), (DIGITS, 500))
ALPHA = 0.01
ROUNDS = 50
ROUND_SECONDS = 0.005

Array = np.ndarray
Job = Callable[[int], object]
"""Makes so many steps; returns what must be waited for."""


def the_samples(n: int, sizes: tuple[int, ...]) -> tuple[Array, Array]:
    rng = np.random.default_rng(0)
    X = rng.standard_normal((n, sizes[0]))
    if sizes[-1] > 1:
        return X, np.eye(sizes[-1])[rng.integers(0, sizes[-1], n)]
    return X, (X[:, :1] * X[:, 1:] > 0).astype(float)


class Ours:
    """The step of this program and nothing around it."""

    def __init__(self, network: Network, theta: Array, X: Array, y: Array):
        self.working = WorkingParameters(network)
        self.working.theta[:] = self.working.working(theta)
        columns, rows, target, z = batch_of(network, X, y)
        self._batch = columns, rows, target, z
        self._gradient = make_gradient(network, self.working, len(X))

    def __call__(self, n_steps: int) -> None:
        take_gradient, batch = self._gradient, self._batch
        theta, gradient = self.working.theta, self.working.gradient
        alpha, displacement = np.array(ALPHA), np.empty_like(theta)
        multiply, subtract = np.multiply, np.subtract
        for _ in range(n_steps):
            take_gradient(batch)
            multiply(gradient, alpha, displacement)
            subtract(theta, displacement, theta)

    def parameters(self) -> Array:
        return self.working.public(self.working.theta)


class Torch:
    """torch.nn modules, a loss on logits and torch.optim.SGD, in eager mode."""

    def __init__(self, network: Network, theta: Array, X: Array, y: Array):
        import torch

        torch.set_num_threads(1)
        torch.set_default_dtype(torch.float64)
        layers: list[torch.nn.Module] = []
        for W, b in network.unpack(theta):
            layer = torch.nn.Linear(W.shape[1], W.shape[0])
            with torch.no_grad():
                layer.weight.copy_(torch.from_numpy(W))
                layer.bias.copy_(torch.from_numpy(b))
            layers += [layer, torch.nn.Tanh()]
        self._model = torch.nn.Sequential(*layers[:-1])
        several = network.layer_sizes[-1] > 1
        self._loss = torch.nn.CrossEntropyLoss() if several else torch.nn.BCEWithLogitsLoss()
        self._optimizer = torch.optim.SGD(self._model.parameters(), lr=ALPHA)
        self._X = torch.from_numpy(X)
        # Of several classes PyTorch is given their numbers, with which it is faster.
        self._y = torch.from_numpy(y.argmax(axis=1)) if several else torch.from_numpy(y)

    def __call__(self, n_steps: int) -> None:
        for _ in range(n_steps):
            self._optimizer.zero_grad()
            self._loss(self._model(self._X), self._y).backward()
            self._optimizer.step()

    def parameters(self) -> Array:
        return np.concatenate([p.detach().numpy().ravel() for p in self._model.parameters()])


class Jax:
    """One jitted function from parameters to updated parameters."""

    def __init__(self, network: Network, theta: Array, X: Array, y: Array):
        import jax
        import jax.numpy as jnp

        jax.config.update("jax_enable_x64", True)

        # The loss is returned too, as any training loop wants it; PyTorch computes it anyway.
        def loss(layers: list[Any], X: Array, y: Array) -> Array:
            *hidden, (W, b) = layers
            a = X
            for V, c in hidden:
                a = jnp.tanh(a @ V.T + c)
            z = a @ W.T + b
            if z.shape[1] > 1:
                return -jnp.mean(jnp.sum(y * jax.nn.log_softmax(z), axis=1))
            return jnp.mean(jax.nn.softplus(z) - y * z)

        @jax.jit
        def step(layers: list[Any], X: Array, y: Array) -> tuple[list[Any], Array]:
            value, gradient = jax.value_and_grad(loss)(layers, X, y)
            return jax.tree_util.tree_map(lambda p, g: p - ALPHA * g, layers, gradient), value

        self._step, self._wait = step, jax.block_until_ready
        self._layers = [(jnp.array(W), jnp.array(b)) for W, b in network.unpack(theta)]
        self._X, self._y = jnp.array(X), jnp.array(y)

    def __call__(self, n_steps: int) -> None:
        layers, step, X, y = self._layers, self._step, self._X, self._y
        for _ in range(n_steps):
            layers, _ = step(layers, X, y)
        self._layers = self._wait(layers)

    def parameters(self) -> Array:
        return np.concatenate([np.ravel(np.asarray(part)) for layer in self._layers for part in layer])


def the_whole_trainer(sizes: tuple[int, ...], batch_size: int, full: bool) -> Trainer:
    """A run past its beginning, with a fifth of its points kept for the test."""
    train = batch_size if full else max(200, 4 * batch_size)
    trainer = Trainer(
        Experiment(
            DataSettings(points=train * 5 // 4),
            NetworkSettings(sizes[1:-1]),
            TrainingSettings(learning_rate=ALPHA, batch_size=batch_size),
        )
    )
    trainer.advance(3000)
    return trainer


def best_seconds(jobs: dict[str, Job]) -> dict[str, float]:
    """Seconds a step, each job's best round; they take turns."""
    steps = {}
    for name, job in jobs.items():
        job(3)
        began = time.process_time()
        job(100)
        steps[name] = max(10, int(100 * ROUND_SECONDS / (time.process_time() - began)))
    best = dict.fromkeys(jobs, math.inf)
    for _ in range(ROUNDS):
        for name, job in jobs.items():
            began = time.process_time()
            job(steps[name])
            best[name] = min(best[name], (time.process_time() - began) / steps[name])
    return best


def measure() -> list[tuple[str, float, str]]:
    """What was measured, the figure, and what to reach."""
    rows: list[tuple[str, float, str]] = []
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    with threadpool_limits(limits=1):
        for sizes, batch_size in (*CASES, *CASES_OF_DIGITS):
            rows += figures(sizes, batch_size)
    return rows


def figures(sizes: tuple[int, ...], batch_size: int) -> list[tuple[str, float, str]]:
    several = sizes[-1] > 1
    network = Network(sizes, loss="softmax_cross_entropy" if several else "binary_cross_entropy")
    theta = network.initial_parameters(np.random.default_rng(0))
    X, y = the_samples(batch_size, sizes)
    ours = Ours(network, theta, X, y)
    jobs: dict[str, Job] = {"ours": ours}
    absent = {}
    ours(5)
    for name, make in (("PyTorch", Torch), ("JAX", Jax)):
        try:
            rival = make(network, theta, X, y)
        except ImportError:
            absent[name] = "not installed"
            continue
        rival(5)
        if not np.allclose(rival.parameters(), ours.parameters(), rtol=1e-9, atol=1e-12):
            raise AssertionError(f"{name} makes another step")
        jobs[name] = rival
    best = best_seconds(jobs)
    case = f"{'-'.join(map(str, sizes))}, batch {batch_size}"
    rows = [(f"{case}: a step", 1e6 * best["ours"], "µs")]
    for name, reach in reaches(sizes, batch_size).items():
        figure = best[name] / best["ours"] if name in best else math.nan
        rows.append((f"   {name} takes", figure, absent.get(name, reach)))
    if several:
        return rows
    jobs = {"ours": ours}
    jobs["trainer"] = the_whole_trainer(sizes, batch_size, full=False).advance
    if batch_size > 10:
        jobs["full"] = the_whole_trainer(sizes, batch_size, full=True).advance

    whole = best_seconds(jobs)
    rows.append(("   with history and mini-batches", whole["trainer"] / whole["ours"], "≤ 1.5×"))
    if batch_size > 10:
        rows.append(("   with history, full batch", whole["full"] / whole["ours"], "≤ 1.5×"))
    return rows


def reaches(sizes: tuple[int, ...], batch_size: int) -> dict[str, str]:
    """How many times as long JAX and PyTorch are to take at least."""
    if sizes[-1] > 1:
        return (
            {"JAX": "≥ 2×", "PyTorch": "≥ 6×"} if batch_size < 100 else {"JAX": "≥ 1.25×", "PyTorch": "≥ 3×"}
        )
    return {"JAX": "≥ 1.4×", "PyTorch": "≥ 15×" if batch_size == 10 else "≥ 3.5×"}
