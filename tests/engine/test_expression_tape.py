"""An expression as a tape: against the chain-rule lab's own evaluation, differences, and its two ways."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from playground.engine.expression import Expression
from playground.engine.expression_tape import Tape
from playground.expression_parser import ExpressionError

UNARY = (
    "sigmoid({})",
    "tanh({})",
    "exp(0.3*{})",
    "sin({})",
    "cos({})",
    "log(2 + {}^2)",
    "sqrt(1 + {}^2)",
    "-{}",
)
BINARY = (
    "({} + {})",
    "({} - {})",
    "({} * {})",
    "({} / (1.5 + sin({})))",
    "(1.2 + sin({}))^{}",
    "max({}, {})",
    "min({}, 2*{})",
)
LEAVES = ("x", "y", "z", "k", "2", "0.7")
POINT = {"x": 0.4, "y": -1.1, "z": 0.8}
K = 1.7


def expressions() -> st.SearchStrategy[str]:
    """Expressions of x, y, z and the constant k that are smooth nearly everywhere."""
    return st.recursive(
        st.sampled_from(LEAVES),
        lambda inner: st.one_of(
            st.builds(str.format, st.sampled_from(UNARY), inner),
            st.builds(str.format, st.sampled_from(BINARY), inner, inner),
            st.builds("({})^{}".format, inner, st.sampled_from((2, 3, 4))),
        ),
        max_leaves=6,
    )


def tape(text: str) -> Tape:
    return Tape(text, tuple(POINT), {"k": K})


@given(expressions())
def test_value_and_gradient_are_those_of_the_chain_rule_lab(text: str) -> None:
    known = {**POINT, "k": K}
    lab = Expression(text)
    graph = lab.evaluate(**{name: known[name] for name in lab.variables})
    value, gradient = tape(text).value_and_gradient(list(POINT.values()))
    assert value == pytest.approx(graph.value, rel=1e-12, abs=1e-12)
    for name, slope in zip(POINT, gradient, strict=True):
        assert slope == pytest.approx(graph.gradients.get(name, 0.0), rel=1e-9, abs=1e-9)


@given(expressions())
def test_arrays_give_what_numbers_give(text: str) -> None:
    made, point = tape(text), np.array(list(POINT.values()))
    points = point + np.linspace(-0.5, 0.5, 7)[:, np.newaxis]
    values, gradients = made.values_and_gradients(points)
    np.testing.assert_allclose(made.values(points), values, rtol=1e-13, atol=1e-13)
    for place, value, gradient in zip(points, values, gradients, strict=True):
        one, slopes = made.value_and_gradient(place.tolist())
        assert value == pytest.approx(one, rel=1e-12, abs=1e-12)
        np.testing.assert_allclose(gradient, slopes, rtol=1e-9, atol=1e-9)


@given(expressions().filter(lambda text: "m" not in text))
def test_a_product_with_the_hessian_is_the_difference_of_two_gradients(text: str) -> None:
    made, point, v = tape(text), np.array(list(POINT.values())), np.array([0.3, -0.8, 0.5])
    product = np.array(made.hessian_product(point.tolist(), v.tolist()), dtype=float)
    h = 1e-5
    ahead, behind = (np.array(made.value_and_gradient((point + s * h * v).tolist())[1]) for s in (1, -1))
    size = max(1.0, *np.abs(ahead), *np.abs(product))
    np.testing.assert_allclose(product, (ahead - behind) / (2.0 * h), atol=2e-5 * size)


@given(expressions())
def test_many_directions_at_once_are_each_by_itself(text: str) -> None:
    made, point = tape(text), list(POINT.values())
    rows = made.hessian_product(point, list(np.eye(3)))
    H = np.stack([np.broadcast_to(row, 3) for row in rows])
    for column, v in enumerate(np.eye(3)):
        alone = np.array(made.hessian_product(point, v.tolist()), dtype=float)
        np.testing.assert_allclose(H[:, column], alone, rtol=1e-12, atol=1e-12)
    assume(np.isfinite(H).all())
    np.testing.assert_allclose(H, H.T, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    ("text", "x", "value", "slope", "bend"),
    [
        ("x^3", -2.0, -8.0, 12.0, -12.0),
        ("x^-1", 2.0, 0.5, -0.25, 0.25),
        ("2^x", 3.0, 8.0, 8.0 * math.log(2.0), 8.0 * math.log(2.0) ** 2),
        ("x^x", 2.0, 4.0, 4.0 * (1.0 + math.log(2.0)), 4.0 * (1.0 + math.log(2.0)) ** 2 + 2.0),
        ("x/k", 3.4, 2.0, 1.0 / K, 0.0),
        ("1/x", 4.0, 0.25, -1.0 / 16.0, 2.0 / 64.0),
        ("relu(x)", -1.0, 0.0, 0.0, 0.0),
        ("x*x*x", 1.5, 3.375, 6.75, 9.0),
        ("max(x, 2*x, 1)", 3.0, 6.0, 2.0, 0.0),
        ("σ(x)", 0.0, 0.5, 0.25, 0.0),
        ("e^(-x)", 0.0, 1.0, -1.0, 1.0),
        ("sin(pi*x)", 0.5, 1.0, 0.0, -(math.pi**2)),
        ("k", 0.0, K, 0.0, 0.0),
        ("x", 7.0, 7.0, 1.0, 0.0),
    ],
)
def test_hand_written_derivatives(text: str, x: float, value: float, slope: float, bend: float) -> None:
    made = Tape(text, ("x",), {"k": K})
    found, (by_x,) = made.value_and_gradient([x])
    assert (found, by_x) == pytest.approx((value, slope), abs=1e-15)
    assert made.hessian_product([x], [1.0]) == [pytest.approx(bend, abs=1e-14)]


@pytest.mark.parametrize("text", ["log(x)", "1/x", "sqrt(x)", "x^0.5", "exp(-1000/x)", "x^-2"])
def test_outside_of_its_domain_a_value_is_not_finite_and_nothing_fails(text: str) -> None:
    made = Tape(text, ("x",), {})
    for x in (0.0, -1.0, -0.001, math.inf, math.nan, 1e308):
        value, gradient = made.value_and_gradient([x])
        np.testing.assert_array_equal(made.values(np.array([[x]])), [value])
        assert len(gradient) == len(made.hessian_product([x], [1.0])) == 1
    assert not all(math.isfinite(made.value_and_gradient([x])[0]) for x in (0.0, -0.001))


FLAT = {
    "exp(-x^4) + x": (1e110, 1.0),
    "exp(-(x*x)*(x*x))": (1e160, 0.0),
    "relu(1 - exp(x^2)) + x": (30.0, 1.0),
    "sqrt(relu(x)) + x^2": (-1.0, -2.0),
    "sqrt(max(1 - x, 0)) + x": (3.0, 1.0),
    "min(1, x^4)": (1e110, 0.0),
    "1/(1 + x^4)": (1e110, 0.0),
    "1/exp(x^2)": (40.0, 0.0),
    "x*tanh(x^4)": (1e110, 1.0),
    "σ(-x^4) + x": (-1e110, 1.0),
    "0*sqrt(x) + x": (0.0, 1.0),
    "1^sqrt(x) - x": (0.0, -1.0),
    "0^(2 + x) + x": (1.0, 1.0),
}
"""Formulas, and where their derivative exists though a factor of it is infinite: x, and the derivative."""


@pytest.mark.parametrize("text", FLAT)
def test_on_flat_ground_the_derivative_is_a_number(text: str) -> None:
    x, slope = FLAT[text]
    made = Tape(text, ("x",), {})
    value, gradient = made.value_and_gradient([x])
    assert math.isfinite(value)
    assert gradient == [slope]
    np.testing.assert_array_equal(made.values_and_gradients(np.array([[x], [x]]))[1], [[slope], [slope]])
    bend = 2.0 if "x^2" in text and x == -1.0 else 0.0
    np.testing.assert_array_equal(made.hessian_product([x], [1.0]), [bend])
    np.testing.assert_array_equal(made.hessian_product([x], [np.eye(1)[0]]), [[bend]])


@pytest.mark.parametrize("text", ["sqrt(x^2)", "x*sqrt(x)", "sqrt(x)*sqrt(x)", "x^0.5", "sqrt(relu(x))"])
def test_at_a_root_of_nothing_no_derivative_is_made_up(text: str) -> None:
    made = Tape(text, ("x",), {})
    assert made.value_and_gradient([0.0])[0] == 0.0
    assert not math.isfinite(made.value_and_gradient([0.0])[1][0])
    assert not np.isfinite(made.values_and_gradients(np.zeros((1, 1)))[1]).any()


@pytest.mark.parametrize("text", ["max(x, x/y)", "max(x/y, x)", "min(x, x/y)", "min(x/y, x)", "relu(x/y)"])
def test_what_is_no_number_is_neither_the_largest_nor_the_smallest(text: str) -> None:
    """Infinities, whose quotient is NaN: as NumPy's maximum, for single numbers and for arrays."""
    made = Tape(text, ("x", "y"), {})
    point = [math.inf, math.inf]
    value, gradient = made.value_and_gradient(point)
    assert math.isnan(value)
    assert np.isnan(gradient).all()
    values, gradients = made.values_and_gradients(np.array([point]))
    assert np.isnan([*values, *made.values(np.array([point])), *gradients[0]]).all()


@pytest.mark.parametrize(
    ("text", "point", "row"),
    [
        ("(x^1.5)^(4/3)", [0.0, 1.0], 0),
        ("y*x^1.5", [0.0, 0.0], 0),
        ("(y - 1)*x^1.5", [0.0, 1.0], 0),
        ("y*(x^2)^0.75", [0.0, 0.0], 0),
    ],
)
def test_at_a_power_below_two_of_nothing_no_second_derivative_is_made_up(text, point, row) -> None:
    made = Tape(text, ("x", "y"), {})
    H = np.array([made.hessian_product(point, unit) for unit in ([1.0, 0.0], [0.0, 1.0])])
    assert np.isnan(H[row, row])


@pytest.mark.parametrize(
    ("text", "bends"),
    [
        ("x^1.5 + y^2", [0.0, 2.0]),
        ("y*x^1.5", [0.0, 0.0]),
        ("x^2.5 + x^1*y", [1.0, 0.0]),
    ],
)
def test_across_such_a_power_the_second_derivatives_are_known(text, bends) -> None:
    made = Tape(text, ("x", "y"), {})
    assert made.hessian_product([0.0, 1.0], [0.0, 1.0]) == bends


def test_an_unknown_name_has_its_place() -> None:
    with pytest.raises(ExpressionError, match="“q” is neither") as refused:
        Tape("x + 2*q", ("x",), {})
    assert refused.value.position == 6


def test_many_values_are_never_made_point_by_point() -> None:
    points = np.random.default_rng(0).normal(size=(10_000, 2))
    x, y = points.T
    np.testing.assert_allclose(
        Tape("(1-x)^2 + 100*(y-x^2)^2", ("x", "y"), {}).values(points),
        (1 - x) ** 2 + 100 * (y - x**2) ** 2,
        rtol=1e-12,
    )
