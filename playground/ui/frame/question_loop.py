"""The loop that carries snapshots and answers to the views, and their questions to the lab."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from playground.engine.problem_of_experiment import network_on_data

if TYPE_CHECKING:
    from playground.experiment import Experiment
    from playground.lab.lab import Lab
    from playground.lab.snapshot import Snapshot
    from playground.ui.frame.feature import View


class QuestionLoop:
    """The exchange between a lab and the views of a window."""

    def __init__(self, lab: Lab, views: Sequence[View]):
        self._lab = lab
        self._views = self.available = tuple(views)
        """The views that the present run is shown to."""
        self._skipped = False
        self._left: int | None = None
        self._shown: int | None = None
        """Since when the run goes on whose predecessor was dropped, at first and once more."""

    def show(self, snapshot: Snapshot, new_run: bool) -> None:
        """Show a snapshot. If it is the first of its run, drop what belongs to the previous run before."""
        if new_run:
            self.clear_questions()
            self._set_available(available(self._views, snapshot))
            view, another = snapshot.view, snapshot.since != self._shown
            self._shown = snapshot.since
            experiment = view.live
            for shown in self._views:
                if another:
                    shown.another_run(experiment)
                shown.run_begun(experiment)
        for shown in self.available:
            shown.show_snapshot(snapshot)

    def exchange(self, fast: bool) -> bool:
        """Carry answers to the views and their questions to the lab; return whether there were any answers.

        Called once a frame. While steps come fast the frames come twice as often: every second one is enough
        for views whose every_frame is False.
        """
        self._skipped = fast and not self._skipped
        answered = False
        for view in self.available:
            if self._skipped and not view.every_frame:
                continue
            for slot in view.slots:
                answer = self._lab.answer(slot)
                if answer is not None:
                    answered = True
                    view.take_answer(slot, answer)
                question = view.question(slot)
                if question is not None:
                    self._lab.ask(question)
        return answered

    def _set_available(self, views: tuple[View, ...]) -> None:
        for view in self._views:
            if (view in views) != (view in self.available):
                view.set_available(view in views)
        self.available = views

    def clear_questions(self) -> None:
        """Clear the open questions of all views."""
        for view in self._views:
            view.clear_questions()

    def run_replaced(self, experiment: Experiment) -> None:
        """Drop what belongs to the previous run, or to the points before."""
        another, self._left = self._lab.run_since != self._left, self._lab.run_since
        for view in self._views:
            if another:
                view.another_run(experiment)
            view.run_replaced(experiment)


def available(views: Sequence[View], snapshot: Snapshot) -> tuple[View, ...]:
    """Return the views that this run is shown to: without a network all but those that need one."""
    has_network = network_on_data(snapshot.problem) is not None
    return tuple(view for view in views if has_network or not view.needs_network)
