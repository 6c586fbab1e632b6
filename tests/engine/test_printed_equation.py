"""Printed equations: the printed terms give the printed result."""

from __future__ import annotations

import math

import numpy as np
import pytest

from playground.engine.backprop.operations import operations
from playground.engine.backprop.trace import trace
from playground.engine.network import Network
from playground.engine.printed_equation import digits_that_hold, equation, worked_out
from playground.numerals import number_text


def test_printed_arithmetic_is_read() -> None:
    assert worked_out("2·1.994 + (−3)") == pytest.approx(0.988)
    assert worked_out("(2·10⁻⁵)·3 − 1") == pytest.approx(-0.99994)
    assert worked_out("½·(0.5 − (−1))²") == pytest.approx(1.125)
    assert worked_out("−log 0.01 + 0.05 penalty") == pytest.approx(4.6552, abs=1e-4)
    assert math.isnan(worked_out("the mean of all"))


def test_an_equation_has_the_fewest_digits_that_make_it_true() -> None:
    def made(digits: int) -> str:
        return f"2·{number_text(1.99384, digits)} + (−3)"

    assert equation(made, 2 * 1.99384 - 3) == "2·1.994 + (−3) = 0.988"
    assert equation(lambda digits: "2·2", 4.0) == "2·2 = 4"


def test_an_equation_that_no_digits_make_true_has_another_sign() -> None:
    assert equation(lambda digits: "0.5 − 0.5", 1e-12) == "0.5 − 0.5 ≈ 10⁻¹²"
    assert digits_that_hold(lambda digits: 1.0, 2.0) is None


@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid"])
@pytest.mark.parametrize(("loss", "l2"), [("binary_cross_entropy", 0.0), ("squared_error", 0.01)])
def test_every_equation_of_a_trace_holds_as_it_is_printed(activation: str, loss: str, l2: float) -> None:
    network = Network([2, 3, 1], activation, loss, l2=l2)
    rng = np.random.default_rng(3)
    checked = 0
    for _ in range(20):
        theta, x = rng.normal(0.0, 1.5, network.n_parameters), rng.normal(size=2)
        for operation in operations(trace(network, theta, x[np.newaxis], np.ones((1, 1)), 0.3)):
            result = operation.result
            for i, j in np.ndindex(result.values.shape):
                text = result.explain(i, j)
                left, equals, printed = text.rpartition(" = ")
                terms = left.rpartition(" = ")[2].rpartition(" := ")[2]
                value = worked_out(terms)
                if not equals or math.isnan(value):
                    continue
                digits = 4 if ":=" in text or text.startswith("J") else 3
                checked += 1
                assert number_text(value, digits) == number_text(worked_out(printed), digits), text
    assert checked > 400
