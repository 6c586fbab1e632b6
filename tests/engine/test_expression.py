"""The chain rule on single numbers: the lecture's example, central differences, and hostile input."""

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from playground.engine.expression import Expression
from playground.expression_parser import ExpressionError


def test_the_lecture_example_step_by_step():
    """j = 3(a + bc) at a = 1, b = 2, c = 3: u = 6, v = 7, j = 21; ∂j/∂a = 3, ∂j/∂b = 9, ∂j/∂c = 6."""
    graph = Expression("3*(a + b*c)").evaluate(a=1, b=2, c=3)
    assert graph.value == 21
    assert dict(graph.gradients) == {"a": 3, "b": 9, "c": 6}
    by_name = {node.name: node for node in graph.nodes}
    assert (by_name["u"].label, by_name["u"].value, by_name["u"].gradient) == ("b*c", 6, 3)
    assert (by_name["v"].label, by_name["v"].value, by_name["v"].gradient) == ("a + b*c", 7, 3)
    assert (by_name["j"].value, by_name["j"].gradient) == (21, 1)


def test_a_variable_used_twice_adds_up_what_arrives():
    graph = Expression("a*a + a").evaluate(a=2)
    assert (graph.value, graph.gradients["a"]) == (6, 5)
    assert sum(node.kind == "variable" for node in graph.nodes) == 1


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("-2^2", -4),
        ("2**3**2", 512),
        ("2^-1", 0.5),
        ("10 - 4 - 3", 3),
        ("12 / 2 / 3", 2),
        ("2 + 3 * 4", 14),
        ("2 × 3 − 4 ÷ 2", 4),
        ("(-2)^3", -8),
        ("max(1, 5, 3) - min(4, 2)", 3),
        ("sigmoid(-1000)", 0),
        ("+1 - -1", 2),
        ("sigmoid ((0))", 0.5),
    ],
)
def test_it_reads_as_one_writes(text, value):
    assert Expression(text).evaluate().value == value


@pytest.mark.parametrize(
    ("text", "variables", "values", "value"),
    [
        ("1/(1+e^(-z))", ("z",), {"z": 0.5}, 1 / (1 + math.exp(-0.5))),
        ("e", (), {}, math.e),
        ("-e", (), {}, -math.e),
        ("cos(pi*a) + sin(π*a)", ("a",), {"a": 1}, -1),
        ("σ(w*x + b)", ("w", "x", "b"), {"w": 1, "x": 2, "b": -2}, 0.5),
        ("σ*2", ("σ",), {"σ": 3}, 6),
        ("-ln(y\u0302)", ("ŷ",), {"ŷ": 1}, 0),
        ("x₁ + x1 + x₁₂", ("x1", "x12"), {"x1": 1, "x12": 5}, 7),
        ("x\u0302 ⋅ 2 – 1", ("x\u0302",), {"x\u0302": 2}, 3),
        ("ϑ - µ", ("θ", "μ"), {"θ": 3, "μ": 1}, 2),
        ("2e1 + e1", ("e1",), {"e1": 1}, 21),
    ],
)
def test_it_reads_the_lectures_letters(text, variables, values, value):
    expression = Expression(text)
    assert expression.variables == variables
    assert expression.evaluate(**values).value == pytest.approx(value, abs=1e-15)


def test_the_derivative_by_a_power_of_e_is_right_and_e_has_none():
    graph = Expression("1/(1+e^(-z))").evaluate(z=0.5)
    value = graph.value
    assert dict(graph.gradients) == {"z": pytest.approx(value * (1 - value))}
    with pytest.raises(ExpressionError, match="constant"):
        Expression("e^z").evaluate(e=1, z=1)


@pytest.mark.parametrize(
    ("text", "instead", "position"),
    [
        ("x² + 1", r"x\^2", 1),
        ("√x", r"sqrt", 0),
        ("W[1]*x", "W1", 1),
        ("|x|", r"max\(x, -x\)", 0),
        ("ln + 1", r"write ln\(…\)", 0),
        ("2e", "operator is missing", 1),
        ("e(2)", "not a function", 0),
        ("ŷ = 2", "without “=”", 2),
        ("1,5", "with a point: 1.5.$", 1),
        ("2*(a + 1,25)", "with a point: 1.25.$", 8),
        ("sin(0,5)", "with a point: 0.5.$", 5),
        ("a, b", "between the arguments of max or min", 1),
        ("sin(x", "never closed", 3),
        ("2*max((a + b), sin (x", "never closed", 19),
        ("sin((x)", "never closed", 3),
    ],
)
def test_it_says_what_to_write_instead(text, instead, position):
    with pytest.raises(ExpressionError, match=instead) as error:
        Expression(text)
    assert error.value.position == position


def test_intermediate_results_are_never_called_like_a_variable():
    text = "+".join(f"(a*{number}+u₁)" for number in range(20))
    names = [node.name for node in Expression(text).evaluate(a=1, u1=1).nodes if node.inputs]
    assert "u₁" not in names
    assert len(set(names)) == len(names)


def leaves():
    numbers = st.floats(-3, 3, allow_nan=False).map(lambda x: f"({round(x, 2)})")
    return st.one_of(st.sampled_from(["a", "b", "c"]), numbers)


def compounds(inner):
    binary = st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda parts: "({}{}{})".format(*parts))
    names = st.sampled_from(["sigmoid", "tanh", "sin", "cos", "exp", "log", "sqrt"])
    call = st.tuples(names, inner).map(lambda parts: "{}({})".format(*parts))
    power = inner.map(lambda base: f"({base})^2")
    return st.one_of(binary, call, power)


values = st.floats(-2, 2).map(lambda x: round(x, 3))


@given(st.recursive(leaves(), compounds, max_leaves=8), values, values, values)
def test_gradients_agree_with_central_differences(text, a, b, c):
    expression = Expression(text)
    at = {name: value for name, value in {"a": a, "b": b, "c": c}.items() if name in expression.variables}
    try:
        graph = expression.evaluate(**at)
    except ExpressionError:
        assume(False)
    for name in at:
        h = 1e-5
        differences = []
        for step in (h, h / 2):
            try:
                up = expression.evaluate(**{**at, name: at[name] + step}).value
                down = expression.evaluate(**{**at, name: at[name] - step}).value
            except ExpressionError:
                assume(False)
            differences.append((up - down) / (2 * step))
        scale = max(1.0, abs(graph.value), *(abs(node.value) for node in graph.nodes))
        # Where two step sizes disagree the difference itself is not to be trusted.
        assume(abs(differences[0] - differences[1]) < 1e-5 * max(1.0, abs(differences[0])))
        assert graph.gradients[name] == pytest.approx(differences[1], rel=1e-3, abs=1e-5 * scale)


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("", 0),
        ("a*", 2),
        ("2a", 1),
        ("a b", 2),
        ("a = b", 2),
        ("(a", 0),
        ("a)", 1),
        ("(a, b)", 2),
        ("max(1)", 0),
        ("1/0", 1),
        ("log(-1)", 0),
        ("sqrt(-1)", 0),
        ("9^9^9^9", 3),
        ("exp(1000)", 0),
        ("1e999", 0),
        ("sigmoid", 0),
        ("foo(1)", 0),
        ("__import__('os')", 11),
        ("a.__class__", 1),
        ("[x for x in y]", 0),
        ("lambda: 1", 6),
        ("(a := 1)", 3),
        ("f'{a}'", 1),
        ("а + 1", 0),  # a Cyrillic letter that looks like an a
        ("2²", 1),
        ("1_000", 1),
        ("(" * 10_000, 100),
        ("a" * 10_000, 0),
        ("a+" * 20_000, 20_000),
    ],
)
def test_anything_else_is_refused_with_its_place(text, position):
    with pytest.raises(ExpressionError) as refused:
        Expression(text).evaluate()
    assert refused.value.position == position
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize("value", [math.nan, math.inf, "x", None, 10**400])
def test_a_variable_needs_a_finite_number(value):
    with pytest.raises(ExpressionError):
        Expression("a").evaluate(a=value)


def test_names_that_python_uses_itself_are_only_names():
    assert Expression("self + import").evaluate(**{"self": 1, "import": 2}).value == 3


def test_an_infinite_derivative_is_refused_though_the_value_is_finite():
    with pytest.raises(ExpressionError, match="derivative"):
        Expression("sqrt(a)").evaluate(a=0)


@given(st.text(alphabet="ab01.+-*/^(), emaxsin\t²а=_[]'", max_size=60))
def test_fuzzed_text_gives_a_finite_value_or_a_clear_error(text):
    try:
        expression = Expression(text)
        graph = expression.evaluate(**dict.fromkeys(expression.variables, 0.5))
    except ExpressionError as error:
        assert 0 <= error.position <= len(text)
        assert str(error)
    else:
        assert math.isfinite(graph.value)
        assert all(math.isfinite(gradient) for gradient in graph.gradients.values())


@pytest.mark.parametrize("text", ["+".join(["a"] * 9000), "-" * 15_000 + "a", "a^" * 9000 + "1"])
def test_long_chains_need_no_recursion(text):
    graph = Expression(text).evaluate(a=1)
    assert abs(graph.value) in (1, 9000)


def test_a_number_that_would_become_zero_is_refused() -> None:
    with pytest.raises(ExpressionError, match=r"^1e-400 cannot be told from 0\.$") as error:
        Expression("a + 1e-400")
    assert error.value.position == 4
    assert Expression("a + 0e-400 + 5e-324").evaluate(a=0.0).value == 5e-324
