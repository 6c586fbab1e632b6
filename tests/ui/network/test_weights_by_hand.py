"""A weight in the hand: typed or dragged in the diagram, it alone changes, and Undo brings it back."""

from __future__ import annotations

from threading import Event
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from playground.lab.snapshot import Snapshot
from playground.ui.data.feature import DataFeature
from playground.ui.experiment.feature import ExperimentFeature
from playground.ui.network.feature import NetworkFeature
from playground.ui.network.view import NetworkView
from playground.ui.rate.feature import RateFeature
from playground.ui.surface.feature import SurfaceFeature
from tests.support.fake_workbench import FakeWorkbench
from tests.support.features import bench_with
from tests.ui.conftest import OpenBench

SIZES = (2, 4, 1)


open_diagram = bench_with(SurfaceFeature, DataFeature, ExperimentFeature, RateFeature, NetworkFeature)


@pytest.fixture
def window(open_diagram: OpenBench) -> FakeWorkbench:
    return open_diagram()


def place_of(diagram: NetworkView, index: int) -> QPoint:
    place = diagram.drawing.place_of(diagram.diagram_rect(), SIZES, index)
    assert place is not None
    return place.toPoint()


def parameters(window: FakeWorkbench) -> np.ndarray:
    assert window.snapshot is not None
    return window.snapshot.view.parameters


def settled(qtbot: Any, window: FakeWorkbench, run: int) -> None:
    qtbot.waitUntil(lambda: window.snapshot.run == run)


def drag(qtbot: Any, diagram: NetworkView, index: int, pixels: int, release: bool = True) -> None:
    place = place_of(diagram, index)
    qtbot.mousePress(diagram, Qt.MouseButton.LeftButton, pos=place)
    for part in range(1, 11):
        qtbot.mouseMove(diagram, place - QPoint(0, pixels * part // 10))
    if release:
        qtbot.mouseRelease(diagram, Qt.MouseButton.LeftButton, pos=place - QPoint(0, pixels))


def test_a_drag_moves_exactly_that_parameter_and_undo_brings_it_back(
    qtbot: Any, window: FakeWorkbench
) -> None:
    window.lab.run_exactly(20)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 20 and window.lab.state == "paused")
    before, run = parameters(window), window.snapshot.run
    diagram = window.panel.diagram
    drag(qtbot, diagram, 13, 50, release=False)
    qtbot.waitUntil(lambda: parameters(window)[13] == pytest.approx(before[13] + 1.0))
    # While it is held nothing is announced, and the boundary follows.
    assert window.snapshot.run == run
    qtbot.mouseRelease(diagram, Qt.MouseButton.LeftButton, pos=place_of(diagram, 13) - QPoint(0, 50))
    settled(qtbot, window, run + 1)
    after = parameters(window)
    assert after[13] == pytest.approx(before[13] + 1.0)
    np.testing.assert_array_equal(np.delete(after, 13), np.delete(before, 13))
    changes = window.snapshot.view.history.changes
    assert [change.field for change in changes] == ["parameters"]
    assert changes[0].step == 20
    # One drag is one entry of Undo, however many values it went through.
    window.actions_by_name["undo"].trigger()
    qtbot.waitUntil(lambda: np.array_equal(parameters(window), before))
    assert not window.snapshot.view.history.changes
    assert not window.lab.can_undo


def test_the_boundary_follows_a_drag(qtbot: Any, window: FakeWorkbench) -> None:
    qtbot.waitUntil(lambda: window.data_view.answer is not None)
    old = window.data_view.answer.boundary.output
    drag(qtbot, window.panel.diagram, 16, 80, release=False)
    qtbot.waitUntil(lambda: np.mean(window.data_view.answer.boundary.output) > np.mean(old) + 0.05)
    assert window.snapshot.run == 1


def test_training_waits_for_the_hand_and_goes_on(qtbot: Any, window: FakeWorkbench) -> None:
    window.lab.run()
    qtbot.waitUntil(lambda: window.snapshot.view.step > 3)
    diagram = window.panel.diagram
    drag(qtbot, diagram, 9, 40, release=False)
    qtbot.waitUntil(lambda: window.lab.state == "paused" and bool(window.snapshot.view.history.changes))
    held = window.snapshot.view.step
    value = parameters(window)[9]
    qtbot.mouseRelease(diagram, Qt.MouseButton.LeftButton, pos=place_of(diagram, 9))
    qtbot.waitUntil(lambda: window.lab.state == "running" and window.snapshot.view.step > held)
    change = window.snapshot.view.history.changes[-1]
    assert change.step == held
    assert change.value[9] == pytest.approx(value, abs=1.0)


def test_a_hand_is_not_forgotten_where_the_pause_is_seen_before_it_is_told(
    qtbot: Any, window: FakeWorkbench
) -> None:
    window.lab.run()
    qtbot.waitUntil(lambda: window.lab.state == "running" and window.snapshot.view.step > 3)
    mailbox, shown = window.lab.training.snapshots, Event()
    put = mailbox.put

    def put_and_tell(value: Snapshot) -> None:
        put(value)
        if value.state == "paused":
            shown.set()

    mailbox.put = put_and_tell  # type: ignore[method-assign]
    window.panel.diagram.value_dragged.emit(9, 1.5)
    assert shown.wait(60.0)
    # The word that it pauses waits in the queue behind this frame.
    window.frame()
    assert (window.lab.state, window.snapshot.state) == ("running", "paused")
    qtbot.waitUntil(lambda: parameters(window)[9] == 1.5)


def test_a_hand_that_is_quicker_than_the_picture_loses_no_steps(qtbot: Any, window: FakeWorkbench) -> None:
    window.lab.run_exactly(20)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 20 and window.lab.state == "paused")
    before = parameters(window)
    # One long frame, in which it runs, a weight is taken, and it pauses.
    window.clock.stop()
    window.lab.run()
    trainer = window.lab.training.current.run.trainer
    qtbot.waitUntil(lambda: window.lab.state == "running" and trainer.step > 25)
    window.panel.diagram.value_dragged.emit(9, 1.5)
    qtbot.waitUntil(lambda: window.lab.state == "paused")
    window.clock.start()
    qtbot.waitUntil(lambda: parameters(window)[9] == 1.5)
    assert window.snapshot.view.history.changes[-1].step > 25
    assert not np.any(np.delete(parameters(window), 9) == np.delete(before, 9))


def test_a_weight_set_in_a_new_run_starts_no_training(qtbot: Any, window: FakeWorkbench) -> None:
    window.lab.run()
    qtbot.waitUntil(lambda: window.lab.state == "running" and window.snapshot.view.step > 3)
    window.panel.diagram.value_dragged.emit(9, 1.5)
    qtbot.waitUntil(lambda: window.lab.state == "paused")
    run = window.snapshot.run
    window.lab.new_weights()
    qtbot.waitUntil(lambda: window.snapshot.run > run)
    window.panel.diagram.value_set.emit(9, 1.0)
    qtbot.waitUntil(lambda: parameters(window)[9] == 1.0)
    assert window.lab.state != "running"
    assert window.snapshot.view.step == 0


def test_a_fine_drag_with_shift(qtbot: Any, window: FakeWorkbench) -> None:
    diagram, before = window.panel.diagram, parameters(window)
    place = place_of(diagram, 14)
    values: list[float] = []
    diagram.value_dragged.connect(lambda _, value: values.append(value))
    shift = Qt.KeyboardModifier.ShiftModifier
    qtbot.mousePress(diagram, Qt.MouseButton.LeftButton, shift, place)
    from PySide6.QtCore import QEvent, QPointF
    from PySide6.QtGui import QMouseEvent

    at = QPointF(place - QPoint(0, 30))
    moved = QMouseEvent(
        QEvent.Type.MouseMove, at, diagram.mapToGlobal(at), Qt.MouseButton.NoButton,
        Qt.MouseButton.LeftButton, shift,
    )  # fmt: skip
    diagram.mouseMoveEvent(moved)
    assert values == [pytest.approx(before[14] + 30 * 0.002)]
    qtbot.mouseRelease(diagram, Qt.MouseButton.LeftButton, shift, place)


def test_a_click_opens_a_line_and_enter_takes_what_is_typed(qtbot: Any, window: FakeWorkbench) -> None:
    diagram, before, run = window.panel.diagram, parameters(window), window.snapshot.run
    qtbot.mouseClick(diagram, Qt.MouseButton.LeftButton, pos=place_of(diagram, 12))
    editor = diagram.editor
    assert editor.isVisible()
    assert editor.accessibleName() == "W[2]₁₁"
    assert diagram.rect().contains(editor.geometry())
    words = editor.words
    assert words.isVisible()
    assert words.text().startswith("W[2]₁₁: ")
    assert "drag" in words.text()
    assert diagram.rect().contains(words.geometry())
    assert not words.geometry().intersects(editor.geometry())
    assert float(editor.text()) == pytest.approx(before[12], rel=1e-5)
    editor.selectAll()
    qtbot.keyClicks(editor, "-2,5")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    settled(qtbot, window, run + 1)
    assert parameters(window)[12] == -2.5
    np.testing.assert_array_equal(np.delete(parameters(window), 12), np.delete(before, 12))
    assert not editor.isVisible()
    assert not words.isVisible()


def test_what_is_no_number_is_refused_and_escape_changes_nothing(qtbot: Any, window: FakeWorkbench) -> None:
    diagram, before = window.panel.diagram, parameters(window)
    diagram.edit(3)
    editor = diagram.editor
    for wrong in ("abc", "1e9", "nan"):
        editor.selectAll()
        qtbot.keyClicks(editor, wrong)
        qtbot.keyClick(editor, Qt.Key.Key_Return)
        assert editor.isVisible()
        assert editor.problem
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    assert not editor.isVisible()
    window.lab.step()
    qtbot.waitUntil(lambda: window.snapshot.view.step == 1)
    np.testing.assert_array_equal(window.snapshot.view.last_update.before, before)


def test_plus_and_minus_nudge_the_parameter_that_is_pointed_at(qtbot: Any, window: FakeWorkbench) -> None:
    diagram, before = window.panel.diagram, parameters(window)
    for _ in range(3):
        qtbot.keyClick(diagram, Qt.Key.Key_Down)
    assert diagram.chosen == 2
    qtbot.keyClick(diagram, Qt.Key.Key_Plus)
    settled(qtbot, window, 2)
    assert parameters(window)[2] == pytest.approx(before[2] + 0.1)
    assert diagram.chosen == 2
    qtbot.keyClick(diagram, Qt.Key.Key_Minus)
    settled(qtbot, window, 3)
    assert parameters(window)[2] == pytest.approx(before[2])
    qtbot.keyClick(diagram, Qt.Key.Key_Return)
    assert diagram.editor.isVisible()


def test_two_picked_parameters_span_the_plane(qtbot: Any, window: FakeWorkbench) -> None:
    diagram = window.panel.diagram
    control = Qt.KeyboardModifier.ControlModifier
    qtbot.mouseClick(diagram, Qt.MouseButton.LeftButton, control, place_of(diagram, 15))
    assert diagram.picked == 15
    assert not diagram.editor.isVisible()
    qtbot.mouseClick(diagram, Qt.MouseButton.LeftButton, control, place_of(diagram, 15))
    assert diagram.picked is None
    qtbot.mouseClick(diagram, Qt.MouseButton.LeftButton, control, place_of(diagram, 15))
    qtbot.mouseClick(diagram, Qt.MouseButton.LeftButton, control, place_of(diagram, 16))
    assert diagram.picked is None
    surface = window.surface_view
    qtbot.waitUntil(lambda: surface.plane is not None and surface.kind == "parameters")
    qtbot.waitUntil(lambda: surface.answer.choice.kind == "parameters")
    u, v = surface.plane.u, surface.plane.v
    assert np.flatnonzero(u).tolist() == [15]
    assert np.flatnonzero(v).tolist() == [16]


def test_two_are_picked_with_the_keyboard(qtbot: Any, window: FakeWorkbench) -> None:
    diagram = window.panel.diagram
    qtbot.keyClick(diagram, Qt.Key.Key_Down)
    qtbot.keyClick(diagram, Qt.Key.Key_P)
    qtbot.keyClick(diagram, Qt.Key.Key_Down)
    with qtbot.waitSignal(diagram.two_parameters_chosen) as chosen:
        qtbot.keyClick(diagram, Qt.Key.Key_P)
    assert chosen.args == [0, 1]
    qtbot.keyClick(diagram, Qt.Key.Key_P)
    assert diagram.picked == 1
    qtbot.keyClick(diagram, Qt.Key.Key_Escape)
    assert diagram.picked is None
