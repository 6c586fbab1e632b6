"""What shows the run in the window: the protocol, and its usual implementation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QWidget

    from playground.drawing.kit.theme import Theme
    from playground.drawing.runs import OtherRun
    from playground.experiment import Experiment
    from playground.lab.snapshot import Snapshot
    from playground.ui.frame.actions import Command
    from playground.ui.frame.notice_bar import Offer
    from playground.ui.frame.workbench import Workbench
    from playground.ui.widgets.plot import Plot

Kind = TypeVar("Kind", bound="Feature")


class View(Protocol):
    """A part of the window that shows the run. The window uses nothing else of it.

    slots: the kinds of questions that it asks. every_frame: ask and answer in each frame, also while steps
    come fast (see Frames.fast), when the others are served in every second one. seconds_when_fast: shortest
    time between two drawings then. plots: plots that can be exported. needs_network: while the run has no
    network on data the view is not available: it is shown no snapshot, asked no question and not drawn.
    """

    @property
    def slots(self) -> tuple[str, ...]: ...

    @property
    def needs_network(self) -> bool: ...

    @property
    def every_frame(self) -> bool: ...

    @property
    def seconds_when_fast(self) -> float: ...

    @property
    def plots(self) -> Sequence[Plot]: ...

    def join(self) -> None:
        """Connect to the other views. Called once, when all of them exist."""

    def set_available(self, on: bool) -> None:
        """Show its widgets and enable its commands, or hide and disable them.

        on: whether the run has what the view needs.
        """

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Take a newer snapshot of the run."""

    def question(self, slot: str) -> Any:
        """Return the question to ask now in this slot; None where nothing is new or an answer is due."""

    def take_answer(self, slot: str, answer: Any) -> None:
        """Take an answer of this slot; it belongs to the present run."""

    def clear_questions(self) -> None:
        """Clear the open questions: they will not be answered and may be asked again."""

    def frame(self) -> None:
        """Check whether anything has changed.

        Called at display rate, so it must cost next to nothing.
        """

    def draw(self) -> bool:
        """Draw what is new, if it is visible.

        Return True if anything was drawn. Called at display rate; while steps come fast, in turns with the
        other views.
        """

    def read(self) -> None:
        """Write the numbers and texts. Called about ten times a second, so that they can be read."""

    def another_run(self, experiment: Experiment) -> None:
        """End what was of one run: another has begun or was brought back, or its parameters were set by hand.

        Called before run_replaced() and before run_begun(). Not called where the run goes on with other
        points: what it recorded, and what the user does with it, stays.
        """

    def run_replaced(self, experiment: Experiment) -> None:
        """Drop what was computed for the previous run, or for other points of the same one.

        Nothing of the new run is available yet. Drop everything computed from the previous one: planes,
        points, rows, open questions. No question is asked between this call and run_begun().
        """

    def run_begun(self, experiment: Experiment) -> None:
        """Drop the rest of the previous run: the first snapshot of another run follows.

        This includes what was computed after run_replaced() from the snapshot that was still on the screen.
        """

    def restyle(self, theme: Theme) -> None:
        """Apply another theme."""

    def set_full(self, full: bool) -> None:
        """Show the full layout, or the simple one."""

    def set_presentation(self, on: bool) -> None:
        """Use large type for a hall, or the usual one."""

    def first_offers(self) -> list[Offer]:
        """Return buttons for the notice of a first start."""

    def shutdown(self) -> None:
        """Stop all work: the window closes."""


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page of the window, without its widget.

    name      its name in scenes and lessons
    title     the text on its tab
    place     the panel that it stands beside: "left" the experiment, "centre" the surface, "right" the loss
    command   opens it, in the menu of this name
    opened_by the name of the command, where that differs from the name of the page
    with_column: whether it has a column of its own where the window is wide enough
    """

    name: str
    title: str
    place: str
    command: Command
    menu: str = "learn"
    opened_by: str = ""
    with_column: bool = False

    @property
    def command_name(self) -> str:
        return self.opened_by or self.name


class Feature(QObject):
    """A view that creates its own widgets and actions. Its methods do nothing unless overridden."""

    slots: tuple[str, ...] = ()
    needs_network = False
    every_frame = False
    seconds_when_fast = 0.1
    plots: Sequence[Plot] = ()
    page: ClassVar[Page | None] = None

    def __init__(self, window: Workbench):
        super().__init__(window.widget)
        self.window = window

    def add_page(self, widget: QWidget) -> QAction:
        """Add the widget as the page of this feature and return its command, which is in the menu."""
        page, window = self.page, self.window
        assert page is not None
        window.arrangement.add_page(page.place, page.name, page.title, widget, page.with_column)
        action = window.actions_by_name[page.command_name]
        window.menu(page.menu).addAction(action)
        return action

    @property
    def page_on_screen(self) -> bool:
        """Whether the page of this feature is visible."""
        return self.page is not None and self.window.arrangement.page_on_screen(self.page.name)

    def show_page(self) -> None:
        """Open the page of this feature and bring it to the front."""
        assert self.page is not None
        self.window.arrangement.show_page(self.page.name)

    def leave_hall(self, plot: str) -> None:
        """End the presentation that this plot or page fills."""
        if self.window.arrangement.large == plot:
            self.window.present(None)

    def fellow(self, kind: type[Kind]) -> Kind:
        """Return the feature of this kind in the same window. Available from join() on."""
        return next(feature for feature in self.window.features if isinstance(feature, kind))

    def join(self) -> None:
        """Connect to nothing."""

    def set_available(self, on: bool) -> None:
        """Enable the command of the page, or disable it and close the page."""
        if self.page is not None:
            self.window.actions_by_name[self.page.command_name].setEnabled(on)
            if not on:
                self.leave_hall(self.page.name)
            self.window.arrangement.set_available(self.page.name, on)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show nothing."""

    def question(self, slot: str) -> Any:
        """Ask nothing."""
        return None

    def take_answer(self, slot: str, answer: Any) -> None:
        """Take nothing."""

    def show_beside(self, runs: Sequence[OtherRun]) -> None:
        """Show no other runs; their path_ab are parameters (m, P) of the present problem."""

    def clear_questions(self) -> None:
        """Clear nothing."""

    def frame(self) -> None:
        """Check nothing."""

    def draw(self) -> bool:
        """Draw nothing."""
        return False

    def read(self) -> None:
        """Write nothing."""

    def another_run(self, experiment: Experiment) -> None:
        """End nothing."""

    def run_replaced(self, experiment: Experiment) -> None:
        """Drop nothing."""

    def run_begun(self, experiment: Experiment) -> None:
        """Drop once more what belongs to the previous run."""
        self.run_replaced(experiment)

    def restyle(self, theme: Theme) -> None:
        """Change nothing."""

    def set_full(self, full: bool) -> None:
        """Change nothing: both layouts look the same."""

    def set_presentation(self, on: bool) -> None:
        """Change nothing: a hall looks the same."""

    def first_offers(self) -> list[Offer]:
        """Offer nothing."""
        return []

    def shutdown(self) -> None:
        """Stop nothing."""
