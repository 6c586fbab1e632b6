"""A network of 64 inputs: every weight of the first layer is shown, pointed at, named and set."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, Qt

from playground.drawing.network.drawing import parameter_text
from playground.drawing.network.layout import lay_out
from playground.experiment import DataSettings, Experiment, ExperimentFile, NetworkSettings
from tests.support.fake_workbench import FakeWorkbench
from tests.support.tables import a_table
from tests.ui.conftest import OpenBench
from tests.ui.network.test_weights_by_hand import open_diagram

__all__ = ["open_diagram"]

SIZES = (64, 8, 1)


def pictures() -> Experiment:
    X = np.random.default_rng(0).normal(size=(40, 64))
    rows = np.column_stack([X, X[:, 0] > X[:, 1]])
    table = a_table(tuple(f"pixel <{i}>" for i in range(64)), "digit", ("zero", "one"), rows)
    return Experiment(DataSettings.of_table(table), NetworkSettings((8,)))


@pytest.fixture
def window(open_diagram: OpenBench) -> FakeWorkbench:
    return open_diagram(file=ExperimentFile(pictures()))


@pytest.mark.parametrize("sizes", [(64, 8, 1), (30, 4, 1), (64, 1), (64, 64, 64, 1)])
@pytest.mark.parametrize("height", [70.0, 108.0, 250.0])
def test_each_weight_of_a_shown_neuron_is_found_where_it_stands(
    sizes: tuple[int, ...], height: float
) -> None:
    rect = QRectF(3.0, 3.0, 260.0, height)
    diagram = lay_out(rect, sizes, 1.0)
    if not diagram.strips:
        assert all(left.layer > 0 for left in diagram.more)
        return
    assert [strip.neuron for strip in diagram.strips] == list(range(len(diagram.strips)))
    for strip in diagram.strips:
        assert rect.contains(strip.place)
        for column in range(sizes[0]):
            index = strip.neuron * sizes[0] + column
            place = diagram.place_of(index)
            assert place is not None
            assert diagram.parameter_at(QPointF(place)) == index
    assert all(left.layer > 0 for left in diagram.more)
    assert not any(node.layer == 0 for node in diagram.nodes)


def test_a_weight_is_pointed_at_named_and_typed(qtbot: Any, window: FakeWorkbench) -> None:
    diagram = window.panel.diagram
    index = 1 * 64 + 63
    place = diagram.drawing.place_of(diagram.diagram_rect(), SIZES, index)
    assert place is not None
    qtbot.mouseClick(diagram, Qt.MouseButton.LeftButton, pos=place.toPoint())
    chosen = diagram.editor.index
    # A cell is hardly two pixels wide here: a neighbour may be nearer to a whole pixel.
    assert abs(chosen - index) <= 1
    assert "from pixel <6" in parameter_text(diagram.picture, chosen)
    qtbot.keyClicks(diagram.editor, "3")
    qtbot.keyClick(diagram.editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.snapshot.view.parameters[chosen] == 3.0)
    before = diagram.grab().toImage()
    window.lab.change("network.frozen", ("W[1]",))
    qtbot.waitUntil(lambda: len(diagram.picture.frozen) == 512)
    assert diagram.grab().toImage() != before


def test_arrow_keys_reach_every_weight_of_the_first_layer(qtbot: Any, window: FakeWorkbench) -> None:
    diagram = window.panel.diagram
    shown = diagram.drawing.shown_parameters(diagram.diagram_rect(), SIZES)
    neurons = len(diagram.drawing.lay_out(diagram.diagram_rect(), SIZES).strips)
    assert neurons >= 2
    assert shown[: 64 * neurons] == list(range(64 * neurons))
    diagram.setFocus()
    for _ in range(66):
        qtbot.keyClick(diagram, Qt.Key.Key_Right)
    assert diagram.chosen == 65
