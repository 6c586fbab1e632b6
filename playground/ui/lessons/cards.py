"""The course as a list of cards, one for each lesson in its order."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from playground.lessons.goals import FewestSteps
from playground.numerals import count_text
from playground.ui.style import set_role
from playground.ui.widgets.plain_label import Paragraph, PlainLabel

if TYPE_CHECKING:
    from playground.lessons.format import Lesson
    from playground.ui.lessons.progress import LessonProgress


class CardWords(NamedTuple):
    """The words on the card of a lesson."""

    number: int
    title: str
    summary: str
    state: str
    now: str
    """Where this is the lesson to take now: what it is to do; else empty."""


def words_of_cards(
    lessons: Sequence[Lesson], numbers: Sequence[int], progress: LessonProgress, start: int
) -> list[CardWords]:
    """Return the words of all cards. start: the place of the lesson that was left just now."""
    coming = progress.next_of(lessons, start)
    cards = []
    for place, (lesson, number) in enumerate(zip(lessons, numbers, strict=True)):
        now = ""
        if place == coming:
            step = progress.resumed_at(lesson)
            now = f"Go on here, at step {step + 1}." if step else "Go on here." if progress.begun else ""
            now = now or "Begin here."
        state = " · ".join(text for text in (state_of(lesson, progress), best_of(lesson, progress)) if text)
        cards.append(CardWords(number, lesson.title, lesson.summary, state, now))
    return cards


def state_of(lesson: Lesson, progress: LessonProgress) -> str:
    """Return what is done of a lesson, in words; empty where nothing is."""
    through, done, count = progress.through(lesson), len(progress.done(lesson)), len(lesson.steps)
    if done == count:
        return "✓ done"
    if through == count:
        return f"gone through, {done} of {count} steps done"
    return f"{through} of {count} steps gone through" if through else ""


def best_of(lesson: Lesson, progress: LessonProgress) -> str:
    """Return the best scores of a lesson, in words; empty where there is none."""
    scores = [
        f"{count_text(best)} steps {'with one α' if step.goal.one_rate else 'with changes of α'}"
        for index, step in enumerate(lesson.steps)
        if isinstance(step.goal, FewestSteps) and (best := progress.best(lesson, index)) is not None
    ]
    return f"best: {', '.join(scores)}" if scores else ""


class LessonCard(QPushButton):
    """One lesson: number and title, one line about it, a small picture, what is done.

    A press takes the lesson.
    """

    moved_on = Signal(int)
    """An arrow key was pressed: to the next card (1), or the one before (−1)."""
    moved_to_end = Signal(bool)
    """End was pressed, or Home: to the last card (True), or the first."""

    def __init__(self, words: CardWords, picture: Path | None = None):
        super().__init__()
        self.words = words
        set_role(self, "lesson-card")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        said = ". ".join(part.rstrip(".") for part in words[1:] if part)
        self.setAccessibleName(f"Lesson {words.number}: {said}")
        number = PlainLabel(str(words.number))
        set_role(number, "title")
        number.setMinimumWidth(self.fontMetrics().horizontalAdvance("00"))
        number.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight)
        column = QVBoxLayout()
        column.setSpacing(1)
        lines = (
            (words.title, "title"),
            (words.summary, None),
            (words.state, "dim"),
            (words.now, "title"),
        )
        for text, role in lines:
            if text:
                column.addWidget(Paragraph(text, role))
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(8, 6, 8, 6)
        row.setSpacing(8)
        row.addWidget(number)
        row.addLayout(column, 1)
        if picture is not None:
            from playground.ui.lessons.card_picture import CardPicture

            row.addWidget(CardPicture(picture), 0, Qt.AlignmentFlag.AlignVCenter)
        for label in self.findChildren(PlainLabel):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        ways = {Qt.Key.Key_Up: -1, Qt.Key.Key_Left: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_Right: 1}
        way = ways.get(Qt.Key(event.key()))
        if event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.moved_to_end.emit(event.key() == Qt.Key.Key_End)
        elif way is None:
            super().keyPressEvent(event)
        else:
            self.moved_on.emit(way)

    @property
    def texts(self) -> list[str]:
        """What the card shows, line by line."""
        return [label.text() for label in self.findChildren(PlainLabel)]

    def sizeHint(self) -> QSize:
        return self._row.sizeHint()

    def minimumSizeHint(self) -> QSize:
        return self._row.minimumSize()


class LessonCards(QWidget):
    """The cards of all lessons, below each other."""

    chosen = Signal(int)
    """The place of the lesson in the course, from 0."""

    def __init__(self) -> None:
        super().__init__()
        self.cards: list[LessonCard] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)

    def show_cards(self, cards: Sequence[CardWords], pictures: Sequence[Path | None]) -> None:
        """Show these cards, each with its picture, instead of the present ones."""
        for card in self.cards:
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = []
        for place, (words, picture) in enumerate(zip(cards, pictures, strict=True)):
            card = LessonCard(words, picture)
            card.clicked.connect(lambda _=False, place=place: self.chosen.emit(place))
            card.moved_on.connect(lambda way, place=place: self._go(place + way))
            card.moved_to_end.connect(self._go_to_end)
            self._column.addWidget(card)
            self.cards.append(card)

    def _go_to_end(self, last: bool) -> None:
        self._go(len(self.cards) - 1 if last else 0)

    def _go(self, place: int) -> None:
        """Set the focus on a card; it stays where there is none."""
        if 0 <= place < len(self.cards):
            self.cards[place].setFocus(Qt.FocusReason.TabFocusReason)

    @property
    def coming(self) -> LessonCard | None:
        """The card of the lesson to take now; None where all are gone through."""
        return next((card for card in self.cards if card.words.now), None)
