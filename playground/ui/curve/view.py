"""The card with the curve of a loss of one variable."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtWidgets import QWidget

from playground.drawing.curve.drawing import PAST, CurveDrawing, CurvePicture
from playground.drawing.kit.theme import DARK, Theme
from playground.engine.formula import Formula
from playground.engine.problem_of_experiment import formula_of
from playground.engine.stepping.preview import next_step
from playground.lab.snapshot import Snapshot
from playground.landscape.directions import widened
from playground.landscape.one_variable import LossCurve, StepOnCurve, loss_curve, step_on_curve
from playground.landscape.plane import Window
from playground.numerals import loss_text, number_text, rate_text
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

    def show_snapshot(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

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
        view = snapshot.view
        path = view.history.path[-PAST:, 0]
        curve = self._curve_for(formula, path)
        step = None
        if math.isfinite(view.train_loss):
            coming = next_step(formula, view.checkpoint, view.settings)
            w, gradient, landing = (float(of[0]) for of in (coming.before, coming.gradient, coming.after))
            step = step_on_curve(formula, w, gradient, landing, coming.learning_rate)
        first = np.array(formula.settings.first)
        return CurvePicture(
            formula.parameter_name(0),
            curve,
            step,
            _with_losses(formula, path),
            (float(first[0]), formula.loss(first)),
            _with_losses(formula, formula.minima[:, 0]),
        )

    def _curve_for(self, formula: Formula, path: np.ndarray) -> LossCurve:
        """Return the curve over the window, wider where the ball has left it; computed once."""
        low, high = formula.settings.limits[0]
        wide = widened(Window(low, high, 0.0, 1.0), path, np.zeros(len(path)))
        about = formula.settings.function, formula.l1, formula.l2, wide.a_min, wide.a_max
        if self._curve is None or self._curve[0] != about:
            self._curve = about, loss_curve(formula, wide.a_min, wide.a_max)
        return self._curve[1]


def words(step: StepOnCurve, name: str) -> str:
    """Return the numbers of the update rule, and what the limit says of this α."""
    rule = f"{name} := {number_text(step.w, 4)} − {rate_text(step.rate)} · {number_text(step.gradient, 4)}"
    if not step.plain:
        rule = f"{name} := {number_text(step.landing, 4)}"
    else:
        rule += f" = {number_text(step.landing, 4)}"
    bend = f"J″ = {number_text(step.bend, 4)}"
    if step.limit is None:
        return f"{rule}. {bend}: not positive here, so there is no limit of second order."
    side = "below" if step.rate < step.limit else "above" if step.rate > step.limit else "at"
    return f"{rule}. {bend}: the limit is 2/J″ = {rate_text(step.limit)}, and α is {side} it."


def _with_losses(formula: Formula, w: np.ndarray) -> np.ndarray:
    """Return (n, 2): values of the variable and J there."""
    return np.column_stack([w, formula.losses(np.asarray(w)[:, np.newaxis])])
