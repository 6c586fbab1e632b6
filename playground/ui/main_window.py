"""The window: creates views and controls, and carries snapshots and answers to them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QByteArray, QRect, QSize, Qt, QTimer
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QShowEvent,
)
from PySide6.QtWidgets import QAbstractButton, QMainWindow, QMenu, QVBoxLayout, QWidget

from playground.drawing.kit.theme import DARK, LIGHT, Theme
from playground.experiment import Experiment, ExperimentFile
from playground.lab.lab import Lab
from playground.lab.snapshot import DIVERGED, FAILED, RUNNING, Snapshot
from playground.lab.words import NEW_DATA
from playground.ui import features
from playground.ui.data.view import DataView
from playground.ui.experiment.panel import ExperimentPanel
from playground.ui.export.exporter import Exporter
from playground.ui.files.feature import FilesFeature
from playground.ui.files.opener import Opened
from playground.ui.frame import words
from playground.ui.frame.actions import Actions
from playground.ui.frame.announcements import NoticeAnnouncements
from playground.ui.frame.feature import View
from playground.ui.frame.focus_keeper import FocusKeeper
from playground.ui.frame.frame_clock import FrameClock
from playground.ui.frame.frames import Frames
from playground.ui.frame.layout import WindowLayout
from playground.ui.frame.menus import fill_menu_bar
from playground.ui.frame.notice_bar import NoticeBar, Offer
from playground.ui.frame.preferences import Preferences
from playground.ui.frame.question_loop import QuestionLoop
from playground.ui.frame.words import description, only_straight
from playground.ui.loss.view import LossView
from playground.ui.rate.strip import LearningRateStrip
from playground.ui.style import set_role, stylesheet
from playground.ui.surface.view import SurfaceView
from playground.ui.transport.bar import TransportBar
from playground.ui.window_commands import WindowCommands

LOG = logging.getLogger(__name__)
COMING_BACK_MS = 200
"""Time that the screen may take to restore the window after a presentation."""
COLOR_SCHEMES = {
    "system": Qt.ColorScheme.Unknown,
    "light": Qt.ColorScheme.Light,
    "dark": Qt.ColorScheme.Dark,
}
SHUTDOWN_SECONDS, PATIENT_SECONDS, LEAVING_SECONDS = 1.0, 30.0, 0.5
PRESENTATION_FONT_FACTOR = 24.0 / 11.0
"""Factor of the type: the smallest, 11 pixels, becomes 24, which can be read from the last row."""
PRESENTATION_LINE_FACTOR = 1.7
USUAL_SIZE = QSize(1440, 860)


class MainWindow(QMainWindow):
    """The laboratory on the screen.

    file: an experiment to begin with, and the log of changes that its run follows; or what a file of any kind
    holds. preferences: where the window's state is saved (a test brings its own). use_process: False computes
    surfaces in a thread.
    """

    def __init__(
        self,
        file: ExperimentFile | Opened | None = None,
        preferences: Preferences | None = None,
        use_process: bool = True,
    ):
        super().__init__()
        self.preferences = preferences or Preferences()
        opened = file if isinstance(file, Opened) else None
        content = opened.content if opened is not None else file
        start = content if isinstance(content, ExperimentFile) else ExperimentFile(Experiment())
        self.lab = Lab(start.experiment, self, use_process, start.changes, start.steps)
        self.actions_by_name = Actions(self, features.page_commands())
        self.snapshot: Snapshot | None = None
        self._begun = self._leaving = False
        self._theme = LIGHT
        self._usual_geometry, self._usual_place = QByteArray(), QRect()
        self._make_widgets()
        self.commands = WindowCommands(self)
        self._menus = fill_menu_bar(
            self.menuBar(),
            self.actions_by_name,
            self.preferences,
            self.commands.open_file,
            self.strip.rate_actions,
        )
        self.features: tuple[View, ...] = tuple(make(self) for make in features.FEATURES)
        self.actions_by_name.fill(self._menus)
        for feature in self.features:
            feature.join()
        self.files = next(feature for feature in self.features if isinstance(feature, FilesFeature))
        self._question_loop = QuestionLoop(self.lab, self.features)
        self._frames = Frames(self, self._question_loop)
        self._connect()
        self.setWindowTitle("Loss Landscape Playground")
        self.setAcceptDrops(True)
        self.arrangement.area.fitted.connect(self.panel.set_narrow)
        self.arrangement.area.fit_window()
        self.set_full(self.preferences.layout == "full")
        self.choose_theme(self.preferences.theme)
        self.choose_loss_colors(self.preferences.loss_colors)
        self.preferences.place(self, USUAL_SIZE)
        self._coming_back = QTimer(self, singleShot=True, interval=COMING_BACK_MS)
        self._coming_back.timeout.connect(self._come_back)
        self.clock = FrameClock(self, self.lab, self.frame)
        self._timer = self.clock.timer
        self.transport.run_button.setFocus()
        self._focus_keeper = FocusKeeper(self, self.transport.run_button)
        self._announcements = NoticeAnnouncements(self.notices, self.lab)
        if file is not None:
            self.files.show_given(opened)
        self.commands.invite()

    # Building -------------------------------------------------------------------------------------------

    def _make_widgets(self) -> None:
        actions = self.actions_by_name
        self.transport = TransportBar(self.lab, actions)
        self.notices = NoticeBar()
        self.panel = ExperimentPanel(self.lab, actions)
        self.surface_view = SurfaceView(self.lab)
        self.data_view = DataView(self.lab)
        self.loss_view = LossView(self.lab)
        self.strip = LearningRateStrip(self.lab)
        self.plots = (self.surface_view, self.data_view, self.loss_view)
        self.exporter = Exporter(lambda: self.snapshot, *self.plots)
        self.arrangement = WindowLayout(
            {
                "experiment": self.panel,
                "surface": self.surface_view,
                "data": self.data_view,
                "loss": self.loss_view,
                "strip": self.strip,
            },
            self.preferences,
        )
        centre = QWidget()
        set_role(centre, "window")
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.transport)
        column.addWidget(self.notices)
        column.addWidget(self.arrangement, 1)
        self.setCentralWidget(centre)
        # The bar is as wide as the plot above it; the lesson or the tally stands beside both.
        self.notices.keep_to(self.strip)

    def _connect(self) -> None:
        self.arrangement.height_changed.connect(self.loss_view.make_room)
        lab = self.lab
        lab.state_changed.connect(self._show_state)
        lab.experiment_replaced.connect(self._experiment_replaced)
        lab.diverged.connect(self.commands.explain_divergence)
        lab.failed.connect(self.commands.report_failure)
        lab.notice.connect(self._notice)
        # Status tips go to the status bar, wherever it is: this one only forwards them.
        self.statusBar().hide()
        self.statusBar().messageChanged.connect(self.notices.hint)
        for plot in (plot for feature in self.features for plot in feature.plots):
            plot.export_requested.connect(self.commands.export)
            plot.copy_requested.connect(self.commands.copy)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._system_theme_changed)
        application = QGuiApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self._stop)

    @property
    def widget(self) -> QMainWindow:
        return self

    def menu(self, name: str) -> QMenu:
        """Return a menu by its name, as fill_menu_bar names them: "run", for one, or "time" in it."""
        return self._menus[name]

    # Frames ---------------------------------------------------------------------------------------------

    def frame(self) -> None:
        """Take and show what is new. Called at display rate."""
        snapshot, asked = self.lab.latest(), self.lab.asked
        if snapshot is not None:
            self._take_snapshot(snapshot)
        answered, fast = False, self.fast
        # Where another run has begun and has no snapshot here yet, everything on the screen is of the old
        # one.
        if self.snapshot is not None and self.snapshot.run == self.lab.run_number:
            answered = self._question_loop.exchange(fast)
        self.clock.set_fast(fast)
        drawn = self._frames.draw()
        for feature in self.features:
            feature.frame()
        runs = self.lab.state == RUNNING
        self.clock.seen(runs or snapshot is not None or answered or drawn or self.lab.asked != asked)

    @property
    def fast(self) -> bool:
        return self._frames.fast

    def _take_snapshot(self, snapshot: Snapshot) -> None:
        before = self.snapshot
        new_run = before is None or before.run != snapshot.run
        if before is not None and snapshot.state != DIVERGED and snapshot.view.step != before.view.step:
            # It has gone on: what was said of the step that could not be made is over.
            self.commands.clear_divergence()
        self.snapshot = snapshot
        if new_run or snapshot.state != RUNNING:
            self._frames.read_soon()
        if new_run:
            self.files.show_name()
            self.notices.describe(description(snapshot))
        self._question_loop.show(snapshot, new_run)

    # What the lab reports -------------------------------------------------------------------------------

    def _show_state(self, state: str) -> None:
        action = self.actions_by_name["run"]
        action.setText("Pause" if state == RUNNING else "&Run")
        for name in ("run", "step", "run_exactly"):
            self.actions_by_name[name].setEnabled(state != FAILED)
        if state == RUNNING:
            self.commands.clear_divergence()
        if state == RUNNING and not self._begun:
            self._begun = True
            self.commands.end_invitation()

    def _experiment_replaced(self, experiment: Experiment, sentence: str) -> None:
        self._question_loop.run_replaced(experiment)
        self.actions_by_name.say_for(experiment.formula is not None)
        if sentence:
            offers = [Offer("Undo", self.actions_by_name["undo"].trigger)] if "Undo" in sentence else []
            if sentence.startswith(NEW_DATA) and only_straight(experiment):
                sentence = f"{words.ONLY_STRAIGHT} {sentence}"
                layers = ("network.hidden_layers", (4,))
                offers.insert(0, Offer(words.FOUR_NEURONS, lambda: self.lab.change(*layers)))
            self.notices.say(sentence, offers)

    def _notice(self, sentence: str) -> None:
        self._question_loop.clear_questions()
        self.notices.say(sentence)

    # Looks ----------------------------------------------------------------------------------------------

    @property
    def theme(self) -> Theme:
        return self._theme

    def choose_theme(self, name: str) -> None:
        """Use the theme "system", "light" or "dark"."""
        self.preferences.theme = name
        # Title bar and the system's dialogs follow.
        QGuiApplication.styleHints().setColorScheme(COLOR_SCHEMES[name])
        self.actions_by_name[f"theme_{name}"].setChecked(True)
        self._restyle()

    def choose_loss_colors(self, name: str) -> None:
        """Colour the loss in "viridis" or "cividis"."""
        self.preferences.loss_colors = name
        self.actions_by_name[f"colors_{name}"].setChecked(True)
        self._restyle()

    def set_full(self, full: bool) -> None:
        """Show the full layout, or the simple one."""
        self.preferences.layout = "full" if full else "simple"
        self.actions_by_name[self.preferences.layout].setChecked(True)
        for feature in self.features:
            feature.set_full(full)

    def present(self, plot: str | None) -> None:
        """Show one plot large with the strip, for a hall (None: the usual window again)."""
        was = self.arrangement.presenting
        on = plot is not None
        if on and not was and not self._coming_back.isActive():
            # On the way back from another presentation the window has no place of its own yet.
            self._usual_geometry, self._usual_place = self.saveGeometry(), self.geometry()
        self.arrangement.present(plot)
        self.actions_by_name["presentation"].setChecked(on)
        if on == was:
            return
        self.menuBar().setVisible(not on)
        self.notices.set_presentation(on)
        for feature in self.features:
            feature.set_presentation(on)
        self._restyle()
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)
        large = next((card for card in self.plots if card.isVisible()), None)
        if on and large is not None:
            # Where what had the focus is hidden, Qt moves it as a key would, and the plot would be framed.
            large.canvas.clearFocus()
            large.canvas.setFocus()
        self._coming_back.stop() if on else self._coming_back.start()

    def _come_back(self) -> None:
        """Move the window back where the screen has not restored its place exactly."""
        elsewhere = self.isFullScreen() or self.isMaximized() or self.isMinimized()
        if not elsewhere and self.geometry() != self._usual_place:
            self.setGeometry(self._usual_place)

    def _restyle(self) -> None:
        theme = (DARK if self._is_dark() else LIGHT).with_loss_colors(self.preferences.loss_colors)
        if self.arrangement.presenting:
            theme = for_a_hall(theme)
        if theme == self._theme and self.styleSheet():
            return
        self._theme = theme
        self.setStyleSheet(stylesheet(theme))
        for feature in self.features:
            feature.restyle(theme)

    def _is_dark(self) -> bool:
        if self.preferences.theme == "system":
            return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        return self.preferences.theme == "dark"

    def _system_theme_changed(self) -> None:
        self._restyle()

    # Events ---------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        fit, once = self.arrangement.area.fit_window, Qt.ConnectionType.UniqueConnection
        self.windowHandle().screenChanged.connect(fit, once)
        QTimer.singleShot(0, self, self.arrangement.restore)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Handle keys that the focus does not use.

        Space runs and pauses, Enter presses the button that has the focus, Esc leaves the presentation.
        """
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        button = self.focusWidget()
        if event.key() == Qt.Key.Key_Space and plain:
            if not event.isAutoRepeat():
                self.actions_by_name["run"].trigger()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(button, QAbstractButton):
            if not event.isAutoRepeat():
                button.click()
        elif event.key() == Qt.Key.Key_Escape and self.arrangement.presenting:
            self.present(None)
        elif event.matches(QKeySequence.StandardKey.Undo) and not self.actions_by_name["undo"].isEnabled():
            self.notices.say(words.NOTHING_TO_UNDO, seconds=8)
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()
            self.files.file_is_near()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.files.file_is_gone()

    def dropEvent(self, event: QDropEvent) -> None:
        for url in event.mimeData().urls():
            if url.isLocalFile():
                event.acceptProposedAction()
                self.commands.open_file(url.toLocalFile())
                break
        self.files.file_is_gone()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._leaving and not self._may_close():
            event.ignore()
            return
        _each((self.arrangement.close_own_windows,), "The window closes with plots in windows of their own.")
        self.save_state()
        self._stop()
        super().closeEvent(event)

    def _may_close(self) -> bool:
        """Return whether the window may close now: yes, too, where the question about that fails.

        Its work is kept for the next start in any case.
        """
        try:
            return self.files.may_close()
        except Exception:
            LOG.exception("The window closes without having asked about its file.")
            return True

    def save_state(self) -> None:
        """Save the state of the window for the next start, as much of it as can be saved."""
        keep: tuple[Callable[[], object], ...] = (
            self._save_place,
            self.arrangement.save_state,
            self.preferences.settings.sync,
            self.files.keep_work,
        )
        _each(keep, "Not all of the window's state was saved.")

    def _save_place(self) -> None:
        presenting = self.arrangement.presenting
        self.preferences.set_state("geometry", self._usual_geometry if presenting else self.saveGeometry())

    def leave(self) -> bool:
        self._leaving = True
        self.save_state()
        self._still()
        ended = self.lab.shutdown(LEAVING_SECONDS)
        if ended:
            self.close()
        return ended

    def _stop(self) -> None:
        self._still()
        # A step of the largest network may take long, and a thread must not outlive its owner.
        if not self.lab.shutdown(SHUTDOWN_SECONDS):
            self.lab.shutdown(PATIENT_SECONDS)

    def _still(self) -> None:
        """Stop all frames and features."""
        self.clock.end()
        for feature in self.features:
            feature.shutdown()


def for_a_hall(theme: Theme) -> Theme:
    """Return the theme with text, lines and markers that are visible from the last row."""
    lines = ("curve_width", "thin_width", "path_width", "point_size", "marker_size")
    wider = {name: PRESENTATION_LINE_FACTOR * getattr(theme, name) for name in lines}
    return replace(theme, font_factor=PRESENTATION_FONT_FACTOR, **wider)


def _each(parts: Sequence[Callable[[], object]], failure: str) -> None:
    """Do each of these while the window closes, whatever fails of them: its threads must end."""
    for part in parts:
        try:
            part()
        except Exception:
            LOG.exception(failure)
