"""The check of a figure that was opened: a replay of its run, in the background."""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from playground.engine.recording.marks import Marks
from playground.landscape.questions.replay_check import ReplayAnswer, ReplayQuestion
from playground.numerals import count_text, number_text
from playground.ui.frame.feature import Feature

if TYPE_CHECKING:
    from playground.lab.snapshot import Snapshot
    from playground.ui.files.opener import OpenedSession
    from playground.ui.frame.notice_bar import Offer
    from playground.ui.frame.workbench import Workbench

MOST_SECONDS = 30.0
"""Processor time that a replay may take: several hundred thousand steps of a small network."""
QUIET_SECONDS = 8.0
"""How long a notice is shown that nothing is wrong."""
LOG = logging.getLogger(__name__)


class ReplayCheckFeature(Feature):
    """Asks for a replay of the run of a figure, and says whether it comes to the same θ.

    The replay ends with the run on the screen: the helper drops it where another run begins.
    """

    slots = (ReplayQuestion.slot,)

    def __init__(self, window: Workbench):
        super().__init__(window)
        self._question: ReplayQuestion | None = None
        self._name = ""
        self._announcement: tuple[str, ...] = ("",)
        self._said = ""
        """The notice that stays as long as the run of the figure is on the screen."""
        self._said_of: int | None = None

    def begin(
        self,
        run: int,
        session: OpenedSession,
        name: str,
        announcement: tuple[str, ...],
        offers: Sequence[Offer],
    ) -> None:
        """Say that a figure is opened, and check its run, which is on the screen under this number.

        announcement, offers: the notice about it, to which the result is added, and shorter ones. It stays
        until the run is another one: a figure has neither curves nor path as long as it is not replayed.
        """
        state = session.lab.run.state
        marks = session.marks or Marks()
        self._question = ReplayQuestion(
            run, state.step, state.checkpoint.theta, state.history.changes, marks, MOST_SECONDS
        )
        self._name, self._announcement = name, announcement
        self._said, *shorter = announcement
        self._said_of = run
        self.window.notices.keep_saying(self._said, offers, shorter)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        if self._said and snapshot.run != self._said_of:
            said, self._said = self._said, ""
            self.window.notices.take_back(said)

    def question(self, slot: str) -> Any:
        # Asked once: an open question outlives whatever else clears questions, and so does its answer.
        question, snapshot = self._question, self.window.snapshot
        if question is None or snapshot is None or snapshot.run < question.run:
            return None
        self._question = None
        return question if question.run == snapshot.run else None

    def take_answer(self, slot: str, answer: Any) -> None:
        if not isinstance(answer, ReplayAnswer):
            return
        sentence, brief, notices = replay_words(answer), replay_words(answer, True), self.window.notices
        LOG.info("%s: %s", self._name, sentence)
        whole, *less = (f"{said} {sentence}" for said in self._announcement)
        said, self._said = self._said, whole
        if notices.complete(said, whole, (*less, sentence, brief)):
            return
        # Meanwhile something else was said, or done: the sentence has to name what it is about.
        alone, shorter = (f"{self._name}, {text[0].lower()}{text[1:]}" for text in (sentence, brief))
        if not answer.same:
            notices.say(alone, shorter=(shorter,))
        elif not notices.has_notice:
            notices.say(alone, seconds=QUIET_SECONDS)


def replay_words(answer: ReplayAnswer, brief: bool = False) -> str:
    """Return a sentence about how the replay of a figure's run went. brief: only where the two part."""
    if answer.same:
        return "Replayed here: the same to the last bit."
    if answer.parted is not None:
        end = "" if brief else _end(answer, answer.parted)
        return f"Replayed here, this run parts from the figure {_where(answer, answer.parted)}{end}."
    reached, step = count_text(answer.reached), count_text(answer.step)
    far = f"Replayed here to step {reached} of {step}, where the time for a check was over"
    if answer.agreed:
        return f"{far}: the same to the last bit at step {count_text(answer.agreed)}."
    return f"{far}: nothing was compared."


def _where(answer: ReplayAnswer, parted: int) -> str:
    at = count_text(parted)
    if answer.agreed == parted - 1:
        return f"at step {at}" if answer.agreed else "from its first step on"
    return f"between steps {count_text(answer.agreed)} and {at}" if answer.agreed else f"by step {at}"


def _end(answer: ReplayAnswer, parted: int) -> str:
    """Return what follows in a parted run: where it ended, or how far apart the two are at the last step."""
    if answer.reached < answer.step:
        return "" if answer.stopped else f": here it diverges at step {count_text(answer.reached)}"
    if not (math.isfinite(answer.off) and answer.off > 0.0):
        return ""
    there = "where" if parted == answer.step else f"and at step {count_text(answer.step)}"
    return f", {there} θ differs by {number_text(answer.off, 3)} at most"
