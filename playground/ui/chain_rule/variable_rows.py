"""The variables of an expression: for each a slider, a box, its gradient and a finite difference."""

from __future__ import annotations

import math
from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from playground.drawable import nice_step
from playground.engine.chain_rule.worksheet import LARGEST_VALUE
from playground.numerals import number_text
from playground.ui.style import set_role
from playground.ui.widgets.card import ElidingLabel
from playground.ui.widgets.number_field import NumberField
from playground.ui.widgets.plain_label import PlainLabel

USUAL_REACH = 5.0
UNITS = 100
"""Positions of a slider on either side of zero."""
MOST_ROWS = 60
ROW_WIDTH, BOX_WIDTH, SLIDER_WIDTH, NAME_WIDTH, SPACING, MARGIN = 142, 54, 50, 70, 8, 8


class NameLabel(ElidingLabel):
    """A name with as much room as it needs; only a long one is cut."""

    widest = NAME_WIDTH

    def minimumSizeHint(self) -> QSize:
        return QSize(min(self.sizeHint().width(), self.widest), super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(min(hint.width(), self.widest), hint.height())


class VariableRow(QWidget):
    """One variable. The slider's range covers the widest value so far, at least −5 to 5."""

    changed = Signal(str, float)

    def __init__(self, name: str, value: float, parent: QWidget | None = None):
        super().__init__(parent)
        self.name = name
        self.reach = USUAL_REACH
        self._following = False
        self.label = NameLabel(name)
        set_role(self.label, "title")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(-UNITS, UNITS)
        self.slider.setSingleStep(2)
        self.slider.setPageStep(20)
        self.slider.setAccessibleName(f"{name}")
        self.slider.setMinimumWidth(SLIDER_WIDTH)
        self.box = NumberField(name, _check)
        self.box.setFixedWidth(BOX_WIDTH)
        self.gradient = ElidingLabel()
        set_role(self.gradient, "small")
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(SPACING)
        line.addWidget(self.label)
        line.addWidget(self.slider, 1)
        line.addWidget(self.box)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(line)
        column.addWidget(self.gradient)
        self.set_value(value)
        self.slider.valueChanged.connect(self._slid)
        self.box.committed.connect(self._typed)
        self.box.problem_changed.connect(self._show_problem)

    def set_value(self, value: float) -> None:
        """Show a value; the slider's range widens where it must."""
        if abs(value) > self.reach:
            self.reach = nice_step(abs(value))
        self._following = True
        self.slider.setValue(round(UNITS * value / self.reach))
        self._following = False
        low, high = number_text(-self.reach), number_text(self.reach)
        self.slider.setToolTip(f"{self.name} from {low} to {high}")
        self.box.set_value(value)

    def set_gradient(self, text: str) -> None:
        if not self.box.problem:
            self.gradient.setText(text)
        self.slider.setAccessibleDescription(text)

    def restyle(self, factor: float) -> None:
        self.box.setFixedWidth(round(BOX_WIDTH * factor))
        self.label.widest = round(NAME_WIDTH * factor)

    def least_width(self) -> int:
        """Return the smallest width at which its name is readable."""
        self.label.ensurePolished()
        return self.label.minimumSizeHint().width() + SLIDER_WIDTH + self.box.width() + 2 * SPACING

    def _slid(self, position: int) -> None:
        if not self._following:
            # A hundredth of the range is a short number: the number on the screen is the one that is used.
            value = float(f"{self.reach * position / UNITS:.6g}")
            self.box.set_value(value)
            self.changed.emit(self.name, value)

    def _typed(self, value: float) -> None:
        self.set_value(value)
        self.changed.emit(self.name, value)

    def _show_problem(self, problem: str) -> None:
        set_role(self.gradient, "problem" if problem else "small")
        self.gradient.setText(problem)


class VariableRows(QScrollArea):
    """All variables in as many columns as there is room for."""

    changed = Signal(str, float)

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.rows: dict[str, VariableRow] = {}
        self._columns = 0
        self._factor = 1.0
        self._more = PlainLabel()
        set_role(self._more, "small")
        self._sheet = QWidget()
        self._sheet.setProperty("role", "scrolled")
        self._grid = QGridLayout(self._sheet)
        self._grid.setContentsMargins(0, 0, MARGIN, 0)
        self._grid.setHorizontalSpacing(14)
        self._grid.setVerticalSpacing(3)
        self.setWidget(self._sheet)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def show_values(self, values: Mapping[str, float]) -> None:
        """Show these variables; a row stays as long as its variable does."""
        shown = list(values)[:MOST_ROWS]
        if shown != list(self.rows):
            for name in [name for name in self.rows if name not in shown]:
                row = self.rows.pop(name)
                row.hide()
                self._grid.removeWidget(row)
                row.deleteLater()
            rows = {name: self.rows.get(name) or self._new(name, values[name]) for name in shown}
            self.rows = rows
            more = len(values) - len(shown)
            self._more.setText(f"… and {more} more, which keep their values" if more else "")
            self._columns = 0
        for name, row in self.rows.items():
            row.set_value(values[name])
        self._arrange()

    def restyle(self, factor: float) -> None:
        """Make boxes larger for larger text."""
        self._factor = factor
        for row in self.rows.values():
            row.restyle(factor)
        self._columns = 0
        self._arrange()

    def sizeHint(self) -> QSize:
        return QSize(ROW_WIDTH, self._height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def showEvent(self, event: QShowEvent) -> None:
        # Only now has the style sheet set the size of the text.
        super().showEvent(event)
        self._columns = 0
        self._arrange()

    def _new(self, name: str, value: float) -> VariableRow:
        row = VariableRow(name, value)
        row.restyle(self._factor)
        row.changed.connect(self.changed)
        return row

    def _arrange(self) -> None:
        needed = max((row.least_width() for row in self.rows.values()), default=0)
        gap = self._grid.horizontalSpacing()
        width = max(round(ROW_WIDTH * self._factor), needed + gap)
        columns = max(1, min((self.viewport().width() + gap - MARGIN) // width, max(len(self.rows), 1)))
        if columns == self._columns:
            return
        self._columns = columns
        for place, row in enumerate(self.rows.values()):
            self._grid.addWidget(row, place // columns, place % columns)
            row.show()
        for column in range(self._grid.columnCount()):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)
        below = math.ceil(len(self.rows) / columns)
        self._grid.addWidget(self._more, below, 0, 1, columns)
        self._more.setVisible(bool(self._more.text()))
        self._fit()

    def _fit(self) -> None:
        self.setFixedHeight(self._height())
        self.updateGeometry()

    def _height(self) -> int:
        """Return the height of up to two lines of variables; the others are scrolled."""
        if not self.rows:
            return 0
        lines = min(math.ceil(len(self.rows) / max(self._columns, 1)), 2)
        row = next(iter(self.rows.values()))
        for widget in (row.box, row.gradient):
            widget.ensurePolished()
        height = row.box.sizeHint().height() + row.gradient.sizeHint().height()
        return lines * height + (lines - 1) * self._grid.verticalSpacing() + 2


def _check(value: float | int | None) -> None:
    if value is not None and abs(value) > LARGEST_VALUE:
        raise ValueError("must be from −10⁹ to 10⁹.")
