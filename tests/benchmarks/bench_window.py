"""How the window fares while the lab works as hard as it can: frames, steps and surfaces all at once.

A bare window (an image and three curves) stands beside the real one, so that what the lab costs and what
the drawing costs can be told apart. A frame is over when everything that one tick of the window's timer
brought is painted. On a busy machine compare the rows of one run with each other.
"""

from __future__ import annotations

import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

if "DISPLAY" not in os.environ and "WAYLAND_DISPLAY" not in os.environ:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, QSettings, Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from playground.experiment import DataSettings, Experiment, ExperimentFile
from playground.experiment_table import MAX_ROWS, TableSettings
from playground.lab.lab import Lab
from playground.lab.snapshot import Snapshot
from playground.landscape.questions.surface import SurfaceQuestion
from playground.landscape.thinning import thinned
from playground.startup.garbage import collect_here
from playground.ui.frame.preferences import Preferences
from playground.ui.main_window import MainWindow
from tests.support.steps_begun import steps_begun

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 5.0
SETTLING = 1.5
STARTS = 3
FAST = (
    Experiment()
    .with_value("data.points", 312)  # 250 of them for training
    .with_value("network.hidden_layers", (8, 8))
    .with_value("training.batch_size", 10)
    .with_value("training.learning_rate", 0.03)
)


def on_many_points(rows: int = MAX_ROWS) -> Experiment:
    """The network and the training of FAST on a table of two inputs and two classes."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(rows, 2)) * 2.0
    points = np.column_stack([X, np.hypot(*X.T) > 2.2])
    table = TableSettings(("length", "width"), "kind", ("small", "large"), points)
    return Experiment(DataSettings.of_table(table), FAST.network, FAST.training)


MANY = on_many_points()
LARGEST = (
    Experiment()
    .with_value("data.points", 5000)
    .with_value("network.hidden_layers", (64,) * 8)
    .with_value("training.learning_rate", 0.01)
)
AFTER_PAINTING = Qt.EventPriority.LowEventPriority.value - 2
FIRST_PAINT = """
import os, sys, time
from PySide6.QtCore import QEvent, QTimer
from playground.ui import main_window

class Watched(main_window.MainWindow):
    def event(self, event):
        if event.type() == QEvent.Type.Paint:
            QTimer.singleShot(0, painted)
        return super().event(event)

def painted():
    print(time.time(), flush=True)
    os._exit(0)

main_window.MainWindow = Watched
from playground.app import main
main([])
"""

clock = time.perf_counter
Row = tuple[str, float, str]


class FrameLog(QObject):
    """The moments at which a frame was over, and of those the ones that painted any of these widgets."""

    def __init__(self, timer: QTimer, widgets: Sequence[QWidget] = ()):
        super().__init__(timer)
        self.moments: list[float] = []
        self.painted: list[float] = []
        self._painting = False
        self._over = QEvent.Type(QEvent.registerEventType())
        timer.timeout.connect(self._tick)
        for widget in widgets:
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self._painting = True
        return False

    def _tick(self) -> None:
        QCoreApplication.postEvent(self, QEvent(self._over), AFTER_PAINTING)

    def event(self, event: QEvent) -> bool:
        if event.type() == self._over:
            self.moments.append(clock())
            if self._painting:
                self.painted.append(self.moments[-1])
            self._painting = False
            return True
        return super().event(event)


def apart(moments: list[float], share: float) -> float:
    """Return the ms below which this share of the gaps lies, in percent; NaN where nothing was drawn."""
    if len(moments) < 2:
        return math.nan
    return float(np.percentile(1000.0 * np.diff(moments), share))


class BareWindow(pg.GraphicsLayoutWidget):
    """An image and three curves, repainted sixty times a second, with one surface question under way."""

    def __init__(self, lab: Lab, resolution: int):
        super().__init__()
        self.resize(1280, 720)
        self.lab, self.resolution = lab, resolution
        self.snapshot: Snapshot | None = None
        self._waiting = False
        self._image = pg.ImageItem(axisOrder="row-major")
        self._image.setColorMap(pg.colormap.get("viridis"))
        self.addPlot(0, 0).addItem(self._image)
        plot = self.addPlot(0, 1)
        self._curves = [plot.plot(pen=pg.mkPen(color, width=1)) for color in ("w", "y", "c")]
        self.timer = QTimer(self, timerType=Qt.TimerType.PreciseTimer, interval=16)
        self.timer.timeout.connect(self.frame)
        self.timer.start()

    def frame(self) -> None:
        snapshot = self.lab.latest()
        if snapshot is not None:
            self.snapshot = snapshot
            curves = snapshot.view.history.curves
            for item, name in zip(self._curves, ("batch_loss", "train_loss", "test_loss"), strict=True):
                item.setData(*curves[name])
        answer: Any = self.lab.answer("surface")
        if answer is not None:
            if answer.surface is not None:
                self._image.setImage(answer.surface.values, autoLevels=False, levels=(0.0, 2.0))
            self._waiting = not answer.complete
        if self.snapshot is not None and not self._waiting and self.resolution:
            self._waiting = True
            run, view = self.snapshot.run, self.snapshot.view
            path = thinned(view.history.path)
            self.lab.ask(
                SurfaceQuestion(
                    run, view.step, view.parameters, path, kind="path", resolution=self.resolution
                )
            )
        self.viewport().update()

    def closeEvent(self, event: Any) -> None:
        self.timer.stop()
        self.lab.shutdown()
        super().closeEvent(event)


class Complete:
    """Counts the complete surfaces that a window takes."""

    def __init__(self, lab: Lab):
        self.count = 0
        self._answer = lab.answer
        lab.answer = self._counted  # type: ignore[method-assign]

    def _counted(self, slot: str) -> Any:
        answer = self._answer(slot)
        if slot == "surface" and answer is not None and answer.complete:
            self.count += 1
        return answer


def live_for(seconds: float) -> None:
    """The window's event loop, for so long."""
    loop = QEventLoop()
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    loop.exec()


def live_until(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    end = clock() + seconds
    while not condition() and clock() < end:
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)


def bare_window(experiment: Experiment, resolution: int) -> BareWindow:
    window = BareWindow(Lab(experiment), resolution)
    window.show()
    return window


def real_window(experiment: Experiment, folder: str, plane: str | None = "path") -> MainWindow:
    """The window with a surface that moves with the run. plane: None is the one of the first start."""
    settings = QSettings(str(Path(folder) / "window.ini"), QSettings.Format.IniFormat)
    window = MainWindow(ExperimentFile(experiment), Preferences(settings))
    window.resize(1440, 860)
    window.show()
    if plane is not None:
        window.surface_view.choose_plane(plane)
    return window


def timer_of(window: Any) -> QTimer:
    """The timer of the frames of a window, or of a bare one."""
    return window.clock.timer if isinstance(window, MainWindow) else window.timer


def while_it_trains(window: Any, train: bool = True) -> tuple[FrameLog, float, float]:
    """Frames, steps per second and complete surfaces per second."""
    complete = Complete(window.lab)
    live_until(lambda: window.snapshot is not None)
    window.lab.set_speed(None)
    if train:
        window.lab.run()
    live_for(SETTLING)
    frames = FrameLog(timer_of(window), window.findChildren(QWidget))
    step, surfaces, began = window.snapshot.view.step, complete.count, clock()
    live_for(SECONDS)
    passed = clock() - began
    return frames, (window.snapshot.view.step - step) / passed, (complete.count - surfaces) / passed


def fast_rows(name: str, window: Any) -> list[Row]:
    frames, steps, surfaces = while_it_trains(window)
    rows = [
        (f"{name}: 50 % of frames apart, ms", apart(frames.moments, 50), "its timer, 8 or 16 ms"),
        (f"{name}: 99 % of frames apart, ms", apart(frames.moments, 99), "≤ 25 ms"),
        (f"{name}: 99 % of frames that painted anything apart, ms", apart(frames.painted, 99), "≤ 25 ms"),
        (f"{name}: steps per second", steps, "≥ 14000"),
        (f"{name}: 51×51 surfaces per second", surfaces, "≥ 20"),
    ]
    window.close()
    return rows


def keeping_rows(window: MainWindow) -> list[Row]:
    """Frames and steps while the work is kept every half second, ten times as often as usual."""
    keeper = window.files.keeper
    timer = QTimer(window, interval=500)
    timer.timeout.connect(keeper.write)
    timer.start()
    frames, steps, _ = while_it_trains(window)
    timer.stop()
    name = "real window, work kept every 0.5 s"
    assert keeper.path is not None
    assert keeper.path.exists()
    window.close()
    return [
        (f"{name}: 99 % of frames apart, ms", apart(frames.moments, 99), "as the real window"),
        (f"{name}: steps per second", steps, "as the real window"),
    ]


def surfaces_beside_others(window: Any) -> float:
    """Surfaces per second beside as many processes at work as there are processors."""
    others = [
        subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(os.cpu_count() or 1)
    ]
    complete = Complete(window.lab)
    try:
        window.lab.set_speed(None)
        window.lab.run()
        # The helper takes some seconds to see that nothing is left to whoever stands back.
        live_until(lambda: complete.count >= 5)
        return while_it_trains(window)[2]
    finally:
        for other in others:
            other.kill()
            other.wait()
        window.close()


def uses(window: MainWindow, rate: float) -> bool:
    return window.snapshot.view.settings.learning_rate == rate


def has_more_than(frames: FrameLog, count: int) -> bool:
    return len(frames.moments) > count


def slider_rows(window: MainWindow) -> list[Row]:
    """From a change of α to the step that uses it, and to the frame that shows it."""
    lab = window.lab
    live_until(lambda: window.snapshot is not None)
    lab.set_speed(None)
    lab.run()
    live_for(SETTLING)
    frames = FrameLog(window.clock.timer)
    trainer = lab.training.current.run.trainer
    begun = steps_begun(trainer)
    waited, shown = [], []
    for index in range(25):
        live_for(0.07)
        rate = round(0.031 + 0.0001 * index, 6)
        began = clock()
        lab.set_learning_rate(rate)
        moved = len(begun)
        live_until(partial(uses, window, rate))
        live_until(partial(has_more_than, frames, len(frames.moments)))
        shown.append(1000.0 * (frames.moments[-1] - began))
        # The step under way when it moved may be entered only now.
        waited.append(max(0, begun.index(rate, moved) - moved - 1))
    window.close()
    return [
        ("slider: steps begun after it moved that do not use it, at most", float(max(waited)), "≤ 0"),
        ("slider: moved until shown, ms median", float(np.median(shown)), "≤ 50 ms"),
        ("slider: moved until shown, ms at most", max(shown), "≤ 50 ms"),
    ]


def largest_rows(name: str, window: Any) -> list[Row]:
    frames, steps, _ = while_it_trains(window)
    began = clock()
    window.close()
    return [
        (f"{name}: 99 % of frames apart, ms", apart(frames.moments, 99), "≤ 25 ms"),
        (f"{name}: steps per second", steps, "8 layers of 64, 4 000 points a step"),
        (f"{name}: closed after, ms", 1000.0 * (clock() - began), "≤ 1000 ms"),
    ]


def idle_rows(window: QWidget) -> list[Row]:
    live_for(SETTLING + 2.0)
    used, began = time.process_time(), clock()
    live_for(2.0)
    share = 100.0 * (time.process_time() - used) / (clock() - began)
    window.close()
    return [("idle: processor time of the window and both threads, %", share, "the less the better")]


def start_seconds(folder: str) -> float:
    environment = {**os.environ, "XDG_CONFIG_HOME": folder, "PYTHONPATH": str(ROOT)}
    began = time.time()
    done = subprocess.run(
        [sys.executable, "-c", FIRST_PAINT], env=environment, capture_output=True, text=True, check=True
    )
    return float(done.stdout.split()[-1]) - began


def measure() -> list[Row]:
    _application, _collector = pg.mkQApp(), collect_here()
    with tempfile.TemporaryDirectory() as folder:
        start_seconds(folder)
        rows = [
            (
                "start to the first painted window, warm, s",
                min(start_seconds(folder) for _ in range(STARTS)),
                "≤ 1.2 s",
            )
        ]
        resting = real_window(FAST, folder)
        frames, _, _ = while_it_trains(resting, train=False)
        rows.append(
            (
                "nothing trains: 99 % of frames apart, ms",
                apart(frames.moments, 99),
                "what this machine can do",
            )
        )
        resting.close()
        rows += idle_rows(real_window(FAST, folder))
        rows += fast_rows("bare window", bare_window(FAST, 51))
        rows += fast_rows("real window", real_window(FAST, folder))
        rows += fast_rows("real window, 20 000 points", real_window(MANY, folder))
        rows += keeping_rows(real_window(FAST, folder))
        surfaces = surfaces_beside_others(real_window(FAST, folder))
        rows.append(("real window beside busy processes: surfaces per second", surfaces, "alive"))
        rows += slider_rows(real_window(FAST, folder))
        rows += largest_rows("largest case, bare window, 401×401", bare_window(LARGEST, 401))
        rows += largest_rows("largest case, real window", real_window(LARGEST, folder))
    return rows
