"""In the lecture hall: any plot and page alone, in type that the last row can read."""

from __future__ import annotations

import pyqtgraph as pg
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QLineEdit, QWidget

from playground.ui.frame.layout import PLOTS
from playground.ui.frame.notice_bar import NoticeBar, Offer
from playground.ui.hall.feature import HallFeature
from playground.ui.main_window import MainWindow
from tests.support.features import feature_of
from tests.support.variants import slow

SMALLEST = 24
CARDS = {"data": "boundary"}
READ = (QLabel, QAbstractButton, QLineEdit, QComboBox)


def hall_of(window: MainWindow) -> HallFeature:
    return feature_of(window, HallFeature)


def too_small(window: MainWindow) -> list[str]:
    """What is on the screen in smaller type than the last row can read."""
    found = []
    for widget in window.findChildren(QWidget):
        if not widget.isVisible():
            continue
        if isinstance(widget, READ) and widget.fontInfo().pixelSize() < SMALLEST:
            found.append(f"{type(widget).__name__} {widget.accessibleName() or widget.objectName()}")
        if isinstance(widget, pg.GraphicsView):
            axes = [item for item in widget.scene().items() if isinstance(item, pg.AxisItem)]
            fonts = [axis.style["tickFont"] for axis in axes if axis.isVisible()]
            found += [f"axis {font.pixelSize()}" for font in fonts if font and font.pixelSize() < SMALLEST]
    return found


@pytest.mark.parametrize("full", [slow(False), True])
def test_every_plot_and_page_fills_the_hall_in_type_of_24_pixels(qtbot, open_window, full: bool) -> None:
    window = open_window()
    window.set_full(full)
    for name in (*PLOTS, *hall_of(window).pages):
        window.present(name)
        assert window.arrangement.large == name
        qtbot.waitUntil(lambda: too_small(window) == [])
        assert not window.menuBar().isVisible()
        assert not window.transport.run_button.isVisible()
        assert window.strip.slider.isVisible()
        assert "state" in window.transport.readouts
    window.present(None)


def test_one_key_turns_from_plot_to_plot(qtbot, open_window) -> None:
    window = open_window()
    window.arrangement.show_page("map")
    window.present("surface")
    seen = []
    for _ in range(4):
        qtbot.keyClick(window, Qt.Key.Key_PageDown, Qt.KeyboardModifier.AltModifier)
        seen.append(window.arrangement.large)
    assert seen == ["data", "loss", "map", "surface"]
    qtbot.keyClick(window, Qt.Key.Key_PageUp, Qt.KeyboardModifier.AltModifier)
    assert window.arrangement.large == "map"
    window.present(None)


def test_the_menu_lists_every_page(qtbot, open_window) -> None:
    window = open_window()
    menu = window.menu("large")
    menu.aboutToShow.emit()
    menu.aboutToShow.emit()
    titles = [action.text() for action in menu.actions()]
    assert titles.count("Map of α") == 1
    assert "Images" not in titles, "the inputs of this run are no images"
    next(action for action in menu.actions() if action.text() == "Map of α").trigger()
    assert window.arrangement.large == "map"
    window.present(None)


def test_what_is_said_takes_room_only_while_it_is_said(open_window) -> None:
    window = open_window()
    window.notices.clear()
    assert window.notices.isVisible()
    window.present("surface")
    assert not window.notices.isVisible()
    window.notices.say("Something happened.")
    assert window.notices.isVisible()
    window.notices.clear()
    assert not window.notices.isVisible()
    window.present(None)
    assert window.notices.isVisible()


@pytest.mark.parametrize("name", [slow("surface"), slow("data"), "loss"])
def test_on_a_low_screen_half_of_it_is_the_plot_whatever_else_is_shown(qtbot, open_window, name: str) -> None:
    window = open_window()
    window.set_full(True)
    window.actions_by_name["theme_dark"].trigger()
    window.present(name)
    slider = window.strip.slider
    qtbot.waitUntil(lambda: bool(slider.picture().limit and slider.picture().lookahead))
    window.resize(1280, 720)
    qtbot.waitUntil(lambda: (window.width(), window.height()) == (1280, 720))
    canvas = {plot.name: plot.canvas for plot in window.plots}[CARDS.get(name, name)]
    window.notices.clear()
    qtbot.waitUntil(lambda: canvas.height() >= 360)
    window.notices.say("J rose above the scale. " * 6, [Offer("Undo", lambda: None)])
    # Two fifths, while something long is said.
    qtbot.waitUntil(lambda: 288 <= canvas.height() < 360)
    assert window.strip.mapTo(window, window.strip.rect().bottomLeft()).y() < 720
    assert window.minimumSizeHint().height() <= 720
    assert slider.drawing.value_font.pixelSize() >= SMALLEST
    assert slider.drawing.tick_font.pixelSize() >= SMALLEST
    assert too_small(window) == []
    notices = window.notices
    qtbot.waitUntil(lambda: notices.rect().contains(notices.offers["Undo"].geometry()))
    qtbot.waitUntil(lambda: notices.geometry().top() > window.transport.geometry().bottom())
    if name == "surface":
        qtbot.waitUntil(lambda: "true J" in window.surface_view.caption.shown_text)
    window.present(None)
    qtbot.waitUntil(lambda: notices.geometry().bottom() < window.arrangement.geometry().top())
    assert window.surface_view.title_label.isVisible()


def test_on_a_larger_screen_the_strip_takes_its_room_from_the_plot(qtbot, open_window) -> None:
    window = open_window()
    window.present("map")
    page, strip = window.arrangement, window.strip

    def apart() -> bool:
        plot = page.place_of("map")
        bottom = plot.mapTo(page, plot.rect().bottomLeft()).y()
        return bottom < strip.geometry().top()

    for height in (1080, 720, 1080):
        window.resize(1920, height)
        qtbot.waitUntil(lambda height=height: strip.field.isVisible() == (height > 900))
        qtbot.waitUntil(apart)
    window.present(None)


@pytest.mark.parametrize("name", ["surface", slow("data"), slow("loss")])
def test_what_is_said_covers_nothing_of_a_low_plot(qtbot, open_window, name: str) -> None:
    window = open_window()
    window.present(name)
    notices = window.notices
    notices.clear()
    canvas = {plot.name: plot.canvas for plot in window.plots}[CARDS.get(name, name)]

    def top() -> int:
        # Full screen comes when the screen likes.
        window.resize(1280, 720)
        return canvas.mapTo(window, canvas.rect().topLeft()).y() if window.height() == 720 else -1

    def bottom() -> int:
        return notices.mapTo(window, notices.rect().bottomLeft()).y()

    qtbot.waitUntil(lambda: 0 <= top() < 130)
    for words in ("J rose.", "J rose above the scale: the run goes on, and may come back. " * 3):
        notices.say(words, [Offer("Undo", lambda: None)])
        qtbot.waitUntil(lambda: 0 < bottom() < top())
        qtbot.waitUntil(lambda: notices.rect().contains(notices.offers["Undo"].geometry()))
    notices.clear()
    left_free = window.arrangement.layout().itemAt(1).layout()
    qtbot.waitUntil(lambda: left_free.contentsMargins().top() == 0)
    notices.say("J rose above the scale: the run goes on, and may come back. " * 3)
    qtbot.waitUntil(lambda: left_free.contentsMargins().top() > 0)
    window.present(None)
    qtbot.waitUntil(lambda: left_free.contentsMargins().top() == 0)


@pytest.mark.parametrize("words", ["J rose.", "J rose above the scale: the run goes on. " * 3])
def test_what_is_said_comes_to_rest(qtbot, monkeypatch, open_window, words: str) -> None:
    window = open_window()
    window.present("surface")
    settle, settled = NoticeBar.settle, []

    def count(notices: NoticeBar) -> None:
        settled.append(notices.height())
        settle(notices)

    monkeypatch.setattr(NoticeBar, "settle", count)
    window.notices.say(words, seconds=None)
    qtbot.waitUntil(lambda: len(settled) > 0)
    settled.clear()
    # One that asked for the next would come once with each round of events.
    for _ in range(200):
        QApplication.processEvents()
    assert len(settled) < 20
    window.present(None)


@pytest.mark.parametrize("name", [slow("surface"), slow("loss"), "map"])
def test_on_a_screen_of_1440_by_900_the_plot_has_half_of_it(qtbot, open_window, name: str) -> None:
    window = open_window()
    window.set_full(True)
    window.present(name)
    place = window.arrangement.place_of(name)

    def is_large() -> bool:
        window.resize(1440, 900)
        return window.height() == 900 and place.height() > 450

    qtbot.waitUntil(is_large)
