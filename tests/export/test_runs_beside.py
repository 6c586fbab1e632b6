"""Branches of a fork stand in the exported pictures as on the screen, each with a name to be read."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from playground.drawing.kit.labels import overlap
from playground.drawing.kit.theme import PRINT, Theme
from playground.drawing.loss.drawing import LossDrawing
from playground.drawing.runs import Look, OtherRun
from playground.drawing.surface.drawing import SurfaceDrawing
from playground.engine.recording.run_view import RunView
from playground.engine.trainer import Trainer
from playground.experiment import Experiment
from playground.export.figure import Figure
from playground.export.figures import loss_figure, surface_figure
from playground.export.page import COLUMN
from playground.export.picture import image_of, image_of_page, save_svg
from playground.landscape.questions.context import Context
from playground.landscape.questions.surface import SurfaceAnswer, SurfaceQuestion

SVG = "{http://www.w3.org/2000/svg}"
NAMES = ["α 0.03", "α 0.1", "α 0.35", "α 0.9", "α 3"]


@pytest.fixture(scope="module")
def run() -> tuple[RunView, SurfaceAnswer]:
    trainer = Trainer(Experiment())
    trainer.advance(120)
    view = trainer.view()
    question = SurfaceQuestion(1, view.step, view.parameters, view.history.path, kind="path", resolution=51)
    return view, [entry for entry in question.answers(Context(trainer.experiment)) if entry is not None][-1]


def branches(run: tuple[RunView, SurfaceAnswer], reach: float) -> list[OtherRun]:
    """Five paths from the weights of now, the longest as long as this share of the picture is wide."""
    view, answer = run
    start = np.column_stack(answer.choice.plane.project(view.parameters[np.newaxis]))
    width = float(np.ptp(answer.surface.a))
    others = []
    for number, name in enumerate(NAMES):
        along = np.linspace(0, reach * width * (number + 1) / len(NAMES), 30)
        path = start + np.column_stack([-along, 0.05 * number * along])
        steps = view.step + np.arange(30)
        others.append(OtherRun(name, Look(number), steps, 0.4 * 0.99 ** np.arange(30.0), path))
    return others


@pytest.mark.parametrize("size", [(1600, 1200), (640, 420)])
@pytest.mark.parametrize("reach", [0.0, 0.02, 0.1, 0.4])
def test_no_name_of_a_branch_lies_on_another_label_or_mark(
    qtbot: Any, run: tuple[RunView, SurfaceAnswer], reach: float, size: tuple[int, int]
) -> None:
    view, answer = run
    figures: list[Figure] = []

    def make(theme: Theme) -> Figure:
        figure = surface_figure(answer, view, others=branches(run, reach))(theme)
        assert isinstance(figure, Figure)
        figures.append(figure)
        return figure

    image_of(make, *size)
    drawing = figures[-1].owner
    assert isinstance(drawing, SurfaceDrawing)
    named = drawing.others.placed
    assert sorted(name for name, _ in named) == NAMES
    boxes = [box for _, box in named]
    for index, box in enumerate(boxes):
        assert not any(overlap(box, other) for other in boxes[index + 1 :])
        assert not any(overlap(box, other) for _, other in drawing.overlay.placed)
        assert not any(overlap(box, other) for other in drawing.overlay.kept_free)
        assert not any(overlap(box, dot) for dot in drawing.others.beneath.ends)
    ends = [
        ((left + right) / 2, (top + bottom) / 2) for left, top, right, bottom in drawing.others.beneath.ends
    ]
    far = max(abs(after - before) for (before, _), (after, _) in pairwise(ends))
    assert far > 20 or reach < 0.4, "the branches really lie where they were put"


@pytest.mark.parametrize("what", ["surface", "loss"])
def test_every_branch_is_named_in_the_picture_and_in_its_caption(
    qtbot: Any, tmp_path: Path, run: tuple[RunView, SurfaceAnswer], what: str
) -> None:
    view, answer = run
    others = branches(run, 0.1)
    figure = (
        surface_figure(answer, view, others=others) if what == "surface" else loss_figure(view, True, others)
    )
    save_svg(figure, tmp_path / "x.svg", 800, 560)
    root = ElementTree.parse(tmp_path / "x.svg").getroot()
    texts = ["".join(entry.itertext()).strip() for entry in root.iter(f"{SVG}text")]
    assert set(NAMES) <= set(texts)
    assert f"Beside it: {', '.join(NAMES)}." in " ".join(texts)


@pytest.mark.parametrize(("count", "length", "among_signs"), [(5, 1, True), (8, 1, True), (8, 3, False)])
def test_names_of_other_runs_cover_no_curve_where_they_have_room_among_the_signs(
    qtbot: Any, run: tuple[RunView, SurfaceAnswer], count: int, length: int, among_signs: bool
) -> None:
    view, _ = run
    steps = np.arange(100)
    others = [
        OtherRun("α 0.5 " * length, Look(number), steps, 0.5 * 0.9 ** (steps / (number + 1)))
        for number in range(count)
    ]
    figures: list[Figure] = []

    def make(theme: Theme) -> Figure:
        figure = loss_figure(view, others=others)(theme)
        assert isinstance(figure, Figure)
        figures.append(figure)
        return figure

    image_of_page(make, COLUMN)
    drawing = figures[-1].owner
    assert isinstance(drawing, LossDrawing)
    signs = [sign for sign in figures[-1].signs if sign.text.startswith("α")]
    if not among_signs:
        assert not signs
        assert len(drawing.others.placed) > 0
        return
    assert drawing.others.placed == []
    assert [(sign.color, sign.dashes) for sign in signs] == [
        (run.look.color(PRINT), run.look.dashes) for run in others
    ]
    width = COLUMN.layout_width(PRINT.font_px)
    assert figures[-1].room_for_plot(width, 0.75 * width) > 0, "with its caption"
    assert figures[-1].signs_height(width) < 0.3 * 0.75 * width
