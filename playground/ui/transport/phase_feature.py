"""The phase of the run, in a word at the top; and the notice when a run is thrown out, with ways back."""

from __future__ import annotations

from collections import deque
from functools import partial
from typing import TYPE_CHECKING

from playground.engine.branches.recovery import COARSENESS, Fallen, Recovery
from playground.engine.recording.phase import (
    DIVERGED,
    FALLING,
    FINISHED,
    HELD,
    RECENT,
    RIPPLING,
    RISING,
    THROWN_OUT,
    PhaseFound,
    ThrownOut,
    at_its_highest,
    batches_per_epoch,
    come_back,
    find_phase,
    first_thrown_out,
    goes_down,
    last_good,
    measured_anew,
    still_thrown_out,
    thrown_by,
)
from playground.engine.recording.run_view import RunView
from playground.experiment import Experiment
from playground.lab.snapshot import RUNNING, Snapshot
from playground.landscape.loss_jump import setting_at
from playground.landscape.questions.limit import LimitAnswer
from playground.landscape.stability import holds_while
from playground.ui.frame.feature import Feature
from playground.ui.frame.notice_bar import Offer
from playground.ui.frame.words import fewer_words
from playground.ui.transport.phase_words import (
    back_again,
    beside_limit,
    explained,
    lower_rate,
    slider_text,
    still_out,
    thrown,
    thrown_in_short,
    waits,
)

if TYPE_CHECKING:
    from playground.ui.frame.workbench import Workbench

LIMITS_KEPT = 64
LIMIT_AGE = 500
"""Age of a limit, in steps, from which on it no longer counts."""


class PhaseFeature(Feature):
    """The phase in the transport bar, and the notices that the run was thrown out and has come back.

    A notice stands as long as it is true. Meanwhile the phase is "thrown out", or "falling" where J falls by
    now; then the step in the notice is the one where J was highest.
    """

    def __init__(self, window: Workbench):
        super().__init__(window)
        self.phase = ""
        self._looked_at: Snapshot | None = None
        self._found_for: Snapshot | None = None
        self._found = PhaseFound("")
        self._fell = False
        self._run, self._seen, self._since = -1, -1, -1
        self._judged_up_to = -1
        self._standing: ThrownOut | None = None
        self._announced: int | None = None
        self._back_at: int | None = None
        self._sentence = ""
        self._in_short: tuple[str, ...] = ()
        self._divergence = self._finished = ""
        self._way: Recovery | Fallen | None = None
        self._limits: deque[LimitAnswer] = deque(maxlen=LIMITS_KEPT)
        window.lab.diverged.connect(self._take_divergence)
        window.strip.limit_measured.connect(self._limits.append)
        window.strip.ask_limit_for(self._needs_limits)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        self._looked_at = snapshot
        if self._finished and (snapshot.run != self._run or snapshot.finished != self._finished):
            # The run goes on, and stands elsewhere than the notice says.
            self.window.notices.take_back(self._finished)
        self._finished = snapshot.finished
        if snapshot.run != self._run:
            self._begin(snapshot)

    def read(self) -> None:
        snapshot = self._looked_at
        if snapshot is None:
            return
        if not snapshot.moment and snapshot.fork is None:
            self._follow(snapshot)
        self.phase, explained = self._phase(snapshot)
        if self.phase == THROWN_OUT and self._standing is None:
            # The notice was that it is back, and it is out again.
            self._take_back()
        where = self._where(snapshot)
        if where:
            explained += f" The limit holds {holds_while(snapshot.view.settings.optimizer)}."
        self.window.transport.show_phase(self.phase, where, explained)

    def run_replaced(self, experiment: Experiment) -> None:
        self._limits.clear()
        self._divergence = ""
        self._dismiss()

    def run_begun(self, experiment: Experiment) -> None:
        # A run that is brought back diverged has its notice already, and it is about this very run.
        sentence = self._divergence
        self.run_replaced(experiment)
        self._divergence = sentence

    def _begin(self, snapshot: Snapshot) -> None:
        """Begin with another run: what happened in it before is not announced again, but it stays true."""
        self._run, self._seen = snapshot.run, snapshot.view.step
        pauses = snapshot.state != RUNNING
        self._judged_up_to = self._since = snapshot.view.step if pauses else -1
        self._announced = self._back_at = None
        self._dismiss()
        if pauses and not snapshot.whole.diverged:
            self._standing = still_thrown_out(snapshot.whole.history, self._per_epoch(snapshot))

    def _phase(self, snapshot: Snapshot) -> tuple[str, str]:
        """Return the phase and its meaning."""
        view = snapshot.view
        if snapshot.fork is not None:
            return "", waits(view.step)
        word, words = self._where_j_goes(snapshot)
        # After new parameters or a new penalty, J is not the one that met the condition.
        if snapshot.finished and not snapshot.moment and measured_anew(view.history) < max(view.step, 1):
            if word not in (RISING, THROWN_OUT, DIVERGED):
                return FINISHED, snapshot.finished
            # That a condition ended the run must not hide that J went up.
            return word, f"{words} {snapshot.finished}"
        return word, words

    def _where_j_goes(self, snapshot: Snapshot) -> tuple[str, str]:
        """Return the phase of a run, and its meaning, whether or not it has ended."""
        view, rise = snapshot.view, self._standing
        found = self._find(snapshot)
        words = explained(found)
        if rise is None or view.diverged or view.step < rise.step:
            return found.word, words
        if found.word == FALLING:
            return FALLING, f"{words} {still_out(rise)}"
        return THROWN_OUT, still_out(rise)

    def _find(self, snapshot: Snapshot) -> PhaseFound:
        """Return the phase of the history, computed once for each snapshot."""
        if snapshot is not self._found_for:
            self._found_for = snapshot
            view = snapshot.view
            self._found = find_phase(view.history, view.diverged, self._per_epoch(snapshot))
        return self._found

    def _follow(self, snapshot: Snapshot) -> None:
        """Check whether the run was thrown out, or has come back."""
        view, per_epoch = snapshot.view, self._per_epoch(snapshot)
        if self._divergence and view.diverged and snapshot.run == self.window.lab.run_number:
            self._offer_ways_back(view, per_epoch)
        rise, judged_before = self._standing, self._judged_up_to
        if rise is not None and (view.step < rise.step or measured_anew(view.history) > rise.step):
            self._dismiss()
        # Steps that were made while it paused, as single ones, are checked too.
        new = snapshot.state == RUNNING or view.step != self._seen
        self._seen = view.step
        if new and self._standing is None and not view.diverged and not snapshot.finished:
            self._check_for_thrown_out(snapshot, per_epoch)
        if self._standing is not None:
            back = come_back(view.history, self._standing, per_epoch)
            if back is not None:
                self._announce_return(view, self._standing, back, self._judged_up_to != judged_before)
            else:
                self._announce_fall(snapshot, self._standing, per_epoch)

    def _announce_fall(self, snapshot: Snapshot, rise: ThrownOut, per_epoch: int) -> None:
        """Name the step at which J was highest in the present notice, once J has begun to fall."""
        falls = self._find(snapshot).word == FALLING
        begins, self._fell = falls and not self._fell, falls
        if begins:
            self._announce_thrown_out(snapshot.view, rise, per_epoch, follows=True)

    def _check_for_thrown_out(self, snapshot: Snapshot, per_epoch: int) -> None:
        view = snapshot.view
        since = self._since
        rise = first_thrown_out(view.history, since, per_epoch)
        self._since = max(view.step - 2 * HELD, self._judged_up_to)
        if rise is None or rise.crossed <= self._judged_up_to:
            return
        changed = max((c.step for c in view.history.changes if c.step < rise.crossed), default=-1)
        soon = self._back_at is None or rise.crossed - self._back_at < RECENT
        if changed == self._announced and soon:
            # With the same settings this happens again and again: the phase shows it.
            return
        falls = self._find(snapshot).word == FALLING or goes_down(view.history, per_epoch)
        if falls and come_back(view.history, rise, per_epoch) is None:
            # J is falling already. It may stop before it is back: this rise is looked at again.
            self._since = since
            return
        self._standing, self._judged_up_to, self._announced, self._back_at = (
            rise,
            rise.step,
            changed,
            None,
        )
        self._fell = False
        self._announce_thrown_out(view, rise, per_epoch)

    def _announce_thrown_out(
        self, view: RunView, rise: ThrownOut, per_epoch: int, follows: bool = False
    ) -> None:
        """Announce that the run was thrown out, with the ways back.

        follows: replace the present notice of it.
        """
        found = self._limit_at(view, rise.good_step)
        highest = at_its_highest(view.history, rise, per_epoch)
        sentence = thrown(view, highest, found)
        notices = self.window.notices
        if follows and (sentence == self._sentence or not notices.shows(self._sentence)):
            return
        self._sentence, self._in_short = sentence, thrown_in_short(view, highest, found)
        lower = self._lower_rate(view, thrown_by(view, rise), found)
        offers = [*self._offers(view, rise.good_step, *lower), Offer("Watch it go on", self._dismiss)]
        notices.say(sentence, offers, seconds=None, dismissed=self._dismiss, shorter=self._in_short)

    def _announce_return(
        self, view: RunView, rise: ThrownOut, back: tuple[int, float], at_once: bool
    ) -> None:
        """Announce that the run has come back, at which step and J.

        at_once: both in one notice, since the one before could not be read yet.
        """
        self._standing, self._back_at = None, view.step
        self._judged_up_to = self._since = view.step
        sentence = back_again(view, rise, *back)
        shorter: tuple[str, ...] = ()
        if at_once:
            shorter = (*(f"{words} {sentence}" for words in self._in_short), sentence)
            sentence = f"{self._sentence} {sentence}"
        if self.window.notices.follow_up(self._sentence, sentence, shorter=shorter):
            self._sentence = sentence

    def _dismiss(self) -> None:
        """End the notice: it was read, or is about another run."""
        self._standing = None
        self._take_back()

    def _take_back(self) -> None:
        self.window.notices.take_back(self._sentence)
        self._sentence = ""

    def _where(self, snapshot: Snapshot) -> str:
        if self.phase != RIPPLING:
            return ""
        view, newest = snapshot.view, self.window.strip.marks.limit
        if snapshot.moment:
            found = self._limit_at(view, view.step)
            limit = found[1] if found is not None else None
        else:
            # Use the strip's own limit, where it is one of this optimiser.
            limit = None
            if newest is not None and newest.run == snapshot.run:
                found_for = newest.stability
                limit = found_for.limit if found_for.optimizer == view.settings.optimizer else None
        return beside_limit(view.rate_at(view.step), limit)

    def _per_epoch(self, snapshot: Snapshot) -> int:
        return batches_per_epoch(snapshot.view.settings.batch_size, snapshot.problem.n_samples)

    def _needs_limits(self) -> bool:
        """Return whether the limit is needed: while it runs, and once before, since a fast run leaves soon.

        Mini-batches have no limit, and more work for the helper.
        """
        snapshot = self._looked_at
        if snapshot is None or snapshot.view.mini_batch is not None:
            return False
        return self.window.lab.state == RUNNING or snapshot.view.step == 0

    def _limit_at(self, view: RunView, step: int) -> tuple[int, float] | None:
        """Return the last limit measured before a step for its optimiser, as (step, α).

        Return None where there is none.
        """
        optimizer = setting_at(view, "optimizer", step)
        for answer in reversed(self._limits):
            if answer.step <= step:
                found = answer.stability
                if found.limit is None or found.optimizer != optimizer or step - answer.step > LIMIT_AGE:
                    return None
                return answer.step, found.limit
        return None

    def _lower_rate(self, view: RunView, step: int, limit: tuple[int, float] | None) -> tuple[float, str]:
        """Return a lower α to go on with after this step, and the text beside it."""
        slider = float(setting_at(view, "learning_rate", step))
        return lower_rate(slider, None if limit is None else limit[1], view.rate_at(step) / slider)

    def _offers(self, view: RunView, good_step: int, rate: float, beside: str) -> list[Offer]:
        window, run = self.window, self._run
        return [
            Offer(
                f"Back to step {good_step} with {slider_text(view, good_step, rate)}{beside}",
                lambda: window.lab.run_from(good_step, rate, run=run),
            ),
            self._offer_start(),
        ]

    def _offer_start(self) -> Offer:
        return Offer("Back to the start", self.window.actions_by_name["same_weights"].trigger)

    def _take_divergence(self, sentence: str, way: Recovery | Fallen | None) -> None:
        self._divergence, self._way = sentence, way

    def _offer_ways_back(self, view: RunView, per_epoch: int) -> None:
        """Offer a better step to go back to, where there is one, beside the notice of a diverged run."""
        sentence, self._divergence = self._divergence, ""
        self._standing, self._judged_up_to = None, view.step
        self._since = view.step
        good, way = last_good(view.history, per_epoch), self._way
        if good is None or view.step == 0 or way is None or isinstance(way, Fallen):
            # The notice has all that can be offered.
            return
        lab = self.window.lab
        here = self._limit_at(view, view.step)
        lower, beside = self._lower_rate(view, view.step, here)

        def go_on(rate: float) -> None:
            lab.set_learning_rate(rate)
            lab.run()

        if good[0] < view.step:
            back = self._lower_rate(view, view.step, self._limit_at(view, good[0]) or here)
            offers = self._offers(view, good[0], *back)
        elif way.back:
            # J was never lower than now: where the run went on when it was tried is all that is known.
            offers = self._offers(view, way.step, way.learning_rate, "")
        else:
            offers = [self._offer_start()]
        if not way.back:
            # No larger α than the one that was tried; but half a limit is known to work, and the next larger
            # α that was tried is COARSENESS times as large.
            if lower > way.learning_rate * (COARSENESS if beside else 1.0):
                lower, beside = way.learning_rate, ""
            text = f"Go on with {slider_text(view, view.step, lower)}{beside}"
            offers.append(Offer(text, partial(go_on, lower)))
        shorter = fewer_words(sentence)
        self.window.notices.follow_up(sentence, sentence, offers, seconds=None, shorter=shorter)
