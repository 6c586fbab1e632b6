"""How the window fares while the lab works as hard as it can.

    python tests/benchmarks/bench_window.py [seconds per case]

A bare window (an image and three curves, repainted sixty times a second) stands beside the real one, so
that what the lab costs and what the drawing costs can be told apart.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

if "DISPLAY" not in os.environ and "WAYLAND_DISPLAY" not in os.environ:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from playground.experiment import Experiment
from playground.lab.lab import Lab
from playground.lab.snapshot import Snapshot
from playground.landscape.questions import SurfaceAnswer, SurfaceQuestion

clock = time.perf_counter

FAST = (
    Experiment()
    .with_value("data.points", 312)  # 250 of them for training
    .with_value("network.hidden_layers", (8, 8))
    .with_value("training.batch_size", 10)
    .with_value("training.learning_rate", 0.03)
)
LARGEST = (
    Experiment()
    .with_value("data.points", 5000)
    .with_value("network.hidden_layers", (64,) * 8)
    .with_value("training.learning_rate", 0.01)
)


class FrameLog(QObject):
    """The moments at which a widget was painted, for the first time since it pulled from the lab."""

    def __init__(self, widget: QWidget):
        super().__init__(widget)
        self.moments: list[float] = []
        self.pulled = False
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self.pulled and event.type() == QEvent.Type.Paint:
            self.pulled = False
            self.moments.append(clock())
        return False

    def spread(self) -> tuple[float, float, float]:
        """Median, 99 % and longest time between two frames, in ms."""
        gaps = 1000 * np.diff(self.moments)
        return float(np.median(gaps)), float(np.percentile(gaps, 99)), float(gaps.max())


class BareWindow(pg.GraphicsLayoutWidget):
    """An image and three curves; pulls from the lab at 60 Hz and keeps one surface question under way."""

    def __init__(self, lab: Lab, resolution: int, ask: bool = True):
        super().__init__()
        self.resize(1280, 720)
        self.lab, self.resolution, self.asking = lab, resolution, ask
        self.snapshot: Snapshot | None = None
        self.answers = self.complete = 0
        self.waiting = False
        self.image = pg.ImageItem(axisOrder="row-major")
        self.image.setColorMap(pg.colormap.get("viridis"))
        self.addPlot(0, 0).addItem(self.image)
        plot = self.addPlot(0, 1)
        self.curves = [plot.plot(pen=pg.mkPen(color, width=1)) for color in ("w", "y", "c")]
        self.changed_shown: float | None = None
        self.frames = FrameLog(self.viewport())
        self.timer = QTimer(self)
        self.timer.setTimerType(Qt.TimerType.PreciseTimer)
        self.timer.timeout.connect(self.pull)
        self.timer.start(16)

    def pull(self) -> None:
        self.frames.pulled = True
        snapshot = self.lab.latest()
        if snapshot is not None:
            self.snapshot = snapshot
            self._ask()
            curves = snapshot.view.history.curves
            for item, name in zip(self.curves, ("batch_loss", "train_loss", "test_loss"), strict=True):
                item.setData(*curves[name])
        answer = self.lab.answer("surface")
        if isinstance(answer, SurfaceAnswer):
            self.answers += 1
            if answer.surface is not None:
                self.image.setImage(answer.surface.values, autoLevels=False, levels=(0.0, 2.0))
            if answer.complete:
                self.complete += 1
                self.waiting = False
                self._ask()
        self.viewport().update()

    def _ask(self) -> None:
        if self.waiting or self.snapshot is None or not self.asking:
            return
        self.waiting = True
        run, view = self.snapshot.run, self.snapshot.view
        path = view.history.path
        rows = max(2, min(256, 1_000_000 // path.shape[1]))
        thinned = path[:: -(-len(path) // rows)]
        self.lab.ask(
            SurfaceQuestion(run, view.step, view.parameters, thinned, kind="path", resolution=self.resolution)
        )


def wait_until(condition, seconds: float = 30.0) -> None:
    end = clock() + seconds
    while not condition() and clock() < end:
        QApplication.processEvents()
        time.sleep(0.001)


def live_for(seconds: float) -> None:
    """The real event loop, for so long."""
    loop = QEventLoop()
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    loop.exec()


def bare(
    experiment: Experiment, resolution: int, seconds: float, train: bool = True, ask: bool = True
) -> None:
    lab = Lab(experiment)
    window = BareWindow(lab, resolution, ask)
    window.show()
    wait_until(lambda: window.snapshot is not None)
    if ask:
        wait_until(lambda: window.answers > 0)
    lab.set_speed(None)
    if train:
        lab.run()
    live_for(1.0)
    log = window.frames
    log.moments.clear()
    first, began, complete = window.snapshot.view.step, clock(), window.complete
    live_for(seconds)
    passed = clock() - began
    median, most, longest = log.spread()
    print(
        f"  frames {median:5.1f} ms median, {most:5.1f} ms 99 %, {longest:5.1f} ms longest;"
        f" {(window.snapshot.view.step - first) / passed:8.0f} steps/s;"
        f" {(window.complete - complete) / passed:5.1f} surfaces/s",
        flush=True,
    )
    began = clock()
    window.close()
    lab.shutdown()
    print(f"  closed in {1000 * (clock() - began):.0f} ms")


def slider(experiment: Experiment) -> None:
    """From a change of α to the step that uses it, and to the frame that shows it."""
    lab = Lab(experiment)
    window = BareWindow(lab, 51)
    window.show()
    wait_until(lambda: window.answers > 0)
    lab.set_speed(None)
    lab.run()
    wait_until(lambda: lab.state == "running")
    late_steps, shown = [], []
    log = window.frames
    for index in range(30):
        live_for(0.05)
        rate = 0.031 + 0.0001 * index
        trainer = lab._training._run.trainer
        began = clock()
        lab.set_learning_rate(rate)
        step = trainer.step
        wait_until(lambda rate=rate: window.snapshot.view.settings.learning_rate == rate)
        seen = clock()
        wait_until(lambda seen=seen: log.moments and log.moments[-1] > seen)
        shown.append(1000 * (log.moments[-1] - began))
        change = window.snapshot.view.history.changes[-1]
        late_steps.append(change.step - step)
    lab.shutdown()
    print(
        f"  steps made after the change and before its use: at most {max(late_steps)};"
        f" shown after {np.median(shown):.0f} ms median, {max(shown):.0f} ms at most"
    )


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 6.0
    _app = pg.mkQApp()
    print("Bare window, nothing trains, no surface")
    bare(FAST, 51, seconds / 2, train=False, ask=False)
    print("Bare window, 2-8-8-1 at batch 10 as fast as it goes, no surface")
    bare(FAST, 51, seconds, ask=False)
    print("Bare window, 2-8-8-1 at batch 10 as fast as it goes, live 51×51 surface on 250 points")
    bare(FAST, 51, seconds)
    print("Slider moved, in the same window")
    slider(FAST)
    print("Bare window, 8 layers of 64, 5 000 points, 401×401")
    bare(LARGEST, 401, seconds)


if __name__ == "__main__":
    main()
