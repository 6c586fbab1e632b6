"""The stability limit on the strip: where the track creeps, falls and overshoots, and why."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from playground.drawing.rate.strip import StripLimit
from playground.engine.optimizers import OPTIMIZERS
from playground.engine.schedules import schedule_of
from playground.experiment import Experiment, TrainingSettings
from playground.lab.snapshot import moment_of
from playground.landscape.lookahead import FALL, Lookahead, rates_on
from playground.landscape.questions.limit import LimitAnswer, LimitQuestion
from playground.landscape.rate_words import RateWord, Stretch, rate_words, stretches
from playground.landscape.stability import WHILE_FROZEN_SHORT, Stability, divides, holds_while
from playground.numerals import LIMIT_DIGITS, number_text
from playground.ui.frame.cadence import Cadence
from playground.ui.rate.after_overshoot_feature import AfterOvershootFeature
from playground.ui.rate.lookahead_feature import lookahead_of_now, plain

if TYPE_CHECKING:
    from playground.ui.frame.workbench import Workbench

SECONDS = 0.2
RULES = {
    RateWord.CREEPS: f"creeps: the look-ahead ends within {100 * FALL:g} % of J now",
    RateWord.FALLS: f"falls: the look-ahead ends lower by {100 * FALL:g} % or more",
    RateWord.OVERSHOOTS: "overshoots: α is above the limit; where the look-ahead ends lower all the same, "
    "one of its steps landed higher",
}
"""The meanings of the words on the track."""
NO_LOOK_AHEAD = "creeps, falls: these words come with the look-ahead, Ctrl+K"
FROZEN = (
    "P is what the next step divides by. It changes at every step, and the limit holds while it is frozen: "
    "above it a run may still settle, below it one may rise"
)

HIDDEN = "the limit is switched off: Ctrl+L shows it"
BOTH_HIDDEN = "limit and look-ahead are switched off: Ctrl+L and Ctrl+K show them"


class LimitFeature(AfterOvershootFeature):
    """The question for the stability limit, and its mark on the strip.

    In the simple layout it is hidden until the first overshoot; a key shows or hides it.
    """

    part = "limit"
    slots = (LimitQuestion.slot,)

    def __init__(self, window: Workbench):
        super().__init__(window)
        self._asked_with: TrainingSettings | None = None
        self._answered_with: TrainingSettings | None = None
        self._drawn_limit: StripLimit | None = None
        self._why = ""
        self.cadence = Cadence(SECONDS, patience=3.0)

    @property
    def answer(self) -> LimitAnswer | None:
        """The newest answer about the present run; None where there is none."""
        return self.window.strip.marks.limit

    def question(self, slot: str) -> LimitQuestion | None:
        snapshot, strip = self.window.snapshot, self.window.strip
        needed = (self.shown and strip.isVisible()) or strip.limit_needed
        if snapshot is None or not needed or self.cadence.waiting or not self.cadence.rested:
            return None
        view, settings = snapshot.view, snapshot.view.settings
        about = *moment_of(snapshot), plain(settings)
        if not self.cadence.due(about):
            return None
        self.cadence.asked(about)
        self._asked_with = plain(settings)
        return LimitQuestion(snapshot.run, view.step, view.checkpoint, settings.l1, settings.l2)

    def take_answer(self, slot: str, answer: LimitAnswer) -> None:
        self.cadence.answered()
        self._answered_with = self._asked_with
        self.window.strip.mark(limit=answer)

    def clear_questions(self) -> None:
        self.cadence.clear()

    def run_replaced(self, experiment: Experiment) -> None:
        self.window.strip.mark(limit=None)

    def read(self) -> None:
        super().read()
        strip = self.window.strip
        limit = self._drawn_limit
        if not self.shown:
            limit = None
        elif self.answer is not None:
            limit = self._strip_limit(self.answer)
        why = self._why_hidden()
        if (limit, why) != (self._drawn_limit, self._why):
            self._drawn_limit, self._why = limit, why
            strip.mark(limit_drawn=limit, why_no_limit=why)

    def _strip_limit(self, answer: LimitAnswer) -> StripLimit:
        """Return what the track shows: no words while limit or look-ahead belong to other settings."""
        snapshot, strip = self.window.snapshot, self.window.strip
        scale, factor = strip.scale, self._factor()
        if snapshot is None or plain(snapshot.view.settings) != self._answered_with:
            return strip_limit(answer, (), scale, factor)
        ahead = lookahead_of_now(strip.marks, snapshot)
        if ahead is None and strip.marks.lookahead_shown:
            return strip_limit(answer, (), scale, factor)
        return strip_limit(
            answer, words_on(scale, ahead, answer.stability, factor), scale, factor, ahead is not None
        )

    def _why_hidden(self) -> str:
        """Return what was switched off, the limit or the look-ahead too.

        Empty where it is hidden for another reason.
        """
        marks = self.window.strip.marks
        if not marks.limit_off:
            return ""
        return BOTH_HIDDEN if marks.lookahead_off else HIDDEN

    def _factor(self) -> float | None:
        """Return the schedule's factor of α in the next step; None where there is no schedule."""
        snapshot = self.window.snapshot
        schedule = schedule_of(snapshot.view.settings) if snapshot is not None else None
        return None if schedule is None or snapshot is None else schedule.factor_at(snapshot.view.step)


def words_on(
    scale: tuple[float, float], ahead: Lookahead | None, stability: Stability, factor: float | None = None
) -> tuple[Stretch, ...]:
    """Return the words along the scale, which are about the slider's α as the look-ahead is.

    factor: the schedule's factor of that α in the next step; the limit is about the product.
    """
    rates = rates_on(scale) if ahead is None else ahead.learning_rates
    if factor is not None and stability.limit is not None:
        stability = replace(stability, limit=stability.limit / factor)
    return tuple(stretches(rates, rate_words(rates, ahead, stability), stability.limit))


def strip_limit(
    answer: LimitAnswer,
    words: tuple[Stretch, ...],
    scale: tuple[float, float],
    factor: float | None = None,
    looked_ahead: bool = True,
) -> StripLimit:
    """Return what the track shows. scale: its least and greatest α.

    factor: the schedule's factor of the slider's α; the limit is about the product, the α of a step.
    looked_ahead: whether the words come from a look-ahead too.
    """
    found = answer.stability
    present = [rule for word, rule in RULES.items() if any(word == stretch.word for stretch in words)]
    rules = "\n".join([tooltip(answer), *present, *([] if looked_ahead else [NO_LOOK_AHEAD])])
    if found.limit is None:
        return StripLimit(None, words, found.reason, rules)
    limit, there = found.limit, number_text(found.limit, LIMIT_DIGITS)
    shorter: tuple[str, ...] = ()
    shape = holds_while(found.optimizer)
    if limit > scale[1]:
        sentence, shorter = f"limit beyond the scale, at {there}, {shape}", (f"limit at {there}, {shape}",)
    elif limit < scale[0]:
        sentence, shorter = f"limit below the scale, at {there}, {shape}", (f"limit at {there}, {shape}",)
    else:
        mark = f"from the mark at {there} on" if factor is None else f"with the ring at {there} or more"
        higher = f"steps across the steepest wall land higher, {shape}"
        sentence, shorter = f"{mark}, {higher}", (f"from {there} on, {higher}", f"limit at {there}, {shape}")
    if divides(found.optimizer):
        shorter = (*shorter, f"limit {there}, {WHILE_FROZEN_SHORT}")
    return StripLimit(limit, words, sentence, rules, shorter)


def tooltip(answer: LimitAnswer) -> str:
    """Return the eigenvalues behind the mark."""
    found = answer.stability
    lines = []
    if found.limit is not None:
        lines.append(
            f"{OPTIMIZERS[found.optimizer].title}: stable on a quadratic up to "
            f"α = {found.formula} = {number_text(found.limit, 4)}"
        )
    else:
        lines.append(found.reason)
    if divides(found.optimizer):
        lines.append(f"λmax(P⁻¹H) = {number_text(found.sharpness, 4)}. {FROZEN}")
    lines += [eigenvalue_text(found), f"{found.shape} {found.note}".strip(), f"at step {answer.step}"]
    return "\n".join(lines)


def eigenvalue_text(found: Stability) -> str:
    """Return λmax and λmin with their residuals."""
    ends = found.ends
    return (
        f"λmax = {number_text(ends.largest, 4)} (residual {number_text(ends.largest_residual, 2)}), "
        f"λmin = {number_text(ends.smallest, 4)} (residual {number_text(ends.smallest_residual, 2)})"
    )
