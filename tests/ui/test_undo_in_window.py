"""Ctrl+Z in the window: one drag of α is one entry, and the menu names it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt

from playground.experiment import Change, ExperimentFile
from playground.ui.main_window import MainWindow
from playground.ui.widgets import gestures
from tests.support.small_runs import SMALL

CONTROL, LEFT = Qt.KeyboardModifier.ControlModifier, Qt.MouseButton.LeftButton


@pytest.fixture
def window(open_window) -> MainWindow:
    window: MainWindow = open_window()
    return window


def drag(window: MainWindow, qtbot, *rates: float) -> None:
    """Drag the thumb of the slider from rate to rate, and let it go."""
    slider = window.strip.slider
    places = [QPoint(round(slider.x_of(rate)), slider.height() // 2) for rate in rates]
    qtbot.mousePress(slider, LEFT, pos=places[0])
    for place in places[1:]:
        qtbot.mouseMove(slider, place)
    qtbot.mouseRelease(slider, LEFT, pos=places[-1])


def rate(window: MainWindow) -> float:
    return window.snapshot.view.settings.learning_rate


def test_a_drag_while_it_trains_is_undone_by_one_key_and_stays_in_the_log(window: MainWindow, qtbot) -> None:
    window.actions_by_name["run"].trigger()
    qtbot.waitUntil(lambda: window.snapshot.view.step > 3)
    drag(window, qtbot, 0.3, 0.5, 0.8, 1.0)
    qtbot.waitUntil(lambda: rate(window) == pytest.approx(1.0, rel=0.05))
    first = rate(window)
    drag(window, qtbot, 1.0, 2.0, 3.0)
    qtbot.waitUntil(lambda: rate(window) > 2.5)
    second = rate(window)
    undo = window.actions_by_name["undo"]
    qtbot.waitUntil(lambda: undo.text().startswith("&Undo α 1"))
    qtbot.keyClick(window, Qt.Key.Key_Z, CONTROL)
    qtbot.waitUntil(lambda: rate(window) == first)
    assert window.strip.slider.rate == first
    qtbot.keyClick(window, Qt.Key.Key_Z, CONTROL)
    qtbot.waitUntil(lambda: rate(window) == 0.3)
    qtbot.waitUntil(lambda: not undo.isEnabled())
    assert undo.text() == "&Undo"
    assert window.lab.state == "running"
    for again in (first, second):
        step = window.snapshot.view.step
        qtbot.waitUntil(lambda step=step: window.snapshot.view.step > step)
        qtbot.keyClick(window, Qt.Key.Key_Y, CONTROL)
        qtbot.waitUntil(lambda again=again: rate(window) == again)
    values = [change.value for change in window.snapshot.view.history.changes]
    assert values[-4:] == [first, 0.3, first, second]


def test_undo_names_what_it_takes_back(window: MainWindow, qtbot) -> None:
    undo = window.actions_by_name["undo"]
    for name, text in (("new_weights", "&Undo new weights"), ("same_weights", "&Undo same weights again")):
        window.lab.run_exactly(2)
        qtbot.waitUntil(lambda: window.snapshot.view.step == 2)
        window.actions_by_name[name].trigger()
        qtbot.waitUntil(lambda text=text: undo.text() == text)
        qtbot.waitUntil(lambda: window.snapshot.view.step == 0)
    qtbot.keyClick(window, Qt.Key.Key_Z, CONTROL)
    qtbot.waitUntil(lambda: window.actions_by_name["redo"].text() == "&Redo same weights again")


def test_another_plane_is_undone_in_its_turn(window: MainWindow, qtbot) -> None:
    box, surface = window.surface_view.bar.kind_box, window.surface_view
    before = surface.wish.plane
    window.lab.set_learning_rate(0.5)
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Down)
    assert surface.wish.plane != before
    chosen = surface.wish.plane
    qtbot.waitUntil(lambda: window.actions_by_name["undo"].text() == "&Undo plane path")
    qtbot.keyClick(window, Qt.Key.Key_Z, CONTROL)
    qtbot.waitUntil(lambda: surface.wish.plane == before)
    assert box.currentData() == before.kind
    assert rate(window) == 0.5
    qtbot.waitUntil(lambda: surface.settled)
    assert surface.answer.choice.kind == before.kind
    qtbot.keyClick(window, Qt.Key.Key_Y, CONTROL)
    qtbot.waitUntil(lambda: surface.wish.plane == chosen)
    for _ in range(2):
        qtbot.keyClick(window, Qt.Key.Key_Z, CONTROL)
    qtbot.waitUntil(lambda: rate(window) == 0.3)


def test_a_notice_that_offers_undo_goes_when_something_else_would_be_undone(
    window: MainWindow, qtbot
) -> None:
    window.lab.run_exactly(2)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 2)
    window.actions_by_name["new_weights"].trigger()
    qtbot.waitUntil(lambda: "Undo" in window.notices.offers)
    drag(window, qtbot, 0.3, 1.0)
    qtbot.waitUntil(lambda: window.actions_by_name["undo"].text().startswith("&Undo α"))
    assert "Undo" not in window.notices.offers


def test_a_plane_that_comes_back_with_its_run_is_shown(window: MainWindow, qtbot) -> None:
    window.surface_view.change_plane("random", seed=5)
    chosen = window.surface_view.wish.plane
    window.surface_view.change_plane("path")
    window.lab.run_exactly(2)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 2)
    window.lab.change("network.hidden_layers", (6,))
    qtbot.waitUntil(lambda: window.snapshot.view.parameters.size == 25)
    for _ in range(2):
        window.lab.undo()
    qtbot.waitUntil(lambda: window.snapshot.view.parameters.size == 17)
    qtbot.waitUntil(lambda: window.surface_view.wish.plane == chosen)
    assert window.surface_view.bar.kind_box.currentData() == "random"


def test_undo_works_where_a_number_was_just_typed(window: MainWindow, qtbot) -> None:
    window.set_full(True)
    field = window.panel.fields["training.l2"]
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "0.01")
    qtbot.keyClick(field, Qt.Key.Key_Z, CONTROL)
    assert field.text() != "0.01", "what is being typed is undone by the field itself"
    field.selectAll()
    qtbot.keyClicks(field, "0.02")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.snapshot.view.settings.l2 == 0.02)
    field.setFocus()
    qtbot.waitUntil(lambda: window.actions_by_name["undo"].isEnabled())
    qtbot.keyClick(field, Qt.Key.Key_Z, CONTROL)
    qtbot.waitUntil(lambda: window.snapshot.view.settings.l2 == 0.0)


def test_a_window_that_begins_with_a_saved_run_has_nothing_to_undo(open_window, qtbot) -> None:
    file = ExperimentFile(SMALL, (Change(3, "training.learning_rate", 0.2),), 6)
    window = open_window(file)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 6)
    assert window.snapshot.view.experiment_file == file
    assert not window.actions_by_name["undo"].isEnabled()


def test_a_plane_that_stays_as_it_is_is_no_entry_and_two_seeds_differ_in_words(
    window: MainWindow, qtbot, unhurried
) -> None:
    undo, surface = window.actions_by_name["undo"], window.surface_view
    window.set_full(True)
    surface.change_plane("path", seed=9)
    surface.change_plane("path", seed=3, pair=(2, 5))
    surface.change_plane("random", seed=0)
    surface.bar.another_button.click()
    qtbot.waitUntil(lambda: undo.text() == "&Undo plane random, seed 0 → 1")
    surface.bar.another_button.click()
    qtbot.waitUntil(lambda: undo.text() == "&Undo plane random, seed 1 → 2")
    # Steps in the field itself are one entry.
    surface.bar.seed_box.setFocus()
    for _ in range(3):
        qtbot.keyClick(surface.bar.seed_box, Qt.Key.Key_Up)
    qtbot.waitUntil(lambda: undo.text() == "&Undo plane random, seed 2 → 5")
    for seed in (2, 1, 0):
        window.lab.undo()
        qtbot.waitUntil(lambda seed=seed: surface.wish.plane.acting == ("random", seed, "filter"))
    for kind in ("path", "rehearsal"):
        window.lab.undo()
        qtbot.waitUntil(lambda kind=kind: surface.wish.plane.kind == kind)
    qtbot.waitUntil(lambda: not undo.isEnabled())


@pytest.fixture
def unhurried(monkeypatch) -> None:
    """Keys count as quick however busy the machine is."""
    monkeypatch.setattr(gestures, "PAUSE", 600.0)


def test_keys_in_a_number_field_in_quick_succession_are_one_entry(
    window: MainWindow, qtbot, unhurried
) -> None:
    undo, rate = window.actions_by_name["undo"], window.strip.field
    batch = window.panel.fields["training.batch_size"]
    window.set_full(True)
    window.lab.change("training.batch_size", 10)
    qtbot.waitUntil(lambda: batch.value == 10)
    for field, before, after in ((batch, 10, 14), (rate, 0.3, 0.7)):
        field.setFocus()
        for _ in range(4):
            qtbot.keyClick(field, Qt.Key.Key_Up)
        assert field.value == pytest.approx(after)
        window.lab.undo()
        qtbot.waitUntil(lambda field=field, before=before: field.value == before)
    window.lab.undo()
    qtbot.waitUntil(lambda: batch.value is None)
    qtbot.waitUntil(lambda: not undo.isEnabled())


def test_keys_at_a_weight_in_quick_succession_are_one_entry(window: MainWindow, qtbot, unhurried) -> None:
    undo, diagram = window.actions_by_name["undo"], window.panel.diagram
    before = window.snapshot.view.parameters.copy()
    diagram.setFocus()
    qtbot.keyClick(diagram, Qt.Key.Key_Down)
    for _ in range(3):
        run = window.snapshot.run
        qtbot.keyClick(diagram, Qt.Key.Key_Plus)
        qtbot.waitUntil(lambda run=run: window.snapshot.run > run)
    assert (window.snapshot.view.parameters != before).sum() == 1
    assert undo.text() == "&Undo weights by hand"
    window.lab.undo()
    qtbot.waitUntil(lambda: (window.snapshot.view.parameters == before).all())
    qtbot.waitUntil(lambda: not undo.isEnabled())
