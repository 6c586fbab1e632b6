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
    from playground.ui.files.opener import OpenedSession
    from playground.ui.frame.notice_bar import Offer
    from playground.ui.frame.workbench import Workbench

MOST_SECONDS = 30.0
"""Processor time that a replay may take: some hundred thousand steps of a small network."""
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
        self._announcement = ""
        self._offers: tuple[Offer, ...] = ()

    def begin(
        self, run: int, session: OpenedSession, announcement: str, offers: Sequence[Offer] = ()
    ) -> None:
        """Check the run of a figure, which is on the screen under this number.

        announcement, offers: the notice about it, which the result follows.
        """
        state = session.lab.run.state
        marks = session.marks or Marks()
        self._question = ReplayQuestion(
            run, state.step, state.checkpoint.theta, state.history.changes, marks, MOST_SECONDS
        )
        self._announcement, self._offers = announcement, tuple(offers)

    def question(self, slot: str) -> Any:
        # Asked once: an open question outlives whatever else clears questions, and so does its answer.
        question, self._question = self._question, None
        snapshot = self.window.snapshot
        if question is None or snapshot is None or question.run != snapshot.run:
            return None
        return question

    def take_answer(self, slot: str, answer: Any) -> None:
        if not isinstance(answer, ReplayAnswer):
            return
        sentence, notices = replay_words(answer), self.window.notices
        LOG.info("figure checked: %s", sentence)
        if notices.follow_up(
            self._announcement, f"{self._announcement} {sentence}", self._offers, shorter=(sentence,)
        ):
            return
        if not answer.same:
            notices.say(sentence)
        elif not notices.has_notice:
            notices.say(sentence, seconds=QUIET_SECONDS)


def replay_words(answer: ReplayAnswer) -> str:
    """Return a sentence about how the replay of a figure's run went."""
    if answer.same:
        return "Replayed here: the same to the last bit."
    if answer.parted is not None:
        return f"Replayed here, this run parts from the figure {_where(answer, answer.parted)}."
    reached, step = count_text(answer.reached), count_text(answer.step)
    far = f"Replayed here to step {reached} of {step}, where the time for a check was over"
    if answer.agreed:
        return f"{far}: the same to the last bit at step {count_text(answer.agreed)}."
    return f"{far}: nothing was compared."


def _where(answer: ReplayAnswer, parted: int) -> str:
    at = count_text(parted)
    if answer.agreed == parted - 1:
        where = f"at step {at}" if answer.agreed else "from its first step on"
    elif answer.agreed:
        where = f"between steps {count_text(answer.agreed)} and {at}"
    else:
        where = f"by step {at}"
    if answer.reached < answer.step:
        return where if answer.stopped else f"{where}: here it diverges at step {count_text(answer.reached)}"
    if not (math.isfinite(answer.off) and answer.off > 0.0):
        return where
    there = "where" if parted == answer.step else f"and at step {count_text(answer.step)}"
    return f"{where}, {there} θ differs by {number_text(answer.off, 3)} at most"
