"""A worksheet: examples, texts and values come and go; the newest graph that there is stays."""

import pytest

from playground.engine.chain_rule.differences import confirms, largest_value
from playground.engine.chain_rule.steps import value_text
from playground.engine.chain_rule.worksheet import EXAMPLES, Worksheet


def test_it_opens_with_the_lecture_before_its_first_step():
    sheet = Worksheet()
    assert sheet.expression.text == "3*(a + b*c)"
    assert sheet.values == {"a": 1, "b": 2, "c": 3}
    assert sheet.at == 0
    sheet.move_to(10**9)
    assert sheet.is_complete
    assert dict(sheet.graph.gradients) == {"a": 3, "b": 9, "c": 6}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.title)
def test_every_example_works_and_its_differences_confirm_it(example):
    sheet = Worksheet()
    sheet.open_example(example)
    assert sheet.problem is None
    assert sheet.values == dict(example.values)
    differences = dict(sheet.differences())
    assert set(differences) == {index for index, node in enumerate(sheet.graph.nodes) if node.varies}
    for index, difference in differences.items():
        assert confirms(difference, sheet.graph.nodes[index].gradient, largest_value(sheet.graph))


def test_the_neuron_has_the_gradient_of_the_lecture():
    sheet = Worksheet()
    sheet.open_example(next(example for example in EXAMPLES if example.title == "One neuron"))
    p = next(node.value for node in sheet.graph.nodes if node.name == "p")
    y, x = sheet.values["y"], sheet.values["x"]
    assert sheet.graph.gradients["w"] == pytest.approx((p - y) * x)
    assert sheet.graph.gradients["b"] == pytest.approx(p - y)


def test_the_dead_relu_is_dead_and_the_deep_product_vanishes():
    sheet = Worksheet()
    sheet.open_example(next(example for example in EXAMPLES if "ReLU" in example.title))
    assert (sheet.graph.gradients["w"], sheet.graph.gradients["b"]) == (0, 0)
    sheet.open_example(next(example for example in EXAMPLES if "vanishes" in example.title))
    assert 0 < sheet.graph.gradients["x"] < 0.01


def test_a_text_that_cannot_be_read_leaves_the_old_graph():
    sheet = Worksheet()
    sheet.move_to(4)
    before = sheet.graph
    assert not sheet.set_text("3*(a + b c)")
    assert sheet.graph is before
    assert sheet.at == 4
    assert (sheet.problem.position, "operator is missing" in sheet.problem.message) == (9, True)
    assert sheet.set_text("3*(a + b*c)")
    assert sheet.problem is None


def test_a_value_without_a_result_is_said_and_taken_back():
    sheet = Worksheet()
    assert sheet.set_text("log(a)/b")
    assert not sheet.set_value("b", 0)
    assert sheet.problem.message == "Division by zero."
    assert sheet.problem.position == 6
    assert sheet.graph.nodes[sheet.graph.result].kind == "÷", "the last graph that there was"
    assert not sheet.set_value("a", -1)
    assert "log of a negative number" in sheet.problem.message
    assert not sheet.set_value("a", 2), "b is still zero"
    assert sheet.set_value("b", 2)
    assert value_text(sheet.graph.value) == "0.3466"


def test_variables_keep_their_values_while_the_text_changes():
    sheet = Worksheet()
    sheet.set_value("a", 4.5)
    sheet.set_text("b^2")
    sheet.set_text("a*b + d")
    assert sheet.values["a"] == 4.5
    assert sheet.values["b"] == 2


def test_a_new_variable_begins_where_the_expression_has_a_value():
    sheet = Worksheet()
    assert sheet.set_text("1/(1 - zeta)")
    assert sheet.values["zeta"] == 0.5
    assert sheet.problem is None


def test_who_has_seen_all_sees_all_of_the_next_but_an_example_begins():
    sheet = Worksheet()
    sheet.move_to(len(sheet.steps))
    sheet.set_text("a*b")
    assert sheet.is_complete
    sheet.open_example(EXAMPLES[1])
    assert sheet.at == 0


def test_a_kink_is_not_confirmed_and_an_edge_has_no_difference():
    sheet = Worksheet()
    sheet.set_text("relu(a)")
    sheet.set_value("a", 0)
    index = next(index for index, node in enumerate(sheet.graph.nodes) if node.name == "a")
    difference = dict(sheet.differences())[index]
    assert difference == pytest.approx(0.5)
    assert not confirms(difference, sheet.graph.gradients["a"], largest_value(sheet.graph))
    sheet.set_text("log(a)")
    sheet.set_value("a", 1e-9)
    difference = dict(sheet.differences())[0]
    assert confirms(difference, sheet.graph.gradients["a"], largest_value(sheet.graph)), (
        "a smaller step finds it"
    )
