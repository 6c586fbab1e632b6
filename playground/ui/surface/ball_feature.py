"""The whole landscape of a formula of two variables in the hand: start here, and drag the ball."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from playground.arrays import Array
from playground.engine.formula import rounded_by
from playground.engine.problem_of_experiment import formula_of
from playground.experiment import Experiment
from playground.lab.snapshot import Snapshot
from playground.ui.frame.feature import Feature
from playground.ui.frame.parameters_in_hand import ParametersInHand
from playground.ui.frame.starting_here import ball_put, start_here
from playground.ui.widgets.held_ball import HeldBall

if TYPE_CHECKING:
    from playground.ui.frame.workbench import Workbench


class BallFeature(Feature):
    """A click begins the run again there; a ball that is dragged stays in its run, as a change by hand."""

    def __init__(self, window: Workbench):
        super().__init__(window)
        self._surface = window.surface_view
        self._in_hand = ParametersInHand(window)
        self.ball = HeldBall(self._surface, self._place)
        self.ball.moved.connect(self._put)
        self._surface.start_wanted.connect(self._start)
        self._surface.ball_wanted.connect(lambda a, b: self._put(a, b, False))

    def show_snapshot(self, snapshot: Snapshot) -> None:
        self._in_hand.show_snapshot(snapshot)

    def run_replaced(self, experiment: Experiment) -> None:
        self._in_hand.run_replaced()

    def _place(self) -> tuple[float, float] | None:
        plane, theta = self._surface.plane, self._surface.parameters_now()
        if not self._surface.is_whole or plane is None or theta is None or theta.size != 2:
            return None
        return plane.project(theta)

    def _start(self, a: float, b: float) -> None:
        if (plane := self._surface.plane) is not None and self._surface.is_whole:
            start_here(self.window, self._readable(plane.at(a, b)))

    def _readable(self, theta: Array) -> Array:
        """Return θ (2,) in as many digits as can be pointed at: its axes are those of the picture."""
        answer = self._surface.answer
        if answer is None or answer.window is None:
            return theta
        shown = answer.window
        return rounded_by(np.array([shown.a_max - shown.a_min, shown.b_max - shown.b_min]), theta)

    def _put(self, a: float, b: float, more: bool) -> None:
        plane, snapshot = self._surface.plane, self.window.snapshot
        formula = None if snapshot is None else formula_of(snapshot.problem)
        if plane is None or formula is None:
            return
        theta = self._readable(plane.at(a, b))
        words = ball_put(formula.settings.names, theta)
        self._in_hand.request(lambda now: theta if now.size == theta.size else None, words, more)
