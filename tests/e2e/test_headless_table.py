"""A table's run without a window: bit by bit the same in another process, and continued from its session."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from playground.engine.trainer import replay
from playground.experiment import (
    Change,
    DataSettings,
    Experiment,
    ExperimentFile,
    NetworkSettings,
    TrainingSettings,
)
from playground.experiment_files import read_experiment
from playground.lab.saved_lab import saved_lab_of
from playground.sessions import load_session
from tests.support.saved_runs import csv
from tests.support.tables import a_table
from tests.support.terminal import NO_DISPLAY, one_sentence, start


def file() -> ExperimentFile:
    rng = np.random.default_rng(2)
    X = rng.normal(size=(60, 3)) * [1.0, 100.0, 0.01]
    table = a_table(
        ("a", "b", "c"), "far", ("no", "yes"), np.column_stack([X, np.hypot(*X.T[:2] / [[1], [100]]) > 1])
    )
    data = DataSettings.of_table(table, standardize=True, derived_inputs=("a²", "b^2"), seed=3)
    training = TrainingSettings("momentum", 0.2, batch_size=7)
    return ExperimentFile(
        Experiment(data, NetworkSettings((3,)), training), (Change(40, "training.learning_rate", 0.05),), 90
    )


@pytest.fixture(scope="module")
def run_elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("table")
    (folder / "mine.json").write_text(file().to_json(), encoding="utf-8")
    done = start("--headless", folder / "mine.json", "--export-dir", folder / "out", environment=NO_DISPLAY)
    assert done.returncode == 0, done.stderr
    assert "90 steps" in done.stdout
    return folder / "out"


def test_it_is_the_same_run_bit_by_bit_in_another_process(run_elsewhere: Path) -> None:
    assert (run_elsewhere / "history.csv").read_text(encoding="utf-8") == csv(replay(file(), 90))
    written = read_experiment(run_elsewhere / "experiment.json")
    assert written == file()


def test_its_session_holds_the_table_and_goes_on(run_elsewhere: Path, tmp_path: Path) -> None:
    saved = saved_lab_of(load_session(run_elsewhere / "run.landscape"))
    assert saved.run.state.experiment == file().experiment
    done = start(
        "--headless", run_elsewhere / "run.landscape", "--steps", "30", "--export-dir", tmp_path / "on",
        environment=NO_DISPLAY,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "on" / "history.csv").read_text(encoding="utf-8") == csv(replay(file(), 120))


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("rows", [[0, 0], [1, "x"]], 'row 2 has "x"'),
        ("derived", ["log(a)"], '"log(a)", which is not finite in row 1'),
    ],
)
def test_a_table_that_cannot_be_read_gets_one_sentence(
    tmp_path: Path, name: str, value: Any, sentence: str
) -> None:
    table = {"inputs": ["a"], "target": "y", "rows": [[0, 0], [1, 1]]}
    data: dict[str, Any] = {"dataset": "table", "table": table}
    if name == "rows":
        table["rows"] = value
    else:
        data["derived_inputs"] = value
    (tmp_path / "bad.json").write_text(json.dumps({"version": 3, "data": data}))
    done = start("--headless", tmp_path / "bad.json", "--export-dir", tmp_path / "o", environment=NO_DISPLAY)
    assert done.returncode != 0
    assert one_sentence(done.stderr)
    assert sentence in done.stderr
