"""The interface of the window for its parts: what they may read and call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from PySide6.QtCore import QRect
    from PySide6.QtWidgets import QMainWindow, QMenu, QWidget

    from playground.drawing.kit.theme import Theme
    from playground.drawing.runs import OtherRun
    from playground.lab.lab import Lab
    from playground.lab.snapshot import Snapshot
    from playground.ui.data.view import DataView
    from playground.ui.experiment.panel import ExperimentPanel
    from playground.ui.export.exporter import FigureOfSnapshot, TableOfSnapshot
    from playground.ui.frame.actions import Actions
    from playground.ui.frame.feature import View
    from playground.ui.frame.notice_bar import NoticeBar
    from playground.ui.frame.preferences import Preferences
    from playground.ui.loss.view import LossView
    from playground.ui.rate.strip import LearningRateStrip
    from playground.ui.surface.view import SurfaceView
    from playground.ui.transport.bar import TransportBar


class Arrangement(Protocol):
    """The panels of the window, their pages, and the plot of a presentation."""

    @property
    def widget(self) -> QWidget:
        """The widget that holds all panels."""

    @property
    def presenting(self) -> bool:
        """Whether one plot is large, for a hall."""

    @property
    def large(self) -> str | None:
        """The plot or page that is large in the presentation; None outside of one."""

    def add_page(self, place: str, name: str, title: str, widget: QWidget, with_column: bool = False) -> None:
        """Put a page into a place: "left", "centre" or "right".

        with_column: whether it has a column of its own where the window is wide enough.
        """

    def stand_in(self, widget: QWidget, on: bool, title: str) -> None:
        """Show a widget in the place of the surface, or the surface again."""

    def set_aside(self, widget: QWidget) -> None:
        """Put a widget at the right edge of the window."""

    def leave_room(self, height: int) -> None:
        """Leave this height free above the large plot, in pixels."""

    def show_page(self, name: str) -> None:
        """Open a page and bring it to the front."""

    def page_names(self) -> tuple[str, ...]:
        """Return the names of all pages."""

    def page_is_available(self, name: str) -> bool:
        """Return whether the run has what this page shows."""

    def title_of(self, name: str) -> str:
        """Return the title of a page."""

    def page_on_screen(self, name: str) -> bool:
        """Return whether a page is visible."""

    def page_is_open(self, name: str) -> bool:
        """Return whether a page is at the front of its place."""

    def place_on_screen(self, name: str, tab: bool) -> tuple[QWidget, QRect] | None:
        """Return where a page or its tab is, a widget and a rectangle in it; None where it is not seen."""

    def clear_except(self, panels: Collection[str] | None) -> None:
        """Clear the panels of CLEARED away but for these, until it is called with None."""

    def seen(self, place: str) -> str:
        """Return the name of the visible page of a place; empty where the place is closed."""

    def is_open(self, name: str) -> bool:
        """Return whether a panel is open."""

    def set_open(self, name: str, on: bool) -> None:
        """Open a panel, or close it."""

    def set_available(self, name: str, on: bool) -> None:
        """Hide a panel that has nothing to show, or show it again where it is open."""

    def hide_page(self, name: str) -> None:
        """Close a page."""

    def show_side_by_side(self, middle: str, right: str) -> None:
        """Show two pages large beside each other."""

    def end_side_by_side(self) -> None:
        """Put the two pages back to their places."""


class ExportRegister(Protocol):
    """The list of pictures and tables that parts of the window offer for export.

    balls_beside: returns the other runs that the curve of one variable shows.
    """

    balls_beside: Callable[[], Sequence[OtherRun]]

    def figure(self, what: str) -> Any:
        """Return the function that makes the figure of a plot for a theme. Raises ExportError without one."""

    def offer(
        self,
        name: str,
        title: str,
        make_figure: FigureOfSnapshot,
        of_run: bool = True,
        of_surface: bool = False,
    ) -> None:
        """Add a picture for export. make_figure takes the newest snapshot.

        of_run: whether the picture shows the run, so that its file carries it. of_surface: whether it shows
        the surface, so that all its cells are computed first.
        """

    def offer_numbers(self, name: str, title: str, told: str, make_table: TableOfSnapshot) -> None:
        """Add a table for export, with a sentence about it. make_table takes the newest snapshot."""

    def withdraw(self, name: str) -> None:
        """Take a picture or a table from the exports: the present run has none."""


class Workbench(Protocol):
    """The interface of the main window for its features and commands.

    snapshot: the newest snapshot of the run; None before the first.
    """

    lab: Lab
    preferences: Preferences
    actions_by_name: Actions
    snapshot: Snapshot | None
    notices: NoticeBar

    @property
    def widget(self) -> QMainWindow:
        """The window itself, the parent of dialogs and features."""

    @property
    def transport(self) -> TransportBar:
        """Run, step, speed, and the numbers of the run."""

    @property
    def panel(self) -> ExperimentPanel:
        """Data and network."""

    @property
    def surface_view(self) -> SurfaceView:
        """The loss around the parameters."""

    @property
    def data_view(self) -> DataView:
        """The data with the decision boundary."""

    @property
    def loss_view(self) -> LossView:
        """The loss over the steps."""

    @property
    def strip(self) -> LearningRateStrip:
        """The learning rate."""

    @property
    def arrangement(self) -> Arrangement:
        """The arrangement of the panels."""

    @property
    def exporter(self) -> ExportRegister:
        """The pictures for export."""

    @property
    def features(self) -> tuple[View, ...]:
        """All views that show the run."""

    @property
    def theme(self) -> Theme:
        """The theme in use."""

    @property
    def fast(self) -> bool:
        """Whether steps come faster than the eye follows, or without a limit of speed."""

    def save_state(self) -> None:
        """Save the state of the window for the next start."""

    def leave(self) -> bool:
        """Save the state and end, locked or not; return whether all threads have ended."""

    def menu(self, name: str) -> QMenu:
        """Return a menu by its name, as fill_menu_bar names them: "run", for one, or "time" in it."""

    def choose_theme(self, name: str) -> None:
        """Use the theme "system", "light" or "dark"."""

    def set_full(self, full: bool) -> None:
        """Show the full layout, or the simple one."""

    def present(self, plot: str | None) -> None:
        """Show one plot large with the strip, for a hall (None: the usual window again)."""
