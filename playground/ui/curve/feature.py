"""The curve of a loss of one variable, in the place of the surface."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from playground.drawing.curve.picture import places_on_curve
from playground.engine.problem_of_experiment import formula_of
from playground.ui.curve.view import CurveView
from playground.ui.frame.view_feature import PlotFeature

if TYPE_CHECKING:
    from playground.drawing.runs import OtherRun
    from playground.lab.snapshot import Snapshot
    from playground.ui.frame.workbench import Workbench


class CurveFeature(PlotFeature):
    """Shows the curve where the run has one variable, and the surface everywhere else."""

    view: CurveView

    def __init__(self, window: Workbench):
        super().__init__(window, CurveView())
        self.window.arrangement.stand_in(self.view, False)
        self.view.clicked.connect(self._clicked)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        formula = formula_of(snapshot.problem)
        one = formula is not None and formula.n_parameters == 1
        self.window.arrangement.stand_in(self.view, one)
        super().show_snapshot(snapshot)

    def show_beside(self, runs: Sequence[OtherRun]) -> None:
        snapshot = self.window.snapshot
        formula = None if snapshot is None else formula_of(snapshot.problem)
        if formula is not None and formula.n_parameters == 1:
            self.view.show_others(
                [replace(run, path_ab=places_on_curve(formula, run.path_ab[-1:, 0])) for run in runs]
            )

    def _clicked(self, x: float, _y: float, plain: bool) -> None:
        snapshot = self.window.snapshot
        if plain and snapshot is not None and snapshot.problem.n_parameters == 1:
            self.window.lab.set_parameters(np.array([x]), run=snapshot.run)
