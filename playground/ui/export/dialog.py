"""The export dialog: what, in which size, and where."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from playground.files.atomic import ExportError
from playground.files.endings import beside_history, with_ending
from playground.files.places import resolved
from playground.ui.export.exporter import Exporter
from playground.ui.frame.preferences import Preferences
from playground.ui.frame.saving import ask_where_to_save
from playground.ui.widgets.plain_label import Paragraph, PlainLabel
from playground.ui.widgets.whole_box import WholeBox

SIZES: tuple[tuple[str, tuple[int, int]], ...] = (
    ("Slide, 1920 × 1080", (1920, 1080)),
    ("Note, 1200 × 800", (1200, 800)),
    ("Column of a paper, 1050 × 750", (1050, 750)),
    ("Square, 1200 × 1200", (1200, 1200)),
)


class ExportDialog(QDialog):
    """The export of one plot or the history. It stays open with a sentence when that fails."""

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
        self.what_box.setCurrentIndex([name for name, _ in exporter.choices].index(what))
        self.format_box = QComboBox()
        self.format_box.addItems(["PNG", "SVG"])
        self.size_box = QComboBox()
        for text, size in SIZES:
            self.size_box.addItem(text, size)
        self.size_box.addItem("Own size", None)
        self.width_box = _pixels(SIZES[0][1][0], "Width")
        self.height_box = _pixels(SIZES[0][1][1], "Height")
        self.dpi_box = WholeBox("Resolution", 30, 1200, 150)
        self.dpi_box.setSuffix(" dpi")
        self.dpi_box.lineEdit().setTextMargins(6, 0, 0, 0)
        self.dpi_box.setToolTip("How many of its pixels go into an inch on paper")
        self.problem = Paragraph(role="problem")
        self.problem.hide()
        self.copy_button = QPushButton("Copy to the clipboard")
        self.copy_button.setAutoDefault(False)
        self._arrange()
        self.what_box.currentIndexChanged.connect(self._fit)
        self.format_box.currentIndexChanged.connect(self._fit)
        self.size_box.currentIndexChanged.connect(self._take_size)
        self.width_box.valueChanged.connect(self._own_size)
        self.height_box.valueChanged.connect(self._own_size)
        self.copy_button.clicked.connect(self.copy)
        self._fit()

    @property
    def what(self) -> str:
        return str(self.what_box.currentData())

    @property
    def suffix(self) -> str:
        return ".csv" if self.what == "history" else f".{self.format_box.currentText().lower()}"

    def save_to(self, path: str | Path) -> bool:
        """Write the file; return False, with a sentence in the dialog, where that fails."""
        path = with_ending(path, self.suffix)
        size = self.width_box.value(), self.height_box.value()

        def save() -> None:
            if self.what == "history":
                self._exporter.save_history(path)
            elif self.suffix == ".png":
                self._exporter.save_png(self.what, path, *size, self.dpi_box.value())
            else:
                self._exporter.save_svg(self.what, path, *size)

        if not self._try(save):
            return False
        self.saved = path
        self._preferences.folder = str(resolved(path).parent)
        self.accept()
        return True

    def copy(self) -> None:
        """Copy the picture to the clipboard."""
        size = self.width_box.value(), self.height_box.value()
        if self._try(lambda: self._exporter.copy(self.what, *size, self.dpi_box.value())):
            self.copy_button.setText("Copied")

    def _numbers_are_right(self) -> bool:
        """Return whether every number that counts is valid; show what is wrong with another."""
        boxes = (self.width_box, self.height_box, self.dpi_box)
        problems = [box.problem for box in boxes if box.isEnabled() and box.problem]
        self.problem.setText(problems[0] if problems else "")
        self.problem.setVisible(bool(problems))
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
        self.problem.show()

    def _beside(self, path: Path) -> tuple[Path, ...]:
        return (beside_history(path),) if self.what == "history" else ()

    def _try(self, act: Callable[[], object]) -> bool:
        if not self._numbers_are_right():
            return False
        try:
            act()
        except ExportError as error:
            self._show_sentence(str(error))
            return False
        self.problem.hide()
        return True

    def _arrange(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.addRow("&What", self.what_box)
        form.addRow("&Format", self.format_box)
        form.addRow("Si&ze", self.size_box)
        pixels = QHBoxLayout()
        pixels.addWidget(self.width_box)
        pixels.addWidget(PlainLabel("×"))
        pixels.addWidget(self.height_box)
        pixels.addStretch(1)
        form.addRow("Pixels", pixels)
        form.addRow("&Resolution", self.dpi_box)
        self.form = form
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        save = buttons.addButton("Save…", QDialogButtonBox.ButtonRole.ActionRole)
        save.setDefault(True)
        save.clicked.connect(self._ask_where)
        buttons.rejected.connect(self.reject)
        buttons.button(QDialogButtonBox.StandardButton.Cancel).setIcon(QIcon())
        self.save_button = save
        row = QHBoxLayout()
        row.addWidget(self.copy_button)
        row.addStretch(1)
        row.addWidget(buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(14)
        column.addLayout(form)
        column.addWidget(self.problem)
        column.addLayout(row)

    def _fit(self) -> None:
        picture = self.what != "history"
        for widget in (self.format_box, self.size_box, self.width_box, self.height_box):
            widget.setEnabled(picture)
        self.dpi_box.setEnabled(picture and self.suffix == ".png")
        self.copy_button.setEnabled(picture)
        self.copy_button.setText("Copy to the clipboard")

    def _take_size(self) -> None:
        size = self.size_box.currentData()
        if size is not None:
            for box, pixels in zip((self.width_box, self.height_box), size, strict=True):
                box.blockSignals(True)
                box.setValue(pixels)
                box.blockSignals(False)

    def _own_size(self) -> None:
        self.size_box.setCurrentIndex(self.size_box.count() - 1)


def _pixels(value: int, name: str) -> WholeBox:
    box = WholeBox(name, 100, 10_000, value)
    box.setSuffix(" px")
    box.lineEdit().setTextMargins(6, 0, 0, 0)
    return box
