"""The notes beside a history tell the truth about its table."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from playground.engine.recording.series import WHOLE_STEPS
from playground.engine.trainer import Trainer
from playground.experiment import DataSettings, Experiment
from playground.export.saved_history import save_history


@pytest.mark.parametrize(("batch_size", "steps"), [(10, 300), (None, 300), (10, 0), (10, 9000)])
def test_the_notes_name_every_column_and_the_rows_that_are_whole(
    tmp_path: Path, batch_size: int | None, steps: int
) -> None:
    trainer = Trainer(Experiment().with_value("training.batch_size", batch_size))
    trainer.advance(steps)
    view = trainer.view()
    saved = save_history(view, view.experiment_file, tmp_path / "history.csv")
    assert saved.notes.name == "history.notes.json"
    notes = json.loads(saved.notes.read_text(encoding="utf-8"))
    with saved.table.open(encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file))
    assert list(notes["columns"]) == header
    assert not set(notes["absent"]["columns"]) & set(header)
    whole = notes["rows"]["every step up to"]
    recorded = [int(row[0]) for row in rows]
    assert recorded[: whole + 1] == list(range(whole + 1))
    assert whole + 1 not in recorded
    assert whole == steps if steps <= 300 else WHOLE_STEPS <= whole < steps
    for index, title in enumerate(header[1:], start=1):
        note = notes["columns"][title]
        filled = sum(row[index] != "" for row in rows)
        assert note["unit"]
        if title != "learning rate α":
            assert filled == note["values"]
        elif filled < len(rows):
            raise AssertionError("the learning rate stands in every row")


def test_the_accuracy_is_told_for_any_number_of_classes(tmp_path: Path) -> None:
    trainer = Trainer(Experiment(DataSettings("three_blobs")))
    trainer.advance(20)
    # Points whose class has the largest prediction are right, whether or not it is above 0.5.
    samples = trainer.samples
    predictions = trainer.network.predict(trainer.parameters, samples.X_train)
    largest = float(np.mean(predictions.argmax(axis=1) == samples.y_train.argmax(axis=1)))
    above = float(np.mean((predictions * samples.y_train).sum(axis=1) > 0.5))
    view = trainer.view()
    assert view.train_accuracy == pytest.approx(largest)
    assert largest != above
    saved = save_history(view, view.experiment_file, tmp_path / "history.csv")
    notes = json.loads(saved.notes.read_text(encoding="utf-8"))["columns"]
    for part in ("training", "test"):
        told = notes[f"{part} accuracy (share)"]["what"]
        assert told.startswith(f"of the {part} points whose class is predicted right")
        assert "with more its ŷ is the largest" in told


def test_only_the_last_cell_of_what_a_step_measures_is_empty_in_a_short_run(tmp_path: Path) -> None:
    trainer = Trainer(Experiment())
    trainer.advance(50)
    view = trainer.view()
    saved = save_history(view, view.experiment_file, tmp_path / "history.csv")
    with saved.table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    empty = [row["step"] for row in rows if row["batch loss J"] == ""]
    assert empty == ["50"]
