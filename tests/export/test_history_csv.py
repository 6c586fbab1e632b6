"""A saved history reads back to the same numbers, and its experiment replays to the same run."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from playground.engine.recording.series import Curve
from playground.engine.trainer import Trainer, replay
from playground.experiment import Change, DataSettings, Experiment, ExperimentFile, TrainingSettings
from playground.export.history_csv import COLUMNS, history_text, read_history
from playground.export.saved_history import save_history
from playground.files.atomic import ExportError


def steered_run(batch_size: int | None = 10) -> Trainer:
    trainer = Trainer(Experiment().with_value("training.batch_size", batch_size))
    trainer.advance(40)
    trainer.learning_rate = 1.1
    trainer.advance(80)
    return trainer


def file_of(trainer: Trainer) -> ExperimentFile:
    return ExperimentFile(trainer.experiment, trainer.view().history.changes, trainer.step)


def assert_same(first: dict[str, Curve], second: dict[str, Curve]) -> None:
    assert {name for name, curve in first.items() if len(curve.steps)} == set(second)
    for name, curve in second.items():
        # The table has α in every row; a history keeps it where it changes.
        rows = np.isin(curve.steps, first[name].steps) if name == "learning_rate" else slice(None)
        assert np.array_equal(curve.steps[rows], first[name].steps), name
        assert np.array_equal(curve.values[rows], first[name].values, equal_nan=True), name


def test_the_learning_rate_of_every_step_stands_in_its_row(tmp_path: Path) -> None:
    view = steered_run().view()
    saved = save_history(view, ExperimentFile(view.experiment), tmp_path / "history.csv")
    rates = read_history(saved.table)["learning_rate"]
    assert set(read_history(saved.table)["batch_loss"].steps) <= set(rates.steps)
    assert np.array_equal(rates.values, np.where(rates.steps < 40, 0.3, 1.1))


def test_every_number_reads_back_bit_by_bit(tmp_path: Path) -> None:
    view = steered_run().view()
    saved = save_history(view, ExperimentFile(view.experiment), tmp_path / "history.csv")
    assert_same(dict(view.history.curves), read_history(saved.table))


def test_one_header_line_names_every_column(tmp_path: Path) -> None:
    view = steered_run().view()
    save_history(view.history, ExperimentFile(view.experiment), tmp_path / "history.csv")
    with (tmp_path / "history.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0][0] == "step"
    assert rows[0][1:] == list(COLUMNS.values())
    steps = [int(row[0]) for row in rows[1:]]
    assert steps == sorted(set(steps))
    assert steps[0] == 0
    assert steps[-1] == 120
    # The last step has no batch loss yet, and what was not recorded is blank.
    assert rows[-1][rows[0].index("batch loss J")] == ""
    assert float(rows[-1][rows[0].index("training loss J")]) == view.train_loss


def test_the_experiment_beside_it_replays_to_the_same_history(tmp_path: Path) -> None:
    trainer = steered_run()
    saved = save_history(trainer.view(), file_of(trainer), tmp_path / "run.csv")
    assert saved.experiment == tmp_path / "run.json"
    read = ExperimentFile.from_json(saved.experiment.read_text(encoding="utf-8"))
    assert read.steps == 120
    again = replay(read, read.steps)
    assert_same(dict(again.view().history.curves), read_history(saved.table))


def test_losses_that_are_not_finite_survive(tmp_path: Path) -> None:
    history = steered_run(None).view().history
    curves = {**history.curves, "train_loss": Curve(np.array([0, 3]), np.array([np.inf, np.nan]))}
    changed = type(history)(curves, history.path_steps, history.path, history.changes)
    save_history(changed, ExperimentFile(Experiment()), tmp_path / "x.csv")
    values = read_history(tmp_path / "x.csv")["train_loss"].values
    assert np.isinf(values[0])
    assert np.isnan(values[1])


def test_what_cannot_be_written_is_named(tmp_path: Path) -> None:
    trainer = steered_run()
    with pytest.raises(ExportError, match=r"history\.csv"):
        save_history(trainer.view(), file_of(trainer), tmp_path / "nowhere" / "history.csv")
    with pytest.raises(ExportError, match="beside it"):
        save_history(trainer.view(), file_of(trainer), tmp_path / "history.json")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "first column"),
        ("epoch,training loss J\n0,1\n", "first column"),
        ("step,happiness\n0,1\n", "happiness"),
        ("step,training loss J\n0,much\n", "damaged"),
        ("step,training loss J\n0\n", "damaged"),
    ],
)
def test_a_foreign_table_is_refused_with_a_reason(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "foreign.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ExportError, match=said) as error:
        read_history(path)
    assert "foreign.csv" in str(error.value)


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"absent\.csv"):
        read_history(tmp_path / "absent.csv")


@pytest.mark.parametrize("kind", ["step", "exponential", "cosine", "warm_up", "one_cycle"])
def test_every_row_tells_the_learning_rate_that_its_step_used_however_long_the_run(kind: str) -> None:
    """Beside a run that is asked at each step: long enough that its own record of α has been thinned."""
    steps = 3 if kind == "step" else 7000
    training = TrainingSettings(schedule=kind, schedule_steps=steps, schedule_factor=0.9)
    trainer = Trainer(Experiment(DataSettings(points=20), training=training))
    turns = {4000: ("learning_rate", 0.2), 5000: ("schedule_factor", 0.5), 6000: ("schedule", "constant")}
    used = []
    for step in range(9000):
        if step in turns:
            trainer.change(f"training.{turns[step][0]}", turns[step][1])
        trainer.advance(1)
        assert trainer.last_update is not None
        used.append(trainer.last_update.learning_rate)
    used.append(trainer.rate)
    history = trainer.history.view()
    kept = history.curves["learning_rate"]
    assert len(kept.steps) < 4097
    header, *rows = history_text(history, training).splitlines()
    column = header.split(",").index("learning rate α")
    told = [(int(row.split(",")[0]), float(row.split(",")[column])) for row in rows]
    assert len(told) > 3000
    assert told == [(step, used[step]) for step, _ in told]


def test_a_run_of_any_length_can_be_saved(tmp_path: Path) -> None:
    """Twenty million steps, the last change at the last of them: more than can be trained in a test."""
    trainer = steered_run()
    n = 20_000_000
    view = replace(trainer.view(), step=n)
    file = ExperimentFile(trainer.experiment, (Change(n, "training.learning_rate", 0.2),), n)
    saved = save_history(view, file, tmp_path / "long.csv")
    assert ExperimentFile.from_json(saved.experiment.read_text(encoding="utf-8")) == file
