"""One line below a picture that changes all the time, and a picture that stands still."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolTip, QVBoxLayout, QWidget

from playground.ui.widgets.caption import Caption

LOSS = "The weights lie 0.32 off this plane: true J 0.7466."
FIRST = "17 numbers, 2 directions shown: where this run travels, computed ahead."
LONG = f"{FIRST} {LOSS} Hatched: 12 cells above 4."


def below_a_picture(qtbot) -> tuple[QWidget, QWidget, Caption]:
    page, picture, caption = QWidget(), QWidget(), Caption()
    column = QVBoxLayout(page)
    column.addWidget(picture, 1)
    column.addWidget(caption)
    qtbot.addWidget(page)
    page.resize(420, 500)
    with qtbot.waitExposed(page):
        page.show()
    return page, picture, caption


def test_whatever_is_said_takes_one_line_and_the_picture_keeps_its_height(qtbot) -> None:
    page, picture, caption = below_a_picture(qtbot)
    height = picture.height()
    for width in (420, 900, 300):
        page.resize(width, 500)
        for text in (LOSS, LONG, "", f"{LONG} {LONG}", "few words"):
            caption.setText(text)
            page.layout().activate()
            assert picture.height() == height
            assert caption.height() < 1.5 * caption.fontMetrics().lineSpacing()
            assert caption.fontMetrics().horizontalAdvance(caption.shown_text) <= caption.width()
            assert caption.text() == text


def test_the_sentence_about_j_comes_first_and_the_rest_is_there_on_demand(qtbot) -> None:
    page, _picture, caption = below_a_picture(qtbot)
    caption.set_note("how it was fitted")
    caption.setText(LONG)
    assert caption.shown_text == f"{LOSS} …"
    assert caption.toolTip() == LONG
    assert caption.accessibleDescription() == LONG
    qtbot.mouseClick(caption, Qt.MouseButton.LeftButton)
    assert QToolTip.text() == LONG
    QToolTip.hideText()
    page.resize(2000, 500)
    qtbot.waitUntil(lambda: caption.shown_text == LONG)
    assert caption.toolTip() == "how it was fitted"
    page.resize(160, 500)
    qtbot.waitUntil(lambda: caption.shown_text.endswith("…"))
    assert LOSS.startswith(caption.shown_text.removesuffix("…"))


def test_the_surface_stands_still_whatever_is_said_of_it(qtbot, open_window) -> None:
    window = open_window()
    view = window.surface_view
    qtbot.waitUntil(lambda: "true J" in view.caption.text())
    height = view.canvas.height()
    view.caption.setText(f"{view.caption.text()} {LONG} {LONG}")
    view.layout().activate()
    assert view.canvas.height() == height
    view.choose_plane("random")
    qtbot.waitUntil(lambda: "random" in view.caption.text() + view.subtitle_label.text())
    view.layout().activate()
    assert view.canvas.height() == height
    assert "true J" in view.caption.shown_text


def test_the_note_is_of_the_plane_below_which_it_stands_whatever_words_stay(qtbot) -> None:
    _page, _picture, caption = below_a_picture(qtbot)
    caption.set_note("how this plane was fitted")
    caption.setText("few words")
    caption.set_note("how that plane was fitted")
    caption.setText("few words")
    assert caption.toolTip() == "how that plane was fitted"
    caption.setText("")
    assert caption.toolTip() == "", "of a plane that is not there nothing is told"
    caption.set_note("how a third plane was fitted")
    assert caption.toolTip() == ""


def test_the_sentence_that_is_needed_is_shown_whatever_has_no_room(qtbot) -> None:
    page, _, caption = below_a_picture(qtbot)
    needed = "12 of 30 cells computed, the others within a step."
    page.resize(caption.fontMetrics().horizontalAdvance(f"{needed} … and more"), 500)
    caption.setText(f"{needed} {LONG}")
    assert needed not in caption.shown_text, "there is room for one of the two alone"
    caption.setText(f"{needed} {LONG}", needed)
    assert caption.shown_text.startswith(needed)
    assert caption.text() == f"{needed} {LONG}"


def test_where_the_needed_sentence_has_no_room_its_short_form_stands_there(qtbot) -> None:
    page, _, caption = below_a_picture(qtbot)
    needed = "12 of 30 cells computed, the others within a quarter of a colour step; 7 checked."
    short, advance = "12 of 30 cells computed.", caption.fontMetrics().horizontalAdvance
    text = f"{needed} Few words. {LONG}"
    caption.setText(text, needed, short)
    margins = page.width() - caption.width()
    assert advance("Few words. …") < advance(f"{short} …") < advance(f"{needed} …")
    for room in range(advance(f"{short} …"), advance(f"{needed} …"), 7):
        page.resize(room + margins, 500)
        qtbot.waitUntil(lambda room=room: caption.width() == room)
        assert caption.shown_text.startswith(short)
        assert advance(caption.shown_text) <= room
    for room in (advance("Few words. …"), advance("12 of 30 …")):
        page.resize(room + margins, 500)
        qtbot.waitUntil(lambda room=room: caption.width() == room)
        assert caption.shown_text.endswith("…")
        assert short.startswith(caption.shown_text.removesuffix("…"))
    assert caption.toolTip() == text
