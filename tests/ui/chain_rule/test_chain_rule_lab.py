"""The chain-rule lab in the hands of a student: type, step, drag, read, save."""

from __future__ import annotations

import csv
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QApplication

from playground.drawing.kit.theme import LIGHT
from playground.engine.chain_rule.worksheet import EXAMPLES
from playground.export.carried_run import CarriedRunError, read_carried_run
from playground.export.page import NOTE, SLIDE
from playground.ui.chain_rule.feature import PAGE, ChainRuleFeature
from playground.ui.chain_rule.variable_rows import VariableRows
from playground.ui.chain_rule.view import ChainRuleLab
from playground.ui.export.dialog import ExportDialog
from tests.support.every_figure import texts_of_svg
from tests.support.features import bench_with, feature_of

open_lab = bench_with(ChainRuleFeature)


@pytest.fixture
def lab(qtbot) -> ChainRuleLab:
    lab = ChainRuleLab(LIGHT)
    qtbot.addWidget(lab)
    lab.restyle(LIGHT)
    lab.resize(1000, 640)
    lab.show()
    qtbot.waitExposed(lab)
    return lab


def type_into(qtbot, lab: ChainRuleLab, text: str) -> None:
    lab.line.setFocus()
    lab.line.selectAll()
    qtbot.keyClicks(lab.line, text)
    qtbot.keyClick(lab.line, Qt.Key.Key_Return)


def column(lab: ChainRuleLab, title: str) -> dict[str, str]:
    """A column of the table by the names of its nodes."""
    titles = ["Name", "Expression", "Value", "Gradient", "Finite difference"]
    model = lab.side.nodes_model
    assert [model.headerData(place, Qt.Orientation.Horizontal) for place in range(5)] == titles
    return {
        model.index(row, 0).data(): model.index(row, titles.index(title)).data()
        for row in range(model.rowCount())
    }


def test_the_lecture_step_by_step_in_the_window(qtbot, open_lab) -> None:
    """The menu's key opens it; the keys step; what the lecture says stands there, number for number."""
    window = open_lab()
    feature = feature_of(window, ChainRuleFeature)
    assert not window.arrangement.page_on_screen(PAGE)
    window.actions_by_name["chain_rule"].trigger()
    assert window.arrangement.page_on_screen(PAGE)
    lab = feature.lab
    assert lab.line.text() == "3*(a + b*c)"
    assert [row.box.text() for row in lab.rows.rows.values()] == ["1", "2", "3"]
    assert lab.sentence.text() == "j = ?"
    seen = []
    forward = window.actions_by_name["chain_rule_forward"]
    while lab.transport.step_button.isEnabled():
        forward.trigger()
        seen.append(lab.sentence.text())
    assert seen == [
        "u = b · c = 2 · 3 = 6",
        "v = a + u = 1 + 6 = 7",
        "j = 3 · v = 3 · 7 = 21",
        "∂j/∂j = 1",
        "∂j/∂v = 3",
        "∂j/∂a = ∂j/∂v · ∂v/∂a = 3 · 1 = 3",
        "∂j/∂u = ∂j/∂v · ∂v/∂u = 3 · 1 = 3",
        "∂j/∂b = ∂j/∂v · ∂v/∂u · ∂u/∂b = 3 · 1 · 3 = 9",
        "∂j/∂c = ∂j/∂v · ∂v/∂u · ∂u/∂c = 3 · 1 · 2 = 6",
    ]
    qtbot.waitUntil(lambda: "Finite differences confirm all 6 gradients." in lab.note.text())
    assert "moved nothing" in lab.note.text()
    assert column(lab, "Value") == {"3": "3", "a": "1", "b": "2", "c": "3", "u": "6", "v": "7", "j": "21"}
    gradients = {"3": "", "a": "3", "b": "9", "c": "6", "u": "3", "v": "3", "j": "1"}
    assert column(lab, "Gradient") == gradients
    assert column(lab, "Finite difference")["b"] == "9.000000"
    assert lab.rows.rows["b"].gradient.text() == "∂j/∂b = 9, by difference 9.0000"
    window.actions_by_name["chain_rule_back"].trigger()
    assert lab.sentence.text() == seen[-2]
    assert column(lab, "Gradient")["c"] == ""
    window.actions_by_name["chain_rule_start"].trigger()
    assert lab.transport.progress.text() == "forward 0 of 3"
    window.actions_by_name["chain_rule_all"].trigger()
    assert lab.transport.progress.text() == "backward 6 of 6"


def test_a_hall_sees_the_page_that_was_open(qtbot, open_window) -> None:
    """F11 presents the graph; the keys step it; Esc brings everything back."""
    window = open_window()
    window.actions_by_name["chain_rule"].trigger()
    lab = feature_of(window, ChainRuleFeature).lab
    usual = lab.view.drawing.theme.font_size
    window.actions_by_name["presentation"].trigger()
    qtbot.waitUntil(lambda: window.arrangement.large == PAGE)
    assert lab.isVisible()
    assert not window.surface_view.isVisible()
    assert not lab.transport.isVisible()
    assert lab.view.drawing.theme.font_size > 2 * usual
    window.actions_by_name["chain_rule_forward"].trigger()
    assert lab.sentence.text() == "u = b · c = 2 · 3 = 6"
    window.present(None)
    assert lab.transport.isVisible()
    assert lab.rows.isVisible()


def test_its_keys_rest_while_it_is_not_seen(qtbot, open_lab) -> None:
    window = open_lab()
    forward = window.actions_by_name["chain_rule_forward"]
    assert not forward.isEnabled()
    window.actions_by_name["chain_rule"].trigger()
    assert forward.isEnabled()
    window.arrangement.hide_page(PAGE)
    qtbot.waitUntil(lambda: not forward.isEnabled())


def test_typing_another_expression_makes_its_graph(qtbot, lab) -> None:
    lab.run_all()
    type_into(qtbot, lab, "a*a + d")
    assert lab.problem.isHidden()
    assert list(lab.rows.rows) == ["a", "d"]
    assert lab.sheet.is_complete
    assert column(lab, "Gradient")["a"] == "2"
    assert lab.result.text() == "j ="


def test_what_cannot_be_read_is_marked_and_the_old_graph_stays(qtbot, lab) -> None:
    lab.run_all()
    before = lab.view.picture
    type_into(qtbot, lab, "3*(a + b c)")
    assert lab.line.marked == 9
    assert lab.line.cursorPosition() == 9, "where the next key mends it"
    assert "An operator is missing before “c”" in lab.problem.text()
    assert "character 10" in lab.problem.text()
    assert lab.problem.isVisible()
    assert lab.view.picture.graph is before.graph
    assert lab.view.picture.dimmed
    type_into(qtbot, lab, "3*(a + b*c)")
    assert lab.line.marked is None
    assert lab.problem.isHidden()
    assert not lab.view.picture.dimmed


def test_a_mark_is_painted_below_its_character(qtbot, lab) -> None:
    lab.line.show_text("aaaa + bbbb $ cccc")
    clean = lab.line.grab().toImage()
    lab.line.setProperty("wrong", True)
    lab.line.marked = 12
    marked = lab.line.grab().toImage()
    changed = [
        x
        for x in range(10, clean.width() - 10)
        if any(clean.pixel(x, y) != marked.pixel(x, y) for y in range(8, clean.height() - 3))
    ]
    metrics = lab.line.fontMetrics()
    begin = lab.line.cursorRect().center().x() + metrics.horizontalAdvance("aaaa + bbbb ")
    assert begin - 8 < min(changed) <= max(changed) < begin + metrics.horizontalAdvance("$") + 8


def test_escape_brings_the_last_readable_text_back(qtbot, lab) -> None:
    type_into(qtbot, lab, "a*(")
    qtbot.keyClick(lab.line, Qt.Key.Key_Escape)
    assert lab.line.text() == "3*(a + b*c)"
    assert lab.problem.isHidden()


def test_a_pause_in_typing_reads_the_text(qtbot, lab) -> None:
    lab.line.setFocus()
    lab.line.selectAll()
    with qtbot.waitSignal(lab.line.entered):
        qtbot.keyClicks(lab.line, "a+b")
    assert lab.sheet.expression.text == "a+b"


def test_the_whole_graph_follows_a_slider(qtbot, lab) -> None:
    lab.run_all()
    row = lab.rows.rows["c"]
    row.slider.setValue(-20)  # of 100 to −5
    assert row.box.text() == "-1"
    assert column(lab, "Value")["j"] == "−3"
    assert column(lab, "Gradient")["b"] == "−3"
    qtbot.waitUntil(lambda: row.gradient.text() == "∂j/∂c = 6, by difference 6.0000")
    assert lab.sentence.text().endswith("= 6")
    picture = lab.view.picture
    layout = picture.layout
    row.slider.setValue(40)
    assert lab.view.picture.layout is layout, "nodes stay where they are"
    assert lab.view.picture.graph.value == 3 * (1 + 2 * 2)


def test_a_typed_value_widens_its_slider(qtbot, lab) -> None:
    row = lab.rows.rows["b"]
    row.box.setFocus()
    row.box.selectAll()
    qtbot.keyClicks(row.box, "37.5")
    qtbot.keyClick(row.box, Qt.Key.Key_Return)
    assert lab.sheet.values["b"] == 37.5
    assert row.reach == 50
    assert row.slider.value() == 75
    row.box.selectAll()
    qtbot.keyClicks(row.box, "1e99")
    qtbot.keyClick(row.box, Qt.Key.Key_Return)
    assert "must be from" in row.gradient.text()
    assert lab.sheet.values["b"] == 37.5


def test_a_division_by_zero_while_dragging_is_said_and_ends(qtbot, lab) -> None:
    type_into(qtbot, lab, "1/a")
    lab.rows.rows["a"].slider.setValue(0)
    assert "Division by zero." in lab.problem.text()
    assert lab.line.marked == 1
    assert lab.view.picture.dimmed
    lab.rows.rows["a"].slider.setValue(20)
    assert lab.problem.isHidden()
    assert lab.view.picture.graph.value == 1


def test_keys_step_in_the_graph(qtbot, lab) -> None:
    lab.view.setFocus()
    for key, at in (
        (Qt.Key.Key_Right, 1),
        (Qt.Key.Key_Space, 2),
        (Qt.Key.Key_Left, 1),
        (Qt.Key.Key_End, 9),
        (Qt.Key.Key_Home, 0),
        (Qt.Key.Key_Left, 0),
    ):
        qtbot.keyClick(lab.view, key)
        assert lab.sheet.at == at


def test_a_click_on_a_step_goes_back_to_it(qtbot, lab) -> None:
    lab.set_side(True)
    lab.run_all()
    assert lab.side.steps_model.rowCount() == 9
    place = lab.side.steps_list.visualRect(lab.side.steps_model.index(2)).center()
    qtbot.mouseClick(lab.side.steps_list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert lab.sheet.at == 3
    assert lab.side.steps_model.rowCount() == 3
    assert lab.sentence.text() == "j = 3 · v = 3 · 7 = 21"


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.title)
def test_every_example_is_confirmed_on_the_screen(qtbot, lab, example) -> None:
    lab.open_example(example)
    assert lab.note.text() == example.sentence
    lab.run_all()
    qtbot.waitUntil(lambda: "confirm all" in lab.note.text())
    assert lab.problem.isHidden()


def test_a_kink_is_not_called_confirmed(qtbot, lab) -> None:
    type_into(qtbot, lab, "relu(a)")
    lab.rows.rows["a"].slider.setValue(0)
    lab.run_all()
    qtbot.waitUntil(lambda: "do not agree at a" in lab.note.text())
    assert lab.rows.rows["a"].gradient.text() == "∂j/∂a = 0, by difference 0.5000, unlike it"


def test_zoom_keeps_what_lies_under_the_pointer(qtbot, lab) -> None:
    view = lab.view
    index = next(place for place, node in enumerate(lab.sheet.graph.nodes) if node.name == "u")
    for _ in range(6):
        at = view.node_center(index)
        view.zoom(1.25, at)
    assert view.scale > 2.5
    # The node may slip by no more than what rounding the scroll bars costs, until it fits the view.
    assert (view.node_center(index) - at).manhattanLength() < 40
    assert view.horizontalScrollBar().maximum() > 0
    view.whole_view()
    assert view.horizontalScrollBar().maximum() == 0


def test_a_large_graph_can_be_scrolled_and_follows_the_steps(qtbot, lab) -> None:
    lab.set_side(False)
    text = " + ".join(f"tanh(w{i}*x{i} + b{i})" for i in range(12))
    assert lab.set_expression(text)
    assert lab.view.horizontalScrollBar().maximum() > 0
    for at in range(0, len(lab.sheet.steps) + 1, 7):
        lab.go_to(at)
        node = lab.sheet.known.node
        if node is not None:
            assert lab.view.viewport().rect().contains(lab.view.node_center(node).toPoint())
    assert "w11" in lab.rows.rows


def test_a_node_tells_about_itself(qtbot, lab) -> None:
    lab.run_all()
    index = next(place for place, node in enumerate(lab.sheet.graph.nodes) if node.name == "v")
    assert lab.view.node_at(QPointF(lab.view.node_center(index))) == index
    assert lab.view.describe_node(index) == "v = a + b*c\nvalue 7\ngradient 3\nfinite difference 3.000000"
    assert "∂j/∂c" in lab.view.accessibleDescription()


def test_the_graph_is_exported_by_the_dialog_at_the_size_and_text_of_its_page(
    qtbot, open_lab, tmp_path: Path
) -> None:
    window = open_lab()
    feature = feature_of(window, ChainRuleFeature)
    feature.open()
    feature.lab.run_all()
    asked: list[str] = []
    feature.export_requested.connect(asked.append)
    menu = feature.lab.export.menu(feature.lab)
    next(action for action in menu.actions() if action.text() == "Picture…").trigger()
    dialog = ExportDialog(window.exporter, window.preferences, asked[0], window)
    qtbot.addWidget(dialog)
    dialog.size_box.setCurrentText("Note with a caption, 160 mm")
    assert not dialog.run_box.isEnabled(), "the graph shows no run that it could carry"
    for format_ in ("PNG", "SVG"):
        dialog.format_box.setCurrentText(format_)
        assert dialog.save_to(tmp_path / "graph")
    image = QImage(str(tmp_path / "graph.png"))
    assert (image.width(), image.height()) == NOTE.pixels
    with pytest.raises(CarriedRunError):
        read_carried_run((tmp_path / "graph.png").read_bytes())
    content = (tmp_path / "graph.svg").read_bytes()
    root = ElementTree.fromstring(content)
    words = ["".join(node.itertext()) for node in root.iter() if node.tag.endswith("text")]
    for expected in ("u = 6", "v = 7", "j = 21", "∂j/∂a = 3", "∂j/∂b = 9", "∂j/∂c = 6"):
        assert expected in words
    assert any("3*(a + b*c) at a = 1, b = 2, c = 3" in word for word in words)
    assert {round(points, 1) for _, points in texts_of_svg(content, NOTE.width)} == {8.3, 9.0}


def test_a_graph_that_is_too_large_for_its_text_says_so_in_the_dialog(qtbot, open_lab) -> None:
    window = open_lab()
    feature = feature_of(window, ChainRuleFeature)
    feature.lab.set_expression(EXAMPLES[1].expression)
    feature.lab.run_all()
    dialog = ExportDialog(window.exporter, window.preferences, PAGE, window)
    qtbot.addWidget(dialog)
    dialog.size_box.setCurrentText("Column of a paper, 85 mm")
    dialog.show_preview()
    assert re.fullmatch(
        r"The graph is too large for text of 8 pt here: its text is \d\.\d pt high\.", dialog.problem.text()
    )


def test_the_table_of_a_graph_has_its_numbers(qtbot, lab, tmp_path: Path) -> None:
    lab.run_all()
    assert lab.export.save_to(tmp_path / "graph.csv")
    with (tmp_path / "graph.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["name"]: row for row in csv.DictReader(file)}
    assert rows["u"]["expression"] == "b*c"
    assert {name: float(rows[name]["gradient"]) for name in "abc"} == {"a": 3, "b": 9, "c": 6}
    assert float(rows["j"]["value"]) == 21
    assert float(rows["b"]["finite difference"]) == pytest.approx(9)
    assert rows["3"]["gradient"] == ""


def test_a_table_has_every_finite_difference_however_large_the_graph(qtbot, lab, tmp_path: Path) -> None:
    assert lab.set_expression(" + ".join(f"tanh(w{i}*x{i} + b{i})" for i in range(60)))
    assert len(lab.differences) < 300, "they are still being computed"
    assert lab.export.save_to(tmp_path / "large.csv")
    with (tmp_path / "large.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 419
    for row in rows:
        assert float(row["finite difference"]) == pytest.approx(float(row["gradient"]), rel=1e-5)


def test_a_file_that_cannot_be_written_is_said(qtbot, lab, tmp_path: Path) -> None:
    assert not lab.export.save_to(tmp_path / "absent" / "graph.csv")
    assert "absent" in lab.problem.text()


def test_the_graph_goes_to_the_clipboard(qtbot, open_lab) -> None:
    window = open_lab()
    feature = feature_of(window, ChainRuleFeature)
    feature.copy_requested.connect(lambda name: window.exporter.copy(name, SLIDE))
    QGuiApplication.clipboard().clear()
    menu = feature.lab.export.menu(feature.lab)
    next(action for action in menu.actions() if action.text() == "Copy the picture").trigger()
    image = QGuiApplication.clipboard().image()
    assert (image.width(), image.height()) == SLIDE.pixels


@pytest.mark.parametrize("width", [320, 480, 700, 760, 1100])
@pytest.mark.parametrize("factor", [1.0, 1.6])
def test_every_variable_has_its_name_at_every_width(qtbot, width: int, factor: float) -> None:
    rows = VariableRows()
    qtbot.addWidget(rows)
    rows.restyle(factor)
    rows.resize(width, 200)
    rows.show()
    rows.show_values(dict.fromkeys(("w0", "x0", "w1", "x1", "w2"), 1.0))
    QApplication.processEvents()
    for name, row in rows.rows.items():
        assert row.label.shown_text == name
        assert row.mapTo(rows.viewport(), row.rect().bottomRight()).x() < rows.viewport().width()


def test_the_logistic_function_written_out_has_one_variable(lab: ChainRuleLab) -> None:
    assert lab.set_expression("1/(1+e^(-z))")
    assert list(lab.rows.rows) == ["z"]
    lab.set_value("z", 0.0)
    assert lab.sheet.graph.value == 0.5
    assert lab.set_expression("-ln(σ(w·x₁))")
    assert list(lab.rows.rows) == ["w", "x1"]
    assert not lab.set_expression("x²")
    assert "x^2" in lab.problem.text()
    assert lab.line.marked == 1
