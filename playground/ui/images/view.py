"""The page of images: one's own drawing, the picked point, the worst mistakes, and weights as images."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from playground.drawing.kit.theme import Theme
from playground.ui.images.drawing_pad import DrawingPad
from playground.ui.images.sheet_view import SheetView
from playground.ui.style import set_role
from playground.ui.widgets.buttons import button_of
from playground.ui.widgets.card import Card, ElidingLabel
from playground.ui.widgets.plain_label import Paragraph
from playground.ui.widgets.plot import export_button

NOTHING_DRAWN = "Draw here: the network answers while you draw."
NO_POINT = "Click at a mistake, or at a point of the data, to see it here."


class ImagesView(Card):
    """The parts of the page; the feature brings their content."""

    def __init__(self, parent: QWidget | None = None):
        super().__init__("Images", parent=parent)
        self._exports: list[QWidget] = []
        self.pad = DrawingPad()
        self.clear_button = button_of("Clear", "Take the drawing away")
        self.clear_button.clicked.connect(self.pad.clear)
        self.seen = SheetView("drawn_image", "The drawing as the network sees it")
        self.drawn_answer = Paragraph(NOTHING_DRAWN)
        self.point = SheetView("picked_image", "The picked point")
        self.point_answer = Paragraph(NO_POINT)
        self.mistakes_title = ElidingLabel("Mistakes")
        self.mistakes = SheetView("mistakes", "The worst mistakes")
        self.mistakes.set_choosable()
        self.weights_title = ElidingLabel("Weights of the first layer")
        self.weights = SheetView("first_weights", "Weights of each neuron of the first layer as an image")
        for title in (self.mistakes_title, self.weights_title):
            set_role(title, "title")
        self.body.addLayout(self._top())
        self.body.addLayout(self._titled(self.mistakes_title, self.mistakes, "The worst mistakes"), 3)
        self.body.addLayout(self._titled(self.weights_title, self.weights, "Weights as images"), 2)

    @property
    def sheets(self) -> tuple[SheetView, ...]:
        """What can be exported and copied."""
        return self.mistakes, self.weights

    def restyle(self, theme: Theme) -> None:
        self.pad.restyle(theme)
        for sheet in (self.seen, self.point, *self.sheets):
            sheet.restyle(theme)
        line = self.drawn_answer.fontMetrics().lineSpacing()
        for answer in (self.drawn_answer, self.point_answer):
            answer.setMinimumHeight(3 * line)

    def set_presentation(self, on: bool) -> None:
        for button in self._exports:
            button.setVisible(not on)

    def _top(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.pad)
        beside = QVBoxLayout()
        beside.setSpacing(4)
        for sheet in (self.seen, self.point):
            sheet.setFixedHeight(72)
        # Beside the image, not below the answer: the page has to fit a low screen.
        seen = QHBoxLayout()
        seen.addWidget(self.seen, 1)
        seen.addWidget(self.clear_button, 0, Qt.AlignmentFlag.AlignTop)
        beside.addLayout(seen)
        beside.addWidget(self.drawn_answer)
        beside.addStretch(1)
        row.addLayout(beside, 1)
        picked = QVBoxLayout()
        picked.setSpacing(4)
        picked.addWidget(self.point)
        picked.addWidget(self.point_answer)
        picked.addStretch(1)
        row.addLayout(picked, 1)
        return row

    def _titled(self, title: ElidingLabel, sheet: SheetView, name: str) -> QVBoxLayout:
        line = QHBoxLayout()
        line.addWidget(title, 1)
        button = export_button(sheet, name, "picture")
        self._exports.append(button)
        line.addWidget(button)
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addLayout(line)
        column.addWidget(sheet, 1)
        return column
