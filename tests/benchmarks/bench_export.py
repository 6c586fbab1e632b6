"""What an export takes: a figure, a sheet of three, the preview of the dialog; 2-8-8-1 on 200 points."""

from __future__ import annotations

import os
import statistics
import time
from dataclasses import replace
from itertools import pairwise

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

    from playground.drawing.surface.camera import Camera
    from playground.drawing.surface.picture import picture_of
    from playground.export.carried_run import carried_run
    from playground.export.figures import (
        MakeFigure,
        boundary_figure,
        loss_figure,
        relief_figure,
        surface_figure,
    )
    from playground.export.page import COLUMN, WIDE, Page
    from playground.export.picture import picture_bytes, shown_in_pieces
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

    def preview_taken(figure: MakeFigure, page: Page) -> tuple[float, float]:
        """Seconds of a preview, and of its longest piece."""
        times = []
        for _ in range(REPEATS):
            pieces, marks = shown_in_pieces(figure, page, *PREVIEW), [time.perf_counter()]
            for _ in pieces:
                marks.append(time.perf_counter())
            marks.append(time.perf_counter())
            longest = max(end - start for start, end in pairwise(marks))
            times.append((marks[-1] - marks[0], longest))
        whole, longest_pieces = zip(*times, strict=True)
        return statistics.median(whole), statistics.median(longest_pieces)

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
    relief = relief_figure(picture_of(answer, view, True), Camera(), view)
    for name, figure in (("surface", surface), ("height field", relief), ("sheet", sheet)):
        whole, longest = preview_taken(figure, WIDE)
        rows.append((f"the preview of a {name}", 1e3 * whole, "ms"))
        rows.append(("longest time in it without a turn of the window", 1e3 * longest, "ms"))
    return rows
