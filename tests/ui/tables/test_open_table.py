"""A table of the user's own in the window: pasted or opened, looked at, chosen from, used, and taken back."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtWidgets import QComboBox, QFileDialog, QLabel

from playground.experiment import Experiment
from playground.lab.tables import reader as reader_module
from playground.numerals import count_text
from playground.ui.files.opener import read_file
from playground.ui.main_window import MainWindow
from playground.ui.tables.dialog import TableDialog
from playground.ui.tables.feature import TablesFeature
from tests.support.features import feature_of

CONTROL = Qt.KeyboardModifier.ControlModifier
FOUR_POINTS = "x1\tx2\tresult\n0\t0\toff\n0\t1\ton\n1\t0\ton\n1\t1\toff\n"
GRADES = (
    "Größe;Gewicht;Kurs;bestanden\r\n"
    "167,2;56,03;A;nein\r\n171,6;76,87;B;ja\r\n160,8;78,1;A;ja\r\n191;73,68;C;ja\r\nk. A.;70;B;nein\r\n"
    "175,8;76,86;A;nein\r\n164,5;72,89;B\r\n"
)


@pytest.fixture
def window(open_window) -> MainWindow:
    window: MainWindow = open_window()
    return window


def shown(window: MainWindow, qtbot: Any) -> TableDialog:
    """Return the dialog once it shows what can be taken, or why nothing can."""
    tables = feature_of(window, TablesFeature)
    qtbot.waitUntil(lambda: tables.dialog.isVisible())
    dialog = tables.dialog
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.points is not None or bool(dialog.problem.text()))
    return dialog


def pasted(window: MainWindow, qtbot: Any, text: str) -> TableDialog:
    QGuiApplication.clipboard().setText(text)
    qtbot.keyClick(window, Qt.Key.Key_V, CONTROL)
    return shown(window, qtbot)


@pytest.fixture
def look(qtbot) -> Iterator[Callable[..., TableDialog]]:
    """Shows a text or a file in a dialog without a window, and stops the reading at the end."""
    dialogs: list[TableDialog] = []

    def looked(source: str | Path, name: str = "") -> TableDialog:
        dialog = TableDialog(source, name, use_process=False)
        dialogs.append(dialog)
        qtbot.addWidget(dialog)
        dialog.show()
        qtbot.waitUntil(lambda: dialog.points is not None or bool(dialog.problem.text()))
        return dialog

    yield looked
    for dialog in dialogs:
        dialog.reader.stop()


def changed(dialog: TableDialog, qtbot: Any, act: Callable[[], object]) -> None:
    with qtbot.waitSignal(dialog.ready):
        act()


def taken(box: QComboBox, index: int) -> Callable[[], None]:
    """Return what takes an entry of a box, as a click on it does."""

    def take() -> None:
        box.setCurrentIndex(index)
        box.activated.emit(index)

    return take


def test_four_points_are_pasted_and_learned_to_the_last(window: MainWindow, qtbot) -> None:
    dialog = pasted(window, qtbot, FOUR_POINTS)
    assert "4 points; inputs x1, x2; target result, class 0 is off and class 1 is on" in dialog.told.text()
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(window.snapshot.samples.y_train) == 4)
    assert window.lab.experiment.network.hidden_layers == (4,), "the network stays"
    window.lab.set_learning_rate(1.0)
    window.lab.set_speed(None)
    window.lab.run_exactly(1500)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 1500)
    assert window.snapshot.view.train_accuracy == 1.0
    assert window.snapshot.samples.class_names == ("off", "on")


def test_undo_brings_the_points_before_back_as_one_change(window: MainWindow, qtbot) -> None:
    before = window.lab.experiment
    dialog = pasted(window, qtbot, FOUR_POINTS)
    dialog.use_button.click()
    qtbot.waitUntil(lambda: window.lab.experiment.data.dataset == "table")
    qtbot.waitUntil(lambda: "Undo" in window.notices.offers)
    qtbot.waitUntil(lambda: window.actions_by_name["undo"].isEnabled())
    assert "other points" in window.actions_by_name["undo"].text()
    window.lab.undo()
    qtbot.waitUntil(lambda: window.lab.experiment == before)


def test_the_file_of_a_spreadsheet_with_decimal_commas_is_opened(
    open_window, qtbot, monkeypatch, tmp_path: Path
) -> None:
    window = open_window(use_process=True)
    path = tmp_path / "noten.csv"
    path.write_bytes(GRADES.encode("cp1252"))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    qtbot.keyClick(window, Qt.Key.Key_O, CONTROL)
    dialog = shown(window, qtbot)
    boxes = dialog.format.boxes
    assert [boxes[name].value for name in ("separator", "decimal", "encoding")] == [";", ",", "cp1252"]
    assert dialog.format.header.isChecked()
    assert dialog.rows_model.index(0, 1).data() == "56.03"
    assert dialog.rows_model.headerData(3, Qt.Orientation.Horizontal) == "bestanden\ntarget"
    listed = [dialog.left_out.item(row).text() for row in range(dialog.left_out.count())]
    assert listed == ["row 6: Größe is no number but “k. A.”", "row 8: has 3 cells in place of 4"]
    assert dialog.left_out_label.text() == "2 rows left out:"
    dialog.use_button.click()
    qtbot.waitUntil(lambda: window.lab.experiment.data.dataset == "table")
    table = window.lab.experiment.data.table
    assert table.inputs == ("Größe", "Gewicht")
    assert table.classes == ("nein", "ja")
    assert table.rows.tolist()[0] == [167.2, 56.03, 0.0]
    qtbot.waitUntil(lambda: window.panel.dataset_title.text() == "“noten.csv”")
    assert window.preferences.recent_files[0] == str(path)


def test_a_file_that_is_dropped_or_pasted_is_looked_at(window: MainWindow, qtbot, tmp_path: Path) -> None:
    path = tmp_path / "a.tsv"
    path.write_text(FOUR_POINTS)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    none = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    event = QDropEvent(QPoint(9, 9), Qt.DropAction.CopyAction, data, *none)
    window.dropEvent(event)
    assert "4 points" in shown(window, qtbot).told.text()


def test_what_was_recognised_can_be_chosen_otherwise(look, qtbot) -> None:
    dialog = look("1,5;2\n2,5;3\n3,5;5\n")
    assert list(dialog.rows.names) == ["column 1", "column 2"]
    assert dialog.format.boxes["decimal"].value == ","
    decimal = dialog.format.boxes["decimal"]
    changed(dialog, qtbot, taken(decimal, 0))
    assert dialog.format.choices == {"decimal": "."}
    changed(dialog, qtbot, taken(decimal, 1))
    changed(dialog, qtbot, dialog.format.header.click)
    assert list(dialog.rows.names) == ["1,5", "2"]
    assert dialog.rows.n_rows == 2
    assert "encoding" not in dialog.format.boxes, "a copied text has none"


def test_columns_are_chosen_by_keys(look, qtbot) -> None:
    dialog = look("a,b,c,y\n1,2,3,4.5\n2,3,5,6.5\n4,4,4,9\n")
    assert "target y, a number" in dialog.told.text()
    dialog.inputs.setFocus()
    dialog.inputs.setCurrentIndex(dialog.columns.index(1))
    changed(dialog, qtbot, lambda: qtbot.keyClick(dialog.inputs, Qt.Key.Key_Space))
    assert list(dialog.points.data.table.inputs) == ["a", "c"]
    changed(dialog, qtbot, lambda: qtbot.keyClick(dialog.target, Qt.Key.Key_Up))
    assert dialog.points.data.table.target == "c"
    assert list(dialog.points.data.table.inputs) == ["a"]
    changed(dialog, qtbot, dialog.none_button.click)
    assert dialog.problem.text() == "No points: at least one column must be an input."
    assert not dialog.use_button.isEnabled()
    changed(dialog, qtbot, dialog.all_button.click)
    assert list(dialog.points.data.table.inputs) == ["a", "b", "y"]


def test_all_three_classes_are_taken_or_two_of_them(look, qtbot) -> None:
    dialog = look("x,kind\n1,red\n2,green\n3,blue\n4,red\n5,green\n6,blue\n")
    first, second = dialog.classes
    assert first.currentText() == "all 3"
    assert not second.isVisible()
    assert dialog.points.data.table.classes == ("red", "green", "blue")
    changed(dialog, qtbot, taken(first, 1))
    assert (first.currentText(), second.currentText()) == ("red", "green")
    assert second.isVisible()
    changed(dialog, qtbot, taken(second, 2))
    assert dialog.points.data.table.classes == ("red", "blue")
    assert dialog.points.n_left_out == 2
    assert dialog.left_out.item(0).text() == "row 3: kind is another class"
    # The same class in both boxes is none to choose: the second takes the next one.
    changed(dialog, qtbot, taken(first, 3))
    assert (first.currentText(), second.currentText()) == ("blue", "red")
    changed(dialog, qtbot, taken(first, 0))
    assert dialog.points.data.table.classes == ("red", "green", "blue")


def test_numbers_that_name_classes_are_taken_together(look, qtbot) -> None:
    rows = "".join(f"{i},{i % 4}\n" for i in range(12))
    dialog = look(f"x,digit\n{rows}")
    assert not dialog.points.data.table.classes
    changed(dialog, qtbot, taken(dialog.kind, 0))
    assert dialog.points.data.table.classes == ("0", "1", "2", "3")
    assert dialog.classes[0].currentText() == "all 4"


def test_of_more_than_ten_classes_the_first_ten_are_taken(look) -> None:
    rows = "".join(f"{i},kind {i % 12}\n" for i in range(36))
    dialog = look(f"x,kind\n{rows}")
    assert dialog.classes[0].currentText() == "the first 10 of 12"
    assert dialog.points.data.table.classes == tuple(f"kind {i}" for i in range(10))
    assert dialog.points.n_left_out == 6


def test_several_numbers_are_learned_together(look, qtbot) -> None:
    dialog = look("i1,i2,o1,o2\n0.05,0.1,0.01,0.99\n0.1,0.2,0.3,0.4\n0.4,0.1,0.5,0.6\n")
    second, third = dialog.more_targets
    assert second.isVisible()
    assert not third.isVisible()
    changed(dialog, qtbot, taken(dialog.target, 2))
    assert dialog.points.data.table.targets == ("o1",)
    changed(dialog, qtbot, taken(second, second.findData("o2")))
    table = dialog.points.data.table
    assert (table.inputs, table.targets) == (("i1", "i2"), ("o1", "o2"))
    assert table.rows[:, 2:].tolist() == [[0.01, 0.99], [0.3, 0.4], [0.5, 0.6]]
    # One of the two columns that are left has to be an input.
    assert third.isVisible()
    changed(dialog, qtbot, taken(third, third.findData("i2")))
    assert dialog.points.data.table.targets == ("o1", "o2", "i2")
    changed(dialog, qtbot, taken(second, second.findData("")))
    assert dialog.points.data.table.targets == ("o1", "i2")
    changed(dialog, qtbot, taken(second, second.findData("")))
    assert dialog.points.data.table.targets == ("o1",)


def test_a_target_that_is_to_be_a_class_stands_alone_again(look, qtbot) -> None:
    dialog = look("i1,i2,o1,o2\n0.05,0.1,0,0.99\n0.1,0.2,1,0.4\n0.4,0.1,0,0.6\n")
    second = dialog.more_targets[0]
    changed(dialog, qtbot, taken(dialog.target, 2))
    changed(dialog, qtbot, taken(dialog.kind, dialog.kind.findData(True)))
    changed(dialog, qtbot, taken(second, second.findData("o2")))
    assert dialog.points.data.table.targets == ("o1", "o2")
    changed(dialog, qtbot, taken(dialog.kind, dialog.kind.findData(False)))
    assert dialog.kind.value is False
    table = dialog.points.data.table
    assert (table.targets, table.classes) == (("o1",), ("0", "1"))
    assert not second.isVisible()
    # No target that was chosen once comes back.
    changed(dialog, qtbot, taken(dialog.kind, dialog.kind.findData(True)))
    assert dialog.points.data.table.targets == ("o1",)
    assert second.value == ""


def test_two_targets_are_used_and_named(window: MainWindow, qtbot) -> None:
    dialog = pasted(window, qtbot, "i1\to1\to2\n0.05\t0.01\t0.99\n0.1\t0.3\t0.4\n0.4\t0.5\t0.6\n")
    changed(dialog, qtbot, taken(dialog.target, 1))
    assert dialog.use_button.isEnabled()
    assert not dialog.problem.isVisible()
    second = dialog.more_targets[0]
    changed(dialog, qtbot, taken(second, second.findData("o2")))
    assert dialog.use_button.isEnabled()
    assert not dialog.problem.isVisible()
    assert "targets o1, o2" in dialog.told.text()
    before = window.snapshot
    qtbot.mouseClick(dialog.use_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.snapshot is not before and window.snapshot.view.data.table is not None)
    assert window.snapshot.view.data.table.targets == ("o1", "o2")


def test_numbers_of_two_values_are_classes_unless_they_are_to_be_numbers(look, qtbot) -> None:
    dialog = look("x,y\n1,0\n2,1\n3,1\n4,0\n")
    assert dialog.kind.isEnabled()
    assert dialog.points.data.table.classes == ("0", "1")
    changed(dialog, qtbot, taken(dialog.kind, 1))
    assert not dialog.points.data.table.classes
    dialog.use_button.click()
    assert Experiment().with_data(dialog.data).loss == "squared_error"


def test_a_refusal_leaves_a_class_a_class(look, qtbot) -> None:
    dialog = look("a,b,t\n1,2,0\n2,3,1\n3,1,0\n4,4,1\n")
    assert dialog.kind.value == 0
    dialog.none_button.click()
    qtbot.waitUntil(lambda: bool(dialog.problem.text()))
    dialog.all_button.click()
    qtbot.waitUntil(lambda: dialog.points is not None and not dialog.problem.text())
    assert dialog.kind.value == 0
    assert dialog.points.data.table.classes == ("0", "1")
    assert dialog.told.text().startswith("Copied points: 4 points")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (("," * 10_000 + "\n") * 3, f"it has more than {count_text(10_000)} columns."),
        ("a,b\n1,2\n3,\x00\x01\x02\x03\n", "it is not text."),
        ('a,b\n1,2\n"3,4\n5,6\n', "the quotation mark in row 3 is never closed."),
        ("name,town\nAnn,Rome 7\nBo,Oslo\n", "it has no column of numbers."),
        ("", "it is empty."),
    ],
)
def test_what_is_no_table_is_refused_in_the_dialog(
    look, qtbot, tmp_path: Path, content: str, sentence: str
) -> None:
    path = tmp_path / "points.csv"
    path.write_text(content)
    dialog = look(path, path.name)
    assert dialog.problem.text() == f"“points.csv” was not read: {sentence}"
    assert dialog.problem.isVisible()
    assert not dialog.use_button.isEnabled()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert dialog.data is None


def test_quotation_marks_that_never_close_can_be_read_as_signs(look, qtbot) -> None:
    dialog = look('inch,y\n1,2\n"3,4\n5,6\n7,9\n')
    assert "is never closed" in dialog.problem.text()
    quote = dialog.format.boxes["quote"]
    changed(dialog, qtbot, taken(quote, 2))
    assert not dialog.problem.isVisible()
    assert "3 points" in dialog.told.text()


def test_a_text_without_numbers_is_refused_beside_the_run(window: MainWindow, qtbot) -> None:
    QGuiApplication.clipboard().setText("hello")
    qtbot.keyClick(window, Qt.Key.Key_V, CONTROL)
    assert "neither a share string" in window.notices.text
    assert feature_of(window, TablesFeature).dialog is None


def test_reading_is_cancelled_while_a_large_file_is_read(open_window, qtbot, tmp_path: Path) -> None:
    window = open_window(use_process=True)
    path = tmp_path / "large.csv"
    path.write_text("a,b,c\n" + "1.25,2.5,x y\n-0.5,7,\n" * 600_000)
    before = window.lab.experiment
    window.commands.open_file(path)
    tables = feature_of(window, TablesFeature)
    dialog = tables.dialog
    with qtbot.waitSignal(dialog.reader.progressed):
        pass
    assert dialog.progress.isVisible()
    assert not dialog.use_button.isEnabled()
    with qtbot.waitSignal(dialog.reader.stopped):
        dialog.cancel_button.click()
    assert tables.dialog is None
    assert window.lab.experiment == before


def test_the_end_of_the_process_is_said(open_window, qtbot, tmp_path: Path) -> None:
    window = open_window(use_process=True)
    path = tmp_path / "a.csv"
    path.write_text(FOUR_POINTS)
    window.commands.open_file(path)
    dialog = shown(window, qtbot)
    with qtbot.waitSignal(dialog.ready):
        os.kill(dialog.reader.pid, signal.SIGKILL)
    assert dialog.problem.text() == reader_module.ENDED
    assert not dialog.use_button.isEnabled()
    qtbot.waitUntil(lambda: not dialog.format.isEnabled())


def test_names_of_a_table_are_plain_text(window: MainWindow, qtbot) -> None:
    image = "<img src=x>"
    dialog = pasted(window, qtbot, f"{image}\tb\n1\t<b>p</b>\n2\tq\n3\tq\n")
    assert dialog.target.currentText() == "b"
    assert dialog.columns.index(0).data() == image
    tip = dialog.rows_model.headerData(0, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
    assert "<img" not in tip
    rich = {Qt.TextFormat.RichText, Qt.TextFormat.AutoText}
    assert not [label.text() for label in dialog.findChildren(QLabel) if label.textFormat() in rich]
    dialog.use_button.click()
    title = window.panel.dataset_title
    qtbot.waitUntil(lambda: title.text() == "Copied points")
    assert "inputs &lt;img" in title.toolTip() or "input &lt;img" in title.toolTip()


@pytest.mark.slow
def test_a_process_waits_while_a_file_is_looked_for_and_ends_where_it_is_no_table(
    open_window, qtbot, monkeypatch, tmp_path: Path
) -> None:
    window = open_window(use_process=True)
    tables = feature_of(window, TablesFeature)
    found = [str(tmp_path / "none.json"), str(tmp_path / "a.csv")]
    (tmp_path / "a.csv").write_text(FOUR_POINTS)
    waiting: list[int | None] = []

    def look(*_: object) -> tuple[str, str]:
        qtbot.waitUntil(lambda: tables.spare.pid is not None)
        waiting.append(tables.spare.pid)
        return found.pop(0), ""

    monkeypatch.setattr(QFileDialog, "getOpenFileName", look)
    window.files.ask_and_open()
    assert tables.spare.pid is None
    window.files.ask_and_open()
    assert "4 points" in shown(window, qtbot).told.text()
    assert waiting[1] == tables.dialog.reader.pid


def test_a_window_that_is_given_a_table_shows_it_first(open_window, qtbot, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(FOUR_POINTS)
    window = open_window(read_file(tmp_path / "a.csv"))
    assert "4 points" in shown(window, qtbot).told.text()


def test_points_take_the_place_of_a_formula(window: MainWindow, qtbot) -> None:
    window.actions_by_name["new_formula"].trigger()
    qtbot.waitUntil(lambda: window.snapshot.view.experiment.formula is not None)
    pasted(window, qtbot, FOUR_POINTS).use_button.click()
    qtbot.waitUntil(lambda: window.snapshot.view.experiment.formula is None)
    assert window.snapshot.view.experiment.layer_sizes == (2, 4, 1)
    window.lab.undo()
    qtbot.waitUntil(lambda: window.snapshot.view.experiment.formula is not None)


@pytest.mark.parametrize("size", [(1362, 730), (1916, 1042)])
def test_the_dialog_takes_the_room_of_its_window_and_ten_inputs_need_no_scrolling(
    window: MainWindow, qtbot: Any, size: tuple[int, int]
) -> None:
    window.resize(*size)
    qtbot.waitUntil(lambda: (window.width(), window.height()) == size)
    names = [f"measure {number}" for number in range(10)]
    rows = [[str((7 * row + 3 * column) % 11) for column in range(10)] + ["ab"[row % 2]] for row in range(8)]
    text = "\n".join("\t".join(row) for row in ([*names, "kind"], *rows))
    dialog = pasted(window, qtbot, text)
    assert dialog.width() <= size[0] - 40
    assert dialog.height() <= size[1] - 40
    assert dialog.width() >= 0.8 * size[0]
    assert dialog.height() >= min(660, 0.8 * size[1])
    bars = [dialog.inputs.verticalScrollBar(), dialog.table.horizontalScrollBar()]
    bars += [dialog.table.verticalScrollBar()] if size[1] > 1000 else []
    qtbot.waitUntil(lambda: not any(bar.maximum() for bar in bars))
    one, other = dialog.all_button.geometry(), dialog.none_button.geometry()
    assert other.left() - one.right() >= 5
