"""A student breaks a run, sees what happened, and goes back in time."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt

from playground.engine.branches.stopping import Stop
from playground.engine.recording.phase import ARRIVED, PhaseFound, ThrownOut, find_phase
from playground.engine.schedules import rate_at
from playground.engine.trainer import Trainer, replay
from playground.experiment import DataSettings, Experiment, ExperimentFile, NetworkSettings, TrainingSettings
from playground.experiment_formula import FormulaSettings
from playground.numerals import rate_text
from playground.ui.frame.workbench import Workbench
from playground.ui.loss.time_feature import TimeFeature
from playground.ui.rate.feature import RateFeature
from playground.ui.rate.first_overshoot_feature import FirstOvershootFeature
from playground.ui.rate.limit_feature import LimitFeature
from playground.ui.rate.lookahead_feature import LookaheadFeature
from playground.ui.transport.feature import TransportFeature
from playground.ui.transport.phase_feature import PhaseFeature
from playground.ui.transport.phase_words import (
    back_again,
    beside_limit,
    explained,
    lower_rate,
    still_out,
    thrown,
    thrown_in_short,
)
from playground.ui.transport.stop_when_feature import StopDialog, StopWhenFeature
from tests.support.features import bench_with, feature_of

SMALL = Experiment(DataSettings(points=40), NetworkSettings((2,)), TrainingSettings(learning_rate=0.5))


open_bar = bench_with(
    TransportFeature,
    RateFeature,
    FirstOvershootFeature,
    LimitFeature,
    LookaheadFeature,
    PhaseFeature,
    TimeFeature,
    StopWhenFeature,
)


def trained(window: Workbench, qtbot: Any, steps: int) -> None:
    window.lab.set_speed(None)
    window.lab.run_exactly(steps)
    qtbot.waitUntil(lambda: window.snapshot.view.step == steps and window.snapshot.state == "paused")


def test_back_to_now_leaves_the_notice_that_stays(qtbot: Any, open_bar: Any) -> None:
    window = open_bar(file=ExperimentFile(SMALL))
    trained(window, qtbot, 20)
    window.notices.keep_saying("A figure is opened.", [])
    feature_of(window, TimeFeature).line.slider.setValue(5)
    qtbot.waitUntil(lambda: "Back to now" in window.notices.offers)
    window.notices.offers["Back to now"].click()
    qtbot.waitUntil(lambda: "Back to now" not in window.notices.offers)
    assert window.notices.text == "A figure is opened."


def test_dragging_the_time_line_back_shows_that_moment_everywhere(qtbot, open_window) -> None:
    window = open_window(ExperimentFile(SMALL))
    line = feature_of(window, TimeFeature).line
    assert not line.slider.isEnabled()
    trained(window, qtbot, 300)
    qtbot.waitUntil(lambda: line.slider.maximum() == 300 == line.slider.value())
    assert line.now.isHidden()
    line.slider.setValue(40)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 40)
    true = replay(ExperimentFile(SMALL), 40).view()
    qtbot.waitUntil(lambda: window.panel.diagram.picture.parameters is window.snapshot.view.parameters)
    np.testing.assert_array_equal(window.panel.diagram.picture.parameters, true.parameters)
    qtbot.waitUntil(lambda: window.transport.readouts["step"].value == "40")
    qtbot.waitUntil(lambda: window.loss_view.drawing.moment.step == 40)
    assert window.loss_view.drawing.shown["train"].steps[-1] == 300, "the plot keeps the whole run"
    qtbot.waitUntil(lambda: window.data_view.answer is not None and window.data_view.answer.step == 40)
    qtbot.waitUntil(lambda: window.surface_view.answer is not None)
    assert len(window.surface_view.picture().path_ab) <= 41
    assert "40" in line.label.text()
    qtbot.mouseClick(line.now, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 300 and line.slider.value() == 300)


def test_running_from_there_is_a_branch_that_undo_takes_back(qtbot, open_window) -> None:
    window = open_window(ExperimentFile(SMALL))
    trained(window, qtbot, 120)
    actions = window.actions_by_name
    for _ in range(3):
        qtbot.keyClick(window, Qt.Key.Key_Comma, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 117)
    qtbot.waitUntil(actions["run_from_here"].isEnabled)
    line = feature_of(window, TimeFeature).line
    qtbot.waitUntil(lambda: not line.from_here.isHidden())
    qtbot.mouseClick(line.from_here, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.lab.run_number == 2 and window.snapshot.view.step > 130)
    assert "step 117" in window.notices.text
    window.lab.pause()
    qtbot.waitUntil(lambda: window.snapshot.state == "paused")
    same = replay(ExperimentFile(SMALL), window.snapshot.view.step)
    np.testing.assert_array_equal(window.snapshot.view.parameters, same.parameters)
    actions["undo"].trigger()
    qtbot.waitUntil(lambda: window.snapshot.view.step == 120)


@pytest.mark.parametrize("full_speed", [False, True])
def test_a_run_that_is_thrown_out_is_told_with_numbers_and_brought_back(
    qtbot, open_bar, full_speed: bool
) -> None:
    window = open_bar()
    window.lab.set_speed(None)
    window.lab.set_learning_rate(1.0)
    trained(window, qtbot, 300)
    qtbot.waitUntil(lambda: window.transport.readouts["phase"].value == "falling")
    window.lab.set_speed(None if full_speed else 60.0)
    window.lab.set_learning_rate(20.0)
    window.actions_by_name["run"].trigger()
    qtbot.waitUntil(lambda: "Thrown out" in window.notices.text)
    assert "α = 20" in window.notices.text
    assert "J rose from 0.0" in window.notices.text
    assert window.lab.state == "running", "nobody stops it"
    back = next(text for text in window.notices.offers if text.startswith("Back to step"))
    assert back.endswith(", half the limit"), "half of α is above it still"
    lower = float(back.split("α = ")[1].partition(",")[0])
    limit = re.search(r"times the limit at step \d+ \(([0-9.]+)\)", window.notices.text)
    assert limit is not None, window.notices.text
    assert lower == pytest.approx(float(limit[1]) / 2, rel=0.1)
    step = int(back.split()[3])
    assert 300 <= step < 400
    assert {"Back to the start", "Watch it go on"} <= set(window.notices.offers)
    qtbot.mouseClick(window.notices.offers[back], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.lab.run_number == 2 and window.snapshot.run == 2)
    assert window.snapshot.view.settings.learning_rate == lower
    assert window.snapshot.view.history.changes[-1][0] == step


def test_a_run_that_falls_when_it_is_first_looked_at_is_told_once_it_falls_no_longer(qtbot, open_bar) -> None:
    window = open_bar(ExperimentFile(SMALL))
    window.lab.set_learning_rate(1.0)
    trained(window, qtbot, 300)
    qtbot.waitUntil(lambda: window.transport.readouts["phase"].value == "falling")
    window.lab.set_learning_rate(20.0)
    # At step 698 J happens to go down, far above where it was; nothing is seen of the steps before.
    window.clock.stop()
    window.lab.run_exactly(398)
    qtbot.waitUntil(lambda: window.lab.training.current.run.trainer.step == 698)
    window.clock.start()
    qtbot.waitUntil(lambda: window.transport.readouts["step"].value == "698")
    qtbot.waitUntil(lambda: feature_of(window, PhaseFeature).phase == "rippling")
    assert "Thrown out" not in window.notices.text
    window.lab.run_exactly(200)
    qtbot.waitUntil(lambda: "Thrown out" in window.notices.text)


def test_watching_it_go_on_is_respected(qtbot, open_bar) -> None:
    window = open_bar()
    window.lab.set_learning_rate(30.0)
    window.actions_by_name["run"].trigger()
    qtbot.waitUntil(lambda: "Watch it go on" in window.notices.offers)
    qtbot.mouseClick(window.notices.offers["Watch it go on"], Qt.MouseButton.LeftButton)
    step = window.snapshot.view.step
    qtbot.waitUntil(lambda: window.snapshot.view.step > step + 30)
    assert "Thrown out" not in window.notices.text
    assert feature_of(window, PhaseFeature).phase in ("thrown out", "rippling")


def circles(batch_size: int | None) -> Experiment:
    training = TrainingSettings(learning_rate=1.0, batch_size=batch_size)
    return Experiment(DataSettings(), NetworkSettings((4,)), training)


@pytest.mark.parametrize("batch_size", [None, 10])
def test_the_phase_never_contradicts_what_is_said_of_it(qtbot, open_bar, batch_size: int | None) -> None:
    """A run that stays thrown out may creep up there: as long as that is said it is thrown out, or falls."""
    window = open_bar(ExperimentFile(circles(batch_size)))
    trained(window, qtbot, 300)
    window.lab.set_learning_rate(30.0)
    window.lab.set_speed(240.0)
    window.lab.run()
    qtbot.waitUntil(lambda: "Thrown out" in window.notices.text)
    feature = feature_of(window, PhaseFeature)
    told = window.snapshot.view.step

    def later() -> bool:
        assert feature.phase in ("thrown out", "falling")
        return window.snapshot.view.step > told + 330

    qtbot.waitUntil(later)
    assert "counts as back" in window.transport.readouts["phase"].toolTip()
    qtbot.mouseClick(window.notices.offers["Watch it go on"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: feature.phase in ("creeping", "falling", "rising", "rippling"))
    assert "Thrown out" not in window.notices.text


def line(rate: float) -> Experiment:
    return Experiment(DataSettings("noisy_line"), NetworkSettings(()), TrainingSettings(learning_rate=rate))


def test_a_run_that_falls_already_is_not_said_to_be_thrown_out(qtbot, open_bar) -> None:
    """Where α was lowered in time J falls, although it is far above its best."""
    window = open_bar(ExperimentFile(line(0.6)))
    step = window.actions_by_name["step"]
    for count in range(1, 9):
        step.trigger()
        qtbot.waitUntil(lambda count=count: window.snapshot.view.step == count)
    window.lab.set_learning_rate(0.5)
    feature = feature_of(window, PhaseFeature)
    said: list[str] = []
    window.notices.notice_shown.connect(said.append)
    window.lab.set_speed(30.0)
    window.lab.run()
    qtbot.waitUntil(lambda: feature.phase == "falling")
    assert window.snapshot.view.train_loss > 0.6
    assert not [text for text in said if "Thrown out" in text]


def test_a_run_that_was_thrown_out_and_falls_names_the_step_where_j_was_highest(qtbot, open_bar) -> None:
    window = open_bar(ExperimentFile(line(0.6)))
    window.lab.set_speed(120.0)
    window.lab.run()
    qtbot.waitUntil(lambda: window.snapshot.view.step > 60 and "Watch it go on" in window.notices.offers)
    window.lab.set_speed(30.0)
    window.lab.set_learning_rate(0.505)
    feature = feature_of(window, PhaseFeature)
    qtbot.waitUntil(lambda: feature.phase == "falling")
    window.lab.pause()
    losses = window.snapshot.view.history.curves["train_loss"]
    highest = int(losses.steps[losses.values.argmax()])
    assert highest < window.snapshot.view.step
    qtbot.waitUntil(lambda: window.notices.text.endswith(f" at step {highest}."))
    assert any(text.startswith("Back to step") for text in window.notices.offers)


@pytest.mark.parametrize("full_speed", [False, True])
def test_what_was_said_is_withdrawn_when_the_run_comes_back_by_itself(
    qtbot, open_bar, full_speed: bool
) -> None:
    window = open_bar(ExperimentFile(circles(None)))
    trained(window, qtbot, 300)
    window.lab.set_learning_rate(9.0)
    window.lab.set_speed(None if full_speed else 60.0)
    window.lab.run()
    if not full_speed:
        qtbot.waitUntil(lambda: "Watch it go on" in window.notices.offers)
    qtbot.waitUntil(lambda: "J has come back to" in window.notices.text)
    assert "by itself, at step " in window.notices.text
    assert "; it was 0.07924 at step 304." in window.notices.text
    assert "Watch it go on" not in window.notices.offers
    assert feature_of(window, PhaseFeature).phase != "thrown out"


def test_a_run_that_was_brought_down_by_hand_has_not_come_back_by_itself(qtbot, open_bar) -> None:
    window = open_bar(ExperimentFile(circles(None)))
    trained(window, qtbot, 300)
    window.lab.set_learning_rate(20.0)
    window.lab.set_speed(60.0)
    window.lab.run()
    qtbot.waitUntil(lambda: "Watch it go on" in window.notices.offers)
    window.lab.set_learning_rate(0.5)
    window.lab.set_speed(None)
    qtbot.waitUntil(lambda: "J has come back to" in window.notices.text)
    assert "at α = 0.5" in window.notices.text
    assert "by itself" not in window.notices.text


def test_who_makes_it_worse_is_still_led_back_to_the_good_step(qtbot, open_bar) -> None:
    """From up there J is thrown out again, but no step up there is one to go back to."""
    training = TrainingSettings(learning_rate=0.6, batch_size=10)
    window = open_bar(ExperimentFile(Experiment(DataSettings("noisy_line"), NetworkSettings(()), training)))
    window.lab.set_speed(60.0)
    window.lab.run()
    qtbot.waitUntil(lambda: "Watch it go on" in window.notices.offers)
    said, offers = window.notices.text, set(window.notices.offers)
    step = window.snapshot.view.step
    window.lab.set_learning_rate(1.5)
    qtbot.waitUntil(lambda: window.snapshot.view.step > step + 60)
    assert (window.notices.text, set(window.notices.offers)) == (said, offers)


def test_under_a_schedule_the_alpha_is_named_that_threw_it_out(qtbot, open_bar) -> None:
    training = TrainingSettings(learning_rate=0.56, schedule="cosine", schedule_steps=80, schedule_factor=0.9)
    window = open_bar(ExperimentFile(Experiment(DataSettings("noisy_line"), NetworkSettings(()), training)))
    window.lab.set_speed(60.0)
    window.lab.run()
    qtbot.waitUntil(lambda: "Thrown out" in window.notices.text)
    assert "α = 0.56 at step 1" in window.notices.text
    assert "Back to step 1 with slider’s α = 0.28" in window.notices.offers


def test_a_diverged_run_names_the_alpha_of_the_step_that_cannot_be_made(qtbot, open_window) -> None:
    training = TrainingSettings(
        learning_rate=1.0, schedule="exponential", schedule_steps=1000, schedule_factor=0.5
    )
    window = open_window(
        ExperimentFile(Experiment(DataSettings("noisy_line"), NetworkSettings(()), training))
    )
    window.lab.set_speed(None)
    window.lab.run()
    qtbot.waitUntil(lambda: "no longer finite" in window.notices.text)
    qtbot.waitUntil(lambda: window.snapshot.view.diverged)
    view = window.snapshot.view
    rate = rate_at(view.settings, view.step)
    assert rate < 0.9
    assert f"at α = {rate_text(rate)};" in window.notices.text
    offer = "Go on with slider’s α = 0.5"
    qtbot.waitUntil(lambda: offer in window.notices.offers)
    assert any(text.startswith("Back to step") for text in window.notices.offers)


def test_a_diverged_run_that_is_brought_back_offers_its_ways_back_at_once(qtbot, open_window) -> None:
    window = open_window(
        ExperimentFile(Experiment(DataSettings("noisy_line"), NetworkSettings(()), TrainingSettings()))
    )
    window.lab.set_speed(None)
    window.lab.set_learning_rate(0.8)
    window.lab.run()
    qtbot.waitUntil(lambda: window.snapshot.view.diverged)
    qtbot.waitUntil(lambda: any(text.startswith("Back to step") for text in window.notices.offers))
    step = window.snapshot.view.step
    window.actions_by_name["new_weights"].trigger()
    qtbot.waitUntil(lambda: window.snapshot.run == 2)
    assert "no longer finite" not in window.notices.text
    for run, name in ((3, "undo"), (4, "redo"), (5, "undo")):
        window.actions_by_name[name].trigger()
        qtbot.waitUntil(lambda run=run: window.snapshot.run == run)
        if name == "undo":
            qtbot.waitUntil(lambda: any(text.startswith("Back to step") for text in window.notices.offers))
            assert window.notices.text.startswith(f"The other run is back, at step {step}. J is no longer")
            assert window.lab.state == "diverged"
    go_on = next(text for text in window.notices.offers if text.startswith("Go on with α = 0."))
    qtbot.mouseClick(window.notices.offers[go_on], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.lab.state == "running" and window.snapshot.view.train_loss < 1.0)


@pytest.mark.parametrize("speed", [60.0, None])
def test_far_above_a_known_limit_the_way_back_leads_below_it(qtbot, open_window, speed: float | None) -> None:
    window = open_window(
        ExperimentFile(Experiment(DataSettings("noisy_line"), NetworkSettings(()), TrainingSettings()))
    )
    window.lab.set_learning_rate(9.49)
    limits = feature_of(window, LimitFeature)
    qtbot.waitUntil(lambda: limits.answer is not None)
    lower = f"α = {limits.answer.stability.limit / 2:.2g}, half the limit"
    window.lab.set_speed(speed)
    window.lab.run()
    if speed is not None:
        qtbot.waitUntil(lambda: "Thrown out" in window.notices.text)
        assert f"Back to step 0 with {lower}" in window.notices.offers
        window.lab.set_speed(None)
    qtbot.waitUntil(lambda: f"Go on with {lower}" in window.notices.offers)
    qtbot.mouseClick(window.notices.offers[f"Back to step 0 with {lower}"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.snapshot.run == 2 and window.snapshot.view.step > 100)
    assert window.snapshot.view.train_loss < 0.2


@pytest.mark.parametrize(
    ("rate", "limit", "factor", "lower"),
    [
        (0.8, None, 1.0, (0.4, "")),
        (0.8, 0.5, 1.0, (0.4, "")),
        (9.49, 0.4, 1.0, (0.2, ", half the limit")),
        (9.49, 0.4, 0.1, (2.0, ", half the limit")),
        (0.6, 0.5, 0.1, (0.3, "")),
    ],
)
def test_what_to_go_on_with(rate: float, limit: float | None, factor: float, lower: Any) -> None:
    assert lower_rate(rate, limit, factor) == lower


def test_at_the_limit_is_said_near_it_only() -> None:
    told = [beside_limit(rate, 1.0) for rate in (0.5, 0.95, 0.995, 1.005, 1.05, 2.5)]
    assert told == ["", "near limit", "at limit", "at limit", "above limit", "above limit"]
    assert beside_limit(2.5, None) == ""


@pytest.mark.parametrize(("optimizer", "frozen"), [("momentum", False), ("adam", True), ("rmsprop", True)])
def test_the_limit_beside_a_run_that_was_thrown_out_says_whether_it_is_that_of_a_frozen_preconditioner(
    optimizer: str, frozen: bool
) -> None:
    trainer = Trainer(replace(SMALL, training=TrainingSettings(optimizer, learning_rate=0.9)))
    trainer.advance(5)
    told = ThrownOut(good_step=1, good_loss=0.2, crossed=2, step=3, loss=4.0, bar=0.4)
    words = thrown(trainer.view(), told, (1, 0.3))
    held = ", with the preconditioner held fixed" if frozen else ""
    assert words.startswith(f"Thrown out: α = 0.9 is 3 times the limit at step 1 (0.3{held}); J rose")


def test_j_has_the_digits_that_it_has_everywhere_in_what_is_said_of_a_run_that_was_thrown_out() -> None:
    trainer = Trainer(replace(SMALL, training=TrainingSettings(learning_rate=0.9)))
    trainer.advance(5)
    told = ThrownOut(good_step=1, good_loss=0.23456, crossed=2, step=3, loss=4.0, bar=0.40004)
    view = trainer.view()
    assert "J rose from 0.2346 at step 1 to 4.000 at step 3." in thrown(view, told, None)
    assert still_out(told).startswith("J was 0.2346 at step 1. ")
    assert "stays below 0.4000." in still_out(told)
    assert back_again(view, told, view.step, 0.3).startswith("J has come back to 0.3000 by itself")
    assert "it was 0.2346 at step 1." in back_again(view, told, view.step, 0.3)
    near = replace(told, loss=0.23457)
    assert "rose from 0.23456 at step 1 to 0.23457" in thrown(view, near, None), "told apart"


@pytest.mark.parametrize("optimizer", ["gradient_descent", "momentum", "adam"])
def test_in_short_a_run_that_was_thrown_out_keeps_both_losses(optimizer: str) -> None:
    trainer = Trainer(replace(SMALL, training=TrainingSettings(optimizer, learning_rate=0.9)))
    trainer.advance(5)
    told = ThrownOut(good_step=1, good_loss=0.0011, crossed=2, step=3, loss=4.0, bar=0.4)
    for limit in (None, (1, 0.3), (1, 2.0)):
        texts = thrown(trainer.view(), told, limit), *thrown_in_short(trainer.view(), told, limit)
        assert [len(text) for text in texts] == sorted({len(text) for text in texts}, reverse=True)
        for text in texts[1:]:
            assert text.endswith("J rose from 0.001100 to 4.000.")
            assert "the limit" not in text or (optimizer != "adam" and limit == (1, 0.3))
            assert ("the limit" in text) == ("the limit at step 1" in text), "of which step it is"


def test_the_notice_of_a_run_that_was_thrown_out_is_whole_beside_its_buttons(qtbot, open_window) -> None:
    window = open_window()
    window.lab.set_speed(None)
    window.lab.set_learning_rate(1.0)
    trained(window, qtbot, 300)
    window.lab.set_speed(60.0)
    window.lab.set_learning_rate(20.0)
    window.actions_by_name["run"].trigger()
    qtbot.waitUntil(lambda: "Thrown out" in window.notices.text)
    notices = window.notices
    assert len(notices.offers) == 4
    qtbot.waitUntil(lambda: notices.offers["✕"].geometry().right() > 1000)
    assert window.width() == 1280
    assert "…" not in notices.shown_text
    reached = notices.text.rpartition(" to ")[2].partition(" at step")[0]
    assert notices.shown_text.endswith(f" to {reached}.")


def test_a_run_that_has_arrived_is_said_to_be_where_j_is_flat() -> None:
    found = PhaseFound(ARRIVED, before=0.1, after=0.1, first=10, last=20, share=1e-9)
    assert explained(found).endswith(": J is flat here, at a minimum, a saddle or a plateau.")
    assert "the gradient is 10⁻⁹ of the largest of this run" in explained(found)


def test_a_gradient_that_is_rounding_from_the_start_is_named_itself() -> None:
    zeros = NetworkSettings((8, 8), initialization="zeros")
    trainer = Trainer(Experiment(DataSettings("xor"), zeros))
    trainer.advance(50)
    found = find_phase(trainer.history.view())
    assert found.word == ARRIVED
    largest = trainer.history.curve("gradient_norm")[1].max()
    assert largest < 1e-15
    told = explained(found)
    assert "is no more than the rounding of J: J is flat here" in told
    assert "of the largest" not in told, "that is rounding too"


def test_a_condition_to_stop_at_is_typed_and_the_run_is_finished(qtbot, open_bar) -> None:
    window = open_bar(ExperimentFile(SMALL))
    dialog = StopDialog(Stop(), window)
    qtbot.addWidget(dialog)
    dialog.edits["loss"].setText("quickly")
    dialog.accept()
    assert "quickly" in dialog.problem.text()
    dialog.edits["loss"].setText("0.4")
    dialog.edits["steps"].setText("5000")
    dialog.accept()
    assert dialog.stop == Stop(loss=0.4, steps=5000)
    feature_of(window, StopWhenFeature).set_stop(dialog.stop)
    window.lab.set_speed(None)
    window.lab.run()
    qtbot.waitUntil(lambda: feature_of(window, PhaseFeature).phase == "finished")
    assert window.snapshot.view.train_loss <= 0.4
    assert window.transport.readouts["phase"].value == "finished"
    qtbot.waitUntil(lambda: "J is at most 0.4" in window.notices.text)


@pytest.mark.parametrize(
    ("data", "layers", "rate", "l2"), [("two_circles", (4,), 30.0, 1.0), ("sine", (4,), 100.0, 0.0)]
)
def test_each_way_on_that_is_offered_after_an_overflow_leads_on(
    qtbot, open_window, data: str, layers: tuple[int, ...], rate: float, l2: float
) -> None:
    experiment = Experiment(
        DataSettings(data, points=40),
        NetworkSettings(layers, "relu" if data == "sine" else "tanh"),
        TrainingSettings(learning_rate=rate, l2=l2),
    )
    window = open_window(ExperimentFile(experiment))
    window.lab.set_speed(None)
    window.lab.run()
    qtbot.waitUntil(lambda: "no longer finite" in window.notices.text)
    qtbot.waitUntil(lambda: window.snapshot.view.diverged)
    assert np.isfinite(window.snapshot.view.train_loss)
    begun: list[str] = []
    window.lab.state_changed.connect(begun.append)
    offers = [text for text in window.notices.offers if text.startswith(("Go on", "Back to step"))]
    window.lab.set_speed(60.0)
    step = int(offers[-1].split()[3]) if offers[-1].startswith("Back to step") else window.snapshot.view.step
    qtbot.mouseClick(window.notices.offers[offers[-1]], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "running" in begun and window.snapshot.view.step >= step + 5)
    assert np.isfinite(window.snapshot.view.train_loss)


@pytest.mark.parametrize("how", ["steps", "loss_above"])
def test_a_run_that_meets_a_condition_at_the_last_step_it_can_make_says_what_j_did(
    qtbot, open_bar, how: str
) -> None:
    experiment = Experiment(formula=FormulaSettings("w^2"), training=TrainingSettings(learning_rate=100.0))
    whole = Trainer(experiment)
    whole.advance(10_000)
    last = whole.step
    assert whole.diverged
    stop = Stop(steps=last) if how == "steps" else Stop(loss_above=0.5 * whole.train_loss())
    window = open_bar(ExperimentFile(experiment))
    feature_of(window, StopWhenFeature).set_stop(stop)
    window.lab.set_speed(None)
    readout = window.transport.readouts["phase"]
    window.lab.run()
    if how == "steps":
        qtbot.waitUntil(lambda: bool(window.snapshot.finished) and window.lab.state == "paused")
        assert window.snapshot.view.step == last
        # It is finished, and yet no word hides that J went up without end.
        qtbot.waitUntil(lambda: readout.value in ("rising", "thrown out"))
        assert readout.toolTip().endswith(f" Finished at step {last}: {last} steps are made.")
        window.lab.run()
    qtbot.waitUntil(lambda: window.lab.state == "diverged" and readout.value == "diverged")
    assert window.snapshot.view.step == last
    assert not window.snapshot.finished, "the step that cannot be made is what ended it"
    assert "Finished" not in readout.toolTip()


def test_a_run_that_stops_because_j_rose_is_not_called_finished(qtbot, open_bar) -> None:
    experiment = Experiment(formula=FormulaSettings("w^2"), training=TrainingSettings(learning_rate=1.2))
    window = open_bar(ExperimentFile(experiment))
    feature_of(window, StopWhenFeature).set_stop(Stop(loss_above=1e5))
    window.lab.set_speed(None)
    window.lab.run()
    qtbot.waitUntil(lambda: bool(window.snapshot.finished) and window.lab.state == "paused")
    qtbot.waitUntil(lambda: window.transport.readouts["phase"].value in ("rising", "thrown out"))
    words = window.transport.readouts["phase"].toolTip()
    assert words.startswith("J rose from 4.000 at step 0 to ")
    assert words.endswith(" Finished at step 16: J is above 100\u202f000.")
