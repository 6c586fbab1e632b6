"""The numbers of look-ahead, map and sharpness as tables: each is computed here another way."""

from __future__ import annotations

import csv
import json
from typing import Any

import numpy as np
import pytest

from playground.engine.network import Network
from playground.engine.recording.run_view import RunView
from playground.engine.schedules import schedule_of
from playground.engine.trainer import Trainer, replay
from playground.experiment import DataSettings, Experiment, ExperimentFile, NetworkSettings, TrainingSettings
from playground.experiment_formula import FormulaSettings
from playground.export.kept_runs_csv import runs_table
from playground.export.lookahead_csv import lookahead_table
from playground.export.map_csv import map_table
from playground.export.sharpness_csv import sharpness_table
from playground.export.table import Column, Table, table_of
from playground.landscape.lookahead import look_ahead
from playground.landscape.questions.context import Context
from playground.landscape.questions.limit import LimitQuestion
from playground.landscape.questions.rate_map import RateMapQuestion
from playground.landscape.sharpness import Sample, SharpnessRecord

POINTS = DataSettings(points=50)
MOMENTUM = TrainingSettings("momentum", 0.1, batch_size=10, l2=0.01)


def read(table: Table) -> tuple[list[dict[str, str]], dict[str, Any]]:
    """The rows and the notes of a table; every column has a unit and a note."""
    rows, notes = list(csv.DictReader(table.text.splitlines())), json.loads(table.notes)
    assert list(notes["columns"]) == list(rows[0])
    assert all(note["what"] for note in notes["columns"].values())
    for title, note in notes["columns"].items():
        if note.get("empty") == "never":
            assert all(row[title] != "" for row in rows), title
    return rows, notes


def told_experiment(notes: dict[str, Any]) -> ExperimentFile:
    return ExperimentFile.from_json(json.dumps(notes["experiment"]))


def hessian(network: Network, theta: np.ndarray, X: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The Hessian of J by central differences of its gradient, (P, P)."""
    h, columns = 1e-5, []
    for unit in np.eye(theta.size):
        _, above = network.loss_and_gradient(theta + h * unit, X, y)
        _, below = network.loss_and_gradient(theta - h * unit, X, y)
        columns.append((above - below) / (2 * h))
    matrix = np.array(columns)
    return (matrix + matrix.T) / 2


@pytest.mark.parametrize("training", [TrainingSettings(learning_rate=0.3), MOMENTUM], ids=["full", "batches"])
def test_a_row_of_the_look_ahead_is_what_training_on_with_its_rate_reaches(
    training: TrainingSettings,
) -> None:
    trainer = Trainer(Experiment(POINTS, NetworkSettings((3,)), training))
    trainer.advance(20)
    trainer.learning_rate = 0.2
    trainer.advance(3)
    view, samples = trainer.view(), trainer.samples
    rates = np.geomspace(0.01, 1.0, 7)
    parts = look_ahead(
        trainer.network,
        samples.X_train,
        samples.y_train,
        view.checkpoint,
        rates,
        15,
        schedule_of(view.settings),
    )
    rows, notes = read(lookahead_table([part for part in parts if part is not None][-1], view))
    assert (notes["format"], notes["step"], notes["steps ahead"]) == ("look-ahead-notes", 23, 15)
    file = told_experiment(notes)
    for row, rate in zip(rows, rates, strict=True):
        assert float(row["learning rate α"]) == rate
        run = replay(file, notes["step"])
        assert run.train_loss() == pytest.approx(notes["training loss J now"], rel=1e-12)
        run.learning_rate = rate
        rose, before = False, run.train_loss()
        for _ in range(15):
            run.advance(1)
            rose, before = rose or run.train_loss() > 1.005 * before, run.train_loss()
        assert float(row["training loss J reached"]) == pytest.approx(run.train_loss(), rel=1e-7)
        low, high = float(row["lowest J of the band"]), float(row["highest J of the band"])
        assert low <= float(row["training loss J reached"]) <= high
        assert row["predictable"] == str(int(high - low <= 0.01 * run.train_loss()))
        assert row["a step rose"] == (str(int(rose)) if training.batch_size is None else "")


def test_a_row_of_the_map_is_a_run_of_its_seed_and_its_rate() -> None:
    experiment = Experiment(POINTS, NetworkSettings((3,), seed=5), MOMENTUM)
    training = experiment.with_value("training.l2", 0.02).training
    seeds, rates = (4, 5, 6), np.geomspace(0.01, 0.5, 4)
    question = RateMapQuestion(1, 1, training, seeds[:2], rates, 25)
    answer = [part for part in question.answers(Context(experiment)) if part is not None][-1]
    rows, notes = read(map_table(answer.rows, seeds, experiment, training))
    assert (notes["format"], notes["steps"], notes["seeds without rows"]) == ("rate-map-notes", 25, [6])
    assert [(int(row["network seed"]), float(row["learning rate α"])) for row in rows] == [
        (seed, rate) for seed in seeds[:2] for rate in rates
    ]
    for row in rows:
        cell = told_experiment(notes).experiment.with_value("network.seed", int(row["network seed"]))
        run = Trainer(cell.with_value("training.learning_rate", float(row["learning rate α"])))
        assert float(row["training loss J at the start"]) == pytest.approx(run.train_loss(), rel=1e-12)
        run.advance(25)
        assert float(row["training loss J reached"]) == pytest.approx(run.train_loss(), rel=1e-9)


def test_a_row_of_the_map_of_a_formula_tells_its_start() -> None:
    formula = FormulaSettings("x^2 + 3*y^2", start=(1.0, 2.0), noise=0.1, seed=9)
    experiment = Experiment(formula=formula, training=TrainingSettings(learning_rate=0.1))
    rates = np.geomspace(0.01, 0.2, 3)
    question = RateMapQuestion(1, 1, experiment.training, (4, 5), rates, 25)
    answer = [part for part in question.answers(Context(experiment)) if part is not None][-1]
    rows, notes = read(map_table(answer.rows, (4, 5, 6), experiment, experiment.training))
    assert notes["seeds without rows"] == [6]
    assert [int(row["seed of the start"]) for row in rows] == [4] * 3 + [5] * 3
    for row in rows:
        start = tuple(float(row[f"{name} at the start"]) for name in "xy")
        cell = told_experiment(notes).experiment.with_value("formula.start", start)
        run = Trainer(cell.with_value("training.learning_rate", float(row["learning rate α"])))
        assert float(row["training loss J at the start"]) == run.train_loss()
        run.advance(25)
        assert float(row["training loss J reached"]) == run.train_loss()


def test_the_map_of_momenta_tells_its_start_and_the_momenta_without_rows() -> None:
    formula = FormulaSettings("x^2 + 3*y^2", start=(1.0, 2.0))
    experiment = Experiment(formula=formula, training=TrainingSettings("momentum", 0.1))
    momenta, rates = (0.0, 0.5, 0.9), np.geomspace(0.01, 0.2, 3)
    question = RateMapQuestion(1, 1, experiment.training, (0, 0), rates, 25, momenta[:2])
    answer = [part for part in question.answers(Context(experiment)) if part is not None][-1]
    rows, notes = read(map_table(answer.rows, momenta, experiment, experiment.training))
    assert notes["momenta without rows"] == [0.9]
    assert "seeds without rows" not in notes
    assert {(row["x at the start"], row["y at the start"]) for row in rows} == {("1.0", "2.0")}


def measured(trainer: Trainer, record: SharpnessRecord) -> None:
    """Measure at the present step, as the window does."""
    view = trainer.view()
    question = LimitQuestion(1, view.step, view.checkpoint, view.settings.l1, view.settings.l2)
    found = [part for part in question.answers(Context(view.experiment)) if part is not None][-1].stability
    of = "adam" if view.settings.optimizer == "adam" else ""
    record.add(Sample(view.step, found.sharpness, found.ends.largest, found.ends.smallest, of))


def test_a_row_of_the_sharpness_holds_the_ends_of_the_spectrum_at_its_step() -> None:
    trainer, record = Trainer(Experiment(POINTS, NetworkSettings((3,)))), SharpnessRecord()
    for change in (("learning_rate", 0.5), ("l2", 0.1), ("optimizer", "adam"), ("batch_size", 10)):
        trainer.advance(15)
        measured(trainer, record)
        trainer.advance(2)
        trainer.change(f"training.{change[0]}", change[1])
    trainer.advance(5)
    measured(trainer, record)
    rows, notes = read(sharpness_table(record.samples, trainer.view()))
    assert [int(row["step"]) for row in rows] == [15, 32, 49, 66, 73]
    file, samples = told_experiment(notes), trainer.samples
    for row in rows:
        run = replay(file, int(row["step"]))
        matrix = hessian(run.network, run.parameters, samples.X_train, samples.y_train)
        ends = np.linalg.eigvalsh(matrix)
        assert float(row["largest eigenvalue λmax"]) == pytest.approx(ends[-1], rel=1e-5)
        assert float(row["smallest eigenvalue λmin"]) == pytest.approx(ends[0], rel=1e-5, abs=1e-7)
        assert float(row["learning rate α"]) == run.learning_rate
    assert [row["matrix of the sharpness"] for row in rows] == ["H", "H", "H", *2 * ["P⁻¹H of adam"]]
    assert [row["sharpness"] for row in rows[:3]] == [row["largest eigenvalue λmax"] for row in rows[:3]]
    limits = [row["limit of the sharpness"] for row in rows]
    assert [float(limit) for limit in limits[:4]] == pytest.approx([2 / 0.3, 2 / 0.5, 2 / 0.5, 38 / 0.5])
    assert limits[4] == "", "no limit is told for mini-batches"


def test_the_table_of_a_moment_leaves_out_what_came_later() -> None:
    trainer, record = Trainer(Experiment(POINTS, NetworkSettings((3,)))), SharpnessRecord()
    views: list[RunView] = []
    for _ in range(3):
        trainer.advance(4)
        measured(trainer, record)
        views.append(trainer.view())
    rows, notes = read(sharpness_table(record.samples, views[1]))
    assert [int(row["step"]) for row in rows] == [4, 8]
    assert notes["step"] == told_experiment(notes).steps == 8


def test_the_notes_of_several_runs_hold_the_experiment_of_each() -> None:
    runs = []
    for name, rate in (("=slow", 0.1), ("fast", 1.0)):
        trainer = Trainer(Experiment(POINTS, training=TrainingSettings(learning_rate=rate)))
        trainer.advance(6)
        runs.append((name, trainer.view()))
    rows, notes = read(runs_table(runs))
    assert [row["run"] for row in rows] == 7 * ["=slow"] + 7 * ["fast"]
    for (name, view), told in zip(runs, notes["runs"], strict=True):
        assert told["run"] == name
        assert ExperimentFile.from_json(json.dumps(told["experiment"])) == view.experiment_file


def test_numbers_read_back_bit_by_bit_and_what_is_absent_is_empty() -> None:
    numbers = [0.1 + 0.2, np.inf, -1e-300, None]
    table = table_of("any", (Column("x", "1", "x", numbers, "where"), Column("y", "", "y", "abcd")), {})
    rows, notes = read(table)
    assert [float(row["x"]) if row["x"] else None for row in rows] == numbers
    assert [row["y"] for row in rows] == list("abcd")
    assert notes["format"] == "any-notes"
