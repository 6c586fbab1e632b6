"""A rule from a file to a run without a window, in its exports and in its session."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from playground.app import main
from playground.engine.trainer import Trainer, replay
from playground.experiment import Experiment, ExperimentFile
from playground.experiment_files import read_experiment
from playground.export.run_words import run_sentence
from playground.lab import words
from playground.lab.saved_lab import SavedLab, saved_lab_of, session_of
from playground.sessions import load_session
from playground.ui.files.kept_work import work_words
from tests.support.saved_runs import csv

RULE = Experiment().with_value("data.rule", {"expression": "x1² - x2 + 0.001*x1", "range": [-2, 2]})


def test_its_run_without_a_window_is_the_same_and_goes_on_from_its_session(tmp_path: Path, capsys) -> None:
    file = tmp_path / "rule.json"
    file.write_text(RULE.to_json(), encoding="utf-8")
    assert main(["--headless", str(file), "--steps", "30", "--export-dir", str(tmp_path / "out")]) == 0
    assert (tmp_path / "out" / "history.csv").read_text("utf-8") == csv(replay(ExperimentFile(RULE), 30))
    assert read_experiment(tmp_path / "out" / "experiment.json").experiment == RULE
    saved = saved_lab_of(load_session(tmp_path / "out" / "run.landscape"))
    assert saved.run.state.experiment == RULE
    on = ["--headless", str(tmp_path / "out" / "run.landscape"), "--steps", "10", "--export-dir"]
    assert main([*on, str(tmp_path / "on")]) == 0
    assert (tmp_path / "on" / "history.csv").read_text("utf-8") == csv(replay(ExperimentFile(RULE), 40))
    assert "Rule x1² - x2 + 0.001*x1 &gt; 0" in (tmp_path / "out" / "surface.svg").read_text("utf-8")


def test_its_words_are_in_captions_and_announcements() -> None:
    sentence = run_sentence(Trainer(RULE).view())
    assert sentence.startswith(
        "Rule x1² - x2 + 0.001*x1 > 0 over −2 to 2, 200 points (160 to train on), noise 10 %;"
    )
    values = RULE.with_value("data.rule", {"expression": "x1" + "+x2" * 90, "target": "value"})
    assert words.what("data.rule", values.data.rule).startswith("rule y = x1+x2+x2")
    assert len(words.what("data.rule", values.data.rule)) < 75
    assert words.what("data.dataset", "rule") == "data set Rule"
    about = session_of(SavedLab(Trainer(RULE).saved())).about
    assert work_words(about) == "rule, step 0"


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ({"expression": "x1 + q"}, "The rule has the name q; its inputs are x1 and x2."),
        ({"expression": "1 + x1^2"}, "The rule gives class 1 only: it is above 0 at all 200 points"),
        ({"expression": "sqrt(-x1^2 - 1)", "target": "value"}, "The rule gives no finite number"),
    ],
)
def test_a_rule_that_gives_no_points_gets_one_sentence(tmp_path: Path, capsys, rule, sentence) -> None:
    file = tmp_path / "bad.json"
    file.write_text(json.dumps({"version": 3, "data": {"dataset": "rule", "rule": rule}}))
    assert main(["--headless", str(file), "--export-dir", str(tmp_path / "out")]) != 0
    said = capsys.readouterr().err
    assert sentence in said
    assert len(said.strip().splitlines()) == 1
