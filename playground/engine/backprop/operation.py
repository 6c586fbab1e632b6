"""One operation of a trace as the lecture writes it: phase, formula, matrices, and what it is about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from playground.arrays import Array
from playground.numerals import number_text

FORWARD, LOSS, BACKWARD, UPDATE = PHASES = ("forward", "loss", "backward", "update")

Explain = Callable[[int, int], str]


class Matrix(NamedTuple):
    """One array of an operation: its name, its values (rows, columns), and what to say about an entry.

    result: what the operation computes; the others are what it takes. write: how an entry is written.
    """

    name: str
    values: Array
    explain: Explain
    result: bool = False
    write: Callable[[float], str] = number_text


class Lit(NamedTuple):
    """The part of a network that an operation is about: layers whose neurons, weights and biases light up.

    Layer 0 are the inputs; the weights of layer l lead into it.
    """

    neurons: frozenset[int] = frozenset()
    weights: frozenset[int] = frozenset()
    biases: frozenset[int] = frozenset()


@dataclass(frozen=True, eq=False)
class Operation:
    """One step: its phase, its formula, a sentence, and the line of matrices and signs that it fills in."""

    phase: str
    layer: int
    formula: str
    sentence: str
    parts: tuple[Matrix | str, ...]
    lit: Lit

    @property
    def result(self) -> Matrix:
        """What it computes."""
        return next(part for part in self.parts if isinstance(part, Matrix) and part.result)
