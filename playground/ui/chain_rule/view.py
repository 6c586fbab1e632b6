"""The chain-rule lab: an expression becomes a graph, with steps forward and backward through it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMenu, QSplitter, QToolButton, QWidget

from playground.drawing.chain_rule.drawing import GraphPicture
from playground.drawing.chain_rule.layout import GraphLayout, layout_of
from playground.drawing.kit.theme import DARK, Theme
from playground.engine.chain_rule.differences import confirms, largest_value
from playground.engine.chain_rule.steps import value_text
from playground.engine.chain_rule.worksheet import EXAMPLES, Example, Worksheet
from playground.ui.chain_rule.export import ChainRuleExport
from playground.ui.chain_rule.graph_view import GraphView
from playground.ui.chain_rule.models import difference_text, verdict
from playground.ui.chain_rule.sliced_differences import SlicedDifferences
from playground.ui.chain_rule.steps_side import StepsSide
from playground.ui.chain_rule.steps_transport import StepsTransport
from playground.ui.chain_rule.variable_rows import VariableRows
from playground.ui.style import set_role
from playground.ui.widgets.buttons import quiet_button
from playground.ui.widgets.card import Card
from playground.ui.widgets.expression_line import ExpressionLine
from playground.ui.widgets.plain_label import Paragraph, PlainLabel
from playground.ui.widgets.plot import EXPORT_SIGN

ROOM_FOR_SIDE = 900
"""Smallest width in pixels at which steps and table are shown beside the graph, unless set otherwise."""
SIDE_SHARE, HEIGHT_FOR_LINES = 0.34, 500
BEGINNING = "Step forward: every node gets its value. Then back: every edge hands a gradient on."
WITHHELD = "Answer the question of the lesson first: the steps would answer it."
END = "The backward pass has measured; it moved nothing."


class ChainRuleLab(Card):
    """The page. A Worksheet does the computation.

    changed is emitted after every step, text or value.
    """

    changed = Signal()

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None):
        # No title: the tab has it, and the graph needs the room.
        super().__init__(parent=parent)
        self.setAccessibleName("Chain rule")
        self.sheet = Worksheet()
        self._differences = SlicedDifferences(self)
        self.export = ChainRuleExport(self.sheet, self._picture, self._all_differences, self._say, self)
        self._theme = theme
        self._layout: GraphLayout | None = None
        self._layout_of: object = None
        self._introduction = EXAMPLES[0].sentence
        self._side_requested: bool | None = None
        self._presenting = self._withheld = False
        self._make_widgets(theme)
        self._arrange()
        self._connect()
        self.line.show_text(self.sheet.expression.text)
        self._refresh()

    @property
    def differences(self) -> dict[int, float]:
        """The finite differences, by node, that are there so far."""
        return self._differences.found

    # Commands -------------------------------------------------------------------------------------------

    def open_example(self, example: Example) -> None:
        """Begin an example at its own values."""
        self.sheet.open_example(example)
        self._introduction = example.sentence
        self.line.show_text(example.expression)
        self._refresh()

    def set_expression(self, text: str) -> bool:
        """Read an expression, as if it was typed. Return False where it cannot be read or evaluated."""
        if self.line.text() != text:
            self.line.show_text(text)
        before = self.sheet.expression.text
        right = self.sheet.set_text(text)
        if self.sheet.expression.text != before:
            self._introduction = BEGINNING
        self._refresh()
        return right

    def set_value(self, name: str, value: float) -> bool:
        """Set a variable. Return False where the expression then has no value."""
        right = self.sheet.set_value(name, value)
        self._refresh()
        return right

    def step(self, count: int = 1) -> None:
        """Go this many steps forward, or back where count is negative; no further than the ends."""
        self.go_to(self.sheet.at + count)

    def withhold(self, on: bool) -> None:
        """Keep the steps from being shown while a question asks for what they compute; or no longer."""
        self._withheld = on
        self.transport.setEnabled(not on)
        self.transport.setToolTip(WITHHELD if on else "")
        if on:
            self.start_again()

    def go_to(self, at: int) -> None:
        """Show this many steps, 0 to all of them; none while they are withheld."""
        if self._withheld and at > 0:
            self._say(WITHHELD)
            return
        self.sheet.move_to(at)
        self._refresh(new_values=False)

    def run_all(self) -> None:
        """Run both passes to their end."""
        self.go_to(len(self.sheet.steps))

    def start_again(self) -> None:
        """Go back before the first step."""
        self.go_to(0)

    def set_side(self, on: bool) -> None:
        """Show steps and table beside the graph, or only the graph."""
        self._side_requested = on
        self._fit_side()

    def restyle(self, theme: Theme) -> None:
        self._theme = theme
        self.view.restyle(theme)
        self.line.theme = theme
        self.line.update()
        self.rows.restyle(theme.font_factor)
        self._keep_lines()

    def set_presentation(self, on: bool) -> None:
        """Show expression, graph and arithmetic as large as possible, for a hall; the keys step."""
        tools = (self.examples_button, self.side_button, self.export_button)
        for widget in (*tools, self.transport, self.rows):
            widget.setVisible(not on)
        self._presenting = on
        self._fit_side()

    # Building -------------------------------------------------------------------------------------------

    def _make_widgets(self, theme: Theme) -> None:
        self.examples_button = QToolButton()
        self.examples_button.setText("Examples")
        self.examples_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.examples_button.setToolTip("Expressions worth stepping through")
        menu = QMenu(self.examples_button)
        for example in EXAMPLES:
            action = menu.addAction(example.title)
            action.setToolTip(example.sentence)
            action.triggered.connect(lambda _=False, example=example: self.open_example(example))
        menu.setToolTipsVisible(True)
        self.examples_button.setMenu(menu)
        self.side_button = QToolButton()
        self.side_button.setText("Steps")
        self.side_button.setCheckable(True)
        self.side_button.setToolTip("Show every step, and every node as a table, beside the graph")
        tip = "Save the graph as PNG, SVG or PDF, its table as CSV, or copy it"
        self.export_button = quiet_button(EXPORT_SIGN, tip, "Export the graph")
        self.export_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.export_button.setMenu(self.export.menu(self.export_button))
        self.result = PlainLabel("j =")
        set_role(self.result, "value")
        self.line = ExpressionLine()
        self.problem = Paragraph(role="problem")
        self.problem.hide()
        self.view = GraphView(theme)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.side = StepsSide()
        self.sentence, self.note = Paragraph(role="value"), Paragraph(role="dim")
        for label in (self.sentence, self.note):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.transport = StepsTransport()
        self.rows = VariableRows()
        self.rows.setObjectName("chain_rule_variables")
        self.transport.step_button.setObjectName("chain_rule_step")

    def _arrange(self) -> None:
        self.add_tool(self.examples_button)
        self.add_tool(self.side_button)
        self.add_tool(self.export_button)
        self.header.insertWidget(0, self.result)
        self.header.insertWidget(1, self.line, 1)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.view)
        self.splitter.addWidget(self.side)
        self.splitter.setStretchFactor(0, 5)
        self.splitter.setStretchFactor(1, 2)
        self.body.addWidget(self.problem)
        self.body.addWidget(self.splitter, 1)
        self.body.addWidget(self.sentence)
        self.body.addWidget(self.note)
        self.body.addWidget(self.transport)
        self.body.addWidget(self.rows)
        self._fit_side()

    def _connect(self) -> None:
        self.line.entered.connect(self.set_expression)
        self.rows.changed.connect(self.set_value)
        self.view.step_chosen.connect(self.step)
        self.view.describe_node = self._describe_node
        self.view.customContextMenuRequested.connect(self._show_menu)
        self.side.chosen.connect(self.go_to)
        self.transport.step_chosen.connect(self.go_to)
        self.side_button.clicked.connect(self.set_side)
        self._differences.finished.connect(self._read_differences)

    # Showing --------------------------------------------------------------------------------------------

    def _refresh(self, new_values: bool = True) -> None:
        sheet = self.sheet
        if new_values:
            self.rows.show_values(sheet.values)
            self._differences.begin(sheet.differences())
        problem = sheet.problem
        for label in (self.sentence, self.note):
            label.setEnabled(problem is None)
        self._say(f"{problem.message}{_place(problem.position, self.line.text())}" if problem else "")
        self.line.mark(problem.position if problem else None)
        self.view.show_picture(self._picture())
        steps, at = sheet.steps, sheet.at
        result = steps.graph.nodes[steps.graph.result].name
        self.result.setText(f"{result if steps.graph.nodes[steps.graph.result].inputs else 'j'} =")
        self._show_differences()
        self.side.show_steps(steps, at, at_once=not new_values)
        self.transport.show_steps(steps, at)
        self.changed.emit()

    def _show_differences(self) -> None:
        """Update all that shows finite differences: table, rows, the sentence at the end."""
        steps, known = self.sheet.steps, self.sheet.known
        self.side.show_nodes(steps, known, self.differences)
        nodes, result = steps.graph.nodes, steps.graph.nodes[steps.graph.result].name
        scale = largest_value(steps.graph)
        for index, node in enumerate(nodes):
            if node.kind == "variable" and node.name in self.rows.rows:
                gradient, text = known.gradients[index], ""
                if gradient is not None:
                    text = f"∂{result}/∂{node.name} = {value_text(gradient)}"
                    if known.complete[index]:
                        difference = self.differences.get(index)
                        text += f", by difference {difference_text(difference, 4)}"
                        if difference is not None and not confirms(difference, gradient, scale):
                            text += ", unlike it"
                    else:
                        text += " + …"
                self.rows.rows[node.name].set_gradient("" if self.sheet.problem else text)
        sentence, note = self._words()
        self.sentence.setText(sentence)
        self.note.setText(note)
        self.view.setAccessibleDescription(f"{sentence}. {note}")

    def _read_differences(self) -> None:
        self._show_differences()
        self.side.read_soon()

    def _all_differences(self) -> dict[int, float]:
        found = self._differences.all_found()
        self._show_differences()
        return found

    def _words(self) -> tuple[str, str]:
        steps, at = self.sheet.steps, self.sheet.at
        result = steps.graph.nodes[steps.graph.result].name
        if at == 0:
            return f"{result} = ?", self._introduction
        step = steps.step(at - 1)
        note = step.note
        if at <= steps.n_forward:
            note = f"{steps.graph.nodes[self.sheet.known.node or 0].name} is {note}."
        if at == len(steps) and steps.n_backward:
            note = f"{step.note} {END} {verdict(steps, self.differences)}"
        return step.text, note

    def _picture(self) -> GraphPicture:
        sheet = self.sheet
        if self._layout is None or self._layout_of is not sheet.steps.course:
            self._layout, self._layout_of = layout_of(sheet.graph.nodes), sheet.steps.course
        return GraphPicture(sheet.graph, self._layout, sheet.known, dimmed=sheet.problem is not None)

    def _describe_node(self, index: int) -> str:
        node, known = self.sheet.graph.nodes[index], self.sheet.known
        lines = [
            node.label if node.label == node.name or node.kind == "number" else f"{node.name} = {node.label}"
        ]
        if known.values[index] and node.kind != "number":
            lines.append(f"value {value_text(node.value, 8)}")
        if known.complete[index] and node.varies:
            lines.append(f"gradient {value_text(node.gradient, 8)}")
            lines.append(f"finite difference {difference_text(self.differences.get(index))}")
        return "\n".join(lines)

    def _say(self, sentence: str) -> None:
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))

    # Menus and looks ------------------------------------------------------------------------------------

    def _show_menu(self, position: QPoint) -> None:
        menu = self.export.menu(self)
        menu.addSeparator()
        menu.addAction("Whole graph").triggered.connect(self.view.whole_view)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.view.viewport().mapToGlobal(position))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_side()
        self._keep_lines()
        self._show_differences()

    @property
    def _is_low(self) -> bool:
        """Whether the graph needs the room of some words."""
        return self.height() <= HEIGHT_FOR_LINES * self._theme.font_factor

    def _keep_lines(self) -> None:
        """Keep room for two lines of explanation where there is any.

        The graph must not move with their length.
        """
        lines = 1 if self._is_low else 2
        self.note.ensurePolished()
        self.note.setMinimumHeight(lines * self.note.fontMetrics().lineSpacing())

    def _fit_side(self) -> None:
        wide = self.width() >= ROOM_FOR_SIDE * self._theme.font_factor
        on = (wide if self._side_requested is None else self._side_requested) and not self._presenting
        self.side_button.setChecked(on)
        if on == self.side.isHidden():
            self.side.setVisible(on)
            side = round(SIDE_SHARE * self.width())
            self.splitter.setSizes([self.width() - side, side])
            self.side.read()


def _place(position: int, text: str) -> str:
    """Return where in a text a problem lies, in words."""
    if position >= len(text):
        return ""
    return f" It is about “{text[position]}”, character {position + 1}."
