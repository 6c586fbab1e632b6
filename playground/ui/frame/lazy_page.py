"""A feature whose page is created when it is first needed: the window starts without it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from PySide6.QtWidgets import QVBoxLayout, QWidget

from playground.ui.frame.feature import Feature
from playground.ui.frame.view_feature import Shown

if TYPE_CHECKING:
    from playground.drawing.kit.theme import Theme
    from playground.ui.frame.workbench import Workbench


Content = TypeVar("Content", bound=Shown)


class LazyPage(Feature, Generic[Content]):
    """A page that is empty until it is opened, with keys that work only while it is visible.

    keys: the names of the commands that step through it.
    """

    keys: tuple[str, ...] = ()

    def __init__(self, window: Workbench):
        super().__init__(window)
        self.created: Content | None = None
        """The content; None before it was needed."""
        self._frame = QWidget()
        self._column = QVBoxLayout(self._frame)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._presenting = False

    def create(self) -> Content:
        """Create the content, a widget."""
        raise NotImplementedError

    def join_content(self, content: Content) -> None:
        """Connect the content, which is on the page now."""

    def open(self) -> None:
        """Open the page."""
        raise NotImplementedError

    @property
    def content(self) -> Content:
        """The content. It is created where there is none yet."""
        if self.created is None:
            self.created = content = self.create()
            assert isinstance(content, QWidget)
            self._column.addWidget(content)
            content.restyle(self.window.theme)
            content.set_presentation(self._presenting)
            self.join_content(content)
        return self.created

    def add_lazy_page(self) -> None:
        """Add the empty page, which its command opens."""
        self.add_page(self._frame).triggered.connect(self.open)

    def add_keys(self, title: str) -> None:
        """Add the commands that step through the page to a menu of this title."""
        assert self.page is not None
        menu = self.window.menu(self.page.menu).addMenu(title)
        for name in self.keys:
            menu.addAction(self.window.actions_by_name[name])

    def allow_keys(self) -> None:
        """Enable the keys while the page is visible, and disable them otherwise."""
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
