"""Open the window on a screen of its own and print, as JSON, what of it is out of reach.

Run as a module in a process of its own: the screen and its device pixel ratio are set before Qt starts.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QSettings
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QApplication,
    QComboBox,
    QLineEdit,
    QScrollArea,
    QScrollBar,
    QWidget,
)

from playground.ui.frame.preferences import Preferences
from playground.ui.lessons.feature import LessonFeature
from playground.ui.main_window import MainWindow
from tests.support.features import feature_of

CONTROLS = QAbstractButton, QAbstractSlider, QComboBox, QLineEdit


def settle(window: MainWindow, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        window.frame()
        QApplication.processEvents()


def place(window: MainWindow, widget: QWidget) -> QRect:
    """Return where a widget is in the window, without what the scroll areas around it hide."""
    rect = QRect(widget.mapTo(window, QPoint()), widget.size())
    parent = widget.parentWidget()
    while parent is not None and parent is not window:
        rect &= QRect(parent.mapTo(window, QPoint()), parent.size())
        parent = parent.parentWidget()
    return rect


def out_of_reach(window: MainWindow) -> list[str]:
    """Return the controls that no scrolling brings to the screen whole."""
    wrong = []
    for kind in CONTROLS:
        for widget in window.findChildren(kind):
            if not widget.isVisible() or isinstance(widget, QScrollBar):
                continue
            parent = widget.parentWidget()
            while parent is not None:
                if isinstance(parent, QScrollArea) and parent.widget().isAncestorOf(widget):
                    parent.ensureWidgetVisible(widget, 0, 0)
                parent = parent.parentWidget()
            QApplication.processEvents()
            if place(window, widget).size() != widget.size():
                wrong.append(f"{kind.__name__} {widget.accessibleName() or widget.objectName()}")
    return wrong


def main() -> None:
    application = QApplication(sys.argv[:1])
    with tempfile.TemporaryDirectory() as folder:
        settings = QSettings(str(Path(folder) / "window.ini"), QSettings.Format.IniFormat)
        window = MainWindow(preferences=Preferences(settings), use_process=False)
        window.show()
        settle(window, 0.5)
        screen = application.primaryScreen()
        found: dict[str, object] = {
            "screen": screen.size().toTuple(),
            "ratio": screen.devicePixelRatio(),
            "inside": screen.availableGeometry().contains(window.frameGeometry()),
        }
        for full in (False, True):
            window.set_full(full)
            settle(window, 0.5)
            name = "full" if full else "simple"
            found[name] = out_of_reach(window)
            feature_of(window, LessonFeature).open(2)
            window.set_full(full)
            settle(window, 0.5)
            found[f"{name}, lesson"] = out_of_reach(window)
            if len(sys.argv) > 1:
                window.grab().save(str(Path(sys.argv[1]) / f"{name}.png"))
        found["still inside"] = screen.availableGeometry().contains(window.frameGeometry())
        print(json.dumps(found))
        window.leave()


if __name__ == "__main__":
    main()
