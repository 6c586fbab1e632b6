"""Neurons that a low diagram has no room for: their line names them to the pointer and to the keys."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolTip

from playground.drawing.network.drawing import NetworkPicture
from playground.ui.network.view import NetworkView

NAMES = ("ant", "bee", "cat", "dog", "eel", "fox", "gnu", "hen", "ibex", "jay")
SIZES = (2, 30, 10)


@pytest.fixture
def view(qtbot: Any) -> NetworkView:
    view = NetworkView()
    qtbot.addWidget(view)
    view.resize(260, 108)
    view.picture = NetworkPicture(SIZES, np.ones(3 * 30 + 31 * 10), class_names=NAMES)
    view.show()
    qtbot.waitExposed(view)
    return view


def test_the_line_names_the_neurons_and_the_outputs_left_out(view: NetworkView, qtbot: Any) -> None:
    scene = view.drawing.lay_out(view.diagram_rect(), SIZES)
    hidden, outputs = scene.more
    shown = [sum(node.layer == layer for node in scene.nodes) for layer in range(3)]

    qtbot.mouseMove(view, outputs.center.toPoint())
    words = f"No room for the outputs of {', '.join(NAMES[shown[2] :])}"
    qtbot.waitUntil(lambda: view.accessibleDescription() == words)
    assert QToolTip.text() == words

    qtbot.mouseMove(view, hidden.center.toPoint())
    words_of_hidden = f"No room for neurons {shown[1] + 1} to 30 of layer 1"
    qtbot.waitUntil(lambda: view.accessibleDescription() == words_of_hidden)
    assert QToolTip.text() == words_of_hidden

    qtbot.mouseMove(view, view.rect().topLeft())
    qtbot.waitUntil(lambda: not QToolTip.isVisible())


def test_the_keys_reach_the_neurons_left_out_after_the_last_parameter(view: NetworkView, qtbot: Any) -> None:
    scene = view.drawing.lay_out(view.diagram_rect(), SIZES)
    shown = view.drawing.shown_parameters(view.diagram_rect(), SIZES)
    outputs = sum(node.layer == 2 for node in scene.nodes)
    qtbot.keyClick(view, Qt.Key.Key_Up)
    assert view.accessibleDescription() == f"No room for the outputs of {', '.join(NAMES[outputs:])}"
    assert view.chosen is None
    qtbot.keyClick(view, Qt.Key.Key_Up)
    assert view.accessibleDescription().endswith("to 30 of layer 1")
    qtbot.keyClick(view, Qt.Key.Key_Up)
    assert view.chosen == shown[-1]
    for _ in range(3):
        qtbot.keyClick(view, Qt.Key.Key_Down)
    assert view.chosen == shown[0]
    assert view.accessibleDescription().startswith("W[1]₁,₁ = 1")
