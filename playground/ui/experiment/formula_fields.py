"""The fields of a formula: the list of formulas, the expression, its constants, start, window and noise."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QMenu, QSlider, QToolButton, QVBoxLayout, QWidget

from playground.drawing.kit.theme import Theme
from playground.engine.formula import Formula
from playground.engine.formula_presets import preset_of
from playground.experiment_checks import ExperimentError
from playground.experiment_formula import FormulaSettings
from playground.ui.experiment.expression_problem import ExpressionProblem
from playground.ui.experiment.formula_chooser import FormulaChooser
from playground.ui.style import set_role
from playground.ui.widgets.expression_line import ExpressionLine
from playground.ui.widgets.number_field import Number, NumberEntry, NumberField
from playground.ui.widgets.plain_label import Paragraph, PlainLabel
from playground.ui.widgets.throttle import Throttle

TICKS = 400
"""Positions of a constant's slider."""
DRAG_PAUSE_MS = 100
"""Between two experiments of a slider that is dragged: each begins a run."""
REACH = 100.0
"""A slider of a positive constant goes from one part in this many of it to this many times it."""
MOST_EARLIER = 100
"""Texts of one edit that are remembered."""
LEAST_WIDTH = 10.0
"""A slider of another constant goes at least this far to both sides, or twice its size."""


class FormulaFields(QWidget):
    """What can be changed of a formula. `changed` has the whole formula, or one constant by its name."""

    changed = Signal(object)
    constant_changed = Signal(str, float)
    preset_chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None):
        super().__init__(parent)
        self.formula: FormulaSettings | None = None
        self.chooser = FormulaChooser(theme)
        self.expression = ExpressionLine()
        self.expression.setPlaceholderText("J, for example (x^2 + 10*y^2)/2")
        self.expression.setToolTip(
            "J as a formula of 1 to 12 variables: + − * / ^, brackets, exp, log, sin, cos, sqrt, tanh, σ, "
            "relu, max, min; e and pi are constants"
        )
        self.names_button = QToolButton()
        self.names_button.setText("Variables and constants")
        self.names_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.names_button.setToolTip("Make a name of the expression a constant with a slider, or a variable")
        self.names_button.setMenu(QMenu(self.names_button))
        # Of this edit, the newest first: a name that was deleted is again what it was when it is retyped.
        self._earlier: list[FormulaSettings] = []
        self._typed: str | None = None
        self.problem = ExpressionProblem(self.expression)
        self.about = Paragraph("", "small")
        self.constants: dict[str, ConstantRow] = {}
        self.numbers: dict[tuple[str, int], NumberField] = {}
        self._full = False
        self._constants_box = QVBoxLayout()
        self._constants_box.setSpacing(2)
        self._grid_box = QVBoxLayout()
        self.noise = self._number("Noise", lambda value: {"noise": value})
        self.noise.setStatusTip("Standard deviation of what is added to each entry of the gradient")
        self.seed = self._number("Seed", lambda value: {"seed": value}, whole=True)
        self.seed.setStatusTip("Of the noise; New start takes the next and starts elsewhere")
        self._below = QWidget()
        below = QGridLayout(self._below)
        below.setContentsMargins(0, 0, 0, 0)
        for row, field in enumerate((self.noise, self.seed)):
            below.addWidget(_label(field), row, 0)
            below.addWidget(NumberEntry(field), row, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for widget in (self.chooser, self.expression, self.problem, self.about, self.names_button):
            column.addWidget(widget)
        column.addLayout(self._constants_box)
        column.addLayout(self._grid_box)
        column.addWidget(self._below)
        self._grid: QWidget | None = None
        self.chooser.chosen.connect(self.preset_chosen)
        self.expression.entered.connect(self._read)

    def show_formula(self, formula: FormulaSettings) -> None:
        """Show the formula of the present run."""
        before, self.formula = self.formula, formula
        preset = preset_of(formula)
        self.chooser.set_value(None if preset is None else preset.name)
        self.about.setText("" if preset is None else preset.sentence)
        self.about.setVisible(preset is not None)
        if before is None or before.expression != formula.expression or not self.expression.hasFocus():
            self.expression.show_text(formula.expression)
            self.problem.say(None)
        if before is not None and formula.expression not in (before.expression, self._typed):
            self._earlier.clear()
        if before is None or before.names != formula.names:
            self._build_grid(formula)
        self._build_menu(formula)
        if tuple(self.constants) != tuple(formula.constants_by_name):
            self._build_constants(formula)
        for name, value in formula.constants_by_name.items():
            self.constants[name].set_value(value)
        for index, ((low, high), start) in enumerate(zip(formula.limits, formula.first, strict=True)):
            for part, value in (("start", start), ("low", low), ("high", high)):
                self.numbers[part, index].set_value(value)
        self.noise.set_value(formula.noise)
        self.seed.set_value(formula.seed)
        self.set_full(self._full)

    def controls(self) -> list[QWidget]:
        """Return the widgets that can have the focus, from top to bottom."""
        constants = [control for row in self.constants.values() for control in (row.slider, row.field)]
        return [
            *(*self.chooser.buttons.values(), self.expression, self.names_button, *constants),
            *(*self.numbers.values(), self.noise, self.seed),
        ]

    def set_full(self, full: bool) -> None:
        """Show every field, or those of a first hour."""
        self._full = full
        self._below.setVisible(full)
        if self._grid is not None:
            self._grid.setVisible(full)

    def restyle(self, theme: Theme) -> None:
        self.chooser.restyle(theme)
        self.expression.theme = theme
        self.expression.update()

    # From the user --------------------------------------------------------------------------------------

    def _read(self, text: str) -> None:
        """Take the expression that was typed, or say what is wrong with it."""
        if self.formula is None or text == self.formula.expression:
            self.problem.say(None)
            return
        try:
            formula = self.formula.with_expression(text, self._earlier)
            Formula(formula)
        except ExperimentError as error:
            self.problem.say(error)
            return
        self.problem.say(None)
        self._earlier = [self.formula, *self._earlier][:MOST_EARLIER]
        self._typed = text
        self.changed.emit(formula)

    def _take_role(
        self, make: Callable[[FormulaSettings, str], FormulaSettings], name: str, _checked: bool = False
    ) -> None:
        """Make a name a constant or a variable."""
        if self.formula is None:
            return
        try:
            formula = make(self.formula, name)
            Formula(formula)
        except ExperimentError as error:
            self.problem.say(error)
            return
        self.problem.say(None)
        self.changed.emit(formula)

    def _check(self, fields: Callable[[Number], dict[str, Any]], value: Number) -> None:
        if self.formula is not None:
            Formula(replace(self.formula, **fields(value)))

    def _take(self, fields: Callable[[Number], dict[str, Any]], value: Number) -> None:
        if self.formula is not None:
            self.changed.emit(replace(self.formula, **fields(value)))

    # Building -------------------------------------------------------------------------------------------

    def _number(
        self, name: str, fields: Callable[[Number], dict[str, Any]], whole: bool = False
    ) -> NumberField:
        field = NumberField(name, partial(self._check, fields), whole)
        field.committed.connect(partial(self._take, fields))
        return field

    def _build_menu(self, formula: FormulaSettings) -> None:
        """List each name with what it can be made."""
        menu = self.names_button.menu()
        roles = [(name, "constant", FormulaSettings.with_name_as_constant) for name in formula.names]
        roles += [
            (name, "variable", FormulaSettings.with_name_as_variable) for name in formula.constants_by_name
        ]
        texts = [f"Make {name} a {role}" for name, role, _ in roles]
        if texts == [action.text() for action in menu.actions()]:
            return
        menu.clear()
        for text, (name, role, make) in zip(texts, roles, strict=True):
            action = menu.addAction(text)
            action.triggered.connect(partial(self._take_role, make, name))
            # J depends on at least one.
            action.setEnabled(role == "variable" or formula.n_variables > 1)

    def _build_constants(self, formula: FormulaSettings) -> None:
        _clear(self._constants_box)
        self.constants = {}
        for name, value in formula.constants_by_name.items():
            row = ConstantRow(name, value, partial(self._check_constant, name))
            row.changed.connect(partial(self.constant_changed.emit, name))
            row.refused.connect(self.problem.say)
            self.constants[name] = row
            self._constants_box.addWidget(row)

    def _check_constant(self, name: str, value: Number) -> None:
        if self.formula is not None:
            assert value is not None
            Formula(self.formula.with_constant(name, float(value)))

    def _build_grid(self, formula: FormulaSettings) -> None:
        _clear(self._grid_box)
        self.numbers = {}
        self._grid = QWidget()
        grid = QGridLayout(self._grid)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(3)
        for column, title in enumerate(("", "start", "from", "to")):
            head = PlainLabel(title)
            set_role(head, "small")
            grid.addWidget(head, 0, column)
        for index, name in enumerate(formula.names):
            grid.addWidget(PlainLabel(name), index + 1, 0)
            for column, part in enumerate(("start", "low", "high"), start=1):
                words = {"start": f"Start of {name}", "low": f"{name} from", "high": f"{name} to"}[part]
                field = self._number(words, partial(self._with_number, part, index))
                self.numbers[part, index] = field
                grid.addWidget(field, index + 1, column)
        self._grid_box.addWidget(self._grid)

    def _with_number(self, part: str, index: int, value: Number) -> dict[str, Any]:
        assert self.formula is not None
        if part == "start":
            return {"start": _replaced(self.formula.first, index, value)}
        pair = _replaced(self.formula.limits[index], ("low", "high").index(part), value)
        return {"window": _replaced(self.formula.limits, index, pair)}


class ConstantRow(QWidget):
    """A constant of a formula: its name, a slider, and a field for any number."""

    changed = Signal(float)
    """Of a drag at most once per pause, and always its last value."""
    refused = Signal(object)
    """The ExperimentError of a value of the slider, which is then put back."""

    def __init__(self, name: str, value: float, check: Callable[[Number], None]):
        super().__init__()
        self._check = check
        self.value = self._middle = value
        self._throttle = Throttle(DRAG_PAUSE_MS, self)
        self._throttle.due.connect(self._send)
        self._sent = value
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, TICKS)
        self.slider.setAccessibleName(f"Constant {name}")
        self.slider.valueChanged.connect(self._moved)
        self.field = NumberField(name, check)
        self.field.committed.connect(self._typed)
        row = QGridLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(PlainLabel(name), 0, 0)
        row.addWidget(self.slider, 0, 1)
        row.addWidget(self.field, 0, 2)
        row.setColumnStretch(1, 3)
        row.setColumnStretch(2, 1)
        self.set_value(value)

    def set_value(self, value: float) -> None:
        """Show a value from elsewhere."""
        if self.value != self._sent:
            # A newer one of a drag is on its way.
            return
        self.value = self._sent = value
        self.field.set_value(value)
        # Values of the slider itself are rounded, and may lie a little beyond its ends.
        if not -0.005 <= self._share_of(value) <= 1.005:
            self._middle = value
        place = self._place_of(value)
        if place != self.slider.value() and not self.slider.isSliderDown():
            blocked = self.slider.blockSignals(True)
            self.slider.setValue(place)
            self.slider.blockSignals(blocked)

    def _moved(self, place: int) -> None:
        value = float(f"{self._value_at(place / TICKS):.3g}")
        if value == self.value:
            return
        self.value = value
        self.field.set_value(value)
        self._throttle.now_or_soon()

    def _typed(self, value: float) -> None:
        self.value = self._sent = value
        self.set_value(value)
        self.changed.emit(value)

    def _send(self) -> None:
        if self.value == self._sent:
            return
        try:
            self._check(self.value)
        except ExperimentError as error:
            self._put_back()
            self.refused.emit(error)
            return
        self._sent = self.value
        self.changed.emit(self.value)

    def _put_back(self) -> None:
        """Show the value in force again, on the slider too while it is held."""
        self.value = self._sent
        self.field.set_value(self.value)
        blocked = self.slider.blockSignals(True)
        self.slider.setValue(self._place_of(self.value))
        self.slider.blockSignals(blocked)

    def _value_at(self, share: float) -> float:
        if self._middle > 0.0:
            return self._middle * math.pow(REACH, 2.0 * share - 1.0)
        return self._middle + self._width * (2.0 * share - 1.0)

    @property
    def _width(self) -> float:
        return max(LEAST_WIDTH, 2.0 * abs(self._middle))

    def _share_of(self, value: float) -> float:
        """Return where a value lies, from 0 to 1 between the ends of the slider; others are beyond them."""
        if self._middle <= 0.0:
            return 0.5 + 0.5 * (value - self._middle) / self._width
        return 0.5 + 0.5 * math.log(value / self._middle, REACH) if value > 0.0 else -math.inf

    def _place_of(self, value: float) -> int:
        return round(TICKS * min(max(self._share_of(value), 0.0), 1.0))


def _replaced(values: Sequence[Any], index: int, value: Any) -> tuple[Any, ...]:
    return (*values[:index], value, *values[index + 1 :])


def _label(field: NumberField) -> QLabel:
    label = PlainLabel(field.name)
    label.setBuddy(field)
    return label


def _clear(layout: QVBoxLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
