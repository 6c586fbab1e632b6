"""Parameters that a hand holds in a drag: every word and arrow is of where they are, not of before."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from playground.ui.lessons.feature import LessonFeature
from playground.ui.rate.limit_feature import LimitFeature
from playground.ui.rate.side_feature import SideFeature
from tests.support.features import feature_of


def test_all_that_is_told_follows_a_slider_that_is_held(qtbot: Any, open_window: Any) -> None:
    window = open_window()
    lessons = feature_of(window, LessonFeature)
    side, limit = feature_of(window, SideFeature), feature_of(window, LimitFeature)
    surface = window.surface_view
    window.resize(1920, 1040)
    lessons.open(1)
    qtbot.waitUntil(lambda: surface.settled and surface.arrows is not None and side.answer is not None)
    limit.show_it(True)
    qtbot.waitUntil(lambda: limit.answer is not None)
    before = limit.answer.stability.ends.largest
    slider = lessons.sliders.sliders[0]
    slider.setSliderDown(True)
    slider.setValue(slider.value() + (slider.maximum() - slider.value()) // 2)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 0 and window.snapshot.view.parameters[0] > 0.0)
    held = window.snapshot.view
    assert slider.isSliderDown()
    told = f"{held.train_loss:.4g}"
    qtbot.waitUntil(lambda: f"true J {told}" in surface.caption.text())
    qtbot.waitUntil(lambda: np.array_equal(surface.arrows.parameters, held.parameters))
    qtbot.waitUntil(lambda: side.answer.side.standing == pytest.approx(held.train_loss))
    qtbot.waitUntil(lambda: limit.answer.stability.ends.largest != before)
    slider.setSliderDown(False)
