"""Lists, headers, fields and words that are greyed out: all of it can be read, and nothing moves away."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPalette
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QPushButton,
    QRadioButton,
    QTabBar,
    QTableWidget,
    QToolButton,
    QWidget,
)

from playground.drawing.kit.theme import DARK, LIGHT, Theme
from playground.ui.style import set_role, stylesheet


def luminance(color: QColor) -> float:
    parts = [value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4 for value in rgb(color)]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def rgb(color: QColor) -> tuple[float, float, float]:
    return color.redF(), color.greenF(), color.blueF()


def contrast(one: QColor, other: QColor) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_what_is_greyed_out_can_still_be_read(qtbot, theme: Theme) -> None:
    for widget in (QLineEdit(), QLabel("has none"), QComboBox()):
        qtbot.addWidget(widget)
        widget.setStyleSheet(stylesheet(theme))
        widget.setEnabled(False)
        widget.ensurePolished()
        roles = [QPalette.ColorRole.Text, QPalette.ColorRole.WindowText]
        if isinstance(widget, QLineEdit):
            roles.append(QPalette.ColorRole.PlaceholderText)
        for role in roles:
            shown = widget.palette().color(QPalette.ColorGroup.Disabled, role)
            assert contrast(shown, QColor(theme.card)) >= 3.0, (type(widget).__name__, role)


def plain_button(role: str, kind: type[QAbstractButton]) -> QAbstractButton:
    button = kind()
    button.setText("3-D")
    button.setCheckable(True)
    if role:
        set_role(button, role)
    return button


CHOSEN_OR_NOT = {
    "radio button": lambda: QRadioButton("a hair apart"),
    "checkbox": lambda: QCheckBox("test"),
    "button": lambda: plain_button("", QPushButton),
    "tool button": lambda: plain_button("", QToolButton),
    "quiet button": lambda: plain_button("quiet", QPushButton),
    "tile": lambda: plain_button("thumbnail", QToolButton),
}


def pixels_apart(one: QImage, other: QImage) -> int:
    """Return how many pixels of two pictures of one control differ by a contrast of 3 and more."""
    return sum(
        contrast(one.pixelColor(x, y), other.pixelColor(x, y)) >= 3.0
        for x in range(min(one.width(), other.width()))
        for y in range(min(one.height(), other.height()))
    )


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize("name", CHOSEN_OR_NOT)
def test_what_is_chosen_is_seen(qtbot, name: str, theme: Theme) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.setStyleSheet(stylesheet(theme))
    set_role(window, "window")
    control = CHOSEN_OR_NOT[name]()
    control.setParent(window)
    control.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    control.resize(100, 30)
    window.show()
    plain = window.grab().toImage()
    control.setChecked(True)
    assert pixels_apart(plain, window.grab().toImage()) >= 20


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_the_chosen_tab_and_entry_of_a_list_are_seen(qtbot, theme: Theme) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.setStyleSheet(stylesheet(theme))
    set_role(window, "window")
    tabs = QTabBar(window)
    tabs.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    for text in ("Experiment", "Lesson"):
        tabs.addTab(text)
    tabs.resize(tabs.sizeHint())
    box = QComboBox(window)
    box.addItems(["log J", "linear J"])
    box.move(0, 60)
    window.resize(300, 300)
    window.show()
    first = tabs.grab().toImage()
    tabs.setCurrentIndex(1)
    assert pixels_apart(first, tabs.grab().toImage()) >= 60
    box.showPopup()
    view = box.view()
    qtbot.waitUntil(view.isVisible)
    first = view.viewport().grab().toImage()
    view.setCurrentIndex(view.model().index(1, 0))
    assert pixels_apart(first, view.viewport().grab().toImage()) >= 60
    box.hidePopup()


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_the_header_of_a_table_can_be_read(qtbot, theme: Theme) -> None:
    table = QTableWidget(1, 2)
    qtbot.addWidget(table)
    table.setStyleSheet(stylesheet(theme))
    table.setHorizontalHeaderLabels(["name", "size"])
    table.resize(300, 100)
    table.show()
    header = table.horizontalHeader()
    picture = header.grab().toImage()
    colors = {
        picture.pixelColor(x, y).name() for x in range(picture.width()) for y in range(picture.height())
    }
    assert max(contrast(QColor(color), QColor(theme.field)) for color in colors) >= 4.5
    assert contrast(picture.pixelColor(190, 3), QColor(theme.field)) < 1.3, "no bar of another theme"


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_the_lines_between_cells_are_seen_and_rows_of_a_list_have_air(qtbot, theme: Theme) -> None:
    table, entries = QTableWidget(2, 2), QListWidget()
    for widget in (table, entries):
        qtbot.addWidget(widget)
        widget.setStyleSheet(stylesheet(theme))
        widget.resize(300, 160)
        widget.show()
    picture = table.viewport().grab().toImage()
    at = table.columnViewportPosition(0) + table.columnWidth(0) - 1
    between = picture.pixelColor(at, table.rowViewportPosition(0) + 8)
    assert contrast(between, picture.pixelColor(at - 20, table.rowViewportPosition(0) + 8)) >= 1.4
    entries.addItems(["Größe", "Gewicht"])
    assert entries.sizeHintForRow(0) >= 1.35 * entries.fontMetrics().height()


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_a_list_shows_its_entries_whole_and_has_no_bars_of_another_colour(qtbot, theme: Theme) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.setStyleSheet(stylesheet(theme))
    set_role(window, "window")
    box = QComboBox(window)
    box.addItems(["log J", "linear J", "neither of the two"])
    box.setGeometry(20, 20, 200, 32)
    window.resize(300, 400)
    window.show()
    box.showPopup()
    view = box.view()
    qtbot.waitUntil(view.isVisible)
    last = view.visualRect(view.model().index(box.count() - 1, 0))
    assert view.viewport().rect().contains(last)
    popup = view.window().grab().toImage()
    light = sum(
        contrast(popup.pixelColor(x, y), QColor(theme.card)) > 3.0
        for x in (3, popup.width() - 4)
        for y in range(popup.height())
    )
    assert light < 0.2 * popup.height()
    box.hidePopup()


def test_a_wrong_number_says_so_over_the_fields_and_moves_none(qtbot, open_window) -> None:
    window = open_window()
    window.set_full(True)
    panel = window.panel
    l1, l2 = panel.fields["training.l1"], panel.fields["training.l2"]
    qtbot.waitUntil(l2.isVisible)

    def places() -> dict[str, QRect]:
        corner = QPoint(0, 0)
        return {name: QRect(f.mapTo(panel, corner), f.size()) for name, f in panel.fields.items()}

    looks: list[dict[str, QRect]] = []

    def at_rest() -> bool:
        looks.append(places())
        return looks[-5:].count(looks[-1]) == 5

    l1.setFocus()
    qtbot.waitUntil(at_rest)
    before = places()
    l1.selectAll()
    qtbot.keyClicks(l1, "1e99")
    l1.commit()
    entry = l1.parentWidget()
    assert entry.sentence.isVisible()
    assert "L1" in entry.sentence.text()
    looks.clear()
    qtbot.waitUntil(at_rest)
    assert places() == before
    note = QRect(entry.sentence.mapTo(panel, QPoint(0, 0)), entry.sentence.size())
    field = QRect(l1.mapTo(panel, QPoint(0, 0)), l1.size())
    assert not note.intersects(field)
    assert entry.sentence.height() >= entry.sentence.heightForWidth(entry.sentence.width())
    l1.selectAll()
    qtbot.keyClicks(l1, "0.5")
    assert not entry.sentence.isVisible()
