"""Every entry of every menu that a right click opens, and what a menu leaves behind."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QFileDialog,
    QLineEdit,
    QMenu,
    QScrollBar,
    QTextEdit,
    QWidget,
)

from playground.ui.export.dialog import ExportDialog
from playground.ui.main_window import MainWindow
from playground.ui.surface.feature import SurfaceFeature

OF_QT = QAbstractSpinBox, QLineEdit, QTextEdit, QScrollBar
"""These have a menu for text of their own, and the first waits until it is closed."""


@pytest.fixture(autouse=True)
def _no_dialogs(monkeypatch):
    """A dialog that is closed at once, whichever way it is asked for."""
    monkeypatch.setattr(ExportDialog, "exec", lambda self: 0)
    for name in ("getSaveFileName", "getOpenFileName"):
        monkeypatch.setattr(QFileDialog, name, lambda *_: ("", ""))


def menu_of(widget: QWidget, place: QPoint) -> QMenu | None:
    """The menu that a right click at this place of the widget opens."""
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, widget.mapToGlobal(place))
    QApplication.sendEvent(widget, event)
    popup = QApplication.activePopupWidget()
    return popup if isinstance(popup, QMenu) else None


def close(menu: QMenu) -> None:
    menu.close()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def entries(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions() if action.text()]


def with_menus(window: MainWindow) -> list[tuple[QWidget, QPoint, list[str]]]:
    """The widgets on the screen that have a menu of their own, and what stands in it."""
    found = []
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or isinstance(widget, OF_QT):
            continue
        place = widget.rect().center()
        if (menu := menu_of(widget, place)) is not None:
            found.append((widget, place, entries(menu)))
            close(menu)
    return found


def test_every_entry_of_every_context_menu_does_something_and_leaves_nothing(open_window, qtbot) -> None:
    window = open_window()
    window.set_full(True)
    qtbot.waitUntil(lambda: window.surface_view.plane is not None)
    seen: set[str] = set()
    for page in (None, "3d", *window.arrangement.page_names()):
        if page == "3d":
            window.actions_by_name["surface_3d"].trigger()
        elif page is not None:
            window.arrangement.show_page(page)
        QApplication.processEvents()
        for widget, place, names in with_menus(window):
            before = len(window.findChildren(QObject))
            if (menu := menu_of(widget, place)) is None:
                # What an entry before did has taken it away.
                continue
            close(menu)
            assert len(window.findChildren(QObject)) == before, widget
            for name in names:
                kind = f"{widget.accessibleName() or widget.parentWidget().accessibleName()}: {name}"
                if kind in seen or not widget.isVisible():
                    continue
                seen.add(kind)
                if (menu := menu_of(widget, place)) is not None:
                    next(action for action in menu.actions() if action.text() == name).trigger()
                    close(menu)
    assert len(seen) > 25, seen


def test_contours_are_switched_by_the_menu_of_the_surface(open_bench) -> None:
    window = open_bench(SurfaceFeature)
    canvas, box = window.surface_view.canvas.viewport(), window.surface_view.options.contour_box
    for on in (False, True):
        menu = menu_of(canvas, canvas.rect().center())
        next(action for action in menu.actions() if action.text() == "Contours").trigger()
        close(menu)
        assert box.isChecked() == on
