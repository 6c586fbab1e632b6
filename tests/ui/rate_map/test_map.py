"""The map of learning rates: it comes by itself, can be read, stopped, walked into and exported."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt

from playground.drawing.kit.theme import PRINT
from playground.drawing.rate_map import MapPicture, sentence
from playground.engine.trainer import Trainer
from playground.experiment import DataSettings, Experiment, ExperimentFile, NetworkSettings
from playground.export.figure import Figure
from playground.export.map_figure import map_figure
from playground.files.atomic import ExportError
from playground.landscape import rate_map
from playground.landscape.rate_map import RATES, SEEDS, RateMap
from playground.ui.loss.feature import LossFeature
from playground.ui.rate.feature import RateFeature
from playground.ui.rate_map.feature import PAGE, MapFeature
from playground.ui.rate_map.view import HOW
from tests.support.fake_workbench import FakeWorkbench
from tests.support.features import bench_with, feature_of

LINE = ExperimentFile(Experiment(DataSettings("noisy_line", points=40), NetworkSettings((), seed=23)))


open_map = bench_with(RateFeature, LossFeature, MapFeature)


def map_of(window: FakeWorkbench) -> MapFeature:
    return feature_of(window, MapFeature)


def opened(qtbot, open_map, steps: int = 10) -> tuple[FakeWorkbench, MapFeature]:
    window = open_map(LINE)
    feature = map_of(window)
    feature.view.steps_box.setCurrentIndex((10, 100, 1000).index(steps))
    window.actions_by_name["rate_map"].trigger()
    return window, feature


def place_of(feature: MapFeature, row: int, column: int) -> QPointF:
    drawing, canvas = feature.view.drawing, feature.view.canvas
    return QPointF(canvas.mapFromScene(drawing.box.mapViewToScene(QPointF(*drawing.place_of((row, column))))))


def test_the_map_comes_and_a_click_opens_the_run_that_it_promises(qtbot, open_window) -> None:
    window, feature = opened(qtbot, open_window)
    qtbot.waitUntil(lambda: feature.complete and feature.view.sentence.text() != "")
    assert feature.rows.seeds == tuple(range(20, 40)), "twenty seeds, that of the experiment among them"
    assert feature.rows.losses.shape == (SEEDS, RATES)
    assert "After 10 steps" in feature.view.sentence.text()
    text = feature.view.drawing.cell_text((3, 30))
    assert "seed 23" in text
    assert f"rank {feature.rows.rank(3, 30)} of 48" in text

    row, column, loss = 5, 20, feature.rows.losses[5, 20]
    where = place_of(feature, row, column).toPoint()
    qtbot.mouseMove(feature.view.canvas.viewport(), where)
    qtbot.mouseClick(feature.view.canvas.viewport(), Qt.MouseButton.LeftButton, pos=where)
    qtbot.waitUntil(
        lambda: window.snapshot.view.experiment.network.seed == 25 and window.snapshot.view.step == 10,
    )
    assert window.snapshot.view.settings.learning_rate == feature.rows.learning_rates[column]
    assert window.snapshot.view.train_loss == pytest.approx(loss, rel=1e-9)
    assert feature.complete, "opening one of its runs leaves the map as it is"
    qtbot.waitUntil(lambda: feature.view.drawing.picture.now[1] == 25)
    window.actions_by_name["undo"].trigger()
    qtbot.waitUntil(lambda: window.snapshot.view.experiment.network.seed == 23)


def test_the_keyboard_reads_and_opens_too(qtbot, open_map) -> None:
    window, feature = opened(qtbot, open_map)
    qtbot.waitUntil(lambda: feature.complete and feature.view.sentence.text() != "")
    canvas = feature.view.canvas
    canvas.setFocus()
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Down, Qt.Key.Key_Right):
        qtbot.keyClick(canvas, key)
    assert feature.view.readout.isVisible()
    assert "seed 24" in feature.view.readout.text(), "it begins at the run on the screen"
    qtbot.keyClick(canvas, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.snapshot.view.experiment.network.seed == 24)
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert not feature.view.readout.isVisible()


def test_a_map_can_be_stopped_and_continued_and_survives_a_restart(qtbot, open_map, monkeypatch) -> None:
    monkeypatch.setattr(rate_map, "TOGETHER", 3000)
    window, feature = opened(qtbot, open_map, steps=1000)
    qtbot.waitUntil(lambda: feature.rows is not None)
    feature.view.stop_button.click()
    kept = feature.rows.losses.copy()
    qtbot.waitUntil(lambda: feature.view.again_button.isVisible())
    assert len(feature.rows.seeds) < SEEDS
    assert f"{len(kept)} of 20 seeds so far" in feature.view.sentence.text()
    window.actions_by_name["same_weights"].trigger()
    run = window.snapshot.run
    qtbot.waitUntil(lambda: window.snapshot.run > run)
    feature.view.again_button.click()
    qtbot.waitUntil(lambda: len(feature.rows.seeds) > len(kept))
    assert np.array_equal(feature.rows.losses[: len(kept)], kept, equal_nan=True)


def test_another_setting_is_another_map_and_alpha_is_not(qtbot, open_map) -> None:
    window, feature = opened(qtbot, open_map)
    qtbot.waitUntil(lambda: feature.complete)
    before = feature.rows
    window.lab.set_learning_rate(0.05)
    qtbot.waitUntil(lambda: window.snapshot.view.settings.learning_rate == 0.05)
    assert feature.rows is before
    window.lab.change("training.optimizer", "adam")
    qtbot.waitUntil(lambda: feature.complete and feature.rows is not before)
    experiment = window.lab.experiment.with_value("network.seed", 20)
    trainer = Trainer(experiment.with_value("training.learning_rate", float(feature.rows.learning_rates[9])))
    trainer.advance(10)
    assert feature.rows.losses[0, 9] == pytest.approx(trainer.train_loss(), rel=1e-9)


def test_the_map_is_exported_like_the_other_plots(qtbot, open_map, tmp_path) -> None:
    window, feature = opened(qtbot, open_map)
    qtbot.waitUntil(lambda: feature.complete and feature.view.sentence.text() != "")
    assert (PAGE, "Map of learning rates") in window.exporter.choices
    window.exporter.save_svg(PAGE, tmp_path / "map.svg", 800, 500)
    assert (tmp_path / "map.svg").stat().st_size > 10_000
    figure = map_figure(MapPicture(feature.rows, feature.rows.seeds), window.snapshot.view)(PRINT)
    assert isinstance(figure, Figure)
    assert feature.view.sentence.text() in figure.caption


def test_no_map_of_the_experiment_before_is_exported_under_the_words_of_this_one(
    qtbot, open_map, tmp_path
) -> None:
    window, feature = opened(qtbot, open_map)
    qtbot.waitUntil(lambda: feature.complete)
    window.arrangement.show_page("surface")
    qtbot.waitUntil(lambda: not feature.page_on_screen)
    window.lab.set_learning_rate(0.05)
    qtbot.waitUntil(lambda: window.snapshot.view.settings.learning_rate == 0.05)
    window.exporter.save_svg(PAGE, tmp_path / "same.svg", 800, 500)
    window.lab.set_experiment(window.lab.experiment.with_value("training.schedule", "warm_up"))
    qtbot.waitUntil(lambda: window.snapshot.view.settings.schedule == "warm_up")
    with pytest.raises(ExportError, match="open its page"):
        window.exporter.save_svg(PAGE, tmp_path / "other.svg", 800, 500)
    window.arrangement.show_page(PAGE)
    qtbot.waitUntil(lambda: feature.complete)
    assert "slider’s α" in feature.figure(window.snapshot)(PRINT).caption


@pytest.mark.parametrize(
    ("best", "told"),
    [
        ((1, 3), "the best α lies between 0.1 and 10 or more"),
        ((0, 2), "the best α lies between 0.01 or less and 1,"),
        ((3, 3), "α = 10 or more is the best for all 2 seeds"),
        ((1, 2), "the best α lies between 0.1 and 1,"),
    ],
)
def test_at_an_end_of_the_map_the_best_may_lie_beyond_it(best, told) -> None:
    losses = np.ones((2, 4))
    losses[[0, 1], best] = 0.1
    rows = RateMap((0, 1), np.logspace(-2, 1, 4), losses, np.full(2, 2.0), 100)
    assert told in sentence(rows)


def test_under_a_schedule_the_map_is_of_the_sliders_alpha(qtbot, open_map) -> None:
    window, feature = opened(qtbot, open_map)
    view, drawing = feature.view, feature.view.drawing
    qtbot.waitUntil(lambda: feature.complete and view.sentence.text() != "")
    words = (drawing.cell_text((3, 30)), view.sentence.text(), view.counts.text(), drawing.bottom.name)
    assert all("α" in text and "slider" not in text for text in words)
    window.lab.change("training.schedule", "warm_up")
    qtbot.waitUntil(lambda: drawing.picture.schedule == "warm_up" and feature.complete)
    qtbot.waitUntil(lambda: "best slider’s α" in view.sentence.text())
    assert "slider’s α" in drawing.cell_text((3, 30))
    assert "the best slider’s α of a seed" in view.counts.text()
    assert drawing.bottom.name == "learning rate, slider’s α"
    figure = feature.figure(window.snapshot)(PRINT)
    assert "best slider’s α lies" in figure.caption or "slider’s α =" in figure.caption


def test_the_heading_is_not_cut_in_a_small_window(qtbot, open_map) -> None:
    """679 pixels are what the map has in a window of 1366."""
    window = open_map(LINE)
    view = map_of(window).view
    view.resize(679, 436)
    view.show()
    for stopped in (False, True):
        for share in (None, 0.4):
            view.show_progress(share, stopped)
            view.layout().activate()
            assert view.title_label.text() == "Map of α"
            assert view.subtitle_label.shown_text in HOW, "whole, not cut"
    view.show_progress(None, False)
    view.layout().activate()
    assert view.subtitle_label.shown_text != ""
