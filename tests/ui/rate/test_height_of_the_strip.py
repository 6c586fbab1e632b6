"""The height of the strip: what its rows need, and the same while a run goes on."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QApplication

from playground.drawing.rate.strip import StripLimit
from playground.ui.main_window import MainWindow
from playground.ui.rate.limit_feature import LimitFeature
from playground.ui.rate.lookahead_feature import LookaheadFeature
from tests.support.features import feature_of

SIZES = {(1280, 720): (115, 160), (1366, 768): (140, 210), (1920, 1080): (140, 210)}
"""Size of a window, and the largest height of its strip without and with a look-ahead."""
ORDINARY = {(1280, 720, False), (1366, 768, True)}
CASES = [
    pytest.param(*size, full, marks=() if (*size, full) in ORDINARY else pytest.mark.slow)
    for size in SIZES
    for full in (False, True)
]


def track_of(window: MainWindow) -> QRectF:
    slider = window.strip.slider
    return slider.drawing.track(QRectF(slider.rect()), slider.picture())


@pytest.mark.parametrize(("width", "height", "full"), CASES)
def test_the_strip_has_no_empty_pixels_and_moves_for_a_choice_alone(
    open_window, qtbot, width: int, height: int, full: bool
) -> None:
    low, high = SIZES[width, height]
    window = open_window()
    window.resize(width, height)
    window.set_full(full)
    strip, slider = window.strip, window.strip.slider

    def fits(limit: bool, lookahead: bool) -> int:
        """Return the height with these parts switched on, once the layout has followed."""
        feature_of(window, LimitFeature).show_it(limit)
        feature_of(window, LookaheadFeature).show_it(lookahead)
        for _ in range(6):
            window.frame()
            QApplication.processEvents()
        assert slider.height() <= slider.sizeHint().height() + 6
        assert strip.height() == strip.sizeHint().height()
        return strip.height()

    bare = fits(False, False)
    assert bare <= low
    track = track_of(window)
    assert fits(True, False) == bare
    strip.mark(limit_drawn=StripLimit(0.5, (), "limit"))
    QApplication.processEvents()
    assert track_of(window) == track, "the limit comes in the middle of a run, and moves nothing"
    with_curve = fits(True, True)
    assert bare < with_curve <= high
    qtbot.waitUntil(lambda: slider.picture().lookahead is not None)
    assert (strip.sizeHint().height(), strip.height()) == (with_curve, with_curve), "the room was there"
    assert fits(False, False) == bare


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1920, 1080)])
def test_the_track_keeps_its_length_with_a_look_ahead_and_with_another_optimiser(
    open_window, qtbot, width: int, height: int
) -> None:
    window = open_window()
    window.resize(width, height)
    strip = window.strip
    qtbot.waitUntil(lambda: strip.width() == width - 20)

    def ends() -> tuple[int, float]:
        for _ in range(6):
            window.frame()
            QApplication.processEvents()
        return strip.slider.x(), track_of(window).width()

    before = ends()
    feature_of(window, LookaheadFeature).show_it(True)
    qtbot.waitUntil(lambda: strip.slider.picture().lookahead is not None)
    assert ends() == before
    for optimizer in ("momentum", "adamw"):
        window.lab.change("training.optimizer", optimizer)
        qtbot.waitUntil(lambda name=optimizer: window.snapshot.view.settings.optimizer == name)
        assert ends() == before
