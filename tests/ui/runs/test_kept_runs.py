"""Runs that are left behind stay as pale lines, to be named, hidden, compared, exported and removed."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import Qt

from playground.experiment import DataSettings, Experiment, ExperimentFile, NetworkSettings, TrainingSettings
from playground.experiment_formula import FormulaSettings
from playground.ui.loss.feature import LossFeature
from playground.ui.runs.fork_feature import ForkFeature
from playground.ui.runs.kept_runs import MOST, NAME, KeptRunsFeature
from playground.ui.runs.other_runs_feature import OtherRunsFeature
from playground.ui.surface.feature import SurfaceFeature
from tests.support.fake_workbench import FakeWorkbench
from tests.support.features import bench_with, feature_of

SMALL = Experiment(DataSettings(points=40), NetworkSettings((2,)), TrainingSettings(learning_rate=0.5))


open_runs = bench_with(SurfaceFeature, LossFeature, KeptRunsFeature, ForkFeature, OtherRunsFeature)


def kept_of(window: FakeWorkbench) -> KeptRunsFeature:
    return feature_of(window, KeptRunsFeature)


def trained(window: FakeWorkbench, qtbot: Any, steps: int) -> None:
    window.lab.set_speed(None)
    window.lab.run_exactly(steps)
    qtbot.waitUntil(lambda: window.snapshot.state == "paused" and window.snapshot.view.step > 0)


def test_the_run_that_a_branch_leaves_stays_as_a_pale_line(qtbot, open_runs) -> None:
    window = open_runs(ExperimentFile(SMALL))
    trained(window, qtbot, 80)
    old = window.snapshot.view
    loss, surface = window.loss_view.drawing, window.surface_view.drawing
    window.lab.run_from(30, 2.0, go=False)
    qtbot.waitUntil(lambda: len(loss.others.runs) == 1)
    qtbot.waitUntil(lambda: len(surface.others.runs) == 1)
    pale = loss.others.runs[0]
    assert pale.look.pale
    assert (pale.steps[-1], pale.losses[-1]) == (80, old.train_loss)
    choice = window.surface_view.answer.choice
    np.testing.assert_allclose(surface.others.runs[0].path_ab[-1], choice.plane.project(old.parameters))
    assert loss.box.viewRect().right() >= 80, "the pale line is seen whole"

    kept = kept_of(window)
    kept.rename(0, "slow and steady")
    qtbot.waitUntil(lambda: loss.others.runs[0].label == "slow and steady")
    kept.show_run(0, False)
    qtbot.waitUntil(lambda: not loss.others.runs and not surface.others.runs)
    kept.show_run(0, True)
    qtbot.waitUntil(lambda: len(loss.others.runs) == 1)
    kept.remove(0)
    qtbot.waitUntil(lambda: not loss.others.runs)


def test_the_list_is_worked_with_mouse_and_keys(qtbot, open_runs) -> None:
    window = open_runs(ExperimentFile(SMALL))
    kept = kept_of(window)
    window.actions_by_name["kept_runs"].trigger()
    assert kept.page_view.empty.isVisible()
    for _ in range(2):
        window.actions_by_name["keep_run"].trigger()
    assert [run.name for run in kept.runs] == ["run 1", "run 2"]
    assert "pale line" in window.notices.text
    kept.page_view.table.item(1, NAME).setText("  fast  ")
    qtbot.waitUntil(lambda: kept.runs[1].name == "fast")
    kept.page_view.table.item(1, NAME).setCheckState(Qt.CheckState.Unchecked)
    qtbot.waitUntil(lambda: not kept.runs[1].shown)
    kept.page_view.table.setCurrentCell(0, NAME)
    qtbot.keyClick(kept.page_view, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: [run.name for run in kept.runs] == ["fast"])
    for _ in range(MOST + 3):
        kept.keep_present()
    assert len(kept.runs) == MOST
    kept.page_view.clear_button.click()
    assert not kept.runs


def test_a_path_over_other_data_is_not_drawn_on_this_surface(qtbot, open_runs) -> None:
    window = open_runs(ExperimentFile(SMALL))
    trained(window, qtbot, 20)
    kept_of(window).keep_present()
    window.lab.change("data.dataset", "xor")
    qtbot.waitUntil(lambda: window.snapshot.view.experiment.data.dataset == "xor")
    qtbot.waitUntil(lambda: window.surface_view.answer is not None and window.surface_view.answer.complete)
    window.frame()
    kept_of(window).show_run(0, True)
    qtbot.waitUntil(lambda: len(window.loss_view.drawing.others.runs) == 1)
    assert not window.surface_view.drawing.others.runs


def test_a_path_from_other_weights_is_drawn_on_the_surface_of_the_same_j(qtbot, open_runs) -> None:
    window = open_runs(ExperimentFile(SMALL))
    trained(window, qtbot, 20)
    kept_of(window).keep_present()
    window.lab.new_weights()
    qtbot.waitUntil(lambda: window.snapshot.run == 2)
    qtbot.waitUntil(lambda: window.surface_view.answer is not None and window.surface_view.answer.complete)
    qtbot.waitUntil(lambda: len(window.surface_view.drawing.others.runs) == 1)


def test_a_formula_that_is_written_in_another_way_keeps_the_paths_on_its_surface(qtbot, open_runs) -> None:
    formula = FormulaSettings("x^2 + y^2")
    window = open_runs(ExperimentFile(Experiment(formula=formula)))
    trained(window, qtbot, 20)
    kept_of(window).keep_present()
    drawn = window.surface_view.drawing.others
    qtbot.waitUntil(lambda: len(drawn.runs) == 1)
    window.lab.change("formula", formula.with_expression("x ^ 2 + (y ^ 2)"))
    qtbot.waitUntil(lambda: window.snapshot.run == 2)
    kept_of(window).show_run(0, False)
    qtbot.waitUntil(lambda: not drawn.runs)
    kept_of(window).show_run(0, True)
    qtbot.waitUntil(lambda: len(drawn.runs) == 1)


def test_beside_other_data_or_another_loss_a_kept_run_steps_back_by_itself(qtbot, open_runs) -> None:
    window = open_runs(ExperimentFile(SMALL))
    trained(window, qtbot, 20)
    kept = kept_of(window)
    kept.keep_present()
    drawn = window.loss_view.drawing.others
    qtbot.waitUntil(lambda: len(drawn.runs) == 1)
    window.lab.change("network.loss", "squared_error")
    qtbot.waitUntil(lambda: not drawn.runs)
    assert len(kept.runs) == 1
    assert kept.page_view.table.item(0, NAME).checkState() == Qt.CheckState.Unchecked
    kept.show_run(0, True)
    qtbot.waitUntil(lambda: len(drawn.runs) == 1)
    window.lab.new_weights()
    qtbot.waitUntil(lambda: window.snapshot.run == 3)
    assert kept.runs[0].shown, "what was chosen stands while data and loss stay"
    window.lab.change("data.dataset", "xor")
    qtbot.waitUntil(lambda: not drawn.runs)
    window.lab.change("network.loss", "binary_cross_entropy")
    window.lab.change("data.dataset", "two_circles")
    qtbot.waitUntil(lambda: len(drawn.runs) == 1)


def test_a_kept_run_that_was_hidden_stays_hidden(qtbot, open_runs) -> None:
    window = open_runs(ExperimentFile(SMALL))
    trained(window, qtbot, 20)
    kept = kept_of(window)
    kept.keep_present()
    kept.show_run(0, False)
    for dataset in ("xor", "two_circles"):
        with qtbot.waitSignal(window.lab.experiment_replaced):
            window.lab.change("data.dataset", dataset)
    assert not kept.runs[0].shown


def test_all_kept_runs_are_exported_together(qtbot, open_runs, tmp_path: Path) -> None:
    window = open_runs(ExperimentFile(SMALL))
    trained(window, qtbot, 40)
    kept = kept_of(window)
    kept.keep_present()
    kept.rename(0, "first, with a comma")
    window.lab.run_from(10, 2.0, go=False)
    qtbot.waitUntil(lambda: window.snapshot.run == 2)
    assert kept.export(tmp_path / "runs.csv")
    with (tmp_path / "runs.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file))
    assert header[:3] == ["run", "step", "learning rate α"]
    names = [row[0] for row in rows]
    assert sorted(set(names)) == ["first, with a comma", "now", "run 2"]
    train = header.index("training loss J")
    curve = kept.runs[0].view.history.curves["train_loss"]
    written = [float(row[train]) for row in rows if row[0] == "first, with a comma" and row[train]]
    np.testing.assert_array_equal(written, curve.values)
    assert not kept.export(tmp_path / "no such folder" / "runs.csv")
    assert "could not be written" in window.notices.text
