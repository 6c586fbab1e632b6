"""The experiment panel: every field of an experiment, what changes now and what starts again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import delete

import playground.ui
from playground.drawing.kit.theme import DARK, LIGHT
from playground.engine.trainer import Trainer
from playground.experiment import LIVE_FIELDS, DataSettings, Experiment, NetworkSettings, TrainingSettings
from playground.lab.lab import Lab
from playground.ui.experiment.panel import ExperimentPanel
from playground.ui.experiment.words import HINTS
from playground.ui.style import stylesheet
from playground.ui.widgets.choice_box import ChoiceBox
from playground.ui.widgets.number_field import NumberField
from tests.support.busy_training import busy
from tests.support.tables import a_table
from tests.support.widget_stage import Stage


@pytest.fixture
def lab(qtbot) -> Iterator[Lab]:
    lab = Lab(Experiment(), use_process=False)
    qtbot.waitUntil(lambda: lab.run_number > 0)
    yield lab
    assert lab.shutdown(5.0)


@pytest.fixture
def stage(qtbot, lab: Lab) -> Stage:
    stage = Stage(qtbot, lab, ExperimentPanel(lab))
    stage.widget.set_full(True)
    stage.show(300, 1500)
    return stage


def type_in(stage: Stage, field: NumberField, text: str) -> None:
    field.setFocus()
    field.selectAll()
    stage.qtbot.keyClick(field, Qt.Key.Key_Delete)
    stage.qtbot.keyClicks(field, text)
    stage.qtbot.keyClick(field, Qt.Key.Key_Return)


def choose(box: ChoiceBox, title: str) -> None:
    """What a user does with a box: take the line of this title."""
    index = box.findText(title)
    assert index >= 0
    box.setCurrentIndex(index)
    box.activated.emit(index)


def test_a_change_that_another_overtakes_gives_way_to_it(stage: Stage, lab: Lab) -> None:
    field = stage.widget.fields["training.l2"]
    usual = field.text()
    with busy(lab):
        type_in(stage, field, "0.25")
        assert field.text() == "0.25"
        order = lab.change("training.l2", 0.0)
    stage.until(lambda s: s.instruction >= order)
    assert field.text() == usual


def test_an_older_snapshot_does_not_take_a_typed_number_back(stage: Stage, lab: Lab) -> None:
    field = stage.widget.fields["training.l2"]
    assert stage.snapshot is not None
    view = stage.snapshot.view
    older = replace(stage.snapshot, view=replace(view, settings=replace(view.settings, learning_rate=0.2)))
    type_in(stage, field, "0.25")
    stage.widget.show_snapshot(older)
    assert field.text() == "0.25"
    stage.until(lambda s: s.view.settings.l2 == 0.25)
    assert field.text() == "0.25"


def test_another_data_set_starts_again_with_a_loss_that_suits_it(stage: Stage) -> None:
    panel = stage.widget
    stage.lab.step()
    first = stage.until(lambda s: s.view.step == 1)
    stage.qtbot.mouseClick(panel.datasets.buttons["sine"], Qt.MouseButton.LeftButton)
    second = stage.until(lambda s: s.view.experiment.data.dataset == "sine")
    assert second.run > first.run
    assert second.view.step == 0
    assert second.view.experiment.network.loss == "squared_error"
    assert panel.choosers["network.loss"].value == "squared_error"
    assert panel.dataset_title.text() == "Sine"
    assert panel.diagram.picture.layer_sizes == (1, 4, 1)
    # A cross-entropy is no choice for values, and is one again for classes.
    loss = panel.choosers["network.loss"]
    assert not loss.model().item(loss.findText("binary cross-entropy")).isEnabled()
    stage.qtbot.mouseClick(panel.datasets.buttons["xor"], Qt.MouseButton.LeftButton)
    third = stage.until(lambda s: s.view.experiment.data.dataset == "xor")
    assert third.view.experiment.network.loss == "binary_cross_entropy"
    assert loss.model().item(loss.findText("binary cross-entropy")).isEnabled()


def test_what_changes_now_leaves_the_run_as_it_is(stage: Stage, lab: Lab) -> None:
    panel = stage.widget
    lab.run()
    running = stage.until(lambda s: s.view.step > 2)
    choose(panel.choosers["training.optimizer"], "momentum")
    type_in(stage, panel.fields["training.momentum"], "0.5")
    type_in(stage, panel.fields["training.batch_size"], "16")
    type_in(stage, panel.fields["training.l1"], "0.001")
    type_in(stage, panel.fields["training.l2"], "0.01")
    choose(panel.choosers["training.schedule"], "cosine")
    stage.until(lambda s: s.view.settings.schedule == "cosine")
    stage.qtbot.waitUntil(lambda: panel.fields["training.schedule_steps"].isEnabled())
    type_in(stage, panel.fields["training.schedule_steps"], "500")
    type_in(stage, panel.fields["training.schedule_factor"], "0.2")
    scheduled: dict[str, Any] = {"schedule": "cosine", "schedule_steps": 500, "schedule_factor": 0.2}
    expected = TrainingSettings("momentum", 0.3, 0.5, 16, 0.001, 0.01, 0, **scheduled)
    changed = stage.until(lambda s: s.view.settings == expected)
    assert changed.view.step >= running.view.step
    learned_on = stage.until(lambda s: s.view.step > changed.view.step)
    assert learned_on.run == running.run
    assert {change.field for change in changed.view.history.changes} == set(LIVE_FIELDS) - {
        "training.learning_rate"
    }
    type_in(stage, panel.fields["training.batch_size"], "")
    full_batch = stage.until(lambda s: s.view.settings.batch_size is None)
    assert full_batch.run == running.run


def test_what_starts_again_can_be_undone_and_the_panel_follows(stage: Stage, lab: Lab) -> None:
    panel = stage.widget
    lab.step()
    stage.until(lambda s: s.view.step == 1)
    type_in(stage, panel.fields["data.points"], "60")
    again = stage.until(lambda s: s.view.experiment.data.points == 60)
    assert again.view.step == 0
    assert len(again.samples.y_train) + len(again.samples.y_test) == 60
    lab.undo()
    back = stage.until(lambda s: s.view.experiment.data.points == 200)
    assert back.view.step == 1
    assert panel.fields["data.points"].text() == "200"
    assert panel.fields["training.batch_size"].placeholderText() == f"all {len(back.samples.y_train)} points"


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("data.noise", "nan", "Noise must be a finite number, not “nan”."),
        ("data.noise", "loud", "Noise must be a number, not “loud”."),
        ("data.noise", "1.5", "Noise must be from 0 to 1, not 1.5."),
        ("data.points", "19", "Points must be from 20 to 5000, not 19."),
        ("data.points", "20.5", "Points must be a whole number, not “20.5”."),
        ("data.points", "inf", "Points must be a finite number, not “inf”."),
        ("data.test_share", "-0.1", "Test share must be from 0 to 0.9, not -0.1."),
        ("training.batch_size", "0", "Batch size must be at least 1, not 0."),
        ("training.l2", "1e9", "L2 must be from 0 to 10, not 1000000000.0."),
        ("network.seed", "-1", "Weight seed must be from 0 to 4294967295, not -1."),
    ],
)
def test_a_bad_entry_is_told_at_its_field_and_the_old_value_stays(
    stage: Stage, name: str, typed: str, sentence: str
) -> None:
    panel, lab = stage.widget, stage.lab
    before, run = lab.experiment, stage.snapshot.run
    field = panel.fields[name]
    old = field.text()
    type_in(stage, field, typed)
    label = field.parentWidget().sentence
    assert label.isVisible()
    assert label.text() == field.problem == sentence
    assert field.accessibleDescription() == sentence
    stage.frame()
    assert lab.experiment == before
    assert stage.snapshot.run == run
    assert field.text() == typed
    # Put right, the sentence goes at once, before the value is taken.
    stage.qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == old
    assert not label.isVisible()


def test_a_mended_entry_takes_the_sentence_away_while_it_is_typed(stage: Stage) -> None:
    field = stage.widget.fields["data.noise"]
    type_in(stage, field, "0.2x")
    assert field.problem
    stage.qtbot.keyClick(field, Qt.Key.Key_Backspace)
    assert field.problem == ""
    assert stage.lab.experiment.data.noise == 0.1
    stage.qtbot.keyClick(field, Qt.Key.Key_Return)
    assert stage.lab.experiment.data.noise == 0.2


def test_up_and_down_change_a_number_by_its_last_digit(stage: Stage) -> None:
    noise, points = stage.widget.fields["data.noise"], stage.widget.fields["data.points"]
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Down):
        stage.qtbot.keyClick(noise, key)
    assert stage.lab.experiment.data.noise == pytest.approx(0.2)
    stage.qtbot.keyClick(points, Qt.Key.Key_Down)
    assert stage.lab.experiment.data.points == 199


def test_hidden_layers_are_added_resized_and_removed(stage: Stage, lab: Lab) -> None:
    layers = stage.widget.layers
    stage.qtbot.mouseClick(layers.add_button, Qt.MouseButton.LeftButton)
    type_in(stage, layers.fields[1], "7")
    grown = stage.until(lambda s: s.view.experiment.network.hidden_layers == (4, 7))
    assert stage.widget.diagram.picture.layer_sizes == (2, 4, 7, 1)
    assert len(grown.view.parameters) == 2 * 4 + 4 + 4 * 7 + 7 + 7 + 1
    type_in(stage, layers.fields[0], "65")
    assert layers.fields[0].problem == "Neurons of hidden layer 1 must be from 1 to 64, not 65."
    assert lab.experiment.network.hidden_layers == (4, 7)
    for _ in range(2):
        stage.qtbot.mouseClick(layers.removers[0], Qt.MouseButton.LeftButton)
    none = stage.until(lambda s: s.view.experiment.network.hidden_layers == ())
    assert len(none.view.parameters) == 3
    assert not stage.widget.choosers["network.activation"].isEnabled()
    for _ in range(8):
        stage.qtbot.mouseClick(layers.add_button, Qt.MouseButton.LeftButton)
    assert not layers.add_button.isEnabled()
    stage.until(lambda s: s.view.experiment.network.hidden_layers == (4,) * 8)


def test_the_simple_layout_chooses_the_neurons_of_one_layer(stage: Stage, lab: Lab) -> None:
    panel = stage.widget
    panel.set_full(False)
    choose(panel.neurons, "8")
    stage.until(lambda s: s.view.experiment.network.hidden_layers == (8,))
    choose(panel.neurons, "none")
    stage.until(lambda s: s.view.experiment.network.hidden_layers == ())
    lab.change("network.hidden_layers", (3, 5))
    stage.until(lambda s: s.view.experiment.network.hidden_layers == (3, 5))
    assert panel.neurons.currentText() == "3 – 5"
    lab.change("network.hidden_layers", (9,))
    stage.until(lambda s: s.view.experiment.network.hidden_layers == (9,))
    assert panel.neurons.currentText() == "9"
    choose(panel.neurons, "4")
    stage.until(lambda s: s.view.experiment.network.hidden_layers == (4,))
    assert panel.neurons.findText("9") == panel.neurons.findText("3 – 5") == -1


def test_standardised_inputs_show_how_they_were_standardised(stage: Stage) -> None:
    panel = stage.widget
    assert panel.standardization.text() == "inputs as they are"
    stage.qtbot.mouseClick(panel.standardize, Qt.MouseButton.LeftButton, pos=QPoint(12, 12))
    snapshot = stage.until(lambda s: s.view.experiment.data.standardize)
    first, second = panel.standardization.text().splitlines()
    assert first.startswith("x₁: (x₁ ")
    assert second.startswith("x₂: (x₂ ")
    assert first.endswith(f"/ {snapshot.samples.scale[0]:.3g}")
    assert f"{abs(snapshot.samples.mean[0]):.3g})" in first


def test_the_full_layout_reaches_every_field_but_the_learning_rate(stage: Stage) -> None:
    panel = stage.widget
    controls: dict[str, QWidget] = {
        **panel.fields,
        **panel.choosers,
        "data.dataset": panel.datasets,
        "data.standardize": panel.standardize,
        "network.hidden_layers": panel.layers,
        "data.derived_inputs": panel.derived,
        "network.frozen": panel.frozen,
    }
    seldom = {"data.derived_inputs", "network.frozen", "network.output", "network.initial_scale"}
    seldom.add("training.momentum_form")
    sections = {"data": DataSettings, "network": NetworkSettings, "training": TrainingSettings}
    names = {f"{section}.{entry.name}" for section, kind in sections.items() for entry in fields(kind)}
    # The fields of a rule come with its tile.
    without_a_control = {"training.learning_rate", "training.fault", "data.table", "data.rule"}
    assert set(controls) == names - without_a_control
    assert {name for name, control in controls.items() if not control.isVisible()} == seldom
    stage.qtbot.mouseClick(panel.more.fold.button, Qt.MouseButton.LeftButton)
    assert all(control.isVisible() for control in controls.values())
    panel.set_full(False)
    simple = {name for name, control in controls.items() if control.isVisible()}
    assert simple == {"data.dataset", "network.activation", "training.optimizer"}
    assert panel.neurons.isVisible()
    panel.set_full(True)
    assert all(control.isVisible() for control in controls.values())
    named = [*panel.fields.values(), *panel.choosers.values(), *panel.datasets.buttons.values()]
    assert all(control.accessibleName() for control in named)


def test_tab_goes_from_above_to_below(stage: Stage) -> None:
    panel = stage.widget
    for full in (True, False):
        panel.set_full(full)
        QApplication.processEvents()
        panel.datasets.buttons["two_circles"].setFocus()
        visited, heights = [], []
        while QApplication.focusWidget() not in visited:
            widget = QApplication.focusWidget()
            visited.append(widget)
            heights.append(widget.mapTo(panel, QPoint(0, widget.height() // 2)).y())
            stage.qtbot.keyClick(widget, Qt.Key.Key_Tab)
        # Data, what folds the diagram, the diagram, every control that is enabled and what opens the others:
        # momentum is not, for gradient descent, nor are the numbers of a schedule where there is none.
        assert len(visited) == (3 + 20 + 1 if full else 2 + 3)
        assert all(after >= before - 2 for before, after in pairwise(heights))


def test_the_wheel_over_a_box_without_focus_changes_no_experiment(stage: Stage, lab: Lab) -> None:
    box = stage.widget.choosers["network.activation"]
    stage.widget.datasets.buttons["xor"].setFocus()
    before = lab.experiment
    down = QWheelEvent(
        QPointF(10, 10),
        QPointF(10, 10),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(box, down)
    assert lab.experiment == before
    box.setFocus()
    QApplication.sendEvent(box, down)
    assert lab.experiment.network.activation != before.network.activation


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_nothing_is_cut_off_at_the_side_in_a_small_window(stage: Stage, full: bool, theme) -> None:
    panel = stage.widget
    panel.setStyleSheet(stylesheet(theme))
    panel.restyle(theme)
    panel.set_full(full)
    type_in(stage, panel.fields["data.noise"], "loud")
    panel.resize(panel.sizeHint().width(), 440)
    QApplication.processEvents()
    content, view = panel.scroll_area.widget(), panel.scroll_area.viewport()
    assert content.minimumSizeHint().width() <= view.width()
    for control in [*panel.fields.values(), *panel.choosers.values(), *panel.datasets.buttons.values()]:
        if control.isVisible():
            left = control.mapTo(content, QPoint(0, 0)).x()
            assert left >= 0
            assert left + control.width() <= view.width()
            # What lies below the edge can be scrolled to.
            panel.scroll_area.ensureWidgetVisible(control)
            assert view.rect().intersects(control.rect().translated(control.mapTo(view, QPoint(0, 0))))


def test_the_hint_of_l1_is_true_of_what_it_does_to_weights() -> None:
    """Subgradient descent makes weights small and lets them swing; it does not make them zero."""
    rate, l1 = 0.1, 0.05
    trainer = Trainer(Experiment(training=TrainingSettings(learning_rate=rate, l1=l1)))
    trainer.advance(2000)
    weights = trainer.parameters[trainer.network.is_weight]
    assert np.abs(weights).max() <= 1.1 * rate * l1
    assert not (weights == 0).any()
    trainer.advance(1)
    swung = trainer.parameters[trainer.network.is_weight] * weights < 0
    assert swung.mean() > 0.4
    assert "hardly ever exactly zero" in HINTS["training.l1"]
    assert "swing around zero" in HINTS["training.l1"]


@pytest.mark.parametrize("layers", [(), (1,), (4,)])
def test_in_a_high_panel_the_fields_follow_the_diagram_and_the_air_is_below_them(
    stage: Stage, qtbot: Any, layers: tuple[int, ...]
) -> None:
    panel = stage.widget
    panel.set_full(False)
    stage.lab.change("network.hidden_layers", layers)
    panel.resize(panel.sizeHint().width(), 900)
    content = panel.scroll_area.widget()

    def edges(widget: QWidget) -> tuple[int, int]:
        top = widget.mapTo(content, QPoint(0, 0)).y()
        return top, top + widget.height()

    qtbot.waitUntil(lambda: 0 < edges(panel.neurons)[0] - edges(panel.diagram)[1] < 20)
    assert panel.diagram.height() == panel.diagram.maximumHeight()
    lowest = edges(panel.choosers["training.optimizer"])[1]
    assert content.height() - lowest > 100


def test_the_inputs_of_a_wide_table_are_told_apart_beside_all_settings(stage: Stage, qtbot: Any) -> None:
    panel = stage.widget
    panel.set_full(True)
    panel.resize(panel.sizeHint().width(), 700)
    usual = panel.diagram.maximumHeight()
    table = a_table(tuple(f"in{k}" for k in range(10)), "kind", ("no", "yes"), np.eye(11)[3:].tolist())
    stage.lab.set_experiment(Experiment(DataSettings.of_table(table), NetworkSettings((4,))))
    qtbot.waitUntil(lambda: panel.diagram.maximumHeight() > usual)
    qtbot.waitUntil(lambda: panel.diagram.height() >= 20 * 10)


def test_a_panel_that_is_gone_hears_no_more_of_the_lab(qtbot: Any, lab: Lab) -> None:
    panel = ExperimentPanel(lab)
    delete(panel)
    with qtbot.waitSignal(lab.experiment_replaced):
        lab.set_experiment(Experiment().with_value("network.hidden_layers", [3]))


def test_no_widget_listens_to_the_lab_by_a_lambda() -> None:
    """The lab outlives the widgets, and a connection to a lambda does not end with them."""
    paths = Path(playground.ui.__path__[0]).rglob("*.py")
    sources = {path: path.read_text(encoding="utf-8") for path in paths}
    assert sum("lab.experiment_replaced.connect(" in text for text in sources.values()) >= 3
    listening = re.compile(r"lab\.\w+\.connect\(\s*(lambda|partial)\b")
    assert [path.name for path, text in sources.items() if listening.search(text)] == []
