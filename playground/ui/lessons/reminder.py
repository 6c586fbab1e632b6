"""What a step of a lesson asks for, on the page of the experiment while the lesson is behind it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from playground.lessons.parts import parts_in, plain_words
from playground.ui.style import set_role
from playground.ui.widgets.plain_label import Paragraph, PlainLabel

if TYPE_CHECKING:
    from playground.lessons.format import LessonStep

ON_THE_PAGE = "experiment"
"""The part whose name a paragraph has that asks for something on the page of the experiment."""


def sentence_of(step: LessonStep, goal: str = "") -> str:
    """Return what a step asks for: where its text names the page of the experiment, what it says there.

    goal: the goal in words. Without either it is the question, or else the title of the step.
    """
    paragraphs = re.split(r"\n\s*\n", step.text)
    asked = [plain_words(part) for part in paragraphs if ON_THE_PAGE in parts_in(part)]
    if asked:
        return " ".join(asked)
    if goal:
        return f"Goal: {goal}"
    return plain_words(step.prediction.question if step.prediction is not None else step.title)


class Reminder(QFrame):
    """A sentence below the tab that leads back to the page of the lesson; hidden without a sentence."""

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        set_role(self, "reminder")
        self.setObjectName("lesson_reminder")
        self.setAccessibleName("What the lesson asks for")
        self.label, self.tick = Paragraph(), PlainLabel("✓")
        self.tick.setAccessibleName("Reached")
        self.tick.setToolTip("Reached")
        # Its room is kept, so that no line is broken elsewhere, and no box in use below moves, once it comes.
        keeps_room = self.tick.sizePolicy()
        keeps_room.setRetainSizeWhenHidden(True)
        self.tick.setSizePolicy(keeps_room)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 3)
        row.addWidget(self.label, 1)
        row.addWidget(self.tick, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    def say(self, sentence: str, reached: bool = False) -> None:
        """Show a sentence, and whether what it asks for is reached; an empty one hides it all."""
        if sentence != self.label.text():
            self.label.setText(sentence)
        if reached == self.tick.isHidden():
            self.tick.setVisible(reached)
        self.setVisible(bool(sentence))
