"""The activation explorer in the window: saturation, dead ReLUs, gradients that vanish layer by layer."""

from __future__ import annotations

from xml.etree import ElementTree

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QFontMetricsF, QImage
from PySide6.QtWidgets import QMenu

from playground.drawing.activations.layer_bars import LayerBars, bar_text, decades
from playground.drawing.activations.layer_norms import LayerNormDrawing
from playground.drawing.kit.axes import font
from playground.drawing.kit.theme import DARK
from playground.engine.network import network_of
from playground.engine.trainer import Trainer
from playground.experiment import (
    DataSettings,
    Experiment,
    ExperimentFile,
    NetworkSettings,
    TrainingSettings,
)
from playground.files.atomic import ExportError
from playground.ui.activations.feature import PAGE, ActivationFeature
from tests.support.fake_workbench import FakeWorkbench
from tests.support.features import bench_with, feature_of

SVG = "{http://www.w3.org/2000/svg}"
DEEP = Experiment(
    DataSettings(points=40),
    NetworkSettings((4, 4, 4), activation="sigmoid"),
    TrainingSettings(learning_rate=0.2),
)


open_activations = bench_with(ActivationFeature)


def feature(window: FakeWorkbench) -> ActivationFeature:
    return feature_of(window, ActivationFeature)


def test_the_page_shows_the_live_network_and_fills_in_its_past(qtbot, open_activations) -> None:
    window = open_activations(ExperimentFile(DEEP))
    explorer = feature(window)
    window.lab.set_speed(None)
    window.lab.run_exactly(200)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 200)
    assert len(explorer.record) == 0
    window.actions_by_name["activations"].trigger()
    assert window.arrangement.page_on_screen(PAGE)
    qtbot.waitUntil(lambda: len(explorer.record) > 60)

    view, samples = window.snapshot.view, window.snapshot.samples
    network = network_of(DEEP)
    z = network.forward(view.parameters, samples.X_train).z
    facts = explorer.view.facts
    assert len(facts.layers) == 3
    for layer, values in zip(facts.layers, z, strict=False):
        slope = 1 / (2 + np.exp(values) + np.exp(-values))
        assert layer.saturated == pytest.approx(np.mean(slope < 0.01))
        assert layer.counts.sum() == values.size
    steps, norms = explorer.record.table()
    assert (steps[0], steps[-1]) == (0, 200)
    for row in (0, len(steps) // 2, -1):
        theta = view.history.path[list(view.history.path_steps).index(steps[row])]
        gradient = network.loss_and_gradient(theta, samples.X_train, samples.y_train)[1]
        wanted = [np.linalg.norm(gradient[a.start : b.stop]) for a, b in network.layers]
        np.testing.assert_allclose(norms[row], wanted, rtol=1e-10)
    # A deep sigmoid network: what comes back to the first layer is a small part of what the last one gets.
    assert norms[0][0] < 0.1 * norms[0][-1]
    qtbot.waitUntil(lambda: "layer 1" in explorer.view.norm_view.canvas.accessibleDescription())
    assert "σ(z)" in explorer.view.formula.text()
    assert "saturated" in explorer.view.sentence.text()
    assert "step 200" in explorer.view.norm_view.hover_text(200.0, 0.0)


def test_every_function_can_be_looked_at(qtbot, open_activations) -> None:
    window = open_activations(ExperimentFile(DEEP))
    explorer = feature(window)
    window.actions_by_name["activations"].trigger()
    qtbot.waitUntil(lambda: explorer.view.facts is not None)
    assert explorer.view.function_box.currentData() == "sigmoid"
    pictures = set()
    for name in ("relu", "tanh", "identity", "sigmoid"):
        index = explorer.view.function_box.findData(name)
        explorer.view.function_box.setCurrentIndex(index)
        explorer.view.function_box.activated.emit(index)
        picture = explorer.view.function_view.picture
        assert picture.function == name
        # Histograms only under the function that they flow into.
        assert (picture.facts is not None) == (name == "sigmoid")
        image = explorer.view.function_view.grab().toImage()
        pictures.add(bytes(image.constBits()))
    assert len(pictures) == 4


def test_dead_relus_are_named(qtbot, open_activations) -> None:
    window = open_activations(ExperimentFile(DEEP.with_value("network.activation", "relu")))
    explorer = feature(window)
    theta = np.array(window.snapshot.view.parameters)
    theta[8:10] = -100.0
    window.lab.set_parameters(theta)
    window.actions_by_name["activations"].trigger()
    qtbot.waitUntil(lambda: "dead" in explorer.view.sentence.text())
    assert explorer.view.facts.layers[0].silent >= 2
    assert "of 4 dead" in explorer.view.function_view.accessibleDescription()
    explorer.view.resize(1000, 500)
    explorer.view.function_view.grab()


def test_a_network_of_two_functions_shows_each_with_its_own_layers(qtbot, open_activations) -> None:
    mixed = DEEP.with_value("network.activation", ("sigmoid", "relu", "sigmoid"))
    window = open_activations(ExperimentFile(mixed))
    explorer = feature(window)
    theta = np.array(window.snapshot.view.parameters)
    theta[network_of(mixed).layers[1][1]] = -100.0
    window.lab.set_parameters(theta)
    window.actions_by_name["activations"].trigger()
    qtbot.waitUntil(lambda: "dead" in explorer.view.sentence.text())
    assert "4 neurons are dead" in explorer.view.sentence.text()
    assert explorer.view.function_box.currentData() == "sigmoid"
    picture = explorer.view.function_view.picture
    assert [layer.layer for layer in picture.facts.layers] == [1, 3]
    box = explorer.view.function_box
    box.setCurrentIndex(box.findData("relu"))
    box.activated.emit(box.currentIndex())
    assert [layer.layer for layer in explorer.view.function_view.picture.facts.layers] == [2]
    assert "z[2]: 100 % off, 4 of 4 dead" in explorer.view.function_view.accessibleDescription()


def test_a_hidden_page_asks_nothing(qtbot, open_activations) -> None:
    window = open_activations(ExperimentFile(DEEP))
    explorer = feature(window)
    assert explorer.question(explorer.slots[0]) is None
    window.actions_by_name["activations"].trigger()
    qtbot.waitUntil(lambda: len(explorer.record) == 1)
    window.arrangement.hide_page(PAGE)
    window.lab.run_exactly(30)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 30)
    assert explorer.question(explorer.slots[0]) is None
    assert len(explorer.record) == 1


def test_gradient_norms_are_exported(qtbot, open_activations, tmp_path) -> None:
    window = open_activations(ExperimentFile(DEEP))
    window.actions_by_name["activations"].trigger()
    qtbot.waitUntil(lambda: len(feature(window).record) == 1)
    window.exporter.save_png("layer_norms", tmp_path / "norms.png", 800, 500, 96)
    assert (tmp_path / "norms.png").stat().st_size > 5000


def test_the_number_of_the_last_step_is_not_cut(qapp) -> None:
    drawing = LayerNormDrawing(DARK)
    canvas = pg.GraphicsLayoutWidget()
    canvas.addItem(drawing.item)
    canvas.resize(420, 180)
    canvas.show()
    for last in (91, 500, 1810, 9100, 18_100):
        steps = np.linspace(0, last, 50).astype(int)
        drawing.show(steps, np.full((50, 2), 0.1))
        canvas.grab()
        (low, high), axis = drawing.box.viewRange()[0], drawing.bottom
        spacing, ticks = axis.tickValues(low, high, drawing.box.width())[0]
        words = axis.tickStrings(ticks, 1.0, spacing)[-1]
        middle = drawing.box.mapViewToScene(QPointF(float(ticks[-1]), 0.0)).x()
        half = QFontMetricsF(font(DARK, DARK.small_font_size)).horizontalAdvance(words) / 2
        assert middle + half <= canvas.width(), f"{words} is cut"


def test_the_function_is_exported_as_it_is_shown(qtbot, open_activations, tmp_path) -> None:
    window = open_activations(ExperimentFile(DEEP))
    window.actions_by_name["activations"].trigger()
    explorer = feature(window)
    qtbot.waitUntil(lambda: explorer.view.facts is not None)
    assert ("activation", "Activation function") in window.exporter.choices

    window.exporter.save_png("activation", tmp_path / "function.png", 900, 600, 192)
    image = QImage(str(tmp_path / "function.png"))
    assert (image.width(), image.height()) == (900, 600)
    assert image.dotsPerMeterX() == pytest.approx(192 / 0.0254, abs=1)
    colours = {image.pixelColor(x, y).name() for x in range(0, 900, 3) for y in range(0, 600, 3)}
    assert len(colours) > 10

    window.exporter.save_svg("activation", tmp_path / "function.svg", 900, 600)
    text = (tmp_path / "function.svg").read_text(encoding="utf-8")
    root = ElementTree.fromstring(text)
    assert (root.get("width"), root.get("height")) == ("900", "600")
    words = ["".join(entry.itertext()).strip() for entry in root.iter(f"{SVG}text")]
    assert {"0", "1", "−1", "z"} <= set(words)
    # Greek and Latin letters are pieces of their own in a file of Qt's.
    together = "".join("".join(entry.itertext()) for entry in root.iter(f"{SVG}text"))
    for text in ("σ(z)", "σ'(z)", "z[1]: ", "z[2]: ", "z[3]: ", "Activation function sigmoid."):
        assert text in together

    index = explorer.view.function_box.findData("relu")
    explorer.view.function_box.setCurrentIndex(index)
    explorer.view.function_box.activated.emit(index)
    window.exporter.save_svg("activation", tmp_path / "relu.svg", 900, 600)
    text = (tmp_path / "relu.svg").read_text(encoding="utf-8")
    assert "ReLU(z)" in text
    # The histograms of a sigmoid network are not under another function.
    assert "z[1]" not in text


def test_button_and_menu_of_the_function_export_it(qtbot, open_activations) -> None:
    window = open_activations(ExperimentFile(DEEP))
    window.actions_by_name["activations"].trigger()
    view = feature(window).view
    with qtbot.waitSignal(view.function_view.export_requested) as wanted:
        qtbot.mouseClick(view.export_button, Qt.MouseButton.LeftButton)
    assert wanted.args == ["activation"]
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, QPoint(20, 20), QPoint(20, 20))
    view.function_view.contextMenuEvent(event)
    menu = view.function_view.findChild(QMenu)
    entries = {action.text(): action for action in menu.actions()}
    with qtbot.waitSignal(view.function_view.export_requested):
        entries["Export…"].trigger()
    with qtbot.waitSignal(view.function_view.copy_requested) as copied:
        entries["Copy to the clipboard"].trigger()
    assert copied.args == ["activation"]
    menu.close()


def test_norms_of_layers_say_that_they_leave_the_penalty_out(qtbot, open_activations) -> None:
    window = open_activations(ExperimentFile(Experiment()))
    explorer = feature(window)
    window.actions_by_name["activations"].trigger()
    window.lab.run_exactly(20)
    view = explorer.view.norm_view
    qtbot.waitUntil(lambda: "layer 1" in view.canvas.accessibleDescription())
    assert "penalty" not in view.canvas.accessibleDescription()
    assert not view.legend.isVisible()
    window.lab.change("training.l2", 0.1)
    window.lab.run_exactly(20)
    qtbot.waitUntil(lambda: view.legend.isVisible() and "penalty left out" in view.legend.text())
    qtbot.waitUntil(lambda: "The penalty left out" in view.canvas.accessibleDescription())
    window.lab.change("network.frozen", ("W[1]", "b[1]"))
    window.lab.run_exactly(5)
    qtbot.waitUntil(lambda: "the penalty and frozen parameters left out" in view.legend.text())


SIX = NetworkSettings((8,) * 6, "sigmoid")


def test_the_layers_are_bars_until_a_second_step_is_measured(qtbot, open_activations) -> None:
    window = open_activations(ExperimentFile(Experiment(network=SIX)))
    explorer = feature(window)
    window.actions_by_name["activations"].trigger()
    side = explorer.view.norm_side
    qtbot.waitUntil(lambda: side.bars_view.bars is not None)
    bars = side.bars_view.bars
    trainer = Trainer(window.snapshot.view.experiment)
    _, gradient = trainer.network.loss_and_gradient(
        trainer.parameters, trainer.samples.X_train, trainer.samples.y_train
    )
    norms = [np.linalg.norm(gradient[w.start : b.stop]) for w, b in trainer.network.layers]
    np.testing.assert_allclose(bars.norms, norms, rtol=1e-9)
    assert side.shows_bars
    assert bars.step == 0
    assert side.bars_view.accessibleDescription().startswith("Gradient norm at step 0: layer 1 1.1·10⁻⁵,")
    assert decades(bars.norms) == (-5, 0)
    window.lab.run_exactly(30)
    qtbot.waitUntil(lambda: len(explorer.record) > 1 and not side.shows_bars)
    side.bars_button.click()
    assert side.shows_bars
    qtbot.waitUntil(lambda: side.bars_view.bars.step == 30)
    side.curves_button.click()
    assert not side.shows_bars


def test_no_norm_is_seen_or_exported_while_a_question_is_asked(qtbot, open_activations, tmp_path) -> None:
    window = open_activations(ExperimentFile(Experiment(network=SIX)))
    explorer = feature(window)
    window.actions_by_name["activations"].trigger()
    side = explorer.view.norm_side
    qtbot.waitUntil(lambda: side.bars_view.bars is not None)
    window.strip.request_pin(side)
    assert not side.bars_view.isVisible()
    assert not side.curves.isVisible()
    for what in ("layer_bars", "layer_norms"):
        with pytest.raises(ExportError, match="once the question is answered"):
            window.exporter.save_png(what, tmp_path / "bars.png", 800, 500, 96)
    window.strip.release_pin(side)
    assert side.shows_bars
    window.exporter.save_png("layer_bars", tmp_path / "bars.png", 800, 500, 96)
    assert (tmp_path / "bars.png").stat().st_size > 2000


def test_layers_without_a_finite_norm_or_with_none_have_no_bar_but_a_word() -> None:
    bars = LayerBars(3, np.array([0.0, np.inf, 0.02, 0.002]))
    assert [bar_text(norm) for norm in bars.norms.tolist()] == ["0", "not finite", "0.02", "0.002"]
    assert decades(bars.norms) == (-3, -1)
    assert decades(np.zeros(3)) == (-1, 0)
    assert decades(np.array([0.1, 0.1])) == (-2, -1)
