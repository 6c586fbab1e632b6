"""Guess first: a guess is pinned on the strip before the answer is shown; its error is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from playground.engine.schedules import schedule_of, slider_name
from playground.experiment import Experiment
from playground.landscape.lookahead import rates_on
from playground.landscape.questions.guess import (
    GuessedFastestQuestion,
    GuessedLimitQuestion,
    factor_off,
    typical,
)
from playground.landscape.questions.limit import LimitAnswer
from playground.landscape.questions.lookahead import LookaheadAnswer
from playground.landscape.rate_words import NO_BOUND
from playground.landscape.stability import WHILE, holds_while
from playground.numerals import LIMIT_DIGITS, loss_text, number_text
from playground.ui.frame.feature import Feature
from playground.ui.frame.notice_bar import Offer
from playground.ui.frame.preferences import Preferences
from playground.ui.rate.after_overshoot_feature import WITHHELD

if TYPE_CHECKING:
    from playground.ui.frame.workbench import Workbench

BREAKS, FASTEST = "limit", "fastest"
STEPS = 100
HOW = "Click on the scale, or press Enter at the thumb."
ASKS = {
    BREAKS: f"From which α on do steps across the steepest wall land higher, {{shape}}? {HOW}",
    FASTEST: f"Which {{rate}} gets lowest in {STEPS} steps from here? {HOW}",
}
KEPT = 50
LONGEST = 20 * KEPT
FARTHEST = 1e12
"""Largest factor by which a guess on the strip can be off."""
LESSON_ASKS = "The lesson asks for a guess on this scale: give that first, or leave the lesson."
NOTHING_BELOW = f"No answer to that here: {NO_BOUND}."
NOTHING_IS_LOWEST = "No answer to that here: which α reaches the lowest J cannot be foretold."


class Scores:
    """The factors by which the guesses of each kind were off, saved for the next start."""

    def __init__(self, preferences: Preferences):
        self._preferences = preferences
        self._of_session: Mapping[str, list[float]] | None = None

    def of(self, kind: str) -> list[float]:
        """Return the factors so far, the newest last."""
        if self._of_session is not None:
            return self._of_session.get(kind, [])[-KEPT:]
        return self._remembered(kind)

    @property
    def all(self) -> dict[str, tuple[float, ...]]:
        """Return the factors of each kind that there are."""
        return {kind: tuple(self.of(kind)) for kind in ASKS if self.of(kind)}

    def go_on_with(self, factors: Mapping[str, Sequence[float]]) -> None:
        """Count from those of a session on; what the next start remembers grows as before."""
        self._of_session = {kind: list(factors.get(kind, ())) for kind in ASKS}

    def _remembered(self, kind: str) -> list[float]:
        factors = []
        for part in self._preferences.text(f"guesses/{kind}", "", LONGEST).split():
            try:
                factor = float(part)
            except ValueError:
                continue
            if 1.0 <= factor <= FARTHEST:
                factors.append(factor)
        return factors[-KEPT:]

    def add(self, kind: str, factor: float) -> None:
        if self._of_session is not None:
            self._of_session[kind].append(factor)
        kept = [*self._remembered(kind), factor][-KEPT:]
        self._preferences.set_text(f"guesses/{kind}", " ".join(f"{value:.4g}" for value in kept))

    def sentence(self, kind: str) -> str:
        """Return a sentence about how good the guesses have been."""
        factors = self.of(kind)
        if len(factors) < 2:
            return ""
        best, usual = number_text(min(factors), 2), number_text(typical(factors), 2)
        return f"{len(factors)} guesses so far: typically {usual}× off, at best {best}×."


class PendingGuess(NamedTuple):
    """A guess without its answer: its kind, and the α that was pinned; None: none is pinned yet."""

    kind: str
    rate: float | None


class GuessFeature(Feature):
    """A guess in four parts: hide the answer, wait for a click on the strip, ask the lab, show the result."""

    slots = (GuessedLimitQuestion.slot, GuessedFastestQuestion.slot)

    def __init__(self, window: Workbench):
        super().__init__(window)
        self.kind: str | None = None
        self.scores = Scores(window.preferences)
        self._guess: float | None = None
        self._asks: Any = None
        menu = window.menu("learn")
        for name, kind in (("guess_limit", BREAKS), ("guess_fastest", FASTEST)):
            action = window.actions_by_name[name]
            action.triggered.connect(lambda _=False, kind=kind: self.start(kind))
            menu.addAction(action)
        window.strip.guessed.connect(self.pin)
        window.strip.concealed_changed.connect(self._withdraw)

    @property
    def waiting(self) -> bool:
        """Whether a guess is asked for and not pinned yet."""
        return self.kind is not None and self._guess is None

    @property
    def pending(self) -> PendingGuess | None:
        """The guess that is asked for, or whose answer is not there yet."""
        return None if self.kind is None else PendingGuess(self.kind, self._guess)

    def go_on_with(self, pending: PendingGuess) -> None:
        """Ask for a guess again that was pending elsewhere; where it was pinned, ask for its answer."""
        self.start(pending.kind)
        if pending.rate is not None:
            self.pin(pending.rate)

    def start(self, kind: str) -> None:
        """Ask for a guess. Training pauses, so that the answer belongs to the present parameters."""
        window = self.window
        if kind == FASTEST and window.strip.marks.lookahead_withheld:
            window.notices.say(WITHHELD)
            return
        if not window.strip.request_pin(self, self.give_up):
            window.notices.say(LESSON_ASKS)
            return
        window.lab.pause()
        self.kind, self._guess, self._asks = kind, None, None
        window.strip.ask_for_guess(True)
        snapshot = window.snapshot
        shape = WHILE if snapshot is None else holds_while(snapshot.view.settings.optimizer)
        words = ASKS[kind].format(rate=self._rate_name(kind), shape=shape)
        window.notices.say(words, [Offer("Give up", self.give_up)], seconds=None, dismissed=self.give_up)
        window.strip.take_focus()

    def pin(self, rate: float) -> None:
        """Take the guess and ask for the answer."""
        snapshot, kind = self.window.snapshot, self.kind
        if snapshot is None or not self.waiting:
            return
        self._guess = rate
        strip = self.window.strip
        strip.ask_for_guess(False)
        strip.mark(guess=rate)
        view, settings = snapshot.view, snapshot.view.settings
        common = (snapshot.run, view.step, view.checkpoint)
        if kind == BREAKS:
            self._asks = GuessedLimitQuestion(*common, settings.l1, settings.l2)
        else:
            rates = rates_on(strip.scale)
            schedule = schedule_of(settings)
            self._asks = GuessedFastestQuestion(*common, rates, STEPS, settings.l1, settings.l2, schedule)

    def _withdraw(self) -> None:
        """End the guess: the lesson has its answer, or was left."""
        if not self.window.strip.marks.concealed:
            self.window.notices.take_back(LESSON_ASKS)

    def give_up(self) -> None:
        """Cancel the guess."""
        self._end()
        self.window.strip.mark(guess=None)
        self.window.notices.end()

    def question(self, slot: str) -> Any:
        if self._asks is None or self._asks.slot != slot:
            return None
        question, self._asks = self._asks, None
        return question

    def take_answer(self, slot: str, answer: LimitAnswer | LookaheadAnswer) -> None:
        guess, kind = self._guess, self.kind
        if guess is None or kind is None:
            return
        if isinstance(answer, LimitAnswer):
            self._end()
            self.window.strip.reveal("limit")
            found = answer.stability
            if found.limit is None:
                self._show_result(found.reason, kind)
            else:
                shape, there = holds_while(found.optimizer), number_text(found.limit, LIMIT_DIGITS)
                self._compare(kind, guess, found.limit, f"the limit is α = {there}, {shape}")
        elif answer.complete:
            self._end()
            self.window.strip.reveal("lookahead")
            ahead = answer.lookahead
            if ahead.lowest is None:
                self._show_result(NOTHING_IS_LOWEST if ahead.escape is None else NOTHING_BELOW, kind)
                return
            best, rate = float(ahead.learning_rates[ahead.lowest]), self._rate_name(kind)
            lowest = loss_text(float(ahead.losses[ahead.lowest]))
            name = "lowest that is certain" if ahead.lowest_is_rivalled else "lowest"
            name += " of those tried" if ahead.lowest_falls_on else ""
            self._compare(kind, guess, best, f"{name} is {rate} = {number_text(best, 3)}, with J {lowest}")

    def clear_questions(self) -> None:
        # The answer will not come: the guess can be pinned again.
        if self.kind is not None:
            self._guess = self._asks = None
            self.window.strip.ask_for_guess(True)

    def another_run(self, experiment: Experiment) -> None:
        if self.kind is not None:
            self.give_up()

    def run_replaced(self, experiment: Experiment) -> None:
        # With other points a guess that was pinned has to be pinned again; one that was answered is old.
        self.window.strip.mark(guess=None)

    def _rate_name(self, kind: str) -> str:
        """Return the name of what is guessed.

        The limit is the α of a step, the lowest J is reached with the slider's.
        """
        snapshot = self.window.snapshot
        if snapshot is None or kind == BREAKS:
            return "α"
        return slider_name(snapshot.view.settings.schedule)

    def _compare(self, kind: str, guess: float, answer: float, what: str) -> None:
        off = factor_off(guess, answer)
        self.scores.add(kind, off)
        distance = "a hit" if off < 1.05 else f"off by a factor of {number_text(off, 2)}"
        yours = f"{self._rate_name(kind)} = {number_text(guess, 3)}"
        text = f"Your guess is {yours}, {what}: {distance}. {self.scores.sentence(kind)}"
        self._show_result(text.strip(), kind)

    def _show_result(self, text: str, kind: str) -> None:
        again = Offer("Guess again", lambda: self.start(kind))
        mark = self.window.strip.mark
        self.window.notices.say(text, [again], seconds=None, dismissed=lambda: mark(guess=None))

    def _end(self) -> None:
        if self.kind is None:
            # The slider may be asking for a lesson's pin.
            return
        self.kind = self._guess = self._asks = None
        self.window.strip.ask_for_guess(False)
        self.window.strip.release_pin(self)
