"""What questions about one experiment share: its problem and its rehearsal."""

from __future__ import annotations

import time

import numpy as np

from playground.arrays import Floats
from playground.engine.datasets import samples_of
from playground.engine.fewer_points import with_fewer_points
from playground.engine.network_on_data import NetworkOnData
from playground.engine.problem import Problem
from playground.engine.problem_of_experiment import network_on_data, problem_of
from playground.engine.stepping.batches import mini_batch
from playground.engine.trainer import Trainer
from playground.experiment import DataSettings, Experiment
from playground.landscape.directions import PlaneChoice, rehearsal_plane
from playground.landscape.pieces import BREATH, Pieces

REHEARSAL_STEPS, FEWEST_STEPS = 600, 20
REHEARSAL_WORK = 4e9
"""Maximum of steps × samples × parameters of a rehearsal: a large network rehearses fewer steps."""
STRIDE = 5
"""Where the history thins the path of a large network, every fifth point is taken instead.

The number is odd, or steps that leap from one wall of a valley to the other would all be on the same wall.
"""
FAR = 100.0
"""A rehearsed path is used as far as its loss stays below this many times its first."""


class Context:
    """Everything that the questions of one experiment need, built once where they are answered.

    problem is that of the experiment unless another is given, with the penalties that a run starts with.
    """

    def __init__(self, experiment: Experiment, problem: Problem | None = None) -> None:
        self.experiment = experiment
        if problem is None:
            problem = problem_of(experiment)
        self.problem: Problem = problem.with_penalties(experiment.training.l1, experiment.training.l2)
        self._rehearsal: tuple[Floats, PlaneChoice] | None = None
        self._of_start: Context | None = None
        self._fewer: Problem | None = None

    @staticmethod
    def of(experiment: Experiment, data: DataSettings | None) -> Context:
        """Return the context of a run of this experiment, data: its present points."""
        context = Context(experiment)
        return context if data is None or data == experiment.data else context.on_points(data)

    def on_points(self, data: DataSettings) -> Context:
        """Return the context of a run of this experiment whose points have been changed to these.

        The rehearsal stays that of the run as it was started.
        """
        context = Context(self.experiment, self.network_on_data.on_samples(samples_of(data)))
        context._of_start = self
        return context

    @property
    def first_problem(self) -> Problem:
        """The problem that the run began with; problem is on its present points."""
        return self.problem if self._of_start is None else self._of_start.problem

    def with_fewer_points(self) -> Problem:
        """Return the problem with the points that stand for many, drawn once by the seed of the data."""
        if self._fewer is None:
            data = self.experiment.data
            self._fewer = with_fewer_points(self.problem, 0 if data is None else data.seed)
        return self._fewer

    @property
    def network_on_data(self) -> NetworkOnData:
        """The problem as a network on data, for questions about networks.

        Raises LookupError where it is none: such a question must not be asked then.
        """
        on_data = network_on_data(self.problem)
        if on_data is None:
            raise LookupError("the experiment has no network.")
        return on_data

    def rehearsal(self) -> Pieces[tuple[Floats, PlaneChoice]]:
        """Compute the path (n, P) and the plane of the same run computed ahead, once.

        The run stops where it is no longer finite. Raises PlaneError where it does not move.
        """
        if self._of_start is not None:
            return (yield from self._of_start.rehearsal())
        if self._rehearsal is None:
            path, stride = yield from self._rehearsed_path()
            self._rehearsal = path, rehearsal_plane(path, stride)
        return self._rehearsal

    def _rehearsed_path(self) -> Pieces[tuple[Floats, int]]:
        """Compute the path (n, P), and the number of steps between two of its rows."""
        trainer = Trainer(self.experiment, self.problem)
        n_samples = self.problem.n_samples
        batch = mini_batch(self.experiment.training.batch_size, n_samples) or n_samples
        size = self.problem.n_parameters
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
        losses = self.problem.losses(path)
        far = ~(losses <= FAR * max(losses[0], 1e-3))
        far[:2] = False
        return path[: int(np.argmax(far))] if far.any() else path
