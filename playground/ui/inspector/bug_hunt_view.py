"""The page of the bug hunt: the task, the mistakes to choose from, and the feedback."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QWidget,
)

from playground.engine.backprop.bugs import BUGS
from playground.ui.widgets.card import Card
from playground.ui.widgets.plain_label import Paragraph

TASK = (
    "The backward pass of this run has one mistake. Train it: it looks almost right. Check the gradients of "
    "the mean, follow them in the inspector entry by entry, then name the mistake."
)
NO_HUNT = "The backward pass of this run is right. “Another bug” begins a hunt for a hidden mistake."
HINTS = {
    "mean": "Check the gradients of a single point, then of the mean: which of the two agrees?",
    "slope": "The layer next to the output is right. Compare each g'(z) in the inspector with its z.",
    "transpose": "Some layers are right. Follow δ back from the output: at which matrix does it go wrong?",
    "sign": "All weights are right. Look at the biases: what would turn the wrong ones into right ones?",
}


class BugHunt(Card):
    """Choices and feedback. The feature holds the mistake."""

    check_requested = Signal()
    named = Signal(str)
    another_requested = Signal()
    mend_requested = Signal()

    def __init__(self, parent: QWidget | None = None):
        super().__init__("Bug hunt", parent=parent)
        self.task = Paragraph(TASK, "small")
        self.choices = QButtonGroup(self)
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(5)
        self.buttons: dict[str, QPushButton] = {}
        for place, (name, bug) in enumerate(BUGS.items()):
            button = self.buttons[name] = QPushButton(bug.title)
            button.setCheckable(True)
            self.choices.addButton(button)
            grid.addWidget(button, place // 2, place % 2)
        self.feedback = Paragraph()
        self.feedback.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.check_button = QPushButton("Check gradients")
        self.check_button.setToolTip(
            "Open the inspector and compare the gradient of the mean with differences"
        )
        self.name_button = QPushButton("That is it")
        self.mend_button = QPushButton("Mend it")
        self.mend_button.setToolTip("Start the same experiment again with a right backward pass")
        self.another_button = QPushButton("Another bug")
        row = QHBoxLayout()
        row.setSpacing(6)
        for widget in (self.check_button, self.name_button, self.mend_button, self.another_button):
            row.addWidget(widget)
        row.addStretch(1)
        self.body.addWidget(self.task)
        self.body.addLayout(grid)
        self.body.addLayout(row)
        self.body.addWidget(self.feedback, 1)
        self.choices.buttonClicked.connect(lambda _: self.name_button.setEnabled(True))
        self.check_button.clicked.connect(self.check_requested)
        self.name_button.clicked.connect(lambda: self.named.emit(self.chosen))
        self.mend_button.clicked.connect(self.mend_requested)
        self.another_button.clicked.connect(self.another_requested)
        self.begin()

    @property
    def chosen(self) -> str:
        """The chosen mistake; empty for none."""
        return next((name for name, button in self.buttons.items() if button.isChecked()), "")

    def set_hunting(self, on: bool) -> None:
        """Set whether the present run has a mistake; the feedback on one that was found stays readable."""
        self.task.setText(TASK if on else NO_HUNT)
        if not on and not self._found:
            self.feedback.setText("")
            self.task.show()
        for button in (self.check_button, *self.buttons.values()):
            button.setEnabled(on)
        self.name_button.setEnabled(on and bool(self.chosen))
        self.mend_button.setVisible(on and self._found)

    def begin(self) -> None:
        """Begin a new hunt: no choice, no feedback."""
        self._found = False
        self.choices.setExclusive(False)
        for button in self.buttons.values():
            button.setChecked(False)
        self.choices.setExclusive(True)
        self.name_button.setEnabled(False)
        self.mend_button.hide()
        self.name_button.show()
        self.feedback.setText("")
        self.task.show()

    def judge(self, name: str, truth: str) -> bool:
        """Show whether a named mistake is the true one."""
        right = self._found = name == truth
        # The answer takes the room of the task, which was read by now.
        self.task.hide()
        bug = BUGS[truth]
        if right:
            self.feedback.setText(f"Found: {bug.title}. {bug.explanation}")
        else:
            self.feedback.setText(f"It is not that. {HINTS[truth]}")
        self.mend_button.setVisible(right)
        self.name_button.setVisible(not right)
        return right
