"""Presentation of any plot and any page: from the menu, or one after the other with a key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject

from playground.ui.frame.feature import Feature
from playground.ui.frame.layout import PLOTS
from playground.ui.rate.strip import LOW_HALL

if TYPE_CHECKING:
    from playground.ui.frame.workbench import Workbench

NEVER_ALONE = ("experiment",)
"""Pages of controls, which a presentation hides."""


class HallFeature(Feature):
    """The pages in a presentation, beside the three plots that have keys of their own.

    On a low screen the plot gets the room of other texts: the numbers are in one line, the surface has one
    line under it and none above. A notice there, and a long one anywhere, does not lie over the plot.
    """

    def __init__(self, window: Workbench):
        super().__init__(window)
        self._menu = window.menu("large")
        self._menu.addSeparator()
        self._fixed = len(self._menu.actions())
        self._menu.aboutToShow.connect(self._list_pages)
        for name, by in (("large_next", 1), ("large_previous", -1)):
            action = window.actions_by_name[name]
            action.triggered.connect(lambda _=False, by=by: self.turn(by))
            window.menu("presentation").insertAction(self._menu.menuAction(), action)
        self._presenting = self._low = False
        self._notice_size = 0, True
        window.notices.covers.connect(self._make_room)
        window.widget.installEventFilter(self)

    @property
    def pages(self) -> tuple[str, ...]:
        """The pages that can fill a presentation, without the three plots."""
        arrangement, left_out = self.window.arrangement, (*PLOTS, *NEVER_ALONE)
        return tuple(
            name
            for name in arrangement.page_names()
            if name not in left_out and arrangement.page_is_available(name)
        )

    def turn(self, by: int) -> None:
        """Show the next of the plots and open pages, or the one before."""
        arrangement = self.window.arrangement
        around = [*PLOTS, *(name for name in self.pages if arrangement.page_is_open(name))]
        at = around.index(arrangement.large) if arrangement.large in around else -by
        self.window.present(around[(at + by) % len(around)])

    def set_presentation(self, on: bool) -> None:
        self._presenting = on
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._fit()
        return False

    def _fit(self) -> None:
        window = self.window
        low = self._presenting and window.widget.height() < LOW_HALL
        if low != self._low:
            self._low = low
            window.transport.set_low(low)
            window.surface_view.show_header(not low)
            self._make_room(*self._notice_size)

    def _make_room(self, height: int, one_line: bool) -> None:
        self._notice_size = height, one_line
        # On a higher screen one line covers the empty end of the plot's title line, and nothing has to move.
        if self._presenting and (self._low or not one_line):
            plots = self.window.surface_view, self.window.data_view, self.window.loss_view
            large = next((card for card in plots if card.isVisible()), None)
            room = height - (large.canvas.y() if large is not None else 0)
        else:
            room = 0
        self.window.arrangement.leave_room(max(room, 0))

    def _list_pages(self) -> None:
        for action in self._menu.actions()[self._fixed :]:
            self._menu.removeAction(action)
            action.deleteLater()
        for name in self.pages:
            action = self._menu.addAction(self.window.arrangement.title_of(name).replace("&", "&&"))
            action.triggered.connect(lambda _=False, name=name: self.window.present(name))
