"""Lessons of one's own: what is wrong is said when the file is read, and nothing in one can do harm."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QImage, QTextDocument

from playground.lessons.format import Lesson, LessonError, LessonStep, parse_lesson, read_lesson
from playground.ui.chain_rule.feature import ChainRuleFeature
from playground.ui.lessons.feature import LessonFeature
from playground.ui.lessons.panel import LessonPanel
from playground.ui.lessons.progress import LessonProgress
from playground.ui.lessons.text import LessonText
from tests.support.course_parts import COURSE_PARTS
from tests.support.fake_workbench import FakeWorkbench
from tests.support.features import bench_with, feature_of

IMAGE = QTextDocument.ResourceType.ImageResource.value


open_course = bench_with(*COURSE_PARTS)


def lesson_text(step: str) -> str:
    return f'title = "Mine"\n[[step]]\ntitle = "One"\ntext = "Text."\n{step}\n'


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (
            'prediction = { kind = "choice", question = "?", answer = 0, choices = '
            '["a", "b", "c", "d", "e", "f", "g", "h", "i"] }',
            "at most 8",
        ),
        ('view = { expression = "a*b" }\nsolution = [{ variable = { a = 1e308 } }]', "from -1e"),
        ('view = { expression = "1/(a - 2)" }\nsolution = [{ variable = { a = 2 } }]', "no value then"),
        ('view = { expression = "e^z" }\nsolution = [{ variable = { e = 2 } }]', "no variable"),
        ('view = { expression = "log(1 - a)" }', "log of zero"),
    ],
)
def test_what_would_fail_in_class_is_refused_when_the_file_is_read(step: str, said: str) -> None:
    with pytest.raises(LessonError, match=said):
        parse_lesson(lesson_text(step), "mine.toml")


@pytest.mark.parametrize("link", ["[x](lesson:abc)", "[x](lesson:99999999999)", "<a href='lesson:-1'>x</a>"])
def test_a_link_to_no_number_is_refused(link: str) -> None:
    text = lesson_text("").replace("Text.", link)
    with pytest.raises(LessonError, match="a link to a lesson has its number"):
        parse_lesson(text, "mine.toml")


@pytest.mark.parametrize(
    "link", ["lesson:abc", "lesson:99999999999999999999", "lesson:", "lesson:-1", "lesson:٣"]
)
def test_a_wrong_link_says_so(qtbot, link: str) -> None:
    panel = LessonPanel()
    qtbot.addWidget(panel)
    with qtbot.assertNotEmitted(panel.lesson_chosen):
        panel.text.anchorClicked.emit(QUrl(link))
    assert panel.answer_label.text() == "This link leads to no lesson."


def test_show_me_brings_the_expression_of_the_lesson_back(qtbot, open_course) -> None:
    window: FakeWorkbench = open_course()
    lessons, lab = feature_of(window, LessonFeature), feature_of(window, ChainRuleFeature).lab
    lessons.open(5)
    lessons.walk(1)
    lessons.walk(1)
    for typed in ("a*b", "a + ", "a*b*c"):
        lab.set_expression(typed)
        lessons.show_how()
        assert lab.line.text() == "3*(a + b*c)"
        assert lab.sheet.graph.gradients["b"] == 12


def test_show_me_says_what_stands_in_its_way(qtbot, open_course, tmp_path: Path) -> None:
    solution = 'solution = [{ set = { "network.loss" = "binary_cross_entropy" } }]'
    (tmp_path / "mine.toml").write_text(lesson_text(solution), encoding="utf-8")
    window: FakeWorkbench = open_course()
    lessons = feature_of(window, LessonFeature)
    lessons.load(tmp_path)
    lessons.open(0)
    window.lab.change("data.dataset", "sine")
    lessons.show_how()
    assert "needs classes" in lessons.panel.answer_label.text()
    assert window.lab.experiment.network.loss == "squared_error"


def test_progress_is_kept_for_every_file_name(preferences) -> None:
    progress = LessonProgress(preferences)
    names = ["a;b=1", "100%", "a%3Bb", "ü ß", "plain"]
    lessons = [Lesson(name, name, "", "loss", (LessonStep("s", "t"), LessonStep("s", "t"))) for name in names]
    for lesson in lessons:
        progress.leave_behind(lesson, 0)
    progress.leave_behind(lessons[0], 1)
    assert [progress.through(lesson) for lesson in lessons] == [2, 1, 1, 1, 1]
    assert [len(progress.done(lesson)) for lesson in lessons] == [2, 1, 1, 1, 1]


def test_a_long_table_is_laid_out_in_time(qtbot) -> None:
    panel = LessonPanel()
    qtbot.addWidget(panel)
    panel.resize(320, 700)
    panel.show()
    rows = "\n".join(f"|{number}|cell|cell|" for number in range(400))
    began = time.process_time()
    panel.write(f"|a|b|c|\n|-|-|-|\n{rows}")
    assert time.process_time() - began < 4.0


def image_of(text: LessonText, name: str) -> QImage:
    image = text.loadResource(IMAGE, QUrl(name))
    assert isinstance(image, QImage)
    assert not image.isNull(), "for want of one Qt would open the file itself"
    return image


def test_pictures_come_from_the_folder_of_the_lesson_alone(qtbot, tmp_path: Path) -> None:
    folder, outside = tmp_path / "lessons", tmp_path / "outside.png"
    folder.mkdir()
    picture = QImage(7, 5, QImage.Format.Format_RGB32)
    picture.fill(0)
    for path in (outside, folder / "inside.png", folder / "a b.png"):
        assert picture.save(str(path))
    (folder / "link.png").symlink_to(outside)
    (folder / "big.png").write_bytes((folder / "inside.png").read_bytes() + b"0" * 6_000_000)
    (folder / "no.png").write_text("<svg xmlns='http://www.w3.org/2000/svg' width='7' height='5'/>")
    (folder / "mine.toml").write_text(lesson_text(""), encoding="utf-8")
    os.mkfifo(folder / "pipe.png")
    text = LessonText()
    qtbot.addWidget(text)
    assert image_of(text, "inside.png").width() == 1, "no lesson, no folder"
    text.folder = read_lesson(folder / "mine.toml").folder
    assert image_of(text, "inside.png").width() == 7
    assert image_of(text, "a%20b.png").width() == 7
    for name in (
        "../outside.png", str(outside), outside.as_uri(), "link.png", "big.png", "no.png", "pipe.png",
        "/dev/zero", "file:///dev/zero", "absent.png", "http://127.0.0.1/x.png", "//host/x.png", "",
    ):  # fmt: skip
        assert image_of(text, name).width() == 1, name


def test_a_text_full_of_local_files_is_shown_without_one(qtbot, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    names = ("/dev/zero", "file:///dev/zero", f"{tmp_path}/pipe", "pipe", "../../dev/zero")
    markdown = " ".join(f"![x]({name}) <img src='{name}'>" for name in names)
    html = f"<link rel='stylesheet' href='file://{tmp_path}/pipe'>"
    panel = LessonPanel()
    qtbot.addWidget(panel)
    step = LessonStep("One", f"{markdown}\n\n{html}\n\nThe end.")
    panel.show_step(Lesson("mine", "Mine", "", "loss", (step,), tmp_path), 0, False)
    panel.show()
    panel.grab()
    assert panel.text.toPlainText().startswith("One")


def test_the_pictures_of_one_text_have_no_more_pixels_than_one_may_have(qtbot, tmp_path: Path) -> None:
    picture = QImage(3000, 3000, QImage.Format.Format_RGB32)
    picture.fill(0)
    assert picture.save(str(tmp_path / "large.png"))
    text = LessonText()
    qtbot.addWidget(text)
    text.folder = tmp_path
    for _ in range(2):
        text.setMarkdown("Nothing yet.")
        widths = [image_of(text, f"large.png?{number}").width() for number in range(3)]
        assert widths == [3000, 1, 1]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<table><tr><td>" * 100, "tables in HTML"),
        ("|a|b|\n|-|-|\n" + "|1|2|\n" * 50_000, "at most 10000 characters"),
        ("x" * 900_000, "at most 10000 characters"),
    ],
)
def test_a_text_that_could_not_be_laid_out_in_time_is_refused(text: str, said: str) -> None:
    content = lesson_text("").replace('"Text."', f"'''{text}'''")
    with pytest.raises(LessonError, match=said):
        parse_lesson(content, "mine.toml")


@pytest.mark.parametrize(
    "step",
    [
        'hint = "{long}"',
        'prediction = {{ kind = "choice", question = "?", answer = 0, choices = ["{long}"] }}',
        'prediction = {{ kind = "number", question = "{long}", answer = 1 }}',
        'goal = {{ kind = "gradient", value = 1, variable = "{long}" }}',
    ],
)
def test_every_shown_word_of_a_lesson_has_a_bound(step: str) -> None:
    with pytest.raises(LessonError, match="characters"):
        parse_lesson(lesson_text(step.format(long="x" * 20_000)), "mine.toml")
