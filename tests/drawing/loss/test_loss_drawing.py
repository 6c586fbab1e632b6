"""The loss over the steps, as a student sees it while it runs."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from playground.drawing.kit.marks import step_marks
from playground.drawing.kit.theme import DARK, LIGHT
from playground.drawing.loss.drawing import EMPTY, LossDrawing, extended, full_batch, union
from playground.drawing.loss.rate_line import RateLine
from playground.drawing.runs import Look, OtherRun
from playground.engine.formula_presets import FORMULA_PRESETS
from playground.engine.recording.series import Curve
from playground.engine.schedules import rate_at
from playground.engine.trainer import Trainer
from playground.experiment import Change, DataSettings, Experiment, TrainingSettings
from playground.numerals import number_text
from tests.support.plain_data import history_of
from tests.support.sheet import Sheet, channels_of


def test_before_the_first_step_a_sentence_says_what_to_do(qtbot: Any) -> None:
    drawing = LossDrawing(DARK)
    drawing.show(Trainer(Experiment()).view().history)
    assert drawing.notice.isVisible()
    assert drawing.notice.text == EMPTY
    assert "no step yet" in drawing.summary()


def test_a_real_run_is_drawn_from_first_to_last_step(qtbot: Any) -> None:
    trainer = Trainer(Experiment())
    trainer.advance(120)
    view = trainer.view()
    drawing = LossDrawing(DARK)
    drawing.show(view.history, (view.step, view.train_loss, view.test_loss))
    assert not drawing.notice.isVisible()
    assert drawing.shown["train"].steps[0] == 0
    assert drawing.shown["train"].steps[-1] == 120
    assert drawing.shown["train"].values[-1] == view.train_loss
    assert len(drawing.shown["batch"].steps) == 0
    assert "120 steps" in drawing.summary()


def test_batches_are_drawn_faintly_behind(qtbot: Any) -> None:
    trainer = Trainer(Experiment().with_value("training.batch_size", 10))
    trainer.advance(120)
    drawing = LossDrawing(DARK)
    drawing.show(trainer.view().history)
    assert len(drawing.shown["batch"].steps) == 120


def test_the_curve_runs_through_its_values(qtbot: Any) -> None:
    """At the height of a constant loss the sheet has the colour of text, on both axes."""
    drawing = LossDrawing(DARK)
    drawing.show(history_of(np.full(100, 0.37)))
    sheet = Sheet(qtbot, drawing, DARK)
    assert sheet.differs(50.0, np.log10(0.37), DARK.card) > 400
    assert sheet.differs(50.0, np.log10(0.31), DARK.card) < 60
    drawing.set_log(False)
    sheet.paint()
    assert sheet.differs(50.0, 0.37, DARK.card) > 400
    assert sheet.differs(50.0, 0.33, DARK.card) < 60


def test_values_that_are_not_finite_leave_a_gap(qtbot: Any) -> None:
    values = np.full(100, 0.37)
    values[40:60] = np.inf
    drawing = LossDrawing(DARK)
    drawing.show(history_of(values))
    sheet = Sheet(qtbot, drawing, DARK)
    assert sheet.differs(30.0, np.log10(0.37), DARK.card) > 400
    assert sheet.differs(50.0, np.log10(0.37), DARK.card) < 60


def test_a_run_without_a_schedule_is_not_painted_again_for_its_line(qtbot: Any) -> None:
    drawing = LossDrawing(DARK)
    drawing.show(history_of(np.full(100, 0.37)))
    sheet = Sheet(qtbot, drawing, DARK)
    changes: list[Any] = []
    sheet.view.scene().changed.connect(changes.append)
    line = RateLine(np.array([0, 50, 99]), np.array([0.1, 0.2, 0.3]), 50, "cosine")
    for new, painted in ((RateLine(), False), (line, True), (RateLine(), True), (RateLine(), False)):
        QApplication.processEvents()
        changes.clear()
        drawing.show_rates(new)
        QApplication.processEvents()
        assert bool(changes) == painted


def test_the_range_does_not_jump_with_every_frame(qtbot: Any) -> None:
    drawing = LossDrawing(DARK)
    ranges = set()
    for steps in range(200, 400):
        drawing.show(history_of(np.linspace(1.0, 0.5, steps)))
        ranges.add(tuple(drawing.item.viewRange()[0]))
        assert drawing.item.viewRange()[0][1] >= steps - 1
    assert len(ranges) <= 8


def test_a_part_that_somebody_chose_stays_until_the_whole_is_wanted(qtbot: Any) -> None:
    drawing = LossDrawing(DARK)
    drawing.show(history_of(np.linspace(1.0, 0.5, 100)))
    drawing.box.scaleBy((0.5, 0.5))
    drawing.box.sigRangeChangedManually.emit([True, True])
    chosen = drawing.item.viewRange()
    drawing.show(history_of(np.linspace(1.0, 0.5, 1000)))
    assert drawing.item.viewRange() == chosen
    drawing.box.autoRange()
    assert drawing.item.viewRange()[0][1] >= 999


def test_every_change_of_the_learning_rate_is_marked_in_pink(qtbot: Any) -> None:
    drawing = LossDrawing(DARK)
    drawing.show(history_of(np.linspace(1.0, 0.5, 100), rates=((0, 0.3), (50, 1.0))))
    sheet = Sheet(qtbot, drawing, DARK)
    assert [mark.text for mark, _ in drawing.band.placed()] == ["α 1", "α 0.3"]
    x, _ = sheet.pixel(50.0, 0.0)
    pinks = 0
    for y in range(sheet.image.height()):
        color = sheet.image.pixelColor(x, y)
        pinks += color.red() > 1.5 * color.green() and color.red() > 120
    assert pinks > 40


def test_another_run_brings_marks_of_its_own(qtbot: Any) -> None:
    drawing = LossDrawing(DARK)
    drawing.show(history_of(np.linspace(1.0, 0.5, 100), rates=((0, 0.3),)))
    drawing.show(history_of(np.linspace(1.0, 0.5, 100), rates=((0, 2.0),)))
    assert [mark.text for mark in drawing.band.marks] == ["α 2"]


def test_a_drag_of_the_slider_leaves_few_names_and_the_newest_of_them(qtbot: Any) -> None:
    rates = ((0, 0.3), *((200 + k, 0.3 * 1.02**k) for k in range(1, 200)))
    drawing = LossDrawing(DARK)
    drawing.show(history_of(np.linspace(1.0, 0.5, 500), rates=rates))
    sheet = Sheet(qtbot, drawing, DARK)
    assert sheet.image.width() == 500
    names = [mark for mark, _ in drawing.band.placed()]
    assert names[0].step == 399
    assert 2 <= len(names) <= 8


def test_other_changes_are_named_in_grey(qtbot: Any) -> None:
    drawing = LossDrawing(LIGHT)
    others = (Change(30, "training.batch_size", 10),)
    drawing.show(history_of(np.linspace(1.0, 0.5, 100), others=others))
    sheet = Sheet(qtbot, drawing, LIGHT)
    assert sheet.image.width() == 500
    assert {mark.text for mark, _ in drawing.band.placed()} == {"α 0.3", "batch 10"}


def test_a_stroke_before_the_first_step_leaves_the_learning_rate_its_mark(qtbot: Any) -> None:
    drawing = LossDrawing(LIGHT)
    stroke = Change(0, "data.table", {"added": [[0.0, 1.0, 1]], "removed": [], "moved": []})
    drawing.show(history_of(np.linspace(1.0, 0.5, 100), others=(stroke,)))
    sheet = Sheet(qtbot, drawing, LIGHT)
    rate, other = [mark.text for mark, _ in drawing.band.placed()]
    assert (rate, "point" in other) == ("α 0.3", True)
    # The dots of their lines take turns.
    x, _ = sheet.pixel(0.0, 0.0)
    seen = [channels_of(sheet.image.pixelColor(x, y)) for y in range(60, 300)]
    assert sum(red > 1.6 * green and red > 120 for red, green, _ in seen) > 30
    assert sum(max(color) - min(color) < 60 and max(color) < 200 for color in seen) > 20


def test_hovering_says_the_alpha_that_a_step_of_a_long_schedule_used(qtbot: Any) -> None:
    training = TrainingSettings(schedule="step", schedule_steps=2, schedule_factor=0.999)
    trainer = Trainer(Experiment(DataSettings(points=20), training=training))
    trainer.advance(9000)
    view = trainer.view()
    drawing = LossDrawing(DARK)
    drawing.show(view.history, (view.step, view.train_loss, view.test_loss), view.rate_at)
    for asked in range(500, 9000, 700):
        words = drawing.hover(float(asked)).split("   ")
        step = int(words[0].removeprefix("step "))
        assert words[-1] == f"α {number_text(rate_at(training, step))}"


def test_hovering_says_the_numbers_of_the_nearest_step(qtbot: Any) -> None:
    train = np.linspace(1.0, 0.5, 101)
    drawing = LossDrawing(DARK)
    drawing.show(history_of(train, test=train + 0.1, rates=((0, 0.3), (50, 1.0))))
    text = drawing.hover(60.2)
    assert "step 60" in text
    assert "training J 0.7000" in text
    assert "test J 0.8000" in text
    assert "α 1" in text
    assert drawing.pointer.step == 60
    assert drawing.hover(5000.0) == ""
    assert drawing.pointer.step is None


def test_a_test_loss_is_told_with_its_own_step_and_never_across_another_penalty(qtbot: Any) -> None:
    steps = np.arange(0, 101, 10)
    whole = history_of(np.linspace(1.0, 0.5, 101), others=(Change(55, "training.l2", 0.1),))
    curves = {**whole.curves, "test_loss": Curve(steps, np.where(steps > 55, 5.0, 0.2))}
    drawing = LossDrawing(DARK)
    drawing.show(replace(whole, curves=curves))
    assert "test J 0.2000   " in drawing.hover(50)
    assert "test J 0.2000 at step 40" in drawing.hover(49)
    assert "test J 0.2000 at step 50" in drawing.hover(54)
    assert "test J" not in drawing.hover(57), "J has a penalty from here on, and no test loss yet"
    assert "test J 5.000   " in drawing.hover(60)


def test_another_run_does_not_decide_the_axis_beyond_reason(qtbot: Any) -> None:
    drawing = LossDrawing(DARK)
    drawing.show(history_of(np.linspace(1.0, 0.5, 101)))
    steps = np.arange(94)
    drawing.show_others([OtherRun("run 1", Look(0, pale=True), steps, np.geomspace(1.0, 7e305, 94))])
    assert 2.0 <= drawing.box.viewRange()[1][1] < 2.6
    drawing.set_log(False)
    assert drawing.box.viewRange()[1][1] <= 130
    drawing.show_others([OtherRun("run 1", Look(0, pale=True), steps, np.full(94, 3.0))])
    assert 3.0 < drawing.box.viewRange()[1][1] < 4.0


def test_the_numbers_of_a_very_low_plot_stand_apart(qtbot: Any) -> None:
    drawing = LossDrawing(DARK)
    drawing.show(history_of(np.geomspace(1.0, 0.03, 101)))
    (low, high), line = drawing.box.viewRange()[1], DARK.small_font_size
    for size in (8.0, 30.0, 60.0, 120.0, 300.0):
        places = np.asarray(drawing.left.tickValues(low, high, size)[0][1]) / (high - low) * size
        assert len(places) >= 1
        assert np.all(np.diff(places) >= line), size
    assert len(drawing.left.tickValues(low, high, 300.0)[0][1]) >= 4


def test_a_full_batch_is_known_by_its_losses() -> None:
    steps = np.arange(5)
    losses = Curve(steps, np.linspace(1, 0.5, 5))
    assert full_batch(losses, Curve(steps[::2], losses.values[::2]))
    assert not full_batch(losses, Curve(steps[::2], losses.values[::2] + 0.01))
    assert not full_batch(Curve(steps[:0], losses.values[:0]), losses)


def test_two_curves_become_one_by_step() -> None:
    joined = union(
        Curve(np.array([0, 4]), np.array([1.0, 5.0])), Curve(np.array([2, 4]), np.array([3.0, 9.0]))
    )
    assert joined.steps.tolist() == [0, 2, 4]
    assert joined.values.tolist() == [1.0, 3.0, 5.0]
    assert extended(joined, 5, 2.0).values.tolist() == [1.0, 3.0, 5.0, 2.0]
    assert extended(joined, 4, 2.0) is joined


@pytest.mark.parametrize("logarithmic", [True, False])
def test_a_loss_near_the_end_of_all_numbers_can_be_drawn(qtbot: Any, logarithmic: bool) -> None:
    drawing = LossDrawing(DARK)
    drawing.set_log(logarithmic)
    drawing.show(history_of(np.logspace(0, 307.5, 100)))
    sheet = Sheet(qtbot, drawing, DARK)
    low, high = drawing.left.range
    assert len(drawing.left.tickValues(low, high, 300)[0][1]) >= 2
    assert not sheet.image.isNull()


def test_restyling_takes_the_colours_of_the_other_theme(qtbot: Any) -> None:
    drawing = LossDrawing(DARK)
    drawing.show(history_of(np.full(100, 0.37)))
    drawing.restyle(LIGHT)
    sheet = Sheet(qtbot, drawing, LIGHT)
    assert sheet.differs(50.0, np.log10(0.37), LIGHT.card) > 500


def test_a_learning_rate_set_before_the_first_step_is_the_one_that_the_run_began_with() -> None:
    rate = "training.learning_rate"
    marks = step_marks((Change(0, rate, 10.0), Change(7, rate, 2.0)), 0.625)
    assert [(mark.step, mark.text) for mark in marks] == [(0.0, "α 10"), (7, "α 2")]


def test_a_loss_of_zero_is_told_on_a_log_axis_and_drawn_on_a_linear_one(qtbot: Any) -> None:
    drawing = LossDrawing(DARK)
    drawing.show(history_of(np.concatenate([np.linspace(1.0, 0.1, 50), np.zeros(51)])))
    assert drawing.footnote.text.startswith("J = 0 at 51 of ")
    assert "J = 0 at 51 of " in drawing.summary()
    drawing.set_log(False)
    assert drawing.footnote.text == ""
    assert "below a log axis" not in drawing.summary()


def test_zeros_of_other_runs_and_of_the_distance_are_told_on_a_log_axis(qtbot: Any) -> None:
    drawing = LossDrawing(DARK)
    drawing.show(history_of(np.linspace(1.0, 0.1, 50)))
    other = OtherRun("run 2", Look(1), np.arange(4), np.array([1.0, 0.5, 0.0, 0.0]))
    drawing.show_others([other])
    assert drawing.footnote.text == "J of other runs = 0 at 2 of 4 values: below a log axis"
    drawing.show_others([])
    assert drawing.footnote.text == ""
    # A step of α = 1/J″ ends on the minimum of w² itself.
    experiment = experiment_with_rate(FORMULA_PRESETS["parabola"].experiment, 0.5)
    trainer = Trainer(experiment)
    trainer.advance(3)
    drawing.show(trainer.view().history, experiment=experiment)
    first, second = drawing.footnote.text.split("; ")
    assert first.startswith("J = 0 at ")
    assert second == "distance = 0 at 3 of 4 values: below a log axis"


def test_branches_of_a_run_that_has_just_begun_lie_on_the_axis_where_most_of_them_end(qtbot: Any) -> None:
    drawing = LossDrawing(DARK)
    drawing.show(Trainer(Experiment()).view().history, (0, 180.0, math.nan))
    steps = np.arange(40)
    runs = [OtherRun(f"run {n}", Look(n), steps, np.geomspace(180.0, 10.0**-n, 40)) for n in range(3, 10)]
    drawing.show_others(runs)
    lowest, highest = drawing.box.viewRange()[1]
    assert lowest < -6.0
    assert highest < math.log10(180.0) + 1.0


def test_distances_are_those_of_the_path_also_after_it_was_changed(qtbot: Any) -> None:
    experiment = FORMULA_PRESETS["himmelblau"].experiment
    trainer, drawing = Trainer(experiment), LossDrawing(DARK)
    minima = np.array(experiment.formula.minima)
    moves: list[Callable[[], object]] = [
        lambda: trainer.advance(30),
        lambda: trainer.advance(5000),
        lambda: trainer.set_parameters(np.array([1.0, -2.0])),
        lambda: trainer.advance(10),
    ]
    for move in moves:
        move()
        history = trainer.view().history
        drawing.show(history, experiment=experiment)
        shown = drawing.shown["distance"]
        np.testing.assert_array_equal(shown.steps, history.path_steps)
        expected = np.linalg.norm(history.path[:, np.newaxis] - minima, axis=2).min(axis=1)
        np.testing.assert_allclose(shown.values, expected, rtol=1e-12, atol=1e-15)
    # Another run of the same formula that is as long.
    other = Trainer(experiment_with_rate(experiment, 0.001))
    other.advance(40)
    drawing.show(other.view().history, experiment=experiment)
    expected = np.linalg.norm(other.view().history.path[:, np.newaxis] - minima, axis=2).min(axis=1)
    np.testing.assert_allclose(drawing.shown["distance"].values, expected, rtol=1e-12, atol=1e-15)


def experiment_with_rate(experiment: Experiment, rate: float) -> Experiment:
    return replace(experiment, training=replace(experiment.training, learning_rate=rate))
