"""The sharpness page of the window: samples of a real run, its past filled in, its export."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRect, Qt

from playground.engine.trainer import Trainer
from playground.experiment import (
    DataSettings,
    Experiment,
    ExperimentFile,
    NetworkSettings,
    TrainingSettings,
)
from playground.landscape.curvature import extreme_eigenvalues
from playground.ui.rate.feature import RateFeature
from playground.ui.rate.first_overshoot_feature import FirstOvershootFeature
from playground.ui.rate.limit_feature import LimitFeature
from playground.ui.rate.lookahead_feature import LookaheadFeature
from playground.ui.rate.side_feature import SideFeature
from playground.ui.sharpness.feature import PAGE, SharpnessFeature
from tests.support.fake_workbench import FakeWorkbench
from tests.support.features import bench_with, feature_of

SINE = Experiment(DataSettings("sine", points=40), NetworkSettings((6,)), TrainingSettings(learning_rate=0.2))


open_sharpness = bench_with(
    RateFeature, FirstOvershootFeature, LimitFeature, LookaheadFeature, SideFeature, SharpnessFeature
)


def feature(window: FakeWorkbench) -> SharpnessFeature:
    return feature_of(window, SharpnessFeature)


def test_the_page_measures_now_and_fills_in_what_went_before(qtbot, open_window) -> None:
    window = open_window(ExperimentFile(SINE))
    sharpness = feature(window)
    window.lab.set_speed(None)
    window.lab.run_exactly(300)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 300)
    # Nobody looks at the page yet: there is at most what the strip has measured after an overshoot.
    assert len(sharpness.record) < 10
    action = window.actions_by_name["show_sharpness"]
    action.trigger()
    assert window.arrangement.page_on_screen(PAGE)
    qtbot.waitUntil(lambda: len(sharpness.record) > 30)
    steps = [sample.step for sample in sharpness.record.samples]
    assert steps[0] < 20
    assert steps[-1] == 300
    trainer = Trainer(SINE)
    samples, path = trainer.samples, window.snapshot.view.history.path
    for sample in sharpness.record.samples[::10]:
        hessian = trainer.network.hessian_operator(path[sample.step], samples.X_train, samples.y_train)
        ends = extreme_eigenvalues(hessian, trainer.network.n_parameters)
        assert (sample.largest, sample.smallest) == pytest.approx((ends.largest, ends.smallest), rel=1e-6)
    qtbot.waitUntil(lambda: sharpness.view.sentence.text().startswith("Sharpness"))
    assert "Sharpness λmax over the steps" in sharpness.view.accessibleDescription()
    assert "limit 10" in sharpness.view.drawing.hover(300)

    window.set_full(True)
    assert "λmin" in sharpness.view.numbers.text()
    # In a small window their lines are the plot's, and they stand in the tooltip.
    assert not sharpness.view.numbers.isVisible()
    assert "λmin" in sharpness.view.sentence.toolTip()
    assert sharpness.view.canvas.height() > 60
    window.resize(1440, 1000)
    qtbot.waitUntil(sharpness.view.numbers.isVisible)
    assert sharpness.view.sentence.toolTip() == ""
    window.set_full(False)
    assert not sharpness.view.numbers.isVisible()
    action.trigger()
    assert not window.arrangement.page_is_open(PAGE)


def test_in_a_small_window_two_quantities_have_whole_lines_and_a_plot(qtbot, open_window) -> None:
    """What has no room, the eigenvalues and what the limit takes for granted, stands in the tooltip."""
    network = NetworkSettings(loss="squared_error")
    training = TrainingSettings(learning_rate=0.3, l1=0.001)
    window = open_window(ExperimentFile(Experiment(DataSettings("two_circles"), network, training)))
    window.set_full(True)
    window.lab.set_speed(None)
    window.lab.run_exactly(60)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 60 and window.snapshot.state == "paused")
    window.lab.change("training.optimizer", "adam")
    window.lab.set_learning_rate(0.02)
    window.lab.run_exactly(60)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 120 and window.snapshot.state == "paused")
    window.actions_by_name["show_sharpness"].trigger()
    view = feature(window).view
    qtbot.waitUntil(lambda: len(view.drawing.names) == 2 and "λmax(P⁻¹H)" in view.whole_sentence)
    frozen = "the preconditioner stays frozen"
    # Where the whole sentence has two lines' room it is shown, else its tooltip has it.
    qtbot.waitUntil(lambda: (frozen in view.sentence.text()) != (frozen in view.sentence.toolTip()))
    assert frozen in view.whole_sentence
    assert "λmin" in view.sentence.toolTip()

    def is_whole() -> bool:
        label = view.sentence
        room = QRect(0, 0, label.width(), 9999)
        needed = label.fontMetrics().boundingRect(room, Qt.TextFlag.TextWordWrap, label.text()).height()
        return label.height() >= needed and needed < 3 * label.fontMetrics().lineSpacing()

    qtbot.waitUntil(is_whole)
    qtbot.waitUntil(lambda: view.canvas.height() > 80)
    qtbot.waitUntil(lambda: view.drawing.left.name == "λ")
    axis = view.drawing.left
    assert axis.label.boundingRect().width() <= axis.height()
    assert view.drawing.name == "largest eigenvalue"
    legend = view.legend_text(window.theme)
    assert "┉" not in legend
    assert legend.count("╍") == 1
    window.resize(1440, 1000)
    qtbot.waitUntil(lambda: axis.name == "largest eigenvalue")
    qtbot.waitUntil(lambda: view.sentence.text() == view.whole_sentence)
    assert axis.label.boundingRect().width() <= axis.height()


def test_while_it_pauses_the_limit_moves_with_the_slider(qtbot, open_sharpness) -> None:
    window = open_sharpness(ExperimentFile(SINE))
    sharpness = feature(window)
    drawing = sharpness.view.drawing
    window.actions_by_name["show_sharpness"].trigger()
    # Of a run that has not begun nothing else is measured, which would be drawn too.
    qtbot.waitUntil(lambda: "limit 10" in drawing.hover(0))
    window.lab.set_learning_rate(0.4)
    qtbot.waitUntil(lambda: "limit 5" in drawing.hover(0))
    assert drawing.band.marks[-1].text == "α 0.4"


def test_a_hidden_page_asks_nothing_and_a_new_run_begins_a_new_record(qtbot, open_sharpness) -> None:
    window = open_sharpness(ExperimentFile(SINE))
    sharpness = feature(window)
    window.actions_by_name["show_sharpness"].trigger()
    qtbot.waitUntil(lambda: len(sharpness.record) == 1)
    old = sharpness.record.last.largest
    window.actions_by_name["new_weights"].trigger()
    qtbot.waitUntil(lambda: len(sharpness.record) == 1 and sharpness.record.last.largest != old)
    window.actions_by_name["show_sharpness"].trigger()
    cadences = [sharpness.cadence, sharpness.fellow(LimitFeature).cadence]
    for cadence in cadences:
        cadence.interval = cadence.patience = 0.0
    for _ in range(30):
        window.actions_by_name["step"].trigger()
    # Whoever wants to know anything about step 30 asks in the frame in which the side view asks.
    side = sharpness.fellow(SideFeature)
    qtbot.waitUntil(lambda: side.answer is not None and side.answer.step == 30)
    assert not any(cadence.waiting for cadence in cadences)
    assert len(sharpness.record) == 1


def test_it_is_exported_like_every_plot(qtbot, open_sharpness, tmp_path) -> None:
    window = open_sharpness(ExperimentFile(SINE))
    assert (PAGE, "Sharpness over the steps") in window.exporter.choices
    window.actions_by_name["show_sharpness"].trigger()
    qtbot.waitUntil(lambda: len(feature(window).record) > 0)
    window.exporter.save_png(PAGE, tmp_path / "sharpness.png", 600, 400, 96)
    window.exporter.save_svg(PAGE, tmp_path / "sharpness.svg", 600, 400)
    assert (tmp_path / "sharpness.png").read_bytes().startswith(b"\x89PNG")
    assert "learning rate of the moment" in (tmp_path / "sharpness.svg").read_text(encoding="utf-8")
    assert all(np.isfinite(sample.sharpness) for sample in feature(window).record.samples)
