"""The next step seen from the side, beside the strip.

After a click on a jump of the loss, the step of the jump.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from playground.drawing.kit.theme import Theme
from playground.drawing.rate.side import STILL, SidePicture
from playground.engine.fewer_points import has_many_points
from playground.experiment import Experiment
from playground.lab.snapshot import RUNNING, Snapshot, moment_of
from playground.landscape.lookahead import still_holds
from playground.landscape.loss_jump import (
    PastStep,
    jump_near,
    mini_batch_at,
    other_points,
    past_step,
    penalty_set,
    why,
)
from playground.landscape.questions.next_step import NextStepAnswer, NextStepQuestion
from playground.landscape.questions.past_step import StepAnswer, StepQuestion
from playground.landscape.rate_words import flatter_than_limit
from playground.landscape.side import StepFromTheSide
from playground.numerals import number_text
from playground.ui.frame.cadence import Cadence
from playground.ui.frame.feature import Feature
from playground.ui.frame.notice_bar import Offer
from playground.ui.rate.side_view import SideView

if TYPE_CHECKING:
    from playground.ui.frame.workbench import Workbench

SECONDS, SECONDS_WHILE_RUNNING, SECONDS_WHEN_FAST, SECONDS_OF_MANY = 0.03, 0.08, 0.15, 1.0
"""Shortest time between two questions.

While steps come fast single ones cannot be followed, and the surface has precedence; of many points an answer
takes as long as a surface.
"""
NEXT_STEP = "the next step, seen from the side"
NEAR = 10.0
"""Distance from a click on the loss plot within which a jump is searched, in pixels."""
MARKS, OTHER_MARKS = ("1/λ", "2/λ"), ("lowest", "level")
"""The two marks for gradient descent over all points, λ being the curvature along the gradient, and for any
other direction."""
OF_ALL_POINTS = "J is the loss of all training points; the step itself follows the gradient of its batch."
LONG = 12.0
"""Seconds of a continued run after which the next step replaces an earlier one on the screen."""
MOVED_BY_HAND = "J jumps here because of a change by hand, not because of a step."


class SideFeature(Feature):
    """The question for the next step, at every change of α or of the parameters.

    On request, for earlier steps.
    """

    slots = (NextStepQuestion.slot, StepQuestion.slot)

    def __init__(self, window: Workbench):
        super().__init__(window)
        self.view = SideView()
        self.view.back_requested.connect(self.show_next)
        window.strip.set_side_view(self.view)
        window.loss_view.clicked.connect(self._loss_clicked)
        self.answer: NextStepAnswer | None = None
        self.past: PastStep | None = None
        self._hidden, self._titled, self._marked = False, NEXT_STEP, False
        window.strip.concealed_changed.connect(self.read)
        self._plain = self._batches = self._past_batches = False
        self._past_question: StepQuestion | None = None
        self._sentence = ""
        self._asked_of: Snapshot | None = None
        self._running_since: float | None = None
        self._cadence = Cadence(SECONDS, patience=1.0)

    def question(self, slot: str) -> Any:
        snapshot = self.window.snapshot
        if slot == StepQuestion.slot:
            question, self._past_question = self._past_question, None
            return question
        if snapshot is None or self.past is not None or not self.view.isVisible():
            return None
        self._cadence.interval = self._pause_at(snapshot)
        about = *moment_of(snapshot), snapshot.view.settings
        if not self._cadence.due(about):
            return None
        self._cadence.asked(about)
        settings = snapshot.view.settings
        self._batches = snapshot.view.mini_batch is not None
        descends = settings.optimizer == "gradient_descent" and settings.fault is None
        self._plain = descends and not self._batches
        return self._next_question(snapshot)

    def _pause_at(self, snapshot: Snapshot) -> float:
        if snapshot.state != RUNNING:
            return SECONDS
        if not self.window.fast:
            return SECONDS_WHILE_RUNNING
        return SECONDS_OF_MANY if has_many_points(snapshot.problem) else SECONDS_WHEN_FAST

    def _next_question(self, snapshot: Snapshot) -> NextStepQuestion:
        view = snapshot.view
        return NextStepQuestion(snapshot.run, view.step, view.checkpoint, view.settings)

    def take_answer(self, slot: str, answer: NextStepAnswer | StepAnswer) -> None:
        if isinstance(answer, NextStepAnswer):
            self._cadence.answered()
            self.answer = answer
            if self.past is None:
                self._show(answer)
        elif self.past is not None and answer.step == self.past.step:
            marks = MARKS if self.past.plain else OTHER_MARKS
            title = f"step {answer.step}, from the side"
            picture = SidePicture(answer.side, title, marks, self._past_batches)
            self.view.show_picture(picture, past=True)
            self.view.setToolTip(side_tooltip(answer.side, self._past_batches))
            offers = [Offer("Show the next step again", self.show_next)]
            self._sentence = why(self.past, answer.side)
            self.window.notices.say(self._sentence, offers, seconds=None, dismissed=self.show_next)

    @property
    def hidden_for_a_guess(self) -> bool:
        """Whether the picture is hidden because it would give away the answer to a guess."""
        return self.window.strip.marks.concealed

    def _title_of(self, answer: NextStepAnswer) -> str:
        """Return the title: that it is the next step only where it still is.

        On a busy machine the answer comes late.
        """
        snapshot = self.window.snapshot
        if snapshot is None or answer.step == snapshot.view.step:
            return NEXT_STEP
        age, now = snapshot.view.step - answer.step, snapshot.view.train_loss
        fresh = still_holds(age, 0, answer.side.standing, now, snapshot.state == RUNNING)
        return NEXT_STEP if fresh else f"step {answer.step}, from the side"

    def _show(self, answer: NextStepAnswer) -> None:
        side, self._titled = answer.side, self._title_of(answer)
        marks = MARKS if self._plain else OTHER_MARKS
        shown = self._marked = self.window.strip.marks.side_marks_shown
        self.view.set_hidden(self.hidden_for_a_guess)
        if self.hidden_for_a_guess:
            # Where the step would end, above or below, is the answer at the α under the pointer.
            self.view.show_picture(None)
            self.view.setToolTip("")
            return
        self.view.show_picture(SidePicture(side, self._titled, marks if shown else None, self._batches))
        self.view.setToolTip(side_tooltip(side, self._batches, self._limit() if self._plain else None))

    def _limit(self) -> float | None:
        """Return the limit that stands on the strip; None where there is none."""
        drawn = self.window.strip.marks.limit_drawn
        return drawn.limit if drawn is not None else None

    def show_next(self) -> None:
        """Show the next step again."""
        if self.past is not None:
            self.past = self._past_question = self._asked_of = None
            self.window.notices.take_back(self._sentence)
        self._cadence.clear()
        if self.answer is not None:
            self._show(self.answer)
        else:
            self.view.show_picture(None)

    def show_past(self, jump: tuple[int, int]) -> None:
        """Show the step that made J jump between these two recorded steps."""
        snapshot = self.window.snapshot
        if snapshot is None:
            return
        sentence = other_points(snapshot.view, jump) or penalty_set(snapshot.view, jump)
        if sentence is not None:
            self.show_next()
            self.window.notices.say(sentence)
            return
        past = past_step(snapshot.view, jump)
        if past is None:
            self.window.notices.say(MOVED_BY_HAND)
            return
        self.past, self._asked_of, self._running_since = past, snapshot, None
        batches = mini_batch_at(snapshot.view, past.step) is not None
        self._past_batches = past.update is not None and batches
        self._past_question = StepQuestion(
            snapshot.run, past.step, past.parameters, past.learning_rate, past.l1, past.l2, past.update
        )

    def read(self) -> None:
        self.view.set_hidden(self.hidden_for_a_guess)
        if self.past is not None and self._is_over():
            self.show_next()
        if self.past is not None or self.answer is None:
            self._hidden = self.hidden_for_a_guess
        elif (self._hidden, self._titled, self._marked) != (
            self.hidden_for_a_guess,
            self._title_of(self.answer),
            self.window.strip.marks.side_marks_shown,
        ):
            self._hidden = self.hidden_for_a_guess
            self._show(self.answer)

    def _is_over(self) -> bool:
        """Return whether the run has gone on for a while since an earlier step was shown, or was changed."""
        snapshot, asked = self.window.snapshot, self._asked_of
        if snapshot is None or asked is None or snapshot.moment or asked.moment:
            return False
        view, then = snapshot.view, asked.view
        if view.settings != then.settings or len(view.history.changes) != len(then.history.changes):
            return True
        if snapshot.state != RUNNING or snapshot.view.step == asked.view.step:
            return False
        now = time.monotonic()
        if self._running_since is None:
            self._running_since = now
        return now - self._running_since >= LONG

    def clear_questions(self) -> None:
        self._cadence.clear()

    def run_replaced(self, experiment: Experiment) -> None:
        self.answer = self.past = self._past_question = self._asked_of = None
        self.view.show_picture(None)

    def restyle(self, theme: Theme) -> None:
        self.view.restyle(self.window.strip.drawn_theme)

    def set_full(self, full: bool) -> None:
        self._cadence.clear()

    def _loss_clicked(self, at: float, loss: float, plain: bool) -> None:
        """Show the step that made a jump of the loss, after a click near it."""
        if not plain:
            return
        loss_view = self.window.loss_view
        near = NEAR * loss_view.pixel_size[0]
        jump = jump_near(loss_view.training_curve, at - near, at + near)
        if jump is not None:
            self.show_past(jump)


def side_tooltip(side: StepFromTheSide, batches: bool = False, limit: float | None = None) -> str:
    """Return the numbers behind the picture.

    batches: whether the step used a batch only. limit: 2/λmax of all directions, where it is shown.
    """
    if side.outcome in STILL:
        return side.sentence
    lines = [side.sentence, f"λ along the step = {number_text(side.curvature, 4)}, the curvature there"]
    if batches:
        lines.insert(1, OF_ALL_POINTS)
    if side.bottom is not None and side.level is not None:
        lines.append(
            f"α = {number_text(side.bottom, 3)} would land at the lowest point of the dashed parabola, "
            f"α = {number_text(side.level, 3)} as high as it began"
        )
        lines += filter(None, [flatter_than_limit(limit, side.level)])
    elif side.curvature <= 0:
        lines.append("J curves down along it: there is no lowest point to mark")
    return "\n".join(lines)
