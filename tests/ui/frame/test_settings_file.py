"""What is read from a file of settings is text: it runs no code, and what makes no sense is the default."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QFileDialog, QSplitter, QWidget

from playground.lessons.format import Lesson, LessonStep
from playground.ui.frame.layout import restore_splitter
from playground.ui.frame.preferences import Preferences
from playground.ui.frame.settings_file import MAX_BYTES, SettingsFile, parse, written
from playground.ui.lessons.progress import LessonProgress
from playground.ui.main_window import MainWindow
from playground.ui.rate.guess_feature import BREAKS, Scores

INI = QSettings.Format.IniFormat
READ = (
    "layout",
    "theme",
    "folder",
    "recent_files",
    "invite",
    "scenes",
    "closed/data",
    "state/geometry",
    "state/splitter_upper",
    "state/splitter_right",
    "lessons/progress",
    "lessons/done",
    "lessons/declined",
    "guesses/limit",
    "guesses/fastest",
)
"""Every name under which something is kept."""
DISGUISES = {
    "plain": lambda text: text,
    "date": lambda text: text.replace(r"@Variant(\0\0\0\x7f", r"@DateTime(\0\0\x4\0\0"),
    "quoted": lambda text: text.replace("@Variant(", '@"Variant("'),
    "escaped": lambda text: text.replace("@Variant(", "\\x40Variant("),
    "octal": lambda text: text.replace("@Variant(", "\\100Variant("),
    "continued": lambda text: text.replace("@Variant(", "@Var\\\niant("),
    "in a list": lambda text: f"one, {text}, three",
}


class Marking:
    """Unpickled, it makes a folder."""

    def __init__(self, path: Path):
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.path),)


def payload(folder: Path, marker: Path) -> str:
    """What QSettings writes for a Python object: the text behind the equals sign."""
    path = folder / "made.ini"
    settings = QSettings(str(path), INI)
    settings.setValue("x", Marking(marker))
    settings.sync()
    del settings
    line = path.read_text(encoding="latin-1").partition("x=")[2]
    path.unlink()
    assert line.startswith("@Variant(")
    return line.rstrip("\n")


def ini(values: dict[str, str]) -> str:
    """A file as QSettings has it; the values are written as they are."""
    lines = []
    for name, text in values.items():
        group, slash, rest = name.partition("/")
        lines.append(f"[{group}]\n{rest}={text}\n" if slash else f"[General]\n{name}={text}\n")
    return "".join(lines)


@pytest.mark.parametrize("disguise", DISGUISES)
def test_no_value_of_the_settings_runs_code(qtbot, tmp_path: Path, disguise: str) -> None:
    hide = DISGUISES[disguise]
    markers = {name: tmp_path / f"{number}.marker" for number, name in enumerate(READ)}
    text = ini({name: hide(payload(tmp_path, marker)) for name, marker in markers.items()})

    # The danger is real: Qt, asked for these values, runs what is in them, before PySide6 6.12.
    (tmp_path / "control.ini").write_text(text, encoding="latin-1")
    control = QSettings(str(tmp_path / "control.ini"), INI)
    refused = 0
    for name in READ:
        try:
            control.value(name)
        except RuntimeError as error:
            assert "Only builtin types" in str(error)
            refused += 1
    del control
    ran = [name for name, marker in markers.items() if marker.exists()]
    assert ran == ([] if refused else list(READ))
    for name in ran:
        markers[name].rmdir()

    path = tmp_path / "window.ini"
    path.write_text(text, encoding="latin-1")
    settings = QSettings(str(path), INI)
    settings.setValue("theme", "dark")
    preferences = Preferences(settings)
    assert preferences.theme == "dark", "what was set and not written yet counts"
    for name in READ:
        preferences.settings.value(name)
    if disguise == "plain":
        window = MainWindow(preferences=preferences, use_process=False)
        qtbot.addWidget(window)
        window.show()
        qtbot.waitUntil(lambda: window.snapshot is not None)
        window.actions_by_name["lessons"].trigger()
        window.close()
    preferences.layout = "full"
    del settings
    assert [name for name, marker in markers.items() if marker.exists()] == []
    later = QSettings(str(path), INI)
    assert {later.value(name) for name in later.allKeys()}, "Qt can read what was left"
    assert [name for name, marker in markers.items() if marker.exists()] == []
    assert Preferences(QSettings(str(path), INI)).layout == "full"


def test_a_file_that_cannot_be_mended_is_not_shown_to_qt(tmp_path: Path) -> None:
    marker, path = tmp_path / "marker", tmp_path / "window.ini"
    path.write_text(ini({"folder": payload(tmp_path, marker), "theme": "light"}), encoding="latin-1")
    path.chmod(0o444)
    settings = QSettings(str(path), INI)
    preferences = Preferences(settings)
    assert (preferences.theme, preferences.layout) == ("light", "simple")
    preferences.theme = "dark"
    assert preferences.theme == "dark", "for this start"
    assert not marker.exists()
    assert "@Variant" in path.read_text(encoding="latin-1")


def test_settings_of_a_platforms_own_format_are_kept_in_a_file(tmp_path: Path, monkeypatch) -> None:
    """A registry cannot be read as text, and Qt unpickles out of it too."""
    native = QSettings(
        QSettings.Format.NativeFormat, QSettings.Scope.UserScope, "playground-tests", "no-such-program"
    )
    QSettings.setPath(INI, QSettings.Scope.UserScope, str(tmp_path))
    monkeypatch.setattr(sys, "platform", "win32")
    preferences = Preferences(native)
    monkeypatch.undo()
    preferences.theme = "dark"
    assert Path(preferences.settings.fileName()) == tmp_path / "playground-tests" / "no-such-program.ini"
    assert parse((tmp_path / "playground-tests" / "no-such-program.ini").read_bytes()) == {"theme": "dark"}


def test_what_qsettings_wrote_is_read(tmp_path: Path) -> None:
    path = tmp_path / "window.ini"
    old = QSettings(str(path), INI)
    splitter = QSplitter()
    state = splitter.saveState()
    old.setValue("theme", "dark")
    old.setValue("folder", '/home/me/a b, c; d=\\e"f/ü @x')
    old.setValue("recent_files", ["/a b/x.json", "/c,d/y.json"])
    old.setValue("invite", False)
    old.setValue("state/geometry", state)
    old.setValue("scenes", '{"a":\n "b\\\\c"}')
    old.setValue("at", "@home")
    old.setValue("a/b/ü c", "deep")
    old.sync()
    kept = SettingsFile(path)
    assert kept.value("theme") == "dark"
    assert kept.value("folder") == '/home/me/a b, c; d=\\e"f/ü @x'
    assert kept.value("recent_files") == ["/a b/x.json", "/c,d/y.json"]
    assert kept.value("scenes") == '{"a":\n "b\\\\c"}'
    assert kept.value("at") == "@home"
    assert kept.value("a/b/ü c") == "deep"
    preferences = Preferences(QSettings(str(path), INI))
    assert preferences.state("geometry") == state
    assert preferences.switch("invite", True) is False


def test_qsettings_reads_what_is_written_here(tmp_path: Path) -> None:
    kept = SettingsFile(tmp_path / "made" / "window.ini")
    texts = {
        "folder": '/home/me/a b, c; d=\\e"f/ü',
        "at": "@Variant(x)",
        "scenes": '{"a":\n\t"b"}',
        "state/a": " x ",
        "a/b/ü c": "deep",
        "General/x": "1",
        "Space": "",
    }
    for name, text in texts.items():
        kept.setValue(name, text)
    kept.setValue("recent_files", ["/a", "@b, c"])
    read = QSettings(kept.fileName(), INI)
    assert {name: read.value(name) for name in texts} == texts
    assert read.value("recent_files") == ["/a", "@b, c"]
    assert {name: SettingsFile(kept.fileName()).value(name) for name in texts} == texts


@given(st.dictionaries(st.text(max_size=8), st.one_of(st.text(), st.lists(st.text(), min_size=2))))
def test_texts_come_back_as_they_were(values: dict[str, Any]) -> None:
    names = {name.replace("\\", "/"): value for name, value in values.items()}
    names = {name: value for name, value in names.items() if name.isascii() and name.isalnum()}
    seen = parse(written(names))
    assert seen.keys() == names.keys()
    assert parse(written(seen)) == seen
    assert written(seen) == written(names)


@example(b"\\\\x=")
@given(st.binary(max_size=300) | st.text(alphabet='[]="\\,;@x0 \nVariant(', max_size=80).map(str.encode))
def test_any_bytes_are_read_and_nothing_that_qt_would_take_for_more_than_text_is_written(data: bytes) -> None:
    values = parse(data)
    again = written(values)
    assert written(parse(again)) == again
    assert b"@Variant" not in again.replace(b"@@Variant", b"")
    # In a name a backslash stands for "/"; in a value it would begin an escape.
    texts = [line.partition(b"=")[2] for line in again.splitlines()]
    assert not any(b"\\x" in text.replace(b"\\\\", b"") for text in texts)


def test_a_large_file_and_one_of_another_kind_are_as_good_as_none(tmp_path: Path) -> None:
    path = tmp_path / "window.ini"
    path.write_bytes(b'[General]\ntheme="dark"\n' + b";" * MAX_BYTES)
    assert Preferences(QSettings(str(path), INI)).theme == "system"
    folder = tmp_path / "folder.ini"
    folder.mkdir()
    preferences = Preferences(QSettings(str(folder), INI))
    preferences.theme = "dark"
    assert preferences.theme == "dark"


def test_a_value_that_is_too_large_for_the_file_harms_no_other(tmp_path: Path) -> None:
    path = tmp_path / "window.ini"
    kept = SettingsFile(path)
    kept.setValue("theme", "dark")
    large = "x" * MAX_BYTES
    kept.setValue("huge", large)
    kept.setValue("layout", "full")
    assert kept.value("huge") == large
    again = SettingsFile(path)
    assert (again.value("theme"), again.value("layout"), again.value("huge")) == ("dark", "full", None)


def test_two_windows_keep_each_others_settings(tmp_path: Path) -> None:
    one, two = SettingsFile(tmp_path / "window.ini"), SettingsFile(tmp_path / "window.ini")
    one.setValue("theme", "dark")
    two.setValue("layout", "full")
    assert parse((tmp_path / "window.ini").read_bytes()) == {"theme": "dark", "layout": "full"}
    one.remove("theme")
    assert SettingsFile(tmp_path / "window.ini").allKeys() == ["layout"]


def test_of_two_windows_that_set_the_same_the_later_counts(tmp_path: Path) -> None:
    path = tmp_path / "window.ini"
    one, two = SettingsFile(path), SettingsFile(path)
    one.setValue("theme", "dark")
    two.setValue("theme", "light")
    one.setValue("layout", "full")
    assert SettingsFile(path).value("theme") == "light"
    one.setValue("theme", "dark")
    assert SettingsFile(path).value("theme") == "dark"


def test_what_cannot_be_written_now_is_written_later(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "window.ini"
    (tmp_path / "folder").write_text("in the way", encoding="utf-8")
    settings = SettingsFile(path)
    settings.setValue("theme", "dark")
    assert settings.value("theme") == "dark"
    (tmp_path / "folder").unlink()
    settings.setValue("layout", "full")
    assert parse(path.read_bytes()) == {"theme": "dark", "layout": "full"}


@pytest.mark.parametrize("data", [b"a=1\n" * 3_000_000, b"a=" + b"," * 15_000_000], ids=["lines", "list"])
def test_a_file_of_too_much_is_read_in_little_time(data: bytes) -> None:
    began = time.process_time()
    assert parse(data) == {}
    assert time.process_time() - began < 2.0


HOSTILE = (
    "x" * 256,
    "9" * 5000,
    "-1",
    "nan",
    "inf",
    "\0",
    "a\nb",
    "base64:",
    "base64:%%%",
    "base64:" + "A" * 4000,
    "base64:AAAA/wAAAAEAAAACAAAA",
    "{",
    "[" * 100_000,
    "1;2=3",
    "/" * 5000,
)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_every_value_is_checked_as_input_is(qtbot, tmp_path: Path, text: str) -> None:
    kept = SettingsFile(tmp_path / "window.ini")
    for name in READ:
        kept.setValue(name, text)
    kept.setValue("lessons/progress", f"lesson={text};b={text}")
    kept.setValue("lessons/done", f"lesson={text} {text} 0")
    preferences = Preferences(QSettings(kept.fileName(), INI))
    assert preferences.layout == "simple"
    assert preferences.theme == "system"
    assert Path(preferences.folder).is_dir()
    assert all(len(path) <= 4096 for path in preferences.recent_files)
    assert preferences.switch("invite", True) is True
    lesson = Lesson("lesson", "", "", "loss", (LessonStep("", ""), LessonStep("", "")))
    progress = LessonProgress(preferences)
    assert 0 <= progress.through(lesson) <= 2
    assert progress.done(lesson) <= {0, 1}
    progress.do(lesson, 1)
    assert 1 in progress.done(lesson)
    assert all(1.0 <= factor < 1e13 for factor in Scores(preferences).of(BREAKS))
    assert isinstance(Scores(preferences).sentence(BREAKS), str)
    widget = QWidget()
    qtbot.addWidget(widget)
    preferences.place(widget, widget.sizeHint())
    splitter = QSplitter()
    qtbot.addWidget(splitter)
    splitter.addWidget(QWidget())
    restore_splitter(splitter, preferences.state("splitter_upper"))
    assert splitter.handleWidth() < 100


def test_a_remembered_folder_that_no_system_can_have_is_the_home_folder(
    qtbot, open_window, preferences: Preferences, monkeypatch
) -> None:
    window = open_window()
    starts: list[str] = []

    def closed(*asked):
        starts.append(asked[2])
        return "", ""

    for dialog in ("getSaveFileName", "getOpenFileName"):
        monkeypatch.setattr(QFileDialog, dialog, closed)
    for name in ("x" * 256, "x" * 5000, "nul\0"):
        preferences.folder = f"/{name}"
        for action in ("open", "save_as", "open_scenes"):
            window.actions_by_name[action].trigger()
    assert len(starts) == 9
    assert all(start.startswith(str(Path.home())) for start in starts)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may look everywhere")
def test_a_remembered_folder_that_may_no_longer_be_looked_into_is_the_home_folder(
    preferences: Preferences, tmp_path: Path
) -> None:
    locked = tmp_path / "locked"
    (locked / "inside").mkdir(parents=True)
    preferences.folder = str(locked / "inside")
    locked.chmod(0)
    try:
        assert preferences.folder == str(Path.home())
    finally:
        locked.chmod(0o700)


@pytest.mark.parametrize(
    "error", [PermissionError(13, "Permission denied"), OSError(36, "File name too long")]
)
def test_whatever_the_system_says_of_a_remembered_folder_it_is_not_there(
    preferences: Preferences, tmp_path: Path, monkeypatch, error: OSError
) -> None:
    preferences.folder = str(tmp_path)
    assert preferences.folder == str(tmp_path)
    stat_of = os.stat

    def stat(path, **how):
        if str(path) == str(tmp_path):
            raise error
        return stat_of(path, **how)

    monkeypatch.setattr(os, "stat", stat)
    assert preferences.folder == str(Path.home())
