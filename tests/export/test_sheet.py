"""Sheets: panels with letters, shared limits, one caption."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest

from playground.drawing.kit.theme import PRINT
from playground.engine.recording.run_view import RunView
from playground.engine.trainer import Trainer
from playground.experiment import Experiment
from playground.export.figure import Figure
from playground.export.figures import MakeFigure, boundary_figure, loss_figure, surface_figure
from playground.export.page import WIDE
from playground.export.picture import picture_bytes
from playground.export.run_words import run_sentence
from playground.export.sheet import columns, sheet_figure
from playground.landscape.questions.context import Context
from playground.landscape.questions.surface import SurfaceAnswer, SurfaceQuestion

SVG = "{http://www.w3.org/2000/svg}"


def view_of(rate: float, steps: int) -> RunView:
    trainer = Trainer(Experiment().with_value("training.learning_rate", rate))
    trainer.advance(steps)
    return trainer.view()


def answer_of(view: RunView, reach: float) -> SurfaceAnswer:
    question = SurfaceQuestion(1, view.step, view.parameters, view.history.path, kind="path", resolution=31)
    answers = [entry for entry in question.answers(Context(view.experiment)) if entry is not None]
    surface = answers[-1].surface
    return replace(answers[-1], surface=replace(surface, values=reach * surface.values))


@pytest.fixture(scope="module")
def view() -> RunView:
    return view_of(0.3, 80)


def test_a_sheet_has_letters_and_tells_its_run_once(qtbot: Any, view: RunView) -> None:
    samples = Trainer(view.experiment).samples
    panels = [
        surface_figure(answer_of(view, 1.0), view),
        loss_figure(view),
        boundary_figure(samples, None, True, None, view),
    ]
    sheet = sheet_figure(panels, run_sentence(view))
    content = picture_bytes(sheet, replace(WIDE, format="svg"))
    root = ElementTree.fromstring(content)
    texts = ["".join(node.itertext()).strip() for node in root.iter(f"{SVG}text")]
    assert [text for text in texts if text in ("a", "b", "c")] == ["a", "b", "c"]
    words = " ".join(" ".join(texts).split())
    for panel in ("(a) Loss around the weights.", "(b) Loss.", "(c) Data."):
        assert panel in words
    assert words.count("binary cross-entropy") == 1
    assert root.find(f"{SVG}desc").text.endswith(run_sentence(view))


def test_the_same_quantity_has_the_same_limits(qtbot: Any, view: RunView) -> None:
    slow = view_of(0.05, 200)
    one, other = owners([loss_figure(view), loss_figure(slow)])
    assert one.limits() != other.limits()
    assert one.box.viewRange() == other.box.viewRange()
    assert one.box.viewRange()[0][1] >= 200
    panels = [surface_figure(answer_of(view, reach), view) for reach in (1.0, 50.0)]
    first, second = owners(panels)
    assert first.levels == second.levels
    alone = [owners([panel])[0].levels for panel in panels]
    assert first.levels.low == alone[0].low
    assert first.levels.high == alone[1].high


def owners(panels: list[MakeFigure]) -> list[Any]:
    """The drawings on a sheet of these panels."""
    sheet = sheet_figure(panels)(PRINT)
    assert isinstance(sheet, Figure)
    figures: Any = sheet.owner
    return [figure.owner for figure in figures]


@pytest.mark.parametrize(
    ("count", "width", "height", "across"),
    [(1, 4, 3, 1), (2, 4, 1.5, 2), (2, 2, 4, 1), (3, 12, 3, 3), (4, 4, 3, 2)],
)
def test_panels_come_near_to_their_best_shape(count: int, width: float, height: float, across: int) -> None:
    assert columns(count, width, height) == across


def test_a_sheet_without_a_panel_is_refused() -> None:
    with pytest.raises(ValueError, match="from 1 to 9 panels"):
        sheet_figure([])
