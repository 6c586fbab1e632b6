"""Neurons that a low diagram has no room for: the line that counts them names them under the pointer."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtWidgets import QToolTip

from playground.drawing.network.drawing import NetworkPicture
from playground.ui.network.view import NetworkView

NAMES = ("ant", "bee", "cat", "dog", "eel", "fox", "gnu", "hen", "ibex", "jay")
SIZES = (2, 30, 10)


def test_the_line_names_the_neurons_and_the_outputs_left_out(qtbot: Any) -> None:
    view = NetworkView()
    qtbot.addWidget(view)
    view.resize(260, 108)
    view.picture = NetworkPicture(SIZES, np.ones(3 * 30 + 31 * 10), class_names=NAMES)
    view.show()
    qtbot.waitExposed(view)
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
