"""The actions of "Show me": checked when the file is read, so that none fails in class."""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from playground.engine.backprop.operation import PHASES
from playground.engine.chain_rule.worksheet import LARGEST_VALUE
from playground.engine.expression import Expression
from playground.experiment import MAX_STEPS, Experiment
from playground.experiment_checks import ExperimentError
from playground.expression_parser import CONSTANTS, ExpressionError

Pages = Collection[str] | None
"""The pages of the window that a lesson can open, or ask for; None: any name is allowed."""

SOLUTION_ACTIONS: Mapping[str, type | tuple[type, ...]] = {
    "learning_rate": (int, float),
    "run": int,
    "set": dict,
    "page": str,
    "walk": str,
    "expression": str,
    "variable": dict,
    "parameters": list,
}


class SolutionError(ValueError):
    """An action that could not be done; `.field` names what is wrong."""

    def __init__(self, field_name: str, message: str):
        super().__init__(message)
        self.field = field_name


def is_number(value: Any) -> bool:
    """Return whether it is a finite number that a float64 can hold."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) <= sys.float_info.max


def check_page(name: str, field_name: str, pages: Pages) -> None:
    """Raise SolutionError where the window has no such page."""
    if pages is not None and name not in pages:
        raise SolutionError(field_name, f"must be one of {', '.join(pages)}.")


def check_parameters(values: list[Any], experiment: Experiment | None, field_name: str) -> None:
    """Raise SolutionError unless these are numbers, and as many as the network has, where that is known."""
    if not all(is_number(value) for value in values):
        raise SolutionError(field_name, "must be a list of numbers.")
    if experiment is not None and len(values) != experiment.n_parameters:
        raise SolutionError(field_name, f"must be {experiment.n_parameters} numbers, not {len(values)}.")


def check_point(number: int, experiment: Experiment | None, field_name: str) -> None:
    """Raise SolutionError unless the data has a point of this number, counted from 1."""
    data = None if experiment is None else experiment.data
    if data is not None and not 1 <= number <= data.points:
        raise SolutionError(field_name, f"must be the number of a point, from 1 to {data.points}.")
    if experiment is not None and data is None:
        raise SolutionError(field_name, "needs data: a formula has no points.")


def check_expression(text: str, field_name: str) -> tuple[str, ...]:
    """Return the variables of an expression. Raises SolutionError where the chain-rule lab cannot read it."""
    try:
        return tuple(Expression(text).variables)
    except ExpressionError as error:
        raise SolutionError(field_name, str(error)) from None


class Sheet(NamedTuple):
    """An expression of the chain-rule lab, and the values of its variables."""

    expression: Expression
    values: dict[str, float]


def first_sheet(text: str, field_name: str, values: Mapping[str, float] | None = None) -> Sheet:
    """Return an expression at 1, 2, 3, … as a step begins with it, or at these values of its variables.

    Raises SolutionError where it has no value.
    """
    try:
        expression = Expression(text)
        first = {name: float(n) for n, name in enumerate(expression.variables, 1)}
        sheet = Sheet(expression, {**first, **(values or {})})
        expression.evaluate(**sheet.values)
    except ExpressionError as error:
        raise SolutionError(field_name, str(error)) from None
    return sheet


class Rehearsal:
    """A check of a solution without a window. Raises SolutionError at the first action that cannot be done.

    experiment: the run that it begins with. variables: those of the chain-rule lab, sheet: with their values
    (None: not known).
    """

    def __init__(
        self,
        experiment: Experiment | None,
        variables: tuple[str, ...] | None,
        sheet: Sheet | None = None,
        pages: Pages = None,
    ):
        self._pages = pages
        self._experiment, self._variables = experiment, variables
        self._sheet = None if sheet is None else Sheet(sheet.expression, dict(sheet.values))

    def act(self, kind: str, value: Any) -> None:
        """Do one of SOLUTION_ACTIONS; value is of its type."""
        where = f"solution.{kind}"
        if kind == "learning_rate":
            self._set("training.learning_rate", value, where)
        elif kind == "set":
            for name, entry in value.items():
                self._set(name, entry, f"{where}.{name}")
        elif kind == "run":
            if not 0 < value <= MAX_STEPS:
                raise SolutionError(where, f"must be a number of steps from 1 to {MAX_STEPS}.")
        elif kind == "page":
            check_page(value, where, self._pages)
        elif kind == "walk":
            if value not in PHASES:
                raise SolutionError(where, f"must be one of {', '.join(PHASES)}.")
        elif kind == "expression":
            self._variables, self._sheet = check_expression(value, where), None
        elif kind == "variable":
            for name, number in value.items():
                self._set_variable(name, number, f"{where}.{name}")
            self._evaluate(where)
        elif kind == "parameters":
            check_parameters(value, self._experiment, where)

    def _set(self, name: str, value: Any, where: str) -> None:
        if isinstance(value, int | float) and not isinstance(value, bool) and not is_number(value):
            raise SolutionError(where, "must be a finite number.")
        try:
            changed = (self._experiment or Experiment()).with_value(name, value)
        except ExperimentError as error:
            raise SolutionError(where, str(error).partition(": ")[2]) from None
        if self._experiment is not None:
            self._experiment = changed

    def _set_variable(self, name: str, value: Any, where: str) -> None:
        if self._variables is not None and name not in self._variables:
            raise SolutionError(where, "is no variable of the expression.")
        if not is_number(value):
            raise SolutionError(where, "must be a finite number.")
        if name in CONSTANTS:
            raise SolutionError(where, "is a constant and takes no value.")
        if abs(value) > LARGEST_VALUE:
            raise SolutionError(where, f"must be from -{LARGEST_VALUE:g} to {LARGEST_VALUE:g}.")
        if self._sheet is not None:
            self._sheet.values[name] = float(value)

    def _evaluate(self, where: str) -> None:
        if self._sheet is not None:
            try:
                self._sheet.expression.evaluate(**self._sheet.values)
            except ExpressionError as error:
                raise SolutionError(where, f"the expression has no value then: {error}") from None
