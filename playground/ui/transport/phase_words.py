"""The sentences about a phase, about a run that was thrown out, and about one that has come back."""

from __future__ import annotations

import math

from playground.engine.recording.phase import (
    ARRIVED,
    CREEPING,
    DIVERGED,
    FALLING,
    RIPPLING,
    RISING,
    THROWN_OUT,
    PhaseFound,
    ThrownOut,
    thrown_by,
)
from playground.engine.recording.run_view import RunView
from playground.engine.schedules import slider_name
from playground.experiment import MIN_LEARNING_RATE, RATE_FIELDS
from playground.landscape.loss_jump import setting_at
from playground.landscape.stability import at_the_limit, divides
from playground.numerals import losses_apart, number_text, percent_text

NEAR_THE_LIMIT = 0.9
"""Smallest share of the limit at which α is called near it."""

NOT_YET = "No phase yet: it takes a few steps to tell."


def explained(found: PhaseFound) -> str:
    """Return the tooltip of a phase: the behaviour of J that defines it, in numbers."""
    if not found.word:
        return NOT_YET
    before, after = losses_apart(found.before, found.after)
    there = f"{before} at step {found.first} to {after} at step {found.last}"
    between = f"between steps {found.first} and {found.last}"
    small = f"is {number_text(found.share, 2)} of the largest of this run"
    if math.isfinite(found.gradient):
        small = f"of {number_text(found.gradient, 2)} is no more than the rounding of J"
    ripples = {FALLING: "fall", RISING: "rise"}.get(found.trend)
    over = f"between steps {found.trend_first} and {found.last}"
    trend = f" Crests and troughs {ripples} {over}." if ripples else ""
    J = "J of the last batches" if found.averaged else "J"
    # Between two measurements with mini-batches it may have been elsewhere.
    seen = ", as measured" if found.measured else ""
    sentences = {
        FALLING: f"{J} fell from {there}.",
        RISING: f"{J} rose from {there}.",
        CREEPING: f"{J} hardly changed {between}{seen}: all of it lies within {percent_text(found.share)}.",
        RIPPLING: (
            f"{J} goes up and down: {between} it rose {found.rises} times and fell {found.falls} times, as "
            f"recorded.{trend}"
        ),
        ARRIVED: (
            f"J changes by no more than rounding, and the gradient {small}: "
            "J is flat here, at a minimum, a saddle or a plateau."
        ),
        THROWN_OUT: f"{J} rose from {there}, and has stayed far above its recent best.",
        DIVERGED: "The next step leads to a J, or a norm of the gradient, that is not finite.",
    }
    return sentences[found.word]


def waits(step: int) -> str:
    """Return the tooltip of a run that was forked: it does nothing, and has no phase."""
    return f"No phase: the run waits at step {step} while its branches go on."


def still_out(rise: ThrownOut) -> str:
    """Return the tooltip of the phase while a run that was thrown out has not come back."""
    good, bar = losses_apart(rise.good_loss, rise.bar)
    return f"J was {good} at step {rise.good_step}. It counts as back when it stays below {bar}."


def thrown(view: RunView, rise: ThrownOut, limit: tuple[int, float] | None) -> str:
    """Return the sentence of a run that was thrown out. limit: (step, α) of the last one measured, if any."""
    cause = thrown_by(view, rise)
    rate = view.rate_at(cause)
    alpha, at = f"α = {number_text(rate)}", "at"
    if scheduled(view, cause):
        alpha, at = f"{alpha} at step {cause}", "with"
    of_batches = "" if view.mini_batch is None else " of the last batches"
    good, high = losses_apart(rise.good_loss, rise.loss)
    rose = f"J{of_batches} rose from {good} at step {rise.good_step} to {high} at step {rise.step}."
    if limit is None or rate <= limit[1]:
        return f"Thrown out: {at} {alpha} {rose}"
    times, there = times_the_limit(rate, limit[1])
    frozen = divides(str(setting_at(view, "optimizer", cause)))
    held = ", with the preconditioner held fixed" if frozen else ""
    return f"Thrown out: {alpha} is {times} times the limit at step {limit[0]} ({there}{held}); {rose}"


def thrown_in_short(view: RunView, rise: ThrownOut, limit: tuple[int, float] | None) -> tuple[str, ...]:
    """Return the same in fewer and fewer words, the longest first; each has both J. limit: as in thrown()."""
    cause = thrown_by(view, rise)
    rate = view.rate_at(cause)
    alpha = f"α = {number_text(rate)}"
    good, high = losses_apart(rise.good_loss, rise.loss)
    of_batches = "" if view.mini_batch is None else " of the last batches"
    rose = f"J{of_batches} rose from {good} to {high}."
    shorter = [f"Thrown out at {alpha}: {rose}", f"Thrown out: {rose}"]
    # There is no room for the condition that P is frozen, so the limit is left out here.
    frozen = divides(str(setting_at(view, "optimizer", cause)))
    if limit is not None and rate > limit[1] and not frozen:
        times, _ = times_the_limit(rate, limit[1])
        shorter.insert(0, f"Thrown out: {alpha} is {times} times the limit at step {limit[0]}; {rose}")
    return tuple(shorter)


def times_the_limit(rate: float, limit: float) -> tuple[str, str]:
    """Return α as a multiple of the limit, and the limit, so that their product is α as it is shown.

    Two digits each; three where two do not give α, to two digits.
    """
    times, there = rate / limit, limit
    for digits in (2, 3):
        times, there = (float(f"{value:.{digits}g}") for value in (rate / limit, limit))
        if f"{times * there:.2g}" == f"{rate:.2g}":
            break
    return number_text(times), number_text(there)


def back_again(view: RunView, rise: ThrownOut, step: int, loss: float) -> str:
    """Return the sentence of a run that has come back to this J at this step."""
    cause = thrown_by(view, rise)
    steered = any(change.field in RATE_FIELDS and change.step > cause for change in view.history.changes)
    how = "by itself"
    if steered or view.rate_at(view.step) != view.rate_at(cause):
        how = f"at α = {number_text(view.rate_at(view.step))}"
    now, good = losses_apart(loss, rise.good_loss)
    return f"J has come back to {now} {how}, at step {step}; it was {good} at step {rise.good_step}."


def scheduled(view: RunView, step: int) -> bool:
    """Return whether the α of this step was the slider's times a factor."""
    return str(setting_at(view, "schedule", step)) != "constant"


def slider_text(view: RunView, step: int, rate: float) -> str:
    """Return the slider at this α as an offer names it; under a schedule the α of a step is another one."""
    return f"{slider_name(str(setting_at(view, 'schedule', step)))} = {number_text(rate)}"


def lower_rate(rate: float, limit: float | None, factor: float = 1.0) -> tuple[float, str]:
    """Return an α of the slider to go on with after this one, and the text beside it.

    It is half of this one, or half the limit where half of it would be above that. factor: the schedule's
    factor of the slider's α.
    """
    half = max(rate / 2, MIN_LEARNING_RATE)
    if limit is None or half * factor <= limit:
        return half, ""
    lower = float(f"{limit / factor / 2:.2g}")
    return (lower, ", half the limit") if lower >= MIN_LEARNING_RATE else (MIN_LEARNING_RATE, "")


def beside_limit(rate: float, limit: float | None) -> str:
    """Return the text about α and the limit, beside the word for a run that ripples."""
    if limit is None or rate < NEAR_THE_LIMIT * limit:
        return ""
    if at_the_limit(rate / limit):
        return "at limit"
    return "above limit" if rate > limit else "near limit"
