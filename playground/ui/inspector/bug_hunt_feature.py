"""The bug hunt: runs whose backward pass has one hidden mistake, always marked as such in the window."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from playground.drawing.kit.theme import Theme
from playground.engine.backprop.bugs import BUGS
from playground.experiment import DataSettings, Experiment, NetworkSettings, TrainingSettings
from playground.lab.snapshot import Snapshot
from playground.ui.frame.actions import Command
from playground.ui.frame.feature import Feature, Page
from playground.ui.inspector.bug_hunt_view import BugHunt
from playground.ui.inspector.feature import InspectorFeature
from playground.ui.style import set_role
from playground.ui.widgets.plain_label import PlainLabel

if TYPE_CHECKING:
    from playground.ui.frame.workbench import Workbench

PAGE = "bug_hunt"
BADGE = "Bug hunt: the backward pass of this run has a mistake"
BADGE_TIP = (
    "Training follows a wrong gradient on purpose, and so do the look-ahead and the map. The stability limit "
    "belongs to the right gradient: none is told for this run, and it cannot be forked. A saved file keeps "
    "the mistake in its field training.fault."
)
SEEDS = 5
BEGUN = "The hunt begins with a run of its own. Undo brings the old run back."
MENDED = "Started again with a right backward pass. Undo brings the old run back."


def hunting_ground(fault: str | None, seed: int = 0) -> Experiment:
    """Return the experiment of the hunt: small, with a square W[2], on which every bug seems to train."""
    return Experiment(
        DataSettings(),
        NetworkSettings((4, 4), "tanh", seed=seed),
        TrainingSettings(learning_rate=0.1, batch_size=16, fault=fault),
    )


class BugHuntFeature(Feature):
    """The start of hunts, the judgement of answers, and a badge in the menu bar while the run is faulty."""

    page = Page(
        name=PAGE,
        title="Bug hunt",
        place="right",
        command=Command(
            "&Bug hunt", "Ctrl+Alt+B", "Start a run whose backward pass has one hidden mistake, and find it"
        ),
    )
    needs_network = True

    def __init__(self, window: Workbench):
        super().__init__(window)
        self._random = random.Random()
        self._last: str | None = None
        self._hunting: bool | None = None
        self.badge = PlainLabel(BADGE)
        self.badge.setToolTip(BADGE_TIP)
        set_role(self.badge, "problem")
        self.badge.setContentsMargins(0, 0, 12, 0)
        self.badge.hide()
        window.widget.menuBar().setCornerWidget(self.badge)
        self.view = BugHunt()
        action = self.add_page(self.view)
        action.triggered.connect(lambda _=False: self.begin())
        self.view.another_requested.connect(lambda: self.begin())
        self.view.mend_requested.connect(self.mend)
        self.view.check_requested.connect(self.check)
        self.view.named.connect(self.judge)

    @property
    def fault(self) -> str | None:
        """The mistake of the present run; None where there is none."""
        snapshot = self.window.snapshot
        return None if snapshot is None else snapshot.view.experiment.training.fault

    def begin(self, fault: str | None = None) -> None:
        """Start a run with a mistake, another one than last time."""
        if fault is None:
            fault = self._random.choice([name for name in BUGS if name != self._last])
        self._last = fault
        self.view.begin()
        self.show_page()
        ground = hunting_ground(fault, self._random.randrange(SEEDS))
        self.window.lab.set_experiment(ground, sentence=BEGUN)

    def mend(self) -> None:
        """Start the present experiment again with a right backward pass."""
        lab = self.window.lab
        lab.set_experiment(lab.experiment.with_value("training.fault", None), sentence=MENDED)

    def join(self) -> None:
        self._inspector = self.fellow(InspectorFeature)

    def check(self) -> None:
        """Compare the gradient of the mean in the inspector."""
        inspector = self._inspector
        inspector.open()
        inspector.inspect(None)
        inspector.check_gradients()

    def judge(self, name: str) -> None:
        """Show whether this is the mistake of the present run."""
        if self.fault is not None and name:
            self.view.judge(name, self.fault)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        fault = snapshot.view.experiment.training.fault
        faulty = fault is not None
        if faulty and fault != self._last:
            # Undo, or a file, has brought a run with another mistake.
            self._last = fault
            self.view.begin()
        if faulty != self._hunting:
            self._hunting = faulty
            self.view.set_hunting(faulty)
        if self.badge.isHidden() == faulty:
            self.badge.setVisible(faulty)
            # The menu bar lays a corner out again only on request.
            self.window.widget.menuBar().adjustSize()

    def restyle(self, theme: Theme) -> None:
        self.badge.setFixedHeight(round(22 * theme.font_factor))
