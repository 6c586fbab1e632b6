"""The pin that a step of a lesson asks for: a guess at an α, set on the strip."""

from __future__ import annotations

from collections.abc import Callable

from playground.ui.frame.feature import Feature


class LessonPin:
    """Lets the strip ask for a pin, and keeps from it what would tell the answer.

    taken is called with the α of the pin, when the answer is shown again.
    """

    def __init__(self, lessons: Feature, taken: Callable[[float], None]):
        self._lessons = lessons
        self._taken = taken
        self._slider = lessons.window.strip.slider
        self._asking = False
        self._hiding = False
        self._slider.guessed.connect(self._take)

    def hide_answer(self, on: bool) -> None:
        """What a pin is asked for must not stand on the strip already; afterwards all is as it was."""
        if on == self._hiding:
            return
        self._hiding = on
        pins = self._lessons.window.strip.pins
        if on:
            pins.request(self)
        else:
            pins.release(self)

    def ask(self) -> None:
        """The next click on the slider sets the pin."""
        self._asking = True
        self._slider.set_guessing(True)

    def end(self) -> None:
        """Nothing is asked for any more."""
        if self._asking:
            self._asking = False
            self._slider.set_guessing(False)

    def _take(self, rate: float) -> None:
        if self._asking:
            self.end()
            self.hide_answer(False)
            self._taken(rate)
