"""A feature whose plot is a page beside others."""

from __future__ import annotations

from playground.ui.frame.view_feature import ViewFeature
from playground.ui.widgets.plot_card import PlotCard


class PageFeature(ViewFeature):
    """A page with one plot, which one command opens and closes."""

    view: PlotCard

    def add_plot(self) -> None:
        """Put the view on the page. Its command opens and closes it."""
        self._stale = True
        self._action = self.add_page(self.view)
        self._action.triggered.connect(self._choose)
        self.plots = (self.view,)

    def read(self) -> None:
        assert self.page is not None
        self._action.setChecked(self.window.arrangement.page_is_open(self.page.name))

    def _choose(self, on: bool) -> None:
        assert self.page is not None
        if on:
            self.show_page()
        else:
            self.window.arrangement.hide_page(self.page.name)
        self._stale = True
