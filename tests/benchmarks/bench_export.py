"""What an export takes: a figure, a sheet of three, the preview of the dialog; 2-8-8-1 on 200 points."""

from __future__ import annotations

import os
import statistics
import time
from dataclasses import replace

from playground.engine.network import network_of
from playground.engine.trainer import Trainer
from playground.experiment import DataSettings, Experiment, NetworkSettings
from playground.landscape.boundary import boundary
from playground.landscape.questions.context import Context
from playground.landscape.questions.surface import SurfaceQuestion

REPEATS = 7
PREVIEW = (420, 330)


def measure() -> list[tuple[str, float, str]]:
    """What was measured, the figure, and what to reach."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    from playground.export.carried_run import carried_run
    from playground.export.figures import MakeFigure, boundary_figure, loss_figure, surface_figure
    from playground.export.page import COLUMN, WIDE, Page
    from playground.export.picture import picture_bytes
    from playground.export.run_words import run_sentence
    from playground.export.sheet import sheet_figure

    _application = QApplication.instance() or QApplication([])
    trainer = Trainer(Experiment(DataSettings(), NetworkSettings((8, 8))))
    trainer.advance(1000)
    view = trainer.view()
    question = SurfaceQuestion(1, view.step, view.parameters, view.history.path, kind="path", resolution=101)
    answer = [entry for entry in question.answers(Context(view.experiment)) if entry is not None][-1]
    field = boundary(network_of(view.experiment), view.parameters, trainer.samples)
    surface = surface_figure(answer, view)
    panels = [surface, loss_figure(view), boundary_figure(trainer.samples, field, True, None, view)]
    sheet = sheet_figure(panels, run_sentence(view))

    def taken(figure: MakeFigure, page: Page) -> float:
        times = []
        for _ in range(REPEATS):
            began = time.perf_counter()
            picture_bytes(figure, page, carried_run(view) if page.run else None)
            times.append(time.perf_counter() - began)
        return statistics.median(times)

    rows = [
        (f"a sheet as {format_.upper()}", taken(sheet, replace(WIDE, format=format_)), "≤ 1 s")
        for format_ in ("png", "svg", "pdf")
    ]
    rows.append(("a surface at 85 mm, PNG", taken(surface, COLUMN), "s"))
    small = replace(COLUMN.within(*PREVIEW), run=False)
    rows.append(("its preview", 1e3 * taken(surface, small), "ms"))
    return rows
