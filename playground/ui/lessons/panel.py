"""The lesson panel: the course, and one step of a lesson at a time."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl, Signal, SignalInstance
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QTextBlockFormat, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QButtonGroup,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from playground.drawing.kit.theme import DARK, Theme
from playground.lessons.beginning import beginning_of
from playground.lessons.parts import SCHEME, with_links
from playground.number_reader import NumberError, read_number
from playground.numerals import ALL_DIGITS, LIMIT_DIGITS, number_text
from playground.ui.lessons.cards import LessonCards, words_of_cards
from playground.ui.lessons.step_scroll import StepScroll
from playground.ui.lessons.text import ENTER_KEYS, LessonText
from playground.ui.style import set_role
from playground.ui.widgets.card import Card
from playground.ui.widgets.plain_label import Paragraph, RichParagraph

if TYPE_CHECKING:
    from playground.lessons.format import Lesson, LessonStep, Prediction
    from playground.ui.lessons.progress import LessonProgress

TOPIC_NAMES: Mapping[str, tuple[str, str]] = {
    "forward": ("Forward propagation", "from x through the layers to ŷ"),
    "loss": ("Loss", "one number that says how wrong ŷ is"),
    "backward": ("Backward propagation", "∂J/∂W of every layer, from the output back"),
    "chain_rule": ("Chain rule", "local derivatives, multiplied along the way"),
    "optimisation": ("Optimisation", "θ := θ − α·∂J/∂θ"),
    "activation": ("Activation functions", "sigmoid, tanh, relu"),
}
"""The rows of the lecture's summary table."""
LESSON_LINK = re.compile("lesson:([0-9]{1,4})")
SHOWN = "It was shown: the course ticks what you reach by yourself."
TICK = "✓ done: every goal is reached and every question answered."
ALL_THROUGH = "All lessons are gone through."
ARROWS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right)
SUMMARY = "The lecture at a glance"
MOST_LINES = 3
"""Of the title of a lesson."""


class LessonPanel(Card):
    """The course as cards and as the lecture's summary table, or a step with its goal or question.

    Text, question and answer are scrolled together. The buttons are above them, where they keep their places
    from step to step; the goal, and the button of a guess, are below.
    The panel only shows and asks; its signals announce what a step needs.
    """

    lesson_chosen = Signal(int)
    step_chosen = Signal(int)
    guessed = Signal(float)
    pin_requested = Signal()
    hands_requested = Signal()
    """The hall has to answer, by a show of hands."""
    shown_how = Signal()
    part_pointed = Signal(str)
    """The pointer, or the focus, is on the name of a part of the window; empty: on none any more."""
    part_chosen = Signal(str)
    """The name of a part was clicked, or Enter was pressed on it."""
    part_entered = Signal(str)
    """Enter was pressed on the name of a part."""
    begin_again = Signal()
    step_shown = Signal()
    """Another step, or the course, has taken the place of the one before."""

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None, in_hall: bool = False):
        """Create it. in_hall: for a presentation, where hands can be counted."""
        super().__init__("Lessons", parent=parent)
        self._theme = theme
        self._in_hall = in_hall
        self.schedule = "constant"
        self.of_formula = False
        """The schedule of the run that a goal is about, and whether that is one on a formula."""
        # The number of the step stays readable; the title takes more lines, or is shortened word by word.
        self.subtitle_label.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Preferred)
        self.text = LessonText()
        self.text.setOpenLinks(False)
        self.text.anchorClicked.connect(self._link)
        self.text.entered.connect(self._enter)
        self.text.highlighted.connect(self._point)
        self.text.setAccessibleName("Text of the lesson")
        set_role(self.text, "lesson")
        self.cards = LessonCards()
        self.cards.chosen.connect(self.lesson_chosen)
        self.problem_label = Paragraph()
        self.step_scroll = StepScroll()
        self.text.link_reached.connect(lambda line: self.step_scroll.see_part(self.text, line))
        self.goal_label = RichParagraph()
        self.answer_label = RichParagraph()
        self.extra = QVBoxLayout()
        self._question = QWidget()
        self._question_column = QVBoxLayout(self._question)
        self._question_column.setContentsMargins(0, 0, 0, 0)
        self._question_column.setSpacing(2)
        self._choices = QButtonGroup(self)
        self.entry = QLineEdit(self._question)
        self.entry.setAccessibleName("Your prediction")
        self.entry.returnPressed.connect(self._guess)
        self.guess_button = _button("That is my guess", self._guess)
        self.hands_button = _button("Show of hands", self.hands_requested.emit)
        self.hands_button.setToolTip("Count the hands of a hall for each answer (Ctrl+H)")
        self.hint_button = _button("Hint", self._hint)
        self.show_button = _button("Show me", self.shown_how.emit)
        self.again_button = _button("Again", self.begin_again.emit)
        self._helps = QWidget()
        self.course_button = _button("Course", lambda: self.lesson_chosen.emit(-1))
        self.again_button.setToolTip("Bring run and window back to where this step begins")
        self.show_button.setToolTip("Do what the step asks, before your eyes")
        self.back_button = _button("Back", lambda: self.step_chosen.emit(-1))
        self.next_button = _button("Next", lambda: self.step_chosen.emit(1))
        self._hint_text = self._goal_words = self._reading = ""
        self._markdown = ""
        self._goal_shown: tuple[LessonStep, bool, bool, bool] | None = None
        """What set_reached was given last."""
        self._guess_shown: float | None = None
        """The guess whose answer stands under the question; None where it is another sentence."""
        self._prediction: Prediction | None = None
        self._arrange()

    def _arrange(self) -> None:
        self.set_body(self.step_scroll)
        self.step_scroll.add(self.problem_label, self.cards, self.text)
        self.step_scroll.column.addLayout(self.extra)
        self.step_scroll.add(self._question, self.answer_label)
        self.step_scroll.column.addStretch(1)
        self.body.addWidget(self.goal_label)
        guess = QHBoxLayout()
        guess.addWidget(self.guess_button, 1)
        guess.addWidget(self.hands_button, 1)
        self.body.addLayout(guess)
        helps = QHBoxLayout(self._helps)
        helps.setContentsMargins(0, 0, 0, 0)
        for button in (self.again_button, self.hint_button, self.show_button):
            # Where a step has one of them less, the others stay where they are.
            keeps_room = button.sizePolicy()
            keeps_room.setRetainSizeWhenHidden(True)
            button.setSizePolicy(keeps_room)
            helps.addWidget(button)
        helps.addStretch(1)
        walk = QHBoxLayout()
        walk.addWidget(self.course_button)
        walk.addStretch(1)
        walk.addWidget(self.back_button)
        walk.addWidget(self.next_button)
        # Above the text: the height of the page changes from step to step, its upper edge stays.
        self.body.insertLayout(0, walk)
        self.body.insertWidget(1, self._helps)

    @property
    def presses(self) -> dict[str, QPushButton]:
        """The buttons of a step that have a command of their own, by its name."""
        return {
            "next": self.next_button,
            "back": self.back_button,
            "again": self.again_button,
            "hint": self.hint_button,
            "show": self.show_button,
        }

    @property
    def choice_buttons(self) -> list[QAbstractButton]:
        """The buttons of the answers to choose from, in their order."""
        return self._choices.buttons()

    def press_in(self, other: LessonPanel) -> None:
        """Forward presses of this panel's buttons to the other panel."""
        for here, there in zip(self._presses(), other._presses(), strict=True):
            here.connect(there)

    def _presses(self) -> tuple[SignalInstance, ...]:
        walking = self.lesson_chosen, self.step_chosen, self.shown_how, self.begin_again
        parts = self.part_pointed, self.part_chosen, self.part_entered
        return *walking, *parts, self.guessed, self.pin_requested, self.hands_requested

    def show_course(
        self, lessons: Sequence[Lesson], progress: LessonProgress, problems: Sequence[str], start: int = 0
    ) -> None:
        """Show a card for each lesson in their order, and the lecture's summary table below them.

        start: the number of the lesson that was left just now.
        """
        self.text.folder = None
        self.set_title("Lessons")
        self.set_subtitle("the course")
        # Read when the course is opened: the window starts without it.
        from playground.lessons.format import numbers_of
        from playground.ui.lessons.card_picture import picture_of

        numbers = numbers_of(lessons)
        pictures = [picture_of(lesson) for lesson in lessons]
        self.cards.show_cards(words_of_cards(lessons, numbers, progress, start), pictures)
        self.problem_label.setText("\n".join(problems))
        self.ask(None)
        self.write("\n\n".join(_summary(lessons, numbers, progress)))
        for widget in (self.goal_label, self.answer_label, self._helps, *self._buttons):
            widget.hide()
        self._show_course_parts(True)
        if self.cards.coming is not None:
            self.step_scroll.see_first(self.cards.coming)
        else:
            self.step_scroll.to_top()
        self.step_shown.emit()

    @property
    def _buttons(self) -> tuple[QPushButton, ...]:
        """The buttons of a step."""
        helps = self.again_button, self.hint_button, self.show_button
        return *helps, self.course_button, self.back_button, self.next_button

    def _show_course_parts(self, on: bool) -> None:
        self.cards.setVisible(on)
        self.problem_label.setVisible(on and bool(self.problem_label.text()))

    def show_step(self, lesson: Lesson, index: int, reached: bool) -> None:
        """Show one step of a lesson. reached: whether its goal was reached before."""
        step = lesson.steps[index]
        self.text.folder = lesson.folder
        self.set_title(lesson.title)
        words = lesson.title.split()
        beginnings = [" ".join(words[:number]) for number in range(len(words) - 1, 0, -1)]
        lines = [in_lines(lesson.title, count) for count in range(2, min(len(words), MOST_LINES) + 1)]
        self.title_label.set_texts(lesson.title, *lines, *(f"{words.rstrip(',:')} …" for words in beginnings))
        self.set_subtitle(f"step {index + 1} of {len(lesson.steps)}")
        self._show_course_parts(False)
        self.write(f"### {step.title}\n\n{with_links(step.text)}")
        self._hint_text = step.hint
        self.hint_button.setVisible(bool(step.hint))
        self.show_button.setVisible(bool(step.solution))
        own = step.experiment is not None or "expression" in step.view
        begins = own or beginning_of(lesson.steps, index) is not None
        self.again_button.setVisible(begins)
        self._helps.setVisible(begins or bool(step.hint or step.solution))
        self.course_button.show()
        self.back_button.setVisible(index > 0)
        self.next_button.show()
        self._name_next(index + 1 < len(lesson.steps))
        self.answer_label.hide()
        self._show_goal(step, reached)
        self.ask(step.prediction)
        self.step_scroll.to_top()
        self.step_shown.emit()

    def _name_next(self, more: bool) -> None:
        """Name the button that goes on; it is as wide with either name, and keeps its place."""
        wide = 0
        for text in ("Next", "Done") if not more else ("Done", "Next"):
            self.next_button.setText(text)
            wide = max(wide, self.next_button.sizeHint().width())
        self.next_button.setMinimumWidth(wide)

    def take_focus(self) -> None:
        """Set the focus where the question is answered, where the step is read, or on the lesson to take."""
        place: QWidget = self.text
        if not self.cards.isHidden():
            place = self.cards.coming or self.text
        elif self._prediction is not None and self.guess_button.isEnabled():
            first = [*self.choice_buttons[:1], self.guess_button][0]
            place = self.entry if self._prediction.kind == "number" else first
        place.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.step_scroll.see_control(place)

    def _show_goal(self, step: LessonStep, reached: bool) -> None:
        self.goal_label.setVisible(step.goal is not None)
        self._reading, self._goal_shown = "", None
        if step.goal is not None:
            self.set_reached(step, reached)

    def set_reached(self, step: LessonStep, reached: bool, missed: bool = False, shown: bool = False) -> None:
        """Show whether the goal is reached, and whether that was shown; or that it was missed this time."""
        assert step.goal is not None
        self._goal_shown = step, reached, missed, shown
        colour = self._theme.green if reached else self._theme.amber if missed else self._theme.text
        word = "Reached: " if reached else "Missed this time: " if missed else "Goal: "
        remark = f" <i>{SHOWN}</i>" if reached and shown else ""
        sentence = step.goal.sentence_under(self.schedule, self.of_formula)
        # "Reached: Reach J below …" would say it twice.
        sentence = escape(reached_words(sentence) if reached else sentence)
        self._goal_words = f"<span style='color:{colour}'><b>{word}</b></span>{sentence}{remark}"
        self.show_reading(self._reading)
        if missed and self._hint_text and self.answer_label.isHidden():
            self._hint()

    def show_reading(self, reading: str) -> None:
        """Show the number that the goal goes by, as it is now, below the goal."""
        self._reading = reading
        text = f"{self._goal_words}<br>Now: {escape(reading)}" if reading else self._goal_words
        if text != self.goal_label.text():
            self.goal_label.setText(text)

    def ask(self, prediction: Prediction | None) -> None:
        """Show a question to answer before the step is taken; None: there is none."""
        self._prediction = prediction
        self._question.setVisible(prediction is not None)
        self.guess_button.setVisible(prediction is not None)
        self.hands_button.setVisible(self._in_hall and prediction is not None and prediction.kind == "choice")
        while (item := self._question_column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None and widget is not self.entry:
                widget.hide()
                widget.deleteLater()
        if prediction is None:
            return
        question = RichParagraph(f"<b>First guess:</b> {escape(prediction.question)}")
        self._question_column.addWidget(question)
        self._choices.deleteLater()
        self._choices = QButtonGroup(self)
        for number, choice in enumerate(prediction.choices):
            row = _Choice("ABCDEFGH"[number], choice)
            self._choices.addButton(row.button, number)
            row.button.entered.connect(self._enter_choice)
            self._question_column.addWidget(row)
        self.entry.clear()
        self.entry.setVisible(prediction.kind == "number")
        self._question_column.addWidget(self.entry)
        self.guess_button.setText("Pin it on the strip" if prediction.kind == "pin" else "That is my guess")
        self.guess_button.setEnabled(True)
        self._order_keys()

    def focusNextPrevChild(self, forward: bool) -> bool:
        # Sliders come and go with the run; what is made later would stand at the end of the window's order.
        self._order_keys()
        return super().focusNextPrevChild(forward)

    def _order_keys(self) -> None:
        """Let Tab go to the question first, then to the text, the sliders below it and the buttons."""
        row = [*self.choice_buttons, self.entry, self.guess_button, self.hands_button, self.text]
        for index in range(self.extra.count()):
            item = self.extra.itemAt(index)
            if item is not None and (widget := item.widget()) is not None:
                row += self._stops_in(widget)
        row += [*self._buttons]
        for before, after in pairwise(row):
            QWidget.setTabOrder(before, after)

    @staticmethod
    def _stops_in(widget: QWidget) -> list[QWidget]:
        """Return the controls in a widget that Tab stops at, in the order in which they were made."""
        return [
            child
            for child in widget.findChildren(QWidget)
            if child.focusPolicy() & Qt.FocusPolicy.TabFocus and child.focusProxy() is None
        ]

    def _guess(self) -> None:
        prediction = self._prediction
        if prediction is None:
            return
        if prediction.kind == "pin":
            self.say(
                "Click on the strip where you think it is, or go there with the arrow keys and press Enter."
            )
            self.pin_requested.emit()
        elif prediction.kind == "choice":
            if self._choices.checkedId() < 0:
                self.say("Choose one first.")
                self.step_scroll.see(self._question)
            else:
                self.guessed.emit(float(self._choices.checkedId()))
        else:
            try:
                guess = read_number(self.entry.text())
            except NumberError as error:
                self.say(escape(f"The prediction {error}"))
            else:
                self.guessed.emit(guess)

    def _enter_choice(self) -> None:
        if self.guess_button.isEnabled():
            self._guess()

    def show_answer(self, guess: float) -> None:
        """Show the answer beside the guess."""
        prediction = self._prediction
        if prediction is None:
            return
        self.say(self._verdict(prediction, guess))
        self._guess_shown = guess
        if self._question.isAncestorOf(self.focusWidget() or self):
            self.text.setFocus()
        self.guess_button.setEnabled(False)

    def _verdict(self, prediction: Prediction, guess: float) -> str:
        """Return whether a guess was right, and the answer, in HTML."""
        right = prediction.right(guess)
        if prediction.kind == "choice":
            guessed, truth = (f"{'ABCDEFGH'[int(number)]}" for number in (guess, prediction.answer))
        else:
            # A pin is on the strip, which says its limit with as many digits.
            digits = LIMIT_DIGITS if prediction.kind == "pin" else 4
            guessed, truth = number_text(guess, digits), number_text(prediction.answer, digits)
        colour = self._theme.green if right else self._theme.amber
        verdict = "Right" if right else "Not quite"
        return (
            f"<span style='color:{colour}'><b>{verdict}.</b></span> Your guess: {guessed}; "
            f"the answer: <b>{truth}</b>. {escape(prediction.explanation)}"
        )

    def show_guess(self, guess: float) -> None:
        """Show a question that was answered before, with the guess and the answer."""
        prediction = self._prediction
        if prediction is None:
            return
        if prediction.kind == "choice":
            self._choices.button(int(guess)).setChecked(True)
        elif prediction.kind == "number":
            self.entry.setText(number_text(guess, ALL_DIGITS))
        self.show_answer(guess)
        self.step_scroll.to_top()

    def say(self, text: str) -> None:
        """Show a sentence under the text, in HTML."""
        self._guess_shown = None
        self.answer_label.setText(text)
        self.answer_label.show()
        self.step_scroll.see(self.answer_label)

    def _hint(self) -> None:
        self.say(f"<i>Hint:</i> {escape(self._hint_text)}")

    def _point(self, url: QUrl) -> None:
        self.part_pointed.emit(url.path() if url.scheme() == SCHEME else "")

    def _link(self, url: QUrl) -> None:
        if url.scheme() == SCHEME:
            self.part_chosen.emit(url.path())
            return
        number = LESSON_LINK.fullmatch(url.toString())
        if number is not None:
            self.lesson_chosen.emit(int(number[1]))
        elif url.scheme() == "lesson":
            self.say("This link leads to no lesson.")

    def _enter(self, url: QUrl) -> None:
        if url.scheme() == SCHEME:
            self.part_entered.emit(url.path())

    def restyle(self, theme: Theme) -> None:
        self._theme = theme
        self.write(self._markdown)
        if self._goal_shown is not None:
            self.set_reached(*self._goal_shown)
        if self._prediction is not None and self._guess_shown is not None:
            self.answer_label.setText(self._verdict(self._prediction, self._guess_shown))

    def write(self, markdown: str) -> None:
        """Set the text. Links are underlined text, since blue is a class."""
        self._markdown = markdown
        self.text.setMarkdown(markdown)
        cursor = self.text.textCursor()
        cursor.movePosition(QTextCursor.MoveOperation.Start)
        # One change: otherwise everything is laid out again after each block.
        cursor.beginEditBlock()
        block = self.text.document().begin()
        spaced = QTextBlockFormat()
        spaced.setBottomMargin(0.5 * self.fontMetrics().height())
        while block.isValid():
            cursor.setPosition(block.position())
            cursor.mergeBlockFormat(spaced)
            iterator = block.begin()
            while not iterator.atEnd():
                fragment = iterator.fragment()
                if fragment.charFormat().isAnchor():
                    cursor.setPosition(fragment.position())
                    cursor.setPosition(
                        fragment.position() + fragment.length(), QTextCursor.MoveMode.KeepAnchor
                    )
                    colour = QTextCharFormat()
                    colour.setForeground(QColor(self._theme.text))
                    if fragment.charFormat().anchorHref().startswith(f"{SCHEME}:"):
                        colour.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DashUnderline)
                    else:
                        colour.setFontUnderline(True)
                    cursor.mergeCharFormat(colour)
                iterator += 1
            block = block.next()
        cursor.endEditBlock()
        self.text.moveCursor(QTextCursor.MoveOperation.Start)


class _ChoiceButton(QRadioButton):
    """A radio button whose arrow keys choose, also as long as nothing is chosen; Enter answers with it."""

    entered = Signal()
    """Enter was pressed on the chosen one."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ENTER_KEYS and self.isChecked():
            self.entered.emit()
            return
        super().keyPressEvent(event)
        group, now = self.group(), QApplication.focusWidget()
        if event.key() not in ARROWS or not isinstance(now, QRadioButton):
            return
        if now is not self and now.group() is group and not now.isChecked():
            now.click()


def in_lines(text: str, count: int) -> str:
    """Return a text broken between words into so many lines, the longest of them as short as it can be."""
    words = text.split()
    best: tuple[int, str] | None = None
    for breaks in combinations(range(1, len(words)), count - 1):
        ends = pairwise((0, *breaks, len(words)))
        lines = [" ".join(words[first:last]) for first, last in ends]
        longest = max(len(line) for line in lines)
        if best is None or longest < best[0]:
            best = longest, "\n".join(lines)
    return text if best is None else best[1]


def reached_words(sentence: str) -> str:
    """Return the sentence of a goal after the word "Reached:"."""
    rest = sentence.removeprefix("Reach ")
    return sentence if rest == sentence else rest[:1].upper() + rest[1:]


class _Choice(QWidget):
    """A choice with its letter; a long one takes several lines."""

    def __init__(self, letter: str, choice: str):
        super().__init__()
        self.button = _ChoiceButton(letter)
        self.button.setAccessibleName(f"{letter}: {choice}")
        words = Paragraph(choice)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 2, 0, 2)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(words, 1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.button.click()


def _button(text: str, act: object) -> QPushButton:
    button = QPushButton(text)
    button.clicked.connect(lambda _checked=False: act())  # type: ignore[operator]
    # A click does not move the focus: the Space that follows must run the network, not press the button.
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    set_role(button, "")
    return button


def _summary(lessons: Sequence[Lesson], numbers: Sequence[int], progress: LessonProgress) -> list[str]:
    """Return the lecture's summary table, each row with links to its lessons; nothing without lessons."""
    if not lessons:
        return []
    rows = [] if progress.next_of(lessons) is not None else [ALL_THROUGH]
    rows += [TICK] if progress.begun else []
    rows.append(f"### {SUMMARY}")
    for topic, (name, saying) in TOPIC_NAMES.items():
        entries = [
            f"[{numbers[place]} · {lesson.title}](lesson:{place})"
            for place, lesson in enumerate(lessons)
            if lesson.topic == topic
        ]
        if entries:
            rows.append(f"**{name}**: {saying}  \n" + "  \n".join(entries))
    return rows
