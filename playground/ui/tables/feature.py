"""Tables in the window: opened, pasted, at hand; and the points of the run, copied and exported."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication

from playground.experiment import DataSettings
from playground.experiment_checks import ExperimentError
from playground.experiment_table import TableSettings
from playground.export.points_csv import points_table, points_text
from playground.files.atomic import ExportError
from playground.files.foreign_names import shown_name
from playground.known_tables import data_at_hand, name_at_hand
from playground.lab.tables.spare import SpareProcess
from playground.tables.at_hand import TABLES_AT_HAND
from playground.ui.frame.feature import Feature
from playground.ui.tables import words
from playground.ui.tables.dialog import TableDialog

if TYPE_CHECKING:
    from playground.lab.snapshot import Snapshot
    from playground.ui.frame.workbench import Workbench

LOG = logging.getLogger(__name__)


class TablesFeature(Feature):
    """The ways in and out of a table."""

    def __init__(self, window: Workbench):
        super().__init__(window)
        self.dialog: TableDialog | None = None
        self.spare = SpareProcess()
        self._names: dict[bytes, str] = {}
        """By the checksum of a table: the name of its file. No file of an experiment holds it."""

    def join(self) -> None:
        panel = self.window.panel
        panel.datasets.table_chosen.connect(self.take_at_hand)
        panel.set_table_words(self.words_of)
        self.window.exporter.offer_numbers(
            "points", words.POINTS, words.POINTS_TOLD, lambda snapshot: points_table(data_of(snapshot))
        )
        self.window.exporter.offer_numbers(
            "standardised_points",
            words.STANDARDISED,
            words.STANDARDISED_TOLD,
            lambda snapshot: points_table(data_of(snapshot), standardised=True),
        )
        actions = self.window.actions_by_name
        actions["copy_points"].triggered.connect(lambda _=False: self.copy_points())
        self._ways_out = [actions[name] for name in ("copy_points", "export_points")]
        self.window.data_view.addActions(self._ways_out)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        for action in self._ways_out:
            action.setEnabled(snapshot.view.data is not None)

    # In -------------------------------------------------------------------------------------------------

    def prepare(self) -> None:
        """Start the process that reads a table: the user looks for a file."""
        if self.window.lab.use_process:
            self.spare.prepare()

    def drop_preparations(self) -> None:
        """End it: no table is opened now."""
        self.spare.drop()

    def open_file(self, path: Path) -> None:
        """Show the table of a file in the dialog."""
        self._open(path, path.name)

    def open_text(self, text: str) -> bool:
        """Show the table of a text; False, with a sentence, where there is nothing of a table."""
        why = words.no_table(text)
        if why:
            self.window.notices.say(why)
            return False
        self._open(text, "")
        return True

    def take_at_hand(self, name: str) -> None:
        """Take the points of a table that comes with the program."""
        self._take(data_at_hand(name), TABLES_AT_HAND[name].title)

    def _open(self, source: Path | str, name: str) -> None:
        if self.dialog is not None:
            self.dialog.reject()
        window = self.window
        about = (window.theme, window.widget, window.lab.use_process, self.spare)
        dialog = TableDialog(source, name, *about)
        self.dialog = dialog

        def taken(data: DataSettings) -> None:
            if isinstance(source, Path):
                window.preferences.add_recent_file(source)
            self._take(data, f"“{shown_name(name)}”" if name else words.COPIED_POINTS)

        dialog.taken.connect(taken)
        dialog.finished.connect(lambda _: self._closed(dialog))
        # A window that has just been given a file shows itself first.
        QTimer.singleShot(0, dialog, dialog.open)

    def _closed(self, dialog: TableDialog) -> None:
        if self.dialog is dialog:
            self.dialog = None
        dialog.deleteLater()

    def _take(self, data: DataSettings, title: str) -> None:
        """Begin a run of the present network on these points."""
        table = data.kept_table
        if name_at_hand(table) is None:
            self._names[table.checksum] = title
        try:
            self.window.lab.set_data(data, title)
        except ExperimentError as error:
            self.window.notices.say(error.sentence)
        else:
            LOG.info("taken: %d points", table.n_rows)

    # What it is -----------------------------------------------------------------------------------------

    def words_of(self, table: TableSettings) -> words.TableWords:
        """Return the title of a table, and where it is from."""
        at_hand = name_at_hand(table)
        if at_hand is not None:
            return words.of_table_at_hand(TABLES_AT_HAND[at_hand])
        return words.of_own_table(self._names.get(table.checksum, ""), table)

    # Out ------------------------------------------------------------------------------------------------

    def copy_points(self) -> None:
        """Copy the points of the run as a table."""
        snapshot, notices = self.window.snapshot, self.window.notices
        if snapshot is None:
            return
        try:
            text = points_text(data_of(snapshot))
        except ExportError as error:
            notices.say(str(error))
            return
        QGuiApplication.clipboard().setText(text)
        notices.say(words.POINTS_COPIED, seconds=8)

    def shutdown(self) -> None:
        self.spare.drop()
        if self.dialog is not None:
            self.dialog.reader.stop()


def data_of(snapshot: Snapshot) -> DataSettings:
    """Return the data of a run. Raises ExportError where it has none."""
    data = snapshot.view.data
    if data is None:
        raise ExportError(words.NO_POINTS)
    return data
