"""The handlers of the window's commands: files, exports, presentation, and notices about what happened."""

from __future__ import annotations

import logging
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication

from playground.engine.branches.recovery import Fallen, Recovery
from playground.engine.formula_presets import FORMULA_PRESETS
from playground.experiment import DataSettings, Experiment, NetworkSettings
from playground.experiment_checks import ExperimentError
from playground.experiment_files import FileError, experiment_of_text
from playground.files.atomic import ExportError
from playground.files.foreign_names import LONGEST_PATH, shown_name, shown_path
from playground.files.kinds import is_share_string
from playground.files.places import is_folder
from playground.known_tables import own_rows, own_rows_text
from playground.lab.snapshot import RUNNING
from playground.numerals import rate_text
from playground.share_string import ShareStringError, read_share_string, share_string
from playground.startup.log import log_folder
from playground.ui.export.all_cells import GIVEN_UP, compute_all_cells
from playground.ui.export.dialog import ExportDialog, remembered_page
from playground.ui.frame import words
from playground.ui.frame.actions import name_of
from playground.ui.frame.layout import PANELS, PLOTS
from playground.ui.frame.notice_bar import Offer
from playground.ui.help.about_dialog import AboutDialog
from playground.ui.help.command_palette import CommandPalette, menu_paths
from playground.ui.help.help_dialog import show_keys
from playground.ui.tables.feature import TablesFeature

if TYPE_CHECKING:
    from playground.ui.main_window import MainWindow

TWO_NUMBERS = Experiment(DataSettings("hours_of_study"), NetworkSettings(hidden_layers=()))
FIRST_FORMULA = next(iter(FORMULA_PRESETS.values()))
NOTHING_TO_PASTE = "Nothing is there to paste: the clipboard is empty."
LOG = logging.getLogger(__name__)


class LabFailure(Exception):
    """An exception in a thread of the lab or in the helper process. The message is its traceback."""


class WindowCommands(QObject):
    """The handlers of the window's actions."""

    def __init__(self, window: MainWindow):
        super().__init__(window)
        self._window = window
        self._divergence = ""
        actions, lab = window.actions_by_name, window.lab
        handlers = {
            "open": lambda: window.files.ask_and_open(),
            "save": self.save,
            "save_as": self.save_as,
            "export": lambda: self.export("surface"),
            "export_loss": lambda: self.export("loss"),
            "export_surface": lambda: self.export("surface"),
            "export_boundary": lambda: self.export("boundary"),
            "export_history": lambda: self.export("history"),
            "export_points": lambda: self.export("points"),
            "quit": window.close,
            "undo": lab.undo,
            "redo": lab.redo,
            "copy_share_string": self.copy_share_string,
            "paste": self.paste,
            "run": self.run,
            "step": self.step,
            "same_weights": lab.same_weights_again,
            "new_weights": lab.new_weights,
            "new": lambda: self.replace(Experiment()),
            "new_formula": lambda: self.replace(FIRST_FORMULA.experiment),
            "clear_recent": window.preferences.clear_recent_files,
            "reset_layout": self.reset_layout,
            "palette": self.show_palette,
            "log_folder": self.open_log_folder,
            "two_numbers": lambda: self.replace(TWO_NUMBERS),
            "simple": lambda: window.set_full(False),
            "full": lambda: window.set_full(True),
            "theme_system": lambda: window.choose_theme("system"),
            "theme_light": lambda: window.choose_theme("light"),
            "theme_dark": lambda: window.choose_theme("dark"),
            "colors_viridis": lambda: window.choose_loss_colors("viridis"),
            "colors_cividis": lambda: window.choose_loss_colors("cividis"),
            "presentation": self.toggle_presentation,
            "large_surface": lambda: window.present("surface"),
            "large_data": lambda: window.present("data"),
            "large_loss": lambda: window.present("loss"),
            "help": self.show_help,
            "about": self.show_about,
        }
        for name, do in handlers.items():
            actions[name].triggered.connect(lambda _=False, do=do: do())
        for name in ("experiment", "surface", "data", "loss", "strip"):
            action = actions[f"panel_{name}"]
            action.setChecked(window.arrangement.is_open(name))
            action.toggled.connect(lambda on, name=name: window.arrangement.set_open(name, on))
        for name in PLOTS:
            action = actions[f"own_{name}"]
            action.toggled.connect(lambda on, name=name: window.arrangement.set_own_window(name, on))
        window.arrangement.own_window_changed.connect(lambda name, on: actions[f"own_{name}"].setChecked(on))
        window.strip.show_requested.connect(lambda: actions["panel_strip"].setChecked(True))
        self._name_undo("", "")
        lab.undo_named.connect(self._name_undo)

    def _name_undo(self, undo_text: str, redo_text: str) -> None:
        """Write into the menu what Undo takes back and what Redo makes again."""
        for name, word, text in (("undo", "&Undo", undo_text), ("redo", "&Redo", redo_text)):
            action = self._window.actions_by_name[name]
            named = f"{word} {text}".rstrip()
            if action.text() != named:
                action.setText(named)
            action.setEnabled(bool(text))
        # It would take back what is not the last thing any more.
        self._window.notices.withdraw("Undo")

    # The run --------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Run, or pause what runs."""
        if self._window.lab.state == RUNNING or self._window.transport.may_run():
            self._window.lab.toggle()

    def step(self) -> None:
        """Make one step."""
        if self._window.transport.may_run():
            self._window.lab.step()

    # Files ----------------------------------------------------------------------------------------------

    @property
    def path(self) -> Path | None:
        """The file that the run on the screen was opened from or saved to; None where there is none."""
        return self._window.files.path

    def open_file(self, path: str | Path) -> bool:
        """Open a file of any kind; False, with a sentence and nothing changed, where that fails."""
        return self._window.files.open_file(path)

    def save(self) -> bool:
        """Save to the file that was opened or saved last."""
        return self._window.files.save()

    def save_as(self) -> bool:
        """Ask where to save."""
        return self._window.files.save_as()

    def save_to(self, path: str | Path) -> bool:
        """Save to a file; False, with a sentence, where that fails."""
        return self._window.files.save_to(path)

    def copy_share_string(self) -> None:
        """Copy the present experiment, with its log of changes, as one line of text."""
        window = self._window
        if window.snapshot is None:
            return
        try:
            text = share_string(window.snapshot.view.experiment_file)
        except ShareStringError as error:
            window.notices.say(str(error), seconds=None)
            return
        QGuiApplication.clipboard().setText(text)
        copied = "The share string is copied: Ctrl+V in another window begins this run."
        view = window.snapshot.view
        if rows := own_rows(view.experiment.data, view.data, view.history.changes):
            copied += f" It holds {own_rows_text(rows)}."
        window.notices.say(copied, seconds=8)

    def paste(self) -> None:
        """Take what the clipboard holds: a file, a table, or the experiment of a share string."""
        content = QGuiApplication.clipboard().mimeData()
        # Qt has none where the clipboard is empty.
        if content is None or not content.formats():
            self._window.notices.say(NOTHING_TO_PASTE, seconds=8)
            return
        file = next((url.toLocalFile() for url in content.urls() if url.isLocalFile()), "")
        if file:
            self.open_file(file)
        else:
            self.open_text(content.text())

    def open_text(self, text: str) -> bool:
        """Begin the experiment of a share string or of JSON, or show a table; else False, and say why."""
        window = self._window
        if text.lstrip().startswith("{"):
            return self._open_experiment_of(text)
        if not is_share_string(text):
            tables = next(feature for feature in window.features if isinstance(feature, TablesFeature))
            return tables.open_text(text)
        try:
            file = read_share_string(text)
        except (ShareStringError, ExperimentError) as error:
            sentence = error.sentence if isinstance(error, ExperimentError) else str(error)
            window.notices.say(sentence, seconds=None)
            return False
        window.lab.set_experiment(file.experiment, file.changes, file.steps)
        return True

    def _open_experiment_of(self, text: str) -> bool:
        """Begin the experiment of a text, as a file holds it; False, with a sentence, where it is none."""
        window = self._window
        try:
            file = experiment_of_text(text)
        except (FileError, ExperimentError) as error:
            sentence = error.sentence if isinstance(error, ExperimentError) else str(error)
            window.notices.say(sentence, seconds=None)
            return False
        window.lab.set_experiment(file.experiment, file.changes, file.steps)
        return True

    def replace(self, experiment: Experiment) -> None:
        """Begin another experiment. Undo brings the present one back."""
        self._window.lab.set_experiment(experiment)

    # Exports --------------------------------------------------------------------------------------------

    def export(self, what: str) -> None:
        """Ask for the form and the file, and save the export."""
        window = self._window
        dialog = ExportDialog(window.exporter, window.preferences, what, window)
        dialog.exec()
        if dialog.saved is not None:
            LOG.info("exported %s to %s", what, dialog.saved)
            window.notices.say(f"Exported to “{shown_path(dialog.saved)}”.", seconds=10)
        dialog.deleteLater()

    def copy(self, what: str) -> None:
        """Copy a plot to the clipboard."""
        notices = self._window.notices
        if not compute_all_cells(self._window.exporter.computing(what), self._window):
            notices.say(GIVEN_UP)
            return
        try:
            self._window.exporter.copy(what, remembered_page(self._window.preferences))
        except ExportError as error:
            notices.say(str(error))
        else:
            notices.say("Copied to the clipboard.", seconds=5)

    # What happened --------------------------------------------------------------------------------------

    def invite(self) -> None:
        """Show the notice of a first start."""
        window = self._window
        go_on = window.files.offers_to_go_on()
        if not window.preferences.switch("invite", True):
            if go_on:
                window.notices.say(words.LEFT_WORK, go_on, seconds=None)
            return
        offers = [*go_on, Offer(words.TWO_NUMBERS, window.actions_by_name["two_numbers"].trigger)]
        for feature in window.features:
            offers += feature.first_offers()
        window.notices.say(
            words.INVITATION,
            offers,
            seconds=None,
            dismissed=lambda: window.preferences.set_switch("invite", False),
        )

    def end_invitation(self) -> None:
        """Drop the notice of the start: the user has begun."""
        for text in (words.INVITATION, words.LEFT_WORK):
            self._window.notices.take_back(text)

    def clear_divergence(self) -> None:
        """Drop the notice about a J that is not finite: the run goes on."""
        self._window.notices.take_back(self._divergence)
        self._divergence = ""

    def explain_divergence(self, sentence: str, way: Recovery | Fallen | None) -> None:
        """Show that a run has overflowed, and offer a way on that was tried."""
        window, offers = self._window, []
        snapshot = window.snapshot
        run = snapshot.run if snapshot is not None else None
        if isinstance(way, Fallen):
            if way.step:
                back = partial(window.lab.run_from, way.step, go=False, run=run)
                offers.append(Offer(f"Back to step {way.step}", back))
        elif way is not None:
            at = f"α = {rate_text(way.learning_rate)}"

            def go_on() -> None:
                if way.back:
                    window.lab.run_from(way.step, way.learning_rate, run=run)
                else:
                    window.lab.set_learning_rate(way.learning_rate)
                    window.lab.run()

            name = f"Back to step {way.step} with {at}" if way.back else f"Go on with {at}"
            offers.append(Offer(name, go_on))
        # The same start fails again where nothing goes on from it.
        again = window.actions_by_name["new_weights" if way is None else "same_weights"]
        offers.append(Offer(name_of(again), again.trigger))
        self._divergence = sentence
        window.notices.say(sentence, offers, seconds=None, shorter=words.fewer_words(sentence))

    def report_failure(self, report: str) -> None:
        """Show that a part of the lab has failed, and open the program's crash dialog with the traceback."""
        last = report.strip().splitlines()[-1] if report.strip() else "unknown error"
        sentence = f"The computation has stopped: {shown_name(last, LONGEST_PATH)}"
        self._window.notices.say(sentence, seconds=None)
        raise LabFailure(report)

    # Looks and help -------------------------------------------------------------------------------------

    def toggle_presentation(self) -> None:
        window = self._window
        window.present(None if window.arrangement.presenting else window.arrangement.seen("centre"))

    def show_help(self) -> None:
        window = self._window
        actions = [window.actions_by_name[name] for name in window.actions_by_name.names()]
        show_keys([*actions, *window.strip.rate_actions], window)

    def show_palette(self) -> None:
        """Let a command be found by a few letters of it."""
        window = self._window
        named = [window.actions_by_name[name] for name in window.actions_by_name.names() if name != "palette"]
        palette = CommandPalette([*named, *window.strip.rate_actions], window, menu_paths(window.menuBar()))
        palette.finished.connect(palette.deleteLater)
        palette.open()

    def reset_layout(self) -> None:
        """Put every panel where it stood at the first start."""
        window = self._window
        if window.arrangement.presenting:
            window.present(None)
        window.arrangement.reset()
        for name in PANELS:
            window.actions_by_name[f"panel_{name}"].setChecked(True)

    def open_log_folder(self) -> None:
        """Show the folder of the logs in the system's file manager, or show its path."""
        folder = log_folder()
        if folder is None or not is_folder(folder):
            self._window.notices.say("There is no folder of logs: the user has no home folder.")
        elif not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
            self._window.notices.say(f"The logs lie in “{shown_path(str(folder))}”.", seconds=None)

    def show_about(self) -> None:
        AboutDialog(self._window).open()
