"""What a hand can do with a window, each thing with a random choice of where and how.

Every doing returns one line that says what was done.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QContextMenuEvent, QDropEvent, QKeyEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QMenu,
    QTabBar,
    QTextEdit,
    QWidget,
)

from playground.ui.main_window import MainWindow

TEXTS = (
    *("0.3", "1", "0", "-1", "1e-3", "0,5", "1,000", ".5", "1e308", "1e-320", "nan", "inf", "", " ", "α"),
    *("3*(a + b*c)", "a/0", "((", "sigmoid(w0*x0 + w1)", "adam, momentum", "0.1, 0.3, 1", "x" * 300, "12 3"),
)
KEYS = (
    *("Space", "Return", "Enter", "Escape", "Tab", "Backtab", "Delete", "Backspace", "Plus", "Minus"),
    *("Left", "Right", "Up", "Down", "Home", "End", "PageUp", "PageDown", "Comma", "Period"),
    *("F2", "F5", "F7", "F8", "F10", "F11", "0", "1", "2", "3", "A", "B", "P", "R"),
)
NONE, CTRL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier
MODIFIERS = (NONE, NONE, NONE, SHIFT, CTRL, CTRL | SHIFT, ALT)
LEFT, RIGHT, MIDDLE = (getattr(Qt.MouseButton, f"{side}Button") for side in ("Left", "Right", "Middle"))
BUTTONS = LEFT, LEFT, RIGHT, MIDDLE
LEFT_OUT = ("quit",)
"""The end is for the end."""
WAITS = QAbstractSpinBox, QLineEdit, QTextEdit
"""Their menus wait until they are closed, and text that is dragged waits until it is dropped."""

Doing = Callable[[], str]


class Hands:
    """The doings, on a window and its dialogs."""

    def __init__(self, window: MainWindow, random: Random, files: list[Path]):
        self.window, self.random, self.files = window, random, files
        self.doings: list[tuple[int, Doing]] = [
            (20, self.trigger),
            (14, self.click),
            (10, self.choose),
            (10, self.slide),
            (10, self.type_keys),
            (16, self.press_key),
            (12, self.drag),
            (8, self.point),
            (6, self.wheel),
            (5, self.use_a_context_menu),
            (4, self.double_click),
            (3, self.drop),
            (2, self.reshape),
            (2, self.turn_a_page),
            (6, self.train),
        ]

    def act(self) -> str:
        """Do something."""
        weights = [weight for weight, _ in self.doings]
        (doing,) = self.random.choices([do for _, do in self.doings], weights)
        return doing()

    # With commands --------------------------------------------------------------------------------------

    def trigger(self) -> str:
        names = [name for name in self.window.actions_by_name.names() if name not in LEFT_OUT]
        actions = [self.window.actions_by_name[name] for name in names]
        actions += [action for menu in self.window.findChildren(QMenu) for action in menu.actions()]
        quit_action = self.window.actions_by_name["quit"]
        actions = [a for a in actions if a.isEnabled() and a.menu() is None and a is not quit_action]
        action = self.random.choice(actions)
        said = f"action {action.text() or action.objectName()!r}"
        action.trigger()
        return said

    def train(self) -> str:
        lab = self.window.lab
        doing = self.random.choice(["run", "pause", "step", "fast", "usual", "again", "undo", "redo"])
        acts: dict[str, Callable[[], Any]] = {
            "run": lab.run,
            "pause": lab.pause,
            "step": lab.step,
            "fast": lambda: lab.set_speed(None),
            "usual": lambda: lab.set_speed(60.0),
            "again": lab.same_weights_again,
            "undo": lab.undo,
            "redo": lab.redo,
        }
        acts[doing]()
        return f"lab {doing}"

    def turn_a_page(self) -> str:
        name = self.random.choice(self.window.arrangement.page_names())
        self.window.arrangement.show_page(name)
        return f"page {name}"

    # With controls --------------------------------------------------------------------------------------

    def click(self) -> str:
        button = self._one_of(QAbstractButton)
        if button is None:
            return "no button"
        said = f"click {_name(button)}"
        button.click()
        return said

    def choose(self) -> str:
        widget = self._one_of(QComboBox, QTabBar)
        if widget is None or not widget.count():
            return "no choice"
        index = self.random.randrange(widget.count())
        said = f"choose {index} in {_name(widget)}"
        widget.setCurrentIndex(index)
        return said

    def slide(self) -> str:
        if self.random.random() < 0.5:
            slider = self.window.strip.slider
            if not slider.isVisible() or not slider.isEnabled():
                return "no thumb"
            self._drag(slider, LEFT, self.random.randint(1, 12))
            return "drag α"
        widget = self._one_of(QAbstractSlider)
        if widget is None:
            return "no slider"
        value = self.random.randint(widget.minimum(), widget.maximum())
        said = f"slide {_name(widget)} to {value}"
        widget.setValue(value)
        return said

    def type_keys(self) -> str:
        widget = self._one_of(QLineEdit, QAbstractSpinBox)
        if widget is None:
            return "no line"
        text = self.random.choice(TEXTS)
        said = f"type {text[:30]!r} into {_name(widget)}"
        widget.setFocus()
        widget.selectAll()
        for letter in text:
            # QTest knows the keys of Latin letters only, and ends the program at any other.
            press = QKeyEvent(QEvent.Type.KeyPress, 0, NONE, letter)
            QApplication.sendEvent(widget, press)
        if self.random.random() < 0.8:
            QTest.keyClick(widget, Qt.Key.Key_Return)
        return said

    # With keys and the pointer --------------------------------------------------------------------------

    def press_key(self) -> str:
        widget = QApplication.focusWidget() if self.random.random() < 0.6 else self._one_of(QWidget)
        widget = widget or self.window
        name, modifiers = self.random.choice(KEYS), self.random.choice(MODIFIERS)
        said = f"key {name} {modifiers.name or ''} at {_name(widget)}"
        # Auto-repeat: several presses before anything is handled.
        for _ in range(self.random.choice((1, 1, 1, 4))):
            QTest.keyClick(widget, getattr(Qt.Key, f"Key_{name}"), modifiers)
        return said

    def drag(self) -> str:
        widget = self._one_of(QWidget, but=WAITS)
        if widget is None:
            return "nothing to drag"
        button = self.random.choice(BUTTONS)
        said = f"drag over {_name(widget)}"
        self._drag(widget, button, self.random.randint(1, 6))
        return said

    def point(self) -> str:
        plots: list[Any] = [
            *self.window.plots,
            *(plot for feature in self.window.features for plot in feature.plots),
        ]
        canvases = [plot.canvas.viewport() for plot in plots if hasattr(plot, "canvas") and plot.isVisible()]
        if not canvases:
            return "no plot"
        canvas = self.random.choice(canvases)
        QTest.mouseMove(canvas, self._place(canvas))
        return "point at a plot"

    def double_click(self) -> str:
        widget = self._one_of(QWidget, but=WAITS)
        if widget is None:
            return "nothing to click"
        said = f"double click {_name(widget)}"
        QTest.mouseDClick(widget, LEFT, NONE, self._place(widget))
        return said

    def wheel(self) -> str:
        widget = self._one_of(QWidget)
        if widget is None:
            return "nothing to turn"
        place = self._place(widget)
        turn = QPoint(0, self.random.choice((-240, -120, 120, 240)))
        event = QWheelEvent(
            QPointF(place), QPointF(widget.mapToGlobal(place)), QPoint(), turn, Qt.MouseButton.NoButton,
            self.random.choice((NONE, CTRL, SHIFT)), Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        said = f"wheel over {_name(widget)}"
        QApplication.sendEvent(widget, event)
        return said

    def use_a_context_menu(self) -> str:
        widget = self._one_of(QWidget, but=WAITS)
        if widget is None:
            return "nothing to right click"
        place = self._place(widget)
        said = f"right click {_name(widget)}"
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, widget.mapToGlobal(place))
        QApplication.sendEvent(widget, event)
        popup = QApplication.activePopupWidget()
        if isinstance(popup, QMenu):
            entries: list[QAction] = [a for a in popup.actions() if a.isEnabled() and not a.isSeparator()]
            if entries and self.random.random() < 0.8:
                action = self.random.choice(entries)
                said += f", {action.text()!r}"
                action.trigger()
            if _alive(popup):
                popup.close()
        return said

    # With files and the window itself -------------------------------------------------------------------

    def drop(self) -> str:
        path = self.random.choice(self.files)
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path))])
        event = QDropEvent(QPointF(40, 40), Qt.DropAction.CopyAction, data, LEFT, NONE)
        QApplication.sendEvent(self.window, event)
        return f"drop {path.name}"

    def reshape(self) -> str:
        how = self.random.choice(["resize", "large", "small", "hide", "minimise"])
        if how == "hide":
            self.window.hide()
            QApplication.processEvents()
            self.window.show()
        elif how == "minimise":
            self.window.showMinimized()
            QApplication.processEvents()
            self.window.showNormal()
        elif not self.window.arrangement.presenting:
            sizes = {"resize": (self.random.randint(900, 1700), self.random.randint(560, 1100))}
            self.window.resize(*sizes.get(how, (2560, 1400) if how == "large" else (1000, 620)))
        return how

    # Where ----------------------------------------------------------------------------------------------

    def _one_of(self, *kinds: type[QWidget], but: tuple[type[QWidget], ...] = ()) -> Any:
        """A random widget on the screen of these kinds that takes something; None where there is none."""
        top = QApplication.activeModalWidget() or self.window
        found = [
            widget
            for kind in kinds
            for widget in top.findChildren(kind)
            if widget.isVisible() and widget.isEnabled() and not isinstance(widget, (QMenu, *but))
        ]
        if but:
            found = [w for w in found if not isinstance(w.parentWidget(), but)]
        return self.random.choice(found) if found else None

    def _place(self, widget: QWidget) -> QPoint:
        return QPoint(
            self.random.randrange(max(widget.width(), 1)), self.random.randrange(max(widget.height(), 1))
        )

    def _drag(self, widget: QWidget, button: Qt.MouseButton, moves: int) -> None:
        """Press, move and let go; events in between are handled or not."""
        QTest.mousePress(widget, button, NONE, self._place(widget))
        for _ in range(moves):
            if not _alive(widget):
                return
            QTest.mouseMove(widget, self._place(widget))
            if self.random.random() < 0.4:
                QApplication.sendPostedEvents(None, QEvent.Type.MetaCall)
        if _alive(widget):
            QTest.mouseRelease(widget, button, NONE, self._place(widget))


def _alive(widget: QWidget) -> bool:
    from shiboken6 import isValid

    return isValid(widget)


def _name(widget: QWidget) -> str:
    """What to call a widget in the log."""
    text = widget.accessibleName() or widget.objectName()
    if not text and isinstance(widget, QAbstractButton):
        text = widget.text()
    parent = widget.parentWidget()
    return f"{type(widget).__name__} {text!r}" + (
        f" in {type(parent).__name__}" if parent and not text else ""
    )
