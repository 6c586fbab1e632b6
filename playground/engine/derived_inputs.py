"""Derived inputs as functions of the raw ones: many points at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from playground.arrays import Floats
from playground.engine.expression_tape import Tape
from playground.experiment_checks import ExperimentError, show
from playground.experiment_derived import FIELD, in_full, names_of_inputs
from playground.experiment_table import LARGEST


class DerivedInputs:
    """Expressions of raw inputs with these names; see experiment_derived for what they may hold."""

    def __init__(self, expressions: Sequence[str], names: Sequence[str]):
        self.names = tuple(" ".join(text.split()) for text in expressions)
        places = names_of_inputs(names)
        self._columns = list(places.values())
        self._tapes = [Tape(in_full(text), list(places), {}) for text in expressions]

    def __len__(self) -> int:
        return len(self._tapes)

    def __call__(self, raw: Floats) -> Floats:
        """Return the derived inputs (n, k) of raw inputs (n, d); infinite or NaN where an expression is."""
        if not self._tapes:
            return np.empty((len(raw), 0))
        named = raw[:, self._columns]
        return np.column_stack([tape.values(named) for tape in self._tapes])

    def of_points(self, raw: Floats, point: str) -> Floats:
        """Return the same for points of an experiment. Raises ExperimentError where one is not finite.

        point: what a point is called in that sentence, "row" of a table.
        """
        values = self(raw)
        wrong = ~(np.abs(values) <= LARGEST)
        if wrong.any():
            row, column = (int(index) for index in np.argwhere(wrong)[0])
            value = float(values[row, column])
            what = "is not finite" if not np.isfinite(value) else f"is larger than {LARGEST:g}"
            raise ExperimentError(
                FIELD, f"has {show(self.names[column])}, which {what} in {point} {row + 1}."
            )
        return values
