"""A line of text that shows that its entry is wrong, and says why."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from playground.ui.widgets.plain_label import plain_tip


class CheckedLine(QLineEdit):
    """The base of fields whose entry is checked.

    problem: what is wrong with it, in one sentence; empty where nothing is.
    """

    problem_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.problem = self._hint = ""

    def set_hint(self, hint: str) -> None:
        """Set the tooltip for where nothing is wrong."""
        self._hint = hint
        self._show_tip()

    def _set_problem(self, problem: str) -> None:
        if problem == self.problem:
            return
        self.problem = problem
        self.setProperty("wrong", bool(problem))
        self.style().unpolish(self)
        self.style().polish(self)
        self._show_tip()
        self.setAccessibleDescription(problem)
        self.problem_changed.emit(problem)

    def _show_tip(self) -> None:
        self.setToolTip(plain_tip(self.problem or self._hint))
