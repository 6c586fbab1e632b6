"""Dead neurons in the network diagram: all are shown and crossed out, or counted where they are left out."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from playground.drawing.kit.theme import LIGHT
from playground.drawing.network.drawing import NetworkDrawing, NetworkPicture, words_of_the_rest
from playground.engine.network import Network
from playground.experiment import Experiment
from playground.landscape.boundary import boundary
from playground.ui.lessons.feature import LessonFeature
from playground.ui.network.view import NetworkView
from tests.support.features import feature_of
from tests.support.widget_stage import snapshot_of

SIZES = (2, 8, 1)


def of_eight(activation: str) -> Experiment:
    experiment = Experiment().with_value("network.hidden_layers", (8,))
    return experiment.with_value("network.activation", activation)


def shown(qtbot, experiment: Experiment, dead: list[int], height: int = 221) -> NetworkView:
    """Return a diagram with the biases of some neurons far below zero."""
    snapshot = snapshot_of(experiment)
    network = Network(experiment.layer_sizes, experiment.network.activation)
    theta = snapshot.view.parameters.copy()
    theta[network.unpack(np.arange(theta.size))[0][1][dead]] = -1e3
    view = NetworkView(LIGHT)
    qtbot.addWidget(view)
    view.resize(272, height)
    view.show_snapshot(snapshot)
    view.show_boundary(boundary(network, theta, snapshot.samples, resolution=5))
    return view


def test_the_neurons_that_no_training_point_activates_are_dead(qtbot) -> None:
    view = shown(qtbot, of_eight("relu"), [1, 6])
    dead = [neuron for neuron in range(8) if view.picture.is_dead(1, neuron)]
    assert dead == [1, 6]
    assert not view.picture.is_dead(0, 1), "an input"
    assert not view.picture.is_dead(2, 0), "the output"
    assert view.accessibleDescription().endswith(", 2 dead neurons")
    tanh = shown(qtbot, of_eight("tanh"), [1, 6])
    assert tanh.picture.number_dead == 0
    assert "dead" not in tanh.accessibleDescription()


def test_a_dead_neuron_is_crossed_out() -> None:
    def middle(dead: bool) -> QColor:
        image = QImage(272, 221, QImage.Format.Format_RGB32)
        image.fill(QColor(LIGHT.card))
        drawing, rect = NetworkDrawing(LIGHT), QRectF(0, 0, 272, 200)
        which = np.arange(8) == 7
        theta, crossed = np.full(33, 0.1), (which,) if dead else ()
        picture = NetworkPicture(SIZES, theta, activations=("relu",), dead=crossed)
        painter = QPainter(image)
        drawing.paint(painter, rect, picture)
        painter.end()
        places = [n.place for n in drawing.lay_out(rect, SIZES).nodes if (n.layer, n.neuron) == (1, 7)]
        return image.pixelColor(places[0].center().toPoint())

    assert middle(False).lightness() > 200
    assert middle(True).lightness() < 120


@pytest.mark.parametrize("height", [84, 92, 110, 150, 200])
def test_a_layer_of_eight_is_whole_at_every_height_of_the_diagram(height: int) -> None:
    scene = NetworkDrawing(LIGHT).lay_out(QRectF(0, 0, 240, height), SIZES)
    assert not scene.more
    assert scene.node_size >= 8.0


def test_left_out_neurons_say_how_many_of_them_are_dead() -> None:
    assert words_of_the_rest(2, 0)[0] == "… 2 more"
    assert words_of_the_rest(2, 2)[0] == "… 2 more, 2 dead"
    assert all("2" in words and "5" in words for words in words_of_the_rest(5, 2))
    sizes = (2, 40, 1)
    scene = NetworkDrawing(LIGHT).lay_out(QRectF(0, 0, 240, 120), sizes)
    (rest,) = scene.more
    assert (rest.layer, rest.number + sum(node.layer == 1 for node in scene.nodes)) == (1, 40)
    picture = NetworkPicture(sizes, np.zeros(161), dead=(np.arange(40) >= 37,))
    assert picture.last_dead(1, rest.number) == 3
    assert picture.last_dead(1, 2) == 2


@pytest.mark.parametrize("size", [(1366, 768), pytest.param((1280, 720), marks=pytest.mark.slow)])
def test_the_lesson_on_dead_relus_shows_all_of_them(open_window, qtbot, size) -> None:
    window = open_window()
    window.resize(*size)
    lessons = feature_of(window, LessonFeature)
    lessons.open(next(n for n, lesson in enumerate(lessons.lessons) if lesson.name.startswith("07")))
    for _ in range(3):
        lessons.walk(1)
    assert "dead neurons are crossed out" in lessons.panel.text.toPlainText()
    qtbot.waitUntil(lambda: window.snapshot.view.experiment.network.activation == "relu")
    window.transport.choose_speed(None)
    lessons.show_how()
    qtbot.waitUntil(lambda: lessons.reached)
    diagram = window.panel.diagram
    window.arrangement.show_page("experiment")
    qtbot.waitUntil(lambda: diagram.isVisible())
    counted = lessons.evidence().dead_relus
    qtbot.waitUntil(lambda: diagram.picture.number_dead == counted)
    scene = diagram.drawing.lay_out(diagram.diagram_rect(), diagram.picture.layer_sizes)
    assert not scene.more
    assert sum(diagram.picture.is_dead(node.layer, node.neuron) for node in scene.nodes) == counted >= 3
