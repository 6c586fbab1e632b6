"""What the window carries snapshots, questions and answers to: the protocol, and its usual implementation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QWidget

    from playground.drawing.kit.theme import Theme
    from playground.experiment import Experiment
    from playground.lab.snapshot import Snapshot
    from playground.ui.frame.actions import Command
    from playground.ui.frame.notice_bar import Offer
    from playground.ui.frame.workbench import Workbench
    from playground.ui.widgets.plot import Plot

Kind = TypeVar("Kind", bound="Feature")


class View(Protocol):
    """Everything of the window that shows the run; the window knows no more of it than this.

    slots: the kinds of questions that it asks. every_frame: ask and answer in each frame, also in a hurry,
    when the others are served in every second one. seconds_in_a_hurry: time between two drawings then.
    plots: what it shows that can be exported. needs_network: while the run has no network on data it is not
    available: it is shown no snapshot, asked no question and not drawn.
    """

    @property
    def slots(self) -> tuple[str, ...]: ...

    @property
    def needs_network(self) -> bool: ...

    @property
    def every_frame(self) -> bool: ...

    @property
    def seconds_in_a_hurry(self) -> float: ...

    @property
    def plots(self) -> Sequence[Plot]: ...

    def join(self) -> None:
        """Connect to the other views. Called once, when all of them exist."""

    def set_available(self, on: bool) -> None:
        """Show what is on the screen of it and enable its commands; off, where the run lacks what it needs:
        hide and disable them.
        """

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Take a newer moment of the run."""

    def question(self, slot: str) -> Any:
        """Return what to ask now in this slot; None where nothing is new or an answer is on its way."""

    def take_answer(self, slot: str, answer: Any) -> None:
        """Take an answer of this slot that belongs to the present run."""

    def clear_questions(self) -> None:
        """Ask again: what was asked will not be answered."""

    def frame(self) -> None:
        """Look whether anything has changed. Called at display rate: it must cost next to nothing."""

    def draw(self) -> bool:
        """Draw what is new, if it is visible; return True if anything was drawn.

        Called at display rate, and in turns with the other views in a hurry.
        """

    def read(self) -> None:
        """Change texts, which have to be read. Called about ten times a second."""

    def run_replaced(self, experiment: Experiment) -> None:
        """Drop what belongs to the run before: another one has begun, or one was brought back.

        Nothing of the other run is known yet. Whatever was made of the run before goes: a place of its
        plane, a point, a row, a question, a wish to ask. From here to run_begun() nothing is asked.
        """

    def run_begun(self, experiment: Experiment) -> None:
        """Drop the rest of the run before: the first snapshot of another one follows.

        What was made of the run before after it was replaced, from the snapshot that still stood, goes too.
        """

    def restyle(self, theme: Theme) -> None:
        """Take on another theme."""

    def set_full(self, full: bool) -> None:
        """Show the full layout, or the simple one."""

    def set_presentation(self, on: bool) -> None:
        """Take on large type for a hall, or the usual one."""

    def first_offers(self) -> list[Offer]:
        """Return buttons for the one line of a first start."""

    def shutdown(self) -> None:
        """Stop: the window closes."""


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page of the window: all that it has to know of it besides the widget.

    name      as scenes and lessons have it
    title     on its tab
    place     beside which panel it stands: "left" the experiment, "centre" the surface, "right" the loss
    command   opens it, in the menu of this name
    opened_by the name of the command, where that is not the name of the page
    """

    name: str
    title: str
    place: str
    command: Command
    menu: str = "learn"
    opened_by: str = ""

    @property
    def command_name(self) -> str:
        return self.opened_by or self.name


class Feature(QObject):
    """A view that makes its own widgets and actions; what a subclass does not override does nothing."""

    slots: tuple[str, ...] = ()
    needs_network = False
    every_frame = False
    seconds_in_a_hurry = 0.1
    plots: Sequence[Plot] = ()
    page: ClassVar[Page | None] = None

    def __init__(self, window: Workbench):
        super().__init__(window.widget)
        self.window = window

    def add_page(self, widget: QWidget) -> QAction:
        """Keep the widget ready as the page of this feature; return its command, which stands in the menu."""
        page, window = self.page, self.window
        assert page is not None
        window.arrangement.add_page(page.place, page.name, page.title, widget)
        action = window.actions_by_name[page.command_name]
        window.menu(page.menu).addAction(action)
        return action

    @property
    def page_on_screen(self) -> bool:
        """Whether the page of this feature can be seen."""
        return self.page is not None and self.window.arrangement.page_on_screen(self.page.name)

    def show_page(self) -> None:
        """Turn to the page of this feature."""
        assert self.page is not None
        self.window.arrangement.show_page(self.page.name)

    def leave_hall(self, plot: str) -> None:
        """End the presentation that this plot or page fills."""
        if self.window.arrangement.large == plot:
            self.window.present(None)

    def fellow(self, kind: type[Kind]) -> Kind:
        """Return the feature of this kind in the same window; from join() on."""
        return next(feature for feature in self.window.features if isinstance(feature, kind))

    def join(self) -> None:
        """Connect to nothing."""

    def set_available(self, on: bool) -> None:
        """Enable the command of the page, or disable it and close the page."""
        if self.page is not None:
            self.window.actions_by_name[self.page.command_name].setEnabled(on)
            if not on:
                self.leave_hall(self.page.name)
                self.window.arrangement.hide_page(self.page.name)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show nothing."""

    def question(self, slot: str) -> Any:
        """Ask nothing."""
        return None

    def take_answer(self, slot: str, answer: Any) -> None:
        """Take nothing."""

    def clear_questions(self) -> None:
        """Forget nothing."""

    def frame(self) -> None:
        """Look at nothing."""

    def draw(self) -> bool:
        """Draw nothing."""
        return False

    def read(self) -> None:
        """Write nothing."""

    def run_replaced(self, experiment: Experiment) -> None:
        """Drop nothing."""

    def run_begun(self, experiment: Experiment) -> None:
        """Drop again what belongs to the run before."""
        self.run_replaced(experiment)

    def restyle(self, theme: Theme) -> None:
        """Keep the look."""

    def set_full(self, full: bool) -> None:
        """Look the same in both layouts."""

    def set_presentation(self, on: bool) -> None:
        """Look the same in a hall."""

    def first_offers(self) -> list[Offer]:
        """Offer nothing."""
        return []

    def shutdown(self) -> None:
        """Nothing has to be stopped."""
