"""The strip knows the limit: where the track creeps, falls and overshoots, and why."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal

from playground.drawing.marks import OPTIMIZER_NAMES
from playground.drawing.strip_drawing import StripLimit
from playground.engine.schedules import schedule_of
from playground.experiment import Experiment
from playground.landscape.lookahead import FALL
from playground.landscape.stability import PRECONDITIONED, LimitAnswer, LimitQuestion, Stability
from playground.numerals import number_text
from playground.ui.cadence import Cadence
from playground.ui.discovered_feature import DiscoveredFeature

if TYPE_CHECKING:
    from playground.ui.workbench import Workbench

SECONDS = 0.2
CREEPING_SHARE = 0.01
"""Without a look-ahead, *falls* begins at this share of the limit."""
CREEPS_BELOW_A_SHARE = f"creeps: α below {CREEPING_SHARE:g} of the limit (there is no look-ahead)"
CREEPS_IN_THE_LOOK_AHEAD = f"creeps: in the steps of the look-ahead J falls by less than {100 * FALL:g} %"

HIDDEN = "the limit is switched off: Ctrl+L shows it"
BOTH_HIDDEN = "limit and look-ahead are switched off: Ctrl+L and Ctrl+K show them"

FORMULAS = {
    "gradient_descent": "2/λmax",
    "momentum": "2(1 + β)/λmax",
    "nesterov": "(2 + 2β)/((1 + 2β)·λmax)",
    "rmsprop": "2(1 + momentum)/λmax(P⁻¹H)",
    "adam": "2(1 + β₁)/((1 − β₁)·λmax(P⁻¹H))",
    "adamw": "2(1 + β₁)/((1 − β₁)·λmax(P⁻¹H)), weight decay counted",
}


class LimitFeature(DiscoveredFeature):
    """Asks where the optimiser begins to overshoot, and tells the strip.

    In the simple layout the strip keeps it to itself until the first overshoot; a key shows or hides it.
    """

    slots = (LimitQuestion.slot,)
    measured = Signal(object)
    """A LimitAnswer has come."""

    def __init__(self, window: Workbench):
        super().__init__(window, "show_limit")
        self.answer: LimitAnswer | None = None
        self.falls_from: float | None = None
        self._told: StripLimit | None = None
        self._why = ""
        self._needs: list[Any] = []
        self._cadence = Cadence(SECONDS, patience=3.0)

    def also_for(self, needed: Any) -> None:
        """Ask also while needed() is true."""
        self._needs.append(needed)

    def question(self, slot: str) -> LimitQuestion | None:
        snapshot = self.window.snapshot
        wanted = (self.shown and self.window.strip.isVisible()) or any(needed() for needed in self._needs)
        if snapshot is None or not wanted or self._cadence.waiting or not self._cadence.rested:
            return None
        view, settings = snapshot.view, snapshot.view.settings
        about = snapshot.run, view.step, replace(settings, learning_rate=1.0)
        if not self._cadence.due(about):
            return None
        self._cadence.asked(about)
        return LimitQuestion(snapshot.run, view.step, view.checkpoint, settings.l1, settings.l2)

    def take_answer(self, slot: str, answer: LimitAnswer) -> None:
        self._cadence.answered()
        self.answer = answer
        self.measured.emit(answer)

    def forget_questions(self) -> None:
        self._cadence.forget()

    def run_replaced(self, experiment: Experiment) -> None:
        self.answer = None

    def read(self) -> None:
        super().read()
        strip = self.window.strip
        limit = self._told
        if not self.shown:
            limit = None
        elif self.answer is not None:
            limit = told(self.answer, self.falls_from, strip.slider.scale, self._factor())
        why = self._why_hidden()
        if (limit, why) != (self._told, self._why):
            self._told, self._why = limit, why
            strip.set_limit(limit, why)

    def _why_hidden(self) -> str:
        """What was switched off, the limit or the look-ahead too; nothing where it is for another reason."""
        if not self.switched_off:
            return ""
        others = (part for part in self.window.features if part is not self)
        both = any(isinstance(part, DiscoveredFeature) and part.switched_off for part in others)
        return BOTH_HIDDEN if both else HIDDEN

    def _factor(self) -> float | None:
        """What the schedule makes of the slider's α in the coming step; None where there is none."""
        snapshot = self.window.snapshot
        schedule = schedule_of(snapshot.view.settings) if snapshot is not None else None
        return None if schedule is None or snapshot is None else schedule.factor_at(snapshot.view.step)


def told(
    answer: LimitAnswer,
    falls_from: float | None,
    scale: tuple[float, float],
    factor: float | None = None,
) -> StripLimit:
    """What the track is told; falls_from as the look-ahead has it, scale its least and greatest α.

    factor: what a schedule multiplies the slider's α by, which the look-ahead is about. All that is told is
    about the product, the α of a step.
    """
    found = answer.stability
    if found.limit is None:
        return StripLimit(None, None, found.reason, tooltip(answer))
    limit = found.limit
    shorter: tuple[str, ...] = ()
    if limit > scale[1]:
        sentence = f"limit beyond the scale, at {number_text(limit, 2)}, while the valley keeps this shape"
    elif limit < scale[0]:
        sentence = f"limit below the scale, at {number_text(limit, 2)}, while the valley keeps this shape"
    else:
        past, there = "past the mark at" if factor is None else "with the ring past", number_text(limit, 2)
        shape = "while the valley keeps this shape"
        higher = f"{there}, steps across the steepest wall land higher, {shape}"
        sentence, shorter = f"{past} {higher}", (f"past {higher}", f"limit at {there}, {shape}")
    if falls_from is None:
        falls_from, rule = CREEPING_SHARE * limit, CREEPS_BELOW_A_SHARE
    else:
        falls_from, rule = falls_from * (1.0 if factor is None else factor), CREEPS_IN_THE_LOOK_AHEAD
    return StripLimit(limit, falls_from, sentence, f"{tooltip(answer)}\n{rule}", shorter)


def tooltip(answer: LimitAnswer) -> str:
    """The eigenvalues behind the mark."""
    found = answer.stability
    lines = []
    if found.limit is not None:
        lines.append(
            f"{OPTIMIZER_NAMES[found.optimizer]}: stable on a quadratic up to "
            f"α = {FORMULAS[found.optimizer]} = {number_text(found.limit, 4)}"
        )
    else:
        lines.append(found.reason)
    if found.optimizer in PRECONDITIONED:
        lines.append(
            f"λmax(P⁻¹H) = {number_text(found.sharpness, 4)}; P is what the next step divides by, held fixed"
        )
    lines += [eigenvalue_text(found), f"{found.shape} {found.note}".strip(), f"at step {answer.step}"]
    return "\n".join(lines)


def eigenvalue_text(found: Stability) -> str:
    """λmax and λmin with their residuals."""
    ends = found.ends
    return (
        f"λmax = {number_text(ends.largest, 4)} (residual {number_text(ends.largest_residual, 2)}), "
        f"λmin = {number_text(ends.smallest, 4)} (residual {number_text(ends.smallest_residual, 2)})"
    )
