"""What lessons 4, 5, 7, 8 and 9 say, against the network, the inspector and the plots of the window."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import numpy as np
import pytest

from playground.drawing.activations.layer_bars import bar_text
from playground.drawing.network.drawing import parameter_text
from playground.engine.trainer import Trainer
from playground.lessons.goals import DeadNeurons
from playground.numerals import number_text, percent_text
from playground.ui.activations.feature import ActivationFeature
from playground.ui.chain_rule.feature import ChainRuleFeature
from playground.ui.inspector.feature import InspectorFeature
from tests.support.course import Course
from tests.support.features import feature_of


def printed(text: str) -> float:
    """Return the number that a text shows."""
    return float(text.replace("−", "-"))


@pytest.fixture
def course(qtbot: Any, open_window: Any) -> Course:
    return Course(open_window(), qtbot)


def test_the_network_by_hand_is_the_one_in_the_inspector(course: Course, qtbot: Any) -> None:
    course.begin("04", 1)
    np.testing.assert_array_equal(course.window.snapshot.view.parameters, [2, -3, 1, -1])
    course.answer("0.5")
    assert "Right" in course.panel.answer_label.text()
    course.next()
    assert not course.reached
    course.window.actions_by_name["inspector"].trigger()
    inspector = feature_of(course.window, InspectorFeature)
    qtbot.waitUntil(lambda: inspector.view.answer is not None)
    course.settle()
    assert not course.reached, "an open page is no walk"
    for _operation in range(3):
        course.window.actions_by_name["inspector_forward"].trigger()
    qtbot.waitUntil(lambda: course.reached)
    found = inspector.view.answer.trace
    np.testing.assert_array_equal(np.ravel(found.layers[0].W), [2])
    np.testing.assert_array_equal(np.ravel(found.layers[0].b), [-3])
    for operation in inspector.view.operations[:4]:
        row = [part if isinstance(part, str) else part.write(part.values.item()) for part in operation.parts]
        sentence = operation.result.explain(0, 0)
        assert row[-1] == sentence.rpartition(" = ")[2]
        if "+" in row:
            w, _, x, _, b, _, z = row
            assert number_text(printed(w) * printed(x) + printed(b)) == z, row
            assert f" = {w}·{x} + ({b}) = {z}" in sentence
    course.next()
    np.testing.assert_array_equal(course.window.snapshot.view.parameters, [2, -3, 1, -1])
    course.answer("-1")
    assert "Right" in course.panel.answer_label.text()


def test_a_gradient_that_is_passed_in_a_drag_is_not_reached(course: Course) -> None:
    course.begin("05", 3)
    row = feature_of(course.window, ChainRuleFeature).lab.rows.rows["c"].slider
    c = feature_of(course.window, ChainRuleFeature).lab
    row.setSliderDown(True)
    c.set_value("c", 4.0)
    assert not course.reached
    assert "Now: ∂j/∂b = 12" in course.panel.goal_label.text()
    c.set_value("c", 4.4)
    row.setSliderDown(False)
    assert not course.reached
    assert "Now: ∂j/∂b = 13.2" in course.panel.goal_label.text()
    c.set_value("c", 4.0)
    assert course.reached


def test_no_line_gets_more_than_seventy_percent_and_gradient_descent_half(course: Course) -> None:
    course.begin("07", 1)
    experiment, prediction = course.step.experiment, course.step.prediction
    samples = Trainer(experiment).samples
    X, y = samples.X_train, samples.y_train[:, 0] > 0.5
    best, pairs = 0, permutations(range(len(X)), 2)
    for i, j in pairs:
        across = X[j] - X[i]
        side = (X - X[i]) @ np.array([-across[1], across[0]])
        for above in (side > 1e-12, side > -1e-12):
            right = int(np.count_nonzero(above == y))
            best = max(best, right, len(X) - right)
    assert f"gets {best} of {len(X)}, {100 * best / len(X):.0f} %" in prediction.explanation
    assert prediction.choices[int(prediction.answer)] == "about 70 %"
    course.choose(0)
    assert "Right" in course.panel.answer_label.text()
    course.next()
    course.run(300)
    assert course.reached
    view = course.window.snapshot.view
    assert f"ends at {100 * view.train_accuracy:.0f} %" in prediction.explanation
    assert f"with {100 * view.train_accuracy:.0f} % of the training points right" in course.step.text
    assert (
        f"J falls to {course.window.transport.readouts['train_loss'].value} and stays there"
        in course.step.text
    )
    course.train_exactly(2000)
    assert course.window.snapshot.view.train_loss == pytest.approx(view.train_loss, abs=1e-12)


def test_the_accuracy_that_the_goal_goes_by_stands_beside_it(course: Course) -> None:
    course.begin("07", 3)
    course.type_rate(1)
    course.train_exactly(20)
    assert not course.reached
    share = course.window.snapshot.view.train_accuracy
    assert f"Now: {percent_text(share)} of the training points right" in course.panel.goal_label.text()
    course.run(300)
    assert course.reached


def dead_neurons(trainer: Trainer) -> list[set[int]]:
    """Return the neurons of each hidden layer whose z is not above 0 for any training point."""
    z = trainer.network.forward(trainer.parameters, trainer.samples.X_train).z
    return [set(np.flatnonzero((layer <= 0).all(axis=0)).tolist()) for layer in z[:-1]]


def test_the_relus_that_the_lesson_kills_stay_where_they_are_at_any_rate(course: Course) -> None:
    course.begin("07", 4)
    trainer = Trainer(course.step.experiment)
    first = trainer.train_loss()
    trainer.learning_rate = 10.0
    trainer.advance(50)
    assert "thrown up by several powers of ten, and it comes back" in course.step.text
    assert trainer.history.curve("train_loss")[1].max() > 1000 * first
    assert trainer.train_loss() < 1.5 * first
    (dead,) = dead_neurons(trainer)
    assert isinstance(course.step.goal, DeadNeurons)
    assert len(dead) >= course.step.goal.at_least
    rows = sorted(dead)
    W, b = (part[rows].copy() for part in trainer.network.unpack(trainer.parameters)[0])
    for rate in (0.3, 1e-3, 10.0, 100.0):
        trainer.learning_rate = rate
        trainer.advance(100)
        now = trainer.network.unpack(trainer.parameters)[0]
        np.testing.assert_array_equal(now[0][rows], W)
        np.testing.assert_array_equal(now[1][rows], b)
        assert dead <= dead_neurons(trainer)[0]
    explanation = course.lessons.lessons[7].steps[4].prediction.explanation
    assert "at any α. Its inputs, the data, do not move either" in explanation


def test_a_dead_relu_of_a_deeper_layer_may_come_back(course: Course) -> None:
    """The lesson says so of deeper layers only; the network of a later lesson shows it."""
    assert (
        "In a deeper layer a dead relu may come back"
        in course.lessons.lessons[7].steps[4].prediction.explanation
    )
    trainer = Trainer(course.lessons.lessons[9].steps[3].experiment)
    came_back, before = [], dead_neurons(trainer)
    for _ in range(200):
        theta = trainer.network.unpack(trainer.parameters.copy())
        trainer.advance(1)
        now = dead_neurons(trainer)
        for layer, neurons in enumerate(before):
            for neuron in neurons - now[layer]:
                assert layer > 0, "in the first hidden layer nothing brings it back"
                W = trainer.network.unpack(trainer.parameters)[layer][0]
                np.testing.assert_array_equal(W[neuron], theta[layer][0][neuron])
                came_back.append((layer, neuron))
        before = now
    assert came_back


def test_what_answers_the_question_about_dead_relus_is_hidden_until_it_is_answered(
    course: Course, qtbot: Any
) -> None:
    course.begin("07", 4)
    course.type_rate(10)
    course.make_steps(1)
    course.train_exactly(49)
    window = course.window
    explorer = feature_of(window, ActivationFeature)
    qtbot.waitUntil(lambda: "no gradient comes back through them" in explorer.view.sentence.text())
    line, diagram = window.strip.update_line, window.panel.diagram
    qtbot.waitUntil(lambda: "0.000" in line.text)
    course.next()
    assert course.step.prediction is not None

    def told() -> str:
        return parameter_text(diagram.picture, 0) + explorer.view.sentence.text() + line.text

    qtbot.waitUntil(lambda: "neurons are dead" in explorer.view.sentence.text())
    for answer in ("nothing", "0.000", "∂J/∂w ="):
        assert answer not in told()
    assert line.text.endswith(" − α · ∂J/∂b") or line.text.endswith(" − α · ∂J/∂w"), "the rule stays"
    course.type_rate(0.3)
    assert "0.000" not in told()
    course.choose(2)
    assert "Right" in course.panel.answer_label.text()
    assert "no gradient comes back through them" in explorer.view.sentence.text()
    assert "∂J/∂w = 0.00000" in told()


def test_the_ravine_is_as_long_as_the_lesson_says(course: Course) -> None:
    course.begin("08", 1)
    trainer = Trainer(course.step.experiment)
    X, y = trainer.samples.X_train, trainer.samples.y_train
    along, across = np.linalg.eigvalsh(trainer.network.hessian_operator(trainer.parameters, X, y).dense())
    assert "some twenty times as much" in course.step.text
    assert across / along == pytest.approx(20, abs=1)
    assert "each contour is four to five times as long as wide" in course.step.text
    assert 4 < np.sqrt(across / along) < 5


def test_the_saddle_stands_still_with_both_curvatures_on_its_axes(course: Course, qtbot: Any) -> None:
    follow = course.window.surface_view.bar.follow_box
    assert follow.isChecked()
    course.begin("08", 4)
    surface = course.window.surface_view
    qtbot.waitUntil(lambda: surface.settled and surface.answer.choice.kind == "eigen")
    assert (surface.answer.choice.a_label, surface.answer.choice.b_label) == (
        "sharpest, λ = 0.73",
        "most downward, λ = −0.45",
    )
    hessian = Trainer(course.step.experiment)
    X, y = hessian.samples.X_train, hessian.samples.y_train
    ends = np.linalg.eigvalsh(hessian.network.hessian_operator(hessian.parameters, X, y).dense())
    assert f"λ = {ends[-1]:.2f}" in course.step.text
    assert f"λ = −{-ends[0]:.2f}" in course.step.text
    plane = surface.plane
    course.train_exactly(200)
    qtbot.waitUntil(lambda: surface.settled)
    assert surface.plane is plane
    losses = course.window.snapshot.view.history.curves["train_loss"].values
    assert f"by {losses[0] - losses[40]:.2f} in the first 40 steps" in course.step.text
    assert f"in the next 60 it falls by {losses[40] - losses[100]:.2f}" in course.step.text
    course.lessons.choose(-1)
    assert follow.isChecked()


def test_the_gradient_vanishes_at_step_0_where_the_lesson_shows_it(course: Course, qtbot: Any) -> None:
    course.begin("09", 2)
    assert course.window.arrangement.page_on_screen("activations")
    explorer = feature_of(course.window, ActivationFeature)
    qtbot.waitUntil(lambda: len(explorer.record) > 0)
    steps, norms = explorer.record.table()
    assert steps.tolist() == [0]
    seven, one = bar_text(norms[0][-1]), bar_text(norms[0][0])
    times = f"{norms[0][-1] / norms[0][0] / 1000:.0f} 000"
    assert f"{seven} in [7] against {one} in [1]: about {times} times." in course.step.prediction.explanation
    assert norms[0][-1] > 10_000 * norms[0][0]
    course.choose(2)
    assert "Right" in course.panel.answer_label.text()
    before = course.window.snapshot.view.train_loss
    course.next()
    assert not course.reached
    course.train_exactly(200)
    assert course.reached
    after = course.window.snapshot.view.train_loss
    assert f"J goes from {before:.3f} to {after:.3f} = log 2" in course.step.text
    assert after == pytest.approx(np.log(2), abs=1e-3)
    view = course.window.snapshot.view
    trainer = Trainer(view.experiment)
    answers = trainer.network.predict(view.parameters, trainer.samples.X_train)
    np.testing.assert_allclose(answers, 0.5, atol=0.02)


def test_the_bars_of_the_last_lesson_on_depth_show_the_gradients_that_it_names(
    course: Course, qtbot: Any
) -> None:
    course.begin("09", 4)
    assert course.window.arrangement.page_on_screen("activations")
    explorer = feature_of(course.window, ActivationFeature)
    qtbot.waitUntil(lambda: len(explorer.record) > 0)
    steps, norms = explorer.record.table()
    assert steps[0] == 0
    assert f"{bar_text(norms[0][-1])} in [7], {bar_text(norms[0][0])} in [1]" in course.step.text


def test_a_goal_that_is_reached_does_not_say_the_word_twice(course: Course) -> None:
    course.begin("09", 4)
    assert "<b>Goal: </b></span>Reach a training loss J" in course.panel.goal_label.text()
    course.train_exactly(200)
    assert course.reached
    assert "<b>Reached: </b></span>A training loss J below 0.1" in course.panel.goal_label.text()


def test_done_leaves_no_run_running(course: Course, qtbot: Any) -> None:
    course.begin("09", 4)
    window = course.window
    window.lab.run()
    qtbot.waitUntil(lambda: window.snapshot.state == "running")
    assert course.panel.next_button.text() == "Done"
    course.panel.next_button.click()
    qtbot.waitUntil(lambda: window.snapshot.state != "running")
    assert course.lessons.lesson is None
