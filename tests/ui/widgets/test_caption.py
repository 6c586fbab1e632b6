"""Words below a picture that change all the time, and a picture that stands still."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from playground.ui.widgets.caption import Caption

LONG, SHORT = "words and words " * 30, "few words"


def below_a_picture(qtbot) -> tuple[QWidget, QWidget, Caption]:
    page, picture, caption = QWidget(), QWidget(), Caption()
    column = QVBoxLayout(page)
    column.addWidget(picture, 1)
    column.addWidget(caption)
    qtbot.addWidget(page)
    page.resize(400, 500)
    with qtbot.waitExposed(page):
        page.show()
    return page, picture, caption


def test_the_picture_keeps_its_height_until_the_window_is_made_wider(qtbot) -> None:
    page, picture, caption = below_a_picture(qtbot)
    caption.setText(LONG)
    page.layout().activate()
    lines, height = caption.height() / caption.fontMetrics().lineSpacing(), picture.height()
    assert lines > 3
    for text in (SHORT, LONG, SHORT):
        caption.setText(text)
        page.layout().activate()
        assert picture.height() == height
    # A text whose last line is full still fits with longer numbers in it.
    caption.setText(LONG + "words and words " * 6)
    page.layout().activate()
    height = picture.height()
    caption.setText(LONG + "words and words " * 6 + "0.2679 more than 99 %")
    page.layout().activate()
    assert picture.height() == height
    page.resize(900, 500)
    qtbot.waitUntil(lambda: picture.height() > height)


def test_while_it_keeps_its_height_words_that_do_not_fit_wait_in_the_tooltip(qtbot) -> None:
    page, picture, caption = below_a_picture(qtbot)
    caption.set_note("how it was fitted")
    caption.keep_height("this plane", steady=True)
    caption.setText("true J 0.7466.")
    page.layout().activate()
    height = picture.height()
    for text in (LONG, f"{LONG} {LONG}", LONG):
        caption.setText(text)
        page.layout().activate()
        assert picture.height() == height
        shown = QLabel.text(caption)
        assert shown.endswith("…")
        assert text.startswith(shown.removesuffix(" …"))
        assert len(shown) > 60, "the room that there is is used"
        assert caption.toolTip() == text
    caption.setText("true J 0.7466, at their place in the plane 0.6884.")
    assert QLabel.text(caption) == caption.text()
    assert caption.toolTip() == "how it was fitted"
    caption.setText(LONG)
    caption.keep_height("this plane", steady=False)
    page.layout().activate()
    assert picture.height() < height
    assert QLabel.text(caption) == LONG


def test_the_surface_stands_still_while_a_run_goes_on_whatever_is_said_of_it(qtbot, open_window) -> None:
    window = open_window()
    view = window.surface_view
    qtbot.waitUntil(lambda: "true J" in view.caption.text())
    window.actions_by_name["run"].trigger()
    qtbot.waitUntil(lambda: window.snapshot.view.step > 20)
    height = view.canvas.height()
    view.caption.setText(f"{view.caption.text()} {LONG}")
    view.layout().activate()
    assert view.canvas.height() == height
    assert view.caption.toolTip() == view.caption.text()
    window.actions_by_name["run"].trigger()
    qtbot.waitUntil(lambda: not view.caption.toolTip().endswith(LONG))


def test_another_plane_begins_with_the_lines_that_it_needs(qtbot) -> None:
    page, picture, caption = below_a_picture(qtbot)
    caption.keep_height("this plane", steady=False)
    caption.setText(LONG)
    page.layout().activate()
    low = picture.height()
    caption.keep_height(None, steady=False)
    caption.setText(SHORT)
    page.layout().activate()
    assert picture.height() == low, "nothing is known of another plane yet"
    caption.keep_height("that plane", steady=False)
    caption.setText("few words of it")
    page.layout().activate()
    assert picture.height() > low


def test_the_note_is_of_the_plane_below_which_it_stands_whatever_words_stay(qtbot) -> None:
    _page, _picture, caption = below_a_picture(qtbot)
    caption.set_note("how this plane was fitted")
    caption.setText(SHORT)
    caption.set_note("how that plane was fitted")
    caption.setText(SHORT)
    assert caption.toolTip() == "how that plane was fitted"
    caption.setText("")
    assert caption.toolTip() == "", "of a plane that is not there nothing is told"
    caption.set_note("how a third plane was fitted")
    assert caption.toolTip() == ""


def test_words_that_were_cut_come_whole_on_another_plane_once_nothing_runs(qtbot) -> None:
    page, picture, caption = below_a_picture(qtbot)
    caption.keep_height("this plane", steady=True)
    caption.setText(SHORT)
    caption.setText(LONG)
    page.layout().activate()
    height = picture.height()
    assert QLabel.text(caption).endswith("…")
    caption.keep_height("that plane", steady=False)
    caption.setText(LONG)
    page.layout().activate()
    assert QLabel.text(caption) == LONG
    assert picture.height() < height


def test_a_run_that_ends_on_another_plane_keeps_no_lines_of_the_first(qtbot) -> None:
    page, picture, caption = below_a_picture(qtbot)
    caption.setText(LONG)
    page.layout().activate()
    low = picture.height()
    caption.keep_height("this plane", steady=True)
    caption.keep_height("that plane", steady=False)
    caption.set_note("how that plane was fitted")
    caption.setText(SHORT)
    page.layout().activate()
    assert picture.height() > low
