"""Work is kept by itself: after a change, at the end, and when the process is killed."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from playground.engine.trainer import Trainer
from playground.experiment import Experiment, ExperimentFile
from playground.lab.saved_lab import SavedLab
from playground.lab.session_writer import session_to_write
from playground.sessions import about_session, load_session, save_session
from playground.ui.files import feature, kept_work
from playground.ui.files.kept_work import WorkPlace, newest_left, tidy, work_folder, work_words
from playground.ui.main_window import MainWindow
from tests.support.watching import same_history

ROOT = Path(__file__).resolve().parents[3]
INVITED = ["Two numbers only (w, b)", "First lesson", "No lessons", "✕"]
TRAINS = """
import sys
from PySide6.QtCore import QSettings, QTimer
from PySide6.QtWidgets import QApplication
from playground.ui.files import work_keeper
from playground.ui.frame.preferences import Preferences
from playground.ui.main_window import MainWindow

if __name__ == "__main__":
    work_keeper.SECONDS = 0.05
    application = QApplication([])
    preferences = Preferences(QSettings(sys.argv[1], QSettings.Format.IniFormat))
    window = MainWindow(None, preferences, use_process=False)
    window.files.keeper._timer.setInterval(50)
    window.show()
    window.lab.set_speed(None)
    window.lab.run()
    application.exec()
"""


@pytest.fixture
def folder(preferences) -> Path:
    folder = work_folder(preferences.settings.fileName())
    assert folder is not None
    return folder


def train(window: MainWindow, steps: int, qtbot) -> None:
    end = window.snapshot.whole.step + steps
    window.lab.set_speed(None)
    window.lab.run_exactly(steps)
    qtbot.waitUntil(lambda: window.snapshot.whole.step == end and window.snapshot.state == "paused")


def sessions(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.landscape")) if folder.exists() else []


def go_on(window: MainWindow, qtbot, words: str) -> None:
    run = window.snapshot.run
    window.notices.offers[f"Go on: {words}"].click()
    qtbot.waitUntil(lambda: window.snapshot.run > run and window.notices.text == f"You go on with {words}.")


def test_a_closed_window_is_gone_on_with_at_the_next_start(qtbot, open_window, folder: Path) -> None:
    one = open_window()
    assert [*one.notices.offers] == INVITED
    train(one, 1_234, qtbot)
    before = one.snapshot.view
    one.close()
    (path,) = sessions(folder)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not [*folder.glob("*.lock")]
    two = open_window()
    assert [*two.notices.offers] == ["Go on: two circles, step 1234", *INVITED]
    assert two.notices.text == "Press Space, then drag α to the right until something breaks."
    assert two.snapshot.view.step == 0
    go_on(two, qtbot, "two circles, step 1234")
    assert same_history(two.snapshot.view, before)
    three = open_window()
    assert [*three.notices.offers] == INVITED
    two.close()
    assert len(sessions(folder)) == 1
    assert sessions(folder) != [path]


def test_a_window_without_work_leaves_nothing_and_takes_nothing(qtbot, open_window, folder: Path) -> None:
    open_window().close()
    assert sessions(folder) == []
    one = open_window()
    train(one, 5, qtbot)
    one.close()
    before = sessions(folder)
    open_window().close()
    assert sessions(folder) == before


def test_a_window_that_was_given_a_file_offers_nothing(qtbot, open_window, folder: Path) -> None:
    one = open_window()
    train(one, 5, qtbot)
    one.close()
    given = open_window(ExperimentFile(Experiment().with_value("data.dataset", "xor")))
    assert [*given.notices.offers] == INVITED


def test_where_the_invitation_is_declined_the_offer_is_made_all_the_same(
    qtbot, open_window, preferences
) -> None:
    one = open_window()
    train(one, 5, qtbot)
    one.close()
    preferences.set_switch("invite", False)
    two = open_window()
    assert [*two.notices.offers] == ["Go on: two circles, step 5", "✕"]


def test_it_is_written_some_seconds_after_a_change_and_again(qtbot, open_window, folder: Path) -> None:
    window = open_window()
    keeper = window.files.keeper
    keeper.findChild(type(window.clock.timer)).setInterval(20)
    train(window, 5, qtbot)
    qtbot.waitUntil(lambda: bool(sessions(folder)) and not keeper.writing)
    (path,) = sessions(folder)
    assert about_session(path)["step"] == 5
    train(window, 5, qtbot)
    qtbot.waitUntil(lambda: about_session(path)["step"] == 10)
    other = open_window()
    assert [*other.notices.offers] == INVITED


def test_a_change_while_a_session_is_being_written_is_written_after_it(
    qtbot, open_window, folder: Path, monkeypatch
) -> None:
    monkeypatch.setattr(feature, "BETWEEN", 0.0)
    window = open_window()
    keeper = window.files.keeper
    timer = keeper.findChild(type(window.clock.timer))
    timer.setInterval(20)
    train(window, 5, qtbot)
    window.files.frame()
    qtbot.waitUntil(lambda: bool(sessions(folder)) and not keeper.writing and not timer.isActive())
    assert load_session(keeper.path).window["log_scale"]
    keeper.write()
    window.surface_view.scale_box.setCurrentIndex(1)
    window.files.frame()
    assert keeper.writing
    qtbot.waitUntil(lambda: not load_session(keeper.path).window["log_scale"])


def test_several_windows_keep_works_of_their_own(qtbot, open_window, folder: Path) -> None:
    windows = [open_window() for _ in range(2)]
    for number, window in enumerate(windows, 1):
        train(window, 10 * number, qtbot)
    for window in windows:
        window.close()
    assert sorted(about_session(path)["step"] for path in sessions(folder)) == [10, 20]
    left = newest_left(folder)
    assert left.words == "two circles, step 20"
    place, second = left.claim(), left.claim()
    assert place is not None
    assert second is None
    assert newest_left(folder).words == "two circles, step 10"
    place.leave()


def test_saved_work_is_not_left_again(qtbot, open_window, folder: Path, tmp_path: Path) -> None:
    window = open_window()
    train(window, 5, qtbot)
    window.files.keeper.write_now()
    assert len(sessions(folder)) == 1
    assert window.commands.save_to(tmp_path / "mine.landscape")
    window.close()
    assert sessions(folder) == []


def test_work_of_a_named_file_goes_on_under_its_name_as_changed(qtbot, open_window, tmp_path: Path) -> None:
    one, path = open_window(), tmp_path / "mine.landscape"
    train(one, 5, qtbot)
    assert one.commands.save_to(path)
    train(one, 5, qtbot)
    one.leave()
    two = open_window()
    go_on(two, qtbot, "two circles, step 10")
    assert two.commands.path == path
    assert two.isWindowModified()
    assert two.commands.save()
    assert about_session(path)["step"] == 10


def test_what_cannot_be_read_is_told_once_and_offered_no_more(qtbot, open_window, folder: Path) -> None:
    one = open_window()
    train(one, 5, qtbot)
    one.close()
    (path,) = sessions(folder)
    two = open_window()
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 255
    path.write_bytes(data)
    run = two.lab.run_number
    two.notices.offers["Go on: two circles, step 5"].click()
    assert two.notices.text.startswith("The work that was left cannot be read.")
    assert two.lab.run_number == run
    assert [*open_window().notices.offers] == INVITED


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_killed_window_is_gone_on_with(qtbot, open_window, preferences, folder: Path) -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    process = subprocess.Popen(
        [sys.executable, "-c", TRAINS, preferences.settings.fileName()], cwd=ROOT, env=environment
    )
    qtbot.waitUntil(lambda: bool(sessions(folder)) or process.poll() is not None)
    assert [*open_window().notices.offers] == INVITED
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    (path,) = sessions(folder)
    step = about_session(path)["step"]
    assert step > 0
    window = open_window()
    (offer,) = [name for name in window.notices.offers if name.startswith("Go on: ")]
    window.notices.offers[offer].click()
    qtbot.waitUntil(lambda: window.snapshot.view.step == step)


def test_work_that_is_gone_on_with_stays_until_it_is_written_itself(qtbot, open_window, folder: Path) -> None:
    one = open_window()
    train(one, 40, qtbot)
    one.close()
    (path,) = sessions(folder)
    two = open_window()
    keeper = two.files.keeper
    # What is being written meanwhile is the run before.
    keeper.write()
    go_on(two, qtbot, "two circles, step 40")
    qtbot.waitUntil(lambda: not keeper.writing)
    assert path.exists()
    keeper.write()
    qtbot.waitUntil(lambda: not keeper.writing)
    assert sessions(folder) == [keeper.path]
    assert about_session(keeper.path)["step"] == 40


def small_session(path: Path, step: int = 1) -> None:
    trainer = Trainer(Experiment())
    trainer.advance(step)
    save_session(path, session_to_write(SavedLab(trainer.saved())), mode=0o600)


def test_of_too_many_works_the_oldest_go_and_what_was_half_done(tmp_path: Path) -> None:
    for number in range(kept_work.MOST_WORKS + 3):
        path = tmp_path / f"{number:016x}.landscape"
        small_session(path)
        os.utime(path, (number, number))
    lived = WorkPlace.made(tmp_path)
    (tmp_path / ".0000000000000000.landscape.1234.part").write_bytes(b"half")
    (tmp_path / "ffffffffffffffff.lock").touch()
    tidy(tmp_path)
    names = {path.stem for path in sessions(tmp_path)}
    assert names == {f"{number:016x}" for number in range(3, kept_work.MOST_WORKS + 3)}
    assert [path.name for path in tmp_path.iterdir() if path.suffix in (".part", ".lock")] == [
        lived.path.with_suffix(".lock").name
    ]
    lived.leave()


@pytest.mark.parametrize(
    ("about", "words"),
    [
        ({"dataset": "xor", "step": 7738}, "XOR, step 7738"),
        ({"dataset": "two_circles", "step": 0}, "two circles, step 0"),
        ({"dataset": ["x"], "step": True}, "the last run"),
        (None, "the last run"),
        ({"dataset": "other", "step": 3}, "step 3"),
    ],
)
def test_it_says_what_it_is(about: object, words: str) -> None:
    assert work_words(about) == words


def test_what_is_no_session_is_not_offered(tmp_path: Path) -> None:
    (tmp_path / "a.landscape").write_bytes(b"PK\x03\x04 something")
    (tmp_path / "b.landscape").mkdir()
    assert newest_left(tmp_path) is None
    assert newest_left(tmp_path / "absent") is None
    make: Callable[[Path], None] = small_session
    make(tmp_path / "c.landscape")
    assert newest_left(tmp_path).words == "two circles, step 1"
