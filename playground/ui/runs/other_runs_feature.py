"""The runs beside the present one on the loss plot and the surface."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from playground.drawing.kit.breaks import broken
from playground.drawing.runs import Look, OtherRun
from playground.engine.painted_points import in_one_form
from playground.engine.recording.gaps import rows_after
from playground.engine.recording.history import HistoryView
from playground.same_landscape import landscape_of
from playground.ui.frame.feature import Feature

if TYPE_CHECKING:
    from playground.landscape.plane import Plane
    from playground.ui.frame.workbench import Workbench


@dataclass(frozen=True, eq=False)
class Beside:
    """A run to draw beside the present one: losses (n,) at steps (n,), path (m, P); NaN where they break.

    landscape: what its path belongs to, as same_landscape.landscape_of().
    """

    label: str
    look: Look
    steps: np.ndarray
    losses: np.ndarray
    path: np.ndarray
    landscape: Hashable


BETWEEN = 0.05
"""Seconds between two pictures of other runs while the present one goes on."""

Provider = Callable[[], Sequence[Beside]]


class OtherRunsFeature(Feature):
    """The runs of all providers, with their paths projected when the plane or the runs have changed.

    A provider returns the same objects as long as nothing has changed.
    """

    def __init__(self, window: Workbench):
        super().__init__(window)
        self.providers: list[Provider] = []
        self._drawn: tuple[Any, ...] = ()
        self._plane: Plane | None = None
        self._drawn_at = 0.0

    def frame(self) -> None:
        window = self.window
        if window.snapshot is None or not self.providers:
            return
        runs = tuple(run for provide in self.providers for run in provide())
        answer = window.surface_view.answer
        plane = answer.choice.plane if answer is not None and answer.choice is not None else None
        if plane is self._plane and same(runs, self._drawn):
            return
        now = time.monotonic()
        if len(runs) == len(self._drawn) and now - self._drawn_at < BETWEEN:
            return
        self._drawn_at = now
        if not same(runs, self._drawn):
            window.loss_view.show_others(
                [OtherRun(run.label, run.look, run.steps, run.losses) for run in runs]
            )
        experiment = window.snapshot.view.live
        here = landscape_of(in_one_form(experiment))
        if not same(runs, self._drawn):
            of_here = [
                OtherRun(run.label, run.look, run.steps, run.losses, run.path)
                for run in runs
                if run.landscape == here
            ]
            for feature in window.features:
                if isinstance(feature, Feature):
                    feature.show_beside(of_here)
        self._drawn, self._plane = runs, plane
        on_surface = []
        for run in runs:
            if plane is not None and run.landscape == here and run.path.shape[1] == experiment.n_parameters:
                ab = np.column_stack(plane.project(run.path))
                on_surface.append(OtherRun(run.label, run.look, run.steps, run.losses, ab))
        window.surface_view.show_others(on_surface)


def same(runs: Sequence[Beside], others: Sequence[Beside]) -> bool:
    """Return whether these are the same objects."""
    return len(runs) == len(others) and all(one is other for one, other in zip(runs, others, strict=True))


def losses_of(history: HistoryView) -> tuple[np.ndarray, np.ndarray]:
    """Return the training losses of a history and their steps, with NaN where the record has a gap."""
    train = history.curves["train_loss"]
    return broken(train, rows_after(history.gaps, train.steps))
