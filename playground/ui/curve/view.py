"""The card with the curve of a loss of one variable."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from PySide6.QtWidgets import QWidget

from playground.drawing.curve.drawing import CurveDrawing
from playground.drawing.curve.picture import CurvePicture, picture_of_run, range_shown, words
from playground.drawing.kit.theme import DARK, Theme
from playground.drawing.runs import OtherRun
from playground.engine.formula import Formula
from playground.engine.problem_of_experiment import formula_of
from playground.engine.update_parts import ShownParts
from playground.lab.snapshot import Snapshot
from playground.landscape.one_variable import LossCurve, loss_curve
from playground.numerals import loss_text, number_text
from playground.ui.style import set_role
from playground.ui.widgets.plain_label import Paragraph
from playground.ui.widgets.plot_card import PlotCard


class CurveView(PlotCard):
    """The curve of the present formula with the ball on it."""

    drawing: CurveDrawing

    def __init__(self, parent: QWidget | None = None):
        super().__init__("curve", "Loss curve", CurveDrawing(DARK), parent)
        self.sentence = Paragraph()
        set_role(self.sentence, "dim")
        self.body.addWidget(self.sentence)
        self.add_tool(self.export_button)
        self._snapshot: Snapshot | None = None
        self._drawn: Snapshot | None = None
        self._curve: tuple[object, LossCurve] | None = None
        self._update: ShownParts | None = None

    def show_snapshot(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def show_others(self, runs: Sequence[OtherRun]) -> None:
        """Draw the balls of other runs, whose path_ab are places (w, J)."""
        self.drawing.show_others(runs)

    def show_update(self, shown: ShownParts | None) -> None:
        """Draw the parts of the next update before its arrow; None: no longer."""
        if shown is not self._update:
            self._update, self._drawn = shown, None

    def frame(self) -> bool:
        """Draw the newest snapshot, if it is visible; return whether it was drawn."""
        snapshot = self._snapshot
        if snapshot is None or snapshot is self._drawn or not self.on_screen():
            return False
        formula = formula_of(snapshot.problem)
        if formula is None or formula.n_parameters != 1:
            return False
        self._drawn = snapshot
        self.drawing.show(self._picture(snapshot, formula))
        return True

    def summarise(self) -> None:
        """Write the sentence under the curve."""
        picture = self.drawing.picture
        if picture is None or picture.step is None or self._snapshot is None:
            return
        text = words(picture.step, picture.name)
        if text != self.sentence.text():
            self.sentence.setText(text)
            self.describe(text)

    def legend_text(self, theme: Theme) -> str:
        return "— J &nbsp; <b>╌</b> second order &nbsp; / tangent"

    def hover_text(self, x: float, y: float) -> str:
        picture = self.drawing.picture
        if picture is None:
            return ""
        curve = picture.curve
        loss = float(np.interp(x, curve.w, curve.losses))
        return f"{picture.name} = {number_text(x, 4)}\nJ = {loss_text(loss)}" if math.isfinite(loss) else ""

    def _picture(self, snapshot: Snapshot, formula: Formula) -> CurvePicture:
        low, high = range_shown(formula, snapshot.view)
        about = formula.settings.function, formula.l1, formula.l2, low, high
        if self._curve is None or self._curve[0] != about:
            self._curve = about, loss_curve(formula, low, high)
        return replace(picture_of_run(formula, snapshot.view, self._curve[1]), update=self._update)
