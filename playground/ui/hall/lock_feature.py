"""The lock of everything but α and Space: a student can use the mouse, and nothing can be lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QApplication, QGraphicsView, QLabel, QWidget
from shiboken6 import isValid

from playground.drawing.kit.theme import Theme
from playground.ui.frame.feature import Feature
from playground.ui.hall.lesson_hall import LessonHallFeature
from playground.ui.lessons.feature import LessonFeature
from playground.ui.style import set_role
from playground.ui.widgets.plain_label import PlainLabel

if TYPE_CHECKING:
    from playground.ui.frame.workbench import Workbench

KEY = "Ctrl+F12"
WORDS = f"locked: only α, and Space to run · {KEY} unlocks"
POINTING = (
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseButtonRelease,
    QEvent.Type.MouseButtonDblClick,
    QEvent.Type.Wheel,
    QEvent.Type.ContextMenu,
    QEvent.Type.TouchBegin,
    QEvent.Type.TouchUpdate,
    QEvent.Type.TouchEnd,
    QEvent.Type.NativeGesture,
    QEvent.Type.DragEnter,
    QEvent.Type.DragMove,
    QEvent.Type.Drop,
)
KEYS = (QEvent.Type.KeyPress, QEvent.Type.KeyRelease, QEvent.Type.ShortcutOverride, QEvent.Type.Shortcut)
SLIDER_KEYS = (
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
)
FIELD_KEYS = (
    *SLIDER_KEYS,
    Qt.Key.Key_Return,
    Qt.Key.Key_Enter,
    Qt.Key.Key_Backspace,
    Qt.Key.Key_Delete,
    Qt.Key.Key_Escape,
)


OF_A_PLOT = "qt_scrollarea"
"""Parts of a plot itself; other widgets on it are controls."""
FORCED = Qt.WidgetAttribute.WA_ForceDisabled
"""Set on a widget that was disabled by itself, not with its parent: its owner wants it disabled."""


class LockFeature(Feature):
    """While it is on, only the slider and the field of α accept input; the same key unlocks.

    Space and F5 run and pause, so that a paused or diverged run is no dead end.
    """

    def __init__(self, window: Workbench):
        super().__init__(window)
        self._keys = QKeySequence(KEY)
        self._action = window.actions_by_name["lock"]
        self._action.toggled.connect(self.lock)
        window.menu("view").addAction(self._action)
        self.label = PlainLabel(WORDS)
        set_role(self.label, "locked")
        self.label.setAccessibleName(WORDS)
        self.label.hide()
        window.strip.tools.insertWidget(0, self.label)
        self._may_move = (window.strip.slider, window.strip.field)
        self._shut: set[QWidget] = set()

    @property
    def locked(self) -> bool:
        return self._action.isChecked()

    def lock(self, on: bool) -> None:
        """Lock everything but α, or unlock it."""
        window = self.window
        application = QApplication.instance()
        if application is not None:
            # First of all: a widget that does not look locked must not be refused, whatever fails below.
            application.removeEventFilter(self)
        self._action.setChecked(on)
        self.label.setVisible(on)
        window.widget.menuBar().setEnabled(not on)
        self._shut_all(on)
        if application is None:
            return
        if on:
            popup = QApplication.activePopupWidget()
            if popup is not None:
                popup.close()
            window.arrangement.set_open("strip", True)
            window.actions_by_name["panel_strip"].setChecked(True)
            window.strip.take_focus()
            application.installEventFilter(self)
            window.notices.say(
                f"Only α moves now; Space runs and pauses. {KEY} unlocks everything.", seconds=6
            )
        else:
            window.notices.say("Unlocked.", seconds=4)

    def join(self) -> None:
        self._lesson_panels = self.fellow(LessonFeature).panel, self.fellow(LessonHallFeature).panel

    def _shut_all(self, on: bool) -> None:
        """Disable every control except α and Space, so that they look locked; or enable them again."""
        if not on:
            opened, self._shut = self._shut, set()
            for widget in opened:
                # Another α ends a fork, and its rows are deleted with it.
                if isValid(widget) and not widget.testAttribute(FORCED):
                    widget.setEnabled(True)
            return
        if self._shut:
            return
        window = self.window
        panels = window.panel, *self._lesson_panels
        shut: list[QWidget] = [window.transport, window.notices, *panels]
        shut += _controls(window.arrangement.widget, (*self._may_move, *panels))
        self._shut = set(shut)
        for widget in shut:
            _disable(widget)

    def shutdown(self) -> None:
        application = QApplication.instance()
        if application is not None:
            application.removeEventFilter(self)

    def restyle(self, theme: Theme) -> None:
        self.label.setStyleSheet(f"color: {theme.amber}; font-weight: bold;")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if not isinstance(watched, QWidget) or not self._belongs_here(watched):
            return False
        if kind == QEvent.Type.EnabledChange and watched.isEnabled() and watched in self._shut:
            # The code that enables it does not consider the lock.
            _disable(watched)
        if kind in POINTING:
            return self._refuses_pointer(watched, event)
        if isinstance(event, QKeyEvent) and kind in KEYS:
            return self._refuses_key(watched, event)
        return False

    def _belongs_here(self, widget: QWidget) -> bool:
        """Return whether the widget is in this window or in one of its dialogs."""
        top = widget.window()
        return self.window.widget in (top, top.parentWidget())

    def _refuses_pointer(self, watched: QWidget, event: QEvent) -> bool:
        inside = any(widget is watched or widget.isAncestorOf(watched) for widget in self._may_move)
        menu = event.type() == QEvent.Type.ContextMenu
        right = isinstance(event, QMouseEvent) and event.button() == Qt.MouseButton.RightButton
        return not inside or menu or right

    def _refuses_key(self, watched: QWidget, event: QKeyEvent) -> bool:
        pressed = QKeySequence(event.keyCombination())
        allowed = [self._keys, *(keys for act in self.window.strip.rate_actions for keys in act.shortcuts())]
        if any(pressed.matches(keys) == QKeySequence.SequenceMatch.ExactMatch for keys in allowed):
            return False
        run = self.window.actions_by_name["run"]
        space = event.key() == Qt.Key.Key_Space and not event.modifiers()
        if space or any(
            pressed.matches(keys) == QKeySequence.SequenceMatch.ExactMatch for keys in run.shortcuts()
        ):
            if event.type() == QEvent.Type.KeyPress and not event.isAutoRepeat():
                run.trigger()
            event.accept()
            return True
        slider, field = self._may_move
        if watched is slider or slider.isAncestorOf(watched):
            mine = event.key() in SLIDER_KEYS and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        elif watched is field or field.isAncestorOf(watched):
            plain = not event.modifiers() & ~(
                Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier
            )
            mine = plain and (
                event.key() in FIELD_KEYS or (event.text().isprintable() and bool(event.text()))
            )
        else:
            mine = False
        if event.type() == QEvent.Type.ShortcutOverride:
            # Accepted, so that no shortcut acts on it; the press that follows reaches α or is refused.
            event.accept()
            return True
        return not mine


def _disable(widget: QWidget) -> None:
    """Disable it as if its parent were disabled, so that its owner's setting is kept, and may change."""
    by_owner = widget.testAttribute(FORCED)
    widget.setEnabled(False)
    widget.setAttribute(FORCED, by_owner)


def _controls(widget: QWidget, spared: tuple[QWidget, ...]) -> Iterator[QWidget]:
    """Yield the largest parts without a plot and without anything of spared.

    Labels and plots stay as they are.
    """
    if widget in spared or isinstance(widget, QLabel):
        return
    inside = widget.findChildren(QWidget)
    plot = isinstance(widget, QGraphicsView)
    if plot or any(part in spared or isinstance(part, QGraphicsView) for part in inside):
        for part in widget.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
            if not plot or not part.objectName().startswith(OF_A_PLOT):
                yield from _controls(part, spared)
    else:
        yield widget
