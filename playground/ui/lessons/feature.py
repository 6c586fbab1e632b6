"""Lessons in the window: each step's set-up, the evidence for its goal, and the progress."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QAbstractSlider, QApplication, QFileDialog

from playground.drawing.kit.theme import Theme
from playground.engine.schedules import rate_at
from playground.experiment import Experiment
from playground.files.foreign_names import shown_name, shown_path
from playground.lab.snapshot import DIVERGED, RUNNING, Snapshot, has_work, moment_of
from playground.lab.words import BRINGS_BACK
from playground.landscape.questions.lesson_evidence import LessonAnswer, LessonQuestion
from playground.lessons.beginning import WITHOUT_A_RUN, Beginning, beginning_of
from playground.lessons.goals import (
    AtTheLimit,
    DeadNeurons,
    Evidence,
    FewestSteps,
    Gradient,
    PageSeen,
    Saturated,
    Walk,
)
from playground.resources import resource
from playground.ui.chain_rule.feature import PAGE as CHAIN_RULE
from playground.ui.chain_rule.feature import ChainRuleFeature
from playground.ui.frame.actions import Command
from playground.ui.frame.announcements import announce
from playground.ui.frame.feature import Feature, Page
from playground.ui.frame.layout import ROOMY_LEFT_WIDTH
from playground.ui.frame.notice_bar import Offer
from playground.ui.frame.words import INVITATION
from playground.ui.inspector.feature import PAGE as INSPECTOR
from playground.ui.inspector.feature import InspectorFeature
from playground.ui.lessons.constant_sliders import ConstantSliders
from playground.ui.lessons.layout import LessonLayout
from playground.ui.lessons.panel import LessonPanel, reached_words
from playground.ui.lessons.parameter_sliders import ParameterSliders
from playground.ui.lessons.part_light import PartLight
from playground.ui.lessons.pin import LessonPin
from playground.ui.lessons.progress import LessonProgress
from playground.ui.lessons.reminder import Reminder, sentence_of
from playground.ui.lessons.shown_solution import ShownSolution
from playground.ui.lessons.step_commands import StepCommands
from playground.ui.lessons.still_plane import StillPlane
from playground.ui.lessons.tab_to import TabTo
from playground.ui.lessons.traces import LessonTraces
from playground.ui.runs.kept_runs import KeptRunsFeature
from playground.ui.transport.stop_when_feature import StopWhenFeature

if TYPE_CHECKING:
    from playground.engine.recording.run_view import RunView
    from playground.lessons.format import Lesson, LessonStep, Prediction
    from playground.ui.frame.workbench import Workbench

PAGE = "lessons"
WIDTH = ROOMY_LEFT_WIDTH
SECONDS = 0.2
"""Between two questions to the helper while a goal needs them."""
ELSEWHERE = -1
"""In place of Snapshot.since: the run that a step began with is not here."""
DECLINED = "lessons/declined"
BROUGHT = "The run stands at step {step}, where the earlier steps of this lesson leave it."
OF_ITS_OWN = "This step of the lesson has a run of its own."
OTHER_POINTS = "this run has other points than the lesson, and does not count"
ANSWER_FIRST = "Answer the question of the lesson first: the run would show the answer."


def _limit_of(view: RunView) -> float | None:
    """Return the limit 2/α of the next step; None where the optimiser has another one."""
    if view.settings.optimizer != "gradient_descent":
        return None
    return 2.0 / rate_at(view.settings, view.step)


def _points_of(experiment: Experiment) -> object:
    """Return what the points of an experiment are, whatever their number, noise and seed."""
    if experiment.formula is not None:
        return experiment.formula.expression
    data = experiment.data
    return None if data is None else (data.dataset, data.table, data.rule)


class LessonPlace(NamedTuple):
    """A step of a lesson: the lesson's name, the step's index, and the step of the run that it began at.

    guess: how its question was answered; None where it was not, or where there is none.
    own: whether the run on the screen is the one that the step began with, or is to begin with.
    """

    lesson: str
    step: int
    since: int | None
    guess: float | None = None
    own: bool = True


class LessonFeature(Feature):
    """The course as a page beside the experiment."""

    page = Page(
        name=PAGE,
        title="Lesson",
        place="left",
        with_column=True,
        command=Command("&Lessons", "F2", "The course: lessons along the lecture, from the parabola on"),
    )
    slots = (LessonQuestion.slot,)

    def __init__(self, window: Workbench):
        super().__init__(window)
        self.panel = LessonPanel(window.theme)
        self.sliders = ParameterSliders()
        self.sliders.setObjectName("lesson_sliders")
        self.panel.extra.addWidget(self.sliders)
        self.sliders.hide()
        self.sliders.moved.connect(self._set_parameters)
        self.constants = ConstantSliders()
        self.panel.extra.addWidget(self.constants)
        self.constants.hide()
        self.constants.changed.connect(self._set_constant)
        self.constants.refused.connect(lambda why: window.notices.say(why))
        self._folder = resource("lessons")
        self._lessons: list[Lesson] | None = None
        self.lesson: Lesson | None = None
        self.index = 0
        self._problems: list[str] = []
        self._since: int | None = None
        self._requested_run: Experiment | None = None
        self._begins_at = 0
        """The step of the run that this step of the lesson begins at, where it is brought there."""
        self._run_of_step: int | None = None
        """Since when the run goes on that this step began with: see Snapshot.since."""
        self._order = 0
        """The number of the instruction that sets this step up."""
        self._point: int | None = None
        """The point that the inspector is to show once the run of this step is there; None: none."""
        self._seen_run: int | None = None
        self._from_start = False
        self._shown_run: int | None = None
        """The run on the screen, whether it began at step 0, and the last run that steps were shown in."""
        self._pages: set[str] = set()
        self._reached = self._shown = False
        self._answered = False
        """Whether the question of this step was answered since the lesson was taken up."""
        self._guesses: dict[int, float] = {}
        """The answers to the questions of this lesson, by the index of the step."""
        self._returned_run: int | None = None
        """Since when the run goes on that a session has brought back together with its step of a lesson."""
        self._to_show = False
        """Whether the solution is shown once the run has begun again."""
        self._unasked = False
        """Whether the user runs on without an answer."""
        self.progress = LessonProgress(window.preferences)
        self._layout = LessonLayout(window)
        self._still = StillPlane(window.surface_view.bar.follow_box)
        self._traces = LessonTraces(window)
        self._page_open = False
        self._continued = False
        """Whether this step goes on with the run that the one before it has left."""
        self._answer: LessonAnswer | None = None
        self._asked_at: float | None = None
        self._asked_about: object = None
        """What the last question was about; it is asked again only where that has changed."""
        self._pin = LessonPin(self, self._take_guess)
        self._tab = TabTo(window.widget)
        panel = self.panel
        panel.lesson_chosen.connect(self.take_up)
        panel.step_chosen.connect(self.walk)
        panel.guessed.connect(self._take_guess)
        panel.pin_requested.connect(self._pin.ask)
        panel.shown_how.connect(self.show_how)
        panel.begin_again.connect(self._begin_again)
        window.transport.may_run = self._may_run
        self.light = PartLight(window)
        panel.part_pointed.connect(self.light.point_at)
        panel.part_chosen.connect(self.light.choose)
        panel.part_entered.connect(self.light.enter)
        self.reminder = Reminder()
        window.panel.set_reminder(self.reminder)
        actions, learn = window.actions_by_name, window.menu("learn")
        course = self.add_page(self.panel)
        course.triggered.connect(lambda _=False: self.open())
        # The course comes first in its menu, whatever other features have put there.
        before = learn.actions()[0]
        learn.insertAction(before, course)
        self._commands = StepCommands(window, panel, lambda: self.page_on_screen, self.open)
        learn.insertMenu(before, self._commands.menu)
        learn.insertSeparator(before)
        actions["lesson_folder"].triggered.connect(lambda _=False: self._open_folder())

    # The course -----------------------------------------------------------------------------------------

    @property
    def lessons(self) -> list[Lesson]:
        """The lessons of the folder, read when they are first needed: the window starts without them."""
        if self._lessons is None:
            from playground.lessons.format import read_folder

            self._lessons, errors = read_folder(self._folder, self.window.arrangement.page_names())
            self._problems = [str(error) for error in errors]
            if not self._lessons and not errors:
                self._problems = [f"There is no lesson (*.toml) in {shown_path(self._folder)}."]
        return self._lessons

    def load(self, folder: Path) -> None:
        """Load the lessons of a folder. The course shows what is wrong with a file."""
        self._folder, self._lessons = folder, None
        self.choose(-1)

    def take(self, lesson: Lesson) -> None:
        """Begin a lesson that stands by itself; an offer brings the course back."""
        folder = self._folder
        self._lessons, self._problems = [lesson], []
        self.open(0)

        def back() -> None:
            self.window.notices.end()
            self.load(folder)

        course = Offer("Back to the course", back)
        self.window.notices.say(f"The lesson “{shown_name(lesson.title)}” is opened.", [course])

    def open(self, number: int = -1) -> None:
        """Show the page, at a lesson or at the course."""
        self.window.notices.take_back(INVITATION)
        if begins := number >= 0 or self.lesson is None:
            self.choose(number)
        self.show_page()
        if begins:
            self._enter_step()
        else:
            self.panel.take_focus()

    def take_up(self, number: int) -> None:
        """Go on with a lesson where it was left, or begin it; −1: the course."""
        known = 0 <= number < len(self.lessons)
        self.choose(number, self.progress.resumed_at(self.lessons[number]) if known else 0)

    def choose(self, number: int, index: int = 0) -> None:
        """Begin a lesson, at its first step or at this one; −1: the course."""
        self._continued = False
        self._guesses = {}
        left = self.lessons.index(self.lesson) if self.lesson in self.lessons else 0
        self.lesson = self.lessons[number] if 0 <= number < len(self.lessons) else None
        self.index = index if self.lesson is not None else 0
        if self.step is None or "layout" not in self.step.view:
            self._layout.give_back()
        self.light.out()
        if self.lesson is None:
            self.window.arrangement.clear_except(None)
            self._still.give_back()
            self._traces.give_back()
            self._pin.end()
            self._hide_answer(None)
            self._show_sliders(False)
            lessons = self.lessons
            self.panel.show_course(lessons, self.progress, self._problems, left)
            if self.page_on_screen:
                self.panel.take_focus()
        else:
            self._begin_step()

    def walk(self, by: int) -> None:
        """Go to the next step, or back; past the last one, to the course."""
        if self.lesson is None:
            return
        if by > 0:
            self.progress.leave_behind(self.lesson, self.index)
        if self.index + by >= len(self.lesson.steps):
            self.window.lab.pause()
            self.choose(-1)
        elif self.index + by >= 0:
            self._continued = by == 1 and self._leaves_run_for_next()
            self.index += by
            self._begin_step()

    @property
    def step(self) -> LessonStep | None:
        """The step on the panel; None in the course."""
        return self.lesson.steps[self.index] if self.lesson is not None else None

    @property
    def reached(self) -> bool:
        """Whether the goal of this step is reached."""
        return self._reached

    @property
    def place(self) -> LessonPlace | None:
        """Where in which lesson the window is; None in the course."""
        lesson = self.lesson
        if lesson is None:
            return None
        snapshot = self.window.snapshot
        own = self._run_of_step is None or (snapshot is not None and self._run_of_step == snapshot.since)
        return LessonPlace(lesson.name, self.index, self._since, self._guesses.get(self.index), own)

    def return_to(self, place: LessonPlace) -> None:
        """Show a step again, whose run is on the screen already; nothing where there is no such step here."""
        lesson = next((lesson for lesson in self.lessons if lesson.name == place.lesson), None)
        if lesson is None or place.step >= len(lesson.steps):
            return
        self._pin.end()
        self.lesson, self.index = lesson, place.step
        step = lesson.steps[place.step]
        asked = step.prediction is not None and place.guess is not None and step.prediction.takes(place.guess)
        self._guesses = {place.step: place.guess} if asked and place.guess is not None else {}
        self._show_step()
        if "side_by_side" in step.view:
            self._traces.begin()
            self._traces.show_side_by_side(*step.view["side_by_side"])
        self._reached = self._shown = False
        self._answer, self._requested_run, self._since = None, None, place.since
        snapshot = self.window.snapshot
        # Where the step had begun, its run goes on with the one that was saved with it.
        self._returned_run = snapshot.since if snapshot is not None and place.since is not None else None
        self._begins_at, self._run_of_step = 0, self._returned_run if place.own else ELSEWHERE
        self._pages = set()
        # The point is set at the beginning of a step, which was in another window.
        self._point, self._unasked = None, False
        if place.own and "point" in step.view:
            self._inspector.inspect(step.view["point"] - 1)
        self.window.arrangement.clear_except(step.view.get("panels"))
        self._hide_answer(None if self._answered else step.prediction)
        self._show_sliders(bool(step.view.get("sliders")))

    def _leaves_run_for_next(self) -> bool:
        """Return whether the run on the screen stands where the next step goes on with it."""
        step, snapshot = self.step, self.window.snapshot
        if self.lesson is None or step is None or snapshot is None or self._since is None:
            return False
        beginning, view = beginning_of(self.lesson.steps, self.index + 1), snapshot.view
        if beginning is None:
            return True
        goes_on = snapshot.since == self._run_of_step
        followed = snapshot.begun_at == 0 or snapshot.since == self._returned_run
        of_lesson = view.experiment == beginning.experiment and followed
        if goes_on and view.data is not None and view.data.table is not None:
            # Its points were put into a table, and it goes on with the same numbers.
            own, given = view.experiment, beginning.experiment
            of_lesson = (own.network, own.training) == (given.network, given.training)
        if step.experiment is None and not goes_on:
            # Started again: what the steps before this one made of the run is lost.
            of_lesson = False
        if not of_lesson or snapshot.state == RUNNING:
            return False
        if step.goal is not None and not isinstance(step.goal, WITHOUT_A_RUN):
            return self._reached and view.step == step.view.get("stop", view.step)
        if step.prediction is not None and step.prediction.run:
            return view.step == self._since + step.prediction.run
        # Without a number of steps of its own, further steps with the same settings are part of the run.
        return goes_on and not any(change.step >= self._since for change in view.history.changes)

    def _begin_again(self) -> None:
        self._continued = False
        self._set_up()

    def _run_to_begin_with(self) -> Beginning | None:
        """Return the run to set up for this step; None where the one on the screen goes on."""
        step = self.step
        assert self.lesson is not None
        assert step is not None
        if step.experiment is not None:
            return Beginning(step.experiment, parameters=tuple(step.view.get("parameters", ())))
        return None if self._continued else beginning_of(self.lesson.steps, self.index)

    def _show_step(self) -> None:
        """Show the step on the panel, with the answer to its question where that was given before."""
        assert self.lesson is not None
        guess = self._guesses.get(self.index)
        self._answered = guess is not None
        self.panel.show_step(self.lesson, self.index, False)
        if guess is not None:
            self.panel.show_guess(guess)

    def _begin_step(self) -> None:
        self._reached = self._unasked = False
        self._pin.end()
        self._tab.forget()
        self._show_step()
        if self.page_on_screen:
            self._enter_step()
        self._set_up()

    def _enter_step(self) -> None:
        """Set the focus where the step is answered or read; it is seen at the top of the page.

        A question that lies below comes with the next Tab.
        """
        self.panel.take_focus()
        control = self.window.widget.focusWidget()
        if self.lesson is None or control is None:
            return

        def keep_in_view() -> None:
            scroll, text = self.panel.step_scroll, self.panel.text
            stands = self.window.widget.focusWidget() is control and control is not text
            if stands and scroll.isAncestorOf(control) and not scroll.shows(control):
                text.setFocus(Qt.FocusReason.OtherFocusReason)
                self._tab.lead_to(control)
                scroll.to_top()

        # The heights are known after the layout that the new text has asked for.
        QTimer.singleShot(0, self.panel, lambda: QTimer.singleShot(0, self.panel, keep_in_view))

    def _set_up(self) -> None:
        """Set window and network up for the beginning of the step."""
        step, window = self.step, self.window
        if step is None:
            return
        self._reached = self._shown = self._to_show = False
        self._solution.stop()
        self._since, self._answer = None, None
        self._pages, self._point = set(), step.view.get("point")
        self._inspector.begin_walk()
        beginning = self._run_to_begin_with()
        sentence = "" if beginning is None else self._words_of(beginning)
        self._requested_run = None if beginning is None else beginning.experiment
        self._begins_at = 0 if beginning is None else beginning.steps
        self._run_of_step = None
        self._page_open = self.window.arrangement.page_is_open(PAGE)
        self._traces.begin()
        self.light.out()
        if isinstance(step.goal, PageSeen):
            self._traces.note_pages([step.goal.name])
        if isinstance(step.goal, Walk):
            self._traces.note_pages([INSPECTOR])
        window.notices.take_back(INVITATION)
        view = step.view
        # Before the run: what stopped that of another step is no condition for the steps made at once.
        self._traces.stop_at(view.get("stop"), view.get("stop_above"))
        if beginning is not None:
            # The notice is about the run that is replaced; the lesson itself announces its own.
            window.notices.clear()
            self._hide_kept_runs()
            self._order = window.lab.set_experiment(
                beginning.experiment,
                beginning.changes,
                beginning.steps or None,
                sentence=sentence,
            )
        elif window.snapshot is not None:
            self._since, self._run_of_step = window.snapshot.view.step, window.snapshot.since
        if beginning is not None and beginning.parameters:
            self._order = window.lab.set_parameters(np.array(beginning.parameters, dtype=float), sentence="")
        if "layout" in view:
            self._layout.ask_for(view["layout"] == "full")
        self._still.ask_for(not view.get("follow", True))
        if beginning is not None and (plane := self._plane_of_run()):
            self._choose_plane(plane)
        if "side_by_side" not in view:
            self._traces.end_side_by_side()
        if "speed" in view:
            window.transport.choose_speed(None if isinstance(view["speed"], str) else float(view["speed"]))
            self._traces.note_speed()
        if "expression" in view or view.get("page") == CHAIN_RULE:
            self._set_up_chain_rule(view.get("expression"), view.get("variables", {}))
        elif "side_by_side" in view:
            self._traces.show_side_by_side(*view["side_by_side"])
        elif "page" in view:
            self._open_page(view["page"])
        elif beginning is not None:
            for name in ("surface", "loss"):
                window.arrangement.show_page(name)
        window.arrangement.clear_except(view.get("panels"))
        self._hide_answer(None if self._answered else step.prediction)
        self._show_sliders(bool(view.get("sliders")))
        if step.goal is not None:
            self.panel.set_reached(step, False)

    def _words_of(self, beginning: Beginning) -> str:
        """Return the notice about the run that this step is set up with; empty where it needs none.

        A run of the user's own that it replaces can be brought back, as wherever one is replaced.
        """
        step, snapshot = self.step, self.window.snapshot
        goes_on = step is not None and step.experiment is None
        own = snapshot is not None and has_work(snapshot) and snapshot.since != self._run_of_step
        replaced = own or (goes_on and snapshot is not None and snapshot.view.step > 0)
        if not beginning.steps and not replaced:
            return ""
        words = BROUGHT.format(step=beginning.steps) if goes_on else OF_ITS_OWN
        return f"{words}{BRINGS_BACK}" if replaced else words

    def _plane_of_run(self) -> str | None:
        """Return the plane that this step shows, or the one whose run it goes on with; None: any."""
        assert self.lesson is not None
        for step in reversed(self.lesson.steps[: self.index + 1]):
            if "plane" in step.view or step.experiment is not None:
                return step.view.get("plane")
        return None

    def _hide_kept_runs(self) -> None:
        """Hide the kept runs: a lesson is about its own run. They stay in their list."""
        kept = self._kept
        for run in tuple(kept.runs):
            kept.show_run(run.number, False)

    def _set_up_chain_rule(self, text: str | None, values: Mapping[str, float]) -> None:
        """Open the lab at a = 1, b = 2, c = 3 as in the lecture, or at these values, before its first step.

        Where a gradient is the goal, all steps are shown, so that the gradient can be watched.
        """
        step, chain_rule = self.step, self._chain_rule
        self.window.lab.pause()
        self._traces.note_pages([CHAIN_RULE])
        chain_rule.open()
        chain_rule.lab.withhold(False)
        if text is not None:
            chain_rule.lab.set_expression(text)
            for number, name in enumerate(chain_rule.lab.sheet.expression.variables, 1):
                chain_rule.lab.set_value(name, float(values.get(name, number)))
        if step is not None and isinstance(step.goal, Gradient):
            chain_rule.lab.run_all()
        else:
            chain_rule.lab.start_again()
        if step is not None and step.prediction is not None:
            self._enter_step()

    def _set_parameters(self, theta: np.ndarray, more: bool) -> None:
        """Set the parameters from the sliders. more: more follows at once."""
        if self.window.snapshot is not None:
            self.window.lab.set_parameters(theta, dragging=more, run=self.window.snapshot.run)

    def _set_constant(self, name: str, value: float) -> None:
        formula = self.window.lab.experiment.formula
        if formula is not None and name in formula.constants_by_name:
            self._order = self.window.lab.change(f"formula.constants.{name}", value)

    def _show_sliders(self, on: bool) -> None:
        """Show the sliders that a step has under its text: of the constants of a formula, or of w and b."""
        formula = self.window.lab.experiment.formula
        self.sliders.setVisible(on and formula is None)
        self.constants.setVisible(on and formula is not None)
        if on:
            self.constants.show_formula(formula)

    def _choose_plane(self, kind: str) -> None:
        self.window.surface_view.choose_plane(kind)
        self._traces.note_plane()

    def join(self) -> None:
        self._traces.join(self.fellow(StopWhenFeature))
        self._chain_rule, self._kept = self.fellow(ChainRuleFeature), self.fellow(KeptRunsFeature)
        self._inspector = self.fellow(InspectorFeature)
        self._solution = ShownSolution(
            self.window, self._traces, self._chain_rule, self._inspector, self._open_page
        )

    # Goals ----------------------------------------------------------------------------------------------

    def show_snapshot(self, snapshot: Snapshot) -> None:
        view = snapshot.view
        self._seen_run, self._from_start = snapshot.since, snapshot.begun_at == 0
        if not self.window.lab.reached(self._order):
            # The run before this step was set up.
            return
        made = view.step >= self._begins_at or snapshot.state == DIVERGED
        if self._since is None and made and self._requested_run in (None, view.experiment):
            # A step that goes on with the run begins at the run's present step.
            self._since = self._begins_at or view.step
            if self._run_of_step is None:
                self._run_of_step = snapshot.since
            if self._point is not None:
                point, self._point = self._point, None
                self._inspector.inspect(point - 1)
        if self._to_show and self._since is not None:
            self._show_solution()
        else:
            self._say_problem(self._solution.go_on(snapshot))
        if self.sliders.isVisible():
            self.sliders.show_parameters(view.parameters)
        elif self.constants.isVisible() and snapshot.instruction >= self._order:
            self.constants.show_formula(view.experiment.formula)

    def question(self, slot: str) -> Any:
        step, snapshot = self.step, self.window.snapshot
        if step is None or snapshot is None or not self._needs_helper(step):
            return None
        now = time.monotonic()
        if self._asked_at is not None and now - self._asked_at < (SECONDS if self._answer else 5.0):
            return None
        view = snapshot.view
        about = (*moment_of(snapshot), view.settings, step.goal)
        if self._answer is not None and about == self._asked_about:
            return None
        self._asked_at, self._asked_about = now, about
        return LessonQuestion(
            snapshot.run, view.step, view.parameters, view.settings.l1, view.settings.l2,
            isinstance(step.goal, AtTheLimit), _limit_of(view), view.settings.learning_rate,
        )  # fmt: skip

    def take_answer(self, slot: str, answer: LessonAnswer) -> None:
        self._answer = answer

    def clear_questions(self) -> None:
        self._asked_at = None

    def run_replaced(self, experiment: Experiment) -> None:
        self._answer = None

    def another_run(self, experiment: Experiment) -> None:
        step = self.step
        if step is not None and self._since is not None:
            # The same weights again, or others: the goal counts from the present step of this run.
            self._since = self._requested_run = None
            self._begins_at = 0
            if step.goal is not None and not self._reached:
                self.panel.set_reached(step, False)

    def read(self) -> None:
        on_screen = self.page_on_screen
        was_open, self._page_open = self._page_open, self.window.arrangement.page_is_open(PAGE)
        if was_open and not self._page_open:
            self.window.arrangement.clear_except(None)
            self.light.out()
            self._inspector.conceal(False)
            self._layout.give_back()
            self._still.give_back()
            self._traces.give_back()
        self.panel.setMinimumWidth(WIDTH if on_screen else 0)
        self._remind()
        step = self.step
        asked = None if step is None or not self._page_open else step.goal
        self._pin.withhold_lookahead(asked is not None and asked.withholds_lookahead)
        if step is None:
            return
        self._note_pages()
        if step.goal is None:
            return
        if self.window.snapshot is not None:
            self.panel.schedule = self.window.snapshot.view.settings.schedule
            self.panel.of_formula = self.window.snapshot.view.experiment.formula is not None
        evidence = self.evidence()
        if isinstance(step.goal, FewestSteps) and self.lesson is not None:
            score = step.goal.score(evidence)
            if score.steps is not None:
                self.progress.keep_score(self.lesson, self.index, score.steps)
                evidence = replace(evidence, best=self._best())
        foreign = not self._reached and self._has_other_points(step)
        self.panel.show_reading(
            OTHER_POINTS if foreign else step.goal.reading(evidence, self.panel.of_formula)
        )
        if self._reached or foreign:
            return
        if step.goal.met(evidence) and not (step.goal.at_rest and self._in_hand()):
            self._reached = True
            self.panel.set_reached(step, True, shown=self._shown)
            goal = reached_words(step.goal.sentence_under(self.panel.schedule, self.panel.of_formula))
            announce(self.panel, f"Reached: {goal}")
            if self.lesson is not None and not self._shown:
                self.progress.do(self.lesson, self.index)
            self._next_by_tab()
        else:
            # A run that had diverged and goes on may still reach it.
            self.panel.set_reached(step, False, missed=step.goal.missed(evidence))

    def _has_other_points(self, step: LessonStep) -> bool:
        """Return whether the goal is about a run, and the one on the screen has points of another kind.

        Points of the lesson that are edited while its run goes on are still those of the lesson.
        """
        snapshot, given = self.window.snapshot, self._experiment_of_step()
        named = any(
            kind == "set" and any(name.startswith("data.") for name in value)
            for action in step.solution
            for kind, value in action.items()
        )
        # A challenge says itself what counts.
        exempt = named or isinstance(step.goal, (*WITHOUT_A_RUN, FewestSteps))
        if snapshot is None or given is None or exempt or snapshot.since == self._run_of_step:
            return False
        return _points_of(snapshot.view.experiment) != _points_of(given)

    def _remind(self) -> None:
        """Show on the page of the experiment what the step asks for, where only one of the two is visible."""
        step, arrangement = self.step, self.window.arrangement
        behind = arrangement.page_is_open(PAGE) and not (
            self.page_on_screen and arrangement.page_on_screen("experiment")
        )
        if step is None or not behind:
            self.reminder.say("")
            return
        goal = ""
        if step.goal is not None:
            goal = step.goal.sentence_under(self.panel.schedule, self.panel.of_formula)
        self.reminder.say(sentence_of(step, goal), self._reached)

    def _may_run(self) -> bool:
        """Return whether steps can be made; where they would answer the question of this step, say so."""
        step = self.step
        asks = step is not None and step.prediction is not None and step.experiment is not None
        shown = self.window.arrangement.page_is_open(PAGE)
        if not asks or not shown or self._answered or self._unasked:
            return True
        self.window.notices.say(ANSWER_FIRST, [Offer("Run all the same", self._run_on)])
        return False

    def _run_on(self) -> None:
        self._unasked = True
        self.window.notices.take_back(ANSWER_FIRST)
        self.window.actions_by_name["run"].trigger()

    def _hide_answer(self, prediction: Prediction | None) -> None:
        """Hide what would answer a question on the same screen; None: restore everything."""
        self._pin.hide_answer(prediction)
        self._inspector.conceal(prediction is not None)
        step, lab = self.step, self._chain_rule.created
        if lab is not None:
            on_lab = step is not None and ("expression" in step.view or step.view.get("page") == CHAIN_RULE)
            lab.withhold(prediction is not None and on_lab)

    def _in_hand(self) -> bool:
        """Return whether something is being dragged, so that its value is passed and not chosen."""
        held = QApplication.mouseButtons() & Qt.MouseButton.LeftButton
        sliders = self.window.widget.findChildren(QAbstractSlider)
        return bool(held) or any(slider.isSliderDown() for slider in sliders)

    def evidence(self) -> Evidence:
        """Return the evidence so far."""
        snapshot, answer = self.window.snapshot, self._answer
        started = self._since is not None
        view = snapshot.view if snapshot is not None and started else None
        gradients: dict[str, float] = {}
        if self.window.arrangement.page_on_screen(CHAIN_RULE):
            sheet = self._chain_rule.lab.sheet
            gradients = dict(sheet.graph.gradients)
        return Evidence(
            view=view,
            since=self._since or 0,
            gradients=gradients,
            pages=frozenset(self._pages),
            walked=self._inspector.walked(),
            sharpness=answer.sharpness if answer is not None else None,
            limit=answer.limit if answer is not None else None,
            measured_at=answer.step if answer is not None else None,
            rate=answer.rate if answer is not None else None,
            dead_relus=answer.dead_relus if answer is not None else None,
            saturated=answer.saturated if answer is not None else None,
            experiment=self._experiment_of_step(),
            from_start=self._from_start,
            shown=self._shown_run is not None and self._shown_run == self._seen_run,
            best=self._best() if isinstance(self.step and self.step.goal, FewestSteps) else None,
            to_beat=self._to_beat(),
        )

    def _best(self) -> int | None:
        """Return the best score of this step; None where there is none."""
        return None if self.lesson is None else self.progress.best(self.lesson, self.index)

    def _to_beat(self) -> int | None:
        """Return the best score with one α of the part before a part in which α may change."""
        step, lesson = self.step, self.lesson
        if step is None or lesson is None or not isinstance(step.goal, FewestSteps) or step.goal.one_rate:
            return None
        for index in reversed(range(self.index)):
            goal = lesson.steps[index].goal
            if isinstance(goal, FewestSteps) and goal.one_rate and goal.value == step.goal.value:
                return self.progress.best(lesson, index)
        return None

    def _experiment_of_step(self) -> Experiment | None:
        """Return the experiment that this step goes on with, where the lesson has set one up."""
        steps = () if self.lesson is None else self.lesson.steps[: self.index + 1]
        return next((step.experiment for step in reversed(steps) if step.experiment is not None), None)

    def _needs_helper(self, step: LessonStep) -> bool:
        return isinstance(step.goal, AtTheLimit | DeadNeurons | Saturated)

    def _note_pages(self) -> None:
        for name in self.window.arrangement.page_names():
            if name != PAGE and self.window.arrangement.page_on_screen(name):
                self._pages.add(name)

    # Helps ----------------------------------------------------------------------------------------------

    def show_how(self) -> None:
        """Do what the step asks for, visibly."""
        step = self.step
        if step is None:
            return
        snapshot = self.window.snapshot
        if isinstance(step.goal, FewestSteps) and snapshot is not None and snapshot.view.step > 0:
            # Its steps count from the first one.
            self._begin_again()
            self._to_show = True
        else:
            self._show_solution()

    def _show_solution(self) -> None:
        assert self.lesson is not None
        self._to_show = False
        self._shown, self._shown_run = True, self._seen_run
        self._say_problem(self._solution.show(self.lesson.steps[: self.index + 1]))

    def _say_problem(self, problem: str) -> None:
        if problem:
            self.panel.say(escape(problem))

    def _open_page(self, name: str) -> None:
        self._traces.note_pages([name])
        if name == CHAIN_RULE:
            self._chain_rule.open()
        elif name in self.window.arrangement.page_names():
            self.window.arrangement.show_page(name)

    def _take_guess(self, guess: float) -> None:
        self._answered = True
        self._guesses[self.index] = guess
        self.window.notices.take_back(ANSWER_FIRST)
        self._hide_answer(None)
        self.panel.show_answer(guess)
        step = self.step
        if step is not None and step.prediction is not None and step.prediction.run:
            self.window.lab.run_exactly(step.prediction.run)
        if self.lesson is not None and self.lesson.steps[self.index].goal is None:
            self.progress.do(self.lesson, self.index)
            self._next_by_tab()

    def _next_by_tab(self) -> None:
        """Let the next Tab go to the button Next, once the step is done."""
        if self.page_on_screen:
            self._tab.lead_to(self.panel.next_button)

    def shutdown(self) -> None:
        self._layout.give_back()
        self._still.give_back()

    # What is remembered ---------------------------------------------------------------------------------

    def first_offers(self) -> list[Offer]:
        if self.window.preferences.switch(DECLINED, False) or self.progress.begun:
            return []
        return [Offer("First lesson", lambda: self.open(0)), Offer("No lessons", self._decline)]

    def _decline(self) -> None:
        self.window.preferences.set_switch(DECLINED, True)
        self.window.notices.take_back(INVITATION)

    def _open_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self.window.widget, "A folder of lessons")
        if folder:
            self.load(Path(folder))
            self.show_page()

    def restyle(self, theme: Theme) -> None:
        self.panel.restyle(theme)
