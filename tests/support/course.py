"""A student who takes the course in the window, with the keys and fields that the window has."""

from __future__ import annotations

import re
from typing import Any

from PySide6.QtCore import Qt

from playground.lessons.format import LessonStep
from playground.ui.lessons.feature import LessonFeature
from playground.ui.lessons.panel import LessonPanel
from playground.ui.main_window import MainWindow
from tests.support.features import feature_of

LEFT = Qt.MouseButton.LeftButton
NUMBER = re.compile(r"[−-]?\d+(?:[\u202f ]\d{3})*(?:\.\d+)?(?:e[−-]?\d+)?")


def numbers_in(text: str) -> set[float]:
    """Return the numbers that stand in a text."""
    found = NUMBER.findall(text)
    return {float(re.sub("[\u202f ]", "", number).replace("−", "-")) for number in found}


class Course:
    """The course in a window."""

    def __init__(self, window: MainWindow, qtbot: Any):
        self.window, self._bot = window, qtbot
        self.lessons: LessonFeature = feature_of(window, LessonFeature)

    @property
    def panel(self) -> LessonPanel:
        return self.lessons.panel

    @property
    def step(self) -> LessonStep:
        step = self.lessons.step
        assert step is not None
        return step

    @property
    def reached(self) -> bool:
        """Whether the goal counts as reached, after the window has looked at what stands there now."""
        self.lessons.read()
        assert self.lessons.reached == ("Reached" in self.panel.goal_label.text())
        return self.lessons.reached

    def begin(self, name: str, number: int) -> tuple[LessonStep, ...]:
        """Open the lesson whose file begins with this name at a step (from 1); return all its steps."""
        names = [lesson.name for lesson in self.lessons.lessons]
        place = next(place for place, other in enumerate(names) if other.startswith(name))
        self.lessons.open(place)
        for _ in range(number - 1):
            self._bot.mouseClick(self.panel.next_button, LEFT)
        self.settle()
        self.window.transport.choose_speed(None)
        return self.lessons.lessons[place].steps

    def settle(self) -> None:
        """Wait until the window shows what was asked of the lab last."""
        lab = self.window.lab
        self._bot.waitUntil(lambda: lab.reached(lab.newest_instruction))
        self._bot.waitUntil(lambda: self.window.snapshot.run == lab.run_number)
        self._bot.waitUntil(lambda: self.lessons.place is None or self.lessons.place.since is not None)

    def answer(self, text: str) -> None:
        """Type a prediction and press its button."""
        self.lessons.panel.guess_button.setEnabled(True)
        self.panel.entry.setText(text)
        self._bot.mouseClick(self.panel.guess_button, LEFT)

    def choose(self, number: int) -> None:
        """Choose an answer (from 0) and press the button."""
        button = self.panel.choice_buttons[number]
        self._bot.mouseClick(button, LEFT, pos=button.rect().center())
        self._bot.mouseClick(self.panel.guess_button, LEFT)

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self._bot.keyClick(self.window, key, modifiers)

    def type_rate(self, rate: float) -> None:
        """Type an α into the box of the strip."""
        box = self.window.strip.field
        box.setFocus()
        box.selectAll()
        self._bot.keyClicks(box, f"{rate:g}")
        self._bot.keyClick(box, Qt.Key.Key_Return)
        self._bot.waitUntil(lambda: self.window.snapshot.view.settings.learning_rate == rate)

    def run(self, steps: int) -> None:
        """Run at least so many steps, as fast as they go, and pause; or until the run stops by itself."""
        window = self.window
        first = window.snapshot.view.step
        window.transport.choose_speed(None)
        self._bot.mouseClick(window.transport.run_button, LEFT)
        self._bot.waitUntil(
            lambda: (
                window.snapshot.view.step >= first + steps
                or window.snapshot.state == "diverged"
                or (bool(window.snapshot.finished) and window.snapshot.view.step > first)
            )
        )
        # A run that has stopped by itself may still be called running by a signal that is on its way.
        if window.lab.state == "running" and not window.snapshot.finished:
            self._bot.mouseClick(window.transport.run_button, LEFT)
        self._bot.waitUntil(lambda: window.snapshot.state != "running")

    def train_exactly(self, steps: int) -> None:
        """Make so many steps and no more (as Run exactly, which may ask in a dialog first)."""
        first = self.window.snapshot.view.step
        self.window.lab.run_exactly(steps)
        self._bot.waitUntil(lambda: self.window.snapshot.view.step == first + steps)
        self._bot.waitUntil(lambda: self.window.snapshot.state != "running")

    def next(self) -> None:
        """Go to the next step."""
        self._bot.mouseClick(self.panel.next_button, LEFT)
        self.settle()
        self.window.transport.choose_speed(None)

    def make_steps(self, steps: int) -> None:
        """Make so many steps, one by one (F10)."""
        first = self.window.snapshot.view.step
        for step in range(first + 1, first + steps + 1):
            self.press(Qt.Key.Key_F10)
            self._bot.waitUntil(lambda step=step: self.window.snapshot.view.step == step)

    def same_weights_again(self) -> None:
        """Start again from the same weights (Ctrl+R)."""
        run = self.window.snapshot.run
        self.window.actions_by_name["same_weights"].trigger()
        self._bot.waitUntil(lambda: self.window.snapshot.run > run)
        self.settle()
