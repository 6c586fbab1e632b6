"""What questions about one experiment share: its samples, its network, its rehearsal."""

from __future__ import annotations

import time

import numpy as np

from playground.arrays import Floats
from playground.engine.datasets import Samples, samples_of
from playground.engine.network import Network, network_of
from playground.engine.stepping.batches import mini_batch
from playground.engine.trainer import Trainer
from playground.experiment import Experiment
from playground.landscape.directions import PlaneChoice, rehearsal_plane
from playground.landscape.pieces import BREATH, Pieces

REHEARSAL_STEPS, FEWEST_STEPS = 600, 20
REHEARSAL_WORK = 4e9
"""Steps × samples × parameters that a rehearsal may cost: a large network rehearses fewer steps."""
STRIDE = 5
"""Where the history thins the path of a large network, every fifth point is taken instead: an odd number, or
steps that leap from one wall of a valley to the other would all be seen on the same wall."""
FAR = 100.0
"""A rehearsed path is shown as far as its loss stays below this many times its first."""


class Context:
    """Everything that the questions of one experiment need, built once where they are answered."""

    def __init__(self, experiment: Experiment) -> None:
        self.experiment = experiment
        self.samples: Samples = samples_of(experiment.data)
        self.base_network: Network = network_of(experiment)
        self._rehearsal: tuple[Floats, PlaneChoice] | None = None

    @property
    def X(self) -> Floats:
        return self.samples.X_train

    @property
    def y(self) -> Floats:
        return self.samples.y_train

    def network(self, l1: float, l2: float) -> Network:
        """The network with these penalties."""
        return self.base_network.with_penalties(l1, l2)

    def rehearsal(self) -> Pieces[tuple[Floats, PlaneChoice]]:
        """The path (n, P) and the plane of the same run computed ahead, found once.

        The run stops where it is no longer finite. Raises PlaneError where it does not move.
        """
        if self._rehearsal is None:
            path, stride = yield from self._rehearsed_path()
            self._rehearsal = path, rehearsal_plane(path, stride)
        return self._rehearsal

    def _rehearsed_path(self) -> Pieces[tuple[Floats, int]]:
        """The path (n, P), and how many steps lie between two of its rows."""
        trainer = Trainer(self.experiment)
        batch = mini_batch(self.experiment.training.batch_size, len(self.X)) or len(self.X)
        size = self.base_network.n_parameters
        steps = int(np.clip(REHEARSAL_WORK / (batch * size), FEWEST_STEPS, REHEARSAL_STEPS))
        sparse = [trainer.parameters]
        breath = time.perf_counter() + BREATH
        for _ in range(0, steps, STRIDE):
            if trainer.advance(STRIDE) < STRIDE:
                break
            sparse.append(trainer.parameters)
            if time.perf_counter() > breath:
                yield
                breath = time.perf_counter() + BREATH
        path = np.array(trainer.history.path)
        whole = len(path) == trainer.step + 1
        return (self._near_part(path), 1) if whole else (self._near_part(np.array(sparse)), STRIDE)

    def _near_part(self, path: Floats) -> Floats:
        losses = self.base_network.losses(path, self.X, self.y)
        far = ~(losses <= FAR * max(losses[0], 1e-3))
        far[:2] = False
        return path[: int(np.argmax(far))] if far.any() else path
