"""The settings of a table: points of the user's own, with named inputs and a target."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from playground.arrays import Floats
from playground.experiment_checks import ExperimentError, show
from playground.experiment_json import JsonRows

MAX_ROWS = 20_000
MAX_INPUTS = 64
MAX_CLASSES, MAX_TARGETS = 10, 3
MAX_NUMBERS = 500_000
"""Of all rows together, targets included."""
LONGEST_NAME = 200
LARGEST = 1e150
"""Of a number in a table: its square, and a mean of such squares, are still numbers."""
FIELD = "data.table"


@dataclass(frozen=True, eq=False)
class TableSettings:
    """Points of the user's own; equal to another with equal content, which is compared by a checksum.

    inputs     the names of the inputs
    target     the name of what the network is to give, or the names of two or three numbers
    classes    the names of the classes, class 0 first; empty where the target is a number
    rows       (n, inputs + targets) read-only: the inputs, then the targets, of a class its index
    test_rows  the rows of the test points, in rising order; None: drawn by data.test_share and data.seed
    kept_scale mean and standard deviation (d,) of the network's inputs that a run keeps after a change of its
               points; None: those of the training points. In no file: a run that starts again has its own.

    rows is taken as any list of lists of numbers, and checked once. Raises ExperimentError.
    """

    inputs: tuple[str, ...]
    target: str | tuple[str, ...]
    classes: tuple[str, ...] = ()
    rows: Floats = field(default_factory=lambda: np.empty((0, 0)))
    test_rows: tuple[int, ...] | None = None
    kept_scale: tuple[tuple[float, ...], tuple[float, ...]] | None = None
    checksum: bytes = field(init=False, default=b"")

    def __post_init__(self) -> None:
        self._set("inputs", _names("inputs", self.inputs))
        if not 1 <= len(self.inputs) <= MAX_INPUTS:
            raise _refused("inputs", f"must name 1 to {MAX_INPUTS} inputs, not {len(self.inputs)}.")
        self._set("target", _target(self.target))
        for name in self.targets:
            if name in self.inputs:
                raise _refused("target", f"is {show(name)}, which is an input too.")
        self._set("classes", _names("classes", self.classes))
        if self.classes and len(self.targets) > 1:
            raise _refused("classes", f"are of one target, and there are {len(self.targets)}.")
        if self.classes and not 2 <= len(self.classes) <= MAX_CLASSES:
            raise _refused(
                "classes",
                f"must name 2 to {MAX_CLASSES} classes, or none where the target is a number, "
                f"not {len(self.classes)}.",
            )
        self._set("rows", _rows(self.rows, self.n_columns))
        if self.classes:
            _check_classes(self.rows[:, -1], len(self.classes))
        if self.test_rows is not None:
            self._set("test_rows", _test_rows(self.test_rows, self.n_rows))
        self._set("checksum", self._sum())

    @property
    def n_rows(self) -> int:
        return len(self.rows)

    @property
    def n_inputs(self) -> int:
        return len(self.inputs)

    @property
    def targets(self) -> tuple[str, ...]:
        """The names of what the network is to give: one, or two or three."""
        return (self.target,) if isinstance(self.target, str) else self.target

    @property
    def n_columns(self) -> int:
        """The number of inputs and targets."""
        return len(self.inputs) + len(self.targets)

    @property
    def n_outputs(self) -> int:
        """The number of outputs of a network: one, one for each of several targets, or of many classes."""
        return len(self.classes) if len(self.classes) > 2 else len(self.targets)

    @property
    def is_from_0_to_1(self) -> bool:
        """Whether no target is below 0 or above 1."""
        targets = self.rows[:, self.n_inputs :]
        return bool(targets.min() >= 0.0 and targets.max() <= 1.0)

    def as_json(self, with_rows: bool = True) -> dict[str, Any]:
        """Return the content of the file's field, which table_of reads; classes as 0, 1 and so on."""
        target = self.target if isinstance(self.target, str) else list(self.target)
        content: dict[str, Any] = {"inputs": list(self.inputs), "target": target}
        if self.classes:
            content["classes"] = list(self.classes)
        if with_rows:
            rows: list[list[Any]] = self.rows.tolist()
            if self.classes:
                for row in rows:
                    row[-1] = int(row[-1])
            content["rows"] = JsonRows(rows)
        if self.test_rows is not None:
            content["test_rows"] = list(self.test_rows)
        return content

    def started_again(self) -> TableSettings:
        """Return the same points for a run that begins with them."""
        return self if self.kept_scale is None else replace(self, kept_scale=None)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, TableSettings):
            return NotImplemented
        return self is other or self.checksum == other.checksum

    def __hash__(self) -> int:
        return hash(self.checksum)

    def __repr__(self) -> str:
        return f"TableSettings({self.n_rows} rows of {', '.join(self.inputs)} and {', '.join(self.targets)})"

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        self.__dict__.update(state)
        # A copy, and an array that comes from another process, can be written to.
        self.rows.setflags(write=False)

    def __deepcopy__(self, memo: Mapping[int, Any]) -> TableSettings:
        return self

    def _sum(self) -> bytes:
        words = json.dumps([self.inputs, self.target, self.classes, self.test_rows, self.rows.shape])
        if self.kept_scale is not None:
            words += json.dumps(self.kept_scale)
        return hashlib.sha256(words.encode() + self.rows.tobytes()).digest()

    def _set(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)


def table_of(given: Any) -> TableSettings:
    """Return a table, or that of a file's field. Raises ExperimentError."""
    if isinstance(given, TableSettings):
        return given
    if not isinstance(given, Mapping):
        raise ExperimentError(FIELD, f"must be an object, not {show(given)}.")
    for name in given:
        if name not in _FIELDS:
            raise ExperimentError(f"{FIELD}.{name}", "is an unknown field.")
    for name in ("inputs", "target", "rows"):
        if name not in given:
            raise ExperimentError(f"{FIELD}.{name}", "is absent.")
    return TableSettings(**given)


_FIELDS = ("inputs", "target", "classes", "rows", "test_rows")


def _refused(name: str, reason: str) -> ExperimentError:
    return ExperimentError(f"{FIELD}.{name}", reason)


def _names(field: str, given: Any) -> tuple[str, ...]:
    if isinstance(given, str | bytes | Mapping) or not isinstance(given, Iterable):
        raise _refused(field, f"must be a list of names, not {show(given)}.")
    names = tuple(_name(field, name) for name in given)
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise _refused(field, f"names {show(name)} twice.")
        seen.add(name)
    return names


def _name(field: str, name: Any) -> str:
    if not isinstance(name, str):
        raise _refused(field, f"must hold names, not {show(name)}.")
    if not name.strip():
        raise _refused(field, "has a name that is empty.")
    if len(name) > LONGEST_NAME:
        raise _refused(field, f"has a name of more than {LONGEST_NAME} characters, {show(name)}.")
    return name


def _target(given: Any) -> str | tuple[str, ...]:
    if isinstance(given, list | tuple):
        if not 2 <= len(given) <= MAX_TARGETS:
            raise _refused("target", f"must be a name, or a list of 2 to {MAX_TARGETS}, not of {len(given)}.")
        return _names("target", given)
    if not isinstance(given, str):
        raise _refused("target", f"must be a name, or a list of 2 to {MAX_TARGETS}, not {show(given)}.")
    return _name("target", given)


def _rows(given: Any, width: int) -> Floats:
    """Return the rows as one read-only array (n, width) of finite numbers."""
    if isinstance(given, np.ndarray):
        if given.ndim != 2 or given.dtype.kind not in "fiu":
            raise _refused("rows", f"must be an array of numbers with {width} columns.")
        rows: Floats = np.array(given, dtype=np.float64, order="C")
        _check_size(len(rows), width)
        if rows.shape[1] != width:
            raise _refused("rows", f"must have {width} columns, inputs and target, not {rows.shape[1]}.")
    else:
        if isinstance(given, str | bytes | Mapping) or not isinstance(given, Sequence):
            raise _refused("rows", f"must be a list of rows, not {show(given)}.")
        _check_size(len(given), width)
        for number, row in enumerate(given, start=1):
            if fault := row_fault(row, width):
                raise _refused("rows", f"must hold rows of numbers; row {number} {fault}.")
        rows = np.array(given, dtype=np.float64)
    # Not "abs(rows) > LARGEST": NaN is no number either.
    wrong = ~(np.abs(rows) <= LARGEST)
    if wrong.any():
        row, column = (int(index) for index in np.argwhere(wrong)[0])
        value = float(rows[row, column])
        what = f"is larger than {LARGEST:g}" if np.isfinite(value) else f"is {value}, no finite number"
        raise _refused("rows", f"has a value in row {row + 1}, column {column + 1} that {what}.")
    rows.setflags(write=False)
    return rows


def _check_size(count: int, width: int) -> None:
    if not 1 <= count <= MAX_ROWS:
        raise _refused("rows", f"must hold 1 to {MAX_ROWS} rows, not {count}.")
    if count * width > MAX_NUMBERS:
        raise _refused("rows", f"may hold at most {MAX_NUMBERS} numbers, not {count} × {width}.")


def row_fault(row: Any, width: int) -> str:
    """Return what is wrong with a row of this many numbers, inputs and targets; empty where nothing is.

    Looked at before there is an array: whole numbers of Python can be too large for one.
    """
    if not isinstance(row, list | tuple):
        return f"is {show(row)}, no list of numbers"
    if len(row) != width:
        numbers = "number" if len(row) == 1 else "numbers"
        return f"has {len(row)} {numbers} in place of {width}, inputs and target"
    for value in row:
        # Not "> LARGEST": NaN is no number either.
        if type(value) is float and abs(value) <= LARGEST:
            continue
        if isinstance(value, bool) or not isinstance(value, int | float):
            return f"has {show(value)}, which is no number"
        if isinstance(value, float) and not np.isfinite(value):
            return f"has {show(value)}, which is no finite number"
        if abs(value) > LARGEST:
            return f"has {show(value)}, which is larger than {LARGEST:g}"
    return ""


def class_indices(count: int) -> str:
    """Return the numbers of so many classes in words: "0 or 1", "0 to 4"."""
    return "0 or 1" if count == 2 else f"0 to {count - 1}"


def _check_classes(targets: Floats, count: int) -> None:
    wrong = np.flatnonzero(~np.isin(targets, np.arange(count)))
    if wrong.size:
        value, indices = float(targets[wrong[0]]), class_indices(count)
        raise _refused(
            "rows", f"must have {indices} as the class of each row; row {int(wrong[0]) + 1} has {value:g}."
        )


def _test_rows(given: Any, count: int) -> tuple[int, ...]:
    if isinstance(given, str | bytes | Mapping) or not isinstance(given, Iterable):
        raise _refused("test_rows", f"must be a list of row numbers from 0, not {show(given)}.")
    found = tuple(given)
    plain = set(map(type, found)) <= {int} and (not found or (min(found) >= 0 and max(found) < count))
    # Thousands of rows are looked at one by one only where one of them is wrong.
    for index in () if plain else found:
        if isinstance(index, bool) or not isinstance(index, int):
            raise _refused("test_rows", f"must hold row numbers from 0, not {show(index)}.")
        if not 0 <= index < count:
            raise _refused("test_rows", f"must be rows from 0 to {count - 1}, not {show(index)}.")
    chosen = tuple(sorted(set(found)))
    if len(chosen) < len(found):
        raise _refused("test_rows", "names a row twice.")
    if len(chosen) == count:
        raise _refused("test_rows", "must leave at least one row to train on.")
    return chosen
