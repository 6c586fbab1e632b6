"""A student's progress in the course, saved between two starts of the window."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from playground.lessons.beginning import beginning_of

if TYPE_CHECKING:
    from playground.lessons.format import Lesson
    from playground.ui.frame.preferences import Preferences

THROUGH, DONE, SCORES = "lessons/progress", "lessons/done", "lessons/scores"
LONGEST = 200_000
MOST_DIGITS = 6


class LessonProgress:
    """The number of steps gone through, and the set of steps done, of each lesson.

    A step is done when its goal was reached, or its question answered, or, where it has neither, when it was
    gone through. Steps that were skipped or shown count as gone through.
    """

    def __init__(self, preferences: Preferences):
        self._preferences = preferences

    @property
    def begun(self) -> bool:
        """Whether there is a lesson to go on with."""
        return bool(self._entries(THROUGH) or self._entries(DONE))

    def through(self, lesson: Lesson) -> int:
        """Return the number of steps of the lesson, from its first, that were gone through."""
        return min(_number(self._entries(THROUGH).get(lesson.name, "")) or 0, len(lesson.steps))

    def done(self, lesson: Lesson) -> frozenset[int]:
        """Return the steps of the lesson, from 0, that were done."""
        numbers = self._entries(DONE).get(lesson.name, "").split()
        indices = {_number(text) for text in numbers}
        return frozenset(index for index in range(len(lesson.steps)) if index in indices)

    def ended(self, lesson: Lesson) -> bool:
        """Return whether nothing of the lesson is left: it was gone through, or every step of it is done."""
        count = len(lesson.steps)
        return self.through(lesson) >= count or len(self.done(lesson)) == count

    def resumed_at(self, lesson: Lesson) -> int:
        """Return the step at which the lesson goes on: 0 where it was not begun, or nothing of it is left.

        It is the last step, up to the first that was not gone through, that sets its run up by itself.
        """
        if self.ended(lesson):
            return 0
        through = self.through(lesson)
        own = [at for at in range(through + 1) if _stands_alone(lesson, at)]
        return own[-1] if own else 0

    def leave_behind(self, lesson: Lesson, index: int) -> None:
        """Note that the student goes on from this step."""
        self._write(THROUGH, lesson, str(max(index + 1, self.through(lesson))))
        step = lesson.steps[index]
        if step.goal is None and step.prediction is None:
            self.do(lesson, index)

    def do(self, lesson: Lesson, index: int) -> None:
        """Note that this step is done."""
        self._write(DONE, lesson, " ".join(str(number) for number in sorted({*self.done(lesson), index})))

    def best(self, lesson: Lesson, index: int) -> int | None:
        """Return the best score of a step that keeps one, in steps of a run; None where there is none."""
        return self._scores(lesson).get(index)

    def keep_score(self, lesson: Lesson, index: int, steps: int) -> None:
        """Keep a score, where it is better than the one that is kept."""
        scores = self._scores(lesson)
        if steps < scores.get(index, steps + 1):
            scores[index] = steps
            self._write(SCORES, lesson, " ".join(f"{at}:{score}" for at, score in sorted(scores.items())))

    def _scores(self, lesson: Lesson) -> dict[int, int]:
        pairs = [text.partition(":") for text in self._entries(SCORES).get(lesson.name, "").split()]
        numbers = [(_number(at), _number(score)) for at, _, score in pairs]
        return {at: score for at, score in numbers if at is not None and score is not None}

    def next_of(self, lessons: Sequence[Lesson], start: int = 0) -> int | None:
        """Return the lesson to go on with.

        It is the first from this one on of which something is left, or one before it.
        """
        order = [*range(start, len(lessons)), *range(start)]
        left = (number for number in order if not self.ended(lessons[number]))
        return next(left, None)

    def _entries(self, key: str) -> dict[str, str]:
        pairs = (
            entry.partition("=")
            for entry in self._preferences.text(key, "", LONGEST).split(";")
            if "=" in entry
        )
        return {unquote(name): value for name, _, value in pairs}

    def _write(self, key: str, lesson: Lesson, value: str) -> None:
        entries = {**self._entries(key), lesson.name: value}
        self._preferences.set_text(key, ";".join(f"{_quoted(name)}={text}" for name, text in entries.items()))


def _stands_alone(lesson: Lesson, index: int) -> bool:
    """Return whether a step can be set up without the ones before."""
    step = lesson.steps[index]
    own = step.experiment is not None or "expression" in step.view
    return own or beginning_of(lesson.steps, index) is not None


def _quoted(name: str) -> str:
    """Return a file's name without the signs that separate two names; every other sign stays."""
    return "".join(quote(sign, safe="") if sign in "%;=" else sign for sign in name)


def _number(text: str) -> int | None:
    """Return a number of steps; Python refuses to read one of thousands of digits."""
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else None
