"""The network diagram: the right weight at the right edge, nothing outside its frame, nothing on top."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from playground.drawing.kit.theme import DARK, LIGHT
from playground.drawing.network.drawing import NetworkDrawing, NetworkPicture, parameter_text
from playground.drawing.network.neuron_image import thumbnail_image
from playground.engine.network import Network
from playground.experiment import Experiment
from playground.landscape.boundary import boundary
from playground.ui.network.view import NetworkView
from tests.support.widget_stage import snapshot_of

pytestmark = pytest.mark.usefixtures("qapp")

layers = st.lists(st.integers(1, 64), min_size=0, max_size=8)
widths, heights = st.integers(150, 700), st.integers(110, 500)


@given(inputs=st.sampled_from([1, 2]), hidden=layers, width=widths, height=heights)
@settings(max_examples=60, deadline=None)
def test_any_network_fits_into_its_frame(inputs: int, hidden: list[int], width: int, height: int) -> None:
    sizes, rect = (inputs, *hidden, 1), QRectF(3, 5, width, height)
    scene = NetworkDrawing(DARK).lay_out(rect, sizes)
    for node in scene.nodes:
        assert rect.adjusted(-0.1, -0.1, 0.1, 0.1).contains(node.place)
    for layer, count in enumerate(sizes):
        column = [node.place for node in scene.nodes if node.layer == layer]
        assert column
        for above, below in pairwise(column):
            assert above.bottom() <= below.top()
        rest = [more for center, more, _ in scene.more if abs(center.x() - column[0].center().x()) < 1e-6]
        assert len(column) + sum(rest) == count
    for first, second in pairwise(range(len(sizes))):
        right = max(node.place.right() for node in scene.nodes if node.layer == first)
        assert right < min(node.place.left() for node in scene.nodes if node.layer == second)


@given(inputs=st.sampled_from([1, 2]), hidden=st.lists(st.integers(1, 12), max_size=4))
@settings(max_examples=30, deadline=None)
def test_each_edge_carries_the_weight_between_its_two_neurons(inputs: int, hidden: list[int]) -> None:
    network = Network((inputs, *hidden, 1))
    theta = np.arange(network.n_parameters, dtype=float)
    matrices = network.unpack(theta)
    scene = NetworkDrawing(DARK).lay_out(QRectF(0, 0, 600, 600), network.layer_sizes)
    assert not scene.more
    centers = {}
    for node in scene.nodes:
        centers[node.layer, node.neuron] = node.place
    expected = {}
    for layer, (weights, biases) in enumerate(matrices, start=1):
        for row in range(weights.shape[0]):
            place = centers[layer, row]
            expected[int(biases[row])] = (place.left(), place.bottom(), place.left(), place.bottom())
            for column in range(weights.shape[1]):
                source = centers[layer - 1, column]
                inset = 2.0 if layer == 1 else 0.0
                expected[int(weights[row, column])] = (
                    source.right() - inset,
                    source.center().y(),
                    place.left(),
                    place.center().y(),
                )
    seen = {s.parameter: (s.line.x1(), s.line.y1(), s.line.x2(), s.line.y2()) for s in scene.spots}
    assert seen.keys() == expected.keys()
    for parameter, line in expected.items():
        assert seen[parameter] == pytest.approx(line)


def painted(picture: NetworkPicture, chosen: int | None = None) -> QImage:
    image = QImage(240, 200, QImage.Format.Format_RGB32)
    image.fill(QColor(LIGHT.card))
    painter = QPainter(image)
    NetworkDrawing(LIGHT).paint(painter, QRectF(0, 0, 240, 200), picture, chosen)
    painter.end()
    return image


def share_along(image: QImage, color: str, first: QPointF, second: QPointF) -> float:
    """The share of a line's pixels that have a colour."""
    hits = 0
    for share in np.linspace(0.1, 0.9, 120):
        point = first + share * (second - first)
        pixel = image.pixelColor(round(point.x()), round(point.y()))
        near = QColor(color)
        apart = max(
            abs(pixel.red() - near.red()), abs(pixel.green() - near.green()), abs(pixel.blue() - near.blue())
        )
        hits += apart < 40
    return hits / 120


def test_sign_is_told_by_colour_and_by_dashes() -> None:
    sizes = (1, 1)
    line = NetworkDrawing(LIGHT).lay_out(QRectF(0, 0, 240, 200), sizes).spots[0].line
    positive = painted(NetworkPicture(sizes, np.array([9.0, 0.0])))
    negative = painted(NetworkPicture(sizes, np.array([-9.0, 0.0])))
    assert share_along(positive, LIGHT.positive_weight, line.p1(), line.p2()) > 0.95
    assert share_along(positive, LIGHT.negative_weight, line.p1(), line.p2()) == 0
    dashes = share_along(negative, LIGHT.negative_weight, line.p1(), line.p2())
    assert 0.4 < dashes < 0.85
    assert share_along(negative, LIGHT.positive_weight, line.p1(), line.p2()) == 0


def test_a_weight_or_bias_of_zero_has_no_sign() -> None:
    """All are 0 where a run begins at zeros, and a bias of 0 is where most runs begin."""
    sizes = (1, 1)
    scene = NetworkDrawing(LIGHT).lay_out(QRectF(0, 0, 240, 200), sizes)
    line, bias = scene.spots[0].line, scene.biases[0].line.p1()

    def colours(weight: float, chosen: int | None = None) -> set[str]:
        image = painted(NetworkPicture(sizes, np.array([weight, weight])), chosen)
        spots = [line.pointAt(0.5), *(bias + QPointF(x, y) for x in range(-9, 10) for y in range(-9, 10))]
        pixels = [image.pixelColor(round(spot.x()), round(spot.y())) for spot in spots]
        # Colours whose channels are far apart: the greys of text and frame are not.
        return {
            "positive" if pixel.blue() > pixel.green() else "negative"
            for pixel in pixels
            if max(pixel.red(), pixel.green(), pixel.blue()) - min(pixel.red(), pixel.green(), pixel.blue())
            > 50
        }

    for chosen in (None, 0, 1):
        assert colours(9.0, chosen) == {"positive"}
        assert colours(-9.0, chosen) == {"negative"}
        assert colours(0.0, chosen) == set()
        assert colours(-0.0, chosen) == set()
    middle, image = line.pointAt(0.5), painted(NetworkPicture(sizes, np.zeros(2)))
    assert image.pixelColor(round(middle.x()), round(middle.y())) != QColor(LIGHT.card), "it is there"
    assert NetworkPicture((2, 1), np.array([1.0, 0.0, 3.0])).has_zero_weight
    assert not NetworkPicture((2, 1), np.array([1.0, 2.0, 0.0])).has_zero_weight, "a bias is no weight"


def test_a_larger_weight_is_a_wider_edge() -> None:
    def inked(weight: float) -> int:
        image = painted(NetworkPicture((1, 1), np.array([weight, 0.0])))
        column = [image.pixelColor(120, y) for y in range(200)]
        return sum(color != QColor(LIGHT.card) for color in column)

    assert inked(0.1) < inked(2.0) < inked(12.0)
    assert inked(np.inf) >= inked(12.0)


def test_a_thumbnail_shows_the_upper_half_of_the_plane_above() -> None:
    outputs = np.full((25, 25), -1.0)
    outputs[13:] = 1.0
    image = thumbnail_image(outputs, LIGHT)
    above, below = image.pixelColor(12, 3), image.pixelColor(12, 21)
    assert above.blue() > above.red()
    assert below.red() > below.blue()
    broken = thumbnail_image(np.full((25, 25), np.nan), LIGHT)
    assert broken.pixelColor(4, 4) == QColor(LIGHT.card)


def test_the_pointer_on_an_edge_says_weight_and_gradient(qtbot) -> None:
    snapshot = snapshot_of(Experiment(), steps=3)
    view = NetworkView(DARK)
    qtbot.addWidget(view)
    view.resize(220, 210)
    view.show()
    view.show_snapshot(snapshot)
    place = view.drawing.place_of(view.diagram_rect(), (2, 4, 1), 12)
    qtbot.mouseMove(view, place.toPoint())
    assert view.chosen == 12
    weight, gradient = snapshot.view.parameters[12], snapshot.view.last_update.gradient[12]
    text = parameter_text(view.picture, 12)
    assert text == (f"W[2]₁₁ = {weight:.3f}, ∂J/∂w = {gradient:.5f} at the last step".replace("-", "−"))
    assert view.accessibleDescription() == text
    with qtbot.waitSignal(view.parameter_chosen) as chosen:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=place.toPoint())
    assert chosen.args == [12]
    qtbot.mouseMove(view, view.rect().topLeft())
    assert view.chosen is None


def test_the_keyboard_walks_through_every_parameter(qtbot) -> None:
    view = NetworkView(DARK)
    qtbot.addWidget(view)
    view.resize(220, 210)
    view.show()
    view.show_snapshot(snapshot_of(Experiment()))
    visited = []
    for _ in range(17):
        qtbot.keyClick(view, Qt.Key.Key_Down)
        visited.append(view.chosen)
    assert visited == list(range(17))
    qtbot.keyClick(view, Qt.Key.Key_Up)
    assert view.chosen == 15
    with qtbot.waitSignal(view.parameter_chosen) as chosen:
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert chosen.args == [15]


def test_thumbnails_come_with_a_boundary_and_go_with_the_run(qtbot) -> None:
    experiment = Experiment()
    snapshot = snapshot_of(experiment, 2)
    view = NetworkView(DARK)
    qtbot.addWidget(view)
    view.show_snapshot(snapshot)
    assert view.picture.neurons is None
    network = Network(experiment.layer_sizes)
    view.show_boundary(boundary(network, snapshot.view.parameters, snapshot.samples, resolution=11))
    neurons = view.picture.neurons
    assert neurons is not None
    assert [len(layer) for layer in neurons] == [4, 1]
    other = snapshot_of(experiment.with_value("network.hidden_layers", (3, 2)), run=2)
    view.show_snapshot(other)
    assert view.picture.neurons is None
    # An answer of the old network that comes late finds no neurons of its number.
    view.show_boundary(boundary(network, snapshot.view.parameters, snapshot.samples, resolution=11))
    view.show_snapshot(other)
    assert view.picture.neurons is None
