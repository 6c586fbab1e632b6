"""A share string goes from one window to the next: copied by a key, pasted by a key, undone by a key."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from playground.ui.main_window import MainWindow
from playground.ui.tables.feature import TablesFeature

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def window(open_window) -> MainWindow:
    window: MainWindow = open_window()
    return window


def test_a_run_is_copied_pasted_and_undone(window: MainWindow, open_window, qtbot) -> None:
    window.lab.set_learning_rate(0.7)
    window.lab.run_exactly(12)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 12)
    qtbot.keyClick(window, Qt.Key.Key_C, CONTROL | SHIFT)
    assert QGuiApplication.clipboard().text().startswith("llp1:")
    other = open_window()
    qtbot.keyClick(other, Qt.Key.Key_V, CONTROL)
    qtbot.waitUntil(lambda: other.snapshot.view.step == 12)
    assert other.snapshot.view.experiment_file == window.snapshot.view.experiment_file
    assert (other.snapshot.view.parameters == window.snapshot.view.parameters).all()
    qtbot.keyClick(other, Qt.Key.Key_Z, CONTROL)
    qtbot.waitUntil(lambda: other.snapshot.view.step == 0)
    assert not other.snapshot.view.history.changes


def test_a_field_of_text_that_has_the_focus_takes_what_is_pasted(window: MainWindow, qtbot) -> None:
    QGuiApplication.clipboard().setText("0.25")
    field = window.strip.field
    field.setFocus()
    field.selectAll()
    qtbot.keyClick(field, Qt.Key.Key_V, CONTROL)
    assert field.text() == "0.25"


@pytest.mark.parametrize(
    ("text", "sentence"), [("hello", "neither a share string"), ("llp1:AAAA", "damaged")]
)
def test_anything_else_is_refused_in_a_sentence(window: MainWindow, qtbot, text: str, sentence: str) -> None:
    QGuiApplication.clipboard().setText(text)
    run = window.snapshot.run
    qtbot.keyClick(window, Qt.Key.Key_V, CONTROL)
    assert sentence in window.notices.text
    assert window.lab.run_number == run


def test_the_json_of_an_experiment_is_pasted_as_one(window: MainWindow, open_window, qtbot) -> None:
    window.lab.set_learning_rate(0.7)
    window.lab.run_exactly(5)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 5)
    QGuiApplication.clipboard().setText("\n " + window.snapshot.view.experiment_file.to_json())
    other = open_window()
    qtbot.keyClick(other, Qt.Key.Key_V, CONTROL)
    qtbot.waitUntil(lambda: other.snapshot.view.step == 5)
    assert (other.snapshot.view.parameters == window.snapshot.view.parameters).all()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{"version": 3, "points": 4}', "The copied text "),
        ('{"version": 3, "a": 1', "The copied text "),
        ("https://example.org/points1.csv", "loads nothing from the network"),
    ],
)
def test_what_is_no_experiment_and_no_table_opens_no_dialog(
    window: MainWindow, qtbot, text: str, sentence: str
) -> None:
    QGuiApplication.clipboard().setText(text)
    qtbot.keyClick(window, Qt.Key.Key_V, CONTROL)
    assert sentence in window.notices.text
    tables = next(feature for feature in window.features if isinstance(feature, TablesFeature))
    assert tables.dialog is None
