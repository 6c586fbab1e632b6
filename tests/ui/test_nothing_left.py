"""A window that is deleted takes everything with it."""

from __future__ import annotations

import gc

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QWidget

from playground.ui.lessons.feature import LessonFeature
from playground.ui.main_window import MainWindow
from tests.support.features import feature_of


def names(widgets: set[QWidget]) -> list[str]:
    return sorted(f"{type(widget).__name__} {widget.accessibleName()}" for widget in widgets)


def use(window: MainWindow) -> None:
    """Open whatever makes its widgets late."""
    window.set_full(True)
    window.actions_by_name["surface_3d"].trigger()
    for page in window.arrangement.page_names():
        window.arrangement.show_page(page)
        QApplication.processEvents()
    lessons = feature_of(window, LessonFeature)
    for number in range(1, 4):
        lessons.open(number)
        lessons.walk(1)
    window.present("surface")
    QApplication.processEvents()
    window.present(None)
    QApplication.processEvents()


def test_a_deleted_window_leaves_no_widget_behind(qtbot, preferences) -> None:
    gc.collect()
    before = set(QApplication.allWidgets())
    window = MainWindow(preferences=preferences, use_process=False)
    window.show()
    qtbot.waitUntil(lambda: window.snapshot is not None)
    use(window)
    window.close()
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert names({widget for widget in QApplication.allWidgets() if widget not in before}) == []
