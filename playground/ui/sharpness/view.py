"""The card with the sharpness plot: the curve, its sentence, and in the full layout the eigenvalues."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QWidget

from playground.drawing.kit.theme import DARK, Theme
from playground.drawing.sharpness import PLAIN, SharpnessDrawing
from playground.engine.recording.run_view import RunView
from playground.landscape.sharpness import Stretch
from playground.ui.style import set_role
from playground.ui.widgets.plain_label import Paragraph, plain_tip
from playground.ui.widgets.steps_card import StepsCard

LOW_CARD = 230
"""Height of a card, in pixels, below which the eigenvalues are in a tooltip and their lines go to the plot.
"""
DOTTED = "<b>····</b>"
"""Dashes of the curve of P⁻¹H; finer ones would look like those of the limit."""
MOST_LINES = 2
"""Maximum number of lines of the sentence, where a shorter one is enough."""


class SharpnessView(StepsCard):
    """The plot of the samples that SharpnessFeature has collected."""

    drawing: SharpnessDrawing

    def __init__(self, parent: QWidget | None = None):
        super().__init__("sharpness", "Sharpness", SharpnessDrawing(DARK), parent)
        self._full = True
        self._sentences: tuple[str, ...] = ("",)
        self.scale_box = QComboBox()
        self.scale_box.addItems(["linear", "log"])
        self.scale_box.setAccessibleName("Axis of the sharpness plot")
        self.scale_box.setToolTip("Axis of the sharpness: linear or log")
        self.scale_box.currentIndexChanged.connect(lambda index: self.drawing.set_log(index == 1))
        self.add_tool(self.scale_box)
        self.add_tool(self.export_button)
        self.sentence, self.numbers = Paragraph(), Paragraph()
        for label, role in ((self.sentence, ""), (self.numbers, "small")):
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

    @property
    def whole_sentence(self) -> str:
        """The whole sentence, of which a low card shows less."""
        return self._sentences[0]

    def say(self, sentence: str, numbers: str, shorter: Sequence[str] = ()) -> None:
        """Write the plain sentence, and the numbers behind it.

        shorter: sentences for a low card, the longest first; its tooltip has the whole one.
        """
        self._sentences = (sentence, *shorter)
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
        shown = self._fitting() if low else self.whole_sentence
        if shown != self.sentence.text():
            self.sentence.setText(shown)
        tip = [self.whole_sentence] if shown != self.whole_sentence else []
        if self._full and low and self.numbers.text():
            tip.append(self.numbers.text())
        self.sentence.setToolTip(plain_tip("\n".join(tip)))

    def _fitting(self) -> str:
        """Return the longest sentence that takes few lines at the present width, or the shortest."""
        room = QRect(0, 0, self.canvas.width(), 9999)
        metrics = self.sentence.fontMetrics()
        # Lines with signs of another font, as in P⁻¹, are higher than the others.
        too_high = (MOST_LINES + 1) * metrics.lineSpacing()
        wrapped = Qt.TextFlag.TextWordWrap
        fitting = (t for t in self._sentences if metrics.boundingRect(room, wrapped, t).height() < too_high)
        return next(fitting, self._sentences[-1])

    def legend_text(self, theme: Theme) -> str:
        names = self.drawing.names or (PLAIN,)
        signs = "&nbsp;&nbsp; ".join(f"{'━' if name == PLAIN else DOTTED} {name}" for name in names)
        return (
            f"<span style='color:{theme.text}'>{signs}</span>"
            f"<span style='color:{theme.pink}'>&nbsp;&nbsp; ╍ limit</span>"
        )
