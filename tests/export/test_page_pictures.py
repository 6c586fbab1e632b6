"""Pictures of a page: measured on paper, made twice, and compared with each other."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from PySide6.QtGui import QImage

from playground.drawing.kit.color_maps import colormap
from playground.drawing.kit.theme import DARK
from playground.export.page import COLUMN, NOTE, PRESETS, Page
from playground.export.picture import image_of_page, made_picture, picture_bytes
from tests.support.every_figure import FIGURES, POINTS_PER_MM, SVG, figure_of, texts_of_svg

EVERY_FIGURE = pytest.mark.parametrize("name", FIGURES)
SOME_FIGURES = pytest.mark.parametrize("name", ["loss", "surface", "boundary", "relief", "chain_rule"])


def page_of(name: str, format_: str) -> Page:
    """The column of a paper; a sheet fills its height."""
    return replace(COLUMN, format=format_, height=150.0 if name == "sheet" else COLUMN.height)


@cache
def in_column(name: str, format_: str) -> bytes:
    """The file of a view in the column of a paper."""
    return picture_bytes(figure_of(name), page_of(name, format_))


def run_tool(*command: str | Path) -> bytes:
    """The output of a program that reads pictures without Qt; skips where it is missing."""
    if shutil.which(str(command[0])) is None:
        pytest.skip(f"{command[0]} is not installed")
    return subprocess.run([str(part) for part in command], capture_output=True, check=True, timeout=60).stdout


@EVERY_FIGURE
def test_text_in_a_column_is_as_high_as_asked_for(qtbot: Any, name: str) -> None:
    content = in_column(name, "svg")
    assert ElementTree.fromstring(content).get("width") == "85mm"
    texts = texts_of_svg(content, 85)
    assert len(texts) > 5
    assert {round(points, 1) for _, points in texts} <= {7.4, 8.0}


@EVERY_FIGURE
def test_text_in_a_pdf_is_as_high_as_asked_for(qtbot: Any, tmp_path: Path, name: str) -> None:
    (tmp_path / "x.pdf").write_bytes(in_column(name, "pdf"))
    told = run_tool("pdftohtml", "-xml", "-zoom", "3", "-i", "-stdout", tmp_path / "x.pdf").decode()
    sizes = {float(size) / 3 for size in re.findall(r'<fontspec [^>]*size="([\d.]+)"', told)}
    assert sizes
    assert all(7.0 <= size <= 8.1 for size in sizes), sizes
    about = run_tool("pdfinfo", tmp_path / "x.pdf").decode()
    assert "Pages:           1\n" in about
    width, height = re.search(r"Page size: +([\d.]+) x ([\d.]+) pts", about).groups()
    assert float(width) == pytest.approx(85 * POINTS_PER_MM, abs=0.6)
    assert float(height) == pytest.approx(page_of(name, "pdf").height * POINTS_PER_MM, abs=0.6)


@EVERY_FIGURE
def test_no_text_is_cut_or_lies_on_another(qtbot: Any, tmp_path: Path, name: str) -> None:
    (tmp_path / "x.pdf").write_bytes(in_column(name, "pdf"))
    told = run_tool("pdftotext", "-bbox-layout", tmp_path / "x.pdf", "-").decode()
    boxes = [
        [float(number) for number in line]
        for line in re.findall(r'<line xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)"', told)
    ]
    assert len(boxes) > 5
    lowest = page_of(name, "pdf").height * POINTS_PER_MM + 0.1
    for left, top, right, bottom in boxes:
        assert left >= 0 and top >= 0 and right <= 241 and bottom <= lowest  # noqa: PT018
    for index, (left, top, right, bottom) in enumerate(boxes):
        for other in boxes[index + 1 :]:
            apart = other[0] >= right or left >= other[2] or other[1] >= bottom - 1.5 or top >= other[3] - 1.5
            assert apart, (boxes[index], other)


@pytest.mark.parametrize("name", ["loss", "surface"])
@pytest.mark.parametrize("format_", ["png", "svg", "pdf"])
def test_the_same_picture_twice_is_the_same_file(qtbot: Any, name: str, format_: str) -> None:
    page = replace(COLUMN, format=format_)
    once, again = (picture_bytes(figure_of(name), page) for _ in range(2))
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


@SOME_FIGURES
def test_other_programs_paint_an_svg_and_a_pdf_like_the_png(qtbot: Any, tmp_path: Path, name: str) -> None:
    page = replace(COLUMN, dpi=150)
    png = pixels(QImage.fromData(picture_bytes(figure_of(name), page)))
    for format_ in ("svg", "pdf"):
        path = tmp_path / f"x.{format_}"
        path.write_bytes(picture_bytes(figure_of(name), replace(page, format=format_)))
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


def test_looks_and_colours_reach_the_picture(qtbot: Any) -> None:
    small = Page(60, 45, dpi=100, text_pt=6, caption=False)
    assert image_of_page(figure_of("loss"), replace(small, look="dark")).pixelColor(2, 2).name() == DARK.card
    clear = QImage.fromData(picture_bytes(figure_of("loss"), replace(small, look="transparent")))
    assert clear.pixelColor(2, 2).alpha() == 0
    assert clear.hasAlphaChannel()
    for colors, other in (("viridis", "cividis"), ("cividis", "viridis")):
        painted = pixels(image_of_page(figure_of("surface"), replace(small, colors=colors))).reshape(-1, 3)
        painted = painted[np.ptp(painted, axis=1) > 40][::20]
        assert distance(painted, colors) < 4 < 8 < distance(painted, other)


def distance(painted: np.ndarray, colors: str) -> float:
    """How far most colours (n, 3) are from those of a table."""
    table = colormap(colors)[::8].astype(float)
    away = np.linalg.norm(painted[:, None] - table[None], axis=2).min(axis=1)
    return float(np.median(away))


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_can_be_made(qtbot: Any, preset: str) -> None:
    page = PRESETS[preset][1]
    image = image_of_page(figure_of("loss"), replace(page, dpi=round(page.dpi / 4), width=page.width / 4,
                                                   height=page.height / 4)
                          if page.unit == "px" else replace(page, dpi=72))  # fmt: skip
    assert image.width() / image.height() == pytest.approx(page.width / page.height, rel=0.01)


def test_a_caption_stands_below_where_there_is_room_and_else_in_the_file_alone(qtbot: Any) -> None:
    def texts(page: Page) -> tuple[str, str]:
        root = ElementTree.fromstring(picture_bytes(figure_of("loss"), replace(page, format="svg")))
        drawn = " ".join("".join(text.itertext()) for text in root.iter(f"{SVG}text"))
        return drawn, root.find(f"{SVG}desc").text

    drawn, told = texts(NOTE)
    assert "binary cross-entropy" in drawn
    assert "binary cross-entropy" in told
    for page in (replace(NOTE, caption=False), replace(NOTE, width=60, height=40)):
        drawn, told = texts(page)
        assert "binary cross-entropy" not in drawn
        assert "binary cross-entropy" in told
    assert not made_picture(figure_of("loss"), NOTE).fit.caption_left_out
    assert made_picture(figure_of("loss"), replace(NOTE, width=60, height=40)).fit.caption_left_out
