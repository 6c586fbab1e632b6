"""The inspector as a page of the window: its point, its questions, and its marks in other views."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QTimer
from PySide6.QtGui import QBrush

from playground.drawing.kit.items import PointsItem, solid_pen
from playground.drawing.kit.theme import Theme
from playground.engine.backprop.numbers_in_words import unlike_the_step
from playground.engine.datasets import Samples
from playground.engine.input_slice import places_of, slice_of
from playground.engine.optimizers import OPTIMIZERS
from playground.engine.schedules import schedule_of
from playground.experiment import Experiment
from playground.lab.snapshot import Snapshot, moment_of
from playground.landscape.questions.inspection import (
    GradientCheckAnswer,
    GradientCheckQuestion,
    InspectionAnswer,
    InspectionQuestion,
    points_of,
)
from playground.ui.frame.actions import Command
from playground.ui.frame.cadence import Cadence
from playground.ui.frame.feature import Page
from playground.ui.frame.lazy_page import LazyPage
from playground.ui.inspector.view import Inspector, point_words

if TYPE_CHECKING:
    from playground.ui.frame.workbench import Workbench

PAGE = "inspector"
SECONDS = 0.1
RING = 2.2
WALK_MS = 350
"""Between two operations of a walk that is shown."""


class InspectorFeature(LazyPage[Inspector]):
    """The question for a trace of the newest parameters, asked only while the page is on the screen."""

    keys = ("inspector_forward", "inspector_back", "next_point", "previous_point", "check_gradients")

    page = Page(
        name=PAGE,
        title="Inspector",
        place="centre",
        command=Command(
            "&Inspector", "Ctrl+I", "Follow a point through the live network: forward, loss, backward, update"
        ),
    )
    slots = (InspectionQuestion.slot, GradientCheckQuestion.slot)
    needs_network = True

    def __init__(self, window: Workbench):
        super().__init__(window)
        self.point: int | None = 0
        self._seen = self._check_requested = self._checking = self._concealed = False
        self._cadence = Cadence(SECONDS)
        self._walk_phase = ""
        self._walk_timer = QTimer(self)
        self._walk_timer.setInterval(WALK_MS)
        self._walk_timer.timeout.connect(self._walk_on)
        self.ring = PointsItem("circle")
        self.ring.setZValue(50)
        window.data_view.add_item(self.ring)
        window.data_view.clicked.connect(self._clicked)
        window.data_view.choice_changed.connect(self._mark)
        actions = window.actions_by_name
        self.add_lazy_page()
        self.add_keys("Steps of the i&nspector")
        actions["inspector_forward"].triggered.connect(lambda: self.view.step(1))
        actions["inspector_back"].triggered.connect(lambda: self.view.step(-1))
        actions["next_point"].triggered.connect(lambda: self.go_on(1))
        actions["previous_point"].triggered.connect(lambda: self.go_on(-1))
        actions["check_gradients"].triggered.connect(self.check_gradients)
        window.strip.concealed_changed.connect(self._tell_cost)
        self._notice_screen()

    @property
    def view(self) -> Inspector:
        """The content of the page, created when it is first needed."""
        return self.content

    def create(self) -> Inspector:
        return Inspector(self.window.theme)

    def join_content(self, content: Inspector) -> None:
        content.point_requested.connect(self.go_on)
        content.mean_requested.connect(self.show_mean)
        content.check_requested.connect(self.check_gradients)
        content.changed.connect(self._light_up)
        content.set_hidden(self._concealed)
        self._name_point()

    # Commands -------------------------------------------------------------------------------------------

    def open(self) -> None:
        view = self.view
        self.show_page()
        view.board.setFocus()
        self._notice_screen()

    def inspect(self, point: int | None) -> None:
        """Select a point, counted through the training and then the test points, or the mean (None)."""
        if point != self.point:
            self.point = point
            self.view.show_check(None)
        self.window.data_view.pick(point)
        self._name_point()
        self._mark()

    def go_on(self, count: int) -> None:
        """Go this many points further; from the mean, to the first or the last."""
        snapshot = self.window.snapshot
        if snapshot is not None:
            start = (-1 if count > 0 else 0) if self.point is None else self.point
            self.inspect((start + count) % _count(snapshot))

    def show_mean(self, on: bool) -> None:
        """Show the mean over all training points, or a point again."""
        self.inspect(None if on else 0)

    def conceal(self, on: bool) -> None:
        """Hide the numbers, which would answer a question, or show them again."""
        self._concealed = on
        if self.created is not None:
            self.created.set_hidden(on)
            self._light_up()

    def begin_walk(self) -> None:
        """Count the operations that are walked through from here on."""
        self._walk_timer.stop()
        if self.created is not None:
            self.created.begin_walk()

    def walked(self) -> dict[str, tuple[int, int]]:
        """Return how many operations of each phase were walked through, and of how many."""
        return {} if self.created is None else self.created.walked()

    def walk(self, phase: str) -> None:
        """Open the page and walk through a phase, one operation after the other."""
        self.open()
        self._walk_phase = phase
        self._walk_timer.start()

    def _walk_on(self) -> None:
        waiting = self.page_on_screen and not self.view.operations
        if not waiting and not (self.page_on_screen and self.view.walk(self._walk_phase)):
            self._walk_timer.stop()

    def check_gradients(self) -> None:
        """Compare backpropagation with central differences at the present parameters."""
        self._check_requested = True

    def _tell_cost(self) -> None:
        """Tell what a check costs, or do not, since a question of a lesson may be about it."""
        if self.created is not None and self.view.check is not None:
            self.view.show_check(self.view.check, not self.window.strip.marks.concealed)

    # Questions ------------------------------------------------------------------------------------------

    def set_available(self, on: bool) -> None:
        super().set_available(on)
        for name in self.keys:
            self.window.actions_by_name[name].setEnabled(on)

    def question(self, slot: str) -> Any:
        snapshot = self.window.snapshot
        if snapshot is None or not self.page_on_screen:
            return None
        view, settings = snapshot.view, snapshot.view.settings
        if slot == GradientCheckQuestion.slot:
            if not self._check_requested or self._checking:
                return None
            self._check_requested, self._checking = False, True
            return GradientCheckQuestion(
                snapshot.run, view.step, view.parameters, self.point, settings.l1, settings.l2
            )
        schedule = schedule_of(settings)
        rate = settings.learning_rate * (1.0 if schedule is None else schedule.factor_at(view.step))
        numbers = (rate, settings.l1, settings.l2)
        about = (*moment_of(snapshot), self.point, settings.optimizer, view.mini_batch, *numbers)
        if not self._cadence.due(about):
            return None
        self._cadence.asked(about)
        return InspectionQuestion(snapshot.run, view.step, view.parameters, self.point, *numbers)

    def take_answer(self, slot: str, answer: Any) -> None:
        if isinstance(answer, InspectionAnswer):
            self._cadence.answered()
            if answer.point == self.point:
                self.view.show_answer(answer, self._unlike_the_step(), self._samples())
        elif isinstance(answer, GradientCheckAnswer):
            self._checking = not answer.check.complete
            if answer.point == self.point:
                self.view.show_check(answer, not self.window.strip.marks.concealed)

    def clear_questions(self) -> None:
        self._cadence.clear()
        self._check_requested = self._check_requested or self._checking
        self._checking = False

    def run_replaced(self, experiment: Experiment) -> None:
        self._check_requested = self._checking = False
        self._walk_timer.stop()
        if self.created is not None:
            self.created.clear()

    # From the window ------------------------------------------------------------------------------------

    def show_snapshot(self, snapshot: Snapshot) -> None:
        if self.point is not None and self.point >= _count(snapshot):
            self.point = 0
        if self._seen:
            self._mark()

    def read(self) -> None:
        self._notice_screen()
        if self._seen:
            self._name_point()

    def restyle(self, theme: Theme) -> None:
        pen = solid_pen(theme.text, 2.2)
        self.ring.set_style(RING * theme.point_size, pen, QBrush())
        super().restyle(theme)

    # Elsewhere in the window ----------------------------------------------------------------------------

    def _notice_screen(self) -> None:
        """Update keys, ring and light: the page was shown or hidden."""
        self.allow_keys()
        seen = self.page_on_screen
        if seen != self._seen:
            self._seen = seen
            self._light_up()
            self._mark()

    def _light_up(self) -> None:
        operation = self.created.operation if self.created is not None and self._seen else None
        if self._concealed:
            operation = None
        self.window.panel.light_up(operation.lit if operation is not None else None)

    def _mark(self) -> None:
        """Draw a ring around the point in the data view."""
        snapshot = self.window.snapshot
        if snapshot is None or self.point is None or not self._seen:
            self.ring.set_data(np.empty(0), np.empty(0))
            return
        samples = snapshot.samples
        shown = slice_of(samples, self.window.data_view.choice)
        at = places_of(samples, shown, *points_of(samples, self.point))
        self.ring.set_data(at[:, 0], at[:, 1])

    def _clicked(self, at_x: float, at_y: float) -> None:
        """Select the point that is nearest to a click in the data view."""
        if self.window.snapshot is None or not self.page_on_screen:
            return
        point = self.window.data_view.nearest(at_x, at_y)
        if point is not None:
            self.inspect(point)

    def _samples(self) -> Samples | None:
        return None if self.window.snapshot is None else self.window.snapshot.samples

    def _unlike_the_step(self) -> str:
        """Return how the update of this trace differs from the run's next step."""
        snapshot = self.window.snapshot
        if snapshot is None:
            return ""
        name = snapshot.view.settings.optimizer
        trained_on = None if self.point is None else self.point < len(snapshot.samples.X_train)
        optimizer = "" if name == "gradient_descent" else OPTIMIZERS[name].title
        return unlike_the_step(optimizer, snapshot.view.mini_batch, trained_on)

    def _name_point(self) -> None:
        snapshot = self.window.snapshot
        if snapshot is None or self.created is None:
            return
        samples = snapshot.samples
        if self.point is None:
            self.created.show_point(f"Mean over {len(samples.X_train)} training points", True)
            return
        n_train, n_test = len(samples.X_train), len(samples.X_test)
        what = samples.target_word(points_of(samples, self.point)[1][0])
        words = point_words(self.point, n_train, n_test, what)
        self.created.show_point(words, False)


def _count(snapshot: Snapshot) -> int:
    return len(snapshot.samples.X_train) + len(snapshot.samples.X_test)
