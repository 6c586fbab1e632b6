"""A part of the laboratory that joins the window by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from playground.drawing.kit.theme import Theme
    from playground.experiment import Experiment
    from playground.lab.snapshot import Snapshot
    from playground.ui.activations.view import FunctionView
    from playground.ui.frame.notice_bar import Offer
    from playground.ui.frame.workbench import Workbench
    from playground.ui.widgets.plot_card import PlotCard

Kind = TypeVar("Kind", bound="Feature")


class Feature(QObject):
    """Makes its own widgets and actions, asks its own questions, and is told what is new.

    A subclass overrides what it needs. slots names the kinds of questions that it asks,
    plots are those of its cards that can be exported under their names (see Exporter.offer).
    """

    slots: tuple[str, ...] = ()
    plots: tuple[PlotCard | FunctionView, ...] = ()

    def __init__(self, window: Workbench):
        super().__init__(window)
        self.window = window

    def fellow(self, kind: type[Kind]) -> Kind:
        """The feature of this kind in the same window; to be asked for when all of them are made."""
        return next(feature for feature in self.window.features if isinstance(feature, kind))

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """A newer moment of the run."""

    def question(self, slot: str) -> Any:
        """What to ask now in this slot; None where nothing is new or an answer is on its way."""
        return None

    def take_answer(self, slot: str, answer: Any) -> None:
        """An answer of this slot that belongs to the present run."""

    def forget_questions(self) -> None:
        """What was asked will not be answered: ask again."""

    def frame(self) -> None:
        """Called at display rate: look whether anything has changed. It must cost next to nothing."""

    def draw(self) -> bool:
        """Draw what is new, if anybody can see it; whether there was anything. Called at display rate, or in
        turns with the plots.
        """
        return False

    def read(self) -> None:
        """Called about ten times a second: change texts, which have to be read."""

    def run_replaced(self, experiment: Experiment) -> None:
        """Another run has begun, or one was brought back; nothing of it is known yet.

        Whatever was made of the run before goes: a place of its plane, a point, a row, a question, a wish to
        ask. From here to run_begun() nothing is asked.
        """

    def run_begun(self, experiment: Experiment) -> None:
        """The first snapshot of another run is here, and show_snapshot() follows.

        What was made of the run before after it was replaced, from the snapshot that still stood, goes too.
        """
        self.run_replaced(experiment)

    def restyle(self, theme: Theme) -> None:
        """Take on another theme."""

    def set_full(self, full: bool) -> None:
        """The full layout, or the simple one."""

    def set_presentation(self, on: bool) -> None:
        """Large type for a hall, or the usual one."""

    def first_offers(self) -> list[Offer]:
        """Buttons beside the one line of a first start."""
        return []

    def shutdown(self) -> None:
        """The window closes."""
