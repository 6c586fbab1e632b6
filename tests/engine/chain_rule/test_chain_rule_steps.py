"""The chain rule step by step: the words of the lecture, and sums that are the gradients bit for bit."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from playground.engine.chain_rule.steps import BackwardStep, ChainRuleSteps
from playground.engine.expression import Expression
from playground.expression_parser import ExpressionError


def steps_of(text, **values):
    return ChainRuleSteps(Expression(text).evaluate(**values))


def texts(steps):
    return [steps.step(number).text for number in range(len(steps))]


def test_the_lecture_in_its_own_words():
    steps = steps_of("3*(a + b*c)", a=1, b=2, c=3)
    assert texts(steps) == [
        "u = b · c = 2 · 3 = 6",
        "v = a + u = 1 + 6 = 7",
        "j = 3 · v = 3 · 7 = 21",
        "∂j/∂j = 1",
        "∂j/∂v = 3",
        "∂j/∂a = ∂j/∂v · ∂v/∂a = 3 · 1 = 3",
        "∂j/∂u = ∂j/∂v · ∂v/∂u = 3 · 1 = 3",
        "∂j/∂b = ∂j/∂v · ∂v/∂u · ∂u/∂b = 3 · 1 · 3 = 9",
        "∂j/∂c = ∂j/∂v · ∂v/∂u · ∂u/∂c = 3 · 1 · 2 = 6",
    ]
    b = steps.step(7)
    assert isinstance(b, BackwardStep)
    assert (b.local, b.upstream, b.product) == (3, 3, 9)
    assert b.note == "∂u/∂b = c = 3, since u = b · c."


def test_what_arrives_twice_is_added_up():
    steps = steps_of("a*b + sin(a)", a=2, b=3)
    parts = [
        steps.step(number)
        for number in range(steps.n_forward, len(steps))
        if steps.step(number).text.startswith("∂j/∂a")
    ]
    assert len(parts) == 2
    assert "one part" in parts[0].text
    assert "a is used twice: this is the first part" in parts[0].note
    assert parts[1].before == parts[0].after == parts[0].product
    assert parts[1].after == parts[0].product + parts[1].product
    assert parts[1].after == pytest.approx(3 + -0.4161468365471424)  # b + cos(a)
    assert "what arrives is added up" in parts[1].note


def test_there_are_as_many_addends_as_uses():
    steps = steps_of("a*a + a", a=1)
    notes = [steps.step(number).note for number in range(steps.n_forward, len(steps))]
    told = [note for note in notes if "a is used three times" in note]
    assert [note.count("added up") for note in told] == [0, 1, 1]
    sums = [note.rpartition("∂j/∂a = ")[2] for note in told[1:]]
    assert sums == ["1 + 1 = 2 so far.", "1 + 1 + 1 = 3."]
    many = steps_of(" + ".join(["a^2", "a^3", "a^4", "a^5", "a^6", "a^7", "a^8", "a^9"]), a=1)
    told = [many.step(number).note for number in range(many.n_forward, len(many))]
    last = next(note for note in told if "a is used 8 times" in note and note.endswith(" = 44."))
    assert "what arrives is added up, 7 parts are " in last


def test_a_factor_used_twice_tells_its_two_places_apart():
    steps = steps_of("a*a", a=3)
    notes = [steps.step(number).note for number in (2, 3)]
    assert "∂j/∂(1st a) = a = 3" in notes[0]
    assert "∂j/∂(2nd a) = a = 3" in notes[1]
    assert "∂j/∂a = 3 + 3 = 6." in notes[1]


def test_no_part_is_called_the_whole_derivative():
    """∂u/∂a of u = a·a is 2a: neither of its two parts is."""
    steps = steps_of("a*a + a", a=2)
    told = [steps.step(number) for number in range(steps.n_forward, len(steps))]
    assert not [step for step in told if "∂u/∂a" in step.text + step.note]
    parts = [step.text for step in told if "∂u/∂(" in step.text]
    assert sorted(parts) == [
        "∂j/∂a, one part: ∂j/∂u · ∂u/∂(1st a) = 1 · 2 = 2",
        "∂j/∂a, one part: ∂j/∂u · ∂u/∂(2nd a) = 1 · 2 = 2",
    ]


def test_negative_and_rounded_numbers_are_written_so():
    steps = steps_of("-a * sigmoid(b)", a=2, b=0.5)
    assert texts(steps)[:3] == [
        "u = −a = −2",
        "v = sigmoid(b) = sigmoid(0.5) ≈ 0.6225",
        "j = u · v = (−2) · 0.6225 ≈ −1.245",
    ]


def test_a_dead_relu_says_why_nothing_comes_back():
    steps = steps_of("relu(a)^2", a=-1)
    last = steps.step(len(steps) - 1)
    assert last.product == 0
    assert "a = −1 is not above zero" in last.note


def test_a_long_way_keeps_the_two_nearest_factors():
    text = "tanh(" * 9 + "a" + ")" * 9
    steps = steps_of(text, a=0.5)
    assert max(line.count("·") for line in texts(steps)) <= 8
    last = steps.step(len(steps) - 1)
    assert last.after == steps.graph.gradients["a"]


def test_an_expression_without_variables_has_no_backward_pass():
    steps = steps_of("2*3 + 1")
    assert (steps.n_forward, steps.n_backward) == (2, 0)
    with pytest.raises(IndexError):
        steps.step(2)


def test_a_variable_alone_is_its_own_result():
    steps = steps_of("a", a=4)
    assert texts(steps) == ["∂a/∂a = 1"]


def test_the_same_part_written_twice_is_computed_once():
    """A neuron's prediction p stands twice in its cross-entropy, and gradients from both meet at p."""
    graph = Expression("y*log(sigmoid(w*x)) + (1-y)*log(1 - sigmoid(w*x))").evaluate(y=1, w=1, x=2)
    assert sum(node.kind == "sigmoid" for node in graph.nodes) == 1
    p = next(node for node in graph.nodes if node.kind == "sigmoid")
    assert p.gradient == pytest.approx(1 / p.value)
    assert graph.gradients["w"] == pytest.approx((1 - p.value) * 2)


def test_numbers_are_not_shared_and_those_unused_are_gone():
    graph = Expression("2*a + 2*a + 2*b - -3").evaluate(a=1, b=1)
    assert [node.label for node in graph.nodes if node.kind == "number"] == ["2", "2", "-3"]
    assert graph.value == 9


leaves = st.sampled_from(["a", "b", "c", "2", "0.5"])
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda parts: "({}{}{})".format(*parts)),
        st.tuples(st.sampled_from(["sigmoid", "tanh", "sin", "exp", "relu"]), inner).map(
            lambda parts: "{}({})".format(*parts)
        ),
        st.tuples(inner, inner).map(lambda parts: "max({}, {})".format(*parts)),
    ),
    max_leaves=10,
)


@given(trees)
def test_steps_make_the_values_and_gradients_of_the_graph(text):
    try:
        expression = Expression(text)
        graph = expression.evaluate(**dict(zip(expression.variables, (0.7, -1.3, 2.1), strict=False)))
    except ExpressionError:
        assume(False)
    steps = ChainRuleSteps(graph)
    sums = dict.fromkeys(range(len(graph.nodes)), 0.0)
    for number in range(len(steps)):
        step = steps.step(number)
        if isinstance(step, BackwardStep):
            target = step.node if step.source is None else step.source
            assert step.before == sums[target]
            sums[target] += step.product
            assert step.after == sums[target]
            # What is handed on must be complete: nothing arrives later at a node that was left.
            assert step.upstream == (1.0 if step.source is None else sums[step.node])
        known = steps.known(number + 1)
        assert known.node == step.node
    known = steps.known(len(steps))
    assert all(known.values)
    for index, node in enumerate(graph.nodes):
        if node.varies:
            assert known.gradients[index] == node.gradient == sums[index]
            assert known.complete[index]


def test_nothing_is_known_before_its_step():
    steps = steps_of("3*(a + b*c)", a=1, b=2, c=3)
    names = [node.name for node in steps.graph.nodes]
    at_start = steps.known(0)
    assert [name for name, has in zip(names, at_start.values, strict=True) if has] == ["3", "a", "b", "c"]
    assert set(at_start.gradients) == {None}
    in_between = steps.known(5)
    assert in_between.gradients[names.index("v")] == 3
    assert in_between.gradients[names.index("u")] is None
    assert in_between.is_backward
