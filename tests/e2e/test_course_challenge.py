"""The challenge of the last lesson, played in the window: what counts, and that the best score stays."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from playground.engine.trainer import Trainer
from playground.experiment import Experiment
from playground.ui.lessons.feature import LessonFeature
from tests.support.course import Course
from tests.support.features import feature_of


@pytest.fixture
def course(qtbot: Any, open_window: Any) -> Course:
    return Course(open_window(), qtbot)


def shown(course: Course) -> str:
    course.lessons.read()
    return course.panel.goal_label.text()


def test_the_fewest_steps_with_one_rate_are_kept_across_starts(
    course: Course, qtbot: Any, open_window: Any
) -> None:
    course.begin("11", 1)
    assert "No score yet" in shown(course)
    course.train_exactly(558)
    assert not course.reached
    course.train_exactly(1)
    assert course.reached
    assert "below 0.1 after 559 steps. Best: 559 steps" in shown(course)
    course.same_weights_again()
    course.type_rate(2)
    course.train_exactly(100)
    assert "after 77 steps. Best: 77 steps" in shown(course)
    course.same_weights_again()
    course.type_rate(1)
    course.train_exactly(200)
    assert "after 158 steps. Best: 77 steps" in shown(course)
    course.lessons.choose(-1)
    assert any("best: 77 steps with one α" in text for text in course.panel.cards.cards[-1].texts)

    again = feature_of(open_window(), LessonFeature)
    again.open(len(again.lessons) - 1)
    qtbot.waitUntil(lambda: "Best: 77 steps" in again.panel.goal_label.text())


def test_what_does_not_count_says_why(course: Course, qtbot: Any) -> None:
    window = course.window
    course.begin("11", 1)
    course.train_exactly(5)
    course.type_rate(2)
    assert "This run does not count: α was changed during it" in shown(course)
    course.train_exactly(1)
    window.actions_by_name["undo"].trigger()
    qtbot.waitUntil(lambda: window.snapshot.view.settings.learning_rate == 0.3)
    course.train_exactly(5)
    assert "This run does not count: α was changed during it" in shown(course)
    course.same_weights_again()
    assert "does not count" not in shown(course)
    window.lab.change("network.hidden_layers", (8,))
    course.settle()
    assert "it has other data, another network or other settings" in shown(course)
    course.panel.again_button.click()
    course.settle()
    window.actions_by_name["new_weights"].trigger()
    course.settle()
    assert "it has other data, another network or other settings" in shown(course)
    course.panel.again_button.click()
    course.settle()
    course.train_exactly(20)
    window.lab.run_from(10, 3.0, go=False)
    course.settle()
    assert "it was opened, brought back or gone back in" in shown(course)
    course.panel.again_button.click()
    course.settle()
    course.panel.show_button.click()
    qtbot.waitUntil(lambda: window.snapshot.view.step == 170 and window.snapshot.state != "running")
    assert "“Show me” made it" in shown(course)
    assert "No score yet" in shown(course)


def test_with_changes_of_the_rate_the_second_part_counts(course: Course) -> None:
    course.begin("11", 2)
    course.type_rate(2)
    course.train_exactly(30)
    course.type_rate(5)
    course.train_exactly(60)
    assert course.reached
    assert "Best: " in shown(course)
    assert course.lessons.progress.best(course.lessons.lesson, 0) is None
    assert course.lessons.progress.best(course.lessons.lesson, 1) <= 90
    course.next()
    assert "What to try now" in course.panel.text.toPlainText()
    assert course.panel.next_button.text() == "Done"


def test_the_second_part_is_reached_in_fewer_steps_than_the_first(course: Course) -> None:
    course.begin("11", 1)
    course.type_rate(2)
    course.train_exactly(100)
    assert course.reached
    assert "Best: 77 steps" in shown(course)
    course.next()
    course.type_rate(1)
    course.train_exactly(170)
    assert not course.reached
    assert "Missed this time" in shown(course)
    assert "after 158 steps. Best: 158 steps; to beat: 77 steps with one α" in shown(course)
    assert 1 not in course.lessons.progress.done(course.lessons.lesson)
    course.same_weights_again()
    assert "Goal: " in shown(course)
    course.type_rate(2)
    course.train_exactly(10)
    course.type_rate(7)
    course.train_exactly(50)
    assert course.reached
    assert "after 51 steps. Best: 51 steps; beaten: 77 steps with one α" in shown(course)
    assert 1 in course.lessons.progress.done(course.lessons.lesson)


def test_show_me_begins_again_and_changes_alpha_on_the_way(course: Course, qtbot: Any) -> None:
    course.begin("11", 1)
    course.type_rate(2)
    course.train_exactly(100)
    course.next()
    course.type_rate(1)
    course.train_exactly(60)
    course.panel.show_button.click()
    qtbot.waitUntil(lambda: course.window.snapshot.view.step == 41 and course.reached)
    changes = course.window.snapshot.view.history.changes
    assert [(change.step, change.value) for change in changes] == [(0, 5.0), (3, 7.0)]
    assert "to beat: 77 steps with one α" in shown(course)
    assert 1 not in course.lessons.progress.done(course.lessons.lesson), "it was shown"
    # No single α of the slider, in steps of 0.1, does it in as few.
    single = [steps_below(rate / 10) for rate in range(5, 101)]
    assert min(steps for steps in single if steps) > 41


def steps_below(rate: float) -> int | None:
    """Steps until J of the challenge is below 0.1 with one α; None: not within 100."""
    trainer = Trainer(Experiment().with_value("data.dataset", "two_moons"))
    trainer.change("training.learning_rate", rate)
    for _ in range(100):
        trainer.advance(1)
        if trainer.train_loss() < 0.1:
            return trainer.step
    return None


@pytest.mark.parametrize("part", [1, 2])
def test_the_strip_does_not_tell_the_best_rate(course: Course, qtbot: Any, part: int) -> None:
    window = course.window
    window.actions_by_name["full"].trigger()
    course.begin("11", part)
    window.actions_by_name["full"].trigger()
    strip, action = window.strip, window.actions_by_name["show_lookahead"]
    course.lessons.read()
    assert not strip.marks.lookahead_shown
    assert strip.marks.lookahead_drawn is None
    if not action.isChecked():
        action.trigger()
    assert not strip.marks.lookahead_shown
    assert "hides the look-ahead" in window.notices.text
    window.actions_by_name["guess_fastest"].trigger()
    assert not strip.marks.concealed, "no guess is asked for whose answer this is"
    assert "lowest" not in strip.slider.toolTip()
    course.lessons.choose(-1)
    course.lessons.read()
    assert strip.marks.lookahead_shown


def test_a_fair_run_counts_though_its_first_snapshot_came_late(course: Course) -> None:
    course.begin("11", 1)
    course.train_exactly(40)
    snapshot = course.window.snapshot
    # The window was busy while the run began: what it sees first is step 40.
    course.lessons.show_snapshot(replace(snapshot, run=snapshot.run + 1))
    assert course.lessons.evidence().from_start
    course.lessons.show_snapshot(replace(snapshot, run=snapshot.run + 2, begun_at=40))
    assert not course.lessons.evidence().from_start, "a branch begins where it was branched off"


def test_a_run_that_was_branched_off_says_where_it_began(course: Course, qtbot: Any) -> None:
    window = course.window
    course.begin("11", 1)
    course.train_exactly(20)
    assert window.snapshot.begun_at == 0
    window.lab.run_from(10, 3.0, go=False)
    course.settle()
    assert window.snapshot.begun_at == 10
    course.same_weights_again()
    assert window.snapshot.begun_at == 0
