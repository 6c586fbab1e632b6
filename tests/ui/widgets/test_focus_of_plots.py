"""A plot that a key has given the focus says so."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from playground.drawing.kit.theme import DARK, LIGHT


@pytest.mark.parametrize("name", ["light", "dark"])
def test_a_plot_has_a_frame_while_a_key_gave_it_the_focus(open_window, qtbot, name: str) -> None:
    window = open_window()
    window.actions_by_name[f"theme_{name}"].trigger()
    theme = {"light": LIGHT, "dark": DARK}[name]
    for card in window.plots:
        canvas = card.canvas

        def framed(canvas=canvas) -> bool:
            shown = canvas.viewport().grab().toImage()
            middle, right = shown.height() // 2, shown.width() - 1
            edge = [shown.pixelColor(x, middle) for x in (0, 1, right - 1, right)]
            return all(color == QColor(theme.text) for color in edge)

        assert not framed()
        canvas.setFocus(Qt.FocusReason.TabFocusReason)
        assert canvas.hasFocus()
        assert framed()
        canvas.clearFocus()
        assert not framed()
        canvas.setFocus(Qt.FocusReason.OtherFocusReason)
        assert not framed()
    window.transport.run_button.setFocus()
    window.present("surface")
    canvas = window.surface_view.canvas
    assert canvas.hasFocus()
    assert not framed(canvas), "in the presentation it has the focus from the start"
