"""Names of files and folders and typed text are shown as they stand, never as markup."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

import playground.ui
from playground.drawing.kit.theme import LIGHT
from playground.lessons.format import Prediction
from playground.ui.export.dialog import ExportDialog
from playground.ui.lessons.panel import LessonPanel
from playground.ui.main_window import MainWindow
from playground.ui.runs.fork_feature import ForkFeature
from playground.ui.runs.other_runs_feature import OtherRunsFeature
from playground.ui.widgets.card import ElidingLabel, FittingLabel
from playground.ui.widgets.number_field import NumberField
from playground.ui.widgets.plain_label import PlainLabel, plain_tip
from tests.ui.conftest import OpenBench

MARKUP = "<b>bold</b> & <img src='x.png'>"


@pytest.fixture
def window(open_window: Any) -> MainWindow:
    return open_window()


def test_no_label_of_the_window_guesses_whether_its_text_is_markup(qtbot: Any, window: MainWindow) -> None:
    window.set_full(True)
    for page in ("inspector", "activations", "sharpness", "map", "fork"):
        window.arrangement.show_page(page)
    dialog = ExportDialog(window.exporter, window.preferences, "surface", window)
    qtbot.addWidget(dialog)
    guessing = [
        label.objectName() or label.text()
        for label in window.findChildren(QLabel)
        if label.textFormat() == Qt.TextFormat.AutoText and type(label).__module__.startswith("playground")
    ]
    assert guessing == []


def test_labels_are_made_plain_everywhere() -> None:
    """A bare QLabel takes what looks like markup for markup."""
    for path in Path(playground.ui.__file__).parent.glob("**/*.py"):
        if path.name == "plain_label.py":
            continue
        nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for call in (node for node in nodes if isinstance(node, ast.Call)):
            bare = isinstance(call.func, ast.Name) and call.func.id == "QLabel"
            assert not bare, f"{path.name}, line {call.lineno}: PlainLabel, or a format of its own"


def test_the_sentence_of_the_export_dialog_shows_a_folders_name_as_it_is(
    qtbot: Any, window: MainWindow, tmp_path: Path
) -> None:
    dialog = ExportDialog(window.exporter, window.preferences, "loss", window)
    qtbot.addWidget(dialog)
    assert not dialog.save_to(tmp_path / "<b>absent<b>" / "x.png")
    assert "<b>absent<b>" in dialog.problem.text()
    assert dialog.problem.textFormat() == Qt.TextFormat.PlainText


def test_what_is_typed_into_the_list_of_a_fork_is_told_as_it_was_typed(open_bench: OpenBench) -> None:
    fork = open_bench(OtherRunsFeature, ForkFeature).feature(ForkFeature)
    fork.fork_here(MARKUP)
    assert "<b>" in fork.page_view.problem.text()
    assert fork.page_view.problem.textFormat() == Qt.TextFormat.PlainText


@pytest.mark.parametrize("make", [PlainLabel, ElidingLabel, FittingLabel])
def test_labels_take_a_text_as_it_is(qtbot: Any, make: type[QLabel]) -> None:
    label = make(MARKUP)
    qtbot.addWidget(label)
    assert label.textFormat() == Qt.TextFormat.PlainText
    assert label.text() == MARKUP


def test_tooltips_show_markup_as_text(qtbot: Any) -> None:
    assert plain_tip("J < 0.1 & more") == "<p style='white-space: pre-wrap'>J &lt; 0.1 &amp; more</p>"
    assert plain_tip("α = 0.3 & more") == "α = 0.3 & more"
    assert plain_tip("a&lt;b.json") == "<p style='white-space: pre-wrap'>a&amp;lt;b.json</p>"
    label = ElidingLabel(f"{MARKUP} {'and so on ' * 20}")
    qtbot.addWidget(label)
    label.resize(80, 20)
    label.grab()
    assert "&lt;b&gt;bold" in label.toolTip()
    field = NumberField("The learning rate", lambda value: None)
    qtbot.addWidget(field)
    field.setText("<b>1</b>")
    field.commit()
    assert "<b>" in field.problem
    assert "&lt;b&gt;" in field.toolTip()


def test_a_lessons_question_and_explanation_are_text(qtbot: Any) -> None:
    panel = LessonPanel(LIGHT)
    qtbot.addWidget(panel)
    panel.ask(Prediction("number", f"x < 3? {MARKUP}", answer=1.0, explanation=MARKUP))
    asked = [label.text() for label in panel.findChildren(QLabel) if "First guess" in label.text()]
    assert asked == [f"<b>First guess:</b> x &lt; 3? {MARKUP_ESCAPED}"]
    panel.show_answer(1.0)
    assert panel.answer_label.text().endswith(MARKUP_ESCAPED)


MARKUP_ESCAPED = "&lt;b&gt;bold&lt;/b&gt; &amp; &lt;img src=&#x27;x.png&#x27;&gt;"
