"""The card with the sharpness plot: the curve, its sentence, and in the full layout the eigenvalues."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QWidget

from playground.drawing.sharpness_drawing import PLAIN, SharpnessDrawing
from playground.drawing.theme import DARK, Theme
from playground.engine.run_view import RunView
from playground.landscape.sharpness import Stretch
from playground.ui.plain_label import PlainLabel
from playground.ui.plot_card import PlotCard
from playground.ui.style import set_role

LOW_CARD = 230
"""In a card lower than this the eigenvalues leave their lines to the plot and stand in a tooltip."""


class SharpnessView(PlotCard):
    """Shows what SharpnessFeature has collected."""

    def __init__(self, parent: QWidget | None = None):
        drawing = SharpnessDrawing(DARK)
        super().__init__("sharpness", "Sharpness", drawing, drawing.item, parent)
        self._full = True
        self.scale_box = QComboBox()
        self.scale_box.addItems(["linear", "log"])
        self.scale_box.setAccessibleName("Axis of the sharpness plot")
        self.scale_box.setToolTip("Axis of the sharpness: linear or log")
        self.scale_box.currentIndexChanged.connect(lambda index: self.drawing.set_log(index == 1))
        self.add_tool(self.scale_box)
        self.add_tool(self.export_button)
        self.sentence = PlainLabel()
        self.numbers = PlainLabel()
        for label, role in ((self.sentence, ""), (self.numbers, "small")):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setMinimumHeight(2 * label.fontMetrics().lineSpacing())
            label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
            set_role(label, role)
            self.body.addWidget(label)

    @property
    def logarithmic(self) -> bool:
        return self.scale_box.currentIndex() == 1

    def show_record(self, stretches: Sequence[Stretch], view: RunView) -> None:
        """Draw the sharpness of a run."""
        before = self.drawing.names
        self.drawing.show(stretches, view)
        if self.drawing.names != before:
            self.show_legend(self.drawing.theme)

    def say(self, sentence: str, numbers: str) -> None:
        """The plain sentence, and the numbers behind it."""
        self.sentence.setText(sentence)
        self.numbers.setText(numbers)
        self._fit()
        self.describe(f"{self.drawing.summary()} {sentence}")

    def set_full(self, full: bool) -> None:
        self._full = full
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        low = self.height() < LOW_CARD
        self.numbers.setVisible(self._full and not low)
        self.sentence.setToolTip(self.numbers.text() if self._full and low else "")

    def legend_text(self, theme: Theme) -> str:
        names = self.drawing.names or (PLAIN,)
        signs = "&nbsp;&nbsp; ".join(f"{'━' if name == PLAIN else '┉'} {name}" for name in names)
        return (
            f"<span style='color:{theme.text}'>{signs}</span>"
            f"<span style='color:{theme.pink}'>&nbsp;&nbsp; ╍ limit</span>"
        )

    def hover_text(self, x: float, y: float) -> str:
        return self.drawing.hover(x)

    def end_hover(self) -> None:
        self.drawing.unhover()
