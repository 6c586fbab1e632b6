"""How soon a stroke on the data view is seen, while the network trains as fast as it goes.

The network and the training are those of the window's row, with a live surface. A stroke is drawn from the
move of the pointer until a frame has painted its points, and released until a frame has painted the run with
them: J, accuracy and all that is known of the run are then of the new points too. The time from a move of the
slider to the frame that shows it stands beside it: on a busy machine compare these rows with each other.
"""

from __future__ import annotations

import tempfile
from functools import partial

import numpy as np
import pyqtgraph as pg

from playground.experiment import Experiment
from playground.startup.garbage import collect_here
from playground.ui.data.paint_feature import PaintFeature
from playground.ui.main_window import MainWindow
from tests.benchmarks.bench_window import (
    FAST,
    SETTLING,
    FrameLog,
    Row,
    clock,
    has_more_than,
    live_for,
    live_until,
    on_many_points,
    real_window,
    slider_rows,
)

STROKES = 20


def measure() -> list[Row]:
    _application, _collector = pg.mkQApp(), collect_here()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for name, experiment in (("250 generated points", FAST), ("20 000 points", on_many_points(19_000))):
            rows += rows_of(name, experiment, folder)
        rows += slider_rows(real_window(FAST, folder))[1:]
    return rows


def rows_of(name: str, experiment: Experiment, folder: str) -> list[Row]:
    window = real_window(experiment, folder)
    live_until(lambda: window.snapshot is not None)
    feature = next(entry for entry in window.features if isinstance(entry, PaintFeature))
    feature.button.click()
    window.lab.set_speed(None)
    window.lab.run()
    live_for(SETTLING)
    frames = FrameLog(window.clock.timer)
    drawn, shown = [], []
    for index in range(STROKES):
        live_for(0.15)
        count = len(window.snapshot.samples.X_train)
        began = clock()
        feature.draw_stroke((0.1 * index, 0.0), (0.1 * index + 0.5, 0.3), pixel=(0.01, 0.01))
        live_until(partial(draws_points, window, count + 1))
        live_until(partial(has_more_than, frames, len(frames.moments)))
        drawn.append(1000.0 * (frames.moments[-1] - began))
        began = clock()
        feature.release()
        live_until(partial(has_points, window, count + 1))
        live_until(partial(has_more_than, frames, len(frames.moments)))
        shown.append(1000.0 * (frames.moments[-1] - began))
    window.close()
    return [
        (f"{name}: stroke drawn until it is seen, ms median", float(np.median(drawn)), "≤ 33 ms"),
        (f"{name}: stroke drawn until it is seen, ms at most", max(drawn), "≤ 33 ms"),
        (f"{name}: released until its run is seen, ms median", float(np.median(shown)), "≤ 50 ms"),
        (f"{name}: released until its run is seen, ms at most", max(shown), "≤ 50 ms"),
    ]


def draws_points(window: MainWindow, least: int) -> bool:
    picture = window.data_view.drawing.picture
    return picture is not None and len(picture.samples.X_train) >= least


def has_points(window: MainWindow, least: int) -> bool:
    return len(window.snapshot.samples.X_train) >= least
