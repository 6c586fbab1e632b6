"""Lessons 3 to 5 in the window: the limit of a bowl, forward by hand, the chain rule."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from playground.engine.expression import Expression
from playground.engine.trainer import Trainer
from playground.ui.chain_rule.feature import ChainRuleFeature
from tests.support.course import LEFT, Course
from tests.support.features import feature_of


@pytest.fixture
def course(qtbot: Any, open_window: Any) -> Course:
    return Course(open_window(), qtbot)


def curvatures(course: Course) -> Any:
    trainer = Trainer(course.step.experiment)
    X, y = trainer.samples.X_train, trainer.samples.y_train
    return np.linalg.eigvalsh(trainer.network.hessian_operator(trainer.parameters, X, y).dense())


def test_the_numbers_of_the_bowl_are_those_of_its_hessian(course: Course) -> None:
    steps = course.begin("03", 1)
    flat, sharp = curvatures(course)
    assert f"curvature λ = {sharp:.1f}" in steps[0].text
    assert f"({flat:.1f})" in steps[0].text
    assert f"2/λ = 2/{sharp:.3f} = {2 / sharp:.3f}" in steps[0].prediction.explanation
    assert steps[0].prediction.answer == pytest.approx(2 / sharp, rel=1e-3)
    assert f"1 − 0.5·{sharp:.1f} = −{0.5 * sharp - 1:.2f}" in steps[1].text
    assert abs(1 - 0.6 * flat) < 1 < abs(1 - 0.54 * sharp), "it is the narrow direction alone that breaks"


def test_just_below_it_falls_in_zigzags_and_no_other_alpha_will_do(course: Course) -> None:
    course.begin("03", 2)
    trainer = Trainer(course.step.experiment)
    trainer.learning_rate = 0.5
    X, y = trainer.samples.X_train, trainer.samples.y_train
    hessian = trainer.network.hessian_operator(trainer.parameters, X, y).dense()
    steepest = np.linalg.eigh(hessian)[1][:, 1]
    across, losses = [], []
    for _ in range(20):
        across.append(float(steepest @ trainer.network.loss_and_gradient(trainer.parameters, X, y)[1]))
        losses.append(trainer.train_loss())
        trainer.advance(1)
    assert all(one * two < 0 for one, two in pairwise(across)), "the other side"
    assert np.all(np.diff(losses) < 0)
    for wrong in (0.3, 0.55):
        course.type_rate(wrong)
        course.train_exactly(70)
        assert not course.reached
        course.same_weights_again()
    course.type_rate(0.5)
    course.train_exactly(60)
    assert course.reached


def test_just_above_it_is_thrown_out_and_comes_home_again(course: Course) -> None:
    steps = course.begin("03", 3)
    course.type_rate(0.5)
    course.train_exactly(120)
    assert not course.reached, "below the limit nothing is thrown out"
    course.same_weights_again()
    course.type_rate(0.54)
    course.run(1000)
    assert course.window.snapshot.view.step == 79, "it stops by itself"
    losses = course.window.snapshot.view.history.curves["train_loss"]
    assert losses.steps[np.argmax(losses.values > 1e6)] == 79
    assert "takes about eighty steps" in steps[2].hint
    assert course.reached
    logs = np.log(course.window.snapshot.view.history.curves["train_loss"].values[40:])
    assert np.ptp(np.diff(logs)) < 0.02, "a straight line on a log axis"
    course.next()
    assert not course.reached
    course.train_exactly(5)
    assert not course.reached
    course.type_rate(0.4)
    course.train_exactly(400)
    assert course.reached


def test_forward_by_hand_is_read_from_nothing_on_the_screen(course: Course, qtbot: Any) -> None:
    steps = course.begin("04", 1)
    assert not course.window.data_view.isVisible(), "the curve would give the answer"
    network, theta = Trainer(steps[0].experiment).network, np.array(steps[0].view["parameters"])
    one = network.forward(theta, np.array([[2.0]]))
    assert "z[1] = 2·2 − 3 = 1, a[1] = relu(1) = 1, z[2] = 1·1 − 1 = 0" in steps[0].prediction.explanation
    assert [float(z[0, 0]) for z in one.z] == [1.0, 0.0]
    assert [float(a[0, 0]) for a in one.a[1:]] == [1.0, 0.5]
    low = network.forward(theta, np.array([[1.0], [0.3], [1.49]]))
    assert np.all(low.z[-1] == steps[2].prediction.answer)
    assert "for every x below 1.5 the answer is the same" in steps[2].prediction.explanation
    assert network.forward(theta, np.array([[1.6]])).z[-1][0, 0] > -1
    course.answer("0.6")
    assert "Not quite" in course.panel.answer_label.text()
    course.answer("0.5")
    assert "Right" in course.panel.answer_label.text()


@pytest.mark.parametrize("size", [(1280, 720), (1366, 768)])
def test_the_chain_rule_is_stepped_as_the_lesson_says(
    course: Course, qtbot: Any, size: tuple[int, int]
) -> None:
    course.window.resize(*size)
    course.begin("05", 1)
    lab = feature_of(course.window, ChainRuleFeature).lab
    step = lab.transport.step_button
    qtbot.mouseClick(step, LEFT)
    lab.step(1)
    assert lab.sheet.at == 0, "no step answers the question before it is answered"
    assert "Answer the question" in lab.problem.text()
    course.answer("7")
    assert "Right" in course.panel.answer_label.text()
    seen = []
    for _ in range(3):
        qtbot.mouseClick(step, LEFT)
        seen.append(lab.sentence.text())
    assert [text.split(" ")[0] for text in seen] == ["u", "v", "j"]
    assert [float(text.rsplit(" ")[-1]) for text in seen] == [6, 7, 21]
    qtbot.mouseClick(step, LEFT)
    assert "backward 1" in lab.transport.progress.text(), "past j it goes backward"
    course.next()
    assert lab.sheet.at == 0
    qtbot.mouseClick(step, LEFT)
    assert lab.sheet.at == 0
    course.answer("6")
    qtbot.mouseClick(step, LEFT)
    assert lab.sheet.at == 1
    assert "Not quite" in course.panel.answer_label.text()
    course.answer("9")
    assert "Right" in course.panel.answer_label.text()


def test_only_c_makes_the_gradient_of_b_and_a_used_twice_adds_up(course: Course, qtbot: Any) -> None:
    course.begin("05", 3)
    lab = feature_of(course.window, ChainRuleFeature).lab
    rows = lab.rows.rows
    rows["a"].slider.setValue(80)
    rows["b"].slider.setValue(80)
    assert not course.reached, "a and b do not matter"
    assert rows["b"].gradient.text().startswith("∂j/∂b = 9")
    rows["c"].slider.setValue(80)
    assert rows["c"].box.text() == "4"
    assert rows["b"].gradient.text().startswith("∂j/∂b = 12")
    assert course.reached
    course.next()
    assert not course.reached
    graph = Expression("a*a + a").evaluate(a=3)
    edges = sum(node.inputs.count(0) for node in graph.nodes)
    assert edges == 3, "along three edges"
    sheet = lab.sheet
    backward = [sheet.steps.step(place) for place in range(sheet.steps.n_forward, len(sheet.steps))]
    parts = [step.product for step in backward if sheet.graph.nodes[step.source or 0].kind == "variable"]
    assert sorted(parts[-3:]) == [1, 2, 2], "the parts are told apart"
    assert "here 1 + 2 + 2 = 5" in course.step.text
    assert sheet.graph.gradients["a"] == 5
    row = lab.rows.rows["a"]
    row.slider.setValue(40)
    assert not course.reached
    row.slider.setValue(60)
    assert row.gradient.text().startswith("∂j/∂a = 7")
    assert course.reached
