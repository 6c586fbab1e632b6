"""The learning rate in the user's hand: by pointer, key, wheel and typed, while the network learns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtWidgets import QApplication

from playground.drawing.kit.theme import DARK, LIGHT
from playground.drawing.rate.lookahead import StripLookahead
from playground.drawing.rate.strip import StripLimit, StripPicture
from playground.experiment import Experiment
from playground.lab.lab import Lab
from playground.lab.snapshot import Snapshot
from playground.landscape.rate_words import RateWord, Stretch
from playground.numerals import rate_text
from playground.ui.rate.slider import BAND_WORDS
from playground.ui.rate.strip import LearningRateStrip
from tests.support.busy_training import busy
from tests.support.strip_painted import has_color, painted
from tests.support.widget_stage import Stage

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def lab(qtbot) -> Iterator[Lab]:
    lab = Lab(Experiment(), use_process=False)
    qtbot.waitUntil(lambda: lab.run_number > 0)
    yield lab
    assert lab.shutdown(5.0)


@pytest.fixture
def stage(qtbot, lab: Lab) -> Stage:
    stage = Stage(qtbot, lab, LearningRateStrip(lab))
    stage.show(1200, 760)
    return stage


def at(strip: LearningRateStrip, rate: float) -> QPoint:
    """Where a learning rate lies on the slider."""
    slider = strip.slider
    track = slider.drawing.track(QRectF(slider.rect()), slider.picture())
    return QPoint(round(slider.x_of(rate)), round(track.center().y()))


def test_dragging_the_thumb_while_it_trains_changes_the_running_network(stage: Stage, lab: Lab) -> None:
    strip, qtbot = stage.widget, stage.qtbot
    lab.run()
    before = stage.until(lambda s: s.view.step > 5)
    qtbot.mousePress(strip.slider, Qt.MouseButton.LeftButton, pos=at(strip, 0.3))
    for rate in (0.5, 1.0, 3.0):
        qtbot.mouseMove(strip.slider, at(strip, rate))
        stage.frame()
        # The thumb stays under the pointer, whatever older snapshots say.
        assert strip.learning_rate == pytest.approx(rate, rel=0.02)
    qtbot.mouseRelease(strip.slider, Qt.MouseButton.LeftButton, pos=at(strip, 3.0))
    chosen = strip.learning_rate
    after = stage.until(lambda s: s.view.settings.learning_rate == chosen)
    assert after.run == before.run
    assert after.view.step >= before.view.step
    changes = after.view.history.changes
    assert [change.field for change in changes] == ["training.learning_rate"] * len(changes)
    assert changes[-1].value == chosen
    used = stage.until(lambda s: s.view.last_update.learning_rate == chosen)
    assert used.view.last_update.learning_rate == strip.learning_rate


def test_a_click_on_the_track_goes_there(stage: Stage) -> None:
    strip = stage.widget
    stage.qtbot.mouseClick(strip.slider, Qt.MouseButton.LeftButton, pos=at(strip, 0.01))
    assert strip.learning_rate == pytest.approx(0.01, rel=0.02)
    stage.until(lambda s: s.view.settings.learning_rate == strip.learning_rate)
    stage.qtbot.mouseClick(strip.slider, Qt.MouseButton.RightButton, pos=at(strip, 1.0))
    assert strip.learning_rate == pytest.approx(0.01, rel=0.02)


def test_keys_move_by_five_per_cent_and_back(stage: Stage) -> None:
    strip, qtbot = stage.widget, stage.qtbot
    strip.slider.setFocus()
    qtbot.keyClick(strip.slider, Qt.Key.Key_Right)
    assert strip.learning_rate == pytest.approx(0.315)
    qtbot.keyClick(strip.slider, Qt.Key.Key_Left)
    assert strip.learning_rate == pytest.approx(0.3)
    qtbot.keyClick(strip.slider, Qt.Key.Key_PageUp)
    assert strip.learning_rate == pytest.approx(0.6)
    qtbot.keyClick(strip.slider, Qt.Key.Key_End)
    assert strip.learning_rate == 10.0
    qtbot.keyClick(strip.slider, Qt.Key.Key_Up)
    assert strip.learning_rate == 10.0
    qtbot.keyClick(strip.slider, Qt.Key.Key_Home)
    assert strip.learning_rate == 1e-4
    stage.until(lambda s: s.view.settings.learning_rate == 1e-4)


def test_the_windows_own_keys_change_it_wherever_the_focus_is(stage: Stage, lab: Lab) -> None:
    strip = stage.widget
    actions = {action.objectName(): action for action in strip.rate_actions}
    actions["rate_up"].trigger()
    assert lab.experiment.training.learning_rate == pytest.approx(0.315)
    actions["rate_half"].trigger()
    actions["rate_half"].trigger()
    actions["rate_double"].trigger()
    actions["rate_down"].trigger()
    assert lab.experiment.training.learning_rate == pytest.approx(0.15, rel=0.01)
    assert all(action.shortcuts() and action.statusTip() for action in actions.values())


def test_the_wheel_moves_by_five_per_cent_a_notch(stage: Stage) -> None:
    strip = stage.widget
    for _ in range(3):
        # A fine wheel sends parts of a notch.
        event = QWheelEvent(
            QPointF(50, 50),
            QPointF(50, 50),
            QPoint(),
            QPoint(0, 40),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(strip.slider, event)
    assert strip.learning_rate == pytest.approx(0.315)


@pytest.mark.parametrize(
    ("typed", "rate", "scale"),
    [
        ("0.00002", 2e-5, (1e-5, 10.0)),
        ("100", 100.0, (1e-4, 100.0)),
        ("1e-6", 1e-6, (1e-6, 10.0)),
        ("0,54", 0.54, (1e-4, 10.0)),
        ("0.123456", 0.123456, (1e-4, 10.0)),
    ],
)
def test_the_scale_follows_what_is_typed(
    stage: Stage, typed: str, rate: float, scale: tuple[float, float]
) -> None:
    strip = stage.widget
    strip.field.setFocus()
    strip.field.selectAll()
    stage.qtbot.keyClicks(strip.field, typed)
    stage.qtbot.keyClick(strip.field, Qt.Key.Key_Return)
    assert strip.learning_rate == rate
    assert strip.slider.scale == scale
    assert strip.field.text() == rate_text(rate)
    stage.until(lambda s: s.view.settings.learning_rate == rate)


def test_the_scale_does_not_move_under_the_pointer(stage: Stage) -> None:
    strip, qtbot = stage.widget, stage.qtbot

    def type_rate(text: str) -> None:
        strip.field.selectAll()
        qtbot.keyClicks(strip.field, text)
        qtbot.keyClick(strip.field, Qt.Key.Key_Return)

    type_rate("100")
    qtbot.mouseClick(strip.slider, Qt.MouseButton.LeftButton, pos=at(strip, 1.0))
    assert strip.learning_rate == pytest.approx(1.0, rel=0.03)
    assert strip.slider.scale == (1e-4, 100.0)
    type_rate("2")
    assert strip.slider.scale == (1e-4, 10.0)


@pytest.mark.parametrize(
    ("typed", "word"),
    [("nan", "finite"), ("fast", "number"), ("1000", "100"), ("0", "0.000001"), ("", "number")],
)
def test_what_is_no_learning_rate_is_told_and_changes_nothing(stage: Stage, typed: str, word: str) -> None:
    strip, lab = stage.widget, stage.lab
    strip.field.setFocus()
    strip.field.selectAll()
    stage.qtbot.keyClick(strip.field, Qt.Key.Key_Delete)
    stage.qtbot.keyClicks(strip.field, typed)
    stage.qtbot.keyClick(strip.field, Qt.Key.Key_Return)
    sentence = strip.subtitle_label.text()
    assert sentence.startswith("The learning rate must be")
    assert word in sentence
    assert lab.experiment.training.learning_rate == strip.learning_rate == 0.3
    stage.frame()
    assert strip.field.text() == typed
    stage.qtbot.keyClick(strip.field, Qt.Key.Key_Escape)
    assert strip.field.text() == "0.3"
    assert strip.subtitle_label.text() == "drag it while the network learns"


def test_the_field_says_what_is_wrong_and_after_it_what_can_be_typed_again(stage: Stage, lab: Lab) -> None:
    strip, qtbot = stage.widget, stage.qtbot
    field = strip.field
    usual = field.toolTip()
    assert usual.startswith("Type any α")
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "abc")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.toolTip() == field.problem != ""
    lab.change("training.schedule", "warm_up")
    stage.until(lambda s: s.view.settings.schedule == "warm_up")
    assert field.toolTip() == field.problem != "", "the schedule renames α, and the entry is wrong still"
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.toolTip() == usual.replace("α", "slider’s α")


def test_an_older_snapshot_does_not_move_the_thumb_back(stage: Stage) -> None:
    strip = stage.widget
    old = stage.snapshot
    strip.slider.multiply(2.0)
    strip.slider.multiply(2.0)
    middle = replace(old, view=replace(old.view, settings=replace(old.view.settings, learning_rate=0.6)))
    for stale in (old, middle, old):
        strip.show_snapshot(stale)
        assert strip.learning_rate == pytest.approx(1.2)


def test_an_alpha_that_another_overtakes_gives_way_to_it(stage: Stage, lab: Lab) -> None:
    strip = stage.widget
    with busy(lab):
        strip.slider.multiply(2.0)
        order = lab.set_learning_rate(0.007)
    stage.until(lambda s: s.instruction >= order)
    assert strip.learning_rate == 0.007
    assert strip.field.text() == "0.007"


def test_a_thumb_that_is_held_follows_what_something_else_sets(stage: Stage, lab: Lab) -> None:
    strip, qtbot = stage.widget, stage.qtbot
    qtbot.mousePress(strip.slider, Qt.MouseButton.LeftButton, pos=at(strip, 1.0))
    order = lab.set_learning_rate(0.007)
    stage.until(lambda s: s.instruction >= order)
    assert strip.learning_rate == 0.007
    qtbot.mouseMove(strip.slider, at(strip, 3.0))
    assert strip.learning_rate == pytest.approx(3.0, rel=0.03)
    stage.until(lambda s: s.view.settings.learning_rate == strip.learning_rate)


def test_a_thumb_whose_release_never_came_follows_the_run_and_no_bare_pointer(stage: Stage, lab: Lab) -> None:
    """A dialog that opens under the pointer takes the release."""
    strip, qtbot = stage.widget, stage.qtbot
    qtbot.mousePress(strip.slider, Qt.MouseButton.LeftButton, pos=at(strip, 1.0))
    qtbot.mouseRelease(strip.title_label, Qt.MouseButton.LeftButton)
    with busy(lab):
        lab.same_weights_again()
        strip.slider.multiply(2.0)
        chosen = strip.learning_rate
        order = lab.newest_instruction
    stage.until(lambda s: s.instruction >= order)
    assert stage.snapshot is not None
    assert strip.learning_rate == stage.snapshot.view.settings.learning_rate == chosen
    qtbot.mouseMove(strip.slider, at(strip, 0.01))
    qtbot.mouseMove(strip.slider, at(strip, 0.02))
    assert strip.learning_rate == chosen


def test_a_run_that_begins_while_an_alpha_is_on_its_way_does_not_move_the_thumb(
    stage: Stage, lab: Lab
) -> None:
    strip, run = stage.widget, lab.run_number
    # A run without a step begins the same way again: Undo would bring nothing else back.
    lab.step()
    stage.until(lambda s: s.view.step == 1)
    shown: list[float] = []
    lab.experiment_replaced.connect(lambda *_: shown.append(strip.learning_rate))
    with busy(lab):
        lab.same_weights_again()
        strip.slider.multiply(2.0)
    stage.until(lambda s: s.run > run)
    assert shown == [0.6]
    assert strip.learning_rate == 0.6
    with busy(lab):
        strip.slider.multiply(2.0)
        # The first takes α back, the second the run.
        lab.undo()
        lab.undo()
    stage.until(lambda s: s.run > run + 1)
    assert shown == [0.6, 0.3]
    assert strip.learning_rate == 0.3


def test_a_learning_rate_that_something_else_set_moves_the_thumb(stage: Stage, lab: Lab) -> None:
    lab.set_learning_rate(2.5)
    stage.until(lambda s: s.view.settings.learning_rate == 2.5)
    assert stage.widget.learning_rate == 2.5
    assert stage.widget.field.text() == "2.5"
    lab.set_experiment(Experiment().with_value("training.learning_rate", 0.00005))
    stage.until(lambda s: s.view.experiment.training.learning_rate == 5e-5)
    assert stage.widget.learning_rate == 5e-5
    assert stage.widget.slider.scale == (1e-5, 10.0)


def test_a_screen_reader_hears_the_value_and_can_change_it(stage: Stage, lab: Lab) -> None:
    slider = stage.widget.slider
    assert slider.accessibleName() == "Learning rate α = 0.3"
    slider.setValue(-2000)
    assert lab.experiment.training.learning_rate == pytest.approx(0.01)
    assert slider.accessibleName() == "Learning rate α = 0.01"


def test_before_the_first_step_there_are_no_numbers(stage: Stage) -> None:
    assert stage.widget.numbers.text.splitlines()[0] == "each step changes all 17 numbers:"
    stage.lab.step()
    stage.until(lambda s: s.view.step == 1)
    stage.qtbot.waitUntil(lambda: "last step" in stage.widget.numbers.text)


def stands_behind(step: int) -> Callable[[Snapshot], bool]:
    return lambda snapshot: snapshot.view.step >= step and snapshot.state == "paused"


@pytest.mark.parametrize("optimizer", ["gradient_descent", "momentum", "adam"])
@pytest.mark.parametrize("width", [900, 1200])
def test_the_scale_stays_where_it_is_while_a_run_goes_on(
    stage: Stage, lab: Lab, optimizer: str, width: int
) -> None:
    strip = stage.widget
    strip.resize(width, 760)
    lab.change("training.optimizer", optimizer)
    stage.until(lambda s: s.view.settings.optimizer == optimizer)
    QApplication.processEvents()
    lab.set_speed(None)
    ends, beside = strip.slider.geometry(), strip.numbers.isVisible()
    for steps in (1, 40, 400):
        lab.run_exactly(steps)
        stage.until(stands_behind(steps))
        stage.qtbot.waitUntil(lambda: not strip.numbers.text.startswith("each step"))
        # What comes and goes elsewhere in the window lays the strip out anew.
        for height in (758, 760):
            strip.resize(width, height)
            QApplication.processEvents()
            assert strip.slider.x() == ends.x()
            assert strip.slider.width() == ends.width()
            assert strip.numbers.isVisible() == beside


def test_without_a_limit_the_strip_says_nothing_of_creeping_and_overshooting(stage: Stage) -> None:
    plain = painted(StripPicture(0.3))
    assert has_color(plain, LIGHT.pink)
    for color in (LIGHT.green, LIGHT.amber, LIGHT.bar_falls, LIGHT.bar_overshoots):
        assert not has_color(plain, color)
    words = (Stretch(RateWord.FALLS, 0.05, 5.3), Stretch(RateWord.OVERSHOOTS, 5.3, 10.0))
    told = painted(StripPicture(0.3, limit=StripLimit(5.3, words, "from the mark on")))
    assert has_color(told, LIGHT.bar_falls)
    assert has_color(told, LIGHT.bar_overshoots)
    strip = stage.widget
    height = strip.sizeHint().height()
    strip.mark(limit_drawn=StripLimit(5.3, words, "from the mark on", "λmax = 0.38"))
    assert strip.sizeHint().height() == height, "the words have a row before they come"
    assert strip.slider.toolTip() == "λmax = 0.38"
    assert "falls from 0.05 to 5.3, overshoots from 5.3 to 10" in strip.slider.accessibleDescription()
    strip.mark(limit_drawn=None)
    assert strip.slider.toolTip() == ""


def test_where_the_look_ahead_ends_lowest_above_the_limit_the_tooltip_says_why(stage: Stage) -> None:
    slider = stage.widget.slider
    rates, losses = np.array([0.1, 1.0, 3.2]), np.array([0.6, 0.39, 0.5])
    slider.set_lookahead(StripLookahead(rates, losses, 0.69, 100))
    why = "The lowest after 100 steps lies above the limit: λmax"
    for limit, said in ((0.5, True), (2.0, False)):
        slider.set_limit(StripLimit(limit, (), "from the mark on", "2/λmax"))
        assert (why in slider.toolTip()) == said
        assert (why in slider.accessibleDescription()) == said


def test_the_tooltip_says_what_the_band_is_and_how_low_the_curve_goes(stage: Stage) -> None:
    slider = stage.widget.slider
    rates, losses = np.array([0.1, 1.0, 3.2]), np.array([0.6, 0.39, 0.5])
    slider.set_lookahead(StripLookahead(rates, losses, 0.69, 100, losses, losses))
    assert slider.toolTip() == "In 100 more steps J would be lowest at α = 1: 0.3900; J now 0.6900"
    slider.set_lookahead(StripLookahead(rates, losses, 0.69, 100, losses, losses, step=1200))
    assert slider.toolTip().endswith("; J at step 1200: 0.6900"), "J is another one by now"
    slider.set_limit(StripLimit(None, (), "No limit is told."))
    assert ".." not in slider.accessibleDescription()
    slider.set_limit(None)
    low = np.array([0.6, 0.39, 0.3])
    slider.set_lookahead(StripLookahead(rates, losses, 0.69, 100, low, losses))
    assert "the lowest J that is certain would be at α = 1" in slider.toolTip()
    assert slider.toolTip().endswith(BAND_WORDS)


def test_theme_and_large_type_reach_the_strip(stage: Stage) -> None:
    strip = stage.widget
    height, words = strip.sizeHint().height(), strip.slider.drawing.word_font.pixelSize()
    strip.set_presentation(True)
    stage.qtbot.waitUntil(lambda: strip.slider.drawing.word_font.pixelSize() > 1.3 * words)
    assert strip.field.isHidden(), "on a low screen all of the strip is the slider's"
    assert strip.title_label.isHidden()
    strip.set_presentation(False)
    stage.qtbot.waitUntil(lambda: strip.sizeHint().height() == height)
    strip.restyle(LIGHT)
    shown = strip.slider.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    assert has_color(shown, LIGHT.pink)
    assert not has_color(shown, DARK.pink)
