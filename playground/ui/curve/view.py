"""The card with the curve of a loss of one variable."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from playground.drawing.curve.drawing import CurveDrawing
from playground.drawing.curve.picture import (
    CurvePicture,
    heights,
    kept_heights,
    picture_of_run,
    range_shown,
    words,
)
from playground.drawing.kit.labels import Box
from playground.drawing.kit.theme import DARK, Theme
from playground.drawing.runs import OtherRun
from playground.drawing.shown_parts import ShownParts
from playground.engine.formula import Formula, rounded_by
from playground.engine.problem_of_experiment import curve_of
from playground.lab.snapshot import Snapshot
from playground.landscape.one_variable import LossCurve, loss_curve
from playground.numerals import ALL_DIGITS, loss_text, number_text
from playground.ui.widgets.plain_label import SteadyParagraph
from playground.ui.widgets.plot_card import PlotCard

TITLE = "Loss curve"
STEP = 0.02
"""Share of the view that one key moves the cross by."""
LINES = 2
"""Of the sentence under the curve: at the usual width the longest takes two."""
WAYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class CurveView(PlotCard):
    """The curve of the present formula with the ball on it."""

    drawing: CurveDrawing
    start_wanted, ball_wanted = Signal(float), Signal(float)
    """Enter at the cross: the run shall start there; with Shift: the ball shall be put there."""

    def __init__(self, parent: QWidget | None = None):
        super().__init__("curve", TITLE, CurveDrawing(DARK), parent)
        self.sentence = SteadyParagraph(LINES, "dim")
        self.body.addWidget(self.sentence)
        self.add_tool(self.export_button)
        self.canvas.setToolTip("Click to start there; drag the ball to put it elsewhere")
        self._snapshot: Snapshot | None = None
        self._drawn: Snapshot | None = None
        self._curve: tuple[object, LossCurve] | None = None
        self._heights: tuple[object, tuple[float, float]] | None = None
        """The expression and the window, and the lowest and highest J of its axis."""
        self._formula: Formula | None = None
        self._update: ShownParts | None = None
        self._limit_hidden = False

    @property
    def ball(self) -> tuple[float, float] | None:
        """Where the ball is, in the numbers of the plot; None where J is not known there."""
        step = None if self.drawing.picture is None else self.drawing.picture.step
        return None if step is None else (step.w, step.loss)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        if self._snapshot is not None and self._snapshot.run != snapshot.run:
            self.drawing.cross.point_at(None)
        self._snapshot = snapshot

    def show_others(self, runs: Sequence[OtherRun]) -> None:
        """Draw the balls of other runs, whose path_ab are places (w, J)."""
        self.drawing.show_others(runs)

    def show_update(self, shown: ShownParts | None) -> None:
        """Draw the parts of the next update before its arrow; None: no longer."""
        if shown is not self._update:
            self._update, self._drawn = shown, None

    def hide_limit(self, on: bool) -> None:
        """Leave the limit out of the sentence, where it would answer a question; or no longer."""
        if on != self._limit_hidden:
            self._limit_hidden = on
            self.summarise()

    def frame(self) -> bool:
        """Draw the newest snapshot, if it is visible; return whether it was drawn."""
        snapshot = self._snapshot
        if snapshot is None or snapshot is self._drawn or not self.on_screen():
            return False
        formula = curve_of(snapshot.problem)
        if formula is None:
            return False
        self._drawn = snapshot
        self.drawing.show(self._picture(snapshot, formula))
        return True

    def summarise(self) -> None:
        """Write the sentence under the curve."""
        picture = self.drawing.picture
        if picture is None or picture.step is None or self._snapshot is None:
            return
        text = words(picture, with_limit=not self._limit_hidden)
        if text != self.sentence.text():
            self.sentence.setText(text)
            self.describe(text)

    def legend_text(self, theme: Theme) -> str:
        return "— J &nbsp; <b>╌</b> second order &nbsp; / tangent"

    def label_boxes(self) -> list[Box]:
        return [box for _, box in (*self.drawing.ink.placed, *self.drawing.others.placed)]

    def hover_text(self, x: float, y: float) -> str:
        picture = self.drawing.picture
        if picture is None:
            return ""
        loss = self.loss_at(x)
        at = number_text(self.readable(x), ALL_DIGITS)
        return f"{picture.name} = {at}\nJ = {loss_text(loss)}" if math.isfinite(loss) else ""

    def _key(self, event: QKeyEvent) -> bool:
        """Move a cross along the curve with Shift and the arrows; Enter takes it, Esc takes it away."""
        cross, key = self.drawing.cross, Qt.Key(event.key())
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if cross.w is not None and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            (self.ball_wanted if shift else self.start_wanted).emit(cross.w)
            return True
        if cross.w is not None and key == Qt.Key.Key_Escape:
            self.end_cross()
            return True
        if not shift or key not in WAYS or self.ball is None:
            return super()._key(event)
        left, right = self.drawing.box.viewRange()[0]
        begun = self.ball[0] if cross.w is None else cross.w
        w = min(max(begun + STEP * WAYS[key] * (right - left), left), right)
        loss = self.loss_at(w)
        cross.point_at(w, loss)
        self._pointer = self.drawing.box.mapViewToScene(QPointF(w, 0.0 if math.isnan(loss) else loss))
        self._show_readout()
        return True

    def end_cross(self) -> None:
        if self.drawing.cross.w is not None:
            self.drawing.cross.point_at(None)
            self._end_hover()

    def readable(self, w: float) -> float:
        """Return a value of the variable in as many digits as can be pointed at."""
        left, right = self.drawing.box.viewRange()[0]
        return float(rounded_by(np.array([right - left]), np.array([w]))[0])

    def loss_at(self, w: float) -> float:
        """Return J at a value of the variable; NaN where it is not finite, or nothing is drawn."""
        if self.drawing.picture is None or self._formula is None:
            return math.nan
        loss = float(self._formula.losses(np.array([[w]]))[0])
        return loss if math.isfinite(loss) else math.nan

    def _picture(self, snapshot: Snapshot, formula: Formula) -> CurvePicture:
        self._formula = formula
        low, high = range_shown(formula, snapshot.view)
        about = formula.settings.function, formula.l1, formula.l2, low, high
        if self._curve is None or self._curve[0] != about:
            self._curve = about, loss_curve(formula, low, high)
        picture = picture_of_run(formula, snapshot.view, self._curve[1])
        # A constant that changes is seen in the shape of the curve, not in the numbers of an axis that moves.
        family = formula.settings.expression, formula.settings.variables, low, high
        if self._heights is None or self._heights[0] != family:
            self._heights = family, heights(picture.curve)
        ball = math.nan if picture.step is None else picture.step.loss
        self._heights = family, kept_heights(self._heights[1], picture.curve, ball)
        return replace(picture, update=self._update, heights=self._heights[1])
