"""The data and what the network answers over it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from playground.drawing.data.drawing import BoundaryDrawing, BoundaryPicture
from playground.drawing.kit.color_maps import class_table, value_table
from playground.drawing.kit.theme import DARK, LIGHT, channels
from playground.engine.datasets import Samples, samples_of
from playground.engine.network import Network, network_of
from playground.experiment import DataSettings, Experiment
from playground.landscape.boundary import Boundary, boundary, input_window
from tests.support.sheet import Sheet, channels_of, close


def two_points(y: tuple[float, float] = (0.0, 1.0), test: bool = True) -> Samples:
    """One point left, one right; test points above them."""
    X_test = np.array([[-1.0, 1.0], [1.0, 1.0]]) if test else np.empty((0, 2))
    targets = np.array([[y[0]], [y[1]]])
    classes = set(y) <= {0.0, 1.0}
    return Samples(
        np.array([[-1.0, -1.0], [1.0, -1.0]]), targets, X_test, targets[: len(X_test)],
        np.zeros(2), np.ones(2), classes, ("x₁", "x₂"), "class" if classes else "y",
    )  # fmt: skip


def answers(samples: Samples, weights: tuple[float, float, float], loss: str) -> Boundary:
    """Those of a single neuron with these weights and this bias."""
    return boundary(Network((2, 1), loss=loss), np.array(weights), samples)


def test_the_ground_has_the_colour_of_the_predicted_class(qtbot: Any) -> None:
    samples = two_points()
    drawing = BoundaryDrawing(DARK)
    drawing.show(BoundaryPicture(samples, answers(samples, (8.0, 0.0, 0.0), "binary_cross_entropy")))
    sheet = Sheet(qtbot, drawing, DARK)
    table = class_table(DARK)
    assert close(sheet.color(-1.2, 0.0), tuple(table[0]), 3)
    assert close(sheet.color(1.2, 0.0), tuple(table[-1]), 3)


def test_the_boundary_runs_where_both_classes_are_equally_likely(qtbot: Any) -> None:
    """σ(3·x₁ − 4·x₂ + 1) is ½ on the line 3·x₁ − 4·x₂ + 1 = 0."""
    samples = two_points()
    drawing = BoundaryDrawing(DARK)
    drawing.show(BoundaryPicture(samples, answers(samples, (3.0, -4.0, 1.0), "binary_cross_entropy")))
    x, y = drawing.edge.x, drawing.edge.y
    finite = np.isfinite(x)
    assert finite.sum() > 10
    assert np.abs(3 * x - 4 * y + 1)[finite].max() < 0.05


def test_training_points_are_filled_and_test_points_hollow(qtbot: Any) -> None:
    samples = two_points()
    drawing = BoundaryDrawing(LIGHT)
    drawing.show(BoundaryPicture(samples, None))
    sheet = Sheet(qtbot, drawing, LIGHT)
    assert close(sheet.color(-1.0, -1.0), channels(LIGHT.class0), 3)
    assert close(sheet.color(1.0, -1.0), channels(LIGHT.class1), 3)
    assert close(sheet.color(-1.0, 1.0), channels(LIGHT.card), 3)
    drawing.show(BoundaryPicture(samples, None, show_test=False))
    assert len(drawing.points[(0, "test")].x) == 0


def test_class_0_is_square_and_class_1_round(qtbot: Any) -> None:
    """In the corner of a square there is colour, in that of a circle there is none."""
    theme = replace(LIGHT, point_size=30.0)
    drawing = BoundaryDrawing(theme)
    drawing.show(BoundaryPicture(two_points(), None))
    sheet = Sheet(qtbot, drawing, theme)
    corner = round(theme.point_size / 2 * 0.886) - 2
    colors = []
    for x in (-1.0, 1.0):
        column, row = sheet.pixel(x, -1.0)
        colors.append(channels_of(sheet.image.pixelColor(column + corner, row + corner)))
    assert close(colors[0], channels(theme.class0), 3)
    assert close(colors[1], channels(theme.card), 3)


def test_raw_inputs_are_shown_also_when_the_network_takes_standardised_ones(qtbot: Any) -> None:
    plain = samples_of(DataSettings(standardize=False))
    standardized = samples_of(DataSettings(standardize=True))
    places = []
    for samples in (plain, standardized):
        drawing = BoundaryDrawing(DARK)
        drawing.show(BoundaryPicture(samples, None))
        places.append(np.sort(drawing.points[(1, "train")].x))
    assert np.allclose(places[0], places[1])


def test_values_are_coloured_with_zero_as_the_ground(qtbot: Any) -> None:
    samples = two_points((-2.0, 1.5), test=False)
    drawing = BoundaryDrawing(DARK)
    drawing.show(BoundaryPicture(samples, answers(samples, (1.0, 0.0, 0.0), "squared_error")))
    sheet = Sheet(qtbot, drawing, DARK)
    assert drawing.bar.isVisible()
    table = value_table(DARK)
    middle = tuple(table[len(table) // 2])
    assert close(sheet.color(0.0, -1.0), middle, 3)
    assert close(sheet.color(-1.0, -1.0), tuple(table[0]), 3)


def test_one_input_shows_the_fitted_curve_over_the_points(qtbot: Any) -> None:
    experiment = (
        Experiment().with_value("data.dataset", "hours_of_study").with_value("network.hidden_layers", ())
    )
    samples, network = samples_of(experiment.data), network_of(experiment)
    theta = np.array([2.0, -6.0])
    drawing = BoundaryDrawing(DARK)
    drawing.show(BoundaryPicture(samples, boundary(network, theta, samples)))
    raw = (drawing.curve.x - samples.mean[0]) / samples.scale[0]
    assert np.allclose(drawing.curve.y, 1 / (1 + np.exp(6.0 - 2.0 * raw)))
    assert set(drawing.points[(1, "train")].y) == {1.0}
    assert drawing.bottom.name == samples.input_names[0]
    assert "hours" in drawing.hover(3.0, 0.5)


@pytest.mark.parametrize("dataset", ["noisy_line", "sine", "tilted_plane", "gaussian_bumps", "two_spirals"])
def test_every_kind_of_data_can_be_drawn(qtbot: Any, dataset: str) -> None:
    experiment = Experiment().with_value("data.dataset", dataset)
    samples, network = samples_of(experiment.data), network_of(experiment)
    theta = network.initial_parameters(np.random.default_rng(1))
    drawing = BoundaryDrawing(LIGHT)
    drawing.show(BoundaryPicture(samples, boundary(network, theta, samples)))
    sheet = Sheet(qtbot, drawing, LIGHT)
    left, right = input_window(samples)[:2]
    assert len({sheet.color(x, 0.0) for x in np.linspace(left, right, 40)}) > 2
    assert "training" in drawing.summary()
    drawing.restyle(DARK)
    assert drawing.hover(0.0, 0.0)


def test_a_network_that_answers_nothing_finite_can_be_drawn(qtbot: Any) -> None:
    samples = two_points((-2.0, 1.5))
    drawing = BoundaryDrawing(DARK)
    with np.errstate(all="ignore"):
        drawing.show(BoundaryPicture(samples, answers(samples, (np.inf, np.nan, 0.0), "squared_error")))
    sheet = Sheet(qtbot, drawing, DARK)
    assert not sheet.image.isNull()
    assert drawing.summary().startswith("Data: 2 training")


def test_what_other_weights_would_answer_is_dashed_and_named(qtbot: Any) -> None:
    samples = samples_of(Experiment().data)
    network = Network((2, 1))
    drawing = BoundaryDrawing(DARK)
    assert drawing.show_there(None) == ""
    drawing.show(BoundaryPicture(samples, None))
    # ŷ = ½ where x₁ = 0 in standardised inputs: an upright line at the mean.
    text = drawing.show_there(boundary(network, np.array([3.0, 0.0, 0.0]), samples))
    assert "Dashed: the boundary" in text
    assert np.nanmax(np.abs(drawing.edge_there.x - samples.mean[0])) < 1e-3
    assert "class 1 everywhere" in drawing.show_there(boundary(network, np.array([0.0, 0.0, 9.0]), samples))
    assert len(drawing.edge_there.x) == 0
    drawing.show_there(boundary(network, np.array([3.0, 0.0, 0.0]), samples))
    drawing.show_there(None)
    assert len(drawing.edge_there.x) == 0
