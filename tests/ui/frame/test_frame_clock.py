"""Nothing looks sixty times a second where nothing can come, and nothing that comes is missed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from playground.lab.snapshot import Snapshot
from playground.ui.frame.frame_clock import FRAME_MS
from playground.ui.main_window import MainWindow


@pytest.fixture
def asleep(qtbot, open_window) -> MainWindow:
    """A window in which nothing has happened for a while."""
    window = open_window()
    window.set_full(True)
    qtbot.waitUntil(lambda: window.clock.asleep)
    return window


def active_timers(window: MainWindow) -> list[int]:
    """The intervals of the timers that go on and on."""
    timers = window.findChildren(QTimer)
    return [timer.interval() for timer in timers if timer.isActive() and not timer.isSingleShot()]


def test_the_frames_stop_where_nothing_can_come(qtbot, asleep: MainWindow) -> None:
    assert not asleep.clock.timer.isActive()
    assert all(interval >= 20 * FRAME_MS for interval in active_timers(asleep))


def test_nothing_at_all_is_looked_for_where_nobody_sees_it(qtbot, asleep: MainWindow) -> None:
    asleep.hide()
    assert not asleep.clock.asleep, "what becomes of the window is an event like any other"
    qtbot.waitUntil(lambda: asleep.clock.asleep)
    assert active_timers(asleep) == []
    asleep.lab.run_exactly(3)
    qtbot.waitUntil(lambda: asleep.snapshot.view.step == 3)
    asleep.show()
    assert asleep.clock.timer.isActive()


def by_key(window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_Shift)


def by_pointer(window: MainWindow) -> None:
    QTest.mouseMove(window.surface_view.canvas.viewport(), QPoint(50, 60))
    QTest.mouseMove(window.surface_view.canvas.viewport(), QPoint(90, 80))


def by_wheel_of_the_field(window: MainWindow) -> None:
    QTest.keyClick(window.strip.slider, Qt.Key.Key_Right)


def by_size(window: MainWindow) -> None:
    window.resize(window.width() + 31, window.height() + 17)


def by_theme(window: MainWindow) -> None:
    window.choose_theme("light" if window.preferences.theme == "dark" else "dark")


def by_question(window: MainWindow) -> None:
    window.surface_view.choose_plane("random")


def by_command(window: MainWindow) -> None:
    window.lab.step()


def frames_of(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """An entry for each frame from here on: each looks for a snapshot."""
    frames: list[int] = []
    latest = window.lab.latest

    def counted() -> Snapshot | None:
        frames.append(1)
        return latest()

    monkeypatch.setattr(window.lab, "latest", counted)
    return frames


WAYS = [by_key, by_pointer, by_wheel_of_the_field, by_size, by_theme, by_question, by_command]


@pytest.mark.parametrize("wake", WAYS)
def test_whatever_may_bring_something_wakes_it(
    qtbot, asleep: MainWindow, monkeypatch, wake: Callable[[MainWindow], None]
) -> None:
    frames = frames_of(asleep, monkeypatch)
    wake(asleep)
    qtbot.waitUntil(lambda: asleep.clock.timer.isActive())
    qtbot.waitUntil(lambda: bool(frames))
    qtbot.waitUntil(lambda: asleep.clock.asleep)


def test_the_first_frame_after_an_event_comes_at_once(qtbot, asleep: MainWindow, monkeypatch) -> None:
    frames = frames_of(asleep, monkeypatch)
    QTest.keyClick(asleep, Qt.Key.Key_Shift)
    asleep.clock.timer.stop()
    QApplication.processEvents()
    assert frames, "it does not wait for the timer"
    asleep.clock.timer.start()


def test_what_is_asked_and_commanded_in_its_sleep_is_seen(qtbot, asleep: MainWindow) -> None:
    asleep.surface_view.choose_plane("random")
    qtbot.waitUntil(
        lambda: asleep.surface_view.settled and asleep.surface_view.answer.choice.kind == "random"
    )
    for step in range(1, 4):
        qtbot.waitUntil(lambda: asleep.clock.asleep)
        asleep.lab.step()
        qtbot.waitUntil(lambda step=step: asleep.snapshot.view.step == step)
    asleep.lab.run()
    qtbot.waitUntil(lambda: asleep.snapshot.view.step > 70)
    assert asleep.clock.timer.isActive(), "while it runs it looks"
