"""Pictures are opened again and looked into."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from PySide6.QtCore import QByteArray
from PySide6.QtGui import QFont, QFontInfo, QImage

from playground.drawing.kit.theme import DARK, PRINT, Theme
from playground.engine.network import network_of
from playground.engine.trainer import Trainer
from playground.experiment import Experiment
from playground.export.figures import boundary_figure, loss_figure, surface_figure
from playground.export.picture import image_of, save_png, save_svg
from playground.files.atomic import ExportError
from playground.landscape.boundary import boundary
from playground.landscape.questions.context import Context
from playground.landscape.questions.surface import SurfaceQuestion

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def figures() -> dict[str, Any]:
    """The three figures of a run whose learning rate was changed once."""
    trainer = Trainer(Experiment())
    trainer.advance(60)
    trainer.learning_rate = 1.0
    trainer.advance(60)
    view = trainer.view()
    question = SurfaceQuestion(1, view.step, view.parameters, view.history.path, kind="path", resolution=51)
    answer = [entry for entry in question.answers(Context(trainer.experiment)) if entry is not None][-1]
    field = boundary(network_of(trainer.experiment), view.parameters, trainer.samples)
    return {
        "loss": loss_figure(view),
        "surface": surface_figure(answer, view),
        "boundary": boundary_figure(trainer.samples, field),
    }


def texts(path: Path) -> str:
    root = ElementTree.parse(path).getroot()
    return " ".join("".join(entry.itertext()).strip() for entry in root.iter(f"{SVG}text"))


EVERY_FIGURE = pytest.mark.parametrize("name", ["loss", "surface", "boundary"])


@EVERY_FIGURE
def test_a_png_has_the_size_and_the_dpi_asked_for(
    qtbot: Any, tmp_path: Path, figures: dict[str, Any], name: str
) -> None:
    save_png(figures[name], tmp_path / "x.png", 1100, 700, 300)
    image = QImage(str(tmp_path / "x.png"))
    assert (image.width(), image.height()) == (1100, 700)
    assert image.dotsPerMeterX() * 0.0254 == pytest.approx(300, abs=0.1)
    assert image.dotsPerMeterY() * 0.0254 == pytest.approx(300, abs=0.1)
    assert image.pixelColor(2, 2).name() == PRINT.card


@EVERY_FIGURE
def test_a_large_picture_looks_like_a_small_one(qtbot: Any, figures: dict[str, Any], name: str) -> None:
    """Scaled down again, three times the size is the same picture: no hairlines, no ticks gone astray."""
    small = image_of(figures[name], 800, 560)
    large = image_of(figures[name], 2400, 1680)
    difference = np.abs(gray(shrunk(large, 3)) - gray(small))
    assert difference.mean() < 2.0
    assert ink(gray(large)) == pytest.approx(ink(gray(small)), rel=0.05)


def shrunk(image: QImage, times: int) -> QImage:
    pixels = rgb(image)
    high, wide = pixels.shape[0] // times, pixels.shape[1] // times
    mean = pixels.reshape(high, times, wide, times, 3).mean(axis=(1, 3)).astype(np.uint8)
    return QImage(
        np.ascontiguousarray(mean).tobytes(), wide, high, 3 * wide, QImage.Format.Format_RGB888
    ).copy()


def rgb(image: QImage) -> np.ndarray:
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()


def gray(image: QImage) -> np.ndarray:
    return rgb(image).mean(axis=2)


def ink(pixels: np.ndarray) -> float:
    return float((255.0 - pixels).mean())


@EVERY_FIGURE
def test_an_svg_parses_and_holds_its_words_as_text(
    qtbot: Any, tmp_path: Path, figures: dict[str, Any], name: str
) -> None:
    save_svg(figures[name], tmp_path / "x.svg", 900, 600)
    root = ElementTree.parse(tmp_path / "x.svg").getroot()
    assert root.tag == f"{SVG}svg"
    assert (root.get("width"), root.get("height")) == ("900", "600")
    view_box = [float(number) for number in (root.get("viewBox") or "").split()]
    assert view_box[2] / view_box[3] == pytest.approx(1.5, rel=1e-3)
    words = texts(tmp_path / "x.svg")
    wanted = {
        "loss": ("step", "J", "80", "100", "training", "test", "α", "0.5"),
        "surface": ("along direction 1", "along direction 2", "start", "now", "0.3 → 1", "variance"),
        "boundary": ("x₁", "x₂", "class 0", "class 1", "boundary", "−4"),
    }[name]
    for word in wanted:
        assert word in words


@EVERY_FIGURE
def test_nothing_in_an_svg_lies_outside_its_page(
    qtbot: Any, tmp_path: Path, figures: dict[str, Any], name: str
) -> None:
    """The SVG writer clips nothing, so every line has to be cut before."""
    save_svg(figures[name], tmp_path / "x.svg", 800, 560)
    root = ElementTree.parse(tmp_path / "x.svg").getroot()
    found = 0
    for group in root.iter(f"{SVG}g"):
        matrix = group.get("transform", "matrix(1,0,0,1,0,0)")
        m11, m12, m21, m22, dx, dy = (float(n) for n in matrix.removeprefix("matrix(").rstrip(")").split(","))
        for line in group.findall(f"{SVG}polyline"):
            for pair in (line.get("points") or "").split():
                x, y = (float(number) for number in pair.split(","))
                found += 1
                assert -1 <= m11 * x + m21 * y + dx <= 801
                assert -1 <= m12 * x + m22 * y + dy <= 561
    assert found > 3


def test_the_surface_in_an_svg_is_an_image_finer_than_the_page(
    qtbot: Any, tmp_path: Path, figures: dict[str, Any]
) -> None:
    save_svg(figures["surface"], tmp_path / "x.svg", 800, 560)
    sizes = []
    for entry in ElementTree.parse(tmp_path / "x.svg").getroot().iter(f"{SVG}image"):
        data = entry.get("{http://www.w3.org/1999/xlink}href") or ""
        image = QImage.fromData(QByteArray(base64.b64decode(data.partition(",")[2])))
        sizes.append(image.width())
    assert max(sizes) > 1000


def test_a_picture_can_keep_the_colours_of_the_screen(qtbot: Any, figures: dict[str, Any]) -> None:
    assert image_of(figures["loss"], 640, 480, theme=DARK).pixelColor(2, 2).name() == DARK.card


@pytest.mark.parametrize(
    ("width", "height", "dpi"), [(0, 100, 96), (50_000, 600, 96), (900, 70, 96), (800, 600, 0)]
)
def test_an_impossible_picture_is_refused_in_one_sentence(
    qtbot: Any, tmp_path: Path, figures: dict[str, Any], width: int, height: int, dpi: int
) -> None:
    with pytest.raises(ExportError) as error:
        save_png(figures["loss"], tmp_path / "x.png", width, height, dpi)
    assert str(error.value).endswith(".")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", ["png", "svg"])
def test_a_place_that_cannot_be_written_is_named(
    qtbot: Any, tmp_path: Path, figures: dict[str, Any], suffix: str
) -> None:
    path = tmp_path / "nowhere" / f"x.{suffix}"
    savers: dict[str, Callable[..., None]] = {"png": save_png, "svg": save_svg}
    with pytest.raises(ExportError) as error:
        savers[suffix](figures["loss"], path, 800, 600)
    assert str(path) in str(error.value)


def test_a_figure_of_any_data_can_be_made(qtbot: Any) -> None:
    theme: Theme = PRINT
    for dataset in ("hours_of_study", "sine", "gaussian_bumps"):
        trainer = Trainer(Experiment().with_value("data.dataset", dataset))
        trainer.advance(5)
        view = trainer.view()
        field = boundary(network_of(trainer.experiment), view.parameters, trainer.samples, resolution=41)
        image = image_of(boundary_figure(trainer.samples, field), 640, 480, theme=theme)
        assert ink(gray(image)) > 1.0
        assert ink(gray(image_of(loss_figure(view, log=False), 640, 480))) > 1.0


def test_an_svg_names_the_family_that_was_used_and_a_generic_one(
    qtbot: Any, tmp_path: Path, figures: dict[str, Any]
) -> None:
    """Any other program has to find a font like the one that the text was laid out with."""
    save_svg(figures["loss"], tmp_path / "x.svg", 900, 600)
    root = ElementTree.parse(tmp_path / "x.svg").getroot()
    families = {node.get("font-family") for node in root.iter() if node.get("font-family")}
    used = QFontInfo(QFont()).family()
    assert families == {f"'{used}', sans-serif"}
    assert "step" in texts(tmp_path / "x.svg")
