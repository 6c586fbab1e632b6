"""The whole landscape of a formula: a click starts there, the ball is dragged, and keys do both."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from pytestqt.exceptions import capture_exceptions

from playground.engine.formula_presets import FORMULA_PRESETS
from playground.engine.trainer import Trainer
from playground.experiment import Experiment, ExperimentFile
from playground.experiment_formula import FormulaSettings
from playground.numerals import number_text
from playground.ui.curve.feature import CurveFeature
from playground.ui.main_window import MainWindow
from playground.ui.surface.ball_feature import BallFeature
from playground.ui.widgets.held_ball import HeldBall
from playground.ui.widgets.plot_card import PlotCard
from tests.support.features import feature_of


def pixel(card: PlotCard, place: tuple[float, float]) -> QPoint:
    """A place of the plot in pixels of its canvas."""
    return card.canvas.mapFromScene(card.drawing.box.mapViewToScene(QPointF(*place)))


def click(qtbot, card: PlotCard, place: tuple[float, float]) -> None:
    qtbot.mouseClick(card.canvas.viewport(), Qt.MouseButton.LeftButton, pos=pixel(card, place))


def drag(qtbot, card: PlotCard, places: list[tuple[float, float]]) -> None:
    viewport, left = card.canvas.viewport(), Qt.MouseButton.LeftButton
    qtbot.mousePress(viewport, left, pos=pixel(card, places[0]))
    for place in places[1:]:
        qtbot.mouseMove(viewport, pixel(card, place))
    qtbot.mouseRelease(viewport, left, pos=pixel(card, places[-1]))


def at_step(window: MainWindow, step: int, qtbot) -> None:
    window.lab.run_exactly(step)
    qtbot.waitUntil(lambda: window.snapshot.view.step == step and window.lab.state == "paused")


@pytest.fixture
def bowl(open_window, qtbot) -> MainWindow:
    window: MainWindow = open_window(ExperimentFile(FORMULA_PRESETS["bowl"].experiment))
    qtbot.waitUntil(lambda: window.surface_view.plane is not None and window.surface_view.is_whole)
    at_step(window, 5, qtbot)
    qtbot.waitUntil(lambda: window.surface_view.settled)
    return window


@pytest.fixture
def parabola(open_window, qtbot) -> tuple[MainWindow, CurveFeature]:
    window = open_window(ExperimentFile(FORMULA_PRESETS["parabola"].experiment))
    feature = feature_of(window, CurveFeature)
    at_step(window, 3, qtbot)
    theta = window.snapshot.view.parameters[0]
    qtbot.waitUntil(lambda: feature.view.ball[0] == theta)
    return window, feature


def replayed(window: MainWindow) -> Any:
    """θ of the experiment and log on the screen, run again from the start."""
    file = window.snapshot.view.experiment_file
    trainer = Trainer(file.experiment)
    for change in file.changes:
        trainer.advance(change.step - trainer.step)
        trainer.make(change)
    trainer.advance(window.snapshot.view.step - trainer.step)
    return trainer.parameters


def test_a_click_on_the_surface_starts_there_and_undo_brings_the_run_back(bowl: MainWindow, qtbot) -> None:
    view, before = bowl.surface_view, bowl.snapshot.view.parameters
    # All its cells are computed by then: a later answer would be another picture.
    qtbot.waitUntil(lambda: view.settled and view.answer.exact)
    shown = view.answer
    click(qtbot, view, (1.5, -2.0))
    qtbot.waitUntil(lambda: bowl.snapshot.view.step == 0)
    start = bowl.lab.experiment.formula.first
    # To a pixel, in numbers of a thousandth of the picture.
    width, height = view.pixel_size
    assert start == pytest.approx((1.5, -2.0), abs=max(abs(width), abs(height)))
    assert start == tuple(round(value, 3) for value in start)
    assert bowl.snapshot.view.parameters == pytest.approx(start)
    # It is the same landscape: it stays on the screen, also while it is computed again.
    drawn = view.shown.picture
    finest = drawn.surface if drawn.finer is None else drawn.finer
    np.testing.assert_array_equal(finest.values, shown.surface.values)
    qtbot.waitUntil(lambda: view.settled and view.answer.exact)
    np.testing.assert_array_equal(view.answer.surface.values, shown.surface.values)
    bowl.actions_by_name["undo"].trigger()
    qtbot.waitUntil(lambda: bowl.snapshot.view.step == 5)
    assert (bowl.snapshot.view.parameters == before).all()


def test_a_double_click_is_one_start(bowl: MainWindow, qtbot) -> None:
    view, left = bowl.surface_view, Qt.MouseButton.LeftButton
    place = pixel(view, (-1.0, 2.0))
    qtbot.mouseClick(view.canvas.viewport(), left, pos=place)
    qtbot.mouseDClick(view.canvas.viewport(), left, pos=place)
    qtbot.waitUntil(lambda: bowl.snapshot.view.step == 0)
    assert bowl.snapshot.view.experiment_file.changes == ()
    bowl.actions_by_name["undo"].trigger()
    qtbot.waitUntil(lambda: bowl.snapshot.view.step == 5)


def test_the_ball_is_dragged_over_the_surface_in_its_run(bowl: MainWindow, qtbot) -> None:
    view, before = bowl.surface_view, bowl.snapshot.view.parameters
    feature = feature_of(bowl, BallFeature)
    a, b = before.tolist()
    drag(qtbot, view, [(a, b), (0.5, 0.5), (2.0, 1.0)])
    assert not feature.ball.held
    qtbot.waitUntil(lambda: abs(bowl.snapshot.view.parameters[0] - 2.0) < 0.1)
    qtbot.waitUntil(lambda: "The ball is at x = " in bowl.notices.text)
    assert bowl.snapshot.view.step == 5
    assert bowl.lab.experiment.formula == FORMULA_PRESETS["bowl"].formula
    bowl.lab.run_exactly(4)
    qtbot.waitUntil(lambda: bowl.snapshot.view.step == 9)
    assert (replayed(bowl) == bowl.snapshot.view.parameters).all()
    bowl.actions_by_name["undo"].trigger()
    qtbot.waitUntil(lambda: (bowl.snapshot.view.parameters == before).all())


def test_a_click_on_the_ball_with_an_unsteady_hand_leaves_it_where_it_is(bowl: MainWindow, qtbot) -> None:
    viewport, left = bowl.surface_view.canvas.viewport(), Qt.MouseButton.LeftButton
    before = bowl.snapshot.view
    place = pixel(bowl.surface_view, tuple(before.parameters.tolist()))
    near = place + QPoint(1, 1)
    qtbot.mousePress(viewport, left, pos=place)
    qtbot.mouseMove(viewport, near)
    qtbot.mouseRelease(viewport, left, pos=near)
    bowl.actions_by_name["step"].trigger()
    qtbot.waitUntil(lambda: bowl.snapshot.view.step == before.step + 1)
    assert bowl.snapshot.view.history.changes == before.history.changes
    assert bowl.snapshot.run == 1


def test_a_run_waits_while_its_ball_is_held_and_goes_on(bowl: MainWindow, qtbot) -> None:
    view, left = bowl.surface_view, Qt.MouseButton.LeftButton
    bowl.lab.set_learning_rate(1e-6)
    bowl.lab.run()
    qtbot.waitUntil(lambda: bowl.snapshot.state == "running" and bowl.snapshot.view.step > 5)
    a, b = bowl.snapshot.view.parameters.tolist()
    qtbot.mousePress(view.canvas.viewport(), left, pos=pixel(view, (a, b)))
    qtbot.mouseMove(view.canvas.viewport(), pixel(view, (1.0, 1.0)))
    qtbot.waitUntil(lambda: bowl.lab.state == "paused")
    qtbot.mouseRelease(view.canvas.viewport(), left, pos=pixel(view, (1.0, 1.0)))
    qtbot.waitUntil(lambda: bowl.lab.state == "running")
    qtbot.waitUntil(lambda: bowl.snapshot.view.parameters == pytest.approx([1.0, 1.0], abs=0.1))


def test_a_ball_that_is_put_as_the_run_begins_stays_there(bowl: MainWindow, qtbot) -> None:
    """The window may have a snapshot of the run before the signal that it runs."""
    bowl.lab.set_learning_rate(1e-6)
    bowl.lab.run()
    while bowl.snapshot.state != "running":
        bowl.frame()  # without the events, of which the signal is one
    assert bowl.lab.state == "paused"
    feature_of(bowl, BallFeature).ball.moved.emit(1.0, 1.0, False)
    qtbot.waitUntil(lambda: bowl.snapshot.view.parameters == pytest.approx([1.0, 1.0], abs=0.1))
    qtbot.waitUntil(lambda: bowl.lab.state == "running")


def test_keys_start_there_and_put_the_ball(bowl: MainWindow, qtbot) -> None:
    canvas, shift = bowl.surface_view.canvas, Qt.KeyboardModifier.ShiftModifier
    before = bowl.snapshot.view.parameters
    canvas.setFocus()
    for _ in range(4):
        qtbot.keyClick(canvas, Qt.Key.Key_Right, shift)
    qtbot.keyClick(canvas, Qt.Key.Key_Return, shift)
    qtbot.waitUntil(lambda: bowl.snapshot.view.parameters[0] > before[0] + 0.1)
    assert bowl.snapshot.view.step == 5
    qtbot.keyClick(canvas, Qt.Key.Key_Up, shift)
    qtbot.keyClick(canvas, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bowl.snapshot.view.step == 0)
    assert bowl.lab.experiment.formula.first[1] > before[1]


def test_the_surface_of_a_network_is_not_started_on(open_window, qtbot) -> None:
    window = open_window()
    qtbot.waitUntil(lambda: window.surface_view.plane is not None)
    run = window.lab.run_number
    click(qtbot, window.surface_view, window.surface_view.plane.project(window.snapshot.view.parameters))
    window.lab.run_exactly(1)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 1)
    assert window.lab.run_number == run


def test_a_click_on_the_curve_starts_there(parabola, qtbot) -> None:
    window, feature = parabola
    click(qtbot, feature.view, (-1.5, 4.0))
    qtbot.waitUntil(lambda: window.snapshot.view.step == 0)
    assert window.lab.experiment.formula.first[0] == pytest.approx(-1.5, abs=0.05)
    window.actions_by_name["undo"].trigger()
    qtbot.waitUntil(lambda: window.snapshot.view.step == 3)


def test_the_ball_is_dragged_along_the_curve_and_the_run_replays(parabola, qtbot) -> None:
    window, feature = parabola
    w, loss = feature.view.ball
    drag(qtbot, feature.view, [(w, loss), (-1.0, loss + 2.0), (-2.0, loss + 3.0)])
    qtbot.waitUntil(lambda: abs(window.snapshot.view.parameters[0] + 2.0) < 0.1)
    window.lab.run_exactly(2)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 5)
    assert (replayed(window) == window.snapshot.view.parameters).all()


def test_keys_move_along_the_curve(parabola, qtbot) -> None:
    window, feature = parabola
    canvas, shift = feature.view.canvas, Qt.KeyboardModifier.ShiftModifier
    w = window.snapshot.view.parameters[0]
    canvas.setFocus()
    for _ in range(5):
        qtbot.keyClick(canvas, Qt.Key.Key_Left, shift)
    at = feature.view.drawing.cross.w
    assert at < w
    assert "J = " in feature.view.readout.text()
    qtbot.keyClick(canvas, Qt.Key.Key_Return, shift)
    qtbot.waitUntil(lambda: window.snapshot.view.parameters[0] == pytest.approx(at, rel=1e-3))
    assert window.snapshot.view.step == 3
    qtbot.keyClick(canvas, Qt.Key.Key_Left, shift)
    qtbot.keyClick(canvas, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 0)


def test_where_J_is_not_finite_nothing_starts(open_window, qtbot) -> None:
    formula = FORMULA_PRESETS["two_minima"].formula.with_expression("log(w)")
    window = open_window(
        ExperimentFile(FORMULA_PRESETS["two_minima"].experiment.with_value("formula", formula))
    )
    feature = feature_of(window, CurveFeature)
    qtbot.waitUntil(lambda: feature.view.ball is not None)
    run, before = window.lab.run_number, window.lab.experiment
    view = feature.view.drawing.box.viewRange()
    click(qtbot, feature.view, (-1.0, float(np.mean(view[1]))))
    qtbot.waitUntil(lambda: "not possible" in window.notices.text)
    assert window.lab.experiment == before
    assert window.lab.run_number == run


@pytest.mark.parametrize("place", [(1e200, 0.0), (-1e308, 1e308), (np.inf, 0.0), (np.nan, np.nan)])
def test_the_pointer_passes_by_a_ball_that_is_as_far_away_as_numbers_reach(place, bowl, qtbot) -> None:
    """A run that was thrown out leaves its ball where the square of the distance is no number any more."""
    card = bowl.surface_view
    ball = HeldBall(card, lambda: place)
    middle = card.canvas.viewport().rect().center()
    with capture_exceptions() as raised:
        qtbot.mouseMove(card.canvas.viewport(), middle)
        qtbot.mousePress(card.canvas.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert not raised
    assert not ball.held


def test_in_a_narrow_window_far_from_zero_a_click_starts_where_it_points(open_window, qtbot) -> None:
    """The window is a hundredth wide: four digits of 1000.0037 would be 1000, outside what was pointed at."""
    low, high = 1000.0, 1000.01
    formula = FormulaSettings("(x - 1000)^2", start=(1000.008,), window=((low, high),))
    window = open_window(ExperimentFile(Experiment(formula=formula)))
    feature = feature_of(window, CurveFeature)
    qtbot.waitUntil(lambda: feature.view.ball is not None)
    with qtbot.waitSignal(window.lab.experiment_replaced) as replaced:
        click(qtbot, feature.view, (1000.0037, feature.view.loss_at(1000.0037)))
    (start,) = window.lab.experiment.formula.first
    assert start == pytest.approx(1000.0037, abs=1e-4)
    assert start == round(start, 6)
    assert number_text(start, 10) in replaced.args[1]


def test_in_a_narrow_plane_far_from_zero_a_click_starts_where_it_points(open_window, qtbot) -> None:
    formula = FormulaSettings(
        "(x - 1000)^2 + y^2", start=(1000.008, 1.0), window=((1000.0, 1000.01), (-3.0, 3.0))
    )
    window = open_window(ExperimentFile(Experiment(formula=formula)))
    qtbot.waitUntil(lambda: window.surface_view.settled)
    plane = window.surface_view.plane
    a, b = plane.project(np.array([1000.0037, -1.5]))
    click(qtbot, window.surface_view, (a, b))
    qtbot.waitUntil(lambda: window.lab.experiment.formula.first != formula.first)
    x, y = window.lab.experiment.formula.first
    assert x == pytest.approx(1000.0037, abs=1e-4)
    assert y == pytest.approx(-1.5, abs=0.05)
    assert y == round(y, 3)
