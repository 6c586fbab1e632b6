"""Pictures of a page: measured on paper, made twice, and compared with each other."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from PySide6.QtGui import QImage

from playground.drawing.kit.color_maps import colormap
from playground.drawing.kit.theme import DARK
from playground.engine.network import network_of
from playground.engine.trainer import Trainer
from playground.experiment import Experiment
from playground.export.figures import boundary_figure, loss_figure, surface_figure
from playground.export.page import COLUMN, NOTE, PRESETS, Page
from playground.export.picture import MakeItem, image_of_page, made_picture, picture_bytes
from playground.landscape.boundary import boundary
from playground.landscape.questions.context import Context
from playground.landscape.questions.surface import SurfaceQuestion

SVG = "{http://www.w3.org/2000/svg}"
POINTS_PER_MM = 72 / 25.4
EVERY_FIGURE = pytest.mark.parametrize("name", ["loss", "surface", "boundary"])


@pytest.fixture(scope="module")
def figures() -> dict[str, MakeItem]:
    trainer = Trainer(Experiment())
    trainer.advance(60)
    trainer.learning_rate = 1.0
    trainer.advance(60)
    view = trainer.view()
    question = SurfaceQuestion(1, view.step, view.parameters, view.history.path, kind="path", resolution=51)
    answer = [entry for entry in question.answers(Context(trainer.experiment)) if entry is not None][-1]
    field = boundary(network_of(trainer.experiment), view.parameters, trainer.samples, resolution=61)
    return {
        "loss": loss_figure(view),
        "surface": surface_figure(answer, view),
        "boundary": boundary_figure(trainer.samples, field, True, None, view),
    }


def run_tool(*command: str | Path) -> bytes:
    """The output of a program that reads pictures without Qt; skips where it is missing."""
    if shutil.which(str(command[0])) is None:
        pytest.skip(f"{command[0]} is not installed")
    return subprocess.run([str(part) for part in command], capture_output=True, check=True, timeout=60).stdout


def texts_of_svg(content: bytes, width_mm: float) -> list[tuple[str, float]]:
    """The texts of an SVG with their heights in points."""
    root = ElementTree.fromstring(content)
    _, _, wide, _ = (float(number) for number in root.get("viewBox").split())
    found = []
    for group in root.iter(f"{SVG}g"):
        matrix = group.get("transform", "matrix(1,0,0,1,0,0)")
        m11, m12, *_ = (float(number) for number in matrix.removeprefix("matrix(").rstrip(")").split(","))
        for text in group.findall(f"{SVG}text"):
            size = float(text.get("font-size", group.get("font-size")).removesuffix("px"))
            points = size * float(np.hypot(m11, m12)) * width_mm / wide * POINTS_PER_MM
            found.append(("".join(text.itertext()), points))
    return found


@EVERY_FIGURE
def test_text_in_a_column_is_as_high_as_asked_for(qtbot: Any, figures, name: str) -> None:
    content = picture_bytes(figures[name], replace(COLUMN, format="svg"))
    assert ElementTree.fromstring(content).get("width") == "85mm"
    texts = texts_of_svg(content, 85)
    assert len(texts) > 5
    assert {round(points, 1) for _, points in texts} <= {7.4, 8.0}


@EVERY_FIGURE
def test_text_in_a_pdf_is_as_high_as_asked_for(qtbot: Any, tmp_path: Path, figures, name: str) -> None:
    (tmp_path / "x.pdf").write_bytes(picture_bytes(figures[name], replace(COLUMN, format="pdf")))
    told = run_tool("pdftohtml", "-xml", "-zoom", "3", "-i", "-stdout", tmp_path / "x.pdf").decode()
    sizes = {float(size) / 3 for size in re.findall(r'<fontspec [^>]*size="([\d.]+)"', told)}
    assert sizes
    assert all(7.0 <= size <= 8.1 for size in sizes), sizes
    about = run_tool("pdfinfo", tmp_path / "x.pdf").decode()
    assert "Pages:           1\n" in about
    width, height = re.search(r"Page size: +([\d.]+) x ([\d.]+) pts", about).groups()
    assert float(width) == pytest.approx(85 * POINTS_PER_MM, abs=0.6)
    assert float(height) == pytest.approx(64 * POINTS_PER_MM, abs=0.6)


@EVERY_FIGURE
def test_no_text_is_cut_or_lies_on_another(qtbot: Any, tmp_path: Path, figures, name: str) -> None:
    (tmp_path / "x.pdf").write_bytes(picture_bytes(figures[name], replace(COLUMN, format="pdf")))
    told = run_tool("pdftotext", "-bbox-layout", tmp_path / "x.pdf", "-").decode()
    boxes = [
        [float(number) for number in line]
        for line in re.findall(r'<line xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)"', told)
    ]
    assert len(boxes) > 5
    for left, top, right, bottom in boxes:
        assert left >= 0 and top >= 0 and right <= 241 and bottom <= 181.5  # noqa: PT018
    for index, (left, top, right, bottom) in enumerate(boxes):
        for other in boxes[index + 1 :]:
            apart = other[0] >= right or left >= other[2] or other[1] >= bottom - 1.5 or top >= other[3] - 1.5
            assert apart, (boxes[index], other)


@pytest.mark.parametrize("name", ["loss", "surface"])
@pytest.mark.parametrize("format_", ["png", "svg", "pdf"])
def test_the_same_picture_twice_is_the_same_file(qtbot: Any, figures, name: str, format_: str) -> None:
    page = replace(COLUMN, format=format_)
    once, again = (picture_bytes(figures[name], page) for _ in range(2))
    if format_ == "pdf":
        once, again = (without_dates_and_ids(content) for content in (once, again))
    assert once == again


def without_dates_and_ids(pdf: bytes) -> bytes:
    for pattern in (
        rb"D:\d{14}",
        rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d",
        rb"/ID \[[^\]]*\]",
        rb"uuid:[0-9a-f-]+",
    ):
        pdf = re.sub(pattern, b"", pdf)
    return pdf


def pixels(image: QImage) -> np.ndarray:
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).astype(float)


@EVERY_FIGURE
def test_other_programs_paint_an_svg_and_a_pdf_like_the_png(
    qtbot: Any, tmp_path: Path, figures, name: str
) -> None:
    page = replace(COLUMN, dpi=150)
    png = pixels(QImage.fromData(picture_bytes(figures[name], page)))
    for format_ in ("svg", "pdf"):
        path = tmp_path / f"x.{format_}"
        path.write_bytes(picture_bytes(figures[name], replace(page, format=format_)))
    svg = run_tool("rsvg-convert", "-d", "150", "-p", "150", tmp_path / "x.svg")
    run_tool("pdftoppm", "-r", "150", "-png", "-singlefile", tmp_path / "x.pdf", tmp_path / "pdf")
    for other in (QImage.fromData(svg), QImage(str(tmp_path / "pdf.png"))):
        assert abs(other.width() - png.shape[1]) <= 1
        assert abs(other.height() - png.shape[0]) <= 1
        there = pixels(other)
        high, wide = (min(one, two) // 4 * 4 for one, two in zip(png.shape[:2], there.shape[:2], strict=True))
        blocks = [
            picture[:high, :wide].reshape(high // 4, 4, wide // 4, 4, 3).mean(axis=(1, 3))
            for picture in (png, there)
        ]
        assert np.abs(blocks[0] - blocks[1]).mean() < 3.0


def test_looks_and_colours_reach_the_picture(qtbot: Any, figures) -> None:
    small = Page(60, 45, dpi=100, text_pt=6, caption=False)
    assert image_of_page(figures["loss"], replace(small, look="dark")).pixelColor(2, 2).name() == DARK.card
    clear = QImage.fromData(picture_bytes(figures["loss"], replace(small, look="transparent")))
    assert clear.pixelColor(2, 2).alpha() == 0
    assert clear.hasAlphaChannel()
    for colors, other in (("viridis", "cividis"), ("cividis", "viridis")):
        painted = pixels(image_of_page(figures["surface"], replace(small, colors=colors))).reshape(-1, 3)
        painted = painted[np.ptp(painted, axis=1) > 40][::20]
        assert distance(painted, colors) < 4 < 8 < distance(painted, other)


def distance(painted: np.ndarray, colors: str) -> float:
    """How far most colours (n, 3) are from those of a table."""
    table = colormap(colors)[::8].astype(float)
    away = np.linalg.norm(painted[:, None] - table[None], axis=2).min(axis=1)
    return float(np.median(away))


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_can_be_made(qtbot: Any, figures, preset: str) -> None:
    page = PRESETS[preset][1]
    image = image_of_page(figures["loss"], replace(page, dpi=round(page.dpi / 4), width=page.width / 4,
                                                   height=page.height / 4)
                          if page.unit == "px" else replace(page, dpi=72))  # fmt: skip
    assert image.width() / image.height() == pytest.approx(page.width / page.height, rel=0.01)


def test_a_caption_stands_below_where_there_is_room_and_else_in_the_file_alone(qtbot: Any, figures) -> None:
    def texts(page: Page) -> tuple[str, str]:
        root = ElementTree.fromstring(picture_bytes(figures["loss"], replace(page, format="svg")))
        drawn = " ".join("".join(text.itertext()) for text in root.iter(f"{SVG}text"))
        return drawn, root.find(f"{SVG}desc").text

    drawn, told = texts(NOTE)
    assert "binary cross-entropy" in drawn
    assert "binary cross-entropy" in told
    for page in (replace(NOTE, caption=False), replace(NOTE, width=60, height=40)):
        drawn, told = texts(page)
        assert "binary cross-entropy" not in drawn
        assert "binary cross-entropy" in told
    assert not made_picture(figures["loss"], NOTE).caption_left_out
    assert made_picture(figures["loss"], replace(NOTE, width=60, height=40)).caption_left_out
