"""The fields of a rule: its tile opens them, what is typed reaches the run, and faults have a place."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt

from playground.engine.datasets import samples_of
from playground.experiment import Experiment
from playground.experiment_checks import ExperimentError
from playground.experiment_rule import RuleSettings
from playground.lab.lab import Lab
from playground.ui.experiment.panel import ExperimentPanel
from playground.ui.experiment.rule_fields import RuleFields
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


@pytest.fixture
def fields(stage: Stage) -> RuleFields:
    stage.widget.datasets.buttons["rule"].click()
    stage.until(lambda snapshot: snapshot.view.experiment.data.dataset == "rule")
    return stage.widget.rule


def type_rule(stage: Stage, fields: RuleFields, text: str) -> None:
    fields.expression.setFocus()
    fields.expression.selectAll()
    stage.qtbot.keyClicks(fields.expression, text)
    stage.qtbot.keyClick(fields.expression, Qt.Key.Key_Return)


def type_number(stage: Stage, field, text: str) -> None:
    field.setFocus()
    field.selectAll()
    stage.qtbot.keyClicks(field, text)
    stage.qtbot.keyClick(field, Qt.Key.Key_Return)


def test_the_tile_opens_the_fields_and_another_one_closes_them(
    stage: Stage, fields: RuleFields, lab: Lab
) -> None:
    panel = stage.widget
    assert fields.isVisible()
    assert fields.expression.text() == lab.experiment.data.rule.expression == "x2 - 2*sin(x1)"
    assert [end.value for end in fields.ends] == [-5.0, 5.0]
    assert panel.dataset_title.text() == "Rule"
    assert panel.fields["data.points"].isEnabled()
    panel.datasets.buttons["xor"].click()
    stage.until(lambda snapshot: snapshot.view.experiment.data.dataset == "xor")
    assert not fields.isVisible()


def test_a_typed_rule_a_target_and_a_range_reach_the_run(stage: Stage, fields: RuleFields, lab: Lab) -> None:
    type_rule(stage, fields, "x1*x2 + x1²")
    fields.target.setCurrentIndex(1)
    fields.target.activated.emit(1)
    type_number(stage, fields.ends[1], "2.5")
    wanted = RuleSettings("x1*x2 + x1²", (-5.0, 2.5), "value")
    snapshot = stage.until(lambda snapshot: snapshot.view.experiment.data.rule == wanted)
    assert snapshot.view.experiment.loss == "squared_error"
    samples = snapshot.samples
    assert samples.raw(samples.X_train).max() <= 2.5
    assert samples.input_names == ("x₁", "x₂")


def test_a_fault_is_said_and_underlined_and_the_rule_stays(
    stage: Stage, fields: RuleFields, lab: Lab
) -> None:
    before = lab.experiment
    type_rule(stage, fields, "x1 + zz")
    assert fields.problem.isVisible()
    assert fields.problem.text() == "The rule has the name zz; its inputs are x1 and x2."
    assert fields.expression.marked == 5
    type_rule(stage, fields, "x1^2 + 1")
    assert fields.problem.text().startswith("The rule gives class 1 only: it is above 0 at all 200 points")
    assert lab.experiment == before
    type_rule(stage, fields, "x1^2 - 1")
    assert not fields.problem.isVisible()
    assert lab.experiment.data.rule.expression == "x1^2 - 1"


def test_a_range_without_two_classes_is_refused_at_its_field(
    stage: Stage, fields: RuleFields, lab: Lab
) -> None:
    type_rule(stage, fields, "x1 - 4.5")
    type_number(stage, fields.ends[1], "4")
    assert fields.ends[1].problem.startswith("The rule gives class 0 only")
    assert lab.experiment.data.rule.range == (-5.0, 5.0)
    type_number(stage, fields.ends[1], "-6")
    assert fields.ends[1].problem == "The range of the rule must rise, and it goes from -5 to -6."


def test_a_seed_that_draws_one_class_is_refused_at_its_field(
    stage: Stage, fields: RuleFields, lab: Lab
) -> None:
    type_rule(stage, fields, "x1 + x2 - 9.3")
    seed = stage.widget.fields["data.seed"]
    refused = [n for n in range(1, 40) if _is_refused(lab, n)]
    assert refused, "no seed of these draws one class"
    type_number(stage, seed, str(refused[0]))
    assert seed.problem.startswith("The rule gives class 0 only")
    assert lab.experiment.data.seed == 0


def _is_refused(lab: Lab, seed: int) -> bool:
    try:
        samples_of(lab.experiment.with_value("data.seed", seed).data)
    except ExperimentError:
        return True
    return False


def test_the_rule_is_there_again_after_another_data_set_and_undo_brings_it_back(
    stage: Stage, fields: RuleFields, lab: Lab
) -> None:
    type_rule(stage, fields, "x1 - x2")
    mine = lab.experiment.data.rule
    stage.widget.datasets.buttons["sine"].click()
    stage.until(lambda snapshot: snapshot.view.experiment.data.dataset == "sine")
    stage.widget.datasets.buttons["rule"].click()
    stage.until(lambda snapshot: snapshot.view.experiment.data.dataset == "rule")
    assert lab.experiment.data.rule == mine
    lab.undo()
    stage.until(lambda snapshot: snapshot.view.experiment.data.dataset == "sine")
    stage.qtbot.waitUntil(lambda: not fields.isVisible())
