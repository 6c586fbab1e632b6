"""Pages that share a place in the window."""

from PySide6.QtWidgets import QLabel

from playground.ui.pages import Pages


def test_pages_are_opened_turned_and_closed_but_the_first_stays(qtbot):
    pages = Pages("surface", "Loss surface", QLabel("a surface"))
    qtbot.addWidget(pages)
    pages.add("inspector", "Inspector", QLabel("matrices"))
    pages.show()
    assert pages.seen == "surface"
    assert not pages.tabs.isVisible()

    with qtbot.waitSignal(pages.turned) as turned:
        pages.open_page("inspector")
    assert turned.args == ["inspector"]
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
