"""A box with arrows for a whole number, read like every other number of the window."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QValidator
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QSpinBox, QVBoxLayout, QWidget

from playground.number_reader import NumberError, read_whole, shown
from playground.numerals import count_text
from playground.ui.widgets.number_field import Remark, leaves_undo
from playground.ui.widgets.plain_label import PlainLabel


class WholeBox(QSpinBox):
    """A spin box with a sentence about why a typed text was not taken.

    name: the number's name in the sentence ("Steps"). Until a wrong text is corrected the number before stays
    in force; Escape brings it back. grouped: whether thousands are separated; not in a seed, which is a name
    rather than a size.
    """

    def __init__(
        self,
        name: str,
        low: int,
        high: int,
        value: int,
        grouped: bool = True,
        parent: QWidget | None = None,
    ):
        super().__init__(parent)
        self.name = name
        self._grouped = grouped
        self._refused, self._in_force = "", value
        self.remark = Remark(self)
        self.setRange(low, high)
        self.setValue(value)
        self.setAccessibleName(name)
        self.lineEdit().textEdited.connect(self._mended)
        self.lineEdit().installEventFilter(self)
        self.valueChanged.connect(self._changed)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Leave Undo and Redo to the window while nothing has been typed here."""
        return leaves_undo(event, self.lineEdit().isModified()) or super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        return False if leaves_undo(event, self.lineEdit().isModified()) else super().event(event)

    @property
    def problem(self) -> str:
        """Why the present text was not taken; empty where it was."""
        return self.remark.text()

    def interpretText(self) -> None:
        super().interpretText()
        self._keep_refused()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._keep_refused()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.problem:
            self._mended()
            self.lineEdit().setText(f"{self.prefix()}{self.textFromValue(self.value())}{self.suffix()}")
            self.selectAll()
            return
        super().keyPressEvent(event)
        self._keep_refused()

    def _keep_refused(self) -> None:
        """Keep a wrong text on the screen: Qt has put the number in force in its place."""
        if self._refused:
            self.lineEdit().setText(self._refused)

    def _changed(self, value: int) -> None:
        # Qt emits the number in force once more when it replaces a wrong text.
        if value != self._in_force:
            self._mended()

    def _mended(self, *_: object) -> None:
        self._refused, self._in_force = "", self.value()
        self.remark.say("")

    def valueFromText(self, text: str) -> int:
        try:
            return self._read(text)
        except NumberError:
            return self.value()

    def textFromValue(self, value: int) -> str:
        return count_text(value) if self._grouped else str(value)

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        try:
            self._read(text)
        except NumberError:
            # Not refused letter by letter: the sentence comes once the text is finished.
            return QValidator.State.Intermediate, text, position
        return QValidator.State.Acceptable, text, position

    def fixup(self, text: str) -> str:
        # Called with a finished text that is no number of this box, before the value in force comes back.
        try:
            self._read(text)
        except NumberError as error:
            self._refused, self._in_force = self.lineEdit().text(), self.value()
            self.remark.say(f"{self.name} {error}")
        return text

    def _bare(self, text: str) -> str:
        """Return the text without prefix and unit."""
        bare = text.strip().removeprefix(self.prefix().strip())
        unit = self.suffix().strip()
        # A typed unit precedes the one that is always there.
        while unit and bare.endswith(unit):
            bare = bare.removesuffix(unit).rstrip()
        return bare

    def _read(self, text: str) -> int:
        bare = self._bare(text)
        value = read_whole(bare)
        if not self.minimum() <= value <= self.maximum():
            low, high = count_text(self.minimum()), count_text(self.maximum())
            raise NumberError(f"must be from {low} to {high}, not {shown(bare)}.")
        return value


def ask_whole(parent: QWidget, title: str, question: str, box: WholeBox) -> bool:
    """Ask for the number of a box in a dialog; return False where it was cancelled."""
    dialog = QDialog(parent)
    dialog.setWindowTitle(title)
    label = PlainLabel(question)
    label.setBuddy(box)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
    column = QVBoxLayout(dialog)
    for widget in (label, box, buttons):
        column.addWidget(widget)

    def take() -> None:
        box.interpretText()
        if not box.problem:
            dialog.accept()

    buttons.accepted.connect(take)
    buttons.rejected.connect(dialog.reject)
    box.selectAll()
    accepted = dialog.exec() == QDialog.DialogCode.Accepted
    dialog.deleteLater()
    return accepted
