"""A place in the window with several pages, of which one is visible; tabs appear with the second."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QTabBar, QToolButton, QVBoxLayout, QWidget

from playground.ui.style import set_role

GAP = 4
CLOSE_SIDE = QTabBar.ButtonPosition.RightSide


class Stack(QStackedWidget):
    """A stack that needs the room of the visible page, not of the largest."""

    def minimumSizeHint(self) -> QSize:
        page = self.currentWidget()
        return page.minimumSizeHint().expandedTo(page.minimumSize()) if page else super().minimumSizeHint()


class TabRow(QTabBar):
    """Tabs that are all visible at once. Delete asks to close the visible page."""

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setUsesScrollButtons(False)
        self.setElideMode(Qt.TextElideMode.ElideRight)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self.tabCloseRequested.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)


class Pages(QWidget):
    """Pages by name. The first always stays, if there is one; the others can be opened and closed."""

    open_changed = Signal()
    """A page was opened or closed."""

    def __init__(
        self, name: str = "", title: str = "", widget: QWidget | None = None, parent: QWidget | None = None
    ):
        super().__init__(parent)
        self.first = name
        self._widgets: dict[str, QWidget] = {}
        self._titles: dict[str, str] = {}
        self._open: list[str] = []
        self._named = False
        self.tabs = TabRow()
        self.tabs.setAccessibleName("Pages")
        self.close_button = QToolButton(self)
        self.close_button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        set_role(self.close_button, "close")
        self.close_button.clicked.connect(lambda: self.close_page(self.seen))
        self.close_button.hide()
        self.tabs.currentChanged.connect(self._turn)
        self.tabs.tabCloseRequested.connect(lambda index: self.close_page(self._open[index]))
        self._stack = Stack()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(self.tabs)
        column.addWidget(self._stack, 1)
        if widget is not None:
            self.add(name, title, widget)
            self.open_page(name)

    @property
    def seen(self) -> str:
        """The name of the visible page; empty where none is open."""
        return self._open[self.tabs.currentIndex()] if self._open else ""

    @property
    def names(self) -> tuple[str, ...]:
        """All pages, open or not."""
        return tuple(self._widgets)

    def title_of(self, name: str) -> str:
        return self._titles[name]

    def __contains__(self, name: str) -> bool:
        return name in self._widgets

    def is_open(self, name: str) -> bool:
        return name in self._open

    def add(self, name: str, title: str, widget: QWidget) -> None:
        """Add a page; it is not open yet."""
        self._widgets[name], self._titles[name] = widget, title
        self._stack.addWidget(widget)

    def take(self, name: str) -> QWidget:
        """Close a page other than the first and give it up; return its widget, for another place."""
        self.close_page(name)
        widget = self._widgets.pop(name)
        del self._titles[name]
        self._stack.removeWidget(widget)
        return widget

    def exchange(self, name: str, widget: QWidget) -> None:
        """Show another widget on a page; the one that was there keeps no parent."""
        before = self._widgets[name]
        index, seen = self._stack.indexOf(before), self._stack.currentWidget() is before
        self._stack.removeWidget(before)
        before.setParent(None)
        self._stack.insertWidget(index, widget)
        self._widgets[name] = widget
        if seen:
            self._stack.setCurrentWidget(widget)

    def rename(self, name: str, title: str) -> None:
        """Change the title of a page, on its tab too."""
        if title == self._titles[name]:
            return
        self._titles[name] = title
        if name in self._open:
            index = self._open.index(name)
            self.tabs.setTabText(index, title)
            self.tabs.setTabToolTip(index, title)

    def open_page(self, name: str) -> None:
        """Open a page and bring it to the front."""
        new = name not in self._open
        if new:
            self._open.append(name)
            index = self.tabs.addTab(self._titles[name])
            self.tabs.setTabToolTip(index, self._titles[name])
        self.tabs.setCurrentIndex(self._open.index(name))
        self._turn(self.tabs.currentIndex())
        if new:
            self.open_changed.emit()

    def close_page(self, name: str) -> None:
        """Close a page, unless it is the first."""
        if name in self._open and name != self.first:
            index = self._open.index(name)
            self.tabs.setTabButton(index, CLOSE_SIDE, None)
            was_seen = index == self.tabs.currentIndex()
            self._open.remove(name)
            self.tabs.blockSignals(True)
            self.tabs.removeTab(index)
            if was_seen:
                self.tabs.setCurrentIndex(0)
            self.tabs.blockSignals(False)
            self._turn(self.tabs.currentIndex())
            self.open_changed.emit()

    def place_on_screen(self, name: str, tab: bool) -> tuple[QWidget, QRect] | None:
        """Return where a page or its tab is, a widget and a rectangle in it; None where it is not seen."""
        if not self.is_open(name):
            return None
        if tab:
            return self.tabs, self.tabs.tabRect(self._open.index(name))
        widget = self._widgets[name]
        return (widget, widget.rect()) if self.seen == name else None

    def show_tabs(self, on: bool) -> None:
        """Allow tabs, or hide them, as for a hall."""
        self.tabs.setVisible(on and self._has_tabs)

    def keep_name(self, on: bool) -> None:
        """Show the tab of the first page also where it is the only one, so that its name is read."""
        if on != self._named:
            self._named = on
            self.tabs.setVisible(self._has_tabs)

    @property
    def _has_tabs(self) -> bool:
        """Whether there is a choice: a page to turn to, or one to close; or a name to show."""
        return len(self._open) > (1 if self.first and not self._named else 0)

    def _turn(self, index: int) -> None:
        if 0 <= index < len(self._open):
            self._stack.setCurrentWidget(self._widgets[self._open[index]])
            self._stack.updateGeometry()
            self.tabs.setVisible(self._has_tabs)
            self._offer_to_close(index)

    def _offer_to_close(self, index: int) -> None:
        """Put the close button on the visible page alone, so that the others' titles have room."""
        for other in range(self.tabs.count()):
            if other != index or self.seen == self.first:
                self.tabs.setTabButton(other, CLOSE_SIDE, None)
        if self.seen != self.first and self.tabs.tabButton(index, CLOSE_SIDE) is None:
            words = f"Close the page {self._titles[self.seen]}"
            self.close_button.setAccessibleName(words)
            self.close_button.setToolTip(f"{words} (Delete, with the focus on its tab)")
            self.tabs.setTabButton(index, CLOSE_SIDE, self.close_button)
            self.close_button.show()
