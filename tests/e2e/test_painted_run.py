"""A run that was painted on in the window, with Undo, time travel and a fork, replayed in another process."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from playground.engine.branches.fork import Plan
from playground.engine.trainer import replay
from playground.experiment import Change, ExperimentFile
from playground.experiment_files import read_experiment
from playground.landscape.plane import Plane
from tests.support.saved_runs import csv
from tests.support.strokes import TABLE, painted_run, small, stroke
from tests.support.terminal import NO_DISPLAY, one_sentence, start


def in_another_process(file: ExperimentFile, folder: Path) -> Path:
    folder.mkdir()
    (folder / "painted.json").write_text(file.to_json(), encoding="utf-8")
    out = folder / "out"
    done = start("--headless", folder / "painted.json", "--export-dir", out, environment=NO_DISPLAY)
    assert done.returncode == 0, done.stderr
    return out


def test_a_painted_run_with_undo_time_travel_and_a_fork_replays_to_the_same_csv(
    qtbot: Any, open_window: Any, tmp_path: Path
) -> None:
    window = open_window(ExperimentFile(small(7)))
    lab = window.lab
    qtbot.waitUntil(lambda: window.snapshot is not None)

    def until(step: int, training: int) -> None:
        def there() -> bool:
            shown = window.snapshot
            return (shown.view.step, len(shown.samples.X_train), shown.state) == (step, training, "paused")

        qtbot.waitUntil(there, timeout=20_000)

    lab.run_exactly(20)
    until(20, 32)
    lab.change_points(stroke(added=[[1, 2, 1], [3, 1, 0], [2, 2, 1]]), lab.run_number)
    until(20, 35)
    lab.run_exactly(300)
    until(320, 35)
    lab.change_points(stroke(removed=[0, 1, 40]), lab.run_number)
    until(320, 32)
    lab.undo()
    until(320, 35)
    lab.run_exactly(30)
    until(350, 35)
    # Back to before the first stroke and forward again, then on from between the two.
    lab.show_moment(10, lab.run_number)
    until(10, 32)
    lab.show_moment(100, lab.run_number)
    until(100, 35)
    lab.run_exactly(20)
    until(120, 35)
    lab.change_points(stroke(moved=[[5, [0.0, 0.0, 1]]]), lab.run_number)
    until(120, 35)
    lab.fork([Plan(0.05), Plan(0.2, "adam")], lab.run_number)
    qtbot.waitUntil(lambda: window.snapshot.fork is not None and window.snapshot.fork.step > 140)
    lab.keep_branch(1)
    qtbot.waitUntil(lambda: window.snapshot.fork is None and window.snapshot.view.step > 140)
    view = window.snapshot.view
    values = [(change.step, change.field) for change in view.history.changes if change.field == TABLE]
    assert values == [(20, TABLE), (120, TABLE)]
    out = in_another_process(view.experiment_file, tmp_path / "file")
    again = replay(view.experiment_file, view.step)
    assert np.array_equal(again.parameters, view.parameters)
    assert (out / "history.csv").read_text(encoding="utf-8") == csv(again)
    assert read_experiment(out / "experiment.json") == view.experiment_file


@pytest.mark.slow
def test_its_pictures_and_its_session_are_of_its_present_points(tmp_path: Path) -> None:
    run = painted_run()
    out = in_another_process(run.view().experiment_file, tmp_path / "run")
    surface = np.load(out / "surface.npz")
    assert json.loads(str(surface["about"]))["training_loss"] == run.train_loss()
    plane = Plane(surface["origin"], surface["u"], surface["v"])
    cell = run.network.loss(
        plane.at(surface["a"][0], surface["b"][0]), run.samples.X_train, run.samples.y_train
    )
    assert surface["values"][0, 0] == pytest.approx(cell, rel=1e-4)
    more = tmp_path / "more"
    done = start(
        *("--headless", out / "run.landscape", "--steps", "40", "--export-dir", more),
        environment=NO_DISPLAY,
    )
    assert done.returncode == 0, done.stderr
    run.advance(40)
    assert (more / "history.csv").read_text(encoding="utf-8") == csv(run)


@pytest.mark.slow
def test_a_file_whose_change_cannot_be_made_is_refused_in_one_sentence(tmp_path: Path) -> None:
    content = json.loads(ExperimentFile(small(), (Change(3, TABLE, stroke(removed=[1])),), 5).to_json())
    content["changes"][0]["value"]["removed"] = list(range(32))
    (tmp_path / "wrong.json").write_text(json.dumps(content), encoding="utf-8")
    done = start(
        "--headless", tmp_path / "wrong.json", "--export-dir", tmp_path / "out", environment=NO_DISPLAY
    )
    assert done.returncode != 0
    assert one_sentence(done.stderr)
    assert "no training points are left" in done.stderr
