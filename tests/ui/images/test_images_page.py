"""The page of images: drawn, picked, mistaken, and the weights of the first layer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from playground.engine.datasets import samples_of
from playground.engine.input_slice import usual_choice
from playground.engine.network import Network
from playground.engine.problem_of_experiment import network_on_data
from playground.experiment import DataSettings, Experiment, ExperimentFile, NetworkSettings
from playground.known_tables import data_at_hand
from playground.landscape.pieces import finish
from playground.landscape.questions.mistakes import mistakes_in_pieces
from playground.numerals import unbroken
from playground.ui.data.feature import DataFeature
from playground.ui.images.feature import ImagesFeature, ink_range
from tests.support.fake_workbench import FakeWorkbench
from tests.support.features import bench_with, feature_of
from tests.support.tables import a_table

NAMES = tuple(f"r{row}c{column}" for row in range(1, 5) for column in range(1, 5))
open_images = bench_with(DataFeature, ImagesFeature)


def bars(count: int = 40) -> Experiment:
    """Return images of 4×4 pixels: an upright bar or a lying one, with noise."""
    rng = np.random.default_rng(3)
    rows = []
    for index in range(count):
        image = rng.uniform(0.0, 3.0, (4, 4))
        lying = index % 2
        image[(1, slice(None)) if lying else (slice(None), 1 + index % 4 // 2)] = 16.0
        rows.append([*image.ravel(), lying])
    table = a_table(NAMES, "bar", ("upright", "lying"), np.array(rows))
    return Experiment(DataSettings.of_table(table), NetworkSettings((5,)))


@pytest.fixture
def window(qtbot: Any, open_images: Any) -> FakeWorkbench:
    opened = open_images(file=ExperimentFile(bars()))
    qtbot.waitUntil(lambda: opened.actions_by_name["images"].isEnabled())
    opened.actions_by_name["images"].trigger()
    qtbot.waitUntil(lambda: feature_of(opened, ImagesFeature).view.weights.images != [])
    return opened


def drag(qtbot: Any, pad: Any, *places: tuple[float, float]) -> None:
    points = [QPoint(int(x * pad.width()), int(y * pad.height())) for x, y in places]
    qtbot.mousePress(pad, Qt.MouseButton.LeftButton, pos=points[0])
    for point in points[1:]:
        qtbot.mouseMove(pad, point)
    qtbot.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=points[-1])


def trained(window: FakeWorkbench, qtbot: Any, steps: int = 300) -> None:
    window.lab.set_speed(None)
    window.lab.run_exactly(steps)
    qtbot.waitUntil(lambda: window.snapshot.view.step == steps)


def test_what_is_drawn_is_classified_as_it_is_drawn(qtbot: Any, window: FakeWorkbench) -> None:
    trained(window, qtbot)
    view = feature_of(window, ImagesFeature).view
    view.pad.resize(160, 160)
    drag(qtbot, view.pad, (0.4, 0.1), (0.4, 0.5), (0.4, 0.9))
    qtbot.waitUntil(lambda: view.drawn_answer.text().startswith("The network says upright"))
    assert view.seen.images[0].values.shape == (4, 4)
    # The answer follows the training, too.
    before = view.drawn_answer.text()
    window.lab.set_parameters(np.zeros(window.snapshot.view.parameters.size))
    qtbot.waitUntil(lambda: view.drawn_answer.text() != before)
    assert view.drawn_answer.text() == unbroken("The network says upright (50 %), lying (50 %).")
    qtbot.mouseClick(view.clear_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: view.drawn_answer.text().startswith("Draw here"))
    assert view.seen.images == []


def test_a_line_is_drawn_with_the_keys(qtbot: Any, window: FakeWorkbench) -> None:
    trained(window, qtbot)
    view = feature_of(window, ImagesFeature).view
    qtbot.keyClick(view.pad, Qt.Key.Key_Left)
    assert view.pad.strokes == []
    for _ in range(6):
        qtbot.keyClick(view.pad, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    (stroke,) = view.pad.strokes
    assert stroke[0] == (0.4375, 0.25)
    assert stroke[-1] == (0.8125, 0.25)
    qtbot.waitUntil(lambda: view.drawn_answer.text().startswith("The network says lying"))
    qtbot.keyClick(view.pad, Qt.Key.Key_Delete)
    assert view.pad.strokes == []


def test_the_worst_mistakes_are_those_of_the_network(qtbot: Any, window: FakeWorkbench) -> None:
    feature = feature_of(window, ImagesFeature)
    view, snapshot = feature.view, window.snapshot
    qtbot.waitUntil(lambda: "wrong" in view.mistakes_title.text())
    samples, network = snapshot.samples, network_on_data(snapshot.problem).network
    X, y = np.vstack([samples.X_train, samples.X_test]), np.vstack([samples.y_train, samples.y_test])[:, 0]
    guess = network.predict(snapshot.view.parameters, X)[:, 0]
    wrong = np.flatnonzero((guess >= 0.5) != (y > 0.5))
    assert len(view.mistakes.images) == min(24, len(wrong)) > 1
    n = len(samples.X_train)
    told = (
        f"{(wrong < n).sum()} of {n} training points wrong, {(wrong >= n).sum()} of {len(X) - n} test points"
    )
    assert told in view.mistakes_title.text()
    worst = wrong[np.argmax(np.abs(guess[wrong] - y[wrong]))]
    own, given = ("upright", "lying") if y[worst] < 0.5 else ("lying", "upright")
    assert view.mistakes.images[0].text.startswith(f"{own} → {given}")
    # A click shows it beside the drawing, and picks it in the data.
    place = view.mistakes.sheet.places(
        view.mistakes.rect().toRectF().adjusted(1, 1, -1, -1), view.mistakes.images
    )[0]
    qtbot.mouseClick(view.mistakes, Qt.MouseButton.LeftButton, pos=place.center().toPoint())
    assert window.data_view.picked == worst
    qtbot.waitUntil(lambda: f"class {own}" in view.point_answer.text())
    raw = samples.raw(X[worst : worst + 1])[0]
    np.testing.assert_allclose(view.point.images[0].values.ravel(), raw / 16.0, atol=1e-12)
    trained(window, qtbot, 2000)
    qtbot.waitUntil(lambda: f"0 of {n} training points wrong" in view.mistakes_title.text())


def test_the_images_of_the_weights_are_the_rows_of_w1(qtbot: Any, window: FakeWorkbench) -> None:
    view = feature_of(window, ImagesFeature).view
    W = window.snapshot.view.parameters[: 5 * 16].reshape(5, 16)
    assert len(view.weights.images) == 5
    assert [image.text for image in view.weights.images] == ["1", "2", "3", "4", "5"]
    for image, row in zip(view.weights.images, W, strict=True):
        assert image.signed
        np.testing.assert_allclose(image.values.ravel(), row / np.abs(W).max(), rtol=1e-12)


def test_both_sheets_are_exported(qtbot: Any, window: FakeWorkbench, tmp_path: Path) -> None:
    view = feature_of(window, ImagesFeature).view
    qtbot.waitUntil(lambda: view.mistakes.images != [])
    for name in ("mistakes", "first_weights"):
        window.exporter.save_svg(name, tmp_path / f"{name}.svg", 900, 600)
    text = (tmp_path / "mistakes.svg").read_text(encoding="utf-8")
    assert text.count("→") == len(view.mistakes.images)
    assert "training points wrong" in text
    assert "Weights W[1] into each neuron" in (tmp_path / "first_weights.svg").read_text(encoding="utf-8")


def test_other_inputs_have_no_page_of_images(qtbot: Any, window: FakeWorkbench) -> None:
    assert window.actions_by_name["images"].isEnabled()
    assert {"mistakes", "first_weights"} <= {name for name, _ in window.exporter.choices}
    window.lab.change("data.dataset", "two_circles")
    qtbot.waitUntil(lambda: window.snapshot.view.experiment.data.dataset == "two_circles")
    qtbot.waitUntil(lambda: not window.actions_by_name["images"].isEnabled())
    assert not {"mistakes", "first_weights"} & {name for name, _ in window.exporter.choices}


def test_a_picture_of_images_begins_with_principal_components(qtbot: Any, window: FakeWorkbench) -> None:
    qtbot.waitUntil(lambda: window.data_view.choice.components)
    assert usual_choice(window.snapshot.samples).components
    assert not usual_choice(samples_of(data_at_hand("wine"))).components


def test_the_mistakes_that_are_exported_are_those_of_the_run_on_the_screen(
    qtbot: Any, window: FakeWorkbench, tmp_path: Path
) -> None:
    view = feature_of(window, ImagesFeature).view
    qtbot.waitUntil(lambda: view.mistakes.images != [])
    window.arrangement.hide_page("images")
    window.lab.change("network.seed", 77)
    qtbot.waitUntil(lambda: window.snapshot.view.experiment.network.seed == 77)
    assert view.mistakes.images == []
    window.exporter.save_svg("mistakes", tmp_path / "of_77.svg", 900, 600)
    snapshot = window.snapshot
    samples, network = snapshot.samples, network_on_data(snapshot.problem).network
    guess = network.predict(snapshot.view.parameters, samples.X_train)[:, 0]
    wrong = int(((guess >= 0.5) != (samples.y_train[:, 0] > 0.5)).sum())
    text = (tmp_path / "of_77.svg").read_text(encoding="utf-8")
    assert f"{wrong} of {len(guess)} training points wrong" in text


def test_a_prediction_that_is_no_number_is_a_mistake_of_its_own() -> None:
    samples, network = samples_of(bars().data), Network((16, 5, 1))
    theta = np.full(network.n_parameters, np.nan)
    found = finish(mistakes_in_pieces(network, theta, samples))
    assert (found.wrong, found.wrong_test) == (found.of, found.of_test)
    assert set(found.given.tolist()) == {-1}


def test_three_classes_have_their_mistakes_too() -> None:
    samples = samples_of(DataSettings("three_blobs", points=60, noise=0.0))
    network = Network((2, 3), loss="softmax_cross_entropy")
    theta = network.initial_parameters(np.random.default_rng(4))
    found = finish(mistakes_in_pieces(network, theta, samples))
    X = np.vstack([samples.X_train, samples.X_test])
    shares = network.predict(theta, X)
    own = np.vstack([samples.y_train, samples.y_test]).argmax(axis=1)
    wrong = np.flatnonzero(shares.argmax(axis=1) != own)
    assert found.wrong + found.wrong_test == len(wrong) > 0
    order = wrong[np.argsort(shares[wrong, own[wrong]], kind="stable")][:24]
    assert found.points.tolist() == order.tolist()
    assert found.given.tolist() == shares.argmax(axis=1)[order].tolist()


def test_a_share_that_is_not_one_is_not_called_one(qtbot: Any, window: FakeWorkbench) -> None:
    trained(window, qtbot, 5000)
    view = feature_of(window, ImagesFeature).view
    drag(qtbot, view.pad, (0.4, 0.1), (0.4, 0.5), (0.4, 0.9))
    qtbot.waitUntil(lambda: view.drawn_answer.text().startswith("The network says upright (9"))
    assert unbroken("lying (0 %)") not in view.drawn_answer.text()


@pytest.mark.parametrize(
    ("raw", "ends"),
    [
        ([[0.0, 16.0], [2.0, 3.0]], (0.0, 16.0)),
        ([[3.0, 16.0]], (0.0, 16.0)),
        ([[-1.0, 1.0]], (-1.0, 1.0)),
        ([[-1.0, -0.25]], (-1.0, -0.25)),
        ([[0.0, 0.0]], (0.0, 1.0)),
        ([[-2.0, -2.0]], (-2.0, -1.0)),
    ],
)
def test_ink_runs_from_white_to_black_whatever_the_numbers(
    raw: list[list[float]], ends: tuple[float, float]
) -> None:
    white, black = ink_range(np.array(raw))
    assert (white, black) == ends
