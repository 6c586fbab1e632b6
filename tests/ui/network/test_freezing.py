"""A weight is frozen where it is drawn, by the menu of the right button or by a key, and marked there."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu

from playground.drawing.network.drawing import parameter_text
from playground.engine.network import parameter_name
from playground.engine.trainer import replay
from playground.experiment import ExperimentFile
from playground.experiment_frozen import frozen_entries, with_entry_frozen
from playground.ui.network.view import NetworkView
from tests.support.fake_workbench import FakeWorkbench
from tests.ui.conftest import OpenBench
from tests.ui.network.test_weights_by_hand import open_diagram, place_of

__all__ = ["open_diagram"]


@pytest.fixture
def window(open_diagram: OpenBench) -> FakeWorkbench:
    return open_diagram()


def menu_at(qtbot: Any, diagram: NetworkView, index: int) -> QMenu:
    place = place_of(diagram, index)
    qtbot.mousePress(diagram, Qt.MouseButton.RightButton, pos=place)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, diagram.mapToGlobal(place))
    QApplication.sendEvent(diagram, event)
    return next(menu for menu in diagram.findChildren(QMenu) if menu.isVisible())


def choose(menu: QMenu, beginning: str) -> None:
    next(action for action in menu.actions() if action.text().startswith(beginning)).trigger()
    menu.close()


def test_the_menu_freezes_a_weight_and_frees_it(qtbot: Any, window: FakeWorkbench) -> None:
    diagram = window.panel.diagram
    choose(menu_at(qtbot, diagram, 3), "Freeze W[1]₂₂")
    qtbot.waitUntil(lambda: window.snapshot.view.experiment.network.frozen == ("W[1]₂₂",))
    qtbot.waitUntil(lambda: diagram.picture.frozen == {3})
    assert parameter_text(diagram.picture, 3).endswith("frozen")
    first = window.snapshot.view.parameters
    window.lab.run_exactly(10)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 10)
    assert np.flatnonzero(window.snapshot.view.parameters == first).tolist() == [3]
    choose(menu_at(qtbot, diagram, 3), "Free W[1]₂₂")
    qtbot.waitUntil(lambda: window.snapshot.view.experiment.network.frozen == ())


def test_what_is_frozen_is_the_weight_on_the_screen_and_the_others_stay_too(
    qtbot: Any, window: FakeWorkbench
) -> None:
    diagram = window.panel.diagram
    drawn = window.snapshot.view.parameters
    window.lab.run_exactly(40)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 40 and window.snapshot.state == "paused")
    seen = window.snapshot.view.parameters
    assert seen[3] != drawn[3]
    choose(menu_at(qtbot, diagram, 3), "Freeze W[1]₂₂")
    qtbot.waitUntil(lambda: window.snapshot.view.experiment.network.frozen == ("W[1]₂₂",))
    assert window.snapshot.view.step == 0
    assert np.array_equal(window.snapshot.view.parameters, seen)
    assert "All weights begin as they were" in window.notices.text
    window.lab.run_exactly(15)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 15 and window.snapshot.state == "paused")
    view = window.snapshot.view
    assert np.flatnonzero(view.parameters == seen).tolist() == [3]
    again = replay(ExperimentFile.from_json(view.experiment_file.to_json()), 15)
    assert np.array_equal(again.parameters, view.parameters)
    # So it is at an earlier moment.
    window.lab.show_moment(7, window.snapshot.run)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 7)
    earlier = window.snapshot.view.parameters
    choose(menu_at(qtbot, diagram, 0), "Freeze W[1]₁₁")
    qtbot.waitUntil(lambda: len(window.snapshot.view.experiment.network.frozen) == 2)
    assert np.array_equal(window.snapshot.view.parameters, earlier)
    window.lab.undo()
    qtbot.waitUntil(lambda: window.snapshot.view.step == 15)
    window.lab.undo()
    qtbot.waitUntil(lambda: window.snapshot.view.step == 40)
    assert np.array_equal(window.snapshot.view.parameters, seen)
    window.lab.redo()
    qtbot.waitUntil(lambda: window.snapshot.view.step == 15)
    window.lab.same_weights_again()
    qtbot.waitUntil(lambda: window.snapshot.view.step == 0)
    assert np.array_equal(window.snapshot.view.parameters, drawn)


def test_a_key_freezes_the_chosen_bias_and_undo_frees_it(qtbot: Any, window: FakeWorkbench) -> None:
    diagram = window.panel.diagram
    diagram.setFocus()
    for _ in range(17):
        qtbot.keyClick(diagram, Qt.Key.Key_Down)
    assert diagram.chosen == 16
    qtbot.keyClick(diagram, Qt.Key.Key_F)
    qtbot.waitUntil(lambda: window.snapshot.view.experiment.network.frozen == ("b[2]₁",))
    window.actions_by_name["undo"].trigger()
    qtbot.waitUntil(lambda: window.snapshot.view.experiment.network.frozen == ())


def test_a_frozen_weight_has_a_mark_and_the_legend_names_it(qtbot: Any, window: FakeWorkbench) -> None:
    diagram = window.panel.diagram
    before = diagram.grab().toImage()
    window.lab.change("network.frozen", ("W[1]₁₁", "b[1]"))
    qtbot.waitUntil(lambda: len(diagram.picture.frozen) == 5)
    after = diagram.grab().toImage()
    legend = diagram.diagram_rect().bottom() + 2
    changed = [
        (x, y)
        for x in range(0, after.width(), 1)
        for y in range(after.height())
        if after.pixel(x, y) != before.pixel(x, y)
    ]
    assert any(y > legend for _, y in changed)
    place = place_of(diagram, 8)
    assert any(abs(x - place.x()) < 5 and abs(y - place.y()) < 5 for x, y in changed)


def test_a_parameter_of_a_frozen_group_is_freed_alone() -> None:
    sizes = (2, 2, 1)
    names = with_entry_frozen(("W[1]", "b[2]"), 1, sizes, False, partial(parameter_name, sizes))
    assert frozen_entries(names, sizes) == (0, 2, 3, 8)
    assert names == ("W[1]₁₁", "W[1]₂₁", "W[1]₂₂", "b[2]")
