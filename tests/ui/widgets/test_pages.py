"""Pages that share a place in the window."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QToolButton

from playground.drawing.kit.theme import LIGHT
from playground.ui.style import stylesheet
from playground.ui.widgets.pages import Pages


def test_pages_are_opened_turned_and_closed_but_the_first_stays(qtbot):
    pages = Pages("surface", "Loss surface", QLabel("a surface"))
    qtbot.addWidget(pages)
    pages.add("inspector", "Inspector", QLabel("matrices"))
    pages.show()
    assert pages.seen == "surface"
    assert not pages.tabs.isVisible()

    pages.open_page("inspector")
    assert pages.seen == "inspector"
    assert pages.tabs.isVisible()

    pages.tabs.setCurrentIndex(0)
    assert pages.seen == "surface"
    pages.open_page("inspector")
    pages.tabs.tabCloseRequested.emit(1)
    assert not pages.is_open("inspector")
    assert pages.seen == "surface"
    assert not pages.tabs.isVisible()

    pages.close_page("surface")
    assert pages.is_open("surface")


def test_three_tabs_can_be_read_and_clicked_in_a_narrow_panel(qtbot):
    pages = Pages("experiment", "Experiment", QLabel("data and network"))
    qtbot.addWidget(pages)
    pages.setStyleSheet(stylesheet(LIGHT))
    for name, title in (("fork", "Fork"), ("lessons", "Lesson")):
        pages.add(name, title, QLabel(title))
    pages.resize(256, 300)
    pages.show()
    pages.open_page("fork")
    pages.open_page("lessons")
    tabs = pages.tabs
    indices = range(tabs.count())
    qtbot.waitUntil(lambda: all(tabs.rect().contains(tabs.tabRect(i)) for i in indices))
    assert tabs.width() == 256
    for index in indices:
        place = tabs.tabRect(index)
        assert tabs.fontMetrics().horizontalAdvance(tabs.tabText(index)) < place.width()
        qtbot.mouseClick(tabs, Qt.MouseButton.LeftButton, pos=place.topLeft() + place.center() / 8)
        assert tabs.currentIndex() == index
    scrolling = [b for b in tabs.findChildren(QToolButton) if b is not pages.close_button and b.isVisible()]
    assert not scrolling


def test_the_page_that_is_seen_is_closed_by_its_button_or_by_a_key(qtbot):
    pages = Pages("surface", "Loss surface", QLabel("a surface"))
    qtbot.addWidget(pages)
    for name, title in (("map", "Map of α"), ("inspector", "Inspector")):
        pages.add(name, title, QLabel(title))
    pages.show()
    pages.open_page("map")
    pages.open_page("inspector")
    assert pages.close_button.isVisible()
    assert "Inspector" in pages.close_button.accessibleName()
    pages.tabs.setCurrentIndex(1)
    assert pages.close_button.isVisible()
    assert "Map of α" in pages.close_button.accessibleName()
    qtbot.mouseClick(pages.close_button, Qt.MouseButton.LeftButton)
    assert not pages.is_open("map")
    assert pages.seen == "surface"
    assert not pages.close_button.isVisible()
    pages.open_page("inspector")
    assert pages.close_button.isVisible()
    qtbot.keyClick(pages.tabs, Qt.Key.Key_Delete)
    assert not pages.is_open("inspector")
    pages.open_page("map")
    pages.tabs.setCurrentIndex(0)
    qtbot.keyClick(pages.tabs, Qt.Key.Key_Delete)
    assert pages.is_open("surface")
    assert pages.is_open("map")
