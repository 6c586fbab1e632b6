"""The race: all optimisers from the present point on, as a fork, with one α or each with its best."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from playground.engine.optimizers import OPTIMIZERS
from playground.lab.snapshot import RUNNING
from playground.landscape.lookahead import rates_on
from playground.landscape.questions.race import NoRace, RaceAnswer, RaceQuestion
from playground.ui.frame.feature import Feature
from playground.ui.runs.fork_feature import ForkFeature
from playground.ui.runs.fork_list import race_of, race_words

if TYPE_CHECKING:
    from playground.arrays import Floats
    from playground.experiment import Experiment, TrainingSettings
    from playground.ui.frame.workbench import Workbench
    from playground.ui.runs.fork_page import ForkPage


def searched(found: int) -> str:
    """Return the sentence while the best α is known of so many optimisers."""
    return f"The best α of each optimiser is being computed: {found} of {len(OPTIMIZERS)}."


class RaceFeature(Feature):
    """The command of the race, its button on the page of the fork, and the question for the best α.

    While that is computed the run pauses: it is the best only from the point where it was asked for.
    """

    slots = (RaceQuestion.slot,)

    def __init__(self, window: Workbench):
        super().__init__(window)
        self._wanted = False
        self._asked: tuple[RaceQuestion, TrainingSettings, Floats] | None = None
        self._number = 0
        self._forked = False
        action = window.actions_by_name["race"]
        action.triggered.connect(lambda _=False: self.open())
        window.menu("run").addAction(action)

    def join(self) -> None:
        self._page.race_requested.connect(self.race)
        self._page.fork_requested.connect(lambda _: self._forget())

    @property
    def _page(self) -> ForkPage:
        return self.fellow(ForkFeature).page_view

    def open(self) -> None:
        """Open the page of the fork, and race with the α that is chosen there."""
        self.fellow(ForkFeature).show_page()
        self.race()

    def race(self) -> None:
        """Race with the α that is chosen on the page."""
        snapshot = self.window.snapshot
        if snapshot is None:
            return
        self._forget()
        if not self._page.each_its_best or snapshot.view.settings.fault is not None:
            self.fellow(ForkFeature).fork_with(race_of())
            return
        self._wanted = True
        self.window.lab.pause()
        self._page.show_race_words(searched(0))

    def question(self, slot: str) -> RaceQuestion | None:
        snapshot = self.window.snapshot
        if not self._wanted or self._asked is not None or snapshot is None or snapshot.state == RUNNING:
            return None
        view = snapshot.view
        self._number += 1
        question = RaceQuestion(
            run=snapshot.run,
            step=view.step,
            checkpoint=view.checkpoint,
            settings=view.settings,
            learning_rates=rates_on(self.window.strip.scale),
            n_steps=self.window.strip.marks.lookahead_steps,
            number=self._number,
        )
        self._asked = question, view.settings, view.parameters
        return question

    def take_answer(self, slot: str, answer: RaceAnswer) -> None:
        snapshot, asked = self.window.snapshot, self._asked
        if asked is None or answer.number != self._number or snapshot is None:
            return
        question, settings, parameters = asked
        view = snapshot.view
        same = (snapshot.run, view.step, view.settings) == (answer.run, answer.step, settings)
        if not same or not np.array_equal(view.parameters, parameters):
            # A step was made, a setting was chosen, or the ball was moved: question() asks again.
            self._asked = None
            self._page.show_race_words(searched(0))
            return
        if not answer.complete:
            self._page.show_race_words(searched(len(answer.best)))
            return
        self._wanted, self._asked = False, None
        self.fellow(ForkFeature).fork_with(race_of(answer.best))
        words = race_words(answer.best, question.learning_rates, question.n_steps, settings.schedule)
        self._page.show_race_words(words)

    def read(self) -> None:
        snapshot = self.window.snapshot
        if self._asked is not None and snapshot is not None and snapshot.state == RUNNING:
            # A run that goes on has no race.
            self._forget()
        forked = snapshot is not None and snapshot.fork is not None
        if self._forked and not forked and not self._wanted:
            self._forget()
        self._forked = forked

    def clear_questions(self) -> None:
        self._asked = None

    def another_run(self, experiment: Experiment) -> None:
        self._forget()

    def _forget(self) -> None:
        if self._asked is not None:
            question = self._asked[0]
            self.window.lab.ask(NoRace(question.run, question.step))
        self._wanted, self._asked = False, None
        self._page.show_race_words("")
