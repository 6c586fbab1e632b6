"""What it takes to save and to open a session of 1 000 000 steps: 2-8-8-1 at batch 10, steered on the way.

Saving is from the trainer to the file, opening from the file to a trainer that goes on. What holds up the
training is the copy alone, made between two steps.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from playground.engine.trainer import Trainer
from playground.experiment import DataSettings, Experiment, NetworkSettings, TrainingSettings
from playground.lab.saved_lab import SavedLab, saved_lab_of, session_of
from playground.sessions import load_session, save_session

STEPS, CHANGES = 1_000_000, 1000
REPEATS = 7


def trained() -> Trainer:
    training = TrainingSettings("adam", 0.001, batch_size=10)
    run = Trainer(Experiment(DataSettings(), NetworkSettings((8, 8)), training))
    for change in range(CHANGES):
        run.advance(STEPS // CHANGES)
        run.learning_rate = 0.001 + 1e-6 * (change % 7)
    return run


def median_seconds(act: Callable[[], object]) -> float:
    taken = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        act()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def measure() -> list[tuple[str, float, str]]:
    """What was measured, the figure, and what to reach."""
    run = trained()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "long.landscape"
        save = median_seconds(lambda: save_session(path, session_of(SavedLab(run.saved()))))
        megabytes = path.stat().st_size / 1e6
        opened = median_seconds(lambda: Trainer.resumed(saved_lab_of(load_session(path)).run))
        again = Trainer.resumed(saved_lab_of(load_session(path)).run)
    for each in (run, again):
        each.advance(1000)
    if run.parameters.tobytes() != again.parameters.tobytes():
        raise AssertionError("the opened run went another way")
    return [
        (f"a session of {STEPS:,} steps", megabytes, "MB"),
        ("to save it", save, "≤ 0.5 s"),
        ("to open it", opened, "≤ 0.5 s"),
        ("to copy it between two steps", 1e3 * median_seconds(run.saved), "≤ 16 ms"),
    ]
