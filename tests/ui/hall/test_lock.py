"""Locked: a student can do with α whatever he likes, and with nothing else anything."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QScrollBar,
    QTabBar,
    QWidget,
)

from playground.ui.hall.lock_feature import LockFeature
from playground.ui.lessons.feature import LessonFeature
from playground.ui.loss.time_feature import TimeFeature
from playground.ui.main_window import MainWindow
from playground.ui.runs.fork_feature import ForkFeature
from tests.support.features import feature_of

UNLOCK = Qt.KeyboardModifier.ControlModifier


def lock_of(window: MainWindow) -> LockFeature:
    return feature_of(window, LockFeature)


@pytest.fixture
def locked(qtbot, open_window) -> Iterator[MainWindow]:
    window = open_window()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.actions_by_name["lock"].trigger()
    yield window
    lock_of(window).lock(False)


def test_alpha_moves_by_mouse_wheel_keys_and_typing(qtbot, locked) -> None:
    slider, strip = locked.strip.slider, locked.strip
    assert lock_of(locked).label.isVisible()
    assert "only α" in lock_of(locked).label.text()
    track = slider.drawing.track(QRectF(slider.rect()), slider.picture())
    place = QPoint(round(slider.x_of(2.0)), round(track.center().y()))
    qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=place)
    assert strip.learning_rate == pytest.approx(2.0, rel=0.02)
    before = strip.learning_rate
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    assert strip.learning_rate == pytest.approx(1.05 * before, rel=0.01)
    qtbot.mouseClick(strip.field, Qt.MouseButton.LeftButton)
    strip.field.selectAll()
    qtbot.keyClicks(strip.field, "0.25")
    qtbot.keyClick(strip.field, Qt.Key.Key_Return)
    assert strip.learning_rate == 0.25
    rate = locked.lab.experiment.training.learning_rate
    qtbot.keyClick(slider, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    assert locked.lab.experiment.training.learning_rate < rate, "the keys of α work wherever the focus is"


def test_nothing_else_can_be_touched(qtbot, locked) -> None:
    run, experiment = locked.snapshot.run, locked.lab.experiment
    triggered: list[str] = []
    for name, action in locked.actions_by_name:
        action.triggered.connect(lambda _=False, name=name: triggered.append(name))
    for button in (locked.transport.run_button, locked.transport.new_button):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.mouseDClick(locked.surface_view.canvas.viewport(), Qt.MouseButton.LeftButton)
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    for widget in (locked.strip.slider, locked, locked.transport.run_button):
        qtbot.keyClick(widget, Qt.Key.Key_F11)
        qtbot.keyClick(widget, Qt.Key.Key_1)
        qtbot.keyClick(widget, Qt.Key.Key_R, control)
        qtbot.keyClick(widget, Qt.Key.Key_R, control | shift)
        qtbot.keyClick(widget, Qt.Key.Key_Q, control)
        qtbot.keyClick(widget, Qt.Key.Key_Tab)
    assert triggered == []
    assert locked.isVisible()
    assert not locked.arrangement.presenting
    assert not locked.menuBar().isEnabled()
    assert (locked.snapshot.run, locked.lab.experiment) == (run, experiment)
    assert locked.lab.state == "ready"


def test_space_runs_and_pauses_wherever_the_focus_is(qtbot, locked) -> None:
    locked.lab.set_speed(None)
    qtbot.keyClick(locked.strip.slider, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: locked.lab.state == "running")
    qtbot.mouseClick(locked.strip.field, Qt.MouseButton.LeftButton)
    qtbot.keyClick(locked.strip.field, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: locked.lab.state == "paused")
    qtbot.keyClick(locked, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: locked.lab.state == "running")


def test_what_is_locked_looks_so(qtbot, locked) -> None:
    lessons = feature_of(locked, LessonFeature)
    shut = locked.transport.run_button, locked.panel, lessons.panel.next_button
    assert not any(part.isEnabled() for part in shut)
    assert locked.strip.slider.isEnabled()
    assert locked.strip.field.isEnabled()
    qtbot.keyClick(locked.strip.slider, Qt.Key.Key_F12, UNLOCK)
    assert all(part.isEnabled() for part in shut)


CONTROLS = (QAbstractButton, QComboBox, QAbstractSpinBox, QLineEdit, QAbstractSlider, QTabBar)


def enabled_controls(window: MainWindow) -> set[QWidget]:
    """All but scroll bars, of which those of a plot are never seen."""
    found = [widget for widget in window.findChildren(QWidget) if isinstance(widget, CONTROLS)]
    found = [widget for widget in found if not isinstance(widget, QScrollBar)]
    return {widget for widget in found if widget.isEnabled() and widget.window() is window}


@pytest.mark.parametrize("full", [False, True])
def test_no_control_but_alpha_looks_as_if_it_could_be_used(qtbot, open_window, full: bool) -> None:
    window = open_window()
    window.set_full(full)
    window.actions_by_name["lock"].trigger()
    alpha = {window.strip.slider, window.strip.field}
    for page in ("inspector", "lessons", "sharpness", "kept_runs", "surface", "loss"):
        window.arrangement.show_page(page)
        assert enabled_controls(window) <= {*alpha, *window.strip.field.findChildren(QWidget)}
    assert window.surface_view.canvas.isEnabled(), "numbers under the pointer can still be read"
    assert window.surface_view.caption.isEnabled()
    # A run that goes on makes controls possible: not yet.
    window.lab.run_exactly(10)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 10)
    time = feature_of(window, TimeFeature)
    qtbot.waitUntil(lambda: time.line.slider.maximum() == 10)
    assert not time.line.slider.isEnabled()
    assert enabled_controls(window) <= {*alpha, *window.strip.field.findChildren(QWidget)}
    lock_of(window).lock(False)
    assert time.line.slider.isEnabled()
    view = window.surface_view
    for part in (window.transport.run_button, window.data_view.test_box, view.scale_box, view.bar.kind_box):
        assert part.isEnabled()


def test_a_locked_window_closes_like_any_other_and_remembers_its_place(locked) -> None:
    locked.preferences.settings.remove("state/geometry")
    assert locked.close()
    assert not locked.isVisible()
    assert locked.lab.shutdown(0.0), "nothing is left running"
    assert not locked.preferences.state("geometry").isEmpty()


def test_the_same_key_unlocks(qtbot, locked) -> None:
    qtbot.keyClick(locked.strip.slider, Qt.Key.Key_F12, UNLOCK)
    assert not lock_of(locked).locked
    assert lock_of(locked).label.isHidden()
    qtbot.mouseClick(locked.transport.run_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: locked.lab.state == "running")
    assert locked.close()


def test_what_went_while_it_was_locked_keeps_nothing_locked(qtbot, open_window) -> None:
    window = open_window()
    window.set_full(True)
    window.lab.run_exactly(10)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 10 and window.snapshot.state == "paused")
    window.actions_by_name["fork"].trigger()
    fork = feature_of(window, ForkFeature)
    qtbot.waitUntil(lambda: len(fork.page_view.rows) == 5)
    rows, gone = list(fork.page_view.rows), list[bool]()
    for row in rows:
        row.destroyed.connect(lambda: gone.append(True))
    window.actions_by_name["lock"].trigger()
    # The fork ends with another α.
    window.strip.slider.multiply(1.5)
    qtbot.waitUntil(lambda: len(gone) == len(rows))
    window.lab.pause()
    qtbot.waitUntil(lambda: window.lab.state == "paused")
    window.actions_by_name["lock"].trigger()
    qtbot.mouseClick(window.transport.run_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.lab.state == "running")
    assert window.close()


def test_unlocking_gives_back_what_its_owner_would_have_now(open_window) -> None:
    window = open_window()
    window.set_full(True)
    view = window.surface_view
    view.scale_box.setEnabled(False)
    view.bar.kind_box.setEnabled(False)
    said_while_locked: dict[QWidget, list[bool]] = {
        window.data_view.test_box: [False],
        window.panel: [False, True],
        view.scale_box: [True],
        view.bar.kind_box: [True, False],
    }
    window.actions_by_name["lock"].trigger()
    for widget, words in said_while_locked.items():
        for word in words:
            widget.setEnabled(word)
            assert not widget.isEnabled(), "not yet"
    window.actions_by_name["lock"].trigger()
    for widget, words in said_while_locked.items():
        assert widget.isEnabled() == words[-1]
        widget.setEnabled(True)
        assert widget.isEnabled()


def test_a_presentation_can_be_locked(qtbot, locked) -> None:
    qtbot.keyClick(locked.strip.slider, Qt.Key.Key_F12, UNLOCK)
    locked.present("surface")
    qtbot.keyClick(locked, Qt.Key.Key_F12, UNLOCK)
    assert lock_of(locked).label.isVisible()
    qtbot.keyClick(locked, Qt.Key.Key_Escape)
    assert locked.arrangement.presenting
    qtbot.keyClick(locked, Qt.Key.Key_F12, UNLOCK)
    qtbot.keyClick(locked, Qt.Key.Key_Escape)
    assert not locked.arrangement.presenting
