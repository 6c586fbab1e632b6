"""The inspector's page: a point goes forward through the live network, its loss back, the weights move."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from playground.drawing.inspector import Entry
from playground.drawing.kit.theme import DARK, Theme
from playground.engine.backprop.operation import PHASES, Matrix, Operation
from playground.engine.backprop.operations import operations
from playground.engine.backprop.signs import signs_in
from playground.engine.datasets import Samples
from playground.landscape.questions.inspection import GradientCheckAnswer, InspectionAnswer
from playground.numerals import number_text
from playground.ui.inspector.board import Board, BoardArea
from playground.ui.inspector.check_words import check_text, entry_difference
from playground.ui.network.lit_diagram import LitDiagram
from playground.ui.style import set_role
from playground.ui.widgets.buttons import button_of, quiet_button
from playground.ui.widgets.card import Card
from playground.ui.widgets.plain_label import Paragraph, PlainLabel
from playground.ui.widgets.step_transport import StepTransport

WAITING = "The helper is tracing the pass."
BEGINNING = "Step forward: the point goes through the network, layer by layer."
ONCE_ANSWERED = "The numbers of this network stand here once the question is answered."
LINES = 2
DIGITS = 9
PHASE_TIPS = {
    phase: f"The first operation of this phase: {phase}. Press it again for the next one" for phase in PHASES
}


class Inspector(Card):
    """A trace on the screen; nothing is computed here.

    point_wanted: emitted with a number of points to go further (−1, 1), or 0 for the mean. check_wanted:
    compare the gradient.
    """

    point_requested = Signal(int)
    mean_requested = Signal(bool)
    check_requested = Signal()
    changed = Signal()
    """Another operation stands out."""

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None):
        super().__init__(parent=parent)
        self.setAccessibleName("Inspector")
        self.answer: InspectionAnswer | None = None
        self.check: GradientCheckAnswer | None = None
        self.operations: tuple[Operation, ...] = ()
        self.at = 1
        self._targets: tuple[str, ...] = ()
        self._seen: set[int] = set()
        """The operations that stood out since the walk began, by their index."""
        self._hidden = self._presenting = False
        self._make_widgets(theme)
        self._arrange()
        self._refresh()

    # Commands -------------------------------------------------------------------------------------------

    def step(self, count: int = 1) -> None:
        """Go this many operations further, or back."""
        self.go_to(self.at + count)

    def go_to(self, at: int) -> None:
        """Show this many operations, from the first to all of them."""
        at = min(max(at, 1), max(len(self.operations), 1))
        if at != self.at:
            self.at = at
            self._seen.add(at - 1)
            self._refresh()
            self.area.show_now()
            self._draw_network()
            self.changed.emit()

    def walk(self, phase: str) -> bool:
        """Go to the first operation of a phase, or in it to the next one; return whether there was one."""
        places = self._places(phase)
        if not places:
            return False
        here = self.at - 1
        there = here + 1 if here in places else places[0]
        if there in places:
            self.go_to(there + 1)
        self._mark_phase()
        return there in places

    def begin_walk(self) -> None:
        """Count the operations that are walked through from here on."""
        self._seen = {self.at - 1}

    def walked(self) -> dict[str, tuple[int, int]]:
        """Return how many operations of each phase have stood out since the walk began, and of how many."""
        places = {phase: self._places(phase) for phase in PHASES}
        return {phase: (len(self._seen.intersection(p)), len(p)) for phase, p in places.items()}

    def _places(self, phase: str) -> range:
        """Return the indices of the operations of a phase, which follow each other."""
        found = [index for index, operation in enumerate(self.operations) if operation.phase == phase]
        return range(found[0], found[-1] + 1) if found else range(0)

    @property
    def operation(self) -> Operation | None:
        """The operation that stands out; None where there is none."""
        return self.operations[self.at - 1] if self.operations else None

    # Showing --------------------------------------------------------------------------------------------

    def show_answer(self, answer: InspectionAnswer, unlike: str = "", samples: Samples | None = None) -> None:
        """Write a trace. The operation that stands out stays the same. unlike, samples: see operations."""
        fresh = self.answer is None or len(self.answer.trace.layers) != len(answer.trace.layers)
        self.answer = answer
        self.operations = operations(answer.trace, unlike, samples)
        self._targets = () if samples is None else samples.target_names
        self.at = 1 if fresh else min(self.at, len(self.operations))
        if fresh:
            self._seen = {self.at - 1}
        self._draw_network()
        self._refresh()
        if fresh:
            self.changed.emit()

    def clear(self) -> None:
        """Clear the page: another run comes."""
        self.answer, self.check, self.operations, self.at = None, None, (), 1
        self._seen = set()
        self.check_label.hide()
        self._refresh()

    def show_point(self, text: str, mean: bool) -> None:
        """Name the point that is inspected."""
        self.point_label.setText(text)
        self.mean_button.setChecked(mean)

    def show_check(self, answer: GradientCheckAnswer | None, with_cost: bool = True) -> None:
        """Show the progress or result of a comparison, and what it cost; None: remove it."""
        self.check = answer
        self.check_label.setVisible(answer is not None)
        if answer is not None:
            self.check_label.setText(check_text(answer.check, answer.step, with_cost))
            set_role(self.check_label, "" if answer.check.agrees else "problem")

    def restyle(self, theme: Theme) -> None:
        self.board.restyle(theme)
        self.diagram.restyle(theme)
        self._keep_lines()

    def set_presentation(self, on: bool) -> None:
        """Show only the board and its words, for a hall; keys step."""
        self._presenting = on
        for widget in (self.previous_button, self.next_button, self.check_button):
            widget.setVisible(not on)
        self._show_parts()

    def set_hidden(self, hidden: bool) -> None:
        """Show the network without a number as long as a question asks for one."""
        if hidden != self._hidden:
            self._hidden = hidden
            self._show_parts()
            self._draw_network()
            self._point("")

    def _show_parts(self) -> None:
        self.area.setVisible(not self._hidden)
        self.transport.setVisible(not (self._presenting or self._hidden))
        # In a hall the diagram beside the page is hidden: the board has one of its own.
        self.diagram.setVisible(self._presenting or self._hidden)

    # Building -------------------------------------------------------------------------------------------

    def _make_widgets(self, theme: Theme) -> None:
        self.previous_button = quiet_button("◀", "Previous point (Shift+F7)", "Previous point")
        self.next_button = quiet_button("▶", "Next point (F7)", "Next point")
        self.point_label = PlainLabel("–")
        set_role(self.point_label, "title")
        self.mean_button = QPushButton("Mean")
        self.mean_button.setCheckable(True)
        self.mean_button.setToolTip("Inspect the mean over all training points, of which J is made")
        self.check_button = QPushButton("Check gradients")
        self.check_button.setObjectName("check_gradients")
        self.check_button.setToolTip(
            "Compare backpropagation with central differences, and their cost (Ctrl+Shift+I)"
        )
        self.check_label = Paragraph()
        self.check_label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.check_label.hide()
        self.board = Board(theme)
        self.board.more = self._more
        self.board.pointed.connect(self._point)
        self.area = BoardArea(self.board)
        self.diagram = LitDiagram(theme)
        self.diagram.hide()
        self.words = Paragraph()
        self.words.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._keep_lines()
        self.transport = StepTransport(
            1,
            ("The first operation", "First operation"),
            "One operation back (Shift+F8)",
            "The next operation (F8)",
            "Operations shown",
        )
        self.transport.position.setMinimumWidth(40)
        self.transport.step_button.setObjectName("inspector_step")
        self.transport.row.setSpacing(5)
        self.phase_buttons = {phase: button_of(phase.capitalize(), PHASE_TIPS[phase]) for phase in PHASES}
        for phase, button in self.phase_buttons.items():
            set_role(button, "quiet")
            button.setObjectName(f"inspector_{phase}")
            button.setCheckable(True)
            self.transport.row.addWidget(button)

    def _arrange(self) -> None:
        for place, widget in enumerate((self.previous_button, self.point_label, self.next_button)):
            self.header.insertWidget(place, widget)
        self.header.insertStretch(3, 1)
        self.add_tool(self.mean_button)
        self.add_tool(self.check_button)
        self.body.addWidget(self.check_label)
        board = QHBoxLayout()
        board.addWidget(self.area, 5)
        board.addWidget(self.diagram, 2)
        self.body.addLayout(board, 1)
        self.body.addWidget(self.words)
        self.body.addWidget(self.transport)
        self.previous_button.clicked.connect(lambda: self.point_requested.emit(-1))
        self.next_button.clicked.connect(lambda: self.point_requested.emit(1))
        self.mean_button.clicked.connect(self.mean_requested)
        self.check_button.clicked.connect(self.check_requested)
        self.transport.step_chosen.connect(self.go_to)
        for phase, button in self.phase_buttons.items():
            button.clicked.connect(lambda _=False, phase=phase: self.walk(phase))

    def _refresh(self) -> None:
        total = len(self.operations)
        self.board.show_operations(self.operations, min(self.at, total))
        self.transport.show_place(self.at, max(total, 1))
        self._mark_phase()
        self._point("")

    def _draw_network(self) -> None:
        if self.answer is not None and self.operation is not None:
            lit = None if self._hidden else self.operation.lit
            self.diagram.show_trace(self.answer.trace, lit, self._targets)

    def _mark_phase(self) -> None:
        operation = self.operation
        for phase, button in self.phase_buttons.items():
            button.setChecked(operation is not None and operation.phase == phase)

    def _point(self, text: str) -> None:
        operation = self.operation
        if operation is None or self._hidden:
            self.words.setText(ONCE_ANSWERED if self._hidden else WAITING)
            self.words.setToolTip("")
            return
        text = text or operation.sentence
        if text == operation.sentence and self.answer is not None and not self.board.underMouse():
            rows, columns = operation.result.values.shape
            if rows == columns == 1:
                text += f" {operation.result.explain(0, 0)}{more_digits(operation.result, 0, 0)}"
        self.words.setText(text)
        signs = signs_in(operation.formula)
        self.words.setToolTip("\n".join(signs))
        self.board.setAccessibleDescription(" ".join([f"{operation.formula}. {text}", *signs]))

    def _more(self, operation: Operation, entry: Entry) -> str:
        """Return what is said of an entry after its arithmetic: more of its digits, and its comparison."""
        matrix = operation.parts[entry.part]
        digits = more_digits(matrix, entry.row, entry.column) if isinstance(matrix, Matrix) else ""
        return f"{digits}{self._difference(operation, entry)}"

    def _difference(self, operation: Operation, entry: Entry) -> str:
        """Return the result of a comparison for an entry of a gradient, if it belongs to the same numbers."""
        matrix, answer, check = operation.parts[entry.part], self.answer, self.check
        if answer is None or check is None or not isinstance(matrix, Matrix):
            return ""
        if not matrix.name.startswith("∂J/∂") or (check.run, check.step, check.point) != (
            answer.run,
            answer.step,
            answer.point,
        ):
            return ""
        return entry_difference(check.check, matrix.name, entry.row, entry.column)

    def _keep_lines(self) -> None:
        """Keep room for the longest arithmetic: the board must not move with it."""
        self.words.ensurePolished()
        self.words.setMinimumHeight(LINES * self.words.fontMetrics().lineSpacing())


def more_digits(matrix: Matrix, row: int, column: int) -> str:
    """Return an entry of a result as a textbook prints it; empty where four digits say all of it."""
    value = float(matrix.values[row, column])
    text = number_text(value, DIGITS)
    if not matrix.result or text == number_text(value, 4):
        return ""
    whole = matrix.explain(row, column).endswith(".")
    return f" To {DIGITS} digits: {text}." if whole else f", to {DIGITS} digits {text}"


def point_words(number: int, n_train: int, n_test: int, target: str) -> str:
    """Return which point it is, and its target."""
    place = f"Training point {number + 1} of {n_train}"
    if number >= n_train:
        place = f"Test point {number - n_train + 1} of {n_test}"
    return f"{place} · {target}"
