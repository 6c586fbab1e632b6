"""The window as its parts know it: what they may look at and ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMainWindow

if TYPE_CHECKING:
    from PySide6.QtCore import QObject
    from PySide6.QtWidgets import QMenu

    from playground.drawing.kit.theme import Theme
    from playground.lab.lab import Lab
    from playground.lab.snapshot import Snapshot
    from playground.ui.data.view import DataView
    from playground.ui.experiment.panel import ExperimentPanel
    from playground.ui.export.exporter import Exporter
    from playground.ui.frame.actions import Actions
    from playground.ui.frame.layout import WindowLayout
    from playground.ui.frame.notice_bar import NoticeBar
    from playground.ui.frame.preferences import Preferences
    from playground.ui.loss.view import LossView
    from playground.ui.rate.strip import LearningRateStrip
    from playground.ui.surface.view import SurfaceView
    from playground.ui.transport.bar import TransportBar


class Workbench(QMainWindow):
    """What the main window offers its features and commands; the main window makes it all.

    snapshot is the newest moment of the run, None before the first.
    """

    lab: Lab
    preferences: Preferences
    actions_by_name: Actions
    snapshot: Snapshot | None
    transport: TransportBar
    notices: NoticeBar
    panel: ExperimentPanel
    surface_view: SurfaceView
    data_view: DataView
    loss_view: LossView
    strip: LearningRateStrip
    arrangement: WindowLayout
    exporter: Exporter
    features: tuple[QObject, ...]

    @property
    def theme(self) -> Theme:
        """The theme in use."""
        raise NotImplementedError

    @property
    def hurried(self) -> bool:
        """Whether steps come faster than the eye follows, or as fast as they can."""
        raise NotImplementedError

    def remember(self) -> None:
        """Write down how the window stands, for the next start."""
        raise NotImplementedError

    def leave(self) -> bool:
        """Remember everything and end, locked or not; whether nothing of it runs any more."""
        raise NotImplementedError

    def menu(self, name: str) -> QMenu:
        """A menu of the menu bar: "file", "edit", "run", "view", "learn" or "help"."""
        raise NotImplementedError

    def choose_theme(self, name: str) -> None:
        """ "system", "light" or "dark"."""
        raise NotImplementedError

    def set_full(self, full: bool) -> None:
        """The full layout, or the simple one."""
        raise NotImplementedError

    def present(self, plot: str | None) -> None:
        """One plot large and α, for a hall (None: the usual window again)."""
        raise NotImplementedError
