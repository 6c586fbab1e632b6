"""The fields of a formula: what is typed, dragged and chosen reaches the run, and faults have a place."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt

from playground.engine.formula_presets import FORMULA_PRESETS
from playground.experiment import Experiment
from playground.experiment_formula import FormulaSettings
from playground.lab.lab import Lab
from playground.ui.experiment.formula_fields import FormulaFields
from playground.ui.experiment.panel import ExperimentPanel
from tests.support.widget_stage import Stage


@pytest.fixture
def lab(qtbot) -> Iterator[Lab]:
    lab = Lab(Experiment(formula=FORMULA_PRESETS["rosenbrock"].formula), use_process=False)
    qtbot.waitUntil(lambda: lab.run_number > 0)
    yield lab
    assert lab.shutdown(5.0)


@pytest.fixture
def stage(qtbot, lab: Lab) -> Stage:
    stage = Stage(qtbot, lab, ExperimentPanel(lab))
    stage.widget.set_full(True)
    stage.show(300, 1500)
    return stage


@pytest.fixture
def fields(stage: Stage) -> FormulaFields:
    return stage.widget.formula


def type_expression(stage: Stage, fields: FormulaFields, text: str) -> None:
    fields.expression.setFocus()
    fields.expression.selectAll()
    stage.qtbot.keyClicks(fields.expression, text)
    stage.qtbot.keyClick(fields.expression, Qt.Key.Key_Return)


def test_it_shows_the_formula_and_hides_what_is_of_a_network(stage: Stage, fields: FormulaFields) -> None:
    panel = stage.widget
    assert fields.expression.text() == "(1 - x)^2 + b*(y - x^2)^2"
    assert fields.chooser.buttons["rosenbrock"].isChecked()
    assert fields.constants["b"].field.value == 100.0
    assert [fields.numbers["start", index].value for index in (0, 1)] == [-1.2, 1.0]
    assert not panel.datasets.isVisible()
    for name in ("data.points", "network.seed", "training.batch_size", "training.seed"):
        assert not panel.fields[name].isVisible(), name
    assert panel.choosers["training.optimizer"].isVisible()
    assert not panel.choosers["network.activation"].isVisible()


def test_another_expression_is_taken_and_keeps_start_and_window(
    stage: Stage, fields: FormulaFields, lab: Lab
) -> None:
    type_expression(stage, fields, "x^2 + b*y^4 + z")
    formula = lab.experiment.formula
    assert formula.names == ("x", "y", "z")
    assert formula.first[:2] == (-1.2, 1.0)
    assert formula.limits[1] == (-1.0, 3.0)
    assert dict(formula.constants_by_name) == {"b": 100.0}
    assert ("start", 2) in fields.numbers
    assert not any(button.isChecked() for button in fields.chooser.buttons.values())
    assert stage.widget.formula_title.text() == "your own"


@pytest.mark.parametrize(
    ("text", "position", "words"),
    [
        ("x^2 +", 5, "Something is missing"),
        ("x^2 + foo(y)", 6, "is not a function"),
        ("log(x) + y", 0, "x = -1.2"),
        ("3", 0, "at least one"),
        ("+".join(f"x{k}" for k in range(1, 14)), 39, "The formula may have at most 12 variables, not 13"),
    ],
)
def test_a_fault_is_one_sentence_with_its_place_and_the_run_stays(
    stage: Stage, fields: FormulaFields, lab: Lab, text: str, position: int | None, words: str
) -> None:
    run, before = lab.run_number, lab.experiment
    type_expression(stage, fields, text)
    assert fields.problem.isVisible()
    assert words in fields.problem.text()
    assert fields.expression.marked == position
    assert fields.expression.property("wrong")
    assert fields.problem.text().startswith("The ")
    assert lab.experiment == before
    assert lab.run_number == run
    type_expression(stage, fields, "x^2 + y^2")
    assert not fields.problem.isVisible()
    assert not fields.expression.property("wrong")
    assert lab.experiment.formula.expression == "x^2 + y^2"


def test_a_constant_is_dragged_and_typed(stage: Stage, fields: FormulaFields, lab: Lab) -> None:
    row = fields.constants["b"]
    row.slider.setValue(row.slider.maximum())
    assert lab.experiment.formula.constants_by_name["b"] == 10_000.0
    assert row.field.value == 10_000.0
    row.field.setFocus()
    row.field.selectAll()
    stage.qtbot.keyClicks(row.field, "5")
    stage.qtbot.keyClick(row.field, Qt.Key.Key_Return)
    assert lab.experiment.formula.constants_by_name["b"] == 5.0
    assert 0 < row.slider.value() < row.slider.maximum() / 2
    assert lab.experiment.formula.minima == ((1.0, 1.0),)


def test_start_window_noise_and_seed_reach_the_run(stage: Stage, fields: FormulaFields, lab: Lab) -> None:
    for field, text in (
        (fields.numbers["start", 0], "0.5"),
        (fields.numbers["low", 1], "-2"),
        (fields.numbers["high", 1], "4"),
        (fields.noise, "0.25"),
        (fields.seed, "7"),
    ):
        field.setFocus()
        field.selectAll()
        stage.qtbot.keyClicks(field, text)
        stage.qtbot.keyClick(field, Qt.Key.Key_Return)
    formula = lab.experiment.formula
    assert formula.first == (0.5, 1.0)
    assert formula.limits == ((-2.0, 2.0), (-2.0, 4.0))
    assert (formula.noise, formula.seed) == (0.25, 7)


def test_a_window_without_width_is_refused(stage: Stage, fields: FormulaFields, lab: Lab) -> None:
    field = fields.numbers["low", 0]
    field.setFocus()
    field.selectAll()
    stage.qtbot.keyClicks(field, "2")
    stage.qtbot.keyClick(field, Qt.Key.Key_Return)
    assert "has no width" in field.problem
    assert lab.experiment.formula.limits[0] == (-2.0, 2.0)


def test_every_tile_begins_its_formula_with_an_alpha_that_suits_it(
    stage: Stage, fields: FormulaFields, lab: Lab
) -> None:
    for name, preset in FORMULA_PRESETS.items():
        fields.chooser.buttons[name].click()
        assert lab.experiment.formula == preset.formula
        assert lab.experiment.training.learning_rate == preset.learning_rate
        assert fields.expression.text() == preset.formula.expression
        assert stage.widget.formula_title.text() == preset.title
        assert fields.about.text() == preset.sentence


def test_the_simple_layout_has_tiles_expression_and_constants(stage: Stage, fields: FormulaFields) -> None:
    stage.widget.set_full(False)
    assert fields.chooser.isVisible()
    assert fields.expression.isVisible()
    assert fields.constants["b"].isVisible()
    assert not fields.noise.isVisible()
    assert not fields.numbers["start", 0].isVisible()


def test_a_drag_of_a_constant_begins_few_runs_and_is_one_undo(
    stage: Stage, fields: FormulaFields, lab: Lab
) -> None:
    row, begun = fields.constants["b"], []
    lab.experiment_replaced.connect(lambda experiment, _: begun.append(experiment))
    before, end = lab.experiment, row.slider.maximum()
    row.slider.setSliderDown(True)
    for place in range(end - 60, end + 1):
        row.slider.setValue(place)
    row.slider.setSliderDown(False)
    stage.qtbot.waitUntil(lambda: lab.experiment.formula.constants_by_name["b"] == 10_000.0)
    stage.qtbot.waitUntil(lambda: begun and begun[-1] == lab.experiment)
    assert len(begun) < 20
    lab.undo()
    stage.qtbot.waitUntil(lambda: lab.experiment == before)
    assert not lab.can_undo


def test_a_value_of_a_slider_without_a_finite_j_is_refused_and_put_back(
    stage: Stage, fields: FormulaFields, lab: Lab
) -> None:
    lab.set_experiment(Experiment(formula=FormulaSettings("sqrt(w - b)", start=(2.5,), constants={"b": 1.0})))
    stage.qtbot.waitUntil(lambda: "b" in fields.constants and fields.formula == lab.experiment.formula)
    row, before = fields.constants["b"], lab.experiment
    place = row.slider.value()
    row.slider.setValue(row.slider.maximum())
    assert lab.experiment == before
    assert (row.slider.value(), row.field.value) == (place, 1.0)
    assert fields.problem.isVisible()
    assert "not possible, at w = 2.5" in fields.problem.text()
    row.slider.setValue(place + 10)
    stage.qtbot.waitUntil(lambda: lab.experiment != before)
    assert not fields.problem.isVisible()


def test_a_slider_reaches_beyond_a_value_that_was_out_of_its_reach(
    stage: Stage, fields: FormulaFields, lab: Lab
) -> None:
    row = fields.constants["b"]
    for text, low, high in (("-5", -15.0, 5.0), ("-1000", -3000.0, 1000.0), ("5000", 50.0, 500_000.0)):
        row.field.setFocus()
        row.field.selectAll()
        stage.qtbot.keyClicks(row.field, text)
        stage.qtbot.keyClick(row.field, Qt.Key.Key_Return)
        assert lab.experiment.formula.constants_by_name["b"] == float(text)
        assert 0 < row.slider.value() < row.slider.maximum()
        for place, value in ((row.slider.minimum(), low), (row.slider.maximum(), high)):
            row.slider.setValue(place)
            stage.qtbot.waitUntil(lambda value=value: lab.experiment.formula.constants_by_name["b"] == value)
            assert row.slider.value() == place


def test_a_constant_that_is_deleted_and_retyped_is_a_constant_again(
    stage: Stage, fields: FormulaFields, lab: Lab
) -> None:
    before = lab.experiment.formula
    for text in ("(1 - x)^2 + (y - x^2)^2", "(1 - x)^2", "(1 - x)^2 + c*y", before.expression):
        type_expression(stage, fields, text)
    formula = lab.experiment.formula
    assert dict(formula.constants_by_name) == {"b": 100.0}
    assert (formula.names, formula.first, formula.limits) == (before.names, before.first, before.limits)
    fields.chooser.buttons["himmelblau"].click()
    type_expression(stage, fields, "x^2 + b*y^2")
    assert lab.experiment.formula.names == ("x", "b", "y")


def test_a_name_is_made_a_constant_with_a_slider_and_back(
    stage: Stage, fields: FormulaFields, lab: Lab
) -> None:
    def choose(text: str) -> None:
        next(action for action in fields.names_button.menu().actions() if action.text() == text).trigger()

    stage.widget.set_full(False)
    assert fields.names_button.isVisible()
    type_expression(stage, fields, "x^2 + c*y^2")
    choose("Make c a constant")
    assert dict(lab.experiment.formula.constants_by_name) == {"c": 2.0}
    assert [*lab.experiment.formula.names] == ["x", "y"]
    stage.qtbot.waitUntil(lambda: fields.constants["c"].isVisible())
    choose("Make c a variable")
    assert [*lab.experiment.formula.names] == ["x", "c", "y"]
    assert lab.experiment.formula.first == (-1.2, 2.0, 1.0)
    assert not fields.constants
    choose("Make x a constant")
    choose("Make y a constant")
    (last,) = (
        action for action in fields.names_button.menu().actions() if action.text().endswith("constant")
    )
    assert not last.isEnabled()


@pytest.mark.parametrize("text", ["w ^ 2", "(w)**2"])
def test_an_expression_with_other_blanks_and_brackets_keeps_its_minima(
    stage: Stage, fields: FormulaFields, lab: Lab, text: str
) -> None:
    fields.chooser.buttons["parabola"].click()
    type_expression(stage, fields, text)
    assert lab.experiment.formula.expression == text
    assert [*lab.experiment.formula.minima] == [(0.0,)]
    assert fields.chooser.buttons["parabola"].isChecked()
    type_expression(stage, fields, "w^4")
    assert not lab.experiment.formula.minima
