"""A feature whose plot is a page beside the others."""

from __future__ import annotations

from playground.drawing.kit.theme import Theme
from playground.ui.frame.feature import Feature
from playground.ui.widgets.plot_card import PlotCard


class PageFeature(Feature):
    """One page with one plot, which a key opens and closes."""

    page = ""
    view: PlotCard

    def add_page(self, place: str, title: str, action: str, menu: str) -> None:
        """Put the page of the view into a place of the window, and its action into a menu."""
        window = self.window
        self._stale = True
        window.arrangement.add_page(place, self.page, title, self.view)
        self._action = window.actions_by_name[action]
        self._action.triggered.connect(self._choose)
        window.menu(menu).addAction(self._action)
        self.plots = (self.view,)

    def on_screen(self) -> bool:
        """Whether anybody can see the page."""
        return self.window.arrangement.page_on_screen(self.page)

    def read(self) -> None:
        self._action.setChecked(self.window.arrangement.page_is_open(self.page))

    def restyle(self, theme: Theme) -> None:
        self.view.restyle(theme)

    def set_presentation(self, on: bool) -> None:
        self.view.set_presentation(on)

    def _choose(self, on: bool) -> None:
        if on:
            self.window.arrangement.show_page(self.page)
        else:
            self.window.arrangement.hide_page(self.page)
        self._stale = True
