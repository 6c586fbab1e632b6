"""Stories of the loss surface: people who zoom, change the plane, point, put the weights elsewhere."""

from __future__ import annotations

import os
import re
import signal
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from test_stories import LINE, helper_processes, step_of, surface_is_there

from playground.drawing.axes import loss_text
from playground.engine.network import network_of
from playground.engine.trainer import replay
from playground.experiment import Experiment, ExperimentFile
from playground.landscape.boundary import boundary
from playground.landscape.directions import random_plane
from playground.landscape.plane import Window
from playground.ui.main_window import MainWindow

SLOW = 30_000


def train(qtbot: Any, window: MainWindow, steps: int) -> None:
    goal = step_of(window) + steps
    window.lab.set_speed(None)
    window.lab.run_exactly(steps)
    qtbot.waitUntil(lambda: step_of(window) == goal and window.lab.state == "paused", timeout=SLOW)


def settled(window: MainWindow) -> bool:
    return surface_is_there(window) and window.surface_view.settled


def pixel(window: MainWindow, a: float, b: float) -> QPoint:
    view = window.surface_view
    return view.canvas.mapFromScene(view.drawing.box.mapViewToScene(QPointF(a, b)))


def loss_at(window: MainWindow, theta: np.ndarray) -> float:
    samples, view = window.snapshot.samples, window.snapshot.view
    network = network_of(view.experiment).with_penalties(view.settings.l1, view.settings.l2)
    return network.loss(theta, samples.X_train, samples.y_train)


def check_cells(window: MainWindow) -> None:
    """Some cells of the surface on the screen, one by one in float64."""
    surface = window.surface_view.answer.surface
    for row, column in ((0, 0), (len(surface.b) // 2, 3), (len(surface.b) - 1, len(surface.a) // 3)):
        theta = surface.plane.at(surface.a[column], surface.b[row])
        assert surface.values[row, column] == pytest.approx(loss_at(window, theta), rel=1e-5)


def test_zooming_while_it_trains_shows_that_part_at_the_resolution_of_the_screen(qtbot, open_window) -> None:
    window = open_window()
    view = window.surface_view
    qtbot.waitUntil(lambda: settled(window), timeout=SLOW)
    whole = view.answer.window
    window.lab.set_speed(None)
    window.lab.run()
    qtbot.waitUntil(lambda: step_of(window) > 5, timeout=SLOW)
    view.canvas.setFocus()
    for key in (Qt.Key.Key_Plus, Qt.Key.Key_Plus, Qt.Key.Key_Plus, Qt.Key.Key_Left):
        qtbot.keyClick(view.canvas, key)
    (left, right), (bottom, top) = view.drawing.box.viewRange()
    wanted = Window(left, right, bottom, top)
    assert right - left == pytest.approx(0.8**3 * (whole.a_max - whole.a_min))
    qtbot.waitUntil(
        lambda: view.answer.window == pytest.approx(wanted) and view.answer.complete, timeout=SLOW
    )
    assert len(view.answer.surface.a) >= 101
    assert window.lab.state == "running"
    check_cells(window)
    qtbot.keyClick(view.canvas, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: view.answer.window[0] <= whole[0] and view.answer.complete, timeout=SLOW)
    window.lab.pause()
    qtbot.waitUntil(lambda: settled(window), timeout=SLOW)
    window.frame()
    # It has grown where the weights have left it meanwhile.
    window_now = view.answer.window
    assert np.allclose(view.drawing.box.viewRange(), [window_now[:2], window_now[2:]])
    assert window_now[0] <= whole[0]
    assert whole[1] <= window_now[1]


def test_of_two_hundred_planes_the_last_one_is_shown(qtbot, open_window) -> None:
    window = open_window()
    view = window.surface_view
    train(qtbot, window, 12)
    kinds = ("path", "random", "parameters", "gradient", "eigen", "rehearsal", "three_points")
    for turn in range(200):
        view.choose_plane(kinds[turn % len(kinds)], seed=turn, pair=(turn % 17, (turn + 1) % 17))
        if turn % 9 == 0:
            window.frame()
    view.choose_plane("random", seed=7)
    qtbot.waitUntil(lambda: settled(window), timeout=SLOW)
    assert view.answer.choice.kind == "random"
    snapshot = window.snapshot
    expected = random_plane(network_of(snapshot.view.experiment), snapshot.view.parameters, 7).plane
    np.testing.assert_array_equal(view.plane.u, expected.u)
    np.testing.assert_array_equal(view.plane.v, expected.v)
    assert view.bar.kind_box.value == "random"
    check_cells(window)


def test_a_double_click_puts_the_weights_there_and_undo_takes_them_back(qtbot, open_window) -> None:
    window = open_window()
    view = window.surface_view
    qtbot.waitUntil(lambda: settled(window), timeout=SLOW)
    train(qtbot, window, 20)
    before, plane = window.snapshot.view, view.plane
    place = pixel(window, 1.5, -1.0)
    qtbot.mouseDClick(view.canvas.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: window.snapshot.run == 2, timeout=SLOW)
    there = window.snapshot.view
    assert there.step == 20
    assert plane.distance(there.parameters) < 1e-9
    assert plane.project(there.parameters) == pytest.approx((1.5, -1.0), abs=0.1)
    assert view.plane is plane
    marks = {mark.kind: mark for mark in view.picture().marks}
    assert (marks["set"].a, marks["set"].b) == pytest.approx(plane.project(there.parameters))
    qtbot.waitUntil(lambda: window.loss_view._drawn is window.snapshot, timeout=SLOW)
    assert "weights set" in [mark.text for mark in window.loss_view.drawing.band.marks]
    train(qtbot, window, 15)
    after = window.snapshot.view
    file = ExperimentFile(after.experiment, after.history.changes, 35)
    np.testing.assert_array_equal(replay(file, 35).parameters, after.parameters)
    # The path does not run from the old place to the new one: nobody walked there.
    assert np.isnan(view.picture().path_ab).any()

    qtbot.mouseClick(window.notices.offers["Undo"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.snapshot.run == 3, timeout=SLOW)
    np.testing.assert_array_equal(window.snapshot.view.parameters, before.parameters)
    assert window.snapshot.view.step == 20
    assert window.snapshot.view.history.changes == ()


def test_keys_alone_can_point_and_put(qtbot, open_window) -> None:
    window = open_window()
    view = window.surface_view
    qtbot.waitUntil(lambda: settled(window), timeout=SLOW)
    view.canvas.setFocus()
    qtbot.keyClick(view.canvas, Qt.Key.Key_Return)
    start = view.plane.project(window.snapshot.view.parameters)
    for _ in range(5):
        qtbot.keyClick(view.canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(view.canvas, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    place = view.pointed
    (left, right), _ = view.drawing.box.viewRange()
    assert place[0] == pytest.approx(start[0] + 0.1 * (right - left))
    assert view.readout.isVisible()
    qtbot.keyClick(view.canvas, Qt.Key.Key_Escape)
    assert view.pointed is None
    qtbot.keyClick(view.canvas, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    place = view.pointed
    qtbot.keyClick(view.canvas, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.snapshot.run == 2, timeout=SLOW)
    theta = window.snapshot.view.parameters
    np.testing.assert_array_equal(theta, view.plane.at(*place))


def test_pointing_shows_the_loss_and_the_boundary_that_would_be_there(qtbot, open_window) -> None:
    window = open_window()
    view = window.surface_view
    qtbot.waitUntil(lambda: settled(window), timeout=SLOW)
    view.canvas.setFocus()
    qtbot.keyClick(view.canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    theta = view.plane.at(*view.pointed)
    qtbot.waitUntil(lambda: "exactly" in view.readout.text(), timeout=SLOW)
    assert f"J {loss_at(window, theta):.5g}" in view.readout.text()
    away = np.linalg.norm(theta - window.snapshot.view.parameters)
    assert f"{away:.3g} from now" in view.readout.text()
    qtbot.waitUntil(lambda: window.data_view.there_label.isVisible(), timeout=SLOW)
    drawing = window.data_view.drawing
    snapshot = window.snapshot
    expected = boundary(network_of(snapshot.view.experiment), theta, snapshot.samples, resolution=61)
    drawn = drawing.edge_there.x.copy()
    drawing.show_there(expected)
    np.testing.assert_allclose(drawn, drawing.edge_there.x)
    assert len(drawn) > 10
    qtbot.keyClick(view.canvas, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.data_view.there_label.isVisible(), timeout=SLOW)
    assert len(drawing.edge_there.x) == 0


def test_arrows_lead_where_the_next_step_does(qtbot, open_window) -> None:
    window = open_window(ExperimentFile(Experiment().with_value("training.optimizer", "adam")))
    view = window.surface_view
    qtbot.waitUntil(lambda: settled(window), timeout=SLOW)
    train(qtbot, window, 25)
    qtbot.waitUntil(lambda: view.arrows is not None and view.arrows.step == 25, timeout=SLOW)
    arrows = {arrow.kind: arrow for arrow in view.picture().arrows}
    here, plane = window.snapshot.view, view.plane
    samples = window.snapshot.samples
    _, gradient = network_of(here.experiment).loss_and_gradient(
        here.parameters, samples.X_train, samples.y_train
    )
    downhill = plane.components(-here.settings.learning_rate * gradient)
    assert (arrows["gradient"].da, arrows["gradient"].db) == pytest.approx(downhill, rel=1e-9)
    train(qtbot, window, 1)
    update = window.snapshot.view.parameters - here.parameters
    assert (arrows["step"].da, arrows["step"].db) == pytest.approx(plane.components(update), rel=1e-9)
    assert (arrows["step"].a, arrows["step"].b) == pytest.approx(plane.project(here.parameters))
    window.lab.change("training.optimizer", "gradient_descent")
    qtbot.waitUntil(lambda: len(view.picture().arrows) == 1, timeout=SLOW)
    assert "next step = −α·∂J/∂θ" in view.picture().arrows[0].label


def test_the_helper_is_killed_in_the_middle_of_a_refinement(qtbot, open_window) -> None:
    window = open_window(use_process=True)
    view = window.surface_view
    qtbot.waitUntil(lambda: settled(window), timeout=SLOW)
    children = helper_processes()
    if not children:
        pytest.skip("this system does not list child processes")
    said: list[str] = []
    window.lab.notice.connect(said.append)
    view.options.cells_box.chosen.emit(301)
    qtbot.waitUntil(lambda: not view.answer.complete, timeout=SLOW)
    for child in children:
        os.kill(child, signal.SIGKILL)
    qtbot.waitUntil(lambda: bool(said), timeout=SLOW)
    qtbot.waitUntil(lambda: view.answer.complete and len(view.answer.surface.a) == 301, timeout=2 * SLOW)
    assert len(said) == 1
    check_cells(window)


def test_weights_of_zero_have_no_directions_of_their_size_and_another_plane_is_offered(
    qtbot, open_window
) -> None:
    window = open_window()
    view = window.surface_view
    view.choose_plane("path")
    qtbot.waitUntil(lambda: len(view.offers.buttons) == 2, timeout=SLOW)
    qtbot.waitUntil(lambda: "no path yet" in view.drawing.notice.text, timeout=SLOW)
    assert not view.caption.text()
    window.lab.set_parameters(np.zeros(window.snapshot.view.parameters.size))
    qtbot.waitUntil(lambda: window.snapshot.run == 2, timeout=SLOW)
    view.choose_plane("random")
    qtbot.waitUntil(lambda: "weights are zero" in view.drawing.notice.text, timeout=SLOW)
    assert not view.drawing.left.isVisible()
    qtbot.waitUntil(
        lambda: [b.text() for b in view.offers.buttons][:1] == ["Plain random directions"], timeout=SLOW
    )
    assert view.offers.isVisible()
    qtbot.mouseClick(view.offers.buttons[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: settled(window), timeout=SLOW)
    assert view.bar.settings.normalization == "none"
    qtbot.waitUntil(lambda: not view.offers.isVisible(), timeout=SLOW)
    assert view.drawing.left.isVisible()
    view.choose_plane("three_points")
    qtbot.waitUntil(lambda: "Keep a third" in view.drawing.notice.text, timeout=SLOW)
    qtbot.waitUntil(
        lambda: [b.text() for b in view.offers.buttons][:1] == ["Keep these weights"], timeout=SLOW
    )


def test_weights_that_are_kept_now_span_a_plane_once_the_run_has_gone_on(qtbot, open_window) -> None:
    window = open_window()
    view = window.surface_view
    view.choose_plane("three_points")
    window.actions_by_name["keep_weights"].trigger()
    assert "They are the start itself" in window.notices.text
    view.keep(None)
    train(qtbot, window, 5)
    qtbot.waitUntil(
        lambda: [b.text() for b in view.offers.buttons][:1] == ["Keep these weights"], timeout=SLOW
    )
    assert not view.bar.keep_button.isVisible()
    qtbot.mouseClick(view.offers.buttons[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "those of now" in view.drawing.notice.text, timeout=SLOW)
    assert "where the run goes from here" in window.notices.text
    assert view.bar.keep_button.isVisible()
    train(qtbot, window, 5)
    qtbot.waitUntil(lambda: settled(window) and view.plane is not None, timeout=SLOW)


def test_weights_that_were_kept_are_marked_and_span_a_plane(qtbot, open_window) -> None:
    window = open_window()
    view = window.surface_view
    train(qtbot, window, 10)
    window.actions_by_name["keep_weights"].trigger()
    kept = window.snapshot.view.parameters
    train(qtbot, window, 60)
    qtbot.mouseClick(window.notices.offers["Start, now, kept"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: settled(window) and view.answer.choice.kind == "three_points", timeout=SLOW)
    history = window.snapshot.view.history
    for theta in (history.path[0], history.path[-1], kept):
        assert view.plane.distance(theta) < 1e-9
    mark = next(mark for mark in view.picture().marks if mark.kind == "kept")
    assert (mark.a, mark.b) == pytest.approx(view.plane.project(kept))
    window.lab.change("network.hidden_layers", (3,))
    qtbot.waitUntil(lambda: window.snapshot.view.parameters.size == 13, timeout=SLOW)
    assert view.kept is None


def test_numbers_that_are_not_finite_are_hatched_and_counted(qtbot, open_window) -> None:
    """Half squared error of weights a million times too large, and of a view that reaches beyond float64."""
    window = open_window(ExperimentFile(Experiment().with_value("network.loss", "squared_error")))
    view = window.surface_view
    qtbot.waitUntil(lambda: settled(window), timeout=SLOW)
    theta = 1e6 * window.snapshot.view.parameters
    window.lab.set_parameters(theta)
    qtbot.waitUntil(lambda: window.snapshot.run == 2, timeout=SLOW)
    view.choose_plane("random")
    qtbot.waitUntil(lambda: settled(window) and view.answer.choice.kind == "random", timeout=SLOW)
    check_cells(window)
    assert view.answer.surface.values.max() > 1e10
    view.drawing.box.setRange(xRange=(-1e160, 1e160), yRange=(-1e160, 1e160), padding=0)
    view.drawing.box.sigRangeChangedManually.emit([True, True])
    qtbot.waitUntil(
        lambda: view.answer.complete and not np.isfinite(view.answer.surface.values).all(), timeout=SLOW
    )
    window.frame()
    view.summarise()
    values = view.answer.surface.values
    count = np.count_nonzero(~np.isfinite(values))
    assert view.drawing.beyond.not_finite == count > 0
    assert f"{np.count_nonzero(np.isinf(values))} cells infinite" in view.caption.text()
    assert np.isfinite([view.drawing.levels.low, view.drawing.levels.high]).all()


def test_limits_are_held_and_typed(qtbot, open_window) -> None:
    window = open_window()
    view, options = window.surface_view, window.surface_view.options
    qtbot.waitUntil(lambda: settled(window) and options.held is not None, timeout=SLOW)
    window.frame()
    automatic = view.drawing.levels
    options.limits_box.set_value("held")
    options.limits_box.chosen.emit("held")
    view.drawing.box.scaleBy((0.1, 0.1))
    view.drawing.box.sigRangeChangedManually.emit([True, True])
    qtbot.waitUntil(lambda: settled(window) and view._asker.up_to_date, timeout=SLOW)
    window.frame()
    assert view.drawing.levels == automatic
    options.limits_box.set_value("typed")
    options.limits_box.chosen.emit("typed")
    options.low_field.setText("0.2")
    options.high_field.setText("0.4")
    assert options.low_field.commit()
    assert options.high_field.commit()
    window.frame()
    assert (view.drawing.levels.low, view.drawing.levels.high) == (0.2, 0.4)
    view.whole_view()
    qtbot.waitUntil(lambda: settled(window), timeout=SLOW)
    window.frame()
    view.summarise()
    above = np.count_nonzero(view.answer.surface.values > 0.4 * (1 + 1e-9))
    assert f"{above} cells above 0.4" in view.caption.text()
    options.low_field.setText("0.9")
    assert not options.low_field.commit()
    window.frame()
    view.summarise()
    # It is said beside the field, and the last good limits stay.
    assert options.problem_label.text() == "Lowest J must be below the highest, 0.4."
    assert "must be" not in view.caption.text()
    assert (view.drawing.levels.low, view.drawing.levels.high) == (0.2, 0.4)
    options.high_field.setText("2")
    assert options.high_field.commit()
    window.frame()
    assert not options.problem_label.text()
    assert (view.drawing.levels.low, view.drawing.levels.high) == (0.9, 2.0)


def told(text: str, word: str) -> int:
    match = re.search(rf"(\d+) cells? {word}", text)
    return int(match[1]) if match else 0


def test_while_a_run_is_thrown_out_the_caption_counts_what_is_hatched(qtbot, open_window) -> None:
    window = open_window(ExperimentFile(LINE.with_value("network.hidden_layers", (4,))))
    view = window.surface_view
    qtbot.waitUntil(lambda: settled(window), timeout=SLOW)
    looks: list[tuple] = []
    named: list[bool] = []
    summed: list[int] = []

    def look() -> bool:
        window.frame()
        view.summarise()
        drawn, text = view.drawing.beyond, view.caption.text()
        counts = drawn.above, drawn.below, drawn.not_finite - drawn.not_numbers, drawn.not_numbers
        reasons = ("above", "below", "infinite", "not a number")
        if view.drawing.picture.finer is None:
            words = tuple(told(text, word) for word in reasons)
            looks.append((words, counts, drawn.above / view.drawing.picture.surface.values.size))
        else:
            # Cells of two sizes make no sum.
            named.append(tuple(f"cells {word}" in text for word in reasons) == tuple(map(bool, counts)))
            summed.extend(told(text, word) for word in reasons)
        return window.lab.state == "diverged" and settled(window)

    window.lab.set_learning_rate(0.9)
    window.lab.set_speed(240)
    window.lab.run()
    qtbot.waitUntil(look, timeout=2 * SLOW)
    assert [words for words, _, _ in looks] == [counts for _, counts, _ in looks]
    assert any(any(counts) for _, counts, _ in looks)
    assert all(above < 0.2 for _, _, above in looks)
    assert all(named)
    assert not any(summed)


@pytest.mark.parametrize("kind", ["path", "gradient"])
def test_the_exact_loss_at_a_place_is_that_of_the_plane_on_the_screen(qtbot, open_window, kind) -> None:
    """Weights are put where the cursor stands, the plane is laid anew, and J is told of the new one."""
    window = open_window()
    view = window.surface_view
    qtbot.waitUntil(lambda: settled(window), timeout=SLOW)
    train(qtbot, window, 30)
    view.choose_plane(kind)
    qtbot.waitUntil(lambda: settled(window) and view.answer.choice.kind == kind, timeout=SLOW)
    view.canvas.setFocus()
    planes, wrong = [view.plane], []

    def honest() -> bool:
        window.frame()
        if view.plane is not planes[-1]:
            planes.append(view.plane)
        return settled(window) and exactly_right()

    def exactly_right() -> bool:
        """Whether an exact J is told, and no other than that of the place on the plane that is there."""
        match = re.match(r"J ([\d.]+) exactly", view.hover_text(*view.pointed))
        if match and float(match[1]) != pytest.approx(
            loss_at(window, view.plane.at(*view.pointed)), rel=1e-5
        ):
            wrong.append(view.hover_text(*view.pointed))
        return match is not None

    for run in (2, 3):
        for _ in range(6):
            qtbot.keyClick(view.canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
        qtbot.waitUntil(lambda: "exactly" in view.readout.text(), timeout=SLOW)
        qtbot.keyClick(view.canvas, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda run=run: window.snapshot.run == run, timeout=SLOW)
        qtbot.waitUntil(honest, timeout=SLOW)
    # The plane of the path is fitted to the new point too; that of the gradient still holds the weights.
    assert (len(planes) > 1) == (kind == "path")
    window.lab.change("training.l2", 0.5)
    qtbot.waitUntil(lambda: window.snapshot.view.settings.l2 == 0.5, timeout=SLOW)
    qtbot.waitUntil(honest, timeout=SLOW)
    assert not wrong
    true_loss = loss_text(loss_at(window, window.snapshot.view.parameters))
    qtbot.waitUntil(lambda: f"true J {true_loss}" in view.caption.text(), timeout=SLOW)


def test_another_random_plane_is_the_next_one(qtbot, open_window) -> None:
    window = open_window()
    view = window.surface_view
    view.choose_plane("random")
    for seed in (1, 2):
        qtbot.mouseClick(view.bar.another_button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: settled(window) and view.answer.choice.kind == "random", timeout=SLOW)
        here = window.snapshot.view
        expected = random_plane(network_of(here.experiment), here.parameters, seed).plane
        np.testing.assert_array_equal(view.plane.u, expected.u)
        check_cells(window)


def test_a_fine_surface_shows_how_far_it_is_and_can_be_stopped(qtbot, open_window) -> None:
    """The largest experiment, whose finest surface takes minutes: it cannot be there before the stop is."""
    large = Experiment().with_value("network.hidden_layers", (64,) * 8).with_value("data.points", 5000)
    window = open_window(ExperimentFile(large))
    view = window.surface_view
    view.choose_plane("random")
    view.options.cells_box.chosen.emit(401)
    qtbot.waitUntil(lambda: view.progress.isVisible() and view.progress.bar.value() > 0, timeout=4 * SLOW)
    assert not view.answer.complete
    qtbot.mouseClick(view.progress.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: settled(window) and not view.progress.isVisible(), timeout=4 * SLOW)
    assert len(view.answer.surface.a) < 401
    check_cells(window)
