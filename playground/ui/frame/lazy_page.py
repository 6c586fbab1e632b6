"""A feature whose page is made when it is first wanted: the window starts without it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from PySide6.QtWidgets import QVBoxLayout, QWidget

from playground.ui.frame.feature import Feature

if TYPE_CHECKING:
    from playground.drawing.kit.theme import Theme
    from playground.ui.frame.workbench import Workbench


class PageContent(Protocol):
    """What fills a page: a widget that follows the theme and the hall."""

    def restyle(self, theme: Theme) -> None: ...

    def set_presentation(self, on: bool) -> None: ...


Content = TypeVar("Content", bound=PageContent)


class LazyPage(Feature, Generic[Content]):
    """Keeps an empty page ready, and lets its keys work only while the page is on the screen.

    keys: the names of the commands that step through it.
    """

    keys: tuple[str, ...] = ()

    def __init__(self, window: Workbench):
        super().__init__(window)
        self.created: Content | None = None
        """The content, once it was wanted."""
        self._frame = QWidget()
        self._column = QVBoxLayout(self._frame)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._presenting = False

    def create(self) -> Content:
        """Return the content, a widget."""
        raise NotImplementedError

    def join_content(self, content: Content) -> None:
        """Connect the content, which stands on the page now."""

    def open(self) -> None:
        """Turn to the page."""
        raise NotImplementedError

    @property
    def content(self) -> Content:
        """The content, made now if it was not yet."""
        if self.created is None:
            self.created = content = self.create()
            assert isinstance(content, QWidget)
            self._column.addWidget(content)
            content.restyle(self.window.theme)
            content.set_presentation(self._presenting)
            self.join_content(content)
        return self.created

    def add_lazy_page(self) -> None:
        """Keep the page ready; its command opens it."""
        self.add_page(self._frame).triggered.connect(self.open)

    def add_keys(self, title: str) -> None:
        """Put the commands that step through the page into a menu of this title."""
        assert self.page is not None
        menu = self.window.menu(self.page.menu).addMenu(title)
        for name in self.keys:
            menu.addAction(self.window.actions_by_name[name])

    def allow_keys(self) -> None:
        """Let the keys work while the page is on the screen."""
        on = self.page_on_screen
        for name in self.keys:
            self.window.actions_by_name[name].setEnabled(on)

    def restyle(self, theme: Theme) -> None:
        if self.created is not None:
            self.created.restyle(theme)

    def set_presentation(self, on: bool) -> None:
        self._presenting = on
        if self.created is not None:
            self.created.set_presentation(on)
