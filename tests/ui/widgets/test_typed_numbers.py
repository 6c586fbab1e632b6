"""Every place where a number is typed reads it alike, and says in a sentence what it did not take."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog

from playground.drawing.kit.theme import LIGHT
from playground.engine.branches.stopping import Stop
from playground.ui.export.dialog import ExportDialog
from playground.ui.hall.tally import Tally
from playground.ui.lessons.feature import LessonFeature
from playground.ui.main_window import MainWindow
from playground.ui.transport.stop_when_feature import StopDialog
from playground.ui.widgets.number_field import NumberEntry
from playground.ui.widgets.whole_box import WholeBox
from tests.support.course_parts import COURSE_PARTS
from tests.support.fake_workbench import FakeWorkbench
from tests.support.features import bench_with, feature_of

open_course = bench_with(*COURSE_PARTS)


def type_in(qtbot: Any, widget: Any, text: str) -> None:
    widget.setFocus()
    widget.selectAll()
    qtbot.keyClicks(widget, text)
    qtbot.keyClick(widget, Qt.Key.Key_Return)


def test_a_batch_of_one_thousand_is_not_one(qtbot, open_course) -> None:
    window: FakeWorkbench = open_course()
    window.set_full(True)
    batch = window.panel.fields["training.batch_size"]
    type_in(qtbot, batch, "1,000")
    assert batch.value == 1000
    assert window.lab.experiment.training.batch_size == 1000
    type_in(qtbot, batch, "1.000")
    assert batch.problem.startswith("Batch size is not clear: “1.000” may be 1 or 1000")
    assert window.lab.experiment.training.batch_size == 1000
    rate = window.strip.field
    type_in(qtbot, rate, "0,25")
    assert window.strip.learning_rate == 0.25
    type_in(qtbot, rate, "1,000")
    assert "may be 1 or 1000" in rate.problem
    assert window.strip.learning_rate == 0.25


def test_a_typed_learning_rate_is_in_force_for_the_command_whose_key_follows(qtbot, open_course) -> None:
    """Lessons say: type it into the box, then press F5."""
    window: FakeWorkbench = open_course()
    window.show()
    field = window.strip.field
    for text, key, held in (
        ("0.25", Qt.Key.Key_F10, Qt.KeyboardModifier.NoModifier),
        ("0.5", Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier),
    ):
        field.setFocus()
        field.selectAll()
        qtbot.keyClicks(field, text)
        assert window.strip.learning_rate != float(text)
        qtbot.keyClick(field, key, held)
        assert window.strip.learning_rate == float(text)
    field.selectAll()
    qtbot.keyClicks(field, "0.7")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert (window.strip.learning_rate, field.text()) == (0.5, "0.5"), "Escape gives up as before"


def test_a_number_that_would_become_zero_is_refused(qtbot, open_course) -> None:
    window: FakeWorkbench = open_course()
    window.set_full(True)
    penalty = window.panel.fields["training.l2"]
    type_in(qtbot, penalty, "1e-400")
    assert "“1e-400” cannot be told from 0; write 0 if that is meant." in penalty.problem
    type_in(qtbot, penalty, "1e-300")
    assert (penalty.value, penalty.problem) == (1e-300, "")


def test_a_wrong_number_is_told_again_when_its_panel_comes_back(qtbot, open_window) -> None:
    window: MainWindow = open_window()
    window.set_full(True)
    batch = window.panel.fields["training.batch_size"]
    remark = next(entry for entry in window.findChildren(NumberEntry) if entry.field is batch).sentence
    type_in(qtbot, batch, "many")
    assert remark.isVisible()
    panel = window.actions_by_name["panel_experiment"]
    panel.trigger()
    assert not remark.isVisible()
    panel.trigger()
    qtbot.waitUntil(remark.isVisible)
    assert remark.text() == batch.problem != ""


def test_ten_thousand_steps_are_not_ten(qtbot, open_window) -> None:
    window: MainWindow = open_window()
    window.set_full(True)
    window.resize(1900, 800)
    box = window.transport.exact_box
    qtbot.waitUntil(box.isVisible)
    type_in(qtbot, box, "10,000")
    assert box.value() == 10_000
    assert box.text() == "10\u202f000 steps"
    type_in(qtbot, box, "1,5")
    assert box.value() == 1, "the digits before the comma counted while they were typed"


def test_a_box_keeps_a_wrong_text_with_its_sentence_until_it_is_mended(qtbot) -> None:
    box = WholeBox("Width", 100, 10_000, 1200)
    box.setSuffix(" px")
    box.setKeyboardTracking(False)
    qtbot.addWidget(box)
    box.show()
    type_in(qtbot, box, "1.500")
    assert box.problem == "Width is not clear: “1.500” may be 1.5 or 1500; write one of these."
    assert box.remark.isVisible()
    assert (box.value(), box.text()) == (1200, "1.500 px")
    type_in(qtbot, box, "20,000")
    assert box.problem == "Width must be from 100 to 10\u202f000, not “20,000”."
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert (box.value(), box.text(), box.problem) == (1200, "1200 px", "")
    type_in(qtbot, box, "1,500 px")
    assert (box.value(), box.problem) == (1500, "")
    qtbot.keyClick(box, Qt.Key.Key_Up)
    assert box.value() == 1501


def test_the_export_dialog_reads_them_too(qtbot, open_window) -> None:
    window: MainWindow = open_window()
    dialog = ExportDialog(window.exporter, window.preferences, parent=window)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.width_box.selectAll()
    qtbot.keyClicks(dialog.width_box, "2,400")
    dialog.height_box.setFocus()
    assert dialog.width_box.value() == 2400
    type_in(qtbot, dialog.height_box, "8 00")
    assert dialog.problem.text() == "Height must be a whole number, not “8 00”."
    assert dialog.isVisible(), "nothing is saved at a size that was not meant"


@pytest.mark.parametrize("text", [",", "+", "1,5", "-2", "99999"])
def test_a_count_of_hands_stays_where_what_is_typed_is_none(qtbot, text: str) -> None:
    tally = Tally()
    qtbot.addWidget(tally)
    tally.show()
    tally.add(0, 3)
    box = tally.rows[0].box
    box.setFocus()
    box.selectAll()
    qtbot.keyClicks(box, text)
    assert box.remark.text().startswith("Hands for A ")
    tally.add(1)
    tally.restyle(LIGHT)
    kept = 9999 if text == "99999" else 1 if text == "1,5" else 3
    assert tally.counts == (kept, 1, 0)
    tally.add(0)
    assert tally.counts[0] == min(kept + 1, 9999)
    assert box.remark.text() == ""
    box.selectAll()
    qtbot.keyClicks(box, "1,200")
    assert tally.counts[0] == 1200


def test_a_prediction_and_the_conditions_to_stop_at(qtbot, open_course) -> None:
    window: FakeWorkbench = open_course()
    lessons = feature_of(window, LessonFeature)
    lessons.open(5)
    panel = lessons.panel
    panel.entry.setText("7,000")
    panel.guess_button.click()
    assert "may be 7 or 7000" in panel.answer_label.text()
    panel.entry.setText("7,0")
    panel.guess_button.click()
    assert "Right" in panel.answer_label.text()

    dialog = StopDialog(Stop(), window)
    qtbot.addWidget(dialog)
    dialog.edits["steps"].setText("10,000")
    dialog.edits["loss"].setText("0,05")
    dialog.edits["gradient_norm"].setText("1,000")
    dialog.accept()
    assert dialog.result() != QDialog.DialogCode.Accepted
    assert "may be 1 or 1000" in dialog.problem.text()
    dialog.edits["gradient_norm"].setText("10⁻³")
    dialog.accept()
    assert dialog.stop == Stop(0.05, 10_000, 0.001)
