"""The learning-rate laboratory: look-ahead, stability limit, and what both cost the training beside them.

The look-ahead and λmax are measured as processor time of one thread, the fastest of several calls; the
training speed with and without the live strip is of one window, so compare the rows of one run.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator

from playground.landscape.lookahead import Lookahead

if "DISPLAY" not in os.environ and "WAYLAND_DISPLAY" not in os.environ:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from threadpoolctl import threadpool_limits

from playground.engine.trainer import Trainer
from playground.experiment import Experiment
from playground.landscape.lookahead import look_ahead
from playground.landscape.stability import stability

RATES = np.logspace(-4, 1, 48)
FULL = (
    Experiment()
    .with_value("data.points", 312)  # 250 of them for training
    .with_value("network.hidden_layers", (8, 8))
)
BATCHES = FULL.with_value("training.batch_size", 10).with_value("training.learning_rate", 0.03)
REPEATS = 5
Row = tuple[str, float, str]


def fastest(call: Callable[[], object]) -> float:
    """Processor milliseconds of the fastest of several calls."""
    best = np.inf
    for _ in range(REPEATS):
        start = time.thread_time()
        call()
        best = min(best, time.thread_time() - start)
    return 1000.0 * best


def lookahead_rows(experiment: Experiment, name: str, n_steps: int, reach: str) -> list[Row]:
    trainer = Trainer(experiment)
    trainer.advance(20)
    checkpoint, samples = trainer.view().checkpoint, trainer.samples

    def answers() -> Iterator[Lookahead | None]:
        return look_ahead(trainer.network, samples.X_train, samples.y_train, checkpoint, RATES, n_steps)

    def losses() -> None:
        for answer in answers():
            if answer is not None and answer.computed.all():
                return

    what = f"look-ahead 48 × {n_steps}, 2-8-8-1, {name}"
    return [
        (f"{what}: the curve, ms", fastest(losses), reach),
        (f"{what}: with its bands, ms", fastest(lambda: list(answers())), "twice as much"),
    ]


def limit_rows() -> list[Row]:
    rows = []
    for optimizer in ("gradient_descent", "adam"):
        experiment = FULL.with_value("training.optimizer", optimizer)
        trainer = Trainer(experiment)
        trainer.advance(20)
        checkpoint, samples = trainer.view().checkpoint, trainer.samples
        took = fastest(
            lambda: stability(trainer.network, samples.X_train, samples.y_train, checkpoint)  # noqa: B023
        )
        name = (
            f"limit and λmax, λmin of {trainer.network.n_parameters} parameters, 250 points, {optimizer}, ms"
        )
        rows.append((name, took, "≤ 20 ms"))
    return rows


def training_rows() -> list[Row]:
    """Steps per second of the same window: strip, sharpness and surface hidden, and all of them live."""
    from pyqtgraph import mkQApp
    from PySide6.QtCore import QEventLoop, QSettings, QTimer

    from playground.experiment import ExperimentFile
    from playground.startup.garbage import collect_here
    from playground.ui.frame.preferences import Preferences
    from playground.ui.main_window import MainWindow

    _application, _collector = mkQApp(), collect_here()

    def live(seconds: float) -> None:
        loop = QEventLoop()
        QTimer.singleShot(round(1000 * seconds), loop.quit)
        loop.exec()

    rows = []
    for experiment, name in ((BATCHES, "batch 10"), (FULL, "full batch of 250")):
        with tempfile.TemporaryDirectory() as folder:
            settings = QSettings(f"{folder}/window.ini", QSettings.Format.IniFormat)
            window = MainWindow(ExperimentFile(experiment), Preferences(settings))
            window.resize(1440, 860)
            window.show()
            while window.snapshot is None:
                live(0.02)
            window.surface_view.choose_plane("path")
            actions, arrangement = window.actions_by_name, window.arrangement
            window.lab.set_speed(None)
            window.lab.run()
            speeds: dict[bool, list[float]] = {False: [], True: []}
            answers, measured = {"limit": 0, "lookahead": 0}, {"limit": 0, "lookahead": 0}
            answer = window.lab.answer

            def counted(slot: str) -> object:
                found = answer(slot)  # noqa: B023
                if slot in answers and found is not None and getattr(found, "complete", True):  # noqa: B023
                    answers[slot] += 1  # noqa: B023
                return found

            window.lab.answer = counted  # type: ignore[method-assign]
            seconds = 0.0
            for on in (False, True, False, True):
                for panel in ("surface", "strip"):
                    arrangement.set_open(panel, on)
                for action in ("show_limit", "show_lookahead", "show_sharpness"):
                    if actions[action].isChecked() != on:
                        actions[action].trigger()
                live(0.8)
                step, began, before = window.snapshot.view.step, time.perf_counter(), dict(answers)
                live(2.0)
                passed = time.perf_counter() - began
                if on:
                    seconds += passed
                    measured = {slot: measured[slot] + answers[slot] - before[slot] for slot in answers}
                speeds[on].append((window.snapshot.view.step - step) / passed)
            share = 100.0 * sum(speeds[True]) / sum(speeds[False])
            rows += [
                (f"{name}: steps per second, strip and surface closed", float(np.mean(speeds[False])), ""),
                (f"{name}: the same with strip, sharpness, surface live", float(np.mean(speeds[True])), ""),
                (f"{name}: share of its speed that training keeps, %", share, "≥ 60 %"),
                (f"{name}: look-aheads per second", measured["lookahead"] / seconds, "several"),
                (f"{name}: limits per second", measured["limit"] / seconds, "about 5 at most"),
            ]
            window.close()
    return rows


def measure() -> list[Row]:
    """(what, figure, what to reach)."""
    with threadpool_limits(1):
        rows = lookahead_rows(FULL, "250 points", 100, "≤ 150 ms")
        rows += lookahead_rows(BATCHES, "batch 10", 100, "less than the full batch")
        rows += limit_rows()
    return rows + training_rows()


if __name__ == "__main__":
    for what, figure, reach in measure():
        print(f"{what:78} {figure:10.2f}   {reach}")
