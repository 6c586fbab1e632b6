"""The settings that are seldom used: derived inputs, output, first weights, form of momentum, freezing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt

from playground.experiment import DataSettings, Experiment, NetworkSettings
from playground.lab.lab import Lab
from playground.ui.experiment.panel import ExperimentPanel
from tests.support.tables import FOUR_POINTS, a_table
from tests.support.widget_stage import Stage
from tests.ui.experiment.test_experiment_panel import choose, type_in


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
    stage.show(300, 1700)
    click(stage, stage.widget.more.fold.button)
    return stage


def click(stage: Stage, button: Any) -> None:
    stage.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_derived_inputs_are_switched_on_and_off(stage: Stage, lab: Lab) -> None:
    derived = stage.widget.derived
    click(stage, derived.switches["x₁²"])
    click(stage, derived.switches["x₁·x₂"])
    both = stage.until(lambda s: len(s.view.experiment.data.derived_inputs) == 2)
    assert both.samples.input_names == ("x₁", "x₂", "x₁²", "x₁·x₂")
    assert both.view.experiment.layer_sizes == (4, 4, 1)
    raw = both.samples.raw(both.samples.X_train)
    assert np.allclose(both.samples.X_train[:, 2:], np.column_stack([raw[:, 0] ** 2, raw[:, 0] * raw[:, 1]]))
    click(stage, derived.switches["x₁²"])
    stage.until(lambda s: s.view.experiment.data.derived_inputs == ("x₁·x₂",))
    assert not derived.switches["x₁²"].isChecked()
    assert derived.switches["x₁·x₂"].isChecked()
    # Another way to write it is the same switch.
    lab.change("data.derived_inputs", ("x1^2", "sin(x2)"))
    stage.until(lambda s: s.view.experiment.data.derived_inputs == ("x1^2", "sin(x2)"))
    on = {text for text, button in derived.switches.items() if button.isChecked()}
    assert on == {"x₁²", "sin x₂"}
    assert derived.own.text() == ""


def test_expressions_of_ones_own_stand_beside_the_switches(stage: Stage) -> None:
    derived = stage.widget.derived
    click(stage, derived.switches["sin x₁"])
    type_in(stage, derived.own, "x1^3; max(x1, x2)")
    stage.until(lambda s: s.view.experiment.data.derived_inputs == ("sin x₁", "x1^3", "max(x1, x2)"))
    assert derived.own.text() == "x1^3; max(x1, x2)"
    type_in(stage, derived.own, "")
    stage.until(lambda s: s.view.experiment.data.derived_inputs == ("sin x₁",))


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("x1 +", ("“x1 +”", "cannot be read")),
        ("z^2", ("“z^2”", "z is no input; inputs are x1, x2.")),
        ("3", ("depends on no input.",)),
        ("log(x1)", ("“log(x1)”", "is not finite in point")),
        ("x1^3; x1^3", ("twice.",)),
    ],
)
def test_a_bad_expression_has_one_sentence(
    stage: Stage, lab: Lab, typed: str, words: tuple[str, ...]
) -> None:
    field, before = stage.widget.derived.own, lab.experiment
    type_in(stage, field, typed)
    assert field.problem.startswith("Derived inputs ")
    assert all(word.replace("“", '"').replace("”", '"') in field.problem for word in words), field.problem
    assert field.problem.endswith(".")
    assert field.parentWidget().sentence.isVisible()
    assert lab.experiment == before
    stage.qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert (field.text(), field.problem) == ("", "")


def test_another_data_set_keeps_the_derived_inputs_that_it_can_have(stage: Stage) -> None:
    panel = stage.widget
    click(stage, panel.derived.switches["x₁²"])
    click(stage, panel.derived.switches["sin x₂"])
    stage.until(lambda s: len(s.view.experiment.data.derived_inputs) == 2)
    click(stage, panel.datasets.buttons["sine"])
    sine = stage.until(lambda s: s.view.experiment.data.dataset == "sine")
    assert sine.view.experiment.data.derived_inputs == ("x₁²",)
    assert not panel.derived.switches["x₁·x₂"].isEnabled()
    assert panel.derived.switches["x₁²"].isChecked()


def test_points_that_a_derived_input_cannot_have_are_refused_in_words(stage: Stage, lab: Lab) -> None:
    panel = stage.widget
    said: list[str] = []
    lab.notice.connect(said.append)
    click(stage, panel.datasets.buttons["hours_of_study"])
    stage.until(lambda s: s.view.experiment.data.dataset == "hours_of_study")
    type_in(stage, panel.derived.own, "log(x1)")
    stage.until(lambda s: s.view.experiment.data.derived_inputs == ("log(x1)",))
    click(stage, panel.datasets.buttons["sine"])
    assert any("log(x1)" in sentence and "not finite" in sentence for sentence in said)
    assert lab.experiment.data.dataset == "hours_of_study"
    assert panel.datasets.buttons["hours_of_study"].isChecked()


def test_two_classes_may_have_either_output_with_half_squared_error(stage: Stage, lab: Lab) -> None:
    panel = stage.widget
    output, loss = panel.choosers["network.output"], panel.choosers["network.loss"]
    assert (output.value, output.isEnabled()) == ("sigmoid", False)
    choose(loss, "half squared error")
    assert (output.value, output.isEnabled()) == ("linear", True)
    choose(output, "sigmoid")
    stage.until(lambda s: s.view.experiment.output == "sigmoid")
    assert lab.experiment.loss == "squared_error"
    choose(loss, "binary cross-entropy")
    assert (output.value, output.isEnabled()) == ("sigmoid", False)
    click(stage, panel.datasets.buttons["sine"])
    stage.until(lambda s: s.view.experiment.data.dataset == "sine")
    assert (output.value, output.isEnabled()) == ("linear", False)


def test_a_table_of_values_from_0_to_1_may_have_a_sigmoid_output(stage: Stage, lab: Lab) -> None:
    output = stage.widget.choosers["network.output"]
    for largest in (1.0, 1.5):
        rows = [[x, x * x * largest] for x in np.linspace(0.0, 1.0, 20).tolist()]
        data = DataSettings.of_table(a_table(("a",), "y", (), rows))
        lab.set_experiment(Experiment(data), (), 0)
        stage.until(shows(data))
        assert output.value == "linear"
        assert output.isEnabled() == (largest == 1.0)
        sigmoid = output.model().item(output.findData("sigmoid"))
        assert sigmoid.isEnabled() == (largest == 1.0)
        if largest == 1.0:
            choose(output, "sigmoid")
            stage.until(lambda s: s.view.experiment.output == "sigmoid")
        else:
            assert "a table whose values lie from 0 to 1" in sigmoid.toolTip()


def shows(data: DataSettings) -> Callable[[Any], bool]:
    return lambda snapshot: bool(snapshot.view.experiment.data == data)


def test_the_first_weights_are_scaled(stage: Stage, lab: Lab) -> None:
    before = stage.snapshot.view.parameters.copy()
    scale = stage.widget.fields["network.initial_scale"]
    type_in(stage, scale, "3")
    after = stage.until(lambda s: s.view.experiment.network.initial_scale == 3.0)
    assert np.allclose(after.view.parameters, 3 * before)
    type_in(stage, scale, "101")
    assert scale.problem == "Weight scale must be from 0 to 100, not 101.0."


def test_momentum_may_be_an_average_where_there_is_one(stage: Stage, lab: Lab) -> None:
    panel = stage.widget
    form = panel.choosers["training.momentum_form"]
    assert not form.isEnabled()
    choose(panel.choosers["training.optimizer"], "momentum")
    stage.until(lambda s: s.view.settings.optimizer == "momentum")
    assert form.isEnabled()
    choose(form, "average of the gradients")
    stage.until(lambda s: s.view.experiment.training.momentum_form == "average")
    choose(panel.choosers["training.optimizer"], "Adam")
    stage.until(lambda s: s.view.settings.optimizer == "adam")
    assert not form.isEnabled()


def test_a_layer_is_frozen_where_the_layers_are(stage: Stage, lab: Lab) -> None:
    panel = stage.widget
    click(stage, panel.layers.freezers[0])
    frozen = stage.until(lambda s: s.view.experiment.network.frozen == ("W[1]", "b[1]"))
    assert panel.layers.freezers[0].isChecked()
    assert not panel.layers.output_freezer.isChecked()
    assert panel.frozen.text() == "W[1], b[1]"
    lab.run_exactly(5)
    later = stage.until(lambda s: s.view.step == 5)
    assert np.array_equal(later.view.parameters[:12], frozen.view.parameters[:12])
    assert not np.array_equal(later.view.parameters[12:], frozen.view.parameters[12:])
    # Nothing would be left to train: said, and the button is as before.
    said: list[str] = []
    lab.notice.connect(said.append)
    click(stage, panel.layers.output_freezer)
    assert any("leaves no parameter to train" in sentence for sentence in said)
    assert not panel.layers.output_freezer.isChecked()
    click(stage, panel.layers.freezers[0])
    stage.until(lambda s: s.view.experiment.network.frozen == ())
    assert panel.frozen.text() == ""


def test_frozen_parameters_are_named(stage: Stage, lab: Lab) -> None:
    panel = stage.widget
    type_in(stage, panel.frozen, "W[1]1,2, b[2]")
    stage.until(lambda s: s.view.experiment.network.frozen == ("W[1]1,2", "b[2]"))
    type_in(stage, panel.frozen, "W[7]")
    assert panel.frozen.problem == 'Frozen has "W[7]", which is no group of parameters of this network.'
    assert lab.experiment.network.frozen == ("W[1]1,2", "b[2]")


def test_switches_say_which_columns_they_take(qtbot) -> None:
    lab = Lab(Experiment(DataSettings.of_table(FOUR_POINTS), NetworkSettings()), use_process=False)
    try:
        qtbot.waitUntil(lambda: lab.run_number > 0)
        panel = ExperimentPanel(lab)
        qtbot.addWidget(panel)
        tip = panel.derived.switches["x₁·x₂"].toolTip()
        assert "x₁ is a, x₂ is b" in tip
    finally:
        assert lab.shutdown(5.0)


def test_each_hidden_layer_takes_an_activation_of_its_own(stage: Stage, lab: Lab) -> None:
    panel = stage.widget
    by_layer, for_all = panel.activation_by_layer, panel.choosers["network.activation"]
    assert not by_layer.isVisible()
    click(stage, panel.layers.add_button)
    stage.until(lambda s: s.view.experiment.network.hidden_layers == (4, 4))
    assert by_layer.isVisible()
    assert [box.isVisible() for box in by_layer.boxes[:3]] == [True, True, False]
    choose(by_layer.boxes[1], "softplus")
    stage.until(lambda s: s.view.experiment.network.activation == ("tanh", "softplus"))
    assert for_all.currentText() == "tanh/softplus"
    # A layer more is as the last one was.
    click(stage, panel.layers.add_button)
    stage.until(lambda s: s.view.experiment.network.activation == ("tanh", "softplus", "softplus"))
    click(stage, panel.layers.removers[2])
    stage.until(lambda s: s.view.experiment.network.hidden_layers == (4, 4))
    click(stage, panel.layers.removers[1])
    stage.until(lambda s: s.view.experiment.network.activation == "tanh")
    assert for_all.currentText() == "tanh"
    click(stage, panel.layers.add_button)
    stage.until(lambda s: s.view.experiment.network.hidden_layers == (4, 4))
    choose(by_layer.boxes[0], "leaky ReLU")
    stage.until(lambda s: s.view.experiment.network.activation == ("leaky_relu", "tanh"))
    lab.undo()
    stage.until(lambda s: s.view.experiment.network.activation == "tanh")
    stage.qtbot.waitUntil(lambda: for_all.currentText() == "tanh")
    choose(for_all, "ReLU")
    stage.until(lambda s: s.view.experiment.network.activations == ("relu", "relu"))
    assert [box.value for box in by_layer.boxes[:2]] == ["relu", "relu"]
