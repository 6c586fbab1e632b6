"""How the window fares with as many points as an experiment holds, beside generated data in the same run.

Both train as fast as they can, in batches of 10, with a live surface on the plane of the path. With many
points that surface is of some of them.
"""

from __future__ import annotations

import tempfile

import pyqtgraph as pg

from playground.startup.garbage import collect_here
from tests.benchmarks.bench_window import FAST, MANY, Row, fast_rows, real_window


def measure() -> list[Row]:
    _application, _collector = pg.mkQApp(), collect_here()
    with tempfile.TemporaryDirectory() as folder:
        few = fast_rows("250 generated points", real_window(FAST, folder))
        many = fast_rows("20 000 points", real_window(MANY, folder))
    reach = [f"≤ {figure:.1f} ms" if "frames" in what else "beside the other" for what, figure, _ in few]
    return [
        *((what, figure, "ms" if "frames" in what else "per second") for what, figure, _ in few),
        *((what, figure, goal) for (what, figure, _), goal in zip(many, reach, strict=True)),
    ]
