"""Conditions to stop a run at: a loss, a number of steps, a small gradient."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLineEdit, QWidget

from playground.engine.branches.stopping import Stop
from playground.experiment import LONGEST_RUN
from playground.number_reader import NumberError, read_number, read_whole, shown
from playground.numerals import count_text
from playground.ui.frame.feature import Feature
from playground.ui.widgets.plain_label import Paragraph

if TYPE_CHECKING:
    from playground.ui.frame.workbench import Workbench

ROWS = (
    ("loss", "J at most", "over all training points, where it is recorded"),
    ("steps", "steps made", "in all, from the start of the run"),
    ("gradient_norm", "‖∂J/∂θ‖ at most", "over the batch of the coming step"),
)


class StopDialog(QDialog):
    """Three lines; an empty one is no condition."""

    def __init__(self, stop: Stop, parent: QWidget | None = None):
        super().__init__(parent)
        self.setWindowTitle("Stop when")
        self.stop = stop
        self.edits: dict[str, QLineEdit] = {}
        form = QFormLayout(self)
        form.addRow(Paragraph("A run stops at the first step at which one of these holds. Empty: never."))
        for name, text, tip in ROWS:
            edit = QLineEdit()
            edit.setPlaceholderText("never")
            edit.setAccessibleName(text)
            edit.setToolTip(tip)
            value = getattr(stop, name)
            edit.setText("" if value is None else repr(value))
            form.addRow(text, edit)
            self.edits[name] = edit
        self.problem = Paragraph(role="problem")
        form.addRow(self.problem)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        form.addRow(buttons)

    def accept(self) -> None:
        try:
            self.stop = stop_of({name: edit.text() for name, edit in self.edits.items()})
        except ValueError as error:
            self.problem.setText(str(error))
            return
        super().accept()


def stop_of(texts: dict[str, str]) -> Stop:
    """Return the conditions that were typed. Raises ValueError with a sentence."""
    values: dict[str, float | None] = {}
    for name, words, _ in ROWS:
        text = texts[name]
        values[name] = None
        if not text.strip():
            continue
        try:
            number = read_whole(text) if name == "steps" else read_number(text)
        except NumberError as error:
            raise ValueError(f"{words}: {error}") from None
        if not number > 0:
            raise ValueError(f"{words}: must be above 0, not {shown(text)}.")
        if name == "steps" and number > LONGEST_RUN:
            raise ValueError(f"{words}: must be at most {count_text(LONGEST_RUN)}, not {shown(text)}.")
        values[name] = number
    steps = values["steps"]
    return Stop(values["loss"], None if steps is None else int(steps), values["gradient_norm"])


class StopWhenFeature(Feature):
    """The dialog for the conditions, which sends them to the lab."""

    def __init__(self, window: Workbench):
        super().__init__(window)
        self.stop = Stop()
        action = window.actions_by_name["stop_when"]
        action.triggered.connect(lambda _=False: self.ask())
        window.menu("run").addAction(action)

    def ask(self) -> None:
        dialog = StopDialog(self.stop, self.window.widget)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self.set_stop(dialog.stop)
        dialog.deleteLater()

    def set_stop(self, stop: Stop) -> None:
        """Stop runs at these conditions from now on."""
        self.stop = stop
        self.window.lab.set_stop(stop)
