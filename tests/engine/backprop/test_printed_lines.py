"""The matrices of the inspector, read as they are printed: each row gives its result."""

from __future__ import annotations

import re

import numpy as np
import pytest

from playground.engine.backprop.operation import Matrix, Operation
from playground.engine.backprop.operations import operations
from playground.engine.backprop.trace import trace
from playground.engine.trainer import Trainer
from playground.experiment import Experiment, NetworkSettings

RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
RATE = 0.3


def number(text: str) -> float:
    """Return a number as a reader takes it from the screen."""
    text = text.replace("−", "-").replace("\u202f", "")
    sign, text = (-1.0, text[1:]) if text.startswith("-") else (1.0, text)
    match = re.fullmatch("(?:(.+)·)?10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", text)
    if match is None:
        return sign * float(text)
    return sign * float(match[1] or 1) * 10.0 ** int(match[2].translate(RAISED))


def printed(matrix: Matrix) -> np.ndarray:
    return np.array([[number(matrix.write(value)) for value in row] for row in matrix.values.tolist()])


def by_hand(operation: Operation) -> np.ndarray | None:
    """Return what the printed matrices give, by the formula of the lecture; None for other operations."""
    kind = operation.formula.partition("[")[0]
    given = [printed(part) for part in operation.parts if isinstance(part, Matrix) and not part.result]
    if kind == "z":
        W, a, b = given
        return W @ a + b
    if kind == "a":
        return np.tanh(given[0])
    if kind == "δ" and len(given) == 2:
        return given[0] - given[1]
    if kind == "δ":
        return given[0] @ given[1] * given[2]
    if kind == "∂J/∂W":
        return given[0] * given[1]
    if kind in ("W", "b"):
        return given[0] - RATE * given[1]
    return None


@pytest.mark.parametrize("hidden", [(4,), (3, 2)])
def test_each_row_holds_as_it_is_printed(hidden: tuple[int, ...]) -> None:
    trainer = Trainer(Experiment(network=NetworkSettings(hidden)))
    trainer.advance(20)
    X, y = trainer.samples.X_train, trainer.samples.y_train
    checked = 0
    for point in range(40):
        row = slice(point, point + 1)
        for operation in operations(trace(trainer.network, trainer.parameters, X[row], y[row], RATE)):
            made = by_hand(operation)
            if made is None:
                continue
            result = operation.result
            shown = [result.write(value) for value in result.values.ravel().tolist()]
            # A made entry at the middle between two printed ones may go either way.
            near = (1 - 1e-9, 1.0, 1 + 1e-9)
            either = [{result.write(value * factor) for factor in near} for value in made.flat]
            assert all(text in texts for text, texts in zip(shown, either, strict=True)), operation.formula
            checked += 1
    assert checked > 300
