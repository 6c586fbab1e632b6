"""A run on a formula of one and of two variables: copied, exported, kept by itself, saved in a race."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QMenu

from playground.engine.formula_presets import FORMULA_PRESETS
from playground.engine.optimizers import OPTIMIZERS
from playground.engine.recording.saved_run import saved_run_of
from playground.experiment import ExperimentFile
from playground.export.carried_run import read_carried_run
from playground.ui.curve.feature import CurveFeature
from playground.ui.export.dialog import ExportDialog
from playground.ui.files.opener import read_file
from playground.ui.main_window import MainWindow
from playground.ui.runs.fork_feature import ForkFeature
from playground.ui.runs.fork_page import EACH_ITS_BEST, RACES
from playground.ui.widgets.plot_card import PlotCard
from tests.support.features import feature_of
from tests.support.stories import step_of, surface_is_there

STEPS = 9


def picture_of(window: MainWindow, qtbot) -> PlotCard:
    """The card of the curve or of the surface, once its picture is of the present step."""
    if window.lab.experiment.n_parameters == 1:
        curve = feature_of(window, CurveFeature).view
        qtbot.waitUntil(
            lambda: curve.ball is not None and curve.ball[0] == window.snapshot.view.parameters[0]
        )
        return curve
    qtbot.waitUntil(lambda: surface_is_there(window))
    return window.surface_view


@pytest.fixture
def window(qtbot, open_window, preset: str) -> MainWindow:
    window = open_window(ExperimentFile(FORMULA_PRESETS[preset].experiment))
    window.lab.run_exactly(STEPS)
    qtbot.waitUntil(lambda: step_of(window) == STEPS and window.snapshot.state == "paused")
    return window


@pytest.mark.parametrize("preset", ["two_minima", "himmelblau"])
def test_its_picture_is_copied_and_exported_and_its_work_kept(
    qtbot, window: MainWindow, open_window, tmp_path: Path, monkeypatch
) -> None:
    card, path = picture_of(window, qtbot), tmp_path / "picture.png"
    # Copied, from the context menu.
    QGuiApplication.clipboard().clear()
    card.canvas.customContextMenuRequested.emit(card.canvas.rect().center())
    (menu,) = [menu for menu in card.findChildren(QMenu) if menu.isVisible()]
    next(action for action in menu.actions() if action.text().startswith("Copy")).trigger()
    menu.close()
    image = QGuiApplication.clipboard().image()
    assert (image.width(), image.height()) == (1920, 1080)
    assert "clipboard" in window.notices.text

    # Exported, with the dialog that the button of the card opens.
    shown: list[str] = []

    def save(dialog: ExportDialog) -> int:
        dialog.show_preview()
        shown.append(dialog.what_box.currentData())
        assert not dialog.preview.text()
        assert dialog.save_to(path)
        return 1

    monkeypatch.setattr(ExportDialog, "exec", save)
    qtbot.mouseClick(card.export_button, Qt.MouseButton.LeftButton)
    assert shown == [card.name]
    assert not QImage(str(path)).isNull()
    theta, formula = window.snapshot.view.parameters, window.lab.experiment.formula
    saved = saved_run_of(read_carried_run(path.read_bytes()).run).state
    assert saved.step == STEPS
    assert saved.checkpoint.theta.tobytes() == theta.tobytes()

    # Closed, and gone on with at the next start.
    window.close()
    again = open_window()
    (offer,) = [name for name in again.notices.offers if name.startswith("Go on: ")]
    assert offer.endswith(f", step {STEPS}")
    run = again.snapshot.run
    qtbot.mouseClick(again.notices.offers[offer], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: again.snapshot.run > run and step_of(again) == STEPS)
    assert again.lab.experiment.formula == formula
    assert again.snapshot.view.parameters.tobytes() == theta.tobytes()
    picture_of(again, qtbot)


@pytest.mark.parametrize("preset", ["two_minima", pytest.param("himmelblau", marks=pytest.mark.slow)])
def test_a_session_saved_in_a_race_opens_with_each_best_rate(
    qtbot, window: MainWindow, open_window, tmp_path: Path
) -> None:
    """The α of each optimiser is that of its branch; the sentence how it was found is not saved."""
    page = feature_of(window, ForkFeature).page_view
    window.arrangement.show_page("fork")
    page.race_box.setCurrentIndex(RACES.index(EACH_ITS_BEST))
    window.lab.set_speed(60)
    qtbot.mouseClick(page.race_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.snapshot.fork is not None, timeout=20_000)
    qtbot.waitUntil(lambda: window.snapshot.fork.step >= STEPS + 5)
    window.actions_by_name["run"].trigger()
    qtbot.waitUntil(lambda: window.snapshot.state == "paused")
    assert window.commands.save_to(tmp_path / "race.landscape")
    fork = window.snapshot.fork
    again = open_window(read_file(tmp_path / "race.landscape"))
    qtbot.waitUntil(lambda: again.snapshot is not None and again.snapshot.fork is not None)
    opened = again.snapshot.fork
    assert [branch.plan.optimizer for branch in opened.branches] == list(OPTIMIZERS)
    assert len({branch.plan.learning_rate for branch in opened.branches}) > 1
    assert opened.step == fork.step
    for before, after in zip(fork.branches, opened.branches, strict=True):
        assert after.plan == before.plan
        assert after.parameters.tobytes() == before.parameters.tobytes()
    again.lab.set_speed(None)
    again.actions_by_name["run"].trigger()
    qtbot.waitUntil(lambda: again.snapshot.fork.step > opened.step)
    again.actions_by_name["run"].trigger()
    qtbot.waitUntil(lambda: again.snapshot.state == "paused")
