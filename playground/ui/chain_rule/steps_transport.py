"""The controls that step through the chain rule."""

from __future__ import annotations

from playground.engine.chain_rule.steps import ChainRuleSteps
from playground.ui.style import set_role
from playground.ui.widgets.buttons import button_of
from playground.ui.widgets.plain_label import PlainLabel
from playground.ui.widgets.step_transport import StepTransport


class StepsTransport(StepTransport):
    """The usual controls with a button to the end, and the progress of both passes."""

    def __init__(self) -> None:
        super().__init__(
            0,
            ("Before the first step (Ctrl+F8)", "Before the first step"),
            "One step back (Ctrl+F9)",
            "One step forward (Ctrl+F10)",
            "Steps shown",
        )
        self.position.setMinimumWidth(60)
        self.all_button = button_of("All  ▶|", "Both passes to their end (Ctrl+F11)", "All steps")
        self.progress = PlainLabel()
        set_role(self.progress, "small")
        self.row.setSpacing(6)
        self.row.insertWidget(self.row.indexOf(self.position), self.all_button)
        self.row.addWidget(self.progress)
        self.setTabOrder(self.step_button, self.all_button)
        self.all_button.clicked.connect(lambda: self.step_chosen.emit(self.position.maximum()))

    def show_steps(self, steps: ChainRuleSteps, at: int) -> None:
        """Show the progress."""
        self.show_place(at, len(steps))
        self.all_button.setEnabled(at < len(steps))
        if at <= steps.n_forward:
            self.progress.setText(f"forward {at} of {steps.n_forward}")
        else:
            self.progress.setText(f"backward {at - steps.n_forward} of {steps.n_backward}")
