"""The buttons of the transport bar: each is an action, with texts for different widths."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QPushButton, QWidget

from playground.ui.frame.actions import name_of
from playground.ui.style import set_role
from playground.ui.widgets.whole_box import WholeBox

LEAST_ROOM = 3
"""The tightness at which a button has the shortest of its words."""


class ActionButton(QPushButton):
    """A push button for one action: its text (without an ampersand), its tooltip, its state.

    shorter: texts for less room, for little, and for least.
    """

    def __init__(self, action: QAction, *shorter: str, parent: QWidget | None = None):
        super().__init__(parent)
        self._action = action
        self._shorter = shorter
        self._tightness = 0
        self.setAutoDefault(False)
        self.clicked.connect(action.trigger)
        action.changed.connect(self._follow)
        self._follow()

    def words(self, tightness: int) -> str:
        """Return the text for plenty of room (0), less (1), little (2) or least (3)."""
        names = (name_of(self._action), *self._shorter)
        return names[min(tightness, len(names) - 1)]

    def width_at(self, tightness: int) -> int:
        """Return its width then, in pixels."""
        metrics = self.fontMetrics()
        words = metrics.horizontalAdvance(self.words(tightness)) - metrics.horizontalAdvance(self.text())
        return self.sizeHint().width() + words

    def tighten(self, tightness: int) -> None:
        """Show the text of this tightness."""
        self._tightness = tightness
        if self.text() != self.words(tightness):
            self.setText(self.words(tightness))

    def _follow(self) -> None:
        self.setText(self.words(self._tightness))
        self.setAccessibleName(self.words(0))
        self.setToolTip(self._action.toolTip())
        self.setStatusTip(self._action.statusTip())
        self.setEnabled(self._action.isEnabled())


class RunButton(ActionButton):
    """Run and Pause, wide enough for both texts, so that nothing beside it moves."""

    def __init__(self, action: QAction, parent: QWidget | None = None):
        super().__init__(action, parent=parent)
        set_role(self, "run")

    def words(self, tightness: int) -> str:
        words = super().words(tightness)
        return f"❚❚  {words}" if words == "Pause" else f"▶  {words}"

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        bold = self.font()
        bold.setBold(True)
        metrics = QFontMetrics(bold)
        widest = max(metrics.horizontalAdvance(text) for text in ("❚❚  Pause", "▶  Run"))
        return QSize(hint.width() - metrics.horizontalAdvance(self.text()) + widest, hint.height())


class AgainButton(ActionButton):
    """A button that starts again: "Same weights again", or "Same weights"."""

    def words(self, tightness: int) -> str:
        words = super().words(0)
        return words.removesuffix(" again") if tightness else words


class RunTheseButton(ActionButton):
    """The button that runs the number of steps in the field beside it."""

    def words(self, tightness: int) -> str:
        return "Run these"


class ExactBox(WholeBox):
    """The field for the number of steps to run. Space runs and pauses here as everywhere."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            event.ignore()
        else:
            super().keyPressEvent(event)
