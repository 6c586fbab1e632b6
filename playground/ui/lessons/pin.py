"""The pin that a step of a lesson asks for: a guess at an α, set on the strip."""

from __future__ import annotations

from collections.abc import Callable

from playground.ui.frame.feature import Feature


class LessonPin:
    """The request for a pin on the strip, with everything hidden that would give away the answer.

    taken is called with the α of the pin, when the answer is shown again.
    """

    def __init__(self, lessons: Feature, taken: Callable[[float], None]):
        self._taken = taken
        self._strip = lessons.window.strip
        self._asking = False
        self._hiding = False
        self._strip.guessed.connect(self._take)

    def hide_answer(self, on: bool) -> None:
        """Hide the answer to a pin on the strip; off: restore everything."""
        if on == self._hiding:
            return
        self._hiding = on
        if on:
            self._strip.request_pin(self)
        else:
            self._strip.release_pin(self)

    def ask(self) -> None:
        """Let the next click on the slider set the pin."""
        self._asking = True
        self._strip.ask_for_guess(True)

    def end(self) -> None:
        """Stop asking."""
        if self._asking:
            self._asking = False
            self._strip.ask_for_guess(False)

    def _take(self, rate: float) -> None:
        if self._asking:
            self.end()
            self.hide_answer(False)
            self._taken(rate)
