"""The view of an earlier moment of the run, with the time line under the loss."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.lab.snapshot import RUNNING, Snapshot
from playground.ui.frame.feature import Feature
from playground.ui.frame.notice_bar import Offer

if TYPE_CHECKING:
    from playground.experiment import Experiment
    from playground.ui.frame.workbench import Workbench
from playground.ui.loss.time_line import LOOKING_BACK, TimeLine


class TimeFeature(Feature):
    """The time line under the loss plot, and the instructions to the lab to show a moment."""

    def __init__(self, window: Workbench):
        super().__init__(window)
        self.line = TimeLine()
        self._requested_step: int | None = None
        self._shows_moment = False
        window.loss_view.add_below(self.line)
        actions = window.actions_by_name
        handlers = {
            "moment_earlier": lambda: self._move(-1),
            "moment_later": lambda: self._move(1),
            "moment_first": lambda: self.look_at(0),
            "moment_now": self.back_to_now,
            "run_from_here": self.run_from_here,
        }
        menu = window.menu("time")
        for name, do in handlers.items():
            actions[name].triggered.connect(lambda _=False, do=do: do())
            actions[name].setAutoRepeat(name in ("moment_earlier", "moment_later"))
            menu.addAction(actions[name])
        self._actions = {name: actions[name] for name in handlers}
        for button, name in ((self.line.from_here, "run_from_here"), (self.line.now, "moment_now")):
            button.clicked.connect(actions[name].trigger)
            button.setToolTip(actions[name].toolTip())
        self.line.step_chosen.connect(self.look_at)
        self._allow()

    def look_at(self, step: int) -> None:
        """Show the moment of a step; for the last step, follow the run."""
        snapshot = self.window.snapshot
        if snapshot is None:
            return
        last = snapshot.whole.step
        self._requested_step = min(max(step, 0), last)
        self.window.lab.show_moment(
            self._requested_step if self._requested_step < last else None, snapshot.run
        )

    def back_to_now(self) -> None:
        """Follow the run again."""
        self._requested_step = None
        self.window.lab.show_moment(None)

    def run_from_here(self) -> None:
        """Go on from the moment on the screen, on a new branch."""
        snapshot = self.window.snapshot
        if snapshot is not None and snapshot.moment:
            self.window.lab.run_from(snapshot.view.step, run=snapshot.run)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        if snapshot.state == RUNNING:
            self._requested_step = None
        if snapshot.state != RUNNING:
            self._write()

    def read(self) -> None:
        self._write()

    def another_run(self, experiment: Experiment) -> None:
        self._requested_step = None

    def set_presentation(self, on: bool) -> None:
        self.line.setVisible(not on)

    def _write(self) -> None:
        snapshot = self.window.snapshot
        if snapshot is None:
            return
        self.line.show_step(snapshot.view.step, snapshot.whole.step)
        self._show_state(snapshot)
        self._allow()

    def _show_state(self, snapshot: Snapshot) -> None:
        """Show what Run would do while an earlier moment is on the screen."""
        if snapshot.moment != self._shows_moment:
            self._shows_moment = snapshot.moment
            if snapshot.moment:
                offers = [Offer("Back to now", self.back_to_now)]
                self.window.notices.say(LOOKING_BACK, offers, seconds=None)
            else:
                self.window.notices.take_back(LOOKING_BACK)

    def _move(self, steps: int) -> None:
        snapshot = self.window.snapshot
        if snapshot is not None:
            here = snapshot.view.step if self._requested_step is None else self._requested_step
            self.look_at(here + steps)

    def _allow(self) -> None:
        snapshot = self.window.snapshot
        moment = snapshot is not None and snapshot.moment
        steps = snapshot is not None and snapshot.whole.step > 0
        for name in ("moment_earlier", "moment_first"):
            self._actions[name].setEnabled(steps)
        for name in ("moment_later", "moment_now"):
            self._actions[name].setEnabled(moment)
        self._actions["run_from_here"].setEnabled(moment)
