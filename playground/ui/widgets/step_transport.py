"""Controls that step through something: to the beginning, back, forward, a slider."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSlider, QWidget

from playground.ui.widgets.buttons import button_of


class StepTransport(QWidget):
    """Buttons to the first place, one back and one on, and a slider over all places.

    first: the number of the first place; start: its button's tip and name; back, step: their tips; position:
    the name of the slider.
    """

    step_chosen = Signal(int)
    """Emitted with the place to show."""

    def __init__(self, first: int, start: tuple[str, str], back: str, step: str, position: str):
        super().__init__()
        self.first = self._at = first
        self.start_button = button_of("|◀", *start)
        self.back_button = button_of("◀  Back", back)
        self.step_button = button_of("Step  ▶", step)
        self.position = QSlider(Qt.Orientation.Horizontal)
        self.position.setAccessibleName(position)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        for button in (self.start_button, self.back_button, self.step_button):
            self.row.addWidget(button)
        self.row.addWidget(self.position, 1)
        self.start_button.clicked.connect(lambda: self.step_chosen.emit(self.first))
        self.back_button.clicked.connect(lambda: self.step_chosen.emit(self._at - 1))
        self.step_button.clicked.connect(lambda: self.step_chosen.emit(self._at + 1))
        self.position.valueChanged.connect(self.step_chosen)

    def show_place(self, at: int, last: int) -> None:
        """Show the present place and the last one."""
        self._at = at
        self.position.blockSignals(True)
        self.position.setRange(self.first, last)
        self.position.setValue(at)
        self.position.blockSignals(False)
        for button in (self.start_button, self.back_button):
            button.setEnabled(at > self.first)
        self.step_button.setEnabled(at < last)
