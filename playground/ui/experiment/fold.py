"""A heading that folds what is below it away, and opens it again."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from playground.ui.style import set_role
from playground.ui.widgets.plain_label import PlainLabel


class FoldHeading(QWidget):
    """A title, and where it may be folded a button with this title and an arrow.

    folds: the widget that it hides. what: its name, for the tooltip. It is folded as the user has chosen;
    until then, as set_folded says.
    """

    def __init__(self, title: str, folds: QWidget, what: str, parent: QWidget | None = None):
        super().__init__(parent)
        self._title, self._folds, self._what = title, folds, what
        self._chosen: bool | None = None
        self._may_fold = self._folded = False
        self.label = PlainLabel(title)
        set_role(self.label, "title")
        self.button = QPushButton()
        set_role(self.button, "fold")
        self.button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.button.clicked.connect(self._clicked)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.label)
        line.addWidget(self.button)
        line.addStretch(1)
        self._show()

    @property
    def is_folded(self) -> bool:
        """Whether what is below it is hidden."""
        chosen = self._folded if self._chosen is None else self._chosen
        return self._may_fold and chosen

    def set_folded(self, may_fold: bool, folded: bool) -> None:
        """Say whether it may be folded, and whether it is while the user has chosen nothing."""
        if not may_fold:
            self._chosen = None
        if (may_fold, folded) != (self._may_fold, self._folded):
            self._may_fold, self._folded = may_fold, folded
            self._show()

    def _clicked(self) -> None:
        self._chosen = not self.is_folded
        self._show()

    def _show(self) -> None:
        folded = self.is_folded
        self.label.setVisible(not self._may_fold)
        self.button.setVisible(self._may_fold)
        self.button.setText(f"{'▸' if folded else '▾'} {self._title}")
        does = f"{'Show' if folded else 'Fold away'} {self._what}"
        self.button.setAccessibleName(does)
        self.button.setToolTip(does)
        self._folds.setVisible(not folded)
