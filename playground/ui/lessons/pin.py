"""The pin that a step of a lesson asks for, a guess at an α on the strip; and what its questions hide."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from playground.ui.frame.feature import Feature

if TYPE_CHECKING:
    from playground.lessons.format import Prediction


class LessonPin:
    """The request for a pin on the strip, with everything hidden that would give away an answer.

    Every question hides it; only one that is answered by a pin keeps the strip from a guess of one's own.
    taken is called with the α of the pin, when the answer is shown again.
    """

    def __init__(self, lessons: Feature, taken: Callable[[float], None]):
        self._taken = taken
        self._strip = lessons.window.strip
        self._asking = False
        self._strip.guessed.connect(self._take)

    def hide_answer(self, prediction: Prediction | None) -> None:
        """Hide what would answer a question on the same screen; None: restore everything."""
        self._strip.release_pin(self)
        if prediction is None:
            return
        if prediction.kind == "pin":
            self._strip.request_pin(self)
        elif not self._strip.pins.hiding:
            # A guess of one's own that is asked for hides the same, and is not ended.
            self._strip.request_pin(self, self._give_way)

    def withhold_lookahead(self, on: bool) -> None:
        """Hide the look-ahead while a goal asks for what it would answer."""
        if on != self._strip.marks.lookahead_withheld:
            self._strip.mark(lookahead_withheld=on)

    def _give_way(self) -> None:
        self._strip.release_pin(self)

    def ask(self) -> None:
        """Let the next click on the slider set the pin, or its arrow keys and Enter."""
        self._asking = True
        self._strip.ask_for_guess(True)
        self._strip.take_focus()

    def end(self) -> None:
        """Stop asking."""
        if self._asking:
            self._asking = False
            self._strip.ask_for_guess(False)

    def _take(self, rate: float) -> None:
        if self._asking:
            self.end()
            self.hide_answer(None)
            self._taken(rate)
