"""The loss over the steps: training and test, the axis log or linear, a mark at every change of α."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtWidgets import QWidget

from playground.drawing.kit.theme import DARK, Theme
from playground.drawing.loss.drawing import LossDrawing
from playground.drawing.runs import OtherRun
from playground.engine.loss_words import TRAINING_CURVE, loss_name
from playground.engine.recording.run_view import RunView
from playground.engine.recording.series import Curve
from playground.engine.usual_scale import is_usually_log
from playground.experiment_formula import FormulaSettings
from playground.lab.lab import Lab
from playground.lab.snapshot import Snapshot
from playground.ui.widgets.scale_box import ScaleBox
from playground.ui.widgets.steps_card import StepsCard

LEAST_HEIGHTS = {560: 128, 420: 88, 0: 68}
"""Smallest height of the view, in pixels, by the least height of all panels together that it is for: with a
plot 90 high; 50 in a small window; 30 on a small screen, where all panels fit then."""
LOW = max(LEAST_HEIGHTS)


class LossView(StepsCard):
    """The loss plot of the newest snapshot."""

    drawing: LossDrawing

    def __init__(self, lab: Lab, parent: QWidget | None = None):
        super().__init__("loss", "Loss", LossDrawing(DARK), parent)
        self.make_room(LOW)
        self._lab = lab
        self._snapshot: Snapshot | None = None
        self.drawn: Snapshot | None = None
        """The moment on the screen."""
        self._legend = False, False, TRAINING_CURVE, True
        """Whether there are batch losses, distances and test losses."""
        self._formula: FormulaSettings | None = None
        self.scale_box = ScaleBox("Axis of the loss plot", "Axis of the loss: log or linear")
        self.scale_box.currentIndexChanged.connect(lambda index: self.drawing.set_log(index == 0))
        self.drawing.set_log(True)
        self.add_tool(self.scale_box)
        self.add_tool(self.export_button)

    @property
    def logarithmic(self) -> bool:
        return self.scale_box.logarithmic

    def show_snapshot(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    @property
    def training_curve(self) -> Curve:
        """The training loss as it is drawn."""
        return self.drawing.shown["train"]

    def show_others(self, runs: Sequence[OtherRun]) -> None:
        """Draw the losses of the runs beside this one."""
        self.drawing.show_others(runs)

    def add_below(self, widget: QWidget) -> None:
        """Put a widget under the plot."""
        self.body.addWidget(widget)

    def make_room(self, height: int) -> None:
        """Keep a readable height, where all panels together have this height; the data card shrinks."""
        self.canvas.setMinimumHeight(next(least for low, least in LEAST_HEIGHTS.items() if height >= low))

    def frame(self) -> bool:
        """Draw what is new, if the view is visible; return whether anything was drawn."""
        if self._snapshot is None or self._snapshot is self.drawn or not self.on_screen():
            return False
        view = self._snapshot.whole
        now = view.step, view.train_loss, view.test_loss
        self._suggest_scale(view)
        self.drawing.show(view.history, now, view.rate_at, view.experiment)
        self.drawing.set_moment(self._snapshot.view.step if self._snapshot.moment else None)
        self.drawn = self._snapshot
        batch, distance = (bool(len(self.drawing.shown[name].steps)) for name in ("batch", "distance"))
        name = loss_name(view.experiment, TRAINING_CURVE)
        if self._legend != (legend := (batch, distance, name, view.experiment.formula is None)):
            self._legend = legend
            self.show_legend(self.drawing.theme)
        return True

    def _suggest_scale(self, view: RunView) -> None:
        """Take the axis that suits the formula, and a linear one once the run goes below 0."""
        formula = view.experiment.formula
        begins, self._formula = formula != self._formula, formula
        if begins or (formula is not None and self.logarithmic and not self.scale_box.is_chosen):
            losses = np.append(view.history.curves["batch_loss"].values, view.train_loss)
            self.scale_box.suggest(is_usually_log(view.experiment, losses))

    def summarise(self) -> None:
        self.describe(self.drawing.summary())

    def legend_text(self, theme: Theme) -> str:
        batches, distances, name, tests = self._legend
        text = f"<span style='color:{theme.text}'>━ {name}</span>"
        if tests:
            text += f"<span style='color:{theme.dim_text}'>&nbsp;&nbsp; ╍ test</span>"
        if distances:
            text += f"<span style='color:{theme.green}'>&nbsp;&nbsp; ┈ distance to the minimum</span>"
        if batches:
            text += f"&nbsp;&nbsp; <span style='color:{self.drawing.faint}'>━</span> each batch"
        return text

    def shorter_legends(self, text: str) -> tuple[str, ...]:
        shorter = text.replace("each batch", "batch")
        batches, distances, *_ = self._legend
        if distances:
            return (text.replace("distance to the minimum", "distance"),)
        return (shorter, shorter.replace("training", "train")) if batches else ()
