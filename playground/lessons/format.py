"""A lesson: a TOML file with a title and a handful of steps, texts in Markdown.

A step sets up an experiment, describes what to do and see, and has a goal that the program checks, or asks
for a prediction first. An error names the line and the field. The README describes the format.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from playground.engine.problem_of_experiment import check_start
from playground.experiment import MAX_STEPS, Experiment
from playground.experiment_checks import ExperimentError, show
from playground.files.foreign_names import shown_name
from playground.files.text import BYTE_ORDER_MARK, TextFileError, read_text
from playground.landscape.directions import PLANE_KINDS
from playground.lessons.goals import Goal, GoalError, PageSeen, make_goal
from playground.lessons.parts import PARTS, parts_in
from playground.lessons.solution import (
    SOLUTION_ACTIONS,
    Pages,
    Rehearsal,
    Sheet,
    SolutionError,
    check_expression,
    check_page,
    check_parameters,
    check_point,
    first_sheet,
    is_number,
)
from playground.number_reader import LONGEST_SHOWN, is_lost
from playground.numerals import count_text

MAX_BYTES = 1_000_000
MOST_LESSONS, MOST_BYTES_OF_LESSONS = 200, 5_000_000
"""Maximum sizes of a folder: all its lessons are read, and listed, before the course is shown."""
TOPICS = ("forward", "loss", "backward", "chain_rule", "optimisation", "activation")
"""The rows of the lecture's summary table."""
PREDICTIONS = ("choice", "number", "pin")
LAYOUTS = ("simple", "full")
DEEP_KEY = re.compile(r"""(?:(?:[\w-]{1,100}|"[^"\n]{0,100}"|'[^'\n]{0,100}')[ \t]*+\.[ \t]*+){50}""")
MOST_CHOICES = 8
LONGEST_TITLE, LONGEST_TEXT = 200, 10_000
"""Maximum numbers of characters: a text is laid out at once."""
HTML_TABLE, MOST_HTML_TABLES = re.compile(r"<\s*table", re.IGNORECASE), 8
"""Qt takes twice as long for each table in a table."""
MOST_STEPS_IN_LESSON = 200
LINK = re.compile(r"""(?:\]\(\s*<?|href\s*=\s*["']?)\s*lesson:([^)\s"'>]*)""", re.IGNORECASE)
MAX_SPEED = 1_000_000
STRIP = 1e-4, 10.0
"""The range of α for a pin; the strip extends further only for an experiment with such an α."""
LONGEST_MESSAGE = 400
NUMBER_TOO_LONG = "a number in it is too long."


class LessonError(ValueError):
    """A lesson file that cannot be read; `.line` (from 1, or None) and `.field` give the place."""

    def __init__(self, path: str, line: int | None, field_name: str, message: str):
        place = f", line {line}" if line is not None else ""
        named = f": {shown_name(field_name)}" if field_name else ""
        super().__init__(f"{shown_name(path)}{place}{named}: {shown_name(message, LONGEST_MESSAGE)}")
        self.line = line
        self.field = field_name


@dataclass(frozen=True)
class Prediction:
    """A question asked before the answer is shown.

    kind "choice": answer is the index of the right choice; "number" and "pin" (a learning rate, pinned on
    the strip): answer is the number, right within a factor `within`. run: the number of steps
    that the program makes once it is answered, so that the answer is seen.
    """

    kind: str
    question: str
    answer: float
    choices: tuple[str, ...] = ()
    within: float = 1.5
    explanation: str = ""
    run: int = 0

    def takes(self, guess: float) -> bool:
        """Return whether this can be an answer: one of the choices, or any number."""
        return self.kind != "choice" or guess in range(len(self.choices))

    def right(self, guess: float) -> bool:
        """Return whether a guess is close enough."""
        if self.kind == "choice":
            return int(guess) == int(self.answer)
        if guess <= 0 or self.answer <= 0:
            return abs(guess - self.answer) <= (self.within - 1.0) * abs(self.answer)
        return max(guess / self.answer, self.answer / guess) <= self.within


@dataclass(frozen=True)
class LessonStep:
    """One step of a lesson.

    experiment is what it begins with (None: the run goes on), view what it sets in the window (VIEW_FIELDS),
    solution the actions of "Show me": a list, each a mapping with one entry.
    """

    title: str
    text: str
    experiment: Experiment | None = None
    view: Mapping[str, Any] = field(default_factory=dict)
    goal: Goal | None = None
    hint: str = ""
    prediction: Prediction | None = None
    solution: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class Lesson:
    """A lesson of the course, or of a teacher's own."""

    name: str
    title: str
    summary: str
    topic: str
    steps: tuple[LessonStep, ...]
    folder: Path | None = None
    """The folder of its file: pictures of this folder may be in its texts."""


def numbers_of(lessons: Sequence[Lesson]) -> list[int]:
    """Return the number of each lesson: the one that its file's name begins with, or else its place from 1.

    The names count where each begins with a number of its own.
    """
    written = [re.match("[0-9]{1,4}", lesson.name) for lesson in lessons]
    numbers = [int(match[0]) for match in written if match is not None]
    if len(set(numbers)) == len(lessons):
        return numbers
    return list(range(1, len(lessons) + 1))


VIEW_FIELDS: Mapping[str, type | tuple[type, ...]] = {
    "plane": str,
    "page": str,
    "layout": str,
    "speed": (int, float, str),
    "expression": str,
    "sliders": bool,
    "follow": bool,
    "parameters": list,
    "panels": list,
    "side_by_side": list,
    "stop": int,
    "stop_above": (int, float),
    "variables": dict,
    "point": int,
}
AT_THE_LEFT = {"experiment", "lessons"}
"""The pages that keep their place beside two large ones."""
PANELS = ("data", "loss", "strip")
"""The panels that a step can clear away: those that its view.panels does not name."""


def read_lesson(path: Path, pages: Pages = None) -> Lesson:
    """Read a lesson file. pages: as in parse_lesson. Raises LessonError."""
    try:
        lesson = parse_lesson(read_text(path, MAX_BYTES), path.name, pages)
    except TextFileError as error:
        raise LessonError(path.name, None, "", str(error)) from None
    return replace(lesson, folder=path.parent)


def parse_lesson(text: str, name: str, pages: Pages = None) -> Lesson:
    """Return the lesson of a file's text. Raises LessonError, naming line and field.

    pages: the allowed names of a page; None: any.
    """
    if DEEP_KEY.search(text):
        # tomllib's time grows with the square of a key's parts.
        raise LessonError(name, None, "", "is nested too deeply.")
    try:
        content = tomllib.loads(text.removeprefix(BYTE_ORDER_MARK), parse_float=_number)
    except _LostError as error:
        raise LessonError(name, None, "", str(error)) from None
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        reason = re.sub(r" \(at .*\)$", "", str(error))
        raise LessonError(name, int(line[1]) if line else None, "", f"is not TOML: {reason}.") from None
    except RecursionError:
        raise LessonError(name, None, "", "is nested too deeply.") from None
    except ValueError:
        # Python does not read a whole number of thousands of digits.
        raise LessonError(name, None, "", NUMBER_TOO_LONG) from None
    return _Reader(text, name, pages).lesson(content)


class _LostError(ValueError):
    """A number that was rounded to 0 although it is not. The message is a sentence."""


def _number(text: str) -> float:
    value = float(text)
    if is_lost(text, value):
        raise _LostError(f"{shown_name(text, LONGEST_SHOWN)} in it cannot be told from 0.")
    return value


def read_folder(folder: Path, pages: Pages = None) -> tuple[list[Lesson], list[LessonError]]:
    """Return the lessons of a folder in the order of their file names, and what is wrong with the others.

    There is one sentence for each file, and one for all that exceed the maximum number. pages: as in
    parse_lesson.
    """
    lessons, errors = [], []
    paths, size = sorted(folder.glob("*.toml")), 0
    for number, path in enumerate(paths):
        size += _size(path)
        if number == MOST_LESSONS or size > MOST_BYTES_OF_LESSONS:
            errors.append(_too_many(folder, len(paths), number))
            break
        try:
            lessons.append(read_lesson(path, pages))
        except LessonError as error:
            errors.append(error)
    return lessons, errors


def _size(path: Path) -> int:
    """Return the number of bytes of a file."""
    try:
        size = path.stat().st_size
    except OSError:
        return 0
    return size if size <= MAX_BYTES else 0


def _too_many(folder: Path, count: int, read: int) -> LessonError:
    found, size = f"{count_text(count)} files of lessons", f"{MOST_BYTES_OF_LESSONS // 1_000_000} MB"
    reason = f"holds {found}; the first {read} are read: a course has at most {MOST_LESSONS}, and {size}."
    return LessonError(folder.name or str(folder), None, "", reason)


class _Reader:
    """The check of one file's content; it keeps the text to find lines."""

    def __init__(self, text: str, name: str, pages: Pages):
        self._pages = pages
        self._lines = text.splitlines()
        self._name = name
        # The state that the step before leaves to one that goes on with its run.
        self._run: Experiment | None = None
        self._variables: tuple[str, ...] | None = None
        self._expression: Sheet | None = None
        self._starts = [
            number for number, line in enumerate(self._lines, 1) if re.match(r"\s*\[\[\s*step\s*\]\]", line)
        ]

    def lesson(self, content: dict[str, Any]) -> Lesson:
        known = {"title": str, "summary": str, "topic": str, "step": list}
        self._check(content, known, None, required=("title", "step"))
        topic = content.get("topic", "optimisation")
        if topic not in TOPICS:
            raise self._error(None, "topic", f"must be one of {', '.join(TOPICS)}.")
        if not content["step"]:
            raise self._error(None, "step", "a lesson needs at least one step.")
        if len(content["step"]) > MOST_STEPS_IN_LESSON:
            raise self._error(None, "step", f"a lesson has at most {MOST_STEPS_IN_LESSON} steps.")
        steps = tuple(self._step(index, step) for index, step in enumerate(content["step"]))
        return Lesson(
            self._name.removesuffix(".toml"), content["title"], content.get("summary", ""), topic, steps
        )

    def _step(self, index: int, content: Any) -> LessonStep:
        known = {
            "title": str, "text": str, "experiment": dict, "view": dict, "goal": dict, "hint": str,
            "prediction": dict, "solution": list,
        }  # fmt: skip
        if not isinstance(content, dict):
            raise self._error(index, "step", "must be a table: [[step]].")
        self._check(content, known, index, required=("title", "text"))
        for number in LINK.findall(content["text"]):
            if re.fullmatch("[0-9]{1,4}", number) is None:
                reason = f"a link to a lesson has its number, from 0: lesson:3, not lesson:{number[:20]}."
                raise self._error(index, "text", reason)
        for name in parts_in(content["text"]):
            if name not in PARTS:
                reason = f"[[{name}]] names no part of the window; known are {', '.join(PARTS)}."
                raise self._error(index, "text", reason)
        self._refuse_marks(index, content)
        if len(HTML_TABLE.findall(content["text"])) > MOST_HTML_TABLES:
            raise self._error(index, "text", f"holds more than {MOST_HTML_TABLES} tables in HTML.")
        view = content.get("view", {})
        self._check(view, VIEW_FIELDS, index, where="view.")
        experiment = self._experiment(index, content.get("experiment"))
        self._run = experiment or self._run
        self._check_view(index, view, experiment)
        goal = None
        if "goal" in content:
            try:
                goal = make_goal(content["goal"])
                if isinstance(goal, PageSeen):
                    check_page(goal.name, "name", self._pages)
            except (GoalError, SolutionError) as error:
                raise self._error(index, f"goal.{error.field}", str(error)) from None
        return LessonStep(
            title=content["title"],
            text=content["text"].strip(),
            experiment=experiment,
            view=view,
            goal=goal,
            hint=content.get("hint", ""),
            prediction=self._prediction(index, content.get("prediction")),
            solution=self._solution(index, content.get("solution", [])),
        )

    def _refuse_marks(self, index: int, content: dict[str, Any]) -> None:
        """Raise an error where a part of the window is named outside of a text, which alone has links."""
        prediction = content.get("prediction", {})
        prediction = prediction if isinstance(prediction, dict) else {}
        choices = prediction.get("choices")
        choices = choices if isinstance(choices, list) else []
        places = {
            "title": content["title"],
            "hint": content.get("hint", ""),
            "prediction.question": prediction.get("question", ""),
            "prediction.explanation": prediction.get("explanation", ""),
            "prediction.choices": " ".join(text for text in choices if isinstance(text, str)),
        }
        for name, text in places.items():
            if isinstance(text, str) and (named := parts_in(text)):
                reason = f"[[{named[0]}]] stays as it is here: a step names a part in its text alone."
                raise self._error(index, name, reason)

    def _experiment(self, index: int, content: dict[str, Any] | None) -> Experiment | None:
        if content is None:
            return None
        for name in ("steps", "changes"):
            if name in content:
                reason = "belongs to a saved run: the experiment of a lesson begins at step 0."
                raise self._error(index, f"experiment.{name}", reason)
        try:
            experiment = Experiment.from_json(json.dumps(content, default=str))
            check_start(experiment)
            return experiment
        except ExperimentError as error:
            message = str(error).partition(": ")[2]
            raise self._error(index, f"experiment.{error.field}", message) from None
        except RecursionError:
            raise self._error(index, "experiment", "is nested too deeply.") from None
        except ValueError:
            # Python does not write one either, and it has read one in hexadecimal.
            raise self._error(index, "experiment", NUMBER_TOO_LONG) from None

    def _check_view(self, index: int, view: Mapping[str, Any], experiment: Experiment | None) -> None:
        if view.get("layout", "full") not in LAYOUTS:
            raise self._error(index, "view.layout", f"must be one of {', '.join(LAYOUTS)}.")
        if view.get("plane", "path") not in PLANE_KINDS:
            raise self._error(index, "view.plane", f"must be one of {', '.join(PLANE_KINDS)}.")
        speed = view.get("speed", 1)
        if speed != "fast" and (isinstance(speed, str) or not 0 < speed <= MAX_SPEED):
            raise self._error(index, "view.speed", f'must be a number above 0 up to {MAX_SPEED}, or "fast".')
        if any(name not in PANELS for name in view.get("panels", ())):
            raise self._error(index, "view.panels", f"must be a list of some of {', '.join(PANELS)}.")
        for name in ("parameters", "plane", "point"):
            if name in view and experiment is None:
                raise self._error(index, f"view.{name}", "needs an experiment in the same step.")
        if view.get("sliders") and self._run is not None and not _has_sliders(self._run):
            needed = "needs a network of two numbers, w and b, or a formula with constants."
            raise self._error(index, "view.sliders", needed)
        try:
            if "expression" in view:
                self._variables = check_expression(view["expression"], "view.expression")
                values = self._values(index, view.get("variables", {}))
                self._expression = first_sheet(view["expression"], "view.expression", values)
            elif "variables" in view:
                raise self._error(index, "view.variables", "needs an expression in the same step.")
            if "page" in view:
                check_page(view["page"], "view.page", self._pages)
            if "side_by_side" in view:
                self._check_pair(index, view["side_by_side"])
            if "stop" in view and not 0 < view["stop"] <= MAX_STEPS:
                raise self._error(index, "view.stop", f"must be a step from 1 to {MAX_STEPS}.")
            if not is_number(view.get("stop_above", 0.0)):
                raise self._error(index, "view.stop_above", "must be a finite number.")
            if "point" in view:
                check_point(view["point"], experiment, "view.point")
            if "parameters" in view:
                check_parameters(view["parameters"], experiment, "view.parameters")
        except SolutionError as error:
            raise self._error(index, error.field, str(error)) from None

    def _values(self, index: int, content: dict[str, Any]) -> dict[str, float]:
        """Return the first values of the variables of an expression."""
        for name, value in content.items():
            if name not in (self._variables or ()):
                raise self._error(index, "view.variables", f"“{name[:20]}” is no variable of the expression.")
            if not is_number(value):
                raise self._error(index, "view.variables", "must be finite numbers.")
        return {name: float(value) for name, value in content.items()}

    def _check_pair(self, index: int, names: list[Any]) -> None:
        if len(names) != 2 or not all(isinstance(name, str) for name in names) or names[0] == names[1]:
            raise self._error(index, "view.side_by_side", "must be the names of two pages.")
        if AT_THE_LEFT.intersection(names) or names[0] == "loss" or names[1] == "surface":
            reason = "cannot have loss in the middle, surface at the right, or experiment or lessons."
            raise self._error(index, "view.side_by_side", reason)
        for name in names:
            check_page(name, "view.side_by_side", self._pages)

    def _prediction(self, index: int, content: dict[str, Any] | None) -> Prediction | None:
        if content is None:
            return None
        known = {
            "kind": str, "question": str, "answer": (int, float), "choices": list, "within": (int, float),
            "explanation": str, "run": int,
        }  # fmt: skip
        self._check(content, known, index, ("kind", "question", "answer"), "prediction.")
        if content["kind"] not in PREDICTIONS:
            raise self._error(index, "prediction.kind", f"must be one of {', '.join(PREDICTIONS)}.")
        choices = tuple(
            choice if isinstance(choice, str) else show(choice) for choice in content.get("choices", ())
        )
        if content["kind"] == "choice" and content["answer"] not in range(len(choices)):
            raise self._error(index, "prediction.answer", "must be the number of a choice, from 0.")
        if len(choices) > MOST_CHOICES:
            raise self._error(index, "prediction.choices", f"must be at most {MOST_CHOICES}.")
        if any(len(choice) > LONGEST_TEXT for choice in choices):
            reason = f"must be at most {LONGEST_TEXT} characters each."
            raise self._error(index, "prediction.choices", reason)
        if not is_number(content["answer"]):
            raise self._error(index, "prediction.answer", "must be a finite number.")
        if not (is_number(content.get("within", 1)) and content.get("within", 1) >= 1):
            raise self._error(index, "prediction.within", "must be a factor, at least 1.")
        if not 0 <= content.get("run", 0) <= MAX_STEPS:
            raise self._error(index, "prediction.run", f"must be a number of steps up to {MAX_STEPS}.")
        if content["kind"] == "pin":
            self._check_pin(index, content["answer"])
        return Prediction(**{**content, "choices": choices})

    def _check_pin(self, index: int, answer: float) -> None:
        low, high = STRIP
        if self._run is not None:
            rate = self._run.training.learning_rate
            low, high = min(low, rate), max(high, rate)
        if not low <= answer <= high:
            raise self._error(index, "prediction.answer", f"must lie on the strip, from {low:g} to {high:g}.")

    def _solution(self, index: int, content: list[Any]) -> tuple[Mapping[str, Any], ...]:
        rehearsal = Rehearsal(self._run, self._variables, self._expression, self._pages)
        for action in content:
            if not isinstance(action, dict) or len(action) != 1:
                raise self._error(index, "solution", "must be a list of tables with one entry each.")
            self._check(action, SOLUTION_ACTIONS, index, where="solution.")
            ((kind, value),) = action.items()
            try:
                rehearsal.act(kind, value)
            except SolutionError as error:
                raise self._error(index, error.field, str(error)) from None
        return tuple(content)

    def _check(
        self,
        content: Mapping[str, Any],
        known: Mapping[str, Any],
        index: int | None,
        required: tuple[str, ...] = (),
        where: str = "",
    ) -> None:
        for name, value in content.items():
            if name not in known:
                raise self._error(index, where + name, "is an unknown field.")
            wrong_bool = isinstance(value, bool) and known[name] is not bool
            if not isinstance(value, known[name]) or wrong_bool:
                raise self._error(index, where + name, f"must be {_named(known[name])}.")
            longest = LONGEST_TITLE if name == "title" else LONGEST_TEXT
            if isinstance(value, str) and len(value) > longest:
                raise self._error(index, where + name, f"must be at most {longest} characters.")
        for name in required:
            if name not in content:
                raise self._error(index, where + name, "is missing.")

    def _error(self, index: int | None, name: str, message: str) -> LessonError:
        return LessonError(self._name, self._line_of(index, name), name, message)

    def _line_of(self, index: int | None, name: str) -> int | None:
        """Return the line of a field of this step, or of the step itself."""
        first, last = 1, len(self._lines)
        if index is not None and index < len(self._starts):
            first = self._starts[index]
            last = self._starts[index + 1] - 1 if index + 1 < len(self._starts) else last
        elif self._starts:
            last = self._starts[0]
        # An entry is in its table or below: the same name may be in another table above.
        for part in name.split("."):
            for number in range(first, last + 1):
                line = self._lines[number - 1]
                if re.search(rf"(^|[\s{{,.\[]){re.escape(part)}\s*(=|\]|\.)", line):
                    first = number
                    break
        return first


def _has_sliders(experiment: Experiment) -> bool:
    """Return whether a step on this experiment can have sliders under its text."""
    if experiment.formula is not None:
        return bool(experiment.formula.constants_by_name)
    return experiment.n_parameters == 2


def _named(kinds: Any) -> str:
    names = {
        str: "a text",
        int: "a whole number",
        float: "a number",
        list: "a list",
        dict: "a table",
        bool: "true or false",
    }
    if isinstance(kinds, tuple):
        return "a number or a text" if str in kinds else "a number"
    return names[kinds]
