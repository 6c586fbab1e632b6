"""One way to open a file, for dialog, drop, recent files and command line: what it holds decides."""

from __future__ import annotations

import io
import json
import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent, QImage
from PySide6.QtWidgets import QFileDialog, QMenu

from playground.engine.trainer import Trainer
from playground.experiment import Experiment, ExperimentFile
from playground.export.carried_run import carried_run, png_with, svg_with
from playground.lab.saved_lab import SavedLab
from playground.lab.session_writer import session_to_write
from playground.resources import resource
from playground.sessions import save_session
from playground.share_string import share_string
from playground.ui.files.opener import OpenError, read_file
from playground.ui.hall.scene_feature import SceneFeature
from playground.ui.hall.scenes import Scene, scenes_text
from playground.ui.lessons.feature import LessonFeature
from playground.ui.main_window import MainWindow
from tests.support.carried_runs import changed, figure_file
from tests.support.features import feature_of

MOONS = Experiment().with_value("data.dataset", "two_moons")
LESSON = sorted(resource("lessons").glob("*.toml"))[2]


def session_of_moons(path: Path) -> None:
    trainer = Trainer(MOONS)
    trainer.advance(9)
    save_session(path, session_to_write(SavedLab(trainer.saved())))


def picture_of_moons(path: Path) -> None:
    trainer = Trainer(MOONS)
    trainer.advance(9)
    plain = str(path.with_name("plain.png"))
    assert QImage(4, 4, QImage.Format.Format_RGB32).save(plain)
    path.write_bytes(png_with(Path(plain).read_bytes(), "two moons", carried_run(trainer.view())))


MAKE: dict[str, Callable[[Path], Any]] = {
    "session": session_of_moons,
    "experiment": lambda path: path.write_text(ExperimentFile(MOONS, (), 9).to_json()),
    "share string": lambda path: path.write_text(share_string(ExperimentFile(MOONS, (), 9))),
    "picture": picture_of_moons,
}


@pytest.fixture
def window(open_window) -> MainWindow:
    window: MainWindow = open_window()
    return window


def drop(window: MainWindow, path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPoint(5, 5), Qt.DropAction.CopyAction, mime, buttons, keys))


def choose(window: MainWindow, path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
        window.actions_by_name["open"].trigger()


def take_recent(window: MainWindow, path: Path) -> None:
    window.preferences.add_recent_file(path)
    (menu,) = [menu for menu in window.menu("file").findChildren(QMenu) if menu.title() == "Open &recent"]
    menu.aboutToShow.emit()
    menu.actions()[0].trigger()


WAYS = {"drop": drop, "dialog": choose, "recent": take_recent}


@pytest.mark.parametrize(
    ("what", "way"),
    [("session", "drop"), ("experiment", "dialog"), ("share string", "recent"), ("picture", "drop")],
)
def test_a_run_opens_at_its_step(qtbot, window: MainWindow, tmp_path: Path, what: str, way: str) -> None:
    path = tmp_path / "a file"
    MAKE[what](path)
    WAYS[way](window, path)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 9)
    assert window.snapshot.view.experiment == MOONS
    assert window.preferences.recent_files == [str(path)]
    named = what in ("session", "experiment", "share string")
    assert (window.commands.path == path) is named
    assert not window.files.changed


def test_a_picture_can_be_replayed_from_its_start(qtbot, window: MainWindow, tmp_path: Path) -> None:
    picture_of_moons(tmp_path / "a.png")
    drop(window, tmp_path / "a.png")
    qtbot.waitUntil(lambda: window.snapshot.view.step == 9)
    theta = window.snapshot.view.parameters
    run = window.snapshot.run
    window.notices.offers["Replay it from the start"].click()
    qtbot.waitUntil(lambda: window.snapshot.run > run and window.snapshot.view.step == 9)
    assert (window.snapshot.view.parameters == theta).all()
    assert len(window.snapshot.view.history.curves["batch_loss"].steps) == 9


@pytest.mark.parametrize("way", WAYS)
def test_a_lesson_begins_and_the_course_comes_back(
    qtbot, window: MainWindow, tmp_path: Path, way: str
) -> None:
    path = tmp_path / "mine.txt"
    path.write_bytes(LESSON.read_bytes())
    lessons = feature_of(window, LessonFeature)
    course = [lesson.title for lesson in lessons.lessons]
    WAYS[way](window, path)
    assert lessons.lesson.title == course[2]
    assert lessons.page_on_screen
    assert len(lessons.lessons) == 1
    window.notices.offers["Back to the course"].click()
    assert [lesson.title for lesson in lessons.lessons] == course


def test_a_folder_of_lessons_is_listed(window: MainWindow, tmp_path: Path) -> None:
    for number in range(2):
        (tmp_path / f"{number}.toml").write_bytes(LESSON.read_bytes())
    drop(window, tmp_path)
    lessons = feature_of(window, LessonFeature)
    assert len(lessons.lessons) == 2
    assert lessons.page_on_screen


def test_scenes_take_the_place_of_those_of_now(window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "hall.txt"
    path.write_text(scenes_text({4: Scene(ExperimentFile(MOONS))}))
    drop(window, path)
    assert list(feature_of(window, SceneFeature).scenes) == [4]
    assert window.notices.text == "1 scene opened: keys 1 to 9 show them."


def state_of(window: MainWindow) -> tuple[object, ...]:
    lessons, scenes = feature_of(window, LessonFeature), feature_of(window, SceneFeature)
    return (
        window.lab.experiment,
        window.lab.run_number,
        window.lab.newest_instruction,
        lessons.lesson,
        dict(scenes.scenes),
        window.preferences.recent_files,
        window.windowTitle(),
        window.preferences.layout,
    )


FOREIGN = {
    "empty.landscape": b"",
    "cut.landscape": b"PK\x03\x04\x14\x00",
    "newer.json": b'{"format": "loss-landscape-experiment", "version": 99}',
    "scenes.json": b'{"format": "loss-landscape-scenes", "version": 99}',
    "code.pkl": b"cos\nsystem\n(S'true'\ntR.",
    "page.html": b"<html><body>hello</body></html>",
    "data": b"a,b\n1,2\n",
    "lesson.toml": b'title = "x"\n',
    "entities.svg": b'<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>',
    "plain.svg": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    "short.png": b"\x89PNG\r\n\x1a\n",
    "a.pdf": b"%PDF-1.4\n",
    "llp1.txt": b"llp1:AAAA",
}


def test_what_cannot_be_opened_is_one_sentence_and_changes_nothing(
    window: MainWindow, tmp_path: Path
) -> None:
    before = state_of(window)
    for name, content in FOREIGN.items():
        path = tmp_path / name
        path.write_bytes(content)
        drop(window, path)
        assert name in window.notices.text, name
        assert "\n" not in window.notices.text
        assert len(window.notices.text) < 350, window.notices.text
        assert state_of(window) == before, name
    drop(window, tmp_path / "absent.landscape")
    assert "absent.landscape” could not be read" in window.notices.text
    assert state_of(window) == before


@pytest.mark.parametrize("what", MAKE)
def test_a_file_that_was_cut_or_changed_opens_whole_or_not_at_all(tmp_path: Path, what: str) -> None:
    path, rng = tmp_path / "file", random.Random(3)
    MAKE[what](path)
    data = path.read_bytes()
    for turn in range(40):
        damaged = bytearray(data[: rng.randrange(len(data))] if turn % 2 else data)
        if not turn % 2:
            damaged[rng.randrange(len(damaged))] ^= 1 << rng.randrange(8)
        path.write_bytes(damaged)
        try:
            opened = read_file(path)
        except OpenError as error:
            assert "\n" not in str(error)
            assert len(str(error)) < 400
        else:
            assert opened.content is not None


def packed(run: bytes, change: Callable[[dict[str, bytes]], object]) -> bytes:
    """A carried run whose members were changed."""
    with zipfile.ZipFile(io.BytesIO(run)) as old:
        members = {name: old.read(name) for name in old.namelist()}
    change(members)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as new:
        for name, content in members.items():
            new.writestr(name, content)
    return made.getvalue()


def newer(members: dict[str, bytes]) -> None:
    head = json.loads(members["session.json"])
    members["session.json"] = json.dumps({**head, "version": 99}).encode()


def another_zip(members: dict[str, bytes]) -> None:
    members.clear()
    members["a.txt"] = b"a"


def newer_experiment(value: dict[str, Any]) -> None:
    value["experiment"] = {**value["experiment"], "version": 99}


STRANGE_RUNS: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "newer": (
        lambda run: packed(run, newer),
        "the run in the picture was written by a newer version of this program (its format is 99, "
        "this one reads 1).",
    ),
    "a member more": (
        lambda run: packed(run, lambda members: members.update({"evil.py": b"1"})),
        "the run in the picture holds evil.py, which no session has.",
    ),
    "another program's zip": (
        lambda run: packed(run, another_zip),
        "the run in the picture is no session of this program.",
    ),
    "another program's session": (
        lambda run: packed(run, lambda members: members.update({"session.json": b'{"format": "other"}'})),
        "the run in the picture is no session of this program.",
    ),
    "no zip": (lambda run: b"hello", "the run in the picture is no zip file."),
    "a newer experiment": (lambda run: changed(run, newer_experiment), "newer"),
    "no run": (lambda run: changed(run, dict.clear), "run must have a field experiment."),
    "other marks": (
        lambda run: changed(run, lambda value: value.update(marks=7)),
        "run.marks must have a field digests.",
    ),
}


@pytest.mark.parametrize("format_", ["png", "svg", "pdf"])
def test_a_strange_run_in_a_figure_is_one_sentence(qapp: Any, tmp_path: Path, format_: str) -> None:
    trainer = Trainer(MOONS)
    trainer.advance(9)
    view, path = trainer.view(), tmp_path / "a"
    for name, (strange, sentence) in STRANGE_RUNS.items():
        path.write_bytes(figure_file(view, format_, strange(carried_run(view))))
        with pytest.raises(OpenError) as error:
            read_file(path)
        text = str(error.value)
        assert text.startswith("“a” was not opened: "), name
        assert text.endswith(sentence) or sentence == "newer" in text, name
        assert text.count(".") - text.count("run.") - text.count(".py") - text.count(".txt") == 1, text


def test_a_svg_that_carries_its_run_opens(tmp_path: Path) -> None:
    trainer = Trainer(MOONS)
    trainer.advance(4)
    svg = '<svg xmlns="http://www.w3.org/2000/svg"><desc>two moons</desc>\n</svg>'
    (tmp_path / "a").write_text(svg_with(svg, carried_run(trainer.view())))
    content: Any = read_file(tmp_path / "a").content
    assert content.lab.step == 4
