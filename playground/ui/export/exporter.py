"""Pictures and histories of what is on the screen, for files and the clipboard."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from PySide6.QtGui import QGuiApplication

from playground.drawing.runs import OtherRun
from playground.engine.formula import Formula
from playground.engine.problem_of_experiment import curve_of, formula_of, network_on_data
from playground.export.carried_run import carried_run
from playground.export.figures import (
    boundary_figure,
    curve_figure,
    loss_figure,
    relief_figure,
    surface_figure,
)
from playground.export.history_csv import history_text
from playground.export.history_notes import notes_text
from playground.export.page import Page
from playground.export.picture import (
    Made,
    Shown,
    image_of_page,
    made_picture,
    save_png,
    save_svg,
    shown_in_pieces,
)
from playground.export.run_words import run_sentence
from playground.export.saved_history import save_history
from playground.export.sheet import sheet_figure
from playground.export.surface_npz import surface_npz
from playground.export.table import Table, save_table
from playground.files.atomic import ExportError, reason_of, write_atomically
from playground.files.endings import beside_history, notes_of_table
from playground.files.foreign_names import shown_path
from playground.known_tables import own_rows
from playground.lab.snapshot import Snapshot
from playground.landscape.pieces import Pieces
from playground.ui.data.view import DataView
from playground.ui.frame.saving import decimal_of_system
from playground.ui.loss.view import LossView
from playground.ui.surface.view import SurfaceView
from playground.ui.surface.whole import Whole

PICTURES: tuple[tuple[str, str], ...] = (
    ("surface", "Loss surface"),
    ("loss", "Loss plot"),
    ("boundary", "Data and prediction"),
)
CURVE = "curve"
OF_FORMULA = PICTURES[:2]
OF_ONE_VARIABLE = ((CURVE, "Curve of the loss"), PICTURES[1])
SHEET = ("sheet", "Sheet: surface, loss and data on one page")
SHEET_OF_FORMULA = ("sheet", "Sheet: landscape and loss on one page")
HISTORY, SURFACE_NUMBERS = "history", "surface_numbers"
OF_SURFACE = frozenset({"surface", SHEET[0], SURFACE_NUMBERS})
"""Exports for which every cell of the surface is computed, besides those that are offered so."""
FigureOfSnapshot = Callable[[Snapshot], Any]
TableOfSnapshot = Callable[[Snapshot], Table]


class Numbers(NamedTuple):
    """Numbers for export, which are no picture: title, a sentence about the file, its ending.

    make: the table of a snapshot, where the file is one; a table can be written for a spreadsheet too.
    """

    title: str
    told: str
    ending: str = ".csv"
    make: TableOfSnapshot | None = None


NO_SURFACE = "There is no surface to export: choose another plane, or take a few steps."
UNSEEN_SURFACE = "The surface is computed while it is seen: bring it to the front, and export it then."


class Exporter:
    """The same drawings as on the screen, of the newest snapshot, in the theme for paper."""

    def __init__(
        self,
        snapshot: Callable[[], Snapshot | None],
        surface: SurfaceView,
        data: DataView,
        loss: LossView,
    ):
        self._snapshot = snapshot
        self._surface = surface
        self._data = data
        self._loss = loss
        self._offered: dict[str, tuple[str, FigureOfSnapshot]] = {}
        self._without_run: set[str] = set()
        self._of_surface = set(OF_SURFACE)
        self._ready: tuple[str, Whole] | None = None
        """An export whose cells are computed, and its moment."""
        self._in_use: Whole | None = None
        """The moment of the export that is being made."""
        self.balls_beside: Callable[[], Sequence[OtherRun]] = tuple
        """Returns the other runs that the curve of one variable shows."""
        self.numbers: dict[str, Numbers] = {
            HISTORY: Numbers(
                "History (CSV, and the experiment beside it)",
                "A table: one row for each recorded step.",
                make=_history_table,
            ),
            SURFACE_NUMBERS: Numbers(
                "Numbers of the surface and the path (NPZ)",
                "Arrays for NumPy: the loss of each cell, the plane, and the path on it.",
                ".npz",
            ),
        }

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """All exports of the present run: names and titles."""
        pictures, sheet = self._pictures(), SHEET if self._formula() is None else SHEET_OF_FORMULA
        offered = tuple((name, title) for name, (title, _) in self._offered.items())
        numbers = tuple((name, numbers.title) for name, numbers in self.numbers.items())
        return (*pictures, *offered, sheet, *numbers)

    def place_of(self, what: str) -> int:
        """Return the row of an export in choices; of one that the present run has not, that of the first."""
        names = [name for name, _ in self.choices]
        return names.index(what) if what in names else 0

    def _formula(self) -> Formula | None:
        snapshot = self._snapshot()
        return None if snapshot is None else formula_of(snapshot.problem)

    def _pictures(self) -> tuple[tuple[str, str], ...]:
        formula = self._formula()
        if formula is None:
            return PICTURES
        return OF_ONE_VARIABLE if formula.n_parameters == 1 else OF_FORMULA

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
        if of_surface:
            self._of_surface.add(name)
        self._offered[name] = title, make_figure
        if not of_run:
            self._without_run.add(name)

    def withdraw(self, name: str) -> None:
        """Take a picture or a table from the exports: the present run has none."""
        self._offered.pop(name, None)
        self.numbers.pop(name, None)

    def shows_run(self, what: str) -> bool:
        """Return whether a picture shows the run."""
        return what not in self._without_run

    @property
    def own_rows(self) -> int:
        """The number of the user's own points that a picture would carry with the run."""
        snapshot = self._snapshot()
        if snapshot is None:
            return 0
        view = snapshot.view
        return own_rows(view.experiment.data, view.data, view.history.changes)

    def offer_numbers(self, name: str, title: str, told: str, make_table: TableOfSnapshot) -> None:
        """Add a table for export, with a sentence about it. make_table takes the newest snapshot."""
        self.numbers[name] = Numbers(title, told, make=make_table)

    def computing(self, what: str) -> Iterator[float]:
        """Compute what an export needs and the screen only predicts; yield the share after each piece.

        The export that is made next, of the same name, is of the moment at which this began.
        """
        self._ready = None
        if what in self._of_surface and self._snapshot() is not None:
            whole = yield from self._surface.compute_all()
            self._ready = None if whole is None else (what, whole)

    @contextmanager
    def _moment(self, what: str) -> Iterator[Whole | None]:
        """The moment that an export is of, with all cells computed; None where it needs no surface.

        It holds for one export: the next one is of a moment of its own.
        """
        if self._in_use is None:
            if self._ready is None or self._ready[0] != what:
                for _ in self.computing(what):
                    pass
            ready, self._ready = self._ready, None
            self._in_use = ready[1] if ready is not None else None
            try:
                yield self._in_use
            finally:
                self._in_use = None
        else:
            # A part of an export, as a panel of a sheet is.
            yield self._in_use

    def save_png(self, what: str, path: Path, width: int, height: int, dpi: int) -> None:
        """Write a picture. Raises ExportError, as the other methods do."""
        save_png(self.figure(what), path, width, height, dpi)

    def save_svg(self, what: str, path: Path, width: int, height: int) -> None:
        save_svg(self.figure(what), path, width, height)

    def picture(self, what: str, page: Page) -> Made:
        """Make the file of a picture, which carries the run where the page says so."""
        with self._moment(what):
            run = carried_run(self._present().view) if page.run and self.shows_run(what) else None
            return made_picture(self.figure(what), page, run)

    def shown_in_pieces(self, what: str, page: Page, width_px: int, height_px: int) -> Pieces[Shown]:
        """Yield after each piece of work, and return a picture for the screen; see computing."""
        return (yield from shown_in_pieces(self.figure(what), page, width_px, height_px))

    def save(self, what: str, path: Path, page: Page) -> None:
        """Write a picture."""
        write_atomically(path, self.picture(what, page).content)

    def copy(self, what: str, page: Page) -> None:
        """Put a picture on the clipboard, as an image in every format of the page."""
        # Not as QMimeData: one that Python has made ends the process where the clipboard outlives it.
        image = image_of_page(self.figure(what), replace(page, format="png"))
        QGuiApplication.clipboard().setImage(image)

    def save_history(self, path: Path) -> None:
        """Write the history as CSV, and the experiment with its log of changes as JSON of the same name."""
        snapshot = self._present()
        save_history(snapshot.view, snapshot.view.experiment_file, path)

    def save_numbers(self, what: str, path: Path, spreadsheet: bool = False) -> None:
        """Write numbers with all that belongs beside them; see beside.

        spreadsheet: a table alone, as the spreadsheets of the system's language read it.
        """
        make = self.numbers[what].make
        if make is None:
            self.save_surface_numbers(path)
        elif what == HISTORY and not spreadsheet:
            self.save_history(path)
        else:
            snapshot = self._present()
            save_table(lambda: make(snapshot), path, decimal_of_system() if spreadsheet else None)

    def beside(self, what: str, path: Path, spreadsheet: bool = False) -> tuple[Path, ...]:
        """Return the files that are written beside the one at path."""
        if what not in self.numbers or self.numbers[what].make is None or spreadsheet:
            return ()
        notes = (notes_of_table(path),)
        return (beside_history(path), *notes) if what == HISTORY else notes

    def save_surface_numbers(self, path: Path) -> None:
        """Write the numbers of the surface on the screen, and of the path on its plane."""
        with self._moment(SURFACE_NUMBERS) as whole:
            snapshot, answer = self._present(), whole.answer if whole is not None else None
        if answer is None or answer.surface is None:
            raise ExportError(self._why_no_surface())
        on_data, plane = network_on_data(snapshot.problem), self._surface.wish.plane
        kind = plane.kind if answer.choice is None else answer.choice.kind
        random = (plane.normalization, plane.seed) if kind == "random" else None
        samples = None if on_data is None else on_data.samples
        try:
            content = surface_npz(answer.surface, snapshot.view, kind, random, samples)
        except ValueError as error:
            # An experiment that no file can hold.
            raise ExportError(f"{shown_path(path)} could not be written: {reason_of(error)}.") from error
        write_atomically(path, content)

    def _present(self) -> Snapshot:
        snapshot = self._in_use.snapshot if self._in_use is not None else self._snapshot()
        if snapshot is None:
            raise ExportError("There is nothing to export yet: the experiment is still being prepared.")
        return snapshot

    def figure(self, what: str) -> Any:
        """Return the function that makes the figure of a plot for a theme."""
        with self._moment(what) as whole:
            return self._figure(what, whole)

    def _figure(self, what: str, whole: Whole | None) -> Any:
        snapshot = self._present()
        if what in self._offered:
            return self._offered[what][1](snapshot)
        formula = curve_of(snapshot.problem)
        if formula is not None and what in {CURVE, "surface"}:
            return curve_figure(formula, snapshot.view, self.balls_beside())
        if what == SHEET[0]:
            return sheet_figure(self._panels(), run_sentence(snapshot.view))
        if what == "loss":
            return loss_figure(snapshot.view, self._loss.logarithmic, self._loss.drawing.others.runs)
        if what == "boundary":
            on_data = network_on_data(snapshot.problem)
            if on_data is None:
                raise ExportError("There is no boundary to export: this run has no network.")
            boundary = self._data.answer.boundary if self._data.answer is not None else None
            shown = self._data.show_test, self._data.blame
            return boundary_figure(on_data.samples, boundary, *shown, snapshot.view, self._data.choice)
        if whole is None or whole.answer is None or whole.answer.surface is None:
            raise ExportError(self._why_no_surface())
        if self._surface.relief is not None:
            return relief_figure(whole.picture, self._surface.relief.camera, snapshot.view)
        return surface_figure(whole.picture, snapshot.view, others=self._surface.drawing.others.runs)

    def _why_no_surface(self) -> str:
        return NO_SURFACE if self._surface.on_screen() else UNSEEN_SURFACE

    def _panels(self) -> list[Any]:
        """Return what makes the panels of a sheet: the plots that can be exported now."""
        panels = []
        for what, _ in self._pictures():
            with suppress(ExportError):
                panels.append(self.figure(what))
        return panels


def _history_table(snapshot: Snapshot) -> Table:
    history = snapshot.view.history
    return Table(history_text(history, snapshot.view.experiment.training), notes_text(history))
