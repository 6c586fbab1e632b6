"""The layout that a lesson needs, until the lesson is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playground.ui.frame.workbench import Workbench


class LessonLayout:
    """The user's own layout during a lesson. A choice of the user meanwhile replaces it."""

    def __init__(self, window: Workbench):
        self._window = window
        self._own: bool | None = None
        self._asked = False
        for name in ("simple", "full"):
            window.actions_by_name[name].triggered.connect(self._drop_own)

    @property
    def _full(self) -> bool:
        return self._window.preferences.layout == "full"

    def ask_for(self, full: bool) -> None:
        """Show the full layout, or the simple one, as long as the lesson lasts."""
        if self._own is None or self._full != self._asked:
            self._own = self._full
        self._asked = full
        self._window.set_full(full)

    def give_back(self) -> None:
        """Restore the user's layout: the lesson is left."""
        own, self._own = self._own, None
        if own is not None and self._full == self._asked != own:
            self._window.set_full(own)

    def _drop_own(self) -> None:
        self._own = None
