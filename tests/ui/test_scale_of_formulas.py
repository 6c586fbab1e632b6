"""The scale of J fits the formula until one is chosen: on the surface, in the loss plot, in figures."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt

from playground.drawing.kit.theme import LIGHT
from playground.drawing.loss.drawing import LossDrawing
from playground.drawing.runs import Look, OtherRun
from playground.engine.formula_presets import FORMULA_PRESETS
from playground.engine.trainer import Trainer
from playground.engine.usual_scale import is_usually_log
from playground.experiment import Experiment, ExperimentFile, TrainingSettings
from playground.experiment_formula import FormulaSettings
from playground.export.figure import Figure
from playground.export.figures import loss_figure
from tests.support.stories import surface_is_there


def preset(name: str) -> Experiment:
    return FORMULA_PRESETS[name].experiment


def scales(window) -> tuple[bool, bool]:
    return window.surface_view.wish.log_scale, window.loss_view.logarithmic


@pytest.mark.parametrize("name", FORMULA_PRESETS)
def test_a_preset_is_shown_on_a_linear_scale_where_its_j_goes_below_zero(name: str) -> None:
    formula = FORMULA_PRESETS[name].formula
    low, high = np.array(formula.limits).T
    points = low + np.random.default_rng(1).random((5000, len(low))) * (high - low)
    below = bool((Trainer(preset(name)).problem.losses(points) < 0).any())
    assert is_usually_log(preset(name)) is not below
    assert is_usually_log(Experiment())


def test_rounding_at_a_minimum_of_zero_is_no_negative_j() -> None:
    squared = FormulaSettings("w^4 - 2*w^2 + 1", ("w",), (0.5,), ((-2.0, 2.0),))
    assert is_usually_log(Experiment(formula=squared))


def test_a_saddle_opens_linear_and_the_next_tile_is_logarithmic_again(qtbot, open_window) -> None:
    window = open_window(ExperimentFile(preset("saddle")))
    qtbot.waitUntil(lambda: surface_is_there(window))
    qtbot.waitUntil(lambda: scales(window) == (False, False))
    picture = window.surface_view.picture()
    assert not picture.log_scale
    levels = window.surface_view.drawing.levels
    assert levels is not None
    assert not levels.logarithmic
    assert levels.low < 0
    window.lab.set_experiment(preset("himmelblau"))
    qtbot.waitUntil(lambda: scales(window) == (True, True))
    window.lab.set_experiment(Experiment())
    qtbot.waitUntil(lambda: window.snapshot.view.experiment.formula is None)
    qtbot.waitUntil(lambda: window.loss_view.drawn is window.snapshot)
    assert scales(window) == (True, True)


def test_a_scale_that_the_user_chose_stays(qtbot, open_window) -> None:
    window = open_window(ExperimentFile(preset("saddle")))
    qtbot.waitUntil(lambda: scales(window) == (False, False))
    for box in (window.surface_view.scale_box, window.loss_view.scale_box):
        qtbot.keyClick(box, Qt.Key.Key_Up)
    assert scales(window) == (True, True)
    window.lab.set_experiment(preset("monkey_saddle"))
    qtbot.waitUntil(lambda: surface_is_there(window) and window.loss_view.drawn is window.snapshot)
    assert scales(window) == (True, True)


def test_a_run_that_goes_below_zero_outside_its_window_changes_the_axis(qtbot, open_window) -> None:
    formula = FormulaSettings("w^3", ("w",), (0.9,), ((0.1, 1.0),))
    training = TrainingSettings(learning_rate=0.5)
    window = open_window(ExperimentFile(Experiment(formula=formula, training=training)))
    qtbot.waitUntil(lambda: window.loss_view.drawn is not None)
    assert window.loss_view.logarithmic
    window.lab.run_exactly(4)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 4 and window.snapshot.view.train_loss < 0)
    qtbot.waitUntil(lambda: not window.loss_view.logarithmic)


def test_a_figure_of_a_saddle_without_a_window_is_linear_and_holds_all_of_the_curve(qtbot) -> None:
    trainer = Trainer(preset("saddle"))
    trainer.advance(45)
    view = trainer.view()
    assert view.train_loss < 0
    figure = loss_figure(view)(LIGHT)
    assert isinstance(figure, Figure)
    drawing = figure.owner
    assert isinstance(drawing, LossDrawing)
    assert not drawing.logarithmic
    _, low, high = drawing.limits()
    assert low <= view.train_loss
    assert high >= float(view.history.curves["train_loss"].values.max())


def test_other_runs_below_zero_widen_a_linear_axis_within_reach(qtbot) -> None:
    trainer = Trainer(preset("saddle"))
    trainer.advance(5)
    view = trainer.view()
    drawing = LossDrawing(LIGHT)
    drawing.set_log(False)
    drawing.show(view.history, None, view.rate_at, view.experiment)
    steps = np.arange(3)
    drawing.show_others([OtherRun("one", Look(0), steps, np.array([3.24, -5.0, -20.0]))])
    assert drawing.limits()[1] <= -20.0
    drawing.show_others([OtherRun("far", Look(1), steps, np.array([3.24, -5.0, -1e80]))])
    assert -1000.0 < drawing.limits()[1] < -300.0, "as far as REACH times the size of its own J"
