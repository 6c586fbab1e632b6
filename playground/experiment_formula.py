"""The settings of a formula: a loss J written by the user, in place of data and network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from playground.experiment_checks import ExperimentError, check_integer, check_number, show
from playground.expression_parser import (
    CONSTANTS,
    FUNCTIONS,
    NAME_LENGTH,
    OTHER_NAMES,
    ExpressionError,
    ParsedNode,
    name_of,
    parse,
)

MAX_VARIABLES = 12
MAX_CONSTANTS = 24
MAX_MINIMA = 100
LARGEST = 1e12
"""Of start, window, constants and minima."""
WINDOW = (-3.0, 3.0)
"""Of a variable whose window is not given."""
START_IN_WINDOW = 5 / 6
"""Where in its window a variable starts whose start is not given."""
MAX_NOISE = 1e6
TITLE_LENGTH = 48
MAX_SEED = 2**32 - 1


class Constants(Mapping[str, float]):
    """Numbers by name that cannot be changed, so that they have a hash; in the order of the file."""

    def __init__(self, values: Mapping[str, float] = MappingProxyType({})):
        self._values = dict(values)

    def __getitem__(self, name: str) -> float:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __hash__(self) -> int:
        return hash(frozenset(self._values.items()))

    def __repr__(self) -> str:
        return repr(self._values)


@dataclass(frozen=True)
class FormulaSettings:
    """The settings of a formula.

    expression  of the variables and constants, as the chain-rule lab reads it; pi and e are constants
    variables   their names in the order of θ, 1 to 12; None: those of the expression as they appear
    start       θ at step 0
    window      for each variable the lowest and the highest value that is shown; one pair is that of all
    constants   named numbers, each of which may be given another value
    noise       standard deviation of what is added to each entry of the gradient at each step
    seed        of the noise
    minima      the known minima, each a θ: shown as known, never searched

    What is absent takes a default. Raises ExperimentError; of the expression with the place of the fault.
    """

    expression: str = "w^2"
    variables: tuple[str, ...] | None = None
    start: tuple[float, ...] | None = None
    window: tuple[tuple[float, float], ...] | None = None
    constants: Mapping[str, float] | None = None
    noise: float = 0.0
    seed: int = 0
    minima: tuple[tuple[float, ...], ...] = ()

    def __post_init__(self) -> None:
        nodes = _parsed(self.expression)
        self._set("constants", _constants_of(self.constants))
        constants = self.constants_by_name
        names = [node for node in nodes if node.kind == "variable"]
        if self.variables is None:
            found = [node.label for node in names if node.label not in constants]
            self._set("variables", found)
        try:
            self._set("variables", _variables_of(self.variables, constants, names))
        except ExperimentError as error:
            if error.position is None:
                error.position = _place_of_fault(names, constants)
            raise
        size = self.n_variables
        self._set("window", _window_of(self.window, size))
        self._set("start", _start_of(self.start, size, self.limits))
        check_number("formula.noise", self.noise, 0.0, MAX_NOISE)
        check_integer("formula.seed", self.seed, 0, MAX_SEED)
        self._set("minima", _minima_of(self.minima, size))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the variables, in the order of θ."""
        assert self.variables is not None
        return self.variables

    @property
    def title(self) -> str:
        """The formula in one line that is short enough for a title: J(x, y) = x^2 + 10*y^2."""
        text = " ".join(self.expression.split())
        shown = text if len(text) <= TITLE_LENGTH else f"{text[: TITLE_LENGTH - 1]}…"
        return f"J({', '.join(self.names)}) = {shown}"

    @property
    def function(self) -> tuple[object, ...]:
        """What J is, however it is written: of an equal one each point has the same height."""
        return operations_of(self.expression), self.variables, self.constants

    @property
    def n_variables(self) -> int:
        return len(self.names)

    @property
    def first(self) -> tuple[float, ...]:
        """θ at step 0."""
        assert self.start is not None
        return self.start

    @property
    def limits(self) -> tuple[tuple[float, float], ...]:
        """The lowest and the highest shown value of each variable."""
        assert self.window is not None
        return self.window

    @property
    def constants_by_name(self) -> Mapping[str, float]:
        assert self.constants is not None
        return self.constants

    def with_expression(self, expression: str, earlier: Iterable[FormulaSettings] = ()) -> FormulaSettings:
        """Return the formula with another expression; what belongs to a variable or constant in both stays.

        earlier: formulas of the same edit, the newest first; a name that was dropped since is again what it
        was there. Where only blanks or brackets differ everything stays, else the known minima are dropped.
        """
        if operations_of(expression) == operations_of(self.expression):
            return replace(self, expression=expression)
        sources = (self, *earlier)
        used = dict.fromkeys(node.label for node in _parsed(expression) if node.kind == "variable")
        source_of = {
            name: next((one for one in sources if name in one.names or name in one.constants_by_name), None)
            for name in used
        }
        constants = {
            name: source.constants_by_name[name]
            for name, source in source_of.items()
            if source is not None and name in source.constants_by_name
        }
        if used and len(constants) == len(used):
            # J must depend on something: what was dropped is a variable then.
            constants = {name: value for name, value in constants.items() if source_of[name] is self}
        fresh = FormulaSettings(expression, constants=constants)
        starts, windows = list(fresh.first), list(fresh.limits)
        for index, name in enumerate(fresh.names):
            source = source_of[name]
            if source is not None and name in source.names:
                place = source.names.index(name)
                starts[index], windows[index] = source.first[place], source.limits[place]
        return replace(fresh, start=tuple(starts), window=tuple(windows), noise=self.noise, seed=self.seed)

    def with_name_as_constant(self, name: str) -> FormulaSettings:
        """Return the formula with a variable as a constant of the value at which it starts.

        The known minima, which are of all variables, are dropped. Raises ExperimentError for the only one.
        """
        index = self.names.index(name)
        return replace(
            self,
            variables=_without(self.names, index),
            start=_without(self.first, index),
            window=_without(self.limits, index),
            constants={**self.constants_by_name, name: self.first[index]},
            minima=(),
        )

    def with_name_as_variable(self, name: str) -> FormulaSettings:
        """Return the formula with a constant as a variable that starts at its value.

        It takes the place among the variables where the expression has it; the known minima are dropped.
        """
        constants = dict(self.constants_by_name)
        value = constants.pop(name)
        order = [node.label for node in _parsed(self.expression) if node.kind == "variable"]
        after = order[order.index(name) :] if name in order else []
        index = next((place for place, other in enumerate(self.names) if other in after), self.n_variables)
        low, high = WINDOW
        if not low <= value <= high:
            low, high = max(value - abs(value), -LARGEST), min(value + abs(value), LARGEST)
        return replace(
            self,
            variables=_with(self.names, index, name),
            start=_with(self.first, index, value),
            window=_with(self.limits, index, (low, high)),
            constants=constants,
            minima=(),
        )

    def with_constant(self, name: str, value: float) -> FormulaSettings:
        """Return the formula with another value of a constant. Raises ExperimentError."""
        if name not in self.constants_by_name:
            raise ExperimentError(f"formula.constants.{name}", "no such constant.")
        return replace(self, constants={**self.constants_by_name, name: value})

    def _set(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)


@lru_cache(maxsize=256)
def operations_of(expression: str) -> tuple[tuple[object, ...], ...]:
    """Return what an expression computes, without the way in which it is written."""
    return tuple(
        (node.kind, node.label if node.kind == "variable" else "", node.inputs, node.number)
        for node in _parsed(expression)
    )


def _without(values: tuple[Any, ...], index: int) -> tuple[Any, ...]:
    return values[:index] + values[index + 1 :]


def _with(values: tuple[Any, ...], index: int, value: Any) -> tuple[Any, ...]:
    return (*values[:index], value, *values[index:])


def _parsed(expression: Any) -> tuple[ParsedNode, ...]:
    if not isinstance(expression, str):
        raise ExperimentError("formula.expression", f"must be a text, not {show(expression)}.")
    try:
        return parse(expression)
    except ExpressionError as error:
        raise _at(error) from None


def _at(error: ExpressionError) -> ExperimentError:
    """Return the error with its place, counted from 1 in its sentence."""
    refused = ExperimentError("formula.expression", f"has a fault at character {error.position + 1}: {error}")
    refused.position = error.position
    return refused


def _name(field: str, name: Any) -> str:
    """Return a name in its normal form, x1 for x₁. Raises ExperimentError for what is no name."""
    read = name_of(name) if isinstance(name, str) else None
    if read is None or len(read) > NAME_LENGTH:
        raise ExperimentError(
            field, f"names {show(name)}, which is no name: letters, then letters and digits."
        )
    if read in FUNCTIONS or read in OTHER_NAMES:
        raise ExperimentError(field, f"names {show(name)}, which is a function.")
    if read in CONSTANTS:
        raise ExperimentError(
            field, f"names {show(name)}, which is a constant already, {CONSTANTS[read]:.4f}…."
        )
    return read


def _constants_of(given: Any) -> Constants:
    if given is None:
        return Constants()
    if not isinstance(given, Mapping):
        raise ExperimentError(
            "formula.constants", f"must have names with numbers as constants, not {show(given)}."
        )
    if len(given) > MAX_CONSTANTS:
        raise ExperimentError(
            "formula.constants", f"may have at most {MAX_CONSTANTS} constants, not {len(given)}."
        )
    found: dict[str, float] = {}
    for name, value in given.items():
        read = _name("formula.constants", name)
        if read in found:
            raise ExperimentError("formula.constants", f"names {show(name)} twice.")
        check_number(f"formula.constants.{read}", value, -LARGEST, LARGEST)
        found[read] = float(value)
    return Constants(found)


def _variables_of(given: Any, constants: Mapping[str, float], used: Iterable[ParsedNode]) -> tuple[str, ...]:
    if isinstance(given, str | bytes | Mapping) or not isinstance(given, Iterable):
        raise ExperimentError("formula.variables", f"must have a list of names, not {show(given)}.")
    listed = tuple(given)
    if len(listed) > MAX_VARIABLES:
        raise ExperimentError(
            "formula.variables", f"may have at most {MAX_VARIABLES} variables, not {len(listed)}."
        )
    names = tuple(_name("formula.variables", name) for name in listed)
    for name in names:
        if names.count(name) > 1:
            raise ExperimentError("formula.variables", f"names {show(name)} twice.")
        if name in constants:
            raise ExperimentError("formula.variables", f"has the variable {show(name)}, which is a constant.")
    for node in used:
        if node.label not in names and node.label not in constants:
            fault = ExpressionError(f"“{node.label}” is neither a variable nor a constant.", node.position)
            raise _at(fault)
    if not names:
        raise ExperimentError("formula.variables", "must have at least one variable: J depends on none.")
    return names


def _place_of_fault(used: Sequence[ParsedNode], constants: Mapping[str, float]) -> int:
    """Return the place in the expression of the variable that is one too many, or its beginning."""
    first: dict[str, int] = {}
    for node in used:
        if node.label not in constants:
            first.setdefault(node.label, node.position)
    return sorted(first.values())[MAX_VARIABLES] if len(first) > MAX_VARIABLES else 0


def _numbers(field: str, given: Any, size: int) -> tuple[float, ...]:
    if isinstance(given, str | bytes | Mapping) or not isinstance(given, Iterable):
        raise ExperimentError(field, f"must be a list of numbers, not {show(given)}.")
    numbers = tuple(given)
    if len(numbers) != size:
        raise ExperimentError(field, f"must hold {_count(size)}, not {len(numbers)}.")
    for number in numbers:
        check_number(field, number, -LARGEST, LARGEST)
    return tuple(map(float, numbers))


def _count(size: int) -> str:
    return "one number" if size == 1 else f"{size} numbers, one for each variable"


def _start_of(given: Any, size: int, window: tuple[tuple[float, float], ...]) -> tuple[float, ...]:
    if given is None:
        return tuple(low + START_IN_WINDOW * (high - low) for low, high in window)
    return _numbers("formula.start", given, size)


def _window_of(given: Any, size: int) -> tuple[tuple[float, float], ...]:
    field = "formula.window"
    if given is None:
        return (WINDOW,) * size
    if isinstance(given, str | bytes | Mapping) or not isinstance(given, Iterable):
        raise ExperimentError(
            field, f"must be a lowest and a highest value for each variable, not {show(given)}."
        )
    pairs = tuple(given)
    if len(pairs) == 2 and all(isinstance(end, int | float) for end in pairs):
        pairs = (pairs,) * size
    if len(pairs) != size:
        raise ExperimentError(field, f"must hold a pair for each variable, {size}, not {len(pairs)}.")
    found = []
    for pair in pairs:
        if isinstance(pair, str | bytes | Mapping) or not isinstance(pair, Iterable):
            raise ExperimentError(field, f"must hold pairs of numbers, not {show(pair)}.")
        ends = tuple(pair)
        if len(ends) != 2:
            raise ExperimentError(field, f"must hold pairs of numbers, not {show(list(ends))}.")
        for end in ends:
            check_number(field, end, -LARGEST, LARGEST)
        low, high = map(float, ends)
        # Narrower than this a plane has no distinct points.
        if not high - low > 1e-9 * max(abs(low), abs(high), 1e-3):
            raise ExperimentError(field, f"from {low:g} to {high:g} has no width.")
        found.append((low, high))
    return tuple(found)


def _minima_of(given: Any, size: int) -> tuple[tuple[float, ...], ...]:
    field = "formula.minima"
    if isinstance(given, str | bytes | Mapping) or not isinstance(given, Iterable):
        raise ExperimentError(field, f"must be a list of points, not {show(given)}.")
    points = tuple(given)
    if len(points) > MAX_MINIMA:
        raise ExperimentError(field, f"must be at most {MAX_MINIMA}, not {len(points)}.")
    return tuple(
        _numbers(field, [point] if size == 1 and isinstance(point, int | float) else point, size)
        for point in points
    )
