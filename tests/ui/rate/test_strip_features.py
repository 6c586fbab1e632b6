"""The strip of the window with a real lab: limit, look-ahead and the next step, and when they show."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt

from playground.engine.optimizers import OPTIMIZERS
from playground.engine.trainer import Trainer
from playground.experiment import DataSettings, Experiment, ExperimentFile, NetworkSettings, TrainingSettings
from playground.lab.snapshot import PAUSED, RUNNING
from playground.landscape.lookahead import rates_on
from playground.landscape.questions.lookahead import LookaheadQuestion
from playground.landscape.questions.next_step import NextStepQuestion
from playground.landscape.stability import MINI_BATCHES
from playground.numerals import number_text
from playground.ui.frame import cadence
from playground.ui.loss.feature import LossFeature
from playground.ui.rate import side_feature
from playground.ui.rate.feature import RateFeature
from playground.ui.rate.first_overshoot_feature import FirstOvershootFeature, overshot
from playground.ui.rate.limit_feature import (
    BOTH_HIDDEN,
    HIDDEN,
    NO_LOOK_AHEAD,
    RULES,
    LimitFeature,
)
from playground.ui.rate.lookahead_feature import SWITCHED_OFF, LookaheadFeature, round_age
from playground.ui.rate.side_feature import SideFeature
from playground.ui.rate.slider import UNSTEADY
from playground.ui.transport.feature import TransportFeature
from playground.ui.transport.phase_feature import PhaseFeature
from tests.support.fake_workbench import FakeWorkbench
from tests.support.features import bench_with, feature_of

STRIP = (
    TransportFeature,
    LossFeature,
    RateFeature,
    FirstOvershootFeature,
    LimitFeature,
    LookaheadFeature,
    SideFeature,
    PhaseFeature,
)
LINE = ExperimentFile(Experiment(DataSettings("noisy_line"), NetworkSettings(())))


open_strip = bench_with(*STRIP)


def limit(window: FakeWorkbench):
    return window.strip.slider.picture().limit


def lookahead(window: FakeWorkbench):
    return window.strip.slider.picture().lookahead


def test_the_simple_layout_keeps_the_discovery_until_the_first_overshoot(qtbot, open_strip) -> None:
    window = open_strip()
    qtbot.waitUntil(lambda: feature_of(window, SideFeature).answer is not None)
    window.lab.run_exactly(40)
    side, ahead = feature_of(window, SideFeature), feature_of(window, LookaheadFeature)
    # Whoever wants to know anything about step 40 has asked by the time the side view has its answer. The
    # limit is known, for the word of the phase; it is not told.
    qtbot.waitUntil(lambda: side.answer.step == 40)
    qtbot.waitUntil(lambda: feature_of(window, LimitFeature).answer is not None)
    assert ahead.answer is None
    assert not ahead.cadence.waiting
    feature_of(window, LimitFeature).read()
    ahead.read()
    assert limit(window) is None
    assert lookahead(window) is None
    assert window.strip.slider.toolTip() == ""
    assert side.view.picture.marks is None

    window.lab.set_learning_rate(9.0)
    window.lab.run()
    qtbot.waitUntil(lambda: feature_of(window, FirstOvershootFeature).discovered)
    marks, height = window.strip.marks, window.strip.sizeHint().height()
    assert (marks.layers, marks.limit_shown, marks.side_marks_shown, marks.lookahead_shown) == (
        1,
        True,
        False,
        False,
    )
    window.lab.pause()
    qtbot.waitUntil(lambda: limit(window) is not None)
    assert "land higher" in limit(window).sentence or "limit beyond" in limit(window).sentence
    assert (lookahead(window), side.view.picture.marks) == (None, None), "one layer at a time"
    assert window.strip.sizeHint().height() == height

    for layers in (2, 3):
        run = window.lab.run_number
        window.lab.same_weights_again()
        qtbot.waitUntil(lambda run=run: window.snapshot.run > run)
        window.lab.run()
        qtbot.waitUntil(lambda: window.snapshot.view.step > 40)
        assert window.strip.marks.layers == layers - 1, "nothing moves while the run goes on"
        window.lab.pause()
        if layers == 3:
            qtbot.waitUntil(lambda: window.snapshot.state == PAUSED)
            assert window.strip.sizeHint().height() == height, "the strip does not grow below a run"
            window.lab.same_weights_again()
        qtbot.waitUntil(lambda layers=layers: window.strip.marks.layers == layers)
        qtbot.waitUntil(lambda: side.view.picture.marks == side_feature.MARKS)
    qtbot.waitUntil(lambda: lookahead(window) is not None)
    assert window.strip.sizeHint().height() >= height


def test_a_strip_without_room_says_in_fewer_words_where_the_limit_is(qtbot, open_strip) -> None:
    """What it holds for is never left out: that the valley keeps its shape."""
    window = open_strip(LINE)
    window.set_full(True)
    qtbot.waitUntil(lambda: limit(window) is not None and limit(window).limit is not None)
    label = window.strip.subtitle_label
    qtbot.waitUntil(lambda: label.text() == limit(window).sentence)
    texts = (limit(window).sentence, *limit(window).shorter)
    assert len(texts) == 3
    for text in texts:
        assert text.endswith("while the valley keeps this shape")
        label.resize(label.advance(text), label.height())
        assert label.shown_text == text
    label.resize(label.width() - 1, label.height())
    assert label.shown_text.endswith("…")


def test_the_strip_says_what_was_switched_off(qtbot, open_strip) -> None:
    window = open_strip(LINE)
    window.set_full(True)
    qtbot.waitUntil(lambda: limit(window) is not None)
    window.actions_by_name["show_limit"].trigger()
    assert window.strip.subtitle_label.text() == HIDDEN
    window.actions_by_name["show_lookahead"].trigger()
    feature_of(window, LimitFeature).read()
    assert window.strip.subtitle_label.text() == BOTH_HIDDEN
    assert feature_of(window, LookaheadFeature).box.toolTip() == SWITCHED_OFF
    window.actions_by_name["show_limit"].trigger()
    qtbot.waitUntil(lambda: limit(window) is not None)
    qtbot.waitUntil(lambda: window.strip.subtitle_label.text() == limit(window).sentence)


def test_keys_show_and_hide_both(qtbot, open_strip) -> None:
    window = open_strip()
    for name, shown in (("show_limit", limit), ("show_lookahead", lookahead)):
        action = window.actions_by_name[name]
        assert action.shortcut().toString()
        assert not action.isChecked()
        action.trigger()
        qtbot.waitUntil(lambda shown=shown: shown(window) is not None)
        assert action.isChecked()
        action.trigger()
        qtbot.waitUntil(lambda shown=shown: shown(window) is None)


def test_the_full_layout_shows_limit_and_eigenvalues_of_the_parameters_of_now(qtbot, open_strip) -> None:
    window = open_strip(LINE)
    window.set_full(True)
    qtbot.waitUntil(lambda: limit(window) is not None and limit(window).limit is not None)
    X = window.snapshot.samples.X_train
    columns = np.hstack([X, np.ones_like(X)])
    largest = np.linalg.eigvalsh(columns.T @ columns / len(X))[-1]
    assert limit(window).limit == pytest.approx(2 / largest)
    assert limit(window).sentence.startswith("from the mark at 0.5")
    assert f"λmax = {largest:.4g}" in window.strip.slider.toolTip()
    assert "Bowl-shaped" in window.strip.slider.toolTip()
    # What each word says is told, and where they come from.
    feature_of(window, LookaheadFeature).box.setCurrentIndex(0)
    qtbot.waitUntil(lambda: all(rule in window.strip.slider.toolTip() for rule in RULES.values()))
    assert [part.word for part in limit(window).words] == ["creeps", "falls", "overshoots"]
    window.actions_by_name["show_lookahead"].trigger()
    qtbot.waitUntil(lambda: NO_LOOK_AHEAD in window.strip.slider.toolTip())
    assert [part.word for part in limit(window).words] == ["overshoots"]
    assert limit(window).words[0].low == limit(window).limit

    # Of momentum as an average of the gradients, 2(1 + β)/((1 − β)·λmax) with β = 0.9.
    window.lab.change("training.momentum_form", "average")
    window.lab.change("training.optimizer", "momentum")
    qtbot.waitUntil(lambda: limit(window) is not None and limit(window).limit == pytest.approx(38 / largest))
    qtbot.waitUntil(lambda: "2(1 + β)/((1 − β)·λmax)" in window.strip.slider.toolTip())
    window.lab.change("training.momentum_form", "torch")
    qtbot.waitUntil(lambda: limit(window) is not None and limit(window).limit == pytest.approx(3.8 / largest))
    window.lab.change("training.optimizer", "gradient_descent")

    window.lab.change("training.batch_size", 8)
    qtbot.waitUntil(lambda: limit(window).sentence == MINI_BATCHES)
    assert limit(window).limit is None
    window.lab.change("training.batch_size", None)
    window.lab.change("training.optimizer", "adagrad")
    qtbot.waitUntil(lambda: limit(window).sentence == OPTIMIZERS["adagrad"].no_limit)
    window.lab.change("training.optimizer", "momentum")
    qtbot.waitUntil(lambda: limit(window).limit == pytest.approx(3.8 / largest))


def test_the_track_is_not_green_below_a_curve_that_explodes(qtbot, open_strip) -> None:
    """Momentum on a sine wave: α = 1 is below the limit, and J ends beyond all bounds."""
    network, training = NetworkSettings((30,)), TrainingSettings("momentum", learning_rate=0.1)
    window = open_strip(ExperimentFile(Experiment(DataSettings("sine", points=40), network, training)))
    window.set_full(True)
    window.lab.run_exactly(10)
    ahead, limits = feature_of(window, LookaheadFeature), feature_of(window, LimitFeature)
    for part in (ahead, limits):
        qtbot.waitUntil(lambda part=part: part.answer is not None and part.answer.step == 10)
    qtbot.waitUntil(lambda: ahead.answer.complete)
    ahead.read()
    limits.read()
    slider, told = window.strip.slider, lookahead(window)
    exploding = int(np.argmin(np.abs(told.learning_rates - 1.0)))
    assert not told.losses[exploding] < 1e100
    assert limit(window).limit > 1.1
    track = slider.drawing.track(QRectF(slider.rect()), slider.picture())
    image, theme = slider.grab().toImage(), slider.drawing.theme
    for rate, green in ((1.0, False), (0.02, True)):
        place = round(slider.x_of(rate)), round(track.center().y())
        assert (image.pixelColor(*place).name() == theme.bar_falls) == green


def test_the_words_of_the_track_do_not_outlive_their_look_ahead(qtbot, open_strip, monkeypatch) -> None:
    """Until the new look-ahead comes nothing is said of a J that has left the one of then by orders."""
    network = NetworkSettings((4,), loss="squared_error")
    training = TrainingSettings("momentum", learning_rate=0.02)
    window = open_strip(ExperimentFile(Experiment(DataSettings("noisy_line"), network, training)))
    window.set_full(True)
    window.lab.set_speed(None)
    ahead = feature_of(window, LookaheadFeature)
    qtbot.waitUntil(lambda: ahead.of_now is not None and bool(limit(window) and limit(window).words))
    before = ahead.answer.step
    asked = LookaheadFeature.question
    monkeypatch.setattr(LookaheadFeature, "question", lambda self, slot: None)
    step = 0
    for rate, count in ((0.02, 60), (0.1, 40), (0.5, 40), (1.5, 40), (0.2, 40)):
        window.lab.set_learning_rate(rate)
        window.lab.run_exactly(count)
        step += count
        qtbot.waitUntil(lambda step=step: window.snapshot.view.step == step)
        qtbot.waitUntil(lambda: window.snapshot.state == "paused")
    assert window.snapshot.view.train_loss > 1e20
    assert ahead.answer.step == before
    assert ahead.of_now is None
    limits = feature_of(window, LimitFeature)
    qtbot.waitUntil(lambda: limits.answer.step == step)
    qtbot.waitUntil(lambda: limit(window).words == ())
    monkeypatch.setattr(LookaheadFeature, "question", asked)
    qtbot.waitUntil(lambda: ahead.of_now is not None)
    assert ahead.answer.step == step


def test_a_limit_that_no_alpha_of_the_scale_reaches_is_said_to_lie_beyond_it(qtbot, open_strip) -> None:
    window = open_strip(ExperimentFile(Experiment(DataSettings("separable_blobs"), NetworkSettings(()))))
    window.set_full(True)
    window.lab.set_speed(None)
    window.lab.set_learning_rate(5.0)
    window.lab.run_exactly(1000)
    qtbot.waitUntil(lambda: limit(window) is not None and (limit(window).limit or 0.0) > 10)
    assert limit(window).sentence.startswith("limit beyond the scale")


def test_the_look_ahead_keeps_its_promise_when_one_clicks_on_it(qtbot, open_strip) -> None:
    window = open_strip()
    window.set_full(True)
    qtbot.waitUntil(lambda: lookahead(window) is not None and lookahead(window).low is not None)
    ahead = lookahead(window)
    assert len(ahead.learning_rates) >= 48
    assert ahead.steps == 100
    assert ahead.now == pytest.approx(window.snapshot.view.train_loss)
    slider = window.strip.slider
    index = 38
    rate = float(ahead.learning_rates[index])
    assert ahead.sure[index]
    qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(round(slider.x_of(rate)), 25))
    # Just that one, which is also the one that is written: beside it a rippling run ends elsewhere.
    assert window.strip.learning_rate == rate == float(number_text(rate))
    window.lab.set_speed(None)
    window.lab.run_exactly(100)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 100)
    assert window.snapshot.view.train_loss == pytest.approx(ahead.losses[index], rel=1e-6)


def test_a_press_on_the_track_or_the_thumb_chooses_freely_below_a_look_ahead_too(qtbot, open_strip) -> None:
    window = open_strip()
    window.set_full(True)
    qtbot.waitUntil(lambda: lookahead(window) is not None)
    slider, rates = window.strip.slider, lookahead(window).learning_rates
    between = float(np.sqrt(rates[30] * rates[31]))
    track = slider.drawing.track(QRectF(slider.rect()), slider.picture())
    place = QPoint(round(slider.x_of(between)), round(track.center().y() - slider.drawing.radius + 1))
    qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=place)
    assert window.strip.learning_rate == pytest.approx(between, rel=0.02)
    assert window.strip.learning_rate not in rates


def test_another_length_is_another_curve_and_a_run_ahead_of_it_says_its_age(qtbot, open_strip) -> None:
    window = open_strip()
    window.set_full(True)
    ahead_feature = feature_of(window, LookaheadFeature)
    ahead_feature.box.setCurrentIndex(0)
    qtbot.waitUntil(lambda: lookahead(window) is not None and lookahead(window).steps == 10)
    assert lookahead(window).age == 0
    # Nothing new is asked: what is drawn grows old.
    ahead_feature.cadence.interval = 1e9
    window.lab.set_speed(None)
    window.lab.run_exactly(1234)
    qtbot.waitUntil(lambda: lookahead(window).age == 1200)


def test_a_late_answer_is_not_taken_for_that_to_a_newer_question(qtbot, open_strip) -> None:
    """It was asked at the same step, with another optimiser; its table would name the new one."""
    window = open_strip()
    window.set_full(True)
    feature = feature_of(window, LookaheadFeature)
    qtbot.waitUntil(lambda: feature.answer is not None and feature.answer.complete)
    late = feature.answer
    window.lab.change("training.optimizer", "adam")
    feature.box.setCurrentIndex(0)
    asked = feature.window.lab.asked
    qtbot.waitUntil(lambda: feature.window.lab.asked > asked and feature.answer is not None)
    qtbot.waitUntil(lambda: feature.answer.complete and not lookahead(window).changed)
    feature.take_answer(LookaheadQuestion.slot, late)
    assert feature.answer is not late
    assert feature.answer.lookahead.n_steps == 10
    notes = feature.table(window.snapshot).notes
    assert '"adam"' in notes
    assert '"steps ahead": 10' in notes


def test_ages_are_rounded_to_be_read_and_rates_lie_on_the_scale():
    assert [round_age(n) for n in (7, 51, 123, 98765)] == [7, 51, 120, 98000]
    for scale in ((1e-4, 10.0), (1e-6, 100.0)):
        rates = rates_on(scale)
        assert len(rates) >= 48
        assert all(float(number_text(rate)) == rate for rate in rates if rate >= 1e-4), "they can be typed"
        assert np.all(np.diff(np.log10(rates)) > 0.07)
        assert (rates[0], rates[-1]) == pytest.approx(scale)


def test_a_step_of_another_moment_is_not_called_the_next_one(qtbot, open_strip) -> None:
    """On a busy machine the answer about now comes late: J 0.221 → 0.220 beside J now 1.221."""
    window = open_strip(LINE)
    window.lab.run_exactly(60)
    side = feature_of(window, SideFeature)
    qtbot.waitUntil(lambda: side.answer is not None and side.answer.step == 60)
    now = side.answer
    assert side.view.picture.title == side_feature.NEXT_STEP
    late = replace(now, step=20, side=replace(now.side, standing=3 * now.side.standing))
    side.take_answer(NextStepQuestion.slot, late)
    assert side.view.picture.title == "step 20, from the side"
    side.take_answer(NextStepQuestion.slot, now)
    assert side.view.picture.title == side_feature.NEXT_STEP
    # Without a new answer it is known by the next snapshot, when texts are changed.
    window.snapshot = replace(window.snapshot, view=replace(window.snapshot.view, step=75))
    side.read()
    assert side.view.picture.title == "step 60, from the side"


def test_the_side_view_of_many_points_leaves_the_helper_time_for_the_surface_at_full_speed(
    qtbot, open_strip, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_strip(LINE)
    side = feature_of(window, SideFeature)
    qtbot.waitUntil(lambda: side.answer is not None)
    qtbot.waitUntil(lambda: side.question(NextStepQuestion.slot) is None)
    now, answer = [1e6], side.answer
    monkeypatch.setattr(cadence, "time", SimpleNamespace(monotonic=lambda: now[0]))

    def waits(fast: bool, many: bool) -> float:
        """Seconds from one question to the next, where an answer takes a thirty-second of one."""
        monkeypatch.setattr(type(window), "fast", fast)
        monkeypatch.setattr(side_feature, "has_many_points", lambda _problem: many)
        window.snapshot = replace(window.snapshot, state=RUNNING)
        side.show_next()
        asked = now[0]
        assert side.question(NextStepQuestion.slot) is not None
        now[0] += 1 / 32
        side.take_answer(NextStepQuestion.slot, answer)
        window.snapshot = replace(
            window.snapshot, view=replace(window.snapshot.view, step=window.snapshot.view.step + 1)
        )
        while side.question(NextStepQuestion.slot) is None:
            now[0] += 1 / 32
        return now[0] - asked

    assert waits(fast=True, many=True) == side_feature.SECONDS_OF_MANY
    assert waits(fast=True, many=False) < 0.2
    assert waits(fast=False, many=True) < 0.2, "each step can be followed"


def test_the_side_view_follows_alpha_while_it_is_dragged(qtbot, open_strip) -> None:
    window = open_strip()
    view = feature_of(window, SideFeature).view
    qtbot.waitUntil(lambda: view.picture is not None)
    before = view.picture.side
    assert before.outcome == "short of the bottom"
    for rate, outcome in ((1.5 * before.bottom, "across but lower"), (0.1, "short of the bottom")):
        window.strip.slider.set_rate(rate)
        window.strip.slider.rate_changed.emit(rate)
        qtbot.waitUntil(lambda rate=rate: view.picture.side.learning_rate == rate)
        assert view.picture.side.outcome == outcome
        assert view.picture.side.sentence in view.accessibleDescription()


def test_a_click_on_a_jump_of_the_loss_tells_why(qtbot, open_strip) -> None:
    window = open_strip()
    side = feature_of(window, SideFeature)
    window.lab.set_speed(None)
    window.lab.set_learning_rate(9.0)
    window.lab.run_exactly(60)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 60)
    qtbot.waitUntil(lambda: window.loss_view.drawing.shown["train"].steps[-1] == 60)
    curve = window.loss_view.drawing.shown["train"]
    spike = int(np.argmax(np.diff(curve.values) / curve.values[:-1]))
    canvas, box = window.loss_view.canvas, window.loss_view.drawing.box
    place = canvas.mapFromScene(box.mapViewToScene(QPointF(spike + 0.5, np.log10(curve.values[spike + 1]))))
    qtbot.mouseMove(canvas.viewport(), place)
    qtbot.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: window.notices.text.startswith(f"Step {spike}: α = 9"))
    assert f"step {spike}," in side.view.picture.title
    assert side.view.picture.side.landing == pytest.approx(curve.values[spike + 1])
    window.notices.offers["Show the next step again"].click()
    qtbot.waitUntil(lambda: "next step" in side.view.picture.title)


def test_a_penalty_that_was_set_is_told_in_place_of_a_step(qtbot, open_strip) -> None:
    window = open_strip()
    side = feature_of(window, SideFeature)
    window.lab.set_speed(None)
    window.lab.run_exactly(60)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 60)
    window.lab.change("training.l2", 0.1)
    qtbot.waitUntil(lambda: window.snapshot.view.settings.l2 == 0.1)
    side.show_past((59, 60))
    assert window.notices.text.startswith("L2 was set to 0.1 at step 60: J includes the penalty")
    assert side.past is None


@pytest.mark.parametrize("goes_on", [False, True])
def test_a_past_step_makes_way_for_the_next_one_by_itself(qtbot, open_strip, monkeypatch, goes_on) -> None:
    window = open_strip()
    side = feature_of(window, SideFeature)
    window.lab.set_learning_rate(9.0)
    window.lab.run_exactly(60)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 60 and window.snapshot.state == "paused")
    side.show_past((20, 21))
    qtbot.waitUntil(lambda: "Show the next step again" in window.notices.offers)
    side.read()
    assert side.past is not None
    if goes_on:
        monkeypatch.setattr(side_feature, "LONG", 0.1)
        window.lab.run()
    else:
        window.lab.set_learning_rate(0.5)
    qtbot.waitUntil(lambda: "next step" in side.view.picture.title)
    assert "Show the next step again" not in window.notices.offers


def test_the_look_ahead_calls_no_other_loss_the_one_of_now(qtbot, open_strip) -> None:
    window = open_strip()
    window.set_full(True)
    qtbot.waitUntil(lambda: lookahead(window) is not None)
    assert lookahead(window).name_of_now == "J now"
    window.lab.run()

    def named() -> bool:
        return lookahead(window) is not None and lookahead(window).name_of_now.startswith("J at step ")

    qtbot.waitUntil(named)
    window.lab.pause()
    qtbot.waitUntil(lambda: window.snapshot.state == "paused")
    qtbot.waitUntil(lambda: lookahead(window).name_of_now == "J now")
    assert lookahead(window).now == pytest.approx(window.snapshot.view.train_loss, rel=1e-5)


def test_a_new_run_forgets_the_old_ones_answers(qtbot, open_strip) -> None:
    window = open_strip()
    window.set_full(True)
    qtbot.waitUntil(lambda: lookahead(window) is not None and limit(window) is not None)
    now = lookahead(window).now
    window.actions_by_name["new_weights"].trigger()
    qtbot.waitUntil(lambda: lookahead(window) is not None and lookahead(window).now != now)
    assert feature_of(window, LimitFeature).answer.run == window.lab.run_number


def test_the_strip_keeps_its_height_while_a_new_run_has_no_look_ahead_yet(qtbot, open_strip) -> None:
    window = open_strip()
    window.set_full(True)
    slider = window.strip.slider
    qtbot.waitUntil(lambda: lookahead(window) is not None and limit(window) is not None)
    height = slider.sizeHint().height()
    with qtbot.waitSignal(window.lab.experiment_replaced):
        window.actions_by_name["new_weights"].trigger()
    feature_of(window, LookaheadFeature).read()
    assert lookahead(window) is None
    assert slider.sizeHint().height() == height
    qtbot.waitUntil(lambda: lookahead(window) is not None)
    assert slider.sizeHint().height() == height
    window.actions_by_name["show_lookahead"].trigger()
    qtbot.waitUntil(lambda: slider.sizeHint().height() < height)


def test_only_alpha_counts_as_an_overshoot():
    calm = Trainer(Experiment())
    calm.advance(200)
    assert not overshot(calm.view())
    calm.set_parameters(np.full(17, 3.0))
    calm.advance(20)
    calm.change("training.l2", 0.1)
    calm.advance(20)
    assert not overshot(calm.view())
    calm.learning_rate = 10.0
    calm.advance(20)
    assert overshot(calm.view())
    jittery = Trainer(Experiment().with_value("training.batch_size", 10))
    jittery.advance(300)
    assert not overshot(jittery.view())


def test_a_look_ahead_of_other_settings_says_so_until_the_new_one_is_there(qtbot, open_strip) -> None:
    # A run whose lowest α is the lowest of its neighbourhood.
    window = open_strip(ExperimentFile(Experiment(DataSettings("sine"), NetworkSettings((8,)))))
    window.set_full(True)
    qtbot.waitUntil(lambda: lookahead(window) is not None and lookahead(window).low is not None)
    assert not lookahead(window).changed
    description = window.strip.slider.accessibleDescription()
    assert "In 100 more steps" in description
    assert "In 100 more steps" in window.strip.slider.toolTip()
    assert UNSTEADY not in window.strip.slider.toolTip()
    cadence = feature_of(window, LookaheadFeature).cadence
    cadence.interval = 1e9
    window.lab.change("training.optimizer", "adam")
    qtbot.waitUntil(lambda: lookahead(window).changed)
    cadence.interval = 0.1
    qtbot.waitUntil(lambda: not lookahead(window).changed)
    assert window.strip.slider.accessibleDescription() != description


def test_with_mini_batches_it_is_said_of_which_points_j_is_the_loss(qtbot, open_strip) -> None:
    window = open_strip()
    side = feature_of(window, SideFeature)
    qtbot.waitUntil(lambda: side.answer is not None)
    window.actions_by_name["full"].trigger()
    qtbot.waitUntil(lambda: side.view.picture.marks == ("1/λ", "2/λ"))
    assert not side.view.picture.batches
    assert "batch" not in side.view.toolTip()

    window.lab.change("training.batch_size", 10)
    qtbot.waitUntil(lambda: side.view.picture.batches)
    # The way of a batch is not that of the gradient of J: 1/λ and 2/λ would be the wrong names.
    assert side.view.picture.marks == ("lowest", "level")
    assert "J is the loss of all training points" in side.view.toolTip()
    view = window.snapshot.view
    assert side.answer.side.standing == pytest.approx(view.train_loss)


def test_a_run_that_begins_and_ends_between_two_snapshots_is_seen(qtbot, open_strip) -> None:
    window = open_strip()
    feature = feature_of(window, FirstOvershootFeature)
    trainer, number = Trainer(THROWN), window.snapshot.run + 1

    def seen() -> int:
        snapshot = replace(window.snapshot, run=number, view=trainer.view(), state="paused")
        window.snapshot = snapshot
        feature.read()
        return window.strip.marks.layers

    assert seen() == 0
    trainer.advance(30)
    assert seen() == 1
    trainer.advance(30)
    assert seen() == 2, "the second run overshot too"


THROWN = Experiment(DataSettings("noisy_line"), NetworkSettings(()), TrainingSettings(learning_rate=0.6))
