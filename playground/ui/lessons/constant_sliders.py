"""Sliders for the constants of a formula on the page of a lesson, which stays in sight beside them."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from playground.engine.formula import Formula
from playground.experiment_checks import ExperimentError
from playground.experiment_formula import FormulaSettings
from playground.ui.experiment.formula_fields import ConstantRow
from playground.ui.widgets.number_field import Number


class ConstantSliders(QWidget):
    """A row of each constant of the formula in use, as on the page of the experiment."""

    changed = Signal(str, float)
    """The name of a constant, and its new value."""
    refused = Signal(str)
    """Why a value was refused."""

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.rows: dict[str, ConstantRow] = {}
        self._formula: FormulaSettings | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)

    def show_formula(self, formula: FormulaSettings | None) -> None:
        """Follow the formula of the run; None: it has none."""
        if formula == self._formula:
            return
        self._formula = formula
        constants = formula.constants_by_name if formula is not None else {}
        if tuple(self.rows) != tuple(constants):
            for row in self.rows.values():
                self._column.removeWidget(row)
                row.hide()
                row.deleteLater()
            self.rows = {name: self._row(name, value) for name, value in constants.items()}
        for name, value in constants.items():
            self.rows[name].set_value(value)

    def _row(self, name: str, value: float) -> ConstantRow:
        row = ConstantRow(name, value, partial(self._check, name))
        row.changed.connect(partial(self.changed.emit, name))
        row.refused.connect(self._refuse)
        self._column.addWidget(row)
        return row

    def _refuse(self, error: ExperimentError) -> None:
        self.refused.emit(str(error))

    def _check(self, name: str, value: Number) -> None:
        if self._formula is not None:
            assert value is not None
            Formula(self._formula.with_constant(name, float(value)))
