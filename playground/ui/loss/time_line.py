"""The time line under the loss plot: dragged back, it makes every view show that moment of the run."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QSlider, QToolButton, QWidget

from playground.numerals import count_text
from playground.ui.style import set_role
from playground.ui.widgets.plain_label import PlainLabel

LOOKING_BACK = "Looking back: Run, Step or another α go on from the step that is shown, on a new branch."
PAGES = 50
"""Number of page steps in the length of a run."""
SLIDER_SHARE = 0.5
"""Smallest share of the width for the slider at which the buttons show words instead of signs."""
FEWEST_DIGITS = 4
"""Number of digits that the label has room for from the beginning."""
SPACING = 6
FROM_HERE, NOW = ("▶ from here", "▶"), ("to now ⇥", "⇥")


class RoomyLabel(PlainLabel):
    """A label whose width does not depend on its text."""

    room = 0
    """Its width in pixels."""

    def sizeHint(self) -> QSize:
        return QSize(self.room, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


class TimeLine(QWidget):
    """A slider over the steps of the run, the step on the screen, and buttons for it.

    Label and buttons keep their widths: a slider that shrank while it is dragged would jump away from under
    the pointer.
    """

    step_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self._step = self._last = -1
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName("Time line: the step that is shown")
        self.slider.setToolTip("Drag back to see any earlier step of this run (Alt+, and Alt+.: one step)")
        self.slider.valueChanged.connect(self.step_chosen)
        self.label = RoomyLabel()
        self.label.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        set_role(self.label, "small")
        self.from_here, self.now = QToolButton(), QToolButton()
        self.from_here.setAccessibleName("Run from here")
        self.now.setAccessibleName("Back to now")
        for button in (self.from_here, self.now):
            set_role(button, "quiet")
            policy = button.sizePolicy()
            policy.setRetainSizeWhenHidden(True)
            button.setSizePolicy(policy)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACING)
        row.addWidget(self.slider, 1)
        row.addWidget(self.label)
        row.addWidget(self.from_here)
        row.addWidget(self.now)
        self.show_step(0, 0)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        least = self.slider.minimumSizeHint().width() + self._beside(1)
        return QSize(least, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def show_step(self, step: int, last: int) -> None:
        """Show this step; last: the last step of the run."""
        if (step, last) == (self._step, self._last):
            return
        self._step, self._last = step, last
        self.slider.blockSignals(True)
        self.slider.setRange(0, max(last, 1))
        self.slider.setPageStep(max(1, last // PAGES))
        if not self.slider.isSliderDown():
            self.slider.setValue(step)
        self.slider.blockSignals(False)
        self.slider.setEnabled(last > 0)
        back = step < last
        self.label.setText(f"step {count_text(step)} of {count_text(last)}" if back else "now")
        self.from_here.setVisible(back)
        self.now.setVisible(back)
        self._fit()

    def _fit(self) -> None:
        """Show the words that have room, and fix the width of the longest label of this run."""
        short = int(self.width() - self._beside(0) < SLIDER_SHARE * self.width())
        self.from_here.setText(FROM_HERE[short])
        self.now.setText(NOW[short])
        if self.label.room != (room := self._label_width()):
            self.label.room = room
            self.label.updateGeometry()

    def _beside(self, short: int) -> int:
        """Return the pixels that everything but the slider takes, with short button texts or not."""
        width = self._label_width() + 3 * SPACING
        for button, texts in ((self.from_here, FROM_HERE), (self.now, NOW)):
            words = button.fontMetrics().horizontalAdvance
            width += button.sizeHint().width() - words(button.text()) + words(texts[short])
        return width

    def _label_width(self) -> int:
        longest = count_text(10 ** max(FEWEST_DIGITS, len(str(self._last))) - 1)
        words = f"step {longest} of {longest}"
        return self.label.fontMetrics().horizontalAdvance(words) + self.label.margin() * 2
