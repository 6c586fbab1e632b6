"""The fields of a rule for points: its expression, what it gives, and its range."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from playground.drawing.kit.theme import Theme
from playground.experiment_checks import ExperimentError
from playground.experiment_rule import LONGEST, RuleSettings
from playground.ui.experiment.expression_problem import ExpressionProblem
from playground.ui.widgets.choice_box import ChoiceBox
from playground.ui.widgets.expression_line import ExpressionLine
from playground.ui.widgets.number_field import Number, NumberEntry, NumberField, SentenceError
from playground.ui.widgets.plain_label import PlainLabel

TARGETS = {"class": "class 1 where it is above 0", "value": "its value is the target y"}
ENDS = ("x₁, x₂ from", "to")


class RuleFields(QWidget):
    """What can be changed of a rule; `changed` has the whole rule.

    check raises ExperimentError where no points can be drawn by a rule.
    """

    changed = Signal(object)

    def __init__(self, check: Callable[[RuleSettings], None], parent: QWidget | None = None):
        super().__init__(parent)
        self.rule: RuleSettings | None = None
        """The one in use, or the last that was."""
        self._check = check
        self.expression = ExpressionLine()
        self.expression.setMaxLength(LONGEST + 1)
        self.expression.setAccessibleName("Rule")
        self.expression.setPlaceholderText("A rule, for example x1*x2")
        self.expression.setToolTip(
            "An expression of x1 and x2: + − * / ^, brackets, exp, log, sin, cos, sqrt, tanh, σ, relu, max, "
            "min; e and pi are constants"
        )
        self.problem = ExpressionProblem(self.expression)
        self.target = ChoiceBox("Target of the rule", TARGETS)
        self.target.setToolTip("Whether the rule gives points a class or a value")
        self.ends = tuple(self._end(index, name) for index, name in enumerate(ENDS))
        row = QGridLayout()
        row.setSpacing(4)
        for index, (name, end) in enumerate(zip(ENDS, self.ends, strict=True)):
            label = PlainLabel(name)
            label.setBuddy(end)
            row.addWidget(label, 0, 2 * index)
            row.addWidget(NumberEntry(end), 0, 2 * index + 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for widget in (self.expression, self.problem, self.target):
            column.addWidget(widget)
        column.addLayout(row)
        self.expression.entered.connect(self._read)
        self.target.chosen.connect(self._take_target)

    def show_rule(self, rule: RuleSettings) -> None:
        """Show the rule of the present run."""
        before, self.rule = self.rule, rule
        if before is None or before.expression != rule.expression or not self.expression.hasFocus():
            self.expression.show_text(rule.expression)
            self.problem.say(None)
        self.target.set_value(rule.target)
        for end, value in zip(self.ends, rule.range, strict=True):
            end.set_value(value)

    def controls(self) -> list[QWidget]:
        """Return the widgets that can have the focus, from top to bottom."""
        return [self.expression, self.target, *self.ends]

    def restyle(self, theme: Theme) -> None:
        self.expression.theme = theme
        self.expression.update()

    def _read(self, text: str) -> None:
        """Take the expression that was typed, or say what is wrong with it."""
        if self.rule is None or text == self.rule.expression:
            self.problem.say(None)
            return
        try:
            self._take(replace(self.rule, expression=text))
        except ExperimentError as error:
            self.problem.say(error)

    def _take_target(self, target: Any) -> None:
        assert self.rule is not None
        try:
            self._take(replace(self.rule, target=target))
        except ExperimentError as error:
            self.problem.say(error)
            self.target.set_value(self.rule.target)

    def _take(self, rule: RuleSettings) -> None:
        self._check(rule)
        self.problem.say(None)
        self.changed.emit(rule)

    def _end(self, index: int, name: str) -> NumberField:
        field = NumberField(name, partial(self._check_end, index))
        field.setAccessibleName(f"Rule: {name}")
        field.committed.connect(lambda value: self.changed.emit(self._with_end(index, value)))
        return field

    def _check_end(self, index: int, value: Number) -> None:
        try:
            self._check(self._with_end(index, value))
        except ExperimentError as error:
            raise SentenceError(error.sentence) from None

    def _with_end(self, index: int, value: Number) -> RuleSettings:
        assert self.rule is not None
        low, high = self.rule.range
        ends: tuple[Any, Any] = (low, value) if index else (value, high)
        return replace(self.rule, range=ends)
