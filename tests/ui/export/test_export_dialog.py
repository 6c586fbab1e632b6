"""The fields of the export dialog, what it remembers, and the preview that is the file."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest

from playground.drawing.kit.theme import DARK
from playground.engine.recording.saved_run import saved_run_of
from playground.export.carried_run import CarriedRunError, read_carried_run
from playground.export.page import COLUMN, SLIDE, WIDE
from playground.export.picture import NO_ROOM
from playground.landscape.pieces import finish
from playground.ui.data.feature import DataFeature
from playground.ui.export.dialog import ExportDialog, remembered_page
from playground.ui.loss.feature import LossFeature
from playground.ui.surface.feature import SurfaceFeature
from tests.support.fake_workbench import FakeWorkbench

SMOOTH = Qt.TransformationMode.SmoothTransformation


@pytest.fixture
def window(qtbot, open_bench) -> FakeWorkbench:
    window = open_bench(SurfaceFeature, DataFeature, LossFeature)
    window.lab.run_exactly(20)
    qtbot.waitUntil(lambda: window.snapshot is not None and window.snapshot.view.step == 20)
    return window


@pytest.fixture
def dialog(qtbot, window: FakeWorkbench) -> ExportDialog:
    dialog = ExportDialog(window.exporter, window.preferences, "loss", window)
    qtbot.addWidget(dialog)
    return dialog


def choose(box, value: object) -> None:
    box.setCurrentIndex(box.findData(value))


def pixels(image: QImage) -> np.ndarray:
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).astype(float)


def test_a_preset_fills_the_fields_and_a_change_makes_it_an_own_size(dialog: ExportDialog) -> None:
    assert dialog.page() == SLIDE
    choose(dialog.size_box, "column")
    assert dialog.page() == COLUMN
    assert (dialog.width_box.text(), dialog.text_box.text()) == ("85 mm", "8 pt")
    dialog.text_box.set_number(7.5)
    assert dialog.size_box.currentText() == "Own size"
    assert dialog.page() == replace(COLUMN, text_pt=7.5)


def test_the_list_of_what_to_export_shows_all_of_it_at_once(qtbot, open_window) -> None:
    window = open_window()
    dialog = ExportDialog(window.exporter, window.preferences, "loss", window)
    qtbot.addWidget(dialog)
    box = dialog.what_box
    dialog.show()
    box.showPopup()
    rows = box.view()
    qtbot.waitUntil(lambda: rows.visualRect(rows.model().index(0, 0)).isValid())
    assert box.count() > 10
    last = rows.visualRect(rows.model().index(box.count() - 1, 0))
    assert rows.viewport().rect().contains(last.center())
    box.hidePopup()


def test_another_unit_is_the_same_size(dialog: ExportDialog) -> None:
    choose(dialog.size_box, "column")
    choose(dialog.unit_box, "cm")
    assert (dialog.width_box.text(), dialog.height_box.text()) == ("8.5 cm", "6.4 cm")
    choose(dialog.unit_box, "px")
    assert dialog.page().pixels == COLUMN.pixels
    assert dialog.dpi_box.isEnabled()
    choose(dialog.format_box, "pdf")
    choose(dialog.unit_box, "mm")
    assert not dialog.dpi_box.isEnabled()


@pytest.mark.parametrize("format_", ["png", "svg"])
def test_the_preview_is_the_file_at_a_smaller_size(
    dialog: ExportDialog, tmp_path: Path, format_: str
) -> None:
    choose(dialog.size_box, "column")
    choose(dialog.look_box, "dark")
    choose(dialog.format_box, format_)
    dialog.show_preview()
    shown = dialog.preview.pixmap().toImage()
    choose(dialog.format_box, "png")
    assert dialog.save_to(tmp_path / "loss")
    whole = QImage(str(tmp_path / "loss.png"))
    assert whole.pixelColor(2, 2).name() == DARK.card
    assert shown.width() / shown.height() == pytest.approx(whole.width() / whole.height(), rel=0.01)
    shrunk = whole.scaled(
        shown.width() // 4, shown.height() // 4, Qt.AspectRatioMode.IgnoreAspectRatio, SMOOTH
    )
    again = shown.scaled(shrunk.width(), shrunk.height(), Qt.AspectRatioMode.IgnoreAspectRatio, SMOOTH)
    assert np.abs(pixels(shrunk) - pixels(again)).mean() < 4.0


def test_the_preview_follows_a_change_by_itself(qtbot, dialog: ExportDialog) -> None:
    dialog.show()
    qtbot.waitUntil(lambda: not dialog.preview.pixmap().isNull())
    before = dialog.preview.pixmap().cacheKey()
    choose(dialog.look_box, "dark")
    qtbot.waitUntil(lambda: dialog.preview.pixmap().cacheKey() != before)
    assert dialog.preview.pixmap().toImage().pixelColor(2, 2).name() == DARK.card


@pytest.mark.parametrize("what", ["loss", "surface", "sheet"])
def test_the_window_answers_while_a_preview_is_made(
    qtbot, window: FakeWorkbench, dialog: ExportDialog, what: str
) -> None:
    qtbot.waitUntil(lambda: window.surface_view.answer is not None)
    choose(dialog.size_box, "wide")
    choose(dialog.what_box, what)
    turns: list[bool] = []
    clock = QTimer(dialog, interval=0)
    clock.timeout.connect(lambda: turns.append(dialog.preview.pixmap().isNull()))
    dialog.show()
    qtbot.waitExposed(dialog)
    began: list[int] = []
    dialog.making.connect(lambda: began.append(len(turns)))
    clock.start()
    qtbot.waitUntil(lambda: not dialog.preview.pixmap().isNull())
    assert len(began) >= 5
    assert all(later > earlier for earlier, later in pairwise(began)), "a turn between any two pieces"


def test_what_is_shown_is_pixel_by_pixel_the_file_at_that_resolution(
    qtbot, window: FakeWorkbench, dialog: ExportDialog
) -> None:
    qtbot.waitUntil(lambda: window.surface_view.answer is not None)
    for what in ("surface", "sheet"):
        shown = finish(window.exporter.shown_in_pieces(what, WIDE, 420, 330))
        small = replace(WIDE.within(420, 330), run=False)
        file = QImage.fromData(window.exporter.picture(what, small).content)
        assert np.array_equal(pixels(shown.image), pixels(file))


def test_a_preview_waits_while_an_arrow_of_a_field_is_held(qtbot, dialog: ExportDialog) -> None:
    dialog.show()
    qtbot.waitUntil(lambda: not dialog.preview.pixmap().isNull())
    before = dialog.preview.pixmap().cacheKey()
    began: list[None] = []
    dialog.making.connect(lambda: began.append(None))
    box = dialog.dpi_box
    up = QPoint(box.width() - 8, box.height() // 4)
    value = box.value()
    QTest.mousePress(box, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, up)
    qtbot.waitUntil(lambda: box.value() >= value + 6)
    assert not began
    QTest.mouseRelease(box, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, up)
    qtbot.waitUntil(lambda: dialog.preview.pixmap().cacheKey() != before)
    assert began


def test_a_change_drops_the_preview_that_is_on_its_way(qtbot, dialog: ExportDialog) -> None:
    looks: list[str] = []

    def change() -> None:
        looks.append(str(dialog.look_box.currentData()))
        if len(looks) == 2:
            choose(dialog.look_box, "dark")

    dialog.making.connect(change)
    dialog.show()
    qtbot.waitUntil(lambda: not dialog.preview.pixmap().isNull())
    assert dialog.preview.pixmap().toImage().pixelColor(2, 2).name() == DARK.card, "no light one before it"
    assert looks[2:] == ["dark"] * (len(looks) - 2)


def test_a_caption_without_room_and_a_page_that_cannot_be_are_told(dialog: ExportDialog) -> None:
    choose(dialog.size_box, "column")
    dialog.show_preview()
    assert dialog.problem.text() == ""
    dialog.caption_box.setChecked(True)
    dialog.height_box.set_number(40)
    dialog.show_preview()
    assert dialog.problem.text() == NO_ROOM
    dialog.text_box.set_number(40)
    dialog.show_preview()
    assert "too high for a width of 85 mm" in dialog.preview.text()
    assert not dialog.save_to("nowhere.png")
    assert "too high for a width of 85 mm" in dialog.problem.text()


def test_what_was_chosen_is_remembered_and_copying_follows_it(
    qtbot, window: FakeWorkbench, dialog: ExportDialog, tmp_path: Path
) -> None:
    choose(dialog.size_box, "column")
    choose(dialog.colors_box, "cividis")
    choose(dialog.format_box, "svg")
    assert dialog.save_to(tmp_path / "loss")
    again = ExportDialog(window.exporter, window.preferences, "loss", window)
    qtbot.addWidget(again)
    assert again.page() == replace(COLUMN, colors="cividis", format="svg")
    assert again.size_box.currentText() == "Column of a paper, 85 mm"
    assert remembered_page(window.preferences) == again.page()
    QGuiApplication.clipboard().clear()
    again.copy()
    image = QGuiApplication.clipboard().image()
    assert (image.width(), image.height()) == COLUMN.pixels


def test_a_figure_carries_the_run_of_the_window_where_the_switch_is_on(
    window: FakeWorkbench, dialog: ExportDialog, tmp_path: Path
) -> None:
    assert dialog.save_to(tmp_path / "with.png")
    state = saved_run_of(read_carried_run((tmp_path / "with.png").read_bytes()).run).state
    assert state.step == 20
    assert state.checkpoint.theta.tobytes() == window.snapshot.view.checkpoint.theta.tobytes()
    dialog.run_box.setChecked(False)
    assert dialog.save_to(tmp_path / "without.png")
    with pytest.raises(CarriedRunError):
        read_carried_run((tmp_path / "without.png").read_bytes())


def test_a_sheet_has_the_plots_of_the_window(qtbot, window: FakeWorkbench, tmp_path: Path) -> None:
    qtbot.waitUntil(lambda: window.surface_view.answer is not None)
    dialog = ExportDialog(window.exporter, window.preferences, "sheet", window)
    qtbot.addWidget(dialog)
    choose(dialog.size_box, "wide")
    choose(dialog.format_box, "svg")
    assert dialog.save_to(tmp_path / "sheet")
    words = (tmp_path / "sheet.svg").read_text(encoding="utf-8")
    for panel in ("(a) Loss around the weights.", "(b) Loss.", "(c) Data and"):
        assert panel in words


def test_the_numbers_of_the_surface_are_those_on_the_screen(
    qtbot, window: FakeWorkbench, tmp_path: Path
) -> None:
    qtbot.waitUntil(lambda: window.surface_view.answer is not None and window.surface_view.answer.complete)
    dialog = ExportDialog(window.exporter, window.preferences, "surface_numbers", window)
    qtbot.addWidget(dialog)
    assert not dialog.format_box.isEnabled()
    assert dialog.save_to(tmp_path / "surface")
    with np.load(tmp_path / "surface.npz", allow_pickle=False) as numbers:
        surface = window.surface_view.answer.surface
        np.testing.assert_array_equal(numbers["values"], surface.values)
        np.testing.assert_array_equal(numbers["origin"], surface.plane.origin)
        about = json.loads(str(numbers["about"]))
    assert about["plane"] == "rehearsal"
    assert about["seed"] is None


def test_a_history_for_a_spreadsheet_is_one_file(qtbot, window: FakeWorkbench, tmp_path: Path) -> None:
    dialog = ExportDialog(window.exporter, window.preferences, "history", window)
    qtbot.addWidget(dialog)
    dialog.show_preview()
    assert "notes" in dialog.preview.text()
    assert "decimal sign" not in dialog.preview.text()
    dialog.spreadsheet_box.setChecked(True)
    dialog.show_preview()
    assert "decimal sign" in dialog.preview.text()
    assert dialog.save_to(tmp_path / "run")
    assert [path.name for path in tmp_path.glob("run*")] == ["run.csv"]
    assert (tmp_path / "run.csv").read_bytes().startswith(b"\xef\xbb\xbfstep")
    again = ExportDialog(window.exporter, window.preferences, "surface_numbers", window)
    qtbot.addWidget(again)
    assert again.spreadsheet_box.isChecked(), "the choice is remembered"
    assert not again.for_spreadsheet, "arrays are no table"
    choose(again.what_box, "loss")
    assert not again.spreadsheet_box.isEnabled()
