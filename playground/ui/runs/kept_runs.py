"""Runs that are kept for comparison: pale lines in the loss plot and on the surface, and a list of them."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from playground.drawing.kit.marks import set_rate_text
from playground.drawing.runs import Look
from playground.drawing.surface.picture import rows_apart
from playground.engine.painted_points import in_one_form
from playground.engine.recording.run_view import RunView
from playground.experiment import Experiment
from playground.export.kept_runs_csv import ENDING, runs_table, save_runs
from playground.export.table import Table
from playground.files.atomic import ExportError
from playground.files.endings import notes_of_table
from playground.files.foreign_names import shown_path
from playground.landscape.thinning import thinned_pieces
from playground.numerals import count_text, rate_text, running_loss_text
from playground.same_landscape import landscape_of, measure_of
from playground.ui.frame.actions import Command
from playground.ui.frame.feature import Feature, Page
from playground.ui.frame.saving import ask_where_and_how, decimal_of_system
from playground.ui.runs.other_runs_feature import Beside, OtherRunsFeature, losses_of
from playground.ui.style import set_role
from playground.ui.widgets.card import Card
from playground.ui.widgets.plain_label import Paragraph

if TYPE_CHECKING:
    from playground.lab.snapshot import Snapshot
    from playground.ui.frame.workbench import Workbench

PAGE = "kept_runs"
MOST = 12
"""Maximum number of kept runs; a further one replaces the oldest."""
LONGEST_NAME = 40
CSV, SPREADSHEET = f"CSV, and notes beside it (*{ENDING})", f"CSV for a spreadsheet (*{ENDING})"
NO_RUNS = "There is no kept run to export yet: Ctrl+Shift+D keeps this one."
NAME, STEPS, LOSS, RATE, REMOVE = range(5)
HEADINGS = ("run", "steps", "training J", "α", "")
EMPTY = "No run is kept. Running from an earlier step keeps the old run here; Ctrl+Shift+D keeps this one."


@dataclass(frozen=True, eq=False)
class KeptRun:
    """A run as it was when it was kept, with its name."""

    name: str
    view: RunView
    number: int
    shown: bool = True
    chosen: bool = False
    """Whether the user chose to show or to hide it; else it is shown beside runs of its own data and loss."""

    def beside(self) -> Beside:
        steps, losses = losses_of(self.view.history)
        look = Look(self.number, pale=True)
        history = self.view.history
        path = thinned_pieces(history.path, rows_apart(history))
        return Beside(self.name, look, steps, losses, path, landscape_of(in_one_form(self.view.live)))


def measures_of(experiment: Experiment) -> frozenset[Hashable]:
    """Return what the values of J measure, also as it is called once its points are in a table.

    Two runs that have one of these in common belong on one axis.
    """
    return frozenset((measure_of(experiment), measure_of(in_one_form(experiment))))


class KeptRunsPage(Card):
    """The list: a tick shows or hides a run, F2 renames it, Delete removes it."""

    renamed = Signal(int, str)
    shown = Signal(int, bool)
    removed = Signal(int)
    """Emitted with the number of the run: when it is received, the rows may be others."""
    export_requested = Signal()
    all_removed = Signal()

    def __init__(self, parent: QWidget | None = None):
        super().__init__("Kept runs", "pale lines in the plots", parent)
        self.table = QTableWidget(0, len(HEADINGS))
        self.table.setHorizontalHeaderLabels(HEADINGS)
        self.table.verticalHeader().hide()
        self.table.setAccessibleName("Kept runs")
        self.table.setShowGrid(False)
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        self.table.itemChanged.connect(self._changed)
        self.empty = Paragraph(EMPTY, "dim")
        self.export_button = QPushButton("Export all…")
        self.export_button.setToolTip("Save the curves of all kept runs in one CSV table")
        self.export_button.clicked.connect(self.export_requested)
        self.clear_button = QPushButton("Remove all")
        self.clear_button.clicked.connect(self.all_removed)
        row = QHBoxLayout()
        row.addWidget(self.export_button)
        row.addWidget(self.clear_button)
        row.addStretch(1)
        self.body.addWidget(self.empty)
        self.set_body(self.table)
        self.body.addLayout(row)
        self._filling = False
        self._numbers: list[int] = []

    def show_runs(self, runs: Sequence[KeptRun]) -> None:
        """Write the list again."""
        self._filling = True
        self._numbers = [run.number for run in runs]
        self.empty.setVisible(not runs)
        self.table.setVisible(bool(runs))
        for button in (self.export_button, self.clear_button):
            button.setEnabled(bool(runs))
        self.table.setRowCount(len(runs))
        for row, run in enumerate(runs):
            name = QTableWidgetItem(run.name)
            name.setFlags(name.flags() | Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEditable)
            name.setCheckState(Qt.CheckState.Checked if run.shown else Qt.CheckState.Unchecked)
            name.setToolTip("Tick to show it, F2 or double click to rename it, Delete to remove it")
            self.table.setItem(row, NAME, name)
            view = run.view
            texts = {STEPS: count_text(view.step), LOSS: running_loss_text(view.train_loss)}
            now = view.settings
            scheduled = now.schedule != "constant"
            texts[RATE] = (
                set_rate_text(now.schedule, now.learning_rate) if scheduled else rate_text(now.learning_rate)
            )
            for column, text in texts.items():
                item = QTableWidgetItem(text)
                item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEditable)
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.table.setItem(row, column, item)
            button = QPushButton("✕")
            button.setAccessibleName(f"Remove {run.name}")
            set_role(button, "quiet")
            button.clicked.connect(lambda _=False, number=run.number: self.removed.emit(number))
            self.table.setCellWidget(row, REMOVE, button)
        self._filling = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self.table.currentRow() >= 0:
            self.removed.emit(self._numbers[self.table.currentRow()])
        else:
            super().keyPressEvent(event)

    def _changed(self, item: QTableWidgetItem) -> None:
        if self._filling or item.column() != NAME:
            return
        number = self._numbers[item.row()]
        self.shown.emit(number, item.checkState() == Qt.CheckState.Checked)
        self.renamed.emit(number, item.text())


class KeptRunsFeature(Feature):
    """The kept runs: those that a new branch leaves, and those that the user keeps."""

    page = Page(
        name=PAGE,
        title="Kept runs",
        place="right",
        menu="run",
        command=Command("Kept r&uns…", "Ctrl+Shift+K", "Name, hide, compare, export or remove the kept runs"),
    )

    def __init__(self, window: Workbench):
        super().__init__(window)
        self.runs: list[KeptRun] = []
        self._beside: list[Beside] = []
        self._count = 0
        self._measures = measures_of(window.lab.experiment)
        self.page_view = KeptRunsPage()
        actions = window.actions_by_name
        actions["keep_run"].triggered.connect(lambda _=False: self.keep_present())
        window.menu("run").addAction(actions["keep_run"])
        self.add_page(self.page_view).triggered.connect(lambda _=False: self.show_page())
        window.lab.run_left.connect(self.keep)
        # The list is written anew, which must not happen inside a signal of its own items.
        later = Qt.ConnectionType.QueuedConnection
        self.page_view.renamed.connect(self.rename, later)
        self.page_view.shown.connect(self.show_run, later)
        self.page_view.removed.connect(self.remove, later)
        self.page_view.all_removed.connect(self.remove_all)
        self.page_view.export_requested.connect(self.ask_and_export)
        window.exporter.offer_numbers(
            PAGE, "Kept runs (CSV)", "A table: the histories of all kept runs and of this one.", self._table
        )
        self._update_views()

    def join(self) -> None:
        self.fellow(OtherRunsFeature).providers.append(lambda: self._beside)

    def keep_present(self) -> None:
        """Keep the run as it is now."""
        if self.window.snapshot is not None:
            run = self.keep(self.window.snapshot.whole)
            self.window.notices.say(f"Kept as “{run.name}”: a pale line in the plots.", seconds=8)

    def keep(self, view: RunView) -> KeptRun:
        """Keep a run. Beyond the maximum number the oldest is dropped."""
        self._count += 1
        run = KeptRun(f"run {self._count}", view, self._count - 1)
        self.runs = [*self.runs, run][-MOST:]
        self._update_views()
        return run

    def replace_all(self, runs: Sequence[KeptRun]) -> None:
        """Keep these runs and no others; of too many the last ones."""
        self.runs = [*runs][-MOST:]
        self._count = max((run.number + 1 for run in self.runs), default=0)
        self._update_views()

    def exchange(self, leaving: Sequence[KeptRun], coming: Sequence[KeptRun]) -> None:
        """Keep the coming runs in place of the leaving ones; what was kept since stays, after them."""
        gone = {id(run.view) for run in leaving}
        number = max((run.number + 1 for run in coming), default=0)
        since = [run for run in self.runs if id(run.view) not in gone]
        self.replace_all([*coming, *(replace(run, number=number + i) for i, run in enumerate(since))])

    def run_replaced(self, experiment: Experiment) -> None:
        """Hide the runs whose J is of other data or another loss; show again those of the same."""
        if (measures := measures_of(experiment)) == self._measures:
            return
        self._measures = measures
        # A choice to hide a run remains; one to show it was made beside another run.
        self.runs = [
            run
            if run.chosen and not run.shown
            else replace(run, shown=not measures.isdisjoint(measures_of(run.view.live)), chosen=False)
            for run in self.runs
        ]
        self._update_views()

    def rename(self, number: int, name: str) -> None:
        """Give the run of this number another name; an empty one is ignored."""
        name = name.strip()[:LONGEST_NAME]
        for run in self._runs_of(number):
            if name != run.name:
                self._replace(run, replace(run, name=name or run.name))

    def show_run(self, number: int, on: bool) -> None:
        """Draw the run of this number, or hide it."""
        for run in self._runs_of(number):
            if on != run.shown:
                self._replace(run, replace(run, shown=on, chosen=True))

    def remove(self, number: int) -> None:
        """Drop the run of this number."""
        for run in self._runs_of(number):
            self.runs.remove(run)
            self._update_views()

    def _runs_of(self, number: int) -> list[KeptRun]:
        """Return the run of this number, if it is still kept."""
        return [run for run in self.runs if run.number == number]

    def remove_all(self) -> None:
        self.runs = []
        self._update_views()

    def ask_and_export(self) -> None:
        """Ask for a file, and save the curves of all kept runs and of the present one."""
        preferences = self.window.preferences
        start = Path(preferences.folder) / f"runs{ENDING}"
        found = ask_where_and_how(
            self.window.widget,
            "Export the kept runs",
            start,
            f"{CSV};;{SPREADSHEET}",
            ENDING,
            lambda path, entry: () if entry == SPREADSHEET else (notes_of_table(path),),
            say=self.window.notices.say,
        )
        if found is None:
            return
        path, entry = found
        if self.export(path, decimal_of_system() if entry == SPREADSHEET else None):
            preferences.folder = str(path.parent)

    def export(self, path: str | Path, decimal: str | None = None) -> bool:
        """Save the curves of all kept runs and of the present one; with a decimal sign for a spreadsheet.

        Return False, with a notice, where it fails.
        """
        try:
            saved = save_runs(self._all_runs(self.window.snapshot), path, decimal)
        except ExportError as error:
            self.window.notices.say(str(error), seconds=None)
            return False
        self.window.notices.say(f"Exported to “{shown_path(saved)}”.", seconds=10)
        return True

    def _all_runs(self, snapshot: Snapshot | None) -> list[tuple[str, RunView]]:
        """Return the kept runs and the present one, with their names."""
        runs = [(run.name, run.view) for run in self.runs]
        return runs if snapshot is None else [*runs, ("now", snapshot.whole)]

    def _table(self, snapshot: Snapshot) -> Table:
        if not self.runs:
            raise ExportError(NO_RUNS)
        return runs_table(self._all_runs(snapshot))

    def _replace(self, old: KeptRun, new: KeptRun) -> None:
        self.runs[self.runs.index(old)] = new
        self._update_views()

    def _update_views(self) -> None:
        drawn = {beside.look.number: beside for beside in self._beside}
        self._beside = []
        for run in self.runs:
            beside = drawn.get(run.number)
            if beside is None or beside.label != run.name:
                beside = run.beside()
            if run.shown:
                self._beside.append(beside)
        self.page_view.show_runs(self.runs)
