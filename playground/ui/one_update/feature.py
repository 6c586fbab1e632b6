"""One update as a page of the window: its question, and its arrows on the surface and on the curve."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from playground.engine.loss_words import OVER_ALL_POINTS, loss_name
from playground.engine.problem_of_experiment import curve_of, formula_of
from playground.experiment import Experiment
from playground.export.figures import curve_figure
from playground.files.atomic import ExportError
from playground.lab.snapshot import RUNNING as RUNS
from playground.lab.snapshot import Snapshot
from playground.landscape.questions.one_update import OneUpdateAnswer, OneUpdateQuestion
from playground.ui.curve.feature import CurveFeature
from playground.ui.frame.actions import Command
from playground.ui.frame.cadence import Cadence
from playground.ui.frame.feature import Page
from playground.ui.frame.lazy_page import LazyPage
from playground.ui.one_update.view import OneUpdateView
from playground.ui.one_update.words import NOT_FINITE, RUNNING, WAITING, gradient_of

if TYPE_CHECKING:
    from playground.ui.frame.workbench import Workbench

PAGE = "one_update"
SECONDS = 0.03


class OneUpdateFeature(LazyPage[OneUpdateView]):
    """The question for the next update, asked only while the run rests and the page is on the screen.

    While the page is there, its arrows stand in the picture in place of that of the next step.
    """

    keys = ("update_forward", "update_back", "update_play")

    page = Page(
        name=PAGE,
        title="One update",
        place="right",
        menu="update",
        command=Command(
            "&One update, step by step",
            "Ctrl+U",
            "Take the next update apart: gradient, velocity or averages, correction, step",
        ),
    )
    slots = (OneUpdateQuestion.slot,)

    def __init__(self, window: Workbench):
        super().__init__(window)
        self._cadence = Cadence(SECONDS, patience=1.0)
        self._seen = False
        actions = window.actions_by_name
        self.add_lazy_page()
        for name in self.keys:
            window.menu("update").addAction(actions[name])
        actions["update_forward"].triggered.connect(lambda: self.view.step(1))
        actions["update_back"].triggered.connect(lambda: self.view.step(-1))
        actions["update_play"].triggered.connect(lambda: self.view.transport.play_or_stop())
        window.exporter.offer(PAGE, "One update, with its parts", self._figure, of_surface=True)
        self._notice_screen()

    @property
    def view(self) -> OneUpdateView:
        """The content of the page, created when it is first needed."""
        return self.content

    def create(self) -> OneUpdateView:
        return OneUpdateView()

    def join_content(self, content: OneUpdateView) -> None:
        content.changed.connect(self._draw_parts)
        if (snapshot := self.window.snapshot) is not None:
            self._drop_old(content, snapshot)

    def open(self) -> None:
        view = self.view
        self.show_page()
        view.steps.step_button.setFocus()
        self._notice_screen()

    @property
    def _in_use(self) -> bool:
        """Whether the page is visible, or open behind a presentation of the surface, which has its arrows."""
        arrangement = self.window.arrangement
        return self.page_on_screen or (arrangement.large == "surface" and arrangement.page_is_open(PAGE))

    # Question -------------------------------------------------------------------------------------------

    def question(self, slot: str) -> Any:
        snapshot = self.window.snapshot
        if snapshot is None or not self._can_be_shown(snapshot):
            return None
        view = snapshot.view
        about = (snapshot.run, view.step, view.settings, view.parameters.tobytes())
        if not self._cadence.due(about):
            return None
        self._cadence.asked(about)
        return OneUpdateQuestion(snapshot.run, view.step, view.checkpoint, view.settings)

    def take_answer(self, slot: str, answer: Any) -> None:
        self._cadence.answered()
        snapshot = self.window.snapshot
        if isinstance(answer, OneUpdateAnswer) and snapshot is not None and self._fits(answer, snapshot):
            self._show_plane(self.view)
            if np.isfinite(answer.update.after).all():
                settings = snapshot.view.settings
                formula = formula_of(snapshot.problem)
                noisy = formula is not None and formula.settings.noise > 0
                about = gradient_of(snapshot.view.mini_batch, bool(settings.l1 or settings.l2), noisy)
                name = loss_name(snapshot.view.experiment, OVER_ALL_POINTS)
                self.view.show_answer(answer, snapshot.problem, about, name)
            else:
                self.view.clear(NOT_FINITE)

    def clear_questions(self) -> None:
        self._cadence.clear()

    def run_replaced(self, experiment: Experiment) -> None:
        self._cadence.clear()
        if self.created is not None:
            self.created.answer = None
            self.created.clear(WAITING)

    # From the window ------------------------------------------------------------------------------------

    def show_snapshot(self, snapshot: Snapshot) -> None:
        if self.created is not None:
            self._drop_old(self.created, snapshot)

    def read(self) -> None:
        self._notice_screen()
        if self.created is None:
            if self.page_on_screen:
                # A scene or a presentation has opened the page.
                _ = self.view
            return
        self._show_plane(self.created)

    def _can_be_shown(self, snapshot: Snapshot) -> bool:
        return self._in_use and snapshot.state != RUNS and not snapshot.view.diverged

    def _fits(self, answer: OneUpdateAnswer, snapshot: Snapshot) -> bool:
        """Return whether an answer is about the update that follows the parameters on the screen."""
        view = snapshot.view
        same = (answer.run, answer.step, answer.settings) == (snapshot.run, view.step, view.settings)
        return same and snapshot.state != RUNS and np.array_equal(answer.update.before, view.parameters)

    def _show_plane(self, page: OneUpdateView) -> None:
        surface = self.window.surface_view
        page.show_plane(surface.plane if surface.isVisible() else None)

    def _drop_old(self, page: OneUpdateView, snapshot: Snapshot) -> None:
        """Take an update away that is no longer the next one."""
        answer, message = page.answer, ""
        if snapshot.state == RUNS:
            message = RUNNING
        elif snapshot.view.diverged:
            message = NOT_FINITE
        elif page.shown is None or answer is None:
            message = WAITING if page.message.text() == RUNNING else ""
        elif (answer.run, answer.step) != (snapshot.run, snapshot.view.step):
            # With other settings at the same step the next answer takes its place.
            message = WAITING
        if message:
            page.clear(message)
        if message == WAITING:
            # This moment may be the one that was asked for last.
            self._cadence.clear()

    # In the picture -------------------------------------------------------------------------------------

    def _notice_screen(self) -> None:
        """Update keys and arrows: the page was shown or hidden."""
        seen = self._in_use
        for name in self.keys:
            self.window.actions_by_name[name].setEnabled(seen)
        if seen != self._seen:
            self._seen = seen
            self._draw_parts()
            if not seen and self.created is not None:
                self.created.transport.stop()

    def _draw_parts(self) -> None:
        shown = self.created.shown if self.created is not None and self._seen else None
        one = shown is not None and shown.start.size == 1
        self.window.surface_view.show_update(None if one else shown)
        self.fellow(CurveFeature).view.show_update(shown if one else None)

    def _figure(self, snapshot: Snapshot) -> Any:
        """Return the figure of the picture with the parts that are shown."""
        shown = self.created.shown if self.created is not None else None
        if shown is None:
            raise ExportError("There is no update to export: open One update, and pause the run.")
        formula = curve_of(snapshot.problem)
        if formula is not None:
            others = self.fellow(CurveFeature).view.drawing.others.runs
            return curve_figure(formula, snapshot.view, others, shown)
        return self.window.exporter.figure("surface")
