"""A rule in an experiment: what it may hold, and how it is saved."""

from __future__ import annotations

import json
import pickle

import numpy as np
import pytest

from playground.experiment import DatasetKind, DataSettings, Experiment, ExperimentFile
from playground.experiment_checks import ExperimentError
from playground.experiment_rule import RuleSettings
from playground.experiment_table import TableSettings
from playground.same_landscape import measure_of
from playground.share_string import ShareStringError, read_share_string, share_string

RULE = Experiment().with_value("data.rule", {"expression": "x1*x2", "range": [-2, 3], "target": "value"})

REFUSED = {
    "unknown name": ({"expression": "x1 + z"}, "The rule has the name z; its inputs are x1 and x2.", 5),
    "no input": ({"expression": "3*pi"}, "The rule depends on neither x1 nor x2.", None),
    "open bracket": (
        {"expression": "x1² + (x2"},
        "The rule cannot be read: This bracket is never closed.",
        6,
    ),
    "empty": ({"expression": " "}, "The rule is empty: write an expression of x1 and x2.", None),
    "no text": ({"expression": 3}, "The rule must be an expression, not 3.", None),
    "long": ({"expression": "x1+" * 200 + "x2"}, "The rule has more than 500 characters.", None),
    "absent": ({}, "The rule is absent.", None),
    "a list": ([], "The rule must be an object, not [].", None),
    "another field": ({"expression": "x1", "noise": 1}, "noise in data.rule is an unknown field.", None),
    "falling range": (
        {"expression": "x1", "range": [3, -3]},
        "The range of the rule must rise, and it goes from 3 to -3.",
        None,
    ),
    "one end": (
        {"expression": "x1", "range": [3]},
        "The range of the rule must be two numbers, not 1.",
        None,
    ),
    "a text for a range": (
        {"expression": "x1", "range": "0 to 1"},
        'The range of the rule must be two numbers, not "0 to 1".',
        None,
    ),
    "infinite range": (
        {"expression": "x1", "range": [0, float("inf")]},
        "The range of the rule must be a finite number, not inf.",
        None,
    ),
    "target": (
        {"expression": "x1", "target": "sign"},
        'The target of the rule must be one of class, value, not "sign".',
        None,
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_rule_is_refused_by_one_sentence(case: str) -> None:
    given, sentence, position = REFUSED[case]
    with pytest.raises(ExperimentError) as refused:
        Experiment().with_value("data.rule", given)
    assert refused.value.sentence == sentence
    assert refused.value.position == position


def test_a_rule_is_saved_as_version_3_and_read_again() -> None:
    text = RULE.to_json()
    content = json.loads(text)
    assert content["version"] == 3
    assert content["data"]["rule"] == {"expression": "x1*x2", "range": [-2.0, 3.0], "target": "value"}
    assert "rule" not in json.loads(Experiment().to_json())["data"]
    assert Experiment.from_json(text) == RULE == pickle.loads(pickle.dumps(RULE))
    assert read_share_string(share_string(ExperimentFile(RULE))).experiment == RULE


def test_a_rule_and_its_data_set_belong_together() -> None:
    with pytest.raises(ExperimentError, match=r'is absent, and data\.dataset is "rule"'):
        DataSettings(dataset="rule")
    with pytest.raises(ExperimentError, match='has no place beside the data set "xor"'):
        DataSettings(dataset="xor", rule=RuleSettings())
    away = RULE.with_value("data.dataset", "xor")
    assert away.data.rule is None
    assert away.network.loss == "binary_cross_entropy"
    table = TableSettings(("a", "b"), "t", rows=np.array([[1, 2, 3], [2, 3, 4]], dtype=float))
    on_table = RULE.with_value("data.table", table)
    assert on_table.data.rule is None
    back = on_table.with_value("data.dataset", "rule")
    assert (back.data.table, back.data.points, back.data.rule) == (None, 200, RuleSettings())


def test_the_target_decides_the_loss() -> None:
    assert (RULE.loss, RULE.data.kind) == ("squared_error", DatasetKind(2, False))
    classes = RULE.with_value("data.rule", {"expression": "x1*x2"})
    assert (classes.loss, classes.data.kind) == ("binary_cross_entropy", DatasetKind(2, True))


def test_losses_of_two_rules_are_not_of_one_measure() -> None:
    other = RULE.with_value("data.rule", {"expression": "x1+x2", "target": "value"})
    assert measure_of(RULE) != measure_of(other)
    assert measure_of(RULE) == measure_of(RULE.with_value("network.seed", 5))


def test_a_share_string_of_a_rule_without_points_is_refused_by_one_sentence() -> None:
    nowhere = RULE.with_value("data.rule", {"expression": "log(-1 - x1^2)"})
    with pytest.raises(ShareStringError, match="The rule gives no finite number for x1 and x2 from −5 to 5"):
        read_share_string(share_string(ExperimentFile(nowhere)))
