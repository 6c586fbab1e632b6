"""The choice of what the data view shows of more than two inputs."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from playground.engine.datasets import Samples
from playground.engine.input_slice import SliceChoice, may_choose, point_words
from playground.ui.widgets.choice_box import ChoiceBox

COMPONENTS = -1
"""The value in the first box that stands for the principal components."""


class SliceBar(QWidget):
    """Two boxes for the inputs of the axes, and a switch for the point at which the others stay.

    `chosen` is emitted with a SliceChoice. It is shown where a picture does not show all inputs.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self._choice = SliceChoice()
        self._picked: int | None = None
        self._names: tuple[str, ...] = ()
        self.first = ChoiceBox("Input to the right", {})
        self.first.setToolTip("The input to the right, or the first two principal components")
        self.second = ChoiceBox("Input upwards", {})
        self.second.setToolTip("The input upwards")
        self.at_point = QCheckBox("at point")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.first, 1)
        row.addWidget(self.second, 1)
        row.addWidget(self.at_point)
        self.first.chosen.connect(self._take_first)
        self.second.chosen.connect(self._take_second)
        self.at_point.clicked.connect(self._take_point)
        self.hide()

    def show_choice(self, samples: Samples, choice: SliceChoice, picked: int | None) -> None:
        """Show a choice for these samples. picked: the point that was picked, None for none."""
        self._choice, self._picked = choice, picked
        if not may_choose(samples):
            return
        if samples.raw_names != self._names:
            self._names = samples.raw_names
            inputs = dict(enumerate(self._names))
            self.first.set_choices({**inputs, COMPONENTS: "principal components"})
            self.second.set_choices(inputs)
        self.first.set_value(COMPONENTS if choice.components else choice.first)
        if choice.components:
            self.second.set_value(COMPONENTS, "2nd component")
        else:
            self.second.set_value(choice.second)
        self.second.setEnabled(not choice.components)
        words = "a point" if picked is None else point_words(samples, picked)
        self.at_point.setChecked(choice.point is not None)
        self.at_point.setEnabled(picked is not None)
        self.at_point.setAccessibleName(f"The other inputs as at {words}")
        self.at_point.setToolTip(
            "Click a point first: the other inputs can then stay as they are there"
            if picked is None
            else f"Keep the other inputs as at {words}, not at their means"
        )

    def _take_first(self, value: int) -> None:
        choice = self._choice
        if value == COMPONENTS:
            self.chosen.emit(choice._replace(components=True))
            return
        second = choice.first if value == choice.second else choice.second
        self.chosen.emit(choice._replace(first=value, second=second, components=False))

    def _take_second(self, value: int) -> None:
        choice = self._choice
        first = choice.second if value == choice.first else choice.first
        self.chosen.emit(choice._replace(first=first, second=value))

    def _take_point(self, on: bool) -> None:
        self.chosen.emit(self._choice._replace(point=self._picked if on else None))
