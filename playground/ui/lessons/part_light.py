"""The light around a part of the window that a text speaks of."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QScrollArea, QWidget
from shiboken6 import isValid

from playground.lessons.parts import ATTRIBUTE, CHILD, MENU, PAGE, PARTS, TAB
from playground.ui.lessons.step_scroll import StepScroll

if TYPE_CHECKING:
    from collections.abc import Callable

    from playground.drawing.kit.theme import Theme
    from playground.ui.frame.workbench import Workbench

FOLLOWED = (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Hide)
SHINES_MS = 1800
"""How long a part stays lit after a click on its name."""
LINE, ROUND, ROOM = 3.0, 7.0, 3
"""Width and radius of the frame in pixels, and its distance from the part."""


def place_of(window: Workbench, name: str) -> tuple[QWidget, QRect] | None:
    """Return the widget of a part and the rectangle in it; None where the part is not on the screen."""
    for kind, at in PARTS[name].places:
        found = _found(window, kind, at)
        if found is not None and found[0].isVisible() and not found[1].isEmpty():
            return found
    return None


def first_control(widget: QWidget) -> QWidget | None:
    """Return what the Tab key reaches first in a widget, itself included; None where there is nothing."""
    control: QWidget | None = widget
    while control is not None:
        if (
            (control is widget or widget.isAncestorOf(control))
            and control.focusPolicy() & Qt.FocusPolicy.TabFocus
            and control.isEnabled()
            and control.isVisible()
        ):
            return control
        control = control.nextInFocusChain()
        if control is widget:
            return None
    return None


def _found(window: Workbench, kind: str, at: str) -> tuple[QWidget, QRect] | None:
    if kind in (PAGE, TAB):
        return window.arrangement.place_on_screen(at, tab=kind == TAB)
    if kind == MENU:
        bar = window.widget.menuBar()
        return bar, bar.actionGeometry(window.menu(at).menuAction())
    widget = attrgetter(at)(window) if kind == ATTRIBUTE else window.widget.findChild(QWidget, at)
    assert kind in (ATTRIBUTE, CHILD)
    return None if widget is None else (widget, widget.rect())


def _areas(widget: QWidget) -> list[QScrollArea]:
    """Return the scrolled areas that a widget is in, the innermost first."""
    areas, above = [], widget.parentWidget()
    while above is not None and not above.isWindow():
        if isinstance(above, QScrollArea) and (inside := above.widget()) and inside.isAncestorOf(widget):
            areas.append(above)
        above = above.parentWidget()
    return areas


def _in_sight(widget: QWidget, rect: QRect) -> QRect:
    """Return the part of a rectangle in a widget that no scrolled area hides, in the window's coordinates."""
    ground = widget.window()
    seen = QRect(widget.mapTo(ground, rect.topLeft()), rect.size())
    for area in _areas(widget):
        port = area.viewport()
        seen = seen.intersected(QRect(port.mapTo(ground, QPoint()), port.size()))
        inside = area.widget()
        if inside is not None and not inside.mask().isEmpty():
            # What does not fit at the edge of the page of a lesson is not painted.
            mask = inside.mask().boundingRect()
            seen = seen.intersected(QRect(inside.mapTo(ground, mask.topLeft()), mask.size()))
    return seen


def _scroll_to(widget: QWidget) -> None:
    """Bring a widget into sight where it was scrolled out of it."""
    for area in _areas(widget):
        if isinstance(area, StepScroll):
            area.see(widget)
        else:
            area.ensureWidgetVisible(widget)


class PartLight:
    """Lights one part at a time: while its name is pointed at, and for a while after a click on it."""

    def __init__(self, window: Workbench):
        self._window = window
        self._frame: _Frame | None = None
        self._follower = _Follower(window.widget, self._follow)
        self._timer = QTimer(window.widget)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SHINES_MS)
        self._timer.timeout.connect(self.out)
        self.lit: str | None = None

    def point_at(self, name: str) -> None:
        """Light a part as long as nothing else is pointed at; empty: no part."""
        self._timer.stop()
        if name in PARTS:
            self._light(name)
        else:
            self.out()

    def choose(self, name: str) -> bool:
        """Light a part for a while, and bring its page to the front; return whether it can be seen then."""
        if name not in PARTS:
            return False
        self._show_page_of(name)
        if place_of(self._window, name) is None:
            if PARTS[name].panel:
                self._open(PARTS[name].panel)
            for kind, at in PARTS[name].places:
                if kind == PAGE and at in self._window.arrangement.page_names():
                    self._window.arrangement.show_page(at)
        place = place_of(self._window, name)
        if place is not None:
            _scroll_to(place[0])
        self._light(name)
        self._timer.start()
        return self.lit == name

    def _show_page_of(self, name: str) -> None:
        """Bring the page that a part is in to the front, laid out: what is in it can be scrolled to."""
        page, arrangement = PARTS[name].page, self._window.arrangement
        if not page or page not in arrangement.page_names() or arrangement.page_on_screen(page):
            return
        arrangement.show_page(page)
        place = arrangement.place_on_screen(page, tab=False)
        layout = None if place is None else place[0].layout()
        if layout is not None:
            layout.activate()

    def _open(self, panel: str) -> None:
        """Open a panel that is closed, or cleared away by the lesson."""
        self._window.arrangement.set_open(panel, True)
        self._window.actions_by_name[f"panel_{panel}"].setChecked(True)
        layout = self._window.arrangement.widget.layout()
        if layout is not None:
            layout.activate()

    def enter(self, name: str) -> None:
        """Set the focus on a part that is on the screen, or on the first control in it.

        Where the part is a tab, the page of it is opened: the bar of tabs stands at another one.
        """
        if name in PARTS:
            self._show_page_of(name)
        for kind, at in PARTS[name].places if name in PARTS and not PARTS[name].page else ():
            if kind == TAB and at in self._window.arrangement.page_names():
                self._window.arrangement.show_page(at)
                page = _found(self._window, PAGE, at)
                inside = None if page is None else first_control(page[0])
                if inside is not None:
                    inside.setFocus(Qt.FocusReason.ShortcutFocusReason)
                    self.choose(name)
                    return
        place = place_of(self._window, name) if name in PARTS else None
        control = None if place is None else first_control(place[0])
        if control is not None:
            control.setFocus(Qt.FocusReason.ShortcutFocusReason)
            # The text has lost the focus, which puts the light out.
            self.choose(name)

    def out(self) -> None:
        """Put the light out."""
        self._timer.stop()
        self._follower.follow(None)
        self.lit = None
        if self._frame is not None:
            self._frame.hide()
            self._frame.deleteLater()
            self._frame = None

    def _light(self, name: str) -> None:
        place = place_of(self._window, name)
        self.out()
        if place is None:
            return
        widget, rect = place
        ground = widget.window()
        around = _in_sight(widget, rect)
        if around.isEmpty():
            return
        self._frame = _Frame(ground, self._window.theme)
        self._frame.surround(around)
        self._frame.show()
        self._frame.raise_()
        self.lit = name
        self._follower.follow(widget)

    def _follow(self) -> None:
        """Keep the frame around its part where that has moved or has another size; out where it is gone."""
        place = None if self.lit is None else place_of(self._window, self.lit)
        around = QRect() if place is None else _in_sight(*place)
        if self._frame is None:
            return
        if around.isEmpty():
            self.out()
        else:
            self._frame.surround(around)


class _Follower(QObject):
    """Calls a function after a widget, or one that it is in, has moved, changed its size or was hidden."""

    def __init__(self, parent: QObject, moved: Callable[[], None]):
        super().__init__(parent)
        self._watched: list[QWidget] = []
        self._due = False
        self._moved = moved

    def follow(self, widget: QWidget | None) -> None:
        """Watch this widget in place of the one before; None: none."""
        for watched in self._watched:
            if isValid(watched):
                watched.removeEventFilter(self)
        self._watched = []
        while widget is not None:
            widget.installEventFilter(self)
            self._watched.append(widget)
            widget = None if widget.isWindow() else widget.parentWidget()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in FOLLOWED and not self._due:
            # What is in a widget is laid out after it.
            self._due = True
            QTimer.singleShot(0, self, self._act)
        return False

    def _act(self) -> None:
        self._due = False
        self._moved()


class _Frame(QWidget):
    """A frame above all panels that takes neither clicks nor the focus."""

    def __init__(self, ground: QWidget, theme: Theme):
        super().__init__(ground)
        self._color = QColor(theme.text)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def surround(self, part: QRect) -> None:
        """Stand around a rectangle of the window."""
        ground = self.parentWidget()
        if ground is not None:
            self.setGeometry(part.adjusted(-ROOM, -ROOM, ROOM, ROOM).intersected(ground.rect()))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        wash = QColor(self._color)
        wash.setAlphaF(0.08)
        painter.setBrush(wash)
        painter.setPen(QPen(self._color, LINE))
        inside = QRectF(QPoint(0, 0), self.size()).adjusted(LINE / 2, LINE / 2, -LINE / 2, -LINE / 2)
        painter.drawRoundedRect(inside, ROUND, ROUND)
