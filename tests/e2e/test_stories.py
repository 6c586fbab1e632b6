"""Stories of people at the window: what they do, and what they see."""

from __future__ import annotations

import json
import math
import os
import signal
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication

from playground.engine.trainer import Trainer, replay
from playground.experiment import (
    Experiment,
    ExperimentFile,
)
from playground.ui.frame.words import FOUR_NEURONS, INVITATION, TWO_NUMBERS
from tests.support.stories import LINE, boundary_is_there, helper_processes, step_of, surface_is_there


def test_a_newcomer_presses_space_and_sees_the_loss_fall(qtbot, open_window) -> None:
    window = open_window()
    assert window.notices.text == INVITATION
    assert QApplication.focusWidget() in (window.transport.run_button, None)
    qtbot.waitUntil(lambda: surface_is_there(window) and boundary_is_there(window))
    start = window.snapshot.view.train_loss
    qtbot.keyClick(window.transport.run_button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.lab.state == "running")
    assert "Pause" in window.transport.run_button.text()
    qtbot.waitUntil(lambda: step_of(window) >= 30)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.snapshot.state == "paused")
    assert "Run" in window.transport.run_button.text()
    assert window.snapshot.view.train_loss < start
    picture = window.surface_view.picture()
    assert len(picture.path_ab) > 10
    # The rehearsal runs ahead of the same run, so the path lies in its plane but for a thousandth.
    assert picture.now.distance < 0.05 * np.ptp(picture.surface.a)


def test_a_student_drags_alpha_while_it_trains_and_sees_the_mark(qtbot, open_window) -> None:
    window = open_window()
    qtbot.waitUntil(lambda: surface_is_there(window))
    window.actions_by_name["run"].trigger()
    qtbot.waitUntil(lambda: step_of(window) >= 5)
    window.strip.slider.setFocus()
    before = window.strip.learning_rate
    qtbot.keyClick(window.strip.slider, Qt.Key.Key_Right)
    qtbot.keyClick(window.strip.slider, Qt.Key.Key_Right)
    assert window.strip.learning_rate > before
    qtbot.waitUntil(lambda: window.snapshot.view.settings.learning_rate == window.strip.learning_rate)
    changed_at = step_of(window)
    qtbot.waitUntil(lambda: step_of(window) > changed_at + 3)
    marks = [mark for mark in window.surface_view.picture().marks if mark.kind == "learning_rate"]
    # Both keys come before the same step, or there is a step between them.
    assert len(marks) in (1, 2)
    assert marks[0].label.startswith("α 0.3 →")
    log = window.snapshot.view.history.changes
    assert {change.field for change in log} == {"training.learning_rate"}
    assert log[-1].value == window.strip.learning_rate


def test_half_squared_error_is_thrown_to_infinity_and_brought_back(qtbot, open_window) -> None:
    window = open_window(ExperimentFile(LINE))
    window.lab.set_speed(None)
    window.lab.set_learning_rate(5.0)
    with qtbot.waitSignal(window.lab.diverged):
        window.actions_by_name["run"].trigger()
    qtbot.waitUntil(lambda: window.snapshot.state == "diverged")
    assert "no longer finite" in window.notices.text
    assert np.isfinite(window.snapshot.view.parameters).all()
    kept = step_of(window)
    window.lab.set_learning_rate(0.2)
    window.actions_by_name["run"].trigger()
    qtbot.waitUntil(lambda: "no longer finite" not in window.notices.text)
    assert not any(text.startswith("Go on") for text in window.notices.offers)
    # It comes back from far away: the flat direction loses 8 % of J a step.
    qtbot.waitUntil(lambda: window.snapshot.view.train_loss < 1.0)
    assert window.lab.state == "running"
    assert step_of(window) > kept


def test_the_offer_after_a_divergence_goes_on_with_half_of_alpha(qtbot, open_window) -> None:
    window = open_window(ExperimentFile(LINE))
    window.lab.set_speed(None)
    window.lab.set_learning_rate(0.8)
    with qtbot.waitSignal(window.lab.diverged):
        window.actions_by_name["run"].trigger()
    qtbot.waitUntil(lambda: "Go on with α = 0.4" in window.notices.offers)
    qtbot.mouseClick(window.notices.offers["Go on with α = 0.4"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.lab.state == "running" and window.snapshot.view.train_loss < 1.0)
    assert window.snapshot.view.settings.learning_rate == pytest.approx(0.4)


def test_closing_while_it_trains_leaves_nothing_behind(qtbot, open_window) -> None:
    for _ in range(12):
        window = open_window()
        window.lab.set_speed(None)
        window.actions_by_name["run"].trigger()
        qtbot.waitUntil(lambda window=window: step_of(window) > 0)
        window.close()
        assert window.lab.shutdown(0.0), "both threads have ended with the window"


def test_a_killed_helper_is_told_once_and_surfaces_go_on(qtbot, open_window) -> None:
    window = open_window(use_process=True)
    qtbot.waitUntil(lambda: surface_is_there(window))
    children = helper_processes()
    if not children:
        pytest.skip("this system does not list child processes")
    said: list[str] = []
    window.lab.notice.connect(said.append)
    window.actions_by_name["run"].trigger()
    window.surface_view.choose_plane("path")
    qtbot.waitUntil(lambda: step_of(window) >= 5 and window.surface_view.kind == "path")
    for child in children:
        os.kill(child, signal.SIGKILL)
    qtbot.waitUntil(lambda: bool(said))
    killed_at = step_of(window)
    qtbot.waitUntil(lambda: surface_is_there(window) and window.surface_view.answer.step > killed_at)
    assert len(said) == 1
    assert window.lab.state == "running"


def test_a_bad_file_shows_one_sentence_and_changes_nothing(qtbot, open_window, tmp_path: Path) -> None:
    window = open_window()
    before = window.lab.experiment
    for name, text, expected in (
        ("broken.json", "{", "“broken.json” is no experiment (not JSON, line 1)."),
        ("foreign.json", '{"format": "recipe"}', "format"),
        ("newer.json", '{"version": 99}', "version"),
        ("unknown.json", '{"data": {"dateset": "xor"}}', "dateset in data is an unknown field"),
        (
            "absurd.json",
            '{"training": {"learning_rate": 1e300}}',
            "learning_rate in training must be from 0.000001 to 100, not 1e+300.",
        ),
    ):
        path = tmp_path / name
        path.write_text(text)
        assert not window.commands.open_file(path)
        assert name in window.notices.text
        assert expected in window.notices.text
        assert "\n" not in window.notices.text
    assert not window.commands.open_file(tmp_path / "absent.json")
    assert "absent.json" in window.notices.text
    (tmp_path / "bytes.json").write_bytes(b"\xff\xfe\x00")
    assert not window.commands.open_file(tmp_path / "bytes.json")
    assert window.lab.experiment == before
    assert window.preferences.recent_files == []


def test_a_change_of_data_starts_again_and_undo_brings_the_run_back(qtbot, open_window) -> None:
    window = open_window()
    window.actions_by_name["run"].trigger()
    qtbot.waitUntil(lambda: step_of(window) >= 10)
    window.actions_by_name["run"].trigger()
    qtbot.waitUntil(lambda: window.snapshot.state == "paused")
    old = window.snapshot.view
    window.lab.change("data.dataset", "xor")
    qtbot.waitUntil(lambda: window.snapshot.view.experiment.data.dataset == "xor")
    assert step_of(window) == 0
    assert "Undo" in window.notices.offers
    qtbot.mouseClick(window.notices.offers["Undo"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.snapshot.view.experiment.data.dataset == "two_circles")
    back = window.snapshot.view
    assert back.step == old.step
    np.testing.assert_array_equal(back.parameters, old.parameters)
    np.testing.assert_array_equal(
        back.history.curves["batch_loss"].values, old.history.curves["batch_loss"].values
    )
    qtbot.waitUntil(lambda: window.actions_by_name["redo"].isEnabled())
    window.actions_by_name["redo"].trigger()
    qtbot.waitUntil(lambda: window.snapshot.view.experiment.data.dataset == "xor")


def test_a_saved_run_opens_again_at_the_same_numbers(qtbot, open_window, tmp_path: Path) -> None:
    window = open_window()
    window.lab.set_speed(None)
    window.lab.run_exactly(40)
    qtbot.waitUntil(lambda: step_of(window) == 40)
    window.lab.set_learning_rate(1.5)
    window.lab.run_exactly(30)
    qtbot.waitUntil(lambda: step_of(window) == 70)
    path = tmp_path / "run"
    assert window.commands.save_to(path)
    path = path.with_suffix(".json")
    saved = window.snapshot.view
    file = ExperimentFile.from_json(path.read_text())
    assert file.steps == 70
    np.testing.assert_array_equal(replay(file, 70).parameters, saved.parameters)

    window.actions_by_name["new_weights"].trigger()
    qtbot.waitUntil(lambda: step_of(window) == 0)
    assert window.commands.open_file(path)
    qtbot.waitUntil(lambda: step_of(window) == 70)
    np.testing.assert_array_equal(window.snapshot.view.parameters, saved.parameters)
    assert window.windowTitle().startswith("run.json")
    assert window.preferences.recent_files == [str(path.resolve())]


def test_undo_gives_the_run_its_own_name_back_and_saving_spares_the_other_file(
    qtbot, open_window, tmp_path: Path, monkeypatch
) -> None:
    window = open_window()
    window.lab.run_exactly(3)
    qtbot.waitUntil(lambda: step_of(window) == 3)
    other = tmp_path / "other.json"
    other.write_text(json.dumps({"data": {"dataset": "xor"}}))
    assert window.commands.open_file(other)
    qtbot.waitUntil(lambda: window.windowTitle().startswith("other.json"))
    window.actions_by_name["undo"].trigger()
    qtbot.waitUntil(lambda: step_of(window) == 3)
    assert window.windowTitle() == "Loss Landscape Playground"
    asked: list[str] = []

    def ask(parent: object, title: str, start: str, kinds: str) -> tuple[str, str]:
        asked.append(start)
        return str(tmp_path / "mine.json"), kinds

    monkeypatch.setattr("playground.ui.frame.saving.QFileDialog.getSaveFileName", ask)
    assert window.commands.save()
    assert len(asked) == 1
    assert "other" not in asked[0]
    assert json.loads(other.read_text()) == {"data": {"dataset": "xor"}}
    assert window.windowTitle().startswith("mine.json")
    assert window.commands.save()
    assert len(asked) == 1
    window.actions_by_name["redo"].trigger()
    qtbot.waitUntil(lambda: window.windowTitle().startswith("other.json"))
    assert window.commands.path == other


def test_what_cannot_be_written_is_said_and_the_old_file_stays(qtbot, open_window, tmp_path: Path) -> None:
    window = open_window()
    assert not window.commands.save_to(tmp_path / "no" / "such" / "folder" / "run.json")
    assert "run.json" in window.notices.text
    assert window.commands.path is None


def test_a_file_dropped_on_the_window_opens(qtbot, open_window, tmp_path: Path) -> None:
    window = open_window()
    path = tmp_path / "moons.json"
    path.write_text(json.dumps({"data": {"dataset": "two_moons"}}))
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    drop = QDropEvent(
        QPointF(50, 50),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    window.dropEvent(drop)
    qtbot.waitUntil(lambda: window.snapshot.view.experiment.data.dataset == "two_moons")


def test_two_numbers_only_opens_a_logistic_regression(qtbot, open_window) -> None:
    window = open_window()
    qtbot.mouseClick(window.notices.offers[TWO_NUMBERS], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.snapshot.view.parameters.size == 2)
    qtbot.waitUntil(lambda: surface_is_there(window) and boundary_is_there(window))
    assert window.snapshot.view.experiment.data.dataset == "hours_of_study"
    assert "probability" in window.data_view.title_label.text()


def test_data_that_a_straight_line_cannot_part_offer_four_neurons(qtbot, open_window) -> None:
    window = open_window()
    window.actions_by_name["two_numbers"].trigger()
    qtbot.waitUntil(lambda: window.snapshot.view.parameters.size == 2)
    window.lab.change("data.dataset", "separable_blobs")
    qtbot.waitUntil(lambda: window.snapshot.view.parameters.size == 3)
    assert FOUR_NEURONS not in window.notices.offers
    window.lab.change("data.dataset", "xor")
    qtbot.waitUntil(lambda: "straight line" in window.notices.text)
    assert "Undo" in window.notices.offers
    qtbot.mouseClick(window.notices.offers[FOUR_NEURONS], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.snapshot.view.parameters.size == 17)
    assert "straight line" not in window.notices.text
    assert window.snapshot.view.experiment.data.dataset == "xor"


def test_same_weights_again_is_the_same_run(qtbot, open_window) -> None:
    window = open_window()
    window.lab.set_speed(None)
    window.lab.run_exactly(25)
    qtbot.waitUntil(lambda: step_of(window) == 25)
    first = window.snapshot.view.parameters
    window.actions_by_name["same_weights"].trigger()
    qtbot.waitUntil(lambda: step_of(window) == 0)
    window.lab.run_exactly(25)
    qtbot.waitUntil(lambda: step_of(window) == 25)
    np.testing.assert_array_equal(window.snapshot.view.parameters, first)
    trainer = Trainer(Experiment())
    trainer.advance(25)
    np.testing.assert_array_equal(trainer.parameters, first)


def test_every_plane_draws_the_loss_that_the_network_has(qtbot, open_window) -> None:
    window = open_window()
    window.lab.set_speed(None)
    window.lab.run_exactly(60)
    qtbot.waitUntil(lambda: step_of(window) == 60)
    view = window.surface_view
    for kind in ("path", "random", "rehearsal"):
        view.choose_plane(kind)
        qtbot.waitUntil(lambda kind=kind: surface_is_there(window) and view.answer.choice.kind == kind)
        answer = view.answer
        assert answer.true_loss == pytest.approx(window.snapshot.view.train_loss, rel=1e-6) or (
            kind == "rehearsal" and answer.step < 60
        )
        view.summarise()
        assert view.caption.text()
        assert "J from" in view.canvas.accessibleDescription() or kind != view.kind


def test_a_plane_without_a_path_says_so(qtbot, open_window) -> None:
    window = open_window()
    window.surface_view.choose_plane("path")
    qtbot.waitUntil(
        lambda: window.surface_view.answer is not None and window.surface_view.answer.choice is None,
    )
    window.surface_view.summarise()
    window.frame()
    assert "no path yet" in window.surface_view.drawing.notice.text
    window.actions_by_name["step"].trigger()
    qtbot.waitUntil(lambda: surface_is_there(window))


def test_the_accuracy_says_of_what(qtbot, open_window) -> None:
    window = open_window()
    qtbot.waitUntil(lambda: window.transport.readouts["accuracy"].value != "–")
    assert "test points" in window.transport.readouts["accuracy"].accessibleName()
    window.lab.change("data.test_share", 0.0)
    qtbot.waitUntil(lambda: math.isnan(window.snapshot.view.test_loss))
    qtbot.waitUntil(lambda: "test" not in window.transport.readouts["accuracy"].accessibleName())
    assert "training points" in window.transport.readouts["accuracy"].accessibleName()
    window.lab.set_experiment(LINE)
    qtbot.waitUntil(lambda: window.transport.readouts["accuracy"].value == "–")
