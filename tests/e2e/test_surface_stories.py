"""Stories of the loss surface: people who zoom, choose and change the plane, and wait for it."""

from __future__ import annotations

import os
import signal

import numpy as np
import pytest
from PySide6.QtCore import Qt

from playground.engine.network import network_of
from playground.experiment import Experiment, ExperimentFile
from playground.landscape.directions import random_plane
from playground.landscape.plane import Window
from tests.support.stories import helper_processes, step_of
from tests.support.surface_of_a_window import LONG, check_cells, settled, train


def test_zooming_while_it_trains_shows_that_part_at_the_resolution_of_the_screen(qtbot, open_window) -> None:
    window = open_window()
    view = window.surface_view
    qtbot.waitUntil(lambda: settled(window))
    whole = view.answer.window
    window.lab.set_speed(None)
    window.lab.run()
    qtbot.waitUntil(lambda: step_of(window) > 5)
    view.canvas.setFocus()
    for key in (Qt.Key.Key_Plus, Qt.Key.Key_Plus, Qt.Key.Key_Plus, Qt.Key.Key_Left):
        qtbot.keyClick(view.canvas, key)
    (left, right), (bottom, top) = view.drawing.box.viewRange()
    wanted = Window(left, right, bottom, top)
    assert right - left == pytest.approx(0.8**3 * (whole.a_max - whole.a_min))
    qtbot.waitUntil(lambda: view.answer.window == pytest.approx(wanted) and view.answer.complete)
    assert len(view.answer.surface.a) >= 97
    assert window.lab.state == "running"
    check_cells(window)
    qtbot.keyClick(view.canvas, Qt.Key.Key_Home)
    # In equal units the sides follow the shape of the picture, and that the width of the axis's numbers.
    moves = 0.03 * (whole.a_max - whole.a_min)
    qtbot.waitUntil(lambda: view.answer.window[0] <= whole[0] + moves and view.answer.complete)
    window.lab.pause()
    qtbot.waitUntil(lambda: settled(window))
    window.frame()
    # It has grown where the weights have left it meanwhile.
    window_now = view.answer.window
    assert np.allclose(view.drawing.box.viewRange(), [window_now[:2], window_now[2:]])
    assert window_now[0] <= whole[0] + moves
    assert whole[1] - moves <= window_now[1]


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
    qtbot.waitUntil(lambda: settled(window))
    assert view.answer.choice.kind == "random"
    snapshot = window.snapshot
    expected = random_plane(network_of(snapshot.view.experiment), snapshot.view.parameters, 7).plane
    np.testing.assert_array_equal(view.plane.u, expected.u)
    np.testing.assert_array_equal(view.plane.v, expected.v)
    assert view.bar.kind_box.value == "random"
    check_cells(window)


def test_the_helper_is_killed_in_the_middle_of_a_refinement(qtbot, open_window) -> None:
    window = open_window(use_process=True)
    view = window.surface_view
    qtbot.waitUntil(lambda: settled(window))
    children = helper_processes()
    if not children:
        pytest.skip("this system does not list child processes")
    said: list[str] = []
    window.lab.notice.connect(said.append)
    view.options.cells_box.chosen.emit(301)
    qtbot.waitUntil(lambda: not view.answer.complete)
    for child in children:
        os.kill(child, signal.SIGKILL)
    qtbot.waitUntil(lambda: bool(said))
    qtbot.waitUntil(lambda: view.answer.complete and len(view.answer.surface.a) == 301, timeout=LONG)
    assert len(said) == 1
    check_cells(window)


def test_weights_of_zero_have_no_directions_of_their_size_and_another_plane_is_offered(
    qtbot, open_window
) -> None:
    window = open_window()
    view = window.surface_view
    view.choose_plane("path")
    qtbot.waitUntil(lambda: len(view.offers.buttons) == 2)
    qtbot.waitUntil(lambda: "no path yet" in view.drawing.notice.text)
    assert not view.caption.text()
    window.lab.set_parameters(np.zeros(window.snapshot.view.parameters.size))
    qtbot.waitUntil(lambda: window.snapshot.run == 2)
    view.choose_plane("random")
    qtbot.waitUntil(lambda: "weights are zero" in view.drawing.notice.text)
    assert not view.drawing.left.isVisible()
    qtbot.waitUntil(lambda: [b.text() for b in view.offers.buttons][:1] == ["Plain random directions"])
    assert view.offers.isVisible()
    qtbot.mouseClick(view.offers.buttons[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: settled(window))
    assert view.bar.settings.normalization == "none"
    qtbot.waitUntil(lambda: not view.offers.isVisible())
    assert view.drawing.left.isVisible()
    view.choose_plane("three_points")
    qtbot.waitUntil(lambda: "Keep a third" in view.drawing.notice.text)
    qtbot.waitUntil(lambda: [b.text() for b in view.offers.buttons][:1] == ["Keep these weights"])


def test_weights_that_are_kept_now_span_a_plane_once_the_run_has_gone_on(qtbot, open_window) -> None:
    window = open_window()
    view = window.surface_view
    view.choose_plane("three_points")
    window.actions_by_name["keep_weights"].trigger()
    assert "This is the start itself" in window.notices.text
    view.keep(None)
    train(qtbot, window, 5)
    qtbot.waitUntil(lambda: [b.text() for b in view.offers.buttons][:1] == ["Keep these weights"])
    assert not view.bar.keep_button.isVisible()
    qtbot.mouseClick(view.offers.buttons[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "where the run is now" in view.drawing.notice.text)
    assert "where the run goes from here" in window.notices.text
    assert view.bar.keep_button.isVisible()
    train(qtbot, window, 5)
    qtbot.waitUntil(lambda: settled(window) and view.plane is not None)


def test_weights_that_were_kept_are_marked_and_span_a_plane(qtbot, open_window) -> None:
    window = open_window()
    view = window.surface_view
    train(qtbot, window, 10)
    window.actions_by_name["keep_weights"].trigger()
    kept = window.snapshot.view.parameters
    train(qtbot, window, 60)
    qtbot.mouseClick(window.notices.offers["Start, now, kept"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: settled(window) and view.answer.choice.kind == "three_points")
    history = window.snapshot.view.history
    for theta in (history.path[0], history.path[-1], kept):
        assert view.plane.distance(theta) < 1e-9
    mark = next(mark for mark in view.picture().marks if mark.kind == "kept")
    assert (mark.a, mark.b) == pytest.approx(view.plane.project(kept))
    window.lab.change("network.hidden_layers", (3,))
    qtbot.waitUntil(lambda: window.snapshot.view.parameters.size == 13)
    assert view.kept is None


def test_another_random_plane_is_the_next_one(qtbot, open_window) -> None:
    window = open_window()
    view = window.surface_view
    view.choose_plane("random")
    for seed in (1, 2):
        qtbot.mouseClick(view.bar.another_button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: settled(window) and view.answer.choice.kind == "random")
        here = window.snapshot.view
        expected = random_plane(network_of(here.experiment), here.parameters, seed).plane
        np.testing.assert_array_equal(view.plane.u, expected.u)
        check_cells(window)


def test_a_fine_surface_shows_how_far_it_is_and_can_be_stopped(qtbot, open_window) -> None:
    """A large experiment, whose finest surface takes a minute: it cannot be there before the stop is."""
    large = Experiment().with_value("network.hidden_layers", (32,) * 6).with_value("data.points", 2000)
    window = open_window(ExperimentFile(large))
    view = window.surface_view
    view.choose_plane("random")
    view.options.cells_box.chosen.emit(401)
    qtbot.waitUntil(lambda: view.progress.isVisible() and view.progress.bar.value() > 0, timeout=LONG)
    assert not view.answer.complete
    qtbot.mouseClick(view.progress.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: settled(window) and not view.progress.isVisible(), timeout=LONG)
    assert len(view.answer.surface.a) < 401
    check_cells(window)
