"""Saving and closing before another run that was asked for has its snapshot, and where keeping fails."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QGuiApplication

from playground.experiment import Experiment
from playground.sessions import load_session
from playground.ui.hall.scene_feature import SceneFeature
from playground.ui.main_window import MainWindow
from tests.support.features import feature_of

OTHER = Experiment().with_value("network.hidden_layers", (6, 5))


@pytest.fixture
def window(qtbot, open_window: Callable[..., MainWindow]) -> MainWindow:
    """A window whose weights were set by hand."""
    window = open_window()
    theta = np.linspace(-1, 1, window.snapshot.view.parameters.size)
    window.lab.set_parameters(theta)
    qtbot.waitUntil(lambda: np.array_equal(window.snapshot.view.parameters, theta))
    return window


def ask_for_another(window: MainWindow) -> None:
    """Ask for another experiment: its snapshot is not there before events are handled again."""
    window.lab.set_experiment(OTHER)
    assert window.lab.experiment != window.snapshot.view.experiment


def test_a_scene_holds_the_run_on_the_screen(window: MainWindow) -> None:
    ask_for_another(window)
    window.actions_by_name["keep_scene"].trigger()
    file = feature_of(window, SceneFeature).scenes[1].file
    assert file.experiment == window.snapshot.view.experiment
    assert np.array_equal(file.changes[0].value, window.snapshot.view.parameters)


def test_a_session_is_saved(window: MainWindow, tmp_path: Path) -> None:
    ask_for_another(window)
    assert window.files.save_to(tmp_path / "run.landscape")
    assert load_session(tmp_path / "run.landscape")


def test_the_window_closes_and_its_threads_end(window: MainWindow) -> None:
    ask_for_another(window)
    assert window.close()
    assert window.lab.shutdown(0.0)


def test_a_window_closes_whatever_cannot_be_kept(open_window, monkeypatch, caplog) -> None:
    window = open_window()

    def fail() -> None:
        raise ArithmeticError("not to be kept")

    monkeypatch.setattr(window.arrangement, "save_state", fail)
    kept: list[bool] = []
    monkeypatch.setattr(window.files, "keep_work", lambda: kept.append(True))
    assert window.close()
    assert window.lab.shutdown(0.0)
    assert kept, "the work is kept all the same"
    assert "Not all of the window's state was saved." in caplog.messages


@pytest.mark.parametrize(("part", "name"), [("files", "may_close"), ("arrangement", "close_own_windows")])
def test_a_window_closes_and_keeps_its_work_where_a_part_of_that_fails(
    open_window, monkeypatch, caplog, part: str, name: str
) -> None:
    window = open_window()

    def fail() -> None:
        raise ArithmeticError("not to be asked")

    monkeypatch.setattr(getattr(window, part), name, fail)
    kept: list[bool] = []
    monkeypatch.setattr(window.files, "keep_work", lambda: kept.append(True))
    assert window.close()
    assert window.lab.shutdown(0.0)
    assert kept
    assert any("The window closes with" in message for message in caplog.messages)


def test_an_empty_clipboard_is_said(open_window, monkeypatch) -> None:
    window = open_window()

    class Empty:
        def mimeData(self) -> None:
            return None

    monkeypatch.setattr(QGuiApplication, "clipboard", lambda: Empty())
    window.actions_by_name["paste"].trigger()
    assert window.notices.text == "Nothing is there to paste: the clipboard is empty."
