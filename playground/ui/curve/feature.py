"""The curve of a loss of one variable, in the place of the surface: start here, and drag the ball."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from playground.drawing.curve.picture import places_on_curve
from playground.engine.problem_of_experiment import curve_of
from playground.experiment import Experiment
from playground.ui.curve.view import TITLE, CurveView
from playground.ui.frame.parameters_in_hand import ParametersInHand
from playground.ui.frame.starting_here import ball_put, start_here
from playground.ui.frame.view_feature import PlotFeature
from playground.ui.widgets.held_ball import HeldBall

if TYPE_CHECKING:
    from playground.drawing.runs import OtherRun
    from playground.lab.snapshot import Snapshot
    from playground.ui.frame.workbench import Workbench


class CurveFeature(PlotFeature):
    """Shows the curve where the run has one variable, and the surface everywhere else.

    A click begins the run again there; a ball that is dragged stays in its run, as a change by hand.
    """

    view: CurveView

    def __init__(self, window: Workbench):
        super().__init__(window, CurveView())
        self.window.arrangement.stand_in(self.view, False, TITLE)
        window.exporter.balls_beside = lambda: self.view.drawing.others.runs
        self._in_hand = ParametersInHand(window)
        self.ball = HeldBall(self.view, lambda: self.view.ball)
        self.ball.moved.connect(lambda w, _, more: self._put(w, more))
        self.view.clicked.connect(lambda w, _, plain: self._start(w) if plain else None)
        self.view.start_wanted.connect(self._start)
        self.view.ball_wanted.connect(lambda w: self._put(w, False))
        window.strip.concealed_changed.connect(self._hide_limit)

    def _hide_limit(self) -> None:
        self.view.hide_limit(self.window.strip.marks.concealed)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        self.window.arrangement.stand_in(self.view, curve_of(snapshot.problem) is not None, TITLE)
        super().show_snapshot(snapshot)
        self._in_hand.show_snapshot(snapshot)

    def show_beside(self, runs: Sequence[OtherRun]) -> None:
        snapshot = self.window.snapshot
        formula = None if snapshot is None else curve_of(snapshot.problem)
        if formula is not None:
            self.view.show_others(
                [replace(run, path_ab=places_on_curve(formula, run.path_ab[-1:, 0])) for run in runs]
            )

    def run_replaced(self, experiment: Experiment) -> None:
        self._in_hand.run_replaced()

    def _start(self, w: float) -> None:
        snapshot = self.window.snapshot
        if snapshot is not None and curve_of(snapshot.problem) is not None:
            start_here(self.window, np.array([self.view.readable(w)]))

    def _put(self, w: float, more: bool) -> None:
        snapshot = self.window.snapshot
        formula = None if snapshot is None else curve_of(snapshot.problem)
        if formula is None:
            return
        theta = np.array([self.view.readable(w)])
        words = ball_put(formula.settings.names, theta)
        self._in_hand.request(lambda now: theta if now.size == 1 else None, words, more)
