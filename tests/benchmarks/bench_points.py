"""How the window fares with as many points as an experiment holds, beside generated data in the same run.

Both train as fast as they can, in batches of 10, with a live surface on the plane of the path.
"""

from __future__ import annotations

import tempfile

import numpy as np
import pyqtgraph as pg

from playground.experiment import DataSettings, Experiment
from playground.experiment_table import MAX_ROWS, TableSettings
from playground.startup.garbage import collect_here
from tests.benchmarks.bench_window import FAST, Row, fast_rows, real_window


def many_points(rows: int = MAX_ROWS) -> Experiment:
    """The network and the training of the window's row on a table of two inputs and two classes."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(rows, 2)) * 2.0
    table = TableSettings(
        ("length", "width"), "kind", ("small", "large"), np.column_stack([X, np.hypot(*X.T) > 2.2])
    )
    return Experiment(DataSettings.of_table(table), FAST.network, FAST.training)


def measure() -> list[Row]:
    _application, _collector = pg.mkQApp(), collect_here()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for name, experiment in (("250 generated points", FAST), ("20 000 points", many_points())):
            rows += fast_rows(name, real_window(experiment, folder))
    return rows
