"""What the simple layout keeps to itself until the first overshoot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.ui.frame.feature import Feature
from playground.ui.rate.discovery import Discovery

if TYPE_CHECKING:
    from playground.ui.frame.workbench import Workbench


class DiscoveredFeature(Feature):
    """A part of the strip that appears with the discovery; a key shows or hides it in either layout."""

    def __init__(self, window: Workbench, action: str):
        super().__init__(window)
        self._full = False
        self._chosen: bool | None = None
        self._action = window.actions_by_name[action]
        self._action.triggered.connect(self.show_it)
        window.menu("view").addAction(self._action)
        window.strip.pins.listen(self.read)

    @property
    def hidden_for_a_guess(self) -> bool:
        """Whether it would tell what a pin on the strip is asked for."""
        return self.window.strip.pins.hiding

    @property
    def shown(self) -> bool:
        """Whether the strip tells it."""
        if self.hidden_for_a_guess:
            return False
        if self._chosen is not None:
            return self._chosen
        return self._full or self.fellow(Discovery).made

    @property
    def switched_off(self) -> bool:
        """Whether somebody chose not to see it."""
        return self._chosen is False and not self.hidden_for_a_guess

    def show_it(self, on: bool) -> None:
        """Show it, or hide it, whatever the layout."""
        self._chosen = on
        self.read()

    def set_full(self, full: bool) -> None:
        self._full = full

    def read(self) -> None:
        self._action.setChecked(self.shown)
