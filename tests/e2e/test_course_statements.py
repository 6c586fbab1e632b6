"""What lessons 4, 5, 7, 8 and 9 say, against the network, the inspector and the plots of the window."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import numpy as np
import pytest

from playground.engine.trainer import Trainer
from playground.numerals import number_text
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
    assert f"J falls to {view.train_loss:.3f}" in course.step.text


def test_the_accuracy_that_the_goal_goes_by_stands_beside_it(course: Course) -> None:
    course.begin("07", 3)
    course.type_rate(1)
    course.train_exactly(20)
    assert not course.reached
    share = course.window.snapshot.view.train_accuracy
    assert f"Now: {100 * share:g} % of the training points right" in course.panel.goal_label.text()
    course.run(300)
    assert course.reached


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
    assert f"{norms[0][-1]:.2g} against {norms[0][0]:.6f}" in course.step.prediction.explanation
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
    assert f"{norms[0][-1]:.1f} in [7], {norms[0][0]:.2f} in [1]" in course.step.text


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
