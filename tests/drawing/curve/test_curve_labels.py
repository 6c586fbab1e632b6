"""Labels and names on the curve of one variable: beside each other, clear of the balls, at the edge."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pyqtgraph as pg
import pytest

from playground.drawing.curve.drawing import CurveDrawing
from playground.drawing.curve.picture import picture_of_run, places_on_curve
from playground.drawing.kit.labels import overlap
from playground.drawing.kit.theme import DARK
from playground.drawing.runs import Look, OtherRun
from playground.engine.formula import Formula
from playground.engine.formula_presets import FORMULA_PRESETS
from playground.engine.optimizers import OPTIMIZERS
from playground.engine.trainer import Trainer


class Shown:
    """A run of a preset on a curve of the usual size, painted with the balls of other runs."""

    def __init__(self, qtbot, preset: str, steps: int):
        self.trainer = Trainer(FORMULA_PRESETS[preset].experiment)
        self.trainer.advance(steps)
        assert isinstance(self.trainer.problem, Formula)
        self.formula = self.trainer.problem
        self.drawing = CurveDrawing(DARK)
        self.drawing.show(picture_of_run(self.formula, self.trainer.view()))
        self.widget = pg.GraphicsView()
        qtbot.addWidget(self.widget)
        self.widget.setCentralItem(self.drawing.item)
        self.widget.resize(640, 400)
        self.widget.show()

    def race(self, w: list[float]) -> list[str]:
        """Return the names that are written beside the balls of runs at these places."""
        names, none = [info.title for info in OPTIMIZERS.values()], np.empty(0)
        places = places_on_curve(self.formula, np.array(w))
        self.drawing.show_others(
            [OtherRun(names[k], Look(k), none, none, places[k : k + 1]) for k in range(len(names))]
        )
        self.widget.grab()
        return [text for text, _ in self.drawing.others.placed]


@pytest.mark.parametrize("at", ["ball", "minimum"])
def test_seven_balls_on_one_point_have_one_name(qtbot, at: str) -> None:
    shown = Shown(qtbot, "two_minima", 4)
    place = float(shown.trainer.parameters[0]) if at == "ball" else float(shown.formula.minima[0, 0])
    assert shown.race([place] * 7) == ["7 runs here"]
    # One by itself and two together have their names.
    names = shown.race([place] * 4 + [1.8, -1.8, -1.8])
    assert set(names) == {"4 runs here", "AdaGrad", "Adam", "AdamW"}
    boxes = [box for _, box in [*shown.drawing.ink.placed, *shown.drawing.others.placed]]
    assert not any(overlap(one, other) for one, other in combinations(boxes, 2))


def test_labels_at_a_minimum_do_not_lie_on_the_curve(qtbot) -> None:
    shown = Shown(qtbot, "parabola", 30)
    shown.widget.grab()
    ink = shown.drawing.ink
    assert len(ink.placed) >= 2
    for _, (left, top, right, bottom) in ink.placed:
        x, y = ink.line.T
        assert not ((x > left) & (x < right) & (y > top) & (y < bottom)).any()


def test_a_ball_outside_the_view_has_a_sign_at_the_edge(qtbot) -> None:
    shown = Shown(qtbot, "parabola", 0)
    shown.widget.grab()
    assert not any(text.startswith("ball: ") for text, _ in shown.drawing.ink.placed)
    shown.drawing.box.setRange(xRange=(-1.0, 0.5), yRange=(-0.2, 1.0), padding=0.0)
    shown.widget.grab()
    w = float(shown.trainer.parameters[0])
    (sign,) = [(text, box) for text, box in shown.drawing.ink.placed if text.startswith("ball: ")]
    assert sign[0].startswith(f"ball: w = {w:.3g}, J = ")
    # Beyond the upper right corner.
    assert sign[1][2] > 0.6 * shown.widget.width()
    assert sign[1][1] < 0.3 * shown.widget.height()
