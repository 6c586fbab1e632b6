"""Sheets: panels with letters, shared limits, one caption."""

from __future__ import annotations

import re
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
from playground.export.page import COLUMN, PRESETS, USUAL, WIDE, page_of_size
from playground.export.picture import picture_bytes
from playground.export.run_words import run_sentence
from playground.export.sheet import columns, sheet_figure, sheet_page
from playground.files.atomic import ExportError
from playground.landscape.questions.context import Context
from playground.landscape.questions.surface import SurfaceAnswer, SurfaceQuestion
from tests.support.every_figure import figure_of

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


@pytest.mark.parametrize("preset", ["wide", "slide", "note", "poster"])
def test_every_plot_of_a_sheet_has_room_on_every_larger_preset(qtbot: Any, preset: str) -> None:
    page = replace(PRESETS[preset][1], format="svg")
    root = ElementTree.fromstring(picture_bytes(figure_of("sheet"), page))
    texts = ["".join(node.itertext()).strip() for node in root.iter(f"{SVG}text")]
    for name in ("along direction 1", "along direction 2", "step", "x₁"):
        # An axis whose units are drawn longer says so after its name.
        assert any(re.split(r",? (?:drawn )?×", text)[0] == name for text in texts), name
    numbers = [text for text in texts if re.fullmatch(r"−?[\d.]+", text)]
    assert len(numbers) >= 2 * 6 + 2, "two numbers or more at each axis and at the bar"


def test_a_page_without_room_for_the_panels_is_refused_with_the_height_that_has(qtbot: Any) -> None:
    with pytest.raises(ExportError) as error:
        picture_bytes(figure_of("sheet"), replace(COLUMN, format="svg"))
    told = re.fullmatch(
        r"A sheet of these panels finds no room in 85 × 64 mm with text of 8 pt: "
        r"at this width it is at least ([\d.]+) mm high\.",
        str(error.value),
    )
    assert told is not None
    needed = float(told[1])
    assert picture_bytes(figure_of("sheet"), replace(COLUMN, format="svg", height=needed))
    with pytest.raises(ExportError):
        picture_bytes(figure_of("sheet"), replace(COLUMN, format="svg", height=needed - 0.2))


@pytest.mark.parametrize("what", ["loss", "boundary"])
def test_a_page_without_room_for_the_signs_of_one_figure_is_refused_as_that(qtbot: Any, what: str) -> None:
    page = replace(page_of_size(2, 0.4, "in", "svg", run=False), text_pt=7.7922)
    with pytest.raises(ExportError) as error:
        picture_bytes(figure_of(what), page)
    told = re.fullmatch(
        r"This figure finds no room in 2 × 0\.4 in with text of 7\.79 pt: "
        r"at this width it is at least ([\d.]+) in high\.",
        str(error.value),
    )
    assert told is not None
    assert picture_bytes(figure_of(what), replace(page, height=float(told[1])))


def test_a_sheet_without_a_panel_is_refused() -> None:
    with pytest.raises(ValueError, match="from 1 to 9 panels"):
        sheet_figure([])


@pytest.mark.parametrize(
    ("width", "height", "times"),
    [(85, 60, (2, 2)), (40, 30, (3, 3)), (200, 40, (1, 3)), (40, 200, (3, 1)), (180, 135, (1, 1))],
)
def test_a_sheet_beside_pictures_has_room_for_its_panels_at_every_size(
    qtbot: Any, width: int, height: int, times: tuple[int, int]
) -> None:
    page = page_of_size(width, height, "mm", "svg", run=False)
    sheet = sheet_page(page)
    assert (sheet.width, sheet.height) == (times[0] * width, times[1] * height)
    assert (sheet.text_pt, sheet.dpi) == (page.text_pt, page.dpi)
    root = ElementTree.fromstring(picture_bytes(figure_of("sheet"), sheet))
    texts = ["".join(node.itertext()).strip() for node in root.iter(f"{SVG}text")]
    for name in ("along direction 1", "along direction 2", "step", "x₁"):
        # An axis whose units are drawn longer says so after its name.
        assert any(re.split(r",? (?:drawn )?×", text)[0] == name for text in texts), name
    assert sheet_page(USUAL) == USUAL
