"""A stroke is no new run: what belongs to the run stays, and what is of its points is computed anew."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from playground.experiment import DataSettings, Experiment, ExperimentFile, NetworkSettings, TrainingSettings
from playground.ui.activations.feature import ActivationFeature
from playground.ui.lessons.feature import LessonFeature
from playground.ui.main_window import MainWindow
from playground.ui.rate.guess_feature import BREAKS, GuessFeature
from playground.ui.rate.rate_marks import LAYERS
from playground.ui.runs.fork_feature import ForkFeature
from playground.ui.runs.fork_page import EACH_ITS_BEST, RACES
from playground.ui.runs.kept_runs import KeptRunsFeature
from playground.ui.runs.race_feature import RaceFeature
from playground.ui.sharpness.feature import SharpnessFeature
from tests.support.features import feature_of
from tests.support.stories import train
from tests.support.strokes import stroke

SMALL = Experiment(
    DataSettings(points=40, test_share=0.0), NetworkSettings((2,)), TrainingSettings(learning_rate=0.3)
)


def painted(window: MainWindow, qtbot: Any, **parts: Any) -> None:
    """Make a stroke and wait for it."""
    before = len(window.snapshot.view.history.changes)
    window.lab.change_points(stroke(**parts), window.snapshot.run)
    qtbot.waitUntil(lambda: len(window.snapshot.view.history.changes) == before + 1)


def test_another_run_is_told_from_other_points_by_its_beginning(qtbot: Any, open_window: Any) -> None:
    window = open_window(ExperimentFile(SMALL))
    first = window.snapshot
    painted(window, qtbot, added=[[1.0, 2.0, 1]])
    assert window.snapshot.run > first.run
    assert window.snapshot.since == window.lab.run_since == first.since
    train(window, qtbot, 5)
    theta = window.snapshot.view.parameters
    window.lab.set_parameters(theta + 0.1, run=first.run)
    qtbot.waitUntil(lambda: np.array_equal(window.snapshot.view.parameters, theta + 0.1))
    assert window.snapshot.since == window.snapshot.run > first.run
    window.lab.same_weights_again()
    qtbot.waitUntil(lambda: window.snapshot.view.step == 0)
    again = window.snapshot
    assert again.since == again.run == window.lab.run_since
    window.lab.take_points(again.run)
    painted(window, qtbot, removed=[0])
    window.lab.undo()
    qtbot.waitUntil(lambda: len(window.snapshot.view.history.changes) == 2)
    assert window.snapshot.since == again.since


def test_a_stroke_brings_no_layer_of_the_strip(qtbot: Any, open_window: Any) -> None:
    window = open_window(ExperimentFile(SMALL))
    layers = window.strip.marks.layers
    window.strip.mark(layers=len(LAYERS) - 1)
    window.lab.set_learning_rate(60.0)
    train(window, qtbot, 60)
    assert layers == 0
    painted(window, qtbot, added=[[1.0, 2.0, 1]])
    train(window, qtbot, 5)
    painted(window, qtbot, added=[[1.0, 2.0, 0]])
    assert window.strip.marks.layers == len(LAYERS) - 1
    window.lab.same_weights_again()
    qtbot.waitUntil(lambda: window.strip.marks.layers == len(LAYERS))


def test_the_record_of_the_sharpness_is_whole_after_a_stroke_and_on_the_time_line(
    qtbot: Any, open_window: Any
) -> None:
    window = open_window(ExperimentFile(SMALL))
    sharpness = feature_of(window, SharpnessFeature)
    window.actions_by_name["show_sharpness"].trigger()
    train(window, qtbot, 40)
    qtbot.waitUntil(lambda: len(sharpness.record) > 5)
    known = {sample.step: sample.largest for sample in sharpness.record.samples if sample.step < 40}
    painted(window, qtbot, added=[[4.0, 4.0, 1]] * 20)
    train(window, qtbot, 20)
    window.lab.show_moment(20, window.snapshot.run)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 20)
    window.lab.show_moment(None)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 60)
    kept = {sample.step: sample.largest for sample in sharpness.record.samples}
    assert {step: kept.get(step) for step in known} == known


def test_gradient_norms_before_a_stroke_are_of_the_points_of_then(qtbot: Any, open_window: Any) -> None:
    window = open_window(ExperimentFile(SMALL))
    activations = feature_of(window, ActivationFeature)
    activations.show_page()
    train(window, qtbot, 40)
    samples = window.snapshot.samples
    painted(window, qtbot, added=[[4.0, 4.0, 1]] * 30)
    train(window, qtbot, 40)
    qtbot.waitUntil(lambda: len(activations.record) > 10 and activations.record.table()[0][-1] == 80)
    steps, norms = activations.record.table()
    view, network = window.snapshot.view, window.snapshot.problem.network
    rows = dict(zip(view.history.path_steps.tolist(), view.history.path, strict=True))
    for step, norm in zip(steps.tolist(), norms, strict=True):
        of = samples if step < 40 else window.snapshot.samples
        if step == 40:
            continue
        _, gradient = network.loss_and_gradient(rows[step], of.X_train, of.y_train)
        assert float(np.sqrt(np.sum(norm**2))) == pytest.approx(float(np.linalg.norm(gradient)), rel=1e-6)


def test_a_guess_and_a_race_outlive_a_stroke(qtbot: Any, open_window: Any) -> None:
    window = open_window(ExperimentFile(SMALL))
    train(window, qtbot, 5)
    guess = feature_of(window, GuessFeature)
    guess.start(BREAKS)
    painted(window, qtbot, added=[[1.0, 2.0, 1]])
    assert guess.kind == BREAKS
    assert guess.waiting
    guess.pin(1.0)
    qtbot.waitUntil(lambda: guess.kind is None)
    assert "Your guess is α = 1" in window.notices.text
    race = feature_of(window, RaceFeature)
    feature_of(window, ForkFeature).page_view.race_box.setCurrentIndex(RACES.index(EACH_ITS_BEST))
    race.race()
    painted(window, qtbot, added=[[1.0, 2.0, 1]])
    qtbot.waitUntil(lambda: window.snapshot.fork is not None, timeout=20_000)


def test_a_lesson_counts_on_and_a_run_that_was_shown_stays_shown(qtbot: Any, open_window: Any) -> None:
    window = open_window(ExperimentFile(SMALL))
    lessons = feature_of(window, LessonFeature)
    lessons.open(2)
    qtbot.waitUntil(lambda: lessons.place is not None and lessons.place.since is not None)
    since = lessons.place.since
    lessons.show_how()
    train(window, qtbot, 5)
    assert lessons.evidence().shown
    painted(window, qtbot, removed=[0])
    assert lessons.evidence().shown
    assert lessons.place.since == since
    window.lab.same_weights_again()
    qtbot.waitUntil(lambda: window.snapshot.view.step == 0)
    assert not lessons.evidence().shown


def test_kept_runs_stay_beside_a_run_whose_points_are_taken(qtbot: Any, open_window: Any) -> None:
    window = open_window(ExperimentFile(SMALL))
    kept = feature_of(window, KeptRunsFeature)
    train(window, qtbot, 20)
    window.actions_by_name["keep_run"].trigger()
    qtbot.waitUntil(lambda: len(window.loss_view.drawing.others.runs) == 1)
    qtbot.waitUntil(lambda: len(window.surface_view.drawing.others.runs) == 1)
    window.lab.take_points(window.snapshot.run)
    qtbot.waitUntil(lambda: window.snapshot.view.experiment.data.table is not None)
    train(window, qtbot, 5)
    assert kept.runs[0].shown
    assert len(window.loss_view.drawing.others.runs) == 1
    qtbot.waitUntil(lambda: len(window.surface_view.drawing.others.runs) == 1)
    # Other points have another J.
    painted(window, qtbot, added=[[1.0, 2.0, 1]])
    assert not kept.runs[0].shown
    window.lab.undo()
    qtbot.waitUntil(lambda: kept.runs[0].shown)
    window.lab.undo()
    qtbot.waitUntil(lambda: window.snapshot.view.experiment.data.table is None)
    assert kept.runs[0].shown


@pytest.mark.parametrize("taken", [False, True])
def test_the_next_step_of_a_lesson_goes_on_with_the_points_that_were_added(
    qtbot: Any, open_window: Any, taken: bool
) -> None:
    window, lessons = at_the_third_step_of_a_lesson(qtbot, open_window)
    count = window.snapshot.view.data.points
    if taken:
        window.lab.take_points(window.snapshot.run)
        qtbot.waitUntil(lambda: window.snapshot.view.data.table is not None)
    painted(window, qtbot, added=[[1.0, 0.5]])
    lessons.show_how()
    qtbot.waitUntil(lambda: lessons.reached and window.snapshot.state == "paused")
    run, step = window.snapshot.since, window.snapshot.view.step
    lessons.panel.next_button.click()
    qtbot.waitUntil(lambda: lessons.index == 3 and lessons.place.since is not None)
    assert lessons.place.since == step
    assert window.snapshot.since == run
    assert window.snapshot.view.data.points == count + 1


def test_a_run_that_was_started_again_does_not_stand_for_the_steps_before(
    qtbot: Any, open_window: Any
) -> None:
    window, lessons = at_the_third_step_of_a_lesson(qtbot, open_window)
    brought = lessons.place.since
    assert brought == 100
    # With the α of the lesson's experiment the run that begins again has the same description.
    window.lab.set_learning_rate(0.1)
    window.actions_by_name["same_weights"].trigger()
    qtbot.waitUntil(lambda: window.snapshot.view.step == 0)
    lessons.show_how()
    qtbot.waitUntil(lambda: lessons.reached and window.snapshot.state == "paused")
    lessons.panel.next_button.click()
    qtbot.waitUntil(lambda: lessons.index == 3 and lessons.place.since is not None)
    assert window.snapshot.view.step > brought


def at_the_third_step_of_a_lesson(qtbot: Any, open_window: Any) -> tuple[MainWindow, LessonFeature]:
    window = open_window(ExperimentFile(SMALL))
    lessons = feature_of(window, LessonFeature)
    lessons.open(2)
    lessons.walk(1)
    lessons.walk(1)
    qtbot.waitUntil(lambda: lessons.place.since is not None and window.snapshot.samples.n_raw == 1)
    window.transport.choose_speed(None)
    return window, lessons
