"""Exports from the window: what was seen is what lies in the file."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QGuiApplication, QImage

from playground.experiment import ExperimentFile
from playground.export.history_csv import read_history
from playground.files.atomic import ExportError
from playground.ui.activations.feature import ActivationFeature
from playground.ui.data.feature import DataFeature
from playground.ui.export.dialog import ExportDialog
from playground.ui.loss.feature import LossFeature
from playground.ui.main_window import MainWindow
from playground.ui.sharpness.feature import SharpnessFeature
from playground.ui.surface.feature import SurfaceFeature
from tests.support.fake_workbench import FakeWorkbench
from tests.support.features import bench_with

open_plots = bench_with(SurfaceFeature, DataFeature, LossFeature, SharpnessFeature, ActivationFeature)


@pytest.fixture
def trained(qtbot, open_plots) -> FakeWorkbench:
    window = open_plots()
    window.lab.set_speed(None)
    window.lab.run_exactly(30)
    qtbot.waitUntil(lambda: window.snapshot.view.step == 30)
    qtbot.waitUntil(lambda: window.surface_view.answer is not None and window.surface_view.answer.complete)
    qtbot.waitUntil(lambda: window.data_view.answer is not None and window.data_view.answer.step == 30)
    return window


def dialog_for(qtbot, window: MainWindow | FakeWorkbench, what: str) -> ExportDialog:
    dialog = ExportDialog(window.exporter, window.preferences, what, window)
    qtbot.addWidget(dialog)
    return dialog


@pytest.mark.parametrize("what", ["surface", "loss", "boundary"])
def test_a_plot_becomes_a_png_of_the_asked_size_and_an_svg_with_text(
    qtbot, trained, tmp_path: Path, what: str
) -> None:
    dialog = dialog_for(qtbot, trained, what)
    dialog.width_box.setValue(900)
    dialog.height_box.setValue(600)
    assert dialog.size_box.currentText() == "Own size"
    assert dialog.save_to(tmp_path / "plot")
    image = QImage(str(tmp_path / "plot.png"))
    assert (image.width(), image.height()) == (900, 600)
    colors = {image.pixel(x, y) for x in range(0, 900, 7) for y in range(0, 600, 7)}
    assert len(colors) > 5, "not an empty sheet"
    dialog = dialog_for(qtbot, trained, what)
    dialog.format_box.setCurrentText("SVG")
    assert dialog.save_to(tmp_path / "plot.svg")
    root = ElementTree.parse(tmp_path / "plot.svg").getroot()
    words = " ".join("".join(node.itertext()) for node in root.iter() if node.tag.endswith("text"))
    expected = {"surface": "along direction 1", "loss": "step", "boundary": "x₁"}[what]
    assert expected in words


def test_the_history_reads_back_and_replays(qtbot, trained, tmp_path: Path) -> None:
    dialog = dialog_for(qtbot, trained, "history")
    assert not dialog.format_box.isEnabled()
    assert dialog.save_to(tmp_path / "run")
    read = read_history(tmp_path / "run.csv")
    seen = trained.snapshot.view.history.curves["train_loss"]
    np.testing.assert_array_equal(read["train_loss"].values, seen.values)
    file = ExperimentFile.from_json((tmp_path / "run.json").read_text())
    assert file.steps == 30
    assert file.experiment == trained.snapshot.view.experiment


def test_a_folder_that_is_not_there_is_said_in_the_dialog(qtbot, trained, tmp_path: Path) -> None:
    dialog = dialog_for(qtbot, trained, "loss")
    assert not dialog.save_to(tmp_path / "absent" / "loss.png")
    assert "absent" in dialog.problem.text()
    assert dialog.saved is None
    assert not (tmp_path / "absent").exists()


def test_a_plot_without_a_surface_says_so(qtbot, open_plots, tmp_path: Path) -> None:
    window = open_plots()
    window.surface_view.choose_plane("path")
    qtbot.waitUntil(lambda: window.surface_view.answer is not None)
    qtbot.waitUntil(lambda: window.surface_view.answer.surface is None)
    dialog = dialog_for(qtbot, window, "surface")
    assert not dialog.save_to(tmp_path / "surface.png")
    assert "choose another plane" in dialog.problem.text()


def test_a_plot_goes_to_the_clipboard(open_window) -> None:
    window = open_window()
    QGuiApplication.clipboard().clear()
    window.commands.copy("loss")
    image = QGuiApplication.clipboard().image()
    assert (image.width(), image.height()) == (1920, 1080)
    assert "clipboard" in window.notices.text


@pytest.mark.parametrize("what", ["layer_norms", "sharpness"])
def test_what_was_not_measured_is_refused_in_a_sentence(qtbot, open_plots, tmp_path: Path, what: str) -> None:
    window = open_plots()
    qtbot.waitUntil(lambda: window.snapshot is not None)
    with pytest.raises(ExportError, match="to export yet: open"):
        window.exporter.save_png(what, tmp_path / "nothing.png", 640, 480, 96)
    assert not (tmp_path / "nothing.png").exists()
