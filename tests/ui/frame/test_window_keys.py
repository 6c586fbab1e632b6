"""Everything can be done from the keyboard, and every control has a name."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QScrollBar,
    QWidget,
)

from playground.ui.experiment.tile_chooser import TileChooser
from playground.ui.features import page_commands
from playground.ui.frame import words
from playground.ui.frame.actions import COMMANDS
from playground.ui.runs.kept_runs import KeptRunsPage
from playground.ui.widgets.number_field import NumberField
from tests.support.variants import slow


def test_no_key_belongs_to_two_commands(open_window) -> None:
    window = open_window()
    keys = [
        key.toString()
        for action in (
            *(window.actions_by_name[name] for name in window.actions_by_name.names()),
            *window.strip.rate_actions,
        )
        for key in action.shortcuts()
    ]
    assert "F5" in keys
    assert sorted(set(keys)) == sorted(keys)


def test_every_command_says_what_it_does(open_window) -> None:
    window = open_window()
    for name, command in {**COMMANDS, **page_commands()}.items():
        action = window.actions_by_name[name]
        assert action.text(), name
        assert action.statusTip() == command.tip, name
        if command.keys:
            assert action.shortcut().toString() == command.keys, name
            assert command.keys.split("+")[-1] in action.toolTip(), name


def test_a_command_under_the_pointer_says_its_tip_in_the_quiet_line(qtbot, open_window) -> None:
    window = open_window()
    before = window.notices.text
    window.actions_by_name["step"].hover()
    window.statusBar().showMessage("Make one step")
    assert window.notices.text == "Make one step"
    window.statusBar().clearMessage()
    assert window.notices.text == before


@pytest.mark.parametrize("focus", ["strip.slider", "surface_view.canvas", slow("loss_view.canvas")])
def test_space_runs_where_the_focus_does_not_use_it(qtbot, open_window, focus: str) -> None:
    window = open_window()
    widget: QWidget = window
    for name in focus.split("."):
        widget = getattr(widget, name)
    widget.setFocus()
    qtbot.keyClick(widget, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.lab.state == "running")
    qtbot.keyClick(widget, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.lab.state == "paused")


def test_space_belongs_to_a_box_and_a_button_that_have_the_focus(qtbot, open_window) -> None:
    window = open_window()
    box = window.data_view.test_box
    box.setFocus()
    shown = box.isChecked()
    qtbot.keyClick(box, Qt.Key.Key_Space)
    assert box.isChecked() != shown
    qtbot.keyClick(window.transport.step_button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 1)
    qtbot.waitUntil(lambda: window.lab.state == "paused")


@pytest.mark.parametrize("full", [False, True])
def test_space_runs_from_every_field_for_a_number(qtbot, open_window, full: bool) -> None:
    window = open_window()
    window.set_full(full)
    fields: list[QWidget] = [f for f in window.findChildren(NumberField) if f.isVisible()]
    if full:
        fields.append(window.transport.exact_box)
    assert window.strip.field in fields
    for field in fields:
        field.setFocus()
        qtbot.keyClick(field, Qt.Key.Key_Space)
        qtbot.waitUntil(lambda: window.lab.state == "running")
        qtbot.keyClick(field, Qt.Key.Key_Space)
        qtbot.waitUntil(lambda: window.lab.state == "paused")


def test_after_a_choice_by_mouse_space_runs_and_after_one_by_key_the_focus_stays(qtbot, open_window) -> None:
    window = open_window()
    box = window.panel.neurons
    box.setFocus()
    # Qt takes a release soon after the list has opened for the end of the click that opened it.
    usual = QApplication.doubleClickInterval()
    QApplication.setDoubleClickInterval(0)
    box.showPopup()
    QApplication.setDoubleClickInterval(usual)
    QApplication.processEvents()
    item = box.view().visualRect(box.model().index(3, 0)).center()
    qtbot.mouseMove(box.view().viewport(), item)
    qtbot.mouseClick(box.view().viewport(), Qt.MouseButton.LeftButton, pos=item)
    qtbot.waitUntil(lambda: box.value == 3 and window.focusWidget() is window.transport.run_button)
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.lab.state == "running")
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Down)
    assert box.value == 4
    QApplication.processEvents()
    assert window.focusWidget() is box


def test_a_button_that_goes_away_under_the_pointer_hands_the_focus_to_run(qtbot, open_window) -> None:
    window = open_window()
    qtbot.waitUntil(lambda: window.snapshot is not None)
    window.actions_by_name["keep_run"].trigger()
    window.actions_by_name["kept_runs"].trigger()
    clear = window.findChild(KeptRunsPage).clear_button
    clear.setFocus()
    qtbot.mouseClick(clear, Qt.MouseButton.LeftButton)
    assert not clear.isEnabled()
    qtbot.waitUntil(lambda: window.focusWidget() is window.transport.run_button)


def test_undo_says_where_there_is_nothing_to_undo(qtbot, open_window) -> None:
    window = open_window()
    window.strip.slider.setFocus()
    qtbot.keyClick(window.strip.slider, Qt.Key.Key_Right)
    qtbot.keyClick(window.strip.slider, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.notices.text == words.NOTHING_TO_UNDO


def test_alpha_is_typed_and_enter_gives_the_keys_back(qtbot, open_window) -> None:
    window = open_window()
    field = window.strip.field
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "0.7")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert window.strip.learning_rate == 0.7
    assert window.focusWidget() is window.strip.slider
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "many")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert window.focusWidget() is field, "what is wrong has to be mended"


def test_a_presentation_has_the_focus_on_its_plot_and_one_escape_ends_it(qtbot, open_window) -> None:
    window = open_window()
    window.strip.field.setFocus()
    window.actions_by_name["presentation"].trigger()
    assert window.focusWidget() is window.surface_view.canvas
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.lab.state == "running")
    state = window.transport.readouts["state"]
    qtbot.waitUntil(lambda: state.isVisible() and state.value == "running")
    window.strip.field.setFocus()
    window.strip.field.selectAll()
    qtbot.keyClicks(window.strip.field, "0.")
    qtbot.keyClick(window.strip.field, Qt.Key.Key_Escape)
    assert not window.isFullScreen()
    assert not state.isVisible()


def test_run_exactly_asks_for_the_number_where_no_box_stands(qtbot, open_window, monkeypatch) -> None:
    window = open_window()
    answers = iter([(23, True), (99, False)])

    def answer(*asked: Any) -> bool:
        number, wanted = next(answers)
        asked[-1].setValue(number)
        return wanted

    monkeypatch.setattr("playground.ui.transport.bar.ask_whole", answer)
    window.lab.set_speed(None)
    window.actions_by_name["run_exactly"].trigger()
    qtbot.waitUntil(lambda: window.snapshot.view.step == 23)
    qtbot.waitUntil(lambda: window.lab.state == "paused")
    window.actions_by_name["run_exactly"].trigger()
    window.set_full(True)
    window.resize(1900, 800)
    names = [button.text() for button in window.transport.findChildren(QAbstractButton)]
    assert "Run these" in names
    assert "Run" not in names
    window.transport.exact_box.setValue(7)
    qtbot.waitUntil(window.transport.exact_box.isVisible)
    window.actions_by_name["run_exactly"].trigger()
    qtbot.waitUntil(lambda: window.snapshot.view.step == 30)


def test_f10_steps_and_run_exactly_stops_where_it_should(qtbot, open_window) -> None:
    window = open_window()
    window.actions_by_name["step"].trigger()
    window.actions_by_name["step"].trigger()
    qtbot.waitUntil(lambda: window.snapshot.view.step == 2)
    window.set_full(True)
    window.resize(1900, 800)
    qtbot.waitUntil(window.transport.exact_box.isVisible)
    window.lab.set_speed(None)
    window.transport.exact_box.setValue(37)
    window.actions_by_name["run_exactly"].trigger()
    qtbot.waitUntil(lambda: window.snapshot.view.step == 39)
    qtbot.waitUntil(lambda: window.lab.state == "paused")


def test_a_plot_is_moved_and_zoomed_by_keys_and_asks_for_what_comes_into_view(qtbot, open_window) -> None:
    window = open_window()
    view = window.surface_view
    qtbot.waitUntil(lambda: view.answer is not None and view.answer.complete)
    whole = view.answer.window
    qtbot.keyClick(view.canvas, Qt.Key.Key_Plus)
    qtbot.keyClick(view.canvas, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: view.answer.window != whole and view.answer.complete)
    seen = view.answer.window
    assert seen.a_max - seen.a_min == pytest.approx(0.8 * (whole.a_max - whole.a_min))
    assert seen.a_min + seen.a_max < whole.a_min + whole.a_max
    surface = view.answer.surface
    assert (surface.a[0], surface.a[-1]) == pytest.approx((seen.a_min, seen.a_max))
    qtbot.keyClick(view.canvas, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: view.answer.window == whole and view.answer.complete)


def test_every_control_has_a_name_and_can_be_reached(open_window) -> None:
    window = open_window()
    window.set_full(True)
    kinds = (QAbstractButton, QComboBox, QAbstractSlider, QAbstractSpinBox, QLineEdit)
    for widget in (found for kind in kinds for found in window.findChildren(kind)):
        # Scroll bars are Qt's own; what they scroll is reached by Tab.
        if not widget.isVisible() or widget.objectName().startswith("qt_") or isinstance(widget, QScrollBar):
            continue
        label = widget.accessibleName() or (widget.text() if isinstance(widget, QAbstractButton) else "")
        assert label.strip("⤓⤢✕ "), f"{type(widget).__name__} of {type(widget.parent()).__name__}"
        # The arrow keys go from tile to tile, from the one that Tab goes to.
        chooser = widget.parent()
        group = chooser.buttons.values() if isinstance(chooser, TileChooser) else (widget,)
        reached = any(one.focusPolicy() & Qt.FocusPolicy.TabFocus for one in group)
        reached = reached or widget.focusProxy() is not None
        assert reached or not widget.isEnabled() or isinstance(widget, QAbstractSlider), label


def test_with_every_page_open_whatever_takes_the_focus_has_a_name(qtbot, open_window) -> None:
    window = open_window()
    window.set_full(True)
    window.lab.run_exactly(5)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 5)
    nameless, seen = set(), set()
    for page in window.arrangement.page_names():
        window.arrangement.show_page(page)
        for widget in window.findChildren(QWidget):
            visible = widget.isVisible() and not widget.objectName().startswith("qt_")
            # What hands the focus on is not what has it.
            passes_on = widget.focusProxy() is not None
            if not visible or passes_on or widget.focusPolicy() == Qt.FocusPolicy.NoFocus:
                continue
            seen.add(type(widget).__name__)
            text = widget.text() if isinstance(widget, (QAbstractButton, QLabel)) else ""
            if len((widget.accessibleName() or text).strip("⤓⤢✕▶❚+−- ")) < 2:
                nameless.add(f"{page}: {type(widget).__name__} of {type(widget.parent()).__name__} “{text}”")
    assert {"RateSlider", "PlotCanvas", "TabRow", "ChoiceBox", "NumberField"} <= seen
    assert sorted(nameless) == []


def test_every_page_is_reached_and_left_by_keys(qtbot, open_window) -> None:
    window = open_window()
    for page in filter(window.arrangement.page_is_available, window.arrangement.page_names()):
        pages = window.arrangement.place_of(page)
        window.arrangement.show_page(page)
        if page == pages.first:
            continue
        assert pages.tabs.focusPolicy() & Qt.FocusPolicy.TabFocus
        qtbot.keyClick(pages.tabs, Qt.Key.Key_Left)
        assert pages.seen != page
        qtbot.keyClick(pages.tabs, Qt.Key.Key_Right)
        assert pages.seen == page
        qtbot.keyClick(pages.tabs, Qt.Key.Key_Delete)
        assert not pages.is_open(page)


def test_every_plot_has_a_summary_in_one_line(qtbot, open_window) -> None:
    window = open_window()
    window.lab.set_speed(None)
    window.lab.run_exactly(20)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 20)
    for plot, word in (
        (window.surface_view, "J from"),
        (window.data_view, "training and 40 test points"),
        (window.loss_view, "20 steps"),
    ):
        qtbot.waitUntil(lambda plot=plot, word=word: word in plot.canvas.accessibleDescription())
        assert "\n" not in plot.canvas.accessibleDescription()
