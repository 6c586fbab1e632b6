"""Parts of the strip that are hidden in the simple layout until the first overshoot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.ui.frame.feature import Feature

if TYPE_CHECKING:
    from playground.ui.frame.workbench import Workbench


WITHHELD = "This step of the lesson hides the look-ahead: it asks for what the curve would answer."


class AfterOvershootFeature(Feature):
    """A part of the strip that is shown from the first overshoot on; a key shows or hides it any time.

    part: its name in the marks of the strip.
    """

    part = ""

    def __init__(self, window: Workbench):
        super().__init__(window)
        self._action = window.actions_by_name[f"show_{self.part}"]
        self._action.triggered.connect(self.show_it)
        window.menu("strip").addAction(self._action)
        window.strip.concealed_changed.connect(self.read)
        window.strip.reveal_requested.connect(self._reveal)

    @property
    def hidden_for_a_guess(self) -> bool:
        """Whether the part is hidden because it would give away the answer to a guess."""
        return self.window.strip.marks.concealed

    @property
    def shown(self) -> bool:
        """Whether the strip shows the part."""
        return bool(getattr(self.window.strip.marks, f"{self.part}_shown"))

    def show_it(self, on: bool) -> None:
        """Show the part, or hide it, whatever the layout."""
        self.window.strip.mark(**{f"{self.part}_chosen": on})
        self.read()
        if on and self.part == "lookahead" and self.window.strip.marks.lookahead_withheld:
            self.window.notices.say(WITHHELD)

    def _reveal(self, part: str) -> None:
        if part == self.part:
            self.show_it(True)

    def read(self) -> None:
        self._action.setChecked(self.shown)
