"""A field for a list of texts, with a sentence about what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from playground.experiment_checks import ExperimentError
from playground.ui.widgets.checked_line import CheckedLine
from playground.ui.widgets.number_field import Remark, leaves_undo


class ListField(CheckedLine):
    """Texts between separators, taken with Enter or when the focus leaves, if `check` allows them.

    name: the list's name in the sentence ("Frozen"). between: a regular expression of what separates two
    texts; joint is written there. check raises ExperimentError with the reason. Until a wrong entry is
    corrected the old list stays in force; Escape brings it back.
    """

    committed = Signal(tuple)

    def __init__(
        self, name: str, check: Callable[[tuple[str, ...]], None], between: str = ";", joint: str = "; "
    ):
        super().__init__()
        self.name, self.value = name, tuple[str, ...]()
        self._check, self._between, self._joint = check, between, joint
        self.setAccessibleName(name)
        self.returnPressed.connect(self.commit)
        self.textEdited.connect(self._mend)

    def event(self, event: QEvent) -> bool:
        """Leave Undo and Redo to the window while nothing has been typed here."""
        return False if leaves_undo(event, self.isModified()) else super().event(event)

    def set_value(self, value: Sequence[str]) -> None:
        """Show a list from elsewhere. An entry that is being typed or corrected stays."""
        if tuple(value) == self.value:
            return
        self.value = tuple(value)
        if not (self.hasFocus() and self.isModified()):
            self._show_value()

    def commit(self) -> bool:
        """Take the list in the field, or show what is wrong with it; return whether it was taken."""
        try:
            value = self._read()
        except ExperimentError as error:
            self._set_problem(f"{self.name} {str(error).removeprefix(f'{error.field}: ')}")
            return False
        changed = value != self.value
        self.value = value
        self._show_value()
        if changed:
            self.committed.emit(value)
        return True

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self.isModified():
            self.commit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and (self.isModified() or self.problem):
            self._show_value()
            return
        super().keyPressEvent(event)

    def _read(self) -> tuple[str, ...]:
        texts = (text.strip() for text in re.split(self._between, self.text()))
        value = tuple(text for text in texts if text)
        self._check(value)
        return value

    def _mend(self) -> None:
        """Hide the sentence as soon as the entry is right, though not yet taken."""
        if self.problem:
            try:
                self._read()
            except ExperimentError:
                return
            self._set_problem("")

    def _show_value(self) -> None:
        self.setText(self._joint.join(self.value))
        self.setCursorPosition(0)
        self.setModified(False)
        self._set_problem("")


class ListEntry(QWidget):
    """A ListField with its sentence below it."""

    def __init__(self, field: ListField):
        super().__init__()
        self.field = field
        self.sentence = Remark(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(field)
        self.setFocusProxy(field)
        field.problem_changed.connect(self.sentence.say)
