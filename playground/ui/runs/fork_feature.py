"""The fork: several learning rates or optimisers side by side from the present point."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import Qt

from playground.drawing.runs import Look
from playground.engine.branches.fork import ForkView
from playground.engine.input_slice import SliceChoice
from playground.engine.painted_points import in_one_form
from playground.engine.problem_of_experiment import formula_of, network_on_data
from playground.landscape.questions.branches import BranchBoundariesAnswer, BranchBoundariesQuestion
from playground.same_landscape import landscape_of
from playground.ui.frame.actions import Command
from playground.ui.frame.feature import Feature, Page
from playground.ui.runs.fork_list import ListError, labels_of, plans_of
from playground.ui.runs.fork_page import ForkPage
from playground.ui.runs.other_runs_feature import Beside, OtherRunsFeature

if TYPE_CHECKING:
    from playground.drawing.kit.theme import Theme
    from playground.experiment import Experiment
    from playground.lab.snapshot import Snapshot
    from playground.ui.frame.workbench import Workbench

PAGE = "fork"


class ForkFeature(Feature):
    """The page of the fork, the fork itself, and its branches on the loss plot and the surface."""

    page = Page(
        name=PAGE,
        title="Fork",
        place="left",
        menu="run",
        command=Command(
            "&Fork here", "Ctrl+F", "Continue from here with several learning rates side by side"
        ),
    )
    slots = (BranchBoundariesQuestion.slot,)

    def __init__(self, window: Workbench):
        super().__init__(window)
        self.fork: ForkView | None = None
        self._beside: list[Beside] = []
        self._asked: tuple[int, SliceChoice] | None = None
        self._shown: tuple[int, SliceChoice] | None = None
        """The step of the fork, and the slice of the inputs, whose boundaries are on the page."""
        self._written: tuple[ForkView | None, str] = (None, "constant")
        self.page_view = ForkPage(window.theme)
        actions = window.actions_by_name
        self.add_page(self.page_view).triggered.connect(lambda _=False: self.open())
        actions["drop_fork"].triggered.connect(lambda _=False: window.lab.drop_fork())
        actions["drop_fork"].setEnabled(False)
        window.menu("run").addAction(actions["drop_fork"])
        self.page_view.fork_requested.connect(self.fork_here)
        self.page_view.drop_requested.connect(window.lab.drop_fork)
        # The rows are deleted with the fork, and one of their buttons sends this.
        self.page_view.keep_requested.connect(self.keep, Qt.ConnectionType.QueuedConnection)

    def open(self) -> None:
        """Open the page, and fork with its list."""
        self.show_page()
        self.fork_here(self.page_view.list_edit.text())

    def fork_here(self, text: str) -> None:
        """Fork the run with the entries of a list; show what is wrong with one."""
        snapshot = self.window.snapshot
        if snapshot is None:
            return
        try:
            plans = plans_of(text, snapshot.view.settings)
        except ListError as error:
            self.page_view.show_problem(str(error))
            return
        self.page_view.show_problem("")
        self.window.lab.fork(plans)

    def keep(self, row: int) -> None:
        """Go on with the branch of a row of the list."""
        snapshot, fork = self.window.snapshot, self._written[0]
        if snapshot is not None and fork is not None and row < len(fork.branches):
            self.window.lab.keep_branch(row, fork.branches[row].plan, snapshot.run)

    def fork_with(self, text: str) -> None:
        """Fork the run with this list, which stands on the page then."""
        self.page_view.list_edit.setText(text)
        self.page_view.list_edit.setCursorPosition(0)
        self.fork_here(text)

    def join(self) -> None:
        self.fellow(OtherRunsFeature).providers.append(lambda: self._beside)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        fork = snapshot.fork
        if fork is None and self.fork is None:
            return
        if fork is None or self.fork is None or fork.first_step != self.fork.first_step:
            self._asked = self._shown = None
        self.fork = fork
        self._beside = [] if fork is None else self._branches(fork, snapshot)

    def read(self) -> None:
        self.window.actions_by_name["drop_fork"].setEnabled(self.fork is not None)
        snapshot = self.window.snapshot
        schedule = "constant" if snapshot is None else snapshot.view.settings.schedule
        if self.fork is not self._written[0] or schedule != self._written[1]:
            self._written = self.fork, schedule
            self.page_view.show_fork(self.fork, schedule, self._distances())

    def question(self, slot: str) -> Any:
        snapshot, fork = self.window.snapshot, self.fork
        if snapshot is None or fork is None or self._asked is not None:
            return None
        about = fork.step, self.window.data_view.choice
        if self._shown == about:
            return None
        if not self.page_on_screen or network_on_data(snapshot.problem) is None:
            return None
        self._asked = about
        parameters = np.array([branch.parameters for branch in fork.branches])
        return BranchBoundariesQuestion(snapshot.run, fork.step, parameters, choice=about[1])

    def take_answer(self, slot: str, answer: BranchBoundariesAnswer) -> None:
        asked, self._asked = self._asked, None
        if self.fork is not None and self.window.snapshot is not None:
            self._shown = asked
            self.page_view.show_boundaries(self.window.snapshot.samples, answer.boundaries)

    def clear_questions(self) -> None:
        self._asked = None

    def run_replaced(self, experiment: Experiment) -> None:
        self.fork, self._beside = None, []
        self._asked = self._shown = None
        self.page_view.show_boundaries_of(experiment.formula is None)

    def restyle(self, theme: Theme) -> None:
        self.page_view.restyle(theme)

    def _distances(self) -> tuple[float, ...]:
        """Return how far each branch is from the nearest known minimum; empty where none is known."""
        snapshot, fork = self.window.snapshot, self.fork
        formula = None if snapshot is None else formula_of(snapshot.problem)
        if formula is None or fork is None or not len(formula.minima):
            return ()
        thetas = np.array([branch.parameters for branch in fork.branches])
        return tuple(formula.distance_to_minimum(thetas).tolist())

    def _branches(self, fork: ForkView, snapshot: Snapshot) -> list[Beside]:
        here = landscape_of(in_one_form(snapshot.view.live))
        labels = labels_of([branch.plan for branch in fork.branches], snapshot.view.settings.schedule)
        return [
            Beside(
                label,
                Look(number),
                branch.losses.steps,
                branch.losses.values,
                branch.path,
                here,
            )
            for number, (branch, label) in enumerate(zip(fork.branches, labels, strict=True))
        ]
