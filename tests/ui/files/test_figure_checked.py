"""A figure that was dropped on the window is replayed in the background, and the notice says how it went."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QTimer, QUrl
from PySide6.QtGui import QDropEvent

from playground.export.carried_run import carried_run
from playground.lab.snapshot import PAUSED
from playground.ui.main_window import MainWindow
from tests.support.carried_runs import changed, far_ahead, figure_file, move_theta, steered

STEPS = 150


@pytest.fixture(scope="module")
def view(qapp: Any) -> Any:
    return steered(STEPS).view()


def slots_asked(window: MainWindow) -> list[str]:
    """Return a list that the slots of all questions are added to from now on."""
    slots: list[str] = []
    ask = window.lab.ask

    def noted(question: Any) -> None:
        slots.append(question.slot)
        ask(question)

    window.lab.ask = noted  # type: ignore[method-assign]
    return slots


def drop(window: MainWindow, path: Path, content: bytes) -> None:
    path.write_bytes(content)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPoint(5, 5), Qt.DropAction.CopyAction, mime, buttons, keys))


BEFORE = "the steps before are not in the figure."
AGREES = "Replayed here: the same to the last bit."


def test_a_figure_is_replayed_and_compared(
    qtbot: Any, open_window: Callable[..., MainWindow], tmp_path: Path, view: Any
) -> None:
    window = open_window()
    asked = slots_asked(window)
    drop(window, tmp_path / "a.landscape", carried_run(view))
    qtbot.waitUntil(lambda: "is opened" in window.notices.text and len(asked) > 3)
    assert "replay" not in asked
    for format_ in ("svg", "pdf"):
        drop(window, tmp_path / format_, figure_file(view, format_))
        qtbot.waitUntil(lambda: "Replayed here" in window.notices.text)
        assert window.notices.text == f"“{format_}” is opened, at step 150; {BEFORE} {AGREES}"
        assert list(window.notices.offers) == ["Replay it from the start", "Undo", "✕"]
        assert window.snapshot.view.step == STEPS
        window.notices.clear()
    other = changed(carried_run(view), move_theta)
    drop(window, tmp_path / "a.png", figure_file(view, run=other))
    qtbot.waitUntil(lambda: "Replayed here" in window.notices.text)
    assert window.notices.text.startswith(
        f"“a.png” is opened, at step 150; {BEFORE} Replayed here, this run parts from the figure at "
        "step 150, where θ differs by "
    )
    assert "·10⁻¹" in window.notices.text
    # Beside three buttons all of it has no room; hovered, it is told whole.
    assert window.notices.shown_text == window.notices.text.replace(f"; {BEFORE}", ".")


def test_the_result_is_said_though_the_first_notice_has_gone(
    qtbot: Any,
    open_window: Callable[..., MainWindow],
    tmp_path: Path,
    view: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window = open_window()
    for run, said in (
        (None, ": the same to the last bit."),
        (changed(carried_run(view), move_theta), "at step 150, where"),
    ):
        gone = window.notices.notice_shown.connect(
            lambda text: window.notices.clear() if text.endswith(BEFORE) else None
        )
        drop(window, tmp_path / "a.png", figure_file(view, run=run))
        qtbot.waitUntil(lambda: window.notices.text.startswith("“a.png”, replayed here"))
        assert said in window.notices.text
        window.notices.notice_shown.disconnect(gone)
        window.notices.clear()
    monkeypatch.setattr("playground.ui.files.replay_check.MOST_SECONDS", 0.2)
    drop(window, tmp_path / "a.png", figure_file(far_ahead(view, 5_000_000)))
    qtbot.waitUntil(lambda: "where the time for a check was over" in window.notices.text)
    assert "the same to the last bit at step 149" in window.notices.text


def let_it_expire(window: MainWindow) -> None:
    """Let the time of the notice pass, if it has one."""
    for timer in window.notices.findChildren(QTimer):
        if timer.isActive() and timer.isSingleShot():
            timer.timeout.emit()


REPLAY = "Replay it from the start"


def test_the_offer_to_replay_stays_until_the_run_is_another_one(
    qtbot: Any, open_window: Callable[..., MainWindow], tmp_path: Path, view: Any
) -> None:
    window = open_window()
    notices, lab = window.notices, window.lab
    drop(window, tmp_path / "a.png", figure_file(view))
    qtbot.waitUntil(lambda: AGREES in notices.text)
    said = notices.text
    let_it_expire(window)
    assert (notices.text, REPLAY in notices.offers) == (said, True)
    qtbot.mouseClick(window.transport.step_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.snapshot.view.step == STEPS + 1)
    qtbot.mouseClick(window.transport.run_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.snapshot.view.step > STEPS + 2)
    qtbot.mouseClick(window.transport.run_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: lab.state == PAUSED)
    assert (notices.text, REPLAY in notices.offers) == (said, True)
    notices.say("Copied to the clipboard.", seconds=60)
    assert notices.text == "Copied to the clipboard."
    let_it_expire(window)
    assert (notices.text, REPLAY in notices.offers) == (said, True)
    lab.set_learning_rate(0.7)
    qtbot.waitUntil(lambda: window.actions_by_name["undo"].isEnabled())
    qtbot.waitUntil(lambda: "Undo" not in notices.offers, timeout=5000)
    assert (notices.text, REPLAY in notices.offers) == (said, True)
    run = window.snapshot.run
    qtbot.mouseClick(notices.offers[REPLAY], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.snapshot.run > run and window.snapshot.view.step == STEPS)
    assert REPLAY not in notices.offers
    assert len(window.snapshot.view.history.curves["batch_loss"].steps) == STEPS
    drop(window, tmp_path / "b.png", figure_file(view))
    qtbot.waitUntil(lambda: AGREES in notices.text)
    notices.say("Copied to the clipboard.", seconds=60)
    qtbot.mouseClick(notices.offers["✕"], Qt.MouseButton.LeftButton)
    assert REPLAY in notices.offers
    qtbot.mouseClick(notices.offers["✕"], Qt.MouseButton.LeftButton)
    assert not notices.has_notice


def threads() -> set[threading.Thread]:
    """Return the threads of Python; those of Qt leave only an entry behind."""
    return {thread for thread in threading.enumerate() if type(thread).__name__ != "_DummyThread"}


def is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.skipif(os.name == "nt", reason="asks the system for the helper's number")
@pytest.mark.parametrize("use_process", [True, pytest.param(False, marks=pytest.mark.slow)])
def test_another_run_or_the_end_of_the_window_ends_the_check(
    qtbot: Any, open_window: Callable[..., MainWindow], tmp_path: Path, view: Any, use_process: bool
) -> None:
    before = threads()
    window = open_window(use_process=use_process)
    asked = slots_asked(window)
    qtbot.waitUntil(lambda: not use_process or window.lab.helper_pid is not None)
    pid = window.lab.helper_pid
    drop(window, tmp_path / "a.png", figure_file(view))
    qtbot.waitUntil(lambda: AGREES in window.notices.text)
    asked.clear()
    figure = figure_file(far_ahead(view, 50_000_000))
    drop(window, tmp_path / "a.png", figure)
    qtbot.waitUntil(lambda: "replay" in asked)
    window.lab.same_weights_again()
    # Without the replay the questions about the next run are soon all answered.
    qtbot.waitUntil(lambda: window.snapshot.view.step == 0 and not window.lab.analysis.busy)
    asked.clear()
    drop(window, tmp_path / "a.png", figure)
    qtbot.waitUntil(lambda: "replay" in asked)
    qtbot.waitUntil(lambda: use_process or window.lab.analysis.busy)
    assert window.close()
    assert window.lab.analysis.isFinished()
    assert window.lab.training.isFinished()
    assert threads() <= before
    assert pid is None or not is_there(pid)
