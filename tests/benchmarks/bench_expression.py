"""Dragging a variable of a 50-node expression in the chain-rule lab, and evaluating one of 2 000 nodes.

    python -m tests.benchmarks expression

A drag is timed from the slider's move until the graph, its finite differences and all texts are painted,
in a lab of 1000 × 640 pixels, offscreen.
"""

from __future__ import annotations

import os
import statistics
from time import perf_counter

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

FIFTY = "+".join(f"tanh(w{i}*x{i} + b{i})*v{i}" for i in range(5)) + " + sin(w0)*b0 + w1^2"
TWO_THOUSAND = "+".join(f"tanh(w{i % 40}*{i + 1})" for i in range(500))
FRAME_MS = 16.7


def measure() -> list[tuple[str, float, str]]:
    return [*drag(), *evaluate()]


def evaluate() -> list[tuple[str, float, str]]:
    from playground.engine.expression import Expression

    expression = Expression(TWO_THOUSAND)
    values = dict.fromkeys(expression.variables, 0.01)
    n_nodes = len(expression.evaluate(**values).nodes)
    return [
        (f"{n_nodes} nodes, read from text", _median(lambda: Expression(TWO_THOUSAND), 15), "ms"),
        (
            f"{n_nodes} nodes, values and gradients",
            _median(lambda: expression.evaluate(**values), 15),
            "≤ 50 ms",
        ),
    ]


def drag() -> list[tuple[str, float, str]]:
    import pyqtgraph as pg

    from playground.drawing.kit.theme import DARK
    from playground.ui.chain_rule.view import ChainRuleLab
    from playground.ui.style import stylesheet

    application = pg.mkQApp()
    lab = ChainRuleLab(DARK)
    lab.setStyleSheet(stylesheet(DARK))
    lab.restyle(DARK)
    lab.resize(1000, 640)
    lab.set_expression(FIFTY)
    lab.run_all()
    lab.show()
    for _ in range(20):
        application.processEvents()
    n_nodes = len(lab.sheet.graph.nodes)
    slider = lab.rows.rows["w0"].slider
    rows = []
    for side, words in ((False, "graph"), (True, "graph, steps and table")):
        lab.set_side(side)
        application.processEvents()
        times = []
        for move in range(60):
            began = perf_counter()
            slider.setValue(move - 30)
            application.processEvents()
            times.append(1e3 * (perf_counter() - began))
        times.sort()
        what = f"{n_nodes} nodes, a drag shown in {words}"
        rows.append((what, statistics.median(times), f"≤ {FRAME_MS} ms"))
        rows.append((f"{what}, slowest tenth from", times[int(0.9 * len(times))], "ms"))
    lab.close()
    return rows


def _median(work, repeats: int) -> float:
    work()
    times = []
    for _ in range(repeats):
        began = perf_counter()
        work()
        times.append(1e3 * (perf_counter() - began))
    return statistics.median(times)


if __name__ == "__main__":
    for what, figure, reach in measure():
        print(f"{what:<60} {figure:8.2f}  {reach}")
