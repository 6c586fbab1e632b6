"""Sliders for the parameters of a network that has only a few: w and b, set by the student."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QSlider, QWidget

from playground.numerals import number_text
from playground.ui.widgets.plain_label import PlainLabel

STEPS = 2000
REACH = 12.0
NAMES = ("w", "b")


class ParameterSliders(QWidget):
    """One slider from −REACH to REACH for each of the two parameters of a network on one input."""

    moved = Signal(object, bool)
    """θ (2,) as it was set, and whether more follows at once."""

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self._theta = np.zeros(len(NAMES))
        self._sliders: list[QSlider] = []
        self._labels: list[QLabel] = []
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        for row, name in enumerate(NAMES):
            slider = QSlider(Qt.Orientation.Horizontal)
            slider.setRange(-STEPS, STEPS)
            slider.setAccessibleName({"w": "The weight w", "b": "The bias b"}[name])
            slider.valueChanged.connect(lambda value, row=row: self._slid(row, value))
            slider.sliderReleased.connect(lambda: self.moved.emit(self._theta.copy(), False))
            label = PlainLabel()
            label.setMinimumWidth(80)
            grid.addWidget(PlainLabel(name), row, 0)
            grid.addWidget(slider, row, 1)
            grid.addWidget(label, row, 2)
            self._sliders.append(slider)
            self._labels.append(label)
        self.show_parameters(self._theta)

    @property
    def sliders(self) -> tuple[QSlider, ...]:
        """The sliders, in the order of θ."""
        return tuple(self._sliders)

    @property
    def in_hand(self) -> bool:
        """Whether one of them is being dragged."""
        return any(slider.isSliderDown() for slider in self._sliders)

    def show_parameters(self, theta: np.ndarray) -> None:
        """Follow the network, unless a slider is being dragged."""
        if len(theta) != len(NAMES) or self.in_hand:
            return
        self._theta = np.array(theta, dtype=float)
        for slider, value in zip(self._sliders, self._theta, strict=True):
            slider.blockSignals(True)
            slider.setValue(round(float(np.clip(value, -REACH, REACH)) / REACH * STEPS))
            slider.blockSignals(False)
        self._emit_values()

    def _slid(self, row: int, value: int) -> None:
        self._theta[row] = value / STEPS * REACH
        self._emit_values()
        self.moved.emit(self._theta.copy(), self._sliders[row].isSliderDown())

    def _emit_values(self) -> None:
        for label, value in zip(self._labels, self._theta, strict=True):
            label.setText(number_text(float(value)))
