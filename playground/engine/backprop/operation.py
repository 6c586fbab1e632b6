"""One operation of a trace: phase, formula, matrices, and the part of the network that it belongs to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from playground.arrays import Array
from playground.numerals import number_text

FORWARD, LOSS, BACKWARD, UPDATE = PHASES = ("forward", "loss", "backward", "update")

Explain = Callable[[int, int], str]


class Matrix(NamedTuple):
    """One array of an operation: its name, its values (rows, columns), and a sentence about each entry.

    result: whether the operation computes it or uses it. write: how an entry is written.
    """

    name: str
    values: Array
    explain: Explain
    result: bool = False
    write: Callable[[float], str] = number_text


class Lit(NamedTuple):
    """The part of a network that an operation belongs to: layers whose neurons, weights and biases light up.

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
        """The matrix that the operation computes."""
        return next(part for part in self.parts if isinstance(part, Matrix) and part.result)
