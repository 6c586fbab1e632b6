"""The hyperparameters of an optimiser: their names, their defaults and their allowed values."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np


class Number(NamedTuple):
    """A hyperparameter that is a number from low to high."""

    default: float
    low: float = 0.0
    high: float = math.inf
    below_high: bool = False

    def check(self, owner: str, name: str, value: Any) -> float:
        """Return the value as a float. Raises ValueError, naming owner and name, where it is not allowed."""
        if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
            raise ValueError(f"{owner}: {name} must be a number, not {value!r}.")
        number = float(value)
        if not math.isfinite(number):
            raise ValueError(f"{owner}: {name} must be a finite number, not {number}.")
        if not self.low <= number <= self.high or (self.below_high and number == self.high):
            raise ValueError(f"{owner}: {name} must be {self._limits()}, not {number:g}.")
        return number

    def _limits(self) -> str:
        if self.high == math.inf:
            return f"at least {self.low:g}"
        upper = f"less than {self.high:g}" if self.below_high else f"at most {self.high:g}"
        return f"at least {self.low:g} and {upper}"


DECAY = Number(0.9, 0.0, 1.0, below_high=True)
"""The share that a running mean keeps at each step."""


class Switch(NamedTuple):
    """A hyperparameter that is on or off."""

    default: bool

    def check(self, owner: str, name: str, value: Any) -> bool:
        """Return the value. Raises ValueError unless it is True or False."""
        if not isinstance(value, bool):
            raise ValueError(f"{owner}: {name} must be True or False, not {value!r}.")
        return value


class Decays(NamedTuple):
    """A hyperparameter of two decays, as Adam's β₁ and β₂."""

    default: tuple[float, float]

    def check(self, owner: str, name: str, value: Any) -> tuple[float, float]:
        """Return both values as floats. Raises ValueError where they are not two, or one is not allowed."""
        if not isinstance(value, tuple | list) or len(value) != 2:
            raise ValueError(f"{owner}: {name} must be two numbers, not {value!r}.")
        first, second = (DECAY.check(owner, f"{name}[{i}]", entry) for i, entry in enumerate(value))
        return first, second


Rules = Mapping[str, Number | Switch | Decays]


class Hyperparameters(dict[str, Any]):
    """The hyperparameters of one optimiser by name. Setting one checks it and then calls `changed`.

    Raises ValueError, one sentence, for an unknown name or a value that is not allowed.
    """

    def __init__(self, owner: str, rules: Rules, given: Mapping[str, Any], changed: Callable[[], None]):
        super().__init__({name: rule.default for name, rule in rules.items()})
        self._owner = owner
        self._rules = rules
        self._changed = changed
        for name, value in given.items():
            super().__setitem__(name, self._checked(name, value))

    def __setitem__(self, name: str, value: Any) -> None:
        super().__setitem__(name, self._checked(name, value))
        self._changed()

    def update(self, *values: Any, **more: Any) -> None:
        for name, value in dict(*values, **more).items():
            self[name] = value

    def _checked(self, name: str, value: Any) -> Any:
        if name not in self._rules:
            raise ValueError(
                f"{self._owner} has no hyperparameter {name!r}; it has {', '.join(self._rules)}."
            )
        return self._rules[name].check(self._owner, name, value)
