"""What is said of a run that was thrown out, and of one that has come back."""

from __future__ import annotations

from playground.engine.phase import ThrownOut, thrown_by
from playground.engine.run_view import RunView
from playground.engine.schedules import slider_name
from playground.experiment import MIN_LEARNING_RATE, RATE_FIELDS
from playground.landscape.spike import setting_at
from playground.numerals import number_text

AT_THE_LIMIT, ABOVE_THE_LIMIT = 0.9, 1.1
"""Between these shares of the limit α is said to be at it."""

EXPLAINED = {
    "": "No phase yet: it takes a few steps to tell.",
    "creeping": "J changes by less than 2 % in 100 steps.",
    "falling": "J falls.",
    "rising": "J has risen by more than 2 % in 100 steps, or at that pace.",
    "rippling": "J rises at many steps; that alone is no harm.",
    "thrown out": "J has stayed far above its recent best.",
    "diverged": "J is no longer finite.",
    "finished": "The condition to stop at is met.",
}


def still_out(told: ThrownOut) -> str:
    """The tooltip of the phase while a run that was thrown out has not come back."""
    return (
        f"J was {number_text(told.good_loss, 2)} at step {told.good_step}. "
        f"It counts as back when it stays below {number_text(told.bar, 2)}."
    )


def thrown(view: RunView, told: ThrownOut, limit: tuple[int, float] | None) -> str:
    """The sentence of a run that was thrown out; limit: step and α of the one measured before, if any."""
    cause = thrown_by(view, told)
    rate = view.rate_at(cause)
    alpha, at = f"α = {number_text(rate)}", "at"
    if scheduled(view, cause):
        alpha, at = f"{alpha} at step {cause}", "with"
    rose = (
        f"J rose from {number_text(told.good_loss, 2)} at step {told.good_step} "
        f"to {number_text(told.loss, 2)} at step {told.step}."
    )
    if limit is None or rate <= limit[1]:
        return f"Thrown out: {at} {alpha} {rose}"
    times, there = number_text(rate / limit[1], 2), number_text(limit[1], 2)
    return f"Thrown out: {alpha} is {times} times {there}, the limit at step {limit[0]}; {rose}"


def back_again(view: RunView, told: ThrownOut, loss: float) -> str:
    """The sentence of a run that has come back to this J."""
    cause = thrown_by(view, told)
    steered = any(change.field in RATE_FIELDS and change.step > cause for change in view.history.changes)
    how = "by itself"
    if steered or view.rate_at(view.step) != view.rate_at(cause):
        how = f"at α = {number_text(view.rate_at(view.step))}"
    return (
        f"J has come back to {number_text(loss, 2)} {how}, at step {view.step}; "
        f"it was {number_text(told.good_loss, 2)} at step {told.good_step}."
    )


def scheduled(view: RunView, step: int) -> bool:
    """Whether the α of this step was the slider's times a factor."""
    return str(setting_at(view, "schedule", step)) != "constant"


def slider_text(view: RunView, step: int, rate: float) -> str:
    """The slider at this α, as an offer names it; under a schedule the steps' own α is another one."""
    return f"{slider_name(str(setting_at(view, 'schedule', step)))} = {number_text(rate)}"


def lower_rate(rate: float, limit: float | None, factor: float = 1.0) -> tuple[float, str]:
    """An α of the slider to go on with after this one, and what is said beside it: half of it, or half the
    limit where half of it would be above that. factor: what a schedule makes of the slider's α.
    """
    half = max(rate / 2, MIN_LEARNING_RATE)
    if limit is None or half * factor <= limit:
        return half, ""
    lower = max(float(f"{limit / factor / 2:.2g}"), MIN_LEARNING_RATE)
    return min(lower, half), ", half the limit"


def beside_limit(rate: float, limit: float | None) -> str:
    """Where α lies, beside the word for a run that ripples."""
    if limit is None or rate < AT_THE_LIMIT * limit:
        return ""
    return "above limit" if rate > ABOVE_THE_LIMIT * limit else "at limit"
