"""The bug hunt in the window: a student trains, checks, looks, and names the mistake."""

from __future__ import annotations

import pytest

from playground.experiment import FAULTS, Experiment
from playground.ui.data.feature import DataFeature
from playground.ui.experiment.feature import ExperimentFeature
from playground.ui.inspector.bug_hunt_feature import PAGE, BugHuntFeature
from playground.ui.inspector.bug_hunt_view import NO_HUNT, TASK
from playground.ui.inspector.feature import InspectorFeature
from tests.support.fake_workbench import FakeWorkbench
from tests.support.features import bench_with, feature_of

open_hunt = bench_with(DataFeature, ExperimentFeature, InspectorFeature, BugHuntFeature)


def feature(window: FakeWorkbench) -> BugHuntFeature:
    return feature_of(window, BugHuntFeature)


def inspector(window: FakeWorkbench) -> InspectorFeature:
    return feature_of(window, InspectorFeature)


def hunting(qtbot, window: FakeWorkbench, fault: str) -> BugHuntFeature:
    hunt = feature(window)
    hunt.begin(fault)
    qtbot.waitUntil(lambda: hunt.fault == fault)
    return hunt


@pytest.mark.parametrize(
    ("fault", "blocks"),
    [
        ("mean", "W[1] 8 of 8 wrong, b[1] right"),
        ("slope", "W[2] 16 of 16 wrong, b[2] 4 of 4 wrong, W[3] right, b[3] right"),
        ("transpose", "b[1] 4 of 4 wrong, W[2] right"),
        ("sign", "W[1] right, b[1] 4 of 4 wrong, W[2] right"),
    ],
)
def test_the_check_finds_the_mistake_and_the_student_names_it(qtbot, open_hunt, fault, blocks) -> None:
    window = open_hunt()
    hunt = hunting(qtbot, window, fault)
    assert window.arrangement.page_on_screen(PAGE)
    assert hunt.badge.isVisible()
    first = window.snapshot.view.train_loss
    window.lab.set_speed(None)
    window.lab.run_exactly(400)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 400)
    assert window.snapshot.view.train_loss < first

    hunt.view.check_button.click()
    view = inspector(window).view
    qtbot.waitUntil(lambda: view.check is not None and view.check.check.complete)
    assert view.check_label.text().startswith("Something is wrong")
    assert blocks in view.check_label.text()

    assert not hunt.view.name_button.isEnabled()
    wrong = next(name for name in FAULTS if name != fault)
    hunt.view.buttons[wrong].click()
    hunt.view.name_button.click()
    assert hunt.view.feedback.text().startswith("It is not that.")
    assert hunt.view.mend_button.isHidden()
    hunt.view.buttons[fault].click()
    hunt.view.name_button.click()
    assert hunt.view.feedback.text().startswith("Found: ")


def test_the_inspector_shows_the_rule_beside_what_the_run_has(qtbot, open_hunt) -> None:
    window = open_hunt()
    hunting(qtbot, window, "sign")
    view = inspector(window).view
    inspector(window).open()
    qtbot.waitUntil(lambda: view.answer is not None and len(view.answer.trace.layers) == 3)
    told = next(step for step in view.operations if step.formula == "∂J/∂b[1] = δ[1]").result.explain(0, 0)
    assert "But the backward pass of this run has" in told
    told = next(step for step in view.operations if step.formula == "∂J/∂b[2] = δ[2]").result.explain(0, 0)
    assert "But" not in told


def test_mended_the_same_run_starts_with_a_right_gradient(qtbot, open_hunt) -> None:
    window = open_hunt()
    hunt = hunting(qtbot, window, "slope")
    weights = window.snapshot.view.parameters
    hunt.view.buttons["slope"].click()
    hunt.view.name_button.click()
    hunt.view.mend_button.click()
    qtbot.waitUntil(lambda: hunt.fault is None)
    assert (window.snapshot.view.parameters == weights).all()
    assert not hunt.badge.isVisible()
    assert not hunt.view.check_button.isEnabled()
    window.actions_by_name["undo"].trigger()
    qtbot.waitUntil(lambda: hunt.fault == "slope")
    assert hunt.badge.isVisible()


def test_the_page_says_so_when_the_hunt_is_left_and_when_it_comes_back(qtbot, open_hunt) -> None:
    window = open_hunt()
    hunt = hunting(qtbot, window, "sign")
    assert hunt.view.task.text().startswith("The backward pass of this run has one mistake")
    hunt.view.buttons["mean"].click()
    hunt.view.name_button.click()
    assert hunt.view.feedback.text().startswith("It is not that.")
    window.lab.set_experiment(Experiment())
    qtbot.waitUntil(lambda: hunt.fault is None)
    assert hunt.view.task.isVisible()
    assert hunt.view.task.text() == NO_HUNT
    assert hunt.view.feedback.text() == ""
    assert not hunt.view.name_button.isEnabled()
    window.actions_by_name["undo"].trigger()
    qtbot.waitUntil(lambda: hunt.fault == "sign")
    assert hunt.view.task.text() == TASK
    assert hunt.view.check_button.isEnabled()


def test_undo_to_another_hunt_forgets_what_was_found_in_this_one(qtbot, open_hunt) -> None:
    window = open_hunt()
    hunt = hunting(qtbot, window, "sign")
    hunting(qtbot, window, "mean")
    hunt.view.buttons["mean"].click()
    hunt.view.name_button.click()
    assert hunt.view.mend_button.isVisible()
    window.actions_by_name["undo"].trigger()
    qtbot.waitUntil(lambda: hunt.fault == "sign")
    assert hunt.view.feedback.text() == ""
    assert not hunt.view.mend_button.isVisible()
    assert hunt.view.task.isVisible()


def test_another_hunt_has_another_mistake(qtbot, open_hunt) -> None:
    window = open_hunt()
    window.actions_by_name["bug_hunt"].trigger()
    hunt = feature(window)
    qtbot.waitUntil(lambda: hunt.fault is not None)
    before = hunt.fault
    hunt.view.buttons["mean"].click()
    hunt.view.another_button.click()
    qtbot.waitUntil(lambda: hunt.fault != before)
    assert hunt.view.chosen == ""
    assert hunt.fault in FAULTS


def test_the_run_that_a_hunt_replaces_is_offered_back(qtbot, open_window) -> None:
    window = open_window()
    before = window.lab.experiment
    hunting(qtbot, window, "sign")
    qtbot.waitUntil(lambda: "Undo" in window.notices.offers)
    window.notices.offers["Undo"].click()
    qtbot.waitUntil(lambda: window.lab.experiment == before)
    assert feature(window).fault is None
