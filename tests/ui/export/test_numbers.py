"""Numbers of views from the export dialog: what is on the screen, with notes, or for a spreadsheet."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from playground.experiment import DataSettings, Experiment, ExperimentFile, NetworkSettings
from playground.files.atomic import ExportError
from playground.ui.data.feature import DataFeature
from playground.ui.export.dialog import ExportDialog
from playground.ui.export.exporter import HISTORY, SURFACE_NUMBERS
from playground.ui.loss.feature import LossFeature
from playground.ui.rate.feature import RateFeature
from playground.ui.rate.first_overshoot_feature import FirstOvershootFeature
from playground.ui.rate.limit_feature import LimitFeature
from playground.ui.rate.lookahead_feature import LookaheadFeature
from playground.ui.rate_map.feature import MapFeature
from playground.ui.runs.kept_runs import KeptRunsFeature
from playground.ui.runs.other_runs_feature import OtherRunsFeature
from playground.ui.sharpness.feature import SharpnessFeature
from playground.ui.surface.feature import SurfaceFeature
from tests.support.fake_workbench import FakeWorkbench
from tests.support.features import bench_with, feature_of
from tests.support.save_answers import Answers

LINE = ExperimentFile(Experiment(DataSettings("noisy_line", points=30), NetworkSettings(())))
STEPS = 12
OFFERED = ("lookahead_numbers", "map_numbers", "sharpness_numbers", "kept_runs")
PRECIOUS = b"precious"

open_views = bench_with(
    SurfaceFeature,
    DataFeature,
    LossFeature,
    RateFeature,
    FirstOvershootFeature,
    LimitFeature,
    LookaheadFeature,
    SharpnessFeature,
    MapFeature,
    OtherRunsFeature,
    KeptRunsFeature,
)


@pytest.fixture
def answers(qtbot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Answers]:
    answers = Answers(monkeypatch)
    yield answers
    answers.stop()


@pytest.fixture
def measured(qtbot, open_views) -> FakeWorkbench:
    """A run of a few steps with look-ahead, map, sharpness and a kept run."""
    window = open_views(LINE)
    window.lab.run_exactly(STEPS)
    qtbot.waitUntil(lambda: window.snapshot is not None and window.snapshot.view.step == STEPS)
    feature_of(window, KeptRunsFeature).keep_present()
    ahead = feature_of(window, LookaheadFeature)
    window.actions_by_name["show_lookahead"].trigger()
    qtbot.waitUntil(lambda: ahead.answer is not None and ahead.answer.complete and ahead.answer.step == STEPS)
    window.actions_by_name["show_sharpness"].trigger()
    qtbot.waitUntil(lambda: len(feature_of(window, SharpnessFeature).record) > 1)
    a_map = feature_of(window, MapFeature)
    a_map.view.steps_box.setCurrentIndex(0)
    window.actions_by_name["rate_map"].trigger()
    qtbot.waitUntil(lambda: a_map.complete)
    qtbot.waitUntil(lambda: window.surface_view.answer is not None and window.surface_view.answer.complete)
    return window


def dialog_for(qtbot, window: FakeWorkbench, what: str) -> ExportDialog:
    dialog = ExportDialog(window.exporter, window.preferences, what, window)
    qtbot.addWidget(dialog)
    return dialog


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_numbers_of_every_view_are_written_with_their_notes_and_never_over_a_file_unasked(
    qtbot, measured: FakeWorkbench, answers: Answers, tmp_path: Path
) -> None:
    assert set(measured.exporter.numbers) == {HISTORY, SURFACE_NUMBERS, *OFFERED}
    for what in measured.exporter.numbers:
        folder = tmp_path / what
        folder.mkdir()
        dialog = dialog_for(qtbot, measured, what)
        answers.typed = str(folder / "mine")
        dialog.save_button.click()
        assert dialog.saved == folder / f"mine{dialog.suffix}"
        written = set(folder.iterdir())
        assert written == {dialog.saved, *measured.exporter.beside(what, dialog.saved)}
        assert answers.asked == []
        # Each of the files alone is asked about, whichever it is.
        for one in written:
            for other in written:
                other.unlink(missing_ok=True)
            one.write_bytes(PRECIOUS)
            dialog = dialog_for(qtbot, measured, what)
            dialog.save_button.click()
            assert answers.asked == [f"“{one.name}” is there already. Replace it?"]
            assert list(folder.iterdir()) == [one]
            assert one.read_bytes() == PRECIOUS
            assert "is as before" in dialog.problem.text()
            answers.asked.clear()


def test_the_tables_hold_what_the_views_show_for_spreadsheets_too(
    qtbot, measured: FakeWorkbench, tmp_path: Path
) -> None:
    tables, notes = {}, {}
    for what in OFFERED:
        assert dialog_for(qtbot, measured, what).save_to(tmp_path / what)
        tables[what] = read(tmp_path / f"{what}.csv")
        notes[what] = json.loads((tmp_path / f"{what}.notes.json").read_text(encoding="utf-8"))
        assert list(notes[what]["columns"]) == list(tables[what][0])
    ahead = feature_of(measured, LookaheadFeature).answer.lookahead
    rows = tables["lookahead_numbers"]
    assert [float(row["learning rate α"]) for row in rows] == ahead.learning_rates.tolist()
    np.testing.assert_array_equal([float(row["training loss J reached"]) for row in rows], ahead.losses)
    assert notes["lookahead_numbers"]["step"] == STEPS
    assert notes["lookahead_numbers"]["training loss J now"] == measured.snapshot.view.train_loss
    a_map = feature_of(measured, MapFeature).rows
    rows = tables["map_numbers"]
    assert len(rows) == 20 * 48
    np.testing.assert_array_equal(
        [float(row["training loss J reached"]) for row in rows], a_map.losses.ravel()
    )
    assert notes["map_numbers"]["seeds without rows"] == []
    record = feature_of(measured, SharpnessFeature).record
    told = {int(row["step"]): float(row["largest eigenvalue λmax"]) for row in tables["sharpness_numbers"]}
    # Earlier steps may have been filled in since the table was written.
    assert told.items() <= {sample.step: sample.largest for sample in record.samples}.items()
    assert STEPS in told
    assert {row["run"] for row in tables["kept_runs"]} == {"run 1", "now"}
    (tmp_path / "sheets").mkdir()
    for what in OFFERED:
        dialog = dialog_for(qtbot, measured, what)
        dialog.spreadsheet_box.setChecked(True)
        assert dialog.save_to(tmp_path / "sheets" / what)
        content = (tmp_path / "sheets" / f"{what}.csv").read_bytes()
        assert content.startswith(b"\xef\xbb\xbf")
        assert content.count(b"\r\n") == content.count(b"\n") > 2
    assert len(list((tmp_path / "sheets").iterdir())) == len(OFFERED), "no notes"


def test_what_is_not_there_yet_is_refused_in_a_sentence(qtbot, open_views, tmp_path: Path) -> None:
    window = open_views(LINE)
    qtbot.waitUntil(lambda: window.snapshot is not None)
    for what in OFFERED:
        dialog = dialog_for(qtbot, window, what)
        assert not dialog.save_to(tmp_path / "nothing")
        assert "to export yet" in dialog.problem.text()
        with pytest.raises(ExportError, match="to export yet"):
            window.exporter.save_numbers(what, tmp_path / "nothing.csv", spreadsheet=True)
    assert list(tmp_path.iterdir()) == []
