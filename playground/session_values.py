"""Reading a part of a session: every value is checked before it is used, and a fault is named."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import numpy as np

from playground.arrays import Array
from playground.files.foreign_names import shown_path
from playground.sessions import KINDS, SessionError

MOST = 2**53
"""Largest count, exact in every JSON reader."""
LONGEST_TEXT = 1000
_NOT_FINITE = {"inf": math.inf, "-inf": -math.inf, "nan": math.nan}


def number_value(number: float) -> float | str:
    """Return the session's value for any number; Reader.any_number reads it."""
    if math.isfinite(number):
        return float(number)
    return "nan" if math.isnan(number) else "inf" if number > 0 else "-inf"


class Reader:
    """A value of a session, and its place; `reader["step"]` is its field of that name.

    Every method that returns a value raises SessionError where the value is of another kind.
    """

    def __init__(self, value: Any, where: str):
        self.value = value
        self.where = where

    def __getitem__(self, name: str) -> Reader:
        if not isinstance(self.value, dict) or name not in self.value:
            self.refuse(f"must have a field {name}")
        return Reader(self.value[name], f"{self.where}.{name}")

    def __contains__(self, name: str) -> bool:
        return isinstance(self.value, dict) and self.value.get(name) is not None

    @property
    def absent(self) -> bool:
        """Whether it is null."""
        return self.value is None

    def refuse(self, reason: str) -> NoReturn:
        """Raise SessionError: this value "must be a number", for one."""
        raise SessionError(f"The session was not opened: {shown_path(self.where)} {reason}.")

    def names(self) -> list[str]:
        """Return the names of the fields of an object."""
        if not isinstance(self.value, dict):
            self.refuse("must be an object")
        return list(self.value)

    def values(self, most: int = MOST) -> list[Any]:
        """Return a copy of a list of at most `most` values."""
        if not isinstance(self.value, list):
            self.refuse("must be a list")
        if len(self.value) > most:
            self.refuse(f"must have at most {most} entries")
        return [*self.value]

    def entries(self, most: int = MOST) -> list[Reader]:
        """Return the entries of a list of at most `most`."""
        return [Reader(entry, f"{self.where}[{index}]") for index, entry in enumerate(self.values(most))]

    def whole(self, low: int = 0, high: int = MOST) -> int:
        """Return a whole number from low to high."""
        value = self.value
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self.refuse(f"must be a whole number from {low} to {high}")
        return value

    def number(self) -> float:
        """Return a finite number."""
        value = self.value
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.refuse("must be a number")
        # A whole number can have thousands of digits, and no float is as large.
        if not -sys.float_info.max <= value <= sys.float_info.max:
            self.refuse("must be a finite number")
        return float(value)

    def any_number(self) -> float:
        """Return a number that number_value has written: it may be infinite or NaN."""
        if isinstance(self.value, str) and self.value in _NOT_FINITE:
            return _NOT_FINITE[self.value]
        return self.number()

    def flag(self) -> bool:
        """Return true or false."""
        if not isinstance(self.value, bool):
            self.refuse("must be true or false")
        return self.value

    def text(self, longest: int = LONGEST_TEXT) -> str:
        """Return a text of at most `longest` characters."""
        if not isinstance(self.value, str) or len(self.value) > longest:
            self.refuse(f"must be a text of at most {longest} characters")
        return self.value

    def choice(self, among: Sequence[str]) -> str:
        """Return one of these texts."""
        if not isinstance(self.value, str) or self.value not in among:
            self.refuse(f"must be one of {', '.join(among)}")
        return str(self.value)

    def plain(self) -> Any:
        """Return the value, which must hold no arrays: only what JSON can hold."""
        if _holds_array(self.value):
            self.refuse("must hold no arrays")
        return self.value

    def floats(self, *shape: int | None, finite: bool = False) -> Array:
        """Return a read-only array of float64 of this shape; None is any length."""
        array = self._array("floats", shape)
        if finite and not np.isfinite(array).all():
            self.refuse("must hold finite numbers")
        return array

    def integers(self, *shape: int | None) -> Array:
        """Return a read-only array of int64."""
        return self._array("integers", shape)

    def flags(self, *shape: int | None) -> Array:
        """Return a read-only array of bool."""
        return self._array("flags", shape)

    def steps(self, last: int = MOST) -> Array:
        """Return a read-only array (n,) of int64 that increase from 0 or more to last at most."""
        steps = self.integers(None)
        if len(steps) and (steps[0] < 0 or steps[-1] > last or (np.diff(steps) <= 0).any()):
            self.refuse(f"must hold numbers of steps that increase, from 0 to {last}")
        return steps

    def _array(self, kind: str, shape: tuple[int | None, ...]) -> Array:
        value = self.value
        if (
            not isinstance(value, np.ndarray)
            or value.dtype != KINDS[kind]
            or value.ndim != len(shape)
            or any(
                expected not in (None, length) for expected, length in zip(shape, value.shape, strict=True)
            )
        ):
            expected = " × ".join("n" if length is None else str(length) for length in shape)
            self.refuse(f"must be an array of {expected} {kind}")
        return value


def _holds_array(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_holds_array, value.values()))
    if isinstance(value, list):
        return any(map(_holds_array, value))
    return isinstance(value, np.ndarray)
