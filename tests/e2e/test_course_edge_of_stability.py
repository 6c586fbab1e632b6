"""The edge of stability: every number of the lesson from its run, and the lesson taken in the window."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtWidgets import QSplitter

from playground.engine.trainer import Trainer
from playground.landscape.curvature import ExtremeEigenvalues, extreme_eigenvalues
from playground.lessons.format import Lesson, read_folder
from playground.lessons.goals import AtTheLimit, LossAbove
from playground.resources import resource
from playground.ui.sharpness.feature import SharpnessFeature
from playground.ui.transport.stop_when_feature import StopWhenFeature
from tests.support.course import LEFT, Course
from tests.support.features import feature_of

SIZES = ((1280, 720), *(pytest.param(*size, marks=pytest.mark.slow) for size in ((1366, 768), (1920, 1080))))


@pytest.fixture(scope="module")
def lesson() -> Lesson:
    lessons, _ = read_folder(resource("lessons"))
    return next(lesson for lesson in lessons if lesson.name.startswith("10"))


@pytest.fixture
def course(qtbot: Any, open_window: Any) -> Course:
    return Course(open_window(), qtbot)


def curvature(trainer: Trainer) -> ExtremeEigenvalues:
    hessian = trainer.problem.hessian_operator(trainer.parameters)
    return extreme_eigenvalues(hessian, hessian.size)


def sharpness_at(trainer: Trainer, step: int) -> float:
    trainer.advance(step - trainer.step)
    return float(curvature(trainer).largest)


def share_of_swing(trainer: Trainer) -> float:
    """Return the share of the gradient that lies along the sharpest direction."""
    _, gradient = trainer.problem.loss_and_gradient(trainer.parameters)
    return float(abs(gradient @ curvature(trainer).largest_vector) / np.linalg.norm(gradient))


def widths(window: Any) -> list[int]:
    """Return the widths of the three places of the window."""
    return next(s for s in window.arrangement.findChildren(QSplitter) if s.count() == 3).sizes()


def rises(trainer: Trainer) -> np.ndarray:
    steps, losses = trainer.history.curve("train_loss")
    assert (np.diff(steps) == 1).all()
    return np.asarray(steps[1:][np.diff(losses) > 0])


def test_every_number_is_of_the_run_that_the_lesson_names(lesson: Lesson) -> None:
    first, second, third, fourth = lesson.steps
    trainer = Trainer(first.experiment)
    assert f"At step 0, λmax is {sharpness_at(trainer, 0):.2f}." in first.text
    assert first.prediction.choices[0] == f"it stays near {sharpness_at(trainer, 0):.1f}"
    assert sharpness_at(trainer, 200) == pytest.approx(10, abs=0.5)
    assert "passes 20 at step 563" in first.prediction.explanation
    assert sharpness_at(trainer, 562) < 20 < sharpness_at(trainer, 563)
    assert share_of_swing(trainer) < 1e-5
    trainer.advance(first.prediction.run - trainer.step)
    assert not rises(trainer).size
    trainer.advance(1000 - trainer.step)
    assert "At step 717 J rises for the first time; at step 731 it has jumped to 0.089" in second.text
    assert rises(trainer)[0] == 717
    steps, losses = trainer.history.curve("train_loss")
    assert (steps[717 + np.argmax(losses[717:])], losses[731]) == (731, pytest.approx(0.089, abs=5e-4))
    assert trainer.train_loss() == pytest.approx(0.0077, abs=5e-5)
    swings = [sharpness_at(trainer, step) for step in (1000, 1001, 1300, 1301, 1600, 1601, 1999, 2000)]
    assert [round(value) for value in swings] == [21, 19] * 3 + [19, 21]
    assert trainer.train_loss() == pytest.approx(0.0072, abs=5e-5)
    assert (rises(trainer) > 1000).sum() == 500
    assert trainer.step == second.view["stop"]

    trainer.learning_rate = 0.05
    climbs = [sharpness_at(trainer, step) for step in (2500, 3000, third.view["stop"])]
    assert "26 at step 2500, 32 at step 3000, almost 40 at step 3700" in third.text
    assert climbs == [
        pytest.approx(26.4, abs=0.3),
        pytest.approx(32.2, abs=0.3),
        pytest.approx(39.5, abs=0.4),
    ]
    assert rises(trainer)[-1] <= 2000

    before = trainer.train_loss()
    assert before == pytest.approx(0.003, abs=5e-4)
    losses = trainer.history.curve("train_loss")[1][2000:]
    assert f"ends the swing: from {losses[0]:.4f} to {losses[1]:.4f}." in third.text
    assert f"to {losses[-1]:.4f} at step 3700. λmax" in third.text
    falls = -np.diff(losses)
    assert (falls > 0).all(), "it falls at every step again"
    assert falls[1:].max() < 0.005 * falls[0], "all others take very little at a time"
    assert falls[1:].max() < 0.001 * losses[1]
    trainer.learning_rate = 0.1
    trainer.advance(15)
    assert trainer.train_loss() < 2 * before
    trainer.advance(15)
    assert trainer.history.curve("train_loss")[1][3700:].max() > 0.5
    assert "from step 4000 on λmax swings between 19 and 21" in fourth.text
    for step in range(4000, fourth.view["stop"], 50):
        assert [round(sharpness_at(trainer, each)) for each in (step, step + 1)] == [19, 21]


def test_the_numbers_of_the_first_text_stand_in_the_plot_before_the_first_step(
    course: Course, qtbot: Any
) -> None:
    course.begin("10", 1)
    drawing = feature_of(course.window, SharpnessFeature).view.drawing
    qtbot.waitUntil(lambda: len(drawing.newest.numbers) == 2)
    sharpness, limit = (text for text, *_ in drawing.newest.numbers)
    assert f"At step 0, λmax is {sharpness}." in course.step.text
    assert f"the limit 2/α = {limit.removeprefix('limit ')} (dashed)" in course.step.text
    line = drawing.limit_curve
    assert line.y.tolist() == [20, 20]
    (left, right), _ = drawing.box.viewRange()
    assert np.ptp(line.x) > 0.9 * (right - left), "dashes, and not a dot"
    told = course.window.grab().toImage()
    drawing.newest.show([], np.empty((0, 2)))
    assert course.window.grab().toImage() != told, "they are painted"


def test_a_rate_dragged_a_pixel_beside_the_named_one_counts(lesson: Lesson) -> None:
    pixel = 10 ** (5 / 600)  # five powers of ten on the track of a 1366 × 768 screen
    for step, named in zip(lesson.steps[2:], (0.05, 0.1), strict=True):
        assert f"{named:g}" in step.text
        assert isinstance(step.goal, AtTheLimit | LossAbove)
        assert step.goal.rate is not None
        assert named * pixel <= step.goal.rate <= 1.06 * named


@pytest.mark.slow
def test_the_lesson_is_taken_with_run_and_stops_by_itself(course: Course, qtbot: Any) -> None:
    window = course.window
    course.begin("10", 1)
    assert window.transport.chosen_speed is None, "the test is in a hurry; the lesson asks for 250"
    assert course.step.view["speed"] == 250
    assert window.snapshot.view.step == 0
    course.choose(2)
    assert "Right" in course.panel.answer_label.text()
    qtbot.waitUntil(lambda: window.snapshot.view.step == 600 and window.snapshot.state == "paused")

    def run_to(step: int) -> None:
        qtbot.mouseClick(window.transport.run_button, LEFT)
        qtbot.waitUntil(lambda: window.snapshot.view.step >= step, timeout=60_000)
        qtbot.waitUntil(lambda: window.snapshot.state == "paused")
        assert window.snapshot.view.step == step

    course.next()
    assert not course.reached
    run_to(2000)
    assert course.reached
    course.next()
    course.train_exactly(10)
    assert not course.reached, "at α = 0.1 λmax is at its limit all the time"
    course.type_rate(0.0505)
    run_to(3700)
    qtbot.waitUntil(lambda: course.reached)
    assert "2/α = 39.6" in course.panel.goal_label.text()
    course.next()
    assert not course.reached
    course.type_rate(0.101)
    run_to(4700)
    assert course.reached
    drawing = feature_of(window, SharpnessFeature).view.drawing

    def two_lines() -> bool:
        """Return whether the plot draws both sides of the swing of which the text speaks."""
        late = [line.y[(line.x > 4300) & np.isfinite(line.y)] for line in drawing.alternating[0]]
        return [set(np.round(part)) for part in late] == [{19}, {21}]

    qtbot.waitUntil(two_lines)
    course.next()
    assert not feature_of(window, StopWhenFeature).stop, "the lesson's stop goes with the lesson"


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_both_plots_are_large_and_on_the_screen_together(
    course: Course, qtbot: Any, width: int, height: int
) -> None:
    window = course.window
    window.resize(width, height)
    window.set_full(True)
    course.lessons.open()
    qtbot.waitUntil(lambda: widths(window)[0] >= 300)
    sizes = widths(window)
    course.begin("10", 1)
    sharpness = feature_of(window, SharpnessFeature)
    plots = (sharpness.view, window.loss_view)
    qtbot.waitUntil(lambda: all(plot.isVisible() for plot in plots))
    qtbot.waitUntil(lambda: sharpness.view.drawing.names == ("λmax",))
    for plot in plots:
        assert plot.canvas.height() >= 200, plot.name
        assert plot.canvas.width() >= 380, plot.name
    course.next()
    assert all(plot.isVisible() for plot in plots)
    course.lessons.choose(-1)
    qtbot.waitUntil(lambda: window.data_view.isVisible() and window.surface_view.isVisible())
    assert not sharpness.view.isVisible()
    assert window.arrangement.place_of("sharpness").first == "loss"
    assert widths(window) == pytest.approx(sizes, abs=2)
    assert (window.width(), window.height()) == (width, height)
