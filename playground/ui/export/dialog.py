"""The export dialog: what to export, the form and look of the picture, and where to."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QIcon, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from playground.drawing.kit.theme import LOSS_COLORMAPS
from playground.export.page import (
    EVERY_UNIT,
    FORMATS,
    LOOKS,
    MAX_DPI,
    MAX_INCHES,
    MAX_TEXT,
    MIN_DPI,
    MIN_INCHES,
    MIN_TEXT,
    PRESETS,
    SLIDE,
    UNITS,
    Page,
    PageError,
)
from playground.export.picture import shortcomings
from playground.files.atomic import ExportError
from playground.files.endings import with_ending
from playground.files.places import resolved
from playground.known_tables import own_rows_text
from playground.landscape.pieces import Pieces
from playground.numerals import percent_text
from playground.ui.export.all_cells import GIVEN_UP, PATIENCE, SENTENCE, compute_all_cells
from playground.ui.export.exporter import Exporter
from playground.ui.export.preview import Preview
from playground.ui.frame.preferences import Preferences
from playground.ui.frame.saving import ask_where_to_save
from playground.ui.style import set_role
from playground.ui.widgets.decimal_box import DecimalBox
from playground.ui.widgets.plain_label import PlainLabel
from playground.ui.widgets.whole_box import WholeBox

REMEMBERED = "export/page"
SPREADSHEET = "export/spreadsheet"
WITH_NOTES = "Beside it a file of notes: units, and why cells are empty."
FOR_SPREADSHEET = "For a double click: with the decimal sign of this system, and without notes."
PREVIEW_DELAY = 200
"""Milliseconds from the last change to a new preview: a held arrow of a spin box changes it every 150."""
PAUSE, LONGEST_DELAY = 3.0, 1000
"""The delay is at least so many times the longest piece of the last preview, up to a second."""
DECIMALS = {"mm": 1, "cm": 2, "in": 2, "px": 0}
ASK_AGAIN = "Nothing is written yet: the run holds {rows} by now. Tick “Carry the run” again to put them in."
LOOK_NAMES = {"light": "Light, black on white", "dark": "Dark", "transparent": "Transparent, black"}


def remembered_page(preferences: Preferences) -> Page:
    """Return the page of the last export, else a slide."""
    return Page.from_json(preferences.text(REMEMBERED, "", 1000), SLIDE)


def carry_words(own_rows: int) -> str:
    """Return the words of the box for the run; own_rows: how many of the user's own points are in it."""
    if not own_rows:
        return "Carry the run"
    return f"Carry the run: puts {own_rows_text(own_rows)} into the picture"


class ExportDialog(QDialog):
    """The export of one plot, or of numbers. It stays open with a sentence when that fails.

    The picture beside the fields is the file at a smaller size; it follows every change. making is emitted
    before each piece of it.
    """

    making = Signal()

    def __init__(
        self,
        exporter: Exporter,
        preferences: Preferences,
        what: str = "surface",
        parent: QWidget | None = None,
    ):
        super().__init__(parent)
        self.setWindowTitle("Export")
        self._exporter = exporter
        self._preferences = preferences
        self.saved: Path | None = None
        self.what_box = QComboBox()
        for name, text in exporter.choices:
            self.what_box.addItem(text, name)
        # All of them at once: Qt shows ten, and hides that there are more.
        self.what_box.setMaxVisibleItems(self.what_box.count())
        self.what_box.setCurrentIndex(exporter.place_of(what))
        self.format_box = QComboBox()
        for name in FORMATS:
            self.format_box.addItem(name.upper(), name)
        self.size_box = QComboBox()
        for name, (text, _) in PRESETS.items():
            self.size_box.addItem(text, name)
        self.size_box.addItem("Own size", None)
        self.unit_box = QComboBox()
        for name in EVERY_UNIT:
            self.unit_box.addItem(name, name)
        self.unit_box.setAccessibleName("Unit")
        self.width_box, self.height_box = (DecimalBox(name, 1, 2, 1, 0) for name in ("Width", "Height"))
        self.dpi_box = WholeBox("Resolution", MIN_DPI, MAX_DPI, SLIDE.dpi)
        self.dpi_box.setSuffix(" dpi")
        self.dpi_box.setToolTip("How many pixels go into an inch on paper")
        self.text_box = DecimalBox("Text", MIN_TEXT, MAX_TEXT, SLIDE.text_pt, 1)
        self.text_box.setSuffix(" pt")
        self.text_box.setToolTip("How high text is on paper; a point is 1/72 inch")
        for box in (self.width_box, self.height_box, self.dpi_box, self.text_box):
            box.lineEdit().setTextMargins(6, 0, 0, 0)
        self.look_box, self.colors_box = QComboBox(), QComboBox()
        for name in LOOKS:
            self.look_box.addItem(LOOK_NAMES[name], name)
        for name in LOSS_COLORMAPS:
            self.colors_box.addItem(name, name)
        self.caption_box = QCheckBox("Caption")
        self._own_rows = exporter.own_rows
        self.run_box = QCheckBox(carry_words(self._own_rows))
        self.run_box.setToolTip("The file holds experiment, changes and parameters, and can be opened again")
        self.spreadsheet_box = QCheckBox("For a spreadsheet")
        self.spreadsheet_box.setToolTip("With the separator and the decimal sign of this system")
        self.spreadsheet_box.setChecked(preferences.switch(SPREADSHEET, False))
        self.preview = Preview()
        self.problem = PlainLabel()
        self.problem.setWordWrap(True)
        set_role(self.problem, "problem")
        self.problem.hide()
        self.copy_button = QPushButton("Copy to the clipboard")
        self.copy_button.setAutoDefault(False)
        self._waiting = QTimer(self, singleShot=True, interval=PREVIEW_DELAY)
        self._waiting.timeout.connect(self._begin_preview)
        self._pieces: Pieces[None] | None = None
        self._longest = 0.0
        self._working = QTimer(self, interval=0)
        self._working.timeout.connect(self._go_on)
        self._unit, self._filling = "px", False
        self._arrange()
        page = remembered_page(preferences)
        self._fill(replace(page, run=False) if self._own_rows else page)
        self._connect()
        self._fit()

    @property
    def what(self) -> str:
        return str(self.what_box.currentData())

    @property
    def suffix(self) -> str:
        numbers = self._exporter.numbers.get(self.what)
        return f".{self.format_box.currentData()}" if numbers is None else numbers.ending

    @property
    def for_spreadsheet(self) -> bool:
        """Whether a table is written in the form for spreadsheets."""
        return self.spreadsheet_box.isEnabled() and self.spreadsheet_box.isChecked()

    def page(self) -> Page:
        """Return the form of the picture. Raises PageError for fields that do not go together."""
        return Page(
            width=self.width_box.number,
            height=self.height_box.number,
            unit=self._unit,
            dpi=self.dpi_box.value(),
            text_pt=self.text_box.number,
            look=str(self.look_box.currentData()),
            colors=str(self.colors_box.currentData()),
            caption=self.caption_box.isChecked(),
            format=str(self.format_box.currentData()),
            run=self.run_box.isChecked(),
        )

    def save_to(self, path: str | Path) -> bool:
        """Write the file; return False, with a sentence in the dialog, where that fails."""
        if not self._own_rows_are_agreed() or not self._all_cells_are_computed():
            return False
        path = with_ending(path, self.suffix)

        def save() -> None:
            if self.what in self._exporter.numbers:
                self._exporter.save_numbers(self.what, path, self.for_spreadsheet)
            else:
                self._exporter.save(self.what, path, self.page())

        if not self._try(save):
            return False
        self.saved = path
        self._preferences.folder = str(resolved(path).parent)
        self.accept()
        return True

    def copy(self) -> None:
        """Copy the picture to the clipboard."""
        if self._all_cells_are_computed() and self._try(lambda: self._exporter.copy(self.what, self.page())):
            self.copy_button.setText("Copied")

    def show_preview(self) -> None:
        """Show the file as it would be saved now, at a smaller size."""
        self._begin_preview(at_once=True)
        while self._working.isActive():
            self._go_on()

    def _begin_preview(self, at_once: bool = False) -> None:
        """Begin a preview. It is made piece by piece: keys, wheel and mouse come in between."""
        self._stop_preview()
        if not at_once and QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton:
            # An arrow of a spin box is held down, or a slider is dragged.
            self._waiting.start()
            return
        if (numbers := self._exporter.numbers.get(self.what)) is not None:
            form = "" if numbers.make is None else FOR_SPREADSHEET if self.for_spreadsheet else WITH_NOTES
            self.preview.show_sentence(f"{numbers.told} {form}".rstrip())
            self._show_sentence("")
            return
        try:
            self._pieces = self._preview_of(self.page())
        except (ExportError, PageError) as error:
            self.preview.show_sentence(str(error))
            return
        self._longest = 0.0
        self._working.start()

    def _preview_of(self, page: Page) -> Pieces[None]:
        """Make the picture of a page and show it."""
        began = time.perf_counter()
        for share in self._exporter.computing(self.what):
            if time.perf_counter() - began > PATIENCE:
                self.preview.show_sentence(f"{SENTENCE} {percent_text(share)}")
            yield None
        shown = yield from self._exporter.shown_in_pieces(self.what, page, *self.preview.pixels())
        yield None
        self.preview.show_picture(shown, page.width / page.height)
        self._show_sentence(shortcomings(shown.fit, page))
        yield None

    def _go_on(self) -> None:
        """Do one more piece of the preview."""
        self.making.emit()
        if self._pieces is None:
            return
        began = time.perf_counter()
        try:
            next(self._pieces)
        except ExportError as error:
            self._stop_preview()
            self.preview.show_sentence(str(error))
        except StopIteration:
            self._stop_preview()
            delay = max(PREVIEW_DELAY, round(1000 * PAUSE * self._longest))
            self._waiting.setInterval(min(delay, LONGEST_DELAY))
        else:
            self._longest = max(self._longest, time.perf_counter() - began)

    def _stop_preview(self) -> None:
        """Drop a preview that is on its way."""
        self._waiting.stop()
        self._working.stop()
        self._pieces = None

    def done(self, result: int) -> None:
        self._stop_preview()
        super().done(result)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._waiting.start()

    def _numbers_are_right(self) -> bool:
        """Return whether every number that counts is valid; show what is wrong with another."""
        boxes = (self.width_box, self.height_box, self.dpi_box, self.text_box)
        problems = [box.problem for box in boxes if box.isEnabled() and box.problem]
        self._show_sentence(problems[0] if problems else "")
        return not problems

    def _ask_where(self) -> None:
        if not self._numbers_are_right():
            return
        start = Path(self._preferences.folder) / f"{self.what}{self.suffix}"
        kinds = f"{self.suffix.lstrip('.').upper()} (*{self.suffix})"
        path = ask_where_to_save(
            self, "Export", start, kinds, self.suffix, self._beside, say=self._show_sentence
        )
        if path is not None:
            self.save_to(path)

    def _show_sentence(self, sentence: str) -> None:
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))

    def _beside(self, path: Path) -> tuple[Path, ...]:
        return self._exporter.beside(self.what, path, self.for_spreadsheet)

    def _try(self, act: Callable[[], object]) -> bool:
        """Do something with the picture and save its page; return False, with a sentence, on failure."""
        if not self._numbers_are_right():
            return False
        try:
            act()
            page = self.page()
            if self._own_rows:
                # Whether a picture carries the user's own points is asked anew each time.
                page = replace(page, run=remembered_page(self._preferences).run)
            self._preferences.set_text(REMEMBERED, page.to_json())
            if self.spreadsheet_box.isEnabled():
                self._preferences.set_switch(SPREADSHEET, self.spreadsheet_box.isChecked())
        except (ExportError, PageError) as error:
            self._show_sentence(str(error))
            return False
        self._show_sentence("")
        return True

    def _all_cells_are_computed(self) -> bool:
        """Compute the cells that are predicted on the screen; return False where the user gives that up."""
        if compute_all_cells(self._exporter.computing(self.what), self):
            return True
        self._show_sentence(GIVEN_UP)
        return False

    def _own_rows_are_agreed(self) -> bool:
        """Return whether the box of the run names all own points that go into the file; else say what is new.

        The run goes on behind the dialog, and a log that it follows may bring points.
        """
        before = self._own_rows
        self._show_own_rows()
        carries = self.what not in self._exporter.numbers and self._exporter.shows_run(self.what)
        if self._own_rows <= before or not carries or not self.run_box.isChecked():
            return True
        self.run_box.setChecked(False)
        self._show_sentence(ASK_AGAIN.format(rows=own_rows_text(self._own_rows)))
        return False

    def _show_own_rows(self) -> None:
        """Let the box of the run name the own points that are in it now."""
        rows = self._exporter.own_rows
        if rows != self._own_rows:
            self._own_rows = rows
            self.run_box.setText(carry_words(rows))

    # The fields -----------------------------------------------------------------------------------------

    def _arrange(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.addRow("&What", self.what_box)
        form.addRow("&Format", self.format_box)
        form.addRow("Si&ze", self.size_box)
        form.addRow("Width, height", _row(self.width_box, PlainLabel("×"), self.height_box, self.unit_box))
        form.addRow("&Resolution", self.dpi_box)
        form.addRow("&Text", self.text_box)
        form.addRow("&Look", self.look_box)
        form.addRow("&Colours of the loss", self.colors_box)
        form.addRow("", self.caption_box)
        form.addRow("", self.run_box)
        form.addRow("", self.spreadsheet_box)
        self.form = form
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        save = buttons.addButton("Save…", QDialogButtonBox.ButtonRole.ActionRole)
        save.setDefault(True)
        save.clicked.connect(self._ask_where)
        buttons.rejected.connect(self.reject)
        buttons.button(QDialogButtonBox.StandardButton.Cancel).setIcon(QIcon())
        self.save_button = save
        sides = QHBoxLayout()
        sides.setSpacing(20)
        sides.addLayout(form)
        sides.addWidget(self.preview)
        row = _row(self.copy_button, None, buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(14)
        column.addLayout(sides)
        column.addWidget(self.problem)
        column.addLayout(row)

    def _connect(self) -> None:
        self.what_box.currentIndexChanged.connect(self._fit)
        self.format_box.currentIndexChanged.connect(self._fit)
        self.size_box.currentIndexChanged.connect(self._take_preset)
        self.unit_box.currentIndexChanged.connect(self._take_unit)
        for box in (self.width_box, self.height_box, self.dpi_box, self.text_box):
            box.valueChanged.connect(self._own_size)
        for choice in (self.look_box, self.colors_box):
            choice.currentIndexChanged.connect(self._changed)
        self.caption_box.toggled.connect(self._own_size)
        self.run_box.toggled.connect(self._show_own_rows)
        self.run_box.toggled.connect(self._changed)
        self.spreadsheet_box.toggled.connect(self._changed)
        self.copy_button.clicked.connect(self.copy)

    def _fill(self, page: Page) -> None:
        """Show a page in the fields, with its preset."""
        self._filling = True
        self._set_size(page)
        self.dpi_box.setValue(page.dpi)
        self.text_box.set_number(page.text_pt)
        self.caption_box.setChecked(page.caption)
        self.run_box.setChecked(page.run)
        for box, value in (
            (self.format_box, page.format),
            (self.look_box, page.look),
            (self.colors_box, page.colors),
        ):
            box.setCurrentIndex(box.findData(value))
        preset = next((name for name, (_, other) in PRESETS.items() if _sized_alike(page, other)), None)
        self.size_box.setCurrentIndex(self.size_box.findData(preset) if preset else self._own)
        self._filling = False

    def _set_size(self, page: Page) -> None:
        self._unit = page.unit
        per_inch = UNITS.get(page.unit, page.dpi)
        for box, length in ((self.width_box, page.width), (self.height_box, page.height)):
            limits = MIN_INCHES * per_inch, MAX_INCHES * per_inch
            box.set_decimals(DECIMALS[page.unit], *limits, length)
            box.setSuffix(f" {page.unit}")
        self.unit_box.setCurrentIndex(self.unit_box.findData(page.unit))

    @property
    def _own(self) -> int:
        return self.size_box.count() - 1

    def _fit(self) -> None:
        numbers = self._exporter.numbers.get(self.what)
        picture = numbers is None
        for widget in (
            self.format_box,
            self.size_box,
            self.width_box,
            self.height_box,
            self.unit_box,
            self.text_box,
            self.look_box,
            self.colors_box,
            self.caption_box,
            self.copy_button,
        ):
            widget.setEnabled(picture)
        self.run_box.setEnabled(picture and self._exporter.shows_run(self.what))
        self.spreadsheet_box.setEnabled(numbers is not None and numbers.make is not None)
        # In every format it gives pixels their size on paper.
        self.dpi_box.setEnabled(picture and (self.suffix == ".png" or self._unit == "px"))
        self._changed()

    def _take_preset(self) -> None:
        name = self.size_box.currentData()
        if name is not None and not self._filling:
            page = PRESETS[name][1]
            look, colors = self.look_box.currentData(), self.colors_box.currentData()
            kept = {"format": self.format_box.currentData(), "run": self.run_box.isChecked()}
            self._fill(replace(page, look=str(look), colors=str(colors), **kept))
            self._fit()

    def _take_unit(self) -> None:
        if self._filling:
            return
        try:
            page = self.page().in_unit(str(self.unit_box.currentData()))
        except PageError as error:
            self._show_sentence(str(error))
            self.unit_box.setCurrentIndex(self.unit_box.findData(self._unit))
            return
        self._filling = True
        self._set_size(page)
        self._filling = False
        self._own_size()
        self._fit()

    def _own_size(self) -> None:
        if not self._filling:
            self._filling = True
            self.size_box.setCurrentIndex(self._own)
            self._filling = False
            self._changed()

    def _changed(self) -> None:
        self.copy_button.setText("Copy to the clipboard")
        if self.isVisible():
            self._stop_preview()
            self._waiting.start()


def _row(*widgets: QWidget | None) -> QHBoxLayout:
    """Return widgets side by side; None, or the rest at the end, is empty."""
    row = QHBoxLayout()
    for widget in widgets:
        if widget is None:
            row.addStretch(1)
        else:
            row.addWidget(widget)
    if None not in widgets:
        row.addStretch(1)
    row.setSizeConstraint(QLayout.SizeConstraint.SetDefaultConstraint)
    return row


def _sized_alike(page: Page, preset: Page) -> bool:
    """Return whether a page differs from a preset only in format, look, colours and run."""
    return page == replace(preset, format=page.format, look=page.look, colors=page.colors, run=page.run)
