"""The row of tools that edit points, by itself."""

from __future__ import annotations

from typing import Any

from playground.engine.datasets import samples_of
from playground.experiment import DataSettings
from playground.ui.data.paint_tools import PaintTools


def test_take_these_points_is_there_until_they_are_a_table_and_again_after(qtbot: Any) -> None:
    tools, samples = PaintTools(), samples_of(DataSettings())
    qtbot.addWidget(tools)
    tools.resize(900, 40)
    tools.show()
    for is_table in (False, True, False, True):
        tools.show_samples(samples, is_table)
        assert tools.take_button.isVisible() is not is_table
