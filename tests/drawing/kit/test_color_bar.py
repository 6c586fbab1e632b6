"""The colour bar has room for its numbers and for its name below it."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFontMetricsF

from playground.drawing.kit.axes import font
from playground.drawing.kit.color_bar import BAR, GAP, ColorBar
from playground.drawing.kit.color_maps import value_table
from playground.drawing.kit.levels import Levels
from playground.drawing.kit.theme import DARK, LIGHT


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_a_long_name_has_room_below_the_bar(qtbot, theme) -> None:
    bar = ColorBar(theme, "J")
    bar.resize(10.0, 120.0)
    bar.show_levels(Levels(-1.0, 1.0, False), value_table(theme), (False, False))
    narrow = bar.maximumWidth()
    bar.name = "MWMWMWMW"
    bar.show_levels(Levels(-2.0, 2.0, False), value_table(theme), (False, False))
    wide = QFontMetricsF(font(theme, theme.small_font_size)).horizontalAdvance(bar.name)
    assert bar.maximumWidth() >= max(narrow, wide)
    assert narrow > GAP + BAR
