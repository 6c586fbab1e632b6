"""The settings of a formula: defaults, names, and one sentence for what they may not be."""

from __future__ import annotations

import json
import pickle
from typing import Any

import pytest

from playground.experiment import Change, DataSettings, Experiment, ExperimentFile, TrainingSettings
from playground.experiment_checks import ExperimentError
from playground.experiment_formula import FormulaSettings


def test_what_is_absent_takes_a_default() -> None:
    formula = FormulaSettings("k*a^2 + x₁*e", constants={"k": 3})
    assert formula.names == ("a", "x1")
    assert formula.limits == ((-3.0, 3.0),) * 2
    assert formula.first == (2.0, 2.0)
    assert dict(formula.constants_by_name) == {"k": 3.0}
    assert (formula.noise, formula.seed, formula.minima) == (0.0, 0, ())
    assert formula.title == "J(a, x1) = k*a^2 + x₁*e"


def test_the_order_of_the_variables_is_the_one_that_is_given() -> None:
    formula = FormulaSettings("a + b", ("b", "a"), (1.0, 2.0))
    assert formula.names == ("b", "a")
    assert Experiment(formula=formula).n_parameters == 2


def test_one_pair_is_the_window_of_all() -> None:
    assert FormulaSettings("a + b", window=(0, 1)).limits == ((0.0, 1.0),) * 2  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"expression": "w^"}, "expression", "character 3: Something is missing"),
        ({"expression": "(w"}, "expression", "character 1: This bracket is never closed"),
        ({"expression": "w + q", "variables": ["w"]}, "expression", "character 5: “q” is neither"),
        ({"expression": 3}, "expression", "must be a text"),
        ({"expression": "3 + pi"}, "variables", "at least one"),
        ({"expression": " + ".join("abcdfghiklmno")}, "variables", "at most 12 variables, not 13"),
        ({"expression": "w", "variables": ["w"] * 13}, "variables", "at most 12 variables, not 13"),
        ({"expression": "a", "variables": ["a", "a"]}, "variables", "twice"),
        ({"expression": "x1", "variables": ["x1", "x₁"]}, "variables", "twice"),
        ({"expression": "a", "variables": ["a", "sin"]}, "variables", "is a function"),
        ({"expression": "a", "variables": ["a", "2b"]}, "variables", "is no name"),
        ({"expression": "a", "variables": "a"}, "variables", "a list of names"),
        ({"expression": "a", "constants": {"e": 1.0}}, "constants", "is a constant already"),
        (
            {"expression": "a*k", "variables": ["a", "k"], "constants": {"k": 1.0}},
            "variables",
            "is a constant",
        ),
        ({"expression": "a*k", "constants": {"k": "1"}}, "constants.k", "must be a number"),
        ({"expression": "a*k", "constants": {"k": float("nan")}}, "constants.k", "finite"),
        ({"expression": "a", "constants": ["k"]}, "constants", "names with numbers"),
        ({"start": [1.0, 2.0]}, "start", "one number, not 2"),
        ({"start": [float("inf")]}, "start", "finite"),
        ({"window": [[1.0, 1.0]]}, "window", "has no width"),
        ({"window": [2.0, 1.0]}, "window", "has no width"),
        ({"window": [[0.0, 1.0], [0.0, 1.0]]}, "window", "a pair for each variable"),
        ({"window": [[0.0, 1.0, 2.0]]}, "window", "pairs"),
        ({"noise": -1.0}, "noise", "from 0"),
        ({"seed": 1.5}, "seed", "whole number"),
        ({"minima": [[0.0, 1.0]]}, "minima", "one number, not 2"),
    ],
)
def test_what_a_formula_may_not_be_is_one_sentence(given: dict[str, Any], field: str, words: str) -> None:
    with pytest.raises(ExperimentError, match=words) as refused:
        FormulaSettings(**given)
    assert refused.value.field == f"formula.{field}"
    assert refused.value.sentence.count("\n") == 0
    assert refused.value.sentence.startswith("The ")
    assert "formula." not in refused.value.sentence
    assert " in formula" not in refused.value.sentence
    text = json.dumps({"formula": given})
    if "NaN" not in text and "Infinity" not in text:
        with pytest.raises(ExperimentError):
            Experiment.from_json(text)


def test_a_file_has_the_lowest_version_that_can_say_it() -> None:
    assert json.loads(Experiment().to_json())["version"] == 1
    experiment = Experiment(formula=FormulaSettings("λ*w^2", constants={"λ": 2.0}, minima=((0.0,),)))
    content = json.loads(experiment.to_json())
    assert content["version"] == 2
    assert set(content) == {"format", "version", "training", "formula"}
    assert content["formula"]["constants"] == {"λ": 2.0}
    assert Experiment.from_json(experiment.to_json()) == experiment
    assert pickle.loads(pickle.dumps(experiment)) == experiment  # as it goes to the helper process
    assert hash(experiment) == hash(Experiment.from_json(experiment.to_json()))


def test_a_newer_version_is_refused_with_a_sentence_that_says_so() -> None:
    text = Experiment(formula=FormulaSettings("w^2")).to_json().replace('"version": 2', '"version": 99')
    with pytest.raises(ExperimentError, match="is 99, newer"):
        Experiment.from_json(text)
    with pytest.raises(ExperimentError, match="newer") as refused:
        Experiment.from_json(text.replace("99", "9" * 290))
    assert len(str(refused.value)) < 130


def test_a_formula_stands_in_place_of_data_and_network() -> None:
    experiment = Experiment(formula=FormulaSettings("w^2"))
    assert experiment.data is None
    assert experiment.network is None
    with pytest.raises(ExperimentError, match="no place beside a formula"):
        Experiment(DataSettings(), formula=FormulaSettings("w^2"))
    with pytest.raises(ExperimentError, match="no place beside a formula"):
        Experiment.from_json('{"formula": {"expression": "w^2"}, "data": {}}')
    with pytest.raises(ExperimentError, match="no backward pass"):
        Experiment(formula=FormulaSettings("w^2"), training=TrainingSettings(fault="sign"))
    with pytest.raises(ExperimentError, match="no such field"):
        experiment.with_value("network.seed", 1)
    assert experiment.with_value("formula.noise", 0.5).formula == FormulaSettings("w^2", noise=0.5)


def test_a_log_with_weights_by_hand_is_of_the_formula() -> None:
    experiment = Experiment(formula=FormulaSettings("x*y"))
    file = ExperimentFile(experiment, (Change(3, "parameters", [1.0, 2.0]),), 5)
    assert ExperimentFile.from_json(file.to_json()) == file
    with pytest.raises(ExperimentError, match="2 parameters of the formula"):
        ExperimentFile(experiment, (Change(3, "parameters", [1.0]),))


def test_another_expression_keeps_what_belongs_to_a_variable_in_both() -> None:
    old = FormulaSettings(
        "k*x^2 + y^2",
        start=(1.0, -1.0),
        window=((-1.0, 2.0), (-5.0, 5.0)),
        constants={"k": 4.0, "unused": 1.0},
        noise=0.3,
        minima=((0.0, 0.0),),
    )
    new = old.with_expression("z^2 + k*y^4")
    assert new.names == ("z", "y")
    assert new.first == (2.0, -1.0)
    assert new.limits == ((-3.0, 3.0), (-5.0, 5.0))
    assert dict(new.constants_by_name) == {"k": 4.0}
    assert (new.noise, new.minima) == (0.3, ())
