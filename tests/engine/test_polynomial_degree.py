"""What is called a polynomial of some degree is one, whatever stands in the expression."""

from __future__ import annotations

import math

import pytest

from playground.engine.polynomial_degree import degree_of


@pytest.mark.parametrize(
    ("text", "degree"),
    [
        ("3", 0),
        ("k^5 + sin(k)", 0),
        ("x - y/k", 1),
        ("(x + 2*y - 7)^2 + (2*x + y - 5)^2", 2),
        ("-x*(k - y)/2", 2),
        ("x^k", 3),
        ("(x^2)^2", 4),
        ("x^0", 0),
        ("x^2 + 1/y", math.inf),
        ("exp(x)", math.inf),
        ("x^2 + max(x, y)", math.inf),
        ("2^x", math.inf),
        ("x^0.5", math.inf),
        ("x^-1", math.inf),
    ],
)
def test_degrees_are_read_from_the_expression(text: str, degree: float) -> None:
    assert degree_of(text, ("x", "y"), {"k": 3.0}) == degree
