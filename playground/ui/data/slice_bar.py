"""The choice of what the data view shows of more than two inputs, and of several targets."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from playground.engine.datasets import Samples
from playground.engine.input_slice import SliceChoice, may_choose, point_words
from playground.ui.widgets.choice_box import ChoiceBox
from playground.ui.widgets.plain_label import PlainLabel

COMPONENTS = -1
"""The value in the first box that stands for the principal components."""


class SliceBar(QWidget):
    """A box for the output, two for the inputs of the axes, a switch for the point at which others stay.

    `chosen` is emitted with a SliceChoice. Only what can be chosen is shown.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self._choice = SliceChoice()
        self._picked: int | None = None
        self._names: tuple[str, ...] = ()
        self._targets: tuple[str, ...] = ()
        self.output = ChoiceBox("Shown output", {})
        self.output.setToolTip("The target whose output is drawn; the network learns all of them")
        self.first = ChoiceBox("Input to the right", {})
        self.first.setToolTip("The input to the right, or the first two principal components")
        self.second = ChoiceBox("Input upwards", {})
        self.second.setToolTip("The input upwards")
        self.at_point = QCheckBox("at point")
        self.output_label = PlainLabel("Shown &output")
        self.output_label.setBuddy(self.output)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.output_label)
        for box in (self.output, self.first, self.second):
            row.addWidget(box, 1)
        row.addWidget(self.at_point)
        self.output.chosen.connect(self._take_output)
        self.first.chosen.connect(self._take_first)
        self.second.chosen.connect(self._take_second)
        self.at_point.clicked.connect(self._take_point)
        self.hide()

    def show_choice(self, samples: Samples, choice: SliceChoice, picked: int | None) -> None:
        """Show a choice for these samples. picked: the point that was picked, None for none."""
        self._choice, self._picked = choice, picked
        inputs_too = may_choose(samples)
        for widget in (self.first, self.second, self.at_point):
            widget.setVisible(inputs_too)
        self.output.setVisible(bool(samples.target_names))
        # Beside the boxes of the inputs there is no room for it.
        self.output_label.setVisible(bool(samples.target_names) and not inputs_too)
        if samples.target_names:
            if samples.target_names != self._targets:
                self._targets = samples.target_names
                outputs = {place: f"ŷ of {name}" for place, name in enumerate(self._targets)}
                self.output.set_choices(outputs)
            self.output.set_value(choice.output)
        if not inputs_too:
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

    def _take_output(self, value: int) -> None:
        self.chosen.emit(self._choice._replace(output=value))

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
