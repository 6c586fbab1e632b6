"""The row of controls with which one steps through the chain rule."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSlider, QWidget

from playground.engine.chain_rule.steps import ChainRuleSteps
from playground.ui.style import set_role
from playground.ui.widgets.buttons import button_of
from playground.ui.widgets.plain_label import PlainLabel


class StepTransport(QWidget):
    """To the beginning, back, forward, to the end, and a slider over all steps."""

    wanted = Signal(int)
    """So many steps are to be shown."""

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self._at, self._count = 0, 0
        self.start_button = button_of("|◀", "Before the first step (Ctrl+F8)", "Before the first step")
        self.back_button = button_of("◀  Back", "One step back (Ctrl+F9)")
        self.step_button = button_of("Step  ▶", "One step forward (Ctrl+F10)")
        self.all_button = button_of("All  ▶|", "Both passes to their end (Ctrl+F11)", "All steps")
        self.position = QSlider(Qt.Orientation.Horizontal)
        self.position.setAccessibleName("Steps shown")
        self.position.setMinimumWidth(60)
        self.progress = PlainLabel()
        set_role(self.progress, "small")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for button in (self.start_button, self.back_button, self.step_button, self.all_button):
            row.addWidget(button)
        row.addWidget(self.position, 1)
        row.addWidget(self.progress)
        self.start_button.clicked.connect(lambda: self.wanted.emit(0))
        self.back_button.clicked.connect(lambda: self.wanted.emit(self._at - 1))
        self.step_button.clicked.connect(lambda: self.wanted.emit(self._at + 1))
        self.all_button.clicked.connect(lambda: self.wanted.emit(self._count))
        self.position.valueChanged.connect(self.wanted)

    def show_steps(self, steps: ChainRuleSteps, at: int) -> None:
        """Show how far one has come."""
        self._at, self._count = at, len(steps)
        self.position.blockSignals(True)
        self.position.setRange(0, self._count)
        self.position.setValue(at)
        self.position.blockSignals(False)
        for button in (self.start_button, self.back_button):
            button.setEnabled(at > 0)
        for button in (self.step_button, self.all_button):
            button.setEnabled(at < self._count)
        if at <= steps.n_forward:
            self.progress.setText(f"forward {at} of {steps.n_forward}")
        else:
            self.progress.setText(f"backward {at - steps.n_forward} of {steps.n_backward}")
