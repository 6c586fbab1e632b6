"""What the output is called, wherever the window says it: the loss decides, not the kind of the data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from playground.engine.backprop.operation import Operation
from playground.experiment import DataSettings, Experiment, ExperimentFile, NetworkSettings, TrainingSettings
from playground.ui.data.blame_feature import BlameFeature
from playground.ui.inspector.feature import InspectorFeature
from playground.ui.main_window import MainWindow
from tests.support.visible_texts import svg_texts, visible_texts

COMBINATIONS = [
    ("two_circles", "binary_cross_entropy", "Decision boundary"),
    ("two_circles", "squared_error", "Decision boundary"),
    pytest.param("hours_of_study", "binary_cross_entropy", "Fitted probability", marks=pytest.mark.slow),
    ("hours_of_study", "squared_error", "Fitted curve"),
    pytest.param("sine", "squared_error", "Fitted curve", marks=pytest.mark.slow),
    ("tilted_plane", "squared_error", "Predicted value"),
]
OF_A_PROBABILITY = ("probab", "log ŷ", "log(1", "certain", "σ(z")


def words_of_operations(operations: Iterable[Operation]) -> Iterator[str]:
    for operation in operations:
        yield operation.formula
        yield operation.sentence
        for part in operation.parts:
            if isinstance(part, str):
                yield part
            else:
                yield from (part.explain(*place) for place in np.ndindex(part.values.shape))


def texts_of_everything(qtbot: Any, window: MainWindow, folder: Path) -> list[str]:
    """The window's texts, with the readouts of the plots, blame, inspector and the exported pictures."""
    data, samples = window.data_view, window.snapshot.samples
    features: dict[type, Any] = {type(entry): entry for entry in window.features}
    window.set_full(True)
    window.lab.run_exactly(5)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 5)
    qtbot.waitUntil(lambda: data.answer is not None and data.answer.step == 5)
    data.frame()
    raw = samples.X_train * samples.scale + samples.mean
    across = raw[:, 1] if raw.shape[1] > 1 else samples.y_train[:, 0]
    places = list(zip(raw[:8, 0].tolist(), across[:8].tolist(), strict=True))
    said = [data.hover_text(*place) for place in places]
    window.actions_by_name["blame"].trigger()
    qtbot.waitUntil(lambda: data.blame is not None)
    blame = features[BlameFeature]
    said.append(blame.words())
    for place in places:
        said.append(data.hover_text(*place))
        said.append(blame.words())
    window.actions_by_name["inspector"].trigger()
    inspector = features[InspectorFeature].view
    for point in (0, 1, None):
        features[InspectorFeature].inspect(point)
        # The next answer is that of the point.
        qtbot.waitUntil(lambda: inspector.answer is not None and inspector.answer.point == point)  # noqa: B023
        said += words_of_operations(inspector.operations)
    qtbot.waitUntil(lambda: window.surface_view.answer is not None)
    for what, _ in window.exporter.choices[:3]:
        window.exporter.save_svg(what, folder / f"{what}.svg", 900, 600)
        said.append(svg_texts(folder / f"{what}.svg"))
    return [*said, *visible_texts(window)]


@pytest.mark.parametrize(("dataset", "loss", "title"), COMBINATIONS)
def test_the_loss_decides_what_the_output_is_called(
    qtbot: Any, open_window: Any, tmp_path: Path, dataset: str, loss: str, title: str
) -> None:
    data, network = DataSettings(dataset, points=40), NetworkSettings((2,), loss=loss)
    experiment = Experiment(data, network, TrainingSettings(learning_rate=0.1))
    window = open_window(ExperimentFile(experiment))
    texts = texts_of_everything(qtbot, window, tmp_path)
    assert title in texts
    together = "\n".join(texts)
    if loss == "binary_cross_entropy":
        assert "ŷ (probability of class 1)" in together
        assert "own loss −log ŷ of its class" in together
        assert "the output a probability" in together
        assert "½(ŷ" not in together
        return
    assert [text for text in texts if any(word in text for word in OF_A_PROBABILITY)] == []
    assert "own loss ½(ŷ − y)²" in together
    assert "½(ŷ − y)² = " in together
