"""A figure of the user's own points carries its run only after a tick that names them."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication

from playground.engine.recording.saved_run import saved_run_of
from playground.experiment import DataSettings, Experiment, ExperimentFile
from playground.export.carried_run import CarriedRunError, read_carried_run
from playground.known_tables import data_at_hand
from playground.ui.export.dialog import ExportDialog
from playground.ui.loss.feature import LossFeature
from tests.support.strokes import stroke
from tests.support.tables import FOUR_POINTS

OWN = DataSettings.of_table(FOUR_POINTS, test_share=0.0)


def opened(open_bench, qtbot, data: DataSettings) -> ExportDialog:
    bench = open_bench(LossFeature, file=ExperimentFile(Experiment(data)))
    dialog = ExportDialog(bench.exporter, bench.preferences, "loss", bench)
    qtbot.addWidget(dialog)
    return dialog


def test_own_points_are_put_into_a_picture_only_after_the_tick(open_bench, qtbot, tmp_path: Path) -> None:
    dialog = opened(open_bench, qtbot, OWN)
    assert dialog.run_box.text() == "Carry the run: puts your 4 rows into the picture"
    assert dialog.run_box.isEnabled()
    assert not dialog.run_box.isChecked()
    for format_ in ("png", "svg", "pdf"):
        dialog.format_box.setCurrentIndex(dialog.format_box.findData(format_))
        assert dialog.save_to(tmp_path / f"without.{format_}")
        with pytest.raises(CarriedRunError, match="carries no run"):
            read_carried_run((tmp_path / f"without.{format_}").read_bytes())
    dialog.size_box.setCurrentIndex(1)
    assert not dialog.run_box.isChecked(), "a preset sets no tick"
    dialog.run_box.setChecked(True)
    assert dialog.save_to(tmp_path / "with.pdf")
    state = saved_run_of(read_carried_run((tmp_path / "with.pdf").read_bytes()).run).state
    assert state.experiment.data == OWN


def test_the_tick_is_not_remembered_and_leaves_what_is_remembered_of_other_runs(
    open_bench, qtbot, tmp_path: Path
) -> None:
    first = opened(open_bench, qtbot, OWN)
    first.run_box.setChecked(True)
    assert first.save_to(tmp_path / "a.png")
    assert not opened(open_bench, qtbot, OWN).run_box.isChecked()
    generated = opened(open_bench, qtbot, DataSettings())
    assert generated.run_box.isChecked()
    generated.run_box.setChecked(False)
    assert generated.save_to(tmp_path / "b.png")
    assert not opened(open_bench, qtbot, DataSettings()).run_box.isChecked()


@pytest.mark.parametrize("data", [DataSettings(), data_at_hand("iris")], ids=["generated", "at hand"])
def test_other_points_need_no_tick(open_bench, qtbot, data: DataSettings) -> None:
    dialog = opened(open_bench, qtbot, data)
    assert dialog.run_box.text() == "Carry the run"
    assert dialog.run_box.isChecked()


def test_points_that_come_while_the_dialog_is_open_are_asked_about(open_bench, qtbot, tmp_path: Path) -> None:
    bench = open_bench(LossFeature, file=ExperimentFile(Experiment(DataSettings(points=40))))
    dialog = ExportDialog(bench.exporter, bench.preferences, "loss", bench)
    qtbot.addWidget(dialog)
    assert dialog.run_box.isChecked()
    # A log that the run follows does the same.
    bench.lab.change_points(stroke(added=[[1.0, 2.0, 1]]))
    qtbot.waitUntil(lambda: len(bench.snapshot.view.history.changes) == 1)
    file = tmp_path / "a.png"
    assert not dialog.save_to(file)
    assert not file.exists()
    assert "your 41 rows" in dialog.problem.text()
    assert not dialog.run_box.isChecked()
    assert dialog.save_to(file)
    with pytest.raises(CarriedRunError):
        read_carried_run(file.read_bytes())
    dialog.run_box.setChecked(True)
    assert dialog.run_box.text() == "Carry the run: puts your 41 rows into the picture"
    assert dialog.save_to(file)
    assert read_carried_run(file.read_bytes())


def test_a_painted_point_that_was_taken_back_is_in_the_log_all_the_same(open_bench, qtbot) -> None:
    bench = open_bench(LossFeature, file=ExperimentFile(Experiment(DataSettings(points=40))))
    bench.lab.change_points(stroke(added=[[1.0, 2.0, 1]]))
    bench.lab.undo()
    qtbot.waitUntil(lambda: len(bench.snapshot.view.history.changes) == 2)
    assert bench.snapshot.view.data == DataSettings(points=40)
    dialog = ExportDialog(bench.exporter, bench.preferences, "loss", bench)
    qtbot.addWidget(dialog)
    assert "your 1 row" in dialog.run_box.text()
    assert not dialog.run_box.isChecked()


def test_what_is_copied_carries_no_run(open_bench, qtbot) -> None:
    dialog = opened(open_bench, qtbot, OWN)
    dialog.run_box.setChecked(True)
    dialog.copy()
    mime = QGuiApplication.clipboard().mimeData()
    assert mime.hasImage()
    assert not mime.imageData().textKeys(), "the image alone, without texts"
