"""Words below a picture that change all the time, and a picture that stands still."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from playground.ui.caption import Caption

LONG, SHORT = "words and words " * 30, "few words"


def test_the_picture_keeps_its_height_until_the_window_is_made_wider(qtbot) -> None:
    page, picture, caption = QWidget(), QWidget(), Caption()
    column = QVBoxLayout(page)
    column.addWidget(picture, 1)
    column.addWidget(caption)
    qtbot.addWidget(page)
    page.resize(400, 500)
    with qtbot.waitExposed(page):
        page.show()
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
