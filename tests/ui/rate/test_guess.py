"""Guess first: the answer stays hidden until a guess is pinned, and the distance is kept."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRectF, Qt

from playground.engine.optimizers import OPTIMIZERS
from playground.experiment import DataSettings, Experiment, ExperimentFile, NetworkSettings
from playground.landscape.questions.guess import factor_off, typical
from playground.numerals import number_text
from playground.ui.rate.feature import RateFeature
from playground.ui.rate.first_overshoot_feature import FirstOvershootFeature
from playground.ui.rate.guess_feature import BREAKS, FASTEST, GuessFeature, Scores
from playground.ui.rate.limit_feature import LimitFeature
from playground.ui.rate.lookahead_feature import LookaheadFeature
from playground.ui.rate.side_feature import SideFeature
from tests.support.fake_workbench import FakeWorkbench
from tests.support.features import bench_with, feature_of

LINE = ExperimentFile(Experiment(DataSettings("noisy_line"), NetworkSettings(())))


open_strip = bench_with(
    RateFeature, FirstOvershootFeature, LimitFeature, LookaheadFeature, SideFeature, GuessFeature
)


def game(window: FakeWorkbench) -> GuessFeature:
    return feature_of(window, GuessFeature)


def click_at(qtbot, window: FakeWorkbench, rate: float) -> None:
    slider = window.strip.slider
    track = slider.drawing.track(QRectF(slider.rect()), slider.picture())
    place = QPoint(round(slider.x_of(rate)), round(track.center().y()))
    qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=place)


def test_where_does_it_break(qtbot, open_strip) -> None:
    window = open_strip(LINE)
    window.set_full(True)
    slider = window.strip.slider
    qtbot.waitUntil(lambda: slider.picture().limit is not None)
    limit = slider.picture().limit.limit
    window.actions_by_name["guess_limit"].trigger()
    assert slider.picture().limit is None
    assert slider.picture().lookahead is None
    assert window.notices.text.startswith("From which α on")

    click_at(qtbot, window, 2 * limit)
    assert window.strip.learning_rate == 0.3, "a guess is no choice"
    qtbot.waitUntil(lambda: slider.picture().limit is not None)
    assert slider.picture().guess == pytest.approx(2 * limit, rel=0.02)
    assert "off by a factor of 2" in window.notices.text
    assert game(window).scores.of(BREAKS) == [pytest.approx(2.0, rel=0.02)]
    click_at(qtbot, window, 1.0)
    chosen = window.strip.learning_rate
    assert chosen == pytest.approx(1.0, rel=0.02)
    qtbot.waitUntil(lambda: window.snapshot.view.settings.learning_rate == chosen)

    window.notices.offers["Guess again"].click()
    assert slider.picture().guess is None
    window.strip.slider.setFocus()
    window.lab.set_learning_rate(limit)
    qtbot.waitUntil(lambda: window.strip.learning_rate == pytest.approx(limit))
    qtbot.keyClick(slider, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "a hit" in window.notices.text)
    assert "2 guesses so far: typically 1.4× off, at best 1×." in window.notices.text
    assert Scores(window.preferences).of(BREAKS) == game(window).scores.of(BREAKS)


@pytest.mark.parametrize("optimizer", ["gradient_descent", "adam", "rmsprop"])
def test_the_limit_that_is_told_is_one_of_a_frozen_preconditioner_where_there_is_one(
    qtbot, open_strip, optimizer: str
) -> None:
    """On the strip, in its tooltip and in the guess: of a plain optimiser nothing is frozen."""
    experiment = LINE.experiment.with_value("training.optimizer", optimizer)
    window = open_strip(ExperimentFile(experiment.with_value("training.learning_rate", 0.01)))
    window.lab.run_exactly(5)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 5)
    window.actions_by_name["guess_limit"].trigger()
    told = [window.notices.text]
    click_at(qtbot, window, 1.0)
    qtbot.waitUntil(lambda: "the limit is α = " in window.notices.text)
    slider = window.strip.slider
    qtbot.waitUntil(lambda: slider.picture().limit is not None)
    limit = slider.picture().limit
    told += [window.notices.text, limit.sentence, *limit.shorter]
    frozen = optimizer != "gradient_descent"
    for text in told:
        whole = "while the valley keeps this shape" in text
        assert whole or (frozen and text.endswith("while valley and preconditioner stay")), text
        assert ("preconditioner stay" in text) == frozen, text
    assert ("holds while it is frozen" in slider.toolTip()) == frozen


def test_which_is_fastest(qtbot, open_strip) -> None:
    window = open_strip(LINE)
    window.actions_by_name["guess_fastest"].trigger()
    click_at(qtbot, window, 0.005)
    qtbot.waitUntil(lambda: "lowest is α = 0.4" in window.notices.text)
    factor = game(window).scores.of(FASTEST)[0]
    assert 60 < factor < 110
    qtbot.waitUntil(lambda: window.strip.slider.picture().lookahead is not None)


def test_giving_up_brings_everything_back_and_keeps_no_score(qtbot, open_strip) -> None:
    window = open_strip(LINE)
    window.set_full(True)
    slider = window.strip.slider
    qtbot.waitUntil(lambda: slider.picture().limit is not None)
    window.actions_by_name["guess_limit"].trigger()
    assert slider.guessing
    window.notices.offers["Give up"].click()
    assert not slider.guessing
    qtbot.waitUntil(lambda: slider.picture().limit is not None)
    assert game(window).scores.of(BREAKS) == []


def test_a_new_run_ends_the_game_and_no_limit_counts_no_guess(qtbot, open_strip) -> None:
    window = open_strip(LINE)
    window.actions_by_name["guess_limit"].trigger()
    window.actions_by_name["new_weights"].trigger()
    qtbot.waitUntil(lambda: not window.strip.slider.guessing)
    assert feature_of(window, LimitFeature).hidden_for_a_guess is False

    window.lab.change("training.optimizer", "adagrad")
    qtbot.waitUntil(lambda: window.snapshot.view.checkpoint.optimizer == "adagrad")
    window.actions_by_name["guess_limit"].trigger()
    click_at(qtbot, window, 1.0)
    qtbot.waitUntil(lambda: window.notices.text == OPTIMIZERS["adagrad"].no_limit)
    assert game(window).scores.of(BREAKS) == []


def test_scores_survive_what_cannot_be_read(preferences) -> None:
    scores = Scores(preferences)
    preferences.settings.setValue("guesses/limit", "2.0 nonsense nan 0.5 4.0")
    assert scores.of(BREAKS) == [2.0, 4.0]
    assert scores.sentence(FASTEST) == ""
    for _ in range(80):
        scores.add(BREAKS, 3.0)
    assert len(scores.of(BREAKS)) == 50


def test_twice_and_half_are_equally_far_off():
    assert factor_off(2.0, 1.0) == factor_off(0.5, 1.0) == 2.0
    assert factor_off(3.0, 3.0) == 1.0
    assert typical([1.0, 4.0]) == pytest.approx(2.0)
    with pytest.raises(ValueError, match="no guess"):
        typical([])


def test_under_a_schedule_the_fastest_is_a_sliders_alpha(qtbot, open_strip) -> None:
    warming = LINE.experiment.with_value("training.schedule", "warm_up")
    window = open_strip(ExperimentFile(warming.with_value("training.schedule_steps", 10_000_000)))
    window.actions_by_name["guess_fastest"].trigger()
    assert window.notices.text.startswith("Which slider’s α gets lowest")
    click_at(qtbot, window, 0.005)
    # A tenth of it is what the first steps have.
    qtbot.waitUntil(lambda: "lowest is slider’s α = 4" in window.notices.text)
    guess = window.strip.slider.picture().guess
    assert guess == pytest.approx(0.005, rel=0.02), "as near as a pixel"
    assert f"Your guess is slider’s α = {number_text(guess, 3)}" in window.notices.text
