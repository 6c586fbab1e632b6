"""The arrangement of the window's panels: splitters, closed panels, presentation."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from PySide6.QtCore import QByteArray, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from playground.ui.frame.own_window import OwnWindow, Placeholder
from playground.ui.frame.preferences import Preferences
from playground.ui.frame.small_screen import ColumnArea, PanelArea
from playground.ui.widgets.pages import Pages, Stack

PANELS = ("experiment", "surface", "data", "loss", "strip")
PLOTS = ("surface", "data", "loss")
CLEARED = ("data", "loss", "strip")
"""The panels that can be cleared away for a while, so that a page has their room."""
OWN_TITLES = {"surface": "Loss surface", "data": "Data and prediction", "loss": "Loss plot"}
LEFT_WIDTH, ROOMY_LEFT_WIDTH, RIGHT_WIDTH = 236, 300, 400
ROOMY = 1240
"""Width of the panels from which on the left one is as wide as a lesson, which then moves no other panel."""
ROOM_FOR_A_COLUMN = 1570
"""Width of the layout from which on the page of a lesson stands in a column of its own."""
COLUMN_SHARE, COLUMN_WIDTHS = 0.21, (370, 480)
"""Share of the width that this column takes, and its least and largest width."""
GAP = 8


class WindowLayout(QWidget):
    """The panels of the window.

    The experiment is at the left, the surface in the middle, data above loss at the right, α below.
    """

    height_changed = Signal(int)
    own_window_changed = Signal(str, bool)
    """The name of a plot, and whether it has a window of its own now."""

    def __init__(
        self, panels: Mapping[str, QWidget], preferences: Preferences, parent: QWidget | None = None
    ):
        super().__init__(parent)
        self._surface = Stack()
        self._surface.addWidget(panels["surface"])
        panels = {**panels, "surface": self._surface}
        self._pages = {
            "left": Pages("experiment", "Experiment", panels["experiment"]),
            "centre": Pages("surface", OWN_TITLES["surface"], panels["surface"]),
            "right": Pages("loss", "Loss", panels["loss"]),
            "column": (column := Pages()),
        }
        self._with_column: str | None = None
        """The page that stands in the column where there is room, and beside the experiment where not."""
        self._plots = {name: panels[name] for name in PLOTS}
        self._panels = {**panels, **{pages.first: pages for pages in self._pages.values() if pages.first}}
        self._preferences = preferences
        self._closed = {name for name in PANELS if preferences.switch(f"closed/{name}", False)}
        self._withheld: set[str] = set()
        self._cleared: frozenset[str] = frozenset()
        self._side_by_side: _SideBySide | None = None
        self._aside: set[str] = set()
        self._large: str | None = None
        self._own: dict[str, tuple[OwnWindow, QWidget]] = {}
        """The plots that have a window of their own, with that window and the plot."""
        self._right = _splitter(Qt.Orientation.Vertical, self._panels["data"], self._panels["loss"])
        self._right_area = ColumnArea(self._right)
        self._upper = _splitter(
            Qt.Orientation.Horizontal, self._panels["experiment"], self._panels["surface"], self._right_area
        )
        # In a wider window the surface grows most, and the plots beside it a little.
        self._upper.setStretchFactor(1, 3)
        self._upper.setStretchFactor(2, 1)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(10, 2, 10, 10)
        self._row.setSpacing(GAP)
        self._row.addWidget(column)
        column.open_changed.connect(self._show_column)
        self._column = QVBoxLayout()
        self._column.setSpacing(GAP)
        self.area = PanelArea(self._upper)
        self._column.addWidget(self.area, 1)
        self._column.addWidget(panels["strip"])
        self._row.addLayout(self._column, 1)
        self._splitters = {"right": self._right, "upper": self._upper}
        self.area.content_resized.connect(self._content_resized)
        self._restored = False
        self._usual: _Places | None = None
        for splitter in self._splitters.values():
            splitter.splitterMoved.connect(self._drop_usual)
        self._apply()

    @property
    def presenting(self) -> bool:
        return self._large is not None

    @property
    def large(self) -> str | None:
        """The plot that fills the presentation; None outside of one."""
        return self._large

    def add_page(self, place: str, name: str, title: str, widget: QWidget, with_column: bool = False) -> None:
        """Add a page beside the experiment ("left"), the surface ("centre") or the loss ("right"), closed.

        with_column: whether it has a column of its own at the left edge where the window is wide enough.
        """
        self._pages[place].add(name, title, widget)
        if with_column:
            self._with_column = name
            self._place_column()

    def stand_in(self, widget: QWidget, on: bool, title: str) -> None:
        """Show a widget with this title in the place of the surface, or the surface again."""
        self.place_of("surface").rename("surface", title if on else OWN_TITLES["surface"])
        if self._surface.indexOf(widget) < 0:
            self._surface.addWidget(widget)
        self._surface.setCurrentIndex(self._surface.indexOf(widget) if on else 0)

    def set_aside(self, widget: QWidget) -> None:
        """Put a widget at the right edge of the window. It shows and hides itself."""
        self._row.addWidget(widget)

    def leave_room(self, height: int) -> None:
        """Leave this height free above the panels, in pixels. A widget that was set aside does not move."""
        if height != self._column.contentsMargins().top():
            self._column.setContentsMargins(0, height, 0, 0)

    def show_page(self, name: str) -> None:
        """Open a page, bring it to the front, and open its place where that is closed."""
        if name in self._withheld:
            return
        pages = self.place_of(name)
        pages.open_page(name)
        if not self.is_open(pages.first) or pages.first in self._cleared:
            self.set_open(pages.first, True)

    def hide_page(self, name: str) -> None:
        self.place_of(name).close_page(name)
        self._put_back()

    def show_side_by_side(self, middle: str, right: str) -> None:
        """Show two pages large beside each other until end_side_by_side.

        The first takes the place of the surface, the second that of the loss without the data above it, also
        where they are pages of another place. The first page of a place is not moved.
        """
        before, names = self._side_by_side, (middle, right)
        if before is not None and before.names == names:
            self._open_both(names)
            return
        self.end_side_by_side()
        moved = []
        for name, place in ((middle, self._pages["centre"]), (right, self._pages["right"])):
            home = self.place_of(name)
            if home is not place and name != home.first:
                moved.append(_Moved(name, home, home.is_open(name)))
                self._move(name, place)
        self._side_by_side = _SideBySide(names, tuple(moved), self._upper.saveState())
        self._aside = {"data"}
        self._open_both(names)
        self._apply()
        left, *rest = self._upper.sizes()
        self._upper.setSizes([left, sum(rest) // 2, sum(rest) // 2])

    def end_side_by_side(self) -> None:
        """Put the two pages and the panels back to their places; nothing where none are beside each other."""
        shown, self._side_by_side = self._side_by_side, None
        if shown is None:
            return
        self._aside = set()
        for name, home, was_open in shown.moved:
            self._move(name, home)
            if was_open:
                seen = home.seen
                home.open_page(name)
                home.open_page(seen)
        self._apply()
        self._upper.restoreState(shown.sizes)
        self._put_back()

    def _open_both(self, names: tuple[str, str]) -> None:
        for name in names:
            self.show_page(name)

    def _move(self, name: str, place: Pages) -> None:
        """Move a page to another place, closed."""
        home = self.place_of(name)
        title = home.title_of(name)
        place.add(name, title, home.take(name))

    def page_names(self) -> tuple[str, ...]:
        """Return the names of all pages, open or not."""
        return tuple(name for pages in self._pages.values() for name in pages.names)

    def title_of(self, name: str) -> str:
        """Return the text on the tab of a page."""
        return self.place_of(name).title_of(name)

    def page_on_screen(self, name: str) -> bool:
        """Return whether this page is visible."""
        pages = self.place_of(name)
        return pages.is_open(name) and pages.seen == name and pages.isVisible()

    def page_is_available(self, name: str) -> bool:
        """Return whether the run has what this page shows."""
        return name not in self._withheld

    def page_is_open(self, name: str) -> bool:
        """Return whether this page has a tab."""
        return self.place_of(name).is_open(name)

    def place_on_screen(self, name: str, tab: bool) -> tuple[QWidget, QRect] | None:
        """Return where a page or its tab is, a widget and a rectangle in it; None where it is not seen."""
        return self.place_of(name).place_on_screen(name, tab)

    @property
    def widget(self) -> QWidget:
        """The widget that holds all panels."""
        return self

    def seen(self, place: str) -> str:
        """Return the name of the visible page of a place; empty where the place is closed.

        The page in the column counts for the left, unless another page than the experiment is visible there.
        """
        pages = self._pages[place]
        if place == "left" and pages.seen == pages.first:
            return self._pages["column"].seen or pages.seen
        return pages.seen

    def place_of(self, name: str) -> Pages:
        """Return the pages among which this one is."""
        for pages in self._pages.values():
            if name in pages:
                return pages
        raise KeyError(name)

    def is_open(self, name: str) -> bool:
        return name not in self._closed

    def set_available(self, name: str, on: bool) -> None:
        """Hide a panel that has nothing to show, or show it again where it is open; a page closes."""
        self._withheld.discard(name) if on else self._withheld.add(name)
        if not on and any(name in pages for pages in self._pages.values()):
            self.hide_page(name)
        self._apply()

    def set_open(self, name: str, on: bool) -> None:
        """Open a panel, or close it."""
        self._closed.discard(name) if on else self._closed.add(name)
        self._cleared -= {name}
        if on:
            self._aside.discard(name)
        self._preferences.set_switch(f"closed/{name}", not on)
        self._apply()

    def clear_except(self, panels: Collection[str] | None) -> None:
        """Clear the panels of CLEARED away but for these, until it is called with None.

        It is no choice of the user: nothing of it is saved, and a panel that is asked for comes back.
        """
        cleared = frozenset() if panels is None else frozenset(CLEARED).difference(panels)
        if cleared and self._large is None:
            self._keep_usual()
        if cleared != self._cleared:
            self._cleared = cleared
            self._apply()
        self._put_back()

    def has_own_window(self, name: str) -> bool:
        """Return whether a plot has a window of its own."""
        return name in self._own

    def set_own_window(self, name: str, on: bool) -> None:
        """Give a plot ("surface", "data" or "loss") a window of its own, or bring it back."""
        if on == (name in self._own):
            return
        title = OWN_TITLES[name]
        if on:
            if self.presenting:
                self.present(None)
            self.set_open(name, True)
            placeholder = Placeholder(title, lambda: self.set_own_window(name, False))
            plot = self._exchange(name, placeholder)
            window = OwnWindow(plot, title, self.window(), lambda: self.set_own_window(name, False))
            self._own[name] = window, plot
            window.show()
        else:
            window, plot = self._own.pop(name)
            self._exchange(name, plot).deleteLater()
            plot.show()
            window.close()
            window.deleteLater()
        self._apply()
        self.own_window_changed.emit(name, on)

    def _exchange(self, name: str, widget: QWidget) -> QWidget:
        """Put a widget in the place of a plot, and return what was there."""
        before = self._plots[name]
        self._plots[name] = widget
        for pages in self._pages.values():
            if pages.first == name:
                pages.exchange(name, widget)
                return before
        self._right.replaceWidget(self._right.indexOf(before), widget)
        before.setParent(None)
        self._panels[name] = widget
        widget.show()
        return before

    def close_own_windows(self) -> None:
        """Bring back every plot that has a window of its own."""
        for name in tuple(self._own):
            self.set_own_window(name, False)

    def reset(self) -> None:
        """Open every panel, close every page, and put the splitters where they stood at the first start."""
        self.present(None)
        self.end_side_by_side()
        self.close_own_windows()
        for pages in self._pages.values():
            for name in pages.names:
                pages.close_page(name)
        for name in PANELS:
            self.set_open(name, True)
        self._usual = None
        for name in self._splitters:
            self._set_usual(name)
        self.save_state()

    def present(self, plot: str | None) -> None:
        """Show one plot or page, by name, and the strip alone. None: show everything again."""
        if plot in self._withheld:
            return
        if plot in self._own:
            self.set_own_window(plot, False)
        if self._large is None and plot is not None:
            self._keep_usual()
        self._large = plot
        for pages in self._pages.values():
            if plot is not None and plot in pages:
                pages.open_page(plot)
            pages.show_tabs(plot is None)
        self._apply()
        self._put_back()

    def restore(self) -> None:
        """Restore the saved splitters. Call it when the window has its size."""
        self._restored = True
        self._restore()

    def save_state(self) -> None:
        """Save the splitters for the next start."""
        if self._usual is None and self._restored:
            self._save_states()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_column()
        if event.size().height() != event.oldSize().height():
            self.height_changed.emit(event.size().height())
        if self._usual is not None:
            # The smallest sizes of the panels change with their type, and are available after the layout.
            QTimer.singleShot(0, self, self._put_back)

    def _place_column(self) -> None:
        """Move a page to its column where there is room for that, and back among the others where not."""
        name, column = self._with_column, self._pages["column"]
        if name is None:
            return
        least, most = COLUMN_WIDTHS
        column.setFixedWidth(min(max(least, round(COLUMN_SHARE * self.width())), most))
        home = self.place_of(name)
        place = self._pages["column" if self.width() >= ROOM_FOR_A_COLUMN else "left"]
        if home is place:
            return
        focus, was_open = self.window().focusWidget(), home.is_open(name)
        self._move(name, place)
        if was_open:
            place.open_page(name)
            if focus is not None and place.isAncestorOf(focus):
                focus.setFocus()

    def _show_column(self) -> None:
        """Show the column while a page is open in it, outside of a presentation."""
        column = self._pages["column"]
        on = bool(column.seen) and (self._large is None or self._large in column)
        if on and column.isHidden() and self._large is None:
            # The panels get their widths back when it is closed.
            self._keep_usual()
        column.setVisible(on)
        # What stands in the column speaks of the page beside it by the name that it has among tabs.
        self._pages["left"].keep_name(on and self._large is None)

    def _content_resized(self) -> None:
        # The panels get their sizes after the window.
        if self._usual is not None:
            QTimer.singleShot(0, self, self._put_back)

    def _keep_usual(self) -> None:
        if self._usual is None:
            if self._restored:
                self._save_states()
            states = {name: splitter.saveState() for name, splitter in self._splitters.items()}
            self._usual = _Places(self.size(), self._upper.size(), states)

    def _put_back(self) -> None:
        """Restore the splitters after a presentation, once the window has its size again."""
        if not self._may_put_back:
            return
        assert self._usual is not None
        for name, splitter in self._splitters.items():
            splitter.restoreState(self._usual.states[name])
        if (self.size(), self._upper.size()) == (self._usual.size, self._usual.panels):
            QTimer.singleShot(0, self, self._finish_putting_back)

    @property
    def _may_put_back(self) -> bool:
        """Whether the panels are as they usually are, so that their usual sizes fit."""
        unusual = self._large is not None or bool(self._cleared) or self._side_by_side is not None
        return self._usual is not None and not unusual

    def _finish_putting_back(self) -> None:
        usual = self._usual
        if usual is None or not self._may_put_back:
            return
        if (self.size(), self._upper.size()) != (usual.size, usual.panels):
            return
        for name, splitter in self._splitters.items():
            splitter.restoreState(usual.states[name])
        # A page that is wider than its usual place may still be open, and is closed next.
        if all(splitter.saveState() == usual.states[name] for name, splitter in self._splitters.items()):
            self._usual = None

    def _drop_usual(self) -> None:
        """Drop the saved splitters: the user has moved one, and the new position is the usual one."""
        if self._large is None and not self._cleared:
            self._usual = None

    def _apply(self) -> None:
        for name, panel in self._panels.items():
            if self._large is None:
                hidden = self._closed | self._withheld | self._cleared | self._aside
                panel.setVisible(name not in hidden)
            else:
                holds = isinstance(panel, Pages) and self._large in panel
                panel.setVisible(holds or name in (self._large, "strip"))
        self._right_area.setVisible(any(not self._panels[name].isHidden() for name in ("data", "loss")))
        self._show_column()
        shown = (self._panels["experiment"], self._panels["surface"], self._right_area)
        self.area.setVisible(any(not widget.isHidden() for widget in shown))

    def _save_states(self) -> None:
        for name, splitter in self._splitters.items():
            state = splitter.saveState()
            if splitter is self._upper and self._side_by_side is not None:
                state = self._side_by_side.sizes
            self._preferences.set_state(f"splitter_{name}", state)

    def _restore(self) -> None:
        for name, splitter in self._splitters.items():
            state = self._preferences.state(f"splitter_{name}")
            if not restore_splitter(splitter, state):
                self._set_usual(name)

    def _set_usual(self, name: str) -> None:
        if name == "right":
            height = self._right.height()
            self._right.setSizes([height // 2, height // 2])
            return
        width = self._upper.width()
        left = ROOMY_LEFT_WIDTH if width >= ROOMY else LEFT_WIDTH
        right = min(max(RIGHT_WIDTH, width * 29 // 100), 760)
        self._upper.setSizes([left, max(width - left - right - 2 * GAP, 320), right])


class _Moved(NamedTuple):
    """A page that was moved: the place where it belongs, and whether it was open there."""

    name: str
    home: Pages
    was_open: bool


class _SideBySide(NamedTuple):
    """Two pages beside each other. moved: those of another place. sizes: those of the panels before."""

    names: tuple[str, str]
    moved: tuple[_Moved, ...]
    sizes: QByteArray


class _Places(NamedTuple):
    """The states of the splitters for one size of the window and of the panels in it."""

    size: QSize
    panels: QSize
    states: dict[str, QByteArray]


def restore_splitter(splitter: QSplitter, state: QByteArray) -> bool:
    """Give a splitter the sizes of a saved state and nothing else; return whether any fitted."""
    before = splitter.saveState()
    look = splitter.orientation(), splitter.handleWidth(), splitter.opaqueResize()
    restored = not state.isEmpty() and splitter.restoreState(state)
    # A saved state holds these properties too, and an edited one may hold any value.
    if look != (splitter.orientation(), splitter.handleWidth(), splitter.opaqueResize()):
        restored = False
        splitter.restoreState(before)
    splitter.setChildrenCollapsible(False)
    return restored


def _splitter(orientation: Qt.Orientation, *widgets: QWidget) -> QSplitter:
    splitter = QSplitter(orientation)
    splitter.setHandleWidth(GAP)
    splitter.setChildrenCollapsible(False)
    for widget in widgets:
        splitter.addWidget(widget)
    return splitter
