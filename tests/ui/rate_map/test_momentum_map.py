"""A student looks at α and momentum of a bowl: what the runs did, and the limit of theory over it."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from playground.drawing.kit.theme import PRINT
from playground.engine.formula_presets import FORMULA_PRESETS
from playground.experiment import Experiment, ExperimentFile, TrainingSettings
from playground.landscape.momentum_map import MOMENTA
from playground.landscape.rate_map import RATES
from playground.ui.loss.feature import LossFeature
from playground.ui.rate.feature import RateFeature
from playground.ui.rate_map.feature import PAGE, MapFeature
from playground.ui.rate_map.view import MOMENTUM, ROWS
from tests.support.fake_workbench import FakeWorkbench
from tests.support.features import bench_with, feature_of

open_map = bench_with(RateFeature, LossFeature, MapFeature)


def opened(qtbot, open_map, name: str, rows: str, optimizer: str) -> tuple[FakeWorkbench, MapFeature]:
    training = TrainingSettings(optimizer, 0.1)
    window = open_map(ExperimentFile(Experiment(formula=FORMULA_PRESETS[name].formula, training=training)))
    feature = feature_of(window, MapFeature)
    feature.view.rows_box.setCurrentIndex(ROWS.index(rows))
    window.actions_by_name["rate_map"].trigger()
    qtbot.waitUntil(lambda: feature.complete and feature.view.sentence.text() != "")
    return window, feature


def click(feature: MapFeature, row: int, column: int) -> None:
    drawing, canvas = feature.view.drawing, feature.view.canvas
    place = canvas.mapFromScene(drawing.box.mapViewToScene(QPointF(*drawing.place_of((row, column)))))
    for kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease):
        # Sent at once: nothing else is taken in before.
        left = Qt.MouseButton.LeftButton
        at, everywhere = QPointF(place), QPointF(canvas.viewport().mapToGlobal(place))
        event = QMouseEvent(kind, at, everywhere, left, left, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(canvas.viewport(), event)


def test_the_limit_of_theory_parts_the_runs_that_fall_from_those_that_rise(qtbot, open_map) -> None:
    window, feature = opened(qtbot, open_map, "bowl", MOMENTUM, "gradient_descent")
    rows, view = feature.rows, feature.view
    assert rows.momenta == MOMENTA
    assert rows.losses.shape == (len(MOMENTA), RATES)
    limits = 2.0 * (1.0 + np.array(MOMENTA)[:, np.newaxis]) / 10.0
    below = rows.learning_rates < limits
    with np.errstate(invalid="ignore"):
        falls = rows.losses < rows.starts[:, np.newaxis]
    assert 0 < below.sum() < below.size
    np.testing.assert_array_equal(falls, below)
    counts = (below & falls).sum(), below.sum(), (~below & falls).sum(), (~below).sum()
    words = "Below the limit {} of {} runs end lower than they began, above it {} of {}."
    assert words.format(*counts) in view.sentence.text()
    assert "α = 2(1 + β)/λmax with λmax = 10" in view.counts.text()
    assert view.drawing.left.name == "momentum β"
    assert view.drawing.picture.now == (0.1, 0.0), "gradient descent is heavy ball without momentum"
    assert "of the limit" in view.drawing.cell_text((3, 20))

    table = list(csv.DictReader(io.StringIO(feature.table(window.snapshot).text)))
    assert len(table) == rows.losses.size
    assert float(table[-1]["momentum β"]) == 0.95
    assert float(table[-1]["limit of α"]) == pytest.approx(0.39)
    assert float(table[0]["training loss J reached"]) == rows.losses[0, 0]
    figure = window.exporter.figure(PAGE)(PRINT)
    assert any("2(1 + β)/λmax" in sign.text for sign in figure.signs)

    row, column = 8, 30
    click(feature, row, column)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 100)
    settings = window.snapshot.view.settings
    assert (settings.optimizer, settings.momentum) == ("momentum", MOMENTA[row])
    assert settings.learning_rate == rows.learning_rates[column]
    assert window.snapshot.view.train_loss == rows.losses[row, column]
    assert feature.complete, "opening one of its runs leaves the map as it is"
    qtbot.waitUntil(lambda: view.drawing.picture.now == (settings.learning_rate, MOMENTA[row]))
    window.lab.change("training.optimizer", "adam")
    qtbot.waitUntil(lambda: not view.rows_box.isEnabled())
    assert view.rows_box.toolTip().startswith("Adam has no momentum β")
    qtbot.waitUntil(lambda: feature.rows is not None and not feature.rows.momenta)


def test_a_cell_of_a_map_of_starts_opens_the_run_from_that_start(qtbot, open_map) -> None:
    window, feature = opened(qtbot, open_map, "booth", ROWS[0], "gradient_descent")
    assert feature.view.drawing.left.name == "seed of the start"
    row, column = 4, 24
    loss = feature.rows.losses[row, column]
    click(feature, row, column)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 100)
    assert window.snapshot.view.train_loss == loss
    assert window.snapshot.view.experiment.formula.seed == feature.rows.seeds[row]


def opened_run(qtbot, window: FakeWorkbench, feature: MapFeature, row: int, column: int) -> Experiment:
    """Click this cell, and return what has run once it has ended with the J of the cell, bit for bit."""
    loss, run = feature.rows.losses[row, column], window.snapshot.run
    click(feature, row, column)
    qtbot.waitUntil(lambda: window.snapshot.run > run and window.snapshot.view.step == 100)
    assert window.snapshot.view.train_loss == loss
    return window.snapshot.view.experiment


def test_another_seed_of_the_noise_is_another_map(qtbot, open_map) -> None:
    window, feature = opened(qtbot, open_map, "noisy_bowl", ROWS[0], "gradient_descent")
    before = feature.rows
    opened_run(qtbot, window, feature, 3, 20)
    assert feature.rows is before, "opening one of its runs leaves the map as it is"
    window.lab.change("formula.seed", before.seeds[0] + 7)
    qtbot.waitUntil(lambda: feature.complete and feature.rows is not before)
    assert feature.rows.seeds == before.seeds
    assert (feature.rows.losses != before.losses).any()
    assert opened_run(qtbot, window, feature, 3, 20).formula.seed == 7


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("formula.seed", 7),
        ("formula.window", ((-1.0, 1.0), (-1.0, 1.0))),
        ("training.l2", 0.3),
        ("training.optimizer", "adam"),
    ],
)
def test_a_cell_that_is_clicked_while_a_change_is_on_its_way_opens_the_run_of_that_cell(
    qtbot, open_map, field: str, value: object
) -> None:
    window, feature = opened(qtbot, open_map, "noisy_bowl", ROWS[0], "momentum")
    window.lab.change(field, value)
    opened_run(qtbot, window, feature, 3, 20)


def test_the_run_is_marked_on_a_row_only_where_it_begins_there(qtbot, open_map) -> None:
    """The start of the preset is that of no seed."""
    window, feature = opened(qtbot, open_map, "bowl", ROWS[0], "gradient_descent")
    assert feature.view.drawing.picture.now == (0.1, None)
    other = "pink: α of the run on the screen, which comes from another start than these."
    assert other in feature.view.counts.text()
    figure = window.exporter.figure(PAGE)(PRINT)
    assert "this run: α 0.1" in [sign.text for sign in figure.signs]
    # Keys begin in the first row then.
    feature.view.canvas.setFocus()
    qtbot.keyClick(feature.view.canvas, Qt.Key.Key_Right)
    assert feature.view.drawing.picture.cell[0] == 0
    window.lab.new_weights()
    qtbot.waitUntil(lambda: feature.view.drawing.picture.now == (0.1, 1))
    figure = window.exporter.figure(PAGE)(PRINT)
    assert "this run: α 0.1, seed 1" in [sign.text for sign in figure.signs]
    qtbot.waitUntil(lambda: "pink: the run on the screen." in feature.view.counts.text())
    window.lab.start_at(np.array([1.5, -0.5]))
    qtbot.waitUntil(lambda: feature.view.drawing.picture.now == (0.1, None))
    column = 20
    rate = float(feature.rows.learning_rates[column])
    click(feature, 4, column)
    qtbot.waitUntil(lambda: feature.view.drawing.picture.now == (rate, 4))
    window.lab.set_parameters(np.array([1.0, 1.0]))
    qtbot.waitUntil(lambda: feature.view.drawing.picture.now == (rate, None))


def test_a_new_start_is_the_run_of_its_row(qtbot, open_map) -> None:
    window, feature = opened(qtbot, open_map, "booth", ROWS[0], "gradient_descent")
    window.lab.new_weights()
    qtbot.waitUntil(lambda: window.snapshot.view.experiment.formula.seed == 1)
    begun = window.snapshot.view.experiment.formula
    assert feature.rows.starts[1] == window.snapshot.view.train_loss
    assert opened_run(qtbot, window, feature, 1, 24).formula == begun
