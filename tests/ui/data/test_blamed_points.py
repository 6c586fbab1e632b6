"""Blame in the window: points in the colours of their losses, and one gradient beside the mean of all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter, QTransform

from playground.drawing.data.blame_points import BlamePointsItem
from playground.drawing.kit.color_maps import colormap
from playground.drawing.kit.theme import LIGHT
from playground.engine.datasets import samples_of
from playground.engine.network import network_of
from playground.engine.painted_points import painted
from playground.numerals import loss_text
from playground.ui.data.blame_feature import BlameFeature
from playground.ui.data.feature import DataFeature
from playground.ui.frame.notice_bar import Offer
from playground.ui.surface.feature import SurfaceFeature
from playground.ui.surface.pointing_feature import PointingFeature
from tests.support.fake_workbench import FakeWorkbench
from tests.support.features import bench_with, feature_of
from tests.support.strokes import stroke
from tests.ui.conftest import OpenBench

open_blame = bench_with(SurfaceFeature, DataFeature, PointingFeature, BlameFeature)

LOW = 160
"""Height of a card that has no room for a sentence, in pixels."""


@pytest.fixture
def window(qtbot: Any, open_blame: OpenBench) -> FakeWorkbench:
    """A window in the full layout whose points are blamed, on a card too low for a sentence."""
    result = open_blame()
    result.data_view.setMaximumHeight(LOW)
    result.set_full(True)
    surface = result.surface_view
    qtbot.waitUntil(lambda: surface.answer is not None and surface.answer.complete)
    result.actions_by_name["blame"].trigger()
    qtbot.waitUntil(lambda: result.data_view.blame is not None)
    return result


def part_of(window: FakeWorkbench) -> BlameFeature:
    return feature_of(window, BlameFeature)


def losses_now(window: FakeWorkbench) -> np.ndarray:
    """The losses of the points one by one, from the network itself."""
    network = network_of(window.lab.experiment)
    view, samples = window.snapshot.view, window.snapshot.samples
    rows = range(len(samples.X_train))
    points = [(samples.X_train[k : k + 1], samples.y_train[k : k + 1]) for k in rows]
    return np.array([network.loss(view.parameters, X, y) for X, y in points])


def test_the_loss_of_a_point_is_written_as_everywhere_in_the_program(window: FakeWorkbench) -> None:
    losses = losses_now(window)
    for index in range(len(losses)):
        assert f" = {loss_text(float(losses[index]))}, " in window.data_view.blame_text(index)


def test_points_have_the_colours_of_their_losses_and_follow_the_run(
    qtbot: Any, window: FakeWorkbench
) -> None:
    np.testing.assert_allclose(window.data_view.blame, losses_now(window), rtol=1e-12)
    sentence = part_of(window).sentence
    qtbot.waitUntil(lambda: f"J {window.snapshot.view.train_loss:.4f}" in sentence.text())
    # Here the card is too low for a sentence: it is said above all plots.
    window.notices.clear()
    assert not sentence.isVisible()
    assert window.notices.text == sentence.text()
    window.data_view.setMaximumHeight(10 * LOW)
    window.resize(1400, 1200)
    qtbot.waitUntil(sentence.isVisible)
    window.lab.run_exactly(60)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 60)
    qtbot.waitUntil(lambda: np.allclose(window.data_view.blame, losses_now(window), rtol=1e-12))
    drawing = window.data_view.drawing
    assert drawing.bar.name == "loss"
    assert drawing.bar.isVisible()
    assert drawing.blame.levels.high >= losses_now(window).max()


def test_pointing_at_a_point_tells_its_loss_and_draws_its_gradient(qtbot: Any, window: FakeWorkbench) -> None:
    data, surface = window.data_view, window.surface_view
    samples, view = window.snapshot.samples, window.snapshot.view
    raw = samples.X_train * samples.scale + samples.mean
    # A point that stands by itself, so that no other is nearer to the pointer.
    apart = np.linalg.norm(raw[:, None] - raw[None], axis=2)
    index = int(np.argmax(np.sort(apart, axis=1)[:, 1]))
    text = data.hover_text(*raw[index])
    loss = losses_now(window)[index]
    assert f"Training point {index + 1}, class {int(samples.y_train[index, 0])}" in text
    assert f"= {loss:.4g}" in text
    assert data.drawing.blame.pointed == index
    qtbot.waitUntil(lambda: any(arrow.kind == "point" for arrow in surface.picture().arrows))
    network = network_of(window.lab.experiment)
    _, one = network.loss_and_gradient(
        view.parameters, samples.X_train[index : index + 1], samples.y_train[index : index + 1]
    )
    _, mean = network.loss_and_gradient(view.parameters, samples.X_train, samples.y_train)
    plane, rate = surface.plane, view.settings.learning_rate
    start = np.array(plane.project(view.parameters))
    for arrow, gradient in zip(surface.picture().arrows, (mean, one), strict=True):
        tip = np.array(plane.project(view.parameters - rate * gradient))
        np.testing.assert_allclose([arrow.a, arrow.b], start, atol=1e-12)
        np.testing.assert_allclose([arrow.da, arrow.db], tip - start, rtol=1e-9, atol=1e-12)
    qtbot.waitUntil(lambda: "mini-batch's noise" in part_of(window).sentence.text())
    data.end_hover()
    assert data.drawing.blame.pointed is None
    assert all(arrow.kind != "point" for arrow in surface.picture().arrows)


def test_no_more_is_said_of_shares_and_of_the_mean_than_is_so(qtbot: Any, window: FakeWorkbench) -> None:
    part = part_of(window)
    window.lab.change("training.l2", 0.1)
    window.data_view.point_at(3)
    qtbot.waitUntil(lambda: "% of J without the penalty" in part.sentence.text())
    assert "the mean of all, which is the step" in part.sentence.text()

    window.lab.change("training.batch_size", 8)
    qtbot.waitUntil(lambda: "the mean of all, of which the step is made" in part.sentence.text())
    window.lab.change("training.batch_size", len(window.snapshot.samples.X_train))
    qtbot.waitUntil(lambda: "the mean of all, which is the step" in part.sentence.text())

    fault = window.lab.experiment.with_value("training.fault", "mean")
    window.lab.set_experiment(fault)
    qtbot.waitUntil(
        lambda: window.snapshot.view.settings.fault == "mean" and window.data_view.blame is not None
    )
    window.data_view.point_at(3)
    qtbot.waitUntil(lambda: "the mean of all: " in part.sentence.text())


def test_the_mean_of_the_arrows_of_all_points_is_the_step(qtbot: Any, window: FakeWorkbench) -> None:
    view, samples = window.snapshot.view, window.snapshot.samples
    network, plane = network_of(window.lab.experiment), window.surface_view.plane
    rows = range(len(samples.X_train))
    arrows = []
    for k in rows:
        _, one = network.loss_and_gradient(
            view.parameters, samples.X_train[k : k + 1], samples.y_train[k : k + 1]
        )
        arrows.append(plane.components(-one))
    _, mean = network.loss_and_gradient(view.parameters, samples.X_train, samples.y_train)
    np.testing.assert_allclose(np.mean(arrows, axis=0), plane.components(-mean), rtol=1e-9, atol=1e-12)


def test_the_keyboard_walks_from_the_largest_loss_down(qtbot: Any, window: FakeWorkbench) -> None:
    canvas, blame = window.data_view.canvas, window.data_view.drawing.blame
    order = np.argsort(-window.data_view.blame, kind="stable")
    qtbot.keyClick(canvas, Qt.Key.Key_PageDown)
    assert blame.pointed == order[0]
    qtbot.keyClick(canvas, Qt.Key.Key_PageDown)
    assert blame.pointed == order[1]
    qtbot.keyClick(canvas, Qt.Key.Key_PageUp)
    assert blame.pointed == order[0]
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert blame.pointed is None


def test_switched_off_everything_is_as_before(qtbot: Any, window: FakeWorkbench) -> None:
    qtbot.keyClick(window.data_view.canvas, Qt.Key.Key_PageDown)
    window.actions_by_name["blame"].trigger()
    assert window.data_view.blame is None
    assert not part_of(window).sentence.isVisible()
    assert "Training point" not in window.notices.text
    assert "own loss" not in window.notices.text
    assert not part_of(window).box.isChecked()
    qtbot.waitUntil(lambda: not window.data_view.drawing.bar.isVisible())
    assert all(arrow.kind != "point" for arrow in window.surface_view.picture().arrows)
    assert "Training point" not in window.data_view.hover_text(0.0, 0.0)


def test_a_notice_with_offers_goes_before_the_sentence_of_the_blame(
    qtbot: Any, window: FakeWorkbench
) -> None:
    """Also while the sentence changes with every step that is looked at."""
    sentence = part_of(window).sentence
    assert not sentence.isVisible()
    window.notices.clear()
    qtbot.waitUntil(lambda: window.notices.text == sentence.text())
    window.notices.say("Thrown out.", [Offer("Back", window.notices.clear)], seconds=None)
    before = sentence.text()
    window.actions_by_name["step"].trigger()
    qtbot.waitUntil(lambda: sentence.text() != before)
    assert window.notices.text == "Thrown out."
    assert window.notices.offers["Back"].isVisible()
    window.notices.take_back("Thrown out.")
    assert window.notices.text == sentence.text()


def test_another_experiment_is_blamed_anew(qtbot: Any, window: FakeWorkbench) -> None:
    experiment = window.lab.experiment.with_value("data.dataset", "xor").with_value("data.points", 60)
    window.lab.set_experiment(experiment)
    qtbot.waitUntil(lambda: window.snapshot.view.experiment == experiment)
    count = len(window.snapshot.samples.X_train)
    qtbot.waitUntil(lambda: window.data_view.blame is not None and len(window.data_view.blame) == count)
    np.testing.assert_allclose(window.data_view.blame, losses_now(window), rtol=1e-12)


def test_a_bad_point_is_brighter_than_a_good_one(qtbot: Any, window: FakeWorkbench, tmp_path: Path) -> None:
    """In the export, which is the same drawing."""
    blame = window.data_view.drawing.blame
    table = blame.table
    rows = blame.levels.indices(np.array([blame.levels.high, 0.0]))
    assert table[rows[0]].sum() > table[rows[1]].sum()
    window.exporter.save_png("boundary", tmp_path / "with.png", 800, 600, 100)
    window.actions_by_name["blame"].trigger()
    window.exporter.save_png("boundary", tmp_path / "without.png", 800, 600, 100)
    assert QImage(str(tmp_path / "with.png")) != QImage(str(tmp_path / "without.png"))
    qtbot.waitUntil(lambda: blame.nearest(0.0, 0.0) is None)


def test_after_a_stroke_a_point_has_no_colour_until_its_loss_is_known(
    qtbot: Any, window: FakeWorkbench
) -> None:
    view, samples = window.data_view, window.snapshot.samples
    before = view.blame
    n = len(samples.X_train)
    data = window.snapshot.view.data
    parts = {"moved": [[3, [0.25, 0.5, 1]]], "removed": [0, 7], "added": [[0.75, -0.5, 0]]}
    view.show_points(samples_of(painted(data, data, [stroke(**parts)])))
    view.frame()
    drawn = view.drawing.picture.blame
    assert len(drawn) == n - 1
    assert np.flatnonzero(np.isnan(drawn)).tolist() == [2, n - 2]
    stay = np.delete(np.arange(n), [0, 3, 7])
    assert np.array_equal(np.delete(drawn, [2, n - 2]), before[stay])
    view.show_points(None)
    window.lab.change_points(stroke(**parts))
    qtbot.waitUntil(lambda: len(window.snapshot.samples.X_train) == n - 1)
    assert len(view.blame) == n - 1
    qtbot.waitUntil(lambda: not np.isnan(view.blame).any())
    np.testing.assert_allclose(view.blame, losses_now(window), rtol=1e-9)


def test_a_point_whose_loss_is_not_known_has_a_rim_alone(qtbot: Any) -> None:
    item = BlamePointsItem(LIGHT)
    x = np.array([10.0, 30.0, 50.0])
    losses = np.array([0.0, np.nan, 1.0])
    item.show(x, np.full(3, 10.0), np.ones(3, int), losses, colormap("viridis"))
    image = QImage(60, 20, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    item.draw(painter, QTransform(), (0.0, 0.0, 60.0, 20.0))
    painter.end()
    white = [image.pixelColor(int(at), 10) == Qt.GlobalColor.white for at in x]
    assert white == [False, True, False]
