"""What the window remembers, and what it does with a memory that makes no sense."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRect, QSettings, QSize
from PySide6.QtWidgets import QApplication, QWidget

from playground.ui.frame.preferences import MAX_RECENT_FILES, Preferences, can_be_reached


def reopened(preferences: Preferences) -> Preferences:
    preferences.settings.sync()
    return Preferences(QSettings(preferences.settings.fileName(), QSettings.Format.IniFormat))


def test_choices_are_remembered_by_the_next_start(preferences: Preferences) -> None:
    assert (preferences.layout, preferences.theme) == ("simple", "system")
    preferences.layout, preferences.theme = "full", "dark"
    preferences.set_switch("invite", False)
    later = reopened(preferences)
    assert (later.layout, later.theme, later.switch("invite", True)) == ("full", "dark", False)


def test_an_edited_file_cannot_choose_what_there_is_not(preferences: Preferences) -> None:
    preferences.settings.setValue("layout", "enormous")
    preferences.settings.setValue("theme", ["a", "b"])
    preferences.settings.setValue("recent_files", {"not": "a list"})
    preferences.settings.setValue("folder", "/no/such/folder")
    later = reopened(preferences)
    assert (later.layout, later.theme, later.recent_files) == ("simple", "system", [])
    assert Path(later.folder).is_dir()


def test_recent_files_are_few_and_the_newest_first(preferences: Preferences, tmp_path: Path) -> None:
    paths = [tmp_path / f"{index}.json" for index in range(MAX_RECENT_FILES + 3)]
    for path in paths:
        preferences.add_recent_file(path)
    preferences.add_recent_file(paths[5])
    kept = reopened(preferences).recent_files
    assert len(kept) == MAX_RECENT_FILES
    assert kept[0] == str(paths[5].resolve())
    assert len(set(kept)) == len(kept)
    preferences.remove_recent_file(kept[0])
    assert reopened(preferences).recent_files == kept[1:]


def test_one_recent_file_stays_a_list(preferences: Preferences, tmp_path: Path) -> None:
    preferences.add_recent_file(tmp_path / "only.json")
    assert reopened(preferences).recent_files == [str((tmp_path / "only.json").resolve())]


def test_a_window_that_was_left_on_another_screen_comes_back(qtbot, preferences: Preferences) -> None:
    lost = QWidget()
    qtbot.addWidget(lost)
    lost.setGeometry(QRect(90_000, 90_000, 600, 400))
    preferences.set_state("geometry", lost.saveGeometry())
    assert not can_be_reached(QRect(90_000, 90_000, 600, 400))
    window = QWidget()
    qtbot.addWidget(window)
    reopened(preferences).place(window, QSize(700, 500))
    assert can_be_reached(window.frameGeometry())
    screen = QApplication.primaryScreen().availableGeometry()
    assert screen.contains(window.geometry().center())


def test_a_window_is_never_larger_than_its_screen(qtbot, preferences: Preferences) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    preferences.place(window, QSize(20_000, 20_000))
    screen = QApplication.primaryScreen().availableGeometry()
    assert window.width() <= screen.width()
    assert window.height() <= screen.height()
