"""A run of a hundred thousand steps with changes all along: bounded, saved, exported, opened again."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine.trainer import Trainer, replay
from playground.experiment import DataSettings, Experiment, ExperimentFile, NetworkSettings, TrainingSettings
from playground.export.history_csv import read_history
from playground.export.saved_history import save_history

STEPS = 100_000


@pytest.mark.slow
def test_a_long_run_is_saved_exported_and_opened_again(tmp_path) -> None:
    experiment = Experiment(
        DataSettings("hours_of_study"), NetworkSettings(()), TrainingSettings(learning_rate=2.0)
    )
    run = Trainer(experiment)
    while run.step < STEPS:
        run.advance(97)
        # As a slider that is dragged now and then: in all 2 000 changes.
        if run.step % (97 * 25) < 97 * 25 // 2:
            run.learning_rate = 1.9 + 0.1 * np.sin(run.step)
        view = run.view()
        assert len(view.history.path) <= 2002
        assert all(len(curve.steps) < 10_000 for curve in view.history.curves.values())
        assert len(run.checkpoints) <= 201
    assert np.ptp(view.history.path[-50:], axis=0).max() > 0.4, "both walls of the valley"
    assert np.diff(view.history.path_steps).max() < run.step / 100

    file = ExperimentFile(experiment, view.history.changes, run.step)
    saved = save_history(view, file, tmp_path / "long.csv")
    opened = ExperimentFile.from_json(saved.experiment.read_text(encoding="utf-8"))
    assert opened == file
    again = replay(opened, run.step).view()
    assert again.parameters.tobytes() == view.parameters.tobytes()
    np.testing.assert_array_equal(again.history.path_steps, view.history.path_steps)
    for name, curve in read_history(saved.table).items():
        if name != "learning_rate":
            np.testing.assert_array_equal(curve.values, again.history.curves[name].values)
