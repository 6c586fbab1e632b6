"""Goals of lessons: what a student has to reach, checked against what the network really did."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, ClassVar

import numpy as np

from playground.engine.backprop.operation import PHASES
from playground.engine.recording.history import HistoryView
from playground.engine.recording.run_view import RunView
from playground.engine.schedules import slider_name
from playground.experiment import Experiment
from playground.experiment_checks import show
from playground.lessons.challenge import Score, score_of
from playground.numerals import MOST_DIGITS, count_text, loss_text, number_text, percent_text

LONGEST_NAME = 100


@dataclass(frozen=True)
class Evidence:
    """The facts that a goal is checked against.

    view             the run now; None before the first snapshot
    since            the step at which the lesson's step began, in this run
    gradients        ∂j/∂variable of the chain-rule lab, where it is open
    value            j of the chain-rule lab
    pages            the pages that were opened since the lesson's step began
    walked           how many operations of each phase of the inspector were seen since, and of how many
    sharpness        λmax at the newest step where it is known
    measured_at      that step; None: the present one
    limit, rate      the limit 2/α of the step after it, and the slider's α there; rate None: the present one
    dead_relus       hidden neurons that no training point activates; None where unknown
    experiment       what the lesson began the run with; None where it did not
    from_start       whether this run began at step 0 in this window
    shown            whether "Show me" made steps of this run
    best             the best score that was kept for this goal
    to_beat          that of the lesson's part before it, with one α
    saturated        the share of |g'| < 0.01 over hidden neurons and points; None where unknown
    """

    view: RunView | None = None
    since: int = 0
    gradients: Mapping[str, float] = field(default_factory=dict)
    value: float | None = None
    pages: frozenset[str] = frozenset()
    walked: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    sharpness: float | None = None
    limit: float | None = None
    measured_at: int | None = None
    rate: float | None = None
    dead_relus: int | None = None
    saturated: float | None = None
    experiment: Experiment | None = None
    from_start: bool = False
    shown: bool = False
    best: int | None = None
    to_beat: int | None = None


class Goal:
    """One kind of goal. A subclass has its numbers as fields and decides whether they are reached."""

    kind: ClassVar[str]
    by_training: ClassVar[bool] = True
    at_rest: ClassVar[bool] = False
    """Whether it counts only what was let go of: a value that is passed in a drag is not reached."""
    withholds_lookahead: ClassVar[bool] = False
    """Whether the look-ahead would answer it, so that it is hidden meanwhile."""

    def reading(self, evidence: Evidence, of_formula: bool = False) -> str:
        """Return the number that decides, as it is now, named as the sentence names it; empty where none is.

        of_formula: as in sentence.
        """
        return ""

    def met(self, evidence: Evidence) -> bool:
        """Return whether it is reached."""
        raise NotImplementedError

    def missed(self, evidence: Evidence) -> bool:
        """Return whether the run has missed it: it diverged. With a smaller α it may go on and reach it."""
        view = evidence.view
        return self.by_training and view is not None and view.diverged and not self.met(evidence)

    def sentence(self, of_formula: bool = False) -> str:
        """Return the goal as a sentence for the student."""
        raise NotImplementedError

    def sentence_under(self, schedule: str, of_formula: bool = False) -> str:
        """Return the same where this schedule scales α; of_formula: where J has no training set."""
        return self.sentence(of_formula)


@dataclass(frozen=True)
class LossBelow(Goal):
    """Training loss J below a value, by training; within a number of steps where one is given."""

    kind: ClassVar[str] = "loss_below"
    value: float
    within: int | None = None

    def met(self, evidence: Evidence) -> bool:
        losses = _losses_since(evidence, self.within)
        return losses.size > 0 and bool(np.min(losses) < self.value)

    def missed(self, evidence: Evidence) -> bool:
        if self.within is None or evidence.view is None:
            return super().missed(evidence)
        late = evidence.view.step > evidence.since + self.within and not self.met(evidence)
        return late or super().missed(evidence)

    def reading(self, evidence: Evidence, of_formula: bool = False) -> str:
        text = _loss_now(evidence, of_formula)
        if self.within is None or evidence.view is None:
            view = evidence.view
            if view is not None and not view.train_loss < self.value and self.met(evidence):
                return f"{text}; {_reached_at(evidence, np.argmin)}"
            return text
        curve, since = evidence.view.history.curves["train_loss"], evidence.since
        within = (curve.steps > since) & (curve.steps <= since + self.within)
        below = curve.steps[within & (curve.values < self.value)]
        if below.size:
            # Later steps count no more, and "122 steps of 100" would deny that it is reached.
            return f"{text}; below {_plain(self.value)} after {_count(int(below[0]) - since, 'step')}"
        return f"{text}, {_steps_of(_steps_made(evidence), self.within)}"

    def sentence(self, of_formula: bool = False) -> str:
        within = f" within {self.within} steps" if self.within else ""
        return f"Reach {'' if of_formula else 'a training loss '}J below {_plain(self.value)}{within}."


@dataclass(frozen=True)
class ByHand(Goal):
    """Training loss J below a value at weights that the student has set, not trained."""

    kind: ClassVar[str] = "by_hand"
    at_rest: ClassVar[bool] = True
    value: float

    def met(self, evidence: Evidence) -> bool:
        view = evidence.view
        if view is None or not view.train_loss < self.value:
            return False
        return any(
            change.field == "parameters" and change.step >= evidence.since for change in view.history.changes
        )

    def reading(self, evidence: Evidence, of_formula: bool = False) -> str:
        return _loss_now(evidence, of_formula)

    def sentence(self, of_formula: bool = False) -> str:
        return f"Bring {_j(of_formula)} below {_plain(self.value)} by hand."


@dataclass(frozen=True)
class LossAbove(Goal):
    """Training loss J above a value, or not finite at all; with no α above a rate where one is given."""

    kind: ClassVar[str] = "loss_above"
    value: float
    rate: float | None = None

    def met(self, evidence: Evidence) -> bool:
        if self.rate is not None and _largest_rate(evidence) > self.rate:
            return False
        if evidence.view is not None and evidence.view.diverged:
            return True
        losses = _losses_since(evidence, None)
        return losses.size > 0 and bool(np.max(losses) > self.value)

    def reading(self, evidence: Evidence, of_formula: bool = False) -> str:
        text, view = _loss_now(evidence, of_formula), evidence.view
        if view is None or view.diverged or view.train_loss > self.value or not self.met(evidence):
            return text
        return f"{text}; {_reached_at(evidence, np.argmax)}"

    def sentence(self, of_formula: bool = False) -> str:
        rate = f" with α at most {_plain(self.rate)}" if self.rate is not None else ""
        return f"Throw {_j(of_formula)} above {_plain(self.value)}{rate}."


@dataclass(frozen=True)
class Steps(Goal):
    """A number of steps made since the lesson's step began."""

    kind: ClassVar[str] = "steps"
    at_least: int

    def met(self, evidence: Evidence) -> bool:
        return evidence.view is not None and evidence.view.step - evidence.since >= self.at_least

    def reading(self, evidence: Evidence, of_formula: bool = False) -> str:
        return "" if evidence.view is None else _count(_steps_made(evidence), "step")

    def sentence(self, of_formula: bool = False) -> str:
        return f"Make at least {self.at_least} step{'s' if self.at_least > 1 else ''}."


@dataclass(frozen=True)
class LearningRate(Goal):
    """The slider's α between two values while at least a number of steps are made."""

    kind: ClassVar[str] = "learning_rate"
    low: float
    high: float
    steps: int = 1

    def met(self, evidence: Evidence) -> bool:
        return self._steps(evidence) >= self.steps

    def reading(self, evidence: Evidence, of_formula: bool = False) -> str:
        if evidence.view is None:
            return ""
        rate, made = _plain(evidence.view.settings.learning_rate), max(self._steps(evidence), 0)
        before = self._steps_before(evidence)
        if made < self.steps <= before:
            return f"α = {rate}; it was between the two for {_count(before, 'step')}"
        return f"α = {rate}, {_count(made, 'step')} between the two"

    def _steps(self, evidence: Evidence) -> int:
        """Return the steps made since α changed, where it is between the two; else −1."""
        view = evidence.view
        if view is None or not self.low <= view.settings.learning_rate <= self.high:
            return -1
        changes = [change.step for change in view.history.changes if change.field == "training.learning_rate"]
        return view.step - max([evidence.since, *changes])

    def _steps_before(self, evidence: Evidence) -> int:
        """Return the most steps in a row that were made with one α between the two, since the step began."""
        view, most = evidence.view, 0
        assert view is not None
        at, rate = evidence.since, view.experiment.training.learning_rate
        for change in view.history.changes:
            if change.field == "training.learning_rate":
                if self.low <= rate <= self.high:
                    most = max(most, change.step - at)
                at, rate = max(at, change.step), float(change.value)
        return most

    def sentence(self, of_formula: bool = False) -> str:
        return self.sentence_under("constant")

    def sentence_under(self, schedule: str, of_formula: bool = False) -> str:
        steps = f"{self.steps} step{'s' * (self.steps != 1)}"
        rate = "α" if schedule == "constant" else f"the {slider_name(schedule)}"
        return f"Train {steps} with {rate} between {_plain(self.low)} and {_plain(self.high)}."


@dataclass(frozen=True)
class Overshoots(Goal):
    """The training loss rises from one step to the next, at full batch."""

    kind: ClassVar[str] = "overshoots"
    times: int = 1

    def met(self, evidence: Evidence) -> bool:
        return self._rises(evidence) >= self.times

    def reading(self, evidence: Evidence, of_formula: bool = False) -> str:
        return f"it rose at {_count(self._rises(evidence), 'step')}"

    def _rises(self, evidence: Evidence) -> int:
        return int(np.count_nonzero(np.diff(_losses_since(evidence, None)) > 0))

    def sentence(self, of_formula: bool = False) -> str:
        times = "" if self.times == 1 else f" at {self.times} steps"
        rising = "J" if of_formula else "the training loss"
        return f"Make {rising} rise{times}, by the learning rate alone."


@dataclass(frozen=True)
class Accuracy(Goal):
    """The share of training points whose class is predicted right."""

    kind: ClassVar[str] = "accuracy"
    at_least: float

    def met(self, evidence: Evidence) -> bool:
        return evidence.view is not None and evidence.view.train_accuracy >= self.at_least

    def reading(self, evidence: Evidence, of_formula: bool = False) -> str:
        if evidence.view is None:
            return ""
        share, digits = evidence.view.train_accuracy, 2
        # As few digits as the readout has, but 89.96 % must not read as the 90 % that it falls short of.
        while digits < MOST_DIGITS and (_rounded(share, digits) >= self.at_least) != self.met(evidence):
            digits += 1
        return f"{percent_text(share, digits)} of the training points right"

    def sentence(self, of_formula: bool = False) -> str:
        return f"Classify at least {_plain(100 * self.at_least)} % of the training points right."


@dataclass(frozen=True)
class Gradient(Goal):
    """A gradient of the chain-rule lab has this value."""

    kind: ClassVar[str] = "gradient"
    at_rest: ClassVar[bool] = True
    by_training: ClassVar[bool] = False
    variable: str
    value: float
    tolerance: float = 0.05

    def met(self, evidence: Evidence) -> bool:
        gradient = evidence.gradients.get(self.variable)
        return gradient is not None and abs(gradient - self.value) <= self.tolerance

    def reading(self, evidence: Evidence, of_formula: bool = False) -> str:
        gradient = evidence.gradients.get(self.variable)
        return "" if gradient is None else f"∂j/∂{self.variable} = {_plain(gradient)}"

    def sentence(self, of_formula: bool = False) -> str:
        return f"Make ∂j/∂{self.variable} equal {_plain(self.value)}."


@dataclass(frozen=True)
class PageSeen(Goal):
    """A page of the window was opened."""

    kind: ClassVar[str] = "page"
    by_training: ClassVar[bool] = False
    name: str

    def met(self, evidence: Evidence) -> bool:
        return self.name in evidence.pages

    def sentence(self, of_formula: bool = False) -> str:
        return f"Open the page “{self.name.replace('_', ' ')}”."


@dataclass(frozen=True)
class Walk(Goal):
    """Every operation of a phase was seen in the inspector."""

    kind: ClassVar[str] = "walk"
    by_training: ClassVar[bool] = False
    phase: str

    def __post_init__(self) -> None:
        if self.phase not in PHASES:
            raise GoalError("phase", f"must be one of {', '.join(PHASES)}.")

    def met(self, evidence: Evidence) -> bool:
        seen, count = evidence.walked.get(self.phase, (0, 0))
        return 0 < count <= seen

    def reading(self, evidence: Evidence, of_formula: bool = False) -> str:
        seen, count = evidence.walked.get(self.phase, (0, 0))
        return f"{seen} of {_count(count, 'operation')} seen" if count else ""

    def sentence(self, of_formula: bool = False) -> str:
        return f"Go through each operation of the phase “{self.phase.capitalize()}” in the inspector."


@dataclass(frozen=True)
class AtTheLimit(Goal):
    """Sharpness within a share of the stability limit, after at least a number of steps.

    With no α above a rate where one is given.
    """

    kind: ClassVar[str] = "at_the_limit"
    within: float = 0.05
    steps: int = 0
    rate: float | None = None

    def met(self, evidence: Evidence) -> bool:
        if evidence.view is None or evidence.sharpness is None or not evidence.limit:
            return False
        now = evidence.view.settings.learning_rate if evidence.rate is None else evidence.rate
        if self.rate is not None and now > self.rate:
            return False
        enough = self._step(evidence) - evidence.since >= self.steps
        return enough and evidence.sharpness >= (1.0 - self.within) * evidence.limit

    def reading(self, evidence: Evidence, of_formula: bool = False) -> str:
        if evidence.view is None or evidence.sharpness is None or not evidence.limit:
            return ""
        step = self._step(evidence)
        steps = f", {_steps_of(max(step - evidence.since, 0), self.steps)}" if self.steps else ""
        older = f" (at step {count_text(step)})" if step != evidence.view.step else ""
        return f"λmax = {_short(evidence.sharpness)}, 2/α = {_short(evidence.limit)}{steps}{older}"

    @staticmethod
    def _step(evidence: Evidence) -> int:
        """Return the step that λmax and its limit are of."""
        assert evidence.view is not None
        return evidence.view.step if evidence.measured_at is None else evidence.measured_at

    def sentence(self, of_formula: bool = False) -> str:
        rate = f"with α at most {_plain(self.rate)} " if self.rate is not None else ""
        near = f"{_plain(100 * (1 - self.within))} % of " if self.within else ""
        after = f" {self.steps} steps or more" if self.steps else ""
        return f"Train{after} {rate}until the sharpness λmax is at least {near}its limit 2/α."


@dataclass(frozen=True)
class DeadNeurons(Goal):
    """A number of relus that no training point activates."""

    kind: ClassVar[str] = "dead_relus"
    at_least: int = 1

    def met(self, evidence: Evidence) -> bool:
        return evidence.dead_relus is not None and evidence.dead_relus >= self.at_least

    def reading(self, evidence: Evidence, of_formula: bool = False) -> str:
        return "" if evidence.dead_relus is None else _count(evidence.dead_relus, "dead relu")

    def sentence(self, of_formula: bool = False) -> str:
        return f"Kill at least {self.at_least} relu{'s' if self.at_least > 1 else ''}."


@dataclass(frozen=True)
class Saturated(Goal):
    """This share of neurons and points lies where the slope of g is below 0.01."""

    kind: ClassVar[str] = "saturated"
    at_least: float = 0.5

    def met(self, evidence: Evidence) -> bool:
        return evidence.saturated is not None and evidence.saturated >= self.at_least

    def reading(self, evidence: Evidence, of_formula: bool = False) -> str:
        return "" if evidence.saturated is None else f"{_short(100 * evidence.saturated)} % saturated"

    def sentence(self, of_formula: bool = False) -> str:
        return f"Saturate at least {_plain(100 * self.at_least)} % of the hidden neurons."


@dataclass(frozen=True)
class FewestSteps(Goal):
    """Training loss J below a value, in as few steps as possible; the best score is kept.

    one_rate: 1 where every step of the run must have the same α.
    """

    kind: ClassVar[str] = "fewest_steps"
    withholds_lookahead: ClassVar[bool] = True
    value: float
    one_rate: int = 0

    def score(self, evidence: Evidence) -> Score:
        """Return the score of the present run."""
        view = evidence.view
        if view is None:
            return Score(None)
        one_rate, from_start, shown = bool(self.one_rate), evidence.from_start, evidence.shown
        return score_of(view, evidence.experiment, self.value, one_rate, from_start, shown)

    def met(self, evidence: Evidence) -> bool:
        # What was shown reaches it too, and is not ticked: no score is kept of it.
        steps = self.score(replace(evidence, shown=False)).steps
        beaten = evidence.shown or evidence.to_beat is None or steps is None or steps < evidence.to_beat
        return steps is not None and beaten

    def missed(self, evidence: Evidence) -> bool:
        # Below the value, and not in fewer steps than with one α: another run may do it.
        late = self.score(evidence).steps is not None and not self.met(evidence)
        return late or super().missed(evidence)

    def reading(self, evidence: Evidence, of_formula: bool = False) -> str:
        if evidence.view is None:
            return ""
        score = self.score(evidence)
        now = f"{_loss_now(evidence, of_formula)} at step {count_text(evidence.view.step)}"
        if score.steps is not None:
            now = f"below {_plain(self.value)} after {_count(score.steps, 'step')}"
        best = f". Best: {_count(evidence.best, 'step')}" if evidence.best is not None else ". No score yet"
        if evidence.to_beat is not None:
            beaten = evidence.best is not None and evidence.best < evidence.to_beat
            said = "beaten" if beaten else "to beat"
            best += f"; {said}: {_count(evidence.to_beat, 'step')} with one α"
        refused = f". This run does not count: {score.refused}" if score.refused else ""
        return f"{now}{best}{refused}"

    def sentence(self, of_formula: bool = False) -> str:
        rate = "one α for the whole run" if self.one_rate else "α may change during the run"
        return f"Bring {_j(of_formula)} below {_plain(self.value)} in few steps; {rate}."


GOALS: Mapping[str, type[Goal]] = {
    goal.kind: goal
    for goal in (
        LossBelow,
        ByHand,
        LossAbove,
        Steps,
        LearningRate,
        Overshoots,
        Accuracy,
        Gradient,
        PageSeen,
        Walk,
        AtTheLimit,
        DeadNeurons,
        Saturated,
        FewestSteps,
    )
}


class GoalError(ValueError):
    """A goal that cannot be read; `.field` names the entry that is wrong."""

    def __init__(self, field_name: str, message: str):
        super().__init__(message)
        self.field = field_name


def make_goal(content: Mapping[str, Any]) -> Goal:
    """Return the goal of these entries in a lesson file. Raises GoalError."""
    kind = content.get("kind")
    kind = kind if isinstance(kind, str) else show(kind)
    if kind not in GOALS:
        raise GoalError("kind", f"must be one of {', '.join(GOALS)}.")
    entries = {entry.name: entry for entry in fields(GOALS[kind])}  # type: ignore[arg-type]
    values = {name: value for name, value in content.items() if name != "kind"}
    for name, value in values.items():
        if name not in entries:
            raise GoalError(name, f"is no entry of the goal {kind}; it has {', '.join(entries)}.")
        expected = str if entries[name].type == "str" else int | float
        if not isinstance(value, expected) or isinstance(value, bool):
            raise GoalError(name, f"must be {'a text' if expected is str else 'a number'}.")
        if isinstance(value, str) and len(value) > LONGEST_NAME:
            raise GoalError(name, f"must be at most {LONGEST_NAME} characters.")
        if not isinstance(value, str) and not abs(value) <= sys.float_info.max:
            raise GoalError(name, "must be a finite number.")
    try:
        return GOALS[kind](**values)
    except TypeError:
        raise GoalError("kind", f"the goal {kind} needs {', '.join(entries)}.") from None


def _losses_since(evidence: Evidence, within: int | None) -> np.ndarray:
    """Return the training losses recorded after the step at which the lesson's step began."""
    if evidence.view is None:
        return np.empty(0)
    history: HistoryView = evidence.view.history
    curve = history.curves["train_loss"]
    last = math.inf if within is None else evidence.since + within
    rows = (curve.steps > evidence.since) & (curve.steps <= last)
    return np.asarray(curve.values[rows])


def _reached_at(evidence: Evidence, best: Callable[[np.ndarray], Any]) -> str:
    """Return the J that decided, of those made since the lesson's step began, and its step."""
    assert evidence.view is not None
    curve = evidence.view.history.curves["train_loss"]
    later = curve.steps > evidence.since
    at = int(best(curve.values[later]))
    value, step = float(curve.values[later][at]), int(curve.steps[later][at])
    return f"it was {loss_text(value)} at step {count_text(step)}"


def _j(of_formula: bool) -> str:
    return "J" if of_formula else "the training loss J"


def _largest_rate(evidence: Evidence) -> float:
    """Return the largest α of the steps made since the lesson's step began; −∞ before the first."""
    if evidence.view is None:
        return -math.inf
    curve = evidence.view.history.curves["learning_rate"]
    return float(np.max(curve.values[curve.steps > evidence.since], initial=-math.inf))


def _steps_made(evidence: Evidence) -> int:
    return 0 if evidence.view is None else evidence.view.step - evidence.since


def _steps_of(made: int, asked: int) -> str:
    """Return the steps made of those asked for; past these their number alone."""
    return f"{_count(made, 'step')} of {asked}" if made <= asked else _count(made, "step")


def _loss_now(evidence: Evidence, of_formula: bool) -> str:
    if evidence.view is None:
        return ""
    name = "J" if of_formula else "training loss J"
    return f"{name} = {loss_text(evidence.view.train_loss)}"


def _count(number: int, noun: str) -> str:
    return f"{count_text(number)} {noun}{'s' * (number != 1)}"


def _rounded(share: float, digits: int) -> float:
    """Return a share as percent_text shows it; NaN is as it is."""
    if math.isnan(share):
        return share
    percent = 100.0 * share
    return float(f"{percent:.{max(digits, len(str(int(percent))))}g}") / 100.0


def _short(value: float) -> str:
    return number_text(value, 4)


def _plain(value: float) -> str:
    return number_text(value, 6)
